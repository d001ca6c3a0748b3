//! The first row: the dialect, and which column is what.

use std::{borrow::Cow, path::Path};

use super::{
    super::{Fields, source::LONG_HEAD},
    cells::{Splitter, cells, value, without_end},
};

/// What may stand between cells, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// The names of the columns, and where the wanted ones are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// In their order.
    pub names: Vec<String>,
    pub(super) delimiter: u8,
    pub(super) text: Option<usize>,
    pub(super) id: Option<usize>,
    pub(super) site: Option<usize>,
    pub(super) url: Option<usize>,
    pub(super) date: Option<usize>,
}

impl Header {
    fn new(names: Vec<String>, delimiter: u8, fields: &Fields) -> Header {
        let place = |wanted: &str| names.iter().position(|name| name == wanted);
        Header {
            text: place(&fields.text),
            id: place(&fields.id),
            site: place(&fields.site),
            url: place(&fields.url),
            date: place(&fields.date),
            delimiter,
            names,
        }
    }

    /// The byte between cells.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Names and values of all cells of `row` but the text.
    pub fn others<'r>(&'r self, row: &'r [u8]) -> Vec<(Cow<'r, str>, Cow<'r, str>)> {
        let Ok(row) = str::from_utf8(row) else { return Vec::new() };
        let cells = cells(row.as_bytes(), self.delimiter).map(|cell| value(&row[cell]));
        let named = self.names.iter().zip(cells).enumerate();
        let others = named.filter(|(at, _)| Some(*at) != self.text);
        others.map(|(_, (name, value))| (Cow::Borrowed(name.as_str()), value)).collect()
    }
}

/// The header of a file that begins with `head`, if it is CSV: if its first row names the text among
/// others, or it is `named` so.
pub(in super::super) fn find_header(
    head: &[u8],
    named: bool,
    path: &Path,
    fields: &Fields,
) -> Option<Header> {
    let headers = DELIMITERS.map(|delimiter| read(head, delimiter, fields));
    let with_text = headers
        .iter()
        .flatten()
        .find(|header| header.text.is_some() && (named || header.names.len() > 1));
    if let Some(header) = with_text {
        return Some(header.clone());
    }
    if !named {
        return None;
    }
    let is_tabbed = path.to_string_lossy().to_ascii_lowercase().contains(".ts");
    let [commas, tabs, ..] = &headers;
    let by_name = if is_tabbed { tabs } else { commas };
    let widest = headers.iter().flatten().max_by_key(|header| header.names.len())?;
    let by_name = by_name.as_ref().filter(|header| header.names.len() > 1);
    Some(by_name.unwrap_or(widest).clone())
}

/// The first row of `head` that is not blank, by that delimiter; nothing if it is not UTF-8.
fn read(head: &[u8], delimiter: u8, fields: &Fields) -> Option<Header> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let blank = head.iter().take_while(|c| matches!(c, b'\r' | b'\n')).count();
    let head = &head[blank..];
    let mut end = 0;
    // A header longer than what was read is none.
    if !Splitter::new(delimiter).find_end(head, &mut end) && end >= LONG_HEAD {
        return None;
    }
    let row = str::from_utf8(without_end(&head[..end])).ok()?;
    let names = cells(row.as_bytes(), delimiter).map(|cell| value(&row[cell]).into_owned());
    Some(Header::new(names.collect(), delimiter, fields))
}
