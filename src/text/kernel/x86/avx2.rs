//! The AVX2 tier: blocks of 64 bytes as two vectors; characters outside ASCII one at a time.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_and_si256, _mm256_blendv_epi8, _mm256_cmpeq_epi8,
    _mm256_cmpgt_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    _mm256_storeu_si256,
};

use crate::text::{
    kernel::{
        Folded, Order, Source,
        portable::{BLOCK, Classes, Lower, blocks},
    },
    scan::Digits,
};

/// Appends a paragraph.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(super) fn push(folded: &mut Folded, source: Source<'_>, digits: Digits, order: Order) -> bool {
    blocks(folded, source, digits, order, |block, lower, digits| classify(block, lower, digits))
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn classify(block: &[u8; BLOCK], lower: &mut Lower, digits: Digits) -> Classes {
    // SAFETY: 32 bytes each, within the 64 of `block`.
    let (low, high) = unsafe {
        (
            _mm256_loadu_si256(block.as_ptr().cast()),
            _mm256_loadu_si256(block.as_ptr().add(32).cast()),
        )
    };
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
