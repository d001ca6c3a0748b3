//! Shard by shard: marks of all paragraphs, and records of the keys that copies share.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{
    Disk,
    marks::{self, ShardMarks},
    scatter::{self, Scatter, halves},
    state::{read_state, write_state},
};
use crate::{
    Result,
    base::page::{self, PageNumber, Place},
    chrome::{ChromeFamily, KindCounts, KindTotals, Mark, SiteCounts},
    engine::{
        Gathered, Underway, parallel,
        shard::Shard,
        steps::meet::{ANCHORS, BANDS, FAMILIES, Gatherer, PageRecords, ranges},
        store::LabelCounts,
    },
    sketch::Banding,
    store::{Kind, RecordWriter, extend_column, read_column, write_column},
    table::PageColumns,
};

const LABELS: Kind = Kind::new(*b"labels  ", 3);
const CHROME: Kind = Kind::new(*b"chrome  ", 2);
const SIZES: Kind = Kind::new(*b"sizes   ", 1);
pub(super) const BESIDE: Kind = Kind::new(*b"beside  ", 1);
pub(super) const BESIDE_NAME: &str = "beside";
const CHROME_NAME: &str = "chrome";
const SIZES_NAME: &str = "sizes";
/// Names of the files of records of each source.
pub(super) const RECORDS: [&str; 3] = ["anchors", "long", "bands"];
/// The most files of each source.
const MOST: [usize; 3] = [256, 64, 128];

#[derive(Serialize, Deserialize)]
struct State {
    buckets: [usize; 3],
    /// Pages, distinct pages, paragraphs, chrome.
    sites: Vec<[u64; 4]>,
    /// By kind of chrome its sites, pages and paragraphs.
    kinds: [KindCounts; 3],
}

impl State {
    fn of(counts: &LabelCounts, buckets: [usize; 3]) -> State {
        let site = |&SiteCounts { pages, distinct, paragraphs, chrome }: &SiteCounts| {
            [pages, distinct, paragraphs, chrome]
        };
        let KindTotals { sites, pages, paragraphs } = counts.kinds;
        let kinds = [sites, pages, paragraphs];
        State { buckets, sites: counts.sites.iter().map(site).collect(), kinds }
    }
}

/// What was counted, and how many files there are of records of each source.
pub(super) fn read(disk: &Disk<'_>) -> Result<(LabelCounts, [usize; 3])> {
    let state: State = read_state(disk, "labels", LABELS)?;
    let site = |&[pages, distinct, paragraphs, chrome]: &[u64; 4]| SiteCounts {
        pages,
        distinct,
        paragraphs,
        chrome,
    };
    let [sites, pages, paragraphs] = state.kinds;
    let kinds = KindTotals { sites, pages, paragraphs };
    Ok((LabelCounts { sites: state.sites.iter().map(site).collect(), kinds }, state.buckets))
}

/// By page the anchors of its evidence.
pub(super) fn sizes(disk: &Disk<'_>) -> Result<Vec<u32>> {
    let (mut sizes, mut block) = (Vec::new(), Vec::new());
    extend_column(&mut disk.work.open_file(SIZES_NAME, SIZES)?, &mut block, &mut sizes)?;
    Ok(sizes)
}

/// Families that are chrome, without their text.
pub(super) fn chrome(disk: &Disk<'_>) -> Result<Vec<ChromeFamily>> {
    let (mut chrome, mut block) = (Vec::new(), Vec::new());
    let mut file = disk.work.open_file(CHROME_NAME, CHROME)?;
    while read_column(&mut file, &mut block, |row: [u32; 8]| chrome.push(family(row)))? {}
    Ok(chrome)
}

fn row(family: &ChromeFamily) -> [u32; 8] {
    let ChromeFamily { site, pages, of, place, kind, variants, first, .. } = *family;
    [site, pages, of, place as u32, kind as u32, variants, first.0, first.1]
}

fn family([site, pages, of, place, kind, variants, page, paragraph]: [u32; 8]) -> ChromeFamily {
    let (place, first) = (Place::of_number(place), (page, paragraph));
    let kind = page::Kind::of_number(kind);
    ChromeFamily { site, pages, of, place, kind, variants, first, text: String::new() }
}

/// Files that are written while shards are labelled.
pub(super) struct Labelling {
    pub(super) written: Written,
    pub(super) marks: ShardMarks,
    /// By site its shard.
    pub(super) shard_of: Vec<usize>,
    buckets: [usize; 3],
}

impl Labelling {
    pub(super) fn create(
        disk: &Disk<'_>,
        gathered: &Gathered,
        (sites, shards): (usize, usize),
    ) -> Result<Labelling> {
        let buckets = buckets(disk, gathered);
        Ok(Labelling {
            written: Written::create(disk, gathered.pages, buckets)?,
            marks: ShardMarks::create(disk, shards)?,
            shard_of: vec![usize::MAX; sites],
            buckets,
        })
    }

    /// Keeps the labels of a shard.
    pub(super) fn keep(
        &mut self,
        disk: &Disk<'_>,
        (number, shard): (usize, &Shard),
        marks: &[Mark],
        chrome: &[ChromeFamily],
    ) -> Result<()> {
        shard.sites.iter().for_each(|&site| self.shard_of[site as usize] = number);
        self.written.chrome(chrome.iter().cloned())?;
        self.written.pages(disk, &shard.columns, marks)?;
        self.marks.write(number, &shard.columns, marks)?;
        self.marks.end(number)
    }

