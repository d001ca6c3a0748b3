//! The texts that evidence needs: bodies of candidates, their titles, samples of chrome.
//!
//! Pages whose traces are equal in every column print the same text, so one of them is read for all:
//! a mirror of a site costs its traces. Equal means each paragraph's wording, family, shape, label and
//! anchors, so two texts would have to agree in a 32-bit and a 64-bit hash of every paragraph.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::{Settings, Underway, fetch};
use crate::{
    Result,
    base::{
        cpu::Tier,
        page::{Page, PageNumber},
        recipe::Split,
    },
    chrome::{ChromeFamily, Mark},
    copies::{Bodies, Body, Candidate, Prints},
    records::Corpus,
    table::Traces,
    text::{self, Compared, Digits, JoinedTokens, Scanner, Tokens, Word},
};

/// The texts that evidence needs.
#[derive(Default)]
pub(crate) struct Texts {
    /// Evidence of every candidate.
    pub(crate) bodies: Bodies,
    /// For every page the one that was read for it.
    read: Vec<PageNumber>,
    /// First line of evidence of every candidate that was read, ascending by page.
    titles: Vec<(PageNumber, String)>,
}

/// Words that a sign of damage takes from the worth of a print: more than it adds.
const DAMAGED: u32 = 3;

/// What is wanted of one page.
struct Fetched {
    body: Option<(Body, String)>,
    /// Texts of chrome families, by number.
    chrome: Vec<(usize, String)>,
}

/// Where a family of chrome is shown from: page, paragraph, number of the family.
pub(crate) type Shown = (PageNumber, u32, usize);

impl Texts {
    /// Longest title kept, in characters.
    const TITLE: usize = 100;

    /// Reads the bodies of all candidates and the first occurrence of every family of chrome.
    pub(crate) fn fetch(
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
    pub(crate) fn title(&self, page: PageNumber) -> &str {
        let read = self.read[page as usize];
        let at = self.titles.binary_search_by_key(&read, |row| row.0);
        at.map_or("", |at| &self.titles[at].1)
    }
}

/// For each of `count` pages whether it is among `pages`.
pub(crate) fn listed(count: usize, pages: impl Iterator<Item = PageNumber>) -> Vec<bool> {
    let mut listed = vec![false; count];
    pages.for_each(|page| listed[page as usize] = true);
    listed
}

/// The pages that are listed, ascending.
pub(crate) fn pages(listed: &[bool]) -> impl Iterator<Item = PageNumber> {
    (0..).zip(listed).filter(|row| *row.1).map(|row| row.0)
}

/// The paragraphs of a page that `rows` name, which ascend.
pub(crate) fn lines(page: &Page<'_>, split: Split, rows: &[Shown]) -> Vec<(usize, String)> {
    let mut lines = Vec::with_capacity(rows.len());
    let mut spans = (0..).zip(text::paragraphs_of(page, split)).peekable();
    for &(_, paragraph, number) in rows {
        while spans.next_if(|span| span.0 < paragraph).is_some() {}
        let span = spans.peek().filter(|span| span.0 == paragraph).map(|span| span.1.clone());
        lines.push((number, shown_line(page, span.unwrap_or_default())));
    }
    lines
}

/// What a paragraph of a page shows, in one line if it is written with markup.
fn shown_line(page: &Page<'_>, span: Range<usize>) -> String {
    let shown = page.shown()[span].trim();
    if page.written().is_none() {
        return shown.to_owned();
    }
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
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
    let evidence = |(here, there): (&Mark, &Mark)| {
        here.is_evidence() == there.is_evidence() && here.is_chrome() == there.is_chrome()
    };
    here == there
        || traces.wordings()[here.clone()] == traces.wordings()[there.clone()]
            && traces.numbers()[here.clone()] == traces.numbers()[there.clone()]
            && traces.shapes()[here.clone()] == traces.shapes()[there.clone()]
            && traces.anchors_of(one) == traces.anchors_of(other)
            && marks[here].iter().zip(&marks[there]).all(evidence)
}

/// Turns pages into the words that are compared; one a worker.
pub(crate) struct Reader {
    scanner: Scanner,
    /// Paragraphs of the page in hand.
    spans: Vec<Range<usize>>,
    compared: Compared,
    joined: JoinedTokens,
    quoted: Vec<(u32, u32)>,
    names: Vec<bool>,
    /// For each paragraph of the page in hand whether it is part of a statement.
    statements: Vec<bool>,
    /// Hashes of the paragraphs that were counted.
    seen: HashSet<u64>,
    words: Vec<Word>,
    body: Body,
}

impl Reader {
    pub(crate) fn new(tier: Tier) -> Reader {
        Reader {
            scanner: Scanner::with(tier),
            spans: Vec::new(),
            compared: Compared::default(),
            joined: JoinedTokens::default(),
            quoted: Vec::new(),
            names: Vec::new(),
            statements: Vec::new(),
            seen: HashSet::new(),
            words: Vec::new(),
            body: Body::new(),
        }
    }

