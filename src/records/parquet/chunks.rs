//! The bytes of a file as the reader of columns asks for them.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
};

use bytes::Bytes;
use parquet::{
    errors::{ParquetError, Result},
    file::reader::{ChunkReader, Length},
};

/// A file whose end is an error.
///
/// The reader of columns skips what it does not know, element by element and as often as the file says, and does not
/// notice the end of a damaged file there: five hundred bytes can say that they are thousands of millions of elements.
pub struct Chunks(File);

impl Chunks {
    /// The chunks of an open file.
    pub fn of(file: File) -> Chunks {
        Chunks(file)
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl ChunkReader for Chunks {
    type T = NotBeyond;

    fn get_read(&self, start: u64) -> Result<NotBeyond> {
        let mut file = self.0.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(NotBeyond(BufReader::new(file)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // Before there is room for it: how long it is the file says, too.
        if start.checked_add(length as u64).is_none_or(|end| end > self.len()) {
            let problem = format!("{length} bytes from {start} on are more than there are");
            return Err(ParquetError::EOF(problem));
        }
        self.0.get_bytes(start, length)
    }
}

/// Reads to the end of a file, and not beyond.
pub struct NotBeyond(BufReader<File>);

impl Read for NotBeyond {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if !out.is_empty() && self.0.fill_buf()?.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.0.read(out)
    }
}
