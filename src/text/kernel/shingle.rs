//! Shingles of three tokens: an element of the result is made from three neighbours of the input, so
//! vectors load the tokens three times, one token apart.

use crate::base::cpu::Tier;

/// Appends the shingle of every three consecutive tokens to `out`.
#[inline]
pub(in crate::text) fn threes(tier: Tier, tokens: &[u64], out: &mut Vec<u64>) {
    match tier {
        // SAFETY: the tier's token proves that the processor has these instructions.
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the one call that the proof stands for")]
        Tier::Avx512(_) => unsafe { x86::threes_512(tokens, out) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the one call that the proof stands for")]
        Tier::Avx2(_) => unsafe { x86::threes_256(tokens, out) },
        _ => portable(tokens, out),
    }
}

fn portable(tokens: &[u64], out: &mut Vec<u64>) {
    out.extend(
        tokens
            .array_windows()
            .map(|&[a, b, c]| nonzero_pieces(a ^ b.rotate_left(13) ^ c.rotate_left(27))),
    );
}

/// Replaces every zero piece of 16 bits by 1.
#[inline]
pub(in crate::text) fn nonzero_pieces(x: u64) -> u64 {
    const ONES: u64 = 0x0001_0001_0001_0001;
    const LOW: u64 = 0x7FFF_7FFF_7FFF_7FFF;
    let nonzero = ((x & LOW) + LOW) | x;
    x | (!nonzero >> 15 & ONES)
}

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "loads and stores of vectors")]
mod x86 {
    #[allow(clippy::wildcard_imports, reason = "all intrinsics begin with _mm")]
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx512f,avx512bw")]
    pub(super) fn threes_512(tokens: &[u64], out: &mut Vec<u64>) {
        let count = tokens.len().saturating_sub(2);
        let ones = _mm512_set1_epi16(1);
        // Whole blocks are stored: what a masked store wrote is slow to load soon after.
        out.reserve(count + 8);
        let end = out.len();
        for at in (0..count).step_by(8) {
            let lanes = u8::MAX >> (8 - (count - at).min(8));
            // SAFETY: lanes stand for shingles below `count`, whose tokens end at `count + 2`, the
            // length; the block's place begins below `count`, and eight more than that are reserved.
            unsafe {
                let load =
                    |i: usize| _mm512_maskz_loadu_epi64(lanes, tokens.as_ptr().add(at + i).cast());
                let (b, c) = (_mm512_rol_epi64::<13>(load(1)), _mm512_rol_epi64::<27>(load(2)));
                let shingles = _mm512_ternarylogic_epi64::<0x96>(load(0), b, c);
                let place = out.as_mut_ptr().add(end + at);
                _mm512_storeu_si512(place.cast(), _mm512_max_epu16(shingles, ones));
            }
        }
        // SAFETY: the loop has written all of them.
        unsafe { out.set_len(end + count) };
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn threes_256(tokens: &[u64], out: &mut Vec<u64>) {
        let count = tokens.len().saturating_sub(2);
        if count < 4 {
            return super::portable(tokens, out);
        }
        let ones = _mm256_set1_epi16(1);
        out.reserve(count);
        let end = out.len();
        let mut at = 0;
        while at < count {
            // The last four may have been made in part: they are made again.
            let here = at.min(count - 4);
            // SAFETY: `here + 4` is at most `count`, so three loads from `here`, `here + 1` and
            // `here + 2` end at or before `count + 2`, the number of tokens, and the store ends
            // inside what is reserved.
            unsafe {
                let load = |i: usize| _mm256_loadu_si256(tokens.as_ptr().add(here + i).cast());
                let (b, c) = (load(1), load(2));
                let b = _mm256_or_si256(_mm256_slli_epi64::<13>(b), _mm256_srli_epi64::<51>(b));
                let c = _mm256_or_si256(_mm256_slli_epi64::<27>(c), _mm256_srli_epi64::<37>(c));
                let shingles = _mm256_xor_si256(load(0), _mm256_xor_si256(b, c));
                let place = out.as_mut_ptr().add(end + here);
                _mm256_storeu_si256(place.cast(), _mm256_max_epu16(shingles, ones));
            }
            at += 4;
        }
        // SAFETY: the loop has written all of them.
        unsafe { out.set_len(end + count) };
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn tiers_agree(tokens in vec(prop_oneof![any::<u64>(), 0..2_u64], 0..40)) {
            let mut expected = vec![7];
            portable(&tokens, &mut expected);
            for tier in Tier::here() {
                let mut found = vec![7];
                threes(tier, &tokens, &mut found);
                prop_assert_eq!(&found, &expected, "{}", tier);
            }
        }
    }
}
