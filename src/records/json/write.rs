//! A page that was read from something else as a JSON line.

use std::borrow::Cow;

use crate::{
    base::{cpu::Tier, page::Page},
    records::{Fields, Record, write_json_string},
};

/// Makes the JSON line of a page with another `text` in `line`, and gives it as a record, to which
/// marks can be added.
///
/// Id, site, URL and date come first, then what the record says besides (`others`, of which
/// some may be the same), then the text, named as `fields` says. The site is left out if the URL tells it.
pub fn as_json<'l>(
    record: &Record<'_>,
    others: &[(Cow<'_, str>, Cow<'_, str>)],
    text: &'l str,
    fields: &Fields,
    tier: Tier,
    line: &'l mut Vec<u8>,
) -> Record<'l> {
    line.clear();
    let page = &record.page;
    let mut field = |name: &str, value: &str| {
        line.push(if line.is_empty() { b'{' } else { b',' });
        write_json_string(tier, name, line);
        line.push(b':');
        write_json_string(tier, value, line);
    };
    let is_other = |name: &str| others.iter().any(|(other, _)| other == name);
    let site = Some(page.site.as_ref()).filter(|site| !site.is_empty() && page.url.is_none());
    let known = [
        (&fields.id, page.id.as_deref()),
        (&fields.site, site),
        (&fields.url, page.url.as_deref()),
        (&fields.date, page.date.as_deref()),
    ];
    for (name, value) in known {
        if let Some(value) = value
            && !is_other(name)
        {
            field(name, value);
        }
    }
    for (name, value) in others {
        field(name, value);
    }
    field(&fields.text, text);
    line.push(b'}');
    let page =
        Page { id: None, site: "".into(), url: None, date: None, text: text.into(), layout: None };
    Record::of_line(page, line)
}
