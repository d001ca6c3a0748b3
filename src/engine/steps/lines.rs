//! The lines of a page: what is kept of each, whatever it is kept for.
//!
//! Four of five lines of a crawl were read before: menus, feet, headlines in lists. A line that was read lately is
//! known again by a hash of its bytes, and is neither folded nor hashed token by token.

use std::ops::Range;

use crate::{
    base::{cpu::Tier, page::Page, recipe::Split},
    copies::Anchors,
    cues::{Cue, CueReader},
    table::{Near, Seen, Shape},
    text::{self, Digits, Scanner, Tokens},
};

/// Lines that are remembered, a power of two.
const REMEMBERED: usize = 1 << 14;
/// Anchors of lines that are remembered.
const ANCHORS: usize = 1 << 17;

/// What a line says wherever it stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Line {
    /// Hash of its bytes but for the space around it.
    pub(crate) wording: u64,
    /// Fingerprint of its tokens.
    pub(crate) fingerprint: u64,
    /// Length and grade of prose.
    pub(crate) shape: Shape,
    /// What its words say it is.
    pub(crate) cue: Cue,
    pub(crate) words: u32,
    /// Its anchors, if nobody is said to have spoken it: where they stand, and how many.
    anchors: (u32, u32),
    /// Its number among those that were scanned; [`NOT_SCANNED`] if it was remembered.
    scanned: u32,
    /// It is long, and was not seen lately on its site.
    pub(crate) is_new: bool,
}

const NOT_SCANNED: u32 = u32::MAX;

/// Reads the lines of pages; one a worker.
#[derive(Debug)]
pub(crate) struct LineReader {
    split: Split,
    spans: Vec<Range<usize>>,
    scanner: Scanner,
    cues: CueReader,
    /// Long lines of sites that were read lately; none if nobody asks for new ones.
    seen: Option<Seen>,
    /// None if nobody asks for anchors.
    finder: Option<Anchors>,
    quoted: Vec<(u32, u32)>,
    lines: Vec<Line>,
    /// Of the lines of the page, and whether each is remembered.
    wordings: Vec<(u64, bool)>,
    /// By wording.
    remembered: Vec<Line>,
    /// Anchors of lines, of those that are remembered first.
    anchors: Vec<u64>,
    /// Those that have to be scanned: numbers and places.
    missing: Vec<u32>,
    places: Vec<Range<usize>>,
}

impl LineReader {
    /// A reader that has read nothing.
    pub(crate) fn new(split: Split, tier: Tier) -> LineReader {
        LineReader {
            split,
            spans: Vec::new(),
            scanner: Scanner::with(tier),
            cues: CueReader::new(),
            seen: None,
            finder: None,
            quoted: Vec::new(),
            lines: Vec::new(),
            wordings: Vec::new(),
            remembered: Vec::new(),
            anchors: Vec::new(),
            missing: Vec::new(),
            places: Vec::new(),
        }
    }

    /// The same, which finds anchors and tells which long lines are new to their site.
    pub(crate) fn for_columns(split: Split, tier: Tier) -> LineReader {
        LineReader {
            seen: Some(Seen::default()),
            finder: Some(Anchors::new(tier)),
            ..LineReader::new(split, tier)
        }
    }

    /// Reads the lines of a page; `site` is a hash of its site's name.
    pub(crate) fn read(&mut self, page: &Page<'_>, site: u64) {
        self.spans.clear();
        self.spans.extend(text::paragraphs_of(page, self.split));
        if self.remembered.is_empty() {
            self.remembered.resize(REMEMBERED, Line::default());
        }
        if self.anchors.len() > ANCHORS {
            self.anchors.clear();
            self.remembered.fill(Line::default());
        }
        let shown = page.shown();
        self.lines.clear();
        self.missing.clear();
        self.places.clear();
        // Without a branch, so that no look into the table waits for the one before.
        self.wordings.clear();
        for span in &self.spans {
            let wording = text::wording(&shown[span.clone()]);
            let is_known = self.remembered[slot(wording)].wording == wording;
            self.wordings.push((wording, is_known));
        }
        for (at, &(wording, is_known)) in (0_u32..).zip(&self.wordings) {
            let known = &self.remembered[slot(wording)];
            let mut was_new = false;
            if is_known && wording != 0 {
                was_new = known.words >= Near::WORDS && is_new(&mut self.seen, known, site);
                if !was_new {
                    self.lines.push(Line { scanned: NOT_SCANNED, is_new: false, ..*known });
                    continue;
                }
            }
            self.lines.push(Line { wording, is_new: was_new, ..Line::default() });
            self.missing.push(at);
            self.places.push(self.spans[at as usize].clone());
        }
        self.scan(shown, site);
    }

