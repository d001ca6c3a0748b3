//! Which columns are wanted, and their values as JSON.

use parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit, Type},
    column::reader::{ColumnReader, ColumnReaderImpl},
    data_type::DataType,
    errors::{ParquetError, Result},
    file::reader::RowGroupReader,
    schema::types::{ColumnDescriptor, SchemaDescriptor},
};

use super::super::{Fields, day_text, record::listed, time_text, write_json_string};
use crate::base::cpu::Tier;

/// A column that is read: its place among the leaves, and what its values are.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) leaf: usize,
    kind: Kind,
    optional: bool,
    /// The column of texts.
    is_text: bool,
}

/// What numbers stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    AsTheyAre,
    Days,
    /// So many in a second.
    Time(i64),
}

/// The leaf that holds the texts.
///
/// # Errors
///
/// What is wrong with the columns.
pub fn text_column(schema: &SchemaDescriptor, fields: &Fields) -> Result<usize, String> {
    let name = &fields.text;
    let Some(leaf) = leaf_of(schema, name) else {
        let paths: Vec<String> = schema.columns().iter().map(|leaf| leaf.path().string()).collect();
        let found = listed(paths.iter().map(String::as_str));
        return Err(format!("no column `{name}` (found: {found}); name another with --text-field"));
    };
    let column = schema.column(leaf);
    if schema.columns().iter().filter(|leaf| leaf.path().string() == *name).count() > 1 {
        return Err(format!(
            "two columns are called `{name}`; write the file again with one of them"
        ));
    }
    let found = if column.max_rep_level() > 0 {
        Some("lists".to_owned())
    } else if column.physical_type() != Type::BYTE_ARRAY {
        Some(column.physical_type().to_string())
    } else {
        // Bytes that stand for something else.
        match column.logical_type_ref() {
            Some(LogicalType::Decimal { .. }) => Some("decimals".to_owned()),
            Some(LogicalType::Bson) => Some("BSON".to_owned()),
            _ if column.converted_type() == ConvertedType::DECIMAL => Some("decimals".to_owned()),
            _ => None,
        }
    };
    match found {
        Some(found) => Err(format!(
            "column `{name}` holds {found}, not one string a row; name another with --text-field"
        )),
        None => Ok(leaf),
    }
}

fn leaf_of(schema: &SchemaDescriptor, name: &str) -> Option<usize> {
    schema.columns().iter().position(|leaf| leaf.path().string() == name)
}

/// The columns to read: the text first, then the other wanted ones, or all that have one value a row.
pub(super) fn wanted(
    schema: &SchemaDescriptor,
    fields: &Fields,
    all: bool,
) -> Result<Vec<Column>, String> {
    let text = Column::new(text_column(schema, fields)?, schema);
    let mut columns = vec![Column { is_text: true, ..text }];
    let others: Vec<usize> = if all {
        (0..schema.num_columns()).collect()
    } else {
        let names = [&fields.id, &fields.site, &fields.url, &fields.date];
        let mut leaves = Vec::new();
        for name in names {
            let same = schema.columns().iter().filter(|leaf| leaf.path().string() == *name);
            if same.count() > 1 {
                return Err(format!(
                    "two columns are called `{name}`; write the file again with one of them"
                ));
            }
            leaves.extend(leaf_of(schema, name));
        }
        leaves
    };
    for leaf in others {
        let is_new = columns.iter().all(|column| column.leaf != leaf);
        if is_new && is_simple(&schema.column(leaf)) {
            columns.push(Column::new(leaf, schema));
        }
    }
    Ok(columns)
}

/// The columns that hold one string a row.
pub(super) fn strings(schema: &SchemaDescriptor) -> Vec<Column> {
    let is_string = |leaf: &usize| {
        let column = schema.column(*leaf);
        column.physical_type() == Type::BYTE_ARRAY && is_simple(&column)
    };
    (0..schema.num_columns()).filter(is_string).map(|leaf| Column::new(leaf, schema)).collect()
}

/// Has one value a row, which JSON can say.
fn is_simple(column: &ColumnDescriptor) -> bool {
    column.max_rep_level() == 0
        && !matches!(column.physical_type(), Type::INT96 | Type::FIXED_LEN_BYTE_ARRAY)
        && !matches!(column.logical_type_ref(), Some(LogicalType::Decimal { .. }))
        && column.converted_type() != ConvertedType::DECIMAL
}

impl Column {
    fn new(leaf: usize, schema: &SchemaDescriptor) -> Column {
        let column = schema.column(leaf);
        let kind = match column.logical_type_ref() {
            Some(LogicalType::Date) => Kind::Days,
            Some(LogicalType::Timestamp(stamp)) => Kind::Time(match stamp.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            }),
            _ => Kind::AsTheyAre,
        };
        let name = column.path().string();
        Column { name, leaf, kind, optional: column.max_def_level() > 0, is_text: false }
    }
}

/// Values of one column that were read and not yet taken, as JSON.
pub(super) struct Values {
    column: Column,
    full: i16,
    reader: ColumnReader,
    /// One after the other, with where each ends.
    json: Vec<u8>,
    ends: Vec<usize>,
    levels: Vec<i16>,
}

