//! A finished file as memory, read only. The only `unsafe` of this module.

use std::{
    fs::{self, OpenOptions},
    ops::Range,
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

    /// Has the system take back the memory of a range that was read: it is read from the file again when it is asked for
    /// again. Of bytes that are held nothing is let go.
    #[allow(unsafe_code, reason = "the one way to say that mapped pages are not needed")]
    pub(super) fn let_go(&self, range: Range<usize>) {
        #[cfg(unix)]
        if let Bytes::Mapped(map) = self {
            let range = range.start.min(map.len())..range.end.min(map.len());
            // SAFETY: the map is shared with the file and read only, so no page of it differs from the file: one that is
            // given back and read again has the bytes it had, and no reference into it sees another byte. (Of private
            // maps, which this is not, changes would be lost.) As `map` says, nobody writes to such a file.
            // It is advice, so a refusal is no error.
            let _ = unsafe {
                map.unchecked_advise_range(
                    memmap2::UncheckedAdvice::DontNeed,
                    range.start,
                    range.len(),
                )
            };
        }
        #[cfg(not(unix))]
        let _ = range;
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
