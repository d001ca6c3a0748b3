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
mod codec;
mod csv;
mod cutter;
mod damage;
mod form;
mod format;
mod held;
mod html;
mod identity;
mod iso;
mod json;
mod kernel;
mod layout;
mod left_out;
mod listed;
mod map;
mod mapped;
#[cfg(feature = "markdown")]
mod markdown;
mod named;
mod noticed;
mod own;
#[cfg(feature = "parquet")]
pub mod parquet;
mod parser;
mod place;
mod pool;
mod record;
pub(crate) mod sink;
mod site;
mod source;
mod spool;
mod unpacked;
mod unread;
mod warc;

#[cfg(test)]
mod tests;

pub use batch::{Batch, RawRecord};
pub use batches::Batches;
pub use csv::write::rewrite_csv;
pub use csv::{Header, write_cell};
pub use damage::{Damaged, Damages};
pub use form::TextFormat;
pub use format::is_named_page;
pub use held::{Row, Rows};
pub use iso::{day_text, time_text};
pub use json::{
    escape::write_json_string,
    object::{json_fields, json_string},
    write::as_json,
};
pub use layout::{LAYOUTS, Layout};
pub use left_out::LeftOut;
pub use named::named_inputs;
pub use noticed::{Noticed, Others};
pub use own::{EVIDENCE_FILES, Own, PassedOver};
#[cfg(feature = "parquet")]
pub use parquet::write::tell_row;
pub use parser::Parser;
pub use record::Record;
pub use sink::{
    CleanSink, Files, Stream, compress, compress_records, is_broken_pipe, open_device,
    single::Single,
    target::{Target, is_named_parquet, named_json_lines},
};
pub use site::{SiteBy, named_site, site_of_url, url::same_url_key};
pub use source::{Compression, Format, Source};
pub use warc::{header_lines, is_field, records as warc_records, write::rewrite_wet};

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock, atomic::AtomicBool},
};

use crate::{
    base::{
        error::{Error, Result, meant},
        page::PageNumber,
    },
    store::PathId,
};

use listed::Listed;
use noticed::Notices;
use pool::Pool;
use spool::Spool;

/// Decompressed bytes per batch: a few hundred pages, so that handing one over costs nothing.
const BATCH_BYTES: usize = 1 << 20;

/// Names of the fields of a JSON record. All but the text may be missing from a record.
///
/// `a.b` is the field `a.b`, or where there is none the field `b` of the object in the field `a`.
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
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Options {
    /// Where in a JSON record things stand.
    pub fields: Fields,
    /// The layout that `fields` rests on, if one was named.
    pub layout: Option<Layout>,
    /// Where the usual names do not lead to a text and a site, a file is read by the layout that its first
    /// record has. Meant for `fields` as they usually are.
    pub tell_layout: bool,
    /// What of an address is a page's site.
    pub site_by: SiteBy,
    /// Bytes of the longest line or text file that is held in memory; longer ones are counted and
    /// are unusable records.
    pub max_record: usize,
    /// Map plain files instead of reading them. Nobody may write to them meanwhile: bytes of a
    /// mapped file change when the file does, and if it is cut short the system ends the program.
    pub map: bool,
    /// What texts are written in.
    pub text_format: TextFormat,
    /// Read all columns of Parquet that hold one string, number or truth value a row, not only the
    /// wanted ones.
    pub all_columns: bool,
    /// Files that the run writes, and folders it writes in: what of them lies below a folder that is read is passed
    /// over.
    pub outputs: Vec<PathId>,
    /// Go on with the next file after one that is damaged or cannot be read; what of it came before the damage stays.
    /// [`Corpus::damaged`] says which they are.
    pub skip_damaged: bool,
    /// Bytes that decompressing a file may take for what it looks back on: the window of zstd, the dictionary of xz. A
    /// file that takes more is decompressed once, and compressed anew, so that it takes little, into a temporary file.
    pub most_window: Option<u64>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            fields: Fields::default(),
            layout: None,
            tell_layout: true,
            site_by: SiteBy::default(),
            max_record: 64 << 20,
            map: false,
            text_format: TextFormat::default(),
            all_columns: false,
            outputs: Vec::new(),
            skip_damaged: false,
            most_window: None,
        }
    }
}

/// The whole of a small text file, such as a list of lines.
///
/// # Errors
///
/// *Data* if it is not there or not UTF-8.
pub fn read_lines(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|e| codec::decompress::unreadable(path, e))
}

/// The input of a run: a list of files in a fixed order, that can be read as often as needed.
#[derive(Debug)]
pub struct Corpus {
    files: Vec<Source>,
    passed_over: Vec<PassedOver>,
    /// Shared with who writes outputs beside the inputs.
    damages: Arc<Damages>,
    options: Options,
    batch_bytes: usize,
    /// Streams are not kept, and handed out as they come.
    once: bool,
    pool: Arc<Pool>,
    /// Number of the first page of every file, then the number of pages, as far as a pass over
    /// everything has come. A second pass that counts otherwise was given other bytes.
    starts: Vec<OnceLock<PageNumber>>,
    /// A pass over everything was begun.
    is_begun: AtomicBool,
    notices: Notices,
    left_out: LeftOut,
}

