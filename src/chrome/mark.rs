//! A label and what later stages ask of it, in one byte.

use super::Labelled;
use crate::{
    base::{
        page::{Kind, Place},
        recipe::Recipe,
    },
    table::Shape,
};

/// What the labeller said of a paragraph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark(u8);

const PLACE: u8 = 3;
const EVIDENCE: u8 = 4;
const KIND: u32 = 4;

/// What is left in because the user said so, though it is chrome: all of a site, or some kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spared {
    /// By number of the kind.
    kinds: u16,
}

impl Spared {
    /// Nothing is.
    pub const NOTHING: Spared = Spared { kinds: 0 };

    /// What `recipe` leaves in of the pages of `site`.
    pub fn of(recipe: &Recipe, site: &str) -> Spared {
        if recipe.spares(site) {
            return Spared { kinds: u16::MAX };
        }
        Spared { kinds: recipe.keep_kind.iter().fold(0, |kinds, &kind| kinds | 1 << kind as u16) }
    }

    /// Chrome of this kind is.
    pub fn has(self, kind: Kind) -> bool {
        self.kinds >> kind as u16 & 1 != 0
    }
}

impl Mark {
    /// Packs a label.
    ///
    /// Body is evidence for copies if it stands on at most two distinct pages of its site (a line on
    /// three different stories proves nothing; docs/method.md, section 9), once on its page (a reporter
    /// does not write a paragraph twice), and ends as a sentence does (captions, galleries and lists
    /// are shared by stories that are not copies). What would have been chrome and is `spared` is body that proves
    /// nothing: pages do not become copies by their menus.
    pub fn of(labelled: &Labelled, shape: Shape, spared: Spared) -> Mark {
        let Some(place) = labelled.chrome else {
            let evidence = labelled.groups <= 2 && shape.is_sentence();
            return Mark(if evidence { EVIDENCE } else { 0 });
        };
        if spared.has(labelled.kind) {
            return Mark(0);
        }
        let place = match place {
            Place::Head => 1,
            Place::Inside => 2,
            Place::Foot => 3,
        };
        Mark((labelled.kind as u8) << KIND | place)
    }

    /// The byte that it is.
    pub fn byte(self) -> u8 {
        self.0
    }

    /// The mark that is this byte; none if there is no such mark.
    pub fn from_byte(byte: u8) -> Option<Mark> {
        let is_mark = match byte & PLACE {
            0 => byte == 0 || byte == EVIDENCE,
            _ => byte & (EVIDENCE | 8) == 0 && usize::from(byte >> KIND) < Kind::ALL.len(),
        };
        is_mark.then_some(Mark(byte))
    }

    /// Where the chrome stands; none for body.
    pub fn place(self) -> Option<Place> {
        match self.0 & PLACE {
            1 => Some(Place::Head),
            2 => Some(Place::Inside),
            3 => Some(Place::Foot),
            _ => None,
        }
    }

    /// What the chrome is; none for body.
    pub fn kind(self) -> Option<Kind> {
        self.is_chrome().then(|| Kind::of_number(u32::from(self.0) >> KIND))
    }

    /// It is chrome.
    pub fn is_chrome(self) -> bool {
        self.0 & PLACE != 0
    }

    /// It is body that proves nothing: a list, a caption, a line on several pages.
    pub fn is_beside(self) -> bool {
        !self.is_chrome() && !self.is_evidence()
    }

    /// It may prove that a page is a copy.
    pub fn is_evidence(self) -> bool {
        self.0 & EVIDENCE != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{chrome::Reason, text::Prose};

    #[test]
    fn every_mark_is_a_byte_and_no_other_byte_is_one() {
        let shape = Shape::new(12, Prose::Passage, true);
        let mut bytes = vec![0, EVIDENCE];
        for kind in Kind::ALL {
            for place in [Place::Head, Place::Inside, Place::Foot] {
                let reason = Reason::Unique;
                let label = Labelled { chrome: Some(place), kind, groups: 1, twice: false, reason };
                let mark = Mark::of(&label, shape, Spared::NOTHING);
                assert_eq!((mark.place(), mark.kind()), (Some(place), Some(kind)));
                let kinds = Recipe { keep_kind: vec![kind], ..Recipe::default() };
                assert_eq!(Mark::of(&label, shape, Spared::of(&kinds, "s")), Mark(0));
                bytes.push(mark.byte());
            }
        }
        for byte in 0..=u8::MAX {
            assert_eq!(
                Mark::from_byte(byte).map(Mark::byte),
                bytes.contains(&byte).then_some(byte)
            );
        }
    }
}
