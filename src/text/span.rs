//! Byte spans of the tokens of a paragraph, for showing words. Comparing does not need them.

use std::ops::Range;

use super::{Digits, Scanner};

/// The byte span of every token of `paragraph`, in order: as many as [`Scanner::scan`] finds.
///
/// A token's span is that of the word it was read from. Where folding joins or splits words, tokens get
/// the span of the whole stretch without spaces, or of the whole paragraph. Scans the paragraph
/// about four times.
pub fn token_spans(paragraph: &str, scanner: &mut Scanner) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut at = 0;
    for stretch in paragraph.split(char::is_whitespace) {
        let span = at..at + stretch.len();
        // Every white space is one character of one byte or more; the next stretch begins after it.
        let behind = paragraph[span.end..].chars().next().map_or(0, char::len_utf8);
        at = span.end + behind;
        let count = count(stretch, scanner);
        if count <= 1 {
            spans.extend(std::iter::repeat_n(span, count));
            continue;
        }
        let from = spans.len();
        words(stretch, span.start, scanner, &mut spans);
        if spans.len() - from != count {
            spans.truncate(from);
            spans.extend(std::iter::repeat_n(span, count));
        }
    }
    let all = count(paragraph, scanner);
    if spans.len() != all {
        spans.clear();
        spans.extend(std::iter::repeat_n(0..paragraph.len(), all));
    }
    spans
}

fn count(text: &str, scanner: &mut Scanner) -> usize {
    if text.is_empty() {
        return 0;
    }
    scanner.scan(text, Digits::Keep);
    scanner.tokens().len()
}

/// Splits a stretch at separators, and around characters that are words of their own.
fn words(stretch: &str, start: usize, scanner: &mut Scanner, spans: &mut Vec<Range<usize>>) {
    let mut open: Option<usize> = None;
    let close = |open: &mut Option<usize>, end: usize, spans: &mut Vec<Range<usize>>| {
        spans.extend(open.take().map(|from| start + from..start + end));
    };
    for (at, c) in stretch.char_indices() {
        scanner.scan(c.encode_utf8(&mut [0; 4]), Digits::Keep);
        match scanner.tokens().len() {
            // A mark that belongs to the letter before it, or a separator.
            0 if c.is_alphanumeric() => {}
            0 => close(&mut open, at, spans),
            _ if scanner.is_single(0) => {
                close(&mut open, at, spans);
                open = Some(at);
                close(&mut open, at + c.len_utf8(), spans);
            }
            _ => open = open.or(Some(at)),
        }
    }
    close(&mut open, stretch.len(), spans);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(paragraph: &str) -> Vec<&str> {
        token_spans(paragraph, &mut Scanner::new()).into_iter().map(|s| &paragraph[s]).collect()
    }

    #[test]
    fn words_are_where_they_stand() {
        assert_eq!(
            shown("  The well-known “mayor”, 3.5 km. "),
            ["The", "well", "known", "“mayor”,", "3", "5", "km."]
        );
        assert_eq!(shown("他说hello。"), ["他", "说", "hello"]);
        assert_eq!(shown("* *"), [""; 0]);
    }

    proptest! {
        #[test]
        fn every_token_has_a_span(text in "[a-c 1“,.\u{301}\u{ad}漢éﬁ½Å가\u{3000}-]{0,24}") {
            let mut scanner = Scanner::new();
            let spans = token_spans(&text, &mut scanner);
            scanner.scan(&text, Digits::Keep);
            prop_assert_eq!(spans.len(), scanner.tokens().len());
            prop_assert!(spans.is_sorted_by_key(|span| span.start));
            prop_assert!(spans.iter().all(|span| text.get(span.clone()).is_some()));
        }
    }
}
