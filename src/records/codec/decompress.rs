//! Bytes of a file → decompressed bytes, and the words for what can be wrong with them.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufReader, Read},
    ops::Range,
    path::Path,
};

use super::members::{Behind, Members};
use crate::base::error::{Error, Result};
use crate::records::{
    codec::Codec,
    source::{Compression, Source},
    spool::SpoolReader,
    unpacked::{Part, PartReader},
    warc::arc::ArcReader,
};

/// Compressed bytes asked of the operating system at once.
const READ_BYTES: usize = 1 << 20;

/// Largest zstd window that is accepted, as a power of two: all that the format's own tool can
/// make (`--long=31`), where the address space has room for it.
const WINDOW_LOG_MAX: u32 = if cfg!(target_pointer_width = "64") { 31 } else { 30 };

/// Opens `path`; the error names it.
pub(in crate::records) fn open(path: &Path) -> Result<File> {
    OpenOptions::new().read(true).open(path).map_err(|e| unreadable(path, e))
}

/// The error for a path that the operating system refuses.
pub(in crate::records) fn unreadable(path: &Path, source: io::Error) -> Error {
    if source.kind() == io::ErrorKind::NotFound {
        Error::data(path.display().to_string(), "no such file or folder")
    } else {
        Error::io(path, source)
    }
}

/// The bytes of a file as they stand there.
#[derive(Debug)]
pub(in crate::records) enum Raw {
    File(File),
    Spool(SpoolReader),
    Part(PartReader),
}

impl Read for Raw {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Raw::File(file) => file.read(out),
            Raw::Spool(spool) => spool.read(out),
            Raw::Part(part) => part.read(out),
        }
    }
}

/// The bytes of a file, counted as they are taken.
pub(in crate::records) struct Counted {
    raw: Raw,
    taken: u64,
    /// What stands for a file that is not read itself counts as that: bytes of the file, and of what is read.
    scale: [u64; 2],
    /// Bytes that were taken to be looked at and are still to be read.
    ahead: Vec<u8>,
}

impl Counted {
    /// Bytes that were taken, counted as those of the file.
    fn stored(&self) -> u64 {
        let [of_file, of_part] = self.scale.map(u128::from);
        u64::try_from(u128::from(self.taken) * of_file / of_part).unwrap_or(u64::MAX)
    }

    /// The next `length` bytes, fewer if there are no more. They are still to be read.
    fn peek(&mut self, length: usize) -> io::Result<&[u8]> {
        while self.ahead.len() < length {
            let mut more = vec![0; length - self.ahead.len()];
            let read = match self.raw.read(&mut more) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            if read == 0 {
                break;
            }
            self.taken += read as u64;
            self.ahead.extend_from_slice(&more[..read]);
        }
        Ok(&self.ahead)
    }
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if !self.ahead.is_empty() {
            let read = self.ahead.len().min(out.len());
            out[..read].copy_from_slice(&self.ahead[..read]);
            self.ahead.drain(..read);
            return Ok(read);
        }
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
pub(in crate::records) struct Even<D> {
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
pub(in crate::records) enum Decoder {
    Plain(Counted),
    Gzip(Box<Even<Members<BufReader<Counted>>>>),
    Zstd(Box<Even<zstd::stream::read::Decoder<'static, BufReader<Counted>>>>),
    Other(Box<Even<Codec>>),
    /// ARC, as what it stands for.
    Arc(Box<ArcReader<Decoder>>),
}

impl Decoder {
    /// Decompresses `raw`, of which `size` bytes are expected if that is known.
    pub(in crate::records) fn new(
        raw: Raw,
        compression: Compression,
        size: Option<u64>,
    ) -> io::Result<Self> {
        let raw = Counted { raw, taken: 0, scale: [1, 1], ahead: Vec::new() };
        Decoder::of_counted(raw, compression, size)
    }

    /// Decompresses what stands for a file of `size` bytes.
    pub(in crate::records) fn of_part(part: &Part, size: Option<u64>) -> io::Result<Self> {
        let length = part.len().max(1);
        let scale = [size.unwrap_or(length), length];
        let raw = Counted { raw: Raw::Part(part.reader()), taken: 0, scale, ahead: Vec::new() };
        Decoder::of_counted(raw, Compression::Zstd, Some(length))
    }

    fn of_counted(
        mut raw: Counted,
        compression: Compression,
        size: Option<u64>,
    ) -> io::Result<Self> {
        // Many small files should not cost a large buffer each.
        let room = size.map_or(READ_BYTES, |size| {
            usize::try_from(size).unwrap_or(READ_BYTES).clamp(512, READ_BYTES)
        });
        Ok(match compression {
            Compression::None => Decoder::Plain(raw),
            Compression::Gzip => {
                let buffered = BufReader::with_capacity(room, raw);
                Decoder::Gzip(Box::new(Even::new(Members::new(buffered))))
            }
            Compression::Zstd => {
                let dictionary = dictionary(&mut raw)?;
                let buffered = BufReader::with_capacity(room, raw);
                let mut decoder = match dictionary {
                    // A copy of it: it is needed as long as the decoder is.
                    Some(dictionary) => {
                        zstd::stream::read::Decoder::with_dictionary(buffered, &dictionary)?
                    }
                    None => zstd::stream::read::Decoder::with_buffer(buffered)?,
                };
                decoder.window_log_max(WINDOW_LOG_MAX)?;
                Decoder::Zstd(Box::new(Even::new(decoder)))
            }
            Compression::Xz | Compression::Bzip2 | Compression::Lz4 | Compression::Brotli => {
                let buffered = BufReader::with_capacity(room, raw);
                Decoder::Other(Box::new(Even::new(Codec::new(compression, buffered)?)))
            }
        })
    }

