//! Families: paragraphs that are the same up to small changes, and where they occur.
//!
//! Equal fingerprints are one family before anything else happens; they carry most of the result.
//! Near-duplicates (a name or a headline that changes inside a plea) join only where the family they
//! form is large: a line with one to eight near-duplicates on its site is body more often than chrome
//! (docs/method.md, section 3).

mod near;
mod occurrence;

pub use near::{Buckets, Joined, Member, Proposals, join, propose, propose_of};
pub use occurrence::Occurrences;
