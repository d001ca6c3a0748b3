//! A Parquet file with other texts and fewer rows.

use bitvec::vec::BitVec;
use std::{fs::File, sync::Arc};

use parquet::{
    column::writer::ColumnCloseResult,
    data_type::ByteArray,
    errors::ParquetError,
    file::{
        metadata::{ParquetMetaData, RowGroupMetaData},
        page_index::{column_index::ColumnIndexMetaData, offset_index::OffsetIndexMetaData},
        properties::WriterProperties,
        reader::{FileReader, RowGroupReader},
        serialized_reader::{ReadOptionsBuilder, SerializedFileReader},
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
};

use super::{
    copy::{Rows, copy, copy_text},
    io_error,
};
use crate::records::sink::output::Output;
use crate::{
    Error, Result,
    records::{
        Source,
        parquet::{Chunks, guarded, text_column},
    },
    store::{AtomicFile, SealedFile},
};

/// Stands for the length of a text that did not change.
const UNCHANGED: u64 = u64::MAX;

/// Appends what is to be known of a row that stays: its number in the file, from 0, and its text if
/// that changed.
pub fn tell_row(row: u64, text: Option<&str>, out: &mut Vec<u8>) {
    out.extend_from_slice(&row.to_le_bytes());
    match text {
        Some(text) => {
            out.extend_from_slice(&(text.len() as u64).to_le_bytes());
            out.extend_from_slice(text.as_bytes());
        }
        None => out.extend_from_slice(&UNCHANGED.to_le_bytes()),
    }
}

/// Takes what [`tell_row`] wrote from the start of `told`.
fn next_row<'t>(told: &mut &'t [u8]) -> Option<(u64, Option<&'t [u8]>)> {
    let (row, rest) = told.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let length = u64::from_le_bytes(*length);
    *told = rest;
    let mut text = None;
    if length != UNCHANGED {
        let (this, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        (text, *told) = (Some(this), rest);
    }
    Some((u64::from_le_bytes(*row), text))
}

/// The copy that is being written.
pub(in crate::records) struct Rewritten {
    source: Source,
    file: File,
    reader: SerializedFileReader<Chunks>,
    writer: SerializedFileWriter<AtomicFile>,
    text: usize,
    /// The row group that rows are told of, its first row, and what is known of its rows.
    group: usize,
    first_row: u64,
    rows: Rows,
}

impl Rewritten {
    /// Begins the copy of `source`.
    pub(in crate::records) fn new(source: &Source, out: AtomicFile) -> Result<Self> {
        let file = source.open_file()?;
        let again = source.open_file()?;
        // Where pages stand and what they hold, so that a copy has it too.
        let options = ReadOptionsBuilder::new().with_page_index().build();
        let reader = guarded(|| SerializedFileReader::new_with_options(Chunks::of(again), options))
            .or_else(|_| {
                // Damaged, perhaps, which harms no row.
                let again = source.open_file()?;
                guarded(|| SerializedFileReader::new(Chunks::of(again)))
                    .map_err(|_| source.changed())
            })?;
        let metadata = reader.metadata().file_metadata();
        let schema = metadata.schema_descr();
        let text = text_column(schema, &source.fields).map_err(|e| Error::data(&source.name, e))?;
        let properties = properties(reader.metadata());
        let root = schema.root_schema_ptr();
        let writer = SerializedFileWriter::new(out, root, Arc::new(properties))
            .map_err(|e| Error::io(&source.name, io_error(e)))?;
        let rows = Rows { stays: BitVec::new(), texts: Vec::new() };
        let source = source.clone();
        let mut this =
            Rewritten { source, file, reader, writer, text, group: 0, first_row: 0, rows };
        this.begin_group();
        Ok(this)
    }

    fn begin_group(&mut self) {
        let groups = self.reader.metadata().row_groups();
        let rows = groups.get(self.group).map_or(0, RowGroupMetaData::num_rows);
        self.rows.stays.clear();
        self.rows.stays.resize(usize::try_from(rows).unwrap_or(0), false);
        self.rows.texts.clear();
    }

    /// Writes the group of which all is known.
    fn end_group(&mut self) -> Result<()> {
        let group = self.group + 1;
        guarded(|| self.copy_group()).map_err(|e| match e {
            ParquetError::External(e) => {
                let e = io_error(ParquetError::External(e));
                Error::io(&self.source.name, e)
            }
            e => {
                let problem = format!(
                    "Parquet data is damaged in row group {group} ({e}); fetch the file again"
                );
                Error::data(&self.source.name, problem)
            }
        })
    }

    fn copy_group(&mut self) -> parquet::errors::Result<()> {
        if self.rows.stays.any() {
            let all_stay = self.rows.stays.all();
            let group = self.reader.get_row_group(self.group)?;
            let mut out = self.writer.next_row_group()?;
            for leaf in 0..group.num_columns() {
                if all_stay && (leaf != self.text || self.rows.texts.is_empty()) {
                    let index = page_index(self.reader.metadata(), self.group, leaf);
                    copy_whole(&self.file, &*group, leaf, index, &mut out)?;
                } else if let Some(mut column) = out.next_column()? {
                    let reader = group.get_column_reader(leaf)?;
                    if leaf == self.text {
                        copy_text(reader, column.untyped(), &self.rows)?;
                    } else {
                        copy(reader, column.untyped(), &self.rows)?;
                    }
                    column.close()?;
                }
            }
            out.close()?;
        }
        self.first_row += self.rows.stays.len() as u64;
        self.group += 1;
        self.begin_group();
        Ok(())
    }
}

impl Output for Rewritten {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let mut told = bytes;
        while let Some((row, text)) = next_row(&mut told) {
            while row - self.first_row >= self.rows.stays.len() as u64 {
                if self.group >= self.reader.num_row_groups() {
                    return Err(self.source.changed());
                }
                self.end_group()?;
            }
            let at = usize::try_from(row - self.first_row).unwrap_or(usize::MAX);
            self.rows.stays.set(at, true);
            if let Some(text) = text {
                self.rows.texts.push((at, ByteArray::from(text.to_vec())));
            }
        }
        Ok(())
    }

    fn seal(mut self: Box<Self>) -> Result<SealedFile> {
        while self.group < self.reader.num_row_groups() {
            self.end_group()?;
        }
        let Rewritten { source, writer, .. } = *self;
        writer.into_inner().map_err(|e| Error::io(source.name, io_error(e)))?.seal()
    }
}

