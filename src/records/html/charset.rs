//! Bytes of a page → characters.
//!
//! A byte order mark counts most, then what the server said, then what the page says of itself (the
//! order of WHATWG HTML, section 13.2.3.2). A label that nobody knows says nothing. A page of which
//! nothing is said is UTF-8 if it can be; otherwise its bytes tell the charset, as they do in browsers.

use std::borrow::Cow;

#[cfg(feature = "html")]
use encoding_rs::{Encoding, UTF_8};

/// The charset that a media type such as `text/html; charset=utf-8` tells.
pub(in super::super) fn of_media_type(media_type: &[u8]) -> Option<&[u8]> {
    const NAME: &[u8] = b"charset";
    let mut rest = media_type;
    loop {
        let at = rest.windows(NAME.len()).position(|part| part.eq_ignore_ascii_case(NAME))?;
        rest = &rest[at + NAME.len()..];
        let Some(value) = rest.trim_ascii_start().strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let value = match value.first() {
            Some(quote @ (b'"' | b'\'')) => value[1..].split(|c| c == quote).next()?,
            _ => value.split(|&c| c == b';' || c.is_ascii_whitespace()).next()?,
        };
        return Some(value.trim_ascii()).filter(|value| !value.is_empty());
    }
}

/// The charset that a page tells: in a `<meta>`, wherever that stands, but not in a comment or a
/// script, or in its XML declaration.
///
/// Browsers look at the first 1,024 bytes and read again where a `<meta>` comes later; this is both in
/// one.
#[cfg(feature = "html")]
fn of_page(bytes: &[u8]) -> Option<&'static Encoding> {
    let mut rest = bytes;
    // Those of which no end tag is to come.
    let mut endless = [false; WITHOUT_MARKUP.len()];
    while let Some(at) = memchr::memchr(b'<', rest) {
        rest = &rest[at + 1..];
        let mut tag = Tag { rest };
        match rest.first()? {
            b'!' if rest.starts_with(b"!--") => {
                let end = memchr::memmem::find(&rest[1..], b"-->")?;
                rest = &rest[1 + end..];
            }
            b'!' | b'?' => rest = &rest[memchr::memchr(b'>', rest)?..],
            b'/' | b'a'..=b'z' | b'A'..=b'Z' => {
                let name = tag.name();
                if name.eq_ignore_ascii_case(b"meta") {
                    if let Some(found) = of_meta(&mut tag) {
                        return Some(found);
                    }
                } else {
                    while tag.attribute().is_some() {}
                }
                rest = tag.rest;
                let raw = WITHOUT_MARKUP.iter().position(|raw| name.eq_ignore_ascii_case(raw));
                if let Some(raw) = raw.filter(|&raw| !endless[raw]) {
                    match super::ahead::find_tag(rest, WITHOUT_MARKUP[raw], true) {
                        Some(end) => rest = &rest[end..],
                        None => endless[raw] = true,
                    }
                }
            }
            _ => {}
        }
    }
    of_declaration(bytes)
}

/// Elements whose content is no markup, so that nothing in it tells a charset.
#[cfg(feature = "html")]
const WITHOUT_MARKUP: [&[u8]; 7] =
    [b"script", b"style", b"title", b"textarea", b"noscript", b"iframe", b"xmp"];

/// The charset of `label`. In a page, the bytes of whose markup stand for themselves, it is none of
/// two bytes a character.
#[cfg(feature = "html")]
fn of_label_in_page(label: &[u8]) -> Option<&'static Encoding> {
    if label.trim_ascii().eq_ignore_ascii_case(b"x-user-defined") {
        return Some(encoding_rs::WINDOWS_1252);
    }
    let found = Encoding::for_label(label)?;
    Some(if found == found.output_encoding() { found } else { UTF_8 })
}

/// What a `<meta>` tells, whose name was read.
#[cfg(feature = "html")]
fn of_meta(tag: &mut Tag) -> Option<&'static Encoding> {
    let (mut charset, mut content, mut is_pragma) = (None, None, false);
    while let Some((name, value)) = tag.attribute() {
        if name.eq_ignore_ascii_case(b"charset") {
            charset = charset.or(Some(value));
        } else if name.eq_ignore_ascii_case(b"content") {
            content = content.or(Some(value));
        } else if name.eq_ignore_ascii_case(b"http-equiv") {
            is_pragma |= value.eq_ignore_ascii_case(b"content-type");
        }
    }
    let content = content.filter(|_| is_pragma).and_then(of_media_type);
    of_label_in_page(charset.or(content)?)
}

