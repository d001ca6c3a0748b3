//! Candidates: pairs of pages that share enough keys to be worth verifying.
//!
//! A key is an anchor, a rare family, or a band of a page's sketch; each is a *source* with its own
//! [`Proposer`] and its own rule for how many shared keys are enough. A source misses pairs for its
//! own reasons, so the union of all is verified.
//!
//! A key on at most [`FULL`] pages proposes all its pairs. A longer posting can't, or one popular
//! sentence would cost millions of pairs; but dropping it would lose the most reprinted story of
//! all. It is *linked*: each page with the next one, and with [`REPRESENTATIVES`] pages of the
//! posting. These are the ones whose numbers hash lowest, so that the postings of one story's many
//! anchors agree on them and a pair's count still grows with what it shares. What was linked is
//! counted in [`Limits`].
//!
//! # Memory
//!
//! Pairs are generated into a buffer that is counted and merged into one sorted list whenever it is
//! full; it holds [`BUFFER`] pairs or a quarter of the list, whichever is more, so that merging stays
//! linear in what was generated. With `D` distinct pairs that is at most `34·D` bytes (two lists
//! while merging, the buffer) and 8 MB. `R` records generate at most `(FULL − 1) / 2 · R` pairs,
//! 24.5 each, whatever they hold.

use crate::page::PageNumber;

/// The longest posting that proposes all its pairs.
pub const FULL: usize = 50;

/// Pages of a longer posting that every other is linked to.
pub const REPRESENTATIVES: usize = 3;

/// Generated pairs held before they are counted, at least.
pub const BUFFER: usize = 1 << 20;

/// A key and a page that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting {
    /// Hash of what is shared: an anchor, a family, a band.
    pub key: u64,
    /// A page that has it.
    pub page: PageNumber,
}

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

/// What was not compared in full, because nothing is capped in silence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Keys on more than [`FULL`] pages, whose pages were linked and not paired.
    pub linked_keys: u64,
    /// Their records.
    pub linked_records: u64,
    /// Pages of the longest of them.
    pub longest: u64,
}

/// What a source proposes, or several together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposals {
    /// Pairs, ascending, each once.
    pub pairs: Vec<Candidate>,
    /// What was linked instead of paired.
    pub limits: Limits,
}

/// Collects the pairs of one source, key by key.
#[derive(Debug)]
pub struct Proposer {
    buffer: Vec<u64>,
    /// Least length of a full buffer.
    least: usize,
    /// Distinct pairs with their counts, ascending.
    counted: Vec<(u64, u32)>,
    merged: Vec<(u64, u32)>,
    limits: Limits,
}

impl Default for Proposer {
    fn default() -> Proposer {
        Proposer::new()
    }
}

impl Proposer {
    /// A source without keys.
    pub fn new() -> Proposer {
        Proposer::with_buffer(BUFFER)
    }

    /// As [`Proposer::new`], with another least number of pairs held before counting. It changes
    /// memory and speed, never the result.
    pub fn with_buffer(pairs: usize) -> Proposer {
        Proposer {
            buffer: Vec::new(),
            least: pairs.max(1),
            counted: Vec::new(),
            merged: Vec::new(),
            limits: Limits::default(),
        }
    }

    /// Adds all of `postings`, in any order, repetitions allowed. They are left sorted and distinct.
    ///
    /// No key may be split over two calls.
    pub fn postings(&mut self, postings: &mut Vec<Posting>) {
        postings.sort_unstable();
        postings.dedup();
        let mut pages = Vec::new();
        for posting in postings.chunk_by(|one, next| one.key == next.key) {
            pages.clear();
            pages.extend(posting.iter().map(|record| record.page));
            self.key(&pages);
        }
    }

    /// Adds one key: the pages that have it, ascending and distinct.
    pub fn key(&mut self, pages: &[PageNumber]) {
        debug_assert!(pages.is_sorted_by(|one, next| one < next));
        if pages.len() <= FULL {
            for (i, &a) in pages.iter().enumerate() {
                for &b in &pages[i + 1..] {
                    self.pair(a, b);
                }
            }
        } else {
            self.link(pages);
        }
    }

    /// Pairs that share at least `needed(a, b)` keys, and what was limited.
    pub fn finish(mut self, mut needed: impl FnMut(PageNumber, PageNumber) -> u32) -> Proposals {
        self.count();
        let pairs = self
            .counted
            .iter()
            .map(|&(pair, shared)| {
                let (a, b) = unpack(pair);
                Candidate { a, b, shared }
            })
            .filter(|pair| pair.shared >= needed(pair.a, pair.b))
            .collect();
        Proposals { pairs, limits: self.limits }
    }

    /// Links the pages of a long posting; each pair once, so that it counts the key once.
    fn link(&mut self, pages: &[PageNumber]) {
        let length = pages.len() as u64;
        self.limits.linked_keys += 1;
        self.limits.linked_records += length;
        self.limits.longest = self.limits.longest.max(length);

        let mut lowest = [(u32::MAX, PageNumber::MAX); REPRESENTATIVES];
        for &page in pages {
            let mut record = (scatter(page), page);
            for kept in &mut lowest {
                if record < *kept {
                    std::mem::swap(&mut record, kept);
                }
            }
        }
        let chosen = lowest.map(|(_, page)| page);
        for (i, &page) in pages.iter().enumerate() {
            let is_chosen = chosen.contains(&page);
            for &other in &chosen {
                // Two representatives meet once, from the lower side.
                if page != other && !(is_chosen && other < page) {
                    self.pair(page.min(other), page.max(other));
                }
            }
            if let Some(&next) = pages.get(i + 1)
                && !is_chosen
                && !chosen.contains(&next)
            {
                self.pair(page, next);
            }
        }
    }

