//! Length and grade of prose of a paragraph, in two bytes.

use std::ops::Range;

use crate::text::{self, Compared, Prose};

/// Length in words, up to 4,095, grade of prose, whether it is made of sentences, and whether it ends in a colon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape(pub(super) u16);

const SENTENCE: u16 = 4;
const INTRODUCES: u16 = 8;
const WORDS: u32 = 4;

impl Shape {
    /// The shape of a paragraph of `words` words.
    pub fn of(paragraph: &str, words: u32) -> Shape {
        let sentence = text::reads_as_sentences(paragraph, words);
        let shape = Shape::new(words, text::prose(paragraph, words), sentence);
        Shape(shape.0 | if text::introduces(paragraph) { INTRODUCES } else { 0 })
    }

    /// Gives the lines of every wrapped paragraph of a page what the whole paragraph says of sentences. `shapes` are
    /// those of all its lines.
    pub fn join(text: &str, spans: &[Range<usize>], compared: &Compared, shapes: &mut [Shape]) {
        for block in compared.blocks() {
            let words = shapes[block.clone()].iter().map(|shape| shape.words()).sum();
            let whole = spans[block.start].start..spans[block.end - 1].end;
            let sentence = text::reads_as_sentences(&text[whole], words);
            shapes[block].iter_mut().for_each(|shape| *shape = shape.with_sentence(sentence));
        }
    }

    /// Packs a length, a grade, and whether the paragraph is made of sentences.
    pub fn new(words: u32, prose: Prose, sentence: bool) -> Shape {
        let words = words.min(0xFFF);
        Shape((words as u16) << WORDS | if sentence { SENTENCE } else { 0 } | prose as u16)
    }

    /// Its two bytes, for a file.
    pub fn bits(self) -> u16 {
        self.0
    }

    /// The shape of these [`bits`](Shape::bits).
    pub fn from_bits(bits: u16) -> Shape {
        Shape(bits)
    }

    /// Words, at most 4,095.
    pub fn words(self) -> u32 {
        u32::from(self.0 >> WORDS)
    }

    /// Is made of sentences.
    pub fn is_sentence(self) -> bool {
        self.0 & SENTENCE != 0
    }

    /// The same shape of a line that is made of sentences together with others, or is not.
    #[must_use]
    pub fn with_sentence(self, sentence: bool) -> Shape {
        Shape(self.0 & !SENTENCE | if sentence { SENTENCE } else { 0 })
    }

    /// Ends in a colon: it is a label, or a sentence, for what follows.
    pub fn introduces(self) -> bool {
        self.0 & INTRODUCES != 0
    }

    /// Words, grade of prose, and whether it ends as a sentence does.
    pub fn measures(self) -> (u32, Prose, bool) {
        (self.words(), self.prose(), self.is_sentence())
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
        for words in [0, 1, 20, 4095, 4096, u32::MAX] {
            for prose in [Prose::None, Prose::Sentence, Prose::Passage] {
                for sentence in [false, true] {
                    let shape = Shape::new(words, prose, sentence);
                    assert_eq!((shape.words(), shape.prose()), (words.min(4095), prose));
                    assert_eq!(shape.is_sentence(), sentence);
                }
            }
        }
    }
}
