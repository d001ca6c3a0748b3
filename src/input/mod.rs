//! Files, folders and standard input → pages, in a fixed order.
//!
//! Reading is in three steps, so that the one thread that must see every byte in order does as
//! little as possible, and the rest can be done by many:
//!
//! ```text
//! inputs ─► Corpus ─► Batches ─────────────► RawRecord ─► Record
//!           files     1 MiB of whole lines   one line     page, and where its values stand
//!           in order  one thread             any thread   any thread
//! ```
//!
//! [`Batches`] decompresses and cuts at line ends; it never looks into a line. Its buffers go round,
//! and a plain file can be mapped instead of read ([`Options::map`]). A [`RawRecord`] is numbered and
//! located but not parsed, so a pass that needs a few pages only pays for those. A [`Parser`] finds
//! the wanted fields in one walk with vector kernels, and allocates nothing; what is irregular it
//! leaves to serde, whose verdict and words are the only ones. A [`Record`] says where the text stands in the raw line, so that `output` can change it and leave
//! every other byte as it was.
//!
//! What holds for every input:
//!
//! * **No byte is lost.** The lead, body and end of a batch's records followed by its tail are the
//!   decompressed bytes, except the bodies of records longer than [`Options::max_record`], whose
//!   length is known.
//! * **A number is a place.** Records are numbered in input order, unusable ones included, whatever
//!   the batch size and however often the corpus is read.
//! * **Formats are told by content, then by name.** Compression by magic bytes only.
//!
//! # What this module does not do
//!
//! It does not start threads, count or skip unusable records (they are errors that the caller
//! counts), split texts into paragraphs, or write pages.

mod batch;
mod batches;
mod csv;
mod cutter;
mod decompress;
mod escape;
mod format;
mod html;
mod identity;
mod json;
mod kernel;
mod map;
mod mapped;
#[cfg(feature = "parquet")]
pub mod parquet;
mod parser;
mod place;
mod pool;
mod record;
mod site;
mod source;
mod spool;
mod url;
mod warc;

#[cfg(test)]
mod tests;

pub use batch::{Batch, RawRecord};
pub use batches::Batches;
pub use csv::{Header, write_cell};
pub use escape::write_json_string;
pub use parser::Parser;
pub use record::{Record, json_fields};
pub use site::site_of_url;
pub use source::{Compression, Format, Source};
pub use url::same_url_key;
pub use warc::{header_lines, is_field, records as warc_records};

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use crate::{
    error::{Error, Result},
    page::PageNumber,
};

use pool::Pool;
use spool::Spool;

/// Decompressed bytes per batch: a few hundred pages, so that handing one over costs nothing.
const BATCH_BYTES: usize = 1 << 20;

/// Names of the fields of a JSON record. All but the text may be missing from a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The page's text.
    pub text: String,
    /// The record's own name.
    pub id: String,
    /// The page's site, where it is not to be taken from the URL.
    pub site: String,
    /// Where the page was fetched from.
    pub url: String,
    /// Day or time of the page.
    pub date: String,
}

impl Default for Fields {
    fn default() -> Fields {
        let [text, id, site, url, date] = ["text", "id", "site", "url", "date"].map(String::from);
        Fields { text, id, site, url, date }
    }
}

/// How to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where in a JSON record things stand.
    pub fields: Fields,
    /// Bytes of the longest line or text file that is held in memory; longer ones are counted and
    /// are unusable records.
    pub max_record: usize,
    /// Map plain files instead of reading them. Nobody may write to them meanwhile: bytes of a
    /// mapped file change when the file does, and if it is cut short the system ends the program.
    pub map: bool,
    /// Read all columns of Parquet that hold one string, number or truth value a row, not only the
    /// wanted ones.
    pub all_columns: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { fields: Fields::default(), max_record: 64 << 20, map: false, all_columns: false }
    }
}

/// The whole of a small text file, such as a list of lines.
///
/// # Errors
///
/// *Data* if it is not there or not UTF-8.
pub fn read_lines(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|e| decompress::unreadable(path, e))
}

/// The input of a run: a list of files in a fixed order, that can be read as often as needed.
#[derive(Debug)]
pub struct Corpus {
    files: Vec<Source>,
    options: Options,
    batch_bytes: usize,
    /// Streams are not kept, and handed out as they come.
    once: bool,
    pool: Arc<Pool>,
    /// Number of the first page of every file, then the number of pages, as far as a pass over
    /// everything has come. A second pass that counts otherwise was given other bytes.
    starts: Vec<OnceLock<PageNumber>>,
}

impl Corpus {
    /// Lists what `inputs` name: files, folders, or `-` for standard input.
    ///
    /// A folder stands for the files below it whose names end like those of a format that is read
    /// (`.txt`, `.jsonl`, `.ndjson`, `.json`, `.csv`, `.tsv`, `.parquet`, `.html`, `.htm`, `.xhtml`, `.warc`, `.wet`), perhaps
    /// followed by `.gz` or `.zst`, sorted by the bytes of their paths; names with a leading dot are
    /// left out. Pipes, such as `<(…)` of a shell, are read like standard input:
    /// what comes is kept, as compressed as it came, in an unnamed file in the folder for temporary
    /// files, so that it can be read again.
    ///
    /// Opens every file for its first bytes, and the first line of those whose names do not tell
    /// the format; waits for the first bytes of standard input.
    ///
    /// # Errors
    ///
    /// *Data* for a path that is not there, a folder without pages, a compression that cannot be
    /// read; *usage* for a second `-`; *machine* for what cannot be opened.
    pub fn open(inputs: &[PathBuf], options: Options) -> Result<Corpus> {
        Corpus::open_with(inputs, options, BATCH_BYTES, || Box::new(io::stdin()))
    }

