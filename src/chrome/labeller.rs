//! The labeller: one page and the bank to body and chrome.
//!
//! A page is head chrome, then body with inserts of chrome, then foot chrome. The best such reading is
//! found by one pass of the Viterbi algorithm over four states (Rabiner, *A tutorial on hidden Markov
//! models*, Proc. IEEE 77, 1989, section III.B); scores and moves are in docs/method.md, sections 5
//! and 6. A unique line inside a menu can so be chrome, and a repeated line inside a story body.
//!
//! ```text
//! facts ─► around: what a page says of its lines ─► scores ─► the best reading ─► settle: what the whole page says of it
//! ```

mod around;
mod kinds;
mod settle;
mod why;

pub use why::{Neighbour, Points, Turn, Why};

use around::{Surroundings, Whole, surroundings};

use super::{
    Facts, FamilyStats,
    prior::Prior,
    score::{Known, Score, Scores, scores},
};
use crate::{
    base::{
        page::{Kind, Place},
        recipe::Level,
    },
    cues::Cue,
    table::Shape,
    text::Prose,
};

/// A paragraph of a page that a bank learns, or labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its family.
    pub family: u64,
    /// Length and grade of prose.
    pub shape: Shape,
    /// What its words say it is.
    pub cue: Cue,
    /// Hash of its bytes.
    pub wording: u32,
}

/// What a paragraph is, and the count that the decision rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// Where the chrome stands that it is part of; none if it is body.
    pub chrome: Option<Place>,
    /// What it is, if it is chrome.
    pub kind: Kind,
    /// Groups of pages of the site that have its family, this page's counted.
    pub groups: u32,
    /// It stands on this page more than once.
    pub twice: bool,
    /// What the label rests on.
    pub reason: Reason,
}

impl Labelled {
    /// What the chrome is; none for body.
    pub fn chrome_kind(&self) -> Option<Kind> {
        self.chrome.map(|_| self.kind)
    }
}

/// What a label rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No other page has it: its length, its prose and its neighbours decide.
    Unique,
    /// Other pages of the site have it.
    Repeated,
    /// It is known on every site.
    Known,
}

/// Labels pages. Reuse it: warm, it does not allocate.
#[derive(Debug)]
pub struct Labeller {
    level: Level,
    prior: Prior,
    facts: Vec<Facts>,
    twice: Vec<(u64, usize)>,
    around: Vec<Surroundings>,
    whole: Whole,
    lines: Vec<Scored>,
    back: Vec<[State; 4]>,
    out: Vec<Labelled>,
}

/// A paragraph of the page being labelled.
#[derive(Clone, Copy, Debug)]
struct Scored {
    shape: Shape,
    /// Few pages have it.
    is_rare: bool,
    /// A foot may begin with it: it looks like chrome there.
    begins_foot: bool,
    scores: Scores,
    labelled: Labelled,
}

/// Least length of a headline, in words.
const HEADLINE_WORDS: u32 = 4;

/// Moves between states (docs/method.md, section 6), in units of 1/1024.
const INSERT: Score = -512;
const FOOT: Score = 8192;
const UNREACHABLE: Score = Score::MIN / 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Head,
    Body,
    Inside,
    Foot,
}

impl Labeller {
    /// A labeller of this level.
    pub fn new(level: Level) -> Labeller {
        Labeller {
            level,
            prior: Prior::default(),
            facts: Vec::new(),
            twice: Vec::new(),
            around: Vec::new(),
            whole: Whole::Own,
            lines: Vec::new(),
            back: Vec::new(),
            out: Vec::new(),
        }
    }

    /// Labels a page by the facts of its paragraphs. `groups` is how many groups of pages its site has.
    pub fn label_facts(&mut self, page: impl Iterator<Item = Facts>, groups: u32) -> &[Labelled] {
        self.facts.clear();
        self.facts.extend(page);
        self.whole = surroundings(&self.facts, groups, &mut self.twice, &mut self.around);
        self.prior.read(&self.facts, groups);
        loop {
            self.lines.clear();
            for at in 0..self.facts.len() {
                let (known, reason) = known(&self.facts, &self.around, at, groups);
                let line = self.scored(at, &known, reason);
                self.lines.push(line);
            }
            self.decode(groups >= 2);
            if !self.prior.doubts(&self.facts, &self.out) {
                break;
            }
        }
        if self.prior.reads() {
            self.prior.settle(&self.facts, &mut self.out);
        } else {
            self.settle(groups);
        }
        kinds::name(&self.facts, &mut self.out, groups);
        &self.out
    }

