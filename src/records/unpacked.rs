//! Files whose decompression takes more memory than a run may spend on it, compressed anew so that it takes little.
//!
//! Who decompresses zstd holds the window that the file was compressed with (128 MiB for `--long` and `--ultra -22`),
//! and who decompresses xz its dictionary, in every pass over the file. A run within a budget pays that once, before it
//! begins with anything else.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::source::Compression;
use crate::base::error::{Error, Result};

/// The fastest level: its window is half a MiB.
const LEVEL: i32 = 1;
/// Bytes that are taken from one decoder to the other at once.
const PIECE: usize = 256 << 10;
/// A number that no budget has.
const UNKNOWN: u64 = u64::MAX;

/// Bytes that a decoder of a file holds that is compressed so and begins with `head`.
pub(super) fn window(compression: Compression, head: &[u8]) -> u64 {
    match compression {
        Compression::None => 0,
        Compression::Gzip => 32 << 10,
        Compression::Bzip2 | Compression::Lz4 => 8 << 20,
        Compression::Brotli => 16 << 20,
        // Up to 1.5 GiB; 64 MiB for `xz -9`.
        Compression::Xz => UNKNOWN,
        Compression::Zstd => zstd_window(head).unwrap_or(UNKNOWN),
    }
}

/// The window of the frame that begins with `head`, by RFC 8878, section 3.1.1.1. None if it cannot be seen there, as
/// behind a frame of another kind.
fn zstd_window(head: &[u8]) -> Option<u64> {
    let rest = head.strip_prefix(&[0x28, 0xb5, 0x2f, 0xfd])?;
    let (&about, rest) = rest.split_first()?;
    let is_one_segment = about >> 5 & 1 == 1;
    if !is_one_segment {
        let window = *rest.first()?;
        let base = 1_u64 << (10 + (window >> 3));
        return Some(base + base / 8 * u64::from(window & 7));
    }
    // All of the content is the window. Its length stands behind the number of the dictionary.
    let rest = rest.get([0, 1, 2, 4][usize::from(about & 3)]..)?;
    let number = |bytes: usize| {
        let mut number = [0; 8];
        number[..bytes].copy_from_slice(rest.get(..bytes)?);
        Some(u64::from_le_bytes(number))
    };
    match about >> 6 {
        0 => number(1),
        1 => Some(number(2)? + 256),
        2 => number(4),
        _ => number(8),
    }
}

/// Files that were compressed anew, one behind the other in an unnamed temporary file.
#[derive(Debug)]
pub(super) struct Unpacked(Mutex<File>);

impl Unpacked {
    /// None yet.
    ///
    /// # Errors
    ///
    /// *Machine* if there can be no temporary file.
    pub(super) fn new() -> Result<Arc<Unpacked>> {
        Ok(Arc::new(Unpacked(Mutex::new(tempfile::tempfile().map_err(no_room)?))))
    }

    fn file(&self) -> MutexGuard<'_, File> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over what `from` gives; nothing if it fails before its end: who reads it as it stands tells how.
    ///
    /// # Errors
    ///
    /// *Machine* if there is no room for it.
    pub(super) fn add(self: &Arc<Self>, from: &mut impl Read) -> Result<Option<Part>> {
        let mut file = self.file();
        let start = file.seek(SeekFrom::End(0)).map_err(no_room)?;
        let buffered = BufWriter::with_capacity(PIECE, &mut *file);
        let mut encoder = zstd::stream::write::Encoder::new(buffered, LEVEL).map_err(no_room)?;
        let mut piece = vec![0; PIECE];
        loop {
            match from.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => encoder.write_all(&piece[..read]).map_err(no_room)?,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => {
                    drop(encoder);
                    file.set_len(start).map_err(no_room)?;
                    return Ok(None);
                }
            }
        }
        let mut buffered = encoder.finish().map_err(no_room)?;
        buffered.flush().map_err(no_room)?;
        drop(buffered);
        let end = file.stream_position().map_err(no_room)?;
        Ok(Some(Part { all: Arc::clone(self), range: start..end }))
    }
}

fn no_room(error: io::Error) -> Error {
    Error::io(std::env::temp_dir(), error)
}

/// A file that was compressed anew.
#[derive(Clone, Debug)]
pub(super) struct Part {
    all: Arc<Unpacked>,
    range: Range<u64>,
}

impl Part {
    /// Bytes that it takes.
    pub(super) fn len(&self) -> u64 {
        self.range.end - self.range.start
    }

    /// Reads it from its start.
    pub(super) fn reader(&self) -> PartReader {
        PartReader { all: Arc::clone(&self.all), rest: self.range.clone() }
    }
}

/// A place in a [`Part`].
#[derive(Debug)]
pub(super) struct PartReader {
    all: Arc<Unpacked>,
    rest: Range<u64>,
}

impl Read for PartReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.rest.end - self.rest.start).unwrap_or(usize::MAX);
        let wanted = left.min(out.len());
        let mut file = self.all.file();
        file.seek(SeekFrom::Start(self.rest.start))?;
        let read = file.read(&mut out[..wanted])?;
        self.rest.start += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(plain: &[u8], window_log: Option<u32>, says_length: bool) -> Vec<u8> {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
        if let Some(log) = window_log {
            encoder.window_log(log).unwrap();
        }
        if says_length {
            encoder.set_pledged_src_size(Some(plain.len() as u64)).unwrap();
        }
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn the_window_is_read_from_the_head() {
        let of = |frame: &[u8]| window(Compression::Zstd, &frame[..frame.len().min(16)]);
        assert_eq!(of(&frame(b"page", Some(27), false)), 128 << 20);
        assert_eq!(of(&frame(b"page", Some(20), false)), 1 << 20);
        assert_eq!(of(&frame(b"page", None, true)), 4);
        for length in [200, 300, 70_000, 100_000] {
            assert_eq!(of(&frame(&vec![b'x'; length], None, true)), length as u64);
        }
        // A frame that other readers skip, and one that breaks off.
        assert_eq!(of(b"\x50\x2a\x4d\x18\x04\0\0\0\0\0\0\0\x28\xb5\x2f\xfd"), UNKNOWN);
        assert_eq!(of(b"\x28\xb5\x2f\xfd"), UNKNOWN);
    }

    /// Gives so many pieces, then fails.
    struct Fails(usize);

    impl Read for Fails {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(1).ok_or(io::ErrorKind::InvalidData)?;
            out.fill(7);
            Ok(out.len())
        }
    }

    #[test]
    fn what_was_taken_over_is_read_as_often_as_wanted() {
        let unpacked = Unpacked::new().unwrap();
        let texts: Vec<Vec<u8>> = (0..3_usize)
            .map(|n| (0..100_000 * n).map(|i| (i * (n + 7) % 251) as u8).collect())
            .collect();
        let parts: Vec<Part> =
            texts.iter().map(|text| unpacked.add(&mut text.as_slice()).unwrap().unwrap()).collect();
        // What fails leaves nothing.
        let before = unpacked.file().metadata().unwrap().len();
        assert!(unpacked.add(&mut Fails(30)).unwrap().is_none());
        assert_eq!(unpacked.file().metadata().unwrap().len(), before);
        for _ in 0..2 {
            for (part, text) in parts.iter().zip(&texts) {
                let read = zstd::stream::decode_all(part.reader()).unwrap();
                assert!(read == *text);
            }
        }
    }
}
