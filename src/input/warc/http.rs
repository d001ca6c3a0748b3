//! An HTTP response as it went over the wire → what the server sent.

use std::{borrow::Cow, io::Read};

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
    let encoding = block::value(head, "Content-Encoding").unwrap_or_default().to_ascii_lowercase();
    let plain = match &*encoding {
        b"" | b"identity" | b"none" => return Ok((head, body)),
        // The same of the header of a compression.
        b"gzip" | b"x-gzip" if !body.starts_with(b"\x1f\x8b") => return Ok((head, body)),
        b"gzip" | b"x-gzip" => read(MultiGzDecoder::new(&*body), max),
        b"deflate" => {
            read(ZlibDecoder::new(&*body), max).or_else(|_| read(DeflateDecoder::new(&*body), max))
        }
        b"zstd" => zstd::stream::read::Decoder::with_buffer(&*body)
            .map_err(|e| e.to_string())
            .and_then(|decoder| read(decoder, max)),
        _ => {
            let name = String::from_utf8_lossy(&encoding);
            return Err(format!("Content-Encoding `{name}` is not read here; store pages decoded"));
        }
    };
    let plain = plain.map_err(|e| {
        let name = String::from_utf8_lossy(&encoding);
        format!("{name} body is damaged ({e}); fetch the page again")
    })?;
    if plain.len() > max {
        return Err(format!(
            "body has more than the {max} bytes allowed; raise it with --max-record"
        ));
    }
    Ok((head, Cow::Owned(plain)))
}

/// All of `decoder`, or one byte more than `max`.
fn read(decoder: impl Read, max: usize) -> Result<Vec<u8>, String> {
    let mut plain = Vec::new();
    let limit = (max as u64).saturating_add(1);
    decoder.take(limit).read_to_end(&mut plain).map_err(|e| e.to_string())?;
    Ok(plain)
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
