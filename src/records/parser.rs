//! Raw records → pages, many of them: what is kept from one to the next.

use std::{borrow::Cow, mem};

use super::{
    Corpus,
    batch::RawRecord,
    form,
    json::{Found, Kind, Value, Walk},
    kernel,
    noticed::Noticed,
    record::{Has, Record, site_of},
    site::SiteBy,
    source::{Format, Source},
};
use crate::base::{
    cpu::Tier,
    error::{Error, Result},
    page::Page,
};
use crate::records::json::object::{address_field, best_address, looks_like_address};

/// Parses records; one a worker.
///
/// Gives what [`RawRecord::parse`] gives, several times as fast: values are borrowed from the
/// record, or, if they have escapes, from a buffer that is used again and again.
#[derive(Debug)]
pub struct Parser<'c> {
    corpus: &'c Corpus,
    tier: Tier,
    /// Unescaped values of the last record, and what older ones left.
    unescaped: Vec<u8>,
    /// What it noticed of records in the first pass.
    noticed: Noticed,
}

impl Drop for Parser<'_> {
    fn drop(&mut self) {
        self.corpus.notices.add(mem::take(&mut self.noticed));
    }
}

impl<'c> Parser<'c> {
    /// For records of `corpus`.
    pub fn new(corpus: &'c Corpus, tier: Tier) -> Parser<'c> {
        Parser { corpus, tier, unescaped: Vec::new(), noticed: Noticed::default() }
    }

    /// Parses `raw`.
    ///
    /// # Errors
    ///
    /// As [`RawRecord::parse`].
    ///
    /// # Panics
    ///
    /// As [`RawRecord::parse`].
    pub fn parse<'r>(&'r mut self, raw: &RawRecord<'r>) -> Result<Record<'r>> {
        let source = &self.corpus.files()[raw.file];
        if let Some(rows) = source.rows() {
            let record = raw.parse_held(rows, source, self.corpus)?;
            if raw.is_first {
                notice(&mut self.noticed, source, raw, &record);
            }
            return Ok(record);
        }
        let is_line = matches!(source.format, Format::JsonLines | Format::Parquet);
        if is_line && raw.length == raw.body.len() as u64 {
            let walk = Walk { line: raw.body, wanted: &source.fields, out: &mut self.unescaped };
            let site_by = self.corpus.options().site_by;
            let found = kernel::run(self.tier, walk);
            if let Some(mut record) =
                found.and_then(|found| record(raw.body, &self.unescaped, found, site_by))
            {
                form::read(&mut record, source, self.corpus.options().text_format)
                    .map_err(|problem| Error::record(raw.at(self.corpus), problem))?;
                if raw.is_first {
                    notice(&mut self.noticed, source, raw, &record);
                }
                return Ok(record);
            }
        }
        let record = raw.parse(self.corpus)?;
        if raw.is_first {
            notice(&mut self.noticed, source, raw, &record);
        }
        Ok(record)
    }
}

/// Takes note of a record that can be used.
fn notice(noticed: &mut Noticed, source: &Source, raw: &RawRecord<'_>, record: &Record<'_>) {
    /// Records of a file that are looked into for an address.
    const LOOKED_INTO: u64 = 8;

    let is_line = matches!(source.format, Format::JsonLines | Format::Parquet);
    let is_row = matches!(source.format, Format::Csv | Format::Rows);
    noticed.count(record, is_line || is_row);
    noticed.like_html += u64::from(form::is_html(record, source));
    if record.page.site.is_empty() && raw.record <= LOOKED_INTO {
        let found = match &source.header {
            Some(header) => best_address(
                header
                    .others(record.raw)
                    .into_iter()
                    .filter(|(_, value)| looks_like_address(value))
                    .map(|(name, _)| name.into_owned())
                    .collect(),
            ),
            None if is_line => address_field(raw.body),
            None => None,
        };
        noticed.address = [noticed.address.take(), found].into_iter().flatten().min();
    }
}

/// The record of what was found in `line`; nothing if its text is no string, or it is not UTF-8.
fn record<'r>(line: &'r [u8], unescaped: &'r [u8], found: Found, by: SiteBy) -> Option<Record<'r>> {
    let text = found.text?;
    // Every byte is checked once: of the text those it stands for, which are fewer. That is enough,
    // as no escape stands for half a character.
    let (before, content, after) = match text.kind {
        Kind::Plain(span) => {
            let line = utf8(line)?;
            (line.get(..span.start)?, line.get(span.clone())?, line.get(span.end..)?)
        }
        Kind::Unescaped(span) => (
            utf8(&line[..text.span.start])?,
            utf8(&unescaped[span])?,
            utf8(&line[text.span.end..])?,
        ),
        // A page without a text.
        Kind::Other if &line[text.span.clone()] == b"null" => {
            let line = utf8(line)?;
            (line.get(..text.span.start)?, "", line.get(text.span.end..)?)
        }
        Kind::Other => return None,
    };
    let after_start = line.len() - after.len();
    let in_line = |span: std::ops::Range<usize>| {
        if span.start >= after_start {
            after.get(span.start - after_start..span.end - after_start)
        } else {
            before.get(span)
        }
    };
    let is_text = |value: &Value| value.span == text.span;
    let string = |value: Value| {
        if is_text(&value) {
            return Some(content);
        }
        match value.kind {
            Kind::Plain(span) => in_line(span),
            Kind::Unescaped(span) => str::from_utf8(&unescaped[span]).ok(),
            Kind::Other => None,
        }
    };
    let optional = |value: Option<Value>| value.and_then(string).filter(|s| !s.is_empty());

    let id = match found.id {
        Some(Value { span, kind: Kind::Other }) => in_line(span).filter(|&value| value != "null"),
        id => optional(id),
    };
    let url = optional(found.url).map(Cow::Borrowed);
    let named = optional(found.site).map(Cow::Borrowed);
    let date = optional(found.date).map(Cow::Borrowed);
    let has = Has([id.is_some(), named.is_some(), url.is_some(), date.is_some()]);
    let site = site_of(named, url.as_ref(), by);
    let marks = found.marks.into_iter();
    let marks = marks.map(|(name, value)| Some((Cow::Borrowed(in_line(name)?), value)));
    Some(Record {
        page: Page {
            id: id.map(Cow::Borrowed),
            site,
            url,
            date,
            text: Cow::Borrowed(content),
            layout: None,
        },
        is_made: false,
        raw: line,
        text_span: text.span,
        marks: marks.collect::<Option<_>>()?,
        close: found.close,
        has_fields: found.has_fields,
        others: Vec::new(),
        has,
        replaced: 0,
    })
}

fn utf8(bytes: &[u8]) -> Option<&str> {
    simdutf8::basic::from_utf8(bytes).ok()
}
