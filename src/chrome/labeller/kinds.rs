//! What each paragraph of chrome is: its words say it, or the menu or the list of teasers that it stands in.

use super::{Facts, Labelled};
use crate::{base::page::Kind, text::Prose};

/// Words of an entry of a menu at most, of a teaser at least.
const ENTRY: u32 = 4;
const TEASER: u32 = 5;
/// Lines on each side that are looked at.
const REACH: usize = 8;
/// Entries of the shortest menu.
const MENU: u32 = 4;

/// Names the kind of every paragraph that is chrome, on a page of a site of so many groups of pages; body has none.
pub(super) fn name(facts: &[Facts], labels: &mut [Labelled], of: u32) {
    for at in 0..labels.len() {
        let line = &facts[at];
        labels[at].kind = match (labels[at].chrome, line.cue.kind()) {
            (None, _) => Kind::Other,
            // What a site prints on half of its pages is no teaser of one.
            (Some(_), Kind::Other | Kind::Navigation)
                if is_teaser(line) && 2 * line.groups() <= of.max(2) =>
            {
                Kind::Related
            }
            (Some(_), Kind::Other) if is_entry(line) => beside(facts, labels, at),
            (Some(_), kind) => kind,
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

/// An entry that no word tells of stands in a menu if the entries around it that a word tells of do.
fn beside(facts: &[Facts], labels: &[Labelled], at: usize) -> Kind {
    let is_in_run = |&other: &usize| labels[other].chrome.is_some() && is_entry(&facts[other]);
    let before = (at.saturating_sub(REACH)..at).rev().take_while(is_in_run);
    let after = (at + 1..facts.len().min(at + 1 + REACH)).take_while(is_in_run);
    let (mut entries, mut menus, mut others) = (1, 0, 0);
    for other in before.chain(after) {
        entries += 1;
        match facts[other].cue.kind() {
            Kind::Other => {}
            Kind::Navigation => menus += 1,
            _ => others += 1,
        }
    }
    if entries >= MENU && menus > others { Kind::Navigation } else { Kind::Other }
}