    /// Paragraph `at` by what is known of it.
    fn scored(&self, at: usize, known: &Known, reason: Reason) -> Scored {
        let line = &self.facts[at];
        let elsewhere = known_elsewhere(self.around[at].is_backed, known);
        let (mut scores, is_known) = weigh(known, elsewhere.as_ref(), self.level);
        if !is_known {
            let of_line = (at, known.groups);
            scores = self.prior.weigh(&self.facts, of_line, self.level, scores, &mut |_, _| {});
        }
        let reason = if is_known { Reason::Known } else { reason };
        let is_rare = line.is_rare(known.of) && (!line.is_data() || self.around[at].is_alone);
        let labelled = Labelled {
            chrome: None,
            kind: Kind::Other,
            groups: line.groups(),
            twice: line.times > 1,
            reason,
        };
        Scored { shape: line.shape, is_rare, begins_foot: scores.foot > 0, scores, labelled }
    }

    /// The best reading. `foot_expected`: the site has other pages, and almost every page of a site
    /// ends in a foot; of a single page that is not known. A foot begins with a line that looks like chrome, and after
    /// something that few pages have. Returns its score.
    fn decode(&mut self, foot_expected: bool) -> Score {
        let to_foot = if foot_expected { FOOT } else { 0 };
        self.back.clear();
        self.out.clear();
        let Some((first, rest)) = self.lines.split_first() else { return 0 };

        // A page on which nothing is rare may be all foot.
        let mut may_end = first.is_rare || !self.lines.iter().any(|line| line.is_rare);
        let (mut head, mut body) = (first.scores.head, 0);
        let (mut inside, mut foot) = (UNREACHABLE, UNREACHABLE);
        for Scored { scores, is_rare, begins_foot, .. } in rest {
            // Of equals the state that stays wins, so that the reading is unique.
            let (mut next_body, mut from_body) = (body, State::Body);
            if head > next_body {
                (next_body, from_body) = (head, State::Head);
            }
            if inside + INSERT > next_body {
                (next_body, from_body) = (inside + INSERT, State::Inside);
            }
            let (mut next_inside, mut from_inside) = (inside, State::Inside);
            if body + INSERT > next_inside {
                (next_inside, from_inside) = (body + INSERT, State::Body);
            }
            let (mut next_foot, mut from_foot) = (foot, State::Foot);
            if may_end && *begins_foot && body + to_foot > next_foot {
                (next_foot, from_foot) = (body + to_foot, State::Body);
            }
            may_end |= is_rare;
            self.back.push([State::Head, from_body, from_inside, from_foot]);
            head += scores.head;
            body = next_body;
            inside = next_inside + scores.inside;
            foot = next_foot + scores.foot;
        }

        // A page has a body: it does not end in the head.
        let (mut state, mut best) = (State::Body, body);
        if foot > best {
            (state, best) = (State::Foot, foot);
        }
        if inside > best {
            (state, best) = (State::Inside, inside);
        }
        for (i, &Scored { labelled, .. }) in self.lines.iter().enumerate().rev() {
            let chrome = match state {
                State::Head => Some(Place::Head),
                State::Body => None,
                State::Inside => Some(Place::Inside),
                State::Foot => Some(Place::Foot),
            };
            self.out.push(Labelled { chrome, ..labelled });
            if i > 0 {
                state = self.back[i - 1][state as usize];
            }
        }
        self.out.reverse();
        best
    }
}

/// What the site knows of a paragraph and its neighbours.
fn known(facts: &[Facts], around: &[Surroundings], at: usize, of: u32) -> (Known, Reason) {
    let line = &facts[at];
    let (before, after) = (at.checked_sub(1).map(|at| &facts[at]), facts.get(at + 1));
    let alone = Known {
        shape: line.shape,
        groups: 1,
        of,
        beside: 1,
        occurrences: 1,
        pages: 1,
        twice: line.times > 1,
        around: around[at].around,
    };
    let Some(FamilyStats { groups, pages, occurrences, .. }) = line.stats else {
        return (alone, Reason::Unique);
    };
    if around[at].is_alone {
        return (alone, Reason::Unique);
    }
    let left = before.map_or(0, |before| before.followed);
    let right = after.map_or(0, |_| line.followed);
    let beside = if line.shape.prose() == Prose::Passage {
        mutual(left, before.map_or(1, Facts::groups))
            .max(mutual(right, after.map_or(1, Facts::groups)))
    } else {
        left.max(right)
    };
    let of = line.of.unwrap_or(of);
    (Known { groups, of, beside, occurrences, pages, ..alone }, Reason::Repeated)
}

