//! MinHash with 128 slots of 16 bits, by multiply-only permutations.
//!
//! A shingle is four 16-bit pieces. Slot *i* keeps the minimum of aᵢ·p mod 2¹⁶ over all shingles,
//! where p is piece *i* mod 4 and aᵢ is odd: a permutation of the non-zero pieces. Its
//! error is that of theory up to about 3,000 shingles (measured: docs/method.md, section 14). A zero
//! piece, which every such permutation maps to 0, must not occur; [`crate::text::shingles`] sees to
//! that. For larger sets use [`super::WideSketch`].

use super::kernel::{self, LANES};
use crate::base::cpu::Tier;

/// Slots of a sketch.
pub const SLOTS: usize = 128;

/// The sketch of a set of shingles. The sketch of the empty set is all ones, the identity of
/// [`Sketch::merge`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub struct Sketch(pub(super) [[u16; LANES]; 4]);

impl Sketch {
    /// The sketch of the empty set.
    pub const EMPTY: Sketch = Sketch([[u16::MAX; LANES]; 4]);

    /// The sketch of `shingles`. Order and repetition do not matter.
    ///
    /// Takes 128 multiplications and minima a shingle: about 4 cycles with AVX-512, 8 with AVX2, 20
    /// with SSE2 (docs/method.md, section 14). The bits are the same in every tier.
    pub fn of(tier: Tier, shingles: &[u64]) -> Sketch {
        Sketch(kernel::slots(tier, shingles))
    }

    /// Makes this the sketch of the union.
    pub fn merge(&mut self, other: &Sketch) {
        for (mine, &theirs) in self.0.as_flattened_mut().iter_mut().zip(other.slots()) {
            *mine = (*mine).min(theirs);
        }
    }

    /// The slots.
    pub fn slots(&self) -> &[u16] {
        self.0.as_flattened()
    }

    /// Estimates the resemblance of two sets of about `size` shingles together.
    ///
    /// In large sets, slots of 16 bits agree by chance. The expected share of such slots is subtracted
    /// (docs/method.md, section 14): with q = exp(−size / 2¹⁶) it is (1 − q) / (1 + q).
    pub fn resemblance(&self, other: &Sketch, size: usize) -> f64 {
        let equal = self.slots().iter().zip(other.slots()).filter(|(a, b)| a == b).count();
        let q = (-(size as f64) / 65536.0).exp();
        let chance = (1.0 - q) / (1.0 + q);
        ((equal as f64 / SLOTS as f64 - chance) / (1.0 - chance)).max(0.0)
    }
}

/// The odd factors of the 128 permutations.
pub(super) static FACTORS: [[u16; LANES]; 4] = odd_factors(0x7265_6672_6169_6E31);

