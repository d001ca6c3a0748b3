//! A raw record → a page, and where its values stand in the raw bytes.
//!
//! A JSON line is walked once for its fields, whose values stay raw; then the five wanted ones are
//! unescaped. So other fields cost a scan, are never copied, and keep their bytes: numbers of any
//! precision, spaces and escapes included. Nor are they judged: what is no JSON in them, or no UTF-8, is looked
//! past ([`crate::records::json::mend`]).

use std::{borrow::Cow, ops::Range};

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::{
    Corpus, Fields, Options,
    batch::RawRecord,
    csv, form,
    held::{self, Rows},
    html,
    site::{SiteBy, named_site, site_of_url},
    source::{Format, Source, site_of_path},
    warc,
};
use crate::base::{
    error::{Error, Result, meant},
    page::Page,
};
use crate::records::json::{
    mend::{Mended, mend},
    object::{Object, Text, find_path, paths, span_in},
};

/// Fields whose names begin so are this program's own.
pub(super) const MARK_PREFIX: &str = "refrain.";

/// How many names of fields a message lists.
const NAMES_SHOWN: usize = 8;

/// A page, and where it stands in its record.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    /// The page.
    pub page: Page<'a>,
    /// The record's body. All offsets are offsets into it.
    pub raw: &'a [u8],
    /// The text: the JSON string with its quotes, the content of a WET record, or the whole of a text
    /// file. Empty and at the end where the text is made of something else, such as HTML.
    pub text_span: Range<usize>,
    /// The page's text is made of what stands there, so that it is written whatever it is.
    pub is_made: bool,
    /// Fields whose names begin with `refrain.`, and where their values stand.
    pub marks: Vec<(Cow<'a, str>, Range<usize>)>,
    /// Offset of the object's `}`, before which further fields go; the end of a text file.
    pub close: usize,
    /// The object has a field, so that a further one needs a comma. No for a text file.
    pub has_fields: bool,
    /// Names and values of what the record says beside the page, where that is not JSON: a title. Cells of
    /// CSV are asked of [`Header`](super::Header).
    pub others: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Which of the wanted fields have a value.
    pub(super) has: Has,
    /// Halves of characters in the text that became U+FFFD.
    pub(super) replaced: usize,
}

/// Which of the fields that a record may be without have a value: id, site, URL, date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Has(pub(super) [bool; 4]);

impl<'a> Record<'a> {
    /// A JSON line that was made here of `page` and to which further fields may be added.
    pub fn of_line(page: Page<'a>, line: &'a [u8]) -> Record<'a> {
        Record {
            page,
            is_made: false,
            raw: line,
            text_span: 0..0,
            marks: Vec::new(),
            close: line.len().saturating_sub(1),
            has_fields: true,
            others: Vec::new(),
            has: Has::default(),
            replaced: 0,
        }
    }

    /// What a program holds: there are no bytes of it.
    pub(super) fn of_row(page: Page<'a>) -> Record<'a> {
        Record { close: 0, has_fields: false, ..Record::of_line(page, &[]) }
    }

    /// The text is a null, not a string.
    pub(super) fn is_null_text(&self) -> bool {
        self.raw.get(self.text_span.clone()) == Some(b"null")
    }
}

impl Record<'_> {
    /// Whether `text` is another than what stands in the record.
    pub fn is_changed(&self, text: &str) -> bool {
        self.is_made || text != self.page.text
    }
}

