//! Writes pairs into buckets by the high bits of their hash, in one pass.
//!
//! Writing each pair straight to its bucket touches as many pages of memory as there are buckets, in
//! random order. So pairs are collected in one cache line for each bucket, and whole lines are written
//! (software write-combining; Balkesen et al., ICDE 2013, section V).

use super::Pair;

/// Pairs that are written together: one or two lines of a cache.
const LINE: usize = 8;

/// Largest number of buckets. With more, the lines and the addresses of their pages do not fit the caches.
const MOST: usize = 1 << 10;

/// Wanted number of pairs in a bucket.
const FILL: usize = 1 << 12;

/// Number of buckets for `pairs` pairs.
pub fn buckets_for(pairs: usize) -> usize {
    (pairs / FILL).next_power_of_two().clamp(1, MOST)
}

/// Pairs by bucket, in input order within each.
#[derive(Debug)]
pub struct Partition<P> {
    /// Every bucket begins a line of its own.
    lines: Vec<[P; LINE]>,
    /// First line of every bucket, and how many pairs it has.
    buckets: Vec<(usize, usize)>,
}

impl<P> Default for Partition<P> {
    fn default() -> Partition<P> {
        Partition { lines: Vec::new(), buckets: Vec::new() }
    }
}

impl<P: Pair> Partition<P> {
    /// Writes `pairs` to `buckets` buckets, a power of two. Takes two passes over `pairs`.
    pub fn of(pairs: impl Iterator<Item = P> + Clone, buckets: usize) -> Partition<P> {
        let mut partition = Partition::default();
        partition.fill(pairs, buckets);
        partition
    }

    /// The same, reusing the memory of the last partition. New memory costs nearly as much as the work
    /// itself.
    pub fn fill(&mut self, pairs: impl Iterator<Item = P> + Clone, buckets: usize) {
        debug_assert!(buckets.is_power_of_two(), "{buckets} buckets");
        let bits = buckets.trailing_zeros();
        let mut counts = vec![0_usize; buckets];
        pairs.clone().for_each(|pair| counts[bucket_of(pair.hash(), bits)] += 1);

        let mut needed = 0;
        self.buckets.clear();
        self.buckets.extend(counts.iter().map(|&count| {
            let start = needed;
            needed += count.div_ceil(LINE);
            (start, count)
        }));
        if self.lines.len() < needed {
            // Not resized, which would write what is overwritten.
            self.lines = Vec::new();
            self.lines = vec![[P::default(); LINE]; needed];
        }

        // Where each bucket's next pair goes, in pairs, and the line it is gathered in.
        let mut next: Vec<usize> = self.buckets.iter().map(|&(line, _)| line * LINE).collect();
        let mut staged = vec![[P::default(); LINE]; buckets];
        let lines = self.lines.as_mut_slice();
        pairs.for_each(|pair| {
            let bucket = bucket_of(pair.hash(), bits);
            let at = next[bucket];
            let line = &mut staged[bucket];
            line[at % LINE] = pair;
            next[bucket] = at + 1;
            if at % LINE == LINE - 1 {
                lines[at / LINE] = *line;
            }
        });
        for (&next, staged) in next.iter().zip(&staged) {
            if next % LINE != 0 {
                lines[next / LINE] = *staged;
            }
        }
    }

    /// Number of buckets.
    pub fn buckets(&self) -> usize {
        self.buckets.len()
    }

    /// The pairs of a bucket, in input order.
    pub fn bucket(&self, bucket: usize) -> &[P] {
        let (line, pairs) = self.buckets[bucket];
        &self.lines[line..].as_flattened()[..pairs]
    }
}

#[inline]
fn bucket_of(hash: u64, bits: u32) -> usize {
    // In two steps, because a shift by 64 is none.
    (hash >> 1 >> (63 - bits)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_hold_what_they_were_given_in_order() {
        let mut partition = Partition::default();
        for buckets in [64, 1, 2] {
            let pairs: Vec<(u64, u32)> = (0..1000).map(|i| (u64::from(i % 37), i)).collect();
            partition.fill(pairs.iter().copied(), buckets);
            assert_eq!(partition.buckets(), buckets);
            let mut all = 0;
            for bucket in 0..buckets {
                let mine = partition.bucket(bucket);
                assert!(mine.is_sorted_by_key(|pair| pair.1));
                assert!(
                    mine.iter()
                        .all(|pair| { bucket_of(pair.hash(), buckets.trailing_zeros()) == bucket })
                );
                all += mine.len();
            }
            assert_eq!(all, pairs.len());
        }
    }

    #[test]
    fn a_bucket_fits_a_cache() {
        assert_eq!(buckets_for(0), 1);
        assert_eq!(buckets_for(10_000_000), MOST);
        assert!(1_000_000 / buckets_for(1_000_000) <= 2 * FILL);
    }
}
