//! Joins near-duplicate paragraphs of every site: proposes from traces, fetches, decides.

use super::{Settings, Underway, Unit, fetch, parallel};
use crate::{
    Result,
    families::{self, Joined, Occurrences, Proposals},
    input::Corpus,
    page::PageNumber,
    text::{self, Digits, Scanner},
    trace::Traces,
};

/// Numbers of sites, those with most pages first.
pub(super) fn largest_first(by_site: &[Vec<PageNumber>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..by_site.len()).collect();
    order.sort_by_key(|&site| std::cmp::Reverse(by_site[site].len()));
    order
}

/// Gives near-duplicate paragraphs one family. Returns how many families took in others.
pub(super) fn join(
    corpus: &Corpus,
    settings: &Settings,
    traces: &mut Traces,
    by_site: &[Vec<PageNumber>],
    now: Underway<'_>,
) -> Result<usize> {
    now.expect(Unit::Pages, traces.len());
    let order = largest_first(by_site);
    let proposals: Vec<Proposals> = parallel::map(
        settings.threads,
        &order,
        || (),
        |(), site| {
            let proposals = families::propose(&Occurrences::of(traces, &by_site[site]));
            now.advance(by_site[site].len() as u64);
            proposals
        },
    );

    // (page, paragraph) of every sample, ascending; its shingles are found by bisection.
    let mut samples: Vec<(PageNumber, u32)> = proposals
        .iter()
        .zip(by_site)
        .flat_map(|(of_site, pages)| of_site.samples().map(|(page, at)| (pages[page as usize], at)))
        .collect();
    samples.sort_unstable();
    samples.dedup();
    let mut pages: Vec<PageNumber> = samples.iter().map(|&(page, _)| page).collect();
    pages.dedup();

    let mut shingles: Vec<Vec<u64>> = Vec::with_capacity(samples.len());
    let split = settings.recipe.paragraph;
    fetch::fetch(
        corpus,
        settings.workers(),
        now,
        &pages,
        || Scanner::with(settings.tier),
        |scanner, page, content| {
            let spans: Vec<_> = text::paragraphs(&content.text, split).collect();
            let first = samples.partition_point(|sample| sample.0 < page);
            samples[first..]
                .iter()
                .take_while(|sample| sample.0 == page)
                .map(|&(_, at)| {
                    let mut set = Vec::new();
                    if let Some(span) = spans.get(at as usize) {
                        scanner.scan(&content.text[span.clone()], Digits::Fold);
                        text::shingles(settings.tier, scanner.tokens(), &mut set);
                        set.sort_unstable();
                        set.dedup();
                    }
                    set
                })
                .collect::<Vec<_>>()
        },
        |_, sets| shingles.extend(sets),
    )?;

    let mut hubs = 0;
    for (of_site, pages) in proposals.iter().zip(by_site) {
        if of_site.is_empty() {
            continue;
        }
        let places: Vec<(PageNumber, u32)> =
            of_site.samples().map(|(page, at)| (pages[page as usize], at)).collect();
        let joined: Joined = families::join(of_site, pages.len(), |n| {
            samples.binary_search(&places[n]).map_or(&[][..], |at| &shingles[at])
        });
        hubs += joined.hubs;
        if !joined.is_empty() {
            for &page in pages {
                traces.join_families(page, |family| joined.family(family));
            }
        }
    }
    Ok(hubs)
}
