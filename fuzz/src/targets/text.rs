//! Paragraphs and folding, against slow ways to the same.

use std::ops::Range;

use refrain::{
    base::{cpu::Tier, recipe::Split},
    text::{Digits, Scanner, paragraphs, prose, shingles, token_spans, trim},
};

pub fn target(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for split in [Split::Line, Split::Blank] {
        let spans: Vec<Range<usize>> = paragraphs(&text, split).collect();
        assert_eq!(spans, slowly(&text, split), "{text:?}");
        for digits in [Digits::Fold, Digits::Keep] {
            tokens(&text, &spans, digits);
        }
    }
}

/// Lines by the standard library, put together.
fn slowly(text: &str, split: Split) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let start = line.as_ptr().addr() - text.as_ptr().addr();
        let is_blank = line.chars().all(char::is_whitespace);
        match spans.last_mut() {
            _ if is_blank => {}
            Some(last) if open && split == Split::Blank => last.end = start + line.len(),
            _ => spans.push(start..start + line.len()),
        }
        open = !is_blank;
    }
    spans
}

/// The tokens of each paragraph are those of the plain way, on all tiers, alone and on their page.
fn tokens(text: &str, spans: &[Range<usize>], digits: Digits) {
    let mut plain = Scanner::plain();
    plain.scan_page(text, spans.iter().cloned(), digits);
    for tier in Tier::here() {
        let (mut page, mut alone) = (Scanner::with(tier), Scanner::with(tier));
        page.scan_page(text, spans.iter().cloned(), digits);
        assert_eq!(page.paragraphs().len(), spans.len());
        let mut hashes = Vec::new();
        for (at, span) in spans.iter().enumerate() {
            let paragraph = &text[span.clone()];
            alone.scan(paragraph, digits);
            let expected = plain.paragraph(at);
            assert_eq!(page.paragraph(at), expected, "{tier}: {paragraph:?}");
            assert_eq!(alone.paragraph(0), expected, "{tier}: {paragraph:?}");
            look(paragraph, &alone);
            shingles(tier, expected.hashes(), &mut hashes);
        }
        let mut portable = Vec::new();
        for tokens in plain.paragraphs() {
            shingles(Tier::Portable, tokens.hashes(), &mut portable);
        }
        assert_eq!(hashes, portable, "{tier}");
    }
}

/// What is asked of a paragraph and its tokens.
fn look(paragraph: &str, scanned: &Scanner) {
    assert_eq!(trim(paragraph), paragraph.trim());
    let mut quoted = Vec::new();
    scanned.quoted(false, &mut quoted);
    let count = scanned.tokens().len();
    assert!(quoted.iter().all(|&(from, to)| from <= to && to as usize <= count), "{quoted:?}");
    prose(paragraph, scanned.words());
    let spans = token_spans(paragraph, &mut Scanner::new());
    if !spans.is_empty() {
        assert!(spans.iter().all(|span| paragraph.get(span.clone()).is_some()), "{spans:?}");
    }
}
