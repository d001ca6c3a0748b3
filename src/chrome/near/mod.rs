//! Near-duplicate lines: paragraphs that are the same up to small changes.
//!
//! Paragraphs with equal fingerprints are one family; this alone gives most of the result.
//! Near-duplicates (a name or a headline that changes inside a plea) join only if their family is
//! large: a line with one to eight near-duplicates on its site is body more often than chrome
//! (docs/method.md, section 3).

mod join;
mod long;

pub use join::{Buckets, Joined, Member, Proposals, join, propose, propose_of};
pub use long::{LongFamily, long_families};
