//! The loops of sketching with registers of 32 bytes: a row is two registers.

#[allow(clippy::wildcard_imports, reason = "all intrinsics begin with _mm")]
use std::arch::x86_64::*;

use super::{FACTORS, LANES, LAST, LOW_FACTORS, MIX};

type Row = [__m256i; 2];

/// Minima of `ROWS` rows.
#[inline]
#[target_feature(enable = "avx2")]
fn minima<const ROWS: usize>(shingles: &[u64]) -> [Row; ROWS] {
    let mut slots = [[_mm256_set1_epi16(-1); 2]; ROWS];
    for &shingle in shingles {
        let pieces = _mm256_set1_epi64x(shingle.cast_signed());
        for row in 0..ROWS {
            let [low, high] = load(&FACTORS[row]);
            slots[row][0] = _mm256_min_epu16(slots[row][0], _mm256_mullo_epi16(pieces, low));
            slots[row][1] = _mm256_min_epu16(slots[row][1], _mm256_mullo_epi16(pieces, high));
        }
    }
    slots
}

#[target_feature(enable = "avx2")]
pub(super) fn slots(shingles: &[u64]) -> [[u16; LANES]; 4] {
    let mut slots = [[0; LANES]; 4];
    for (slots, row) in slots.iter_mut().zip(minima::<4>(shingles)) {
        let (low, high) = slots.split_at_mut(16);
        // SAFETY: each half has 16 slots of 2 bytes, the 32 bytes that are stored.
        unsafe {
            _mm256_storeu_si256(low.as_mut_ptr().cast(), row[0]);
            _mm256_storeu_si256(high.as_mut_ptr().cast(), row[1]);
        }
    }
    slots
}

#[target_feature(enable = "avx2")]
pub(super) fn keys<const ROWS: usize>(shingles: &[u64]) -> [u32; 16] {
    let mut sums = [_mm256_setzero_si256(); 2];
    for (row, (turn, odd)) in minima::<ROWS>(shingles).into_iter().zip(MIX) {
        let (left, right) = (turn.cast_signed(), 32 - turn.cast_signed());
        let odd = _mm256_set1_epi32(odd.cast_signed());
        for half in 0..2 {
            // A shift by 32 leaves nothing, so a turn by 0 works, too.
            let turned = _mm256_or_si256(
                _mm256_sllv_epi32(row[half], _mm256_set1_epi32(left)),
                _mm256_srlv_epi32(row[half], _mm256_set1_epi32(right)),
            );
            sums[half] = _mm256_add_epi32(sums[half], _mm256_mullo_epi32(turned, odd));
        }
    }
    let mut keys = [0; 16];
    for (keys, sum) in keys.as_chunks_mut::<8>().0.iter_mut().zip(sums) {
        let folded = _mm256_xor_si256(sum, _mm256_srli_epi32::<15>(sum));
        let last = _mm256_mullo_epi32(folded, _mm256_set1_epi32(LAST.cast_signed()));
        // SAFETY: 8 keys of 4 bytes are the 32 bytes that are stored.
        unsafe { _mm256_storeu_si256(keys.as_mut_ptr().cast(), last) };
    }
    keys
}

/// As with 64 bytes: even and odd lanes of a row apart. Each row is a loop of its own, since the
/// minima and factors of all would not fit the sixteen registers.
#[target_feature(enable = "avx2")]
pub(super) fn wide_slots(shingles: &[u64]) -> [[u32; LANES]; 4] {
    let mut slots = [[0; LANES]; 4];
    for row in 0..4 {
        let (high, low) = (load(&FACTORS[row]), load(&LOW_FACTORS[row]));
        let mut even = [_mm256_set1_epi32(-1); 2];
        let mut odd = even;
        for &shingle in shingles {
            let pieces = _mm256_set1_epi64x(shingle.cast_signed());
            let next = _mm256_set1_epi64x(shingle.rotate_right(16).cast_signed());
            for half in 0..2 {
                let high = _mm256_mullo_epi16(pieces, high[half]);
                let low = _mm256_mullo_epi16(next, low[half]);
                let evens = _mm256_blend_epi16::<0xAA>(low, _mm256_slli_epi32::<16>(high));
                let odds = _mm256_blend_epi16::<0xAA>(_mm256_srli_epi32::<16>(low), high);
                even[half] = _mm256_min_epu32(even[half], evens);
                odd[half] = _mm256_min_epu32(odd[half], odds);
            }
        }
        for half in 0..2 {
            let (mut evens, mut odds) = ([0_u32; 8], [0_u32; 8]);
            // SAFETY: 8 slots of 4 bytes are the 32 bytes that are stored, twice.
            unsafe {
                _mm256_storeu_si256(evens.as_mut_ptr().cast(), even[half]);
                _mm256_storeu_si256(odds.as_mut_ptr().cast(), odd[half]);
            }
            for lane in 0..8 {
                slots[row][16 * half + 2 * lane] = evens[lane];
                slots[row][16 * half + 2 * lane + 1] = odds[lane];
            }
        }
    }
    slots
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(row: &[u16; LANES]) -> Row {
    // SAFETY: 32 factors of 2 bytes are the twice 32 bytes that are loaded.
    unsafe {
        [_mm256_loadu_si256(row.as_ptr().cast()), _mm256_loadu_si256(row[16..].as_ptr().cast())]
    }
}
