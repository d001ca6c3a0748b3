//! A plain file as memory. The only `unsafe` of reading.

use std::{fs::File, io};

use memmap2::Mmap;

/// A file that is mapped, read only.
#[derive(Debug)]
pub(super) struct Map {
    file: File,
    map: Mmap,
}

impl Map {
    /// Maps all of `file`; nothing if there is nothing to map or it cannot be mapped, and has to be
    /// read.
    #[allow(unsafe_code, reason = "the one way to map a file")]
    pub(super) fn new(file: File) -> Option<Map> {
        let about = file.metadata().ok()?;
        if !about.is_file() || about.len() == 0 {
            return None;
        }
        // SAFETY: none that a program can give for itself: whoever may write to the file changes
        // these bytes under our eyes, and if it is cut short the system ends us (SIGBUS). So
        // mapping is asked for by the user (`--mmap`), whose help says that nobody may write to the
        // input meanwhile, and a changed length is told where it can be ([`Map::is_whole`]). The
        // bytes are only read, and every record is checked for UTF-8 when it is parsed.
        let map = unsafe { Mmap::map(&file) }.ok()?;
        // Only faster if the system listens.
        #[cfg(unix)]
        let _ = map.advise(memmap2::Advice::Sequential);
        Some(Map { file, map })
    }

    /// The bytes of the file.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.map
    }

    /// Whether the file still has the length it was mapped with.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(super) fn is_whole(&self) -> io::Result<bool> {
        Ok(self.file.metadata()?.len() == self.map.len() as u64)
    }
}
