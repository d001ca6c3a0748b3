//! A file of bytes in checked blocks: written once from front to back, then read at any place.
//!
//! ```text
//! name and version   12 bytes, u32        ┐ data, in blocks of 64 KiB,
//! what the owner writes                   ┘ the last one shorter
//! checksums          u64 a block (XXH3)
//! head               what the owner gives at the end: where its tables are
//! end                u64 data bytes, u64 head bytes, u64 checksum of checksums, head and these two,
//!                    8 bytes "refr.end"
//! ```
//!
//! Opening checks the end, the checksums' own checksum, the head and the first block: it costs as
//! much as one byte in 8,192 of the file. A block is checked when something in it is first asked for,
//! so that a flipped byte is an error and never another answer, and a file of any size opens at once.
//! All numbers are little-endian.

use std::{
    io::{self, Write},
    ops::Range,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use xxhash_rust::xxh3::xxh3_64;

use super::{column::Plain, map::Bytes};
use crate::base::error::{Error, Result};

/// Bytes of a block.
const BLOCK: usize = 64 << 10;
/// Bytes of the name, the version included.
const START: usize = 16;
const END_MARK: [u8; 8] = *b"refr.end";
const END: usize = 32;

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableKind {
    /// The first bytes of such a file.
    pub magic: [u8; 12],
    /// What people call it.
    pub name: &'static str,
    /// The version that is written, and the only one that is read.
    pub version: u32,
    /// What to do about one that is damaged or of another version.
    pub way_out: &'static str,
}

/// Writes such a file. Holds one block, and 8 bytes for each that is written.
#[derive(Debug)]
pub struct TableWriter<W: Write> {
    out: W,
    block: Vec<u8>,
    sums: Vec<u8>,
    written: u64,
}

impl<W: Write> TableWriter<W> {
    /// Begins a file of this kind.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn new(out: W, kind: TableKind) -> io::Result<TableWriter<W>> {
        let block = Vec::with_capacity(BLOCK);
        let mut writer = TableWriter { out, block, sums: Vec::new(), written: 0 };
        writer.write(&kind.magic)?;
        writer.write(&kind.version.to_le_bytes())?;
        Ok(writer)
    }

    /// Where the next byte will stand.
    pub fn at(&self) -> u64 {
        self.written + self.block.len() as u64
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (now, rest) = bytes.split_at(bytes.len().min(BLOCK - self.block.len()));
            self.block.extend_from_slice(now);
            bytes = rest;
            if self.block.len() == BLOCK {
                self.end_block()?;
            }
        }
        Ok(())
    }

    fn end_block(&mut self) -> io::Result<()> {
        self.sums.extend_from_slice(&xxh3_64(&self.block).to_le_bytes());
        self.out.write_all(&self.block)?;
        self.written += self.block.len() as u64;
        self.block.clear();
        Ok(())
    }

    /// Ends the file with `head`, and gives back what it was written to.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn finish(mut self, head: &[u8]) -> io::Result<W> {
        if !self.block.is_empty() {
            self.end_block()?;
        }
        let mut end = std::mem::take(&mut self.sums);
        end.extend_from_slice(head);
        end.extend_from_slice(&self.written.to_le_bytes());
        end.extend_from_slice(&(head.len() as u64).to_le_bytes());
        let sum = xxh3_64(&end);
        end.extend_from_slice(&sum.to_le_bytes());
        end.extend_from_slice(&END_MARK);
        self.out.write_all(&end)?;
        Ok(self.out)
    }
}

/// Such a file, open. Cloning it opens nothing again.
#[derive(Clone, Debug)]
pub struct Table {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    name: String,
    kind: TableKind,
    bytes: Bytes,
    data: usize,
    head: Range<usize>,
    /// A bit for each block that was found good.
    good: Vec<AtomicU64>,
}

impl Table {
    /// Maps the file `path`.
    ///
    /// # Errors
    ///
    /// *Data* if it is not there, not of this kind and version, cut short or damaged at its ends;
    /// *machine* if it cannot be read.
    pub fn open(path: &Path, kind: TableKind) -> Result<Table> {
        let name = path.display().to_string();
        Table::new(name, Bytes::map(path)?, kind)
    }

    /// The same of bytes in memory, called `name` in messages.
    ///
    /// # Errors
    ///
    /// As [`open`](Table::open).
    pub fn of_bytes(name: &str, bytes: Vec<u8>, kind: TableKind) -> Result<Table> {
        Table::new(name.to_owned(), Bytes::Held(Arc::new(bytes)), kind)
    }

