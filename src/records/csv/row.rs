//! A row → a page.

use std::{borrow::Cow, ops::Range};

use super::{
    cells::{cells, value},
    header::Header,
};
use crate::{
    base::page::Page,
    records::{
        Fields,
        record::{Has, Record, listed, not_utf8, site_of},
        site::SiteBy,
    },
};

/// The page of a row that was cut out `at` that byte of its file.
pub(in super::super) fn parse<'r>(
    row: &'r [u8],
    at: u64,
    header: &Header,
    (fields, by): (&Fields, SiteBy),
) -> Result<Record<'r>, String> {
    let row = simdutf8::compat::from_utf8(row).map_err(|e| not_utf8(row, e.valid_up_to(), at))?;
    let Some(text) = header.text else {
        let found = listed(header.names.iter().map(String::as_str));
        let name = &fields.text;
        return Err(format!("no column `{name}` (found: {found}); name another with --text-field"));
    };
    let wanted =
        [text].into_iter().map(Some).chain([header.id, header.site, header.url, header.date]);
    let mut found: [Range<usize>; 5] = Default::default();
    let mut width = 0;
    for cell in cells(row.as_bytes(), header.delimiter) {
        for (slot, _) in found.iter_mut().zip(wanted.clone()).filter(|(_, at)| *at == Some(width)) {
            slot.clone_from(&cell);
        }
        width += 1;
    }
    if width != header.names.len() {
        return Err(format!(
            "row has {width} cells, but the header names {} columns; quote cells that hold `{}`, line \
             ends or quotes",
            header.names.len(),
            char::from(header.delimiter).escape_default()
        ));
    }
    let [text, id, site, url, date] = found;
    let optional = |cell: Range<usize>| Some(value(&row[cell])).filter(|value| !value.is_empty());
    let (id, named, url, date) = (optional(id), optional(site), optional(url), optional(date));
    let has = Has([id.is_some(), named.is_some(), url.is_some(), date.is_some()]);
    Ok(Record {
        page: Page {
            id,
            site: site_of(named, url.as_ref(), by),
            url,
            date,
            text: value(&row[text.clone()]),
            layout: None,
        },
        is_made: false,
        raw: row.as_bytes(),
        text_span: text,
        marks: Vec::new(),
        close: row.len(),
        has_fields: false,
        others: Vec::<(Cow<'r, str>, Cow<'r, str>)>::new(),
        has,
        replaced: 0,
    })
}
