//! One output while it is written.

use std::io::Write;

use crate::records::{Target, sink::member};
use crate::{
    Error, Result,
    records::{Compression, Fields, Format, Source},
    store::{AtomicFile, SealedFile},
};

/// A file that takes what `clean` makes of batches, in order.
pub(in crate::records) trait Output {
    /// Takes a piece.
    fn write(&mut self, bytes: &[u8]) -> Result<()>;

    /// Nothing follows: what is left is written, and the file gets its name later.
    fn seal(self: Box<Self>) -> Result<SealedFile>;
}

/// The output of pages of `source` in the form that is asked for.
pub(in crate::records) fn output_of(
    source: &Source,
    to: Target,
    fields: &Fields,
    out: AtomicFile,
) -> Result<Box<dyn Output>> {
    match to.of(source.format) {
        #[cfg(feature = "parquet")]
        Format::Parquet if source.format == Format::Parquet => {
            Ok(Box::new(crate::records::parquet::write::Rewritten::new(source, out)?))
        }
        Format::Parquet => rows(fields, out),
        _ => Ok(Box::new(Bytes::new(out, source.compression))),
    }
}

/// The output of pages that come as JSON lines, in that form and compression, or as Parquet.
pub(in crate::records) fn single_output(
    to: Target,
    compression: Compression,
    fields: &Fields,
    out: AtomicFile,
) -> Result<Box<dyn Output>> {
    match to {
        Target::Parquet => rows(fields, out),
        Target::Own | Target::JsonLines | Target::Rows => {
            Ok(Box::new(Bytes::new(out, compression)))
        }
    }
}

#[cfg(feature = "parquet")]
fn rows(fields: &Fields, out: AtomicFile) -> Result<Box<dyn Output>> {
    Ok(Box::new(crate::records::parquet::write::Made::new(fields, out)?))
}

#[cfg(not(feature = "parquet"))]
#[expect(clippy::needless_pass_by_value, reason = "the build that writes it takes it")]
fn rows(_fields: &Fields, out: AtomicFile) -> Result<Box<dyn Output>> {
    let problem = "Parquet is not written by this build; build it with the feature `parquet`";
    Err(Error::usage(out.path().display().to_string(), problem))
}

/// Bytes as they come, compressed by whoever made them.
struct Bytes {
    out: AtomicFile,
    compression: Compression,
    is_empty: bool,
}

impl Bytes {
    fn new(out: AtomicFile, compression: Compression) -> Bytes {
        Bytes { out, compression, is_empty: true }
    }
}

impl Output for Bytes {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.is_empty &= bytes.is_empty();
        let written = self.out.write_all(bytes);
        written.map_err(|e| Error::io(self.out.path(), e))
    }

    fn seal(mut self: Box<Self>) -> Result<SealedFile> {
        if self.is_empty {
            self.write(&member(self.compression, Vec::new())?)?;
        }
        self.out.seal()
    }
}
