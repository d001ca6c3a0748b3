//! Steps: each alone, on one core, on a sample that is in memory.

use std::{hint::black_box, ops::Range, time::Instant};

use super::{Options, Step, median};
use crate::{
    Result,
    input::{Batch, Corpus},
    recipe::Split,
    sketch::{Banding, Sketch},
    text::{self, Digits, Scanner},
};

/// Measures all steps.
pub(super) fn all(corpus: &Corpus, options: &Options) -> Result<Vec<Step>> {
    let runs = options.runs.max(1);
    let mut steps = Vec::new();

    let batches = sample(corpus, options.sample)?;
    let bytes: usize = batches.iter().map(Batch::bytes).sum();
    let pages = batches.iter().map(Batch::len).sum::<usize>() as u64;
    let step = |step, bytes: usize, seconds| Step { step, bytes: bytes as u64, pages, seconds };
    let seconds = timed(runs, || sample(corpus, options.sample).map(|sample| sample.len()))?;
    steps.push(step("read", bytes, seconds));

    let seconds = timed(runs, || {
        let mut length = 0;
        each_text(corpus, &batches, |text| length += text.len());
        Ok(length)
    })?;
    steps.push(step("parse", bytes, seconds));

    let mut texts = Vec::new();
    each_text(corpus, &batches, |text| texts.push(text.to_owned()));
    drop(batches);
    let bytes = texts.iter().map(String::len).sum();
    let split = options.settings.recipe.paragraph;
    let seconds = timed(runs, || Ok(paragraphs(&texts, split).count()))?;
    steps.push(step("split", bytes, seconds));

    let spans: Vec<(usize, Range<usize>)> = paragraphs(&texts, split).collect();
    let spans = || spans.iter().map(|(text, span)| &texts[*text][span.clone()]);
    let mut scanner = Scanner::new();
    let seconds = timed(runs, || {
        Ok(spans().fold(0, |sum, paragraph| {
            scanner.scan(paragraph, Digits::Fold);
            sum + scanner.tokens().len()
        }))
    })?;
    steps.push(step("fold", bytes, seconds));

    let (mut tokens, mut ends) = (Vec::new(), Vec::new());
    for paragraph in spans() {
        scanner.scan(paragraph, Digits::Fold);
        tokens.extend_from_slice(scanner.tokens());
        ends.push(tokens.len());
    }
    let mut shingles = Vec::new();
    let mut keys = |tokens: &[u64]| {
        shingles.clear();
        text::shingles(tokens, &mut shingles);
        let mut sum = 0_u32;
        let sketch = Sketch::of(&shingles);
        Banding::Rows8.keys(&sketch, |_, key| sum = sum.wrapping_add(key));
        sum
    };
    let seconds = timed(runs, || {
        let (mut from, mut sum) = (0, 0_u32);
        for &end in &ends {
            sum = sum.wrapping_add(keys(&tokens[from..end]));
            from = end;
        }
        Ok(sum)
    })?;
    steps.push(step("sketch", bytes, seconds));

    let seconds = timed(runs, || {
        Ok(spans().fold(0_u32, |sum, paragraph| {
            scanner.scan(paragraph, Digits::Fold);
            sum.wrapping_add(keys(scanner.tokens()))
        }))
    })?;
    steps.push(step("fold and sketch", bytes, seconds));
    Ok(steps)
}

/// Batches of about `least` bytes, or all.
fn sample(corpus: &Corpus, least: usize) -> Result<Vec<Batch>> {
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
fn each_text(corpus: &Corpus, batches: &[Batch], mut each: impl FnMut(&str)) {
    for raw in batches.iter().flat_map(Batch::raw) {
        if let Ok(record) = raw.parse(corpus) {
            each(&record.page.text);
        }
    }
}

/// Every paragraph: the number of its text, and its place there.
fn paragraphs(texts: &[String], split: Split) -> impl Iterator<Item = (usize, Range<usize>)> + '_ {
    texts
        .iter()
        .enumerate()
        .flat_map(move |(n, text)| text::paragraphs(text, split).map(move |span| (n, span)))
}

/// Median time of `work`, whose result keeps the compiler from leaving it out.
fn timed<T>(runs: usize, mut work: impl FnMut() -> Result<T>) -> Result<f64> {
    let mut seconds = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        black_box(work()?);
        seconds.push(start.elapsed().as_secs_f64());
    }
    Ok(median(seconds))
}
