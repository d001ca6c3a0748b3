//! Bytes of a page → characters.
//!
//! A byte order mark counts most, then what the server said, then what the page says of itself (the
//! order of WHATWG HTML, section 13.2.3.2). A page of which nothing is said is UTF-8 if it can be,
//! and otherwise what browsers take it for: windows-1252.

use std::borrow::Cow;

/// How much of a page is looked at for a `<meta>` that tells its charset.
#[cfg(feature = "html")]
const PRESCAN: usize = 1024;

/// The charset that a media type such as `text/html; charset=utf-8` tells.
pub(in super::super) fn of_media_type(media_type: &[u8]) -> Option<&[u8]> {
    after_charset(media_type)
}

/// The charset that a `<meta>` at the start of a page tells.
#[cfg(feature = "html")]
pub(super) fn of_meta(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = bytes[..bytes.len().min(PRESCAN)].to_ascii_lowercase();
    let mut rest = &head[..];
    while let Some(at) = memchr::memmem::find(rest, b"<meta") {
        let tag = &rest[at..];
        let end = memchr::memchr(b'>', tag).unwrap_or(tag.len());
        if let Some(charset) = after_charset(&tag[..end]) {
            // A page that says so in letters of one byte each is not of two.
            let is_wide = charset.starts_with(b"utf-16");
            return Some(if is_wide { b"utf-8".to_vec() } else { charset.to_vec() });
        }
        rest = &tag[end..];
    }
    None
}

/// What stands behind `charset=`.
fn after_charset(text: &[u8]) -> Option<&[u8]> {
    const NAME: &[u8] = b"charset";
    let at = text.windows(NAME.len()).position(|part| part.eq_ignore_ascii_case(NAME))?;
    let value = text[at + NAME.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
    let is_part = |c: &u8| c.is_ascii_alphanumeric() || b"-_:.+".contains(c);
    let end = value.iter().position(|c| !is_part(c)).unwrap_or(value.len());
    (end > 0).then_some(&value[..end])
}

/// The characters that `bytes` stand for. What is damaged becomes U+FFFD.
#[cfg(feature = "html")]
#[expect(clippy::unnecessary_wraps, reason = "a build without HTML cannot decode everything")]
pub(in super::super) fn decode<'a>(
    bytes: Cow<'a, [u8]>,
    declared: Option<&[u8]>,
) -> Result<Cow<'a, str>, String> {
    use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

    let (encoding, bom) = match Encoding::for_bom(&bytes) {
        Some(found) => found,
        None => match declared.and_then(Encoding::for_label) {
            Some(declared) => (declared, 0),
            None if simdutf8::basic::from_utf8(&bytes).is_ok() => (UTF_8, 0),
            None => (WINDOWS_1252, 0),
        },
    };
    Ok(match bytes {
        Cow::Borrowed(bytes) => encoding.decode_without_bom_handling(&bytes[bom..]).0,
        Cow::Owned(bytes) => {
            let text = encoding.decode_without_bom_handling(&bytes[bom..]).0;
            Cow::Owned(text.into_owned())
        }
    })
}

/// The characters that `bytes` stand for: UTF-8.
#[cfg(not(feature = "html"))]
pub(in super::super) fn decode<'a>(
    bytes: Cow<'a, [u8]>,
    _declared: Option<&[u8]>,
) -> Result<Cow<'a, str>, String> {
    const PROBLEM: &str =
        "not UTF-8, the only charset of this build; build it with the feature `html`";
    match bytes {
        Cow::Borrowed(bytes) => {
            str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| PROBLEM.into())
        }
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(|_| PROBLEM.into()),
    }
}
