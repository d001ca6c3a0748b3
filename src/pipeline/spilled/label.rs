//! Shard by shard: marks of all paragraphs, and records of the keys that copies share.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{
    Disk,
    families::Families,
    learn::{Learnt, ROWS_NAME, read_state, write_state},
    scatter::{self, Scatter},
    shard::Shard,
};
use crate::{
    Result,
    chrome::{ChromeFamily, Known, Mark, SiteCounts},
    output::{MARKS, ROWS},
    page::{PageNumber, Place},
    pipeline::{
        Underway, label, parallel,
        propose::{ANCHORS, BANDS, FAMILIES, Gathered, Gatherer, ranges},
    },
    sketch::Banding,
    store::{Kind, RecordReader, RecordWriter, extend_column, read_column, write_column},
    trace::{PageRows, PageTrace},
};

const LABELS: Kind = Kind::new(*b"labels  ", 1);
const SHARD_MARKS: Kind = Kind::new(*b"shardmrk", 1);
const CHROME: Kind = Kind::new(*b"chrome  ", 1);
const SIZES: Kind = Kind::new(*b"sizes   ", 1);
pub(super) const BESIDE: Kind = Kind::new(*b"beside  ", 1);
pub(super) const MARKS_NAME: &str = "marks";
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
            ..Labels::default()
        };
        let mut block = Vec::new();
        let mut file = disk.work.open_file(SIZES_NAME, SIZES)?;
        extend_column(&mut file, &mut block, &mut labels.sizes)?;
        let mut file = disk.work.open_file(CHROME_NAME, CHROME)?;
        while read_column(&mut file, &mut block, |row: [u32; 7]| labels.chrome.push(family(row)))? {
        }
        Ok(labels)
    }
}

fn row(family: &ChromeFamily) -> [u32; 7] {
    let ChromeFamily { site, pages, of, place, variants, first, .. } = *family;
    [site, pages, of, place as u32, variants, first.0, first.1]
}

fn family([site, pages, of, place, variants, page, paragraph]: [u32; 7]) -> ChromeFamily {
    let place = match place {
        0 => Place::Head,
        1 => Place::Inside,
        _ => Place::Foot,
    };
    let first = (page, paragraph);
    ChromeFamily { site, pages, of, place, variants, first, text: String::new() }
}

fn marks_name(shard: usize) -> String {
    format!("marks-{shard}")
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
    let mut state = State { buckets: buckets(disk, learnt), sites: vec![[0; 4]; all.len()] };
    let mut records = Vec::new();
    for (name, buckets) in RECORDS.into_iter().zip(state.buckets) {
        records.push(Scatter::create(&disk.work, name, buckets)?);
    }
    let mut sizes = vec![0_u32; learnt.pages];
    let mut chrome = disk.work.create(CHROME_NAME, CHROME)?;
    let mut beside = disk.work.create(BESIDE_NAME, BESIDE)?;
    for number in 0..families.plans.len() {
        let shard = Shard::read(disk, families, &mut all, number)?;
        let known = Known::of(&families.known, &shard.traces);
        let labels = label::label(disk.settings, &shard.traces, &shard.by_site, Some(&known), now);
        for (site, counts) in shard.sites.iter().zip(&labels.sites) {
            shard_of[*site as usize] = number;
            let SiteCounts { pages, distinct, paragraphs, chrome } = *counts;
            state.sites[*site as usize] = [pages, distinct, paragraphs, chrome];
        }
        let global = |family: &ChromeFamily| ChromeFamily {
            site: shard.sites[family.site as usize],
            first: (shard.traces.page(family.first.0).number, family.first.1),
            ..family.clone()
        };
        write_column(&mut chrome, labels.chrome.iter().map(global).map(|family| row(&family)))?;
        write_beside(&mut beside, &shard, &labels.marks)?;
        gather(disk, &shard, &labels.marks, state.buckets, |gathered, range| {
            for (page, size) in range.zip(&gathered.sizes) {
                sizes[shard.traces.page(page).number as usize] = *size;
            }
            scatter(&mut records, &gathered)
        })?;
        write_marks(disk, number, &shard, &labels.marks)?;
    }
    disk.work.close(chrome)?;
    disk.work.close(beside)?;
    for of_source in records {
        of_source.finish(&disk.work)?;
    }
    let mut file = disk.work.create(SIZES_NAME, SIZES)?;
    write_column(&mut file, sizes.iter().copied())?;
    disk.work.close(file)?;
    in_input_order(disk, &shard_of, families.plans.len())?;
    write_state(disk, "labels", LABELS, &state)?;
    disk.work.finish("label")?;
    (0..families.plans.len()).for_each(|shard| disk.work.remove(&marks_name(shard)));
    Ok(())
}

/// How many files the records of each source are written to.
fn buckets(disk: &Disk<'_>, learnt: &Learnt) -> [usize; 3] {
    const RECORD: u64 = 16;
    let each = disk.budget.bucket(disk.settings.threads.get());
    let records = [
        learnt.anchors,
        // One paragraph in eight has twenty words and more.
        learnt.paragraphs / 8,
        learnt.pages as u64 * Banding::Rows4.bands() as u64,
    ];
    [ANCHORS, FAMILIES, BANDS]
        .map(|source| scatter::buckets(records[source] * RECORD, each, MOST[source]))
}

