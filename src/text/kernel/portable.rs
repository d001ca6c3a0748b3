//! The tier that every machine runs: plain loops over arrays, which compilers vectorise.

use super::{
    Folded, Order,
    cut::Masks,
    walk::{BLOCK, Walk},
};
use crate::text::{
    fold::{PACKED, packed},
    scan::Digits,
};

/// A block is cut at a character that masks can't say if as many bytes stand before it.
pub(super) const SHORT: usize = 16;

/// A block's folded bytes, and room to copy 16 of them from anywhere.
pub(super) type Lower = [u8; BLOCK + 16];

/// What a block is made of, one bit a byte.
pub(super) struct Classes {
    pub(super) word: u64,
    pub(super) digit: u64,
    pub(super) quote: u64,
    /// Not ASCII: what the masks above say of these bytes means nothing.
    pub(super) other: u64,
    /// First bytes of characters outside ASCII.
    pub(super) lead: u64,
}

/// What a tier does in its own way.
pub(super) trait Ways: Copy {
    /// Folds the ASCII characters of a block.
    fn classify(self, block: &[u8; BLOCK], lower: &mut Lower, digits: Digits) -> Classes;
    /// Appends the kept bytes, the starts of tokens, and their kinds.
    fn append(self, folded: &mut Folded, lower: &Lower, masks: &Masks, keep: u64, starts: u64);
}

/// Appends paragraphs. False if one has to be normalised first.
pub(super) fn push(folded: &mut Folded, walk: &mut Walk<'_>, digits: Digits, order: Order) -> bool {
    blocks(folded, walk, digits, order, Plainly)
}

/// Appends paragraphs block by block, in the `ways` of a tier.
#[inline(always)]
pub(super) fn blocks(
    folded: &mut Folded,
    walk: &mut Walk<'_>,
    digits: Digits,
    order: Order,
    ways: impl Ways,
) -> bool {
    let fold = if digits == Digits::Fold { u64::MAX } else { 0 };
    let mut lower: Lower = [0; BLOCK + 16];
    while let Some((length, live)) = walk.block(&mut folded.carry, &mut folded.notes) {
        let ahead = walk.ahead();
        let mut copy = [0; BLOCK];
        let block = if let Some(block) = ahead.first_chunk::<BLOCK>() {
            block
        } else {
            copy[..ahead.len()].copy_from_slice(ahead);
            &copy
        };
        let classes = ways.classify(block, &mut lower, digits);
        let (word, digit, quote) =
            (classes.word & live, classes.digit & live, classes.quote & live);
        #[expect(clippy::cast_possible_truncation, reason = "at most 64")]
        let mut masks = Masks::ascii(length as u32, word, digit, quote);
        if classes.other & live != 0
            && wide(block, classes.lead & live, &mut lower, &mut masks, digits)
            && (masks.length as usize) < SHORT
        {
            let dense = classes.other.count_ones() > 32;
            let to = if dense { BLOCK } else { masks.length as usize + 1 };
            if !walk.step(folded, to, digits, order) {
                return false;
            }
            continue;
        }
        let (keep, starts) = masks.cut(&mut folded.carry, fold);
        walk.pass(&masks, starts, folded.carry.tokens, &mut folded.notes);
        ways.append(folded, &lower, &masks, keep, starts);
    }
    true
}

