//! Labels of a divided site.

use super::{
    super::{
        Disk,
        families::Families,
        label::Written,
        marks::ShardMarks,
        scatter::{self, Scatter, halves, whole},
        shard::Shard,
    },
    rows::{Rows, bucket_of},
};
use crate::{
    Result,
    chrome::{
        ChromeRow, Counted, Facts, GroupFinder, Groups, Known, Labeller, Mark, SiteCounts, Weight,
        count, evidence, take_votes,
    },
    page::{PageNumber, Place, SiteNumber},
    pipeline::{Underway, label::mark_page, parallel, propose::ranges},
    trace::{Sites, Traces},
};

/// Files of what pairs of pages share, by page; of counts, by slice; of chrome, by family.
const PAIRS: &str = "page-pairs";
const COUNTS: &str = "counts";
const CHROME: &str = "chrome-rows";
const MOST: usize = 128;

/// Two pages and what a family adds to what they share.
type PairRow = [u32; 6];
/// A paragraph and what is counted of its family: groups, pages, occurrences, followed, variants and twice.
type CountRow = [u32; 6];
const TWICE: u32 = 1 << 31;
/// A paragraph that is chrome: family, page, its number there, place, groups, variants.
type OfChrome = [u32; 7];

/// Labels shard `number`, a site that is divided into so many slices; writes what labels leave to later stages.
pub(in super::super) fn label(
    disk: &Disk<'_>,
    families: &Families,
    all: &mut Sites,
    (number, slices): (usize, usize),
    written: &mut Written,
    now: Underway<'_>,
) -> Result<(SiteNumber, SiteCounts)> {
    let rows = Rows::write(disk, families, all, (number, slices))?;
    let buckets = scatter::buckets(families.plans[number].bytes, disk.budget.bucket(1), MOST);
    let pages = rows.urls.len() as u64;
    // Votes, pairs of near-identical pages, groups: while they are counted.
    disk.budget.hold(|| format!("pages of site {}", all.name(rows.site)), 64 * pages)?;
    let groups = groups(disk, &rows, buckets)?;
    count_families(disk, families, &rows, &groups)?;
    rows.remove(disk);

    let spares = disk.settings.recipe.spares(all.name(rows.site));
    let mut chrome = Scatter::create(&disk.work, CHROME, buckets)?;
    let mut marks_file = ShardMarks::create(disk, number)?;
    let mut counts = SiteCounts::of(rows.urls.len(), &groups, &[]);
    for slice in 0..slices {
        let Shard { traces, .. } = Shard::read(disk, families, all, (number, slice))?;
        let counted = counted(disk, &traces, slice, rows.first_paragraph[slice])?;
        let known = Known::of(&families.known, &traces);
        let marks = marks(disk, &traces, &counted, &known, (groups.len(), spares), now)?;
        counts.add(&marks);
        each_chrome(&traces, &counted, &marks, &known, |row| {
            let ([low, high], (page, at)) = (halves(row.family), row.at);
            let fields: OfChrome =
                [low, high, page, at, row.place as u32, row.groups, row.variants];
            chrome.push(bucket_of(row.family, buckets), fields)
        })?;
        written.pages(disk, &traces, &marks)?;
        marks_file.write(&traces, &marks)?;
    }
    marks_file.close(disk)?;
    scatter::remove(&disk.work, COUNTS, slices);

    chrome.finish(&disk.work)?;
    for bucket in 0..buckets {
        let mut of_chrome: Vec<ChromeRow> = Vec::new();
        scatter::each(disk, CHROME, bucket, |row| of_chrome.push(chrome_row(row)))?;
        written.chrome(evidence(rows.site, groups.len(), &mut of_chrome))?;
    }
    scatter::remove(&disk.work, CHROME, buckets);
    Ok((rows.site, counts))
}

/// Which pages of the site are one page.
fn groups(disk: &Disk<'_>, rows: &Rows, buckets: usize) -> Result<Groups> {
    let mut finder = GroupFinder::new(rows.urls.len());
    let mut pairs = Scatter::create(&disk.work, PAIRS, buckets)?;
    rows.each_family(disk, |family| {
        take_votes(&mut finder, family, |a, b, Weight { copy, lines, all, passage }| {
            let row: PairRow = [a, b, copy, lines, all, passage];
            pairs.push(a as usize % buckets, row)
        })
    })?;
    pairs.finish(&disk.work)?;
    for bucket in 0..buckets {
        let mut rows: Vec<PairRow> = scatter::bucket(disk, PAIRS, bucket)?;
        rows.sort_unstable();
        for same in rows.chunk_by(|a, b| a[..2] == b[..2]) {
            let mut shared = Weight::default();
            for &[_, _, copy, lines, all, passage] in same {
                shared.add(Weight { copy, lines, all, passage });
            }
            finder.meet(same[0][0], same[0][1], shared);
        }
    }
    scatter::remove(&disk.work, PAIRS, buckets);
    Ok(finder.groups(rows.urls.iter().copied()))
}

