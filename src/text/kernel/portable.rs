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
}

/// What a tier does in its own way.
pub(super) trait Ways: Copy {
    /// Folds the ASCII characters of a block.
    fn classify(self, block: &[u8; BLOCK], lower: &mut Lower, digits: Digits) -> Classes;
    /// First bytes of characters of two bytes and more, three and more, and four, among `other`.
    fn leads(self, block: &[u8; BLOCK], other: u64) -> [u64; 3];
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
        let other = classes.other & live;
        if other != 0
            && wide(block, ways.leads(block, other), &mut lower, &mut masks, digits)
            && (masks.length as usize) < SHORT
        {
            let dense = other.count_ones() > 32;
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
    [lead, lead3, lead4]: [u64; 3],
    lower: &mut Lower,
    masks: &mut Masks,
    digits: Digits,
) -> bool {
    // Characters that the block's end cuts: a lead in the last byte, a long one in the last two.
    let last = 1_u64 << (masks.length - 1);
    let cut = lead & last | lead3 & (last >> 1) | lead4;
    let whole = cut.wrapping_sub(1) & !cut;
    let (lead, long) = (lead & whole, lead3 & whole);
    let mut wide = Wide::default();
    let mut left = lead & !long;
    while left != 0 {
        let i = left.trailing_zeros() as usize & (BLOCK - 1);
        let byte = |n: usize| usize::from(block[(i + n) & (BLOCK - 1)]);
        let entry = PACKED[(byte(0) & 0x1F) << 6 | byte(1) & 0x3F];
        let [one, second, ..] = entry.to_le_bytes();
        (lower[i], lower[i + 1]) = (one, second);
        wide.add(entry, i, lower, masks, digits);
        left &= left - 1;
    }
    left = long;
    while left != 0 {
        let i = left.trailing_zeros() as usize & (BLOCK - 1);
        let byte = |n: usize| usize::from(block[(i + n) & (BLOCK - 1)]);
        let entry = PACKED[(byte(0) & 0xF) << 12 | (byte(1) & 0x3F) << 6 | byte(2) & 0x3F];
        let [one, second, third, _] = entry.to_le_bytes();
        (lower[i], lower[i + 1], lower[i + 2]) = (one, second, third);
        wide.add(entry, i, lower, masks, digits);
        wide.single |= u64::from(entry >> 28 & 1) << i;
        left &= left - 1;
    }
    let span = |bits: u64| bits | bits << 1 | (bits & long) << 2;
    let word = wide.folded & lead;
    masks.single = wide.single;
    masks.word |= word;
    masks.word_span |= span(word);
    masks.digit |= wide.digit;
    masks.digit_span |= span(wide.digit);
    masks.folded |= wide.folded;
    let rare = wide.rare | lead4;
    let cut = cut | rare;
    if cut != 0 {
        masks.length = cut.trailing_zeros();
        masks.shorten();
    }
    rare != 0
}

/// What the characters of a block that are not ASCII add to its masks.
#[derive(Default)]
struct Wide {
    folded: u64,
    digit: u64,
    single: u64,
    rare: u64,
}

impl Wide {
    /// Adds the character at byte `i`.
    #[inline(always)]
    fn add(&mut self, entry: u32, i: usize, lower: &mut Lower, masks: &mut Masks, digits: Digits) {
        let mut kept = u64::from(entry >> 24 & 7);
        if entry & (packed::DIGIT | packed::QUOTE | packed::RARE) != 0 {
            let flag = |flag: u32| u64::from(entry & flag != 0) << i;
            masks.quote |= flag(packed::QUOTE);
            self.rare |= flag(packed::RARE);
            self.digit |= flag(packed::DIGIT);
            if digits == Digits::Fold && entry & packed::DIGIT != 0 {
                lower[i] = b'0';
                kept = 1;
            }
        }
        self.folded |= kept << i;
    }
}

/// The ways of this tier.
#[derive(Clone, Copy)]
struct Plainly;

impl Ways for Plainly {
    #[inline(always)]
    fn classify(self, block: &[u8; BLOCK], lower: &mut Lower, digits: Digits) -> Classes {
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
        let (word, digit, quote) = (bits::<0>(&word), bits::<0>(&digit), bits::<0>(&quote));
        Classes { word, digit, quote, other: bits::<0>(block) }
    }

    #[inline(always)]
    fn leads(self, block: &[u8; BLOCK], other: u64) -> [u64; 3] {
        let lead = other & bits::<1>(block);
        let lead3 = lead & bits::<2>(block);
        [lead, lead3, lead3 & bits::<3>(block)]
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
                folded.starts[tokens] = base + (inner >> from).trailing_zeros();
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

/// Bit `7 - BELOW` of each of 64 bytes.
#[inline(always)]
fn bits<const BELOW: u32>(bytes: &[u8; BLOCK]) -> u64 {
    let (words, _) = bytes.as_chunks::<8>();
    words.iter().enumerate().fold(0, |bits, (i, word)| {
        let one = u64::from_le_bytes(*word) >> (7 - BELOW) & 0x0101_0101_0101_0101;
        bits | one.wrapping_mul(0x0102_0408_1020_4080) >> 56 << (8 * i)
    })
}
