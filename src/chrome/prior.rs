//! What a page says by itself: the labels of a site's only page, and what words add where a site has few.
//!
//! Of a line that no other page has, nothing is known but its words and where it stands. A linear model over what
//! its [`Cue`] and its length say, and those of the lines around it, gives the odds that it is chrome; its weights were fitted on
//! pages with labels (`benches/lab/README.md`). Where pages of the site tell more, the words count less, and from
//! [`MOST`] groups of pages on nothing. Phrases that are sure have weights by hand: pleas are too rare to be fitted.

mod page;

pub use page::{AROUND_FEATURES, AROUND_NAMES};

use page::{OWN, Page};

use super::{
    Facts, Labelled,
    score::{NEVER, ONE, Score, Scores, Term},
    weights::{AROUND_WEIGHTS, MARKED_AROUND_WEIGHTS, MARKED_PASSAGE_WEIGHTS, PASSAGE_WEIGHTS},
};
use crate::{
    base::{
        page::{Kind, Place},
        recipe::Level,
    },
    cues::Cue,
    text::Prose,
};

/// Groups of pages up to which words count in full, and from which on they count nothing.
const FULL: u32 = 10;
const MOST: u32 = 30;

/// The least share of stop words that makes a language known: 7 of 100.
const STOP_SHARE: (u32, u32) = (7, 100);

/// A headline stands so many lines above its story at most, and has so many words at least.
const HEADLINE_WITHIN: usize = 8;
const HEADLINE_WORDS: u32 = 4;

/// Whether a line above a story may be its headline: no sentence, no row of links, no byline or date, nothing that sites
/// print everywhere.
fn is_headline(line: &Facts) -> bool {
    let cue = line.cue;
    let is_byline = cue.kind() == Kind::Byline || (cue.is_dated() && line.shape.words() <= 8);
    line.shape.words() >= HEADLINE_WORDS
        && line.shape.prose() == Prose::None
        && !(cue.is_sure() || cue.is_links() || is_byline)
}

/// What a sure phrase adds.
fn sure_points(kind: Kind) -> Score {
    match kind {
        Kind::Cookie | Kind::Legal => 5 * ONE,
        Kind::Other => 0,
        _ => 4 * ONE,
    }
}

/// Kinds whose sure phrases may take a passage.
fn takes_passages(kind: Kind) -> bool {
    matches!(kind, Kind::Plea | Kind::Subscription | Kind::Cookie | Kind::Legal)
}

/// How the points of a lone page are weighed at a level; none where only sure phrases take.
struct Mode {
    /// In tenths.
    points: Score,
    margin: Score,
    /// A passage needs so much.
    passage: Score,
}

impl Mode {
    /// Markup tells more than words alone, so what both say counts more.
    fn of(level: Level, is_marked: bool) -> Option<Mode> {
        let tenths = |n: Score| n * ONE / 10;
        match level {
            Level::Lenient | Level::Balanced if is_marked => {
                Some(Mode { points: 10, margin: tenths(-5), passage: tenths(20) })
            }
            Level::Careful if is_marked => {
                Some(Mode { points: 7, margin: tenths(-8), passage: tenths(15) })
            }
            Level::Lenient | Level::Balanced => {
                Some(Mode { points: 7, margin: tenths(-5), passage: tenths(20) })
            }
            Level::Careful => Some(Mode { points: 5, margin: tenths(-8), passage: tenths(15) }),
            Level::Strict => None,
        }
    }
}

/// A page of which less than half of the words stand in passages (a list, a catalogue) has a body that looks like
/// chrome: so much for each share of its words.
const THIN: Score = 4 * ONE;

/// Of a page's words so many, in hundredths, should stay: else it is read again with more doubt, and kept whole if
/// still less than the second stay.
const ENOUGH: [u64; 2] = [28, 18];
const DOUBT: Score = 2 * ONE;

/// Reads what a page says by itself. Reuse it: warm, it does not allocate.
#[derive(Debug, Default)]
pub(super) struct Prior {
    page: Page,
    lines: Vec<Around>,
    of: u32,
    knows_language: bool,
    /// The markup of some line speaks for chrome.
    is_marked: bool,
    /// The line above the story that is its headline, on a lone page.
    headline: Option<usize>,
    /// How often a lone page was read without that enough stayed.
    doubts: usize,
}

/// Points of a line among others, and of them its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Around {
    points: i32,
    own: i32,
    /// The story is over: no passage of it follows.
    is_behind: bool,
    /// It is made of sentences, only such lines are between it and the last passage, and no phrase says that it is
    /// anything else. A story often ends with a short sentence.
    is_closing: bool,
}