/// Collects the records of a shard, on all threads, and hands them to `sink` in order.
fn gather(
    disk: &Disk<'_>,
    shard: &Shard,
    marks: &[Mark],
    buckets: [usize; 3],
    mut sink: impl FnMut(Gathered, Range<PageNumber>) -> Result<()>,
) -> Result<()> {
    let tier = disk.settings.tier;
    parallel::ordered(
        disk.settings.threads,
        ranges(shard.traces.len()).into_iter().map(Ok),
        || Gatherer::new(buckets, tier),
        |gatherer, range| (gatherer.gather(&shard.traces, marks, range.clone()), range),
        |(gathered, range)| sink(gathered, range),
    )
}

fn scatter(records: &mut [Scatter], gathered: &Gathered) -> Result<()> {
    for (to, from) in records.iter_mut().zip(&gathered.sources) {
        for bucket in 0..from.buckets() {
            for posting in from.bucket(bucket) {
                #[expect(clippy::cast_possible_truncation, reason = "the two halves of a number")]
                let row = [posting.key as u32, (posting.key >> 32) as u32, posting.page];
                to.push(bucket, row)?;
            }
        }
    }
    Ok(())
}

/// Writes the body of a shard that is no evidence: page, words, family.
fn write_beside(file: &mut RecordWriter, shard: &Shard, marks: &[Mark]) -> Result<()> {
    let traces = &shard.traces;
    let mut rows: Vec<[u32; 4]> = Vec::new();
    for page in (0..).take(traces.len()) {
        for paragraph in traces.span(page).filter(|&paragraph| marks[paragraph].is_beside()) {
            let (family, words) = (traces.family(paragraph), traces.shapes()[paragraph].words());
            #[expect(clippy::cast_possible_truncation, reason = "the two halves of a number")]
            rows.push([traces.page(page).number, words, family as u32, (family >> 32) as u32]);
        }
    }
    write_column(file, rows.into_iter())
}

/// Writes the marks of a shard, pages in input order: shelves stand one after the other in it.
fn write_marks(disk: &Disk<'_>, number: usize, shard: &Shard, marks: &[Mark]) -> Result<()> {
    let traces = &shard.traces;
    let mut pages: Vec<PageNumber> = (0..).take(traces.len()).collect();
    pages.sort_unstable_by_key(|&page| traces.page(page).number);
    let in_order = pages.iter().flat_map(|&page| &marks[traces.span(page)]);
    let bytes: Vec<u8> = in_order.map(|mark| mark.byte()).collect();
    let mut file = disk.work.create(&marks_name(number), SHARD_MARKS)?;
    write_column(&mut file, bytes.into_iter())?;
    disk.work.close(file)
}

/// The marks of a shard, read from front to back.
struct ShardMarks {
    file: RecordReader,
    block: Vec<u8>,
    at: usize,
}

impl ShardMarks {
    fn open(disk: &Disk<'_>, shard: usize) -> Result<ShardMarks> {
        let mut file = disk.work.open_file(&marks_name(shard), SHARD_MARKS)?;
        let mut block = Vec::new();
        // The length of the column: the column itself is read as far as pages ask for it.
        file.next(&mut block)?;
        block.clear();
        Ok(ShardMarks { file, block, at: 0 })
    }

    /// Appends the next `count` marks to `out`.
    fn take(&mut self, mut count: usize, out: &mut Vec<u8>) -> Result<()> {
        while count > 0 {
            if self.at == self.block.len() {
                self.at = 0;
                if !self.file.next(&mut self.block)? {
                    return Err(self.file.bad("has fewer marks than there are paragraphs"));
                }
                continue;
            }
            let end = self.block.len().min(self.at + count);
            out.extend_from_slice(&self.block[self.at..end]);
            count -= end - self.at;
            self.at = end;
        }
        Ok(())
    }
}

/// Writes the marks of all pages in input order.
fn in_input_order(disk: &Disk<'_>, shard_of: &[usize], shards: usize) -> Result<()> {
    let mut of_shards =
        (0..shards).map(|shard| ShardMarks::open(disk, shard)).collect::<Result<Vec<_>>>()?;
    let mut rows_file = disk.work.open_file(ROWS_NAME, ROWS)?;
    let mut file = disk.work.create(MARKS_NAME, MARKS)?;
    let (mut rows, mut block, mut marks) = (PageRows::default(), Vec::new(), Vec::new());
    while rows.read(&mut rows_file, &mut block)? {
        marks.clear();
        for (&site, &count) in rows.sites.iter().zip(&rows.paragraphs) {
            if site == PageTrace::BAD {
                continue;
            }
            let shard = shard_of.get(site as usize).and_then(|&shard| of_shards.get_mut(shard));
            match shard {
                Some(shard) => shard.take(count as usize, &mut marks)?,
                None => return Err(rows_file.bad("names a site that is not there")),
            }
        }
        write_column(&mut file, marks.iter().copied())?;
    }
    disk.work.close(file)
}
