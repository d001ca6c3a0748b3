//! Gathering: one pass over all pages, text to traces.

use std::{ops::Range, sync::Mutex};

use xxhash_rust::xxh3::xxh3_64;

use crate::{
    Result,
    base::{
        cpu::Tier,
        page::{Page, PageNumber},
        recipe::Split,
    },
    copies::Anchors,
    cues::{CueReader, MarkupReader},
    engine::{
        Settings, Underway,
        bad::{Bad, BadRecords},
        parallel,
    },
    records::{Batch, Corpus, Parser, same_url_key},
    table::{Near, Paragraph, Seen, Shape, Traces},
    text::{self, Compared, Digits, JoinedTokens, Scanner},
};

/// What is said of an input once it was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) pages: usize,
    pub(crate) paragraphs: u64,
    pub(crate) anchors: u64,
    pub(crate) bad: BadRecords,
    pub(crate) text_bytes: u64,
    pub(crate) input_bytes: u64,
}

impl Gathered {
    /// Counts a batch; what cannot be used of it ends the run if it is too much.
    pub(crate) fn add(&mut self, settings: &Settings, traced: &mut Traced) -> Result<()> {
        self.pages += traced.traces.len();
        self.paragraphs += traced.traces.paragraphs() as u64;
        self.anchors += traced.traces.anchors() as u64;
        self.text_bytes += traced.text_bytes;
        self.input_bytes += traced.input_bytes;
        traced.bad.drain(..).try_for_each(|bad| self.bad.add(settings.allowed(), bad))
    }
}

/// The traces of one batch.
pub(crate) struct Traced {
    pub(crate) traces: Traces,
    pub(crate) bad: Vec<Bad>,
    pub(crate) text_bytes: u64,
    pub(crate) input_bytes: u64,
    stored_bytes: u64,
}

/// Traces every batch of the corpus, on all threads, and hands them to `sink` in order.
pub(crate) fn each_batch(
    corpus: &Corpus,
    settings: &Settings,
    now: Underway<'_>,
    mut sink: impl FnMut(&mut Traced) -> Result<()>,
) -> Result<()> {
    now.expect_pages(corpus, PageNumber::MAX);
    let used = Used::default();
    parallel::ordered(
        now,
        settings.workers().threads,
        corpus.batches(),
        || {
            let tracer = Tracer::new(settings.recipe.paragraph, settings.tier);
            (Parser::new(corpus, settings.tier), tracer)
        },
        |(parser, tracer), batch| tracer.batch(parser, &batch, used.take()),
        |mut traced| {
            now.advance(traced.stored_bytes);
            sink(&mut traced)?;
            used.give(traced.traces);
            Ok(())
        },
    )?;
    corpus.check_fields()
}

/// Columns of batches that are done with: others are written into their memory.
#[derive(Default)]
struct Used(Mutex<Vec<Traces>>);

impl Used {
    /// Bytes of columns beyond which they are let go: a batch of one long page should not be kept.
    const MOST: u64 = 8 << 20;

    /// Empty columns.
    fn take(&self) -> Traces {
        self.0.lock().ok().and_then(|mut used| used.pop()).unwrap_or_default()
    }

    fn give(&self, mut traces: Traces) {
        if traces.bytes() <= Used::MOST
            && let Ok(mut used) = self.0.lock()
        {
            traces.clear();
            used.push(traces);
        }
    }
}

/// Traces pages; one a worker.
pub(crate) struct Tracer {
    split: Split,
    tier: Tier,
    spans: Vec<Range<usize>>,
    scanner: Scanner,
    compared: Compared,
    /// Reads what is compared otherwise than it stands.
    rewritten: Scanner,
    joined: JoinedTokens,
    shapes: Vec<Shape>,
    shingles: Vec<u64>,
    quoted: Vec<(u32, u32)>,
    finder: Anchors,
    cues: CueReader,
    lines: Vec<Measured>,
    seen: Seen,
}

/// What is known of a paragraph before its row is written.
struct Measured {
    fingerprint: u64,
    singles: usize,
    words: u32,
    /// Its band keys are wanted: it is long, and was not seen lately.
    is_sketched: bool,
}

impl Tracer {
    pub(crate) fn new(split: Split, tier: Tier) -> Tracer {
        Tracer {
            split,
            tier,
            spans: Vec::new(),
            scanner: Scanner::with(tier),
            compared: Compared::default(),
            rewritten: Scanner::with(tier),
            joined: JoinedTokens::default(),
            shapes: Vec::new(),
            shingles: Vec::new(),
            quoted: Vec::new(),
            finder: Anchors::new(tier),
            cues: CueReader::new(),
            lines: Vec::new(),
            seen: Seen::default(),
        }
    }

