//! Cleaned pages as they come from the engine → the rows of the table that they came in, or new ones.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{
    Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions, StringArray,
    builder::{
        Int64Builder, LargeStringBuilder, ListBuilder, StringBuilder, StringViewBuilder,
        StructBuilder, UInt32Builder,
    },
};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use arrow_select::filter::filter_record_batch;

use crate::{
    arrow::{Strings, Table},
    engine::{CleanSink, Error, Findings, PageNumber, Result, ToldPages},
    pages::HeldTable,
};

/// Texts of one column, as the column that they came from has them.
enum Texts {
    Short(StringBuilder),
    Long(LargeStringBuilder),
    Views(StringViewBuilder),
}

impl Texts {
    fn like(of: &DataType) -> Texts {
        match of {
            DataType::Utf8 => Texts::Short(StringBuilder::new()),
            DataType::Utf8View => Texts::Views(StringViewBuilder::new()),
            _ => Texts::Long(LargeStringBuilder::new()),
        }
    }

    fn push(&mut self, text: Option<&str>) {
        match self {
            Texts::Short(builder) => builder.append_option(text),
            Texts::Long(builder) => builder.append_option(text),
            Texts::Views(builder) => builder.append_option(text),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Texts::Short(builder) => Arc::new(builder.finish()),
            Texts::Long(builder) => Arc::new(builder.finish()),
            Texts::Views(builder) => Arc::new(builder.finish()),
        }
    }
}

/// What is marked of pages: columns of the names that the fields of the command have.
struct Marks {
    chrome: ListBuilder<ListBuilder<Int64Builder>>,
    kinds: ListBuilder<StringBuilder>,
}

impl Marks {
    fn new() -> Marks {
        Marks {
            chrome: ListBuilder::new(ListBuilder::new(Int64Builder::new())),
            kinds: ListBuilder::new(StringBuilder::new()),
        }
    }

    fn push(&mut self, chrome: &[(std::ops::Range<usize>, crate::engine::Kind)]) {
        for (span, kind) in chrome {
            let ends = self.chrome.values();
            for end in [span.start, span.end] {
                ends.values().append_value(i64::try_from(end).unwrap_or(i64::MAX));
            }
            ends.append(true);
            self.kinds.values().append_value(kind.word());
        }
        self.chrome.append(true);
        self.kinds.append(true);
    }

    fn finish(&mut self) -> [ArrayRef; 2] {
        [Arc::new(self.chrome.finish()), Arc::new(self.kinds.finish())]
    }
}

/// What cleaning adds to each page.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Added {
    pub(crate) chrome: bool,
    pub(crate) clusters: bool,
}

/// Takes pages in input order.
pub(crate) struct Collector {
    /// The table that the pages came in.
    table: Option<HeldTable>,
    added: Added,
    texts: Texts,
    marks: Marks,
    /// Numbers of the pages of the batch.
    numbers: UInt32Builder,
    kept: Vec<PageNumber>,
    /// Id, site, URL, date, where there is no table.
    fields: [StringBuilder; 4],
    /// The batch of the table that is under way, its first row, and its texts.
    at: usize,
    first: usize,
    before: Option<Strings>,
    done: Vec<RecordBatch>,
}

/// What was collected.
pub(crate) struct Collected {
    batches: Vec<RecordBatch>,
}

impl Collector {
    pub(crate) fn new(table: Option<HeldTable>, added: Added) -> Collector {
        let of = table.as_ref().map(|table| table.schema.field(table.text).data_type().clone());
        let mut collector = Collector {
            texts: Texts::like(&of.unwrap_or(DataType::LargeUtf8)),
            table,
            added,
            marks: Marks::new(),
            numbers: UInt32Builder::new(),
            kept: Vec::new(),
            fields: Default::default(),
            at: 0,
            first: 0,
            before: None,
            done: Vec::new(),
        };
        collector.begin();
        collector
    }

