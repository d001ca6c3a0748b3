//! Where WARC records begin and end.

use std::ops::Range;

use memchr::memmem;

use super::{
    super::{
        cutter::{Cutter, Fill},
        pool::Buffers,
        source::Format,
    },
    block,
    http::{self, Payload},
};
use crate::base::error::Result;

const MAGIC: &[u8] = b"WARC/";

/// A line end, and a line that begins a record.
const NEXT: &[u8] = b"\nWARC/";

/// What stands at the start of some bytes.
#[derive(Debug, PartialEq, Eq)]
enum Cut {
    /// A record, or something broken up to the next one, and the line ends after it.
    Record { body: Range<usize>, end: usize, is_page: bool },
    /// A record that is too long to be held: it begins at `start` and has so many bytes.
    Long { start: usize, length: u64, is_page: bool },
    /// Line ends only, and nothing after them.
    Nothing,
    /// More bytes are needed to tell.
    More,
}

/// Whether a file that begins with `head` is a WARC file.
pub(in super::super) fn is_start(head: &[u8]) -> bool {
    head.strip_prefix(MAGIC)
        .is_some_and(|version| version.starts_with(b"1.") || version.starts_with(b"0."))
}

/// Whether the first record of a crawl in `head` is a text; nothing if there is none.
pub(in super::super) fn holds_texts(head: &[u8]) -> Option<bool> {
    records(head).find_map(|record| {
        let kind = block::value(&head[record], "WARC-Type")?;
        if kind.eq_ignore_ascii_case(b"warcinfo") {
            return None;
        }
        Some(kind.eq_ignore_ascii_case(b"conversion"))
    })
}

/// The records in `bytes`, with the line ends around them: together they are all of `bytes`.
pub fn records(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from;
        from += match cut(&bytes[start..], true, usize::MAX, Format::Wet) {
            Cut::Record { end, .. } => end,
            _ => bytes.len() - start,
        };
        (from > start).then_some(start..from)
    })
}

/// Cuts one record from the start of `bytes`, after which nothing comes if they have `ended`.
///
/// The same whatever stands behind the record, so that records do not depend on batches.
fn cut(bytes: &[u8], ended: bool, max_record: usize, format: Format) -> Cut {
    let start = line_ends(bytes);
    let rest = &bytes[start..];
    if rest.is_empty() {
        return if ended { Cut::Nothing } else { Cut::More };
    }
    if rest.len() < MAGIC.len() && !ended {
        return Cut::More;
    }
    let broken = || up_to_next(bytes, start, ended, max_record);
    if !rest.starts_with(MAGIC) {
        return broken();
    }
    let Some(content) = block::end(rest) else {
        return if ended || rest.len() >= block::LONGEST { broken() } else { Cut::More };
    };
    let header = &rest[..content];
    // No field is named so: this header breaks off, and the blank line is that of the next record.
    if memmem::find(header, NEXT).is_some() {
        return broken();
    }
    let Some(length) = block::value(header, "Content-Length").and_then(block::number) else {
        return broken();
    };
    let whole = length.saturating_add(content as u64);
    let here = usize::try_from(whole).unwrap_or(usize::MAX);
    if rest.len() < here.min(content + block::LONGEST) && !ended {
        return Cut::More;
    }
    let is_page = is_page(format, header, &rest[content..here.min(rest.len())]);
    if whole > max_record as u64 {
        return Cut::Long { start, length: whole, is_page };
    }
    let Some(after) = rest.get(here..) else {
        return if ended { broken() } else { Cut::More };
    };
    let gap = line_ends(after);
    let next = &after[gap..];
    if next.len() < MAGIC.len() && !ended {
        return Cut::More;
    }
    // What follows two whole line ends is trouble of its own.
    let is_end = after.starts_with(b"\r\n\r\n") || next.is_empty() || next.starts_with(MAGIC);
    let is_torn = rest[..here].ends_with(b"\r") && !is_even(&after[..gap]);
    if !is_end || is_torn {
        return broken();
    }
    Cut::Record { body: start..start + here, end: start + here + gap, is_page }
}

