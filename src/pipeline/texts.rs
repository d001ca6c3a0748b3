//! The texts that evidence needs: bodies of candidates, their titles, samples of chrome.
//!
//! Pages whose traces are equal in every column print the same text, so one of them is read for all:
//! a mirror of a site costs its traces. Equal means each paragraph's wording, family, shape, label and
//! anchors, so two texts would have to agree in a 32-bit and a 64-bit hash of every paragraph.

use std::collections::HashMap;

use super::{Settings, fetch};
use crate::{
    Result,
    chrome::{ChromeFamily, Mark},
    copies::{Bodies, Body, Candidate},
    input::Corpus,
    page::{Page, PageNumber},
    recipe::Split,
    text::{self, Digits, Scanner, Word},
    trace::Traces,
};

/// The texts that evidence needs.
#[derive(Default)]
pub(super) struct Texts {
    /// Evidence of every candidate.
    pub(super) bodies: Bodies,
    /// For every candidate the page that was read for it, ascending.
    read: Vec<(PageNumber, PageNumber)>,
    /// First line of evidence of every candidate that was read, ascending by page.
    titles: Vec<(PageNumber, String)>,
}

/// What is wanted of one page.
struct Fetched {
    body: Option<(Body, String)>,
    /// Texts of chrome families that come first on this page.
    chrome: Vec<String>,
}

impl Texts {
    /// Longest title kept, in characters.
    const TITLE: usize = 100;

    /// Reads the bodies of all candidates and the first occurrence of every family of chrome.
    pub(super) fn fetch(
        corpus: &Corpus,
        settings: &Settings,
        traces: &Traces,
        marks: &[Mark],
        pairs: &[Candidate],
        chrome: &mut [ChromeFamily],
    ) -> Result<Texts> {
        let mut texts = Texts { read: twins(traces, marks, pairs), ..Texts::default() };
        let is_read = |page| texts.read.binary_search(&(page, page)).is_ok();
        chrome.sort_by_key(|family| family.first);
        let shown: Vec<(PageNumber, u32)> = chrome.iter().map(|family| family.first).collect();
        let read = texts.read.iter().filter(|row| row.0 == row.1).map(|row| row.0);
        let mut wanted: Vec<PageNumber> = read.chain(shown.iter().map(|row| row.0)).collect();
        wanted.sort_unstable();
        wanted.dedup();

        let split = settings.recipe.paragraph;
        let mut filled = 0;
        fetch::fetch(
            corpus,
            settings.threads,
            &wanted,
            Reader::new,
            |reader, page, content| {
                let body =
                    is_read(page).then(|| reader.body(content, split, &marks[traces.span(page)]));
                let first = shown.partition_point(|row| row.0 < page);
                let count = shown[first..].iter().take_while(|row| row.0 == page).count();
                Fetched { body, chrome: lines(content, split, &shown[first..first + count]) }
            },
            |page, fetched| {
                if let Some((body, title)) = fetched.body {
                    texts.bodies.push(page, &body);
                    texts.titles.push((page, title));
                }
                for text in fetched.chrome {
                    chrome[filled].text = text;
                    filled += 1;
                }
            },
        )?;
        for &(page, read) in &texts.read {
            texts.bodies.push_same(page, read);
        }
        Ok(texts)
    }

    /// First line of a page's evidence.
    pub(super) fn title(&self, page: PageNumber) -> &str {
        let read = self.read.binary_search_by_key(&page, |row| row.0).map(|at| self.read[at].1);
        let at = read.and_then(|read| self.titles.binary_search_by_key(&read, |row| row.0));
        at.map_or("", |at| &self.titles[at].1)
    }
}