    /// Looks at the texts of the next batch of the table.
    fn begin(&mut self) {
        self.before = self
            .table
            .as_ref()
            .and_then(|table| Strings::of(table.batches.get(self.at)?.column(table.text)));
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), ArrowError> {
        for page in ToldPages::of(bytes) {
            let number = page.number as usize;
            if let Some(table) = &self.table {
                let mut rows = table.batches.get(self.at).map_or(usize::MAX, RecordBatch::num_rows);
                while number - self.first >= rows {
                    self.end()?;
                    let next = self.table.as_ref().and_then(|table| table.batches.get(self.at));
                    rows = next.map_or(usize::MAX, RecordBatch::num_rows);
                }
                let row = number - self.first;
                let before = || self.before.as_ref().and_then(|texts| texts.get(row));
                let text = page.text.or_else(before);
                // A row without a text stays one.
                self.texts.push(text.filter(|text| !text.is_empty() || before().is_some()));
            } else {
                self.texts.push(page.text);
                for (field, value) in self.fields.iter_mut().zip(page.fields) {
                    field.append_option(value);
                }
            }
            self.numbers.append_value(page.number);
            self.kept.push(page.number);
            if self.added.chrome {
                self.marks.push(page.chrome.as_deref().unwrap_or_default());
            }
        }
        Ok(())
    }

    /// Ends the batch that is under way.
    fn end(&mut self) -> Result<(), ArrowError> {
        let text = self.texts.finish();
        let numbers: ArrayRef = Arc::new(self.numbers.finish());
        let mut columns: Vec<(String, ArrayRef)> = Vec::new();
        let rows = self.kept.len();
        if let Some(table) = &self.table {
            let Some(batch) = table.batches.get(self.at) else { return Ok(()) };
            let mut stays = vec![false; batch.num_rows()];
            for &number in &self.kept {
                if let Some(stays) = stays.get_mut(number as usize - self.first) {
                    *stays = true;
                }
            }
            let others = if rows == batch.num_rows() {
                batch.clone()
            } else {
                filter_record_batch(batch, &BooleanArray::from(stays))?
            };
            for (at, field) in table.schema.fields().iter().enumerate() {
                let column = if at == table.text {
                    Arc::clone(&text)
                } else {
                    Arc::clone(others.column(at))
                };
                columns.push((field.name().clone(), column));
            }
            self.first += batch.num_rows();
        } else {
            for (name, field) in ["id", "site", "url", "date"].into_iter().zip(&mut self.fields) {
                columns.push((name.to_owned(), Arc::new(field.finish())));
            }
            columns.push(("text".to_owned(), text));
        }
        if self.added.chrome {
            let names = ["refrain.chrome", "refrain.kinds"].map(str::to_owned);
            columns.extend(names.into_iter().zip(self.marks.finish()));
        }
        // Where clusters are told, each page is found by it.
        columns.push((NUMBER.to_owned(), numbers));
        self.done.push(batch(columns, rows)?);
        self.kept.clear();
        self.at += 1;
        self.begin();
        Ok(())
    }

    /// All that came.
    pub(crate) fn finish(mut self) -> Result<Collected, ArrowError> {
        let batches = self.table.as_ref().map_or(1, |table| table.batches.len().max(1));
        if self.table.as_ref().is_some_and(|table| table.batches.is_empty()) {
            // A table without batches has columns all the same.
            if let Some(table) = &mut self.table {
                table.batches.push(RecordBatch::new_empty(Arc::clone(&table.schema)));
            }
        }
        while self.at < batches {
            self.end()?;
        }
        Ok(Collected { batches: self.done })
    }
}

/// The column of page numbers, until the table is made.
const NUMBER: &str = "\0number";

fn batch(columns: Vec<(String, ArrayRef)>, rows: usize) -> Result<RecordBatch, ArrowError> {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, column)| Field::new(name, column.data_type().clone(), true))
        .collect();
    let columns = columns.into_iter().map(|column| column.1).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)
}