/// What the copy is written with: metadata and compression of the input.
fn properties(metadata: &ParquetMetaData) -> WriterProperties {
    let file = metadata.file_metadata();
    let mut properties = WriterProperties::builder()
        .set_key_value_metadata(file.key_value_metadata().cloned())
        .set_max_row_group_row_count(None);
    for column in metadata.row_groups().first().map_or(&[][..], |group| group.columns()) {
        let path = column.column_path().clone();
        properties = properties.set_column_compression(path, column.compression());
    }
    properties.build()
}

/// What a file says of the pages of a column: what they hold, and where they stand.
type PageIndex = (Option<ColumnIndexMetaData>, Option<OffsetIndexMetaData>);

fn page_index(metadata: &ParquetMetaData, group: usize, leaf: usize) -> PageIndex {
    let pages = metadata.page_index_for_row_group(group);
    (pages.column_index(leaf).cloned(), pages.offset_index(leaf).cloned())
}

/// Copies a column as it is compressed.
fn copy_whole(
    file: &File,
    group: &dyn RowGroupReader,
    leaf: usize,
    (column_index, offset_index): PageIndex,
    out: &mut SerializedRowGroupWriter<'_, AtomicFile>,
) -> parquet::errors::Result<()> {
    let metadata = group.metadata().column(leaf).clone();
    let close = ColumnCloseResult {
        bytes_written: u64::try_from(metadata.compressed_size()).unwrap_or(0),
        rows_written: u64::try_from(group.metadata().num_rows()).unwrap_or(0),
        metadata,
        bloom_filter: None,
        column_index,
        offset_index,
    };
    out.append_column(file, close)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_and_understood() {
        let mut told = Vec::new();
        tell_row(7, Some("text"), &mut told);
        tell_row(9, None, &mut told);
        tell_row(10, Some(""), &mut told);
        let mut rest = &told[..];
        assert_eq!(next_row(&mut rest), Some((7, Some(&b"text"[..]))));
        assert_eq!(next_row(&mut rest), Some((9, None)));
        assert_eq!(next_row(&mut rest), Some((10, Some(&b""[..]))));
        assert_eq!(next_row(&mut rest), None);
    }
}