impl<'a> RawRecord<'a> {
    /// Parses it, by serde. For many records [`Parser`](super::Parser) is faster.
    ///
    /// # Errors
    ///
    /// *Record* if it is too long, not UTF-8, not a JSON object, or has no text that can be used.
    /// A record whose id, site, URL or date is missing or of another type is fine.
    ///
    /// # Panics
    ///
    /// If `corpus` is not the one it was read from and has fewer files.
    pub fn parse(&self, corpus: &Corpus) -> Result<Record<'a>> {
        let source = &corpus.files[self.file];
        if let Some(rows) = source.rows() {
            let record = self.parse_held(rows, source, corpus)?;
            let (page, is_made, has) = (record.page.into_owned(), record.is_made, record.has);
            return Ok(Record { is_made, has, ..Record::of_row(page) });
        }
        let parsed = self.parse_as(source, corpus).and_then(|mut record| {
            form::read(&mut record, source, corpus.options.text_format)?;
            Ok(record)
        });
        parsed.map_err(|problem| Error::record(self.at(corpus), problem))
    }

    /// The page of a row that the program holds.
    ///
    /// # Errors
    ///
    /// As [`parse`](RawRecord::parse).
    pub(super) fn parse_held<'r>(
        &self,
        rows: &'r dyn Rows,
        source: &Source,
        corpus: &Corpus,
    ) -> Result<Record<'r>> {
        let Options { max_record, site_by, text_format, .. } = corpus.options;
        let parsed = held::record(rows, self, max_record, site_by).and_then(|mut record| {
            form::read(&mut record, source, text_format)?;
            Ok(record)
        });
        parsed.map_err(|problem| Error::record(self.at(corpus), problem))
    }

    fn parse_as(&self, source: &Source, corpus: &Corpus) -> Result<Record<'a>, String> {
        let max = corpus.options.max_record;
        if self.length > max as u64 {
            let what = source.format.record_word();
            return Err(too_long(what, self.length, max));
        }
        match source.format {
            Format::Html => return html_file(self.body, source, corpus.options.site_by),
            Format::Csv => {
                let Some(header) = &source.header else { return Err("no header".to_owned()) };
                return csv::parse(
                    self.body,
                    self.byte,
                    header,
                    (&source.fields, corpus.options.site_by),
                );
            }
            format @ (Format::Wet | Format::Warc) => {
                return warc::parse(self.body, self.byte, format, &corpus.options);
            }
            // They are asked of who holds them.
            Format::Rows => return Err("no row".to_owned()),
            Format::Text | Format::JsonLines | Format::Parquet => {}
        }
        if source.format == Format::Text {
            let body = str::from_utf8(self.body)
                .map_err(|e| not_utf8(self.body, e.valid_up_to(), self.byte))?;
            return Ok(text_file(body, source, corpus.options.site_by));
        }
        let (fields, by) = (&source.fields, corpus.options.site_by);
        let problem = match str::from_utf8(self.body) {
            Ok(line) => match json_line(line, fields, by) {
                Ok((record, _)) => return Ok(record),
                Err(problem) => problem,
            },
            Err(e) => not_utf8(self.body, e.valid_up_to(), self.byte),
        };
        mended_line(self.body, fields, by).ok_or(problem)
    }
}

/// The record of a line in which something is no JSON that no wanted field has; nothing if that is not all.
fn mended_line<'a>(line: &'a [u8], fields: &Fields, by: SiteBy) -> Option<Record<'a>> {
    let Mended { line: mended, halves, others } = mend(line)?;
    let (record, wanted) = json_line(&mended, fields, by).ok()?;
    let stands_in =
        |place: &usize, spans: &[Range<usize>]| spans.iter().any(|span| span.contains(place));
    // Numbers that are none are what an id may be.
    let is_string = |span: &&Range<usize>| mended.as_bytes().get(span.start) == Some(&b'"');
    let strings: Vec<Range<usize>> = wanted.iter().filter(is_string).cloned().collect();
    if others.iter().any(|place| stands_in(place, &strings)) {
        return None;
    }
    let replaced = halves.iter().filter(|place| record.text_span.contains(place)).count();
    let Page { id, site, url, date, text, layout: _ } = record.page;
    let own = |value: Cow<'_, str>| Cow::Owned(value.into_owned());
    // As it was written, and not as it was mended.
    let id = id.map(|id| match wanted.iter().find(|span| mended[(*span).clone()] == *id) {
        Some(span) => String::from_utf8_lossy(&line[span.clone()]),
        None => own(id),
    });
    Some(Record {
        page: Page {
            id,
            site: own(site),
            url: url.map(own),
            date: date.map(own),
            text: own(text),
            layout: None,
        },
        is_made: false,
        raw: line,
        text_span: record.text_span,
        marks: record.marks.into_iter().map(|(name, span)| (own(name), span)).collect(),
        close: record.close,
        has_fields: record.has_fields,
        others: Vec::new(),
        has: record.has,
        replaced,
    })
}

