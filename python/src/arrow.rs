//! Tables of other libraries, in and out, by the Arrow C data interface: no copy, no import.

use std::{ffi::CStr, sync::Arc};

use arrow_array::{
    Array, ArrayRef, BooleanArray, Int8Array, Int16Array, Int32Array, Int64Array, LargeStringArray,
    PrimitiveArray, RecordBatch, RecordBatchIterator, RecordBatchOptions, StringArray,
    StringViewArray, StructArray, UInt8Array, UInt16Array, UInt32Array, UInt64Array,
    cast::AsArray,
    ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi},
    ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader},
    types::{
        Date32Type, Date64Type, Float32Type, Float64Type, TimestampMicrosecondType,
        TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    },
};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use pyo3::{
    IntoPyObjectExt,
    prelude::*,
    types::{PyCapsule, PyDict, PyList, PyTuple},
};

use crate::{
    engine::{day_text, time_text},
    errors::{data, exception},
};

const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";

/// What Arrow says is wrong.
fn wrong(py: Python<'_>, error: &ArrowError) -> PyErr {
    data(py, format!("the table cannot be read: {error}"))
}

/// The batches of what has `__arrow_c_stream__`.
pub(crate) fn of_stream(object: &Bound<'_, PyAny>) -> PyResult<(SchemaRef, Vec<RecordBatch>)> {
    let py = object.py();
    let capsule = object.call_method0("__arrow_c_stream__")?.cast_into::<PyCapsule>()?;
    let pointer = capsule.pointer_checked(Some(STREAM))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: a capsule of that name holds a stream of the C interface, which is moved out of it: what stays is
    // marked as released. The capsule is alive until the end of this function.
    #[expect(unsafe_code, reason = "the C interface of Arrow")]
    let reader = unsafe { RecordBatchStreamReader::from_raw(pointer.as_ptr()) };
    let reader = reader.map_err(|e| wrong(py, &e))?;
    let schema = arrow_array::RecordBatchReader::schema(&reader);
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(|e| wrong(py, &e))?;
    Ok((schema, batches))
}

/// The batch of what has `__arrow_c_array__`.
pub(crate) fn of_array(object: &Bound<'_, PyAny>) -> PyResult<(SchemaRef, Vec<RecordBatch>)> {
    let py = object.py();
    let pair = object.call_method0("__arrow_c_array__")?.cast_into::<PyTuple>()?;
    let schema = pair.get_item(0)?.cast_into::<PyCapsule>()?;
    let array = pair.get_item(1)?.cast_into::<PyCapsule>()?;
    let schema = schema.pointer_checked(Some(SCHEMA))?.cast::<FFI_ArrowSchema>();
    let array = array.pointer_checked(Some(ARRAY))?.cast::<FFI_ArrowArray>();
    // SAFETY: capsules of these names hold an array and its schema of the C interface. The array is moved out of
    // its capsule, which is left with a released one; the schema is read while its capsule is alive.
    #[expect(unsafe_code, reason = "the C interface of Arrow")]
    let made = unsafe { from_ffi(FFI_ArrowArray::from_raw(array.as_ptr()), schema.as_ref()) };
    let made = made.map_err(|e| wrong(py, &e))?;
    if !matches!(made.data_type(), DataType::Struct(_)) {
        let problem = format!(
            "a column of {} is no table; give a record batch or a table with the texts in a column",
            made.data_type()
        );
        return Err(data(py, problem));
    }
    let batch = RecordBatch::from(StructArray::from(made));
    Ok((batch.schema(), vec![batch]))
}

/// Strings of a column, whatever they are kept in.
#[derive(Clone, Debug)]
pub(crate) enum Strings {
    Short(StringArray),
    Long(LargeStringArray),
    Views(StringViewArray),
    /// Of each row the place of its string, if it has one.
    Coded(Vec<Option<usize>>, Box<Strings>),
    /// Nothing in any row.
    Nothing,
}

