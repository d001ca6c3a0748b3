//! From records of shared keys to candidates: key by key to pairs of pages, then page by page to counts.

use serde::{Deserialize, Serialize};

use super::{
    Disk,
    label::{self, RECORDS},
    scatter::{self, Buckets, Scatter, whole},
    state::{read_state, write_state},
};
use crate::{
    Result,
    base::{
        group::{Grouper, Partition, buckets_for},
        page::PageNumber,
    },
    copies::{Candidate, Limits, Posting, SharedKeys},
    engine::{
        Underway, parallel,
        steps::count::{Candidates, count_pairs},
    },
    store::{Kind, extend_column, write_column},
};

const PAIRS: Kind = Kind::new(*b"pairs   ", 1);
const CANDIDATES: Kind = Kind::new(*b"candidat", 1);
const CANDIDATES_NAME: &str = "candidates";
/// Ranges of pages whose pairs are counted together.
const RANGES: usize = 128;
/// Names of the files of pairs of each source.
const MET: [&str; 3] = ["met-anchors", "met-long", "met-bands"];

#[derive(Serialize, Deserialize)]
struct State {
    linked: [u64; 3],
}

/// The candidates that were counted.
pub(super) fn read(disk: &Disk<'_>) -> Result<Candidates> {
    let State { linked: [linked_keys, linked_records, longest] } =
        read_state(disk, "pairs", PAIRS)?;
    let mut rows: Vec<[u32; 3]> = Vec::new();
    let mut file = disk.work.open_file(CANDIDATES_NAME, CANDIDATES)?;
    extend_column(&mut file, &mut Vec::new(), &mut rows)?;
    Ok(Candidates {
        pairs: rows.into_iter().map(|[a, b, shared]| Candidate { a, b, shared }).collect(),
        limits: Limits { linked_keys, linked_records, longest },
    })
}

pub(super) fn run(disk: &mut Disk<'_>, buckets: [usize; 3], now: Underway<'_>) -> Result<()> {
    if disk.work.is_done("pairs") {
        return Ok(());
    }
    let sizes = label::sizes(disk)?;
    let each = sizes.len().div_ceil(RANGES).max(1);
    let mut limits = Limits::default();
    for (source, name) in RECORDS.into_iter().enumerate() {
        let mut met = Scatter::create(&disk.work, disk.budget, MET[source], RANGES)?;
        let records = Buckets::open(disk, name)?;
        let buckets: Vec<usize> = (0..buckets[source]).collect();
        for some in buckets.chunks(disk.settings.workers().threads.get()) {
            let order: Vec<usize> = (0..some.len()).collect();
            let found = parallel::map(
                now,
                disk.settings.workers().threads,
                &order,
                || (),
                |(), at| pairs(&records, some[at]),
            )?;
            for of_bucket in found {
                let (pairs, of_bucket) = of_bucket?;
                limits = limits.and(of_bucket);
                for pair in pairs {
                    met.push(pair[0] as usize / each, pair)?;
                }
            }
        }
        met.finish(&disk.work)?;
    }

    let met = MET.map(|name| Buckets::open(disk, name));
    let [anchors, long, bands] = met;
    let met = [anchors?, long?, bands?];
    let ranges: Vec<usize> = (0..RANGES).collect();
    let mut candidates: Vec<Candidate> = Vec::new();
    for some in ranges.chunks(disk.settings.workers().threads.get()) {
        let order: Vec<usize> = (0..some.len()).collect();
        let found = parallel::map(
            now,
            disk.settings.workers().threads,
            &order,
            || (),
            |(), at| counted(&met, &sizes, some[at]),
        )?;
        for of_range in found {
            candidates.extend(of_range?);
        }
    }
    let mut file = disk.work.create(CANDIDATES_NAME, CANDIDATES)?;
    write_column(&mut file, candidates.iter().map(|pair| [pair.a, pair.b, pair.shared]))?;
    disk.work.close(file)?;
    let linked = [limits.linked_keys, limits.linked_records, limits.longest];
    write_state(disk, "pairs", PAIRS, &State { linked })?;
    disk.work.finish("pairs")?;
    for (source, name) in RECORDS.into_iter().enumerate() {
        scatter::remove(&disk.work, name);
        scatter::remove(&disk.work, MET[source]);
    }
    Ok(())
}

/// The pairs of pages that have a key of a bucket, once for each key.
fn pairs(records: &Buckets, bucket: usize) -> Result<(Vec<[PageNumber; 2]>, Limits)> {
    let rows: Vec<[u32; 3]> = records.rows(bucket)?;
    let postings = rows.iter().map(|&[low, high, page]| Posting { key: whole([low, high]), page });
    // Keys of a file agree in their high bits, so all would fall into one bucket of more.
    let parts = Partition::of(postings.map(Turned), buckets_for(rows.len()));
    drop(rows);
    let mut grouper = Grouper::new();
    let (mut pairs, mut limits) = (Vec::new(), Limits::default());
    let mut back: Vec<Posting> = Vec::new();
    for part in 0..parts.buckets() {
        back.clear();
        back.extend(parts.bucket(part).iter().map(|turned| turned.0));
        let shared = SharedKeys::of(&mut grouper, std::iter::once(back.as_slice()));
        shared.each_pair(|a, b| pairs.push([a, b]));
        limits = limits.and(shared.limits());
    }
    Ok((pairs, limits))
}

/// A record that is put where the bits of its hash say that its file does not share.
#[derive(Clone, Copy, Default)]
struct Turned(Posting);

impl crate::base::group::Pair for Turned {
    fn hash(&self) -> u64 {
        self.0.hash().rotate_left(8)
    }
}

/// The candidates whose first page is in a range, ascending.
fn counted(met: &[Buckets; 3], sizes: &[u32], range: usize) -> Result<Vec<Candidate>> {
    let [anchors, families, bands] = met.each_ref().map(|of_source| of_source.rows(range));
    Ok(count_pairs([anchors?, families?, bands?], sizes))
}
