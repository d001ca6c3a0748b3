//! Why a paragraph has its label, and what would give it the other one.
//!
//! Everything here is asked of the labeller itself: the terms are told by the function that adds them
//! up, the readings are found by the decoder with one paragraph held in a state, and what would change
//! the label by labelling the page again.

use super::{
    Labelled, Labeller, Place, Reason, Score, Scored, Scores, State, Whole, known, known_elsewhere,
};
use crate::{
    base::{page::Kind, recipe::Level},
    chrome::{
        Facts,
        score::{Known, Term, weighed},
    },
    table::Shape,
};

/// Evidence, positive for chrome. One is a halving of how rare something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points(pub i64);

impl Points {
    /// For display.
    pub fn value(self) -> f64 {
        self.0 as f64 / 1024.0
    }
}

/// What stands before or after a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Groups of pages in which the two are neighbours in this order.
    pub together: u32,
    /// Groups of pages that have the neighbour.
    pub groups: u32,
}

/// What would be if another number of pages had the paragraph, and all else stayed as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Chrome from so many groups of pages on, body on one fewer.
    ChromeFrom(u32),
    /// Chrome is chrome also if only this page has it; body is body also if all of the site's have it.
    Stays,
}

/// Why a paragraph has its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The label.
    pub labelled: Labelled,
    /// Length and grade of prose.
    pub shape: Shape,
    /// What its words say it would be as chrome.
    pub cue: Kind,
    /// Groups of pages of the site.
    pub of: u32,
    /// Pages that have it.
    pub pages: u32,
    /// How often it occurs.
    pub occurrences: u32,
    /// Groups in which it has the neighbour that counts; for prose, discounted by how often the
    /// neighbour stands elsewhere.
    pub beside: u32,
    /// What stands before and after it; none at the ends of the page.
    pub neighbours: [Option<Neighbour>; 2],
    /// What was added up, in order, without what is 0.
    pub terms: Vec<(Term, Points)>,
    /// What it adds to a reading as head, inside and foot; body adds nothing.
    pub scores: [Points; 3],
    /// How much worse the best reading of the page is that has it as head, body, inside or foot; none
    /// if no reading has it there.
    pub readings: [Option<Points>; 4],
    /// Nearly each of its pages has it with other figures or names, so that it counts as a line of this page only.
    pub is_data: bool,
    /// The best reading has it as chrome, but the page as a whole says otherwise: it opens the body, it stands above the
    /// foot, or there would be no body.
    pub spared: bool,
    /// Its label at every level.
    pub levels: [(Level, Option<Place>); 4],
    /// Its label by how many pages have it.
    pub turn: Turn,
    /// Its label if nothing were known of every site; none if that plays no part.
    pub unaided: Option<Option<Place>>,
}

/// Outweighs every reading.
const HELD: Score = 1 << 40;

