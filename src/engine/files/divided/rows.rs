//! The paragraphs of a divided site, by family on disk.

use super::super::{
    Disk,
    near::Families,
    scatter::{self, Buckets, Scatter, halves, whole},
    shard,
};
use crate::{
    Error, Result,
    base::page::SiteNumber,
    chrome::FamilyRow,
    engine::{Underway, parallel, shard::Shard},
    table::{Shape, Sites},
};

const NAME: &str = "paragraphs";
const MOST: usize = 256;

/// The bucket of a family.
pub(super) fn bucket_of(family: u64, buckets: usize) -> usize {
    // The lower half says where a family stands in the buckets of other stages.
    (family >> 32) as usize % buckets
}

/// A paragraph: family, its place, its page, the next family, shape and whether there is a next one, wording.
type Row = [u32; 8];
const HAS_NEXT: u32 = 1 << 16;

fn row(of: &FamilyRow) -> Row {
    let ([low, high], [next_low, next_high]) = (halves(of.family), halves(of.next.unwrap_or(0)));
    let shape = u32::from(of.shape.bits()) | if of.next.is_some() { HAS_NEXT } else { 0 };
    [low, high, of.paragraph, of.page, next_low, next_high, shape, of.wording]
}

fn family_row([low, high, paragraph, page, next_low, next_high, shape, wording]: Row) -> FamilyRow {
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is the shape")]
    let bits = shape as u16;
    FamilyRow {
        family: whole([low, high]),
        paragraph,
        page,
        next: (shape & HAS_NEXT != 0).then(|| whole([next_low, next_high])),
        shape: Shape::from_bits(bits),
        wording,
    }
}

/// All paragraphs of a divided site, by family, and where its slices begin.
pub(super) struct Rows {
    /// By bucket how many there are.
    buckets: Vec<u64>,
    pub(super) site: SiteNumber,
    /// By slice its first paragraph among the site's.
    pub(super) first_paragraph: Vec<u32>,
    /// By page the key of its URL.
    pub(super) urls: Vec<u64>,
}

impl Rows {
    /// Writes the paragraphs of shard `number`, which has so many slices.
    pub(super) fn write(
        disk: &Disk<'_>,
        families: &Families,
        all: &mut Sites,
        (number, slices): (usize, usize),
    ) -> Result<Rows> {
        let bytes = families.plans[number].bytes;
        // Several buckets are in memory at once: those that wait to be counted.
        let buckets = scatter::buckets(
            2 * bytes,
            disk.budget.bucket(disk.settings.workers().threads.get()),
            MOST,
        );
        let mut scatter = Scatter::create(&disk.work, disk.budget, NAME, buckets)?;
        let mut rows = Rows {
            buckets: vec![0; buckets],
            site: 0,
            first_paragraph: Vec::new(),
            urls: Vec::new(),
        };
        let mut paragraphs: u64 = 0;
        for slice in 0..slices {
            let Shard { columns, sites, .. } = shard::read(disk, families, all, (number, slice))?;
            rows.site = sites.first().copied().unwrap_or(rows.site);
            let first = place(all, rows.site, paragraphs)?;
            rows.first_paragraph.push(first);
            place(all, rows.site, paragraphs + columns.paragraphs() as u64)?;
            for page in (0..).take(columns.len()) {
                let at = u32::try_from(rows.urls.len()).unwrap_or(u32::MAX);
                rows.urls.push(columns.page(page).url);
                let span = columns.span(page);
                for (paragraph, number) in span.clone().zip(first + count(span.start)..) {
                    let next = paragraph + 1;
                    let family = columns.family(paragraph);
                    let of = FamilyRow {
                        family,
                        paragraph: number,
                        page: at,
                        next: (next < span.end).then(|| columns.family(next)),
                        shape: columns.shapes()[paragraph],
                        wording: columns.wordings()[paragraph],
                    };
                    let bucket = bucket_of(family, buckets);
                    rows.buckets[bucket] += 1;
                    scatter.push(bucket, row(&of))?;
                }
            }
            paragraphs += columns.paragraphs() as u64;
        }
        scatter.finish(&disk.work)?;
        // A line of every page is in one bucket.
        let what = || format!("paragraphs of the commonest lines of site {}", all.name(rows.site));
        disk.budget.hold(what, rows.largest())?;
        Ok(rows)
    }

    /// Bytes of the largest bucket in memory.
    fn largest(&self) -> u64 {
        self.buckets.iter().max().map_or(0, |rows| rows * size_of::<FamilyRow>() as u64)
    }

    /// Calls `each` with the paragraphs of every family, in order.
    pub(super) fn each_family(
        &self,
        disk: &Disk<'_>,
        mut each: impl FnMut(&[FamilyRow]) -> Result<()>,
    ) -> Result<()> {
        let paragraphs = Buckets::open(disk, NAME)?;
        let sorted = |bucket| {
            let mut rows: Vec<FamilyRow> = Vec::new();
            paragraphs.each(bucket, |row| rows.push(family_row(row)))?;
            rows.sort_unstable_by_key(|row| (row.family, row.paragraph));
            Ok(rows)
        };
        let mut sink = |rows: Result<Vec<FamilyRow>>| {
            rows?.chunk_by(|a, b| a.family == b.family).try_for_each(&mut each)
        };
        let threads = disk.settings.workers().threads;
        if self.largest() > 2 * disk.budget.bucket(threads.get()) {
            // Too large for several to wait.
            return (0..self.buckets.len()).try_for_each(|bucket| sink(sorted(bucket)));
        }
        let buckets = (0..self.buckets.len()).map(Ok);
        parallel::ordered(
            Underway::unobserved(),
            threads,
            buckets,
            || (),
            |(), bucket| sorted(bucket),
            sink,
        )
    }

    /// Removes what [`write`](Rows::write) wrote.
    pub(super) fn remove(disk: &Disk<'_>) {
        scatter::remove(&disk.work, NAME);
    }
}

/// A number of a paragraph of a site.
fn place(all: &Sites, site: SiteNumber, paragraph: u64) -> Result<u32> {
    u32::try_from(paragraph).map_err(|_| {
        let problem = "has more paragraphs than one run can number; divide it in the input";
        Error::data(format!("site {}", all.name(site)), problem)
    })
}

/// A slice has fewer paragraphs than its site, whose number fits.
fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