/// Writes what is counted of every paragraph whose label rests on more than itself, by slice.
fn count_families(
    disk: &Disk<'_>,
    families: &Families,
    rows: &Rows,
    groups: &Groups,
) -> Result<()> {
    let mut counts = Scatter::create(&disk.work, COUNTS, rows.first_paragraph.len())?;
    rows.each_family(disk, |family| {
        let is_known = families.known.binary_search(&family[0].family).is_ok();
        count(family, groups, |row, counted| {
            let Counted { counts: [of_groups, pages, occurrences], followed, twice, variants } =
                counted;
            if of_groups < 2 && !twice && !is_known {
                return Ok(());
            }
            let slice = rows.first_paragraph.partition_point(|&first| first <= row.paragraph) - 1;
            let variants = variants.min(TWICE - 1) | if twice { TWICE } else { 0 };
            let row: CountRow = [row.paragraph, of_groups, pages, occurrences, followed, variants];
            counts.push(slice, row)
        })
    })?;
    counts.finish(&disk.work)
}

/// By paragraph of a slice what is counted of it; zeros for a family that is on one page once.
fn counted(disk: &Disk<'_>, traces: &Traces, slice: usize, first: u32) -> Result<Vec<Counted>> {
    let mut counted = vec![Counted::default(); traces.paragraphs()];
    scatter::each(disk, COUNTS, slice, |row: CountRow| {
        let [paragraph, groups, pages, occurrences, followed, variants] = row;
        let of = paragraph.checked_sub(first).and_then(|at| counted.get_mut(at as usize));
        if let Some(of) = of {
            *of = Counted {
                counts: [groups, pages, occurrences],
                followed,
                twice: variants & TWICE != 0,
                variants: variants & !TWICE,
            };
        }
    })?;
    Ok(counted)
}

/// Labels the pages of a slice.
fn marks(
    disk: &Disk<'_>,
    traces: &Traces,
    counted: &[Counted],
    known: &Known,
    (groups, spares): (u32, bool),
    now: Underway<'_>,
) -> Result<Vec<Mark>> {
    let facts = |page: PageNumber| {
        let span = traces.span(page);
        span.map(move |at| {
            let Counted { counts, followed, twice, .. } = counted[at];
            Facts {
                shape: traces.shapes()[at],
                counts: (counts[0] >= 2).then_some(counts),
                of: None,
                // Zero of a family that is not counted: the page itself has the pair.
                followed: followed.max(1),
                twice,
                elsewhere: known.has(traces.numbers()[at]).then_some(Known::EVIDENCE),
            }
        })
    };
    let mut marks = Vec::with_capacity(traces.paragraphs());
    parallel::ordered(
        disk.settings.threads,
        ranges(traces.len()).into_iter().map(Ok),
        || Labeller::new(disk.settings.recipe.chrome_level),
        |labeller, range| {
            let mut marks: Vec<Mark> = Vec::new();
            now.advance(u64::from(range.end - range.start));
            for page in range {
                let shapes = &traces.shapes()[traces.span(page)];
                mark_page(labeller, facts(page), shapes, (groups, spares), &mut marks);
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

/// Calls `each` with every paragraph that is chrome and whose family other pages have, or every site.
fn each_chrome(
    traces: &Traces,
    counted: &[Counted],
    marks: &[Mark],
    known: &Known,
    mut each: impl FnMut(ChromeRow) -> Result<()>,
) -> Result<()> {
    for page in (0..).take(traces.len()) {
        for (number, at) in (0..).zip(traces.span(page)) {
            let Some(place) = marks[at].place() else { continue };
            let Counted { counts: [groups, ..], variants, .. } = counted[at];
            if groups >= 2 || known.has(traces.numbers()[at]) {
                let at = (traces.page(page).number, number, traces.family(at));
                each(ChromeRow { family: at.2, at: (at.0, at.1), place, groups, variants })?;
            }
        }
    }
    Ok(())
}

fn chrome_row([low, high, page, number, place, groups, variants]: OfChrome) -> ChromeRow {
    let place = Place::of_number(place);
    ChromeRow { family: whole([low, high]), at: (page, number), place, groups, variants }
}
