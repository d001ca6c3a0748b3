//! One writer at a time.

use std::{fs::TryLockError, io::ErrorKind, path::Path};

use fs_err::File;

use super::atomic::folder_of;
use crate::error::{Error, Result};

/// The file that is locked. It is empty.
pub(super) const LOCK_NAME: &str = "lock.refrain";

/// The right to write in a folder, until it is dropped or the process ends in whatever way.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held, not used")] File);

impl Lock {
    /// Takes the lock of `folder`, which is there.
    ///
    /// # Errors
    ///
    /// *Usage* if another run has it; *machine* if the system refuses.
    pub fn take(folder: &Path) -> Result<Lock> {
        let path = folder.join(LOCK_NAME);
        let file = File::create(&path).map_err(|e| Error::io(&path, e))?;
        match file.file().try_lock() {
            Ok(()) => Ok(Lock(file)),
            Err(TryLockError::WouldBlock) => {
                let problem = "another run is at work here; wait for it or name another folder";
                Err(Error::usage(folder.display().to_string(), problem))
            }
            Err(TryLockError::Error(e)) => Err(Error::io(&path, e)),
        }
    }

    /// Waits for the turn to replace the file `path`: whoever reads it, makes another of it and puts that in its
    /// place loses nothing that others do meanwhile. It is the file's folder that is locked, so that nothing is
    /// left behind; where a system locks no folders, there is no turn.
    ///
    /// # Errors
    ///
    /// *Machine* if the system refuses.
    pub fn turn(path: &Path) -> Result<Option<Lock>> {
        let folder = folder_of(path);
        let Ok(file) = File::open(folder) else { return Ok(None) };
        match file.file().lock() {
            Ok(()) => Ok(Some(Lock(file))),
            Err(e) if e.kind() == ErrorKind::Unsupported => Ok(None),
            Err(e) => Err(Error::io(folder, e)),
        }
    }
}
