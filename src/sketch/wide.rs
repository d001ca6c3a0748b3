//! MinHash with 128 slots of 32 bits, for sets of more than about 3,000 shingles.
//!
//! The high half of slot *i* is slot *i* of the 16-bit sketch. The low half is another piece under
//! another factor, which breaks the ties of 16 bits in large sets. So a wide sketch can be
//! narrowed for free, and both kinds can be compared.

use super::{
    kernel::{self, LANES},
    minhash::{SLOTS, Sketch},
};
use crate::base::cpu::Tier;

/// The summary of a large set of shingles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub struct WideSketch([[u32; LANES]; 4]);

impl WideSketch {
    /// The sketch of the empty set.
    pub const EMPTY: WideSketch = WideSketch([[u32::MAX; LANES]; 4]);

    /// The sketch of `shingles`, at about twice the cost of [`Sketch::of`].
    pub fn of(tier: Tier, shingles: &[u64]) -> WideSketch {
        WideSketch(kernel::wide_slots(tier, shingles))
    }

    /// Makes this the sketch of the union.
    pub fn merge(&mut self, other: &WideSketch) {
        for (mine, &theirs) in self.0.as_flattened_mut().iter_mut().zip(other.slots()) {
            *mine = (*mine).min(theirs);
        }
    }

    /// The 16-bit sketch of the same set.
    pub fn narrow(&self) -> Sketch {
        Sketch(self.0.map(|row| row.map(|slot| (slot >> 16) as u16)))
    }

    /// The slots.
    pub fn slots(&self) -> &[u32] {
        self.0.as_flattened()
    }

    /// Estimates the resemblance of two sets.
    pub fn resemblance(&self, other: &WideSketch) -> f64 {
        let equal = self.slots().iter().zip(other.slots()).filter(|(a, b)| a == b).count();
        equal as f64 / SLOTS as f64
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::text::fingerprint;

    fn set(range: std::ops::Range<u64>) -> Vec<u64> {
        range.map(|x| fingerprint(&[x]) | 0x0001_0001_0001_0001).collect()
    }

    proptest! {
        #[test]
        fn narrowing_gives_the_narrow_sketch(a in vec(any::<u64>(), 0..60)) {
            prop_assert_eq!(WideSketch::of(Tier::best(), &a).narrow(), Sketch::of(Tier::best(), &a));
        }

        #[test]
        fn a_union_is_the_elementwise_minimum(
            a in vec(any::<u64>(), 0..40), b in vec(any::<u64>(), 0..40),
        ) {
            let mut merged = WideSketch::of(Tier::best(), &a);
            merged.merge(&WideSketch::of(Tier::best(), &b));
            prop_assert_eq!(merged, WideSketch::of(Tier::best(), &[a, b].concat()));
        }
    }

    /// Where 16 bits are useless (bias +.43 at 100,000 shingles), 32 are not.
    #[test]
    fn large_sets_keep_their_resemblance() {
        let mut total = 0.0;
        for trial in 0..6_u64 {
            let base = trial << 40;
            let a = WideSketch::of(Tier::best(), &set(base..base + 30_000));
            let b = WideSketch::of(Tier::best(), &set(base + 15_000..base + 45_000));
            total += a.resemblance(&b);
        }
        let mean = total / 6.0;
        assert!((mean - 1.0 / 3.0).abs() < 0.07, "{mean}");
    }
}
