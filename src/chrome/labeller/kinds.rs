//! What each paragraph of chrome is: its words say it, or the menu or the list of teasers that it stands in.

use std::ops::Range;

use super::{Facts, Labelled};
use crate::{base::page::Kind, text::Prose};

/// Words of an entry of a menu at most, of a teaser at least.
const ENTRY: u32 = 4;
const TEASER: u32 = 5;
/// Lines on each side that are looked at.
const REACH: usize = 8;
/// Entries of the shortest menu.
const MENU: usize = 4;

/// Names the kind of every paragraph that is chrome, on a page of a site of so many groups of pages; body has none.
/// Linear in the page.
pub(super) fn name(facts: &[Facts], labels: &mut [Labelled], of: u32) {
    let mut around = Around::default();
    for at in 0..labels.len() {
        labels[at].kind = Kind::Other;
        if labels[at].chrome.is_none() {
            continue;
        }
        let line = &facts[at];
        let is_entry = is_entry(line);
        if is_entry {
            around.move_to(facts, labels, at);
        }
        labels[at].kind = match line.cue.kind() {
            // What a site prints on half of its pages is no teaser of one.
            Kind::Other | Kind::Navigation if is_teaser(line) && 2 * line.groups() <= of.max(2) => {
                Kind::Related
            }
            Kind::Other if is_entry => around.kind(),
            kind => kind,
        };
    }
}

fn is_entry(line: &Facts) -> bool {
    line.shape.words() <= ENTRY && line.shape.prose() == Prose::None
}

/// A headline of another page: some words that are no sentence, no row of links and nothing that is said everywhere.
fn is_teaser(line: &Facts) -> bool {
    let is_long = line.shape.words() >= TEASER && line.shape.prose() == Prose::None;
    is_long && !line.cue.is_sure() && !line.cue.is_links()
}

/// The entries around an entry, in one run of chrome. An entry that no word tells of stands in a menu if those around it
/// that a word tells of do.
#[derive(Debug, Default)]
struct Around {
    /// The run.
    run: Range<usize>,
    /// Its entries that are near, and how many of them are of menus and of other kinds.
    near: Range<usize>,
    menus: u32,
    others: u32,
}

impl Around {
    /// Goes on to an entry of chrome.
    fn move_to(&mut self, facts: &[Facts], labels: &[Labelled], at: usize) {
        let is_in_run = |&other: &usize| labels[other].chrome.is_some() && is_entry(&facts[other]);
        if at >= self.run.end {
            let length = (at..facts.len()).take_while(is_in_run).count();
            *self = Around { run: at..at + length, near: at..at, ..Around::default() };
        }
        let of = |other: usize| match facts[other].cue.kind() {
            Kind::Other => (0, 0),
            Kind::Navigation => (1, 0),
            _ => (0, 1),
        };
        while self.near.end < self.run.end.min(at + 1 + REACH) {
            let (menus, others) = of(self.near.end);
            (self.menus, self.others) = (self.menus + menus, self.others + others);
            self.near.end += 1;
        }
        while self.near.start + REACH < at {
            let (menus, others) = of(self.near.start);
            (self.menus, self.others) = (self.menus - menus, self.others - others);
            self.near.start += 1;
        }
    }

    fn kind(&self) -> Kind {
        let is_menu = self.near.len() >= MENU && self.menus > self.others;
        if is_menu { Kind::Navigation } else { Kind::Other }
    }
}
