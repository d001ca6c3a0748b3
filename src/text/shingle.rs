//! Shingles: runs of consecutive tokens of one paragraph, and the fingerprint of all of them.
//!
//! Token hashes are combined by xor and rotation, which is simple tabulation hashing over
//! independent random words and therefore min-wise good (Pătraşcu and Thorup, *The power of simple
//! tabulation hashing*, JACM 2012, section 1.3; measured on real text in docs/method.md, section 3).

use crate::base::mix;
use xxhash_rust::xxh3::xxh3_64;

use super::kernel::shingle::{nonzero_pieces, threes};
use crate::base::cpu::Tier;

/// Tokens in a shingle.
pub const SHINGLE: usize = 3;

/// Appends the shingles of one paragraph's tokens to `out`.
///
/// A paragraph shorter than a shingle is one whole-paragraph shingle, so that "cat" is not "dog" and
/// no paragraph with a token has an empty set. Every 16-bit piece of a shingle is non-zero: a zero
/// piece would win every slot of the sketch that reads it (docs/method.md, section 14).
#[inline]
pub fn shingles(tier: Tier, tokens: &[u64], out: &mut Vec<u64>) {
    match *tokens {
        [] => {}
        [a] => out.push(nonzero_pieces(a ^ 0x5851_F42D_4C95_7F2D)),
        [a, b] => out.push(nonzero_pieces(a ^ b.rotate_left(13) ^ 0x1405_7B7E_F767_814F)),
        _ => threes(tier, tokens, out),
    }
}

/// The fingerprint of a paragraph: equal for equal token sequences, and only for those (64 bits).
///
/// A polynomial in the token hashes, closed by a mix with the length. Four tokens are taken at a
/// time, so that their products do not wait for each other.
#[inline]
pub fn fingerprint(tokens: &[u64]) -> u64 {
    const BASE: u64 = 0xD134_2543_DE82_EF95;
    const BASE2: u64 = BASE.wrapping_mul(BASE);
    const BASE3: u64 = BASE2.wrapping_mul(BASE);
    const BASE4: u64 = BASE2.wrapping_mul(BASE2);
    let (fours, rest) = tokens.as_chunks::<4>();
    let sum = fours.iter().fold(0_u64, |sum, &[a, b, c, d]| {
        let pair = a.wrapping_mul(BASE3).wrapping_add(b.wrapping_mul(BASE2));
        let four = pair.wrapping_add(c.wrapping_mul(BASE).wrapping_add(d));
        sum.wrapping_mul(BASE4).wrapping_add(four)
    });
    let sum = rest.iter().fold(sum, |sum, &t| sum.wrapping_mul(BASE).wrapping_add(t));
    mix(sum ^ (tokens.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// The fingerprint of a paragraph; of its bytes if it has no token ("* * *").
#[inline]
pub fn paragraph_fingerprint(tokens: &[u64], paragraph: &str) -> u64 {
    if tokens.is_empty() { xxh3_64(paragraph.trim().as_bytes()) } else { fingerprint(tokens) }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    #[test]
    fn short_paragraphs_have_one_shingle() {
        for tokens in [&[1_u64][..], &[1, 2], &[1, 2, 3]] {
            let mut out = Vec::new();
            shingles(Tier::best(), tokens, &mut out);
            assert_eq!(out.len(), 1);
        }
    }

    #[test]
    fn a_fingerprint_is_the_polynomial_of_its_tokens() {
        for length in 0..13 {
            let tokens: Vec<u64> = (1..=length).map(mix).collect();
            let sum = tokens
                .iter()
                .fold(0_u64, |sum, t| sum.wrapping_mul(0xD134_2543_DE82_EF95).wrapping_add(*t));
            let closed = mix(sum ^ length.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            assert_eq!(fingerprint(&tokens), closed, "{length}");
        }
    }

    proptest! {
        #[test]
        fn pieces_are_never_zero(x: u64, clear in 0_u32..16) {
            let mut x = x;
            for piece in 0..4 {
                if clear >> piece & 1 == 1 {
                    x &= !(0xFFFF << (16 * piece));
                }
            }
            let y = nonzero_pieces(x);
            for piece in 0..4 {
                let (before, after) = ((x >> (16 * piece)) as u16, (y >> (16 * piece)) as u16);
                prop_assert_eq!(after, before.max(1));
            }
        }

        #[test]
        fn fingerprints_tell_sequences_apart(a in vec(0_u64..4, 0..6), b in vec(0_u64..4, 0..6)) {
            prop_assert_eq!(fingerprint(&a) == fingerprint(&b), a == b);
        }
    }
}
