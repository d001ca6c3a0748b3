//! A WET record with another text.

use std::io::Write;

use crate::records::{Record, header_lines, is_field};

/// Appends the record to `out` with another text and its length; what follows it is the caller's.
///
/// Other header lines keep their bytes. Digests of a text that was changed are left out.
pub fn rewrite_wet(record: &Record<'_>, text: &str, out: &mut Vec<u8>) {
    let (header, content) = record.raw.split_at(record.text_span.start);
    if content == text.as_bytes() {
        out.extend_from_slice(record.raw);
        return;
    }
    for line in header_lines(header) {
        if is_field(line, "Content-Length") {
            let end: &[u8] = if line.ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
            // Writing to memory cannot fail.
            let _ = write!(out, "Content-Length: {}", text.len());
            out.extend_from_slice(end);
        } else if !is_field(line, "WARC-Block-Digest") && !is_field(line, "WARC-Payload-Digest") {
            out.extend_from_slice(line);
        }
    }
    out.extend_from_slice(text.as_bytes());
}
