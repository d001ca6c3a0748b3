//! Labels of a divided site.

use super::{
    super::{
        Disk,
        label::Written,
        marks::ShardMarks,
        near::Families,
        scatter::{self, Buckets, Scatter, halves, whole},
        shard,
    },
    rows::{Rows, bucket_of},
};
use crate::{
    Result,
    base::page::{Kind, Place, SiteNumber},
    chrome::{
        ChromeRow, Counted, Counts, Facts, FamilyCounter, FamilyStats, GroupFinder, Groups,
        KindSet, KindTotals, Known, Labeller, Mark, Origin, SiteCounts, Spared, Weight, count_rows,
        evidence, take_votes,
    },
    cues::Cue,
    engine::{
        Underway, parallel,
        shard::Shard,
        steps::{label::mark_page, meet::ranges},
    },
    table::{PageColumns, Shape, Sites},
};

/// Files of what pairs of pages share, by page; of counts, by slice; of chrome, by family.
const PAIRS: &str = "page-pairs";
const COUNTS: &str = "counts";
const CHROME: &str = "chrome-rows";
const MOST: usize = 128;

/// Two pages and what a family adds to what they share.
type PairRow = [u32; 6];
/// A paragraph and what is counted of it: groups, pages, occurrences, wordings, fresh, followed, times.
type CountRow = [u32; 8];
/// A paragraph that is chrome: family, page, its number there, place, kind, groups, variants.
type OfChrome = [u32; 8];

/// Labels shard `number`, a site that is divided into so many slices; writes what labels leave to later stages.
pub(in super::super) fn label(
    disk: &Disk<'_>,
    families: &Families,
    all: &mut Sites,
    (number, slices): (usize, usize),
    (written, shard_marks): (&mut Written, &mut ShardMarks),
    now: Underway<'_>,
) -> Result<(SiteNumber, SiteCounts, KindTotals)> {
    let rows = Rows::write(disk, families, all, (number, slices))?;
    let buckets = scatter::buckets(families.plans[number].bytes, disk.budget.bucket(1), MOST);
    let pages = rows.urls.len() as u64;
    // Votes, pairs of near-identical pages, groups: while they are counted.
    disk.budget.hold(|| format!("pages of site {}", all.name(rows.site)), 64 * pages)?;
    let groups = groups(disk, &rows, buckets)?;
    count_families(disk, families, &rows, &groups)?;
    Rows::remove(disk);

    let spared = Spared::of(&disk.settings.recipe, all.name(rows.site));
    let mut chrome = Scatter::create(&disk.work, disk.budget, CHROME, buckets)?;
    let mut counts = SiteCounts::of(rows.urls.len(), &groups, &[]);
    let (mut kinds, mut of_site) = (KindTotals::default(), KindSet::default());
    let counts_file = Buckets::open(disk, COUNTS)?;
    for slice in 0..slices {
        let Shard { columns, .. } = shard::read(disk, families, all, (number, slice))?;
        let known = Known::of(&families.known, disk.settings.seeds.as_ref(), &columns);
        let first = rows.first_paragraph[slice];
        let slice = Slice::read(&counts_file, &columns, &known, (slice, first))?;
        let marks = marks(disk, &slice, (groups.len(), spared), now)?;
        counts.add(&marks);
        for page in (0..).take(columns.len()) {
            let of_page = marks[columns.span(page)].iter().map(|mark| mark.kind());
            kinds.add_page(of_page, &mut of_site);
        }
        slice.each_chrome(&marks, |row| {
            let ([low, high], (page, at)) = (halves(row.family), row.at);
            let fields: OfChrome =
                [low, high, page, at, row.place as u32, row.kind as u32, row.groups, row.variants];
            chrome.push(bucket_of(row.family, buckets), fields)
        })?;
        written.pages(disk, &columns, &marks)?;
        shard_marks.write(number, &columns, &marks)?;
    }
    scatter::remove(&disk.work, COUNTS);

    chrome.finish(&disk.work)?;
    let chrome = Buckets::open(disk, CHROME)?;
    for bucket in 0..buckets {
        let mut of_chrome: Vec<ChromeRow> = Vec::new();
        chrome.each(bucket, |row| of_chrome.push(chrome_row(row)))?;
        written.chrome(evidence(rows.site, groups.len(), &mut of_chrome))?;
    }
    scatter::remove(&disk.work, CHROME);
    kinds.add_site(of_site);
    Ok((rows.site, counts, kinds))
}

/// Which pages of the site are one page.
fn groups(disk: &Disk<'_>, rows: &Rows, buckets: usize) -> Result<Groups> {
    let mut finder = GroupFinder::new(rows.urls.len());
    let mut pairs = Scatter::create(&disk.work, disk.budget, PAIRS, buckets)?;
    rows.each_family(disk, |family| {
        take_votes(&mut finder, family, |a, b, Weight { copy, lines, all, passage }| {
            let row: PairRow = [a, b, copy, lines, all, passage];
            pairs.push(a as usize % buckets, row)
        })
    })?;
    pairs.finish(&disk.work)?;
    let pairs = Buckets::open(disk, PAIRS)?;
    for bucket in 0..buckets {
        let mut rows: Vec<PairRow> = pairs.rows(bucket)?;
        rows.sort_unstable();
        for same in rows.chunk_by(|a, b| a[..2] == b[..2]) {
            let mut shared = Weight::default();
            for &[_, _, copy, lines, all, passage] in same {
                shared.add(Weight { copy, lines, all, passage });
            }
            finder.meet(same[0][0], same[0][1], shared);
        }
    }
    scatter::remove(&disk.work, PAIRS);
    Ok(finder.groups(rows.urls.iter().copied()))
}

