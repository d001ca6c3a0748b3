//! Where each run of `k` words begins in a text: what an alignment looks words up in.
//!
//! An open-addressing table of first positions, and for each position the next one with the same
//! words. Words are compared before a position is filed or found, so that a collision of hashes
//! costs a comparison and is never a match. The text itself is kept, and an equal one is not indexed
//! again: a lead is compared with many pages in a row.
//!
//! Most words that are looked up are not there. So each run of words also sets one bit of a filter that
//! stays in the first cache, and a text is first held against it as a whole ([`Index::mark`]), without a
//! branch; only what may be found is looked up.

/// No position.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Slot {
    /// Some bits of the hash, to skip most words that are not equal.
    tag: u32,
    /// The first position of these words, or [`NONE`].
    first: u32,
}

/// All runs of `k` words of one text.
#[derive(Debug, Default)]
pub(super) struct Index {
    words: Vec<u32>,
    k: usize,
    /// A power of two of them, at most half filled.
    slots: Vec<Slot>,
    /// For each position the next one with the same `k` words.
    next: Vec<u32>,
    /// A bit for the highest bits of each hash, [`SPARSE`] or more for each position.
    filter: Vec<u64>,
    /// What is left of a hash is its bit.
    shift: u32,
}

/// Bits of the filter for a position: one word in sixteen or fewer that is not there passes.
const SPARSE: usize = 16;

impl Index {
    /// Indexes `words`, unless they are indexed already. `k` is 1 or more.
    pub(super) fn set(&mut self, words: &[u32], k: usize) {
        if self.k == k && self.words == words {
            return;
        }
        self.k = k;
        self.words.clear();
        self.words.extend_from_slice(words);
        let count = (words.len() + 1).saturating_sub(k);
        self.slots.clear();
        self.slots.resize((2 * count).next_power_of_two(), Slot { tag: 0, first: NONE });
        self.next.clear();
        self.next.resize(count, NONE);
        let bits = (SPARSE * count).next_power_of_two().max(64);
        self.shift = 64 - bits.trailing_zeros();
        self.filter.clear();
        self.filter.resize(bits / 64, 0);

        // From the back, each in front of what is filed, so that positions ascend.
        let mut hash = None;
        for at in (0..count).rev() {
            let rolled = match hash {
                None => hash_of(&words[at..at + k]),
                Some(hash) => roll_back(hash, words[at], words[at + k], k),
            };
            hash = Some(rolled);
            let bit = rolled >> self.shift;
            self.filter[place(bit)] |= 1 << (bit % 64);
            let slot = self.slot(rolled, &words[at..at + k]);
            self.next[at] = self.slots[slot].first;
            self.slots[slot] = Slot { tag: tag(rolled), first: super::body::position(at) };
        }
    }

    /// Sets a bit of `marks` for each run of `k` words of `words` that may be in the text: for all that
    /// are, and few others.
    pub(super) fn mark(&self, words: &[u32], marks: &mut Vec<u64>) {
        marks.clear();
        if words.len() < self.k {
            return;
        }
        let may_be = |hash: u64| {
            let bit = hash >> self.shift;
            self.filter[place(bit)] >> (bit % 64) & 1
        };
        let mut hash = hash_of(&words[..self.k]);
        let mut word = may_be(hash);
        // The first bit that is not set yet.
        let mut bit = 1;
        for (&old, &new) in words.iter().zip(&words[self.k..]) {
            if bit == 64 {
                marks.push(word);
                (word, bit) = (0, 0);
            }
            hash = roll(hash, old, new, self.k);
            word |= may_be(hash) << bit;
            bit += 1;
        }
        marks.push(word);
    }

    /// The first position of `words`, whose [`hash_of`] is `hash`, or [`NONE`].
    pub(super) fn first(&self, hash: u64, words: &[u32]) -> u32 {
        self.slots[self.slot(hash, words)].first
    }

    /// The position after `at` with the same words, or [`NONE`].
    pub(super) fn next(&self, at: u32) -> u32 {
        self.next[at as usize]
    }

    /// The slot of `words`, or the empty one where they belong.
    fn slot(&self, hash: u64, words: &[u32]) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = usize::try_from(spread(hash) >> 32).unwrap_or(0) & mask;
        loop {
            let slot = self.slots[at];
            if slot.first == NONE {
                return at;
            }
            let first = slot.first as usize;
            if slot.tag == tag(hash) && self.words[first..first + self.k] == *words {
                return at;
            }
            at = (at + 1) & mask;
        }
    }
}

/// Cyclic polynomial of the words' hashes: rolls in a few operations, either way.
pub(super) fn hash_of(words: &[u32]) -> u64 {
    words.iter().fold(0, |hash: u64, &word| hash.rotate_left(1) ^ widen(word))
}

/// The hash of the `k` words one further: without `old`, the first, and with `new` behind.
pub(super) fn roll(hash: u64, old: u32, new: u32, k: usize) -> u64 {
    hash.rotate_left(1) ^ widen(old).rotate_left(turns(k)) ^ widen(new)
}

/// The hash of the `k` words one before: with `new` in front and without `old`, the last.
fn roll_back(hash: u64, new: u32, old: u32, k: usize) -> u64 {
    (hash ^ widen(old)).rotate_right(1) ^ widen(new).rotate_left(turns(k - 1))
}

/// The word of the filter that holds a bit.
fn place(bit: u64) -> usize {
    usize::try_from(bit / 64).unwrap_or(0)
}

fn turns(k: usize) -> u32 {
    u32::try_from(k % 64).unwrap_or(0)
}

fn widen(word: u32) -> u64 {
    (u64::from(word) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn spread(hash: u64) -> u64 {
    let x = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^ (x >> 29)
}

#[expect(clippy::cast_possible_truncation, reason = "a tag is some bits of the hash")]
fn tag(hash: u64) -> u32 {
    hash as u32
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn finds_every_position_in_order(
            words in prop_oneof![vec(0..3_u32, 0..60), vec(any::<u32>(), 0..200)],
            other in vec(0..3_u32, 0..60),
            k in 1..12_usize,
        ) {
            let mut index = Index::default();
            for text in [&other, &words, &words] {
                index.set(text, k);
                let mut marks = Vec::new();
                index.mark(&words, &mut marks);
                prop_assert_eq!(marks.len(), (words.len() + 1).saturating_sub(k).div_ceil(64));
                let mut hash = 0;
                for (at, gram) in words.windows(k).enumerate() {
                    hash = match at {
                        0 => hash_of(gram),
                        _ => roll(hash, words[at - 1], gram[k - 1], k),
                    };
                    prop_assert_eq!(hash, hash_of(gram));
                    if text.windows(k).any(|there| there == gram) {
                        prop_assert!(marks[at / 64] >> (at % 64) & 1 == 1);
                    }
                    let mut found = Vec::new();
                    let mut position = index.first(hash, gram);
                    while position != NONE {
                        found.push(position as usize);
                        position = index.next(position);
                    }
                    let expected: Vec<usize> =
                        (0..(text.len() + 1).saturating_sub(k)).filter(|&i| text[i..i + k] == *gram).collect();
                    prop_assert_eq!(found, expected);
                }
            }
        }
    }
}
