//! Where the texts that are compared are read from: memory, or a file.

use std::fmt::Debug;

use super::{Bodies, Body, BodyRef};
use crate::base::page::PageNumber;

/// The texts of pages, to be compared two at a time.
pub trait Library: Sync {
    /// Room for two texts; one a worker.
    type BodyPair: Default + Debug + Send;

    /// A number that is the same for equal texts; none if there is no text of `page`.
    fn text(&self, page: PageNumber) -> Option<u32>;

    /// Tokens of a page's text, 0 if there is none.
    fn tokens(&self, page: PageNumber) -> usize;

    /// How good a print of its text a page is ([`Body::worth`]), 0 if there is none.
    fn worth(&self, page: PageNumber) -> u32;

    /// Lays the texts of two pages side by side; none if one is not there or cannot be read.
    fn load_pair<'d>(
        &'d self,
        loaded: &'d mut Self::BodyPair,
        a: PageNumber,
        b: PageNumber,
    ) -> Option<(BodyRef<'d>, BodyRef<'d>)>;
}

/// Two texts that were read, for a library whose texts are elsewhere.
#[derive(Debug, Default)]
pub struct BodyPair([(Option<PageNumber>, Body); 2]);

impl BodyPair {
    /// Lays the texts of two pages side by side; `read` reads that of a page that is not there yet, or gives none. A text
    /// that is there already stays: pairs with one page follow each other.
    pub fn load_pair(
        &mut self,
        a: PageNumber,
        b: PageNumber,
        mut read: impl FnMut(PageNumber, &mut Body) -> Option<()>,
    ) -> Option<(BodyRef<'_>, BodyRef<'_>)> {
        let turned = self.0[0].0 == Some(b) || self.0[1].0 == Some(a);
        let (first, second) = if turned { (1, 0) } else { (0, 1) };
        for (side, page) in [(first, a), (second, b)] {
            let (there, body) = &mut self.0[side];
            if *there != Some(page) {
                *there = None;
                read(page, body)?;
                *there = Some(page);
            }
        }
        Some((self.0[first].1.view(), self.0[second].1.view()))
    }
}

impl Library for Bodies {
    type BodyPair = ();

    fn text(&self, page: PageNumber) -> Option<u32> {
        Bodies::text(self, page)
    }

    fn tokens(&self, page: PageNumber) -> usize {
        self.get(page).map_or(0, |body| body.tokens())
    }

    fn worth(&self, page: PageNumber) -> u32 {
        Bodies::worth(self, page)
    }

    fn load_pair<'d>(
        &'d self,
        (): &'d mut (),
        a: PageNumber,
        b: PageNumber,
    ) -> Option<(BodyRef<'d>, BodyRef<'d>)> {
        Some((self.get(a)?, self.get(b)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_there_is_not_read_again() {
        let mut loaded = BodyPair::default();
        let mut read = Vec::new();
        // A page's text is as long as its number; page 9 cannot be read.
        for (a, b) in [(1, 2), (2, 3), (3, 1), (1, 9), (1, 2), (3, 3)] {
            let mut fill = |page: PageNumber, body: &mut Body| {
                read.push(page);
                let is_text = body.fill(|parts| {
                    parts.words.resize(page as usize, 7);
                    parts.flags.resize(page as usize, 0);
                    *parts.evidence = crate::copies::Evidence { tokens: page, paragraphs: 1 };
                    parts.starts.push(crate::copies::Start { token: 0, paragraph: 0 });
                    Some(())
                });
                (page != 9 && is_text).then_some(())
            };
            let laid = loaded.load_pair(a, b, &mut fill);
            let lengths = laid.map(|(a, b)| [a.tokens() as u32, b.tokens() as u32]);
            assert_eq!(lengths, (b != 9).then_some([a, b]));
        }
        assert_eq!(read, [1, 2, 3, 1, 9, 2, 3, 3]);
    }
}
