//! Keys and the pages that have them, sorted, found by the high bits of the key.
//!
//! ```text
//! records    key u64, page u32, ascending
//! directory  for each value of the high bits where its records begin, u64, and where the last end
//! ```
//!
//! A look-up reads two numbers of the directory and searches some [`EACH`] records: two places on disk, whatever the
//! size.

use std::io::{self, Write};

use crate::{
    Result,
    base::page::PageNumber,
    store::{Plain, Table, TableWriter},
};

/// Records for each entry of the directory, about.
const EACH: u64 = 64;
/// Bytes of a record.
const RECORD: usize = 12;
/// Records that are read at once when all are wanted.
const CHUNK: u64 = 4096;

/// Where postings stand in a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Postings {
    at: u64,
    pub(super) count: u64,
    directory: u64,
    bits: u64,
}

impl Postings {
    pub(super) fn numbers(self) -> [u64; 4] {
        [self.at, self.count, self.directory, self.bits]
    }

    pub(super) fn of_numbers([at, count, directory, bits]: [u64; 4]) -> Option<Postings> {
        (bits <= 40).then_some(Postings { at, count, directory, bits })
    }

    /// Where a record is; a number that makes no sense is a place beyond the end.
    fn place(self, number: u64) -> u64 {
        self.at.saturating_add(number.saturating_mul(RECORD as u64))
    }

    /// Whether they stand where `fits` says that so many things of a size do, from a place on.
    pub(super) fn are_within(self, fits: impl Fn(u64, u64, usize) -> bool) -> bool {
        fits(self.at, self.count, RECORD) && fits(self.directory, (1 << self.bits) + 1, 8)
    }

    fn bucket(self, key: u64) -> u64 {
        if self.bits == 0 { 0 } else { key >> (64 - self.bits) }
    }

    /// The records of `key`.
    pub(super) fn of_key(self, table: &Table, key: u64) -> Result<KeyRecords<'_>> {
        let range = table.get(self.directory.saturating_add(8 * self.bucket(key)), 16)?;
        let (start, end) = (u64::get(&range[..8]), u64::get(&range[8..]));
        if start > end || end > self.count {
            return Err(table.nonsense("a directory of keys"));
        }
        let length = usize::try_from(end - start).unwrap_or(usize::MAX);
        let records = table.get(self.place(start), length.saturating_mul(RECORD))?;
        let (records, _) = records.as_chunks::<RECORD>();
        let from = records.partition_point(|record| u64::get(&record[..8]) < key);
        let records = &records[from..];
        Ok(KeyRecords(&records[..records.partition_point(|record| u64::get(&record[..8]) <= key)]))
    }

    /// All records in order, of a segment of so many pages.
    pub(super) fn walk(self, table: &Table, pages: PageNumber) -> Walk<'_> {
        Walk { postings: self, table, pages, next: 0, last: None, chunk: &[] }
    }
}

/// The records of a key in a segment, which are read as they are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyRecords<'t>(&'t [[u8; RECORD]]);

impl KeyRecords<'_> {
    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    /// A page by its place among them, counted within the segment.
    pub(super) fn page(self, at: usize) -> Option<PageNumber> {
        self.0.get(at).map(|bytes| record(bytes).1)
    }

    /// How many pages of the segment stand before one.
    pub(super) fn before(self, page: PageNumber) -> usize {
        self.0.partition_point(|bytes| record(bytes).1 < page)
    }
}

/// Reads all records.
#[derive(Debug)]
pub(super) struct Walk<'t> {
    postings: Postings,
    table: &'t Table,
    pages: PageNumber,
    /// The first record behind the chunk.
    next: u64,
    /// The record before that.
    last: Option<(u64, PageNumber)>,
    chunk: &'t [[u8; RECORD]],
}

impl Walk<'_> {
    /// The next record, which stays the next until it is [`taken`](Walk::take).
    pub(super) fn peek(&mut self) -> Result<Option<(u64, PageNumber)>> {
        if self.chunk.is_empty() {
            let count = CHUNK.min(self.postings.count.saturating_sub(self.next));
            #[expect(clippy::cast_possible_truncation, reason = "a few thousand")]
            let length = count as usize * RECORD;
            let at = self.postings.place(self.next);
            self.chunk = self.table.get(at, length)?.as_chunks().0;
            // Those before it have been read, and are not read again by this walk.
            self.table.let_go(at.saturating_sub(length as u64), length);
            self.next += count;
            for record in self.chunk.iter().map(record) {
                if record.1 >= self.pages || self.last.is_some_and(|last| last >= record) {
                    return Err(self.table.nonsense("pages of a key"));
                }
                self.last = Some(record);
            }
        }
        Ok(self.chunk.first().map(record))
    }

    pub(super) fn take(&mut self) {
        self.chunk = self.chunk.get(1..).unwrap_or_default();
    }
}

fn record(bytes: &[u8; RECORD]) -> (u64, PageNumber) {
    (u64::get(&bytes[..8]), u32::get(&bytes[8..]))
}

/// Calls `each` with all records of several postings, ascending; the pages of each come after those of the one
/// before it and begin with a number of their own.
pub(super) fn merged(
    walks: &mut [(PageNumber, Walk<'_>)],
    mut each: impl FnMut(u64, PageNumber) -> Result<()>,
) -> Result<()> {
    // Few are merged at a time, so looking at all of them costs less than a heap.
    loop {
        let mut least: Option<(u64, usize, PageNumber)> = None;
        for (number, (first, walk)) in walks.iter_mut().enumerate() {
            if let Some((key, page)) = walk.peek()?
                && least.is_none_or(|(lowest, ..)| key < lowest)
            {
                least = Some((key, number, first.saturating_add(page)));
            }
        }
        let Some((key, number, page)) = least else { return Ok(()) };
        walks[number].1.take();
        each(key, page)?;
    }
}

/// Writes postings, whose number is known before.
#[derive(Debug)]
pub(super) struct PostingsWriter {
    postings: Postings,
    /// Where the records of each value of the high bits begin.
    starts: Vec<u64>,
    written: u64,
}

impl PostingsWriter {
    pub(super) fn new(at: u64, count: u64) -> PostingsWriter {
        let bits = (count / EACH).checked_ilog2().map_or(0, u64::from);
        let postings = Postings { at, count, directory: 0, bits };
        PostingsWriter { postings, starts: Vec::new(), written: 0 }
    }

    pub(super) fn push<W: Write>(
        &mut self,
        out: &mut TableWriter<W>,
        key: u64,
        page: PageNumber,
    ) -> io::Result<()> {
        self.begin(self.postings.bucket(key) + 1);
        self.written += 1;
        let mut record = [0; RECORD];
        record[..8].copy_from_slice(&key.to_le_bytes());
        record[8..].copy_from_slice(&page.to_le_bytes());
        out.write(&record)
    }

    fn begin(&mut self, buckets: u64) {
        while (self.starts.len() as u64) < buckets {
            self.starts.push(self.written);
        }
    }

    pub(super) fn finish<W: Write>(mut self, out: &mut TableWriter<W>) -> io::Result<Postings> {
        self.begin((1 << self.postings.bits) + 1);
        self.postings.directory = out.at();
        self.starts.iter().try_for_each(|start| out.write(&start.to_le_bytes()))?;
        Ok(self.postings)
    }
}