impl Prior {
    /// Reads a page of a site of so many groups of pages.
    pub(super) fn read(&mut self, facts: &[Facts], of: u32) {
        self.of = of;
        self.doubts = 0;
        self.headline = None;
        self.lines.clear();
        if of >= MOST {
            return;
        }
        let (mut stop, mut words) = (0, 0);
        for line in facts {
            stop += line.cue.stop_words();
            words += line.shape.words().min(u32::try_from(Cue::TOKENS).unwrap_or(u32::MAX));
        }
        self.knows_language = stop * STOP_SHARE.1 >= words * STOP_SHARE.0;
        self.is_marked = facts.iter().any(|line| line.cue.is_marked());
        if of <= 1 {
            self.look_around(facts, 16 * stop / words.max(1));
        }
    }

    /// The page is its site's only one, and its language is known: what it says decides.
    pub(super) fn reads(&self) -> bool {
        self.of <= 1 && self.knows_language
    }

    /// Whether a lone page should be read again, with more doubt, since hardly anything of it would stay.
    pub(super) fn doubts(&mut self, facts: &[Facts], labels: &[Labelled]) -> bool {
        let Some(&enough) = ENOUGH.get(self.doubts).filter(|_| self.of <= 1) else { return false };
        let words = |is_counted: fn(&Labelled) -> bool| -> u64 {
            let lines = facts.iter().zip(labels).filter(|(_, label)| is_counted(label));
            lines.map(|(line, _)| u64::from(line.shape.words())).sum()
        };
        let is_doubtful = 100 * words(|label| label.chrome.is_none()) < enough * words(|_| true);
        self.doubts += usize::from(is_doubtful);
        is_doubtful
    }

    /// A lone page's head or foot in which no line says that it is chrome is body: a list, a signature, a verse. So is one of a
    /// single line that is not sure.
    pub(super) fn settle(&self, facts: &[Facts], labels: &mut [Labelled]) {
        if self.of > 1 {
            return;
        }
        let mut start = 0;
        for run in labels.chunk_by_mut(|a, b| a.chrome == b.chrome) {
            let end = start + run.len();
            let is_edge = run.iter().any(|l| matches!(l.chrome, Some(Place::Head | Place::Foot)));
            let says =
                facts[start..end].iter().any(|line| Prior::says(line) || line.known.is_some());
            // One line alone is little to go by: it may be the last words of the story.
            let line = &facts[start];
            let is_little = run.len() == 1 && !line.cue.is_sure() && line.known.is_none();
            if is_edge && (!says || is_little) {
                for label in run {
                    label.chrome = None;
                }
            }
            start = end;
        }
    }

    /// A word or a phrase tells that the line is chrome, or the markup does.
    fn says(line: &Facts) -> bool {
        line.cue.has_phrases() || line.cue.is_marked()
    }

    /// What is taken off the points of every line of a lone page.
    fn doubt(&self) -> Score {
        let Page { words, words_of_passages, .. } = self.page;
        let [all, passages] = [words, words_of_passages].map(Score::from);
        // The share of the words outside passages, beyond a half.
        let thin = (THIN * (all - 2 * passages) / (2 * all.max(1))).max(0);
        match self.doubts {
            0 => thin,
            1 => thin + DOUBT,
            _ => -NEVER,
        }
    }

    fn look_around(&mut self, facts: &[Facts], known_words: u32) {
        self.lines.resize(facts.len(), Around::default());
        self.page.count(facts, known_words);
        let page = &self.page;
        let (of_lines, of_passages) = if self.is_marked {
            (&MARKED_AROUND_WEIGHTS, &MARKED_PASSAGE_WEIGHTS)
        } else {
            (&AROUND_WEIGHTS, &PASSAGE_WEIGHTS)
        };
        for (at, line) in self.lines.iter_mut().enumerate() {
            let is_passage = facts[at].shape.prose() == Prose::Passage;
            let weights = if is_passage { of_passages } else { of_lines };
            let (mut points, mut own) = (0, 0);
            page.each(facts, at, |feature, value| {
                let part = i32::from(weights[feature]) * value;
                points += part;
                own += if feature == OWN { part } else { 0 };
            });
            let is_behind = page.story.is_some_and(|(_, last)| at > last);
            *line = Around { points, own, is_behind, is_closing: false };
        }
        if let Some((_, last)) = page.story {
            // What a person did or wrote is told of in stories, too.
            let says_nothing = |cue: Cue| {
                !cue.has_phrases()
                    || !cue.is_sure()
                        && matches!(cue.kind(), Kind::Byline | Kind::Comment | Kind::Other)
            };
            let is_sentence = |line: &Facts| line.shape.is_sentence() && says_nothing(line.cue);
            let closing = facts.iter().skip(last + 1).take_while(|line| is_sentence(line)).count();
            for line in self.lines.iter_mut().skip(last + 1).take(closing) {
                line.is_closing = true;
            }
        }
        let first = page.story.map_or(0, |(first, _)| first);
        let above = first.saturating_sub(HEADLINE_WITHIN)..first;
        // Of equally long ones the first: what follows it may be its second line.
        self.headline = above
            .rev()
            .filter(|&at| is_headline(&facts[at]))
            .max_by_key(|&at| facts[at].shape.words());
    }

