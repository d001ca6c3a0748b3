//! A label and what later stages ask of it, in one byte.

use super::Labelled;
use crate::{page::Place, trace::Shape};

/// What the labeller said of a paragraph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark(u8);

const PLACE: u8 = 3;
const EVIDENCE: u8 = 4;

impl Mark {
    /// Packs a label.
    ///
    /// Body is evidence for copies if it stands on at most two distinct pages of its site (a line on
    /// three different stories proves nothing; docs/method.md, section 9), once on its page (a reporter
    /// does not write a paragraph twice), and ends as a sentence does (captions, galleries and lists
    /// are shared by stories that are not copies).
    pub fn of(labelled: &Labelled, shape: Shape) -> Mark {
        let place = match labelled.chrome {
            None => 0,
            Some(Place::Head) => 1,
            Some(Place::Inside) => 2,
            Some(Place::Foot) => 3,
        };
        let evidence = labelled.chrome.is_none() && labelled.groups <= 2 && shape.is_sentence();
        Mark(place | if evidence { EVIDENCE } else { 0 })
    }

    /// The byte that it is.
    pub fn byte(self) -> u8 {
        self.0
    }

    /// The mark that is this byte; none if there is no such mark.
    pub fn from_byte(byte: u8) -> Option<Mark> {
        (byte <= EVIDENCE).then_some(Mark(byte))
    }

    /// The label on a site of which nothing is to be chrome. What would have been is body that proves nothing:
    /// pages do not become copies by their menus.
    #[must_use]
    pub fn spared(self) -> Mark {
        Mark(self.0 & !PLACE)
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