impl Strings {
    /// Those of a column; none if it holds something else.
    pub(crate) fn of(column: &ArrayRef) -> Option<Strings> {
        Some(match column.data_type() {
            DataType::Utf8 => Strings::Short(column.as_string::<i32>().clone()),
            DataType::LargeUtf8 => Strings::Long(column.as_string::<i64>().clone()),
            DataType::Utf8View => Strings::Views(column.as_string_view().clone()),
            DataType::Null => Strings::Nothing,
            DataType::Dictionary(_, _) => {
                let coded = column.as_any_dictionary_opt()?;
                let values = Strings::of(coded.values())?;
                let places = if coded.values().is_empty() {
                    vec![None; column.len()]
                } else {
                    let places = coded.normalized_keys().into_iter().enumerate();
                    places.map(|(row, at)| coded.keys().is_valid(row).then_some(at)).collect()
                };
                Strings::Coded(places, Box::new(values))
            }
            _ => return None,
        })
    }

    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        match self {
            Strings::Short(array) => array.is_valid(row).then(|| array.value(row)),
            Strings::Long(array) => array.is_valid(row).then(|| array.value(row)),
            Strings::Views(array) => array.is_valid(row).then(|| array.value(row)),
            Strings::Coded(places, values) => values.get((*places.get(row)?)?),
            Strings::Nothing => None,
        }
    }
}

/// A value of a column of numbers, days or times as text, as files of the same columns give it.
pub(crate) fn as_text(column: &ArrayRef, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    macro_rules! whole {
        ($($array:ty),*) => {
            $(if let Some(array) = column.as_any().downcast_ref::<$array>() {
                return Some(array.value(row).to_string());
            })*
        };
    }
    whole!(
        Int8Array,
        Int16Array,
        Int32Array,
        Int64Array,
        UInt8Array,
        UInt16Array,
        UInt32Array,
        UInt64Array,
        BooleanArray
    );
    // As JSON has them, which has none for what is no number.
    let number = |value: f64, text: String| value.is_finite().then_some(text);
    match column.data_type() {
        DataType::Float32 => {
            let value = column.as_primitive::<Float32Type>().value(row);
            number(value.into(), serde_json::to_string(&value).ok()?)
        }
        DataType::Float64 => {
            let value = column.as_primitive::<Float64Type>().value(row);
            number(value, serde_json::to_string(&value).ok()?)
        }
        DataType::Date32 => day_text(column.as_primitive::<Date32Type>().value(row).into()),
        DataType::Date64 => {
            let value = column.as_primitive::<Date64Type>().value(row);
            day_text(value.div_euclid(86_400_000))
        }
        DataType::Timestamp(unit, _) => match unit {
            TimeUnit::Second => time(column.as_primitive::<TimestampSecondType>(), row, 1),
            TimeUnit::Millisecond => {
                time(column.as_primitive::<TimestampMillisecondType>(), row, 1_000)
            }
            TimeUnit::Microsecond => {
                time(column.as_primitive::<TimestampMicrosecondType>(), row, 1_000_000)
            }
            TimeUnit::Nanosecond => {
                time(column.as_primitive::<TimestampNanosecondType>(), row, 1_000_000_000)
            }
        },
        _ => None,
    }
}

fn time<T: arrow_array::ArrowPrimitiveType<Native = i64>>(
    array: &PrimitiveArray<T>,
    row: usize,
    per_second: i64,
) -> Option<String> {
    time_text(array.value(row), per_second)
}

/// Whether [`as_text`] can say the values of a column.
pub(crate) fn has_text(of: &DataType) -> bool {
    of.is_integer()
        || matches!(
            of,
            DataType::Boolean
                | DataType::Float32
                | DataType::Float64
                | DataType::Date32
                | DataType::Date64
                | DataType::Timestamp(_, _)
        )
}

