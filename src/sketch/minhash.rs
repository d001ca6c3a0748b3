//! MinHash with 128 slots of 16 bits, by multiply-only permutations.
//!
//! A shingle is four 16-bit pieces. Slot *i* keeps the minimum of aᵢ·p mod 2¹⁶ over all shingles,
//! where p is piece *i* mod 4 and aᵢ is odd: a permutation of the non-zero pieces. KERNEL.md
//! section 4 measured its error to be that of theory up to some 3,000 shingles, and that a zero
//! piece, which every such permutation maps to 0, must not occur; [`crate::text::shingles`] sees
//! to that. Beyond, [`super::WideSketch`] has room.

use std::array;

/// Slots of a sketch.
pub const SLOTS: usize = 128;

/// The summary of a set of shingles. The empty set's is all ones, the identity of [`Sketch::merge`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub struct Sketch(pub(super) [u16; SLOTS]);

impl Sketch {
    /// The sketch of the empty set.
    pub const EMPTY: Sketch = Sketch([u16::MAX; SLOTS]);

    /// The sketch of `shingles`. Order and repetition do not matter.
    ///
    /// Takes 128 multiplications and minima a shingle, which the compiler puts into vectors: about
    /// 20 cycles with SSE2, 8 with AVX2 (KERNEL.md section 4).
    pub fn of(shingles: &[u64]) -> Sketch {
        let mut slots = [[u16::MAX; 32]; 4];
        for &shingle in shingles {
            let pieces: [u16; 32] = array::from_fn(|lane| piece(shingle, lane));
            for (slots, factors) in slots.iter_mut().zip(&FACTORS) {
                for lane in 0..32 {
                    slots[lane] = slots[lane].min(factors[lane].wrapping_mul(pieces[lane]));
                }
            }
        }
        Sketch(array::from_fn(|slot| slots[slot / 32][slot % 32]))
    }

    /// Makes this the sketch of the union.
    pub fn merge(&mut self, other: &Sketch) {
        for (mine, &theirs) in self.0.iter_mut().zip(&other.0) {
            *mine = (*mine).min(theirs);
        }
    }

    /// The slots.
    pub fn slots(&self) -> &[u16; SLOTS] {
        &self.0
    }

    /// Estimates the resemblance of two sets of about `size` shingles together.
    ///
    /// Slots of 16 bits agree by chance once sets are large; the share that does is subtracted
    /// (KERNEL.md section 4): with q = exp(−size / 2¹⁶) it is (1 − q) / (1 + q).
    pub fn resemblance(&self, other: &Sketch, size: usize) -> f64 {
        let equal = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        let q = (-(size as f64) / 65536.0).exp();
        let chance = (1.0 - q) / (1.0 + q);
        ((equal as f64 / SLOTS as f64 - chance) / (1.0 - chance)).max(0.0)
    }
}

/// The piece of `shingle` that lane `lane` reads.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "a piece is 16 of the 64 bits")]
pub(super) fn piece(shingle: u64, lane: usize) -> u16 {
    (shingle >> (16 * (lane & 3))) as u16
}

/// The odd factors of the 128 permutations.
pub(super) static FACTORS: [[u16; 32]; 4] = odd_factors(0x7265_6672_6169_6E31);

/// Odd factors, different from each other, drawn by `SplitMix64` from `seed`.
pub(super) const fn odd_factors(seed: u64) -> [[u16; 32]; 4] {
    let mut factors = [[0_u16; 32]; 4];
    let mut state = seed;
    let mut slot = 0;
    while slot < SLOTS {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let x = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let x = (x ^ x >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        let factor = ((x ^ x >> 31) >> 48) as u16 | 1;
        let mut earlier = 0;
        while earlier < slot && factors[earlier / 32][earlier % 32] != factor {
            earlier += 1;
        }
        if earlier == slot {
            factors[slot / 32][slot % 32] = factor;
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
        shingles(&[crate::text::fingerprint(&[word])], &mut out);
        out
    }

    #[test]
    fn sketches_are_the_same_on_every_machine_forever() {
        let sketch = Sketch::of(&set(1..=3));
        assert_eq!(sketch.0[..8], GOLDEN, "{:?}", &sketch.0[..8]);
    }

    const GOLDEN: [u16; 8] = [1167, 13555, 3365, 5581, 12177, 4795, 2747, 28378];

    proptest! {
        #[test]
        fn a_union_is_the_elementwise_minimum(
            a in vec(any::<u64>(), 0..40), b in vec(any::<u64>(), 0..40),
        ) {
            let mut merged = Sketch::of(&set(a.clone()));
            merged.merge(&Sketch::of(&set(b.clone())));
            prop_assert_eq!(merged, Sketch::of(&set([a, b].concat())));
        }

        #[test]
        fn order_and_repetition_do_not_matter(a in vec(any::<u64>(), 0..40)) {
            let mut twice: Vec<u64> = a.iter().rev().copied().collect();
            twice.extend(&a);
            prop_assert_eq!(Sketch::of(&set(a)), Sketch::of(&set(twice)));
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
                    let a = Sketch::of(&set(base..base + size));
                    let b = Sketch::of(&set(base + size - shared..base + union));
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
            shingles(&words, &mut a);
            shingles(&edited, &mut b);
            let shared = a.iter().filter(|s| b.contains(s)).count() as f64;
            let truth = shared / (a.len() + b.len()) as f64;
            let truth = truth / (1.0 - truth);
            let error = Sketch::of(&a).resemblance(&Sketch::of(&b), 80) - truth;
            total += error;
            square += error * error;
            variance += truth * (1.0 - truth) / SLOTS as f64;
        }
        let (mean, ratio) = (total / trials as f64, (square / variance).sqrt());
        assert!(mean.abs() < 0.004, "mean error {mean}");
        assert!((0.9..1.1).contains(&ratio), "spread is {ratio} of theory");
    }
}
