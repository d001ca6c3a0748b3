//! All pages of an index compared with each other, as a run over all of them would.

use crate::{
    Result,
    base::page::{PageNumber, SiteNumber},
    copies::{Candidate, Kinship, Limits, Meetings, SharedKeys},
    engine::{
        ClusterFinding, Observer, Settings, Stage, stage,
        steps::{
            count::count,
            verify::{Comparison, of_texts},
        },
    },
    index::{About, Index, IndexLibrary, Source},
};

/// Pages of an index that print the same text.
#[derive(Debug)]
pub struct IndexClusters {
    /// Clusters, by lead; pages have the numbers of the index.
    pub clusters: Vec<ClusterFinding>,
    /// Verified pairs.
    pub links: u64,
    /// Pairs that were aligned.
    pub candidates: u64,
    /// What was linked rather than paired in full.
    pub limits: Limits,
}

/// Finds the clusters of all pages of `index`.
///
/// Holds 32 bytes a page, 12 for each record of a key that several pages have, and the pairs.
///
/// # Errors
///
/// *Data* if the index is damaged.
pub fn index_clusters(
    index: &Index,
    settings: &Settings,
    observer: &dyn Observer,
) -> Result<IndexClusters> {
    stage(observer, Stage::Copies, |now| {
        let library = IndexLibrary::new(index)?;
        let proposals = {
            let mut meetings: [Meetings; 3] = Default::default();
            for (of, source) in meetings.iter_mut().zip(Source::ALL) {
                let mut shared = SharedKeys::default();
                index.each_shared(source, |pages| shared.push(pages))?;
                *of = Meetings::of(vec![shared], index.pages() as usize);
            }
            count(now, settings.workers().threads, &meetings, &library.anchors())?
        };
        let about =
            |page: PageNumber| -> About { library.or_keep(index.about(page)).unwrap_or_default() };
        let preferred = library.sites().ranks(&settings.recipe.prefer);
        let kin = |page: PageNumber| -> (SiteNumber, u64) { library.kin(page) };
        let comparison = Comparison {
            threads: settings.workers().threads,
            library: &library,
            kinship: &|a, b| Kinship::of(kin(a), kin(b)),
            date: &|page| about(page).date,
            rank: &|page| preferred.get(kin(page).0 as usize).copied().unwrap_or(usize::MAX),
            now,
        };
        let pairs: &[Candidate] = &proposals.pairs;
        let links = comparison.verify(pairs)?;
        let found = comparison.clusters(settings.recipe.keep, &links);
        let (clusters, _) = comparison.prove(
            &found,
            |page, lead| crate::index::beside(&about(page).lines, &about(lead).lines),
            |page| about(page).title,
            |page| about(page).credits,
        )?;
        library.check()?;
        Ok(IndexClusters {
            clusters,
            links: of_texts(links).len() as u64,
            candidates: pairs.len() as u64,
            limits: proposals.limits,
        })
    })
}