impl Corpus {
    /// Lists what `inputs` name: files, folders, or `-` for standard input.
    ///
    /// A folder stands for the files below it whose names end like those of a format that is read, perhaps
    /// followed by the ending of a compression, and for those without an ending or with a number for one, such as
    /// `part-00000`, that hold records of such a format; sorted by the bytes of their paths. Names with a leading dot or
    /// underscore are left out; what is left out is counted ([`left_out`](Corpus::left_out)). So is what this run writes
    /// ([`Options::outputs`]) and what earlier runs wrote that is no pages, such as evidence and reports:
    /// [`passed_over`](Corpus::passed_over) says which. A file that is named twice is read once. Pipes, such as `<(…)` of a shell, are read like standard input:
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
        let damages = Arc::new(Damages::default());
        let mut listed = Listed::new(Arc::clone(&damages));
        let mut had_stdin = false;
        for input in inputs {
            if input == Path::new("-") {
                if had_stdin {
                    return Err(Error::usage("-", "named twice; standard input can be read once"));
                }
                had_stdin = true;
                listed.files.push(Source::stream(
                    Path::new("-"),
                    Arc::new(spool(stdin())?),
                    &options,
                )?);
            } else {
                listed.add(input, &options)?;
            }
        }
        if inputs.len() > 1 {
            listed.once();
        }
        let Listed { mut files, passed_over, left_out, .. } = listed;
        if files.is_empty()
            && let Some(first) = damages.damaged().first()
        {
            let problem = format!("{}; no file of the input can be read", first.problem);
            return Err(Error::data(&first.file, problem));
        }
        if let Some(most) = options.most_window {
            let mut unpacked = None;
            for file in &mut files {
                file.unpack(most, &mut unpacked)?;
            }
        }
        let corpus = Corpus { passed_over, damages, left_out, ..Corpus::of_files(files, options) };
        Ok(corpus.in_batches_of(batch_bytes))
    }

    /// A corpus of these files.
    fn of_files(files: Vec<Source>, options: Options) -> Corpus {
        Corpus {
            starts: (0..=files.len()).map(|_| OnceLock::new()).collect(),
            files,
            passed_over: Vec::new(),
            damages: Arc::default(),
            options,
            batch_bytes: BATCH_BYTES,
            once: false,
            pool: Arc::new(Pool::new(BATCH_BYTES)),
            is_begun: AtomicBool::new(false),
            notices: Notices::default(),
            left_out: LeftOut::default(),
        }
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

    /// Files and folders below a folder of pages that are our own, and were not read.
    pub fn passed_over(&self) -> &[PassedOver] {
        &self.passed_over
    }

    /// Passes over what is left of a file, if that is asked for.
    fn skip(&self, source: &Source, pages: u64, error: Error) -> Result<()> {
        self.damages.skip(self.options.skip_damaged, &source.name, pages, error)
    }

    /// Files of which something was not read: of those that were passed over ([`Options::skip_damaged`]) what came
    /// after the damage, of others what is no page of theirs. Known once they have been read.
    pub fn damaged(&self) -> Vec<Damaged> {
        self.damages.damaged()
    }

    /// Takes over what an earlier run found of these files.
    pub fn note_damaged(&self, damaged: Vec<Damaged>) {
        for damaged in damaged {
            self.damages.damage(damaged);
        }
    }

    /// What is noted of the files while they are read.
    pub fn damages(&self) -> &Arc<Damages> {
        &self.damages
    }

    /// What else there is to say of files that were read whole.
    pub fn notes(&self) -> Vec<String> {
        self.damages.notes()
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

    /// What of the inputs is not read.
    pub fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    /// What the first pass over everything noticed. Whole once its parsers are gone.
    pub fn noticed(&self) -> Noticed {
        self.notices.all()
    }

    /// Checks, once a first pass over everything is done, that fields that are named otherwise than usual are
    /// there.
    ///
    /// # Errors
    ///
    /// *Usage* if no record has a value in one of them.
    pub fn check_fields(&self) -> Result<()> {
        let usual = self.options.layout.map_or_else(Fields::default, |layout| layout.fields());
        let noticed = self.noticed();
        let Some(&(flag, name)) = noticed.missing(&self.options.fields, &usual).first() else {
            return Ok(());
        };
        let found = self.names_of_fields();
        let meant = match meant(name, found.iter().map(String::as_str)) {
            Some(meant) => format!("; did you mean `{meant}`?"),
            None => String::new(),
        };
        let found = record::listed(found.iter().map(String::as_str));
        let problem = format!("no record has a value in `{name}` (found: {found}){meant}");
        Err(Error::usage(flag, problem))
    }

    /// The names of the fields of the first record that has some.
    fn names_of_fields(&self) -> Vec<String> {
        for (number, file) in self.files.iter().enumerate() {
            if let Some(header) = &file.header {
                return header.names.clone();
            }
            if self.once && matches!(file.origin, source::Origin::Stream(_)) {
                continue;
            }
            #[cfg(feature = "parquet")]
            if file.format == Format::Parquet {
                return parquet::column_names(file);
            }
            if file.format == Format::JsonLines
                && let Some(Ok(batch)) = Batches::new(self, number..number + 1, 0).next()
                && let Some(raw) = batch.raw().next()
            {
                return json::object::field_names(raw.body);
            }
        }
        Vec::new()
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
