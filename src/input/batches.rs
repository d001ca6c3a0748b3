//! Files → batches: decompressing and cutting at line ends, nothing else.

use std::{
    io::{self, Read},
    mem,
    ops::Range,
};

use memchr::memchr;

use super::{
    Corpus,
    batch::{Batch, Span},
    decompress::{Decoder, broken},
    source::{Format, Source},
};
use crate::{
    error::{Error, Result},
    page::PageNumber,
};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The batches of a corpus or of one of its files, in order. Ends after the first error.
pub struct Batches<'a> {
    corpus: &'a Corpus,
    /// Files not yet begun.
    files: Range<usize>,
    current: Option<Cutter<'a>>,
    next_page: PageNumber,
    /// From the first file to the last, so that numbers and counts are those of the corpus.
    whole: bool,
    ended: bool,
}

impl<'a> Batches<'a> {
    pub(super) fn new(corpus: &'a Corpus, files: Range<usize>, next_page: PageNumber) -> Self {
        let whole = files == (0..corpus.files.len());
        Batches { corpus, files, current: None, next_page, whole, ended: false }
    }

    fn advance(&mut self) -> Result<Option<Batch>> {
        loop {
            if let Some(cutter) = &mut self.current {
                if let Some(mut batch) = cutter.next()? {
                    batch.first_page = self.next_page;
                    self.next_page = PageNumber::try_from(batch.len())
                        .ok()
                        .and_then(|n| self.next_page.checked_add(n))
                        .ok_or_else(|| too_many(cutter.source))?;
                    return Ok(Some(batch));
                }
                self.current = None;
            }
            self.check_start(self.files.start)?;
            let Some(file) = self.files.next() else { return Ok(None) };
            self.current = Some(Cutter::new(self.corpus, file)?);
        }
    }

    /// Notes where `file` starts, or that an earlier pass saw it start elsewhere.
    fn check_start(&self, file: usize) -> Result<()> {
        if !self.whole {
            return Ok(());
        }
        let Some(start) = self.corpus.starts.get(file) else { return Ok(()) };
        let before = *start.get_or_init(|| self.next_page);
        if before == self.next_page {
            return Ok(());
        }
        // Of the first file, nothing comes before it that could change.
        let changed = &self.corpus.files[file.saturating_sub(1)].name;
        Err(Error::data(
            changed,
            format!(
                "changed while it was read (page {before} of the input is now page {}); run again \
                 when nobody writes to it",
                self.next_page
            ),
        ))
    }
}

impl Iterator for Batches<'_> {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Result<Batch>> {
        if self.ended {
            return None;
        }
        let next = self.advance().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

fn too_many(source: &Source) -> Error {
    let problem = format!("input has more than {} pages up to here; split it", PageNumber::MAX);
    Error::data(&source.name, problem)
}

/// What a read gave.
enum Fill {
    More,
    End,
    Failed,
}

/// Cuts one file.
struct Cutter<'a> {
    source: &'a Source,
    file: usize,
    decoder: Decoder,
    batch_bytes: usize,
    max_record: usize,
    /// Bytes read and not yet handed out.
    carry: Vec<u8>,
    /// Offset of the first byte of `carry`, number of its line and its record.
    byte: u64,
    line: u64,
    record: u64,
    /// Bytes that came out of the decoder.
    read: u64,
    ended: bool,
    failed: Option<io::Error>,
}

impl<'a> Cutter<'a> {
    fn new(corpus: &'a Corpus, file: usize) -> Result<Self> {
        let source = &corpus.files[file];
        Ok(Cutter {
            source,
            file,
            decoder: source.open()?,
            batch_bytes: corpus.batch_bytes,
            max_record: corpus.options.max_record,
            carry: Vec::new(),
            byte: 0,
            line: 1,
            record: 1,
            read: 0,
            ended: false,
            failed: None,
        })
    }

    fn next(&mut self) -> Result<Option<Batch>> {
        let batch = match self.source.format {
            Format::JsonLines => self.lines(),
            Format::Text => self.text(),
        };
        if !batch.bytes.is_empty() || !batch.spans.is_empty() {
            return Ok(Some(batch));
        }
        match self.failed.take() {
            Some(cause) => Err(broken(self.source, self.read, cause)),
            None => Ok(None),
        }
    }

