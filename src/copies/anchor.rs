//! Anchors: a few hashes of each paragraph, chosen so that shared text shares one.
//!
//! Winnowing (Schleimer, Wilkerson and Aiken, SIGMOD 2003, sections 2 and 3): hash every shingle of
//! `k` tokens, and keep the smallest hash of every window of `w` consecutive ones. Which hash is
//! kept depends on the window alone, so two texts that share `w + k − 1` tokens in a row keep the
//! same hash there, wherever it stands: that is the guarantee everything after rests on. About
//! 2 in `w + 1` shingles are kept.
//!
//! Shingles stay inside one paragraph and outside quotation marks: quoted words are shared by
//! stories that are not copies.
//!
//! The hash of a shingle is a cyclic polynomial of its tokens' hashes (Cohen, *Recursive hashing
//! functions for n-grams*, TOIS 1997), rolled from one shingle to the next in three operations, and
//! mixed once so that minima are fair. Its low `k − 1` bits would not be independent without the
//! mixing (Lemire and Kaser, *Recursive n-gram hashing is pairwise independent, at best*, 2010); a
//! collision costs one useless verification and never makes a link.

/// How shingles are cut and thinned for one kind of script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    /// Tokens of a shingle.
    shingle: usize,
    /// Shingles of a window.
    window: usize,
}

/// 8 words, one anchor in 4 shingles at least: meets every shared run of 14 words.
const WORDS: Shape = Shape { shingle: 8, window: 7 };

/// One character is about half a word, so twice as many: meets every shared run of 29.
const SINGLES: Shape = Shape { shingle: 16, window: 14 };

/// Finds anchors; holds the buffer that is reused from paragraph to paragraph.
#[derive(Debug, Default)]
pub struct Anchors {
    hashes: Vec<u64>,
}

impl Anchors {
    /// A finder with an empty buffer.
    pub fn new() -> Anchors {
        Anchors::default()
    }

    /// Appends the anchors of one paragraph to `out`; the same anchor may be appended twice.
    ///
    /// `tokens` are well-mixed hashes of the paragraph's folded tokens. `quoted` are the token
    /// ranges `start..end` inside quotation marks, by ascending start; what of them lies behind the
    /// paragraph's end is ignored. `singles` says that most tokens are single characters of a script
    /// without spaces. A stretch between quotations that is shorter than a shingle gives no anchor.
    ///
    /// Any run of 14 tokens (29 with `singles`) outside quotations that two paragraphs of the same
    /// `singles` share gives them a common anchor. Takes `O(tokens)`; allocates only to grow.
    pub fn of(&mut self, tokens: &[u64], quoted: &[(u32, u32)], singles: bool, out: &mut Vec<u64>) {
        let shape = if singles { SINGLES } else { WORDS };
        let mut from = 0;
        for &(start, end) in quoted {
            let (start, end) = (start as usize, end as usize);
            if start > from {
                self.stretch(&tokens[from.min(tokens.len())..start.min(tokens.len())], shape, out);
            }
            from = from.max(end);
        }
        self.stretch(&tokens[from.min(tokens.len())..], shape, out);
    }

    fn stretch(&mut self, tokens: &[u64], shape: Shape, out: &mut Vec<u64>) {
        if tokens.len() < shape.shingle {
            return;
        }
        let (first, rest) = tokens.split_at(shape.shingle);
        // A rotation by the shingle's length undoes the ones since a token came in.
        let turns = u32::try_from(shape.shingle).unwrap_or(u32::MAX) % u64::BITS;
        let mut state = first.iter().fold(0_u64, |state, &token| state.rotate_left(1) ^ token);

        self.hashes.clear();
        self.hashes.push(mix(state ^ u64::from(turns)));
        for (&old, &new) in tokens.iter().zip(rest) {
            state = state.rotate_left(1) ^ old.rotate_left(turns) ^ new;
            self.hashes.push(mix(state ^ u64::from(turns)));
        }
        winnow(&self.hashes, shape.window, out);
    }
}

/// Appends the rightmost smallest hash of every window, or of all hashes if they fill none.
///
/// A hash that is chosen again right away is appended once: a line of one word repeated would
/// otherwise give an anchor per token (the paper's section 5.1 meets the same case).
fn winnow(hashes: &[u64], window: usize, out: &mut Vec<u64>) {
    let mut at = rightmost_minimum(hashes, 0, window.min(hashes.len()));
    let Some(&(mut kept)) = hashes.get(at) else { return };
    out.push(kept);
    for end in window..hashes.len() {
        if hashes[end] <= hashes[at] {
            at = end;
        } else if at + window <= end {
            at = rightmost_minimum(hashes, end + 1 - window, end + 1);
        } else {
            continue;
        }
        if hashes[at] != kept {
            kept = hashes[at];
            out.push(kept);
        }
    }
}

fn rightmost_minimum(hashes: &[u64], start: usize, end: usize) -> usize {
    let mut at = start;
    for i in start..end {
        if hashes[i] <= hashes[at] {
            at = i;
        }
    }
    at
}

/// The finaliser of `MurmurHash3` behind a constant: every bit of the state moves every bit of the
/// hash, and the empty state is not the smallest hash.
fn mix(state: u64) -> u64 {
    let mut x = state ^ 0x9e37_79b9_7f4a_7c15;
    x = (x ^ (x >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    x = (x ^ (x >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn hashed(tokens: &[u64]) -> Vec<u64> {
        tokens.iter().map(|&token| mix(token)).collect()
    }

    fn anchors(tokens: &[u64], quoted: &[(u32, u32)], singles: bool) -> BTreeSet<u64> {
        let mut out = Vec::new();
        Anchors::new().of(&hashed(tokens), quoted, singles, &mut out);
        out.into_iter().collect()
    }

    /// Every shingle hashed from nothing, every window looked at whole.
    fn naive(tokens: &[u64], shape: Shape) -> BTreeSet<u64> {
        let tokens = hashed(tokens);
        let turns = u32::try_from(shape.shingle).unwrap();
        let hashes: Vec<u64> = tokens
            .windows(shape.shingle)
            .map(|shingle| {
                let terms = shingle.iter().rev().zip(0..).map(|(token, i)| token.rotate_left(i));
                mix(terms.fold(u64::from(turns), |state, term| state ^ term))
            })
            .collect();
        let window = shape.window.min(hashes.len()).max(1);
        hashes.windows(window).filter_map(|window| window.iter().min().copied()).collect()
    }

    /// Few distinct tokens, so that shingles repeat and minima tie.
    fn text(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<u64>> {
        prop_oneof![vec(0..3_u64, length.clone()), vec(0..500_u64, length)]
    }

    proptest! {
        #[test]
        fn rolling_and_winnowing_agree_with_the_definition(tokens in text(0..80)) {
            prop_assert_eq!(anchors(&tokens, &[], false), naive(&tokens, WORDS));
            prop_assert_eq!(anchors(&tokens, &[], true), naive(&tokens, SINGLES));
        }

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
        Anchors::new().of(&vec![42; 10_000], &[], false, &mut out);
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
