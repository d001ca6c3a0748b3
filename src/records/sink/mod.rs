//! Where cleaned pages go: one output per input file, or one stream.

pub(super) mod output;
pub(super) mod single;
pub(super) mod target;

use bitvec::vec::BitVec;
use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use flate2::{Compression as Level, write::GzEncoder};

use crate::records::{
    Target,
    sink::output::{Output, output_of},
};
use crate::{
    Error, Result,
    records::{Compression, Corpus, Damages, Fields, Source, warc_records},
    store::{AtomicFile, Force, PathId, SealedFile, check_writable, commit_all},
};

/// Takes cleaned batches in input order.
pub trait CleanSink {
    /// Appends to the output of input file `file`. `pages` of its pages are in `bytes`.
    ///
    /// # Errors
    ///
    /// *Machine* if it cannot be written.
    fn write(&mut self, file: usize, bytes: &[u8], pages: u64) -> Result<()>;

    /// Everything was written: outputs get their names.
    ///
    /// # Errors
    ///
    /// *Machine* if they cannot.
    fn finish(&mut self) -> Result<()>;

    /// Whether all files become one, so that none but the first may begin with a byte order mark, and
    /// none but the last may lack its last line end.
    fn joins_files(&self) -> bool {
        false
    }

    /// Whether the output takes the place of the input file of that name.
    fn replaces(&self, _file: &str) -> bool {
        false
    }

    /// How pages of a file that is compressed as `source` says are to be compressed.
    fn compression(&self, source: Compression) -> Compression {
        source
    }
}

/// Compresses one batch as a gzip member or a zstd frame of its own.
///
/// Several of them in a row are a valid file of either kind, so batches are compressed by any thread,
/// and the bytes depend on the batch alone.
///
/// # Errors
///
/// *Machine* if the compressor has no memory.
pub fn compress(compression: Compression, plain: Vec<u8>) -> Result<Vec<u8>> {
    if plain.is_empty() { Ok(plain) } else { member(compression, plain) }
}

/// Compresses every WARC record of a batch as a member or frame of its own, which readers ask for that
/// jump to a record.
///
/// # Errors
///
/// As [`compress`].
pub fn compress_records(compression: Compression, plain: Vec<u8>) -> Result<Vec<u8>> {
    if compression == Compression::None {
        return Ok(plain);
    }
    let mut compressed = Vec::with_capacity(plain.len() / 2);
    for record in warc_records(&plain) {
        compressed.extend(member(compression, plain[record].to_vec())?);
    }
    Ok(compressed)
}

/// A member or frame, also of nothing: a compressed file of no bytes is not valid.
pub(crate) fn member(compression: Compression, plain: Vec<u8>) -> Result<Vec<u8>> {
    /// zstd's own default: fast, and within a few per cent of what crawls are stored with.
    const ZSTD_LEVEL: i32 = 3;
    /// A batch is smaller than the window of this level, so higher ones find little more.
    #[cfg(feature = "codecs")]
    const XZ_LEVEL: u32 = 3;

    match compression {
        Compression::None => Ok(plain),
        Compression::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), Level::default());
            encoder
                .write_all(&plain)
                .and_then(|()| encoder.finish())
                .map_err(|e| Error::io("gzip", e))
        }
        Compression::Zstd => {
            zstd::bulk::compress(&plain, ZSTD_LEVEL).map_err(|e| Error::io("zstd", e))
        }
        #[cfg(feature = "codecs")]
        Compression::Xz => {
            let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), XZ_LEVEL);
            let written = encoder.write_all(&plain).and_then(|()| encoder.finish());
            written.map_err(|e| Error::io("xz", e))
        }
        #[cfg(feature = "codecs")]
        Compression::Bzip2 => {
            let level = bzip2::Compression::default();
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), level);
            let written = encoder.write_all(&plain).and_then(|()| encoder.finish());
            written.map_err(|e| Error::io("bzip2", e))
        }
        #[cfg(feature = "codecs")]
        Compression::Lz4 => {
            let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
            let written = encoder.write_all(&plain).map_err(|e| Error::io("lz4", e));
            written.and_then(|()| encoder.finish().map_err(|e| Error::io("lz4", e.into())))
        }
        // Streams of brotli cannot stand in a row.
        #[cfg(feature = "codecs")]
        Compression::Brotli => Ok(plain),
        #[cfg(not(feature = "codecs"))]
        _ => Ok(plain),
    }
}

/// The output that is being written.
struct Open {
    file: usize,
    out: Box<dyn Output>,
}

/// One file for each input file. All get their names at the end, when all are whole.
pub struct Files {
    paths: Vec<PathBuf>,
    force: Force,
    sources: Vec<Source>,
    fields: Fields,
    to: Target,
    open: Option<Open>,
    whole: Vec<SealedFile>,
    /// Input files up to here are done.
    next: usize,
    /// Empty input files have empty outputs; a text page that was dropped has none.
    always: BitVec,
    /// Who knows of which files nothing could be read.
    damages: Arc<Damages>,
}

