//! What a page says of its lines before they are weighed: where each stands again, and what is around it.

use super::Facts;
use crate::{
    base::page::Kind,
    chrome::{Origin, score::Around},
    text::Prose,
};

/// What is around a paragraph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Surroundings {
    pub(super) around: Around,
    /// What every site knows of it counts here.
    pub(super) is_backed: bool,
    /// It counts as a line of this page only: it is data, or other pages that have it are prints of this one.
    pub(super) is_alone: bool,
}

/// What the page is, if many pages of its site have all its lines in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Whole {
    /// A page like no other.
    #[default]
    Own,
    /// Furniture and a few words: a wall that asks for consent, a page that was not found.
    Furniture,
    /// A text that is printed at many addresses.
    Reprint,
    /// All pages of the site are this one.
    Only,
}

/// Two prints of a caption or a teaser that a scraper took twice are no farther apart.
const NEAR: usize = 2;
/// Least words of a heading that is printed again elsewhere on its page.
const ECHO_WORDS: u32 = 4;
/// Lines of their own among those between two passages make a table, a list or code of it: so many, and one in so many.
const OWN_LINES: usize = 2;
const ONE_IN: usize = 4;
/// Lines of their own that make verse or a table of a page without passages.
const VERSE_LINES: usize = 6;
/// An insert has so few words, stands on so many groups, which are one in so many of the site's, and so often on each.
const INSERT_WORDS: u32 = 4;
const INSERT_GROUPS: u32 = 3;
const INSERT_SHARE: u32 = 4;
const INSERT_TIMES: u32 = 2;
/// Words of the shortest teaser: what it is called and some of a headline.
const TEASER_WORDS: u32 = 5;
/// Pages that have all lines of a page, and the most words of prose that make no text.
const REPRINTS: u32 = 5;
const WALL_WORDS: u32 = 120;

/// Finds what is around the paragraphs of a page of a site of so many groups; `twice` is room for it.
///
/// Returns what the page is. Linear in the page, but for a sort of those lines that stand on it twice and on no other page.
pub(super) fn surroundings(
    facts: &[Facts],
    of: u32,
    twice: &mut Vec<(u64, usize)>,
    out: &mut Vec<Surroundings>,
) -> Whole {
    out.clear();
    out.resize(facts.len(), Surroundings::default());
    let whole = whole(facts, of);
    if whole == Whole::Reprint {
        for (line, out) in facts.iter().zip(&mut *out) {
            out.is_alone = !is_everywhere(line, of);
        }
    }
    data(facts, out);
    speech(facts, out);
    gaps(facts, of, out);
    for (line, out) in facts.iter().zip(&mut *out) {
        if line.shape.introduces() && out.around == Around::Nothing && line.known.is_none() {
            out.around = Around::Content;
        }
    }
    repeats(facts, of, twice, out);
    backing(facts, out);
    whole
}

/// Data is the page's own, unless it is a figure in furniture: once on each page, before or after all passages, alone among
/// lines that are no data, and beside one of them on half of its pages. A date line, a counter, the weather.
fn data(facts: &[Facts], out: &mut [Surroundings]) {
    let first = facts.iter().position(is_own_prose).unwrap_or(facts.len());
    let last = facts.iter().rposition(is_own_prose).unwrap_or(0);
    for at in (0..facts.len()).filter(|&at| facts[at].is_data()) {
        let line = &facts[at];
        let before = at.checked_sub(1).map(|before| &facts[before]);
        let after = facts.get(at + 1);
        let is_tied = |other: Option<&Facts>, together: u32| {
            other.is_some_and(|other| other.stats.is_some())
                && 2 * u64::from(together) >= u64::from(line.groups())
        };
        let is_once = line.stats.is_some_and(|stats| stats.occurrences == stats.pages);
        let is_fixed = is_once
            && (at < first || at > last)
            && line.shape.prose() == Prose::None
            && !before.is_some_and(Facts::is_data)
            && !after.is_some_and(Facts::is_data)
            && (is_tied(before, before.map_or(0, |before| before.followed))
                || is_tied(after, line.followed));
        out[at].is_alone |= !is_fixed;
    }
}

/// Nearly all pages have it.
fn is_everywhere(line: &Facts, of: u32) -> bool {
    10 * u64::from(line.groups()) >= 9 * u64::from(of)
}

/// Whether other pages have all lines of the page, one after the other.
fn whole(facts: &[Facts], of: u32) -> Whole {
    let [pairs @ .., last] = facts else { return Whole::Own };
    let together = pairs.iter().map(|line| line.followed).min().unwrap_or(0);
    if together < REPRINTS || last.groups() < REPRINTS {
        return Whole::Own;
    }
    if 10 * u64::from(together) >= 9 * u64::from(of) {
        return Whole::Only;
    }
    let prose = facts
        .iter()
        .filter(|line| line.shape.prose() != Prose::None && !is_everywhere(line, of))
        .map(|line| line.shape.words());
    if prose.sum::<u32>() <= WALL_WORDS { Whole::Furniture } else { Whole::Reprint }
}

/// A passage or a sentence that no other page has.
fn is_own_prose(line: &Facts) -> bool {
    line.stats.is_none() && line.known.is_none() && line.shape.prose() != Prose::None
}

