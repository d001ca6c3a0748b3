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
    /// Columns that are called like a wanted one but for case and spaces: their name, and that one.
    pub loose: Vec<(String, String)>,
}

impl Header {
    fn new(names: Vec<String>, delimiter: u8, fields: &Fields) -> Header {
        let mut loose = Vec::new();
        let mut place = |wanted: &str| {
            let exact = names.iter().position(|name| name == wanted);
            exact.or_else(|| {
                let like = |name: &&String| name.trim().eq_ignore_ascii_case(wanted);
                let at = names.iter().position(|name| like(&name))?;
                // Of two, neither is more like it.
                if names.iter().filter(like).count() > 1 {
                    return None;
                }
                loose.push((names[at].clone(), wanted.to_owned()));
                Some(at)
            })
        };
        let [text, id, site, url, date] =
            [&fields.text, &fields.id, &fields.site, &fields.url, &fields.date]
                .map(|name| place(name));
        Header { names, delimiter, text, id, site, url, date, loose }
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
    // What office programs say of themselves.
    if let Some(delimiter) = delimiter_line(without_mark(head)) {
        let rest = &without_mark(head)[DELIMITER_LINE..];
        let header = read(rest, delimiter, fields)?;
        return (named || header.text.is_some()).then_some(header);
    }
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

/// Bytes of a line that names the delimiter, without its end.
pub(super) const DELIMITER_LINE: usize = 5;

/// The delimiter that the first line of `head` names and nothing else: `sep=;`.
pub(super) fn delimiter_line(head: &[u8]) -> Option<u8> {
    let (line, end) = head.split_at_checked(DELIMITER_LINE)?;
    let delimiter = *line.last()?;
    let is_whole = line[..4].eq_ignore_ascii_case(b"sep=") && !delimiter.is_ascii_alphanumeric();
    (is_whole && matches!(end.first(), Some(b'\r' | b'\n'))).then_some(delimiter)
}

fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
}

/// The first row of `head` that is not blank, by that delimiter; nothing if it is not UTF-8.
fn read(head: &[u8], delimiter: u8, fields: &Fields) -> Option<Header> {
    let head = without_mark(head);
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
