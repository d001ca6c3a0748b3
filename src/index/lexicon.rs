//! The words of a segment by how often they come, so that most take a byte or two.

use std::collections::HashMap;

use super::Entry;

/// A word's hash and how often it comes.
pub(super) type Counted = (u32, u64);

/// Bytes of a word on disk: its hash, its count.
pub(super) const WORD: usize = 12;

/// Words with their numbers.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    /// By number: those that come most often first, then by hash.
    pub(super) words: Vec<Counted>,
    /// Hashes and numbers, by hash.
    numbers: Vec<(u32, u32)>,
}

impl Lexicon {
    /// The words of some pages.
    pub(super) fn of(entries: &[Entry]) -> Lexicon {
        let mut counts: HashMap<u32, u64> = HashMap::new();
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
        let mut numbers: Vec<(u32, u32)> = words.iter().map(|word| word.0).zip(0..).collect();
        numbers.sort_unstable();
        Lexicon { words, numbers }
    }

    /// The number of a word.
    pub(super) fn number(&self, hash: u32) -> Option<u32> {
        let at = self.numbers.binary_search_by_key(&hash, |word| word.0).ok()?;
        Some(self.numbers[at].1)
    }
}
