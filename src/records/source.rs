//! Input arguments → the list of files, and what each one holds.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::de::IgnoredAny;

pub use super::format::Format;
use super::{
    Fields, Layout, Options,
    csv::{self, Header},
    format::{is_named_brotli, is_named_json, is_named_table, is_named_text},
    held::Rows,
    listed::no_pages,
    map::Map,
    own::{self, Own, STORE_HEAD},
    site::{self, SiteBy},
    spool::{Spool, SpoolReader},
    unpacked::{self, Part, Unpacked},
    unread, warc,
};
use crate::base::error::{Error, Result};
use crate::records::{
    codec::decompress::{Decoder, Raw, broken, open},
    json::object::value_at,
    warc::arc::{self, ArcReader},
};

/// How much of a file is looked at to tell the format.
const SNIFF_BYTES: u64 = 1 << 20;

/// How much of it tells its compression.
const MAGIC_BYTES: usize = 8;

/// How much of it tells most formats.
const HEAD_BYTES: u64 = 512;

/// How much of a file that is named like CSV its header may take.
pub(super) const LONG_HEAD: usize = 64 << 10;

/// How a file is compressed, told by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// One or more gzip members.
    Gzip,
    /// One or more zstd frames.
    Zstd,
    /// One or more xz streams.
    Xz,
    /// One or more bzip2 streams.
    Bzip2,
    /// One or more lz4 frames.
    Lz4,
    /// A brotli stream. It is told by its name, as it begins like anything; what was such is written plain.
    Brotli,
}

/// One file of a corpus.
#[derive(Clone, Debug)]
pub struct Source {
    /// As the user would name it; `-` for standard input.
    pub name: String,
    /// Path relative to the input argument, for naming outputs: for a file below a folder its path
    /// below that folder, otherwise the file name.
    pub relative: PathBuf,
    /// How it is compressed.
    pub compression: Compression,
    /// What it holds.
    pub format: Format,
    /// Where in its records things stand.
    pub fields: Arc<Fields>,
    /// The layout that its first record told.
    pub layout: Option<Layout>,
    /// ARC, which is read as the WARC that it stands for.
    pub(super) is_arc: bool,
    /// What ends its lines.
    pub(super) line_end: u8,
    /// The columns of CSV.
    pub header: Option<Arc<Header>>,
    /// Found in a folder, not named by the user.
    pub from_folder: bool,
    /// Bytes on disk, still compressed; unknown for streams.
    pub size: Option<u64>,
    pub(super) origin: Origin,
    /// Bytes that decompressing it takes for what it looks back on.
    pub(super) window: u64,
    /// What is read in its place, as that takes less.
    pub(super) unpacked: Option<Part>,
}

#[derive(Clone, Debug)]
pub(super) enum Origin {
    Path(PathBuf),
    Stream(Arc<Spool>),
    Held(Arc<dyn Rows>),
}

impl Source {
    /// The error of a pass that does not find what an earlier one read.
    pub fn changed(&self) -> Error {
        Error::data(&self.name, "changed while it was read; run again")
    }

    /// A stream that can be read only once.
    pub(super) fn stream(path: &Path, spool: Arc<Spool>, options: &Options) -> Result<Source> {
        let relative = path.file_name().map_or_else(|| path.to_path_buf(), PathBuf::from);
        Source::look_into(path, relative, None, Origin::Stream(spool), options)?
            .map_err(|own| Error::data(path.display().to_string(), no_pages(own)))
    }

    /// Pages that the program holds.
    pub(super) fn held(name: &str, rows: Arc<dyn Rows>, options: &Options) -> Source {
        let size = (0..rows.len()).map(|row| rows.bytes(row).max(1) as u64).sum();
        Source {
            name: name.to_owned(),
            relative: PathBuf::from(name),
            compression: Compression::None,
            format: Format::Rows,
            fields: Arc::new(options.fields.clone()),
            layout: None,
            is_arc: false,
            line_end: b'\n',
            header: None,
            from_folder: false,
            size: Some(size),
            origin: Origin::Held(rows),
            window: 0,
            unpacked: None,
        }
    }

