//! The texts that evidence needs: bodies of candidates, their titles and credits, samples of chrome.

use std::{collections::HashSet, ops::Range};

use bitvec::{bitvec, slice::BitSlice, vec::BitVec};

use crate::engine::{Settings, Underway, fetch};
use crate::{
    Result,
    base::{
        cpu::Tier,
        page::{Kind, Page, PageNumber},
        recipe::Split,
    },
    chrome::{ChromeFamily, Mark},
    copies::{Body, Candidate, Credit, CreditReader, Prints, credit::Stands},
    records::Corpus,
    text::{self, Compared, Digits, JoinedTokens, Scanner, Tokens, Word},
};

/// Words that a sign of damage takes from the worth of a print: more than it adds.
const DAMAGED: u32 = 3;

/// Longest title kept, in characters.
const TITLE: usize = 100;

/// What a page says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heading {
    /// First line of its evidence, or of what there is.
    pub(crate) title: String,
    /// Who it says its text is by.
    pub(crate) credits: Vec<Credit>,
}

/// Where a family of chrome is shown from: page, paragraph, number of the family.
pub(crate) type Shown = (PageNumber, u32, usize);

/// Which texts are wanted.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// By page whether its body is compared.
    compared: BitVec,
    /// By page whether its body is read.
    has_body: BitVec,
    /// Ascending.
    shown: Vec<Shown>,
    /// The pages that are read, ascending.
    pages: Vec<PageNumber>,
}

impl Wanted {
    /// Of `count` pages the bodies of all candidates, and the first occurrence of every family of chrome.
    pub(crate) fn of(count: usize, pairs: &[Candidate], chrome: &[ChromeFamily]) -> Wanted {
        let compared = listed(count, pairs.iter().flat_map(|pair| [pair.a, pair.b]));
        let shown = || chrome.iter().map(|family| family.first);
        let wanted = listed(count, pages(&compared).chain(shown().map(|first| first.0)));
        let mut shown: Vec<Shown> =
            (0..).zip(shown()).map(|(number, (page, at))| (page, at, number)).collect();
        shown.sort_unstable();
        Wanted { has_body: compared.clone(), compared, shown, pages: pages(&wanted).collect() }
    }

    /// The same, where page `read[page]` is read for `page`, whose text is equal.
    pub(crate) fn through(mut self, read: &[PageNumber]) -> Wanted {
        self.has_body = listed(read.len(), self.compared().map(|page| read[page as usize]));
        self.shown.iter_mut().for_each(|shown| shown.0 = read[shown.0 as usize]);
        self.shown.sort_unstable();
        self.pages.retain(|&page| read[page as usize] == page);
        self
    }

    /// The pages that are compared, ascending.
    pub(crate) fn compared(&self) -> impl Iterator<Item = PageNumber> + '_ {
        pages(&self.compared)
    }

    /// Whether the body of a page is compared.
    pub(crate) fn is_compared(&self, page: PageNumber) -> bool {
        self.compared[page as usize]
    }

    /// The pages that are read or stand for one that is, ascending.
    pub(crate) fn pages(&self) -> &[PageNumber] {
        &self.pages
    }

    /// Reads what is wanted. `marks` are those of a page's paragraphs; `body` gets the body and the heading of every page
    /// whose body is wanted, in input order, `sample` the text of every family by its number.
    pub(crate) fn read<'m>(
        &self,
        corpus: &Corpus,
        settings: &Settings,
        now: Underway<'_>,
        marks: impl Fn(PageNumber) -> &'m [Mark] + Sync,
        mut body: impl FnMut(PageNumber, Body, Heading),
        mut sample: impl FnMut(usize, String),
    ) -> Result<()> {
        let split = settings.recipe.paragraph;
        fetch::fetch(
            corpus,
            settings.workers(),
            now,
            &self.pages,
            || Reader::new(settings.tier),
            |reader, page, content| {
                let body =
                    self.has_body[page as usize].then(|| reader.body(content, split, marks(page)));
                let first = self.shown.partition_point(|row| row.0 < page);
                let count = self.shown[first..].iter().take_while(|row| row.0 == page).count();
                (body, lines(content, split, &self.shown[first..first + count]))
            },
            |page, (of_page, samples)| {
                if let Some((of_page, heading)) = of_page {
                    body(page, of_page, heading);
                }
                for (number, text) in samples {
                    sample(number, text);
                }
            },
        )
    }
}

