//! Files of checked blocks: what a run writes to disk for itself and reads back from front to back.
//!
//! ```text
//! header  "refrain\n"  kind 8  version 4  0 4  recipe 8  checksum 8                        40 bytes
//! blocks  length 4  checksum 8  payload                                             any number
//! end     ffffffff  blocks 8  payload bytes 8  checksum 8
//! ```
//!
//! All numbers are little-endian. The checksum of a block is XXH3 with the block's number as its seed, so
//! that blocks cannot change places; a file without an end was cut short. Nothing is read that was not
//! checked.

use std::{
    io::{BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use fs_err::File;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::temporary::create_private;
use crate::base::error::{Error, Result};

const MAGIC: &[u8; 8] = b"refrain\n";
const HEADER: usize = 40;
const END: u32 = u32::MAX;
/// Bytes gathered before they go to the operating system, and asked of it at once.
const BUFFER: usize = 128 << 10;
/// The longest block.
const LONGEST: usize = 1 << 30;

/// What is in a file, and in which version of its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Eight letters.
    pub name: [u8; 8],
    /// Counts up when the form changes.
    pub version: u32,
}

impl Kind {
    /// A kind by its name.
    pub const fn new(name: [u8; 8], version: u32) -> Kind {
        Kind { name, version }
    }

    fn word(self) -> String {
        String::from_utf8_lossy(&self.name).trim_end().to_owned()
    }
}

/// Writes blocks.
#[derive(Debug)]
pub struct RecordWriter {
    path: PathBuf,
    file: BufWriter<File>,
    blocks: u64,
    bytes: u64,
}

impl RecordWriter {
    /// A new file at `path`, in the place of what was there. `recipe` says what its content depends on.
    ///
    /// # Errors
    ///
    /// *Machine* if the system refuses.
    pub fn create(path: &Path, kind: Kind, recipe: u64) -> Result<RecordWriter> {
        let file = File::create(path).map_err(|e| Error::io(path, e))?;
        RecordWriter::begin(path, file, kind, recipe)
    }

    /// The same of a file that nobody but its user can read.
    ///
    /// # Errors
    ///
    /// *Machine* if the system refuses.
    pub(super) fn create_private(path: &Path, kind: Kind, recipe: u64) -> Result<RecordWriter> {
        RecordWriter::begin(path, create_private(path)?, kind, recipe)
    }

    fn begin(path: &Path, file: File, kind: Kind, recipe: u64) -> Result<RecordWriter> {
        let file = BufWriter::with_capacity(BUFFER, file);
        let mut writer = RecordWriter { path: path.to_owned(), file, blocks: 0, bytes: 0 };
        writer.put(&header(kind, recipe))?;
        Ok(writer)
    }

    /// Adds a block.
    ///
    /// # Errors
    ///
    /// *Machine* if it cannot be written, *data* if it is longer than 1 GiB.
    pub fn write(&mut self, payload: &[u8]) -> Result<()> {
        let length = u32::try_from(payload.len()).ok().filter(|_| payload.len() <= LONGEST);
        let Some(length) = length else {
            let place = self.path.display().to_string();
            return Err(Error::data(place, format!("a block of {} bytes", payload.len())));
        };
        let check = xxh3_64_with_seed(payload, self.blocks);
        self.put(&length.to_le_bytes())?;
        self.put(&check.to_le_bytes())?;
        self.put(payload)?;
        self.blocks += 1;
        self.bytes += payload.len() as u64;
        Ok(())
    }

    /// Bytes of all blocks so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Writes the end; brings the file to the disk if it is to survive the machine.
    ///
    /// # Errors
    ///
    /// *Machine* if the system refuses.
    pub fn finish(mut self, durable: bool) -> Result<()> {
        let end = end(self.blocks, self.bytes);
        self.put(&end)?;
        let file = self.file.into_inner().map_err(|e| Error::io(&self.path, e.into_error()))?;
        if durable {
            file.sync_all().map_err(|e| Error::io(&self.path, e))?;
        }
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|e| Error::io(&self.path, e))
    }
}

fn header(kind: Kind, recipe: u64) -> Vec<u8> {
    let mut header = Vec::with_capacity(HEADER);
    header.extend_from_slice(MAGIC);
    header.extend_from_slice(&kind.name);
    header.extend_from_slice(&kind.version.to_le_bytes());
    header.extend_from_slice(&[0; 4]);
    header.extend_from_slice(&recipe.to_le_bytes());
    let check = xxh3_64(&header);
    header.extend_from_slice(&check.to_le_bytes());
    header
}

fn end(blocks: u64, bytes: u64) -> Vec<u8> {
    let mut end = END.to_le_bytes().to_vec();
    end.extend_from_slice(&blocks.to_le_bytes());
    end.extend_from_slice(&bytes.to_le_bytes());
    let check = xxh3_64(&end);
    end.extend_from_slice(&check.to_le_bytes());
    end
}

/// Reads blocks in the order in which they were written.
#[derive(Debug)]
pub struct RecordReader {
    path: PathBuf,
    file: BufReader<File>,
    blocks: u64,
    bytes: u64,
    /// Bytes of the file that are not read yet.
    left: u64,
    ended: bool,
}

