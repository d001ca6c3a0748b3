//! A JSON line with what is no JSON, and nobody asked for, made such.
//!
//! Scripts write `NaN`, halves of surrogate pairs and bare control characters, and cut strings in the middle of
//! a character. In a field that nobody reads that is no reason to lose a page. Such bytes are replaced one for one
//! by others that serde takes, so that everything in the line keeps its place; what stands in a field that is
//! read is judged by its own bytes.

use super::escape::hex;
use crate::records::json::RECORD_SEPARATOR;

/// A line that serde takes, as far as it can be had, and where in it something was replaced.
pub(in crate::records) struct Mended {
    pub(in crate::records) line: String,
    /// Escapes of half a pair, by the place of their backslash.
    pub(in crate::records) halves: Vec<usize>,
    /// Other bytes.
    pub(in crate::records) others: Vec<usize>,
}

/// Mends `line`; nothing if there is nothing to mend.
pub(in crate::records) fn mend(line: &[u8]) -> Option<Mended> {
    let mut out = line.to_vec();
    let (mut halves, mut others) = (Vec::new(), Vec::new());
    let mut at = 0;
    for chunk in line.utf8_chunks() {
        at += chunk.valid().len();
        let end = at + chunk.invalid().len();
        out[at..end].fill(b'?');
        others.extend(at..end);
        at = end;
    }
    if let Some(first) = out.first_mut().filter(|first| **first == RECORD_SEPARATOR) {
        *first = b' ';
        others.push(0);
    }
    let mut in_string = false;
    let mut at = 0;
    while let Some(&byte) = out.get(at) {
        at += match byte {
            b'"' => {
                in_string = !in_string;
                1
            }
            b'\\' if in_string => escape(&mut out, at, &mut halves),
            0..0x20 if in_string => {
                out[at] = b' ';
                others.push(at);
                1
            }
            b'N' if !in_string => number(&mut out, at, b"NaN", &mut others),
            b'I' if !in_string => number(&mut out, at, b"Infinity", &mut others),
            _ => 1,
        };
    }
    if halves.is_empty() && others.is_empty() {
        return None;
    }
    String::from_utf8(out).ok().map(|line| Mended { line, halves, others })
}

/// Goes over the escape that begins at `at`; half of a pair becomes U+FFFD.
fn escape(out: &mut [u8], at: usize, halves: &mut Vec<usize>) -> usize {
    let unit = |at: usize| match out.get(at..)? {
        [b'\\', b'u', digits @ ..] => hex(digits),
        _ => None,
    };
    match unit(at) {
        Some(0xd800..0xdc00) if matches!(unit(at + 6), Some(0xdc00..0xe000)) => 12,
        Some(0xd800..0xe000) => {
            out[at + 2..at + 6].copy_from_slice(b"fffd");
            halves.push(at);
            6
        }
        _ => 2,
    }
}

/// Makes a number of as many bytes of the word at `at`, if it is that one.
fn number(out: &mut [u8], at: usize, word: &[u8], others: &mut Vec<usize>) -> usize {
    if !out[at..].starts_with(word) {
        return 1;
    }
    out[at..at + word.len()].fill(b'0');
    out[at + 1] = b'.';
    others.push(at);
    word.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_keeps_its_place() {
        for (line, mended) in [
            (
                &br#"{"a":NaN,"b":[-Infinity,Infinity],"c":"NaN"}"#[..],
                r#"{"a":0.0,"b":[-0.000000,0.000000],"c":"NaN"}"#,
            ),
            (br#"{"a":"\\ud800 \ud83d\ude00 \udc00"}"#, r#"{"a":"\\ud800 \ud83d\ude00 \ufffd"}"#),
            (b"{\"a\":\"x\xff\ty\"}", "{\"a\":\"x? y\"}"),
            (b"\x1e{}", " {}"),
        ] {
            let found = mend(line).unwrap();
            assert_eq!(found.line, mended);
            assert_eq!(found.line.len(), line.len());
        }
        assert!(mend(br#"{"a":"\ud83d\ude00","b":[1,"N"]}"#).is_none());
    }
}
