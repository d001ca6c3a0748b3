//! How much a paragraph looks like chrome, before its place in the page is weighed.
//!
//! The score of docs/method.md, section 5, in integers: one unit is 1/1024 of a halving of the relative
//! frequency. Positive is chrome. Every constant below is one of that section's, times 1024.

use crate::{base::recipe::Level, table::Shape, text::Prose};

/// A score; a thousand and twenty-four to the unit of docs/method.md.
pub(super) type Score = i64;

/// Units in one.
pub(super) const ONE: Score = 1024;

/// What no evidence outweighs: a one-off passage of prose is never chrome.
pub(super) const NEVER: Score = -1000 * ONE;

/// What stands once on nearly every page outweighs, inside, the way in and out for a single line…
const ALWAYS_INSIDE: Score = 3 * ONE / 2;
/// …and in the foot two unique lines beside it. Not in the head: there a line on every page ("Listen to
/// this article") often follows the headline, which would be taken with it.
const ALWAYS_FOOT: Score = 2 * ONE;

/// A passage that stands on its page again within two lines.
const AGAIN: Score = 6 * ONE;
/// A line that only its page has, and once more on it.
const ECHO: Score = 2253;
/// At most, for who speaks and for what is said.
const SPEAKER: Score = -4 * ONE;
const SPEECH: Score = -ONE;
/// At most, for what stands among lines of the page's own.
const VERSE: Score = -ONE / 2;
/// At most, inside, for what is to stay there.
const STAYS_INSIDE: Score = -ONE / 2;

/// A sentence on so many other pages, and on less than one page in [`FEW`], is what the site is about: what
/// a template prints is on more of them.
const MANY: u32 = 32;
const FEW: u32 = 16;

/// What is known of a paragraph: counts include the page it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Length and grade of prose.
    pub shape: Shape,
    /// Groups of pages of the site that have its family.
    pub groups: u32,
    /// Groups of pages of the site.
    pub of: u32,
    /// Of `groups`, those in which it has the same neighbour as here, on the better side.
    pub beside: u32,
    /// How often it occurs on the site.
    pub occurrences: u32,
    /// On how many pages.
    pub pages: u32,
    /// It stands on this page more than once.
    pub twice: bool,
    /// Where else it stands on this page, and what is around it.
    pub around: Around,
}

/// What a page says of one of its lines beyond its counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Around {
    /// Nothing.
    #[default]
    Nothing,
    /// It is printed again within two lines, on no other page: a caption or a teaser that a scraper took twice.
    Again,
    /// It stands on the page once more, on its own: a heading in a table of contents, a link at top and bottom.
    Echo,
    /// It says who speaks, several times on its pages.
    Speaker,
    /// It is what a speaker says.
    Speech,
    /// It stands between two passages of the page among lines that only this page has: a table, a list, code.
    Content,
    /// It stands on a page without passages, among lines that only this page has.
    Verse,
    /// It stands between two passages of the page, and several times on each of many pages.
    Insert,
    /// It stands between two passages of the page, and says that another page tells more.
    Teaser,
}

/// A paragraph's score in the head, in the foot, and inside the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scores {
    pub head: Score,
    pub foot: Score,
    pub inside: Score,
}

/// One thing that speaks for or against chrome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// Only this page has it: the longer it is, the less it looks like chrome.
    Alone,
    /// It reads like a sentence, or a passage, and only this page has it.
    Prose,
    /// The share of the site's pages that have it.
    Share,
    /// How many pages that is.
    Often,
    /// It stands beside the same neighbour there.
    Beside,
    /// It has eight words and more, and yet comes back.
    Long,
    /// It stands on this page more than once.
    Twice,
    /// It stands several times on each page.
    PerPage,
    /// Evidence counts up to a bound.
    Bound,
    /// The doubt that the level asks to be outweighed.
    Level,
    /// Two pages, or three for prose on a large site, are few.
    Few,
    /// The strict level takes no long line that only its page has.
    Strict,
    /// It is printed again within two lines, on no other page.
    Again,
    /// It says who speaks.
    Speaker,
    /// It is what a speaker says.
    Speech,
    /// It stands among lines that only its page has.
    Verse,
    /// It stands once on nearly every page: counts in the foot.
    Always,
    /// What stands before counts no more: the words decide.
    Instead,
    /// What its words and signs say by themselves.
    Words,
    /// What the lines around it say.
    Around,
    /// It is the headline of the story of its site's only page.
    Headline,
    /// It ends the story of its site's only page: a sentence straight behind the last passage.
    Closing,
    /// It has a phrase that hardly anything but such chrome has.
    Sure,
}

