//! Compares labels and links with the truth of a generated crawl.

use bitvec::bitvec;
use std::collections::{BTreeMap, BTreeSet};

use super::{Form, GeneratedPage, Kind, Print};
use crate::base::page::Label;

/// A share, as its two numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    /// The part.
    pub part: u64,
    /// The whole.
    pub of: u64,
}

impl Ratio {
    /// The share; 1 if the whole is 0.
    pub fn value(self) -> f64 {
        if self.of == 0 { 1.0 } else { self.part as f64 / self.of as f64 }
    }

    fn add(&mut self, part: u64, of: u64) {
        self.part += part;
        self.of += of;
    }
}

impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.4} ({} of {})", self.value(), self.part, self.of)
    }
}

/// Paragraphs of one kind, and the number of them that were taken for chrome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Paragraphs.
    pub lines: Ratio,
    /// Their characters.
    pub chars: Ratio,
}

/// Labels against the truth, by kind of paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChromeScore {
    kinds: BTreeMap<Kind, Taken>,
}

impl ChromeScore {
    /// Adds a page; `is_chrome` says what was made of its n-th paragraph.
    pub fn add(&mut self, page: &GeneratedPage, is_chrome: impl FnMut(usize) -> bool) {
        self.add_some(page, |_| true, is_chrome);
    }

    /// Adds those paragraphs of a page that count.
    pub fn add_some(
        &mut self,
        page: &GeneratedPage,
        mut counts: impl FnMut(usize) -> bool,
        mut is_chrome: impl FnMut(usize) -> bool,
    ) {
        for (at, paragraph) in page.paragraphs().iter().enumerate() {
            if !counts(at) {
                continue;
            }
            let taken = u64::from(is_chrome(at));
            let chars = page.text()[paragraph.span.clone()].chars().count() as u64;
            let kind = self.kinds.entry(paragraph.kind).or_default();
            kind.lines.add(taken, 1);
            kind.chars.add(taken * chars, chars);
        }
    }

    /// What was taken of one kind.
    pub fn kind(&self, kind: Kind) -> Taken {
        self.kinds.get(&kind).copied().unwrap_or_default()
    }

    /// What was taken of several kinds.
    pub fn kinds(&self, kinds: &[Kind]) -> Taken {
        let mut sum = Taken::default();
        for taken in kinds.iter().map(|&kind| self.kind(kind)) {
            sum.lines.add(taken.lines.part, taken.lines.of);
            sum.chars.add(taken.chars.part, taken.chars.of);
        }
        sum
    }

    fn label(&self, label: Label) -> Taken {
        let kinds: Vec<Kind> =
            Kind::ALL.into_iter().filter(|kind| kind.label() == Some(label)).collect();
        self.kinds(&kinds)
    }

    /// Precision: share of the characters taken for chrome that are chrome.
    pub fn precision(&self) -> Taken {
        let (chrome, body) = (self.label(Label::Chrome), self.label(Label::Body));
        let of =
            |chrome: Ratio, body: Ratio| Ratio { part: chrome.part, of: chrome.part + body.part };
        Taken { lines: of(chrome.lines, body.lines), chars: of(chrome.chars, body.chars) }
    }

    /// Recall: share of the characters of chrome that were taken.
    pub fn recall(&self) -> Taken {
        self.label(Label::Chrome)
    }

    /// Share of the characters of body that were taken for chrome.
    pub fn body_taken(&self) -> Taken {
        self.label(Label::Body)
    }
}

impl std::fmt::Display for ChromeScore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for kind in Kind::ALL {
            let taken = self.kind(kind);
            if taken.lines.of > 0 {
                let label = match kind.label() {
                    Some(Label::Chrome) => "chrome",
                    Some(Label::Body) => "body",
                    None => "free",
                };
                writeln!(f, "{label:6} {:10} taken {}", kind.word(), taken.lines)?;
            }
        }
        Ok(())
    }
}

/// How two pages are related, in truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinship {
    /// They print one story.
    Copies,
    /// One or both hold a passage of a story that the other prints.
    Passage,
    /// They are different.
    Strangers,
}

/// The true relation of two pages.
pub fn kinship(a: &Print, b: &Print) -> Kinship {
    if a.story == b.story {
        return Kinship::Copies;
    }
    let holds = |one: &Print, other: &Print| {
        one.passage.is_some_and(|story| other.story == story || other.passage == Some(story))
    };
    if holds(a, b) || holds(b, a) { Kinship::Passage } else { Kinship::Strangers }
}

/// Links against the truth.
///
/// Recall and precision are of the mates of a page, averaged over pages, so that the story of a
/// hundred and fifty pages counts as that many pages and not as eleven thousand pairs. Pairs that
/// share a passage are neither right nor wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CopyScore {
    /// Mean share of a page's true mates that were found with it, of pages that have true mates.
    pub recall: f64,
    /// Mean share of what was found with a page that are true mates, of pages with which something
    /// was found.
    pub precision: f64,
    /// Pages that have true mates.
    pub pages: u64,
    /// Pages with which something was found.
    pub found: u64,
    /// Pages that hold a passage of a story printed whole elsewhere, and how many were linked to it.
    pub passages: Ratio,
    /// Pairs that were found and are of different texts.
    pub strangers: Vec<(u32, u32)>,
}

impl CopyScore {
    /// Scores pairs, in which each pair of pages stands at most once, in any order.
    pub fn of(prints: &[Print], pairs: impl IntoIterator<Item = (u32, u32)>) -> CopyScore {
        let mut score = CopyScore::default();
        let mut stories: BTreeMap<u64, u64> = BTreeMap::new();
        let mut whole: BTreeSet<u64> = BTreeSet::new();
        for print in prints {
            *stories.entry(print.story).or_default() += 1;
            if print.form == Form::Whole && print.passage.is_none() {
                whole.insert(print.story);
            }
        }
        let (mut right, mut wrong) = (vec![0_u64; prints.len()], vec![0_u64; prints.len()]);
        let mut linked = bitvec![0; prints.len()];
        for (a, b) in pairs {
            let [one, other] = [a, b].map(|page| page as usize);
            match kinship(&prints[one], &prints[other]) {
                Kinship::Copies => {
                    right[one] += 1;
                    right[other] += 1;
                }
                Kinship::Passage => {
                    linked.set(one, true);
                    linked.set(other, true);
                }
                Kinship::Strangers => {
                    wrong[one] += 1;
                    wrong[other] += 1;
                    score.strangers.push((a.min(b), a.max(b)));
                }
            }
        }
        for (page, print) in prints.iter().enumerate() {
            let mates = stories.get(&print.story).map_or(0, |pages| pages - 1);
            if mates > 0 {
                score.pages += 1;
                score.recall += right[page] as f64 / mates as f64;
            }
            let found = right[page] + wrong[page];
            if found > 0 {
                score.found += 1;
                score.precision += right[page] as f64 / found as f64;
            }
            if print.passage.is_some_and(|story| whole.contains(&story)) {
                score.passages.add(u64::from(linked[page]), 1);
            }
        }
        score.recall = if score.pages == 0 { 1.0 } else { score.recall / score.pages as f64 };
        score.precision = if score.found == 0 { 1.0 } else { score.precision / score.found as f64 };
        score.strangers.sort_unstable();
        score
    }
}
