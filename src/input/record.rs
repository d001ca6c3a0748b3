//! A raw record → a page, and where its values stand in the raw bytes.
//!
//! A JSON line is walked once for its fields, whose values stay raw; then the five wanted ones are
//! unescaped. So other fields cost a scan, are never copied, and keep their bytes: numbers of any
//! precision, spaces and escapes included.

use std::{borrow::Cow, fmt, ops::Range};

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{
    Corpus,
    batch::RawRecord,
    csv, html,
    site::site_of_url,
    source::{Format, Source, site_of_path},
    warc,
};
use crate::{
    error::{Error, Result, meant},
    page::Page,
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
    /// Fields whose names begin with `refrain.`, and where their values stand.
    pub marks: Vec<(Cow<'a, str>, Range<usize>)>,
    /// Offset of the object's `}`, before which further fields go; the end of a text file.
    pub close: usize,
    /// The object has a field, so that a further one needs a comma. No for a text file.
    pub has_fields: bool,
    /// Names and values of what the record says beside the page, where that is not JSON: a title. Cells of
    /// CSV are asked of [`Header`](super::Header).
    pub others: Vec<(Cow<'a, str>, Cow<'a, str>)>,
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
        self.parse_as(source, corpus).map_err(|problem| Error::record(self.at(corpus), problem))
    }

    fn parse_as(&self, source: &Source, corpus: &Corpus) -> Result<Record<'a>, String> {
        let max = corpus.options.max_record;
        if self.length > max as u64 {
            let what = source.format.record_word();
            return Err(format!(
                "{what} is {} bytes long, more than the {max} allowed; raise it with --max-record",
                self.length
            ));
        }
        match source.format {
            Format::Html => return html_file(self.body, source),
            Format::Csv => {
                let Some(header) = &source.header else { return Err("no header".to_owned()) };
                return csv::parse(self.body, self.byte, header, &corpus.options.fields);
            }
            format @ (Format::Wet | Format::Warc) => {
                return warc::parse(self.body, self.byte, format, max);
            }
            Format::Text | Format::JsonLines | Format::Parquet => {}
        }
        let body = str::from_utf8(self.body)
            .map_err(|e| not_utf8(self.body, e.valid_up_to(), self.byte))?;
        if source.format == Format::Text {
            return Ok(text_file(body, source));
        }
        json_line(body, &corpus.options.fields)
    }
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

fn text_file<'a>(body: &'a str, source: &Source) -> Record<'a> {
    of_file(Cow::Borrowed(body), body.as_bytes(), source)
}

fn html_file<'a>(body: &'a [u8], source: &Source) -> Result<Record<'a>, String> {
    let html::Html { text, title } = html::read(body, None)?;
    let mut record = of_file(Cow::Owned(text), body, source);
    record.text_span = body.len()..body.len();
    record.others.extend(title.map(|title| (Cow::Borrowed("title"), Cow::Owned(title))));
    Ok(record)
}

/// A file that is one page: its path is its id, and its first folder may be its site.
fn of_file<'a>(text: Cow<'a, str>, raw: &'a [u8], source: &Source) -> Record<'a> {
    let parts: Vec<_> = source.relative.iter().map(|part| part.to_string_lossy()).collect();
    Record {
        page: Page {
            id: Some(Cow::Owned(parts.join("/"))),
            site: Cow::Owned(site_of_path(source).unwrap_or_default()),
            url: None,
            date: None,
            text,
        },
        raw,
        text_span: 0..raw.len(),
        marks: Vec::new(),
        close: raw.len(),
        has_fields: false,
        others: Vec::new(),
    }
}

fn json_line<'a>(line: &'a str, wanted: &super::Fields) -> Result<Record<'a>, String> {
    let start = line.trim_ascii_start();
    if !start.starts_with('{') {
        return Err(not_an_object(line));
    }
    let Object(fields) = serde_json::from_str(line).map_err(|e| broken_json(&e, 0))?;
    let find = |name: &str| {
        let mut same = fields.iter().filter(|(n, _)| n == name).map(|&(_, value)| value);
        match (same.next(), same.next()) {
            (first, None) => Ok(first),
            (_, Some(_)) => Err(format!("field `{name}` appears twice; keep one of them")),
        }
    };
    let optional = |name: &str| match find(name)? {
        Some(value) if value.get().starts_with('"') => {
            unescape(line, name, value).map(|s| Some(s).filter(|s| !s.is_empty()))
        }
        _ => Ok(None),
    };

    let name = &wanted.text;
    let Some(text) = find(name)? else { return Err(no_field(name, &fields)) };
    if !text.get().starts_with('"') {
        return Err(format!(
            "field `{name}` is {}, not a string; name another with --text-field",
            kind_of(text.get())
        ));
    }
    let text_span = span_in(line, text);
    let text = unescape(line, name, text)?;
    let id = match find(&wanted.id)? {
        Some(value) if value.get().starts_with('"') => optional(&wanted.id)?,
        Some(value) if value.get() != "null" => Some(Cow::Borrowed(value.get())),
        _ => None,
    };
    let url = optional(&wanted.url)?;
    let site = site_of(optional(&wanted.site)?, url.as_ref());
    let date = optional(&wanted.date)?;
    let has_fields = !fields.is_empty();
    let marks = fields
        .into_iter()
        .filter(|(name, _)| name.starts_with(MARK_PREFIX))
        .map(|(name, value)| (name, span_in(line, value)))
        .collect();
    Ok(Record {
        page: Page { id, site, url, date, text },
        raw: line.as_bytes(),
        text_span,
        marks,
        // An object that was parsed ends in its brace.
        close: line.trim_ascii_end().len() - 1,
        has_fields,
        others: Vec::new(),
    })
}

/// The page's site: the field, or what its URL says.
pub(super) fn site_of<'a>(field: Option<Cow<'a, str>>, url: Option<&Cow<'a, str>>) -> Cow<'a, str> {
    match (field, url) {
        (Some(site), _) => site,
        (None, Some(Cow::Borrowed(url))) => site_of_url(url).unwrap_or_default(),
        (None, Some(Cow::Owned(url))) => {
            Cow::Owned(site_of_url(url).unwrap_or_default().into_owned())
        }
        (None, None) => Cow::Borrowed(""),
    }
}

/// Where `value`, which borrows from `line`, stands in it.
fn span_in(line: &str, value: &RawValue) -> Range<usize> {
    let start = value.get().as_ptr().addr() - line.as_ptr().addr();
    let span = start..start + value.get().len();
    debug_assert_eq!(line.get(span.clone()), Some(value.get()));
    span
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
    let mut found = listed(fields.iter().map(|(name, _)| name.as_ref()));
    if fields.is_empty() {
        found.push_str("no fields");
    }
    match meant(name, fields.iter().map(|(name, _)| name.as_ref())) {
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

/// The fields of an object in order, their values raw.
struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::with_capacity(16);
                while let Some((Text(name), value)) = map.next_entry()? {
                    fields.push((name, value));
                }
                Ok(Object(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

/// The fields of a JSON object in order, their values as they stand; nothing if it is none.
pub fn json_fields(line: &str) -> Option<Vec<(Cow<'_, str>, &str)>> {
    let Object(fields) = serde_json::from_str(line).ok()?;
    Some(fields.into_iter().map(|(name, value)| (name, value.get())).collect())
}

/// A string, borrowed if it can be: serde's own `Cow` never is.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Chars;

        impl<'de> Visitor<'de> for Chars {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text)))
            }
        }

        deserializer.deserialize_str(Chars)
    }
}
