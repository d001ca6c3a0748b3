//! Every machine: blocks that the compiler vectorises, words to find the place.

use super::{BLOCK, Kernel};

/// Safe Rust.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Kernel for Portable {
    #[inline(always)]
    fn first_special(self, block: &[u8; BLOCK]) -> usize {
        // Numbers, not truth values, so that the compiler need not stop at the first.
        let any = block.iter().fold(0, |any, &c| {
            any | u8::from(c == b'"') | u8::from(c == b'\\') | u8::from(c < 0x20)
        });
        if any == 0 {
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
    let quotes = zeros(word ^ (ONES * u64::from(b'"')));
    let backslashes = zeros(word ^ (ONES * u64::from(b'\\')));
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (quotes | backslashes | controls) & (ONES << 7)
}