/// For each of `count` pages whether it is among `pages`.
fn listed(count: usize, pages: impl Iterator<Item = PageNumber>) -> BitVec {
    let mut listed = bitvec![0; count];
    pages.for_each(|page| listed.set(page as usize, true));
    listed
}

/// The pages that are listed, ascending.
fn pages(listed: &BitSlice) -> impl Iterator<Item = PageNumber> {
    listed.iter_ones().map(|page| PageNumber::try_from(page).unwrap_or(PageNumber::MAX))
}

/// The paragraphs of a page that `rows` name, which ascend.
fn lines(page: &Page<'_>, split: Split, rows: &[Shown]) -> Vec<(usize, String)> {
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

/// Whether a line may say who wrote a page, and whether it does so wherever it stands. Of chrome, what the site says of
/// its writers and of agencies.
pub(crate) fn may_credit(mark: Mark) -> (bool, bool) {
    match mark.kind() {
        None | Some(Kind::Byline | Kind::Legal) => (true, false),
        Some(Kind::Agency) => (true, true),
        Some(_) => (false, false),
    }
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
    credits: CreditReader,
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
            credits: CreditReader::default(),
        }
    }

    /// The text of a page as it is compared, and what it says of itself.
    pub(crate) fn body(
        &mut self,
        page: &Page<'_>,
        split: Split,
        marks: &[Mark],
    ) -> (Body, Heading) {
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
        let (mut length, mut damage, mut repeated) = (0_u32, 0_u32, 0_u32);
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
                    match self.new_length() {
                        Some(new) => length = length.saturating_add(new),
                        None => repeated += 1,
                    }
                    let line = self.spans[first].start..self.spans[at - 1].end;
                    damage = damage.saturating_add(text::damage(&shown[line]));
                }
                if title.is_empty() {
                    let line = shown_line(page, self.spans[first].clone());
                    title = line.chars().take(TITLE).collect();
                }
            }
        }
        let less = damage.saturating_mul(DAMAGED).saturating_add(repeated);
        self.body.worth = (length / 2).saturating_sub(less);
        // The copy is as large as the text; the buffer keeps its room.
        (self.body.clone(), Heading { title, credits: self.credits(shown, marks) })
    }

    /// Who the page says its text is by.
    fn credits(&mut self, shown: &str, marks: &[Mark]) -> Vec<Credit> {
        /// Lines above the story, and below it, in which it is said.
        const ABOVE: usize = 4;
        const BELOW: usize = 3;
        /// Lines of the story at its beginning and at its end in which a dateline or a mark may stand.
        const INSIDE: usize = 6;
        let of =
            |is: fn(&Mark) -> bool| Some((marks.iter().position(is)?, marks.iter().rposition(is)?));
        let story = of(|mark| mark.is_evidence()).or_else(|| of(|mark| !mark.is_chrome()));
        let is_near = |at: usize| {
            story.is_some_and(|(first, last)| {
                at <= first && at + ABOVE >= first || at >= last && at <= last + BELOW
            })
        };
        for (at, mark) in marks.iter().enumerate() {
            let (may_credit, is_known) = may_credit(*mark);
            let is_inside = story.is_some_and(|(first, last)| {
                at >= first && at <= last && (at < first + INSIDE || at + INSIDE > last)
            });
            if may_credit && (is_known || is_inside || is_near(at)) {
                let is_body = !mark.is_chrome();
                let stands = Stands { is_body, is_near: is_known || is_near(at) };
                let tokens = self.scanner.paragraph(at).hashes();
                self.credits.read(&shown[self.spans[at].clone()], tokens, stands);
            }
        }
        self.credits.finish()
    }

    /// Length of the paragraph that was read, in half-words; none if it is long and the page has it already: of two prints
    /// the one that says everything once is better.
    fn new_length(&mut self) -> Option<u32> {
        /// Tokens of a paragraph that a page does not say twice on purpose.
        const LONG: usize = 8;
        let words = self.words.iter();
        let length = words.clone().map(|word| if word.single { 1 } else { 2 }).sum();
        let hash = words
            .fold(0_u64, |hash, word| crate::base::mix(hash.rotate_left(5) ^ u64::from(word.hash)));
        (self.words.len() < LONG || self.seen.insert(hash)).then_some(length)
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
