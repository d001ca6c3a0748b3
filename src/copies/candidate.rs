//! Candidates: pairs of pages that share enough keys to be worth verifying.
//!
//! A key is an anchor, a rare family, or a band of a page's sketch; each is a *source* with its own
//! [`Meetings`] and its own rule for how many shared keys are enough. A source misses pairs for its
//! own reasons, so the union of all is verified.
//!
//! A key on few pages proposes all their pairs, and one on many links them (see [`super::posting`]).
//!
//! Pairs are counted page by page, as rows of a sparse matrix product (Gustavson, *Two fast
//! algorithms for sparse matrices: multiplication and permuted transposition*, TOMS 1978): all keys of
//! a page are walked through, and every later page on them is counted in a column of its own. So no
//! pair is ever written down that is not proposed.
//!
//! # Memory
//!
//! Twelve bytes for each record of a shared key (at most 8 such records for one of a linked key), and
//! a counter of four bytes for each page a worker. `R` records are counted in at most
//! `(FULL − 1) / 2 · R` steps, 24.5 each, whatever they hold.

use std::{cmp::Reverse, ops::Range};

use super::posting::{FULL, Limits, SharedKeys};
use crate::base::page::PageNumber;

/// Two pages to verify, `a < b`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The page that comes first.
    pub a: PageNumber,
    /// The page that comes second.
    pub b: PageNumber,
    /// Keys in which the pair was met: all it shares, less those linked to other pages only.
    pub shared: u32,
}

/// The shared keys of one source, by page.
#[derive(Clone, Debug, Default)]
pub struct Meetings {
    /// The pages of every key, ascending, key after key.
    pages: Vec<PageNumber>,
    /// For every page and key of it that a later page has: where the later pages stand in `pages`, and
    /// in the low [`BITS`] how many there are. By page.
    rows: Vec<u64>,
    /// For each page the first of its rows, and the end of the last.
    firsts: Vec<usize>,
    limits: Limits,
}

/// Bits of a number of pages that is less than [`FULL`].
const BITS: u32 = FULL.next_power_of_two().ilog2();

impl Meetings {
    /// Puts the parts of a source together; `pages` is one more than the last page number.
    pub fn of(parts: Vec<SharedKeys>, pages: usize) -> Meetings {
        let mut meetings = Meetings { firsts: vec![0; pages + 1], ..Meetings::default() };
        meetings.pages.reserve_exact(parts.iter().map(|part| part.pages.len()).sum());
        let mut lengths: Vec<u8> = Vec::with_capacity(parts.iter().map(|p| p.lengths.len()).sum());
        for part in parts {
            meetings.pages.extend_from_slice(&part.pages);
            lengths.extend_from_slice(&part.lengths);
            meetings.limits = meetings.limits.and(part.limits);
        }
        // The place of a page's next row, until all are written and it is the place of the row after.
        let mut places = vec![0_usize; pages + 1];
        each_row(&lengths, |at, _| places[meetings.pages[at] as usize + 1] += 1);
        for page in 0..pages {
            places[page + 1] += places[page];
        }
        meetings.firsts.copy_from_slice(&places);
        meetings.rows.resize(places[pages], 0);
        each_row(&lengths, |at, later| {
            let place = &mut places[meetings.pages[at] as usize];
            meetings.rows[*place] = (at as u64 + 1) << BITS | u64::from(later);
            *place += 1;
        });
        meetings
    }

    /// What was linked instead of paired.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The keys of `page` that a later page has.
    fn rows(&self, page: PageNumber) -> &[u64] {
        &self.rows[self.firsts[page as usize]..self.firsts[page as usize + 1]]
    }
}

/// Calls `each` with the place of every page that is not the last of its key, and how many follow.
fn each_row(lengths: &[u8], mut each: impl FnMut(usize, u8)) {
    let mut at = 0;
    for &length in lengths {
        for later in (1..length).rev() {
            each(at, later);
            at += 1;
        }
        at += 1;
    }
}

/// Counts the keys that pairs share; holds the buffers. One a worker.
#[derive(Debug)]
pub struct Counter {
    /// For each page the keys it shares with the page whose row is counted.
    counts: Vec<u32>,
    met: Vec<PageNumber>,
}

impl Counter {
    /// A counter for pages below `pages`.
    pub fn new(pages: usize) -> Counter {
        Counter { counts: vec![0; pages], met: Vec::new() }
    }

    /// Appends the pairs of pages of `range` with later ones that share at least `needed(a, b)` keys,
    /// in any order.
    pub fn pairs(
        &mut self,
        meetings: &Meetings,
        range: Range<PageNumber>,
        needed: impl Fn(PageNumber, PageNumber) -> u32,
        out: &mut Vec<Candidate>,
    ) {
        for a in range {
            for &row in meetings.rows(a) {
                let (first, later) = ((row >> BITS) as usize, (row & ((1 << BITS) - 1)) as usize);
                for &b in &meetings.pages[first..first + later] {
                    let count = &mut self.counts[b as usize];
                    if *count == 0 {
                        self.met.push(b);
                    }
                    *count += 1;
                }
            }
            for b in self.met.drain(..) {
                let shared = std::mem::take(&mut self.counts[b as usize]);
                if shared >= needed(a, b) {
                    out.push(Candidate { a, b, shared });
                }
            }
        }
    }
}

/// Anchors that two pages must share that have so many. A verified pair shares a fifth of the shorter text; a
/// twentieth of its anchors is far below.
pub fn needed_anchors(a: u32, b: u32) -> u32 {
    a.min(b).div_ceil(20).max(1)
}

