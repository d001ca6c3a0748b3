//! What the text of a record is written in, and what it says.
//!
//! Crawlers put HTML or Markdown where others put plain text. HTML is read as a file of HTML is: the
//! page's text is what it shows. Markdown stays as it is, so that it can be written back, beside what
//! it shows.

use std::borrow::Cow;

use super::{
    html,
    record::Record,
    source::{Format, Source},
};

/// What the texts of records are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextFormat {
    /// Markdown in a field that is named so (`markdown`, `md`), else plain text.
    #[default]
    Auto,
    /// Plain text.
    Text,
    /// Markdown (`CommonMark` with tables).
    Markdown,
    /// HTML.
    Html,
}

impl TextFormat {
    /// What the text in a field of that name is, whose outer fields come before a dot.
    fn of_field(self, name: &str) -> TextFormat {
        let own = name.rsplit('.').next().unwrap_or(name);
        match self {
            TextFormat::Auto
                if ["markdown", "md"].iter().any(|md| own.eq_ignore_ascii_case(md)) =>
            {
                TextFormat::Markdown
            }
            TextFormat::Auto => TextFormat::Text,
            told => told,
        }
    }
}

/// Reads the text of a record as what it is written in.
pub(super) fn read(
    record: &mut Record<'_>,
    source: &Source,
    format: TextFormat,
) -> Result<(), String> {
    let format = match source.format {
        Format::JsonLines | Format::Csv | Format::Parquet | Format::Rows => {
            format.of_field(&source.fields.text)
        }
        Format::Text => format.of_field(""),
        Format::Html | Format::Wet | Format::Warc => return Ok(()),
    };
    match format {
        TextFormat::Html if !record.is_null_text() => {
            let read = html::read_text(&record.page.text)?;
            record.page.text = Cow::Owned(read.text);
            record.page.layout = html::Html::layout(read.lines);
            record.is_made = true;
        }
        TextFormat::Markdown => record.page.layout = Some(Box::new(layout(&record.page.text)?)),
        TextFormat::Auto | TextFormat::Text | TextFormat::Html => {}
    }
    Ok(())
}

/// Whether a text that was read as plain text looks like HTML.
pub(super) fn is_html(record: &Record<'_>, source: &Source) -> bool {
    let is_plain = !record.is_made && record.page.layout.is_none();
    let is_text = !matches!(source.format, Format::Html | Format::Wet | Format::Warc);
    is_plain && is_text && looks_like_html(&record.page.text)
}

/// Whether a text begins with a tag that pages begin with.
fn looks_like_html(text: &str) -> bool {
    const STARTS: [&[u8]; 12] = [
        b"!doctype",
        b"html",
        b"head",
        b"body",
        b"div",
        b"p",
        b"article",
        b"section",
        b"main",
        b"table",
        b"h1",
        b"ul",
    ];
    let Some(tag) = text.trim_ascii_start().strip_prefix('<') else { return false };
    let end = tag.bytes().position(|c| c == b'>' || c.is_ascii_whitespace());
    let Some(end) = end else { return false };
    let name = &tag.as_bytes()[..end];
    STARTS.iter().any(|start| name.eq_ignore_ascii_case(start)) && tag.contains("</")
}

#[cfg(feature = "markdown")]
#[expect(clippy::unnecessary_wraps, reason = "a build without Markdown cannot")]
fn layout(text: &str) -> Result<crate::base::page::Layout, String> {
    Ok(super::markdown::read(text))
}

#[cfg(not(feature = "markdown"))]
fn layout(_text: &str) -> Result<crate::base::page::Layout, String> {
    Err("Markdown is not read by this build; build it with the feature `markdown`".to_owned())
}
