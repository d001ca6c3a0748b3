//! Bytes of a file → decompressed bytes, and the words for what can be wrong with them.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufReader, Read},
    ops::Range,
    path::Path,
};

use flate2::bufread::MultiGzDecoder;

use super::{
    source::{Compression, Source},
    spool::SpoolReader,
};
use crate::error::{Error, Result};

/// Compressed bytes asked of the operating system at once.
const READ_BYTES: usize = 1 << 20;

/// Largest zstd window that is accepted, as a power of two: all that the format's own tool can
/// make (`--long=31`), where the address space has room for it.
const WINDOW_LOG_MAX: u32 = if cfg!(target_pointer_width = "64") { 31 } else { 30 };

/// Opens `path`; the error names it.
pub(super) fn open(path: &Path) -> Result<File> {
    OpenOptions::new().read(true).open(path).map_err(|e| unreadable(path, e))
}

/// The error for a path that the operating system refuses.
pub(super) fn unreadable(path: &Path, source: io::Error) -> Error {
    if source.kind() == io::ErrorKind::NotFound {
        Error::data(path.display().to_string(), "no such file or folder")
    } else {
        Error::io(path, source)
    }
}

/// The bytes of a file as they stand there.
#[derive(Debug)]
pub(super) enum Raw {
    File(File),
    Spool(SpoolReader),
}

impl Read for Raw {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Raw::File(file) => file.read(out),
            Raw::Spool(spool) => spool.read(out),
        }
    }
}

/// The bytes of a file, counted as they are taken.
pub(super) struct Counted {
    raw: Raw,
    taken: u64,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.raw.read(out)?;
        self.taken += read as u64;
        Ok(read)
    }
}

/// Decompressed bytes asked of a decoder at once.
const PIECE: usize = 32 << 10;

/// A decoder that is asked for pieces of one size, whoever reads.
///
/// What a decoder gives before it finds damage depends on how much it is asked for: what it has
/// decompressed in the call that fails is lost. So records before the damage would depend on batches.
pub(super) struct Even<D> {
    decoder: D,
    piece: Box<[u8]>,
    /// What of the piece is not yet read.
    ready: Range<usize>,
}

impl<D: Read> Even<D> {
    fn new(decoder: D) -> Even<D> {
        Even { decoder, piece: vec![0; PIECE].into(), ready: 0..0 }
    }
}

impl<D: Read> Read for Even<D> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.ready.is_empty() {
            self.ready = 0..self.decoder.read(&mut self.piece)?;
        }
        let n = self.ready.len().min(out.len());
        out[..n].copy_from_slice(&self.piece[self.ready.start..self.ready.start + n]);
        self.ready.start += n;
        Ok(n)
    }
}

/// The decompressed bytes of a file.
pub(super) enum Decoder {
    Plain(Counted),
    Gzip(Box<Even<MultiGzDecoder<BufReader<Counted>>>>),
    Zstd(Box<Even<zstd::stream::read::Decoder<'static, BufReader<Counted>>>>),
}

impl Decoder {
    /// Decompresses `raw`, of which `size` bytes are expected if that is known.
    pub(super) fn new(raw: Raw, compression: Compression, size: Option<u64>) -> io::Result<Self> {
        let raw = Counted { raw, taken: 0 };
        // Many small files should not cost a large buffer each.
        let room = size.map_or(READ_BYTES, |size| {
            usize::try_from(size).unwrap_or(READ_BYTES).clamp(512, READ_BYTES)
        });
        Ok(match compression {
            Compression::None => Decoder::Plain(raw),
            Compression::Gzip => {
                let buffered = BufReader::with_capacity(room, raw);
                Decoder::Gzip(Box::new(Even::new(MultiGzDecoder::new(buffered))))
            }
            Compression::Zstd => {
                let buffered = BufReader::with_capacity(room, raw);
                let mut decoder = zstd::stream::read::Decoder::with_buffer(buffered)?;
                decoder.window_log_max(WINDOW_LOG_MAX)?;
                Decoder::Zstd(Box::new(Even::new(decoder)))
            }
        })
    }

    /// Appends at most `room` bytes; fewer only at the end.
    pub(super) fn append(&mut self, room: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        // A file of the system's writes into memory as it is; readers of our own get it cleared first.
        if let Decoder::Plain(Counted { raw: Raw::File(file), taken }) = self {
            let before = bytes.len();
            let result = file.take(room as u64).read_to_end(bytes);
            *taken += (bytes.len() - before) as u64;
            return result.map(drop);
        }
        self.take(room as u64).read_to_end(bytes).map(drop)
    }

    /// Bytes that were taken from the file so far, as they stand there.
    pub(super) fn taken(&self) -> u64 {
        match self {
            Decoder::Plain(counted) => counted.taken,
            Decoder::Gzip(decoder) => decoder.decoder.get_ref().get_ref().taken,
            Decoder::Zstd(decoder) => decoder.decoder.get_ref().get_ref().taken,
        }
    }
}

impl Read for Decoder {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Decoder::Plain(raw) => raw.read(out),
            Decoder::Gzip(decoder) => decoder.read(out),
            Decoder::Zstd(decoder) => decoder.read(out),
        }
    }
}

/// The error for `cause`, which came when `byte` decompressed bytes of `source` had been read.
pub(super) fn broken(source: &Source, byte: u64, cause: io::Error) -> Error {
    // Only what comes from the operating system has its number: the file may be fine then.
    let (kind, tool) = match source.compression {
        _ if cause.raw_os_error().is_some() => return Error::io(&source.name, cause),
        Compression::None => return Error::io(&source.name, cause),
        Compression::Gzip => ("gzip", "gzip -dc"),
        Compression::Zstd => ("zstd", "zstd -dc"),
    };
    let problem = if cause.kind() == io::ErrorKind::UnexpectedEof {
        format!(
            "{kind} data breaks off after {byte} decompressed bytes; fetch the file again, or read \
             what is there with `{tool}` and `-`"
        )
    } else {
        format!(
            "{kind} data is damaged after {byte} decompressed bytes ({cause}); fetch the file \
             again, or read what is there with `{tool}` and `-`"
        )
    };
    Error::data(&source.name, problem)
}
