//! Numbers and names beside shared runs: what tells the issues of one report from copies.
//!
//! Yesterday's weather, prices and winners stand in today's sentences with other numbers, and a form is filled in with
//! other names, while a
//! copy keeps them. Only numbers that bear on the shared text are compared: a page that prints a
//! part of another has a text of its own around it, whose numbers say nothing.
//!
//! A number inside a run agrees. Between two runs that are at most [`GAP`] apart in both texts the
//! numbers of one side are those of the other or differ, as many as the side with fewer has: one
//! that an editor left out is no other number. Where texts go different ways for longer, only the
//! tokens that touch the runs are looked at; they differ if both are numbers.
//!
//! Where a form is filled in at two places with fewer equal words between them than make a run, all of it is one gap. So a gap
//! of at most [`STRETCH`] tokens, half of which both texts have in the same order, is taken apart at these words.
//!
//! Names are counted by places: a short gap differs if each text has a name there that the other has not, and two gaps with
//! the same names on both sides are one, for an editor who spells a name otherwise does so throughout.

use std::ops::Range;

use super::{
    align::{Measures, Run},
    body::{self, BodyRef, NAME, NUMBER},
    measure::{HalfWords, Share},
};

/// Amount of the longest text between two runs whose numbers are compared.
pub(super) const GAP: HalfWords = HalfWords::of(6);

/// Tokens of the longest gap that is taken apart.
const STRETCH: usize = 24;

/// Compares numbers; holds the buffers.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    here: Vec<u32>,
    there: Vec<u32>,
    /// What the names of a place are on both sides, hashed.
    places: Vec<[u32; 2]>,
    /// The parts of a gap.
    parts: Vec<Gap>,
    /// By tokens of both sides, how many words of the rest of a gap both have in order.
    common: Vec<u8>,
}

/// What stands between two runs in both texts, in tokens.
type Gap = [Range<usize>; 2];

/// The tokens behind a run.
fn behind(run: &Run) -> [usize; 2] {
    [run.a + run.len, run.b + run.len].map(|token| token as usize)
}

impl Numbers {
    /// Counts agreeing and differing numbers into `measures`. The runs are in the order of `short`.
    pub(super) fn compare(
        &mut self,
        runs: &[Run],
        short: BodyRef<'_>,
        long: BodyRef<'_>,
        measures: &mut Measures,
    ) {
        let texts = [short, long];
        self.names(runs, texts, measures);
        let mut before: Option<&Run> = None;
        for run in runs {
            let tokens = run.a as usize..(run.a + run.len) as usize;
            let numbers = body::count(&short.flags[tokens], NUMBER);
            measures.numbers_agreeing += body::position(numbers);

            let [a, b] = before.map_or([0, 0], behind);
            let gap = [a..run.a as usize, b..run.b as usize];
            if before.is_none() || !self.between(&gap, texts, measures) {
                let after = before.is_some() && differ([a, b], &gap[0], texts);
                // One token between two runs is one number.
                let is_other = before.is_none() || gap[0].len() > 1;
                let ahead = [gap[0].end, gap[1].end].map(|end| end.wrapping_sub(1));
                let ahead = is_other && differ(ahead, &gap[0], texts);
                measures.numbers_differing += u32::from(after) + u32::from(ahead);
            }
            before = Some(run);
        }
        if let Some(last) = before {
            let end = behind(last);
            let rest = end[0]..short.tokens();
            measures.numbers_differing += u32::from(differ(end, &rest, texts));
        }
    }

