//! An HTTP response as it went over the wire → what the server sent.

use std::{
    borrow::Cow,
    io::{self, Read},
};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::block;

/// What can be a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Payload {
    Html,
    Text,
}

impl Payload {
    /// By its media type, or if that is not told by its first bytes; nothing for what is no page.
    pub(super) fn of_type(media_type: &[u8], content: &[u8]) -> Option<Payload> {
        let is = |kind: &str| block::is_type(media_type, kind);
        if is("text/html") || is("application/xhtml+xml") {
            Some(Payload::Html)
        } else if is("text/plain") {
            Some(Payload::Text)
        } else if media_type.is_empty() && looks_like_html(content) {
            Some(Payload::Html)
        } else {
            None
        }
    }
}

/// What a server sent, if it is a page: an answer that is no error, of a type that is read.
pub(super) fn payload_of_response(header: &[u8], content: &[u8]) -> Option<Payload> {
    let protocol = block::value(header, "Content-Type").unwrap_or_default();
    let is_http = protocol.is_empty() || block::is_type(protocol, "application/http");
    if !is_http || !content.starts_with(b"HTTP/") {
        return None;
    }
    let (head, body) = content.split_at(block::end(content)?);
    let status = head.split(|&c| c == b' ').nth(1)?;
    if !status.starts_with(b"2") {
        return None;
    }
    Payload::of_type(block::value(head, "Content-Type").unwrap_or_default(), body)
}

/// The head of a response, and its body without the encodings of the way, at most `max` bytes of it.
pub(super) fn decode(content: &[u8], max: usize) -> Result<(&[u8], Cow<'_, [u8]>), String> {
    let end = block::end(content).ok_or("HTTP header without an end; fetch the page again")?;
    let (head, body) = content.split_at(end);
    let mut body = Cow::Borrowed(body);
    let transfer = block::value(head, "Transfer-Encoding").unwrap_or_default();
    if transfer.eq_ignore_ascii_case(b"chunked") {
        // Some writers undo the chunks and leave the header.
        if let Some(joined) = join_chunks(&body) {
            body = Cow::Owned(joined);
        }
    }
    let declared = block::values(head, "Content-Encoding");
    let encodings: Vec<String> = declared
        .flat_map(|value| value.split(|&c| c == b','))
        .map(|name| String::from_utf8_lossy(name.trim_ascii()).to_ascii_lowercase())
        .filter(|name| !matches!(name.as_str(), "" | "identity" | "none"))
        .collect();
    // The last one was put on last.
    for name in encodings.iter().rev() {
        body = without_encoding(name, body, max)?;
    }
    // What is gzip and does not say so; a page never begins so.
    if encodings.is_empty() && body.starts_with(GZIP) {
        body = without_encoding("gzip", body, max)?;
    }
    Ok((head, body))
}

const GZIP: &[u8] = b"\x1f\x8b";

/// The body without one encoding. One that it has not got after all is passed over, as some writers undo it and
/// leave the header; of a body that breaks off, what is there.
fn without_encoding<'b>(
    name: &str,
    body: Cow<'b, [u8]>,
    max: usize,
) -> Result<Cow<'b, [u8]>, String> {
    let plain = match name {
        "gzip" | "x-gzip" if !body.starts_with(GZIP) => return Ok(body),
        "gzip" | "x-gzip" => read(MultiGzDecoder::new(&*body), max),
        "deflate" => match read(ZlibDecoder::new(&*body), max) {
            Ok(plain) if !plain.is_empty() => Ok(plain),
            // Many servers leave the header of zlib out.
            _ => read(DeflateDecoder::new(&*body), max),
        },
        "zstd" => zstd::stream::read::Decoder::with_buffer(&*body)
            .map_err(|e| e.to_string())
            .and_then(|decoder| read(decoder, max)),
        #[cfg(feature = "codecs")]
        "br" => read(brotli::Decompressor::new(&*body, 4096), max),
        _ => {
            return Err(format!("Content-Encoding `{name}` is not read here; store pages decoded"));
        }
    };
    match plain {
        Ok(plain) if plain.len() > max => {
            Err(format!("body has more than the {max} bytes allowed; raise it with --max-record"))
        }
        Ok(plain) => Ok(Cow::Owned(plain)),
        Err(_) if looks_plain(&body) => Ok(body),
        Err(e) => Err(format!("{name} body is damaged ({e}); fetch the page again")),
    }
}

/// Begins like something that is not compressed.
fn looks_plain(body: &[u8]) -> bool {
    let head = &body[..body.len().min(512)];
    let is_text = match str::from_utf8(head) {
        Ok(_) => true,
        Err(e) => e.error_len().is_none(),
    };
    looks_like_html(head) || (is_text && !head.iter().any(|c| matches!(c, 0..=8 | 14..=31)))
}

/// All of `decoder`, or one byte more than `max`; if it breaks off, what is there.
fn read(decoder: impl Read, max: usize) -> Result<Vec<u8>, String> {
    let mut plain = Vec::new();
    let limit = (max as u64).saturating_add(1);
    match decoder.take(limit).read_to_end(&mut plain) {
        Ok(_) => Ok(plain),
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof && !plain.is_empty() => Ok(plain),
        Err(e) => Err(e.to_string()),
    }
}

/// A chunked body in one piece; nothing if it is not chunked (RFC 9112, section 7.1).
fn join_chunks(body: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let line_end = memchr::memchr(b'\n', rest)?;
        let line = str::from_utf8(&rest[..line_end]).ok()?;
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        rest = &rest[line_end + 1..];
        if size == 0 {
            return Some(joined);
        }
        // A body that was cut short by the crawler has what it has.
        joined.extend_from_slice(&rest[..size.min(rest.len())]);
        rest = rest.get(size..).unwrap_or_default();
        rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        if rest.is_empty() {
            return Some(joined);
        }
    }
}

/// Begins like a page.
fn looks_like_html(content: &[u8]) -> bool {
    super::super::format::starts_like_html(content)
}
