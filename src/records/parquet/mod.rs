//! Parquet: a row a page, columns by name, a row group after the other.
//!
//! A row becomes a JSON line of the wanted columns, so that everything after it treats it as one: a
//! line costs a fraction of what is done with its text. Whoever writes Parquet back takes the other
//! columns from the file itself.
//!
//! The `parquet` crate is used without Arrow: its columns of values and levels are enough to read
//! five of them and to copy the others, and half of the build is saved.

mod chunks;
mod columns;
mod guard;
mod rows;
pub(super) mod write;

pub(super) use rows::{RowReader, column_names, first_row};

pub use chunks::Chunks;
pub use columns::text_column;
pub use guard::guarded;
