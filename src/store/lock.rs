//! One writer at a time.

use std::{fs::TryLockError, io::ErrorKind, path::Path};

use fs_err::File;

use super::path_id::{PathId, folder_of};
use crate::base::error::{Error, Result};

/// The file that is locked. It is empty.
pub(super) const LOCK_NAME: &str = "lock.refrain";

/// The right to write in a folder, until it is dropped or the process ends in whatever way.
#[derive(Debug)]
pub struct Lock(File);

impl Drop for Lock {
    /// Lets it go for every program that holds the file: one that was just begun has all open files of who begins it
    /// until it runs, and would hold the lock for that long.
    fn drop(&mut self) {
        // Closing it lets it go as well, only later.
        let _ = self.0.file().unlock();
    }
}

impl Lock {
    /// Takes the lock of `folder`, which is there.
    ///
    /// # Errors
    ///
    /// *Usage* if another run has it; *machine* if the system refuses.
    pub fn take(folder: &Path) -> Result<Lock> {
        let path = folder.join(LOCK_NAME);
        loop {
            let file = File::create(&path).map_err(|e| Error::io(&path, e))?;
            match file.file().try_lock() {
                // Who held it may have removed it at its end: then it keeps nobody out.
                Ok(()) if is_at(&file, &path) => return Ok(Lock(file)),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let problem = "another run is at work here; wait for it or name another folder";
                    return Err(Error::usage(folder.display().to_string(), problem));
                }
                Err(TryLockError::Error(e)) => return Err(Error::io(&path, e)),
            }
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

/// Whether `file` is what `path` names.
fn is_at(file: &File, path: &Path) -> bool {
    let id = |about| PathId::of_metadata(path, &about);
    let named = fs_err::metadata(path).ok().map(id);
    named.is_some() && named == file.metadata().ok().map(id)
}

#[cfg(test)]
mod tests {
    use std::{process::Command, thread, time::Duration};

    use super::*;
    use crate::base::error::Class;

    /// Who begins programs all the time has its lock back at once: none of them holds it.
    #[test]
    fn a_program_that_begins_does_not_keep_it() {
        let folder = tempfile::tempdir().unwrap();
        let is_over = std::sync::atomic::AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                        // Whatever runs: there is a program by this name, or the begin fails.
                        let _ = Command::new("true").status();
                    }
                });
            }
            let all: Vec<bool> = (0..400).map(|_| Lock::take(folder.path()).is_ok()).collect();
            is_over.store(true, std::sync::atomic::Ordering::Relaxed);
            assert!(all.iter().all(|&is_taken| is_taken), "{all:?}");
        });
    }

    /// Runs that end remove their lock; however that falls between the steps of others, one has it at a time, and each
    /// gets it as often as it wants.
    #[test]
    fn one_has_it_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let holders = std::sync::atomic::AtomicUsize::new(0);
        let taken = std::sync::atomic::AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut of_this = 0;
                    while of_this < 100 {
                        let lock = match Lock::take(folder.path()) {
                            Ok(lock) => lock,
                            Err(e) => {
                                assert_eq!(e.class(), Class::Usage, "{e}");
                                thread::yield_now();
                                continue;
                            }
                        };
                        let others = holders.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        assert_eq!(others, 0, "two have it");
                        of_this += 1;
                        taken.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        thread::sleep(Duration::from_micros(20));
                        holders.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        std::fs::remove_file(folder.path().join(LOCK_NAME)).unwrap();
                        drop(lock);
                    }
                });
            }
        });
        assert_eq!(taken.into_inner(), 400);
    }
}
