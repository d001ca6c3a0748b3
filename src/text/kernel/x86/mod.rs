//! The vector tiers of x86-64.

mod avx2;
mod avx512;
mod lanes;

use super::{Folded, Order, Source};
use crate::{
    cpu::{Avx2, Avx512},
    text::scan::Digits,
};

/// Appends a paragraph, 32 bytes at a time.
pub(super) fn avx2(
    _proof: Avx2,
    folded: &mut Folded,
    source: Source<'_>,
    digits: Digits,
    order: Order,
) -> bool {
    // SAFETY: an `Avx2` exists only on a processor that has the features of `avx2::push`.
    unsafe { avx2::push(folded, source, digits, order) }
}

/// Appends a paragraph, 64 bytes at a time.
pub(super) fn avx512(
    _proof: Avx512,
    folded: &mut Folded,
    source: Source<'_>,
    digits: Digits,
    order: Order,
) -> bool {
    // SAFETY: an `Avx512` exists only on a processor that has the features of `avx512::push`.
    unsafe { avx512::push(folded, source, digits, order) }
}

/// Hashes all tokens, eight at a time; as [`super::hash::all`], with eight more places in `starts`,
/// all of them the end of the last token.
pub(super) fn hash(_proof: Avx512, bytes: &[u8], starts: &[u32], hashes: &mut [u64]) {
    // SAFETY: an `Avx512` exists only on a processor that has the features of `lanes::hash`.
    unsafe { lanes::hash(bytes, starts, hashes) }
}
