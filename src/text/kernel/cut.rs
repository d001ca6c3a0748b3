//! From the masks of a block to where its tokens start and which of its bytes are kept.

use super::{NUMBER, SINGLE, walk::below};

/// Where a kernel stands between two blocks or characters.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Carry {
    /// Folded bytes.
    pub(super) used: usize,
    /// Tokens that have started.
    pub(super) tokens: usize,
    /// 1 if the last token may go on.
    pub(super) open: u64,
    /// 1 if it ends in a folded run of digits.
    pub(super) digits: u64,
    /// 1 if it is a single character.
    pub(super) single: u64,
}

impl Carry {
    /// The token ends.
    #[inline(always)]
    pub(super) fn end(&mut self) {
        (self.open, self.digits, self.single) = (0, 0, 0);
    }
}

/// A block of up to 64 bytes that holds whole characters; bit i stands for byte i.
#[derive(Clone, Copy, Default)]
pub(super) struct Masks {
    /// Bytes in the block, at least one once it is cut.
    pub(super) length: u32,
    /// First bytes of characters that belong to tokens.
    pub(super) word: u64,
    /// All bytes of such characters.
    pub(super) word_span: u64,
    /// First bytes of digits.
    pub(super) digit: u64,
    /// All bytes of digits.
    pub(super) digit_span: u64,
    /// First bytes of single characters, which have three.
    pub(super) single: u64,
    /// Where the folded bytes of all characters are.
    pub(super) folded: u64,
    /// First bytes of quotation marks.
    pub(super) quote: u64,
}

impl Masks {
    /// The masks of a block of ASCII.
    #[inline(always)]
    pub(super) fn ascii(length: u32, word: u64, digit: u64, quote: u64) -> Masks {
        let (word_span, digit_span, folded) = (word, digit, word);
        Masks { length, word, word_span, digit, digit_span, single: 0, folded, quote }
    }

    /// Bytes that stay and those that start a token; `fold` has all bits set if runs of digits are
    /// to be one digit. Moves everything but the counts of `carry` on.
    #[inline(always)]
    pub(super) fn cut(&self, carry: &mut Carry, fold: u64) -> (u64, u64) {
        let forced = self.single | self.single << 3 | carry.single;
        let starts = self.word & (!(self.word_span << 1 | carry.open) | forced);
        let keep = self.folded & !(self.digit & (self.digit_span << 1 | carry.digits) & fold);
        let last = self.length - 1;
        carry.open = self.word_span >> last & 1;
        carry.digits = self.digit_span >> last & 1;
        // A block of less than three bytes holds no single character.
        carry.single = self.single >> (last.wrapping_sub(2) & 63) & 1;
        (keep, starts)
    }

    /// Takes off what stands at `length` and after it.
    #[inline(always)]
    pub(super) fn shorten(&mut self) {
        let whole = below(self.length as usize);
        for mask in [
            &mut self.word,
            &mut self.word_span,
            &mut self.digit,
            &mut self.digit_span,
            &mut self.single,
            &mut self.folded,
            &mut self.quote,
        ] {
            *mask &= whole;
        }
    }

    /// Sets the kinds of the block's tokens; `kinds[0]` is that of the token before them.
    #[inline(always)]
    pub(super) fn kinds(&self, starts: u64, kinds: &mut [u8]) {
        if let Some(fresh) = kinds.get_mut(1..33) {
            fresh.fill(0);
        }
        if self.digit | self.single == 0 {
            return;
        }
        let lowest = |bits: u64| bits & bits.wrapping_neg();
        let kind = |some: u64| {
            let yes = |mask: u64| u8::from(mask & some != 0);
            (yes(self.digit) * NUMBER) | (yes(self.single) * SINGLE)
        };
        let mut left = starts;
        kinds[0] |= kind(lowest(left).wrapping_sub(1)) & NUMBER;
        for fresh in &mut kinds[1..] {
            if left == 0 {
                break;
            }
            let start = lowest(left);
            left ^= start;
            *fresh = kind(lowest(left).wrapping_sub(start));
        }
    }
}

/// How many bits of `starts` are set up to the lowest one of `bits`, which is not zero.
#[inline(always)]
pub(super) fn upto(starts: u64, bits: u64) -> usize {
    (starts & (bits ^ (bits - 1))).count_ones() as usize
}
