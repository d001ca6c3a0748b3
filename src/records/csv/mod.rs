//! CSV and TSV: a row a page, columns named by the header (RFC 4180, read as leniently as the `csv`
//! crate reads it).
//!
//! Rows are cut here and not by that crate, because what is written back must keep the bytes of all
//! cells but one: where a cell stands and how it was quoted, which no reader tells. Tests hold both
//! against each other.

mod cells;
mod cut;
mod header;
mod row;
pub(super) mod write;

pub use cells::write_cell;
pub use header::Header;
pub(super) use header::find_header;
pub(super) use row::parse;
