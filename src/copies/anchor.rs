//! Anchors: a few hashes of each paragraph, chosen so that shared text shares one.
//!
//! They are the minima of [`Winnow`]: which hash is kept depends on its window alone, so two texts
//! that share `w + k − 1` tokens in a row, shingles of `k` and windows of `w`, keep the same hash
//! there, wherever it stands. That is the guarantee everything after rests on.
//!
//! Shingles stay inside one paragraph and outside quotation marks: quoted words are shared by
//! stories that are not copies.

use crate::{base::cpu::Tier, sketch::Winnow};

/// Finds anchors; holds the buffer that is reused from paragraph to paragraph.
#[derive(Debug)]
pub struct Anchors {
    tier: Tier,
    hashes: Vec<u64>,
}

impl Anchors {
    /// A finder with an empty buffer.
    pub fn new(tier: Tier) -> Anchors {
        Anchors { tier, hashes: Vec::new() }
    }

    /// Appends the anchors of one paragraph to `out`; the same anchor may be appended twice.
    ///
    /// `tokens` are well-mixed hashes of the paragraph's folded tokens. `quoted` are the token
    /// ranges `start..end` inside quotation marks, by ascending start; ranges past the end are
    /// ignored. `singles` says that most tokens are single characters of a script
    /// without spaces. A stretch between quotations that is shorter than a shingle gives no anchor.
    ///
    /// Any run of 14 tokens (29 with `singles`) outside quotations that two paragraphs of the same
    /// `singles` share gives them a common anchor. Takes `O(tokens)`; allocates only to grow.
    pub fn of(&mut self, tokens: &[u64], quoted: &[(u32, u32)], singles: bool, out: &mut Vec<u64>) {
        // One character is about half a word, so runs and windows are twice as long.
        let winnow = if singles { Winnow::Long } else { Winnow::Short };
        let mut from = 0;
        for &(start, end) in quoted {
            let (start, end) = (start as usize, end as usize);
            if start > from {
                let stretch = &tokens[from.min(tokens.len())..start.min(tokens.len())];
                winnow.minima(self.tier, stretch, &mut self.hashes, out);
            }
            from = from.max(end);
        }
        let stretch = &tokens[from.min(tokens.len())..];
        winnow.minima(self.tier, stretch, &mut self.hashes, out);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::base::mix;

    fn hashed(tokens: &[u64]) -> Vec<u64> {
        tokens.iter().map(|&token| mix(token)).collect()
    }

    fn anchors(tokens: &[u64], quoted: &[(u32, u32)], singles: bool) -> BTreeSet<u64> {
        let mut out = Vec::new();
        Anchors::new(Tier::best()).of(&hashed(tokens), quoted, singles, &mut out);
        out.into_iter().collect()
    }

    /// Few distinct tokens, so that shingles repeat and minima tie.
    fn text(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<u64>> {
        prop_oneof![vec(0..3_u64, length.clone()), vec(0..500_u64, length)]
    }

    proptest! {
        #[test]
        fn a_shared_run_outside_quotations_shares_an_anchor(
            run in text(29..40),
            singles: bool,
            cut in 0..15_usize,
            (a, b) in (text(0..40), text(0..40)),
            (c, d) in (text(0..40), text(0..40)),
            quoted: bool,
        ) {
            // Exactly as long as the guarantee asks for, or longer.
            let run = &run[if singles { 0 } else { cut }..];
            let one = [&a[..], run, &b[..]].concat();
            let two = [&c[..], run, &d[..]].concat();
            let marks = |before: &[u64]| {
                let (start, end) = (before.len(), before.len() + run.len());
                let total = u32::try_from(end + 100).unwrap();
                if quoted {
                    vec![(0, u32::try_from(start).unwrap()), (u32::try_from(end).unwrap(), total)]
                } else {
                    Vec::new()
                }
            };
            let (one, two) = (anchors(&one, &marks(&a), singles), anchors(&two, &marks(&c), singles));
            prop_assert!(!one.is_disjoint(&two));
        }

        #[test]
        fn a_quotation_cuts_a_paragraph_in_two(a in text(0..40), q in text(0..40), b in text(0..40)) {
            let whole = [&a[..], &q[..], &b[..]].concat();
            let mark = (u32::try_from(a.len()).unwrap(), u32::try_from(a.len() + q.len()).unwrap());
            // An empty quotation ends a stretch, too.
            let apart = &anchors(&a, &[], false) | &anchors(&b, &[], false);
            prop_assert_eq!(anchors(&whole, &[mark], false), apart);
        }
    }

    #[test]
    fn a_stretch_shorter_than_a_shingle_has_no_anchor() {
        let tokens: Vec<u64> = (0..20).collect();
        assert_eq!(anchors(&tokens[..7], &[], false).len(), 0);
        assert_eq!(anchors(&tokens[..8], &[], false).len(), 1);
        assert_eq!(anchors(&tokens[..15], &[], true).len(), 0);
        assert_eq!(anchors(&tokens, &[(7, 13)], false).len(), 0);
    }

    #[test]
    fn overlapping_and_overlong_quotations_do_no_harm() {
        let tokens: Vec<u64> = (0..40).collect();
        assert_eq!(
            anchors(&tokens, &[(2, 10), (4, 6), (20, 999), (1000, 2000)], false),
            anchors(&tokens[10..20], &[], false),
        );
    }

    #[test]
    fn one_word_repeated_gives_one_anchor() {
        let mut out = Vec::new();
        Anchors::new(Tier::best()).of(&vec![42; 10_000], &[], false, &mut out);
        assert_eq!(out.len(), 1);
    }

    /// 2 in w + 1 shingles (the paper's section 3, Theorem of density); many more would cost
    /// memory, many fewer would be a biased hash.
    #[test]
    fn density_is_two_in_window_plus_one() {
        let tokens: Vec<u64> = (0..100_000).collect();
        let count = anchors(&tokens, &[], false).len();
        assert!((24_500..25_500).contains(&count), "{count}");
    }
}
