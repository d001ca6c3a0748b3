//! JSON lines → a Parquet file of strings.

use std::{borrow::Cow, io, mem, sync::Arc};

use parquet::{
    basic::{Compression, LogicalType, Repetition, Type as PhysicalType, ZstdLevel},
    data_type::{ByteArray, ByteArrayType},
    errors::Result as ParquetResult,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::types::Type,
};

use super::io_error;
use crate::records::sink::output::Output;
use crate::{
    Error, Result,
    records::{Fields, json_fields, json_string},
    store::{AtomicFile, SealedFile},
};

/// A row group holds about so many bytes of values.
const GROUP_BYTES: usize = 64 << 20;

/// The name of the column that holds the fields that have none, as a JSON object.
const REST: &str = "fields";

/// The file that is being written.
///
/// Columns: the fields of id, site, URL and date, a `title`, the text, and `fields`, in which all other
/// fields of a page stand as a JSON object.
pub(in crate::records) struct Made {
    name: String,
    writer: SerializedFileWriter<AtomicFile>,
    columns: Vec<Column>,
    bytes: usize,
    /// What is left of a line that did not end.
    carry: Vec<u8>,
}

#[derive(Default)]
struct Column {
    name: String,
    values: Vec<ByteArray>,
    levels: Vec<i16>,
}

impl Made {
    /// Begins a file of pages whose fields are named so.
    pub(in crate::records) fn new(fields: &Fields, out: AtomicFile) -> Result<Self> {
        let name = out.path().display().to_string();
        let known = [&fields.id, &fields.site, &fields.url, &fields.date];
        let mut columns: Vec<Column> = Vec::new();
        let others = ["title", &fields.text, REST];
        for name in known.into_iter().map(String::as_str).chain(others) {
            if columns.iter().all(|column| column.name != name) {
                columns.push(Column { name: name.to_owned(), ..Column::default() });
            }
        }
        let failed = |e| Error::io(&name, io_error(e));
        let schema = schema(&columns).map_err(failed)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(None)
            .build();
        let writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))
            .map_err(failed)?;
        Ok(Made { name, writer, columns, bytes: 0, carry: Vec::new() })
    }

    /// Takes the line of a page.
    fn row(&mut self, line: &[u8]) -> Result<()> {
        let told = || Error::data(&self.name, "a page was written as no JSON object");
        let fields = json_fields(line).ok_or_else(told)?;
        let mut values: Vec<Option<Vec<u8>>> = vec![None; self.columns.len()];
        let mut rest = Vec::new();
        for (name, value) in fields {
            let column = self.columns.iter().position(|column| column.name == name);
            // A column takes strings, and what an id can be besides.
            let is_null = value == "null";
            match column {
                Some(at) if is_null && self.columns[at].name != REST => {}
                Some(at)
                    if values[at].is_none()
                        && self.columns[at].name != REST
                        && !value.starts_with(['{', '[']) =>
                {
                    let text = json_string(&value).unwrap_or(Cow::Borrowed(&value));
                    values[at] = Some(text.into_owned().into_bytes());
                }
                _ => {
                    rest.push(if rest.is_empty() { b'{' } else { b',' });
                    let name = serde_json::to_vec(&name).map_err(io::Error::from);
                    rest.extend(name.map_err(|e| Error::io(&self.name, e))?);
                    rest.push(b':');
                    rest.extend_from_slice(value.as_bytes());
                }
            }
        }
        if !rest.is_empty() {
            rest.push(b'}');
            let at = self.columns.iter().position(|column| column.name == REST);
            if let Some(at) = at {
                values[at] = Some(rest);
            }
        }
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.levels.push(i16::from(value.is_some()));
            if let Some(value) = value {
                self.bytes += value.len();
                column.values.push(ByteArray::from(value));
            }
        }
        if self.bytes >= GROUP_BYTES {
            self.end_group().map_err(|e| Error::io(&self.name, io_error(e)))?;
        }
        Ok(())
    }

    fn end_group(&mut self) -> ParquetResult<()> {
        self.bytes = 0;
        if self.columns.iter().all(|column| column.levels.is_empty()) {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            let (values, levels) = (mem::take(&mut column.values), mem::take(&mut column.levels));
            if let Some(mut writer) = group.next_column()? {
                writer.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
                writer.close()?;
            }
        }
        group.close()?;
        Ok(())
    }
}

impl Output for Made {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let line = &rest[..end];
            if self.carry.is_empty() {
                self.row(line)?;
            } else {
                let mut whole = mem::take(&mut self.carry);
                whole.extend_from_slice(line);
                self.row(&whole)?;
            }
            rest = &rest[end + 1..];
        }
        self.carry.extend_from_slice(rest);
        Ok(())
    }

    fn seal(mut self: Box<Self>) -> Result<SealedFile> {
        self.end_group().map_err(|e| Error::io(&self.name, io_error(e)))?;
        let Made { name, writer, .. } = *self;
        writer.into_inner().map_err(|e| Error::io(name, io_error(e)))?.seal()
    }
}

fn schema(columns: &[Column]) -> ParquetResult<Type> {
    let strings = columns.iter().map(|column| {
        Type::primitive_type_builder(&column.name, PhysicalType::BYTE_ARRAY)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(Some(LogicalType::String))
            .build()
            .map(Arc::new)
    });
    Type::group_type_builder("pages").with_fields(strings.collect::<ParquetResult<_>>()?).build()
}
