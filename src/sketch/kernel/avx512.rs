//! The loops of sketching with registers of 64 bytes: a row is one register.

#[allow(clippy::wildcard_imports, reason = "all intrinsics begin with _mm")]
use std::arch::x86_64::*;

use super::{FACTORS, LANES, LAST, LOW_FACTORS, MIX};

/// Minima of `ROWS` rows. Shingles are taken in pairs, each with minima of its own: one minimum that
/// waits for the one before it would leave the multipliers idle.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn minima<const ROWS: usize>(shingles: &[u64]) -> [__m512i; ROWS] {
    let mut factors = [_mm512_setzero_si512(); ROWS];
    for row in 0..ROWS {
        factors[row] = load(&FACTORS[row]);
    }
    let mut even = [_mm512_set1_epi16(-1); ROWS];
    let mut odd = even;
    let (pairs, last) = shingles.as_chunks::<2>();
    for &[a, b] in pairs {
        let (a, b) = (_mm512_set1_epi64(a.cast_signed()), _mm512_set1_epi64(b.cast_signed()));
        for row in 0..ROWS {
            even[row] = _mm512_min_epu16(even[row], _mm512_mullo_epi16(a, factors[row]));
            odd[row] = _mm512_min_epu16(odd[row], _mm512_mullo_epi16(b, factors[row]));
        }
    }
    for &last in last {
        let last = _mm512_set1_epi64(last.cast_signed());
        for row in 0..ROWS {
            even[row] = _mm512_min_epu16(even[row], _mm512_mullo_epi16(last, factors[row]));
        }
    }
    for row in 0..ROWS {
        even[row] = _mm512_min_epu16(even[row], odd[row]);
    }
    even
}

#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn slots(shingles: &[u64]) -> [[u16; LANES]; 4] {
    let mut slots = [[0; LANES]; 4];
    for (slots, row) in slots.iter_mut().zip(minima::<4>(shingles)) {
        // SAFETY: 32 slots of 2 bytes are the 64 bytes that are stored.
        unsafe { _mm512_storeu_si512(slots.as_mut_ptr().cast(), row) };
    }
    slots
}

#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn keys<const ROWS: usize>(shingles: &[u64]) -> [u32; 16] {
    let mut sum = _mm512_setzero_si512();
    for (row, (turn, odd)) in minima::<ROWS>(shingles).into_iter().zip(MIX) {
        let turned = _mm512_rolv_epi32(row, _mm512_set1_epi32(turn.cast_signed()));
        let odd = _mm512_set1_epi32(odd.cast_signed());
        sum = _mm512_add_epi32(sum, _mm512_mullo_epi32(turned, odd));
    }
    let folded = _mm512_xor_si512(sum, _mm512_srli_epi32::<15>(sum));
    let mut keys = [0; 16];
    let last = _mm512_mullo_epi32(folded, _mm512_set1_epi32(LAST.cast_signed()));
    // SAFETY: 16 keys of 4 bytes are the 64 bytes that are stored.
    unsafe { _mm512_storeu_si512(keys.as_mut_ptr().cast(), last) };
    keys
}

/// High halves come from the pieces, low halves from the pieces one further; a register holds the
/// even lanes of a row, another the odd ones.
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn wide_slots(shingles: &[u64]) -> [[u32; LANES]; 4] {
    const ODD: u32 = 0xAAAA_AAAA;
    let mut even = [_mm512_set1_epi32(-1); 4];
    let mut odd = even;
    for &shingle in shingles {
        let pieces = _mm512_set1_epi64(shingle.cast_signed());
        let next = _mm512_ror_epi64::<16>(pieces);
        for row in 0..4 {
            let high = _mm512_mullo_epi16(pieces, load(&FACTORS[row]));
            let low = _mm512_mullo_epi16(next, load(&LOW_FACTORS[row]));
            let evens = _mm512_mask_mov_epi16(low, ODD, _mm512_slli_epi32::<16>(high));
            let odds = _mm512_mask_mov_epi16(_mm512_srli_epi32::<16>(low), ODD, high);
            even[row] = _mm512_min_epu32(even[row], evens);
            odd[row] = _mm512_min_epu32(odd[row], odds);
        }
    }
    let mut slots = [[0; LANES]; 4];
    for row in 0..4 {
        let (mut evens, mut odds) = ([0_u32; 16], [0_u32; 16]);
        // SAFETY: 16 slots of 4 bytes are the 64 bytes that are stored, twice.
        unsafe {
            _mm512_storeu_si512(evens.as_mut_ptr().cast(), even[row]);
            _mm512_storeu_si512(odds.as_mut_ptr().cast(), odd[row]);
        }
        for lane in 0..16 {
            slots[row][2 * lane] = evens[lane];
            slots[row][2 * lane + 1] = odds[lane];
        }
    }
    slots
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(row: &[u16; LANES]) -> __m512i {
    // SAFETY: 32 factors of 2 bytes are the 64 bytes that are loaded.
    unsafe { _mm512_loadu_si512(row.as_ptr().cast()) }
}
