//! Pages as Python gives them → a corpus: paths, tables, dicts.

use std::{borrow::Cow, path::PathBuf, sync::Arc};

use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use pyo3::{
    prelude::*,
    types::{PyBool, PyFloat, PyInt, PyMapping, PyString},
};

use crate::{
    arrow::{self, Strings, as_text, has_text},
    engine::{Corpus, Reading, Row, Rows, SiteBy, TextFormat, meant, named_inputs},
    errors::{data, exception, raised, usage},
};

/// What pages in memory are called in messages.
pub(crate) const NAME: &str = "pages";

/// Which columns or fields hold what, and how texts and files are read, as `refrain._options.Columns` says it.
#[derive(FromPyObject)]
pub(crate) struct Columns {
    text: Option<String>,
    id: Option<String>,
    site: Option<String>,
    url: Option<String>,
    date: Option<String>,
    text_format: String,
    site_by: String,
    skip_damaged: bool,
}

impl Columns {
    /// What each argument is called, what it names, and what it names if nothing is said.
    fn all(&self) -> [(&'static str, Option<&str>); 5] {
        [
            ("text", self.text.as_deref()),
            ("id", self.id.as_deref()),
            ("site", self.site.as_deref()),
            ("url", self.url.as_deref()),
            ("date", self.date.as_deref()),
        ]
    }

    fn reading(&self, py: Python<'_>) -> PyResult<Reading> {
        let tell_layout = self.all().iter().all(|(_, named)| named.is_none());
        let mut reading = Reading { tell_layout, ..Reading::default() };
        let fields = &mut reading.fields;
        let to =
            [&mut fields.text, &mut fields.id, &mut fields.site, &mut fields.url, &mut fields.date];
        for (field, (_, named)) in to.into_iter().zip(self.all()) {
            if let Some(named) = named {
                named.clone_into(field);
            }
        }
        (reading.text_format, reading.site_by) = (self.text_format(py)?, self.site_by(py)?);
        reading.skip_damaged = self.skip_damaged;
        Ok(reading)
    }

    /// How pages in memory are read: their fields have been found.
    fn held(&self, py: Python<'_>) -> PyResult<Reading> {
        let (text_format, site_by) = (self.text_format(py)?, self.site_by(py)?);
        let mut reading = Reading { text_format, site_by, ..Reading::default() };
        if let Some(text) = &self.text {
            // A field named `markdown` is Markdown.
            text.clone_into(&mut reading.fields.text);
        }
        Ok(reading)
    }

    fn text_format(&self, py: Python<'_>) -> PyResult<TextFormat> {
        Ok(match self.text_format.as_str() {
            "auto" => TextFormat::Auto,
            "text" => TextFormat::Text,
            "markdown" => TextFormat::Markdown,
            "html" => TextFormat::Html,
            found => {
                let known = "auto, text, markdown, html";
                return Err(usage(py, format!("text_format={found:?}: not known; one of {known}")));
            }
        })
    }

    fn site_by(&self, py: Python<'_>) -> PyResult<SiteBy> {
        site_by(py, &self.site_by)
    }
}

pub(crate) fn site_by(py: Python<'_>, word: &str) -> PyResult<SiteBy> {
    match word {
        "domain" => Ok(SiteBy::Domain),
        "host" => Ok(SiteBy::Host),
        found => Err(usage(py, format!("site_by={found:?}: not known; one of domain, host"))),
    }
}

/// Pages to be read.
#[pyclass(frozen, module = "refrain._refrain")]
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) corpus: Arc<Corpus>,
    pub(crate) table: Option<HeldTable>,
}

/// The table that pages came as.
#[derive(Clone, Debug)]
pub(crate) struct HeldTable {
    pub(crate) schema: SchemaRef,
    pub(crate) batches: Vec<RecordBatch>,
    /// The column of texts.
    pub(crate) text: usize,
}

#[pymethods]
impl Input {
    /// Files, folders and patterns, as the command takes them.
    #[staticmethod]
    fn of_paths(py: Python<'_>, paths: Vec<PathBuf>, columns: Columns) -> PyResult<Input> {
        let reading = columns.reading(py)?;
        let corpus = py.detach(|| Corpus::open(&named_inputs(&paths, None)?, reading));
        let corpus = corpus.map_err(|error| raised(py, &error))?;
        Ok(Input { corpus: Arc::new(corpus), table: None })
    }

