//! Length and grade of prose of a paragraph, in two bytes.

use crate::text::{self, Prose};

/// Length in words, up to 8,191, grade of prose, and whether it ends as a sentence does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape(pub(super) u16);

const SENTENCE: u16 = 4;

impl Shape {
    /// The shape of a paragraph of `words` words.
    pub fn of(paragraph: &str, words: u32) -> Shape {
        Shape::new(words, text::prose(paragraph, words), text::ends_like_a_sentence(paragraph))
    }

    /// Packs a length, a grade, and whether the paragraph ends as a sentence does.
    pub fn new(words: u32, prose: Prose, sentence: bool) -> Shape {
        let words = words.min(0x1FFF);
        Shape((words as u16) << 3 | if sentence { SENTENCE } else { 0 } | prose as u16)
    }

    /// Its two bytes, for a file.
    pub fn bits(self) -> u16 {
        self.0
    }

    /// The shape of these [`bits`](Shape::bits).
    pub fn from_bits(bits: u16) -> Shape {
        Shape(bits)
    }

    /// Words, at most 8,191.
    pub fn words(self) -> u32 {
        u32::from(self.0 >> 3)
    }

    /// Ends as a sentence does.
    pub fn is_sentence(self) -> bool {
        self.0 & SENTENCE != 0
    }

    /// Grade of prose.
    pub fn prose(self) -> Prose {
        match self.0 & 3 {
            0 => Prose::None,
            1 => Prose::Sentence,
            _ => Prose::Passage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_and_unpacks() {
        for words in [0, 1, 20, 8191, 8192, u32::MAX] {
            for prose in [Prose::None, Prose::Sentence, Prose::Passage] {
                for sentence in [false, true] {
                    let shape = Shape::new(words, prose, sentence);
                    assert_eq!((shape.words(), shape.prose()), (words.min(8191), prose));
                    assert_eq!(shape.is_sentence(), sentence);
                }
            }
        }
    }
}