    /// The text of a page as it is compared, and the first line of its evidence, or of what there is.
    pub(crate) fn body(&mut self, page: &Page<'_>, split: Split, marks: &[Mark]) -> (Body, String) {
        self.spans.clear();
        self.spans.extend(text::paragraphs_of(page, split));
        let shown = page.shown();
        self.compared.read(shown, &self.spans, split == Split::Line);
        let (text, spans) = self.compared.text(shown, &self.spans);
        self.scanner.scan_page(text, spans.iter().cloned(), Digits::Keep);
        self.body.clear();
        let marks = &marks[..marks.len().min(self.spans.len())];
        let has_singles = self.scanner.has_singles();
        let (mut whole, mut own) = (Print::default(), Print::default());
        for (at, mark) in marks.iter().enumerate() {
            let tokens = self.scanner.paragraph(at);
            let words = if has_singles { tokens.words() } else { tokens.words_with(0) };
            whole.push(tokens, words);
            if !mark.is_chrome() {
                own.push(tokens, words);
            }
        }
        self.body.prints = Prints { page: whole.finish(), body: own.finish() };

        self.find_statements(marks);

        // Of a page without a body all is compared, or nothing could be said of it.
        let has_body = self.body.prints.body != 0;
        let is_rest = |mark: &Mark| !(mark.is_evidence() || has_body && mark.is_chrome());
        let mut title = String::new();
        let (mut length, mut damage) = (0_u32, 0_u32);
        self.seen.clear();
        for is_evidence in [true, false] {
            let counts = is_evidence || self.body.is_empty();
            let is_of = |mark: &Mark| if is_evidence { mark.is_evidence() } else { is_rest(mark) };
            let mut at = 0;
            while at < marks.len() {
                let first = at;
                at += 1;
                if !is_of(&marks[first]) {
                    continue;
                }
                // Lines that go on with this one.
                while at < marks.len() && self.compared.goes_on(at) && is_of(&marks[at]) {
                    at += 1;
                }
                self.read(page, first..at);
                self.push(first..at, is_evidence);
                if counts {
                    length = length.saturating_add(self.new_length());
                    let line = self.spans[first].start..self.spans[at - 1].end;
                    damage = damage.saturating_add(text::damage(&shown[line]));
                }
                if title.is_empty() {
                    let line = shown_line(page, self.spans[first].clone());
                    title = line.chars().take(Texts::TITLE).collect();
                }
            }
        }
        self.body.worth = (length / 2).saturating_sub(damage.saturating_mul(DAMAGED));
        // The copy is as large as the text; the buffer keeps its room.
        (self.body.clone(), title)
    }

    /// Length of the paragraph that was read, in half-words; 0 if it is long and the page has it already.
    fn new_length(&mut self) -> u32 {
        /// Tokens of a paragraph that a page does not say twice on purpose.
        const LONG: usize = 8;
        let words = self.words.iter();
        let length = words.clone().map(|word| if word.single { 1 } else { 2 }).sum();
        let hash = words
            .fold(0_u64, |hash, word| crate::base::mix(hash.rotate_left(5) ^ u64::from(word.hash)));
        if self.words.len() >= LONG && !self.seen.insert(hash) { 0 } else { length }
    }