impl Values {
    pub(super) fn new(column: Column, group: &dyn RowGroupReader) -> Result<Values> {
        let full = group.metadata().column(column.leaf).column_descr().max_def_level();
        let reader = group.get_column_reader(column.leaf)?;
        Ok(Values { column, full, reader, json: Vec::new(), ends: Vec::new(), levels: Vec::new() })
    }

    pub(super) fn name(&self) -> &str {
        &self.column.name
    }

    /// The value of that row of those read last; nothing if it is null.
    pub(super) fn get(&self, row: usize) -> Option<&[u8]> {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        let value = &self.json[start..self.ends[row]];
        (!value.is_empty()).then_some(value)
    }

    /// Reads the next `rows`, in place of those before.
    pub(super) fn read(&mut self, rows: usize) -> Result<()> {
        let Values { column, full, reader, json, ends, levels } = self;
        json.clear();
        ends.clear();
        levels.clear();
        let (kind, is_text) = (column.kind, column.is_text);
        let mut into = Into { full: *full, optional: column.optional, rows, levels, json, ends };
        match reader {
            ColumnReader::BoolColumnReader(reader) => into.read(reader, |v, out| {
                out.extend_from_slice(if *v { b"true" } else { b"false" });
            }),
            ColumnReader::Int32ColumnReader(reader) => {
                into.read(reader, |v, out| whole(i64::from(*v), kind, out))
            }
            ColumnReader::Int64ColumnReader(reader) => {
                into.read(reader, |v, out| whole(*v, kind, out))
            }
            ColumnReader::FloatColumnReader(reader) => into.read(reader, number),
            ColumnReader::DoubleColumnReader(reader) => into.read(reader, number),
            ColumnReader::ByteArrayColumnReader(reader) => {
                into.read(reader, |v, out| string(v.data(), is_text, out))
            }
            ColumnReader::Int96ColumnReader(_) | ColumnReader::FixedLenByteArrayColumnReader(_) => {
                Err(ParquetError::General("a column of a type that is not read".to_owned()))
            }
        }
    }
}

struct Into<'v> {
    full: i16,
    optional: bool,
    rows: usize,
    levels: &'v mut Vec<i16>,
    json: &'v mut Vec<u8>,
    ends: &'v mut Vec<usize>,
}

impl Into<'_> {
    fn read<T: DataType>(
        &mut self,
        reader: &mut ColumnReaderImpl<T>,
        write: impl Fn(&T::T, &mut Vec<u8>),
    ) -> Result<()> {
        let mut values = Vec::with_capacity(self.rows);
        let (read, ..) = reader.read_records(self.rows, Some(self.levels), None, &mut values)?;
        if read < self.rows {
            let problem = format!("a column ends {} rows early", self.rows - read);
            return Err(ParquetError::EOF(problem));
        }
        let mut values = values.iter();
        for row in 0..self.rows {
            let is_there = !self.optional || self.levels.get(row) == Some(&self.full);
            if is_there && let Some(value) = values.next() {
                write(value, self.json);
            }
            self.ends.push(self.json.len());
        }
        Ok(())
    }
}

/// A string. What is not UTF-8 stays as it is in the column of texts, whose row is refused for it; in others, which
/// may hold anything, it becomes U+FFFD.
fn string(bytes: &[u8], is_text: bool, out: &mut Vec<u8>) {
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        write_json_string(Tier::default(), text, out);
    } else if is_text {
        out.push(b'"');
        let mut quoted = Vec::new();
        for chunk in bytes.utf8_chunks() {
            quoted.clear();
            write_json_string(Tier::default(), chunk.valid(), &mut quoted);
            out.extend_from_slice(&quoted[1..quoted.len() - 1]);
            out.extend_from_slice(chunk.invalid());
        }
        out.push(b'"');
    } else {
        write_json_string(Tier::default(), &String::from_utf8_lossy(bytes), out);
    }
}

fn number<N: serde::Serialize>(value: &N, out: &mut Vec<u8>) {
    // Writing to memory cannot fail; what is no number becomes null.
    let _ = serde_json::to_writer(out, value);
}

/// A whole number, or the day or time that it stands for.
fn whole(value: i64, kind: Kind, out: &mut Vec<u8>) {
    let text = match kind {
        Kind::AsTheyAre => return number(&value, out),
        Kind::Days => day_text(value),
        Kind::Time(per_second) => time_text(value, per_second),
    };
    match text {
        Some(text) => string(text.as_bytes(), false, out),
        None => number(&value, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_written_as_text() {
        let said = |value, kind| {
            let mut out = Vec::new();
            whole(value, kind, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(said(0, Kind::Days), "\"1970-01-01\"");
        assert_eq!(said(-1, Kind::Days), "\"1969-12-31\"");
        assert_eq!(said(19_782, Kind::Days), "\"2024-02-29\"");
        assert_eq!(said(951_868_799_000, Kind::Time(1000)), "\"2000-02-29T23:59:59Z\"");
        assert_eq!(said(1_000_001, Kind::Time(1_000_000)), "\"1970-01-01T00:00:01.000001Z\"");
        assert_eq!(said(-7, Kind::AsTheyAre), "-7");
        // Far from any calendar they stay numbers.
        assert_eq!(said(i64::MIN, Kind::Time(1000)), i64::MIN.to_string());
        assert_eq!(said(i64::MAX, Kind::Days), i64::MAX.to_string());
    }
}