    fn new(name: String, bytes: Bytes, kind: TableKind) -> Result<Table> {
        let all = bytes.all();
        if all.get(..kind.magic.len()) != Some(&kind.magic) {
            return Err(Error::data(name, format!("is no {}", kind.name)));
        }
        let cut = |name: &str| {
            let problem = format!("a {} that ends too early; {}", kind.name, kind.way_out);
            Error::data(name, problem)
        };
        let damaged = |name: &str| {
            Error::data(name, format!("a {} with damage in it; {}", kind.name, kind.way_out))
        };
        let Some(version) = all.get(kind.magic.len()..START).map(u32::get) else {
            return Err(cut(&name));
        };
        let Some(end) = all.len().checked_sub(END).filter(|&end| end >= START) else {
            return Err(cut(&name));
        };
        if all[all.len() - END_MARK.len()..] != END_MARK {
            return Err(cut(&name));
        }
        let length = |at: usize| usize::try_from(u64::get(&all[at..at + 8])).ok();
        let places = length(end).zip(length(end + 8)).and_then(|(data, head)| {
            let sums = data.div_ceil(BLOCK).checked_mul(8)?;
            let head_start = data.checked_add(sums)?;
            (data >= START && head_start.checked_add(head)? == end).then_some((data, head_start))
        });
        let Some((data, head_start)) = places else { return Err(damaged(&name)) };
        if xxh3_64(&all[data..end + 16]) != u64::get(&all[end + 16..end + 24]) {
            return Err(damaged(&name));
        }
        let good = (0..data.div_ceil(BLOCK).div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        let inner = Inner { name, kind, bytes, data, head: head_start..end, good };
        let table = Table { inner: Arc::new(inner) };
        table.get(0, START)?;
        if version != kind.version {
            return Err(Error::data(
                &table.inner.name,
                format!(
                    "a {} of format version {version}; this release reads {}; {}",
                    kind.name, kind.version, kind.way_out
                ),
            ));
        }
        Ok(table)
    }

    /// The name in messages.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Bytes of the file.
    pub fn size(&self) -> u64 {
        self.inner.bytes.all().len() as u64
    }

    /// The file as it stands.
    pub fn bytes(&self) -> &[u8] {
        self.inner.bytes.all()
    }

    /// Bytes that its owner wrote, the name and the version counted.
    pub fn data_len(&self) -> usize {
        self.inner.data
    }

    /// What its owner gave at the end.
    pub fn head(&self) -> &[u8] {
        &self.inner.bytes.all()[self.inner.head.clone()]
    }

    /// `length` bytes from `at` on, checked.
    ///
    /// # Errors
    ///
    /// *Data* if a block of them is damaged, or they are not all there.
    #[inline]
    pub fn get(&self, at: u64, length: usize) -> Result<&[u8]> {
        let inner = &*self.inner;
        let range = usize::try_from(at)
            .ok()
            .and_then(|at| Some(at..at.checked_add(length)?))
            .filter(|range| range.end <= inner.data);
        let Some(range) = range else { return Err(self.outside()) };
        if !range.is_empty() {
            for block in range.start / BLOCK..=(range.end - 1) / BLOCK {
                let seen = inner.good[block / 64].load(Ordering::Relaxed);
                if seen >> (block % 64) & 1 == 0 {
                    self.check(block)?;
                }
            }
        }
        Ok(&inner.bytes.all()[range])
    }

    /// Gives the memory of `length` bytes from `at` on back, which have been read and will not be for a while. They
    /// can be asked for as before.
    pub fn let_go(&self, at: u64, length: usize) {
        /// A system that is asked for a page brings those around it, too: in Linux 64 KiB, so that what stands before a
        /// place and was let go is there again.
        const AROUND: usize = 2 * BLOCK;

        let start = usize::try_from(at).unwrap_or(usize::MAX);
        self.inner.bytes.let_go(start.saturating_sub(AROUND)..start.saturating_add(length));
    }

    /// Checks everything.
    ///
    /// # Errors
    ///
    /// *Data* for the first block that is damaged.
    pub fn check_all(&self) -> Result<()> {
        /// Blocks that are checked before their memory is given back.
        const AT_ONCE: usize = 64;

        for block in 0..self.inner.data.div_ceil(BLOCK) {
            self.check(block)?;
            if block % AT_ONCE == AT_ONCE - 1 {
                let first = block + 1 - AT_ONCE;
                self.inner.bytes.let_go(first * BLOCK..(block + 1) * BLOCK);
            }
        }
        Ok(())
    }

    /// An error of a reader that found what no writer writes.
    pub fn nonsense(&self, what: &str) -> Error {
        let TableKind { name, way_out, .. } = self.inner.kind;
        Error::data(&self.inner.name, format!("a {name} that makes no sense ({what}); {way_out}"))
    }

    fn outside(&self) -> Error {
        self.nonsense("it points beyond its end")
    }

    #[cold]
    fn check(&self, block: usize) -> Result<()> {
        let inner = &*self.inner;
        let all = inner.bytes.all();
        let range = block * BLOCK..((block + 1) * BLOCK).min(inner.data);
        let sum = inner.data + 8 * block;
        if xxh3_64(&all[range.clone()]) != u64::get(&all[sum..sum + 8]) {
            return Err(Error::data(
                &inner.name,
                format!(
                    "a {} with damage in it, between bytes {} and {}; {}",
                    inner.kind.name, range.start, range.end, inner.kind.way_out
                ),
            ));
        }
        // Two threads may both check it: they come to the same.
        inner.good[block / 64].fetch_or(1 << (block % 64), Ordering::Relaxed);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: TableKind = TableKind {
        magic: *b"refrain test",
        name: "test table",
        version: 3,
        way_out: "write it again",
    };

    fn written(data: &[u8], head: &[u8]) -> Vec<u8> {
        let mut writer = TableWriter::new(Vec::new(), KIND).unwrap();
        for part in data.chunks(1000) {
            writer.write(part).unwrap();
        }
        assert_eq!(writer.at(), 16 + data.len() as u64);
        writer.finish(head).unwrap()
    }

    fn data(n: usize) -> Vec<u8> {
        (0..n).map(|i| (i * 7 % 251) as u8).collect()
    }

    #[test]
    fn what_was_let_go_is_there_when_it_is_asked_for() {
        let data = data(5 * BLOCK);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), written(&data, b"head")).unwrap();
        let table = Table::open(file.path(), KIND).unwrap();
        let read = table.get(16, data.len()).unwrap();
        assert!(read == data);
        for (at, length) in [(0, 10), (3, 2 * BLOCK), (0, 50 * BLOCK), (u64::MAX, 1), (16, 0)] {
            table.let_go(at, length);
            assert!(read == data);
        }
        table.check_all().unwrap();
    }

