//! Winnowing: selects a few hashes of a sequence, so that two sequences with a long common run share one.
//!
//! Hash every run of `k` tokens, and keep the smallest hash of every window of `w` consecutive ones
//! (Schleimer, Wilkerson and Aiken, SIGMOD 2003, sections 2 and 3). About 2 in `w + 1` are kept.
//!
//! The hash of a run is a cyclic polynomial of its tokens (Cohen, *Recursive hashing functions for
//! n-grams*, TOIS 1997), mixed once so that minima are fair. Its low `k − 1` bits would not be
//! independent without the mixing (Lemire and Kaser, *Recursive n-gram hashing is pairwise
//! independent, at best*, 2010); a collision costs one useless verification and never makes a link.
//!
//! Window minima are taken by doubling: of 2 neighbours, of 4, then of the window by two parts that
//! overlap. No step branches on a hash, because every fourth branch would be mispredicted.

#[cfg(target_arch = "x86_64")]
use super::avx512_winnow as avx512;
use crate::base::cpu::Tier;

/// How runs are cut and thinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Winnow {
    /// Runs of 8 tokens, windows of 7 runs: meets every shared stretch of 14.
    Short,
    /// Runs of 16 tokens, windows of 14 runs: meets every shared stretch of 29.
    Long,
}

impl Winnow {
    /// Tokens of a run.
    pub fn run(self) -> usize {
        match self {
            Winnow::Short => 8,
            Winnow::Long => 16,
        }
    }

    /// Runs of a window.
    pub fn window(self) -> usize {
        match self {
            Winnow::Short => 7,
            Winnow::Long => 14,
        }
    }

    /// Appends the smallest hash of every window of runs of `tokens` to `out`, or of all runs if they
    /// fill no window; a hash that is the smallest again right away is appended once. A line of one
    /// word repeated would otherwise give one per token (the paper's section 5.1 meets the same case).
    ///
    /// `hashes` is room to work in. Nothing is appended if there are fewer tokens than a run has.
    pub fn minima(self, tier: Tier, tokens: &[u64], hashes: &mut Vec<u64>, out: &mut Vec<u64>) {
        if tokens.len() < self.run() {
            return;
        }
        match (tier, self) {
            // SAFETY: the tier's token proves that the processor has these instructions.
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "the one call that the proof stands for")]
            (Tier::Avx512(_), Winnow::Short) => unsafe {
                avx512::minima::<false>(tokens, out);
            },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "the one call that the proof stands for")]
            (Tier::Avx512(_), Winnow::Long) => unsafe {
                avx512::minima::<true>(tokens, out);
            },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "the one call that the proof stands for")]
            (Tier::Avx2(_), _) => unsafe { self.with_avx2(tokens, hashes, out) },
            _ => self.portable(tokens, hashes, out),
        }
    }

    /// The portable form, compiled for a processor with AVX2 and BMI2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    fn with_avx2(self, tokens: &[u64], hashes: &mut Vec<u64>, out: &mut Vec<u64>) {
        self.portable(tokens, hashes, out);
    }

    #[inline(always)]
    fn portable(self, tokens: &[u64], hashes: &mut Vec<u64>, out: &mut Vec<u64>) {
        match self {
            Winnow::Short => {
                hash::<8>(tokens, hashes);
                let hashes = narrow(hashes, 1);
                let hashes = narrow(hashes, 2);
                differing(narrow(hashes, 3), out);
            }
            Winnow::Long => {
                hash::<16>(tokens, hashes);
                let hashes = narrow(hashes, 1);
                let hashes = narrow(hashes, 2);
                let hashes = narrow(hashes, 4);
                differing(narrow(hashes, 6), out);
            }
        }
    }
}

/// Replaces `hashes` by those of every run of `RUN` tokens.
#[inline(always)]
fn hash<const RUN: u32>(tokens: &[u64], hashes: &mut Vec<u64>) {
    let (first, rest) = tokens.split_at(RUN as usize);
    // A rotation by the run's length undoes the ones since a token came in.
    let mut state = first.iter().fold(0_u64, |state, &token| state.rotate_left(1) ^ token);
    hashes.clear();
    hashes.push(mix(state ^ u64::from(RUN)));
    hashes.extend(tokens.iter().zip(rest).map(|(&old, &new)| {
        state = state.rotate_left(1) ^ old.rotate_left(RUN) ^ new;
        mix(state ^ u64::from(RUN))
    }));
}

/// Takes the minimum of every hash and the one `by` further on. The last `by` have no such partner
/// and fall away, but never all: fewer are reduced to one.
#[inline(always)]
fn narrow(hashes: &mut [u64], by: usize) -> &mut [u64] {
    let by = by.min(hashes.len() - 1);
    let left = hashes.len() - by;
    for i in 0..left {
        hashes[i] = hashes[i].min(hashes[i + by]);
    }
    &mut hashes[..left]
}

/// Appends the hashes that differ from the one before, and the first.
#[inline(always)]
fn differing(hashes: &[u64], out: &mut Vec<u64>) {
    let start = out.len();
    out.extend_from_slice(hashes);
    let kept = &mut out[start..];
    let mut count = 1;
    for pair in hashes.windows(2) {
        kept[count] = pair[1];
        count += usize::from(pair[0] != pair[1]);
    }
    out.truncate(start + count);
}

/// What is added to a state before it is mixed, so that the empty state is not the smallest hash.
pub(super) const START: u64 = 0x9e37_79b9_7f4a_7c15;

/// The factors of [`mix`].
pub(super) const FACTORS: [u64; 2] = [0xff51_afd7_ed55_8ccd, 0xc4ce_b9fe_1a85_ec53];

/// The finaliser of `MurmurHash3` behind a constant: every bit of the state moves every bit of the
/// hash.
#[inline(always)]
fn mix(state: u64) -> u64 {
    let mut x = state ^ START;
    x = (x ^ (x >> 33)).wrapping_mul(FACTORS[0]);
    x = (x ^ (x >> 33)).wrapping_mul(FACTORS[1]);
    x ^ (x >> 33)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// Every run hashed from nothing, every window looked at whole.
    fn slow(winnow: Winnow, tokens: &[u64]) -> Vec<u64> {
        let hashes: Vec<u64> = tokens
            .windows(winnow.run())
            .map(|run| {
                let terms = run.iter().rev().zip(0..).map(|(token, i)| token.rotate_left(i));
                mix(terms.fold(winnow.run() as u64, |state, term| state ^ term))
            })
            .collect();
        let width = winnow.window().min(hashes.len()).max(1);
        let mut minima: Vec<u64> =
            hashes.windows(width).filter_map(|window| window.iter().min().copied()).collect();
        minima.dedup();
        minima
    }

    /// Few distinct tokens, so that runs repeat and minima tie; or many.
    fn tokens() -> impl Strategy<Value = Vec<u64>> {
        prop_oneof![vec(0..2_u64, 0..90), vec(any::<u64>(), 0..90)]
    }

    proptest! {
        #[test]
        fn tiers_give_what_the_definition_says(tokens in tokens(), before in vec(any::<u64>(), 0..3)) {
            for winnow in [Winnow::Short, Winnow::Long] {
                let expected = [&before[..], &slow(winnow, &tokens)].concat();
                for tier in Tier::here() {
                    let mut found = before.clone();
                    winnow.minima(tier, &tokens, &mut Vec::new(), &mut found);
                    prop_assert_eq!(&found, &expected, "{} {:?}", tier, winnow);
                }
            }
        }
    }
}