impl Files {
    /// The outputs of `corpus` below `out`, or `out` itself if the input is one file that the user
    /// named and `out` is not a folder.
    ///
    /// # Errors
    ///
    /// *Usage* if an output exists and `force` refuses, or if two inputs would have one output.
    pub fn new(corpus: &Corpus, out: &Path, to: Target, force: Force) -> Result<Files> {
        let files = corpus.files();
        let into_folder = out.is_dir()
            || out.as_os_str().to_string_lossy().ends_with(std::path::MAIN_SEPARATOR)
            || files.len() != 1
            || files[0].from_folder;
        let paths: Vec<PathBuf> = if into_folder {
            files.iter().map(|file| out.join(to.path_of(file))).collect()
        } else {
            vec![out.to_path_buf()]
        };
        let mut sorted: Vec<&PathBuf> = paths.iter().collect();
        sorted.sort_unstable();
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::usage(
                twice[0].display().to_string(),
                "two inputs would be written here; clean them into separate folders",
            ));
        }
        if force == Force::Refuse
            && let Some(there) = paths.iter().find(|path| path.exists())
        {
            return Err(Error::usage(
                there.display().to_string(),
                "already there; name another output or add --force",
            ));
        }
        check_writable(folder_of(out, into_folder))?;
        let always = files.iter().map(|f| !f.format.is_one_page()).collect();
        let (sources, fields) = (files.to_vec(), corpus.options().fields.clone());
        let (open, whole, next) = (None, Vec::new(), 0);
        let damages = Arc::clone(corpus.damages());
        Ok(Files { paths, force, sources, fields, to, open, whole, next, always, damages })
    }

    /// Where the outputs are.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Begins the output of `file`.
    fn begin(&self, file: usize) -> Result<Open> {
        let out = AtomicFile::create(&self.paths[file], self.force)?;
        let out = output_of(&self.sources[file], self.to, &self.fields, out)?;
        Ok(Open { file, out })
    }

    /// Ends an output, which is closed and gets its name later.
    fn end(&mut self, open: Open) -> Result<()> {
        self.whole.push(open.out.seal()?);
        Ok(())
    }

    /// Makes the outputs of the files before `file`, which had nothing to write.
    fn pass(&mut self, file: usize) -> Result<()> {
        if let Some(open) = self.open.take() {
            self.end(open)?;
        }
        while self.next < file {
            if self.always[self.next] && !self.damages.is_lost(&self.sources[self.next].name) {
                let empty = self.begin(self.next)?;
                self.end(empty)?;
            }
            self.next += 1;
        }
        Ok(())
    }
}

impl CleanSink for Files {
    fn write(&mut self, file: usize, bytes: &[u8], pages: u64) -> Result<()> {
        if self.open.as_ref().is_none_or(|open| open.file != file) {
            self.pass(file)?;
            self.next = file + 1;
            if pages == 0 && !self.always[file] {
                return Ok(());
            }
            self.open = Some(self.begin(file)?);
        }
        match &mut self.open {
            Some(open) => open.out.write(bytes),
            None => Ok(()),
        }
    }

    fn finish(&mut self) -> Result<()> {
        self.pass(self.paths.len())?;
        commit_all(std::mem::take(&mut self.whole))
    }

    fn replaces(&self, file: &str) -> bool {
        let same = |(source, path): (&Source, &PathBuf)| {
            source.name == file
                && source.path().is_some_and(|from| PathId::of(from) == PathId::of(path))
        };
        self.sources.iter().zip(&self.paths).any(same)
    }
}

/// The folder that outputs go to.
fn folder_of(out: &Path, into_folder: bool) -> &Path {
    if into_folder { out } else { out.parent().unwrap_or(out) }
}

/// A device or pipe such as `/dev/null`, opened to be written as a stream; none if `path` is a file, a
/// folder or not there.
///
/// # Errors
///
/// *Machine* if it cannot be opened.
pub fn open_device(path: &Path) -> Result<Option<File>> {
    let is_device = path.metadata().is_ok_and(|there| !there.is_file() && !there.is_dir());
    if !is_device {
        return Ok(None);
    }
    let device = OpenOptions::new().write(true).open(path);
    device.map(Some).map_err(|e| Error::io(path, e))
}

/// Everything to one stream, such as standard output.
#[derive(Debug)]
pub struct Stream<W: Write> {
    out: W,
    compression: Compression,
    is_empty: bool,
}

impl<W: Write> Stream<W> {
    /// Writes to `out` what is compressed as `compression` says.
    pub fn new(out: W, compression: Compression) -> Stream<W> {
        Stream { out, compression, is_empty: true }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.is_empty &= bytes.is_empty();
        self.out.write_all(bytes).map_err(|e| Error::io("-", e))
    }
}

impl<W: Write> CleanSink for Stream<W> {
    fn write(&mut self, _file: usize, bytes: &[u8], _pages: u64) -> Result<()> {
        self.put(bytes)
    }

    fn finish(&mut self) -> Result<()> {
        if self.is_empty {
            self.put(&member(self.compression, Vec::new())?)?;
        }
        self.out.flush().map_err(|e| Error::io("-", e))
    }

    fn joins_files(&self) -> bool {
        true
    }
}

/// Whether the reader of a stream went away, which is no failure of ours.
pub fn is_broken_pipe(error: &Error) -> bool {
    error.io_kind() == Some(io::ErrorKind::BrokenPipe)
}
