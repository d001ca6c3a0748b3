//! Shard by shard: marks of all paragraphs, and records of the keys that copies share.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{
    Disk, divided,
    families::Families,
    learn::{Learnt, read_state, write_state},
    marks::{self, ShardMarks},
    scatter::{self, Scatter, halves},
    shard::Shard,
};
use crate::{
    Result,
    base::page::{self, PageNumber, Place, SiteNumber},
    chrome::{ChromeFamily, KindCounts, KindTotals, Known, Mark, SiteCounts},
    engine::{
        Underway, label, parallel,
        propose::{ANCHORS, BANDS, FAMILIES, Gathered, Gatherer, ranges},
    },
    sketch::Banding,
    store::{Kind, RecordWriter, extend_column, read_column, write_column},
    table::Traces,
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

/// What labelling found.
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// Families that are chrome, without their text.
    pub(super) chrome: Vec<ChromeFamily>,
    /// By site number.
    pub(super) sites: Vec<SiteCounts>,
    /// By kind of chrome.
    pub(super) kinds: KindTotals,
    /// By page the anchors of its evidence.
    pub(super) sizes: Vec<u32>,
    /// Files of records of each source.
    pub(super) buckets: [usize; 3],
}

#[derive(Serialize, Deserialize)]
struct State {
    buckets: [usize; 3],
    /// Pages, distinct pages, paragraphs, chrome.
    sites: Vec<[u64; 4]>,
    /// By kind of chrome its sites, pages and paragraphs.
    kinds: [KindCounts; 3],
}