impl Collected {
    /// The table, with the place of each page in a cluster if `findings` are to be told; and the numbers of its pages.
    pub(crate) fn table(
        self,
        findings: Option<&Findings>,
    ) -> Result<(Table, Vec<PageNumber>), ArrowError> {
        let mut numbers = Vec::new();
        let mut batches = Vec::new();
        for whole in self.batches {
            let rows = whole.num_rows();
            let mut columns: Vec<(String, ArrayRef)> = whole
                .schema()
                .fields()
                .iter()
                .map(|field| field.name().clone())
                .zip(whole.columns().iter().cloned())
                .collect();
            let here = columns.pop().map(|(_, column)| column);
            let here = here.as_ref().and_then(|column| {
                column.as_any().downcast_ref::<arrow_array::UInt32Array>().cloned()
            });
            let here: Vec<PageNumber> =
                here.map_or_else(Vec::new, |column| column.values().to_vec());
            if let Some(findings) = findings {
                columns.push(("refrain.cluster".to_owned(), clusters(findings, &here)));
            }
            numbers.extend(here);
            batches.push(batch(columns, rows)?);
        }
        let schema = batches.first().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
        Ok((Table::of(schema, batches), numbers))
    }
}

impl Collected {
    /// Where the chrome of each page is.
    pub(crate) fn spans(self) -> Result<Table, ArrowError> {
        let wanted = |name: &str| match name {
            NUMBER => Some("page"),
            "refrain.chrome" => Some("refrain.chrome"),
            "refrain.kinds" => Some("refrain.kinds"),
            _ => None,
        };
        let whole = self.batches.into_iter().next();
        let whole = whole.unwrap_or_else(|| RecordBatch::new_empty(Arc::new(Schema::empty())));
        let schema = whole.schema();
        let columns = schema.fields().iter().zip(whole.columns());
        let mut columns: Vec<(&str, ArrayRef)> = columns
            .filter_map(|(field, column)| Some((wanted(field.name())?, Arc::clone(column))))
            .collect();
        columns.rotate_right(1);
        Table::of_columns(columns)
    }
}

/// The place of pages in clusters, as the command marks it.
fn clusters(findings: &Findings, pages: &[PageNumber]) -> ArrayRef {
    let fields = vec![
        Field::new("cluster", DataType::Int64, true),
        Field::new("lead", DataType::Utf8, true),
        Field::new("relation", DataType::Utf8, true),
    ];
    let mut builder = StructBuilder::from_fields(fields, pages.len());
    for &page in pages {
        let placed = findings.placed(page);
        let found = placed.map(|placed| {
            let cluster = &findings.clusters[placed.cluster];
            let relation =
                placed.member.map(|member| cluster.members[member].verdict.relation.word());
            let number = i64::try_from(placed.cluster).unwrap_or(i64::MAX);
            (number, findings.pages.id(cluster.lead), relation)
        });
        if let Some(numbers) = builder.field_builder::<Int64Builder>(0) {
            numbers.append_option(found.as_ref().map(|found| found.0));
        }
        if let Some(leads) = builder.field_builder::<StringBuilder>(1) {
            leads.append_option(found.as_ref().map(|found| &found.1));
        }
        if let Some(relations) = builder.field_builder::<StringBuilder>(2) {
            relations.append_option(found.as_ref().and_then(|found| found.2));
        }
        builder.append(found.is_some());
    }
    Arc::new(builder.finish())
}

/// Hands pages to a collector.
pub(crate) struct Sink<'c>(pub(crate) &'c Mutex<Collector>);

impl CleanSink for Sink<'_> {
    fn write(&mut self, _file: usize, bytes: &[u8], _pages: u64) -> Result<()> {
        let mut collector = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        collector.take(bytes).map_err(|e| Error::data("pages", e.to_string()))
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }
}

/// A column of strings.
pub(crate) fn strings<'s>(values: impl IntoIterator<Item = Option<&'s str>>) -> ArrayRef {
    Arc::new(values.into_iter().collect::<StringArray>())
}
