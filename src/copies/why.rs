//! Why two pages are copies or are not, and where: the conditions one by one, and the shared passages
//! piece by piece.

use std::ops::Range;

use super::{
    align::{Measures, Run},
    body::{self, BodyRef, QUOTED},
    decide::{Kinship, Rule},
    measure::{HalfWords, Share},
    passage::{Passage, first_passage},
    whole::Whole,
};

/// A condition of [`Rule::decide`], what was found, and what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Unquoted words in a row.
    Run {
        /// The longest run.
        found: HalfWords,
        /// The least that proves something.
        least: HalfWords,
    },
    /// Shared unquoted words stand in several paragraphs, or are many.
    Amount {
        /// Paragraphs of the shorter text that have some.
        paragraphs: u32,
        /// So many are enough…
        least_paragraphs: u32,
        /// Shared unquoted words.
        unquoted: HalfWords,
        /// …or so many words.
        least_unquoted: HalfWords,
    },
    /// Shared text is so much of the shorter one.
    Portion {
        /// The share.
        found: Share,
        /// The least share.
        least: Share,
    },
    /// Numbers in and beside shared runs agree, or the texts are issues of one template.
    Numbers {
        /// The share of them that agrees, out of how many there are.
        agreeing: Share,
        /// The least share.
        least: Share,
        /// Fewer numbers than this say nothing.
        counted_from: u32,
        /// Other numbers in the same story: nearly all is shared, names too.
        is_update: bool,
        /// Of all numbers of both texts those that both have, out of those of the text with fewer; of nothing where
        /// they are not asked for.
        all: Share,
    },
    /// What differs is not names that a form was filled in with.
    Names {
        /// Places where each text has other names.
        places: u32,
        /// So many make a form…
        least: u32,
        /// …if so many places differ at all…
        gaps: u32,
        /// …and so many words are shared.
        shared: HalfWords,
        /// Whether they do.
        is_form: bool,
    },
}

impl Check {
    /// Whether the condition holds. Two texts are copies if all do.
    pub fn holds(&self) -> bool {
        match *self {
            Check::Run { found, least } => found >= least,
            Check::Amount { paragraphs, least_paragraphs, unquoted, least_unquoted } => {
                paragraphs >= least_paragraphs || unquoted >= least_unquoted
            }
            Check::Portion { found, least } => found.at_least(least),
            Check::Numbers { agreeing, least, counted_from, is_update, all } => {
                let agree = |share: Share| share.of < counted_from || share.at_least(least);
                is_update || agree(agreeing) && agree(all)
            }
            Check::Names { is_form, .. } => !is_form,
        }
    }
}

impl Rule {
    /// The conditions, in the order in which they are told.
    pub fn checks(&self, measures: &Measures, kinship: Kinship) -> [Check; 5] {
        let (narrative, portion) = match kinship {
            Kinship::Across if measures.unquoted >= self.unquoted && is_said_once(measures) => {
                (self.narrative, self.weak)
            }
            Kinship::Across => (self.narrative, self.across_sites),
            Kinship::Within => (self.narrative_within, self.within_site),
            Kinship::SameUrl => (self.narrative, self.same_url),
        };
        let [a, b] = measures.covered();
        let shorter = if measures.b_is_shorter { b } else { a };
        let shared = measures.shared_a.min(measures.shared_b);
        let numbers = measures.numbers_agreeing.saturating_add(measures.numbers_differing);
        [
            Check::Run { found: measures.narrative, least: narrative },
            Check::Amount {
                paragraphs: measures.paragraphs,
                least_paragraphs: self.paragraphs,
                unquoted: measures.unquoted,
                least_unquoted: self.unquoted,
            },
            // A word of one text matches one of the other: what one page says twice is no more of it.
            Check::Portion { found: Share::new(shared.0, shorter.of), least: portion },
            Check::Numbers {
                agreeing: Share::new(measures.numbers_agreeing, numbers),
                least: if shorter.at_least(self.template_containment) {
                    self.template_agreement_of_much
                } else {
                    self.template_agreement
                },
                counted_from: self.template_numbers,
                is_update: shorter.at_least(self.update_containment)
                    && measures.names_differing == 0
                    && measures.names_agreeing >= self.update_names
                    && shared.words()
                        >= measures.numbers_differing.saturating_mul(self.words_a_number),
                all: measures.all_numbers,
            },
            Check::Names {
                places: measures.names_differing,
                least: self.form_places,
                gaps: measures.gaps,
                shared,
                is_form: self.is_form(measures, shared),
            },
        ]
    }

