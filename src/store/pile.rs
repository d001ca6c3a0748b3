//! Pieces of bytes in a file, each found by where it was put.

use std::{
    io::{BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use fs_err::File;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::temporary::create_private;
use crate::base::error::{Error, Result};

/// Bytes before a piece: its checksum, which counts in where it stands.
const CHECK: u64 = 8;

/// Writes pieces one after the other.
#[derive(Debug)]
pub struct PileWriter {
    path: PathBuf,
    file: BufWriter<File>,
    next: u64,
}

impl PileWriter {
    /// A new file at `path` that nobody but its user can read, in the place of what was there.
    ///
    /// # Errors
    ///
    /// *Machine* if the system refuses.
    pub fn create(path: &Path) -> Result<PileWriter> {
        let file = create_private(path)?;
        let file = BufWriter::with_capacity(256 << 10, file);
        Ok(PileWriter { path: path.to_owned(), file, next: 0 })
    }

    /// Adds a piece and returns where it stands.
    ///
    /// # Errors
    ///
    /// *Machine* if it cannot be written.
    pub fn add(&mut self, piece: &[u8]) -> Result<u64> {
        let at = self.next;
        let check = xxh3_64_with_seed(piece, at).to_le_bytes();
        self.file
            .write_all(&check)
            .and_then(|()| self.file.write_all(piece))
            .map_err(|e| Error::io(&self.path, e))?;
        self.next += CHECK + piece.len() as u64;
        Ok(at)
    }

    /// Ends the file; brings it to the disk if it is to survive the machine.
    ///
    /// # Errors
    ///
    /// *Machine* if the system refuses.
    pub fn finish(self, durable: bool) -> Result<()> {
        let file = self.file.into_inner().map_err(|e| Error::io(&self.path, e.into_error()))?;
        if durable {
            file.sync_all().map_err(|e| Error::io(&self.path, e))?;
        }
        Ok(())
    }
}

/// Reads pieces in any order.
#[derive(Debug)]
pub struct PileReader {
    path: PathBuf,
    file: File,
    size: u64,
}

impl PileReader {
    /// Opens a file of pieces.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn open(path: &Path) -> Result<PileReader> {
        let file = File::open(path).map_err(|e| Error::io(path, e))?;
        let size = file.metadata().map_err(|e| Error::io(path, e))?.len();
        Ok(PileReader { path: path.to_owned(), file, size })
    }

    /// Reads the piece of `length` bytes at `at`.
    ///
    /// # Errors
    ///
    /// *Data* if it is damaged or the file ends before it, *machine* if it cannot be read.
    pub fn read(&mut self, at: u64, length: usize, piece: &mut Vec<u8>) -> Result<()> {
        piece.clear();
        let end = at.checked_add(CHECK).and_then(|start| start.checked_add(length as u64));
        if end.is_none_or(|end| end > self.size) {
            return Err(self.bad("is cut short"));
        }
        piece.resize(length, 0);
        let mut check = [0; 8];
        self.file
            .seek(SeekFrom::Start(at))
            .and_then(|_| self.file.read_exact(&mut check))
            .and_then(|()| self.file.read_exact(piece))
            .map_err(|e| Error::io(&self.path, e))?;
        if xxh3_64_with_seed(piece, at).to_le_bytes() == check {
            Ok(())
        } else {
            Err(self.bad("is damaged"))
        }
    }

    fn bad(&self, problem: &str) -> Error {
        let problem = format!("{problem}; remove its folder and run again");
        Error::data(self.path.display().to_string(), problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_in_any_order_and_damage_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pile");
        let mut pile = PileWriter::create(&path).unwrap();
        let pieces: Vec<Vec<u8>> = (0..9_u8).map(|n| vec![n; usize::from(n)]).collect();
        let places: Vec<u64> = pieces.iter().map(|piece| pile.add(piece).unwrap()).collect();
        pile.finish(false).unwrap();
        let mut read = Vec::new();
        let mut reader = PileReader::open(&path).unwrap();
        for n in [8, 0, 3, 3, 1] {
            reader.read(places[n], n, &mut read).unwrap();
            assert_eq!(read, pieces[n]);
        }
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            std::fs::write(&path, &flipped).unwrap();
            let mut reader = PileReader::open(&path).unwrap();
            let all = (0..9).all(|n| reader.read(places[n], n, &mut read).is_ok());
            assert!(!all, "byte {at}");
        }
        for (at, length) in
            [(0, whole.len()), (whole.len() as u64, 1), (u64::MAX, 1), (9, usize::MAX)]
        {
            let error = reader.read(at, length, &mut read).unwrap_err().to_string();
            assert!(error.ends_with("is cut short; remove its folder and run again"), "{error}");
        }
    }
}
