//! What a file holds, told by its first bytes, then by its name.

use std::path::Path;

use super::warc;

/// Endings of files that are taken from a folder.
const TEXT_ENDINGS: [&str; 1] = [".txt"];
const JSON_ENDINGS: [&str; 6] = [".jsonl", ".ndjson", ".json", ".jsonlines", ".jl", ".ldjson"];
const WARC_ENDINGS: [&str; 4] = [".warc", ".wet", ".wat", ".arc"];
const CSV_ENDINGS: [&str; 2] = [".csv", ".tsv"];
const PARQUET_ENDINGS: [&str; 1] = [".parquet"];
const HTML_ENDINGS: [&str; 3] = [".html", ".htm", ".xhtml"];
const COMPRESSED_ENDINGS: [&str; 7] = [".gz", ".zst", ".zstd", ".xz", ".bz2", ".lz4", ".br"];

/// The endings of a folder's pages, for messages.
pub(super) const LOOKED_FOR: &str = ".txt, .jsonl, .ndjson, .json, .csv, .tsv, .parquet, .html, .htm, .warc, .wet, .arc, each also compressed, and files without an ending that hold such";

/// What the decompressed bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line; every line that is not blank is a record.
    JsonLines,
    /// The whole file is the text of one page.
    Text,
    /// The whole file is one page of HTML.
    Html,
    /// A row a page, columns named by the first.
    Csv,
    /// A row a page, columns by name.
    Parquet,
    /// A row a page, held by the program.
    Rows,
    /// A WARC file whose `conversion` records are texts: every one of them is a page.
    Wet,
    /// A WARC file whose `response` and `resource` records are pages, if they are HTML or text.
    Warc,
}

impl Format {
    /// Whether a file is one page, so that it goes when its page goes.
    pub fn is_one_page(self) -> bool {
        matches!(self, Format::Text | Format::Html)
    }

    /// Whether a page can be written back as it was read, with another text.
    ///
    /// What is not is written as JSON lines.
    pub fn can_be_written(self) -> bool {
        !matches!(self, Format::Html | Format::Warc | Format::Rows)
    }

    /// Whether a page has room for further fields.
    pub fn has_fields(self) -> bool {
        matches!(self, Format::JsonLines | Format::Rows)
    }

    /// Whether its records are lines or the whole file, so that it can be mapped.
    pub(super) fn is_cut_by_lines(self) -> bool {
        matches!(self, Format::JsonLines | Format::Text | Format::Html)
    }

    /// What it is called in messages.
    pub fn word(self) -> &'static str {
        match self {
            Format::JsonLines => "JSON lines",
            Format::Text => "plain text",
            Format::Html => "HTML",
            Format::Parquet => "Parquet",
            Format::Rows => "rows in memory",
            Format::Csv => "CSV",
            Format::Wet => "WET",
            Format::Warc => "WARC",
        }
    }

    /// What a record is called in messages.
    pub(super) fn record_word(self) -> &'static str {
        match self {
            Format::JsonLines => "line",
            Format::Text | Format::Html => "file",
            Format::Csv | Format::Parquet | Format::Rows => "row",
            Format::Wet | Format::Warc => "record",
        }
    }

    /// What the first decompressed bytes of a file show; nothing if they could be of any text.
    pub(super) fn of_head(head: &[u8], path: &Path) -> Option<Format> {
        if warc::is_start(head) {
            let is_wet = warc::holds_texts(head).unwrap_or_else(|| has_ending(path, &[".wet"]));
            return Some(if is_wet { Format::Wet } else { Format::Warc });
        }
        let is_html = starts_like_html(head) || has_ending(path, &HTML_ENDINGS);
        (is_html && cfg!(feature = "html")).then_some(Format::Html)
    }
}

/// Whether a page begins so: with its type or one of its outer elements, in any case of letters.
pub(super) fn starts_like_html(head: &[u8]) -> bool {
    const STARTS: [&[u8]; 4] = [b"<!doctype html", b"<html", b"<head", b"<body"];
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    STARTS.iter().any(|start| {
        let after = text.get(start.len());
        text.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
            && after.is_none_or(|c| c.is_ascii_whitespace() || *c == b'>')
    })
}

/// Named like a stream of brotli.
pub(super) fn is_named_brotli(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("br"))
}

/// Named like JSON lines.
pub(super) fn is_named_json(path: &Path) -> bool {
    has_ending(path, &JSON_ENDINGS)
}

/// Named like something that holds pages.
pub fn is_named_page(path: &Path) -> bool {
    is_named_json(path) || is_named_text(path) || is_named_more(path)
}

/// Named like a part of something: without an ending but that of a compression, or with a number for one. What
/// begins with an underscore is a note of the program that wrote the folder.
pub(super) fn is_named_part(path: &Path) -> bool {
    let Some(name) = path.file_name() else { return false };
    let name = name.to_string_lossy().to_ascii_lowercase();
    let bare = COMPRESSED_ENDINGS.iter().find_map(|e| name.strip_suffix(e)).unwrap_or(&name);
    let is_part = match bare.rsplit_once('.') {
        Some((_, ending)) => !ending.is_empty() && ending.bytes().all(|c| c.is_ascii_digit()),
        None => true,
    };
    is_part && !name.starts_with(['.', '_'])
}

/// Named like rows of cells.
pub(super) fn is_named_table(path: &Path) -> bool {
    has_ending(path, &CSV_ENDINGS)
}

/// Named like a plain text.
pub(super) fn is_named_text(path: &Path) -> bool {
    has_ending(path, &TEXT_ENDINGS)
}

/// Named like a format that not every build reads.
fn is_named_more(path: &Path) -> bool {
    has_ending(path, &WARC_ENDINGS)
        || is_named_table(path)
        || (cfg!(feature = "parquet") && has_ending(path, &PARQUET_ENDINGS))
        || (cfg!(feature = "html") && has_ending(path, &HTML_ENDINGS))
}

/// Ends in one of `endings`, perhaps followed by that of a compression, in any case of letters.
fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let Some(name) = path.file_name() else { return false };
    let name = name.to_string_lossy().to_ascii_lowercase();
    let bare = COMPRESSED_ENDINGS.iter().find_map(|e| name.strip_suffix(e)).unwrap_or(&name);
    endings.iter().any(|e| bare.len() > e.len() && bare.ends_with(e))
}
