//! Batches of a file that is mapped: cut like those that are read, but nothing is copied.

use std::sync::Arc;

use memchr::{memchr, memchr_iter};

use super::{
    Corpus,
    batch::Batch,
    map::Map,
    place::Place,
    pool::Pool,
    source::{Format, Source},
};
use crate::base::error::{Error, Result};

/// Cuts one mapped file.
pub(super) struct MappedCutter<'a> {
    pub(super) source: &'a Source,
    pool: &'a Arc<Pool>,
    map: Arc<Map>,
    batch_bytes: usize,
    /// Where the next batch begins.
    place: Place,
}

impl<'a> MappedCutter<'a> {
    /// Maps `file`; nothing if it has to be read: it is compressed, a stream, or cannot be mapped,
    /// or nobody asks for it.
    pub(super) fn new(corpus: &'a Corpus, file: usize) -> Result<Option<Self>> {
        let source = &corpus.files[file];
        let map = if corpus.options.map { source.map()? } else { None };
        Ok(map.map(|map| MappedCutter {
            source,
            pool: &corpus.pool,
            map: Arc::new(map),
            batch_bytes: corpus.batch_bytes,
            place: Place::start(file, corpus.options.max_record),
        }))
    }

    pub(super) fn next(&mut self) -> Result<Option<Batch>> {
        // A map is never longer than memory has addresses.
        let start = usize::try_from(self.place.byte).unwrap_or(usize::MAX);
        let rest = self.map.bytes().get(start..).unwrap_or_default();
        if rest.is_empty() {
            return self.check_end().map(|()| None);
        }
        let mut held = self.pool.take();
        let place = self.place.clone();
        let length = match self.source.format {
            Format::Text | Format::Html => {
                self.place.end_text(&mut held.spans, rest);
                rest.len()
            }
            // The others are not mapped.
            Format::JsonLines
            | Format::Csv
            | Format::Parquet
            | Format::Rows
            | Format::Wet
            | Format::Warc => {
                let end = end_of_batch(rest, self.batch_bytes);
                let mut line_start = 0;
                for line_end in memchr_iter(b'\n', &rest[..end]).map(|i| i + 1) {
                    self.place.end_line(&mut held.spans, rest, line_start..line_end);
                    line_start = line_end;
                }
                if line_start < end {
                    self.place.end_line(&mut held.spans, rest, line_start..end);
                }
                end
            }
        };
        self.place.byte += length as u64;
        let map = (Arc::clone(&self.map), start..start + length);
        Ok(Some(Batch::mapped(&place, map, held, self.pool)))
    }

    /// Whether the file is what it was: another length means that somebody writes to it.
    fn check_end(&self) -> Result<()> {
        match self.map.is_whole() {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::data(
                &self.source.name,
                "changed its length while it was read; run again when nobody writes to it, without \
                 --mmap",
            )),
            Err(e) => Err(Error::io(&self.source.name, e)),
        }
    }
}

/// Where the line ends that makes about a batch.
fn end_of_batch(rest: &[u8], batch_bytes: usize) -> usize {
    match rest.get(batch_bytes.saturating_sub(1)..) {
        Some(from) => memchr(b'\n', from).map_or(rest.len(), |i| rest.len() - from.len() + i + 1),
        None => rest.len(),
    }
}