/// What is wrong with a record of so many bytes.
pub(super) fn too_long(what: &str, length: u64, max: usize) -> String {
    format!(
        "{what} is {length} bytes long, more than the {max} allowed; raise it with --max-record"
    )
}

/// What is wrong with `bytes`, which begin at `byte` of the file and are UTF-8 up to `at`.
pub(super) fn not_utf8(bytes: &[u8], at: usize, byte: u64) -> String {
    format!(
        "not UTF-8: found 0x{:02x} at byte {}; convert it, for example with `iconv -f \
         windows-1252 -t utf-8`",
        bytes[at],
        byte + at as u64
    )
}

fn text_file<'a>(body: &'a str, source: &Source, by: SiteBy) -> Record<'a> {
    of_file(Cow::Borrowed(body), body.as_bytes(), source, by)
}

fn html_file<'a>(body: &'a [u8], source: &Source, by: SiteBy) -> Result<Record<'a>, String> {
    let html::Html { text, title, lines } = html::read(body, None)?;
    let mut record = of_file(Cow::Owned(text), body, source, by);
    record.page.layout = html::Html::layout(lines);
    record.text_span = body.len()..body.len();
    record.others.extend(title.map(|title| (Cow::Borrowed("title"), Cow::Owned(title))));
    Ok(record)
}

/// A file that is one page: its path is its id, and its first folder may be its site.
fn of_file<'a>(text: Cow<'a, str>, raw: &'a [u8], source: &Source, by: SiteBy) -> Record<'a> {
    let parts: Vec<_> = source.relative.iter().map(|part| part.to_string_lossy()).collect();
    Record {
        page: Page {
            id: Some(Cow::Owned(parts.join("/"))),
            site: Cow::Owned(site_of_path(source, by).unwrap_or_default()),
            url: None,
            date: None,
            text,
            layout: None,
        },
        is_made: false,
        raw,
        text_span: 0..raw.len(),
        marks: Vec::new(),
        close: raw.len(),
        has_fields: false,
        others: Vec::new(),
        has: Has::default(),
        replaced: 0,
    }
}

/// The record of a line, and where the wanted values stand.
fn json_line<'a>(
    line: &'a str,
    wanted: &Fields,
    by: SiteBy,
) -> Result<(Record<'a>, Vec<Range<usize>>), String> {
    let start = line.trim_ascii_start();
    if !start.starts_with('{') {
        return Err(not_an_object(line));
    }
    let Object(fields) = serde_json::from_str(line).map_err(|e| broken_json(&e, 0))?;
    let mut spans = Vec::new();
    let mut find = |name: &str| {
        let mut found = Vec::new();
        find_path(&fields, name, &mut found);
        spans.extend(found.iter().map(|value| span_in(line, value)));
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            _ => Err(format!("field `{name}` appears twice; keep one of them")),
        }
    };
    let optional = |name: &str, value: Option<&'a RawValue>| match value {
        Some(value) if value.get().starts_with('"') => {
            unescape(line, name, value).map(|s| Some(s).filter(|s| !s.is_empty()))
        }
        _ => Ok(None),
    };

    let name = &wanted.text;
    let Some(text) = find(name)? else { return Err(no_field(name, &fields)) };
    // A page without a text; any other value is one of another kind.
    let is_null = text.get() == "null";
    if !text.get().starts_with('"') && !is_null {
        return Err(format!(
            "field `{name}` is {}, not a string; name another with --text-field",
            kind_of(text.get())
        ));
    }
    let text_span = span_in(line, text);
    let text = if is_null { Cow::Borrowed("") } else { unescape(line, name, text)? };
    let id = match find(&wanted.id)? {
        Some(value) if value.get().starts_with('"') => optional(&wanted.id, Some(value))?,
        Some(value) if value.get() != "null" => Some(Cow::Borrowed(value.get())),
        _ => None,
    };
    let url = optional(&wanted.url, find(&wanted.url)?)?;
    let named = optional(&wanted.site, find(&wanted.site)?)?;
    let date = optional(&wanted.date, find(&wanted.date)?)?;
    let has = Has([id.is_some(), named.is_some(), url.is_some(), date.is_some()]);
    let site = site_of(named, url.as_ref(), by);
    let has_fields = !fields.is_empty();
    let marks = fields
        .into_iter()
        .filter(|(name, _)| name.starts_with(MARK_PREFIX))
        .map(|(name, value)| (name, span_in(line, value)))
        .collect();
    let record = Record {
        page: Page { id, site, url, date, text, layout: None },
        is_made: false,
        raw: line.as_bytes(),
        text_span,
        marks,
        // An object that was parsed ends in its brace.
        close: line.trim_ascii_end().len() - 1,
        has_fields,
        others: Vec::new(),
        has,
        replaced: 0,
    };
    Ok((record, spans))
}