    /// The pages, if the program holds them.
    pub(super) fn rows(&self) -> Option<&dyn Rows> {
        match &self.origin {
            Origin::Held(rows) => Some(&**rows),
            Origin::Path(_) | Origin::Stream(_) => None,
        }
    }

    /// The file at `path`; what it is if it is one of ours that is no pages.
    pub(super) fn file(
        path: &Path,
        relative: PathBuf,
        size: u64,
        options: &Options,
    ) -> Result<Result<Source, Own>> {
        Source::look_into(path, relative, Some(size), Origin::Path(path.to_path_buf()), options)
    }

    fn look_into(
        path: &Path,
        relative: PathBuf,
        size: Option<u64>,
        origin: Origin,
        options: &Options,
    ) -> Result<Result<Source, Own>> {
        let mut source = Source {
            name: path.display().to_string(),
            relative,
            compression: Compression::None,
            format: Format::JsonLines,
            fields: Arc::new(options.fields.clone()),
            layout: None,
            is_arc: false,
            line_end: b'\n',
            header: None,
            from_folder: false,
            size,
            origin,
            window: 0,
            unpacked: None,
        };
        let mut magic = Vec::new();
        let mut raw = source.raw()?.take(STORE_HEAD as u64);
        raw.read_to_end(&mut magic).map_err(|e| Error::io(&source.name, e))?;
        if let Some(own) = own::of_store(&magic) {
            return Ok(Err(own));
        }
        source.window = unpacked::window(compression_of(&magic, path), &magic);
        magic.truncate(MAGIC_BYTES);
        if magic.starts_with(b"PAR1") {
            return source.taken_for_parquet(options).map(Ok);
        }
        source.compression = compression_of(&magic, path);
        if let Some(problem) = unread::of_magic(&magic) {
            return Err(Error::data(&source.name, problem));
        }
        source.format = source.told_format(path)?;
        let head = source.head(HEAD_BYTES << 6)?;
        source.is_arc = source.format == Format::Warc && arc::is_start(&head);
        if let Some(problem) = unread::of_head(&head, source.format) {
            return Err(Error::data(&source.name, problem));
        }
        if source.format == Format::Text && !is_named_text(path) {
            let named = is_named_table(path);
            let head = source.head(if named { LONG_HEAD as u64 } else { HEAD_BYTES })?;
            source.header = csv::find_header(&head, named, path, &options.fields).map(Arc::new);
            if source.header.is_some() {
                source.format = Format::Csv;
            }
        }
        if source.format == Format::JsonLines {
            source.line_end = line_end_of(&head);
            if options.tell_layout {
                let line = source.first_line()?;
                source.tell_layout(|path| value_at(&line, path));
            }
        }
        Ok(Ok(source))
    }

    /// What it is if it looks like pages and is one of ours that is none.
    pub(super) fn own(&self) -> Result<Option<Own>> {
        let is = |is: fn(&[u8]) -> bool, own| {
            let head = self.head(2 * HEAD_BYTES)?;
            Ok(is(&head).then_some(own))
        };
        match (self.format, self.compression) {
            // They are always written so.
            (Format::JsonLines, Compression::Gzip) => is(own::is_attributes, Own::Attributes),
            (Format::Html, _) => is(own::is_report, Own::Report),
            _ => Ok(None),
        }
    }

