//! Where the line ends of 64 bytes are, as bits. Lines of web pages are short, so looking for one line
//! end at a time would spend most of its time on beginning and ending.

/// Bit i is set if byte i is a line feed.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(in crate::text) fn newlines(block: &[u8; 64]) -> u64 {
    // SAFETY: every processor of this architecture has SSE2.
    #[expect(unsafe_code, reason = "no tier has to be asked")]
    unsafe {
        sse2(block)
    }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "sse2")]
#[expect(clippy::cast_possible_truncation, reason = "a half of sixteen bytes")]
fn sse2(block: &[u8; 64]) -> u64 {
    use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_movemask_epi8, _mm_set_epi64x, _mm_set1_epi8};
    let mut bits = 0;
    for (i, sixteen) in block.as_chunks::<16>().0.iter().enumerate() {
        let both = u128::from_le_bytes(*sixteen).cast_signed();
        let sixteen = _mm_set_epi64x((both >> 64) as i64, both as i64);
        let ends = _mm_movemask_epi8(_mm_cmpeq_epi8(sixteen, _mm_set1_epi8(0x0A)));
        bits |= u64::from(ends.cast_unsigned()) << (16 * i);
    }
    bits
}

/// Bit i is set if byte i is a line feed.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
pub(in crate::text) fn newlines(block: &[u8; 64]) -> u64 {
    portable(block)
}

#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable(block: &[u8; 64]) -> u64 {
    block.iter().rev().fold(0, |bits, &byte| bits << 1 | u64::from(byte == b'\n'))
}

#[cfg(test)]
mod tests {
    use proptest::{array::uniform32, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn bits_are_those_of_the_bytes(a in uniform32(8_u8..13), b in uniform32(any::<u8>())) {
            let mut block = [0; 64];
            block[..32].copy_from_slice(&a);
            block[32..].copy_from_slice(&b);
            prop_assert_eq!(newlines(&block), portable(&block));
        }
    }
}
