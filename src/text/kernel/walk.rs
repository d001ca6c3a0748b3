//! Where a kernel stands among the paragraphs of a page.

use std::ops::Range;

use super::{
    Folded, Order,
    cut::{Carry, Masks, upto},
    opens,
    step::step,
};
use crate::text::{
    fold::{Class, Entry},
    scan::{Digits, Mark},
};

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;

/// Paragraphs of a page, in order and at least a byte apart. What stands between and after them may
/// be read, and is not taken notice of.
#[derive(Clone, Copy)]
pub(in crate::text) struct Source<'a> {
    /// The page.
    pub(in crate::text) text: &'a str,
    /// Where the paragraphs are.
    pub(in crate::text) spans: &'a [Range<usize>],
}

/// What paragraphs gave beside tokens.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Quotation marks.
    pub(super) marks: Vec<Mark>,
    /// Tokens and marks up to the end of each paragraph, since the last clear.
    pub(super) ends: Vec<(usize, usize)>,
    /// Tokens that have gone since the last clear.
    pub(super) gone: usize,
    /// The token that the paragraph in hand began with.
    pub(super) first: usize,
}

impl Notes {
    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.marks.clear();
        self.ends.clear();
        (self.gone, self.first) = (0, 0);
    }

    /// A paragraph ends after `tokens` tokens.
    #[inline(always)]
    pub(super) fn end(&mut self, tokens: usize) {
        self.ends.push((self.gone + tokens, self.marks.len()));
        self.first = tokens;
    }
}

/// A kernel's way through paragraphs, block by block. A block may hold several of them.
pub(super) struct Walk<'a> {
    source: Source<'a>,
    /// Paragraphs that have ended.
    pub(super) done: usize,
    /// Where the next block starts.
    pub(super) at: usize,
}

impl<'a> Walk<'a> {
    /// A walk that has not begun.
    pub(super) fn new(source: Source<'a>) -> Walk<'a> {
        Walk { source, done: 0, at: 0 }
    }

    /// The length of the next block and which of its bytes are in paragraphs; nothing at the end.
    #[inline(always)]
    pub(super) fn block(&mut self, carry: &mut Carry, notes: &mut Notes) -> Option<(usize, u64)> {
        let spans = self.source.spans;
        loop {
            let span = spans.get(self.done)?;
            if self.at <= span.start {
                self.at = span.start;
                carry.end();
            }
            if self.at < span.end {
                break;
            }
            notes.end(notes.first);
            self.done += 1;
        }
        let last = spans.last()?.end;
        let length = (last - self.at).min(BLOCK);
        let mut live = 0;
        for span in &spans[self.done..] {
            let from = span.start.saturating_sub(self.at);
            if from >= length {
                break;
            }
            let to = span.end - self.at;
            live |= below(to) & !below(from);
            if to >= length {
                break;
            }
        }
        Some((length, live))
    }

    /// The bytes from the next block on.
    #[inline(always)]
    pub(super) fn ahead(&self) -> &'a [u8] {
        &self.source.text.as_bytes()[self.at..]
    }

    /// The block has been folded: notes the ends of paragraphs and the quotation marks in it.
    /// `tokens` started before it.
    #[inline(always)]
    pub(super) fn pass(&mut self, masks: &Masks, starts: u64, tokens: usize, notes: &mut Notes) {
        let upto = self.at + masks.length as usize;
        let mut quotes = masks.quote;
        while let Some(span) = self.source.spans.get(self.done)
            && span.end <= upto
        {
            let before = below(span.end - self.at);
            if quotes & before != 0 {
                self.quotes(quotes & before, starts, tokens, notes);
                quotes &= !before;
            }
            notes.end(tokens + (starts & before).count_ones() as usize);
            self.done += 1;
        }
        if quotes != 0 {
            self.quotes(quotes, starts, tokens, notes);
        }
        self.at = upto;
    }

    /// Notes quotation marks of the paragraph in hand.
    #[cold]
    fn quotes(&self, quotes: u64, starts: u64, tokens: usize, notes: &mut Notes) {
        let Some(span) = self.source.spans.get(self.done) else { return };
        let text = &self.source.text[span.clone()];
        let mut left = quotes;
        while left != 0 {
            let at = self.at + left.trailing_zeros() as usize - span.start;
            let before = tokens + upto(starts, left) - notes.first;
            let token = u32::try_from(before).unwrap_or(u32::MAX);
            let opens = opens(text, at);
            for c in text[at..].chars().take(1) {
                Entry::of(c).each(|class, sign| {
                    if class == Class::Quote {
                        notes.marks.push(Mark { token, sign, opens });
                    }
                });
            }
            left &= left - 1;
        }
    }

    /// Steps through the characters of the paragraph in hand that start below the block's byte `to`.
    /// False if it has to be normalised first.
    #[inline(always)]
    pub(super) fn step(
        &mut self,
        folded: &mut Folded,
        to: usize,
        digits: Digits,
        order: Order,
    ) -> bool {
        let Some(span) = self.source.spans.get(self.done) else { return true };
        let text = &self.source.text[span.clone()];
        let from = self.at - span.start;
        let Some(next) = step(folded, text, from, from + to, digits, order) else { return false };
        self.at = span.start + next;
        if self.at >= span.end {
            folded.carry.end();
            folded.notes.end(folded.carry.tokens);
            self.done += 1;
        }
        true
    }
}

/// The lowest `n` bits; all if there are no more.
#[inline(always)]
pub(super) fn below(n: usize) -> u64 {
    if n < BLOCK { (1 << n) - 1 } else { u64::MAX }
}
