//! The reference scanner: reads a paragraph's tokens one character at a time.
//!
//! The kernels return the same tokens. This scanner also reads paragraphs that are too long for
//! them, whose offsets do not fit in 32 bits.

use unicode_normalization::UnicodeNormalization;

use super::{
    fold::{Class, Entry},
    kernel::{NUMBER, Order, SINGLE, mix, opens},
    scan::{Digits, Mark},
};

/// Reads one paragraph.
#[derive(Debug, Default)]
pub(super) struct Plain {
    /// Hash of every token.
    pub(super) tokens: Vec<u64>,
    /// Kind of every token.
    pub(super) kinds: Vec<u8>,
    /// Quotation marks.
    pub(super) marks: Vec<Mark>,
    token: Token,
}

impl Plain {
    /// The tokens of `paragraph`.
    pub(super) fn of(paragraph: &str, digits: Digits) -> Plain {
        Plain::pass(paragraph, digits, Order::Check).unwrap_or_else(|| {
            let normal: String = paragraph.nfkc().collect();
            Plain::pass(&normal, digits, Order::Normal).unwrap_or_default()
        })
    }

    /// One pass; `None` if the paragraph must be normalised first.
    fn pass(text: &str, digits: Digits, order: Order) -> Option<Plain> {
        let mut plain = Plain::default();
        let mut after_mark = false;
        for (at, c) in text.char_indices() {
            let entry = Entry::of(c);
            if order == Order::Check {
                if entry.composes() || (entry.reorders() && after_mark) {
                    return None;
                }
                after_mark = entry.reorders();
            }
            entry.each(|class, c| match class {
                Class::Separator => plain.end(),
                Class::Quote => plain.quote(text, at, c),
                Class::Letter => plain.letter(c),
                Class::Digit => plain.digit(c, digits),
                Class::Single => plain.single(c),
                Class::Mark if plain.token.is_open() => {
                    plain.token.digits = false;
                    plain.token.push(c);
                }
                Class::Mark | Class::Ignored => {}
            });
        }
        plain.end();
        Some(plain)
    }

    fn letter(&mut self, folded: char) {
        if self.token.kind & SINGLE != 0 {
            self.end();
        }
        self.token.digits = false;
        self.token.push(folded);
    }

    fn digit(&mut self, folded: char, digits: Digits) {
        if self.token.kind & SINGLE != 0 {
            self.end();
        }
        self.token.kind |= NUMBER;
        match digits {
            Digits::Keep => self.token.push(folded),
            Digits::Fold if self.token.digits => {}
            Digits::Fold => {
                self.token.digits = true;
                self.token.push('0');
            }
        }
    }

    fn single(&mut self, folded: char) {
        self.end();
        self.token.kind = SINGLE;
        self.token.push(folded);
    }

    fn end(&mut self) {
        if self.token.is_open() {
            self.tokens.push(self.token.hash());
            self.kinds.push(self.token.kind);
            self.token = Token::default();
        }
    }

    fn quote(&mut self, text: &str, at: usize, sign: char) {
        self.end();
        let token = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
        self.marks.push(Mark { token, sign, opens: opens(text, at) });
    }
}

/// The token being read: its folded UTF-8 bytes as two words of eight, hashed block by block.
#[derive(Clone, Copy, Debug, Default)]
struct Token {
    low: u64,
    high: u64,
    length: u32,
    kind: u8,
    /// The last character was a digit of a folded run.
    digits: bool,
    hash: u64,
}

impl Token {
    fn is_open(&self) -> bool {
        self.length != 0
    }

    fn push(&mut self, c: char) {
        for &byte in c.encode_utf8(&mut [0; 4]).as_bytes() {
            match self.length {
                0..8 => self.low |= u64::from(byte) << (8 * self.length),
                8..16 => self.high |= u64::from(byte) << (8 * (self.length - 8)),
                _ => {
                    self.hash = self.hash();
                    (self.low, self.high, self.length) = (u64::from(byte), 0, 0);
                }
            }
            self.length += 1;
        }
    }

    fn hash(&self) -> u64 {
        mix(self.low, self.high, self.hash)
    }
}

/// The hash of a token given by its folded text.
#[cfg(test)]
pub(super) fn hash(token: &str) -> u64 {
    let mut t = Token::default();
    token.chars().for_each(|c| t.push(c));
    t.hash()
}