/// The scores of a paragraph at a level.
pub(super) fn scores(known: &Known, level: Level) -> Scores {
    weighed(known, level, &mut |_, _| {})
}

/// The same; `tell` gets every term that is not 0.
///
/// They add up to the score in the foot, and without [`Term::Always`] to that in the head.
pub(super) fn weighed(known: &Known, level: Level, tell: &mut impl FnMut(Term, Score)) -> Scores {
    let (margin, cap_prose) = match level {
        Level::Lenient => (-ONE / 2, None),
        Level::Balanced => (0, Some(-2 * ONE)),
        Level::Careful => (ONE / 2, Some(-2 * ONE)),
        Level::Strict => (2 * ONE, Some(NEVER)),
    };
    let others = known.groups.saturating_sub(1);
    let evidence =
        if others == 0 { unique(known, tell) } else { repeated(known, others, tell) } - margin;

    let mut edge = evidence - ONE / 10;
    tell(Term::Level, -margin - ONE / 10);
    let mut always = 0;
    let mut inside = evidence * 3 / 10 - ONE / 2;
    // What stands once on nearly every page is the site's, also between two paragraphs of a story.
    let [groups, of] = [known.groups, known.of].map(u64::from);
    if others >= 3 && 10 * groups >= 9 * of && known.occurrences == known.pages {
        inside = inside.max(ALWAYS_INSIDE);
        always = ALWAYS_FOOT;
    }
    if known.around == Around::Insert {
        inside = inside.max(ALWAYS_INSIDE);
    }
    // Two pages are weak evidence: not inside a body, and not for prose. Nor are three for prose, if
    // the site has many: follow-up stories repeat their background.
    if let Some(cap) = cap_prose {
        let is_passage = known.shape.prose() == Prose::Passage;
        let few = others == 1 || (is_passage && others == 2 && 6 * u64::from(others) <= of);
        if few {
            inside = inside.min(-ONE / 2);
            if is_passage {
                tell(Term::Few, (cap - edge).min(0));
                edge = edge.min(cap);
            }
        }
    }
    // Few pages name another page in the same words.
    if known.around == Around::Teaser && others > 0 && level != Level::Strict {
        inside = inside.max(ALWAYS_INSIDE);
    }
    // The strict level takes no line that only its page has, short menu entries apart.
    if level == Level::Strict && others == 0 && known.shape.words() >= 6 {
        tell(Term::Strict, NEVER - edge);
        (edge, always, inside) = (NEVER, 0, NEVER);
    }
    // What some pages have, each beside other lines, is what they are about: steps that recipes share.
    let is_loose = others > 0
        && 2 * groups <= of
        && 2 * known.beside < known.groups
        && known.around != Around::Teaser;
    if known.around == Around::Content || is_loose {
        inside = inside.min(STAYS_INSIDE);
    }
    let most = match known.around {
        Around::Speaker => Some((Term::Speaker, SPEAKER)),
        Around::Speech => Some((Term::Speech, SPEECH)),
        Around::Verse => Some((Term::Verse, VERSE)),
        _ => None,
    };
    if let Some((term, most)) = most {
        tell(term, (most - edge).min(0));
        (edge, always, inside) = (edge.min(most), 0, inside.min(most));
    }
    tell(Term::Always, always);
    Scores { head: edge, foot: edge + always, inside }
}

