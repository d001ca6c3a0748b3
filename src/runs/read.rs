//! One page at a time: text to families, for learning a bank and for labelling with one.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use crate::{
    bank::{Day, PageKey, PageLines, SeenPages},
    base::{cpu::Tier, page::Page, recipe::Split},
    chrome::Line,
    cues::{CueReader, MarkupReader},
    records::same_url_key,
    table::Shape,
    text::{self, Compared, Digits, Scanner},
};

/// Reads pages; one a worker.
#[derive(Debug)]
pub(super) struct Reader {
    split: Split,
    scanner: Scanner,
    spans: Vec<Range<usize>>,
    compared: Compared,
    shapes: Vec<Shape>,
    cues: CueReader,
    lines: Vec<Line>,
}

impl Reader {
    pub(super) fn new(split: Split, tier: Tier) -> Reader {
        Reader {
            split,
            scanner: Scanner::with(tier),
            spans: Vec::new(),
            compared: Compared::default(),
            shapes: Vec::new(),
            cues: CueReader::new(),
            lines: Vec::new(),
        }
    }

    /// Cuts and folds a page. Pages without a day are taken to be of `today`.
    pub(super) fn read<'r>(&'r mut self, page: &'r Page<'_>, today: Day) -> ReadPage<'r> {
        self.spans.clear();
        self.spans.extend(text::paragraphs_of(page, self.split));
        let shown = page.shown();
        self.scanner.scan_page(shown, self.spans.iter().cloned(), Digits::Fold);
        self.lines.clear();
        let mut markup = MarkupReader::new(page.markup());
        for (i, span) in self.spans.iter().enumerate() {
            let paragraph = &shown[span.clone()];
            let scanned = self.scanner.paragraph(i);
            let family = text::paragraph_fingerprint(scanned.hashes(), paragraph);
            let shape = Shape::of(paragraph, scanned.words());
            let trimmed = text::trim(paragraph);
            let wording = text::wording(trimmed);
            let cue = self.cues.read(trimmed, wording, scanned, shape.measures());
            let cue = markup.add(span, cue);
            self.lines.push(Line { family, shape, cue, wording: text::short_wording(wording) });
        }
        if self.compared.read(shown, &self.spans, self.split == Split::Line) {
            self.shapes.clear();
            self.shapes.extend(self.lines.iter().map(|line| line.shape));
            Shape::join(shown, &self.spans, &self.compared, &mut self.shapes);
            self.lines.iter_mut().zip(&self.shapes).for_each(|(line, &shape)| line.shape = shape);
        }
        let url = page.url.as_deref().and_then(same_url_key).unwrap_or(0);
        let day = page.date.as_deref().and_then(Day::of).unwrap_or(today);
        let key = PageKey { url, content: xxh3_64(page.text.as_bytes()), day };
        let lines = PageLines { site: &page.site, key, lines: &self.lines };
        ReadPage { text: &page.text, spans: &self.spans, lines }
    }
}

/// A page that was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadPage<'r> {
    text: &'r str,
    /// Its paragraphs.
    pub(super) spans: &'r [Range<usize>],
    /// Their families.
    pub(super) lines: PageLines<'r>,
}

impl ReadPage<'_> {
    /// Adds it to pages that are to be learnt.
    pub(super) fn learn(&self, seen: &mut SeenPages) {
        for (span, line) in self.spans.iter().zip(self.lines.lines) {
            seen.push(*line, &self.text[span.clone()]);
        }
        seen.end_page(self.lines.site, self.lines.key);
    }
}
