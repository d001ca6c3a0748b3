//! What is counted of the lines of a page: each, and those around it.

use crate::{chrome::Facts, cues::Cue, text::Prose};

/// Number of features of a line among others.
pub const AROUND_FEATURES: usize = 38;

/// What each of them counts.
pub const AROUND_NAMES: [&str; AROUND_FEATURES] = [
    "any line",
    "own points",
    "words",
    "words before",
    "words after",
    "points before",
    "points after",
    "passage before",
    "passage after",
    "passages in 3",
    "passages in 12",
    "words in 3",
    "words in 12",
    "points beside",
    "points in 3",
    "points in 8",
    "points in 20",
    "before the story",
    "after the story",
    "no story",
    "steps before the story",
    "steps after the story",
    "from the start",
    "from the end",
    "run of short lines",
    "twice",
    "phrases in 3",
    "phrases in 12",
    "after a foot",
    "story words in 3",
    "dates in 3",
    "points of the page",
    "lines of the page",
    "share of passages",
    "row of links",
    "after an open end",
    "equal lengths in 3",
    "known words",
];

/// The feature that is the line's own points.
pub(super) const OWN: usize = 1;

/// What is counted of a page before its lines are looked at.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Before every line, and after the last, what was counted of the lines before it: passages, lengths, points, phrases,
    /// story words, dates, lines as long as the one before.
    sums: Vec<[i32; 7]>,
    /// By line how long the run of lines without prose is that it stands in, in bits.
    runs: Vec<i32>,
    /// First and last passage that reads like a story.
    pub(super) story: Option<(usize, usize)>,
    /// The first line that claims a copyright.
    foot: Option<usize>,
    pub(super) words: i32,
    pub(super) words_of_passages: i32,
    known_words: i32,
}

const PASSAGES: usize = 0;
const LENGTHS: usize = 1;
const POINTS: usize = 2;
const PHRASES: usize = 3;
const STORY: usize = 4;
const DATES: usize = 5;
const EQUAL: usize = 6;

/// How many bits a number has, at most `most`.
fn bits(n: usize, most: i32) -> i32 {
    i32::try_from(usize::BITS - n.leading_zeros()).unwrap_or(most).min(most)
}

/// A line's own points in eighths of a bit, within six bits.
fn own(line: &Facts) -> i32 {
    line.cue.points().div_euclid(Cue::BIT / 8).clamp(-48, 48)
}

fn length(line: &Facts) -> i32 {
    bits(line.shape.words() as usize, 8)
}

fn is_passage(line: &Facts) -> bool {
    line.shape.prose() == Prose::Passage
}

impl Page {
    /// Counts a page of so many known words, in sixteenths.
    pub(super) fn count(&mut self, facts: &[Facts], known_words: u32) {
        let Page { sums, runs, story, foot, words, words_of_passages, .. } = self;
        sums.clear();
        runs.clear();
        (*story, *foot, *words, *words_of_passages) = (None, None, 0, 0);
        self.known_words = i32::try_from(known_words).unwrap_or(8).min(8);
        let mut sum = [0; 7];
        sums.push(sum);
        for (at, line) in facts.iter().enumerate() {
            let is_passage = is_passage(line);
            let length_of = length(line);
            let is_equal = at > 0 && length(&facts[at - 1]) == length_of;
            let more = [
                i32::from(is_passage),
                length_of,
                own(line),
                i32::from(line.cue.has_phrases()),
                i32::from(line.cue.is_story()),
                i32::from(line.cue.is_dated()),
                i32::from(is_equal),
            ];
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
            sums.push(sum);
            let of_line = i32::try_from(line.shape.words()).unwrap_or(0);
            *words = words.saturating_add(of_line);
            if is_passage {
                *words_of_passages = words_of_passages.saturating_add(of_line);
                if own(line) < -8 {
                    *story = Some((story.map_or(at, |(first, _)| first), at));
                }
            }
            if foot.is_none() && line.cue.is_foot() {
                *foot = Some(at);
            }
        }
        for run in facts.chunk_by(|a, b| is_short(a) == is_short(b)) {
            let length = if is_short(&run[0]) { bits(run.len(), 8) } else { 0 };
            runs.extend(std::iter::repeat_n(length, run.len()));
        }
    }

    /// The mean, times `scale`, of what is counted of the lines up to `reach` away, without the line itself.
    fn mean(&self, of: usize, at: usize, reach: usize, scale: i32) -> i32 {
        let lines = self.sums.len() - 1;
        let (start, end) = (at.saturating_sub(reach), lines.min(at + reach + 1));
        let own = self.sums[at + 1][of] - self.sums[at][of];
        let sum = self.sums[end][of] - self.sums[start][of] - own;
        let count = i32::try_from(end - start).unwrap_or(1) - 1;
        (scale * sum).div_euclid(count.max(1))
    }

    /// Calls `add` with the features of the line `at` that are not 0.
    pub(super) fn each(&self, facts: &[Facts], at: usize, mut add: impl FnMut(usize, i32)) {
        let line = &facts[at];
        let (before, after) = (at.checked_sub(1).map(|at| &facts[at]), facts.get(at + 1));
        let (mut before_story, mut after_story) = (0, 0);
        if let Some((first, last)) = self.story {
            before_story = first.saturating_sub(at);
            after_story = at.saturating_sub(last);
        }
        let lines = facts.len();
        let all = self.sums[lines];
        let count = i32::try_from(lines).unwrap_or(i32::MAX);
        let is_after_foot = self.foot.is_some_and(|foot| foot <= at) && 2 * at > lines;
        let values: [i32; AROUND_FEATURES] = [
            1,
            own(line),
            length(line),
            before.map_or(0, length),
            after.map_or(0, length),
            before.map_or(0, own),
            after.map_or(0, own),
            before.is_some_and(is_passage).into(),
            after.is_some_and(is_passage).into(),
            self.mean(PASSAGES, at, 3, 8),
            self.mean(PASSAGES, at, 12, 8),
            self.mean(LENGTHS, at, 3, 4),
            self.mean(LENGTHS, at, 12, 4),
            self.mean(POINTS, at, 1, 1),
            self.mean(POINTS, at, 3, 1),
            self.mean(POINTS, at, 8, 1),
            self.mean(POINTS, at, 20, 1),
            (before_story > 0).into(),
            (after_story > 0).into(),
            self.story.is_none().into(),
            bits(before_story, 7),
            bits(after_story, 7),
            5 - bits(at, 5),
            5 - bits(lines - 1 - at, 5),
            self.runs[at],
            (line.times > 1).into(),
            self.mean(PHRASES, at, 3, 8),
            self.mean(PHRASES, at, 12, 8),
            is_after_foot.into(),
            self.mean(STORY, at, 3, 8),
            self.mean(DATES, at, 3, 8),
            all[POINTS].div_euclid(count.max(1)),
            bits(lines, 12),
            (8 * i64::from(self.words_of_passages) / i64::from(self.words.max(1)))
                .try_into()
                .unwrap_or(8),
            line.cue.is_links().into(),
            before.is_some_and(|line| line.cue.ends_open()).into(),
            self.mean(EQUAL, at, 3, 8),
            self.known_words,
        ];
        for (feature, &value) in values.iter().enumerate().filter(|(_, value)| **value != 0) {
            add(feature, value);
        }
    }
}

fn is_short(line: &Facts) -> bool {
    line.shape.prose() == Prose::None
}
