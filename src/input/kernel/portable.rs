//! Every machine: blocks that the compiler vectorises, words to find the place.

use super::{BLOCK, Kernel};

/// Safe Rust.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Kernel for Portable {
    #[inline(always)]
    fn first_special(self, block: &[u8; BLOCK]) -> usize {
        let any = block.iter().fold(false, |any, &c| any | (c == b'"') | (c == b'\\') | (c < 0x20));
        if !any {
            return BLOCK;
        }
        let (words, _) = block.as_chunks::<8>();
        for (i, word) in words.iter().enumerate() {
            let found = specials(u64::from_le_bytes(*word));
            if found != 0 {
                return 8 * i + found.trailing_zeros() as usize / 8;
            }
        }
        BLOCK
    }
}

/// The top bit of every byte that is special. Bytes above the first may be marked wrongly, by a
/// borrow out of it; only the first is asked for.
#[inline(always)]
fn specials(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;

    let zeros = |x: u64| x.wrapping_sub(ONES) & !x;
    let quotes = zeros(word ^ (ONES * b'"' as u64));
    let backslashes = zeros(word ^ (ONES * b'\\' as u64));
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (quotes | backslashes | controls) & (ONES << 7)
}