    /// Finds statements that are printed without quotation marks: paragraphs on end that speak in the first person, inside
    /// a story that does not. A page that speaks throughout is its writer's own.
    fn find_statements(&mut self, marks: &[Mark]) {
        /// Paragraphs of the shortest statement.
        const LEAST: usize = 3;
        /// Of all evidence so much, as a fraction, is a statement at most.
        const MOST: (usize, usize) = (4, 5);
        self.statements.clear();
        self.statements.resize(marks.len(), false);
        let evidence: Vec<usize> = (0..marks.len()).filter(|&at| marks[at].is_evidence()).collect();
        let speaks: Vec<bool> =
            evidence.iter().map(|&at| text::speaks(self.scanner.paragraph(at))).collect();
        let all = speaks.iter().filter(|speaks| **speaks).count();
        if all < LEAST || all * MOST.1 > evidence.len() * MOST.0 {
            return;
        }
        let mut first = 0;
        for run in speaks.chunk_by(|a, b| a == b) {
            if run[0] && run.len() >= LEAST {
                evidence[first..first + run.len()]
                    .iter()
                    .for_each(|&at| self.statements[at] = true);
            }
            first += run.len();
        }
    }

    /// Reads the words of lines that are one paragraph.
    fn read(&mut self, page: &Page<'_>, lines: Range<usize>) {
        let next = self.spans.get(lines.end).map(|span| &page.shown()[span.clone()]);
        let is_attributed = next.is_some_and(text::is_attribution);
        if lines.len() == 1 {
            self.scanner.paragraph(lines.start).quoted(is_attributed, &mut self.quoted);
        } else {
            self.joined.set(&self.scanner, lines.clone());
            self.joined.tokens().quoted(is_attributed, &mut self.quoted);
        }
        let (text, spans) = self.compared.text(page.shown(), &self.spans);
        self.words.clear();
        let first = lines.start;
        for line in lines {
            let tokens = self.scanner.paragraph(line);
            text::names(&text[spans[line].clone()], tokens.hashes(), &mut self.names);
            let word = |((hash, single, number), &name): ((u64, bool, bool), &bool)| Word {
                #[expect(clippy::cast_possible_truncation, reason = "32 bits tell words apart")]
                hash: hash as u32,
                number,
                single,
                name,
                ..Word::default()
            };
            self.words.extend(tokens.each().zip(&self.names).map(word));
        }
        if self.statements[first] {
            self.words.iter_mut().for_each(|word| word.quoted = true);
        }
        for &(start, end) in &self.quoted {
            let end = self.words.len().min(end as usize);
            let quotation = self.words.get_mut(start as usize..end);
            quotation.into_iter().flatten().for_each(|word| word.quoted = true);
        }
    }

    /// Adds the words that were read to the text, line by line.
    fn push(&mut self, lines: Range<usize>, is_evidence: bool) {
        let (first, mut from) = (lines.start, 0);
        for line in lines {
            let end = from + self.scanner.paragraph(line).hashes().len();
            let words = &mut self.words[from..end];
            if line > first
                && let Some(word) = words.first_mut()
            {
                word.joined = true;
            }
            let number = u32::try_from(line).unwrap_or(u32::MAX);
            // A body of a thousand million words has no room for more; what fits is compared.
            if is_evidence {
                self.body.push(number, words);
            } else {
                self.body.push_rest(number, words);
            }
            from = end;
        }
    }
}

/// The print of a text that is put together.
#[derive(Default)]
struct Print {
    hash: u64,
    words: u32,
}

impl Print {
    fn push(&mut self, tokens: Tokens<'_>, words: u32) {
        const K: u64 = 0x9e37_79b9_7f4a_7c15;
        self.words = self.words.saturating_add(words);
        self.hash = tokens
            .hashes()
            .iter()
            .fold(self.hash, |hash, token| (hash.rotate_left(5) ^ token).wrapping_mul(K));
    }

    /// 0 if there are too few words.
    fn finish(&self) -> u64 {
        if self.words < Prints::LEAST { 0 } else { self.hash.max(1) }
    }
}
