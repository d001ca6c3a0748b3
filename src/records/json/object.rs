//! JSON objects by serde: their fields in order, values raw, and the paths into them.

use std::{borrow::Cow, fmt, ops::Range};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::mend::mend;
use crate::records::site::{SiteBy, site_of_url};

/// The values that the path `name` leads to: the field of that name, or else those in the objects that its
/// parts name. A name may itself have dots.
pub(in crate::records) fn find_path<'a>(
    fields: &[(Cow<'a, str>, &'a RawValue)],
    name: &str,
    found: &mut Vec<&'a RawValue>,
) {
    let before = found.len();
    found.extend(fields.iter().filter(|(field, _)| field == name).map(|&(_, value)| value));
    if found.len() > before || !name.contains('.') {
        return;
    }
    for (field, value) in fields {
        if let Some(rest) = name.strip_prefix(field.as_ref()).and_then(|r| r.strip_prefix('.'))
            && value.get().starts_with('{')
            && let Ok(Object(inside)) = serde_json::from_str(value.get())
        {
            find_path(&inside, rest, found);
        }
    }
}

/// Where `value`, which borrows from `line`, stands in it.
pub(in crate::records) fn span_in(line: &str, value: &RawValue) -> Range<usize> {
    let start = value.get().as_ptr().addr() - line.as_ptr().addr();
    let span = start..start + value.get().len();
    debug_assert_eq!(line.get(span.clone()), Some(value.get()));
    span
}

/// The names of all fields, those in objects with the path to them.
pub(in crate::records) fn paths(
    fields: &[(Cow<'_, str>, &RawValue)],
    before: &str,
    names: &mut Vec<String>,
) {
    for (name, value) in fields {
        let path = format!("{before}{name}");
        let is_short = before.bytes().filter(|&c| c == b'.').count() < 4;
        if is_short
            && value.get().starts_with('{')
            && let Ok(Object(inside)) = serde_json::from_str(value.get())
            && !inside.is_empty()
        {
            paths(&inside, &format!("{path}."), names);
        } else {
            names.push(path);
        }
    }
}

/// The field of a line that looks most like the address of its page: one that is called so, or else the first.
pub(in crate::records) fn address_field(line: &[u8]) -> Option<String> {
    let mended = mend(line);
    let line = mended.as_ref().map_or_else(|| str::from_utf8(line).ok(), |m| Some(&*m.line))?;
    let Object(fields) = serde_json::from_str(line).ok()?;
    let mut names = Vec::new();
    paths(&fields, "", &mut names);
    names.retain(|name| {
        let mut found = Vec::new();
        find_path(&fields, name, &mut found);
        found.first().is_some_and(|value| {
            let text = serde_json::from_str::<Text<'_>>(value.get());
            text.is_ok_and(|Text(text)| looks_like_address(&text))
        })
    });
    best_address(names)
}

/// The names of a line's fields, those in objects with the path to them.
pub(in crate::records) fn field_names(line: &[u8]) -> Vec<String> {
    let mended = mend(line);
    let line = mended.as_ref().map_or_else(|| str::from_utf8(line).ok(), |m| Some(&*m.line));
    let mut names = Vec::new();
    if let Some(Object(fields)) = line.and_then(|line| serde_json::from_str(line).ok()) {
        paths(&fields, "", &mut names);
    }
    names
}

/// Whether a value is a whole address, with its scheme.
pub(in crate::records) fn looks_like_address(value: &str) -> bool {
    value.len() < 4096
        && value.trim_start().get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http"))
        && site_of_url(value, SiteBy::Domain).is_some()
}

/// Of names of fields that hold addresses the one that is called like the page's own.
pub(in crate::records) fn best_address(names: Vec<String>) -> Option<String> {
    let is_of_page = |name: &&String| {
        let last = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
        ["url", "uri", "link", "address", "source"].iter().any(|word| last.ends_with(word))
            && !["image", "img", "logo", "icon", "thumb", "video"].iter().any(|w| last.contains(w))
    };
    let best = names.iter().find(is_of_page).cloned();
    best.or_else(|| names.into_iter().next())
}

/// The strings at paths of a line, for telling its layout.
pub(in crate::records) fn value_at(line: &[u8], path: &str) -> Option<String> {
    let mended = mend(line);
    let line = mended.as_ref().map_or_else(|| str::from_utf8(line).ok(), |m| Some(&*m.line))?;
    let Object(fields) = serde_json::from_str(line).ok()?;
    let mut found = Vec::new();
    find_path(&fields, path, &mut found);
    let Text(text) = serde_json::from_str(found.first()?.get()).ok()?;
    Some(text.into_owned())
}

/// The fields of an object in order, their values raw.
pub(in crate::records) struct Object<'a>(pub(in crate::records) Vec<(Cow<'a, str>, &'a RawValue)>);

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
///
/// What is no JSON inside a value stays as it is, but for bytes that are not UTF-8, which become U+FFFD.
pub fn json_fields(line: &[u8]) -> Option<Vec<(Cow<'_, str>, Cow<'_, str>)>> {
    let strict = str::from_utf8(line).ok().and_then(|line| serde_json::from_str(line).ok());
    if let Some(Object(fields)) = strict {
        let fields = fields.into_iter();
        return Some(fields.map(|(name, value)| (name, Cow::Borrowed(value.get()))).collect());
    }
    let mended = mend(line)?.line;
    let Object(fields) = serde_json::from_str(&mended).ok()?;
    let own = |(name, value): (Cow<'_, str>, &RawValue)| {
        let value = String::from_utf8_lossy(&line[span_in(&mended, value)]);
        (Cow::Owned(name.into_owned()), value)
    };
    Some(fields.into_iter().map(own).collect())
}

/// The string that a JSON string stands for, halves of characters in it being U+FFFD; nothing if it is none.
pub fn json_string(value: &str) -> Option<Cow<'_, str>> {
    if let Ok(Text(text)) = serde_json::from_str(value) {
        return Some(text);
    }
    let mended = mend(value.as_bytes())?.line;
    let Text(text) = serde_json::from_str(&mended).ok()?;
    Some(Cow::Owned(text.into_owned()))
}

/// A string, borrowed if it can be: serde's own `Cow` never is.
pub(in crate::records) struct Text<'a>(pub(in crate::records) Cow<'a, str>);

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
