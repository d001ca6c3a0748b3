//! Labels in the attribute layout of the Dolma toolkit: beside the pages, for other tools to apply.
//!
//! `DIR/a/b.jsonl.gz` has a row for every record of `a/b.jsonl.gz`, in its order, so that the two can be
//! read line by line:
//!
//! ```text
//! {"id":"…","attributes":{"refrain__v1__chrome":[[0,12,1.0],…],"refrain__v1__copy":[[0,5120,0.97]]}}
//! ```
//!
//! A span is `[start, end, score]`, counted in Unicode code points of the text as it came, which is how
//! Python counts and how Dolma's mixer takes spans out. Spans of chrome are paragraphs; their score is 1. Those of one kind are
//! listed once more by themselves (`refrain__v1__chrome_plea`), where there are any, to be taken out or left in alone.
//! A copy has one span, the whole of its text, with the share of it that its lead has (`clean --copies drop` asks for 0.9). Both lists are
//! there on every page, and empty where there is nothing to say. A record that could not be used has a row
//! without attributes, so that rows stay beside their records.

use std::{
    ffi::OsString,
    io::Write,
    ops::Range,
    path::{Path, PathBuf},
};

use serde::{Serialize, ser::SerializeMap};

use crate::records::sink::{compress, member};
use crate::{
    Error, Result,
    base::page::Kind,
    records::{Compression, Corpus, Source},
    store::{AtomicFile, Force, SealedFile, check_writable, commit_all},
};

/// What is said of one page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageAttributes {
    /// Paragraphs that are chrome, and what they are: bytes of the text, ascending, not overlapping.
    pub chrome: Vec<(Range<usize>, Kind)>,
    /// The page is a copy: share of it that its lead has.
    pub copy: Option<f64>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: Option<&'a str>,
    attributes: Attributes,
}

/// A span of the text and its score.
type Span = (usize, usize, f64);

#[derive(Default)]
struct Attributes {
    /// Chrome and copies; none of a record that could not be used.
    lists: Option<[Vec<Span>; 2]>,
    /// The chrome by kind, without kinds that there are none of.
    kinds: Vec<(Kind, Vec<Span>)>,
}

impl Serialize for Attributes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = ["refrain__v1__chrome", "refrain__v1__copy"];
        let mut map = serializer.serialize_map(None)?;
        for (name, spans) in self.lists.iter().flat_map(|lists| names.iter().zip(lists)) {
            map.serialize_entry(name, spans)?;
        }
        for (kind, spans) in &self.kinds {
            map.serialize_entry(&format!("refrain__v1__chrome_{}", kind.word()), spans)?;
        }
        map.end()
    }
}

/// Appends the row of a page with the text `text`.
pub fn push_attributes(id: Option<&str>, text: &str, page: &PageAttributes, out: &mut Vec<u8>) {
    let mut places = CodePoints { text, byte: 0, count: 0 };
    let mut span = |bytes: &Range<usize>| (places.at(bytes.start), places.at(bytes.end), 1.0);
    let chrome: Vec<Span> = page.chrome.iter().map(|(bytes, _)| span(bytes)).collect();
    let mut kinds: Vec<(Kind, Vec<Span>)> = Vec::new();
    for kind in Kind::ALL {
        let of_kind = chrome.iter().zip(&page.chrome).filter(|(_, of)| of.1 == kind);
        let spans: Vec<Span> = of_kind.map(|(span, _)| *span).collect();
        if !spans.is_empty() {
            kinds.push((kind, spans));
        }
    }
    let whole = places.at(text.len());
    let copy = page.copy.map(|share| (0, whole, share)).into_iter().collect();
    let attributes = Attributes { lists: Some([chrome, copy]), kinds };
    push_row(&Row { id, attributes }, out);
}

/// Appends the row of a record that could not be used.
pub fn push_no_attributes(out: &mut Vec<u8>) {
    push_row(&Row { id: None, attributes: Attributes::default() }, out);
}