    fn pair(&mut self, a: PageNumber, b: PageNumber) {
        self.buffer.push(u64::from(a) << 32 | u64::from(b));
        if self.buffer.len() >= self.least.max(self.counted.len() / 4) {
            self.count();
        }
    }

    /// Empties the buffer into the sorted list.
    fn count(&mut self) {
        self.buffer.sort_unstable();
        self.merged.clear();
        self.merged.reserve(self.counted.len());
        let mut old = self.counted.iter().copied().peekable();
        for run in self.buffer.chunk_by(|one, next| one == next) {
            let mut shared = u32::try_from(run.len()).unwrap_or(u32::MAX);
            let pair = run[0];
            while let Some(earlier) = old.next_if(|earlier| earlier.0 < pair) {
                self.merged.push(earlier);
            }
            if let Some(earlier) = old.next_if(|earlier| earlier.0 == pair) {
                shared = shared.saturating_add(earlier.1);
            }
            self.merged.push((pair, shared));
        }
        self.merged.extend(old);
        std::mem::swap(&mut self.counted, &mut self.merged);
        self.buffer.clear();
    }
}

/// Pairs that any source proposes; `shared` is the largest of their counts, since keys of different
/// sources are different things. Limits add up.
pub fn union(sources: impl IntoIterator<Item = Proposals>) -> Proposals {
    let mut all = Proposals::default();
    for source in sources {
        all.pairs.extend(source.pairs);
        all.limits.linked_keys += source.limits.linked_keys;
        all.limits.linked_records += source.limits.linked_records;
        all.limits.longest = all.limits.longest.max(source.limits.longest);
    }
    // Of equal pairs the one with the largest count comes first and stays.
    all.pairs.sort_unstable_by_key(|pair| (pair.a, pair.b, std::cmp::Reverse(pair.shared)));
    all.pairs.dedup_by_key(|pair| (pair.a, pair.b));
    all
}

#[expect(clippy::cast_possible_truncation, reason = "takes a packed pair apart")]
fn unpack(pair: u64) -> (PageNumber, PageNumber) {
    ((pair >> 32) as u32, pair as u32)
}

/// A fixed bijection that scatters page numbers, so that no end of the input is preferred.
fn scatter(page: PageNumber) -> u32 {
    let mut x = page ^ 0x9e37_79b9;
    x = (x ^ (x >> 16)).wrapping_mul(0x85eb_ca6b);
    x = (x ^ (x >> 13)).wrapping_mul(0xc2b2_ae35);
    x ^ (x >> 16)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn postings(records: &[(u64, u32)]) -> Vec<Posting> {
        records.iter().map(|&(key, page)| Posting { key, page }).collect()
    }

    fn propose(records: &[(u64, u32)], buffer: usize, needed: u32) -> Proposals {
        let mut proposer = Proposer::with_buffer(buffer);
        proposer.postings(&mut postings(records));
        proposer.finish(|_, _| needed)
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
            buffer in 1..50_usize,
            needed in 0..4_u32,
        ) {
            let proposals = propose(&records, buffer, needed);
            prop_assert_eq!(proposals.pairs, naive(&records, needed));
            prop_assert_eq!(proposals.limits, Limits::default());
        }

        #[test]
        fn long_postings_are_linked_and_counted(
            pages in proptest::collection::btree_set(0..5000_u32, FULL + 1..200),
            keys in 1..4_u64,
            buffer in 1..500_usize,
        ) {
            let records: Vec<_> =
                pages.iter().flat_map(|&page| (0..keys).map(move |key| (key, page))).collect();
            let proposals = propose(&records, buffer, 0);
            prop_assert_eq!(proposals.limits.linked_keys, keys);
            prop_assert_eq!(proposals.limits.linked_records, records.len() as u64);
            prop_assert_eq!(proposals.limits.longest, pages.len() as u64);
            prop_assert!(proposals.pairs.len() <= (REPRESENTATIVES + 1) * pages.len());
            prop_assert!(proposals.pairs.iter().all(|pair| u64::from(pair.shared) == keys));
            // Each page meets its neighbour and one page meets all.
            let linked: BTreeSet<_> = proposals.pairs.iter().map(|pair| (pair.a, pair.b)).collect();
            prop_assert_eq!(linked.len(), proposals.pairs.len());
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
        assert_eq!(propose(&records(50), 100, 0).pairs.len(), 50 * 49 / 2);
        let linked = propose(&records(51), 100, 0);
        assert!(linked.pairs.len() <= 51 * 4);
        assert_eq!(linked.limits.linked_keys, 1);
    }

    #[test]
    fn union_keeps_each_pair_once_with_its_largest_count() {
        let one = propose(&[(1, 0), (1, 1), (2, 0), (2, 1)], 9, 0);
        let two = propose(&[(9, 0), (9, 1), (9, 2)], 9, 0);
        let pair = |a, b, shared| Candidate { a, b, shared };
        assert_eq!(union([two, one]).pairs, [pair(0, 1, 2), pair(0, 2, 1), pair(1, 2, 1)]);
    }
}
