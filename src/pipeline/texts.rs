//! The texts that evidence needs: bodies of candidates, their titles, samples of chrome.
//!
//! Pages whose traces are equal in every column print the same text, so one of them is read for all:
//! a mirror of a site costs its traces. Equal means each paragraph's wording, family, shape, label and
//! anchors, so two texts would have to agree in a 32-bit and a 64-bit hash of every paragraph.

use std::{collections::HashMap, ops::Range};

use super::{Settings, Underway, fetch};
use crate::{
    Result,
    chrome::{ChromeFamily, Mark},
    copies::{Bodies, Body, Candidate},
    cpu::Tier,
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
    /// For every page the one that was read for it.
    read: Vec<PageNumber>,
    /// First line of evidence of every candidate that was read, ascending by page.
    titles: Vec<(PageNumber, String)>,
}

/// What is wanted of one page.
struct Fetched {
    body: Option<(Body, String)>,
    /// Texts of chrome families, by number.
    chrome: Vec<(usize, String)>,
}

/// Where a family of chrome is shown from: page, paragraph, number of the family.
pub(super) type Shown = (PageNumber, u32, usize);

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
        now: Underway<'_>,
    ) -> Result<Texts> {
        let compared = listed(traces.len(), pairs.iter().flat_map(|pair| [pair.a, pair.b]));
        let shown = chrome.iter().map(|family| family.first.0);
        let wanted = listed(traces.len(), pages(&compared).chain(shown));
        let read = twins(traces, marks, &wanted);
        let has_body = listed(traces.len(), pages(&compared).map(|page| read[page as usize]));
        let mut shown: Vec<Shown> = (chrome.iter().enumerate())
            .map(|(number, family)| (read[family.first.0 as usize], family.first.1, number))
            .collect();
        shown.sort_unstable();
        let wanted: Vec<PageNumber> =
            pages(&wanted).filter(|&page| read[page as usize] == page).collect();

        let split = settings.recipe.paragraph;
        let mut texts = Texts { read, ..Texts::default() };
        fetch::fetch(
            corpus,
            settings.workers(),
            now,
            &wanted,
            || Reader::new(settings.tier),
            |reader, page, content| {
                let body = has_body[page as usize]
                    .then(|| reader.body(content, split, &marks[traces.span(page)]));
                let first = shown.partition_point(|row| row.0 < page);
                let count = shown[first..].iter().take_while(|row| row.0 == page).count();
                Fetched { body, chrome: lines(content, split, &shown[first..first + count]) }
            },
            |page, fetched| {
                if let Some((body, title)) = fetched.body {
                    texts.bodies.push(page, &body);
                    texts.titles.push((page, title));
                }
                for (number, text) in fetched.chrome {
                    chrome[number].text = text;
                }
            },
        )?;
        for page in pages(&compared) {
            texts.bodies.push_same(page, texts.read[page as usize]);
        }
        Ok(texts)
    }

    /// First line of a page's evidence.
    pub(super) fn title(&self, page: PageNumber) -> &str {
        let read = self.read[page as usize];
        let at = self.titles.binary_search_by_key(&read, |row| row.0);
        at.map_or("", |at| &self.titles[at].1)
    }
}

/// For each of `count` pages whether it is among `pages`.
pub(super) fn listed(count: usize, pages: impl Iterator<Item = PageNumber>) -> Vec<bool> {
    let mut listed = vec![false; count];
    pages.for_each(|page| listed[page as usize] = true);
    listed
}

/// The pages that are listed, ascending.
pub(super) fn pages(listed: &[bool]) -> impl Iterator<Item = PageNumber> {
    (0..).zip(listed).filter(|row| *row.1).map(|row| row.0)
}

/// The paragraphs of a page that `rows` name, which ascend.
pub(super) fn lines(page: &Page<'_>, split: Split, rows: &[Shown]) -> Vec<(usize, String)> {
    let mut lines = Vec::with_capacity(rows.len());
    let mut spans = (0..).zip(text::paragraphs(&page.text, split)).peekable();
    for &(_, paragraph, number) in rows {
        while spans.next_if(|span| span.0 < paragraph).is_some() {}
        let span = spans.peek().filter(|span| span.0 == paragraph).map(|span| span.1.clone());
        lines.push((number, page.text[span.unwrap_or_default()].trim().to_owned()));
    }
    lines
}

