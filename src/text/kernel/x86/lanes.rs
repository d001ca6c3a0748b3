//! Hashes of folded tokens with AVX-512, eight at a time.

use std::arch::x86_64::{
    __m512i, _mm256_loadu_si256, _mm512_add_epi64, _mm512_and_si512, _mm512_cmpgt_epu64_mask,
    _mm512_cvtepu32_epi64, _mm512_i64gather_epi64, _mm512_mask_add_epi64, _mm512_mask_mov_epi64,
    _mm512_mask_sub_epi64, _mm512_max_epi64, _mm512_min_epu64, _mm512_mullo_epi64,
    _mm512_rol_epi64, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_slli_epi64,
    _mm512_srli_epi64, _mm512_srlv_epi64, _mm512_storeu_si512, _mm512_sub_epi64, _mm512_xor_si512,
};

use crate::text::kernel::hash::{BLOCK as TOKEN_BLOCK, MULTIPLIERS};

/// Hashes all tokens, eight at a time; `starts` holds eight places more than there are tokens.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
pub(super) fn hash(bytes: &[u8], starts: &[u32], hashes: &mut [u64]) {
    let zero = _mm512_setzero_si512();
    let all = |word: u64| _mm512_set1_epi64(word.cast_signed());
    let block = all(TOKEN_BLOCK as u64);
    let mut rest = hashes;
    let mut at = 0;
    while !rest.is_empty() {
        let mut from = places(&starts[at..]);
        let to = places(&starts[at + 1..]);
        let mut length = _mm512_sub_epi64(to, from);
        let mut h = zero;
        loop {
            let more = _mm512_cmpgt_epu64_mask(length, block);
            let (low, high) = words(bytes, from);
            // Bits to leave out at the top: of the low word none if there are eight bytes or more.
            let over = _mm512_sub_epi64(all(64), _mm512_slli_epi64::<3>(length));
            let ones = all(u64::MAX);
            let low = _mm512_and_si512(low, _mm512_srlv_epi64(ones, _mm512_max_epi64(over, zero)));
            let over = _mm512_max_epi64(_mm512_add_epi64(over, all(64)), zero);
            let high = _mm512_and_si512(high, _mm512_srlv_epi64(ones, over));
            let next = mix(low, high, h);
            if more == 0 {
                // Tokens that have ended stay as they are: their length is not above a block.
                h = next;
                break;
            }
            h = _mm512_mask_mov_epi64(h, more, next);
            from = _mm512_mask_add_epi64(from, more, from, block);
            length = _mm512_mask_sub_epi64(length, more, length, block);
        }
        let count = rest.len().min(8);
        let (out, after) = rest.split_at_mut(count);
        if let Some(out) = out.first_chunk_mut::<8>() {
            store_hashes(out, h);
        } else {
            let mut eight = [0; 8];
            store_hashes(&mut eight, h);
            out.copy_from_slice(&eight[..count]);
        }
        rest = after;
        at += count;
    }
}

/// As [`crate::text::kernel::mix`], eight at once.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline]
fn mix(low: __m512i, high: __m512i, hash: __m512i) -> __m512i {
    let all = |word: u64| _mm512_set1_epi64(word.cast_signed());
    let low = _mm512_mullo_epi64(_mm512_xor_si512(low, hash), all(MULTIPLIERS[0]));
    let hash = _mm512_rol_epi64::<32>(hash);
    let high = _mm512_mullo_epi64(_mm512_xor_si512(high, hash), all(MULTIPLIERS[1]));
    let x = _mm512_xor_si512(low, _mm512_rol_epi64::<32>(high));
    let x = _mm512_xor_si512(x, _mm512_srli_epi64::<32>(x));
    let x = _mm512_mullo_epi64(x, all(MULTIPLIERS[2]));
    _mm512_xor_si512(x, _mm512_srli_epi64::<32>(x))
}

/// The 16 bytes at each of eight places; of a place too near the end, the last 16.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline]
fn words(bytes: &[u8], from: __m512i) -> (__m512i, __m512i) {
    let Some(last) = bytes.len().checked_sub(TOKEN_BLOCK) else {
        return (_mm512_setzero_si512(), _mm512_setzero_si512());
    };
    let from = _mm512_min_epu64(from, _mm512_set1_epi64((last as u64).cast_signed()));
    let start: *const i64 = bytes.as_ptr().cast();
    // SAFETY: no place is above `last`, which has 16 bytes of `bytes` behind it.
    unsafe {
        (
            _mm512_i64gather_epi64::<1>(from, start),
            _mm512_i64gather_epi64::<1>(from, start.byte_add(8)),
        )
    }
}

/// The first eight places.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline]
fn places(starts: &[u32]) -> __m512i {
    let eight = starts.first_chunk::<8>().unwrap_or(&[0; 8]);
    // SAFETY: 32 bytes, the size of `eight`.
    _mm512_cvtepu32_epi64(unsafe { _mm256_loadu_si256(eight.as_ptr().cast()) })
}

#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt"
)]
#[inline]
fn store_hashes(hashes: &mut [u64; 8], eight: __m512i) {
    // SAFETY: 64 bytes, the size of `hashes`.
    unsafe { _mm512_storeu_si512(hashes.as_mut_ptr().cast(), eight) }
}
