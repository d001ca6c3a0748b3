//! Near-duplicate paragraphs of every site: proposed from columns, decided on their texts.

use std::collections::{HashMap, HashSet};

use crate::{
    Result,
    base::page::{PageNumber, SiteNumber},
    chrome::{
        SiteFamily,
        near::{self, Joined, LongFamily, Proposals},
    },
    engine::{Settings, Shard, Underway, fetch, parallel},
    records::Corpus,
    text::{self, Digits, Scanner},
};

/// Numbers of sites, those with most pages first.
pub(crate) fn largest_first(by_site: &[Vec<PageNumber>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..by_site.len()).collect();
    order.sort_by_key(|&site| std::cmp::Reverse(by_site[site].len()));
    order
}

/// What one site of a shard gives: near-duplicates that may be, and its long families.
pub(crate) struct OfSite {
    pub(crate) proposals: Proposals,
    /// By the numbers that sites and pages have in the input.
    pub(crate) long: Vec<SiteFamily>,
}

/// Proposes near-duplicates on every site of a shard, whose families are numbered.
pub(crate) fn propose(
    settings: &Settings,
    shard: &Shard,
    now: Underway<'_>,
) -> Result<Vec<OfSite>> {
    let Shard { columns, by_site, sites } = shard;
    let order = largest_first(by_site);
    parallel::map(
        now,
        settings.workers().threads,
        &order,
        || (),
        |(), site| {
            let pages = &by_site[site];
            let long = near::long_families(columns, pages);
            let proposals = near::propose(columns, pages.len(), &long);
            now.advance(pages.len() as u64);
            let on_site = |family: &LongFamily| family.on_site(columns, pages, sites[site]);
            OfSite { proposals, long: long.iter().map(on_site).collect() }
        },
    )
}

/// What was proposed on a site, and where its samples are.
pub(crate) struct Proposed {
    pub(crate) shard: usize,
    /// The site's place in the shard, and its number among all.
    pub(crate) site: usize,
    pub(crate) number: SiteNumber,
    pub(crate) pages: usize,
    pub(crate) proposals: Proposals,
    /// Page and paragraph of every sample.
    pub(crate) places: Vec<Sample>,
    /// The long families among those that may join another one.
    pub(crate) waiting: Vec<SiteFamily>,
}

impl Proposed {
    /// Whether anything of it has to be decided.
    pub(crate) fn is_empty(&self) -> bool {
        self.proposals.is_empty() && self.waiting.is_empty()
    }

    /// Decides which families join, by what was read of the samples. Rows of families that join another one are
    /// then rows of that one, and are handed to `row`.
    pub(crate) fn decide(
        &self,
        read: &Read,
        row: impl FnMut(SiteFamily) -> Result<()>,
    ) -> Result<Joined> {
        let shingles = |n: usize| read.shingles(self.places[n]);
        let joined = near::join(&self.proposals, self.pages, shingles);
        let numbers: HashMap<u64, u32> =
            self.proposals.families().map(|(number, fingerprint)| (fingerprint, number)).collect();
        let fingerprints: HashMap<u32, u64> = self.proposals.families().collect();
        let family_of = joined.by_number();
        let renamed = self.waiting.iter().map(|row| {
            let hub = numbers.get(&row.family).map(|&number| family_of(number));
            let family = hub.and_then(|hub| fingerprints.get(&hub).copied()).unwrap_or(row.family);
            SiteFamily { family, site: self.number, ..*row }
        });
        renamed.into_iter().try_for_each(row)?;
        Ok(joined)
    }

    /// The families that joined another one, and that one, as fingerprints, ascending.
    pub(crate) fn names(&self, joined: &Joined) -> Vec<(u64, u64)> {
        let fingerprints: HashMap<u32, u64> = self.proposals.families().collect();
        let name = |number: &u32| fingerprints.get(number).copied();
        let pairs = joined.pairs().iter();
        let mut names: Vec<(u64, u64)> =
            pairs.filter_map(|(a, b)| Some((name(a)?, name(b)?))).collect();
        names.sort_unstable();
        names
    }
}

/// Long families of a site; those that may be part of another one wait until that is known.
pub(crate) struct Waiting {
    families: HashSet<u64>,
    pub(crate) rows: Vec<SiteFamily>,
}

impl Waiting {
    pub(crate) fn of(proposals: &Proposals) -> Waiting {
        let families = proposals.families().map(|(_, fingerprint)| fingerprint).collect();
        Waiting { families, rows: Vec::new() }
    }

    /// Hands a row on, or keeps it.
    pub(crate) fn pass(
        &mut self,
        row: SiteFamily,
        on: impl FnOnce(SiteFamily) -> Result<()>,
    ) -> Result<()> {
        if self.families.contains(&row.family) {
            self.rows.push(row);
            return Ok(());
        }
        on(row)
    }
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