/// Rows and columns that Arrow readers take.
#[pyclass(frozen, module = "refrain._refrain")]
#[derive(Debug)]
pub(crate) struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl Table {
    pub(crate) fn of(schema: SchemaRef, batches: Vec<RecordBatch>) -> Table {
        Table { schema, batches }
    }

    /// The columns as one batch.
    pub(crate) fn of_columns(columns: Vec<(&str, ArrayRef)>) -> Result<Table, ArrowError> {
        let rows = columns.first().map_or(0, |column| column.1.len());
        let fields: Vec<Field> = columns
            .iter()
            .map(|(name, column)| Field::new(*name, column.data_type().clone(), true))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let columns = columns.into_iter().map(|column| column.1).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)?;
        Ok(Table { schema, batches: vec![batch] })
    }
}

/// A table that was made here, or why it could not be.
pub(crate) fn made(py: Python<'_>, table: Result<Table, ArrowError>) -> PyResult<Table> {
    table.map_err(|e| exception(py, "InternalError", &format!("a table cannot be made: {e}")))
}

#[pymethods]
impl Table {
    #[getter]
    fn num_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The values of the column at a place, of at most so many rows.
    fn column<'py>(&self, py: Python<'py>, at: usize, most: usize) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for batch in &self.batches {
            let rows = batch.num_rows().min(most - list.len());
            let column = batch.columns().get(at);
            let column =
                column.ok_or_else(|| pyo3::exceptions::PyIndexError::new_err("no such column"))?;
            for row in 0..rows {
                list.append(value(py, column, row)?)?;
            }
        }
        Ok(list)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // What is asked for is a wish, and who cannot fulfil it gives what there is.
        drop(requested_schema);
        let batches = self.batches.clone().into_iter().map(Ok);
        let reader = RecordBatchIterator::new(batches, Arc::clone(&self.schema));
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), STREAM)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.schema.as_ref());
        PyCapsule::new_with_value(py, schema.map_err(|e| wrong(py, &e))?, SCHEMA)
    }
}

/// A value as Python has it.
fn value<'py>(py: Python<'py>, column: &ArrayRef, row: usize) -> PyResult<Bound<'py, PyAny>> {
    if column.data_type() == &DataType::Null || column.is_null(row) {
        return Ok(py.None().into_bound(py));
    }
    macro_rules! plain {
        ($($array:ty),*) => {
            $(if let Some(array) = column.as_any().downcast_ref::<$array>() {
                return array.value(row).into_bound_py_any(py);
            })*
        };
    }
    plain!(
        Int8Array,
        Int16Array,
        Int32Array,
        Int64Array,
        UInt8Array,
        UInt16Array,
        UInt32Array,
        UInt64Array,
        BooleanArray,
        StringArray,
        LargeStringArray,
        StringViewArray
    );
    match column.data_type() {
        DataType::Float32 => column.as_primitive::<Float32Type>().value(row).into_bound_py_any(py),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).into_bound_py_any(py),
        DataType::List(_) => items(py, &column.as_list::<i32>().value(row)),
        DataType::LargeList(_) => items(py, &column.as_list::<i64>().value(row)),
        DataType::Struct(fields) => {
            let dict = PyDict::new(py);
            for (field, column) in fields.iter().zip(column.as_struct().columns()) {
                dict.set_item(field.name(), value(py, column, row)?)?;
            }
            Ok(dict.into_any())
        }
        DataType::Dictionary(_, _) => match Strings::of(column) {
            Some(strings) => strings.get(row).into_bound_py_any(py),
            None => Err(data(
                py,
                format!("values of {} are not shown; use to_arrow()", column.data_type()),
            )),
        },
        of if has_text(of) => as_text(column, row).into_bound_py_any(py),
        of => Err(data(py, format!("values of {of} are not shown; use to_arrow()"))),
    }
}

fn items<'py>(py: Python<'py>, items: &ArrayRef) -> PyResult<Bound<'py, PyAny>> {
    let list = PyList::empty(py);
    for at in 0..items.len() {
        list.append(value(py, items, at)?)?;
    }
    Ok(list.into_any())
}