    #[test]
    fn what_was_written_is_read() {
        for n in [0, 1, BLOCK - START, BLOCK - START + 1, 3 * BLOCK] {
            let data = data(n);
            let table = Table::of_bytes("t", written(&data, b"head"), KIND).unwrap();
            assert_eq!(table.head(), b"head");
            assert_eq!(table.get(16, n).unwrap(), data);
            assert!(table.get(17, n).is_err());
            assert!(table.get(u64::MAX, 1).is_err());
            table.check_all().unwrap();
        }
    }

    /// Everything that can be asked for is the right answer or an error that names the file.
    #[test]
    fn a_flipped_byte_is_an_error_and_never_another_answer() {
        let data = data(2 * BLOCK + 500);
        let whole = written(&data, b"head");
        let places = (0..40).chain(BLOCK - 20..BLOCK + 20).chain(whole.len() - 100..whole.len());
        for at in places {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            let all = Table::of_bytes("t", bytes, KIND).and_then(|table| {
                for part in [0, BLOCK, 2 * BLOCK] {
                    let asked = table.get(16 + part as u64, 100);
                    assert!(asked.is_err() || asked.unwrap() == &data[part..part + 100]);
                }
                table.check_all()
            });
            let error = all.expect_err("it is damaged").to_string();
            assert!(error.starts_with("t: "), "{error}");
        }
    }

    #[test]
    fn a_file_that_was_cut_short_is_an_error() {
        let whole = written(&data(700), b"head");
        for length in 0..whole.len() {
            let cut = Table::of_bytes("t", whole[..length].to_vec(), KIND);
            assert!(cut.is_err(), "{length} bytes of {}", whole.len());
        }
        let longer = [whole, b"more".to_vec()].concat();
        assert!(Table::of_bytes("t", longer, KIND).is_err());
    }

    #[test]
    fn another_version_says_what_to_do() {
        let old = TableKind { version: 2, ..KIND };
        let bytes = TableWriter::new(Vec::new(), old).unwrap().finish(b"").unwrap();
        let error = Table::of_bytes("t", bytes, KIND).unwrap_err().to_string();
        assert_eq!(
            error,
            "t: a test table of format version 2; this release reads 3; write it again"
        );
    }
}
