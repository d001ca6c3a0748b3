//! A finished file as memory, read only. The only `unsafe` of this module.

use std::{
    fs::{self, OpenOptions},
    path::Path,
    sync::Arc,
};

use memmap2::Mmap;

use crate::base::error::{Error, Result};

/// A file's bytes: mapped, or held.
#[derive(Clone, Debug)]
pub(super) enum Bytes {
    Mapped(Arc<Mmap>),
    Held(Arc<Vec<u8>>),
}

impl Bytes {
    /// Maps all of `path`; a file that cannot be mapped, such as an empty one, is read.
    ///
    /// # Errors
    ///
    /// *Data* if it is not there or no file, *machine* if it cannot be read.
    #[allow(unsafe_code, reason = "the one way to map a file")]
    pub(super) fn map(path: &Path) -> Result<Bytes> {
        let file = OpenOptions::new().read(true).open(path).map_err(|e| Error::io(path, e))?;
        let about = file.metadata().map_err(|e| Error::io(path, e))?;
        if about.is_dir() {
            return Err(Error::data(path.display().to_string(), "is a folder; name a file"));
        }
        if about.is_file() && about.len() > 0 {
            // SAFETY: files of this module are written under another name and never changed under
            // their own ([`super::AtomicFile`]): who replaces one gives the name to another file and
            // leaves this one to us. Against a program that writes into it all the same there is no
            // guard, as for every mapped file; what is read is checked before it is believed.
            if let Ok(map) = unsafe { Mmap::map(&file) } {
                return Ok(Bytes::Mapped(Arc::new(map)));
            }
        }
        let bytes = fs::read(path).map_err(|e| Error::io(path, e))?;
        Ok(Bytes::Held(Arc::new(bytes)))
    }

    /// All of them.
    #[inline]
    pub(super) fn all(&self) -> &[u8] {
        match self {
            Bytes::Mapped(map) => map,
            Bytes::Held(bytes) => bytes,
        }
    }
}
