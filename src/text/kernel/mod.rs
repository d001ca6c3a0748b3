//! Folding and hashing of paragraphs' tokens, a block of bytes at a time.
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
//! [`step`], which leaves the same state behind. Blocks go over the ends of paragraphs: what stands
//! between two of them is masked out, and [`Walk`] notes how many tokens had started at each end. All
//! tiers give the same bits.

mod cut;
mod hash;
pub(super) mod newline;
mod portable;
pub(super) mod shingle;
mod step;
mod walk;
#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "loads, stores, and calls that the tier proves")]
mod x86;

use super::scan::{Digits, Mark};
use crate::base::cpu::Tier;
use cut::Carry;
pub(super) use hash::mix;
pub(super) use walk::Source;
use walk::{Notes, Walk};

/// A token that holds a digit.
pub(super) const NUMBER: u8 = 1;
/// A token that is one character of a script without spaces.
pub(super) const SINGLE: u8 = 2;

/// Room past the end of every buffer, so that a block is written whole.
const ROOM: usize = 128;

/// The longest paragraph a kernel takes, in bytes: its tokens' places fit in 32 bits even if every
/// character folds to the longest expansion.
pub(super) const LONGEST: usize = 1 << 24;

/// Bytes of text or of folded text that are handled together: they stay in the first two caches.
pub(super) const FULL: usize = 16 << 10;

/// Whether the text may hold what has to be normalised first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Stop at the first character that normalising may move or merge.
    Check,
    /// The text is normalised.
    Normal,
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
    notes: Notes,
    carry: Carry,
    /// Bytes that the text in hand folds to without expansions, at most.
    extent: usize,
    /// Where a character that reorders has just ended.
    after_mark: usize,
}

impl Folded {
    /// Appends the tokens of paragraphs, and gives how many it appended: the next one, if there is
    /// one, has to be normalised first.
    pub(super) fn push(
        &mut self,
        source: Source<'_>,
        digits: Digits,
        order: Order,
        tier: Tier,
    ) -> usize {
        let Some((first, last)) = source.spans.first().zip(source.spans.last()) else { return 0 };
        self.extent = last.end - first.start;
        self.notes.first = self.carry.tokens;
        self.after_mark = usize::MAX;
        self.reserve();
        let mut walk = Walk::new(source);
        let (start, marks) = (self.carry, self.notes.marks.len());
        let done = match tier {
            Tier::Portable => portable::push(self, &mut walk, digits, order),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2(proof) => x86::avx2(proof, self, &mut walk, digits, order),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512(proof) => x86::avx512(proof, self, &mut walk, digits, order),
            #[cfg(not(target_arch = "x86_64"))]
            _ => portable::push(self, &mut walk, digits, order),
        };
        if !done {
            self.take_back(start, marks, walk.done);
        }
        self.carry.end();
        walk.done
    }

    /// Takes back what was appended of a paragraph, the one after the `done` that ended since `start`.
    fn take_back(&mut self, start: Carry, marks: usize, done: usize) {
        let marks = if done == 0 { marks } else { self.notes.ends.last().map_or(0, |end| end.1) };
        self.notes.marks.truncate(marks);
        if done == 0 {
            self.carry = start;
        } else if self.notes.first < self.carry.tokens {
            self.carry.tokens = self.notes.first;
            self.carry.used = self.starts[self.notes.first] as usize;
        }
    }

    /// Tokens so far.
    #[inline]
    pub(super) fn tokens(&self) -> usize {
        self.carry.tokens
    }

    /// Writes the hashes of all tokens to `hashes`, which are as many, appends their kinds, and
    /// forgets the tokens.
    pub(super) fn drain(&mut self, hashes: &mut [u64], kinds: &mut Vec<u8>, tier: Tier) {
        let count = self.carry.tokens;
        kinds.extend_from_slice(self.kinds.get(1..=count).unwrap_or_default());
        self.extent = 0;
        self.reserve();
        #[expect(clippy::cast_possible_truncation, reason = "bounded by FULL and LONGEST")]
        self.starts[count..count + 8].fill(self.carry.used as u32);
        let starts = &self.starts[..count + 8];
        match tier {
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512(proof) => x86::hash(proof, &self.bytes, starts, hashes),
            _ => hash::all(&self.bytes, starts, hashes),
        }
        self.carry = Carry::default();
        self.notes.gone += count;
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.carry = Carry::default();
        self.notes.clear();
    }

    /// Quotation marks of all paragraphs since the last clear.
    #[inline]
    pub(super) fn marks(&self) -> &[Mark] {
        &self.notes.marks
    }

    /// Tokens and marks up to the end of each paragraph since the last clear.
    #[inline]
    pub(super) fn ends(&self) -> &[(usize, usize)] {
        &self.notes.ends
    }

    /// A paragraph that was folded and hashed elsewhere, after a drain.
    pub(super) fn note(&mut self, tokens: usize, marks: &mut Vec<Mark>) {
        self.notes.gone += tokens;
        self.notes.marks.append(marks);
        self.notes.end(0);
    }

    /// Enough is gathered to be hashed.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.carry.used >= FULL
    }

    /// Makes room for what the text in hand folds to without expansions.
    #[inline]
    fn reserve(&mut self) {
        let used = self.carry.used + self.extent + ROOM;
        // A token and what parts it from the next have two bytes; the last one may have one.
        let tokens = self.carry.tokens + self.extent.div_ceil(2) + ROOM;
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