    /// Where it is; nothing for a stream.
    pub fn path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::Path(path) => Some(path),
            Origin::Stream(_) | Origin::Held(_) => None,
        }
    }

    /// It was decompressed and compressed anew, as reading it takes too much memory ([`Options::most_window`]).
    pub fn is_unpacked(&self) -> bool {
        self.unpacked.is_some()
    }

    /// Has it take no more than `most` bytes to be decompressed. What cannot be read to its end, or can be read only
    /// once, stays as it is. `all` is made for the first one.
    pub(super) fn unpack(&mut self, most: u64, all: &mut Option<Arc<Unpacked>>) -> Result<()> {
        let passes = matches!(&self.origin, Origin::Stream(spool) if !spool.keeps_all());
        if self.window <= most || passes {
            return Ok(());
        }
        let all = match all {
            Some(all) => all,
            None => all.insert(Unpacked::new()?),
        };
        let Ok(mut decoder) = Decoder::new(self.raw()?, self.compression, self.size) else {
            return Ok(());
        };
        self.unpacked = all.add(&mut decoder)?;
        Ok(())
    }

    /// Lets a stream of which only the beginning was looked at go on.
    pub(super) fn go_on(&self) {
        if let Origin::Stream(spool) = &self.origin {
            spool.go_on();
        }
    }

    /// Reads it by the layout of its first record, of which `value` gives the strings.
    fn tell_layout(&mut self, value: impl Fn(&str) -> Option<String>) {
        self.layout = Layout::of_record(value);
        if let Some(layout) = self.layout {
            self.fields = Arc::new(layout.fields());
        }
    }

    /// The first line that is not blank, if it is not too long to be looked at.
    fn first_line(&self) -> Result<Vec<u8>> {
        for most in [HEAD_BYTES << 6, SNIFF_BYTES] {
            let head = self.head(most)?;
            let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
            let end = memchr::memchr(self.line_end, text);
            if end.is_some() || (head.len() as u64) < most {
                return Ok(text[..end.unwrap_or(text.len())].to_vec());
            }
        }
        Ok(Vec::new())
    }

    /// Takes it for Parquet, which is read from the end.
    fn taken_for_parquet(mut self, options: &Options) -> Result<Source> {
        if !cfg!(feature = "parquet") {
            let problem = "Parquet, which is not read by this build; build it with `parquet`";
            return Err(Error::data(self.name, problem));
        }
        if matches!(self.origin, Origin::Stream(_)) {
            let problem = "Parquet, which cannot be read from a stream; name the file";
            return Err(Error::data(self.name, problem));
        }
        self.format = Format::Parquet;
        #[cfg(feature = "parquet")]
        if options.tell_layout {
            let row = super::parquet::first_row(&self);
            self.tell_layout(|path| {
                row.iter().find(|(name, _)| name == path).map(|(_, value)| value.clone())
            });
        }
        #[cfg(not(feature = "parquet"))]
        let _ = options;
        Ok(self)
    }

    /// Opens the file itself, compressed as it is.
    ///
    /// # Errors
    ///
    /// *Usage* for a stream, *machine* if it cannot be opened.
    pub fn open_file(&self) -> Result<fs::File> {
        match &self.origin {
            Origin::Path(path) => open(path),
            Origin::Stream(_) => Err(Error::usage(&self.name, "is a stream; name a file")),
            Origin::Held(_) => Err(Error::usage(&self.name, "are in memory; name a file")),
        }
    }

    fn raw(&self) -> Result<Raw> {
        Ok(match &self.origin {
            Origin::Path(path) => Raw::File(open(path)?),
            Origin::Stream(spool) => Raw::Spool(SpoolReader::new(Arc::clone(spool))),
            Origin::Held(_) => return self.open_file().map(Raw::File),
        })
    }

    /// Opens it for its decompressed bytes.
    pub(super) fn open(&self) -> Result<Decoder> {
        let decoder = match &self.unpacked {
            Some(part) => Decoder::of_part(part, self.size),
            None => Decoder::new(self.raw()?, self.compression, self.size),
        };
        let decoder = decoder.map_err(|e| broken(self, 0, e))?;
        Ok(if self.is_arc { Decoder::Arc(Box::new(ArcReader::new(decoder))) } else { decoder })
    }

    /// Maps it; nothing if that cannot be done, or would not give its decompressed bytes.
    pub(super) fn map(&self) -> Result<Option<Map>> {
        match (&self.origin, self.compression) {
            (Origin::Path(path), Compression::None)
                if self.format.is_cut_by_lines() && self.line_end == b'\n' =>
            {
                Ok(Map::new(open(path)?))
            }
            _ => Ok(None),
        }
    }

    /// What it holds. JSON lines that are named so are not looked into.
    fn told_format(&self, path: &Path) -> Result<Format> {
        if is_named_json(path) {
            return Ok(Format::JsonLines);
        }
        let mut head = self.head(HEAD_BYTES)?;
        if arc::is_start(&head) {
            return Ok(Format::Warc);
        }
        if warc::is_start(&head) {
            head = self.head(SNIFF_BYTES)?;
        }
        match Format::of_head(&head, path) {
            Some(format) => Ok(format),
            None if self.starts_like_json()? => Ok(Format::JsonLines),
            None => Ok(Format::Text),
        }
    }

    /// Its first decompressed bytes, as far as they can be read.
    fn head(&self, bytes: u64) -> Result<Vec<u8>> {
        let mut head = Vec::new();
        match self.open()?.take(bytes).read_to_end(&mut head) {
            // Damage is told when the file is read.
            Err(e) if e.raw_os_error().is_some() => Err(Error::io(&self.name, e)),
            _ => Ok(head),
        }
    }

    /// The first line that is not blank is a JSON object, or for a stream, looks like one: a stream
    /// has no name that could still tell that its first line is merely broken.
    fn starts_like_json(&self) -> Result<bool> {
        let is_stream = matches!(self.origin, Origin::Stream(_));
        let mut decoder = self.open()?.take(SNIFF_BYTES);
        let mut head = Vec::new();
        let mut room = 512;
        loop {
            // Damage is told when the file is read, after what comes before it; what cannot be
            // read at all is told now.
            let read = match (&mut decoder).take(room).read_to_end(&mut head) {
                Ok(read) => read,
                Err(e) if e.raw_os_error().is_some() => return Err(Error::io(&self.name, e)),
                Err(_) => 0,
            };
            let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
            let ended = (read as u64) < room;
            room *= 2;
            match (text.first(), memchr::memchr(b'\n', text)) {
                (Some(b'{'), _) if is_stream => return Ok(true),
                (None, _) | (Some(b'{'), None) if !ended => {}
                (Some(b'{'), line_end) => {
                    let line = &text[..line_end.unwrap_or(text.len())];
                    let cut_short = line_end.is_none() && decoder.limit() == 0;
                    return Ok(match serde_json::from_slice::<IgnoredAny>(line) {
                        Ok(_) => true,
                        Err(e) => cut_short && e.is_eof(),
                    });
                }
                _ => return Ok(false),
            }
        }
    }
}

