//! A row of CSV with another text.

use crate::records::{Header, Record, write_cell};

/// Appends the row to `out` with another text, all other cells byte for byte; its end is the caller's.
pub fn rewrite_csv(record: &Record<'_>, text: &str, header: &Header, out: &mut Vec<u8>) {
    if !record.is_changed(text) {
        out.extend_from_slice(record.raw);
        return;
    }
    let (before, rest) = record.raw.split_at(record.text_span.start);
    let (cell, after) = rest.split_at(record.text_span.len());
    out.extend_from_slice(before);
    write_cell(text, cell, header.delimiter(), out);
    out.extend_from_slice(after);
}