    /// What has `__arrow_c_stream__` or `__arrow_c_array__`.
    #[staticmethod]
    fn of_table(object: &Bound<'_, PyAny>, columns: Columns) -> PyResult<Input> {
        let py = object.py();
        let has_stream = object.hasattr("__arrow_c_stream__")?;
        let (schema, batches) =
            if has_stream { arrow::of_stream(object)? } else { arrow::of_array(object)? };
        let [text, id, site, url, date] = columns.all().map(|argument| find(py, &schema, argument));
        let Some(text) = text? else {
            let found = listed(schema.fields().iter().map(|field| field.name().as_str()));
            let problem = format!("no column `text` (found: {found}); name another with text=");
            return Err(usage(py, problem));
        };
        let others = [id?, site?, url?, date?];
        let named = columns.all().map(|(_, named)| named.is_some());
        let rows = ArrowRows::of(py, &batches, &schema, text, (others, named))?;
        let corpus = Corpus::of_rows(NAME, Arc::new(rows), columns.held(py)?);
        let corpus = corpus.map_err(|error| raised(py, &error))?;
        Ok(Input { corpus: Arc::new(corpus), table: Some(HeldTable { schema, batches, text }) })
    }

    /// An iterable of mappings.
    #[staticmethod]
    fn of_dicts(pages: &Bound<'_, PyAny>, columns: Columns) -> PyResult<Input> {
        let py = pages.py();
        let mut rows = Vec::new();
        for page in pages.try_iter()? {
            rows.push(of_dict(&page?, rows.len(), &columns)?);
        }
        let corpus = Corpus::of_rows(NAME, Arc::new(DictRows(rows)), columns.held(py)?);
        let corpus = corpus.map_err(|error| raised(py, &error))?;
        Ok(Input { corpus: Arc::new(corpus), table: None })
    }
}

/// The column that an argument names; none if it names none and the usual one is not there.
fn find(
    py: Python<'_>,
    schema: &SchemaRef,
    (argument, named): (&str, Option<&str>),
) -> PyResult<Option<usize>> {
    let name = named.unwrap_or(argument);
    let mut found = schema.fields().iter().enumerate().filter(|(_, field)| field.name() == name);
    match (found.next(), found.next(), named) {
        (Some((at, _)), None, _) => Ok(Some(at)),
        (Some(_), Some(_), _) => {
            Err(usage(py, format!("two columns are called `{name}`; rename one of them")))
        }
        (None, _, None) => Ok(None),
        (None, _, Some(name)) => {
            let found = schema.fields().iter().map(|field| field.name().as_str());
            let way = match meant(name, found.clone()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("name another with {argument}="),
            };
            Err(usage(py, format!("no column `{name}` (found: {}); {way}", listed(found))))
        }
    }
}

fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.take(9).collect();
    match names.as_slice() {
        [] => "no columns".to_owned(),
        [first @ .., _] if names.len() > 8 => format!("{}, …", first.join(", ")),
        all => all.join(", "),
    }
}

/// A column that is no text.
#[derive(Debug)]
enum Field {
    Strings(Strings),
    /// Numbers, days, times.
    Others(ArrayRef),
}

impl Field {
    fn get(&self, row: usize) -> Option<Cow<'_, str>> {
        match self {
            Field::Strings(strings) => strings.get(row).map(Cow::Borrowed),
            Field::Others(column) => as_text(column, row).map(Cow::Owned),
        }
    }
}

/// The columns of a batch.
#[derive(Debug)]
struct BatchRows {
    text: Strings,
    /// Id, site, URL, date.
    others: [Option<Field>; 4],
}

/// The rows of a table.
#[derive(Debug)]
struct ArrowRows {
    batches: Vec<BatchRows>,
    /// Of each batch the number of its first row, then the number of rows.
    starts: Vec<usize>,
}

impl ArrowRows {
    fn of(
        py: Python<'_>,
        batches: &[RecordBatch],
        schema: &SchemaRef,
        text: usize,
        (others, named): ([Option<usize>; 4], [bool; 5]),
    ) -> PyResult<ArrowRows> {
        let not = |at: usize, wanted: &str, argument: &str| {
            let field = schema.field(at);
            let problem = format!(
                "column `{}` holds {}, not {wanted}; name another with {argument}=",
                field.name(),
                field.data_type()
            );
            let error = data(py, problem);
            let _ = error.value(py).setattr("column", field.name());
            error
        };
        let (mut rows, mut starts) = (Vec::new(), vec![0]);
        // An empty table has columns, too, and they may be wrong.
        let empty = RecordBatch::new_empty(Arc::clone(schema));
        for batch in batches.iter().chain([&empty]) {
            let strings = Strings::of(batch.column(text));
            let strings = strings.ok_or_else(|| not(text, "strings", "text"))?;
            let mut fields = [const { None }; 4];
            let arguments = ["id", "site", "url", "date"];
            for (((to, at), name), is_named) in
                fields.iter_mut().zip(others).zip(arguments).zip(&named[1..])
            {
                let Some(at) = at else { continue };
                let column = batch.column(at);
                let of = column.data_type();
                // Numbers are ids and nothing else, as in files.
                let is_read =
                    if name == "id" { has_text(of) } else { of.is_temporal() && has_text(of) };
                *to = match Strings::of(column) {
                    Some(strings) => Some(Field::Strings(strings)),
                    None if is_read => Some(Field::Others(Arc::clone(column))),
                    None if !is_named => None,
                    None if name == "id" => return Err(not(at, "strings or numbers", name)),
                    None => return Err(not(at, "strings or days", name)),
                };
            }
            rows.push(BatchRows { text: strings, others: fields });
            starts.push(starts.last().copied().unwrap_or(0) + batch.num_rows());
        }
        Ok(ArrowRows { batches: rows, starts })
    }