impl RecordReader {
    /// Opens the file at `path` and checks its header.
    ///
    /// # Errors
    ///
    /// *Data* if it is no such file, of another version or of another recipe; *machine* if it cannot be read.
    pub fn open(path: &Path, kind: Kind, recipe: u64) -> Result<RecordReader> {
        let file = File::open(path).map_err(|e| Error::io(path, e))?;
        let left = file.metadata().map_err(|e| Error::io(path, e))?.len();
        let file = BufReader::with_capacity(BUFFER, file);
        let mut reader =
            RecordReader { path: path.to_owned(), file, blocks: 0, bytes: 0, left, ended: false };
        let mut found = [0; HEADER];
        reader.take(&mut found)?;
        if found[..8] != *MAGIC {
            return Err(reader.bad("is no file of refrain"));
        }
        let expected = header(kind, recipe);
        if found[32..] != xxh3_64(&found[..32]).to_le_bytes() {
            return Err(reader.bad("its header is damaged"));
        }
        if found[8..16] != expected[8..16] {
            let name = Kind { name: found[8..16].try_into().unwrap_or([0; 8]), version: 0 }.word();
            return Err(reader.bad(format!("holds {name}, not {}", kind.word())));
        }
        if found[16..20] != expected[16..20] {
            let version = u32::from_le_bytes(found[16..20].try_into().unwrap_or([0; 4]));
            let known = kind.version;
            return Err(reader.bad(format!("is of version {version}; this release reads {known}")));
        }
        if found[..] != expected[..] {
            return Err(reader.bad("was made by another recipe or from another input"));
        }
        Ok(reader)
    }

    /// Reads the next block into `payload`; false at the end.
    ///
    /// # Errors
    ///
    /// *Data* if the file is damaged or cut short, *machine* if it cannot be read.
    pub fn next(&mut self, payload: &mut Vec<u8>) -> Result<bool> {
        payload.clear();
        if self.ended {
            return Ok(false);
        }
        let mut length = [0; 4];
        self.take(&mut length)?;
        let length = u32::from_le_bytes(length);
        if length == END {
            let mut found = [0; 24];
            self.take(&mut found)?;
            if found != end(self.blocks, self.bytes)[4..] || self.left > 0 {
                return Err(self.bad("its end is damaged"));
            }
            self.ended = true;
            return Ok(false);
        }
        let mut check = [0; 8];
        self.take(&mut check)?;
        if u64::from(length) > self.left || length as usize > LONGEST {
            return Err(self.bad("is damaged or cut short"));
        }
        payload.resize(length as usize, 0);
        self.take(payload)?;
        if xxh3_64_with_seed(payload, self.blocks).to_le_bytes() != check {
            return Err(self.bad(format!("block {} is damaged", self.blocks + 1)));
        }
        self.blocks += 1;
        self.bytes += u64::from(length);
        Ok(true)
    }

    /// The error for a content that makes no sense, though its checksums are right.
    pub fn bad(&self, problem: impl AsRef<str>) -> Error {
        let problem = problem.as_ref();
        Error::data(
            self.path.display().to_string(),
            format!("{problem}; remove its folder and run again"),
        )
    }

    fn take(&mut self, bytes: &mut [u8]) -> Result<()> {
        if bytes.len() as u64 > self.left {
            return Err(self.bad("is cut short"));
        }
        self.file.read_exact(bytes).map_err(|e| match e.kind() {
            std::io::ErrorKind::UnexpectedEof => self.bad("became shorter while it was read"),
            _ => Error::io(&self.path, e),
        })?;
        self.left -= bytes.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::base::error::Class;

    const KIND: Kind = Kind::new(*b"testing ", 3);

    fn write(path: &Path, blocks: &[Vec<u8>]) {
        let mut writer = RecordWriter::create(path, KIND, 77).unwrap();
        for block in blocks {
            writer.write(block).unwrap();
        }
        writer.finish(false).unwrap();
    }

    fn read(path: &Path, kind: Kind, recipe: u64) -> Result<Vec<Vec<u8>>> {
        let mut reader = RecordReader::open(path, kind, recipe)?;
        let (mut blocks, mut block) = (Vec::new(), Vec::new());
        while reader.next(&mut block)? {
            blocks.push(block.clone());
        }
        Ok(blocks)
    }

    proptest! {
        #[test]
        fn blocks_come_back(blocks in vec(vec(any::<u8>(), 0..50), 0..6)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("f");
            write(&path, &blocks);
            prop_assert_eq!(read(&path, KIND, 77).unwrap(), blocks);
        }
    }

    #[test]
    fn every_flip_and_every_cut_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        write(&path, &[b"first".to_vec(), Vec::new(), b"third".to_vec()]);
        let whole = std::fs::read(&path).unwrap();
        let check = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let error = read(&path, KIND, 77).expect_err("damaged");
            assert_eq!(error.class(), Class::Data, "{error}");
            assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
        };
        for at in 0..whole.len() {
            check(&whole[..at]);
            for bit in 0..8 {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                check(&flipped);
            }
        }
        check(&[&whole[..], b"x"].concat());
    }

    #[test]
    fn blocks_cannot_change_places() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        write(&path, &[b"one".to_vec(), b"two".to_vec()]);
        let whole = std::fs::read(&path).unwrap();
        let (first, second) = (HEADER..HEADER + 15, HEADER + 15..HEADER + 30);
        let swapped =
            [&whole[..HEADER], &whole[second.clone()], &whole[first], &whole[second.end..]]
                .concat();
        std::fs::write(&path, swapped).unwrap();
        assert!(read(&path, KIND, 77).is_err());
    }

    #[test]
    fn other_kinds_versions_and_recipes_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        write(&path, &[]);
        let problem = |kind, recipe| read(&path, kind, recipe).unwrap_err().to_string();
        assert!(problem(Kind::new(*b"other   ", 3), 77).contains("holds testing, not other"));
        assert!(
            problem(Kind::new(*b"testing ", 4), 77).contains("version 3; this release reads 4")
        );
        assert!(problem(KIND, 78).contains("another recipe"));
    }
}