fn unique(known: &Known, tell: &mut impl FnMut(Term, Score)) -> Score {
    if known.around == Around::Again {
        tell(Term::Again, AGAIN);
        return AGAIN;
    }
    let words = Score::from(known.shape.words());
    let alone = -205 - 72 * words.min(25);
    let twice = if known.around == Around::Echo { ECHO } else { 0 };
    let prose = match known.shape.prose() {
        Prose::Passage => NEVER - alone - twice,
        Prose::Sentence => -4 * ONE,
        Prose::None => 0,
    };
    tell(Term::Alone, alone);
    tell(Term::Twice, twice);
    tell(Term::Prose, prose);
    alone + twice + prose
}

fn repeated(known: &Known, others: u32, tell: &mut impl FnMut(Term, Score)) -> Score {
    let share = (log2(others) - log2(known.of.saturating_sub(1).max(1))).max(-9181);
    let often = 358 * log2(others).min(6 * ONE) / ONE;
    let beside = 3379 * Score::from(known.beside) / Score::from(known.groups.max(1));
    let is_rare = others >= MANY && u64::from(FEW) * u64::from(others) < u64::from(known.of);
    let long = known.shape.words() >= 8 && !(is_rare && known.shape.prose() != Prose::None);
    let long = if long { 3277 } else { 0 };
    let twice = if known.twice { 2253 } else { 0 };
    // Most families stand once on each of their pages.
    let per_page = if known.occurrences == known.pages {
        0
    } else {
        922 * (log2(known.occurrences) - log2(known.pages)).max(0) / ONE
    };
    let sum = share + often + beside + long + twice - per_page;
    let bound = sum.min(8704);
    tell(Term::Share, share);
    tell(Term::Often, often);
    tell(Term::Beside, beside);
    tell(Term::Long, long);
    tell(Term::Twice, twice);
    tell(Term::PerPage, -per_page);
    tell(Term::Bound, bound - sum);
    bound
}

/// 1024 · log₂ n, rounded down, for n ≥ 1. Those of small numbers are computed when this is compiled; of others the
/// logarithm of their first bits is one to three too low, and the steps above it tell how much.
pub(super) fn log2(n: u32) -> Score {
    if let Some(&small) = SMALL.get(n as usize) {
        return Score::from(small);
    }
    let mantissa = n << n.leading_zeros();
    let mut fraction = SMALL[(mantissa >> 21) as usize] % 1024;
    while STEPS.get(usize::from(fraction) + 1).is_some_and(|&step| step <= mantissa) {
        fraction += 1;
    }
    Score::from(n.ilog2()) * ONE + Score::from(fraction)
}

/// Logarithms of the numbers of eleven bits.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 11 · 1024")]
static SMALL: [u16; 2048] = {
    let mut small = [0; 2048];
    let mut n = 0;
    while n < small.len() {
        small[n] = squared(n as u32) as u16;
        n += 1;
    }
    small
};

/// For every fraction of a logarithm the least number of 32 bits that has it.
#[expect(clippy::cast_sign_loss, reason = "from 0 to 1023")]
static STEPS: [u32; 1024] = {
    let mut steps = [1 << 31; 1024];
    let mut fraction = 1;
    while fraction < steps.len() {
        // The next step is 1,476.8 times as large as what lies between, and the logarithm never falls.
        let last: u32 = steps[fraction - 1];
        let (mut below, mut from) = (last + last / 1479, last + last / 1475);
        while from - below > 1 {
            let middle = below + (from - below) / 2;
            if (squared(middle) % ONE) as usize >= fraction {
                from = middle;
            } else {
                below = middle;
            }
        }
        steps[fraction] = from;
        fraction += 1;
    }
    steps
};

