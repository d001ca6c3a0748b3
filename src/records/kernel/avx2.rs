//! AVX2: a block is two registers.

#![allow(unsafe_code, reason = "processor features and vectors of bytes")]

use std::{
    arch::x86_64::{
        __m256i, _mm256_cmpeq_epi8, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256,
        _mm256_set1_epi8,
    },
    mem::transmute,
};

use super::{BLOCK, Job, Kernel};
use crate::base::cpu::Avx2;

/// Runs on processors with AVX2, which its token proves.
#[derive(Clone, Copy)]
struct Wide(Avx2);

/// Does `job` in code compiled for AVX2.
#[target_feature(enable = "avx2,bmi1,bmi2")]
pub(super) fn run<J: Job>(proof: Avx2, job: J) -> J::Output {
    job.run(Wide(proof))
}

impl Kernel for Wide {
    #[inline(always)]
    fn first_special(self, block: &[u8; BLOCK]) -> usize {
        // SAFETY: there is a `Wide` only with the proof.
        unsafe { first_special(block) }
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2")]
#[inline]
fn first_special(block: &[u8; BLOCK]) -> usize {
    let (halves, _) = block.as_chunks::<32>();
    let low = u64::from(specials(&halves[0]));
    let high = u64::from(specials(&halves[1]));
    (low | high << 32).trailing_zeros() as usize
}

/// A bit for each quote, backslash or control character.
#[target_feature(enable = "avx2,bmi1,bmi2")]
#[inline]
fn specials(bytes: &[u8; 32]) -> u32 {
    // SAFETY: 32 bytes are 32 bytes, whatever they hold.
    let bytes = unsafe { transmute::<[u8; 32], __m256i>(*bytes) };
    let quotes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b'"'.cast_signed()));
    let backslashes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b'\\'.cast_signed()));
    let controls = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f)), bytes);
    let special = _mm256_or_si256(_mm256_or_si256(quotes, backslashes), controls);
    _mm256_movemask_epi8(special).cast_unsigned()
}
