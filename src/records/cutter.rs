//! Batches of a file that is read: decompressing and cutting at line ends, nothing else.

use std::{
    io::{self, Read},
    sync::Arc,
};

use memchr::memchr;

use super::{
    Corpus,
    batch::Batch,
    damage::{Damaged, Damages},
    noticed::Others,
    place::Place,
    pool::{Buffers, Pool},
    source::{Format, Source},
};
use crate::base::error::Result;
use crate::records::codec::{
    decompress::{Decoder, broken},
    members::Behind,
};

/// What a read gave.
pub(super) enum Fill {
    More,
    End,
    Failed,
}

/// Cuts one file as it is read.
pub(super) struct Cutter<'a> {
    pub(super) source: &'a Source,
    pool: &'a Arc<Pool>,
    damages: &'a Damages,
    decoder: Decoder,
    pub(super) batch_bytes: usize,
    /// Lines are handed out as soon as they have come.
    prompt: bool,
    /// Bytes read and not yet handed out.
    pub(super) carry: Vec<u8>,
    /// Where the next batch begins.
    pub(super) place: Place,
    /// Records of a crawl that are no pages, by their kind.
    pub(super) others: Others,
    /// Bytes that came out of the decoder.
    read: u64,
    /// Bytes of the file that batches have been made of.
    taken: u64,
    /// Bytes of the file that were taken before it was opened again.
    taken_before: u64,
    /// How many bytes come out of the decoder, once it has come to the end.
    pub(super) whole: Option<u64>,
    ended: bool,
    failed: Option<io::Error>,
}

impl<'a> Cutter<'a> {
    pub(super) fn new(corpus: &'a Corpus, file: usize) -> Result<Self> {
        let source = &corpus.files[file];
        Ok(Cutter {
            source,
            pool: &corpus.pool,
            damages: &corpus.damages,
            decoder: source.open()?,
            batch_bytes: corpus.batch_bytes,
            prompt: corpus.once,
            carry: Vec::new(),
            place: Place {
                line_end: source.line_end,
                ..Place::start(file, corpus.options.max_record)
            },
            others: Others::new(),
            read: 0,
            taken: 0,
            taken_before: 0,
            whole: None,
            ended: false,
            failed: None,
        })
    }

    pub(super) fn next(&mut self) -> Result<Option<Batch>> {
        let mut held = self.pool.take();
        held.bytes.append(&mut self.carry);
        let place = self.place.clone();
        let dropped = match self.source.format {
            // Parquet is not cut but decoded, and rows are there.
            Format::JsonLines | Format::Parquet | Format::Rows => self.lines(&mut held),
            Format::Text | Format::Html => self.text(&mut held),
            Format::Csv => {
                let delimiter = self.source.header.as_ref().map_or(b',', |h| h.delimiter());
                self.csv(&mut held, delimiter)
            }
            Format::Wet | Format::Warc => self.warc(&mut held)?,
        };
        let length = held.bytes.len() as u64 + dropped;
        self.place.byte += length;
        // Of a record that is no page and too long to be held nothing may be left but its length.
        if length > 0 || !held.spans.is_empty() {
            let stored = self.decoder.taken().max(self.taken_before) - self.taken;
            self.taken += stored;
            return Ok(Some(Batch::read(&place, held, [length, stored], self.pool)));
        }
        self.pool.give(held);
        if let Some(cause) = self.failed.take() {
            return Err(broken(self.source, self.read, cause));
        }
        self.look_behind();
        Ok(None)
    }

    /// Notes what stands behind the end of compressed data.
    fn look_behind(&self) {
        let Some(Behind { bytes, is_padding }) = self.decoder.behind() else { return };
        let file = &self.source.name;
        if is_padding {
            self.damages
                .note(format!("{file}: {bytes} bytes of padding behind the end of the gzip data"));
            return;
        }
        self.damages.damage(Damaged {
            file: file.clone(),
            problem: format!(
                "{bytes} bytes behind the end of the gzip data are no gzip and were not read; everything before them was"
            ),
            pages: self.place.record - 1,
            cut: false,
        });
    }

    /// Goes back to `byte` of what the decoder gives, which has come to its end. Does nothing, and says so,
    /// where the file can be read once only.
    pub(super) fn go_back(&mut self, byte: u64) -> Result<bool> {
        if self.prompt {
            return Ok(false);
        }
        self.whole = Some(self.read);
        self.taken_before = self.decoder.taken().max(self.taken_before);
        self.decoder = self.source.open()?;
        self.carry.clear();
        self.ended = false;
        match io::copy(&mut (&mut self.decoder).take(byte), &mut io::sink()) {
            Ok(read) => self.read = read,
            Err(e) => self.failed = Some(e),
        }
        Ok(true)
    }