/// The page's site: the field, or what its URL says.
pub(super) fn site_of<'a>(
    field: Option<Cow<'a, str>>,
    url: Option<&Cow<'a, str>>,
    by: SiteBy,
) -> Cow<'a, str> {
    let named = field.and_then(|field| same_or_owned(&field, named_site));
    let of_url = || url.and_then(|url| same_or_owned(url, |url| site_of_url(url, by)));
    named.or_else(of_url).unwrap_or_default()
}

/// What `read` gives, borrowed as long as `text` is.
fn same_or_owned<'a>(
    text: &Cow<'a, str>,
    read: impl for<'t> Fn(&'t str) -> Option<Cow<'t, str>>,
) -> Option<Cow<'a, str>> {
    match text {
        Cow::Borrowed(text) => read(text),
        Cow::Owned(text) => read(text).map(|found| Cow::Owned(found.into_owned())),
    }
}

/// The string that a JSON string stands for; borrowed if it has no escapes.
fn unescape<'a>(line: &str, name: &str, value: &'a RawValue) -> Result<Cow<'a, str>, String> {
    match serde_json::from_str(value.get()) {
        Ok(Text(text)) => Ok(text),
        Err(e) => {
            let problem = broken_json(&e, span_in(line, value).start);
            Err(format!("field `{name}`: {problem}"))
        }
    }
}

fn no_field(name: &str, fields: &[(Cow<'_, str>, &RawValue)]) -> String {
    let mut names = Vec::new();
    paths(fields, "", &mut names);
    let mut found = listed(names.iter().map(String::as_str));
    if fields.is_empty() {
        found.push_str("no fields");
    }
    match meant(name, names.iter().map(String::as_str)) {
        Some(meant) => format!(
            "no field `{name}` (found: {found}); did you mean `{meant}`? name it with --text-field"
        ),
        None => format!("no field `{name}` (found: {found}); name another with --text-field"),
    }
}

/// The first few of `names`.
pub(super) fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut found = String::new();
    for (i, name) in names.enumerate() {
        found.push_str(if i > 0 { ", " } else { "" });
        if i == NAMES_SHOWN {
            found.push('…');
            break;
        }
        found.push_str(name);
    }
    found
}

/// serde's reason and the column in the line; its line number is always 1.
fn broken_json(e: &serde_json::Error, offset: usize) -> String {
    let message = e.to_string();
    let place = format!(" at line {} column {}", e.line(), e.column());
    let reason = message.strip_suffix(&place).unwrap_or(&message);
    let way_out = if e.is_eof() { "; a record is one whole line" } else { "; mend the line" };
    format!("broken JSON at column {}: {reason}{way_out}", offset + e.column())
}

fn not_an_object(line: &str) -> String {
    match serde_json::from_str::<IgnoredAny>(line) {
        Ok(_) => format!(
            "line is {}, not an object; write one object a line, for example with `jq -c '.[]'`",
            kind_of(line.trim_ascii_start())
        ),
        Err(e) => broken_json(&e, 0),
    }
}

/// What a valid JSON value is, by its first byte.
fn kind_of(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't') => "true",
        Some(b'f') => "false",
        Some(b'n') => "null",
        _ => "a number",
    }
}
