//! Two pages as they are compared, and what they share as it is printed.

use std::ops::Range;

use super::Reader;
use crate::{
    base::{cpu::Tier, page::Page, recipe::Split},
    chrome::Mark,
    copies::{Aligned, Body, BodyRef, Credit, Piece},
    sketch::WideSketch,
    text::{self, Digits, Scanner},
};

/// What two sets of shingles have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Likeness {
    /// Shingles of both, and of either.
    pub shared: usize,
    /// All of them.
    pub union: usize,
    /// What MinHash with 128 slots makes of it.
    pub estimate: f64,
}

impl Likeness {
    /// The Jaccard coefficient, 0 for two empty sets.
    pub fn exact(&self) -> f64 {
        if self.union == 0 { 0.0 } else { self.shared as f64 / self.union as f64 }
    }

    pub(super) fn of(tier: Tier, a: &mut Vec<u64>, b: &mut Vec<u64>) -> Likeness {
        for set in [&mut *a, &mut *b] {
            set.sort_unstable();
            set.dedup();
        }
        let shared = a.iter().filter(|shingle| b.binary_search(shingle).is_ok()).count();
        let estimate = WideSketch::of(tier, a).resemblance(&WideSketch::of(tier, b));
        let union = a.len() + b.len() - shared;
        Likeness { shared, union, estimate: if union == 0 { 0.0 } else { estimate } }
    }
}

/// How much of a page is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Paragraphs.
    pub paragraphs: usize,
    /// Of them, chrome.
    pub chrome: usize,
    /// Body that proves nothing: captions, lists, lines on several pages.
    pub no_evidence: usize,
    /// Words that are compared.
    pub words: u32,
}

/// A piece of a shared passage, as printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Printed {
    /// The words both have, as the first page prints them.
    Shared(String),
    /// Words of the first page.
    First(String),
    /// Words of the second page.
    Second(String),
}

/// A page as it is compared.
#[derive(Debug, Default)]
pub(super) struct Text {
    paragraphs: Vec<String>,
    marks: Vec<Mark>,
    pub(super) body: Body,
    /// Who the page says its text is by.
    pub(super) credits: Vec<Credit>,
    /// Shingles of all paragraphs, and of body.
    pub(super) whole: Vec<u64>,
    pub(super) own: Vec<u64>,
}

impl Text {
    pub(super) fn of(
        tier: Tier,
        reader: &mut Reader,
        page: &Page<'_>,
        split: Split,
        marks: &[Mark],
    ) -> Text {
        let (body, heading) = reader.body(page, split, marks);
        let paragraphs: Vec<String> =
            text::paragraphs_of(page, split).map(|span| page.shown()[span].to_owned()).collect();
        let mut scanner = Scanner::with(tier);
        let (mut whole, mut own) = (Vec::new(), Vec::new());
        for (paragraph, mark) in paragraphs.iter().zip(marks) {
            scanner.scan(paragraph, Digits::Fold);
            text::shingles(tier, scanner.tokens(), &mut whole);
            if !mark.is_chrome() {
                text::shingles(tier, scanner.tokens(), &mut own);
            }
        }
        Text { paragraphs, marks: marks.to_vec(), body, credits: heading.credits, whole, own }
    }

    pub(super) fn compared(&self) -> Compared {
        let chrome = self.marks.iter().filter(|mark| mark.is_chrome()).count();
        let evidence = self.marks.iter().filter(|mark| mark.is_evidence()).count();
        Compared {
            paragraphs: self.marks.len(),
            chrome,
            no_evidence: self.marks.len() - chrome - evidence,
            words: self.body.len_words(),
        }
    }

    /// The text of a stretch of tokens as printed, with what stands between them; paragraphs of it are
    /// on lines of their own.
    fn printed(&self, body: BodyRef<'_>, tokens: Range<u32>, spans: &mut Spans) -> String {
        let mut out = String::new();
        let mut at = tokens.start;
        while at < tokens.end {
            let (paragraph, first) = body.place(at);
            let Some(text) = self.paragraphs.get(paragraph as usize) else { break };
            let of_tokens = spans.of(paragraph, text);
            let count =
                (tokens.end - at).min(len_u32(of_tokens.len()).saturating_sub(first)).max(1);
            let from = of_tokens.get(first as usize).map_or(0, |span| span.start);
            let to = of_tokens.get((first + count - 1) as usize).map_or(text.len(), |s| s.end);
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(text.get(from..to).unwrap_or_default());
            at += count;
        }
        out
    }
}

/// The spans of the last paragraph that was printed.
#[derive(Debug, Default)]
struct Spans {
    scanner: Scanner,
    of: Option<(u32, Vec<Range<usize>>)>,
}

impl Spans {
    fn of(&mut self, paragraph: u32, text: &str) -> &[Range<usize>] {
        if self.of.as_ref().is_none_or(|last| last.0 != paragraph) {
            self.of = Some((paragraph, text::token_spans(text, &mut self.scanner)));
        }
        self.of.as_ref().map_or(&[], |last| &last.1)
    }
}

pub(super) fn printed(
    aligned: &Aligned,
    (first, one): (&Text, BodyRef<'_>),
    (second, other): (&Text, BodyRef<'_>),
) -> Vec<Printed> {
    let (mut of_first, mut of_second) = (Spans::default(), Spans::default());
    let pieces = aligned.pieces.iter();
    pieces
        .map(|piece| match piece.clone() {
            Piece::Shared { here, .. } => Printed::Shared(first.printed(one, here, &mut of_first)),
            Piece::Here(here) => Printed::First(first.printed(one, here, &mut of_first)),
            Piece::There(there) => Printed::Second(second.printed(other, there, &mut of_second)),
        })
        .collect()
}

fn len_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
