//! A pass that parses only the pages it wants.

use super::{Underway, Workers, parallel};
use crate::{
    Result,
    base::page::{Page, PageNumber},
    records::{Batch, Corpus, Parser},
};

/// Calls `work` for every page of `wanted` (ascending), on any thread, and `sink` in page order.
///
/// Cost: decompression and line ends of the whole corpus, parsing of the wanted pages.
///
/// # Errors
///
/// *Data* if the corpus cannot be read up to the last of them or a wanted page cannot be parsed. Pages
/// beyond its end are passed over.
pub fn fetch<R: Send, S>(
    corpus: &Corpus,
    workers: Workers,
    now: Underway<'_>,
    wanted: &[PageNumber],
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, PageNumber, &Page<'_>) -> R + Sync,
    mut sink: impl FnMut(PageNumber, R),
) -> Result<()> {
    let Some(&last) = wanted.last() else { return Ok(()) };
    now.expect_pages(corpus, last);
    // What follows the last wanted page is not read.
    let batches = corpus
        .batches()
        .take_while(move |batch| batch.as_ref().map_or(true, |batch| batch.first_page <= last));
    parallel::ordered(
        now,
        workers.threads,
        batches,
        || (Parser::new(corpus, workers.tier), state()),
        |(parser, state), batch| {
            (of_batch(corpus, wanted, parser, state, &work, &batch), batch.stored())
        },
        |(results, stored)| {
            now.advance(stored);
            for (page, result) in results? {
                sink(page, result);
            }
            Ok(())
        },
    )
}

/// Numbers of the records that can be used as pages, ascending. Parses all.
///
/// # Errors
///
/// *Data* if the corpus cannot be read to its end.
pub fn usable_pages(corpus: &Corpus, workers: Workers) -> Result<Vec<PageNumber>> {
    let usable_of = |parser: &mut Parser<'_>, batch: Batch| -> Vec<PageNumber> {
        batch.raw().filter(|raw| parser.parse(raw).is_ok()).map(|raw| raw.number).collect()
    };
    let mut usable = Vec::new();
    parallel::ordered(
        Underway::unobserved(),
        workers.threads,
        corpus.batches(),
        || Parser::new(corpus, workers.tier),
        usable_of,
        |mut numbers| {
            usable.append(&mut numbers);
            Ok(())
        },
    )?;
    Ok(usable)
}

fn of_batch<R, S>(
    corpus: &Corpus,
    wanted: &[PageNumber],
    parser: &mut Parser<'_>,
    state: &mut S,
    work: &impl Fn(&mut S, PageNumber, &Page<'_>) -> R,
    batch: &Batch,
) -> Result<Vec<(PageNumber, R)>> {
    let start = wanted.partition_point(|&page| page < batch.first_page);
    let end = batch.first_page as usize + batch.len();
    wanted[start..]
        .iter()
        .take_while(|&&page| (page as usize) < end)
        .map(|&page| {
            let changed = || corpus.files()[batch.file].changed();
            let raw = batch.record((page - batch.first_page) as usize).ok_or_else(changed)?;
            // It could be parsed when it was learnt.
            let record = parser.parse(&raw).map_err(|_| changed())?;
            Ok((page, work(state, page, &record.page)))
        })
        .collect()
}