    /// Changes the scores that the paragraph `at`, which so many groups of pages have, has by what other pages say of it; `tell`
    /// gets what is added. What was told before counts no more if it is told [`Term::Instead`].
    pub(super) fn weigh(
        &self,
        facts: &[Facts],
        (at, groups): (usize, u32),
        level: Level,
        scores: Scores,
        tell: &mut impl FnMut(Term, Score),
    ) -> Scores {
        match self.of {
            0 | 1 => self.alone(&facts[at], at, level, scores, tell),
            of if of < MOST => self.beside(&facts[at], groups, level, scores, tell),
            _ => scores,
        }
    }

    /// A line of a site's only page.
    fn alone(
        &self,
        line: &Facts,
        at: usize,
        level: Level,
        scores: Scores,
        tell: &mut impl FnMut(Term, Score),
    ) -> Scores {
        if self.headline == Some(at) {
            tell(Term::Instead, -scores.foot);
            tell(Term::Headline, NEVER);
            return Scores { head: NEVER, foot: NEVER, inside: NEVER };
        }
        let Around { points, own, is_behind, is_closing } = self.lines[at];
        if is_closing {
            tell(Term::Instead, -scores.foot);
            tell(Term::Closing, NEVER);
            return Scores { head: NEVER, foot: NEVER, inside: NEVER };
        }
        let is_passage = line.shape.prose() == Prose::Passage;
        let sure = if Prior::is_sure(line, is_behind) { sure_points(line.cue.kind()) } else { 0 };
        let mode = Mode::of(level, self.is_marked).filter(|_| self.knows_language);
        let Some(Mode { points: tenths, margin, passage }) = mode else {
            // Shape says nothing here, so only sure phrases do.
            if sure == 0 {
                return scores;
            }
            tell(Term::Instead, -scores.foot);
            tell(Term::Sure, sure);
            return Scores { head: sure, foot: sure, inside: sure * 3 / 10 };
        };
        let own = tenths * Score::from(own) / 10;
        let points = tenths * (Score::from(points) - self.doubt()) / 10;
        tell(Term::Instead, -scores.foot);
        tell(Term::Words, own);
        tell(Term::Around, points - own);
        tell(Term::Sure, sure);
        let sum = points + sure;
        let edge = if is_passage {
            // A passage is the story's own unless much says that it is not.
            let edge = if sum > passage { sum - passage } else { NEVER };
            tell(Term::Prose, edge - sum);
            edge
        } else {
            tell(Term::Level, margin);
            sum + margin
        };
        let inside = if edge <= NEVER { NEVER } else { edge * 6 / 10 - ONE / 2 };
        // Between two paragraphs of a story, shape alone takes nothing: it may be a sub-heading or a caption.
        let inside = if Prior::says(line) { inside } else { inside.min(-ONE / 2) };
        Scores { head: edge, foot: edge, inside }
    }

    /// A line of a site of few pages, so many of which have it.
    fn beside(
        &self,
        line: &Facts,
        groups: u32,
        level: Level,
        scores: Scores,
        tell: &mut impl FnMut(Term, Score),
    ) -> Scores {
        let fade = |points: Score| points * Score::from(FULL) / Score::from(self.of.max(FULL));
        if groups < 2 {
            let edge = fade(sure_points(line.cue.kind())) - ONE;
            if level == Level::Strict || !Prior::is_sure(line, false) || edge <= scores.head {
                return scores;
            }
            tell(Term::Instead, -scores.foot);
            tell(Term::Sure, edge + ONE);
            tell(Term::Level, -ONE);
            return Scores { head: edge, foot: edge, inside: edge * 3 / 10 - ONE / 2 };
        }
        if !self.knows_language || level == Level::Strict {
            return scores;
        }
        // Shape alone says nothing for chrome where other pages tell: what documents repeat is short, too.
        let most = if line.cue.has_phrases() { ONE } else { 0 };
        let own = fade((Score::from(line.cue.points()) / 2).clamp(-ONE, most));
        tell(Term::Words, own);
        let Scores { head, foot, inside } = scores;
        Scores { head: head + own, foot: foot + own, inside: inside + own * 3 / 10 }
    }

    /// It has a phrase that is sure enough to take it.
    fn is_sure(line: &Facts, is_behind: bool) -> bool {
        let (cue, kind) = (line.cue, line.cue.kind());
        if !cue.is_sure() {
            return false;
        }
        if kind == Kind::Agency {
            return is_behind;
        }
        line.shape.prose() != Prose::Passage || (takes_passages(kind) && !cue.is_story())
    }
}