    /// Whether what differs is mostly names that a form was filled in with, and numbers.
    fn is_form(&self, measures: &Measures, shared: HalfWords) -> bool {
        let Measures { names_differing: names, gaps, .. } = *measures;
        let places = names.saturating_add(measures.numbers_differing);
        let is_dense = places.saturating_mul(self.words_a_place) >= shared.words();
        let are_most = Share::new(places, gaps).at_least(self.form_share);
        names >= self.form_names
            && is_dense
            && are_most
            && (places >= self.form_places || places >= gaps)
    }

    /// Whether all numbers of two texts are to be counted: most of the shorter one is shared, but not much more than
    /// that, and in small pieces. A story that is cut and goes on in words of its own has numbers of its own.
    pub(super) fn asks_for_all_numbers(&self, measures: &Measures) -> bool {
        let [a, b] = measures.covered();
        let shorter = if measures.b_is_shorter { b } else { a };
        let shared = measures.shared_a.min(measures.shared_b);
        shorter.at_least(self.most)
            && !shorter.at_least(self.template_containment)
            && measures.gaps.saturating_mul(self.words_a_piece) >= shared.words()
    }
}

/// Whether what is shared amounts to about as much in both texts. Captions and teasers are printed twice on a page.
fn is_said_once(measures: &Measures) -> bool {
    let (one, other) = (measures.shared_a.0, measures.shared_b.0);
    Share::new(one.min(other), one.max(other)).at_least(Share::new(9, 10))
}

impl Measures {
    /// What of the first text is in the second, and of the second in the first.
    pub fn covered(&self) -> [Share; 2] {
        [Share::new(self.shared_a.0, self.a.0), Share::new(self.shared_b.0, self.b.0)]
    }

    /// The measures with the texts named the other way round.
    #[must_use]
    pub fn flipped(self) -> Measures {
        Measures {
            a: self.b,
            b: self.a,
            shared_a: self.shared_b,
            shared_b: self.shared_a,
            whole: Whole { a: self.whole.b, b: self.whole.a, ..self.whole },
            b_is_shorter: !self.b_is_shorter,
            ..self
        }
    }
}

/// A stretch of tokens of one of the texts, or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The same words.
    Shared {
        /// Where they stand in this page.
        here: Range<u32>,
        /// Where they stand in the other.
        there: Range<u32>,
    },
    /// Only this page has it.
    Here(Range<u32>),
    /// Only the other page has it.
    There(Range<u32>),
}

/// A shared passage, piece by piece in reading order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aligned {
    /// Where it stands and how long it is.
    pub passage: Passage,
    /// Of its shared words, those inside quotation marks on either side: they prove nothing.
    pub quoted: u32,
    /// What it is made of.
    pub pieces: Vec<Piece>,
}

