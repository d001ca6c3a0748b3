//! The AVX2 tier: blocks of 64 bytes as two vectors; characters outside ASCII one at a time.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_and_si256, _mm256_blendv_epi8, _mm256_cmpeq_epi8,
    _mm256_cmpgt_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    _mm256_storeu_si256, _pdep_u64, _pext_u64,
};

use super::kinds;
use crate::{
    base::cpu::Avx2,
    text::{
        kernel::{
            Folded, NUMBER, Order, SINGLE,
            cut::Masks,
            portable::{Classes, Lower, Ways, blocks},
            walk::{BLOCK, Walk},
        },
        scan::Digits,
    },
};

/// Appends paragraphs. False if one has to be normalised first.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(super) fn push(
    proof: Avx2,
    folded: &mut Folded,
    walk: &mut Walk<'_>,
    digits: Digits,
    order: Order,
) -> bool {
    blocks(folded, walk, digits, order, Vectors(proof))
}

/// The ways of this tier.
#[derive(Clone, Copy)]
struct Vectors(Avx2);

impl Ways for Vectors {
    #[inline(always)]
    fn classify(self, block: &[u8; BLOCK], lower: &mut Lower, digits: Digits) -> Classes {
        let Vectors(_proof) = self;
        // SAFETY: an `Avx2` exists only on a processor that has the features.
        unsafe { classify(block, lower, digits) }
    }

    #[inline(always)]
    fn leads(self, block: &[u8; BLOCK], other: u64) -> [u64; 3] {
        let Vectors(_proof) = self;
        // SAFETY: an `Avx2` exists only on a processor that has the features.
        unsafe { leads(block, other) }
    }

    #[inline(always)]
    fn append(self, folded: &mut Folded, lower: &Lower, masks: &Masks, keep: u64, starts: u64) {
        let Vectors(_proof) = self;
        // SAFETY: an `Avx2` exists only on a processor that has the features.
        unsafe { append(folded, lower, masks, keep, starts) }
    }
}

/// Appends the kept bytes eight at a time, without a branch, and the starts four at a time.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn append(folded: &mut Folded, lower: &Lower, masks: &Masks, keep: u64, begin: u64) {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let (used, tokens) = (folded.carry.used, folded.carry.tokens);
    let bytes = folded.bytes.get_mut(used..).and_then(<[u8]>::first_chunk_mut::<{ BLOCK + 8 }>);
    if let Some(bytes) = bytes {
        let mut place = 0;
        for (i, word) in lower.as_chunks::<8>().0.iter().take(8).enumerate() {
            let kept = keep >> (8 * i) & 0xFF;
            let mask = _pdep_u64(kept, ONES) * 0xFF;
            let close = _pext_u64(u64::from_le_bytes(*word), mask);
            bytes[place & 63..][..8].copy_from_slice(&close.to_le_bytes());
            place += kept.count_ones() as usize;
        }
    }
    let mut places = _pext_u64(begin, keep);
    let mut starts = folded.starts[tokens..].chunks_exact_mut(4);
    #[expect(clippy::cast_possible_truncation, reason = "LONGEST bounds it")]
    let base = used as u32;
    while places != 0
        && let Some(four) = starts.next()
    {
        for start in four {
            *start = base + places.trailing_zeros();
            places &= places.wrapping_sub(1);
        }
    }
    let (number, single, before) = kinds(masks, begin);
    let spread = |bits: u64, i: usize| _pdep_u64(bits >> (8 * i) & 0xFF, ONES);
    if let Some(kinds) = folded.kinds.get_mut(tokens..).and_then(<[u8]>::first_chunk_mut::<33>) {
        kinds[0] |= before;
        for (i, eight) in kinds[1..].as_chunks_mut::<8>().0.iter_mut().enumerate() {
            let (number, single) = (spread(number, i), spread(single, i));
            let both = (number * u64::from(NUMBER)) | (single * u64::from(SINGLE));
            *eight = both.to_le_bytes();
        }
    }
    folded.carry.used = used + keep.count_ones() as usize;
    folded.carry.tokens = tokens + begin.count_ones() as usize;
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn classify(block: &[u8; BLOCK], lower: &mut Lower, digits: Digits) -> Classes {
    let [low, high] = halves(block);
    let (low, high) = (half(low, digits), half(high, digits));
    // SAFETY: 32 bytes each, within the 80 of `lower`.
    unsafe {
        _mm256_storeu_si256(lower.as_mut_ptr().cast(), low.lower);
        _mm256_storeu_si256(lower.as_mut_ptr().add(32).cast(), high.lower);
    }
    let both = |low: u32, high: u32| u64::from(low) | u64::from(high) << 32;
    Classes {
        word: both(low.word, high.word),
        digit: both(low.digit, high.digit),
        quote: both(low.quote, high.quote),
        other: both(low.other, high.other),
    }
}

/// As [`Ways::leads`].
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn leads(block: &[u8; BLOCK], other: u64) -> [u64; 3] {
    let [low, high] = halves(block);
    let top = |bytes| u64::from(_mm256_movemask_epi8(bytes).cast_unsigned());
    let double = |bytes| _mm256_add_epi8(bytes, bytes);
    let (low2, high2) = (double(low), double(high));
    let (low3, high3) = (double(low2), double(high2));
    let lead = other & (top(low2) | top(high2) << 32);
    let lead3 = lead & (top(low3) | top(high3) << 32);
    [lead, lead3, lead3 & (top(double(low3)) | top(double(high3)) << 32)]
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn halves(block: &[u8; BLOCK]) -> [__m256i; 2] {
    // SAFETY: 32 bytes each, within the 64 of `block`.
    unsafe {
        [
            _mm256_loadu_si256(block.as_ptr().cast()),
            _mm256_loadu_si256(block.as_ptr().add(32).cast()),
        ]
    }
}

/// 32 bytes: folded, and as masks.
struct Half {
    lower: __m256i,
    word: u32,
    digit: u32,
    quote: u32,
    other: u32,
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn half(bytes: __m256i, digits: Digits) -> Half {
    // Comparisons are signed, so that bytes outside ASCII are in no range.
    let all = |byte: u8| _mm256_set1_epi8(byte.cast_signed());
    let within = |bytes, first: u8, last: u8| {
        _mm256_and_si256(
            _mm256_cmpgt_epi8(bytes, all(first - 1)),
            _mm256_cmpgt_epi8(all(last + 1), bytes),
        )
    };
    let is_upper = within(bytes, b'A', b'Z');
    let small = _mm256_add_epi8(bytes, _mm256_and_si256(is_upper, all(0x20)));
    let is_digit = within(bytes, b'0', b'9');
    let is_word = _mm256_or_si256(
        _mm256_or_si256(within(small, b'a', b'z'), is_digit),
        _mm256_cmpeq_epi8(bytes, all(b'_')),
    );
    let lower = match digits {
        Digits::Fold => _mm256_blendv_epi8(small, all(b'0'), is_digit),
        Digits::Keep => small,
    };
    let mask = |bytes| _mm256_movemask_epi8(bytes).cast_unsigned();
    Half {
        lower,
        word: mask(is_word),
        digit: mask(is_digit),
        quote: mask(_mm256_cmpeq_epi8(bytes, all(b'"'))),
        other: mask(bytes),
    }
}
