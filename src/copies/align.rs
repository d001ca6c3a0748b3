//! Alignment: the runs of words that two texts share, and what they amount to.
//!
//! Greedy: walk through the shorter text; where the next [`SEED`] words stand in
//! the longer one too, take the longest run that begins there (looking at its first [`STARTS`]
//! places, the earlier one if two are as long), and go on behind it. Unlike a minimal edit script
//! this finds moved paragraphs, and costs `O(a + b)`: what is compared at a place is at most
//! [`STARTS`] times the run that is taken and stepped over.
//!
//! The shorter text is the one with fewer tokens, the first of two that are as long. Callers that
//! want `align(a, b)` to be `align(b, a)` always give the page that comes first first.
//!
//! What is counted, in half-words: of the shorter text, the words in runs; of the longer one, the
//! *distinct* words in runs, because a text that says something twice must not cover more of the
//! other than is there. Words are unquoted if they stand outside quotation marks on both sides.

use super::{
    body::{self, BodyRef, JOINED, QUOTED, SINGLE, Start},
    index::{self, Index},
    measure::{HalfWords, Share},
    numbers::Numbers,
    whole::Whole,
};

/// Words of the shortest run.
pub const SEED: usize = 5;

/// Tokens of the shortest run where both texts are mostly single characters.
pub const SEED_SINGLES: usize = 10;

/// Places in the longer text that are looked at for each place in the shorter one.
pub const STARTS: usize = 8;

/// Unquoted words that make a run or a paragraph count as evidence: as long as an anchor.
pub const BLOCK: HalfWords = HalfWords::of(8);

/// A run of equal words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Token in the first text where it begins.
    pub a: u32,
    /// Token in the second text where it begins.
    pub b: u32,
    /// Tokens.
    pub len: u32,
}

/// What two texts share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Amount of the first text.
    pub a: HalfWords,
    /// Amount of the second text.
    pub b: HalfWords,
    /// What of the first text is in runs.
    pub shared_a: HalfWords,
    /// What of the second text is in runs.
    pub shared_b: HalfWords,
    /// Whether the second text is the shorter one.
    pub b_is_shorter: bool,
    /// The longest unquoted stretch of a run.
    pub narrative: HalfWords,
    /// Unquoted shared words in runs that hold at least [`BLOCK`] of them.
    pub unquoted: HalfWords,
    /// Paragraphs of the shorter text with at least [`BLOCK`] unquoted shared words.
    pub paragraphs: u32,
    /// Numbers in runs, and those that both texts have between two runs.
    pub numbers_agreeing: u32,
    /// Numbers beside runs in whose place the other text has another number.
    pub numbers_differing: u32,
    /// Names in runs.
    pub names_agreeing: u32,
    /// Different places between two runs, and before the first and after the last, in which both texts have names, and
    /// other ones.
    pub names_differing: u32,
    /// Places where one run ends and the next begins and something stands between them in a text.
    pub gaps: u32,
    /// Of all numbers of both texts those that both have, out of those of the text with fewer; of nothing where it is
    /// not asked for.
    pub all_numbers: Share,
    /// What the texts are to each other as wholes.
    pub whole: Whole,
}

/// The result of [`Aligner::align`], borrowed from it.
#[derive(Clone, Copy, Debug)]
pub struct Alignment<'s> {
    /// Shared runs in the order of the shorter text, where they do not overlap.
    pub runs: &'s [Run],
    /// What they amount to.
    pub measures: Measures,
}

/// Compares texts; holds the buffers and the index of the last longer text.
#[derive(Debug, Default)]
pub struct Aligner {
    index: Index,
    /// For each token of the shorter text a bit: a run may begin there.
    marks: Vec<u64>,
    runs: Vec<Run>,
    by_b: Vec<Run>,
    numbers: Numbers,
}

impl Aligner {
    /// An aligner with empty buffers.
    pub fn new() -> Aligner {
        Aligner::default()
    }

