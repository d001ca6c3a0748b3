//! Whole records of one file, numbered and located, not yet parsed.

use std::{mem, ops::Range, sync::Arc};

use super::{
    Corpus,
    map::Map,
    place::Place,
    pool::{Buffers, Pool},
};
use crate::base::{error::Location, page::PageNumber};

/// About 1 MiB of whole records of one file; more if one record is longer.
///
/// The records' leads, bodies and ends in order, followed by [`tail`](Batch::tail), are the bytes
/// that were read. A batch of blank lines has no record, only a tail.
///
/// Its buffers are used again when it is dropped.
#[derive(Debug)]
pub struct Batch {
    /// Index into [`Corpus::files`].
    pub file: usize,
    /// Global number of the first record.
    pub first_page: PageNumber,
    /// Number of the first record in its file, from 1, not counting blank lines.
    pub first_record: u64,
    /// Offset of the first byte in the decompressed file.
    pub first_byte: u64,
    /// Of the first pass over everything, in which records are counted.
    pub(super) is_first: bool,
    /// Bytes of the file that it stands for.
    length: u64,
    /// Bytes that were read to make it, as they stand in the file.
    stored: u64,
    /// Its bytes in a mapped file; otherwise they are in `held`.
    map: Option<(Arc<Map>, Range<usize>)>,
    held: Buffers,
    pool: Arc<Pool>,
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.pool.give(mem::take(&mut self.held));
    }
}

/// Where a record stands in the bytes of its batch. Its lead begins where the one before ends.
#[derive(Clone, Debug)]
pub(super) struct Span {
    /// Empty, at its place, if the record is too long to be held. A batch that is mapped has its
    /// bytes all the same, and nobody looks at them.
    pub(super) body: Range<usize>,
    pub(super) end: Range<usize>,
    /// Bytes of the body, held or not.
    pub(super) length: u64,
    /// Number of the line in the file, from 1.
    pub(super) line: u64,
}

/// One record as it stands in its file.
///
/// `lead`, `body` and `end` in this order are the bytes of the file, so whoever writes them back
/// changes nothing.
#[derive(Clone, Copy, Debug)]
pub struct RawRecord<'a> {
    /// Global number.
    pub number: PageNumber,
    /// Index into [`Corpus::files`].
    pub file: usize,
    /// Read in the first pass over everything.
    pub(super) is_first: bool,
    /// Number of the record in its file, from 1, not counting blank lines.
    pub record: u64,
    /// Number of its line in the file, from 1; 1 for a text file.
    pub line: u64,
    /// Offset of the body's first byte in the decompressed file.
    pub byte: u64,
    /// Bytes of the body. More than `body.len()` if the record is too long to be held; the body is
    /// empty then.
    pub length: u64,
    /// Blank lines before it; for the first record of a file also a byte order mark.
    pub lead: &'a [u8],
    /// The line without its end, or the whole text file.
    pub body: &'a [u8],
    /// `\n`, `\r\n` or nothing.
    pub end: &'a [u8],
}

impl Batch {
    /// What was read at `place`: `length` bytes, of which long lines are not held, out of `stored`.
    pub(super) fn read(
        place: &Place,
        held: Buffers,
        [length, stored]: [u64; 2],
        pool: &Arc<Pool>,
    ) -> Batch {
        Batch {
            file: place.file,
            first_page: 0,
            first_record: place.record,
            first_byte: place.byte,
            is_first: false,
            length,
            stored,
            map: None,
            held,
            pool: Arc::clone(pool),
        }
    }

    /// That range of a mapped file, which begins at `place`.
    pub(super) fn mapped(
        place: &Place,
        map: (Arc<Map>, Range<usize>),
        held: Buffers,
        pool: &Arc<Pool>,
    ) -> Batch {
        let mut batch = Batch::read(place, held, [map.1.len() as u64; 2], pool);
        batch.map = Some(map);
        batch
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.held.spans.len()
    }

    /// Has no record, only a tail.
    pub fn is_empty(&self) -> bool {
        self.held.spans.is_empty()
    }

    /// Decompressed bytes of the file that it stands for, records too long to be held included.
    pub fn bytes(&self) -> u64 {
        self.length
    }

    /// Bytes of the file, compressed as they stand there, that were read to make it: with those of the
    /// batches before it, how far the file has been read.
    pub fn stored(&self) -> u64 {
        self.stored
    }

    fn held(&self) -> &[u8] {
        self.map.as_ref().map_or(&self.held.bytes, |(map, range)| &map.bytes()[range.clone()])
    }

    /// The records in order.
    pub fn raw(&self) -> impl ExactSizeIterator<Item = RawRecord<'_>> + Clone {
        let mut lead = 0;
        self.held.spans.iter().enumerate().map(move |(index, span)| {
            let record = self.at(index, span, lead);
            lead = span.end.end;
            record
        })
    }

    /// The record of that index in this batch.
    pub fn record(&self, index: usize) -> Option<RawRecord<'_>> {
        let lead =
            index.checked_sub(1).and_then(|i| self.held.spans.get(i)).map_or(0, |s| s.end.end);
        self.held.spans.get(index).map(|span| self.at(index, span, lead))
    }

    /// Blank lines after the last record of this batch.
    pub fn tail(&self) -> &[u8] {
        &self.held()[self.held.spans.last().map_or(0, |span| span.end.end)..]
    }

    fn at(&self, index: usize, span: &Span, lead: usize) -> RawRecord<'_> {
        let bytes = self.held();
        RawRecord {
            // The cutter refuses a batch whose last number does not fit.
            #[expect(clippy::cast_possible_truncation, reason = "checked for the whole batch")]
            number: self.first_page + index as PageNumber,
            file: self.file,
            is_first: self.is_first,
            record: self.first_record + index as u64,
            line: span.line,
            byte: self.first_byte + span.body.start as u64,
            length: span.length,
            lead: &bytes[lead..span.body.start],
            body: &bytes[span.body.clone()],
            end: &bytes[span.end.clone()],
        }
    }
}

impl RawRecord<'_> {
    /// Where it stands, for messages.
    ///
    /// # Panics
    ///
    /// If `corpus` is not the one it was read from and has fewer files.
    pub fn at(&self, corpus: &Corpus) -> Location {
        let file = corpus.files[self.file].name.clone();
        Location { file, record: self.line, byte: self.byte }
    }
}
