//! Parquet, written.
//!
//! From Parquet, a file is copied column by column: the rows that stay, with another text where it
//! changed. Schema, metadata, row groups and compression are those of the input, and where all rows of
//! a group stay, its other columns are copied as they are compressed. From anything else, pages become
//! rows of strings.

mod copy;
mod make;
mod rewrite;

pub(in crate::records) use make::Made;
pub(in crate::records) use rewrite::Rewritten;
pub use rewrite::tell_row;

use std::io;

use parquet::errors::ParquetError;

/// An error of the crate as one of a file.
fn io_error(e: ParquetError) -> io::Error {
    match e {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(cause) => *cause,
            Err(cause) => io::Error::other(cause.to_string()),
        },
        other => io::Error::other(other.to_string()),
    }
}