fn push_row(row: &Row<'_>, out: &mut Vec<u8>) {
    // Strings and numbers can always be written as JSON, and memory takes them.
    let _ = serde_json::to_writer(&mut *out, row);
    out.push(b'\n');
}

/// Counts code points once, for offsets that ascend.
struct CodePoints<'t> {
    text: &'t str,
    byte: usize,
    count: usize,
}

impl CodePoints<'_> {
    /// Code points before the byte `at`, which begins a character and is none before the last one
    /// that was asked for.
    fn at(&mut self, at: usize) -> usize {
        self.count += self.text[self.byte..at].chars().count();
        self.byte = at;
        self.count
    }
}

/// One file of attributes for each input file. All get their names at the end, when all are whole.
pub struct AttributeFiles {
    paths: Vec<PathBuf>,
    force: Force,
    /// The file that is being written, and whether it has nothing yet.
    open: Option<(AtomicFile, bool)>,
    whole: Vec<SealedFile>,
}

impl AttributeFiles {
    /// The files for `corpus` below the folder `dir`.
    ///
    /// # Errors
    ///
    /// *Usage* if one is there and `force` refuses, or if two inputs would have one file; *machine* if
    /// the folder may not be written to.
    pub fn new(corpus: &Corpus, dir: &Path, force: Force) -> Result<AttributeFiles> {
        let paths: Vec<PathBuf> =
            corpus.files().iter().map(|file| dir.join(path_of(file))).collect();
        let mut sorted: Vec<&PathBuf> = paths.iter().collect();
        sorted.sort_unstable();
        let place = |path: &Path| path.display().to_string();
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            let problem = "attributes of two inputs would be written here; scan them one by one";
            return Err(Error::usage(place(twice[0]), problem));
        }
        let there = paths.iter().find(|path| force == Force::Refuse && path.exists());
        if let Some(there) = there {
            let problem = "already there; name another folder or add --force";
            return Err(Error::usage(place(there), problem));
        }
        check_writable(dir)?;
        Ok(AttributeFiles { paths, force, open: None, whole: Vec::new() })
    }

    /// Where the files are.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Appends to the file of input `file`; files come in their order.
    ///
    /// # Errors
    ///
    /// *Machine* if it cannot be written.
    pub fn write(&mut self, file: usize, compressed: &[u8]) -> Result<()> {
        self.begin(file)?;
        let Some((out, is_empty)) = &mut self.open else { return Ok(()) };
        *is_empty &= compressed.is_empty();
        out.write_all(compressed).map_err(|e| Error::io(out.path(), e))
    }

    /// Begins the file of input `file`, if it is not the one that is open; those before it that were not
    /// begun had no record.
    fn begin(&mut self, file: usize) -> Result<()> {
        let begun = |files: &AttributeFiles| files.whole.len() + usize::from(files.open.is_some());
        while begun(self) <= file {
            self.end()?;
            let out = AtomicFile::create(&self.paths[self.whole.len()], self.force)?;
            self.open = Some((out, true));
        }
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        let Some((mut out, is_empty)) = self.open.take() else { return Ok(()) };
        if is_empty {
            let nothing = member(Compression::Gzip, Vec::new())?;
            out.write_all(&nothing).map_err(|e| Error::io(out.path(), e))?;
        }
        self.whole.push(out.seal()?);
        Ok(())
    }

    /// Everything was written: the files get their names.
    ///
    /// # Errors
    ///
    /// *Machine* if they cannot.
    pub fn finish(&mut self) -> Result<()> {
        if let Some(last) = self.paths.len().checked_sub(1) {
            self.begin(last)?;
        }
        self.end()?;
        commit_all(std::mem::take(&mut self.whole))
    }
}

/// Compresses rows as their files are.
///
/// # Errors
///
/// *Machine* if the compressor has no memory.
pub fn compress_attributes(rows: Vec<u8>) -> Result<Vec<u8>> {
    compress(Compression::Gzip, rows)
}