    /// Finds what `a` and `b` share.
    ///
    /// Takes `O(a + b)`, and less when the longer text is that of the call before, because its index
    /// is kept. Does not allocate once its buffers have grown to the longest texts.
    pub fn align<'s>(&'s mut self, a: BodyRef<'_>, b: BodyRef<'_>) -> Alignment<'s> {
        let b_is_shorter = b.tokens() < a.tokens();
        let (short, long) = if b_is_shorter { (b, a) } else { (a, b) };
        let singles = short.mostly_singles() && long.mostly_singles();
        let k = if singles { SEED_SINGLES } else { SEED };
        self.find_runs(short.words, long.words, k);

        let mut measures = Measures { a: a.size, b: b.size, b_is_shorter, ..Measures::default() };
        measure_unquoted(&self.runs, short, long, &mut measures);
        let shared_short = self.runs.iter().map(|run| span(short.flags, run.a, run.len)).sum();
        let shared_long = self.covered(long.flags);
        (measures.shared_a, measures.shared_b) =
            if b_is_shorter { (shared_long, shared_short) } else { (shared_short, shared_long) };
        self.numbers.compare(&self.runs, short, long, &mut measures);

        if b_is_shorter {
            self.runs.iter_mut().for_each(|run| std::mem::swap(&mut run.a, &mut run.b));
        }
        Alignment { runs: &self.runs, measures }
    }

    /// The runs of the last call, in any order that is wished for.
    pub(super) fn runs(&mut self) -> &mut [Run] {
        &mut self.runs
    }

    fn find_runs(&mut self, short: &[u32], long: &[u32], k: usize) {
        self.runs.clear();
        if short.len() < k {
            return;
        }
        if short == long {
            // The first place of the first words is the first, and no run is longer than the text.
            self.runs.push(Run { a: 0, b: 0, len: body::position(short.len()) });
            return;
        }
        self.index.set(long, k);
        self.index.mark(short, &mut self.marks);
        let mut at = 0;
        while let Some(start) = next_mark(&self.marks, at) {
            let rest = &short[start..];
            at = start + 1;
            if let Some((place, len)) = self.longest(index::hash_of(&rest[..k]), rest, long, k) {
                self.runs.push(Run {
                    a: body::position(start),
                    b: place,
                    len: body::position(len),
                });
                at = start + len;
            }
        }
    }

    /// Where in `long` the longest run begins that is at the front of `rest`, and its length.
    fn longest(&self, hash: u64, rest: &[u32], long: &[u32], k: usize) -> Option<(u32, usize)> {
        let mut best: Option<(u32, usize)> = None;
        let mut place = self.index.first(hash, &rest[..k]);
        for _ in 0..STARTS {
            if place == index::NONE {
                break;
            }
            let there = &long[place as usize + k..];
            let len = k + common_prefix(&rest[k..], there);
            if best.is_none_or(|(_, longest)| len > longest) {
                best = Some((place, len));
            }
            place = self.index.next(place);
        }
        best
    }

    /// The amount of the longer text that is in runs, each word once.
    fn covered(&mut self, flags: &[u8]) -> HalfWords {
        self.by_b.clear();
        self.by_b.extend_from_slice(&self.runs);
        self.by_b.sort_unstable_by_key(|run| (run.b, run.len));
        let mut total = HalfWords(0);
        let mut end = 0;
        for run in &self.by_b {
            let (from, to) = (run.b.max(end), run.b + run.len);
            if from < to {
                total += span(flags, from, to - from);
                end = to;
            }
        }
        total
    }
}

/// The first bit that is set from `at` on.
fn next_mark(marks: &[u64], at: usize) -> Option<usize> {
    let first = at / 64;
    let mut word = marks.get(first)? >> (at % 64) << (at % 64);
    for (place, next) in (first..).zip(marks[first + 1..].iter().map(Some).chain([None])) {
        if word != 0 {
            return Some(place * 64 + word.trailing_zeros() as usize);
        }
        word = *next?;
    }
    None
}

/// How many words two texts begin with alike.
fn common_prefix(one: &[u32], other: &[u32]) -> usize {
    // Eight at a time, in one comparison of vectors each.
    let (chunks, _) = one.as_chunks::<8>();
    let (others, _) = other.as_chunks::<8>();
    let start = 8 * chunks.iter().zip(others).take_while(|(one, other)| one == other).count();
    let rest = one[start..].iter().zip(&other[start..]);
    start + rest.take_while(|(one, other)| one == other).count()
}

