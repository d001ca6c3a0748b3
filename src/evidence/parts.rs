//! A file that is made in parts: each by whoever has time, all of them written in their order.

use std::{
    io::{self, Write},
    mem,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use crate::{
    Error, Result,
    store::{AtomicFile, SealedFile},
};

/// Bytes that are gathered before they are written: few enough to be in the cache still, and so many that a call to
/// the system costs nothing beside them.
const GATHERED: usize = 256 << 10;

/// A file while its parts are made.
///
/// The part whose turn it is is written as it grows. Who is done with a later one waits, so that each who makes
/// a part holds one at most. Parts have to be begun in their order, or the one that is waited for may never come.
pub(super) struct InParts {
    parts: usize,
    state: Mutex<State>,
    /// It is another part's turn, or there is no more to wait for.
    moved: Condvar,
}

struct State {
    file: Stage,
    /// The part whose turn it is.
    next: usize,
    /// Buffers for parts to come.
    spare: Vec<Vec<u8>>,
}

/// How far a file is.
enum Stage {
    Open(AtomicFile),
    Whole(SealedFile),
    /// A part could not be made or written.
    Lost,
}

impl InParts {
    /// A file that will have so many parts, at least one.
    pub(super) fn new(file: AtomicFile, parts: usize) -> InParts {
        let state = State { file: Stage::Open(file), next: 0, spare: Vec::new() };
        InParts { parts, state: Mutex::new(state), moved: Condvar::new() }
    }

    /// Makes part `number`; what `make` writes becomes that part. Who ends the last one brings the file to the disk.
    ///
    /// # Errors
    ///
    /// Those of `make` and of the file. Parts after that are not made, and are no errors.
    pub(super) fn make(
        &self,
        number: usize,
        make: impl FnOnce(&mut Part<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut state = self.state();
        if !state.is_open() {
            return Ok(());
        }
        let bytes = state.spare.pop().unwrap_or_default();
        drop(state);
        let mut part = Part { of: self, number, bytes, full: GATHERED, is_done: false };
        make(&mut part)?;
        part.end()
    }

    /// The whole file; none if one of its parts was not made.
    pub(super) fn whole(self) -> Option<SealedFile> {
        match self.state.into_inner().unwrap_or_else(PoisonError::into_inner).file {
            Stage::Whole(file) => Some(file),
            Stage::Open(_) | Stage::Lost => None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A part while it is made.
pub(super) struct Part<'f> {
    of: &'f InParts,
    number: usize,
    bytes: Vec<u8>,
    /// With so many bytes it is seen whether they can be written.
    full: usize,
    is_done: bool,
}

impl Part<'_> {
    /// Writes what there is if it is this part's turn.
    fn pass(&mut self) -> io::Result<()> {
        let mut state = self.of.state();
        let State { file, next, .. } = &mut *state;
        if let Stage::Open(file) = file
            && *next == self.number
        {
            file.write_all(&self.bytes)?;
            self.bytes.clear();
        }
        self.full = self.bytes.len() + GATHERED;
        Ok(())
    }

    /// Writes what is left when it is this part's turn.
    fn end(mut self) -> Result<()> {
        let mut state = self.of.state();
        while state.next != self.number && state.is_open() {
            state = self.of.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let State { file: Stage::Open(file), next, spare } = &mut *state else { return Ok(()) };
        let written = file.write_all(&self.bytes);
        written.map_err(|e| Error::io(file.path(), e))?;
        *next += 1;
        self.bytes.clear();
        spare.push(mem::take(&mut self.bytes));
        if *next == self.of.parts {
            state.seal()?;
        }
        self.is_done = true;
        self.of.moved.notify_all();
        Ok(())
    }
}

impl State {
    fn is_open(&self) -> bool {
        matches!(self.file, Stage::Open(_))
    }

    fn seal(&mut self) -> Result<()> {
        if let Stage::Open(file) = mem::replace(&mut self.file, Stage::Lost) {
            let mut whole = file.seal()?;
            whole.sync()?;
            self.file = Stage::Whole(whole);
        }
        Ok(())
    }
}

impl Write for Part<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() < self.full { Ok(()) } else { self.pass() }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Part<'_> {
    /// A part that was not made, be it for a panic: those who wait for it have nothing to wait for.
    fn drop(&mut self) {
        if !self.is_done {
            self.of.state().file = Stage::Lost;
            self.of.moved.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, thread};

    use super::*;
    use crate::store::{Force, commit_all};

    /// Parts of all lengths, some longer than what is gathered.
    fn part(number: usize) -> Vec<u8> {
        let length = [0, 1, 1000, GATHERED - 1, GATHERED, 3 * GATHERED + 7][number * 7 % 6];
        (0..length).map(|at| (at * 31 + number) as u8).collect()
    }

    #[test]
    fn parts_stand_in_their_order_whoever_makes_them() {
        let folder = tempfile::tempdir().unwrap();
        for threads in [1, 2, 5] {
            let path = folder.path().join(threads.to_string());
            let file = InParts::new(AtomicFile::create(&path, Force::Refuse).unwrap(), 40);
            let next = Mutex::new(0..40);
            thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        loop {
                            let Some(number) = next.lock().unwrap().next() else { break };
                            let make = |out: &mut Part<'_>| {
                                let bytes = part(number);
                                bytes.chunks(1 << 14).try_for_each(|b| out.write_all(b)).unwrap();
                                Ok(())
                            };
                            file.make(number, make).unwrap();
                        }
                    });
                }
            });
            commit_all(vec![file.whole().unwrap()]).unwrap();
            let whole: Vec<u8> = (0..40).flat_map(part).collect();
            assert!(fs::read(&path).unwrap() == whole, "{threads} threads");
        }
    }

    /// Those who wait for a part that fails, or whose maker panics, do not wait for ever.
    #[test]
    fn a_part_that_fails_ends_it() {
        let folder = tempfile::tempdir().unwrap();
        for panics in [false, true] {
            let path = folder.path().join("out");
            let file = InParts::new(AtomicFile::create(&path, Force::Refuse).unwrap(), 3);
            let (begun, first) = std::sync::mpsc::channel();
            thread::scope(|scope| {
                let of = &file;
                let fails = scope.spawn(move || {
                    of.make(0, |_| {
                        first.recv().unwrap();
                        assert!(!panics, "as planned");
                        Err(Error::data("x", "is broken"))
                    })
                });
                scope.spawn(|| {
                    file.make(1, |out| {
                        begun.send(()).unwrap();
                        out.write_all(&part(5)).map_err(|e| Error::io("x", e))
                    })
                    .unwrap();
                });
                match fails.join() {
                    Ok(made) => assert_eq!(made.unwrap_err().to_string(), "x: is broken"),
                    Err(_) => assert!(panics),
                }
            });
            let is_made = || unreachable!("nobody makes what cannot be written");
            file.make(2, |_| is_made()).unwrap();
            assert!(file.whole().is_none());
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }
}
