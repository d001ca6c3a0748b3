//! Escapes of JSON strings, one by one when they are read, and all of a text when it is written.

use super::kernel::{self, BLOCK, Job, Kernel};
use crate::cpu::Tier;

/// The character of the escape at the start of `bytes`, and the length of the escape.
#[inline]
pub(super) fn unescape(bytes: &[u8]) -> Option<(char, usize)> {
    let simple = match bytes.get(1)? {
        b'u' => {
            let unit = hex(bytes.get(2..)?)?;
            if let Some(char) = char::from_u32(unit) {
                return Some((char, 6));
            }
            // Half of a pair. The other half alone, or first, stands for nothing.
            let low = hex(bytes.get(6..)?.strip_prefix(b"\\u")?)?;
            let is_pair = (0xd800..0xdc00).contains(&unit) && (0xdc00..0xe000).contains(&low);
            let code = 0x1_0000 + ((unit & 0x3ff) << 10 | (low & 0x3ff));
            return is_pair.then_some((char::from_u32(code)?, 12));
        }
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        &c @ (b'"' | b'\\' | b'/') => char::from(c),
        _ => return None,
    };
    Some((simple, 2))
}

/// The number that the first four bytes write in hexadecimal digits.
#[inline]
pub(super) fn hex(bytes: &[u8]) -> Option<u32> {
    bytes
        .first_chunk::<4>()?
        .iter()
        .try_fold(0, |number, &digit| Some(number << 4 | char::from(digit).to_digit(16)?))
}

/// Appends `text` to `out` as a JSON string, byte for byte as serde writes it.
pub fn write_json_string(tier: Tier, text: &str, out: &mut Vec<u8>) {
    kernel::run(tier, Write { text: text.as_bytes(), out });
}

/// What is to be written.
struct Write<'a> {
    text: &'a [u8],
    out: &'a mut Vec<u8>,
}

impl Job for Write<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self, kernel: impl Kernel) {
        let Write { mut text, out } = self;
        out.reserve(text.len() + text.len() / 16 + BLOCK);
        out.push(b'"');
        while let Some(block) = text.first_chunk::<BLOCK>() {
            let plain = kernel.first_special(block);
            let end = out.len() + plain;
            // All of the block, which costs less than a part of it.
            out.extend_from_slice(block);
            out.truncate(end);
            if plain < BLOCK {
                escape(block[plain], out);
            }
            text = &text[(plain + 1).min(BLOCK)..];
        }
        for &byte in text {
            if byte < 0x20 || byte == b'"' || byte == b'\\' {
                escape(byte, out);
            } else {
                out.push(byte);
            }
        }
        out.push(b'"');
    }
}

/// Appends the escape of a byte that must not stand for itself.
#[inline]
fn escape(byte: u8, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";

    let short = match byte {
        b'"' | b'\\' => byte,
        8 => b'b',
        12 => b'f',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        _ => {
            let (high, low) = (DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]);
            return out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}
