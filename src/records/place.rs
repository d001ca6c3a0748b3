//! A place in a file, moving on line by line: what becomes a record and which numbers it has.

use std::ops::Range;

use super::batch::Span;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Where a batch begins, and the numbers of its next line and record.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Index into the corpus's files.
    pub(super) file: usize,
    /// Offset of the batch's first byte in the decompressed file.
    pub(super) byte: u64,
    pub(super) line: u64,
    /// Number of the next record in its file, from 1, not counting blank lines.
    pub(super) record: u64,
    pub(super) max_record: usize,
    /// What ends its lines.
    pub(super) line_end: u8,
}

impl Place {
    /// The start of `file`.
    pub(super) fn start(file: usize, max_record: usize) -> Place {
        Place { file, byte: 0, line: 1, record: 1, max_record, line_end: b'\n' }
    }

    /// Takes note of a line of the batch `bytes`, whose end may be missing at the end of the file.
    pub(super) fn end_line(&mut self, spans: &mut Vec<Span>, bytes: &[u8], line: Range<usize>) {
        let body_end = match &bytes[line.clone()] {
            [.., b'\r', b'\n'] => line.end - 2,
            [.., end] if *end == self.line_end => line.end - 1,
            _ => line.end,
        };
        let body_start = self.start_of_body(&bytes[..line.end], line.start).min(body_end);
        if !self.is_blank(&bytes[body_start..body_end]) {
            self.push(spans, body_start..body_end, body_end..line.end);
        }
        self.line += 1;
    }

    /// Takes note of a line that was not held, by its place, the length of its body and its end.
    pub(super) fn end_dropped_line(&mut self, spans: &mut Vec<Span>, end: Range<usize>, body: u64) {
        self.end_dropped_record(spans, end, body, 1);
    }

    /// Takes note of a record that takes up `lines` lines, or whatever its file counts by.
    pub(super) fn end_record(
        &mut self,
        spans: &mut Vec<Span>,
        body: Range<usize>,
        end: Range<usize>,
        lines: u64,
    ) {
        self.push(spans, body, end);
        self.line += lines;
    }

    /// Takes note of a record that was not held, by its place, the length of its body, its end and its lines.
    pub(super) fn end_dropped_record(
        &mut self,
        spans: &mut Vec<Span>,
        end: Range<usize>,
        body: u64,
        lines: u64,
    ) {
        spans.push(Span { body: end.start..end.start, end, length: body, line: self.line });
        self.record += 1;
        self.line += lines;
    }

    /// Goes on over `lines` that are no record.
    pub(super) fn pass(&mut self, lines: u64) {
        self.line += lines;
    }

    /// Takes note of a text file, all of it in `bytes`.
    pub(super) fn end_text(&mut self, spans: &mut Vec<Span>, bytes: &[u8]) {
        let body = self.start_of_body(bytes, 0)..bytes.len();
        if !self.is_blank(&bytes[body.clone()]) {
            self.push(spans, body, bytes.len()..bytes.len());
        }
    }

    /// Where the body of the line begins that starts at `line_start`: after a byte order mark.
    pub(super) fn start_of_body(&self, bytes: &[u8], line_start: usize) -> usize {
        let is_first = self.byte == 0 && line_start == 0;
        if is_first && bytes.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len()
        } else {
            line_start
        }
    }

    /// Not a record. What is too long is one whatever it holds, because it may be dropped unseen.
    fn is_blank(&self, bytes: &[u8]) -> bool {
        bytes.len() <= self.max_record
            && bytes.iter().all(|c| matches!(c, b' ' | b'\t' | b'\r' | b'\n'))
    }

    fn push(&mut self, spans: &mut Vec<Span>, mut body: Range<usize>, end: Range<usize>) {
        let length = body.len() as u64;
        if body.len() > self.max_record {
            // Whether it happens to be in memory depends on the batch size; results must not.
            body.end = body.start;
        }
        spans.push(Span { body, end, length, line: self.line });
        self.record += 1;
    }
}
