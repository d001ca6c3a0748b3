//! Measures steps: each alone, on one core, on a sample in memory.

use std::{hint::black_box, ops::Range, time::Instant};

use super::{Options, Step, median};
use crate::{
    Result,
    base::{cpu::Tier, group::Grouping},
    records::{Batch, Corpus, Parser},
    sketch::Banding,
    text::{self, Digits, Scanner},
};

/// Measures all steps.
pub(super) fn all(corpus: &Corpus, options: &Options) -> Result<Vec<Step>> {
    let (runs, tier) = (options.runs.max(1), options.settings.tier);
    let mut steps = Vec::new();

    let batches = sample(corpus, options.sample as u64)?;
    let bytes = batches.iter().map(Batch::bytes).sum();
    let pages = batches.iter().map(Batch::len).sum::<usize>() as u64;
    let mut step = |step, bytes, seconds| steps.push(Step { step, bytes, pages, seconds });
    let seconds =
        timed(runs, || sample(corpus, options.sample as u64).map(|batches| batches.len()));
    step("read", bytes, seconds?);

    let mut parser = Parser::new(corpus, tier);
    step(
        "parse",
        bytes,
        timed(runs, || {
            let mut length = 0;
            each_text(&mut parser, &batches, |text| length += text.len());
            Ok(length)
        })?,
    );

    let mut texts = Vec::new();
    each_text(&mut parser, &batches, |text| texts.push(text.to_owned()));
    drop(batches);
    let bytes = texts.iter().map(|text| text.len() as u64).sum();
    let split = options.settings.recipe.paragraph;
    step(
        "split",
        bytes,
        timed(runs, || {
            Ok(texts.iter().map(|text| text::paragraphs(text, split).count()).sum::<usize>())
        })?,
    );

    let pages: Vec<Spanned> = texts
        .iter()
        .map(|text| Spanned { text, spans: text::paragraphs(text, split).collect() })
        .collect();
    let mut scanner = Scanner::with(tier);
    step(
        "fold",
        bytes,
        timed(runs, || {
            Ok(pages.iter().fold(0, |sum, page| {
                page.scan(&mut scanner);
                sum + scanner.paragraphs().len()
            }))
        })?,
    );

    let mut tokens = Tokens::default();
    for page in &pages {
        page.scan(&mut scanner);
        scanner.paragraphs().for_each(|paragraph| tokens.push(paragraph.hashes()));
    }
    let mut keys = Keys { tier, shingles: Vec::new() };
    step(
        "sketch",
        bytes,
        timed(runs, || Ok(tokens.paragraphs().map(|t| keys.of(t)).fold(0, mixed)))?,
    );

    step(
        "fold and sketch",
        bytes,
        timed(runs, || {
            let mut sum = 0;
            for page in &pages {
                page.scan(&mut scanner);
                sum = scanner
                    .paragraphs()
                    .map(|paragraph| keys.of(paragraph.hashes()))
                    .fold(sum, mixed);
            }
            Ok(sum)
        })?,
    );

    let pairs: Vec<(u64, u32)> = tokens.paragraphs().map(text::fingerprint).zip(0..).collect();
    let mut grouping = Grouping::default();
    step(
        "group",
        bytes,
        timed(runs, || {
            let mut grouped = 0;
            grouping.each(pairs.iter().copied(), |pairs| grouped += pairs.len());
            Ok(grouped)
        })?,
    );
    Ok(steps)
}

/// A text and the spans of its paragraphs.
struct Spanned<'a> {
    text: &'a str,
    spans: Vec<Range<usize>>,
}

impl Spanned<'_> {
    fn scan(&self, scanner: &mut Scanner) {
        scanner.scan_page(self.text, self.spans.iter().cloned(), Digits::Fold);
    }
}

/// The tokens of many paragraphs.
#[derive(Default)]
struct Tokens {
    hashes: Vec<u64>,
    ends: Vec<usize>,
}

impl Tokens {
    fn push(&mut self, hashes: &[u64]) {
        self.hashes.extend_from_slice(hashes);
        self.ends.push(self.hashes.len());
    }

    fn paragraphs(&self) -> impl Iterator<Item = &[u64]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.hashes[start..end])
    }
}

/// Makes band keys of tokens, as learning does.
struct Keys {
    tier: Tier,
    shingles: Vec<u64>,
}

impl Keys {
    fn of(&mut self, tokens: &[u64]) -> [u32; 16] {
        self.shingles.clear();
        text::shingles(self.tier, tokens, &mut self.shingles);
        Banding::Rows8.first_keys(self.tier, &self.shingles)
    }
}

/// A value that depends on every key.
fn mixed(sum: u32, keys: [u32; 16]) -> u32 {
    keys.into_iter().fold(sum, u32::wrapping_add)
}

/// Batches of about `least` bytes, or all.
fn sample(corpus: &Corpus, least: u64) -> Result<Vec<Batch>> {
    let (mut batches, mut bytes) = (Vec::new(), 0);
    for batch in corpus.batches() {
        let batch = batch?;
        bytes += batch.bytes();
        batches.push(batch);
        if bytes >= least {
            break;
        }
    }
    Ok(batches)
}

/// Calls `each` with the texts of the pages that can be used.
fn each_text(parser: &mut Parser<'_>, batches: &[Batch], mut each: impl FnMut(&str)) {
    for raw in batches.iter().flat_map(Batch::raw) {
        if let Ok(record) = parser.parse(&raw) {
            each(&record.page.text);
        }
    }
}

/// Median time of `work`. Its result keeps the compiler from removing it.
fn timed<T>(runs: usize, mut work: impl FnMut() -> Result<T>) -> Result<f64> {
    let mut seconds = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        black_box(work()?);
        seconds.push(start.elapsed().as_secs_f64());
    }
    Ok(median(seconds))
}
