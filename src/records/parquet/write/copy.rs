//! A column of a row group, copied but for rows that go and values that change.

use bitvec::vec::BitVec;
use parquet::{
    column::{
        reader::{ColumnReader, ColumnReaderImpl},
        writer::{ColumnWriter, ColumnWriterImpl},
    },
    data_type::{ByteArray, DataType},
    errors::{ParquetError, Result},
};

/// Rows that are copied at once.
const ROWS: usize = 1024;

/// What becomes of the rows of a group.
pub(in crate::records) struct Rows {
    /// Whether each stays.
    pub(in crate::records) stays: BitVec,
    /// The new texts of rows, ascending; of those that stay only.
    pub(in crate::records) texts: Vec<(usize, ByteArray)>,
}

/// Copies the column of `reader` into `writer`.
pub(in crate::records) fn copy(
    reader: ColumnReader,
    writer: &mut ColumnWriter<'_>,
    rows: &Rows,
) -> Result<()> {
    use ColumnReader as R;
    use ColumnWriter as W;

    match (reader, writer) {
        (R::BoolColumnReader(r), W::BoolColumnWriter(w)) => each(r, w, rows, |_, _| {}),
        (R::Int32ColumnReader(r), W::Int32ColumnWriter(w)) => each(r, w, rows, |_, _| {}),
        (R::Int64ColumnReader(r), W::Int64ColumnWriter(w)) => each(r, w, rows, |_, _| {}),
        (R::Int96ColumnReader(r), W::Int96ColumnWriter(w)) => each(r, w, rows, |_, _| {}),
        (R::FloatColumnReader(r), W::FloatColumnWriter(w)) => each(r, w, rows, |_, _| {}),
        (R::DoubleColumnReader(r), W::DoubleColumnWriter(w)) => each(r, w, rows, |_, _| {}),
        (R::ByteArrayColumnReader(r), W::ByteArrayColumnWriter(w)) => each(r, w, rows, |_, _| {}),
        (R::FixedLenByteArrayColumnReader(r), W::FixedLenByteArrayColumnWriter(w)) => {
            each(r, w, rows, |_, _| {})
        }
        _ => Err(ParquetError::General("a column changed its type".to_owned())),
    }
}

/// Copies the column of texts, with those that changed.
pub(in crate::records) fn copy_text(
    reader: ColumnReader,
    writer: &mut ColumnWriter<'_>,
    rows: &Rows,
) -> Result<()> {
    let mut texts = rows.texts.iter().peekable();
    match (reader, writer) {
        (ColumnReader::ByteArrayColumnReader(reader), ColumnWriter::ByteArrayColumnWriter(w)) => {
            each(reader, w, rows, |row, value| {
                if let Some((_, text)) = texts.next_if(|(changed, _)| *changed == row) {
                    value.clone_from(text);
                }
            })
        }
        _ => Err(ParquetError::General("the column of texts changed its type".to_owned())),
    }
}

/// Copies values and levels of the rows that stay; `change` may put another value of a row.
fn each<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    writer: &mut ColumnWriterImpl<'_, T>,
    rows: &Rows,
    mut change: impl FnMut(usize, &mut T::T),
) -> Result<()> {
    let column = writer.get_descriptor();
    let (full, is_list) = (column.max_def_level(), column.max_rep_level() > 0);
    let mut first_row = 0;
    while first_row < rows.stays.len() {
        let (mut values, mut def_levels, mut rep_levels) = (Vec::new(), Vec::new(), Vec::new());
        let (read, _, levels) =
            reader.read_records(ROWS, Some(&mut def_levels), Some(&mut rep_levels), &mut values)?;
        if read == 0 {
            let problem = format!("a column ends {} rows early", rows.stays.len() - first_row);
            return Err(ParquetError::EOF(problem));
        }
        let (mut kept, mut kept_def, mut kept_rep) = (Vec::new(), Vec::new(), Vec::new());
        let mut values = values.into_iter();
        // A row begins where nothing is repeated.
        let mut next_row = first_row;
        for level in 0..levels {
            let repeated = if is_list { rep_levels.get(level).copied().unwrap_or(0) } else { 0 };
            next_row += usize::from(repeated == 0);
            let row = next_row.saturating_sub(1);
            let defined = if full > 0 { def_levels.get(level).copied().unwrap_or(0) } else { 0 };
            let value = if defined == full { values.next() } else { None };
            if rows.stays.get(row).is_some_and(|stays| *stays) {
                kept_def.push(defined);
                kept_rep.push(repeated);
                if let Some(mut value) = value {
                    change(row, &mut value);
                    kept.push(value);
                }
            }
        }
        first_row += read;
        writer.write_batch(&kept, (full > 0).then_some(&kept_def), is_list.then_some(&kept_rep))?;
    }
    Ok(())
}
