//! Gathering: one pass over all pages, text to columns.

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
    table::{Near, PageColumns, Paragraph, Shape},
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
    pub(crate) fn add(
        &mut self,
        settings: &Settings,
        fingerprinted: &mut FingerprintedBatch,
    ) -> Result<()> {
        self.pages += fingerprinted.columns.len();
        self.paragraphs += fingerprinted.columns.paragraphs() as u64;
        self.anchors += fingerprinted.columns.anchors() as u64;
        self.text_bytes += fingerprinted.text_bytes;
        self.input_bytes += fingerprinted.input_bytes;
        fingerprinted.bad.drain(..).try_for_each(|bad| self.bad.add(settings.allowed(), bad))
    }
}

/// The columns of one batch.
pub(crate) struct FingerprintedBatch {
    pub(crate) columns: PageColumns,
    pub(crate) bad: Vec<Bad>,
    pub(crate) text_bytes: u64,
    pub(crate) input_bytes: u64,
    stored_bytes: u64,
}

/// Fingerprints every batch of the corpus, on all threads, and hands them to `sink` in order.
pub(crate) fn each_batch(
    corpus: &Corpus,
    settings: &Settings,
    now: Underway<'_>,
    mut sink: impl FnMut(&mut FingerprintedBatch) -> Result<()>,
) -> Result<()> {
    now.expect_pages(corpus, PageNumber::MAX);
    let used = Used::default();
    parallel::ordered(
        now,
        settings.workers().threads,
        corpus.batches(),
        || {
            let fingerprinter = Fingerprinter::new(settings.recipe.paragraph, settings.tier);
            (Parser::new(corpus, settings.tier), fingerprinter)
        },
        |(parser, fingerprinter), batch| fingerprinter.batch(parser, &batch, used.take()),
        |mut fingerprinted| {
            now.advance(fingerprinted.stored_bytes);
            sink(&mut fingerprinted)?;
            used.give(fingerprinted.columns);
            Ok(())
        },
    )?;
    corpus.check_fields()
}

/// Columns of batches that are done with: others are written into their memory.
#[derive(Default)]
struct Used(Mutex<Vec<PageColumns>>);

impl Used {
    /// Bytes of columns beyond which they are let go: a batch of one long page should not be kept.
    const MOST: u64 = 8 << 20;

    /// Empty columns.
    fn take(&self) -> PageColumns {
        self.0.lock().ok().and_then(|mut used| used.pop()).unwrap_or_default()
    }

    fn give(&self, mut columns: PageColumns) {
        if columns.bytes() <= Used::MOST
            && let Ok(mut used) = self.0.lock()
        {
            columns.clear();
            used.push(columns);
        }
    }
}

/// Fingerprints pages; one a worker.
pub(crate) struct Fingerprinter {
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

impl Fingerprinter {
    pub(crate) fn new(split: Split, tier: Tier) -> Fingerprinter {
        Fingerprinter {
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

    fn batch(
        &mut self,
        parser: &mut Parser<'_>,
        batch: &Batch,
        empty: PageColumns,
    ) -> FingerprintedBatch {
        let mut fingerprinted = FingerprintedBatch {
            columns: empty,
            bad: Vec::new(),
            text_bytes: 0,
            input_bytes: batch.bytes(),
            stored_bytes: batch.stored(),
        };
        for raw in batch.raw() {
            match parser.parse(&raw) {
                Ok(record) => {
                    fingerprinted.text_bytes += record.page.text.len() as u64;
                    self.page(&record.page, &mut fingerprinted.columns);
                }
                Err(error) => {
                    fingerprinted.columns.push_bad();
                    fingerprinted.bad.push(Bad {
                        page: raw.number,
                        error,
                        record: raw.body.to_vec(),
                    });
                }
            }
        }
        fingerprinted
    }

    /// Fingerprints a page and ends it.
    pub(crate) fn page(&mut self, page: &Page<'_>, columns: &mut PageColumns) {
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
        columns.reserve(spans.len());
        let mut markup = MarkupReader::new(page.markup());
        for (i, (span, line)) in spans.iter().zip(lines).enumerate() {
            if let Some(tokens) = self.lines.tokens(line).filter(|_| line.is_new) {
                self.shingles.clear();
                text::shingles(self.tier, tokens.hashes(), &mut self.shingles);
                columns.near.push(self.tier, line.fingerprint, &self.shingles);
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
            columns.push_anchored(row, |anchors| {
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
        columns.end_page(&page.site, url, id, page.date.as_deref().unwrap_or(""));
    }
}
