//! Grouping: finds the pairs with equal keys, without sorting.
//!
//! Most keys of a corpus occur once, and their order does not matter. So one pass writes the pairs into
//! buckets by the high bits of their hash, small enough for a cache. Each bucket then drops keys that
//! occur once, with two bits a slot, and groups the rest with a small hash table. A sort would move
//! every pair about twenty times for an order that nobody needs, and one big table would miss the
//! caches for every pair.
//!
//! ```text
//! pairs ─► Partition (buckets) ─► Grouper: filter ─► table ─► groups of two pairs and more
//! ```
//!
//! The order of the output is defined and the same for any number of threads: by bucket, and in a
//! bucket by first occurrence; the pairs of a group are in input order.

mod grouper;
mod partition;

pub use grouper::Grouper;
pub use partition::{Partition, buckets_for};

/// A pair that is grouped by its key: small, and copied freely.
pub trait Pair: Copy + Default {
    /// A hash of the key: a bijection, so the key itself is not needed. Its high bits are well spread.
    fn hash(&self) -> u64;
}

/// Multiplication by an odd number is a bijection, and this one (2⁶⁴ divided by the golden ratio)
/// spreads runs of keys over the high bits (Knuth, *The Art of Computer Programming* 3, 6.4).
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// 16 bytes: the padding costs nothing that a 64-bit value would not.
impl Pair for (u64, u32) {
    #[inline]
    fn hash(&self) -> u64 {
        self.0.wrapping_mul(SPREAD)
    }
}

/// 16 bytes.
impl Pair for (u64, u64) {
    #[inline]
    fn hash(&self) -> u64 {
        self.0.wrapping_mul(SPREAD)
    }
}

/// 8 bytes.
impl Pair for (u32, u32) {
    #[inline]
    fn hash(&self) -> u64 {
        u64::from(self.0).wrapping_mul(SPREAD)
    }
}

/// Groups pairs on one thread. Reuse it: touching new memory is half of the cost.
#[derive(Debug)]
pub struct Grouping<P> {
    partition: Partition<P>,
    grouper: Grouper<P>,
}

impl<P: Pair> Default for Grouping<P> {
    fn default() -> Grouping<P> {
        Grouping { partition: Partition::default(), grouper: Grouper::new() }
    }
}

impl<P: Pair> Grouping<P> {
    /// Calls `each` with the pairs of every key that occurs twice or more.
    ///
    /// Takes about 14 ns a pair of 16 bytes and 9 ns a pair of 8 (`benches/group.rs`), and once more
    /// the memory of the pairs.
    pub fn each(
        &mut self,
        pairs: impl ExactSizeIterator<Item = P> + Clone,
        mut each: impl FnMut(&[P]),
    ) {
        let buckets = buckets_for(pairs.len());
        self.partition.fill(pairs, buckets);
        for bucket in 0..buckets {
            self.grouper.each(std::iter::once(self.partition.bucket(bucket)), &mut each);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// Groups of two and more by a stable sort, in the order of their first pairs' hashes' buckets.
    fn oracle<P: Pair>(pairs: &[P]) -> Vec<Vec<P>> {
        let mut sorted = pairs.to_vec();
        sorted.sort_by_key(Pair::hash);
        sorted
            .chunk_by(|a, b| a.hash() == b.hash())
            .filter(|g| g.len() > 1)
            .map(<[P]>::to_vec)
            .collect()
    }

    /// Compares with the oracle for one piece and for several; checks the promised order.
    fn check<P: Pair + Debug + PartialEq>(pairs: &[P], buckets: usize, piece: usize) {
        let mut found: Vec<Vec<P>> = Vec::new();
        Grouping::default().each(pairs.iter().copied(), |group| found.push(group.to_vec()));

        let pieces: Vec<Partition<P>> = pairs
            .chunks(piece.max(1))
            .map(|piece| Partition::of(piece.iter().copied(), buckets))
            .collect();
        let mut grouper = Grouper::new();
        let mut in_pieces: Vec<Vec<P>> = Vec::new();
        let mut first = 0;
        for bucket in 0..buckets {
            let slices = pieces.iter().map(|piece| piece.bucket(bucket));
            let all: Vec<P> = slices.clone().flatten().copied().collect();
            grouper.each(slices, |group: &[P]| in_pieces.push(group.to_vec()));
            let place = |group: &Vec<P>| all.iter().position(|pair| pair.hash() == group[0].hash());
            assert!(in_pieces[first..].is_sorted_by_key(place), "order of first occurrence");
            first = in_pieces.len();
        }
        let expected = oracle(pairs);
        for mut groups in [found, in_pieces] {
            groups.sort_by_key(|group| group[0].hash());
            assert_eq!(groups, expected);
        }
    }

    fn keys() -> impl Strategy<Value = Vec<u64>> {
        prop_oneof![
            vec(any::<u64>(), 0..300),
            vec(0_u64..40, 0..300),
            // Keys that share all bits of their hash but the lowest: one bucket, one slot of the filter.
            vec(0_u64..1 << 20, 0..300).prop_map(|low| {
                low.into_iter().map(|low| low.wrapping_mul(0xF1DE_83E1_9937_733D)).collect()
            }),
            (0_usize..5000).prop_map(|n| vec![7; n]),
            (0_u64..5000).prop_map(|n| (0..n).chain((0..n).step_by(3)).collect()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn groups_are_those_of_a_sort(keys in keys(), bits in 0_u32..7, piece in 1_usize..6000) {
            let wide: Vec<(u64, u32)> = keys.iter().copied().zip(0..).collect();
            check(&wide, 1 << bits, piece);
            let wider: Vec<(u64, u64)> = keys.iter().copied().zip(0..).collect();
            check(&wider, 1 << bits, piece);
            let narrow: Vec<(u32, u32)> = keys.iter().map(|&key| key as u32).zip(0..).collect();
            check(&narrow, 1 << bits, piece);
        }
    }

    #[test]
    fn the_inverse_of_the_spread_is_its_inverse() {
        assert_eq!(SPREAD.wrapping_mul(0xF1DE_83E1_9937_733D), 1);
    }

    #[test]
    fn many_buckets_hold_many_pairs() {
        let pairs: Vec<(u64, u32)> =
            (0..200_000_u32).map(|i| (crate::base::mix(u64::from(i % 150_000)), i)).collect();
        let mut found = 0;
        Grouping::default().each(pairs.iter().copied(), |group| {
            assert_eq!(group[0].1 + 150_000, group[1].1);
            found += group.len();
        });
        assert_eq!(found, 100_000);
    }
}
