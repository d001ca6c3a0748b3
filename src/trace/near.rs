//! Band keys of distinct long paragraphs: what near-duplicates are found by.

use crate::{cpu::Tier, sketch::Banding};

/// Band keys of a paragraph: half of the bands of [`Banding::Rows4`], which find resemblance .6 with
/// probability .89 and .7 with .99.
pub type NearKeys = [u32; 16];

/// Fingerprints of paragraphs and their band keys, in no order, repeats allowed until
/// [`Near::finish`].
#[derive(Clone, Debug, Default)]
pub struct Near {
    rows: Vec<(u64, NearKeys)>,
}

impl Near {
    /// Shortest paragraph, in words, whose near-duplicates are worth finding (ALGORITHM.md A).
    pub const WORDS: u32 = 8;

    /// Adds a paragraph by its fingerprint and shingles.
    pub fn push(&mut self, tier: Tier, fingerprint: u64, shingles: &[u64]) {
        self.rows.push((fingerprint, Banding::Rows4.first_keys(tier, shingles)));
    }

    /// Adds the paragraphs of another batch.
    pub fn append(&mut self, next: &Near) {
        self.rows.extend_from_slice(&next.rows);
    }

    /// Sorts by fingerprint and drops repeats. Equal fingerprints have equal keys.
    pub fn finish(&mut self) {
        self.rows.sort_unstable_by_key(|row| row.0);
        self.rows.dedup_by_key(|row| row.0);
        self.rows.shrink_to_fit();
    }

    /// The keys of a paragraph, once finished.
    pub fn keys(&self, fingerprint: u64) -> Option<&NearKeys> {
        let at = self.rows.binary_search_by_key(&fingerprint, |row| row.0).ok()?;
        Some(&self.rows[at].1)
    }

    /// How many paragraphs there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Remembers the fingerprints that passed lately, so that a line of chrome is sketched once and not
/// once a page. What it forgets is sketched again and dropped by [`Near::finish`]: it saves work and
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
    fn repeats_are_dropped_and_keys_found() {
        let mut near = Near::default();
        for fingerprint in [9_u64, 3, 9, 5] {
            near.push(Tier::best(), fingerprint, &[fingerprint * 0x1_0001_0001_0001]);
        }
        near.finish();
        assert_eq!(near.len(), 3);
        assert!(near.keys(3).is_some_and(|keys| keys != near.keys(5).expect("there")));
        assert!(near.keys(4).is_none());
    }

    #[test]
    fn what_was_seen_is_remembered() {
        let mut seen = Seen::default();
        assert!(!seen.check(12 << 50));
        assert!(seen.check(12 << 50));
        assert!(!seen.check(13 << 50));
    }
}