/// Folds the characters of a block that are not ASCII, one look-up each: adds them to the masks and
/// to `lower`. The block is cut where it ends in a part of a character, and before one that masks
/// can't say; true if there is one.
#[inline(always)]
fn wide(
    block: &[u8; BLOCK],
    lead: u64,
    lower: &mut Lower,
    masks: &mut Masks,
    digits: Digits,
) -> bool {
    let mut left = lead;
    let (mut folded, mut single, mut long) = (0_u64, 0_u64, 0_u64);
    let mut rare = false;
    while left != 0 {
        let i = left.trailing_zeros() as usize & (BLOCK - 1);
        let byte = |n: usize| u32::from(block[(i + n) & (BLOCK - 1)]);
        let first = byte(0);
        let is_long = first >= 0xE0;
        let two = (first & 0x1F) << 6 | byte(1) & 0x3F;
        let code = if is_long { (two & 0x3FF) << 6 | byte(2) & 0x3F } else { two };
        let entry = PACKED[code as usize & 0xFFFF];
        let incomplete = i + 2 + usize::from(is_long) > masks.length as usize;
        if first >= 0xF0 || incomplete || entry & packed::RARE != 0 {
            rare = !incomplete || first >= 0xF0;
            masks.length = i as u32;
            break;
        }
        let [one, second, third, _] = entry.to_le_bytes();
        lower[i] = one;
        lower[i + 1] = second;
        lower[i + 2] = if is_long { third } else { lower[i + 2] };
        let mut kept = u64::from(entry >> 24 & 7);
        if entry & (packed::DIGIT | packed::QUOTE) != 0 {
            masks.quote |= u64::from(entry & packed::QUOTE != 0) << i;
            let digit = u64::from(entry & packed::DIGIT != 0);
            let span = if is_long { 7 } else { 3 };
            masks.digit |= digit << i;
            masks.digit_span |= (digit * span) << i;
            if digits == Digits::Fold && digit == 1 {
                lower[i] = b'0';
                kept = 1;
            }
        }
        folded |= kept << i;
        single |= u64::from(entry >> 28 & 1) << i;
        long |= u64::from(is_long) << i;
        left &= left - 1;
    }
    let word = folded & lead;
    masks.single = single;
    masks.word |= word;
    masks.word_span |= word | word << 1 | (word & long) << 2;
    masks.folded |= folded;
    masks.shorten();
    rare
}

/// The ways of this tier.
#[derive(Clone, Copy)]
struct Plainly;

impl Ways for Plainly {
    #[inline(always)]
    fn classify(self, block: &[u8; BLOCK], lower: &mut Lower, digits: Digits) -> Classes {
        let zero = if digits == Digits::Fold { 0xF0 } else { 0xFF };
        let (mut word, mut digit, mut quote) = ([0_u8; BLOCK], [0_u8; BLOCK], [0_u8; BLOCK]);
        let mut sixth = [0_u8; BLOCK];
        for i in 0..BLOCK {
            let byte = block[i];
            let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
            let is_digit = byte.wrapping_sub(b'0') < 10;
            let set = |yes: bool| if yes { 0xFF_u8 } else { 0 };
            lower[i] = (byte | set(is_letter) & 0x20) & (set(!is_digit) | zero);
            word[i] = set(is_letter) | set(is_digit) | set(byte == b'_');
            digit[i] = set(is_digit);
            quote[i] = set(byte == b'"');
            sixth[i] = byte << 1;
        }
        let (word, digit, quote) = (bits(&word), bits(&digit), bits(&quote));
        let other = bits(block);
        let lead = if other == 0 { 0 } else { other & bits(&sixth) };
        Classes { word, digit, quote, other, lead }
    }

    /// Run by run; a token starts where a run does, or is a single character.
    #[inline(always)]
    fn append(self, folded: &mut Folded, lower: &Lower, masks: &Masks, keep: u64, starts: u64) {
        masks.kinds(starts, &mut folded.kinds[folded.carry.tokens..]);
        let (mut used, mut tokens) = (folded.carry.used, folded.carry.tokens);
        let bytes = &mut folded.bytes[..];
        let mut left = keep;
        while left != 0 {
            let from = left.trailing_zeros() as usize;
            let length = (!(left >> from)).trailing_zeros() as usize;
            #[expect(clippy::cast_possible_truncation, reason = "LONGEST bounds it")]
            let base = used as u32;
            folded.starts[tokens] = base;
            tokens += (starts >> from & 1) as usize;
            let next = left & left.wrapping_add(1 << from);
            // Only where tokens are single characters.
            let mut inner = starts & (left ^ next) & !(1 << from);
            while inner != 0 {
                folded.starts[tokens] = base + (inner.trailing_zeros() - from as u32);
                tokens += 1;
                inner &= inner - 1;
            }
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
            left = next;
        }
        (folded.carry.used, folded.carry.tokens) = (used, tokens);
    }
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
