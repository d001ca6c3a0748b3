//! Where the paragraphs of a text are: byte spans, found without looking at letters.

use std::ops::Range;

use super::kernel::newline::newlines;
use crate::base::{
    page::{Block, Page},
    recipe::Split,
};

/// The byte spans of the paragraphs of `text`, in order.
///
/// By line, a paragraph is a line that holds something other than white space. By blank line, it is
/// a run of such lines: the line breaks inside it are spaces to the scanner, which joins hard-wrapped
/// text. Spans leave out the line end that follows.
pub fn paragraphs(text: &str, split: Split) -> Paragraphs<'_> {
    Paragraphs { lines: Lines { text, at: 0, blocks: 0, ends: 0 }, split }
}

/// The iterator that [`paragraphs`] returns.
#[derive(Clone, Debug)]
pub struct Paragraphs<'a> {
    lines: Lines<'a>,
    split: Split,
}

impl Iterator for Paragraphs<'_> {
    type Item = Range<usize>;

    #[inline]
    fn next(&mut self) -> Option<Range<usize>> {
        let first = loop {
            let line = self.lines.next()?;
            if !self.lines.is_blank(&line) {
                break line;
            }
        };
        let mut end = first.end;
        if self.split == Split::Blank {
            while let Some(line) = self.lines.next() {
                if self.lines.is_blank(&line) {
                    break;
                }
                end = line.end;
            }
        }
        Some(first.start..end)
    }
}

/// The byte spans of the paragraphs of a page, in order: those of its text, or, where that is written
/// with markup, its blocks.
///
/// By blank line, the lines of a block are one paragraph.
pub fn paragraphs_of<'a>(page: &'a Page<'_>, split: Split) -> PageParagraphs<'a> {
    match page.written() {
        None => PageParagraphs::Text(paragraphs(&page.text, split)),
        Some(layout) => PageParagraphs::Blocks { rest: &layout.blocks, split },
    }
}

/// What [`paragraphs_of`] gives.
#[derive(Clone, Debug)]
pub enum PageParagraphs<'a> {
    /// Of plain text.
    Text(Paragraphs<'a>),
    /// Of a text with markup.
    Blocks {
        /// Those that are still to come.
        rest: &'a [Block],
        /// How they are cut.
        split: Split,
    },
}

impl Iterator for PageParagraphs<'_> {
    type Item = Range<usize>;

    #[inline]
    fn next(&mut self) -> Option<Range<usize>> {
        let (rest, split) = match self {
            PageParagraphs::Text(paragraphs) => return paragraphs.next(),
            PageParagraphs::Blocks { rest, split } => (rest, *split),
        };
        let mut span = rest.split_off_first()?.span.clone();
        while split == Split::Blank
            && let Some(next) = rest.first().filter(|next| next.continues)
        {
            span.end = next.span.end;
            rest.split_off_first();
        }
        Some(span)
    }
}

/// A paragraph without the white space around it.
#[inline]
pub fn trim(paragraph: &str) -> &str {
    match paragraph.as_bytes() {
        // White space is ASCII up to the space, or takes several bytes.
        [b'!'..0x80, .., b'!'..0x80] => paragraph,
        _ => paragraph.trim(),
    }
}

/// Lines without their `\n` or `\r\n`.
#[derive(Clone, Debug)]
struct Lines<'a> {
    text: &'a str,
    /// Where the next line starts.
    at: usize,
    /// Number of blocks of 64 bytes read so far.
    blocks: usize,
    /// The line ends of the last block that are still ahead.
    ends: u64,
}

impl Lines<'_> {
    #[inline]
    fn next(&mut self) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        if start == bytes.len() {
            return None;
        }
        while self.ends == 0 && 64 * self.blocks < bytes.len() {
            self.ends = ends_of(&bytes[64 * self.blocks..]);
            self.blocks += 1;
        }
        if self.ends == 0 {
            self.at = bytes.len();
            return Some(start..bytes.len());
        }
        let end = 64 * (self.blocks - 1) + self.ends.trailing_zeros() as usize;
        self.ends &= self.ends - 1;
        self.at = end + 1;
        let cut = end - usize::from(end > start && bytes[end - 1] == b'\r');
        Some(start..cut)
    }

    /// The line holds only white space.
    #[inline]
    fn is_blank(&self, line: &Range<usize>) -> bool {
        match self.text.as_bytes()[line.clone()] {
            [] => true,
            [b'!'..0x80, ..] => false,
            _ => self.text[line.clone()].chars().all(char::is_whitespace),
        }
    }
}

/// The line ends of the first 64 bytes.
#[inline]
fn ends_of(bytes: &[u8]) -> u64 {
    if let Some(block) = bytes.first_chunk() {
        return newlines(block);
    }
    let mut block = [0; 64];
    block[..bytes.len()].copy_from_slice(bytes);
    newlines(&block)
}

/// A hash of a paragraph as it is printed, but for the space around it: its wording.
pub fn wording(paragraph: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(trim(paragraph).as_bytes())
}

/// What is kept of a [`wording`]: 32 bits are enough to tell the wordings of one family apart.
#[expect(clippy::cast_possible_truncation, reason = "32 bits of a hash are enough")]
pub fn short_wording(wording: u64) -> u32 {
    wording as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, split: Split, expected: &[&str]) {
        let found: Vec<&str> = paragraphs(text, split).map(|span| &text[span]).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn lines_that_hold_something() {
        check("", Split::Line, &[]);
        check("\n\n", Split::Line, &[]);
        check("a", Split::Line, &["a"]);
        check("a\n \t\u{a0}\nb\r\n\r\nc \n", Split::Line, &["a", "b", "c "]);
    }

    #[test]
    fn blocks_of_markup_are_paragraphs() {
        let text = "a\nb\n\nc";
        let blocks = [(0..1, false), (2..3, true), (5..6, false)]
            .map(|(span, continues)| Block { span, continues })
            .to_vec();
        let layout = Some(Box::new(crate::base::page::Layout {
            shown: text.to_owned(),
            blocks,
            lines: Vec::new(),
        }));
        let page =
            Page { id: None, site: "".into(), url: None, date: None, text: text.into(), layout };
        let found = |split| paragraphs_of(&page, split).map(|span| &text[span]).collect::<Vec<_>>();
        assert_eq!(found(Split::Line), ["a", "b", "c"]);
        assert_eq!(found(Split::Blank), ["a\nb", "c"]);
    }

    #[test]
    fn hard_wrapped_lines_join() {
        check("a\nb\n\nc\n  \n\nd\r\ne", Split::Blank, &["a\nb", "c", "d\r\ne"]);
    }

    proptest! {
        #[test]
        fn trimming_is_that_of_the_standard_library(text in "[ a~!\t\u{a0}\u{3000}漢\u{7f}]{0,6}") {
            prop_assert_eq!(trim(&text), text.trim());
        }

        #[test]
        fn lines_are_those_of_the_standard_library(
            text in prop_oneof!["[a\n\r 漢]{0,40}", "[ab\r漢]{0,70}(\n|\n\n|[a ]{0,70}\n){0,70}"],
        ) {
            let ours: Vec<&str> = paragraphs(&text, Split::Line).map(|span| &text[span]).collect();
            let theirs: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
            prop_assert_eq!(ours, theirs);
        }
    }
}
