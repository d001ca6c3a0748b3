//! The vector tiers of x86-64.

mod avx2;
mod avx512;
mod lanes;

use std::arch::x86_64::_pext_u64;

use super::{Folded, NUMBER, Order, Walk, cut::Masks};
use crate::{
    base::cpu::{Avx2, Avx512},
    text::scan::Digits,
};

/// Appends paragraphs, 32 bytes at a time.
pub(super) fn avx2(
    proof: Avx2,
    folded: &mut Folded,
    walk: &mut Walk<'_>,
    digits: Digits,
    order: Order,
) -> bool {
    // SAFETY: an `Avx2` exists only on a processor that has the features of `avx2::push`.
    unsafe { avx2::push(proof, folded, walk, digits, order) }
}

/// Appends paragraphs, 64 bytes at a time.
pub(super) fn avx512(
    _proof: Avx512,
    folded: &mut Folded,
    walk: &mut Walk<'_>,
    digits: Digits,
    order: Order,
) -> bool {
    // SAFETY: an `Avx512` exists only on a processor that has the features of `avx512::push`.
    unsafe { avx512::push(folded, walk, digits, order) }
}

/// Hashes all tokens, eight at a time; as [`super::hash::all`], with eight more places in `starts`,
/// all of them the end of the last token.
pub(super) fn hash(_proof: Avx512, bytes: &[u8], starts: &[u32], hashes: &mut [u64]) {
    // SAFETY: an `Avx512` exists only on a processor that has the features of `lanes::hash`.
    unsafe { lanes::hash(bytes, starts, hashes) }
}

/// As [`Masks::kinds`], by counting bits: which of the block's tokens are numbers and which are single
/// characters, one bit a token, and the kind to add to the token before them.
#[target_feature(enable = "bmi1,bmi2,lzcnt,popcnt")]
#[inline]
fn kinds(masks: &Masks, begin: u64) -> (u64, u64, u8) {
    // Starts (1) and the digits that are no starts (0) in reading order: a token whose start stands
    // before a 0 holds a digit, and so does the one before the block if that begins with a 0.
    let inner = masks.digit & !begin;
    let both = begin | inner;
    let order = _pext_u64(begin, both);
    let count = both.count_ones();
    let followed = order & !(order >> 1) & !(1_u64 << 63 >> (64 - count.max(1)));
    let number = _pext_u64(followed, order) | _pext_u64(masks.digit, begin);
    let before = u8::from(count != 0 && order & 1 == 0);
    (number, _pext_u64(masks.single, begin), before * NUMBER)
}
