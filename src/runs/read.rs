//! One page at a time: text to families, for learning a bank and for labelling with one.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use crate::{
    bank::{Day, PageKey, PageLines, SeenPages},
    base::{cpu::Tier, page::Page, recipe::Split},
    chrome::Line,
    cues::MarkupReader,
    engine::steps::lines::LineReader,
    records::same_url_key,
    table::Shape,
    text::{self, Compared},
};

/// Reads pages; one a worker.
#[derive(Debug)]
pub(super) struct Reader {
    split: Split,
    from_lines: LineReader,
    compared: Compared,
    shapes: Vec<Shape>,
    lines: Vec<Line>,
}

impl Reader {
    pub(super) fn new(split: Split, tier: Tier) -> Reader {
        Reader {
            split,
            from_lines: LineReader::new(split, tier),
            compared: Compared::default(),
            shapes: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Cuts and folds a page. Pages without a day are taken to be of `today`.
    pub(super) fn read<'r>(&'r mut self, page: &'r Page<'_>, today: Day) -> ReadPage<'r> {
        self.from_lines.read(page, 0);
        let (spans, shown) = (self.from_lines.spans(), page.shown());
        self.lines.clear();
        let mut markup = MarkupReader::new(page.markup());
        self.lines.extend(self.from_lines.lines().iter().zip(spans).map(|(line, span)| Line {
            family: line.fingerprint,
            shape: line.shape,
            cue: markup.add(span, line.cue),
            wording: text::short_wording(line.wording),
        }));
        if self.compared.read(shown, spans, self.split == Split::Line) {
            self.shapes.clear();
            self.shapes.extend(self.lines.iter().map(|line| line.shape));
            Shape::join(shown, spans, &self.compared, &mut self.shapes);
            self.lines.iter_mut().zip(&self.shapes).for_each(|(line, &shape)| line.shape = shape);
        }
        let url = page.url.as_deref().and_then(same_url_key).unwrap_or(0);
        let day = page.date.as_deref().and_then(Day::of).unwrap_or(today);
        let key = PageKey { url, content: xxh3_64(page.text.as_bytes()), day };
        let lines = PageLines { site: &page.site, key, lines: &self.lines };
        ReadPage { text: &page.text, spans, lines }
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