    /// Appends to `bytes`, at most to the next multiple of the batch size.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> Fill {
        if self.failed.is_some() {
            return Fill::Failed;
        }
        if self.ended {
            return Fill::End;
        }
        let before = bytes.len();
        let room = self.batch_bytes - before % self.batch_bytes;
        let result = (&mut self.decoder).take(room as u64).read_to_end(bytes);
        let got = bytes.len() - before;
        self.read += got as u64;
        match result {
            Ok(_) => self.ended = got < room,
            // What came before the damage is good, and may have whole records.
            Err(e) => self.failed = Some(e),
        }
        if got > 0 {
            Fill::More
        } else if self.failed.is_some() {
            Fill::Failed
        } else {
            Fill::End
        }
    }

    /// Whole lines: about a batch, or one long line.
    fn lines(&mut self) -> Batch {
        let mut batch = self.start_batch();
        let mut line_start = 0;
        // Up to here there is no line end after `line_start`: no byte is searched twice, so that a
        // line of any length costs time in proportion.
        let mut searched = 0;
        // Bytes of the file that are in no batch.
        let mut dropped = 0;
        loop {
            while let Some(i) = memchr(b'\n', &batch.bytes[searched..]) {
                let line_end = searched + i + 1;
                self.end_line(&mut batch, line_start..line_end);
                line_start = line_end;
                searched = line_end;
            }
            searched = batch.bytes.len();
            if line_start > 0 && batch.bytes.len() >= self.batch_bytes {
                break;
            }
            // Room for a line end and a byte order mark.
            if batch.bytes.len() - line_start > self.max_record.saturating_add(4) {
                dropped = self.drop_line(&mut batch, line_start);
                line_start = batch.bytes.len();
                break;
            }
            match self.fill(&mut batch.bytes) {
                Fill::More => {}
                Fill::End => {
                    let end = batch.bytes.len();
                    if line_start < end {
                        self.end_line(&mut batch, line_start..end);
                        line_start = end;
                    }
                    break;
                }
                Fill::Failed => {
                    // The rest of this line cannot be read, so it is part of the damage.
                    batch.bytes.truncate(line_start);
                    break;
                }
            }
        }
        if line_start < batch.bytes.len() {
            self.carry = batch.bytes[line_start..].to_vec();
            batch.bytes.truncate(line_start);
        }
        self.byte += line_start as u64 + dropped;
        batch
    }

    /// The whole file, as one record.
    fn text(&mut self) -> Batch {
        let mut batch = self.start_batch();
        loop {
            if batch.bytes.len() > self.max_record.saturating_add(4) {
                self.drop_text(&mut batch);
                return batch;
            }
            match self.fill(&mut batch.bytes) {
                Fill::More => {}
                Fill::End => break,
                Fill::Failed => {
                    batch.bytes.clear();
                    break;
                }
            }
        }
        let body = start_of_text(&batch.bytes)..batch.bytes.len();
        if !self.is_blank(&batch.bytes[body.clone()]) {
            let end = body.end..body.end;
            self.push(&mut batch, body, end);
        }
        batch
    }

    fn start_batch(&mut self) -> Batch {
        Batch {
            file: self.file,
            first_page: 0,
            first_record: self.record,
            first_byte: self.byte,
            bytes: mem::take(&mut self.carry),
            spans: Vec::new(),
        }
    }

    /// Takes note of a line, whose end may be missing at the end of the file.
    fn end_line(&mut self, batch: &mut Batch, line: Range<usize>) {
        let bytes = &batch.bytes[..line.end];
        let body_end = match &bytes[line.start..] {
            [.., b'\r', b'\n'] => line.end - 2,
            [.., b'\n'] => line.end - 1,
            _ => line.end,
        };
        let mut body_start = line.start;
        if batch.first_byte == 0 && line.start == 0 {
            body_start = start_of_text(bytes).min(body_end);
        }
        if !self.is_blank(&bytes[body_start..body_end]) {
            self.push(batch, body_start..body_end, body_end..line.end);
        }
        self.line += 1;
    }

    /// Not a record. What is too long is one whatever it holds, because it may be dropped unseen.
    fn is_blank(&self, bytes: &[u8]) -> bool {
        bytes.len() <= self.max_record
            && bytes.iter().all(|c| matches!(c, b' ' | b'\t' | b'\r' | b'\n'))
    }

    fn push(&mut self, batch: &mut Batch, mut body: Range<usize>, end: Range<usize>) {
        let length = body.len() as u64;
        if body.len() > self.max_record {
            // Whether it happens to be in memory depends on the batch size; results must not.
            body.end = body.start;
        }
        batch.spans.push(Span { body, end, length, line: self.line });
        self.record += 1;
    }

    /// Reads to the end of the line that begins at `line_start`, keeping only its length and its
    /// end. Gives the number of bytes that were not kept.
    fn drop_line(&mut self, batch: &mut Batch, line_start: usize) -> u64 {
        let is_first = batch.first_byte == 0 && line_start == 0;
        let body = if is_first { start_of_text(&batch.bytes) } else { line_start };
        let mut length = (batch.bytes.len() - body) as u64;
        let mut last = batch.bytes.last().copied();
        batch.bytes.truncate(body);
        let mut chunk = Vec::new();
        let end: &[u8] = loop {
            chunk.clear();
            match self.fill(&mut chunk) {
                Fill::More => {}
                Fill::End => break b"",
                Fill::Failed => {
                    // Cut short by damage: not a record, like any other line.
                    batch.bytes.truncate(line_start);
                    return length + (body - line_start) as u64;
                }
            }
            let line_end = memchr(b'\n', &chunk);
            let rest = &chunk[..line_end.unwrap_or(chunk.len())];
            length += rest.len() as u64;
            last = rest.last().copied().or(last);
            if let Some(i) = line_end {
                self.carry = chunk[i + 1..].to_vec();
                break if last == Some(b'\r') { b"\r\n" } else { b"\n" };
            }
        };
        if end.len() == 2 {
            length -= 1;
        }
        batch.bytes.extend_from_slice(end);
        let span_end = body..batch.bytes.len();
        batch.spans.push(Span { body: body..body, end: span_end, length, line: self.line });
        self.record += 1;
        self.line += 1;
        length
    }

    /// Reads to the end of the file, keeping only its length.
    fn drop_text(&mut self, batch: &mut Batch) {
        let body = start_of_text(&batch.bytes);
        let mut length = (batch.bytes.len() - body) as u64;
        batch.bytes.truncate(body);
        let mut chunk = Vec::new();
        while let Fill::More = self.fill(&mut chunk) {
            length += chunk.len() as u64;
            chunk.clear();
        }
        if self.failed.is_some() {
            batch.bytes.clear();
            return;
        }
        batch.spans.push(Span { body: body..body, end: body..body, length, line: self.line });
        self.record += 1;
    }
}

/// Where the text begins after a byte order mark.
fn start_of_text(bytes: &[u8]) -> usize {
    if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
}
