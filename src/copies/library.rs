//! Where the texts that are compared are read from: memory, or a file.

use std::fmt::Debug;

use super::{Bodies, BodyRef};
use crate::page::PageNumber;

/// The texts of pages, to be compared two at a time.
pub trait Library: Sync {
    /// Room for two texts; one a worker.
    type Desk: Default + Debug + Send;

    /// A number that is the same for equal texts; none if there is no text of `page`.
    fn text(&self, page: PageNumber) -> Option<u32>;

    /// Tokens of a page's text, 0 if there is none.
    fn tokens(&self, page: PageNumber) -> usize;

    /// Length of a page's text in words, 0 if there is none.
    fn len_words(&self, page: PageNumber) -> u32;

    /// Lays the texts of two pages side by side; none if one is not there or cannot be read.
    fn lay<'d>(
        &'d self,
        desk: &'d mut Self::Desk,
        a: PageNumber,
        b: PageNumber,
    ) -> Option<(BodyRef<'d>, BodyRef<'d>)>;
}

impl Library for Bodies {
    type Desk = ();

    fn text(&self, page: PageNumber) -> Option<u32> {
        Bodies::text(self, page)
    }

    fn tokens(&self, page: PageNumber) -> usize {
        self.get(page).map_or(0, |body| body.tokens())
    }

    fn len_words(&self, page: PageNumber) -> u32 {
        Bodies::len_words(self, page)
    }

    fn lay<'d>(
        &'d self,
        (): &'d mut (),
        a: PageNumber,
        b: PageNumber,
    ) -> Option<(BodyRef<'d>, BodyRef<'d>)> {
        Some((self.get(a)?, self.get(b)?))
    }
}