impl Labeller {
    /// Labels a page and says why the paragraph `at` has its label; `None` if it has no such paragraph.
    ///
    /// `of` is how many groups of pages the site has. Labels the page about 20 times; see [`Labeller::label_facts`].
    pub fn explain(&mut self, facts: &[Facts], of: u32, at: usize) -> Option<Why> {
        let line = *facts.get(at)?;
        let labelled = *self.label_facts(facts.iter().copied(), of).get(at)?;
        let (here, _) = known(facts, &self.around, at, of);
        let elsewhere = known_elsewhere(self.around[at].is_backed, &here);
        let told = elsewhere.filter(|_| labelled.reason == Reason::Known).unwrap_or(here);
        let mut terms = Vec::new();
        let mut tell = |term, value| match (term, value) {
            (Term::Instead, _) => terms.clear(),
            (_, 0) => {}
            _ => terms.push((term, Points(value))),
        };
        let mut scores = weighed(&told, self.level, &mut tell);
        if labelled.reason != Reason::Known {
            scores = self.prior.weigh(facts, (at, here.groups), self.level, scores, &mut tell);
        }
        let Scores { head, foot, inside } = scores;

        let foot_expected = of >= 2;
        let readings = self.readings(at, foot_expected);
        self.decode(foot_expected);
        let spared = labelled.chrome.is_none() && self.out[at].chrome.is_some();
        let same: Vec<usize> =
            (0..facts.len()).filter(|&i| facts[i].family == line.family).collect();
        let turn = self.turn(facts, of, at, &same);

        let levels = [Level::Lenient, Level::Balanced, Level::Careful, Level::Strict];
        let levels = levels.map(|level| {
            let mut other = Labeller::new(level);
            (level, other.label_facts(facts.iter().copied(), of)[at].chrome)
        });
        let unaided = (labelled.reason == Reason::Known).then(|| {
            let facts = facts.iter().map(|line| Facts { known: None, ..*line });
            Labeller::new(self.level).label_facts(facts, of)[at].chrome
        });

        let neighbour = |together, line: &Facts| Neighbour { together, groups: line.groups() };
        let before = at.checked_sub(1).map(|at| neighbour(facts[at].followed, &facts[at]));
        let after = facts.get(at + 1).map(|next| neighbour(line.followed, next));
        Some(Why {
            labelled,
            shape: line.shape,
            cue: line.cue.kind(),
            of,
            pages: line.stats.map_or(here.pages, |stats| stats.pages),
            occurrences: line.stats.map_or(here.occurrences, |stats| stats.occurrences),
            is_data: line.is_data(),
            beside: here.beside,
            neighbours: [before, after],
            terms,
            scores: [head, inside, foot].map(Points),
            readings,
            spared,
            levels,
            turn,
            unaided,
        })
    }

    /// How much worse than the best the best reading is with `at` in each state. The lines are scored.
    fn readings(&mut self, at: usize, foot_expected: bool) -> [Option<Points>; 4] {
        let best = self.decode(foot_expected);
        let scores = self.lines[at].scores;
        [State::Head, State::Body, State::Inside, State::Foot].map(|state| {
            let held = |score: Score, is: State| if is == state { score + HELD } else { -HELD };
            self.lines[at].scores = Scores {
                head: held(scores.head, State::Head),
                inside: held(scores.inside, State::Inside),
                foot: held(scores.foot, State::Foot),
            };
            let bonus = if state == State::Body { 0 } else { HELD };
            let total = self.decode(foot_expected) - bonus;
            self.lines[at].scores = scores;
            (total > -HELD / 2).then_some(Points(best - total))
        })
    }

    /// From how many groups on the paragraph `at` is chrome. The lines are scored.
    fn turn(&mut self, facts: &[Facts], of: u32, at: usize, same: &[usize]) -> Turn {
        if facts[at].is_data() || self.whole != Whole::Own {
            return Turn::Stays;
        }
        let same: Vec<(usize, Known)> =
            same.iter().map(|&i| (i, known(facts, &self.around, i, of).0)).collect();
        let kept: Vec<Scored> = same.iter().map(|&(i, _)| self.lines[i]).collect();
        let mut is_chrome = |groups: u32| {
            for (i, known) in &same {
                let known = with_groups(known, groups);
                let mut line = self.scored(*i, &known, Reason::Repeated);
                line.labelled.groups = groups;
                self.lines[*i] = line;
            }
            self.decode(of >= 2);
            self.settle(of);
            self.out[at].chrome.is_some()
        };

        let here = same.first().map_or(1, |(_, known)| known.groups);
        let (mut body, mut chrome) = if is_chrome(here) { (1, here) } else { (here, of.max(here)) };
        let turn = if is_chrome(body) || !is_chrome(chrome) {
            Turn::Stays
        } else {
            // Halving finds a place where body turns to chrome, should there be several.
            while chrome - body > 1 {
                let middle = body + (chrome - body) / 2;
                *(if is_chrome(middle) { &mut chrome } else { &mut body }) = middle;
            }
            Turn::ChromeFrom(chrome)
        };
        for ((i, _), kept) in same.iter().zip(kept) {
            self.lines[*i] = kept;
        }
        turn
    }
}

