//! A site whose columns do not fit the memory: what is done for others at once is done in pieces, to the same result.
//!
//! ```text
//! near    slices: runs of pages, families numbered in each ─► long families by family ─► near-duplicates proposed
//! label   slices ─► rows by family ─► votes ─► pairs of pages by page ─► groups
//!                   rows by family ─► counts by slice ─► marks ─► chrome by family ─► evidence
//! ```
//!
//! What stays in memory is what is known of each of its pages, some 60 bytes, and one piece of the rest. A family is in one
//! piece however many pages have it.

mod label;
mod near;
mod rows;

pub(super) use label::label;
pub(super) use near::propose;