/// What ends the lines of a file that begins with `head`: line feeds, or if the first object is followed by a
/// carriage return and there is no line feed, those.
pub(super) fn line_end_of(head: &[u8]) -> u8 {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let first = memchr::memchr2(b'\r', b'\n', text).map(|end| &text[..end]);
    let is_object = |line: &&[u8]| line.starts_with(b"{") && line.trim_ascii_end().ends_with(b"}");
    let has_feeds = memchr::memchr(b'\n', head).is_some();
    if !has_feeds && first.as_ref().is_some_and(is_object) { b'\r' } else { b'\n' }
}

/// By the first bytes, and what they do not tell by the name.
fn compression_of(magic: &[u8], path: &Path) -> Compression {
    match magic {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        // The second is a skippable frame: parallel and seekable zstd writers may begin with it.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz,
        [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', ..] => Compression::Bzip2,
        [0x04, 0x22, 0x4d, 0x18, ..] => Compression::Lz4,
        _ if is_named_brotli(path) && !magic.starts_with(b"{") => Compression::Brotli,
        _ => Compression::None,
    }
}

/// The site of a text file below a folder: its first folder, if that is named like a host.
pub(super) fn site_of_path(source: &Source, by: SiteBy) -> Option<String> {
    let mut parts = source.relative.iter();
    let first = parts.next()?.to_str()?;
    parts.next()?;
    if !source.from_folder {
        return None;
    }
    site::known_site_of_host(first, by).map(std::borrow::Cow::into_owned)
}