    /// Appends at most `room` bytes; fewer only at the end.
    pub(in crate::records) fn append(
        &mut self,
        room: usize,
        bytes: &mut Vec<u8>,
    ) -> io::Result<()> {
        // A file of the system's writes into memory as it is; readers of our own get it cleared first.
        if let Decoder::Plain(Counted { raw: Raw::File(file), taken, .. }) = self {
            let before = bytes.len();
            let result = file.take(room as u64).read_to_end(bytes);
            *taken += (bytes.len() - before) as u64;
            return result.map(drop);
        }
        self.take(room as u64).read_to_end(bytes).map(drop)
    }

    /// What stands behind the end of what is compressed, once that has been read.
    pub(in crate::records) fn behind(&self) -> Option<Behind> {
        match self {
            Decoder::Gzip(decoder) => decoder.decoder.behind(),
            Decoder::Arc(arc) => arc.get_ref().behind(),
            Decoder::Plain(_) | Decoder::Zstd(_) | Decoder::Other(_) => None,
        }
    }

    /// Bytes that were taken from the file so far, as they stand there.
    pub(in crate::records) fn taken(&self) -> u64 {
        match self {
            Decoder::Plain(counted) => counted.taken,
            Decoder::Gzip(decoder) => {
                decoder.decoder.reader().map_or(0, |reader| reader.get_ref().taken)
            }
            Decoder::Zstd(decoder) => decoder.decoder.get_ref().get_ref().stored(),
            Decoder::Other(decoder) => decoder.decoder.from().taken,
            Decoder::Arc(arc) => arc.get_ref().taken(),
        }
    }
}

impl Read for Decoder {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Decoder::Plain(raw) => raw.read(out),
            Decoder::Gzip(decoder) => decoder.read(out),
            Decoder::Zstd(decoder) => decoder.read(out),
            Decoder::Other(decoder) => decoder.read(out),
            Decoder::Arc(arc) => arc.read(out),
        }
    }
}

/// The dictionary that a file of zstd begins with, as archive teams write WARC: a frame of its own kind that other
/// readers skip, in which it stands as it is or compressed. Takes the frame away if there is one.
///
/// After <https://iipc.github.io/warc-specifications/specifications/warc-zstd/>.
fn dictionary(from: &mut Counted) -> io::Result<Option<Vec<u8>>> {
    const FRAME: [u8; 4] = [0x5d, 0x2a, 0x4d, 0x18];
    const DICTIONARY: [u8; 4] = [0x37, 0xa4, 0x30, 0xec];
    const COMPRESSED: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
    /// The longest that the writers of such files make is a hundredth of it.
    const MOST: u32 = 100 << 20;

    let [a, b, c, d, l0, l1, l2, l3, m0, m1, m2, m3] = *from.peek(12)? else {
        return Ok(None);
    };
    let (length, magic) = (u32::from_le_bytes([l0, l1, l2, l3]), [m0, m1, m2, m3]);
    let is_one = [a, b, c, d] == FRAME && (magic == DICTIONARY || magic == COMPRESSED);
    if !is_one || length > MOST {
        return Ok(None);
    }
    from.ahead.drain(..8);
    let mut bytes = Vec::new();
    from.take(u64::from(length)).read_to_end(&mut bytes)?;
    if magic == COMPRESSED {
        let mut plain = Vec::new();
        let decoder = zstd::stream::read::Decoder::with_buffer(bytes.as_slice())?;
        decoder.take(u64::from(MOST)).read_to_end(&mut plain)?;
        bytes = plain;
    }
    Ok(Some(bytes))
}

/// The error for `cause`, which came when `byte` decompressed bytes of `source` had been read.
pub(in crate::records) fn broken(source: &Source, byte: u64, cause: io::Error) -> Error {
    // Only what comes from the operating system has its number: the file may be fine then.
    let (kind, tool) = match source.compression {
        _ if cause.raw_os_error().is_some() => return Error::io(&source.name, cause),
        Compression::None if source.is_arc => {
            let problem =
                format!("ARC is damaged after {byte} bytes ({cause}); fetch the file again");
            return Error::data(&source.name, problem);
        }
        Compression::None => return Error::io(&source.name, cause),
        Compression::Gzip => ("gzip", "gzip -dc"),
        Compression::Zstd => ("zstd", "zstd -dc"),
        Compression::Xz => ("xz", "xz -dc"),
        Compression::Bzip2 => ("bzip2", "bzip2 -dc"),
        Compression::Lz4 => ("lz4", "lz4 -dc"),
        Compression::Brotli => ("brotli", "brotli -dc"),
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
