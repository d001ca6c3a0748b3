//! What one run over all pages would say otherwise than an index that grew day by day.

use std::collections::{BTreeMap, BTreeSet};

use super::{IndexPass, LabelsFrom, index_clusters};
use crate::{
    Result,
    base::page::{self, PageNumber},
    chrome::Mark,
    engine::{ClusterFinding, Findings, Observer, Settings, Stage, stage},
    index::Index,
    records::Corpus,
};

/// A page whose labels a later page changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedPage {
    /// Its number in the index.
    pub page: PageNumber,
    /// Its id.
    pub id: String,
    /// Its site.
    pub site: String,
    /// Numbers of the paragraphs that the index has as chrome.
    pub then: Vec<usize>,
    /// Numbers of those that the run has.
    pub now: Vec<usize>,
}

/// A cluster that only one of the two has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherCluster {
    /// Pages by their numbers in the index, the lead first.
    pub pages: Vec<PageNumber>,
    /// The run has it; the index has not.
    pub is_of_run: bool,
    /// One of its pages, or of the clusters of the other side that they are in, has other labels.
    pub is_explained: bool,
}

/// What differs.
#[derive(Clone, Debug, Default)]
pub struct IndexDiff {
    /// Pages that both have.
    pub pages: u64,
    /// Pages of the run that the index has not got.
    pub missing: u64,
    /// Pages with other labels, as the run reads them.
    pub changed: Vec<ChangedPage>,
    /// Clusters that both have.
    pub equal: u64,
    /// The others: by lead, those of the index first.
    pub others: Vec<OtherCluster>,
}

/// Compares `index` with what a run over `corpus`, in which all its pages are, found.
///
/// Holds a number for each page, and the clusters.
///
/// # Errors
///
/// *Data* if the index is damaged or the input changed since it was scanned.
pub fn diff_index(
    corpus: &Corpus,
    settings: &Settings,
    findings: &Findings,
    index: &Index,
    observer: &dyn Observer,
) -> Result<IndexDiff> {
    index.check_recipe(settings.recipe.families_id())?;
    let mut diff = IndexDiff::default();
    // By number in the run the number in the index.
    let mut numbers: BTreeMap<PageNumber, PageNumber> = BTreeMap::new();
    stage(observer, Stage::Index, |now| {
        let labels = LabelsFrom::Scan(&findings.pages);
        let compare = |(): &mut (), number: PageNumber, entry: crate::index::Entry| {
            let Some(page) = index.page_of(&entry)? else { return Ok((number, None)) };
            let about = index.about(page)?;
            let then = chrome(about.lines.iter().map(|line| line.mark));
            let now = chrome(entry.lines.iter().map(|line| line.mark));
            let id = page::name(&entry.id, number).into_owned();
            let changed =
                (then != now).then_some(ChangedPage { page, id, site: entry.site, then, now });
            Ok((number, Some((page, changed))))
        };
        let note = |(number, found)| {
            let Some((page, changed)) = found else {
                diff.missing += 1;
                return Ok(());
            };
            diff.pages += 1;
            numbers.insert(number, page);
            diff.changed.extend(changed);
            Ok(())
        };
        let pass = IndexPass { corpus, settings, labels, rejects: None, observer };
        pass.each(now, || (), compare, note)
    })?;
    let of_index = sets(&index_clusters(index, settings, observer)?.clusters, Some);
    let of_run = sets(&findings.clusters, |page| numbers.get(&page).copied());
    let changed: BTreeSet<PageNumber> = diff.changed.iter().map(|page| page.page).collect();
    diff.equal = of_index.intersection(&of_run).count() as u64;
    for (mine, theirs, is_of_run) in [(&of_index, &of_run, false), (&of_run, &of_index, true)] {
        let changed_there = beside_changed(theirs, &changed);
        for pages in mine.difference(theirs) {
            let is_explained =
                pages.iter().any(|page| changed.contains(page) || changed_there.contains(page));
            diff.others.push(OtherCluster { pages: pages.clone(), is_of_run, is_explained });
        }
    }
    Ok(diff)
}

/// The pages of those clusters in which a page has other labels.
fn beside_changed(
    clusters: &BTreeSet<Vec<PageNumber>>,
    changed: &BTreeSet<PageNumber>,
) -> BTreeSet<PageNumber> {
    let has_changed = |pages: &&Vec<PageNumber>| pages.iter().any(|page| changed.contains(page));
    clusters.iter().filter(has_changed).flatten().copied().collect()
}

fn chrome(marks: impl Iterator<Item = Mark>) -> Vec<usize> {
    (0..).zip(marks).filter(|(_, mark)| mark.is_chrome()).map(|(at, _)| at).collect()
}

/// Clusters by the numbers of the index, the lead first; those that have at least two pages of it.
fn sets(
    clusters: &[ClusterFinding],
    number: impl Fn(PageNumber) -> Option<PageNumber>,
) -> BTreeSet<Vec<PageNumber>> {
    let set = |cluster: &ClusterFinding| {
        let lead = number(cluster.lead)?;
        let mut pages: Vec<PageNumber> =
            cluster.members.iter().filter_map(|member| number(member.page)).collect();
        pages.sort_unstable();
        pages.dedup();
        pages.retain(|&page| page != lead);
        pages.insert(0, lead);
        (pages.len() > 1).then_some(pages)
    };
    clusters.iter().filter_map(set).collect()
}