/// The paragraphs of a page that `rows` name in their second place, in ascending order.
fn lines(page: &Page<'_>, split: Split, rows: &[(PageNumber, u32)]) -> Vec<String> {
    let mut lines = Vec::with_capacity(rows.len());
    let mut spans = (0..).zip(text::paragraphs(&page.text, split)).peekable();
    for &(_, number) in rows {
        while spans.next_if(|span| span.0 < number).is_some() {}
        let span = spans.peek().filter(|span| span.0 == number).map(|span| span.1.clone());
        lines.push(page.text[span.unwrap_or_default()].trim().to_owned());
    }
    lines
}

/// Every page of `pairs` with the first of them that prints the same text, ascending.
fn twins(traces: &Traces, marks: &[Mark], pairs: &[Candidate]) -> Vec<(PageNumber, PageNumber)> {
    let mut compared = vec![false; traces.len()];
    for pair in pairs {
        compared[pair.a as usize] = true;
        compared[pair.b as usize] = true;
    }
    let mut firsts: HashMap<u64, PageNumber> = HashMap::new();
    let pages = (0..).zip(&compared).filter(|(_, compared)| **compared).map(|(page, _)| page);
    let first_of = |page| {
        let mut key = 0_u64;
        for &wording in &traces.wordings()[traces.span(page)] {
            key = (key.rotate_left(5) ^ u64::from(wording)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        let first = *firsts.entry(key).or_insert(page);
        (page, if are_twins(traces, marks, first, page) { first } else { page })
    };
    pages.map(first_of).collect()
}

/// Whether the traces of two pages are equal in all that their evidence is made of.
fn are_twins(traces: &Traces, marks: &[Mark], one: PageNumber, other: PageNumber) -> bool {
    let (here, there) = (traces.span(one), traces.span(other));
    let evidence = |(here, there): (&Mark, &Mark)| here.is_evidence() == there.is_evidence();
    here == there
        || traces.wordings()[here.clone()] == traces.wordings()[there.clone()]
            && traces.families()[here.clone()] == traces.families()[there.clone()]
            && traces.shapes()[here.clone()] == traces.shapes()[there.clone()]
            && traces.anchors_of(one) == traces.anchors_of(other)
            && marks[here].iter().zip(&marks[there]).all(evidence)
}
/// Turns pages into the words that are compared; one a worker.
struct Reader {
    scanner: Scanner,
    quoted: Vec<(u32, u32)>,
    words: Vec<Word>,
}

impl Reader {
    fn new() -> Reader {
        Reader { scanner: Scanner::new(), quoted: Vec::new(), words: Vec::new() }
    }

    /// The evidence of a page and its first line.
    fn body(&mut self, page: &Page<'_>, split: Split, marks: &[Mark]) -> (Body, String) {
        let mut body = Body::new();
        let mut title = String::new();
        let mut spans = text::paragraphs(&page.text, split).peekable();
        for (number, mark) in (0..).zip(marks) {
            let Some(span) = spans.next() else { break };
            if !mark.is_evidence() {
                continue;
            }
            let paragraph = &page.text[span];
            let next = spans.peek().map(|span| &page.text[span.clone()]);
            self.words(paragraph, next.is_some_and(text::is_attribution));
            // A body of a thousand million words has no room for more; what fits is compared.
            body.push(number, &self.words);
            if title.is_empty() {
                title = paragraph.trim().chars().take(Texts::TITLE).collect();
            }
        }
        (body, title)
    }

    fn words(&mut self, paragraph: &str, attributed: bool) {
        self.scanner.scan(paragraph, Digits::Keep);
        let tokens = self.scanner.tokens();
        self.scanner.quoted(attributed, &mut self.quoted);
        self.words.clear();
        let mut quoted = self.quoted.iter().peekable();
        for (i, &token) in tokens.iter().enumerate() {
            while quoted.next_if(|range| range.1 as usize <= i).is_some() {}
            #[expect(clippy::cast_possible_truncation, reason = "32 bits tell words apart")]
            self.words.push(Word {
                hash: token as u32,
                quoted: quoted.peek().is_some_and(|range| range.0 as usize <= i),
                number: self.scanner.is_number(i),
                single: self.scanner.is_single(i),
            });
        }
    }
}
