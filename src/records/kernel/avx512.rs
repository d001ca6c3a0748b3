//! AVX-512 with VBMI2: a block is one register, and its simple escapes are undone without a branch.
//!
//! Bytes after a backslash are replaced by table, backslashes are taken out by compression. Only
//! `\u`, quotes and what is wrong leave the loop, so that a line end every forty bytes costs no
//! mispredicted branch.

#![allow(unsafe_code, reason = "processor features, unaligned loads and stores")]

use std::arch::x86_64::{
    __m512i, _mm512_cmpeq_epi8_mask, _mm512_cmplt_epu8_mask, _mm512_loadu_si512,
    _mm512_mask_mov_epi8, _mm512_maskz_compress_epi8, _mm512_movepi8_mask,
    _mm512_permutex2var_epi8, _mm512_set1_epi8, _mm512_storeu_si512, _mm512_testn_epi8_mask,
};

use super::{BLOCK, Job, Kernel, Step};
use crate::{base::cpu::Avx512, records::json::escape::SIMPLE};

/// Runs on processors with AVX-512 VBMI2, which its token proves.
#[derive(Clone, Copy)]
struct Wide(Avx512);

/// Does `job` in code compiled for AVX-512.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,popcnt")]
pub(super) fn run<J: Job>(proof: Avx512, job: J) -> J::Output {
    job.run(Wide(proof))
}

impl Kernel for Wide {
    #[inline(always)]
    fn first_special(self, block: &[u8; BLOCK]) -> usize {
        // SAFETY: there is a `Wide` only with the proof.
        unsafe { first_special(block) }
    }

    #[inline(always)]
    fn unescape(self, block: &[u8; BLOCK], out: &mut [u8; BLOCK]) -> Step {
        // SAFETY: there is a `Wide` only with the proof.
        unsafe { unescape(block, out) }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,popcnt")]
#[inline]
fn load(bytes: &[u8; BLOCK]) -> __m512i {
    // SAFETY: reads the 64 bytes of the array; any alignment will do.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,popcnt")]
#[inline]
fn store(bytes: __m512i, out: &mut [u8; BLOCK]) {
    // SAFETY: writes the 64 bytes of the array; any alignment will do.
    unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), bytes) }
}

/// Bits of the backslashes, and of the quotes and control characters.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,popcnt")]
#[inline]
fn specials(bytes: __m512i) -> (u64, u64, u64) {
    (
        _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(b'\\'.cast_signed())),
        _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(b'"'.cast_signed())),
        _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20)),
    )
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,popcnt")]
#[inline]
fn first_special(block: &[u8; BLOCK]) -> usize {
    let (backslashes, quotes, controls) = specials(load(block));
    (backslashes | quotes | controls).trailing_zeros() as usize
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi1,bmi2,popcnt")]
#[inline]
fn unescape(block: &[u8; BLOCK], out: &mut [u8; BLOCK]) -> Step {
    let bytes = load(block);
    let (backslashes, quotes, controls) = specials(bytes);
    let starts = escape_starts(backslashes);
    let escaped = starts << 1;

    let (tables, _) = SIMPLE.as_chunks::<BLOCK>();
    let stands_for = _mm512_permutex2var_epi8(load(&tables[0]), bytes, load(&tables[1]));
    // The table knows bytes by their lower seven bits.
    let unknown = _mm512_testn_epi8_mask(stands_for, stands_for) | _mm512_movepi8_mask(bytes);
    let stops = (quotes & !escaped) | controls | ((escaped & unknown) >> 1);

    // A backslash in the last place is looked at again with what follows it.
    let limit = BLOCK - (starts >> 63) as usize;
    let taken = (stops.trailing_zeros() as usize).min(limit);
    let below = if taken == BLOCK { u64::MAX } else { (1 << taken) - 1 };
    let kept = below & !starts;
    let plain = _mm512_mask_mov_epi8(bytes, escaped, stands_for);
    store(_mm512_maskz_compress_epi8(kept, plain), out);
    Step { taken, made: kept.count_ones() as usize, stopped: taken < limit }
}

/// The backslashes that begin an escape: those at even distance from the start of their run.
#[inline(always)]
fn escape_starts(backslashes: u64) -> u64 {
    const EVEN: u64 = u64::MAX / 3;

    let runs = backslashes & !(backslashes << 1);
    // Adding its first bit clears a run.
    let from_even = backslashes & !backslashes.wrapping_add(runs & EVEN);
    let from_odd = backslashes & !from_even;
    (from_even & EVEN) | (from_odd & !EVEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_second_backslash_of_a_run_begins_an_escape() {
        let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
        for round in 0..2000 {
            bits ^= bits << 13;
            bits ^= bits >> 7;
            bits ^= bits << 17;
            let backslashes = if round % 2 == 0 { bits } else { bits | bits.rotate_left(9) };
            let (mut expected, mut open) = (0, false);
            for place in 0..64 {
                open = !open && backslashes >> place & 1 == 1;
                expected |= u64::from(open) << place;
            }
            assert_eq!(escape_starts(backslashes), expected, "{backslashes:#066b}");
        }
        assert_eq!(escape_starts(u64::MAX), u64::MAX / 3);
    }
}