    fn place(&self, row: usize) -> Option<(&BatchRows, usize)> {
        let at = self.starts.partition_point(|&start| start <= row).checked_sub(1)?;
        Some((self.batches.get(at)?, row - self.starts[at]))
    }
}

impl Rows for ArrowRows {
    fn len(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    fn bytes(&self, row: usize) -> usize {
        self.place(row).and_then(|(batch, row)| batch.text.get(row)).map_or(0, str::len)
    }

    fn row(&self, row: usize) -> Result<Row<'_>, String> {
        let (batch, row) = self.place(row).ok_or("no such row")?;
        let [id, site, url, date] =
            batch.others.each_ref().map(|field| field.as_ref().and_then(|field| field.get(row)));
        // A row without a text is a page without one.
        let text = Cow::Borrowed(batch.text.get(row).unwrap_or(""));
        Ok(Row { id, site, url, date, text })
    }
}

/// Pages that were dicts.
#[derive(Debug)]
struct DictRows(Vec<Row<'static>>);

impl Rows for DictRows {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn bytes(&self, row: usize) -> usize {
        self.0.get(row).map_or(0, |row| row.text.len())
    }

    fn row(&self, row: usize) -> Result<Row<'_>, String> {
        let row = self.0.get(row).ok_or("no such row")?;
        Ok(Row {
            id: row.id.as_deref().map(Cow::Borrowed),
            site: row.site.as_deref().map(Cow::Borrowed),
            url: row.url.as_deref().map(Cow::Borrowed),
            date: row.date.as_deref().map(Cow::Borrowed),
            text: Cow::Borrowed(&row.text),
        })
    }
}

fn of_dict(page: &Bound<'_, PyAny>, row: usize, columns: &Columns) -> PyResult<Row<'static>> {
    let py = page.py();
    let error = |problem: &str, field: Option<&str>| {
        let error = exception(py, "RecordError", &format!("row {row}: {problem}"));
        let _ = error.value(py).setattr("row", row);
        let _ = error.value(py).setattr("column", field);
        error
    };
    let Ok(page) = page.cast::<PyMapping>() else {
        let problem = format!(
            "{} is no page; give dicts with a text, a table, or paths",
            page.get_type().name()?
        );
        return Err(error(&problem, None));
    };
    let get = |name: &str| -> PyResult<Option<Bound<'_, PyAny>>> {
        if page.contains(name)? { page.get_item(name).map(Some) } else { Ok(None) }
    };
    let [text, id, site, url, date] = columns.all();
    let name = text.1.unwrap_or(text.0);
    let text = match get(name)? {
        None => {
            let mut found: Vec<String> = Vec::new();
            for key in page.keys()?.iter().take(9) {
                found.push(key.str()?.to_string());
            }
            let found = listed(found.iter().map(String::as_str));
            let problem = format!("no field `{name}` (found: {found}); name another with text=");
            return Err(error(&problem, Some(name)));
        }
        Some(value) if value.is_none() => Cow::Borrowed(""),
        Some(value) => match value.cast::<PyString>() {
            Ok(text) => match text.to_str() {
                Ok(text) => Cow::Owned(text.to_owned()),
                Err(_) => {
                    let problem =
                        format!("field `{name}` has half a character in it (a lone surrogate)");
                    return Err(error(&problem, Some(name)));
                }
            },
            Err(_) => {
                let of = value.get_type().name()?;
                let problem =
                    format!("field `{name}` holds {of}, not str; name another with text=");
                return Err(error(&problem, Some(name)));
            }
        },
    };
    let other = |(argument, named): (&str, Option<&str>)| -> PyResult<Option<Cow<'static, str>>> {
        let name = named.unwrap_or(argument);
        let Some(value) = get(name)?.filter(|value| !value.is_none()) else { return Ok(None) };
        let is_number = value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>();
        let text = if value.is_instance_of::<PyString>() {
            value.str()?.to_string_lossy().into_owned()
        } else if argument == "id" && value.is_instance_of::<PyBool>() {
            value.str()?.to_string().to_lowercase()
        } else if argument == "id" && is_number {
            value.str()?.to_string()
        } else if value.hasattr("isoformat")? {
            value.call_method0("isoformat")?.str()?.to_string()
        } else if named.is_none() {
            // What has another type is not there, as in files.
            return Ok(None);
        } else {
            let of = value.get_type().name()?;
            let problem =
                format!("field `{name}` holds {of}, not str; name another with {argument}=");
            return Err(error(&problem, Some(name)));
        };
        Ok(Some(Cow::Owned(text)))
    };
    Ok(Row { id: other(id)?, site: other(site)?, url: other(url)?, date: other(date)?, text })
}