/// What being known on every site says: in how many groups of a made-up site, of how many. That outweighs one doubt
/// and not two.
const EVERYWHERE: (u32, u32) = (19, 20);

/// What is known of it on every site, if that counts here.
fn known_elsewhere(is_backed: bool, known: &Known) -> Option<Known> {
    let (groups, of) = EVERYWHERE;
    is_backed.then_some(Known { groups, of, beside: 0, occurrences: 1, pages: 1, ..*known })
}

/// The better scores of the two, and whether they are those of every site.
fn weigh(known: &Known, elsewhere: Option<&Known>, level: Level) -> (Scores, bool) {
    let here = scores(known, level);
    match elsewhere.map(|known| scores(known, level)) {
        Some(there) if there.head > here.head => (there, true),
        _ => (here, false),
    }
}

/// In how many groups two paragraphs are neighbours, discounted by how much of the neighbour's own
/// groups that is, down to a quarter.
///
/// The last paragraph of a story stands before the foot on every page that prints it: that says
/// something of the foot and nothing of the story.
fn mutual(groups: u32, of_neighbour: u32) -> u32 {
    let share = (u64::from(groups) * 1024 / u64::from(of_neighbour.max(1))).clamp(256, 1024);
    u32::try_from(u64::from(groups) * share / 1024).unwrap_or(groups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        chrome::{CountedSite, Origin},
        cues::CueReader,
        table::{PageColumns, Paragraph},
        text::{Digits, Prose, Scanner, fingerprint},
    };

    /// Labels every page of a site; `c` chrome, `b` body.
    fn labels(pages: &[String], level: Level) -> Vec<String> {
        let mut columns = PageColumns::new();
        let (mut scanner, mut cues) = (Scanner::new(), CueReader::new());
        for page in pages {
            for line in page.lines() {
                scanner.scan(line, Digits::Fold);
                let shape = Shape::of(line, scanner.words());
                let fingerprint = fingerprint(scanner.tokens());
                // Of other lines nothing but their repetition is to count.
                let cue = if line.starts_with("Read also") {
                    cues.read(line, 0, scanner.paragraph(0), shape.measures())
                } else {
                    Cue::default()
                };
                columns.push_paragraph(Paragraph { fingerprint, shape, cue, wording: 0 }, &[]);
            }
            columns.end_page("s", 0, "", "");
        }
        columns.finish().expect("few paragraphs");
        let by_site = columns.pages_by_site();
        let site = CountedSite::of(&columns, &by_site[0], None);
        let mut labeller = Labeller::new(level);
        let letter = |l: &Labelled| if l.chrome.is_some() { 'c' } else { 'b' };
        let of = site.groups().len();
        let labels = |page| labeller.label_facts(site.facts(page), of).iter().map(letter).collect();
        (0..pages.len()).map(labels).collect()
    }

    fn story(i: usize) -> String {
        format!(
            "Headline {a} of the day {a}\n\
             The {a} of the town was seen by {a} people who came from {a} and stayed for the evening.\n\
             Nobody knew what {a} meant to {a}, and the {a} itself was silent about it for years.",
            a = ["river", "bridge", "market", "school", "library", "harbour", "theatre", "mill"][i]
        )
    }

    #[test]
    fn menus_and_feet_are_chrome_and_stories_body() {
        let pages: Vec<String> = (0..8)
            .map(|i| format!("Home\nNews\nSport\n{}\nSubscribe now\nAll rights reserved", story(i)))
            .collect();
        for labels in labels(&pages, Level::Careful) {
            assert_eq!(labels, "cccbbbcc");
        }
    }

    #[test]
    fn a_teaser_between_paragraphs_is_chrome_if_other_pages_have_it() {
        let pages: Vec<String> = (0..8)
            .map(|i| {
                let teaser = ["Goats win the long race", "Fair opens on the green"][i % 2];
                let own = format!("Read also: what nobody said of {i} {}", "xyzabcde".split_at(i).1);
                let with = format!("\nRead also: {teaser}\nNobody");
                let story = story(i).replace("\nNobody", &with);
                let more = format!("{own}\nThe {i} was {own} on the evening of the first day of the year, people said.");
                format!("Home\nNews\nSport\n{story}\n{more}\nSubscribe now\nAll rights reserved")
            })
            .collect();
        for labels in labels(&pages, Level::Balanced) {
            assert_eq!(labels, "cccbbcbbbcc");
        }
        // The strict level takes no line that few pages have.
        for labels in labels(&pages, Level::Strict) {
            assert_eq!(labels.as_bytes()[5], b'b');
        }
    }

    #[test]
    fn a_sentence_that_half_of_the_pages_end_with_is_no_foot() {
        let shared = "Leave it to cool on a rack.";
        let pages: Vec<String> = (0..8)
            .map(|i| {
                let story = if i < 5 {
                    // In other company on each page, and last on two of them.
                    let place =
                        ["Stir.", "Boil it well now.", "Drain it.", "Fry it all.", "Cut."][i];
                    let (one, other) = if i < 2 { (place, shared) } else { (shared, place) };
                    format!("{}\n{one}\n{other}", story(i))
                } else {
                    story(i)
                };
                format!("Home\nNews\nSport\n{story}\nRate {i}\nSubscribe now\nAll rights reserved")
            })
            .collect();
        for (i, labels) in labels(&pages, Level::Balanced).into_iter().enumerate().take(5) {
            assert_eq!(&labels[..8], "cccbbbbb", "{i}");
        }
    }

    #[test]
    fn a_unique_teaser_inside_a_menu_is_chrome() {
        let teasers = [
            "Goats win",
            "Fair opens",
            "Rain soon",
            "Old mill",
            "Bus late",
            "New pier",
            "Lost dog",
            "Choir sings",
        ];
        let pages: Vec<String> = (0..8)
            .map(|i| {
                format!(
                    "Home\n{}\nMost read\nNews\n{}\nAbout us\nMost shared\nUnlike {}\nContact",
                    teasers[i],
                    story(i),
                    teasers[(i + 3) % 8]
                )
            })
            .collect();
        for labels in labels(&pages, Level::Careful) {
            assert_eq!(labels, "ccccbbbcccc");
        }
    }

    #[test]
    fn a_repeated_line_between_one_off_passages_stays_body() {
        let mut pages: Vec<String> =
            (0..8).map(|i| format!("Home\nNews\n{}\nContact", story(i))).collect();
        for page in &mut pages[..2] {
            *page = page.replace("\nNobody", "\nThe mayor was not there for comment.\nNobody");
        }
        assert_eq!(labels(&pages, Level::Careful)[0], "ccbbbbc");
    }

    #[test]
    fn a_headline_above_share_buttons_is_spared() {
        let pages: Vec<String> = (0..8)
            .map(|i| {
                let story = story(i).replacen('\n', "\nTweet\nShare\nEmail\n", 1);
                format!("Home\nNews\nSport\n{story}\nSubscribe now\nAll rights reserved")
            })
            .collect();
        for labels in labels(&pages, Level::Balanced) {
            assert_eq!(labels, "cccbcccbbcc");
        }
    }

    #[test]
    fn a_headline_that_other_pages_announce_is_spared() {
        let headline = |i: usize| {
            let place =
                ["river", "bridge", "market", "school", "library", "harbour", "theatre", "mill"]
                    [i % 8];
            format!("The long and winding tale of the {place} that everybody reads")
        };
        // Every page lists three others, so that a headline stands on four pages of eight.
        let pages: Vec<String> = (0..8)
            .map(|i| {
                let list: Vec<String> = (1..4).map(|step| headline(i + step)).collect();
                let story = story(i).replacen('\n', "\nTweet\nShare\nEmail\n", 1);
                let (_, story) = story.split_once('\n').unwrap();
                format!(
                    "Home\nNews\nSport\n{}\n{story}\nMost read\n{}\nAll rights reserved",
                    headline(i),
                    list.join("\n")
                )
            })
            .collect();
        for labels in labels(&pages, Level::Balanced) {
            assert_eq!(labels, "cccbcccbbccccc");
        }
    }

    #[test]
    fn a_single_page_without_known_lines_is_all_body() {
        let page = format!("Home\nNews\n{}\nContact\nImprint", story(1));
        assert_eq!(labels(&[page], Level::Careful), ["bbbbbbb"]);
    }

    #[test]
    fn known_lines_label_a_single_page() {
        let line = |is_known: bool, words, prose| Facts {
            family: 0,
            shape: Shape::new(words, prose, false),
            cue: Cue::default(),
            stats: None,
            of: None,
            followed: 1,
            times: 1,
            known: is_known.then_some(Origin::Seeds),
        };
        let page = [
            line(true, 1, Prose::None),
            line(true, 4, Prose::None),
            line(false, 40, Prose::Passage),
            line(false, 30, Prose::Passage),
            line(true, 3, Prose::None),
        ];
        let mut labeller = Labeller::new(Level::Careful);
        let labels = labeller.label_facts(page.into_iter(), 1);
        let labels: Vec<bool> = labels.iter().map(|l| l.chrome.is_some()).collect();
        assert_eq!(labels, [true, true, false, false, true]);
    }

    #[test]
    fn an_empty_page_has_no_labels() {
        assert_eq!(labels(&[String::new()], Level::Careful), [""]);
    }

    /// The oracle: every sequence of states, scored one by one.
    fn oracle(lines: &[Scores], foot_expected: bool) -> Score {
        fn best(lines: &[Scores], state: State, to_foot: Score) -> Score {
            let Some((line, rest)) = lines.split_first() else {
                return if state == State::Head { UNREACHABLE } else { 0 };
            };
            let moves: &[(State, Score)] = match state {
                State::Head => &[(State::Head, 0), (State::Body, 0)],
                State::Body if line.foot <= 0 => &[(State::Body, 0), (State::Inside, INSERT)],
                State::Body => &[(State::Body, 0), (State::Inside, INSERT), (State::Foot, to_foot)],
                State::Inside => &[(State::Inside, 0), (State::Body, INSERT)],
                State::Foot => &[(State::Foot, 0)],
            };
            moves
                .iter()
                .map(|&(next, cost)| cost + emit(*line, next) + best(rest, next, to_foot))
                .max()
                .unwrap_or(UNREACHABLE)
        }
        let to_foot = if foot_expected { FOOT } else { 0 };
        let Some((first, rest)) = lines.split_first() else { return 0 };
        [State::Head, State::Body]
            .into_iter()
            .map(|state| emit(*first, state) + best(rest, state, to_foot))
            .max()
            .unwrap_or(0)
    }

    fn emit(scores: Scores, state: State) -> Score {
        match state {
            State::Head => scores.head,
            State::Foot => scores.foot,
            State::Body => 0,
            State::Inside => scores.inside,
        }
    }

    proptest::proptest! {
        #[test]
        fn decoding_finds_the_best_reading(
            scores in proptest::collection::vec(
                (-6000_i64..6000, -6000_i64..6000, -6000_i64..6000), 1..8),
            foot_expected: bool,
        ) {
            let lines: Vec<Scores> =
                scores.iter().map(|&(head, foot, inside)| Scores { head, foot, inside }).collect();
            let mut labeller = Labeller::new(Level::Careful);
            let labelled = Labelled { chrome: None, kind: Kind::Other, groups: 1, twice: false, reason: Reason::Unique };
            let shape = Shape::default();
            labeller.lines =
                lines.iter().map(|&scores| Scored { shape, is_rare: true, begins_foot: scores.foot > 0, scores, labelled }).collect();
            let mut total = 0;
            let mut before = None;
            labeller.decode(foot_expected);
            for (labelled, &scores) in labeller.out.iter().zip(&lines) {
                let state = match labelled.chrome {
                    None => State::Body,
                    Some(Place::Head) => State::Head,
                    Some(Place::Inside) => State::Inside,
                    Some(Place::Foot) => State::Foot,
                };
                total += emit(scores, state) + match (before, state) {
                    (Some(State::Body), State::Inside) | (Some(State::Inside), State::Body) => INSERT,
                    (Some(State::Body), State::Foot) if foot_expected => FOOT,
                    _ => 0,
                };
                before = Some(state);
            }
            proptest::prop_assert_eq!(total, oracle(&lines, foot_expected));
        }
    }
}
