//! Why a paragraph has its label, and what would give it the other one.
//!
//! Everything here is asked of the labeller itself: the terms are told by the function that adds them
//! up, the readings are found by the decoder with one paragraph held in a state, and what would change
//! the label by labelling the page again.

use super::{
    Labelled, Labeller, Line, Place, Reason, Score, Scored, Scores, SiteBank, State, known,
    known_elsewhere, weigh,
};
use crate::{
    chrome::score::{Known, Term, weighed},
    recipe::Level,
    trace::Shape,
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
    /// The best reading has it as chrome, but it was taken for the headline.
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
    /// Labels the page about 20 times; see [`Labeller::label`] for what the arguments are.
    pub fn explain(
        &mut self,
        lines: &[Line],
        bank: &SiteBank,
        everywhere: Option<&SiteBank>,
        at: usize,
    ) -> Option<Why> {
        let line = *lines.get(at)?;
        let page = lines.iter().copied();
        let labelled = *self.label(page.clone(), bank, everywhere).get(at)?;

        let family = |at: Option<usize>| at.and_then(|at| lines.get(at)).map(|line| line.family);
        let around = [family(at.checked_sub(1)), family(Some(at + 1))];
        let (here, _) = known(line, around, labelled.twice, bank);
        let elsewhere = known_elsewhere(&here, line.family, everywhere);
        let told = elsewhere.filter(|_| labelled.reason == Reason::Known).unwrap_or(here);
        let mut terms = Vec::new();
        let Scores { head, foot, inside } = weighed(&told, self.level, &mut |term, value| {
            if value != 0 {
                terms.push((term, Points(value)));
            }
        });

        let foot_expected = bank.groups() >= 2;
        let readings = self.readings(at, foot_expected);
        self.decode(foot_expected);
        let spared = labelled.chrome.is_none() && self.out[at].chrome.is_some();
        let turn = self.turn(lines, bank, everywhere, at);

        let label_at = |level, everywhere| {
            Labeller::new(level).label(page.clone(), bank, everywhere)[at].chrome
        };
        let levels = [Level::Lenient, Level::Balanced, Level::Careful, Level::Strict]
            .map(|level| (level, label_at(level, everywhere)));
        let unaided = (labelled.reason == Reason::Known).then(|| label_at(self.level, None));

        let groups = |family| bank.family(family).map_or(1, |count| count.groups);
        let before = around[0].map(|family| Neighbour {
            together: bank.neighbours(family, line.family).max(1),
            groups: groups(family),
        });
        let after = around[1].map(|family| Neighbour {
            together: bank.neighbours(line.family, family).max(1),
            groups: groups(family),
        });
        Some(Why {
            labelled,
            shape: line.shape,
            of: bank.groups(),
            pages: here.pages,
            occurrences: here.occurrences,
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
    fn turn(
        &mut self,
        lines: &[Line],
        bank: &SiteBank,
        everywhere: Option<&SiteBank>,
        at: usize,
    ) -> Turn {
        let family = lines[at].family;
        let same: Vec<(usize, Known)> = (0..lines.len())
            .filter(|&i| lines[i].family == family)
            .map(|i| {
                let before = i.checked_sub(1).map(|i| lines[i].family);
                let after = lines.get(i + 1).map(|line| line.family);
                let twice = self.lines[i].labelled.twice;
                (i, known(lines[i], [before, after], twice, bank).0)
            })
            .collect();
        let kept: Vec<Scored> = same.iter().map(|&(i, _)| self.lines[i]).collect();
        let mut is_chrome = |groups: u32| {
            for (i, known) in &same {
                let known = with_groups(known, groups);
                let elsewhere = known_elsewhere(&known, family, everywhere);
                let (scores, is_known) = weigh(&known, elsewhere.as_ref(), self.level);
                let line = &mut self.lines[*i];
                line.scores = scores;
                line.labelled.groups = groups;
                line.labelled.reason = if is_known { Reason::Known } else { Reason::Repeated };
            }
            self.decode(bank.groups() >= 2);
            self.spare_headline();
            self.out[at].chrome.is_some()
        };

        let here = same.first().map_or(1, |(_, known)| known.groups);
        let (mut body, mut chrome) =
            if is_chrome(here) { (1, here) } else { (here, bank.groups().max(here)) };
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
        chrome::{Groups, Singletons},
        families::Occurrences,
        text::Prose,
        trace::{Paragraph, Traces},
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

    fn bank(pages: &[Vec<u64>]) -> SiteBank {
        let mut traces = Traces::new();
        for page in pages {
            for &fingerprint in page {
                let paragraph = Paragraph { fingerprint, shape: shape(fingerprint), wording: 0 };
                traces.push_paragraph(paragraph, &[]);
            }
            traces.end_page("s", 0, "", "");
        }
        let by_site = traces.pages_by_site();
        let numbers = by_site.first().map_or(&[][..], Vec::as_slice);
        let groups = Groups::apart(numbers.len());
        SiteBank::count(&Occurrences::of(&traces, numbers), &groups, Singletons::Drop)
    }

    proptest! {
        /// The label that is explained is the labeller's, at this level and at the others; it is that
        /// of the best reading; and labelling goes on as before.
        #[test]
        fn what_is_explained_is_what_the_labeller_does(
            pages in vec(vec(0_u64..30, 1..12), 1..9), known in vec(0_u64..30, 0..3), level in 0_usize..4,
        ) {
            let bank = bank(&pages);
            let everywhere = (!known.is_empty()).then(|| SiteBank::known(known));
            let everywhere = everywhere.as_ref();
            let level = [Level::Lenient, Level::Balanced, Level::Careful, Level::Strict][level];
            let mut asked = Labeller::new(level);
            for page in &pages {
                let lines: Vec<Line> =
                    page.iter().map(|&family| Line { family, shape: shape(family) }).collect();
                let labels = Labeller::new(level).label(lines.iter().copied(), &bank, everywhere).to_vec();
                for (at, label) in labels.iter().enumerate() {
                    let why = asked.explain(&lines, &bank, everywhere, at).unwrap();
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
                prop_assert!(asked.explain(&lines, &bank, everywhere, page.len()).is_none());
                prop_assert_eq!(asked.label(lines.iter().copied(), &bank, everywhere), labels);
            }
        }
    }
}
