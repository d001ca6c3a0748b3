//! Length and grade of prose of a paragraph, in two bytes.

use crate::text::Prose;

/// Length in words, up to 16,383, and grade of prose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape(u16);

impl Shape {
    /// Packs a length and a grade.
    #[expect(clippy::cast_possible_truncation, reason = "bounded on the line before")]
    pub fn new(words: u32, prose: Prose) -> Shape {
        let words = words.min(0x3FFF);
        Shape((words as u16) << 2 | prose as u16)
    }

    /// Words, at most 16,383.
    pub fn words(self) -> u32 {
        u32::from(self.0 >> 2)
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
        for words in [0, 1, 20, 16_383, 16_384, u32::MAX] {
            for prose in [Prose::None, Prose::Sentence, Prose::Passage] {
                let shape = Shape::new(words, prose);
                assert_eq!((shape.words(), shape.prose()), (words.min(16_383), prose));
            }
        }
    }
}