/// Something that is no record, from `start` to the next line that begins one.
fn up_to_next(bytes: &[u8], start: usize, ended: bool, max_record: usize) -> Cut {
    let window = start.saturating_add(max_record).saturating_add(MAGIC.len() + 1);
    let looked_at = &bytes[start..bytes.len().min(window)];
    let end = match memmem::find(looked_at, NEXT) {
        Some(line_end) => start + line_end + 1,
        None if bytes.len() >= window => start + max_record,
        None if ended => bytes.len(),
        None => return Cut::More,
    };
    // No more than line ends: with a space behind it a record whose length is right would be a page, and cut
    // elsewhere once it has another text.
    let is_line_end = |c: &u8| matches!(c, b'\r' | b'\n');
    let body = bytes[start..end].iter().rposition(|c| !is_line_end(c)).map_or(0, |last| last + 1);
    Cut::Record { body: start..start + body, end, is_page: true }
}

/// Bytes of line ends at the start.
fn line_ends(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|c| matches!(c, b'\r' | b'\n')).count()
}

/// Whether line ends are all of one kind. If not, half of one may be the other half of the content.
fn is_even(gap: &[u8]) -> bool {
    gap.iter().all(|&c| c == b'\n') || gap.chunks(2).all(|end| end == b"\r\n")
}

/// Whether a record is a page: a text in a WET file; HTML or text that a server sent in a WARC file.
fn is_page(format: Format, header: &[u8], content: &[u8]) -> bool {
    let Some(kind) = block::value(header, "WARC-Type") else { return true };
    let is = |word: &str| kind.eq_ignore_ascii_case(word.as_bytes());
    if is("conversion") {
        return true;
    }
    if format == Format::Wet {
        return false;
    }
    let payload = if is("response") {
        http::payload_of_response(header, content)
    } else if is("resource") {
        Payload::of_type(block::value(header, "Content-Type").unwrap_or_default(), content)
    } else {
        None
    };
    payload.is_some()
}

impl Cutter<'_> {
    /// Whole records: about a batch, or one long one. Gives the number of bytes that were not kept.
    pub(in super::super) fn warc(&mut self, held: &mut Buffers) -> Result<u64> {
        let Buffers { bytes, spans } = held;
        let mut start = 0;
        let mut ended = false;
        loop {
            let found = cut(&bytes[start..], ended, self.place.max_record, self.source.format);
            match found {
                Cut::Record { body, end, is_page } => {
                    let body = start + body.start..start + body.end;
                    start += end;
                    if is_page {
                        let end = body.end..start;
                        self.place.end_record(spans, body, end, 1);
                    } else {
                        self.note_other(&bytes[body]);
                        self.place.pass(1);
                    }
                }
                Cut::Long { start: at, length, is_page } => {
                    return self.drop_warc(held, start + at, length, is_page);
                }
                Cut::Nothing => {
                    start = bytes.len();
                    break;
                }
                Cut::More if start > 0 && bytes.len() >= self.batch_bytes => break,
                Cut::More => match self.fill(bytes) {
                    Fill::More => {}
                    Fill::End => ended = true,
                    Fill::Failed => {
                        bytes.truncate(start);
                        break;
                    }
                },
            }
        }
        self.carry.extend_from_slice(&bytes[start..]);
        bytes.truncate(start);
        Ok(0)
    }

    /// Takes note of a record that is no page.
    fn note_other(&mut self, record: &[u8]) {
        let header = &record[..block::end(record).unwrap_or(record.len())];
        let kind = block::value(header, "WARC-Type").unwrap_or_default();
        let media_type = block::value(header, "Content-Type").unwrap_or_default();
        let kind = String::from_utf8_lossy(kind).to_ascii_lowercase();
        let is_wat = kind == "metadata" && block::is_type(media_type, "application/json");
        let kind = if is_wat { "WAT".to_owned() } else { kind };
        *self.others.entry(kind).or_default() += 1;
    }

    /// Reads over a record of `length` bytes that begins at `start`, and the line ends after it.
    /// Gives the number of bytes that were not kept.
    ///
    /// Where the file ends before the record does, its length is wrong. It is told as a record, whatever
    /// its kind, and ends where the next one begins: there the file is read again. Its end is known from
    /// then on, so that this happens once.
    fn drop_warc(
        &mut self,
        held: &mut Buffers,
        start: usize,
        length: u64,
        is_page: bool,
    ) -> Result<u64> {
        let mut chunk = held.bytes.split_off(start);
        let first = self.place.byte + start as u64;
        let is_wrong = self.whole.is_some_and(|whole| first.saturating_add(length) > whole);
        let mut next = NextRecord::default();
        let mut dropped = 0;
        let mut to_go = length;
        loop {
            next.look(&chunk);
            if is_wrong && let Some(at) = next.at {
                // It begins in this chunk, or its first letters ended the one before.
                let behind = usize::try_from(next.passed - at).unwrap_or(usize::MAX);
                let letters = behind.saturating_sub(chunk.len()).min(MAGIC.len());
                self.carry.extend_from_slice(&MAGIC[..letters]);
                self.carry.extend_from_slice(&chunk[chunk.len().saturating_sub(behind)..]);
                self.place.end_dropped_record(&mut held.spans, start..start, length, 1);
                return Ok(at);
            }
            let here = usize::try_from(to_go).unwrap_or(usize::MAX).min(chunk.len());
            to_go -= here as u64;
            let gap = if to_go == 0 { line_ends(&chunk[here..]) } else { 0 };
            dropped += (here + gap) as u64;
            if here + gap < chunk.len() {
                self.carry.extend_from_slice(&chunk[here + gap..]);
                break;
            }
            chunk.clear();
            match self.fill(&mut chunk) {
                Fill::More => {}
                Fill::End => {
                    if to_go > 0
                        && let Some(at) = next.at
                        && self.go_back(first + at)?
                    {
                        dropped = at;
                    }
                    break;
                }
                // Cut short by damage: not a record, like any other.
                Fill::Failed => return Ok(dropped),
            }
        }
        if is_page || to_go > 0 {
            self.place.end_dropped_record(&mut held.spans, start..start, length, 1);
        } else {
            self.place.pass(1);
        }
        Ok(dropped)
    }
}