/// The amount of `len` tokens from `from` on.
fn span(flags: &[u8], from: u32, len: u32) -> HalfWords {
    body::weight(&flags[from as usize..from as usize + len as usize])
}

/// Sets what counts only outside quotation marks. The runs are in the order of `short`.
fn measure_unquoted(runs: &[Run], short: BodyRef<'_>, long: BodyRef<'_>, measures: &mut Measures) {
    let begins = |start: &&Start| short.flags[start.token as usize] & JOINED == 0;
    let mut ends = short.starts.iter().skip(1).filter(begins).map(|start| start.token as usize);
    let mut end = ends.next().unwrap_or(usize::MAX);
    let mut in_paragraph = HalfWords(0);
    for run in runs {
        let (mut a, mut b, len) = (run.a as usize, run.b as usize, run.len as usize);
        let stop = a + len;
        let mut in_run = HalfWords(0);
        while a < stop {
            while a >= end {
                measures.paragraphs += u32::from(in_paragraph >= BLOCK);
                in_paragraph = HalfWords(0);
                end = ends.next().unwrap_or(usize::MAX);
            }
            // A list of teasers is a long run too; a reporter's sentence is long by itself, so a
            // stretch ends with its paragraph.
            let here = &short.flags[a..stop.min(end)];
            let unquoted = unquoted(here, &long.flags[b..b + here.len()], &mut measures.narrative);
            in_run += unquoted;
            in_paragraph += unquoted;
            (a, b) = (a + here.len(), b + here.len());
        }
        if in_run >= BLOCK {
            measures.unquoted += in_run;
        }
    }
    measures.paragraphs += u32::from(in_paragraph >= BLOCK);
}

