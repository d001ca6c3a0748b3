//! Band keys of distinct long paragraphs: what near-duplicates are found by.

use crate::{base::cpu::Tier, sketch::Banding};

/// Band keys of a paragraph: half of the bands of [`Banding::Rows4`], which find resemblance .6 with
/// probability .89 and .7 with .99.
pub type NearKeys = [u32; 16];

/// Band keys of paragraphs, by family once finished; repeats allowed until then.
#[derive(Clone, Debug, Default)]
pub struct Near {
    /// What each row of keys was made of: fingerprints, then paragraphs; empty once finished.
    pub(super) of: Vec<u64>,
    pub(super) keys: Vec<NearKeys>,
    /// By number of the family its row, or [`Near::NONE`].
    row_of: Vec<u32>,
}

impl Near {
    /// Shortest paragraph, in words, whose near-duplicates are worth finding (docs/method.md, section 3).
    pub const WORDS: u32 = 8;

    const NONE: u32 = u32::MAX;

    /// Adds a paragraph by its fingerprint and shingles. Paragraphs come in input order.
    pub fn push(&mut self, tier: Tier, fingerprint: u64, shingles: &[u64]) {
        self.of.push(fingerprint);
        self.keys.push(Banding::Rows4.first_keys(tier, shingles));
    }

    /// Adds the paragraphs of the batch that follows.
    pub fn append(&mut self, next: &Near) {
        self.of.extend_from_slice(&next.of);
        self.keys.extend_from_slice(&next.keys);
    }

    /// Forgets all paragraphs and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.of.clear();
        self.keys.clear();
        self.row_of.clear();
    }

    /// Finds a paragraph for each row of keys: both are in input order, so one pass finds the first
    /// that has the fingerprint after the row before.
    pub(super) fn find_paragraphs(&mut self, fingerprints: &[u64]) {
        let mut rows = self.of.iter_mut().peekable();
        for (paragraph, fingerprint) in (0..).zip(fingerprints) {
            if let Some(row) = rows.next_if(|row| **row == *fingerprint) {
                *row = paragraph;
            }
        }
    }

    /// Finds a row of keys for each family: equal fingerprints have equal keys. Rows that repeat stay where they are:
    /// to close the gaps would move all keys, which are let go as soon as near-duplicates are proposed.
    #[expect(clippy::cast_possible_truncation, reason = "there are at most 2³² paragraphs")]
    pub(super) fn finish(&mut self, numbers: &[u32], families: usize) {
        self.row_of = vec![Near::NONE; families];
        for (row, &paragraph) in self.of.iter().enumerate().rev() {
            self.row_of[numbers[paragraph as usize] as usize] = row as u32;
        }
        self.of = Vec::new();
    }

    /// The keys of a family by its number, once finished.
    #[inline]
    pub fn keys(&self, family: u32) -> Option<&NearKeys> {
        self.keys.get(self.row_of[family as usize] as usize)
    }

    /// How many rows of keys there are, repeats counted.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

/// Remembers the fingerprints that passed lately, so that a line of chrome is sketched once and not
/// once a page. What it forgets is sketched again and dropped when the columns are finished: it saves work and
/// never changes a result.
#[derive(Debug)]
pub struct Seen {
    slots: Vec<u64>,
}

impl Default for Seen {
    fn default() -> Seen {
        Seen { slots: vec![0; 1 << 15] }
    }
}

impl Seen {
    /// Whether `fingerprint` is remembered; it is from now on.
    ///
    /// The table is larger than the first cache. Who asks for many at once and looks at the answers afterwards
    /// waits for one of them, not for each.
    #[inline]
    pub fn check(&mut self, fingerprint: u64) -> bool {
        let slot = &mut self.slots[(fingerprint >> 49) as usize];
        let seen = *slot == fingerprint;
        *slot = fingerprint;
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_whatever_repeats() {
        let mut near = Near::default();
        for fingerprint in [9_u64, 3, 9, 5] {
            near.push(Tier::best(), fingerprint, &[fingerprint * 0x1_0001_0001_0001]);
        }
        // The second 9 had no row of its own when it was seen; 4 is short.
        near.find_paragraphs(&[4, 9, 9, 3, 4, 9, 5]);
        near.finish(&[0, 1, 1, 2, 0, 1, 3], 4);
        let other = near.keys(3).expect("5 is there");
        assert!(near.keys(2).is_some_and(|keys| keys != other));
        assert!(near.keys(1).is_some_and(|keys| keys != other));
        assert!(near.keys(0).is_none());
    }

    #[test]
    fn what_was_seen_is_remembered() {
        let mut seen = Seen::default();
        assert!(!seen.check(12 << 50));
        assert!(seen.check(12 << 50));
        assert!(!seen.check(13 << 50));
    }
}