/// The logarithm: integer part by leading zeros, then a bit a squaring.
const fn squared(n: u32) -> Score {
    let n = if n == 0 { 1 } else { n };
    let whole = n.ilog2();
    // The mantissa in [1, 2) with 31 fractional bits; squaring it doubles its logarithm.
    let mut mantissa = (n as u64) << (31 - whole);
    let mut fraction = 0;
    let mut bits = 0;
    while bits < 10 {
        bits += 1;
        mantissa = (mantissa * mantissa) >> 31;
        fraction <<= 1;
        if mantissa >> 32 != 0 {
            mantissa >>= 1;
            fraction |= 1;
        }
    }
    whole as Score * ONE + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_those_of_squaring() {
        let near = STEPS.iter().flat_map(|&step| {
            (0..21).flat_map(move |shift| (0..3).map(move |by| ((step >> shift) + by).max(2) - 1))
        });
        let all = (1..70_000).chain((0..32).map(|bit| 1 << bit)).chain([u32::MAX, u32::MAX - 1]);
        for n in all.chain(near) {
            assert_eq!(log2(n), squared(n), "{n}");
        }
    }

    #[test]
    fn logarithms_are_within_a_unit() {
        for n in (1..5000).chain([65_535, 65_536, 1 << 30, u32::MAX]) {
            let exact = 1024.0 * f64::from(n).log2();
            let error = exact - log2(n) as f64;
            assert!((-1e-6..=1.0).contains(&error), "{n}: {error}");
        }
    }

    fn known(groups: u32, of: u32, words: u32, prose: Prose) -> Known {
        let shape = Shape::new(words, prose, false);
        Known {
            shape,
            groups,
            of,
            beside: 0,
            occurrences: groups,
            pages: groups,
            twice: false,
            around: Around::Nothing,
        }
    }

    #[test]
    fn one_off_prose_is_never_chrome() {
        for level in [Level::Lenient, Level::Balanced, Level::Careful, Level::Strict] {
            let scores = scores(&known(1, 100, 30, Prose::Passage), level);
            assert!(scores.head < -900 * ONE && scores.inside < -250 * ONE);
        }
    }

    #[test]
    fn what_is_on_every_page_is_chrome() {
        let scores = scores(&known(50, 50, 2, Prose::None), Level::Careful);
        assert!(scores.head > 0);
    }

    proptest::proptest! {
        #[test]
        fn terms_add_up_to_the_scores(
            groups in 1_u32..40, more in 0_u32..200, beside in 0_u32..40, per_page in 1_u32..4,
            words in 0_u32..60, prose in 0_usize..3, twice: bool, level in 0_usize..4, around in 0_usize..9,
        ) {
            let around = [
                Around::Nothing, Around::Again, Around::Echo, Around::Speaker, Around::Speech, Around::Content,
                Around::Verse, Around::Insert, Around::Teaser,
            ][around];
            let prose = [Prose::None, Prose::Sentence, Prose::Passage][prose];
            let level = [Level::Lenient, Level::Balanced, Level::Careful, Level::Strict][level];
            let known = Known {
                beside: beside.min(groups),
                occurrences: groups * per_page,
                twice,
                around,
                ..known(groups, groups + more, words, prose)
            };
            let (mut head, mut foot) = (0, 0);
            let found = weighed(&known, level, &mut |term, value| {
                foot += value;
                head += if term == Term::Always { 0 } else { value };
            });
            proptest::prop_assert_eq!((head, foot), (found.head, found.foot));
            proptest::prop_assert_eq!(found, scores(&known, level));
        }
    }

    #[test]
    fn sentences_on_many_pages_that_are_few_of_the_site_need_more() {
        let head = |groups, of, prose| {
            let beside = Known { beside: groups, ..known(groups, of, 15, prose) };
            scores(&beside, Level::Balanced).head
        };
        assert!(head(60, 2500, Prose::Passage) < 0);
        assert!(head(60, 2500, Prose::None) > 0);
        // More of the site, or too few pages to say.
        assert!(head(60, 900, Prose::Passage) > 0);
        assert!(head(32, 600, Prose::Passage) > 0);
    }

    #[test]
    fn levels_go_from_lenient_to_strict() {
        let on_two = known(2, 10, 15, Prose::Passage);
        let edges = [Level::Lenient, Level::Balanced, Level::Careful, Level::Strict]
            .map(|level| scores(&on_two, level).head);
        assert!(edges.is_sorted_by(|a, b| a >= b), "{edges:?}");
    }
}