/// Who speaks is said again and again, before what is said.
fn speech(facts: &[Facts], out: &mut [Surroundings]) {
    let is_speaker = |line: &Facts| {
        let often =
            line.stats.map_or(line.times >= 2, |stats| stats.occurrences >= 2 * stats.pages);
        line.shape.introduces() && often && line.known.is_none()
    };
    for at in (0..facts.len()).filter(|&at| is_speaker(&facts[at])) {
        out[at].around = Around::Speaker;
        if let Some(next) = out.get_mut(at + 1) {
            next.around = Around::Speech;
        }
    }
}

/// What stands between two passages of the page.
fn gaps(facts: &[Facts], of: u32, out: &mut [Surroundings]) {
    let is_insert = |line: &Facts| {
        line.shape.words() <= INSERT_WORDS
            && line.stats.is_some_and(|stats| {
                stats.groups >= INSERT_GROUPS
                    && u64::from(stats.groups) * u64::from(INSERT_SHARE) >= u64::from(of)
                    && stats.occurrences >= INSERT_TIMES.saturating_mul(stats.pages)
            })
    };
    // "Read also: …" names a page, and a bare "Read more" is furniture like other.
    let is_teaser = |line: &Facts| {
        line.cue.kind() == Kind::Related
            && line.cue.is_sure()
            && line.shape.words() >= TEASER_WORDS
            && line.shape.prose() != Prose::Passage
    };
    if !facts.iter().any(is_own_prose) {
        verses(facts, out);
        return;
    }
    let mut passage = None;
    for at in (0..facts.len()).filter(|&at| is_own_prose(&facts[at])) {
        let gap = passage.map_or(at, |before| before + 1)..at;
        // The head is none.
        let is_between = passage.is_some();
        passage = Some(at);
        let own =
            facts[gap.clone()].iter().filter(|line| line.is_own() || line.groups() == 2).count();
        let is_content = own >= OWN_LINES && ONE_IN * own >= gap.len();
        for at in gap {
            if out[at].around != Around::Nothing || facts[at].known.is_some() {
                continue;
            }
            if is_between && is_teaser(&facts[at]) && !facts[at].is_data() {
                out[at].around = Around::Teaser;
            } else if is_content {
                out[at].around = Around::Content;
            } else if own < OWN_LINES
                && is_insert(&facts[at])
                && !facts[at].is_data()
                && !facts[at].shape.introduces()
            {
                out[at].around = Around::Insert;
            }
        }
    }
}

/// A page without passages, most of whose lines between the first and the last of its own are its own: verse, a table.
fn verses(facts: &[Facts], out: &mut [Surroundings]) {
    let (first, last) =
        (facts.iter().position(Facts::is_own), facts.iter().rposition(Facts::is_own));
    let Some((first, last)) = first.zip(last) else { return };
    let own = facts[first..=last].iter().filter(|line| line.is_own()).count();
    if own >= VERSE_LINES && 2 * own >= last - first {
        for (line, out) in facts[first..=last].iter().zip(&mut out[first..=last]) {
            if out.around == Around::Nothing && line.known.is_none() {
                out.around = Around::Verse;
            }
        }
    }
}

/// Lines of the page's own that stand on it twice.
///
/// What comes back with the line before or after it is part of what comes back: a chorus, steps, code.
fn repeats(facts: &[Facts], of: u32, twice: &mut Vec<(u64, usize)>, out: &mut [Surroundings]) {
    twice.clear();
    let is_twice = |line: &Facts| line.stats.is_none() && line.times == 2;
    twice.extend(
        (0..facts.len()).filter(|&at| is_twice(&facts[at])).map(|at| (facts[at].family, at)),
    );
    twice.sort_unstable();
    let is_same = |a: Option<usize>, b: Option<usize>| {
        let (a, b) = (a.and_then(|a| facts.get(a)), b.and_then(|b| facts.get(b)));
        a.zip(b).is_some_and(|(a, b)| a.family == b.family && a.stats.is_none())
    };
    for both in twice.chunk_by(|a, b| a.0 == b.0) {
        let &[(_, first), (_, second)] = both else { continue };
        let words = facts[first].shape.words();
        if second - first <= NEAR {
            if facts[first].shape.prose() == Prose::Passage {
                out[second].around = Around::Again;
                // Of a single page it is not known what is its own.
                if of >= 2 {
                    out[first].around = Around::Again;
                }
            }
        } else if words >= ECHO_WORDS
            && !is_same(Some(first + 1), Some(second + 1))
            && !is_same(first.checked_sub(1), second.checked_sub(1))
        {
            for at in [first, second] {
                if out[at].around == Around::Nothing {
                    out[at].around = Around::Echo;
                }
            }
        }
    }
}

/// That many sites print a line among other words is also true of quotations, licences and background. It takes a second
/// sign: other pages of its site have it, or it stands before or after the page's passages, and beside none.
fn backing(facts: &[Facts], out: &mut [Surroundings]) {
    let first = facts.iter().position(is_own_prose);
    let last = facts.iter().rposition(is_own_prose);
    for (at, line) in facts.iter().enumerate() {
        let Some(origin) = line.known else { continue };
        let is_apart = |other: Option<&Facts>| other.is_none_or(|other| !is_own_prose(other));
        let is_edge = first.is_some_and(|first| at < first) || last.is_some_and(|last| at > last);
        out[at].is_backed = origin == Origin::Seeds
            || line.stats.is_some()
            || (is_edge
                && is_apart(at.checked_sub(1).and_then(|before| facts.get(before)))
                && is_apart(facts.get(at + 1)));
    }
}