/// What would be known if `groups` groups had it: its neighbours and how often it is on a page stay in
/// proportion; of what only this page has, no other neighbours are known.
fn with_groups(known: &Known, groups: u32) -> Known {
    let scaled = |n: u32, of: u32| {
        let n = u64::from(n) * u64::from(groups) / u64::from(of.max(1));
        u32::try_from(n).unwrap_or(u32::MAX)
    };
    let beside = match known.groups {
        1 => 1,
        of => scaled(known.beside, of).max(known.beside.min(1)),
    };
    let occurrences = scaled(known.occurrences, known.pages).max(groups);
    Known { groups, beside, occurrences, pages: groups, ..*known }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        chrome::{FamilyStats, Origin},
        cues::Cue,
        text::Prose,
    };

    fn shape(family: u64) -> Shape {
        let words = [1, 3, 6, 9, 15, 30][(family % 6) as usize];
        let prose = match words {
            0..8 => Prose::None,
            8..12 => Prose::Sentence,
            _ => Prose::Passage,
        };
        Shape::new(words, prose, words > 8)
    }

    /// The facts of every page, each page a group of its own.
    fn facts(pages: &[Vec<u64>], known: &[u64]) -> Vec<Vec<Facts>> {
        let on = |family: u64| pages.iter().filter(|page| page.contains(&family)).count() as u32;
        let pair = |page: &Vec<u64>, a, b| page.windows(2).any(|pair| pair == [a, b]);
        let fact = |page: &Vec<u64>, at: usize| {
            let family = page[at];
            let times =
                |page: &Vec<u64>| page.iter().filter(|&&other| other == family).count() as u32;
            let occurrences = pages.iter().map(times).sum();
            Facts {
                family,
                shape: shape(family),
                cue: Cue::default(),
                stats: (on(family) >= 2).then_some(FamilyStats {
                    groups: on(family),
                    pages: on(family),
                    occurrences,
                    variants: if family % 7 == 3 { on(family) } else { 1 },
                    fresh: if family % 4 == 2 { on(family) } else { 0 },
                }),
                of: None,
                followed: page.get(at + 1).map_or(1, |&next| {
                    pages.iter().filter(|page| pair(page, family, next)).count() as u32
                }),
                times: times(page) as u8,
                known: known.contains(&family).then_some(Origin::Sites),
            }
        };
        pages.iter().map(|page| (0..page.len()).map(|at| fact(page, at)).collect()).collect()
    }

    proptest! {
        /// The label that is explained is the labeller's, at this level and at the others; it is that
        /// of the best reading; and labelling goes on as before.
        #[test]
        fn what_is_explained_is_what_the_labeller_does(
            pages in vec(vec(0_u64..30, 1..12), 1..9), known in vec(0_u64..30, 0..3), level in 0_usize..4,
        ) {
            let of = pages.len() as u32;
            let level = [Level::Lenient, Level::Balanced, Level::Careful, Level::Strict][level];
            let mut asked = Labeller::new(level);
            for (page, facts) in pages.iter().zip(facts(&pages, &known)) {
                let mut labeller = Labeller::new(level);
                let labels = labeller.label_facts(facts.iter().copied(), of).to_vec();
                for (at, label) in labels.iter().enumerate() {
                    let why = asked.explain(&facts, of, at).unwrap();
                    prop_assert_eq!(why.labelled, *label);
                    prop_assert!(why.levels.contains(&(level, label.chrome)));
                    let state = match label.chrome {
                        _ if why.spared => None,
                        Some(Place::Head) => Some(0),
                        None => Some(1),
                        Some(Place::Inside) => Some(2),
                        Some(Place::Foot) => Some(3),
                    };
                    if let Some(state) = state {
                        prop_assert_eq!(why.readings[state], Some(Points(0)));
                    } else {
                        prop_assert!(why.readings.contains(&Some(Points(0))));
                    }
                    prop_assert!(why.readings.iter().flatten().all(|lost| lost.0 >= 0));
                    let sum: i64 = why.terms.iter().map(|(_, points)| points.0).sum();
                    prop_assert_eq!(sum, why.scores[2].0);
                    if let Turn::ChromeFrom(groups) = why.turn {
                        prop_assert_eq!(label.chrome.is_some(), label.groups >= groups);
                    }
                }
                prop_assert!(asked.explain(&facts, of, page.len()).is_none());
                prop_assert_eq!(asked.label_facts(facts.iter().copied(), of), labels);
            }
        }
    }
}