impl Labels {
    pub(super) fn read(disk: &Disk<'_>) -> Result<Labels> {
        let state: State = read_state(disk, "labels", LABELS)?;
        let site = |&[pages, distinct, paragraphs, chrome]: &[u64; 4]| SiteCounts {
            pages,
            distinct,
            paragraphs,
            chrome,
        };
        let mut labels = Labels {
            sites: state.sites.iter().map(site).collect(),
            buckets: state.buckets,
            kinds: {
                let [sites, pages, paragraphs] = state.kinds;
                KindTotals { sites, pages, paragraphs }
            },
            ..Labels::default()
        };
        let mut block = Vec::new();
        let mut file = disk.work.open_file(SIZES_NAME, SIZES)?;
        extend_column(&mut file, &mut block, &mut labels.sizes)?;
        let mut file = disk.work.open_file(CHROME_NAME, CHROME)?;
        while read_column(&mut file, &mut block, |row: [u32; 8]| labels.chrome.push(family(row)))? {
        }
        Ok(labels)
    }
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

pub(super) fn run(
    disk: &mut Disk<'_>,
    learnt: &Learnt,
    families: &Families,
    now: Underway<'_>,
) -> Result<()> {
    if disk.work.is_done("label") {
        return Ok(());
    }
    let mut all = learnt.sites();
    let mut shard_of = vec![usize::MAX; all.len()];
    let mut state = State {
        buckets: buckets(disk, learnt),
        sites: vec![[0; 4]; all.len()],
        kinds: [KindCounts::default(); 3],
    };
    let mut kinds = KindTotals::default();
    let mut written = Written::create(disk, learnt, state.buckets)?;
    let mut marks = ShardMarks::create(disk, families.plans.len())?;
    for (number, plan) in families.plans.iter().enumerate() {
        now.check()?;
        let mut take = |site: SiteNumber, counts: SiteCounts| {
            shard_of[site as usize] = number;
            let SiteCounts { pages, distinct, paragraphs, chrome } = counts;
            state.sites[site as usize] = [pages, distinct, paragraphs, chrome];
        };
        if plan.is_divided {
            let at = (number, plan.slices);
            let (site, counts, of_site) =
                divided::label(disk, families, &mut all, at, (&mut written, &mut marks), now)?;
            marks.end(number)?;
            take(site, counts);
            kinds.add(&of_site);
            continue;
        }
        let shard = Shard::read(disk, families, &mut all, (number, 0))?;
        let known = Known::of(&families.known, disk.settings.seeds.as_ref(), &shard.traces);
        let labels = label::label(disk.settings, &shard.traces, &shard.by_site, Some(&known), now)?;
        kinds.add(&labels.kinds);
        shard.sites.iter().zip(labels.sites).for_each(|(&site, counts)| take(site, counts));
        let global = |family: &ChromeFamily| ChromeFamily {
            site: shard.sites[family.site as usize],
            first: (shard.traces.page(family.first.0).number, family.first.1),
            ..family.clone()
        };
        written.chrome(labels.chrome.iter().map(global))?;
        written.pages(disk, &shard.traces, &labels.marks)?;
        marks.write(number, &shard.traces, &labels.marks)?;
        marks.end(number)?;
    }
    written.finish(disk)?;
    marks.in_input_order(disk, &shard_of)?;
    state.kinds = [kinds.sites, kinds.pages, kinds.paragraphs];
    write_state(disk, "labels", LABELS, &state)?;
    disk.work.finish("label")?;
    marks::remove(disk);
    Ok(())
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
    fn create(disk: &Disk<'_>, learnt: &Learnt, buckets: [usize; 3]) -> Result<Written> {
        let records = RECORDS.into_iter().zip(buckets);
        Ok(Written {
            records: records
                .map(|(name, buckets)| Scatter::create(&disk.work, disk.budget, name, buckets))
                .collect::<Result<_>>()?,
            sizes: vec![0; learnt.pages],
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
    pub(super) fn pages(&mut self, disk: &Disk<'_>, traces: &Traces, marks: &[Mark]) -> Result<()> {
        write_beside(&mut self.beside, traces, marks)?;
        let (records, sizes) = (&mut self.records, &mut self.sizes);
        let buckets = [ANCHORS, FAMILIES, BANDS].map(|source| records[source].buckets());
        gather(disk, traces, marks, buckets, |gathered, range| {
            for (page, size) in range.zip(&gathered.sizes) {
                sizes[traces.page(page).number as usize] = *size;
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
fn buckets(disk: &Disk<'_>, learnt: &Learnt) -> [usize; 3] {
    const RECORD: u64 = 16;
    let each = disk.budget.bucket(disk.settings.workers().threads.get());
    let records = [
        learnt.anchors,
        // One paragraph in eight has twenty words and more; a page is a key, and its body another.
        learnt.paragraphs / 8 + 2 * learnt.pages as u64,
        learnt.pages as u64 * Banding::Rows4.bands() as u64,
    ];
    [ANCHORS, FAMILIES, BANDS]
        .map(|source| scatter::buckets(records[source] * RECORD, each, MOST[source]))
}

/// Collects the records of a shard, on all threads, and hands them to `sink` in order.
fn gather(
    disk: &Disk<'_>,
    traces: &Traces,
    marks: &[Mark],
    buckets: [usize; 3],
    mut sink: impl FnMut(Gathered, Range<PageNumber>) -> Result<()>,
) -> Result<()> {
    let tier = disk.settings.tier;
    parallel::ordered(
        Underway::unobserved(),
        disk.settings.workers().threads,
        ranges(traces.len()).into_iter().map(Ok),
        || Gatherer::new(buckets, tier),
        |gatherer, range| (gatherer.gather(traces, marks, range.clone()), range),
        |(gathered, range)| sink(gathered, range),
    )
}

fn scatter(records: &mut [Scatter], gathered: &Gathered) -> Result<()> {
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
fn write_beside(file: &mut RecordWriter, traces: &Traces, marks: &[Mark]) -> Result<()> {
    let mut rows: Vec<[u32; 4]> = Vec::new();
    for page in (0..).take(traces.len()) {
        for paragraph in traces.span(page).filter(|&paragraph| marks[paragraph].is_beside()) {
            let (family, words) = (traces.family(paragraph), traces.shapes()[paragraph].words());
            let [low, high] = halves(family);
            rows.push([traces.page(page).number, words, low, high]);
        }
    }
    write_column(file, rows.into_iter())
}