/// Leaves each pair once, ascending, with the largest of its counts: keys of different sources are
/// different things.
pub fn union(pairs: &mut Vec<Candidate>) {
    pairs.sort_unstable_by_key(|pair| (pair.a, pair.b, Reverse(pair.shared)));
    pairs.dedup_by_key(|pair| (pair.a, pair.b));
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        base::group::{Grouper, Partition},
        copies::posting::{Posting, REPRESENTATIVES},
    };

    /// The pairs of records in any order, split into so many chunks and about so many buckets.
    pub(in super::super) fn propose(
        records: &[Posting],
        chunk: usize,
        buckets: usize,
        needed: impl Fn(PageNumber, PageNumber) -> u32,
    ) -> (Vec<Candidate>, Limits) {
        let mut records = records.to_vec();
        records.sort_unstable_by_key(|record| record.page);
        let pages = records.last().map_or(0, |record| record.page + 1);
        let buckets = buckets.next_power_of_two();
        let chunks: Vec<Partition<Posting>> = records
            .chunks(chunk)
            .map(|chunk| Partition::of(chunk.iter().copied(), buckets))
            .collect();
        let mut grouper = Grouper::new();
        let shared = (0..buckets).map(|bucket| {
            SharedKeys::of(&mut grouper, chunks.iter().map(|chunk| chunk.bucket(bucket)))
        });
        let meetings = Meetings::of(shared.collect(), pages as usize);
        let mut pairs = Vec::new();
        Counter::new(pages as usize).pairs(&meetings, 0..pages, needed, &mut pairs);
        union(&mut pairs);
        (pairs, meetings.limits())
    }

    fn of_keys(records: &[(u64, u32)], chunk: usize, needed: u32) -> (Vec<Candidate>, Limits) {
        let mix = |key: u64| key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let records: Vec<Posting> =
            records.iter().map(|&(key, page)| Posting { key: mix(key), page }).collect();
        let (buckets, needed) = (chunk % 5, |_: PageNumber, _: PageNumber| needed);
        propose(&records, chunk, buckets, needed)
    }

    /// All pairs of pages by two loops, with the number of keys both have.
    fn naive(records: &[(u64, u32)], needed: u32) -> Vec<Candidate> {
        let mut keys: BTreeMap<u32, BTreeSet<u64>> = BTreeMap::new();
        for &(key, page) in records {
            keys.entry(page).or_default().insert(key);
        }
        let mut pairs = Vec::new();
        for (&a, one) in &keys {
            for (&b, two) in keys.range(a + 1..) {
                let shared = u32::try_from(one.intersection(two).count()).unwrap();
                if shared >= needed.max(1) {
                    pairs.push(Candidate { a, b, shared });
                }
            }
        }
        pairs
    }

    proptest! {
        #[test]
        fn short_postings_give_all_pairs(
            records in vec((0..20_u64, 0..40_u32), 0..200),
            chunk in 1..50_usize,
            needed in 0..4_u32,
        ) {
            let (pairs, limits) = of_keys(&records, chunk, needed);
            prop_assert_eq!(pairs, naive(&records, needed));
            prop_assert_eq!(limits, Limits::default());
        }

        #[test]
        fn long_postings_are_linked_and_counted(
            pages in proptest::collection::btree_set(0..5000_u32, FULL + 1..200),
            keys in 1..4_u64,
            chunk in 1..500_usize,
        ) {
            let records: Vec<_> =
                pages.iter().flat_map(|&page| (0..keys).map(move |key| (key, page))).collect();
            let (pairs, limits) = of_keys(&records, chunk, 0);
            prop_assert_eq!(limits.linked_keys, keys);
            prop_assert_eq!(limits.linked_records, records.len() as u64);
            prop_assert_eq!(limits.longest, pages.len() as u64);
            prop_assert!(pairs.len() <= (REPRESENTATIVES + 1) * pages.len());
            prop_assert!(pairs.iter().all(|pair| u64::from(pair.shared) == keys));
            // Each page meets its neighbour and one page meets all.
            let linked: BTreeSet<_> = pairs.iter().map(|pair| (pair.a, pair.b)).collect();
            prop_assert_eq!(linked.len(), pairs.len());
            for (&a, &b) in pages.iter().zip(pages.iter().skip(1)) {
                prop_assert!(linked.contains(&(a, b)));
            }
            let hubs = pages.iter().filter(|&&hub| {
                pages.iter().all(|&page| page == hub || linked.contains(&(page.min(hub), page.max(hub))))
            });
            prop_assert_eq!(hubs.count(), REPRESENTATIVES);
        }
    }

    #[test]
    fn fifty_pages_are_paired_and_fifty_one_linked() {
        let records = |n: u32| (0..n).map(|page| (7, page)).collect::<Vec<_>>();
        assert_eq!(of_keys(&records(50), 100, 0).0.len(), 50 * 49 / 2);
        let (pairs, limits) = of_keys(&records(51), 100, 0);
        assert!(pairs.len() <= 51 * 4);
        assert_eq!(limits.linked_keys, 1);
    }

    #[test]
    fn union_keeps_each_pair_once_with_its_largest_count() {
        let pair = |a, b, shared| Candidate { a, b, shared };
        let mut pairs = vec![pair(1, 2, 1), pair(0, 1, 1), pair(0, 2, 1), pair(0, 1, 2)];
        union(&mut pairs);
        assert_eq!(pairs, [pair(0, 1, 2), pair(0, 2, 1), pair(1, 2, 1)]);
    }
}
