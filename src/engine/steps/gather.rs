//! Gathering: one pass over all pages, text to traces.

use std::sync::Mutex;

use xxhash_rust::xxh3::xxh3_64;

use super::lines::LineReader;
use crate::{
    Result,
    base::{
        cpu::Tier,
        page::{Page, PageNumber},
        recipe::Split,
    },
    copies::Anchors,
    cues::MarkupReader,
    engine::{
        Settings, Underway,
        bad::{Bad, BadRecords},
        parallel,
    },
    records::{Batch, Corpus, Parser, same_url_key},
    table::{Near, Paragraph, Shape, Traces},
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
    lines: LineReader,
    compared: Compared,
    /// Reads what is compared otherwise than it stands.
    rewritten: Scanner,
    joined: JoinedTokens,
    shapes: Vec<Shape>,
    shingles: Vec<u64>,
    quoted: Vec<(u32, u32)>,
    finder: Anchors,
}

impl Tracer {
    pub(crate) fn new(split: Split, tier: Tier) -> Tracer {
        Tracer {
            split,
            tier,
            lines: LineReader::for_columns(split, tier),
            compared: Compared::default(),
            rewritten: Scanner::with(tier),
            joined: JoinedTokens::default(),
            shapes: Vec::new(),
            shingles: Vec::new(),
            quoted: Vec::new(),
            finder: Anchors::new(tier),
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
        self.lines.read(page, xxh3_64(page.site.as_bytes()));
        let (lines, spans, shown) = (self.lines.lines(), self.lines.spans(), page.shown());
        let is_other = self.compared.read(shown, spans, self.split == Split::Line);
        if is_other {
            self.shapes.clear();
            self.shapes.extend(lines.iter().map(|line| line.shape));
            Shape::join(shown, spans, &self.compared, &mut self.shapes);
            let (text, spans) = self.compared.text(shown, spans);
            self.rewritten.scan_page(text, spans.iter().cloned(), Digits::Fold);
        }
        traces.reserve(spans.len());
        let mut markup = MarkupReader::new(page.markup());
        for (i, (span, line)) in spans.iter().zip(lines).enumerate() {
            if let Some(tokens) = self.lines.tokens(line).filter(|_| line.is_new) {
                self.shingles.clear();
                text::shingles(self.tier, tokens.hashes(), &mut self.shingles);
                traces.near.push(self.tier, line.fingerprint, &self.shingles);
            }
            let row = Paragraph {
                fingerprint: line.fingerprint,
                // A line of a paragraph of several is part of that.
                shape: if is_other { self.shapes[i] } else { line.shape },
                // A line says of itself what it says wherever it stands.
                cue: markup.add(span, line.cue),
                wording: text::short_wording(line.wording),
            };
            let next = |end: usize| {
                let line = spans.get(end).map(|span| &shown[span.clone()]);
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
                } else if line.words >= Near::WORDS && !next(i + 1) {
                    anchors.extend_from_slice(self.lines.anchors(line));
                }
            });
        }
        let url = page.url.as_deref().and_then(same_url_key).unwrap_or(0);
        let id = page.id.as_deref().unwrap_or("");
        traces.end_page(&page.site, url, id, page.date.as_deref().unwrap_or(""));
    }
}
