//! Amounts of text and shares of it, in integers.
//!
//! A character of a script without spaces is about half a word, so text is measured in half-words:
//! a word counts two, such a character one. Shares stay fractions and are compared by
//! cross-multiplication, because a decision must not hang on how a division rounds.

use std::{cmp::Ordering, iter::Sum, ops::AddAssign};

/// An amount of text: a word is two, one character of a script without spaces is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HalfWords(pub u32);

impl HalfWords {
    /// The amount of text of `words` words.
    pub const fn of(words: u32) -> HalfWords {
        HalfWords(words.saturating_mul(2))
    }

    /// The amount in words, half a word rounded up.
    pub const fn words(self) -> u32 {
        self.0.div_ceil(2)
    }
}

impl AddAssign for HalfWords {
    fn add_assign(&mut self, other: HalfWords) {
        self.0 = self.0.saturating_add(other.0);
    }
}

impl Sum for HalfWords {
    fn sum<I: Iterator<Item = HalfWords>>(amounts: I) -> HalfWords {
        let mut total = HalfWords(0);
        amounts.for_each(|amount| total += amount);
        total
    }
}

/// A share as a fraction, not reduced: `part` out of `of`, in half-words where it is of text.
///
/// Equality is of the two numbers, not of their ratio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Share {
    /// What is counted.
    pub part: u32,
    /// What it is a share of.
    pub of: u32,
}

impl Share {
    /// `part / of`.
    pub const fn new(part: u32, of: u32) -> Share {
        Share { part, of }
    }

    /// Whether this is `least` or more. A share of nothing is less than any.
    pub fn at_least(self, least: Share) -> bool {
        self.of != 0 && self.cmp_value(least).is_ge()
    }

    /// Which of two shares is larger, as fractions. A share of nothing is less than any.
    pub fn cmp_value(self, other: Share) -> Ordering {
        if self.of == 0 || other.of == 0 {
            return self.of.min(1).cmp(&other.of.min(1));
        }
        let part = u64::from(self.part) * u64::from(other.of);
        part.cmp(&(u64::from(other.part) * u64::from(self.of)))
    }

    /// The smaller one of two shares, this one if they are equal.
    #[must_use]
    pub fn lesser(self, other: Share) -> Share {
        if other.of != 0 && !other.at_least(self) { other } else { self }
    }

    /// The share as a number from 0 to 1, for display; a share of nothing is 0.
    pub fn value(self) -> f64 {
        if self.of == 0 { 0.0 } else { f64::from(self.part) / f64::from(self.of) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_compare_exactly_at_the_edge() {
        assert!(Share::new(1, 5).at_least(Share::new(20, 100)));
        assert!(!Share::new(858_993_458, u32::MAX).at_least(Share::new(1, 5)));
        assert!(Share::new(858_993_459, u32::MAX).at_least(Share::new(1, 5)));
        assert!(!Share::new(0, 0).at_least(Share::new(0, 1)));
    }

    #[test]
    fn half_a_word_rounds_up() {
        assert_eq!(HalfWords(3).words(), 2);
        assert_eq!(HalfWords::of(14).words(), 14);
        assert_eq!([HalfWords(1), HalfWords(2)].into_iter().sum::<HalfWords>(), HalfWords(3));
    }
}
