//! Winnowing with registers of 64 bytes: eight tokens in, eight windows' minima out.
//!
//! Lane i of everything belongs to the run or the window that *ends* at token i, so each step needs
//! this block and the one before, which stay in registers.

#[allow(clippy::wildcard_imports, reason = "all intrinsics begin with _mm")]
use std::arch::x86_64::*;

use super::winnow::{FACTORS, START, Winnow};

/// `Winnow::Long` if `LONG`, else `Winnow::Short`. `tokens` fill at least one run.
#[target_feature(enable = "avx512f,avx512dq,bmi2")]
pub(super) fn minima<const LONG: bool>(tokens: &[u64], out: &mut Vec<u64>) {
    let sort = if LONG { Winnow::Long } else { Winnow::Short };
    let first_hash = sort.run() - 1;
    let hashes = tokens.len() - first_hash;
    // The first token at which a window ends.
    let first = first_hash + sort.window().min(hashes) - 1;
    // Eight are stored at a time, however few of them count.
    out.reserve(tokens.len() - first + 8);

    let start = _mm512_set1_epi64((START ^ sort.run() as u64).cast_signed());
    let none = _mm512_set1_epi64(-1);
    let mut one = _mm512_setzero_si512();
    let (mut two, mut four, mut eight) = (one, one, one);
    let (mut min1, mut min2, mut min4, mut min8, mut last) = (none, none, none, none, none);
    for at in (0..tokens.len()).step_by(8) {
        let new1 = load(&tokens[at..]);
        let new2 = join::<1>(after::<7>(new1, one), new1);
        let new4 = join::<2>(after::<6>(new2, two), new2);
        let new8 = join::<4>(after::<4>(new4, four), new4);
        let state = if LONG { join::<8>(eight, new8) } else { new8 };
        (one, two, four, eight) = (new1, new2, new4, new8);

        let mixed = mix(_mm512_xor_si512(state, start));
        let hash = _mm512_mask_mov_epi64(none, from(first_hash, at), mixed);
        let new2 = _mm512_min_epu64(hash, after::<7>(hash, min1));
        let new4 = _mm512_min_epu64(new2, after::<6>(new2, min2));
        let (new8, window) = if LONG {
            let new8 = _mm512_min_epu64(new4, after::<4>(new4, min4));
            (new8, _mm512_min_epu64(new8, after::<2>(new8, min8)))
        } else {
            (none, _mm512_min_epu64(new4, after::<5>(new4, min4)))
        };
        (min1, min2, min4, min8) = (hash, new2, new4, new8);

        let differs = _mm512_cmpneq_epu64_mask(window, after::<7>(window, last));
        last = window;
        // The very first window has none before it to differ from.
        let opens = from(first, at) & !from(first + 1, at);
        let kept = (differs | opens) & from(first, at) & !from(tokens.len(), at);
        append(out, _mm512_maskz_compress_epi64(kept, window), kept.count_ones() as usize);
    }
}

/// The lanes of the block at `at` that stand at `start` or later.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "at most 8")]
fn from(start: usize, at: usize) -> __mmask8 {
    let before = start.saturating_sub(at).min(8);
    u8::MAX.checked_shl(before as u32).unwrap_or(0)
}

/// Eight lanes of `before` and `now` in a row, from lane `BY` of `before` on: what stood `8 - BY` tokens
/// earlier.
#[inline]
#[target_feature(enable = "avx512f")]
fn after<const BY: i32>(now: __m512i, before: __m512i) -> __m512i {
    _mm512_alignr_epi64::<BY>(now, before)
}

/// The state of a run from that of its first half, which is `TURNS` tokens long, and its second.
#[inline]
#[target_feature(enable = "avx512f")]
fn join<const TURNS: i32>(first: __m512i, second: __m512i) -> __m512i {
    _mm512_xor_si512(_mm512_rol_epi64::<TURNS>(first), second)
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq")]
fn mix(mut x: __m512i) -> __m512i {
    for factor in FACTORS {
        let folded = _mm512_xor_si512(x, _mm512_srli_epi64::<33>(x));
        x = _mm512_mullo_epi64(folded, _mm512_set1_epi64(factor.cast_signed()));
    }
    _mm512_xor_si512(x, _mm512_srli_epi64::<33>(x))
}

/// The first eight of `tokens`, zeros behind their end.
#[inline]
#[target_feature(enable = "avx512f")]
fn load(tokens: &[u64]) -> __m512i {
    let lanes = !from(tokens.len(), 0);
    // SAFETY: only lanes that stand inside the slice are read.
    unsafe { _mm512_maskz_loadu_epi64(lanes, tokens.as_ptr().cast()) }
}

/// Appends the first `count` lanes, at most eight, to `out`, which has room for eight.
#[inline]
#[target_feature(enable = "avx512f")]
fn append(out: &mut Vec<u64>, lanes: __m512i, count: usize) {
    let length = out.len();
    debug_assert!(count <= 8 && out.capacity() - length >= 8);
    // SAFETY: the caller reserved room for eight behind the end; the `count` that become part of the
    // vector have just been written.
    unsafe {
        _mm512_storeu_si512(out.as_mut_ptr().add(length).cast(), lanes);
        out.set_len(length + count);
    }
}