/// What `<?xml version="1.0" encoding="…"?>` at the start tells.
#[cfg(feature = "html")]
fn of_declaration(bytes: &[u8]) -> Option<&'static Encoding> {
    let rest = bytes.trim_ascii_start().strip_prefix(b"<?xml")?;
    let mut tag = Tag { rest: &rest[..memchr::memchr(b'>', rest)?] };
    while let Some((name, value)) = tag.attribute() {
        if name == b"encoding" {
            return of_label_in_page(value);
        }
    }
    None
}

/// A tag, of which the rest is to be read.
#[cfg(feature = "html")]
struct Tag<'p> {
    rest: &'p [u8],
}

#[cfg(feature = "html")]
impl<'p> Tag<'p> {
    /// Takes bytes while they are of a kind.
    fn take(&mut self, is: impl Fn(u8) -> bool) -> &'p [u8] {
        let end = self.rest.iter().position(|&c| !is(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn name(&mut self) -> &'p [u8] {
        self.take(|c| !matches!(c, b'>') && !is_gap(c))
    }

    /// The next attribute and its value; nothing at the end of the tag.
    fn attribute(&mut self) -> Option<(&'p [u8], &'p [u8])> {
        self.take(is_gap);
        if matches!(self.rest.first(), None | Some(b'>')) {
            return None;
        }
        // A name may begin with `=`.
        let start = self.rest;
        self.rest = &start[1..];
        let more = self.take(|c| !matches!(c, b'=' | b'>') && !is_gap(c)).len();
        let name = &start[..=more];
        self.take(|c| c.is_ascii_whitespace());
        if self.rest.first() != Some(&b'=') {
            return Some((name, b""));
        }
        self.rest = &self.rest[1..];
        self.take(|c| c.is_ascii_whitespace());
        let value = match self.rest.first() {
            Some(&quote @ (b'"' | b'\'')) => {
                self.rest = &self.rest[1..];
                let value = self.take(|c| c != quote);
                self.rest = self.rest.get(1..).unwrap_or_default();
                value
            }
            _ => self.take(|c| c != b'>' && !c.is_ascii_whitespace()),
        };
        Some((name, value))
    }
}

/// What stands between the attributes of a tag.
#[cfg(feature = "html")]
fn is_gap(c: u8) -> bool {
    c == b'/' || c.is_ascii_whitespace()
}

/// The characters of a page, which `declared` is said to be of by the server.
#[cfg(feature = "html")]
pub(super) fn decode_page<'a>(bytes: &'a [u8], declared: Option<&[u8]>) -> Cow<'a, str> {
    let declared = declared.and_then(Encoding::for_label);
    let (encoding, bom) = match (Encoding::for_bom(bytes), declared) {
        (Some(found), _) => found,
        (None, Some(declared)) => (declared, 0),
        (None, None) => (of_page(bytes).unwrap_or_else(|| of_bytes(bytes)), 0),
    };
    encoding.decode_without_bom_handling(&bytes[bom..]).0
}

/// The charset that bytes are of by what they are.
#[cfg(feature = "html")]
fn of_bytes(bytes: &[u8]) -> &'static Encoding {
    /// Characters that are whole for each that is not. A page of UTF-8 that was cut or joined has few
    /// of these, one of another charset few of those.
    const WHOLE: usize = 8;

    if simdutf8::basic::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let (mut whole, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if whole >= WHOLE * broken {
        return UTF_8;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

/// The characters that the bytes of a text stand for. What is damaged becomes U+FFFD.
#[cfg(feature = "html")]
#[expect(clippy::unnecessary_wraps, reason = "a build without HTML cannot decode everything")]
pub(in super::super) fn decode<'a>(
    bytes: Cow<'a, [u8]>,
    declared: Option<&[u8]>,
) -> Result<Cow<'a, str>, String> {
    let declared = declared.and_then(Encoding::for_label);
    let (encoding, bom) = Encoding::for_bom(&bytes)
        .unwrap_or_else(|| (declared.unwrap_or_else(|| of_bytes(&bytes)), 0));
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