    /// Counts names in runs, gaps, and the places where names differ.
    fn names(&mut self, runs: &[Run], texts: [BodyRef<'_>; 2], measures: &mut Measures) {
        self.places.clear();
        let (Some(first), Some(last)) = (runs.first(), runs.last()) else { return };
        let [short, long] = texts;
        let mut at = |numbers: &mut Numbers, gap: Gap| {
            let parts = numbers.take_apart(&gap, texts);
            for part in &parts {
                measures.gaps += u32::from(part.iter().any(|range| !range.is_empty()));
                numbers.place(part, texts);
            }
            numbers.parts = parts;
        };
        at(self, [0..first.a as usize, 0..first.b as usize]);
        for pair in runs.windows(2) {
            let [a, b] = behind(&pair[0]);
            at(self, [a..pair[1].a as usize, b..pair[1].b as usize]);
        }
        let [a, b] = behind(last);
        at(self, [a..short.tokens(), b..long.tokens()]);
        for run in runs {
            let tokens = run.a as usize..(run.a + run.len) as usize;
            measures.names_agreeing += body::position(body::count(&short.flags[tokens], NAME));
        }
        self.places.sort_unstable();
        self.places.dedup();
        measures.names_differing = body::position(self.places.len());
    }

    /// Notes a short gap if each side has names that the other has not, and little else.
    fn place(&mut self, gap: &Gap, texts: [BodyRef<'_>; 2]) {
        if !is_short(gap, texts) || gap.iter().any(Range::is_empty) {
            return;
        }
        self.collect(gap, texts, NAME);
        let both = common(&self.here, &self.there) as usize;
        // Half of what stands there, so that a sentence that was put otherwise is none.
        let is_named = |(names, range): (&Vec<u32>, &Range<usize>)| {
            names.len() > both && 2 * names.len() >= range.len()
        };
        if [&self.here, &self.there].into_iter().zip(gap).all(is_named) {
            let hash = |names: &[u32]| {
                names.iter().fold(0_u32, |hash, &name| (hash ^ name).wrapping_mul(0x9e37_79b1))
            };
            self.places.push([hash(&self.here), hash(&self.there)]);
        }
    }

    /// Sets what words of a kind a gap has on both sides, sorted.
    fn collect(&mut self, gap: &Gap, texts: [BodyRef<'_>; 2], kind: u8) {
        for ((found, text), range) in
            [&mut self.here, &mut self.there].into_iter().zip(texts).zip(gap)
        {
            let words = text.words[range.clone()].iter().zip(&text.flags[range.clone()]);
            found.clear();
            found.extend(words.filter(|&(_, flag)| flag & kind != 0).map(|(word, _)| word));
            found.sort_unstable();
        }
    }

    /// Compares the numbers of a short gap. Returns whether it is one.
    fn between(&mut self, gap: &Gap, texts: [BodyRef<'_>; 2], measures: &mut Measures) -> bool {
        let parts = self.take_apart(gap, texts);
        let is_short = parts.len() > 1 || is_short(gap, texts);
        if is_short {
            let mut before: Option<&Gap> = None;
            for part in &parts {
                self.collect(part, texts, NUMBER);
                let both = common(&self.here, &self.there);
                let fewer = body::position(self.here.len().min(self.there.len()));
                measures.numbers_agreeing += both;
                measures.numbers_differing += fewer - both;
                // What stands between two parts is in both texts.
                let from = before.map_or(gap[0].start, |before| before[0].end);
                let shared = &texts[0].flags[from..part[0].start];
                measures.numbers_agreeing += body::position(body::count(shared, NUMBER));
                before = Some(part);
            }
            let from = before.map_or(gap[0].end, |before| before[0].end);
            measures.numbers_agreeing +=
                body::position(body::count(&texts[0].flags[from..gap[0].end], NUMBER));
        }
        self.parts = parts;
        is_short
    }

    /// The parts of a gap between words that both texts have in the same order; the gap itself if it is short, too long, or
    /// has nothing to compare on one side.
    fn take_apart(&mut self, gap: &Gap, texts: [BodyRef<'_>; 2]) -> Vec<Gap> {
        let mut parts = std::mem::take(&mut self.parts);
        parts.clear();
        let is_told = |(range, text): (&Range<usize>, BodyRef<'_>)| {
            range.start < range.end
                && range.len() <= STRETCH
                && text.flags[range.clone()].iter().any(|flag| flag & (NAME | NUMBER) != 0)
        };
        if !gap.iter().zip(texts).all(is_told) || is_short(gap, texts) {
            parts.push(gap.clone());
            return parts;
        }
        let [here, there] = [0, 1].map(|side: usize| &texts[side].words[gap[side].clone()]);
        let width = there.len() + 1;
        self.common.clear();
        self.common.resize(width * (here.len() + 1), 0);
        for i in (0..here.len()).rev() {
            for j in (0..there.len()).rev() {
                self.common[i * width + j] = if here[i] == there[j] {
                    self.common[(i + 1) * width + j + 1] + 1
                } else {
                    self.common[(i + 1) * width + j].max(self.common[i * width + j + 1])
                };
            }
        }
        if 2 * usize::from(self.common[0]) < here.len().min(there.len()) {
            parts.push(gap.clone());
            return parts;
        }
        let (mut i, mut j) = (0, 0);
        let mut start = (0, 0);
        while i < here.len() && j < there.len() {
            if here[i] == there[j] {
                if start != (i, j) {
                    parts.push(part(gap, start, (i, j)));
                }
                (i, j) = (i + 1, j + 1);
                start = (i, j);
            } else if self.common[(i + 1) * width + j] >= self.common[i * width + j + 1] {
                i += 1;
            } else {
                j += 1;
            }
        }
        if start != (here.len(), there.len()) {
            parts.push(part(gap, start, (here.len(), there.len())));
        }
        parts
    }
}

/// A part of a gap, from tokens to tokens of it.
fn part(gap: &Gap, from: (usize, usize), to: (usize, usize)) -> Gap {
    let [here, there] = [gap[0].start, gap[1].start];
    [here + from.0..here + to.0, there + from.1..there + to.1]
}

/// Of all numbers of two texts those that both have, out of those of the text with fewer.
pub(super) fn of_all(texts: [BodyRef<'_>; 2]) -> Share {
    let mut numbers = Numbers::default();
    numbers.collect(&texts.map(|text| 0..text.tokens()), texts, NUMBER);
    let fewer = body::position(numbers.here.len().min(numbers.there.len()));
    Share::new(common(&numbers.here, &numbers.there), fewer)
}

/// Whether a gap is at most [`GAP`] long in both texts, and none of it goes back.
fn is_short(gap: &Gap, texts: [BodyRef<'_>; 2]) -> bool {
    // One that is too long for its tokens alone need not be weighed.
    gap.iter().zip(texts).all(|(range, text)| {
        range.start <= range.end
            && range.len() <= GAP.0 as usize
            && body::weight(&text.flags[range.clone()]) <= GAP
    })
}

/// Whether two tokens, the first of which must be in its gap, are different numbers.
fn differ([a, b]: [usize; 2], gap: &Range<usize>, [one, other]: [BodyRef<'_>; 2]) -> bool {
    gap.contains(&a)
        && b < other.tokens()
        && one.flags[a] & other.flags[b] & NUMBER != 0
        && one.words[a] != other.words[b]
}

/// The size of the intersection of two sorted multisets.
fn common(mut a: &[u32], mut b: &[u32]) -> u32 {
    let mut count = 0;
    while let ([first_a, rest_a @ ..], [first_b, rest_b @ ..]) = (a, b) {
        let order = first_a.cmp(first_b);
        if order.is_le() {
            a = rest_a;
        }
        if order.is_ge() {
            b = rest_b;
        }
        count += u32::from(order.is_eq());
    }
    count
}

#[cfg(test)]
mod tests {
    use crate::{
        copies::{
            Aligner,
            body::tests::{body, word},
        },
        text::Word,
    };

    /// Agreeing and differing numbers of two texts; words of digits are numbers.
    fn numbers(a: &str, b: &str) -> (u32, u32) {
        let text = |text: &str| {
            let words = text.split_whitespace().map(|written| {
                let hash = written
                    .bytes()
                    .fold(7, |hash: u32, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
                Word { number: written.bytes().all(|byte| byte.is_ascii_digit()), ..word(hash) }
            });
            body(&[words.collect()])
        };
        let (one, other) = (text(a), text(b));
        let measures = Aligner::new().align(one.view(), other.view()).measures;
        (measures.numbers_agreeing, measures.numbers_differing)
    }

    #[test]
    fn numbers_between_runs_agree_or_differ() {
        let report = |high, low| format!("a b c d e {high} degrees f g h i j {low} k l m n o");
        assert_eq!(numbers(&report("70", "50"), &report("70", "50")), (2, 0));
        assert_eq!(numbers(&report("70", "50"), &report("71", "50")), (1, 1));
        assert_eq!(numbers(&report("70", "50"), &report("71", "49")), (0, 2));
        // One that is left out is no other number.
        assert_eq!(numbers(&report("70", "50"), &report("71", "")), (0, 1));
    }

    #[test]
    fn numbers_of_a_text_around_the_shared_one_do_not_count() {
        let shared = "a b c d 1 e f g h i j";
        let host = format!("10 20 30 p q r s t {shared} u v w 40 x y z 50");
        assert_eq!(numbers(&host, &format!("60 70 80 k l {shared} m n 90")), (1, 0));
        // Where they touch it they do.
        assert_eq!(numbers(&format!("8 {shared} 9 u"), &format!("6 {shared} 7 v")), (1, 2));
        assert_eq!(numbers(shared, &format!("6 {shared} 7 v")), (1, 0));
    }

    #[test]
    fn a_form_that_is_filled_in_twice_in_a_row_has_two_places() {
        // Fewer words than make a run stand between the two names, and between the two numbers.
        let form = |one: &str, other: &str, n: u32| {
            format!("a b c d e {one} f g h {n} i {other} j k l m n")
        };
        let measured = |a: &str, b: &str| {
            let text = |text: &str| {
                let words = text.split_whitespace().map(|written| {
                    let hash = written.bytes().fold(7, |hash: u32, byte| {
                        hash.wrapping_mul(31).wrapping_add(u32::from(byte))
                    });
                    let is = |of: fn(u8) -> bool| written.bytes().all(of);
                    let (number, name) =
                        (is(|b| b.is_ascii_digit()), is(|b| b.is_ascii_uppercase()));
                    Word { number, name, ..word(hash) }
                });
                body(&[words.collect()])
            };
            let (one, other) = (text(a), text(b));
            let measures = Aligner::new().align(one.view(), other.view()).measures;
            (
                measures.names_differing,
                measures.gaps,
                measures.numbers_agreeing,
                measures.numbers_differing,
            )
        };
        assert_eq!(measured(&form("ADA", "BEN", 3), &form("EVE", "GUS", 3)), (2, 2, 1, 0));
        assert_eq!(measured(&form("ADA", "BEN", 3), &form("EVE", "GUS", 4)), (2, 3, 0, 1));
        // Of names of two words too.
        assert_eq!(measured(&form("ADA X", "BEN", 3), &form("EVE", "GUS Y Z", 3)), (2, 2, 1, 0));
        // Sentences that were put otherwise are one place.
        let other = measured(
            "a b c d e ADA p q r s t u BEN j k l m n",
            "a b c d e EVE v w x y z o GUS j k l m n",
        );
        assert_eq!((other.0, other.1), (0, 1));
    }

    #[test]
    fn long_gaps_are_compared_where_they_touch_the_runs() {
        let gap = |n: u32, words: &str| format!("a b c d e {n} {words} {n} f g h i j");
        let (one, other) = ("k l 5 m n o p q", "r s 6 t u v w x y z");
        assert_eq!(numbers(&gap(1, one), &gap(2, other)), (0, 2));
        assert_eq!(numbers(&gap(1, one), &gap(1, other)), (2, 0));
    }
}
