//! The words of a segment by how often they come, so that most take a byte or two.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use super::Entry;

/// A word's hash and how often it comes.
pub(super) type Counted = (u32, u64);

/// Bytes of a word on disk: its hash, its count.
pub(super) const WORD: usize = 12;

/// Words are hashes; spreading them is all that a table needs.
#[derive(Clone, Copy, Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(byte.into());
        }
    }

    fn write_u32(&mut self, word: u32) {
        self.0 = (self.0 ^ u64::from(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    }
}

type ByWord<T> = HashMap<u32, T, BuildHasherDefault<Spread>>;

/// Words with their numbers.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    /// By number: those that come most often first, then by hash.
    pub(super) words: Vec<Counted>,
    numbers: ByWord<u32>,
}

impl Lexicon {
    /// The words of some pages.
    pub(super) fn of(entries: &[Entry]) -> Lexicon {
        let mut counts: ByWord<u64> = ByWord::default();
        for entry in entries {
            entry.body.parts().0.iter().for_each(|&word| *counts.entry(word).or_insert(0) += 1);
        }
        Lexicon::ranked(counts.into_iter().collect())
    }

    /// The words of several lexicons.
    pub(super) fn united(mut words: Vec<Counted>) -> Lexicon {
        words.sort_unstable();
        words.dedup_by(|next, word| {
            let same = next.0 == word.0;
            word.1 = if same { word.1.saturating_add(next.1) } else { word.1 };
            same
        });
        Lexicon::ranked(words)
    }

    fn ranked(mut words: Vec<Counted>) -> Lexicon {
        words.sort_unstable_by_key(|&(hash, count)| (std::cmp::Reverse(count), hash));
        let numbers = words.iter().map(|word| word.0).zip(0..).collect();
        Lexicon { words, numbers }
    }

    /// The number of a word.
    pub(super) fn number(&self, hash: u32) -> Option<u32> {
        self.numbers.get(&hash).copied()
    }
}
