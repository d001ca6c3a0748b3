//! Cleaned pages of all files in one.

use std::path::Path;

use crate::records::{
    Target,
    sink::{
        CleanSink,
        output::{Output, single_output},
    },
};
use crate::{
    Result,
    records::{Compression, Fields},
    store::{AtomicFile, Force, commit_all},
};

/// All files become one, which gets its name at the end.
pub struct Single {
    out: Option<Box<dyn Output>>,
    compression: Compression,
}

impl Single {
    /// Writes to `path` what is compressed as `compression` says, or Parquet.
    ///
    /// # Errors
    ///
    /// *Usage* if it is there and `force` refuses, *machine* if it cannot be made.
    pub fn new(
        path: &Path,
        to: Target,
        compression: Compression,
        fields: &Fields,
        force: Force,
    ) -> Result<Single> {
        let file = AtomicFile::create(path, force)?;
        Ok(Single { out: Some(single_output(to, compression, fields, file)?), compression })
    }
}

impl CleanSink for Single {
    fn write(&mut self, _file: usize, bytes: &[u8], _pages: u64) -> Result<()> {
        self.out.as_mut().map_or(Ok(()), |out| out.write(bytes))
    }

    fn finish(&mut self) -> Result<()> {
        self.out.take().map_or(Ok(()), |out| commit_all(vec![out.seal()?]))
    }

    fn joins_files(&self) -> bool {
        true
    }

    fn compression(&self, _source: Compression) -> Compression {
        self.compression
    }
}