/// Odd factors, different from each other, drawn by `SplitMix64` from `seed`.
pub(super) const fn odd_factors(seed: u64) -> [[u16; LANES]; 4] {
    let mut factors = [[0_u16; LANES]; 4];
    let mut state = seed;
    let mut slot = 0;
    while slot < SLOTS {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let x = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let x = (x ^ x >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        let factor = ((x ^ x >> 31) >> 48) as u16 | 1;
        let mut earlier = 0;
        while earlier < slot && factors[earlier / LANES][earlier % LANES] != factor {
            earlier += 1;
        }
        if earlier == slot {
            factors[slot / LANES][slot % LANES] = factor;
            slot += 1;
        }
    }
    factors
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::text::shingles;

    /// Shingles of a made-up paragraph whose words are `words`.
    fn set(words: impl IntoIterator<Item = u64>) -> Vec<u64> {
        words.into_iter().flat_map(|w| one(w ^ 0xABCD_EF01_2345_6789)).collect()
    }

    fn one(word: u64) -> Vec<u64> {
        let mut out = Vec::new();
        shingles(Tier::best(), &[crate::text::fingerprint(&[word])], &mut out);
        out
    }

    #[test]
    fn sketches_are_the_same_on_every_machine_forever() {
        let sketch = Sketch::of(Tier::best(), &set(1..=3));
        assert_eq!(sketch.slots()[..8], GOLDEN, "{:?}", &sketch.slots()[..8]);
    }

    const GOLDEN: [u16; 8] = [1167, 13555, 3365, 5581, 12177, 4795, 2747, 28378];

    proptest! {
        #[test]
        fn a_union_is_the_elementwise_minimum(
            a in vec(any::<u64>(), 0..40), b in vec(any::<u64>(), 0..40),
        ) {
            let mut merged = Sketch::of(Tier::best(), &set(a.clone()));
            merged.merge(&Sketch::of(Tier::best(), &set(b.clone())));
            prop_assert_eq!(merged, Sketch::of(Tier::best(), &set([a, b].concat())));
        }

        #[test]
        fn order_and_repetition_do_not_matter(a in vec(any::<u64>(), 0..40)) {
            let mut twice: Vec<u64> = a.iter().rev().copied().collect();
            twice.extend(&a);
            prop_assert_eq!(Sketch::of(Tier::best(), &set(a)), Sketch::of(Tier::best(), &set(twice)));
        }
    }

    /// Mean and root mean square error over random sets stay with theory: the mean within four
    /// standard errors, the spread within a tenth. Sets are fixed, so this is no gamble.
    #[test]
    fn the_estimate_has_the_bias_and_spread_of_theory() {
        for (size, shared) in [(10, 5), (30, 9), (30, 27), (100, 50), (1000, 300), (3000, 2000)] {
            let trials: u64 = if size >= 1000 { 150 } else { 600 };
            let union = 2 * size - shared;
            let truth = shared as f64 / union as f64;
            let errors: Vec<f64> = (0..trials)
                .map(|trial| {
                    let base = trial << 32;
                    let a = Sketch::of(Tier::best(), &set(base..base + size));
                    let b = Sketch::of(Tier::best(), &set(base + size - shared..base + union));
                    a.resemblance(&b, union as usize) - truth
                })
                .collect();
            let n = errors.len() as f64;
            let mean = errors.iter().sum::<f64>() / n;
            let spread = (errors.iter().map(|e| e * e).sum::<f64>() / n).sqrt();
            let theory = (truth * (1.0 - truth) / SLOTS as f64).sqrt();
            // Chance agreement is subtracted but its noise stays: a little at 3,000 shingles.
            let room = if size >= 3000 { 1.25 } else { 1.1 };
            assert!(mean.abs() < 4.0 * theory / n.sqrt() + 0.003, "{size}/{shared}: mean {mean}");
            assert!(
                (theory / 1.12..theory * room).contains(&spread),
                "{size}/{shared}: spread {spread}, theory {theory}"
            );
        }
    }

    /// The same on paragraphs: words replaced one by one, shingles overlapping.
    #[test]
    fn edited_paragraphs_are_estimated_without_bias() {
        let mut total = 0.0;
        let mut square = 0.0;
        let mut variance = 0.0;
        let trials = 2000_u64;
        for trial in 0..trials {
            let words: Vec<u64> = (0..40).map(|i| crate::text::fingerprint(&[trial, i])).collect();
            let mut edited = words.clone();
            for edit in 0..=trial % 6 {
                let at = (crate::text::fingerprint(&[trial, edit, 7]) % 40) as usize;
                edited[at] = crate::text::fingerprint(&[trial, edit, 9]);
            }
            let (mut a, mut b) = (Vec::new(), Vec::new());
            shingles(Tier::best(), &words, &mut a);
            shingles(Tier::best(), &edited, &mut b);
            let shared = a.iter().filter(|s| b.contains(s)).count() as f64;
            let truth = shared / (a.len() + b.len()) as f64;
            let truth = truth / (1.0 - truth);
            let error =
                Sketch::of(Tier::best(), &a).resemblance(&Sketch::of(Tier::best(), &b), 80) - truth;
            total += error;
            square += error * error;
            variance += truth * (1.0 - truth) / SLOTS as f64;
        }
        let (mean, ratio) = (total / trials as f64, (square / variance).sqrt());
        assert!(mean.abs() < 0.004, "mean error {mean}");
        assert!((0.9..1.1).contains(&ratio), "spread is {ratio} of theory");
    }
}