/// Looks for the next line that begins a record in bytes that pass by.
#[derive(Default)]
struct NextRecord {
    /// The last bytes that passed, fewer than what is looked for.
    last: Vec<u8>,
    /// How many have passed.
    passed: u64,
    /// After how many bytes it begins.
    at: Option<u64>,
}

impl NextRecord {
    fn look(&mut self, chunk: &[u8]) {
        let overlap = NEXT.len() - 1;
        if self.at.is_none() {
            let before = self.passed - self.last.len() as u64;
            self.last.extend_from_slice(&chunk[..chunk.len().min(overlap)]);
            let across = memmem::find(&self.last, NEXT).map(|at| before + at as u64);
            let inside = || memmem::find(chunk, NEXT).map(|at| self.passed + at as u64);
            self.at = across.or_else(inside).map(|line_end| line_end + 1);
            if chunk.len() > overlap {
                self.last.clear();
                self.last.extend_from_slice(&chunk[chunk.len() - overlap..]);
            } else {
                self.last.drain(..self.last.len().saturating_sub(overlap));
            }
        }
        self.passed += chunk.len() as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(content: &str) -> String {
        let length = content.len();
        format!(
            "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: {length}\r\n\r\n{content}\r\n\r\n"
        )
    }

    fn bodies(bytes: &str) -> Vec<&str> {
        records(bytes.as_bytes()).map(|record| &bytes[record]).collect()
    }

    #[test]
    fn records_are_cut_by_their_length() {
        let (a, b) = (record("one\r\n\r\nWARC/1.0\r\n"), record(""));
        let both = format!("{a}{b}");
        assert_eq!(bodies(&both), [&a, &b]);
    }

    #[test]
    fn a_wrong_length_harms_one_record() {
        let (bad, good) = (record("some text").replace("h: 9", "h: 3"), record("text"));
        assert_eq!(bodies(&format!("{bad}{good}")), [&bad, &good]);
        let long = bad.replace("h: 3", "h: 20");
        assert_eq!(bodies(&format!("{long}{good}{good}")), [&long, &good, &good]);
    }

    #[test]
    fn records_do_not_depend_on_what_is_behind_them() {
        let text = [
            record("a text"),
            "rubbish\n".into(),
            record("x").replace("Length", "Lenth"),
            record("y"),
        ]
        .concat();
        let bytes = text.as_bytes();
        let mut from = 0;
        for whole in records(bytes) {
            for end in from..bytes.len() {
                match cut(&bytes[from..end], false, usize::MAX, Format::Wet) {
                    Cut::More => {}
                    Cut::Record { end, .. } => assert_eq!(from + end, whole.end),
                    other => panic!("{other:?}"),
                }
            }
            from = whole.end;
        }
        assert_eq!(from, bytes.len());
    }
}
