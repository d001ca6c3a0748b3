//! Bytes → rows and cells.

use std::{borrow::Cow, ops::Range};

use memchr::{memchr, memchr2, memchr3};

/// Looks for the end of a row, in pieces as they come.
#[derive(Clone, Debug)]
pub(super) struct Splitter {
    delimiter: u8,
    state: State,
}

/// What stands before a byte.
#[derive(Clone, Copy, Debug)]
enum State {
    /// The start of a cell.
    Start,
    /// Something of a cell that is not quoted, or what follows a closed quote.
    Bare,
    /// Something of a quoted cell.
    Quoted,
    /// A quote in a quoted cell: its end, or half of a doubled one.
    Closed,
    /// A carriage return that ended a row, with which a line feed goes.
    Return,
}

impl Splitter {
    /// At the start of a row.
    pub(super) fn new(delimiter: u8) -> Splitter {
        Splitter { delimiter, state: State::Start }
    }

    /// Bytes of a line end at the end of what was read, if nothing follows: a line end in a quoted cell
    /// is none.
    pub(super) fn last_end(&self) -> usize {
        usize::from(matches!(self.state, State::Return))
    }

    /// Moves `at` to the end of the row, if it is in `bytes`, and otherwise to the end of `bytes`;
    /// says which.
    pub(super) fn find_end(&mut self, bytes: &[u8], at: &mut usize) -> bool {
        loop {
            let Some(&next) = bytes.get(*at) else { return false };
            match self.state {
                State::Start | State::Closed if next == b'"' => {
                    self.state = State::Quoted;
                    *at += 1;
                }
                State::Start | State::Closed => self.state = State::Bare,
                State::Bare => {
                    let Some(i) = memchr3(self.delimiter, b'\r', b'\n', &bytes[*at..]) else {
                        *at = bytes.len();
                        return false;
                    };
                    let found = bytes[*at + i];
                    *at += i + 1;
                    self.state = if found == b'\r' { State::Return } else { State::Start };
                    if found == b'\n' {
                        return true;
                    }
                }
                State::Quoted => {
                    let Some(i) = memchr(b'"', &bytes[*at..]) else {
                        *at = bytes.len();
                        return false;
                    };
                    self.state = State::Closed;
                    *at += i + 1;
                }
                State::Return => {
                    *at += usize::from(next == b'\n');
                    self.state = State::Start;
                    return true;
                }
            }
        }
    }
}

/// A row without the line end after it.
pub(super) fn without_end(row: &[u8]) -> &[u8] {
    let row = row.strip_suffix(b"\n").unwrap_or(row);
    row.strip_suffix(b"\r").unwrap_or(row)
}

/// Where the cells of a row stand, with their quotes.
pub(super) fn cells(row: &[u8], delimiter: u8) -> impl Iterator<Item = Range<usize>> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        let is_quoted = row.get(start) == Some(&b'"');
        let from = if is_quoted { end_of_quoted(row, start).0 } else { start };
        let end = memchr(delimiter, &row[from..]).map_or(row.len(), |i| from + i);
        next = (end < row.len()).then_some(end + 1);
        Some(start..end)
    })
}

/// Where the quoted part ends that begins at `start`: behind its closing quote, if it is closed.
fn end_of_quoted(row: &[u8], start: usize) -> (usize, bool) {
    let mut at = start + 1;
    while let Some(i) = memchr(b'"', &row[at..]) {
        at += i + 1;
        if row.get(at) != Some(&b'"') {
            return (at, true);
        }
        at += 1;
    }
    (row.len(), false)
}

/// What a cell stands for.
pub(super) fn value(cell: &str) -> Cow<'_, str> {
    let Some(inner) = cell.strip_prefix('"') else { return Cow::Borrowed(cell) };
    let (end, is_closed) = end_of_quoted(cell.as_bytes(), 0);
    let quoted = if is_closed { &cell[1..end - 1] } else { inner };
    if end == cell.len() && !quoted.contains('"') {
        return Cow::Borrowed(quoted);
    }
    Cow::Owned(quoted.replace("\"\"", "\"") + &cell[end..])
}

/// Appends `text` as a cell to `out`, quoted if it has to be or `cell`, which it replaces, is.
pub fn write_cell(text: &str, cell: &[u8], delimiter: u8, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let is_special = bytes.is_empty()
        || memchr2(b'"', delimiter, bytes).is_some()
        || memchr2(b'\r', b'\n', bytes).is_some();
    if !is_special && !cell.starts_with(b"\"") {
        out.extend_from_slice(bytes);
        return;
    }
    out.push(b'"');
    for (i, part) in text.split('"').enumerate() {
        if i > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(bytes: &[u8], delimiter: u8) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        let mut start = 0;
        while start < bytes.len() {
            let mut end = start;
            let mut splitter = Splitter::new(delimiter);
            let body = if splitter.find_end(bytes, &mut end) {
                without_end(&bytes[start..end])
            } else {
                &bytes[start..end - splitter.last_end()]
            };
            let row = str::from_utf8(body).unwrap();
            if !row.is_empty() {
                let cells = cells(row.as_bytes(), delimiter);
                rows.push(cells.map(|cell| value(&row[cell]).into_owned()).collect());
            }
            start = end;
        }
        rows
    }

    fn oracle(bytes: &[u8], delimiter: u8) -> Vec<Vec<String>> {
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(delimiter);
        let reader = builder.from_reader(bytes);
        let owned = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
        reader.into_records().map(|row| owned(row.unwrap())).collect()
    }

    proptest! {
        #[test]
        fn rows_are_those_of_the_csv_crate(text in "[ab\",\r\n\té]{0,40}", tab in any::<bool>()) {
            let delimiter = if tab { b'\t' } else { b',' };
            prop_assert_eq!(rows(text.as_bytes(), delimiter), oracle(text.as_bytes(), delimiter));
        }

        #[test]
        fn pieces_end_where_the_whole_does(text in "[ab\",\r\n]{1,40}", cut in 0_usize..40) {
            let bytes = text.as_bytes();
            let (mut whole, mut piece) = (0, 0);
            let ended = Splitter::new(b',').find_end(bytes, &mut whole);
            let mut splitter = Splitter::new(b',');
            let cut = cut.min(bytes.len());
            let early = splitter.find_end(&bytes[..cut], &mut piece);
            if !early {
                prop_assert_eq!(splitter.find_end(bytes, &mut piece), ended);
            }
            prop_assert_eq!(piece, whole);
        }

        #[test]
        fn written_cells_are_read_back(a in "[ab\",\r\n é]{0,12}", b in "[ab\",\r\n é]{0,12}") {
            let mut row = Vec::new();
            write_cell(&a, b"", b',', &mut row);
            row.push(b',');
            write_cell(&b, b"\"", b',', &mut row);
            prop_assert_eq!(oracle(&row, b','), [[a, b]]);
        }
    }
}
