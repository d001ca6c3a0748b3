//! The bank: what is known of the families of each site. The only global state chrome needs.
//!
//! ```text
//! pages ─► Learner ─► SiteRows, the set of a site's pages ─► EncodedSite, with counts ─► BankWriter ─► file
//!                        ▲ union: merge, prune                                                     │
//! page ─► BankLabeller ─► labels  ◄──────────────────────────── Bank, mapped ◄─────────────────────┘
//! ```
//!
//! A label needs counts: in how many groups of pages a family is, in how many it has the same
//! neighbour, how many groups there are. Counts of parts do not add up where a page was captured in
//! both, and groups of two parts are not those of the whole. So a bank keeps each page as a row of
//! numbers, 8 bytes a paragraph, and makes the counts of them: uniting banks is uniting sets, which
//! forgives order, grouping and repeats, and the bytes are those of one run over everything.
//!
//! Families of a bank are equal fingerprints only. Near-duplicates are decided on texts, which a bank
//! has not got; on the development pages they are worth .0008 of F1.

mod count;
mod day;
mod facts;
mod file;
mod layout;
mod learner;
mod on_page;
mod prune;
mod rows;
mod site;
#[cfg(test)]
mod tests;
mod write;

pub use count::Family;
pub use day::Day;
pub use facts::{BankLabeller, PageLines, Standing, Time};
pub use file::Bank;
pub use learner::{Learner, SeenPages, UnsortedRows};
pub(crate) use rows::PageKey;
pub use rows::SiteRows;
pub use site::Site;
pub use write::{BankWriter, EncodedSite};

use crate::{base::mix, table::Occurrences};

/// Place of an occurrence in its page, from 0 to 255.
pub(crate) fn place(site: &Occurrences<'_>, paragraph: u32) -> u64 {
    let last = site.span(site.page_of(paragraph) as usize).len().max(2) as u64 - 1;
    u64::from(site.at(paragraph)) * 255 / last
}

/// One key for two families in this order.
#[inline]
pub(crate) fn pair_key(a: u64, b: u64) -> u64 {
    mix(a.rotate_left(32) ^ b.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}
