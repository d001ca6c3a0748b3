//! A WARC record → a page.

use std::borrow::Cow;

use super::{
    super::{
        Options,
        format::Format,
        html::{self, Html},
        record::{Has, Record, not_utf8, site_of},
    },
    block,
    http::{self, Payload},
};
use crate::base::page::{Layout, Page};

/// The page of a record that was cut out `at` that byte of its file.
pub(in super::super) fn parse<'r>(
    record: &'r [u8],
    at: u64,
    format: Format,
    options: &Options,
) -> Result<Record<'r>, String> {
    if !record.starts_with(b"WARC/") {
        let found = String::from_utf8_lossy(&record[..record.len().min(40)]).into_owned();
        return Err(format!("no WARC record begins here (found {found:?}); skipped to the next"));
    }
    let content =
        block::end(record).ok_or("WARC header without an end; skipped to the next record")?;
    let (header, content) = record.split_at(content);
    let value = |name: &str| block::value(header, name);
    let length = value("Content-Length").and_then(block::number);
    let Some(length) = length else {
        return Err("WARC header without a Content-Length; skipped to the next record".to_owned());
    };
    if length != content.len() as u64 {
        return Err(format!(
            "Content-Length is {length}, but {} bytes come before the next record; fetch the file again",
            content.len()
        ));
    }
    let kind = value("WARC-Type").ok_or("WARC header without a WARC-Type; write the file again")?;
    let (text, title, layout) = if kind.eq_ignore_ascii_case(b"response") {
        let (head, body) = http::decode(content, options.max_record)?;
        let media_type = block::value(head, "Content-Type").unwrap_or_default();
        of_payload(body, media_type)?
    } else if kind.eq_ignore_ascii_case(b"resource") && format == Format::Warc {
        of_payload(Cow::Borrowed(content), value("Content-Type").unwrap_or_default())?
    } else {
        let text = simdutf8::compat::from_utf8(content)
            .map_err(|e| not_utf8(content, e.valid_up_to(), at + header.len() as u64))?;
        (Cow::Borrowed(text), None, None)
    };

    let field = |name: &str| value(name).filter(|v| !v.is_empty()).map(String::from_utf8_lossy);
    // Some crawlers write it as the first standard drew it.
    let url = field("WARC-Target-URI").map(|url| match url {
        Cow::Borrowed(url) => Cow::Borrowed(url.trim_start_matches('<').trim_end_matches('>')),
        url @ Cow::Owned(_) => url,
    });
    let is_as_it_stands = matches!(text, Cow::Borrowed(_)) && format == Format::Wet;
    let start = if is_as_it_stands { header.len() } else { record.len() };
    Ok(Record {
        page: Page {
            id: field("WARC-Record-ID"),
            site: site_of(None, url.as_ref(), options.site_by),
            url,
            date: field("WARC-Date"),
            text,
            layout,
        },
        is_made: false,
        raw: record,
        text_span: start..record.len(),
        marks: Vec::new(),
        close: record.len(),
        has_fields: false,
        others: title
            .map(|title| (Cow::Borrowed("title"), Cow::Owned(title)))
            .into_iter()
            .collect(),
        has: Has::default(),
        replaced: 0,
    })
}

/// Text and title of what was sent, and what its markup says.
type Sent<'a> = (Cow<'a, str>, Option<String>, Option<Box<Layout>>);

fn of_payload<'a>(body: Cow<'a, [u8]>, media_type: &[u8]) -> Result<Sent<'a>, String> {
    match Payload::of_type(media_type, &body) {
        Some(Payload::Html) => {
            let Html { text, title, lines } = html::read(&body, html::charset_of_type(media_type))?;
            Ok((Cow::Owned(text), title, Html::layout(lines)))
        }
        _ => Ok((html::decode(body, html::charset_of_type(media_type))?, None, None)),
    }
}
