//! Where the paragraphs of a text are: byte spans, found without looking at letters.

use std::ops::Range;

use crate::recipe::Split;

/// The byte spans of the paragraphs of `text`, in order.
///
/// By line, a paragraph is a line that holds something other than white space. By blank line, it is
/// a run of such lines: the line breaks inside it are spaces to the scanner, which joins hard-wrapped
/// text. Spans leave out the line end that follows.
pub fn paragraphs(text: &str, split: Split) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut lines = Lines { text, at: 0 };
    std::iter::from_fn(move || {
        let first = lines.by_ref().find(|line| !is_blank(&text[line.clone()]))?;
        let mut end = first.end;
        if split == Split::Blank {
            for line in lines.by_ref().take_while(|line| !is_blank(&text[line.clone()])) {
                end = line.end;
            }
        }
        Some(first.start..end)
    })
}

fn is_blank(line: &str) -> bool {
    line.chars().all(char::is_whitespace)
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
struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        if self.at == self.text.len() {
            return None;
        }
        let bytes = self.text.as_bytes();
        let start = self.at;
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |n| start + n);
        self.at = (end + 1).min(bytes.len());
        let cut = end - usize::from(end > start && end < bytes.len() && bytes[end - 1] == b'\r');
        Some(start..cut)
    }
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
    fn hard_wrapped_lines_join() {
        check("a\nb\n\nc\n  \n\nd\r\ne", Split::Blank, &["a\nb", "c", "d\r\ne"]);
    }

    proptest! {
        #[test]
        fn trimming_is_that_of_the_standard_library(text in "[ a~!\t\u{a0}\u{3000}漢\u{7f}]{0,6}") {
            prop_assert_eq!(trim(&text), text.trim());
        }

        #[test]
        fn lines_are_those_of_the_standard_library(text in "[a\n\r 漢]{0,40}") {
            let ours: Vec<&str> = paragraphs(&text, Split::Line).map(|span| &text[span]).collect();
            let theirs: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
            prop_assert_eq!(ours, theirs);
        }
    }
}