/// The passages of [`super::passages`], with their pieces. Sorts the runs.
pub fn aligned(runs: &mut [Run], here: BodyRef<'_>, there: BodyRef<'_>) -> Vec<Aligned> {
    runs.sort_unstable_by_key(|run| (run.a, run.b, run.len));
    let mut out = Vec::new();
    let mut rest = &*runs;
    while let Some((taken, passage)) = first_passage(rest, here, there) {
        let (mine, others) = rest.split_at(taken);
        let mut pieces = Vec::new();
        let mut quoted = HalfWords(0);
        let mut ends: Option<(u32, u32)> = None;
        for run in mine {
            if let Some((a, b)) = ends {
                if a < run.a {
                    pieces.push(Piece::Here(a..run.a));
                }
                if b < run.b {
                    pieces.push(Piece::There(b..run.b));
                }
            }
            let (a, b) = (run.a + run.len, run.b + run.len);
            pieces.push(Piece::Shared { here: run.a..a, there: run.b..b });
            ends = Some((a, b));
            for i in 0..run.len {
                let at = |text: BodyRef<'_>, token: u32| text.flags[(token + i) as usize];
                let (one, other) = (at(here, run.a), at(there, run.b));
                if (one | other) & QUOTED != 0 {
                    quoted += body::word_weight(one);
                }
            }
        }
        out.push(Aligned { passage, quoted: quoted.words(), pieces });
        rest = others;
    }
    out
}

impl BodyRef<'_> {
    /// The paragraph that holds `token`, by its number in the page, and the token's number in it.
    pub fn place(&self, token: u32) -> (u32, u32) {
        let behind = self.starts.partition_point(|start| start.token <= token);
        let start = self.starts.get(behind.wrapping_sub(1));
        start.map_or((0, token), |start| (start.paragraph, token - start.token))
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::{
        super::{
            align::Aligner,
            body::tests::{body, word},
            passages,
        },
        *,
    };
    use crate::text::Word;

    fn texts() -> impl Strategy<Value = Vec<Vec<u32>>> {
        vec(vec(0_u32..6, 0..20), 1..4)
    }

    proptest! {
        /// Pieces of a passage are equal words where they say so, go through both texts without a gap,
        /// and passages are those of the evidence files.
        #[test]
        fn pieces_are_the_passages_word_by_word(a in texts(), b in texts()) {
            let words = |text: &[Vec<u32>]| -> Vec<Vec<Word>> {
                text.iter().map(|line| line.iter().copied().map(word).collect()).collect()
            };
            let (one, other) = (body(&words(&a)), body(&words(&b)));
            let (one, other) = (one.view(), other.view());
            let mut runs = Aligner::new().align(one, other).runs.to_vec();
            let found = aligned(&mut runs, one, other);
            let mut expected = Vec::new();
            passages(&mut runs, one, other, &mut expected);
            let passages: Vec<Passage> = found.iter().map(|aligned| aligned.passage).collect();
            prop_assert_eq!(passages, expected);
            for aligned in &found {
                let (mut x, mut y) = (None, None);
                for piece in &aligned.pieces {
                    let (here, there) = match piece {
                        Piece::Shared { here, there } => (here.clone(), there.clone()),
                        Piece::Here(here) => (here.clone(), 0..0),
                        Piece::There(there) => (0..0, there.clone()),
                    };
                    if let Piece::Shared { here, there } = piece {
                        let range = |r: &Range<u32>| r.start as usize..r.end as usize;
                        prop_assert_eq!(&one.words[range(here)], &other.words[range(there)]);
                    }
                    for (at, range) in [(&mut x, here), (&mut y, there)] {
                        if !range.is_empty() {
                            prop_assert!(at.is_none_or(|at| at == range.start));
                            *at = Some(range.end);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_token_is_found_in_its_paragraph() {
        let body = body(&[vec![word(1), word(2)], vec![], vec![word(3)]]);
        let places: Vec<_> = (0..3).map(|token| body.view().place(token)).collect();
        assert_eq!(places, [(0, 0), (0, 1), (2, 0)]);
    }

    #[test]
    fn quoted_words_are_counted() {
        let quoted = |from: u32| (from..from + 20).map(|n| Word { quoted: n >= 10, ..word(n) });
        let (one, other) = (body(&[quoted(0).collect()]), body(&[(0..20).map(word).collect()]));
        let mut runs = Aligner::new().align(one.view(), other.view()).runs.to_vec();
        let found = aligned(&mut runs, one.view(), other.view());
        assert_eq!((found[0].quoted, found[0].passage.words), (10, 20));
    }
}
