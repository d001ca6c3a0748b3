//! Rows of a file → batches of JSON lines.

use std::sync::Arc;

use parquet::{
    errors::ParquetError,
    file::{reader::FileReader, serialized_reader::SerializedFileReader},
};

use super::{
    chunks::Chunks,
    columns::{Column, Values, strings, wanted},
    guard::guarded,
};
use crate::{
    base::{
        cpu::Tier,
        error::{Error, Result},
    },
    records::{Corpus, batch::Batch, place::Place, pool::Pool, source::Source, write_json_string},
};

/// Rows that are decoded at once: enough for a column to be read in one go, few enough that a batch
/// of long texts is not far over its size.
const ROWS: usize = 64;

/// Reads one file.
pub(in super::super) struct RowReader<'a> {
    pub(in super::super) source: &'a Source,
    pool: &'a Arc<Pool>,
    file: SerializedFileReader<Chunks>,
    columns: Vec<Column>,
    batch_bytes: usize,
    place: Place,
    /// The next row group.
    next: usize,
    /// The columns of the one being read, and how many of its rows are left.
    group: Vec<Values>,
    left: usize,
    /// Rows that are decoded, of which so many were taken.
    decoded: usize,
    taken: usize,
    /// What ended the reading, until it is told.
    failed: Option<Error>,
}

impl<'a> RowReader<'a> {
    /// Opens `file` of `corpus`.
    pub(in super::super) fn new(corpus: &'a Corpus, file: usize) -> Result<Self> {
        let source = &corpus.files[file];
        let reader = open(source)?;
        let schema = reader.metadata().file_metadata().schema_descr();
        let columns = wanted(schema, &source.fields, corpus.options.all_columns)
            .map_err(|problem| Error::data(&source.name, problem))?;
        Ok(RowReader {
            source,
            pool: &corpus.pool,
            columns,
            file: reader,
            batch_bytes: corpus.batch_bytes,
            place: Place::start(file, corpus.options.max_record),
            next: 0,
            group: Vec::new(),
            left: 0,
            decoded: 0,
            taken: 0,
            failed: None,
        })
    }

    pub(in super::super) fn next(&mut self) -> Result<Option<Batch>> {
        let mut held = self.pool.take();
        let place = self.place.clone();
        while held.bytes.len() < self.batch_bytes {
            if self.taken == self.decoded && !self.decode() {
                break;
            }
            let start = held.bytes.len();
            self.line(&mut held.bytes);
            let body = start..held.bytes.len();
            held.bytes.push(b'\n');
            self.place.end_record(&mut held.spans, body.clone(), body.end..body.end + 1, 1);
        }
        if held.spans.is_empty() {
            self.pool.give(held);
            return self.failed.take().map_or(Ok(None), Err);
        }
        let length = held.bytes.len() as u64;
        self.place.byte += length;
        // Rows of one file take about as many bytes each.
        let rows = u64::try_from(self.file.metadata().file_metadata().num_rows()).unwrap_or(0);
        let size = self.source.size.unwrap_or(0);
        let stored = size.saturating_mul(held.spans.len() as u64).checked_div(rows).unwrap_or(0);
        Ok(Some(Batch::read(&place, held, [length, stored], self.pool)))
    }

    /// Decodes the next rows; no if there are none, or they cannot be read.
    fn decode(&mut self) -> bool {
        let rows = guarded(|| self.decode_rows());
        (self.decoded, self.taken) = (*rows.as_ref().unwrap_or(&0), 0);
        if let Err(e) = rows {
            let problem = format!(
                "Parquet data is damaged in row group {} ({e}); fetch the file again",
                self.next.max(1)
            );
            self.failed = Some(Error::data(&self.source.name, problem));
            (self.next, self.left) = (self.file.num_row_groups(), 0);
        }
        self.decoded > 0
    }

    fn decode_rows(&mut self) -> Result<usize, ParquetError> {
        while self.left == 0 {
            if self.next == self.file.num_row_groups() {
                return Ok(0);
            }
            let group = self.file.get_row_group(self.next)?;
            self.next += 1;
            let columns = self.columns.iter().cloned();
            self.group =
                columns.map(|column| Values::new(column, &*group)).collect::<Result<_, _>>()?;
            self.left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        }
        let rows = self.left.min(ROWS);
        self.group.iter_mut().try_for_each(|values| values.read(rows))?;
        self.left -= rows;
        Ok(rows)
    }

    /// Appends the next decoded row as a JSON line without its end.
    fn line(&mut self, out: &mut Vec<u8>) {
        for (at, values) in self.group.iter().enumerate() {
            out.push(if at == 0 { b'{' } else { b',' });
            write_json_string(Tier::default(), values.name(), out);
            out.push(b':');
            out.extend_from_slice(values.get(self.taken).unwrap_or(b"null"));
        }
        out.push(b'}');
        self.taken += 1;
    }
}

/// The names of a file's columns; none if it cannot be read, which is told when it is.
pub(in super::super) fn column_names(source: &Source) -> Vec<String> {
    let Ok(file) = open(source) else { return Vec::new() };
    let schema = file.metadata().file_metadata().schema_descr();
    schema.columns().iter().map(|leaf| leaf.path().string()).collect()
}

/// The strings of a file's first row with their columns; none if it cannot be read, which is told when it is.
pub(in super::super) fn first_row(source: &Source) -> Vec<(String, String)> {
    let read = || {
        let file = open(source).map_err(|e| ParquetError::General(e.to_string()))?;
        let schema = file.metadata().file_metadata().schema_descr();
        let mut row = Vec::new();
        if file.num_row_groups() == 0 {
            return Ok(row);
        }
        let group = file.get_row_group(0)?;
        for column in strings(schema) {
            let mut values = Values::new(column, &*group)?;
            values.read(1)?;
            if let Some(Ok(value)) = values.get(0).map(serde_json::from_slice::<String>) {
                row.push((values.name().to_owned(), value));
            }
        }
        Ok(row)
    };
    guarded(read).unwrap_or_default()
}

fn open(source: &Source) -> Result<SerializedFileReader<Chunks>> {
    let opened = source.open_file()?;
    guarded(|| SerializedFileReader::new(Chunks::of(opened))).map_err(|e| {
        let problem = format!("no whole Parquet file ({e}); fetch or write it again");
        Error::data(&source.name, problem)
    })
}