/// The amount of a part of a run that is outside quotation marks on both sides; `longest` is raised to
/// its longest stretch.
fn unquoted(here: &[u8], there: &[u8], longest: &mut HalfWords) -> HalfWords {
    let mut total = HalfWords(0);
    if here.iter().zip(there).fold(0, |any, (here, there)| any | here | there) & QUOTED == 0 {
        total = body::weight(here);
        *longest = total.max(*longest);
        return total;
    }
    let mut stretch = HalfWords(0);
    for (&here, &there) in here.iter().zip(there) {
        if (here | there) & QUOTED != 0 {
            stretch = HalfWords(0);
            continue;
        }
        let weight = body::word_weight(here & SINGLE);
        stretch += weight;
        total += weight;
        *longest = stretch.max(*longest);
    }
    total
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        ops::Range,
    };

    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        copies::body::{
            Body,
            tests::{body, word},
        },
        text::Word,
    };

    /// The plain form of the alignment, with the sums made by other means.
    fn naive(a: &[Vec<Word>], b: &[Vec<Word>]) -> (Vec<Run>, Measures) {
        let size = |text: &[Word]| {
            HalfWords(text.iter().map(|word| if word.single { 1 } else { 2 }).sum())
        };
        let singles =
            |text: &[Word]| text.iter().filter(|word| word.single).count() * 2 > text.len();
        let (flat_a, flat_b) = (a.concat(), b.concat());
        let b_is_shorter = flat_b.len() < flat_a.len();
        let (short, ta, tb) =
            if b_is_shorter { (b, &flat_b, &flat_a) } else { (a, &flat_a, &flat_b) };
        let pid: Vec<usize> =
            short.iter().enumerate().flat_map(|(p, words)| words.iter().map(move |_| p)).collect();
        let k = if singles(ta) && singles(tb) { 10 } else { 5 };
        let hashes = |text: &[Word]| text.iter().map(|word| word.hash).collect::<Vec<u32>>();
        let (ha, hb) = (hashes(ta), hashes(tb));
        let mut idx: BTreeMap<&[u32], Vec<usize>> = BTreeMap::new();
        for (at, gram) in hb.windows(k).enumerate() {
            idx.entry(gram).or_default().push(at);
        }
        let mut sums =
            Measures { a: size(&flat_a), b: size(&flat_b), b_is_shorter, ..Measures::default() };
        let (mut runs, mut in_paragraph) = (Vec::new(), BTreeMap::new());
        let (mut used_a, mut used_b) = (Vec::new(), BTreeSet::new());
        let mut at = 0;
        while at + k <= ha.len() {
            let (mut best, mut bj) = (0, 0);
            for &j in idx.get(&ha[at..at + k]).into_iter().flatten().take(8) {
                let mut len = 0;
                while at + len < ha.len() && j + len < hb.len() && ha[at + len] == hb[j + len] {
                    len += 1;
                }
                if len > best {
                    (best, bj) = (len, j);
                }
            }
            if best == 0 {
                at += 1;
                continue;
            }
            let (mut stretch, mut nn) = (0, 0);
            for t in 0..best {
                if t > 0 && pid[at + t] != pid[at + t - 1] {
                    stretch = 0;
                }
                used_a.push(ta[at + t]);
                used_b.insert(bj + t);
                if ta[at + t].quoted || tb[bj + t].quoted {
                    stretch = 0;
                } else {
                    let weight = if ta[at + t].single { 1 } else { 2 };
                    stretch += weight;
                    nn += weight;
                    sums.narrative = sums.narrative.max(HalfWords(stretch));
                    *in_paragraph.entry(pid[at + t]).or_insert(0) += weight;
                }
            }
            if nn >= 16 {
                sums.unquoted += HalfWords(nn);
            }
            let run = [at, bj, best].map(|n| u32::try_from(n).unwrap());
            let (a, b) = if b_is_shorter { (run[1], run[0]) } else { (run[0], run[1]) };
            runs.push(Run { a, b, len: run[2] });
            at += best;
        }
        sums.paragraphs =
            u32::try_from(in_paragraph.values().filter(|&&words| words >= 16).count()).unwrap();
        let used_b: Vec<Word> = used_b.into_iter().map(|token| tb[token]).collect();
        (sums.shared_a, sums.shared_b) = (size(&used_a), size(&used_b));
        if b_is_shorter {
            std::mem::swap(&mut sums.shared_a, &mut sums.shared_b);
        }
        let of_short: Vec<(usize, usize, usize)> = runs
            .iter()
            .map(|run: &Run| [run.a, run.b, run.len].map(|n| n as usize))
            .map(|[a, b, len]| if b_is_shorter { (b, a, len) } else { (a, b, len) })
            .collect();
        (sums.numbers_agreeing, sums.numbers_differing) = naive_numbers(&of_short, ta, tb);
        (runs, sums)
    }

    /// How many numbers two texts have in common, and how many the one with fewer has.
    fn common_numbers(a: &[Word], b: &[Word]) -> (usize, usize) {
        let numbers = |text: &[Word]| {
            let numbers = text.iter().filter(|word| word.number);
            numbers.map(|word| word.hash).collect::<Vec<u32>>()
        };
        let (here, mut there) = (numbers(a), numbers(b));
        let fewer = here.len().min(there.len());
        let mut both = 0;
        for number in here {
            if let Some(at) = there.iter().position(|&other| other == number) {
                there.swap_remove(at);
                both += 1;
            }
        }
        (both, fewer)
    }

    /// The parts of a gap between the words that both sides have in the same order: all of it, unless it is longer than
    /// a short gap, has at most 24 tokens with a number on both sides, and half of the shorter side is in order in both.
    fn naive_parts(a: &[Word], b: &[Word]) -> Vec<(Range<usize>, Range<usize>)> {
        let whole = vec![(0..a.len(), 0..b.len())];
        let size =
            |text: &[Word]| text.iter().map(|word| if word.single { 1 } else { 2 }).sum::<u32>();
        let is_told = |text: &[Word]| {
            (1..=24).contains(&text.len()) && text.iter().any(|word| word.number || word.name)
        };
        if !is_told(a) || !is_told(b) || size(a) <= 12 && size(b) <= 12 {
            return whole;
        }
        // Words in order that the ends of both sides share, by how much is left of each.
        let mut common = std::collections::HashMap::<(usize, usize), usize>::new();
        for left_a in 1..=a.len() {
            for left_b in 1..=b.len() {
                let of = |a, b| common.get(&(a, b)).copied().unwrap_or(0);
                let most = if a[a.len() - left_a].hash == b[b.len() - left_b].hash {
                    of(left_a - 1, left_b - 1) + 1
                } else {
                    of(left_a - 1, left_b).max(of(left_a, left_b - 1))
                };
                common.insert((left_a, left_b), most);
            }
        }
        let of = |left_a, left_b| common.get(&(left_a, left_b)).copied().unwrap_or(0);
        if 2 * of(a.len(), b.len()) < a.len().min(b.len()) {
            return whole;
        }
        let (mut parts, mut from, mut at) = (Vec::new(), (0, 0), (0, 0));
        while at.0 < a.len() && at.1 < b.len() {
            let left = (a.len() - at.0, b.len() - at.1);
            if a[at.0].hash == b[at.1].hash {
                parts.push((from.0..at.0, from.1..at.1));
                at = (at.0 + 1, at.1 + 1);
                from = at;
            } else if of(left.0 - 1, left.1) >= of(left.0, left.1 - 1) {
                at.0 += 1;
            } else {
                at.1 += 1;
            }
        }
        parts.push((from.0..a.len(), from.1..b.len()));
        parts.retain(|(a, b)| !a.is_empty() || !b.is_empty());
        parts
    }

    /// Numbers in runs and between them; runs as (place in `ta`, place in `tb`, length).
    fn naive_numbers(runs: &[(usize, usize, usize)], ta: &[Word], tb: &[Word]) -> (u32, u32) {
        let (mut agreeing, mut differing) = (0, 0);
        for &(a, _, len) in runs {
            agreeing += ta[a..a + len].iter().filter(|word| word.number).count();
        }
        let size =
            |text: &[Word]| text.iter().map(|word| if word.single { 1 } else { 2 }).sum::<u32>();
        let mut ends = vec![(0, 0)];
        ends.extend(runs.iter().map(|&(a, b, len)| (a + len, b + len)));
        let mut starts: Vec<_> = runs.iter().map(|&(a, b, _)| (a, b)).collect();
        starts.push((ta.len(), tb.len()));
        for (i, (&(a, b), &(to_a, to_b))) in ends.iter().zip(&starts).enumerate() {
            let inner = i > 0 && i < runs.len();
            if inner && b <= to_b {
                let (here, there) = (&ta[a..to_a], &tb[b..to_b]);
                let parts = naive_parts(here, there);
                if parts.len() > 1 || size(here) <= 12 && size(there) <= 12 {
                    let mut in_parts = vec![false; here.len()];
                    for (part_a, part_b) in parts {
                        in_parts[part_a.clone()].fill(true);
                        let (both, fewer) = common_numbers(&here[part_a], &there[part_b]);
                        agreeing += both;
                        differing += fewer - both;
                    }
                    // What is between two parts is in both texts.
                    let between = here.iter().zip(in_parts).filter(|row| row.0.number && !row.1);
                    agreeing += between.count();
                    continue;
                }
            }
            let differ = |at: Option<usize>, bt: Option<usize>| {
                let words = at.and_then(|at| ta.get(at)).zip(bt.and_then(|bt| tb.get(bt)));
                words.is_some_and(|(one, other)| {
                    one.number && other.number && one.hash != other.hash
                })
            };
            if i > 0 && a < to_a && differ(Some(a), Some(b)) {
                differing += 1;
            }
            let one = i > 0 && a + 1 >= to_a;
            if i < runs.len()
                && a < to_a
                && !one
                && differ(to_a.checked_sub(1), to_b.checked_sub(1))
            {
                differing += 1;
            }
        }
        (u32::try_from(agreeing).unwrap(), u32::try_from(differing).unwrap())
    }

    /// Words whose flags follow from their hash, but for quotation marks.
    fn words(vocabulary: u32, singles: u32) -> impl Strategy<Value = Vec<Vec<Word>>> {
        let token =
            (0..vocabulary, prop::bool::weighted(0.15)).prop_map(move |(hash, quoted)| Word {
                hash,
                quoted,
                number: hash % 7 == 3,
                single: hash % 10 < singles,
                ..Word::default()
            });
        vec(vec(token, 0..30), 0..8)
    }

    /// Two texts with paragraphs in common, sometimes out of order and repeated.
    fn pair() -> impl Strategy<Value = (Vec<Vec<Word>>, Vec<Vec<Word>>)> {
        (2..400_u32, prop::sample::select(vec![0, 0, 3, 8]))
            .prop_flat_map(|(vocabulary, singles)| {
                (
                    words(vocabulary, singles),
                    words(vocabulary, singles),
                    vec(any::<prop::sample::Index>(), 0..6),
                )
            })
            .prop_map(|(a, mut b, copied)| {
                if !a.is_empty() {
                    for paragraph in copied {
                        b.insert(paragraph.index(b.len() + 1), a[paragraph.index(a.len())].clone());
                    }
                }
                (a, b)
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]
        #[test]
        fn agrees_with_the_study((a, b) in pair(), (c, d) in pair()) {
            let mut aligner = Aligner::new();
            // Buffers and the index are left over from other texts.
            let joined = vec![a.concat()];
            for (one, two) in
                [(&c, &d), (&a, &b), (&a, &d), (&b, &d), (&b, &a), (&a, &a), (&joined, &a)]
            {
                let (body_one, body_two) = (body(one), body(two));
                let found = aligner.align(body_one.view(), body_two.view());
                let (runs, measures) = naive(one, two);
                prop_assert_eq!(found.runs, &runs[..]);
                // Names and gaps are counted beside it.
                let Measures { names_agreeing, names_differing, gaps, .. } = found.measures;
                let measures = Measures { names_agreeing, names_differing, gaps, ..measures };
                prop_assert_eq!(found.measures, measures);
            }
        }

        #[test]
        fn every_run_is_equal_words_and_none_exceeds_its_text((a, b) in pair()) {
            let (body_a, body_b) = (body(&a), body(&b));
            let (flat_a, flat_b) = (body_a.view().words, body_b.view().words);
            let mut aligner = Aligner::new();
            let found = aligner.align(body_a.view(), body_b.view());
            for run in found.runs {
                let (a, b, len) = (run.a as usize, run.b as usize, run.len as usize);
                prop_assert_eq!(&flat_a[a..a + len], &flat_b[b..b + len]);
            }
            prop_assert!(found.measures.shared_a <= found.measures.a);
            prop_assert!(found.measures.shared_b <= found.measures.b);
        }
    }

    fn flat(words: impl IntoIterator<Item = u32>) -> Body {
        body(&[words.into_iter().map(word).collect()])
    }

    /// A quadratic aligner would need 10¹² steps, for each of these.
    #[test]
    fn repeated_words_stay_linear() {
        const N: u32 = 1_000_000;
        let mut aligner = Aligner::new();
        let same = flat((0..N).map(|_| 7));
        let longer = flat((0..=N).map(|_| 7));
        let found = aligner.align(same.view(), longer.view());
        assert_eq!(found.runs, [Run { a: 0, b: 0, len: N }]);

        // Every place has many starts, and every start a long run that ends too soon.
        let periods = |period: u32| flat((0..N).map(move |i| u32::from(i % period == 0)));
        let found = aligner.align(periods(1000).view(), periods(1001).view());
        assert!(found.measures.shared_a.words() > N * 9 / 10);

        let halves = flat((0..N).map(|i| if i < N / 2 { 7 } else { i }));
        let found = aligner.align(halves.view(), longer.view());
        assert_eq!(found.measures.shared_a.words(), N / 2);
    }

    #[test]
    fn text_said_twice_covers_the_other_once() {
        let (once, twice) = (flat(0..50), flat((0..50).chain(0..50)));
        let mut aligner = Aligner::new();
        let measures = aligner.align(once.view(), twice.view()).measures;
        assert_eq!((measures.shared_a, measures.shared_b), (HalfWords::of(50), HalfWords::of(50)));

        // Of the shorter one both sayings are in the longer one, which has it once.
        let more = flat((0..50).chain(1000..1100));
        let measures = aligner.align(more.view(), twice.view()).measures;
        assert_eq!((measures.shared_a, measures.shared_b), (HalfWords::of(50), HalfWords::of(100)));
    }
}