    /// Appends to `bytes`, at most to the next multiple of the batch size.
    pub(super) fn fill(&mut self, bytes: &mut Vec<u8>) -> Fill {
        if self.failed.is_some() {
            return Fill::Failed;
        }
        if self.ended {
            return Fill::End;
        }
        let before = bytes.len();
        let room = self.batch_bytes - before % self.batch_bytes;
        bytes.reserve(room);
        let result = if self.prompt {
            read_once(&mut self.decoder, room, bytes).map(drop)
        } else {
            self.decoder.append(room, bytes)
        };
        let got = bytes.len() - before;
        self.read += got as u64;
        match result {
            Ok(()) => self.ended = got == 0 || (got < room && !self.prompt),
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

    /// Whole lines: about a batch, or one long line. Gives the number of bytes that were not kept.
    fn lines(&mut self, held: &mut Buffers) -> u64 {
        let Buffers { bytes, spans } = held;
        let mut line_start = 0;
        // Up to here there is no line end after `line_start`: no byte is searched twice, so that a
        // line of any length costs time in proportion.
        let mut searched = 0;
        loop {
            while let Some(i) = memchr(self.source.line_end, &bytes[searched..]) {
                let line_end = searched + i + 1;
                self.place.end_line(spans, bytes, line_start..line_end);
                line_start = line_end;
                searched = line_end;
            }
            searched = bytes.len();
            if line_start > 0 && (self.prompt || bytes.len() >= self.batch_bytes) {
                break;
            }
            // Room for a line end and a byte order mark.
            if bytes.len() - line_start > self.place.max_record.saturating_add(4) {
                return self.drop_line(held, line_start);
            }
            match self.fill(bytes) {
                Fill::More => {}
                Fill::End => {
                    if line_start < bytes.len() {
                        self.place.end_line(spans, bytes, line_start..bytes.len());
                        line_start = bytes.len();
                    }
                    break;
                }
                Fill::Failed => {
                    // The rest of this line cannot be read, so it is part of the damage.
                    bytes.truncate(line_start);
                    break;
                }
            }
        }
        self.carry.extend_from_slice(&bytes[line_start..]);
        bytes.truncate(line_start);
        0
    }

    /// The whole file, as one record. Gives the number of bytes that were not kept.
    fn text(&mut self, held: &mut Buffers) -> u64 {
        loop {
            if held.bytes.len() > self.place.max_record.saturating_add(4) {
                return self.drop_text(held);
            }
            match self.fill(&mut held.bytes) {
                Fill::More => {}
                Fill::End => break,
                Fill::Failed => {
                    held.bytes.clear();
                    return 0;
                }
            }
        }
        self.place.end_text(&mut held.spans, &held.bytes);
        0
    }

    /// Reads to the end of the line that begins at `line_start`, keeping only its length and its
    /// end. Gives the number of bytes that were not kept.
    fn drop_line(&mut self, held: &mut Buffers, line_start: usize) -> u64 {
        let Buffers { bytes, spans } = held;
        let body = self.place.start_of_body(bytes, line_start);
        let mut length = (bytes.len() - body) as u64;
        let mut last = bytes.last().copied();
        bytes.truncate(body);
        let mut chunk = Vec::new();
        let end: &[u8] = loop {
            chunk.clear();
            match self.fill(&mut chunk) {
                Fill::More => {}
                Fill::End => break b"",
                Fill::Failed => {
                    // Cut short by damage: not a record, like any other line.
                    bytes.truncate(line_start);
                    return length + (body - line_start) as u64;
                }
            }
            let line_end = memchr(self.source.line_end, &chunk);
            let rest = &chunk[..line_end.unwrap_or(chunk.len())];
            length += rest.len() as u64;
            last = rest.last().copied().or(last);
            if let Some(i) = line_end {
                self.carry.extend_from_slice(&chunk[i + 1..]);
                break match (self.source.line_end, last) {
                    (b'\r', _) => b"\r",
                    (_, Some(b'\r')) => b"\r\n",
                    _ => b"\n",
                };
            }
        };
        if end.len() == 2 {
            length -= 1;
        }
        bytes.extend_from_slice(end);
        self.place.end_dropped_line(spans, body..bytes.len(), length);
        length
    }

    /// Reads to the end of the file, keeping only its length. Gives the number of bytes that were
    /// not kept.
    fn drop_text(&mut self, held: &mut Buffers) -> u64 {
        let Buffers { bytes, spans } = held;
        let body = self.place.start_of_body(bytes, 0);
        let mut length = (bytes.len() - body) as u64;
        bytes.truncate(body);
        let mut chunk = Vec::new();
        while let Fill::More = self.fill(&mut chunk) {
            length += chunk.len() as u64;
            chunk.clear();
        }
        if self.failed.is_some() {
            bytes.clear();
            return length;
        }
        self.place.end_dropped_line(spans, body..body, length);
        length
    }
}

/// One read of at most `room` bytes: what is there now, or waits for something.
fn read_once(decoder: &mut Decoder, room: usize, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let before = bytes.len();
    bytes.resize(before + room, 0);
    let read = loop {
        match decoder.read(&mut bytes[before..]) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            read => break read,
        }
    };
    bytes.truncate(before + read.as_ref().map_or(0, |&n| n));
    read
}