/// The name of an input as Dolma looks for it: that of its pages if they are JSON lines in gzip, and
/// otherwise what it would be.
fn path_of(source: &Source) -> PathBuf {
    let relative = &source.relative;
    let name = relative.file_name().map_or_else(OsString::new, OsString::from);
    let text = name.to_string_lossy();
    let bare = [".gz", ".zst", ".zstd", ".xz", ".bz2", ".lz4", ".br"]
        .iter()
        .find_map(|ending| text.strip_suffix(ending))
        .unwrap_or(&text);
    let is_json = [".jsonl", ".json", ".ndjson"].iter().any(|ending| bare.ends_with(ending));
    let bare = if bare == "-" { "stdin" } else { bare };
    relative.with_file_name(format!("{bare}{}.gz", if is_json { "" } else { ".jsonl" }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{base::recipe::Split, text};

    fn row(text: &str, page: &PageAttributes) -> serde_json::Value {
        let mut out = Vec::new();
        push_attributes(Some("x"), text, page, &mut out);
        assert_eq!(out.pop(), Some(b'\n'));
        serde_json::from_slice(&out).expect("it is JSON")
    }

    /// What Python would cut out of the text.
    fn cut(text: &str, row: &serde_json::Value) -> Vec<String> {
        let points: Vec<char> = text.chars().collect();
        let spans = row["attributes"]["refrain__v1__chrome"].as_array().expect("a list");
        let place = |span: &serde_json::Value, i: usize| {
            usize::try_from(span[i].as_u64().expect("a number")).expect("a place")
        };
        spans.iter().map(|span| points[place(span, 0)..place(span, 1)].iter().collect()).collect()
    }

    #[test]
    fn a_row_is_as_dolma_reads_it() {
        let mut out = Vec::new();
        // Bytes: M e n ü(2) \n 𝒳(4) ! space é(2).
        let page = PageAttributes {
            chrome: vec![(0..5, Kind::Navigation), (6..11, Kind::Plea)],
            copy: Some(0.5),
        };
        push_attributes(Some("a\"b"), "Menü\n𝒳! é", &page, &mut out);
        push_attributes(None, "", &PageAttributes::default(), &mut out);
        push_no_attributes(&mut out);
        let expected = "{\"id\":\"a\\\"b\",\"attributes\":{\"refrain__v1__chrome\":[[0,4,1.0],[5,7,1.0]],\
                        \"refrain__v1__copy\":[[0,9,0.5]],\
                        \"refrain__v1__chrome_navigation\":[[0,4,1.0]],\"refrain__v1__chrome_plea\":[[5,7,1.0]]}}\n\
                        {\"id\":null,\"attributes\":{\"refrain__v1__chrome\":[],\"refrain__v1__copy\":[]}}\n\
                        {\"id\":null,\"attributes\":{}}\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    proptest! {
        /// Astral characters, combining marks, CRLF and separators that some take for line ends.
        #[test]
        fn spans_cut_out_the_paragraphs(
            lines in proptest::collection::vec("[a𝒳é\u{301}\u{200d}👩😀あ\u{2028}\u{85} \t]{0,8}", 0..12),
            ends in proptest::collection::vec(0..3_usize, 12),
            chosen in proptest::collection::vec(any::<bool>(), 12),
            blank: bool,
        ) {
            let ends = ends.iter().map(|&end| ["\n", "\r\n", "\n\n"][end]);
            let text: String = lines.iter().zip(ends).flat_map(|(line, end)| [line, end]).collect();
            let split = if blank { Split::Blank } else { Split::Line };
            let chrome: Vec<Range<usize>> = text::paragraphs(&text, split)
                .zip(&chosen)
                .filter_map(|(span, &chosen)| chosen.then_some(span))
                .collect();
            let expected: Vec<String> =
                chrome.iter().map(|span| text[span.clone()].to_owned()).collect();
            let chrome = chrome.into_iter().map(|span| (span, Kind::Other)).collect();
            let page = PageAttributes { chrome, copy: Some(1.0) };
            let row = row(&text, &page);
            prop_assert_eq!(cut(&text, &row), expected);
            let whole = &row["attributes"]["refrain__v1__copy"][0];
            prop_assert_eq!(whole[1].as_u64(), Some(text.chars().count() as u64));
        }
    }
}
