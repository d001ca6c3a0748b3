//! Escapes of JSON strings, one by one when they are read, and all of a text when it is written.

use crate::base::cpu::Tier;
use crate::records::kernel::{self, BLOCK, Job, Kernel};

/// What an escaped character stands for; 0 for `u` and for what cannot be escaped.
pub(in crate::records) const SIMPLE: [u8; 128] = {
    let mut table = [0; 128];
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table[b'/' as usize] = b'/';
    table[b'b' as usize] = 8;
    table[b'f' as usize] = 12;
    table[b'n' as usize] = b'\n';
    table[b'r' as usize] = b'\r';
    table[b't' as usize] = b'\t';
    table
};

/// What a hexadecimal digit is worth; more than 15 for other bytes.
const WORTH: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let mut digit = 0;
    while digit < 16 {
        table[b"0123456789abcdef"[digit as usize] as usize] = digit;
        table[b"0123456789ABCDEF"[digit as usize] as usize] = digit;
        digit += 1;
    }
    table
};

/// The character that begins with these digits of an escape `\u`, and what it has of them: a pair
/// of surrogates has the next escape as well.
#[inline]
pub(in crate::records) fn unescape(digits: &[u8]) -> Option<(char, usize)> {
    let unit = hex(digits)?;
    if let Some(char) = char::from_u32(unit) {
        return Some((char, 4));
    }
    // Half of a pair. The other half alone, or first, stands for nothing.
    let [b'\\', b'u', second @ ..] = digits.get(4..)? else { return None };
    let low = hex(second)?;
    let is_pair = (0xd800..0xdc00).contains(&unit) && (0xdc00..0xe000).contains(&low);
    let code = 0x1_0000 + ((unit & 0x3ff) << 10 | (low & 0x3ff));
    if is_pair { Some((char::from_u32(code)?, 10)) } else { None }
}

/// The number that the first four bytes write in hexadecimal digits.
#[inline]
pub(in crate::records) fn hex(bytes: &[u8]) -> Option<u32> {
    let worth = bytes.first_chunk::<4>()?.map(|digit| u32::from(WORTH[usize::from(digit)]));
    let is_hex = worth.iter().fold(0, |all, digit| all | digit) < 16;
    is_hex.then(|| worth.iter().fold(0, |number, digit| number << 4 | digit))
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
