//! Folding and hashing of a paragraph's tokens, a block of bytes at a time.
//!
//! ```text
//! 64 bytes ─► bit masks (word, digit, single, quote) ─► folded bytes, close together ─► hashes
//!                                                       where each token starts
//! ```
//!
//! A kernel writes the folded bytes of all tokens one after the other, without gaps and without the
//! digits that follow a digit, and notes where each token starts; so the end of a token is the start
//! of the next, and all of them are hashed in one loop whose length is known. What a block can't say
//! by masks (marks, expansions, four-byte characters) is stepped through one character at a time by
//! [`step`], which leaves the same state behind. All tiers give the same bits.

mod cut;
mod hash;
pub(super) mod newline;
mod portable;
pub(super) mod shingle;
mod step;
#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "loads, stores, and calls that the tier proves")]
mod x86;

use super::scan::{Digits, Mark};
use crate::cpu::Tier;
use cut::Carry;
pub(super) use hash::mix;

/// A token that holds a digit.
pub(super) const NUMBER: u8 = 1;
/// A token that is one character of a script without spaces.
pub(super) const SINGLE: u8 = 2;

/// Room past the end of every buffer, so that a block is written whole.
const ROOM: usize = 128;

/// The longest paragraph a kernel takes, in bytes: its tokens' places fit in 32 bits even if every
/// character folds to the longest expansion.
pub(super) const LONGEST: usize = 1 << 24;

/// Whether the text may hold what has to be normalised first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Stop at the first character that normalising may move or merge.
    Check,
    /// The text is normalised.
    Normal,
}

/// A paragraph and what of the text stands after it, which a kernel may read but takes no notice of.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    /// The paragraph.
    pub(super) text: &'a str,
    /// The paragraph's bytes and those after it.
    pub(super) ahead: &'a [u8],
}

/// Tokens that are folded and not yet hashed.
#[derive(Debug, Default)]
pub(super) struct Folded {
    /// The tokens' bytes without gaps; only the first `carry.used` count.
    bytes: Vec<u8>,
    /// Where each token starts; only the first `carry.tokens` count.
    starts: Vec<u32>,
    /// Of each token and, at 0, of none.
    kinds: Vec<u8>,
    marks: Vec<Mark>,
    carry: Carry,
    /// The token that the paragraph in hand began with.
    first: usize,
    /// Where a character that reorders has just ended.
    after_mark: usize,
}

impl Folded {
    /// Appends a paragraph's tokens. False, and nothing is appended, if the paragraph has to be
    /// normalised first.
    pub(super) fn push(
        &mut self,
        source: Source<'_>,
        digits: Digits,
        order: Order,
        tier: Tier,
    ) -> bool {
        debug_assert!(
            order == Order::Normal || source.text.len() <= LONGEST,
            "too long for a kernel"
        );
        let (carry, marks) = (self.carry, self.marks.len());
        self.first = carry.tokens;
        self.after_mark = usize::MAX;
        self.reserve(source.text.len());
        let done = match tier {
            Tier::Portable => portable::push(self, source, digits, order),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2(proof) => x86::avx2(proof, self, source, digits, order),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512(proof) => x86::avx512(proof, self, source, digits, order),
            #[cfg(not(target_arch = "x86_64"))]
            _ => portable::push(self, source, digits, order),
        };
        if done {
            self.carry.end();
        } else {
            self.carry = carry;
            self.marks.truncate(marks);
        }
        done
    }

    /// Moves all tokens out: their hashes, kinds and the paragraphs' marks.
    pub(super) fn drain(
        &mut self,
        tokens: &mut Vec<u64>,
        kinds: &mut Vec<u8>,
        marks: &mut Vec<Mark>,
        tier: Tier,
    ) {
        let count = self.carry.tokens;
        kinds.extend_from_slice(self.kinds.get(1..=count).unwrap_or_default());
        marks.append(&mut self.marks);
        let first = tokens.len();
        tokens.resize(first + count, 0);
        self.reserve(0);
        #[expect(clippy::cast_possible_truncation, reason = "bounded by FULL and LONGEST")]
        self.starts[count..count + 8].fill(self.carry.used as u32);
        let starts = &self.starts[..count + 8];
        match tier {
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512(proof) => x86::hash(proof, &self.bytes, starts, &mut tokens[first..]),
            _ => hash::all(&self.bytes, starts, &mut tokens[first..]),
        }
        self.clear();
    }

    /// Forgets all tokens.
    pub(super) fn clear(&mut self) {
        self.carry = Carry::default();
        self.marks.clear();
    }

    /// Tokens so far.
    #[inline]
    pub(super) fn tokens(&self) -> usize {
        self.carry.tokens
    }

    /// Marks so far.
    #[inline]
    pub(super) fn marks(&self) -> usize {
        self.marks.len()
    }

    /// Enough is gathered to be hashed.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        /// Folded bytes and what they came from stay in the first two caches.
        const FULL: usize = 16 << 10;
        self.carry.used >= FULL
    }

    /// Makes room for what `bytes` bytes of text fold to without expansions.
    #[inline]
    fn reserve(&mut self, bytes: usize) {
        let used = self.carry.used + bytes + ROOM;
        // A token and what parts it from the next have two bytes; the last one may have one.
        let tokens = self.carry.tokens + bytes.div_ceil(2) + ROOM;
        if self.bytes.len() < used {
            self.bytes.resize(used, 0);
        }
        if self.kinds.len() < tokens {
            self.starts.resize(tokens, 0);
            self.kinds.resize(tokens, 0);
        }
    }
}

/// Whether a quotation mark at byte `at` opens.
pub(super) fn opens(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at..].chars().nth(1);
    before.is_none_or(|c| c.is_whitespace() || "([{—–-".contains(c))
        && after.is_some_and(|c| !c.is_whitespace())
}
