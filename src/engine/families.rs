//! Joins near-duplicate paragraphs of every site: proposes from traces, fetches, decides.

use super::{Settings, Underway, Unit, fetch, parallel};
use crate::{
    Result,
    base::page::PageNumber,
    chrome::near::{self, Joined, Proposals},
    records::Corpus,
    table::{Near, Traces},
    text::{self, Digits, Scanner},
};

/// Numbers of sites, those with most pages first.
pub(crate) fn largest_first(by_site: &[Vec<PageNumber>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..by_site.len()).collect();
    order.sort_by_key(|&site| std::cmp::Reverse(by_site[site].len()));
    order
}

/// Gives near-duplicate paragraphs one family. Returns how many families took in others.
pub(crate) fn join(
    corpus: &Corpus,
    settings: &Settings,
    traces: &mut Traces,
    by_site: &[Vec<PageNumber>],
    now: Underway<'_>,
) -> Result<usize> {
    now.expect(Unit::Pages, traces.len());
    let order = largest_first(by_site);
    let proposals: Vec<Proposals> = parallel::map(
        now,
        settings.workers().threads,
        &order,
        || (),
        |(), site| {
            let proposals = near::propose(traces, &by_site[site]);
            now.advance(by_site[site].len() as u64);
            proposals
        },
    )?;

    traces.near = Near::default();

    let places = |of_site: &Proposals, pages: &[PageNumber]| -> Vec<Sample> {
        of_site.samples().map(|(page, at)| (pages[page as usize], at)).collect()
    };
    let of_sites = proposals.iter().zip(by_site);
    let samples = of_sites.flat_map(|(of_site, pages)| places(of_site, pages)).collect();
    let read = Read::samples(corpus, settings, samples, now)?;

    let mut hubs = 0;
    for (of_site, pages) in proposals.iter().zip(by_site) {
        if of_site.is_empty() {
            continue;
        }
        let places = places(of_site, pages);
        let joined: Joined = near::join(of_site, pages.len(), |n| read.shingles(places[n]));
        hubs += joined.hubs;
        if !joined.is_empty() {
            let family = joined.by_number();
            for &page in pages {
                traces.join_families(page, &family);
            }
        }
    }
    Ok(hubs)
}

/// A paragraph that is read again: page and paragraph.
pub(crate) type Sample = (PageNumber, u32);

/// Paragraphs that were read again, as sets of shingles.
pub(crate) struct Read {
    /// Ascending, found by bisection.
    samples: Vec<Sample>,
    shingles: Vec<Vec<u64>>,
}

impl Read {
    /// Reads paragraphs; they may come in any order and more than once.
    pub(crate) fn samples(
        corpus: &Corpus,
        settings: &Settings,
        mut samples: Vec<Sample>,
        now: Underway<'_>,
    ) -> Result<Read> {
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
                let spans: Vec<_> = text::paragraphs_of(content, split).collect();
                let first = samples.partition_point(|sample| sample.0 < page);
                samples[first..]
                    .iter()
                    .take_while(|sample| sample.0 == page)
                    .map(|&(_, at)| {
                        let mut set = Vec::new();
                        if let Some(span) = spans.get(at as usize) {
                            scanner.scan(&content.shown()[span.clone()], Digits::Fold);
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
        Ok(Read { samples, shingles })
    }

    /// The sorted, distinct shingles of a paragraph that was asked for.
    pub(crate) fn shingles(&self, sample: Sample) -> &[u64] {
        self.samples.binary_search(&sample).map_or(&[], |at| &self.shingles[at])
    }
}