    /// Reads the lines that are not remembered.
    fn scan(&mut self, shown: &str, site: u64) {
        self.scanner.scan_page(shown, self.places.iter().cloned(), Digits::Fold);
        let has_singles = self.scanner.has_singles();
        for (number, &at) in (0_u32..).zip(&self.missing) {
            let Line { wording, is_new: was_new, .. } = self.lines[at as usize];
            let paragraph = &shown[self.spans[at as usize].clone()];
            let tokens = self.scanner.paragraph(number as usize);
            let singles = if has_singles { tokens.singles() } else { 0 };
            let words = tokens.words_with(singles);
            let shape = Shape::of(paragraph, words);
            let trimmed = text::trim(paragraph);
            let mut line = Line {
                wording,
                fingerprint: text::paragraph_fingerprint(tokens.hashes(), paragraph),
                shape,
                cue: self.cues.read(trimmed, wording, tokens, shape.measures()),
                words,
                anchors: (0, 0),
                scanned: number,
                is_new: was_new,
            };
            if words >= Near::WORDS {
                line.is_new = was_new || is_new(&mut self.seen, &line, site);
                if let Some(finder) = &mut self.finder {
                    tokens.quoted(false, &mut self.quoted);
                    let singles = 2 * singles > tokens.hashes().len();
                    let first = self.anchors.len();
                    finder.of(tokens.hashes(), &self.quoted, singles, &mut self.anchors);
                    line.anchors = (count(first), count(self.anchors.len() - first));
                }
            }
            self.lines[at as usize] = line;
            // What is around a line is part of its shape.
            if trimmed.len() == paragraph.len() {
                self.remembered[slot(wording)] = line;
            }
        }
    }

    /// Where the lines of the page stand.
    pub(crate) fn spans(&self) -> &[Range<usize>] {
        &self.spans
    }

    /// The lines of the page.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The anchors of a line of the page that nobody is said to have spoken.
    pub(crate) fn anchors(&self, line: &Line) -> &[u64] {
        let (first, count) = line.anchors;
        &self.anchors[first as usize..][..count as usize]
    }

    /// The tokens of a line that is new to its site.
    pub(crate) fn tokens(&self, line: &Line) -> Option<Tokens<'_>> {
        (line.scanned != NOT_SCANNED).then(|| self.scanner.paragraph(line.scanned as usize))
    }
}

/// Whether a long line was not seen lately on this site. What was seen on one site is new to another: sites may end up
/// in different shards.
fn is_new(seen: &mut Option<Seen>, line: &Line, site: u64) -> bool {
    seen.as_mut().is_some_and(|seen| !seen.check(line.fingerprint ^ site))
}

#[expect(clippy::cast_possible_truncation, reason = "the lowest bits")]
fn slot(wording: u64) -> usize {
    wording as usize % REMEMBERED
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn page(text: String) -> Page<'static> {
        Page { id: None, site: "s".into(), url: None, date: None, text: text.into(), layout: None }
    }

    /// All that is said of the lines of a page.
    fn said(reader: &LineReader) -> Vec<String> {
        let line = |line: &Line| {
            let Line { wording, fingerprint, shape, cue, words, .. } = *line;
            format!("{wording} {fingerprint} {shape:?} {cue:?} {words} {:?}", reader.anchors(line))
        };
        reader.lines().iter().map(line).collect()
    }

    proptest! {
        /// A reader that has read other pages says of each what one says that has read nothing.
        #[test]
        fn what_is_remembered_is_what_would_be_read(
            pages in vec(vec((0_usize..9, 0_usize..3), 0..12), 1..9),
        ) {
            const LINES: [&str; 9] = [
                "Home", "Subscribe to our newsletter", "12 comments", "漢字は空白なしで書かれる。", "—",
                "The council said on Monday that the bridge over the river stays closed until the spring.",
                "“Nobody asked us about the bridge before it was closed for the whole of the winter,” she said.",
                "Read more: the bridge, the river, the council and all that was said of them this week",
                "By Ada Quill, 14 April 2031",
            ];
            let mut warm = LineReader::for_columns(Split::Line, Tier::best());
            for lines in pages {
                let lines: Vec<String> = lines
                    .iter()
                    .map(|&(line, around)| format!("{}{}", ["", " ", "\t"][around], LINES[line]))
                    .collect();
                let page = page(lines.join("\n"));
                warm.read(&page, 7);
                let mut fresh = LineReader::for_columns(Split::Line, Tier::best());
                fresh.read(&page, 7);
                prop_assert_eq!(said(&warm), said(&fresh));
            }
        }
    }

    #[test]
    fn a_long_line_is_new_once_on_each_site() {
        let long = "The council said on Monday that the bridge over the river stays closed until the spring.";
        let page = page(format!("{long}\nHome\n{long}"));
        let mut reader = LineReader::for_columns(Split::Line, Tier::best());
        let mut new = |site| {
            reader.read(&page, site);
            let lines = reader.lines().iter();
            lines.map(|line| line.is_new && reader.tokens(line).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(new(1), [true, false, false]);
        assert_eq!(new(1), [false; 3]);
        assert_eq!(new(2), [true, false, false]);
    }
}