/// Writes what is counted of every paragraph whose label rests on more than itself, by slice.
fn count_families(
    disk: &Disk<'_>,
    families: &Families,
    rows: &Rows,
    groups: &Groups,
) -> Result<()> {
    let mut counts = Scatter::create(&disk.work, disk.budget, COUNTS, rows.first_paragraph.len())?;
    let mut counter = FamilyCounter::default();
    rows.each_family(disk, |family| {
        let is_known = families.known.binary_search(&family[0].family).is_ok();
        count_rows(
            &mut counter,
            family,
            groups,
            |row, Counted { stats, followed, times, of: _ }| {
                if stats.groups < 2 && times < 2 && !is_known {
                    return Ok(());
                }
                let slice =
                    rows.first_paragraph.partition_point(|&first| first <= row.paragraph) - 1;
                let FamilyStats { groups, pages, occurrences, variants, fresh } = stats;
                let times = u32::from(times);
                let row: CountRow =
                    [row.paragraph, groups, pages, occurrences, variants, fresh, followed, times];
                counts.push(slice, row)
            },
        )
    })?;
    counts.finish(&disk.work)
}

/// A slice of the site and what is counted of its paragraphs.
struct Slice<'s> {
    columns: &'s PageColumns,
    known: &'s Known,
    /// By paragraph; zeros for a family that is on one page once.
    counted: Vec<Counted>,
}

impl Counts for Slice<'_> {
    fn family(&self, paragraph: usize) -> u64 {
        self.columns.family(paragraph)
    }

    fn shape(&self, paragraph: usize) -> Shape {
        self.columns.shapes()[paragraph]
    }

    #[inline]
    fn cue(&self, paragraph: usize) -> Cue {
        self.columns.cues()[paragraph]
    }

    fn counted(&self, paragraph: usize) -> Counted {
        self.counted[paragraph]
    }

    fn known(&self, paragraph: usize) -> Option<Origin> {
        self.known.origin(self.columns.numbers()[paragraph])
    }
}

impl<'s> Slice<'s> {
    /// Reads what was counted of slice `slice`, whose first paragraph of the site is `first`.
    fn read(
        counts: &Buckets,
        columns: &'s PageColumns,
        known: &'s Known,
        (slice, first): (usize, u32),
    ) -> Result<Slice<'s>> {
        let mut counted = vec![Counted::default(); columns.paragraphs()];
        counts.each(slice, |row: CountRow| {
            let [paragraph, groups, pages, occurrences, variants, fresh, followed, times] = row;
            let of = paragraph.checked_sub(first).and_then(|at| counted.get_mut(at as usize));
            if let Some(of) = of {
                let stats = FamilyStats { groups, pages, occurrences, variants, fresh };
                let times = u8::try_from(times).unwrap_or(u8::MAX);
                *of = Counted { stats, followed, times, of: None };
            }
        })?;
        Ok(Slice { columns, known, counted })
    }

    /// Calls `each` with every paragraph that is chrome and whose family other pages have, or every site.
    fn each_chrome(
        &self,
        marks: &[Mark],
        mut each: impl FnMut(ChromeRow) -> Result<()>,
    ) -> Result<()> {
        let columns = self.columns;
        for page in (0..).take(columns.len()) {
            for (number, at) in (0..).zip(columns.span(page)) {
                let (Some(place), Some(kind)) = (marks[at].place(), marks[at].kind()) else {
                    continue;
                };
                let FamilyStats { groups, variants, .. } = self.counted[at].stats;
                if groups >= 2 || self.known(at).is_some() {
                    let family = columns.family(at);
                    let at = (columns.page(page).number, number);
                    each(ChromeRow { family, at, place, kind, groups, variants })?;
                }
            }
        }
        Ok(())
    }
}

/// Labels the pages of a slice.
fn marks(
    disk: &Disk<'_>,
    slice: &Slice<'_>,
    (groups, spared): (u32, Spared),
    now: Underway<'_>,
) -> Result<Vec<Mark>> {
    let columns = slice.columns;
    let mut marks = Vec::with_capacity(columns.paragraphs());
    parallel::ordered(
        now,
        disk.settings.workers().threads,
        ranges(columns.len()).into_iter().map(Ok),
        || Labeller::new(disk.settings.recipe.chrome_level),
        |labeller, range| {
            let mut marks: Vec<Mark> = Vec::new();
            now.advance(u64::from(range.end - range.start));
            for page in range {
                let (span, of_site) = (columns.span(page), (groups, spared));
                let facts = Facts::of_page(slice, span.clone());
                mark_page(labeller, facts, &columns.shapes()[span], of_site, &mut marks);
            }
            marks
        },
        |of_range| {
            marks.extend(of_range);
            Ok(())
        },
    )?;
    Ok(marks)
}

fn chrome_row([low, high, page, number, place, kind, groups, variants]: OfChrome) -> ChromeRow {
    let (place, kind) = (Place::of_number(place), Kind::of_number(kind));
    ChromeRow { family: whole([low, high]), at: (page, number), place, kind, groups, variants }
}