/// For every page that is wanted the first wanted page that prints the same text; for others
/// themselves.
fn twins(traces: &Traces, marks: &[Mark], wanted: &[bool]) -> Vec<PageNumber> {
    let mut firsts: HashMap<u64, PageNumber> = HashMap::new();
    let first_of = |(page, &wanted): (PageNumber, &bool)| {
        if !wanted {
            return page;
        }
        let mut key = 0_u64;
        for &wording in &traces.wordings()[traces.span(page)] {
            key = (key.rotate_left(5) ^ u64::from(wording)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        let first = *firsts.entry(key).or_insert(page);
        if are_twins(traces, marks, first, page) { first } else { page }
    };
    (0..).zip(wanted).map(first_of).collect()
}

/// Whether the traces of two pages are equal in all that their evidence is made of.
fn are_twins(traces: &Traces, marks: &[Mark], one: PageNumber, other: PageNumber) -> bool {
    let (here, there) = (traces.span(one), traces.span(other));
    let evidence = |(here, there): (&Mark, &Mark)| here.is_evidence() == there.is_evidence();
    here == there
        || traces.wordings()[here.clone()] == traces.wordings()[there.clone()]
            && traces.numbers()[here.clone()] == traces.numbers()[there.clone()]
            && traces.shapes()[here.clone()] == traces.shapes()[there.clone()]
            && traces.anchors_of(one) == traces.anchors_of(other)
            && marks[here].iter().zip(&marks[there]).all(evidence)
}

/// Turns pages into the words that are compared; one a worker.
pub(super) struct Reader {
    scanner: Scanner,
    /// Evidence of the page in hand: where it stands, its number, and whether the line after it names its speaker.
    spans: Vec<Range<usize>>,
    numbers: Vec<(u32, bool)>,
    quoted: Vec<(u32, u32)>,
    words: Vec<Word>,
    body: Body,
}

impl Reader {
    pub(super) fn new(tier: Tier) -> Reader {
        Reader {
            scanner: Scanner::with(tier),
            spans: Vec::new(),
            numbers: Vec::new(),
            quoted: Vec::new(),
            words: Vec::new(),
            body: Body::new(),
        }
    }

    /// The evidence of a page and its first line.
    pub(super) fn body(&mut self, page: &Page<'_>, split: Split, marks: &[Mark]) -> (Body, String) {
        self.spans.clear();
        self.numbers.clear();
        let mut spans = text::paragraphs(&page.text, split).peekable();
        for (number, mark) in (0..).zip(marks) {
            let Some(span) = spans.next() else { break };
            if mark.is_evidence() {
                let next = spans.peek().map(|span| &page.text[span.clone()]);
                self.numbers.push((number, next.is_some_and(text::is_attribution)));
                self.spans.push(span);
            }
        }
        self.scanner.scan_page(&page.text, self.spans.iter().cloned(), Digits::Keep);
        self.body.clear();
        for (at, &(number, attributed)) in self.numbers.iter().enumerate() {
            let tokens = self.scanner.paragraph(at);
            tokens.quoted(attributed, &mut self.quoted);
            self.words.clear();
            self.words.extend(tokens.each().map(|(token, single, number)| Word {
                #[expect(clippy::cast_possible_truncation, reason = "32 bits tell words apart")]
                hash: token as u32,
                quoted: false,
                number,
                single,
            }));
            for &(start, end) in &self.quoted {
                let end = self.words.len().min(end as usize);
                let quotation = self.words.get_mut(start as usize..end);
                quotation.into_iter().flatten().for_each(|word| word.quoted = true);
            }
            // A body of a thousand million words has no room for more; what fits is compared.
            self.body.push(number, &self.words);
        }
        let lines = self.spans.iter().map(|span| page.text[span.clone()].trim());
        let mut titles = lines.map(|line| line.chars().take(Texts::TITLE).collect::<String>());
        let title = titles.find(|title| !title.is_empty()).unwrap_or_default();
        // The copy is as large as the text; the buffer keeps its room.
        (self.body.clone(), title)
    }
}
