//! A pass that parses only the pages it wants.

use super::{Settings, parallel};
use crate::{
    Error, Result,
    input::{Batch, Corpus, Parser},
    page::{Page, PageNumber},
};

/// Calls `work` for every page of `wanted` (ascending), on any thread, and `sink` in page order.
///
/// Cost: decompression and line ends of the whole corpus, parsing of the wanted pages.
pub(super) fn fetch<R: Send, S>(
    corpus: &Corpus,
    settings: &Settings,
    wanted: &[PageNumber],
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, PageNumber, &Page<'_>) -> R + Sync,
    mut sink: impl FnMut(PageNumber, R),
) -> Result<()> {
    let Some(&last) = wanted.last() else { return Ok(()) };
    // What follows the last wanted page is not read.
    let batches = corpus
        .batches()
        .take_while(move |batch| batch.as_ref().map_or(true, |batch| batch.first_page <= last));
    parallel::ordered(
        settings.threads,
        batches,
        || (Parser::new(corpus, settings.tier), state()),
        |(parser, state), batch| of_batch(corpus, wanted, parser, state, &work, &batch),
        |results| {
            for (page, result) in results? {
                sink(page, result);
            }
            Ok(())
        },
    )
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
            let changed = || {
                Error::data(
                    &corpus.files()[batch.file].name,
                    "changed while it was read; run again",
                )
            };
            let raw = batch.record((page - batch.first_page) as usize).ok_or_else(changed)?;
            // It could be parsed when it was learnt.
            let record = parser.parse(&raw).map_err(|_| changed())?;
            Ok((page, work(state, page, &record.page)))
        })
        .collect()
}
