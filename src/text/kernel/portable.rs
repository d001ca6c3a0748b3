//! The tier that every machine runs: plain loops over arrays, which compilers vectorise.

use super::{Folded, Order, Source, cut::Masks, step::step};
use crate::text::scan::Digits;

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;

/// A block that begins with as many bytes of ASCII is cut there; one with fewer other bytes is
/// stepped through only up to the first of them.
const SHORT: usize = 16;

/// A block's folded bytes, and room to copy 16 of them from anywhere.
pub(super) type Lower = [u8; BLOCK + 16];

/// What a block of ASCII is made of, one bit a byte.
pub(super) struct Classes {
    pub(super) word: u64,
    pub(super) digit: u64,
    pub(super) quote: u64,
    /// Not ASCII; what the other masks say of these bytes means nothing.
    pub(super) other: u64,
}

/// Appends a paragraph.
pub(super) fn push(folded: &mut Folded, source: Source<'_>, digits: Digits, order: Order) -> bool {
    blocks(folded, source, digits, order, classify)
}

/// Appends a paragraph block by block; `classify` folds a block of ASCII.
#[inline(always)]
pub(super) fn blocks(
    folded: &mut Folded,
    source: Source<'_>,
    digits: Digits,
    order: Order,
    classify: impl Fn(&[u8; BLOCK], &mut Lower, Digits) -> Classes,
) -> bool {
    let Source { text, ahead } = source;
    let fold = if digits == Digits::Fold { u64::MAX } else { 0 };
    let mut lower: Lower = [0; BLOCK + 16];
    let mut at = 0;
    while at < text.len() {
        let mut length = (text.len() - at).min(BLOCK);
        let mut copy = [0; BLOCK];
        let block = if let Some(block) = ahead[at..].first_chunk::<BLOCK>() {
            block
        } else {
            copy[..length].copy_from_slice(&ahead[at..at + length]);
            &copy
        };
        let Classes { word, digit, quote, other } = classify(block, &mut lower, digits);
        if other != 0 {
            let ascii = other.trailing_zeros() as usize;
            if ascii < length.min(SHORT) {
                let dense = other.count_ones() as usize > SHORT;
                let to = at + if dense { BLOCK } else { ascii + 1 };
                match step(folded, text, at, to, digits, order) {
                    Some(next) => at = next,
                    None => return false,
                }
                continue;
            }
            length = length.min(ascii);
        }
        let live = u64::MAX >> (BLOCK - length);
        #[expect(clippy::cast_possible_truncation, reason = "at most 64")]
        let masks = Masks::ascii(length as u32, word & live, digit & live, quote & live);
        let (keep, starts) = masks.cut(&mut folded.carry, fold);
        masks.kinds(starts, &mut folded.kinds[folded.carry.tokens..]);
        if masks.quote != 0 {
            let before = folded.carry.tokens - folded.first;
            masks.quotes(starts, text, at, before, &mut folded.marks);
        }
        runs(folded, &lower, keep, starts);
        at += length;
    }
    true
}

/// Appends the kept bytes, run by run; a token starts only where a run does.
#[inline(always)]
fn runs(folded: &mut Folded, lower: &Lower, keep: u64, starts: u64) {
    let (mut used, mut tokens) = (folded.carry.used, folded.carry.tokens);
    let bytes = &mut folded.bytes[..];
    let mut left = keep;
    while left != 0 {
        let from = left.trailing_zeros() as usize;
        let length = (!(left >> from)).trailing_zeros() as usize;
        #[expect(clippy::cast_possible_truncation, reason = "LONGEST bounds it")]
        {
            folded.starts[tokens] = used as u32;
        }
        tokens += (starts >> from & 1) as usize;
        let mut copied = 0;
        loop {
            let source = &lower[(from + copied) & 63..][..16];
            bytes[used + copied..][..16].copy_from_slice(source);
            copied += 16;
            if copied >= length {
                break;
            }
        }
        used += length;
        left &= left.wrapping_add(1 << from);
    }
    (folded.carry.used, folded.carry.tokens) = (used, tokens);
}

#[inline(always)]
fn classify(block: &[u8; BLOCK], lower: &mut Lower, digits: Digits) -> Classes {
    let zero = if digits == Digits::Fold { 0xF0 } else { 0xFF };
    let (mut word, mut digit, mut quote) = ([0_u8; BLOCK], [0_u8; BLOCK], [0_u8; BLOCK]);
    for i in 0..BLOCK {
        let byte = block[i];
        let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let is_digit = byte.wrapping_sub(b'0') < 10;
        let set = |yes: bool| if yes { 0xFF_u8 } else { 0 };
        lower[i] = (byte | set(is_letter) & 0x20) & (set(!is_digit) | zero);
        word[i] = set(is_letter) | set(is_digit) | set(byte == b'_');
        digit[i] = set(is_digit);
        quote[i] = set(byte == b'"');
    }
    let (word, digit, quote) = (bits(&word), bits(&digit), bits(&quote));
    Classes { word, digit, quote, other: bits(block) }
}

/// The top bits of 64 bytes.
#[inline(always)]
fn bits(bytes: &[u8; BLOCK]) -> u64 {
    let (words, _) = bytes.as_chunks::<8>();
    words.iter().enumerate().fold(0, |bits, (i, word)| {
        let tops = u64::from_le_bytes(*word) >> 7 & 0x0101_0101_0101_0101;
        bits | tops.wrapping_mul(0x0102_0408_1020_4080) >> 56 << (8 * i)
    })
}
