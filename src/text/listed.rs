//! A list of words that is asked about each token of a text: most tokens are let go by one bit.

use super::scan::{Digits, Scanner};

/// Words, as the hashes of their folded letters with digits kept.
#[derive(Debug)]
pub(super) struct Listed {
    /// For each value of the low bits of a hash a bit: a listed word may have it.
    filter: [u64; Listed::BITS / 64],
    /// Ascending.
    hashes: Vec<u64>,
}

impl Listed {
    /// A few hundred words set one bit in twenty.
    const BITS: usize = 8192;

    /// The words of a text.
    pub(super) fn of(words: &str) -> Listed {
        let mut scanner = Scanner::plain();
        scanner.scan(words, Digits::Keep);
        let mut hashes = scanner.tokens().to_vec();
        hashes.sort_unstable();
        hashes.dedup();
        let mut filter = [0; Listed::BITS / 64];
        for &hash in &hashes {
            filter[Listed::word(hash)] |= 1 << (hash & 63);
        }
        Listed { filter, hashes }
    }

    fn word(hash: u64) -> usize {
        (hash >> 6) as usize % (Listed::BITS / 64)
    }

    /// Whether a token of that hash is listed.
    #[inline]
    pub(super) fn has(&self, hash: u64) -> bool {
        self.filter[Listed::word(hash)] >> (hash & 63) & 1 != 0
            && self.hashes.binary_search(&hash).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_words_are_found_and_others_are_not() {
        let listed = Listed::of("Montag dienstag juin");
        let hash = |word: &str| {
            let mut scanner = Scanner::new();
            scanner.scan(word, Digits::Keep);
            scanner.tokens()[0]
        };
        for word in ["montag", "DIENSTAG", "Juin"] {
            assert!(listed.has(hash(word)), "{word}");
        }
        for word in ["mittwoch", "junio", "1", "m"] {
            assert!(!listed.has(hash(word)), "{word}");
        }
        // What passes the filter is looked up.
        let same_bits = hash("montag") ^ 1 << 60;
        assert!(!listed.has(same_bits));
    }
}
