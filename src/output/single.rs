//! Cleaned pages of all files in one.

use std::{io::Write, path::Path};

use super::sink::{CleanSink, member};
use crate::{
    Error, Result,
    input::Compression,
    store::{AtomicFile, Force},
};

/// All files become one, which gets its name at the end.
#[derive(Debug)]
pub struct Single {
    file: Option<AtomicFile>,
    compression: Compression,
    is_empty: bool,
}

impl Single {
    /// Writes to `out` what is compressed as `compression` says.
    ///
    /// # Errors
    ///
    /// *Usage* if it is there and `force` refuses, *machine* if it cannot be made.
    pub fn new(out: &Path, compression: Compression, force: Force) -> Result<Single> {
        let file = Some(AtomicFile::create(out, force)?);
        Ok(Single { file, compression, is_empty: true })
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.is_empty &= bytes.is_empty();
        match &mut self.file {
            Some(file) => {
                let written = file.write_all(bytes);
                written.map_err(|e| Error::io(file.path(), e))
            }
            None => Ok(()),
        }
    }
}

impl CleanSink for Single {
    fn write(&mut self, _file: usize, bytes: &[u8], _pages: u64) -> Result<()> {
        self.put(bytes)
    }

    fn finish(&mut self) -> Result<()> {
        if self.is_empty {
            self.put(&member(self.compression, Vec::new())?)?;
        }
        self.file.take().map_or(Ok(()), AtomicFile::commit)
    }

    fn joins_files(&self) -> bool {
        true
    }

    fn compression(&self, _source: Compression) -> Compression {
        self.compression
    }
}
