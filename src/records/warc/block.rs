//! A block of `Name: value` lines up to a blank one: the header of a WARC record, or of HTTP.

use memchr::memchr_iter;

/// A header that is longer is none: it stands for the bytes that are looked at before a record
/// is given up.
pub(super) const LONGEST: usize = 64 << 10;

/// Where the content begins: after the blank line that ends the block at the start of `bytes`.
pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    let window = &bytes[..bytes.len().min(LONGEST)];
    let mut line_start = 0;
    for line_end in memchr_iter(b'\n', window) {
        if matches!(window[line_start..line_end], [] | [b'\r']) && line_start > 0 {
            return Some(line_end + 1);
        }
        line_start = line_end + 1;
    }
    None
}

/// The lines of a block, with their ends.
pub fn header_lines(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    block.split_inclusive(|&c| c == b'\n')
}

/// Whether `line` gives the value of `name`, in any case of letters.
pub fn is_field(line: &[u8], name: &str) -> bool {
    value_in(line, name).is_some()
}

/// The value of `name` in `line`, without the spaces around it.
fn value_in<'a>(line: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let (found, rest) = line.split_at_checked(name.len())?;
    let value = rest.strip_prefix(b":")?;
    found.eq_ignore_ascii_case(name.as_bytes()).then_some(value.trim_ascii())
}

/// The first value of `name` in a block.
pub(super) fn value<'a>(block: &'a [u8], name: &str) -> Option<&'a [u8]> {
    header_lines(block).find_map(|line| value_in(line, name))
}

/// All values of `name` in a block.
pub(super) fn values<'a>(
    block: &'a [u8],
    name: &'static str,
) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    header_lines(block).filter_map(move |line| value_in(line, name))
}

/// A whole number, as `Content-Length` has.
pub(super) fn number(value: &[u8]) -> Option<u64> {
    str::from_utf8(value).ok()?.parse().ok()
}

/// Whether a media type such as `text/html; charset=utf-8` is `kind`.
pub(super) fn is_type(value: &[u8], kind: &str) -> bool {
    let bare = value.split(|&c| c == b';').next().unwrap_or_default();
    bare.trim_ascii().eq_ignore_ascii_case(kind.as_bytes())
}