    fn batch(&mut self, parser: &mut Parser<'_>, batch: &Batch, columns: Traces) -> Traced {
        let mut traced = Traced {
            traces: columns,
            bad: Vec::new(),
            text_bytes: 0,
            input_bytes: batch.bytes(),
            stored_bytes: batch.stored(),
        };
        for raw in batch.raw() {
            match parser.parse(&raw) {
                Ok(record) => {
                    traced.text_bytes += record.page.text.len() as u64;
                    self.page(&record.page, &mut traced.traces);
                }
                Err(error) => {
                    traced.traces.push_bad();
                    traced.bad.push(Bad { page: raw.number, error, record: raw.body.to_vec() });
                }
            }
        }
        traced
    }

    /// Traces a page and ends it.
    pub(crate) fn page(&mut self, page: &Page<'_>, traces: &mut Traces) {
        self.spans.clear();
        self.spans.extend(text::paragraphs_of(page, self.split));
        let shown = page.shown();
        self.scanner.scan_page(shown, self.spans.iter().cloned(), Digits::Fold);
        self.measure(page);
        self.shapes.clear();
        let shape =
            |(span, line): (&Range<usize>, &Measured)| Shape::of(&shown[span.clone()], line.words);
        self.shapes.extend(self.spans.iter().zip(&self.lines).map(shape));
        let is_other = self.compared.read(shown, &self.spans, self.split == Split::Line);
        if is_other {
            Shape::join(shown, &self.spans, &self.compared, &mut self.shapes);
            let (text, spans) = self.compared.text(shown, &self.spans);
            self.rewritten.scan_page(text, spans.iter().cloned(), Digits::Fold);
        }
        traces.reserve(self.spans.len());
        let mut markup = MarkupReader::new(page.markup());
        for (i, (span, line)) in self.spans.iter().zip(&self.lines).enumerate() {
            let paragraph = &shown[span.clone()];
            let scanned = self.scanner.paragraph(i);
            let tokens = scanned.hashes();
            if line.is_sketched {
                self.shingles.clear();
                text::shingles(self.tier, tokens, &mut self.shingles);
                traces.near.push(self.tier, line.fingerprint, &self.shingles);
            }
            let trimmed = text::trim(paragraph);
            let wording = text::wording(trimmed);
            // A line says of itself what it says wherever it stands.
            let own = if is_other { Shape::of(paragraph, line.words) } else { self.shapes[i] };
            let cue = self.cues.read(trimmed, wording, scanned, own.measures());
            let row = Paragraph {
                fingerprint: line.fingerprint,
                shape: self.shapes[i],
                cue: markup.add(span, cue),
                wording: text::short_wording(wording),
            };
            let next = |end: usize| {
                let line = self.spans.get(end).map(|span| &shown[span.clone()]);
                line.is_some_and(text::is_attribution)
            };
            traces.push_anchored(row, |anchors| {
                if is_other {
                    // All anchors of a paragraph of several lines are those of its first line.
                    if self.compared.goes_on(i) {
                        return;
                    }
                    let block = self.compared.block(i);
                    self.joined.set(&self.rewritten, block.clone());
                    let tokens = self.joined.tokens();
                    let count = tokens.singles();
                    if tokens.words_with(count) >= Near::WORDS {
                        tokens.quoted(next(block.end), &mut self.quoted);
                        let singles = 2 * count > tokens.hashes().len();
                        self.finder.of(tokens.hashes(), &self.quoted, singles, anchors);
                    }
                } else if line.words >= Near::WORDS {
                    scanned.quoted(next(i + 1), &mut self.quoted);
                    let singles = 2 * line.singles > tokens.len();
                    self.finder.of(tokens, &self.quoted, singles, anchors);
                }
            });
        }
        let url = page.url.as_deref().and_then(same_url_key).unwrap_or(0);
        let id = page.id.as_deref().unwrap_or("");
        traces.end_page(&page.site, url, id, page.date.as_deref().unwrap_or(""));
    }

    /// Fingerprints and lengths of the page's paragraphs, and which of them are to be sketched.
    fn measure(&mut self, page: &Page<'_>) {
        // What was sketched for one site is sketched again for another: sites may end up in different shards.
        let site = xxh3_64(page.site.as_bytes());
        let has_singles = self.scanner.has_singles();
        self.lines.clear();
        for (i, span) in self.spans.iter().enumerate() {
            let scanned = self.scanner.paragraph(i);
            let fingerprint =
                text::paragraph_fingerprint(scanned.hashes(), &page.shown()[span.clone()]);
            let singles = if has_singles { scanned.singles() } else { 0 };
            let words = scanned.words_with(singles);
            self.lines.push(Measured { fingerprint, singles, words, is_sketched: false });
        }
        for line in self.lines.iter_mut().filter(|line| line.words >= Near::WORDS) {
            line.is_sketched = !self.seen.check(line.fingerprint ^ site);
        }
    }
}