    /// As [`open`](Corpus::open), for one pass only: streams are not kept but let go, and their lines
    /// are handed out as soon as they have come. A second pass over a stream is an error.
    ///
    /// # Errors
    ///
    /// As [`open`](Corpus::open).
    pub fn open_once(inputs: &[PathBuf], options: Options) -> Result<Corpus> {
        let stdin = || Box::new(io::stdin()) as Box<dyn Read + Send>;
        let spool = |stream| Spool::passing(stream).map_err(|e| Error::io("-", e));
        let corpus = Corpus::open_kept(inputs, options, BATCH_BYTES, stdin, spool)?;
        corpus.files.iter().for_each(Source::go_on);
        Ok(Corpus { once: true, ..corpus })
    }

    /// As [`open`](Corpus::open), with what tests replace.
    fn open_with(
        inputs: &[PathBuf],
        options: Options,
        batch_bytes: usize,
        stdin: impl Fn() -> Box<dyn Read + Send>,
    ) -> Result<Corpus> {
        Corpus::open_kept(inputs, options, batch_bytes, stdin, Spool::new)
    }

    /// A corpus of JSON lines that are there already. They are kept in an unnamed temporary file.
    ///
    /// # Errors
    ///
    /// *Machine* if there is no room for it.
    pub fn of_lines(lines: Vec<u8>) -> Result<Corpus> {
        let lines = std::sync::Mutex::new(Some(lines));
        let stream = || {
            let lines = lines.lock().map_or(None, |mut lines| lines.take());
            Box::new(io::Cursor::new(lines.unwrap_or_default())) as Box<dyn Read + Send>
        };
        Corpus::open_with(&[PathBuf::from("-")], Options::default(), BATCH_BYTES, stream)
    }

    fn open_kept(
        inputs: &[PathBuf],
        options: Options,
        batch_bytes: usize,
        stdin: impl Fn() -> Box<dyn Read + Send>,
        spool: impl Fn(Box<dyn Read + Send>) -> Result<Spool>,
    ) -> Result<Corpus> {
        let mut files = Vec::new();
        let mut had_stdin = false;
        for input in inputs {
            if input == Path::new("-") {
                if had_stdin {
                    return Err(Error::usage("-", "named twice; standard input can be read once"));
                }
                had_stdin = true;
                files.push(Source::stream(
                    Path::new("-"),
                    Arc::new(spool(stdin())?),
                    &options.fields,
                )?);
            } else {
                source::list(input, &options.fields, &mut files)?;
            }
        }
        let starts = (0..=files.len()).map(|_| OnceLock::new()).collect();
        let pool = Arc::new(Pool::new(batch_bytes));
        Ok(Corpus { files, options, batch_bytes, once: false, pool, starts })
    }

    /// The same corpus, read in batches of about `bytes` decompressed bytes. Changes no record: the smaller
    /// batches are, the more records lie across two, which is what tests want of it.
    #[must_use]
    pub fn in_batches_of(mut self, bytes: usize) -> Corpus {
        self.batch_bytes = bytes.max(1);
        self.pool = Arc::new(Pool::new(self.batch_bytes));
        self
    }

    /// The files, in reading order. [`Batch::file`] is an index into this.
    pub fn files(&self) -> &[Source] {
        &self.files
    }

    /// Bytes of the files up to the page `last`, compressed as they stand there; of all files if it is
    /// not known which one has that page. Nothing if a stream is among them.
    pub fn stored(&self, last: PageNumber) -> Option<u64> {
        let begins_later = |file: usize| self.first_page(file).is_some_and(|first| first > last);
        let read = (0..self.files.len()).take_while(|&file| !begins_later(file));
        read.map(|file| self.files[file].size).sum()
    }

    /// How the corpus is read.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Number of the first page of `file`, if a pass over everything has come that far.
    pub fn first_page(&self, file: usize) -> Option<PageNumber> {
        if file == 0 { Some(0) } else { self.starts.get(file)?.get().copied() }
    }

    /// Number of records, unusable ones included, if a pass over everything has come to the end.
    pub fn pages(&self) -> Option<PageNumber> {
        self.starts.last()?.get().copied()
    }

    /// Reads everything in order. Can be called again, also while another pass is under way.
    ///
    /// Ends after the first error. What was read before it has been handed out: damage in the
    /// middle of a compressed file comes after the records before it.
    pub fn batches(&self) -> Batches<'_> {
        Batches::new(self, 0..self.files.len(), 0)
    }

    /// Reads one file.
    ///
    /// Its pages have their global numbers if [`first_page`](Corpus::first_page) knows them, and
    /// are numbered from 0 otherwise. Empty for a `file` that is not in the list.
    pub fn batches_of(&self, file: usize) -> Batches<'_> {
        let files = if file < self.files.len() { file..file + 1 } else { 0..0 };
        Batches::new(self, files, self.first_page(file).unwrap_or(0))
    }
}