    /// After the last shard. Gives how many files there are of records of each source.
    pub(super) fn finish(self, disk: &mut Disk<'_>, counts: &LabelCounts) -> Result<[usize; 3]> {
        self.written.finish(disk)?;
        self.marks.in_input_order(disk, &self.shard_of)?;
        write_state(disk, "labels", LABELS, &State::of(counts, self.buckets))?;
        disk.work.finish("label")?;
        marks::remove(disk);
        Ok(self.buckets)
    }
}

/// What labelling writes for later stages, shard by shard.
pub(super) struct Written {
    /// Records of each source, by key.
    records: Vec<Scatter>,
    /// By page the anchors of its evidence.
    sizes: Vec<u32>,
    chrome: RecordWriter,
    beside: RecordWriter,
}

impl Written {
    fn create(disk: &Disk<'_>, pages: usize, buckets: [usize; 3]) -> Result<Written> {
        let records = RECORDS.into_iter().zip(buckets);
        Ok(Written {
            records: records
                .map(|(name, buckets)| Scatter::create(&disk.work, disk.budget, name, buckets))
                .collect::<Result<_>>()?,
            sizes: vec![0; pages],
            chrome: disk.work.create(CHROME_NAME, CHROME)?,
            beside: disk.work.create(BESIDE_NAME, BESIDE)?,
        })
    }

    /// Families that are chrome, by the numbers that sites and pages have in the input.
    pub(super) fn chrome(&mut self, families: impl Iterator<Item = ChromeFamily>) -> Result<()> {
        let rows: Vec<[u32; 8]> = families.map(|family| row(&family)).collect();
        write_column(&mut self.chrome, rows.into_iter())
    }

    /// What the marks of some pages leave for copies to be found by.
    pub(super) fn pages(
        &mut self,
        disk: &Disk<'_>,
        columns: &PageColumns,
        marks: &[Mark],
    ) -> Result<()> {
        write_beside(&mut self.beside, columns, marks)?;
        let (records, sizes) = (&mut self.records, &mut self.sizes);
        let buckets = [ANCHORS, FAMILIES, BANDS].map(|source| records[source].buckets());
        gather(disk, columns, marks, buckets, |gathered, range| {
            for (page, size) in range.zip(&gathered.sizes) {
                sizes[columns.page(page).number as usize] = *size;
            }
            scatter(records, &gathered)
        })
    }

    fn finish(self, disk: &Disk<'_>) -> Result<()> {
        disk.work.close(self.chrome)?;
        disk.work.close(self.beside)?;
        for of_source in self.records {
            of_source.finish(&disk.work)?;
        }
        let mut file = disk.work.create(SIZES_NAME, SIZES)?;
        write_column(&mut file, self.sizes.iter().copied())?;
        disk.work.close(file)
    }
}

/// How many files the records of each source are written to.
fn buckets(disk: &Disk<'_>, gathered: &Gathered) -> [usize; 3] {
    const RECORD: u64 = 16;
    let each = disk.budget.bucket(disk.settings.workers().threads.get());
    let records = [
        gathered.anchors,
        // One paragraph in eight has twenty words and more; a page is a key, and its body another.
        gathered.paragraphs / 8 + 2 * gathered.pages as u64,
        gathered.pages as u64 * Banding::Rows4.bands() as u64,
    ];
    [ANCHORS, FAMILIES, BANDS]
        .map(|source| scatter::buckets(records[source] * RECORD, each, MOST[source]))
}

/// Collects the records of a shard, on all threads, and hands them to `sink` in order.
fn gather(
    disk: &Disk<'_>,
    columns: &PageColumns,
    marks: &[Mark],
    buckets: [usize; 3],
    mut sink: impl FnMut(PageRecords, Range<PageNumber>) -> Result<()>,
) -> Result<()> {
    let tier = disk.settings.tier;
    parallel::ordered(
        Underway::unobserved(),
        disk.settings.workers().threads,
        ranges(columns.len()).into_iter().map(Ok),
        || Gatherer::new(buckets, tier),
        |gatherer, range| (gatherer.gather(columns, marks, range.clone()), range),
        |(gathered, range)| sink(gathered, range),
    )
}

fn scatter(records: &mut [Scatter], gathered: &PageRecords) -> Result<()> {
    for (to, from) in records.iter_mut().zip(&gathered.sources) {
        for bucket in 0..from.buckets() {
            for posting in from.bucket(bucket) {
                let [low, high] = halves(posting.key);
                to.push(bucket, [low, high, posting.page])?;
            }
        }
    }
    Ok(())
}

/// Writes the body of a shard that is no evidence: page, words, family.
fn write_beside(file: &mut RecordWriter, columns: &PageColumns, marks: &[Mark]) -> Result<()> {
    let mut rows: Vec<[u32; 4]> = Vec::new();
    for page in (0..).take(columns.len()) {
        for paragraph in columns.span(page).filter(|&paragraph| marks[paragraph].is_beside()) {
            let (family, words) = (columns.family(paragraph), columns.shapes()[paragraph].words());
            let [low, high] = halves(family);
            rows.push([columns.page(page).number, words, low, high]);
        }
    }
    write_column(file, rows.into_iter())
}
