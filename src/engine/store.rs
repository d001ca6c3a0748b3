//! Where what a step gives waits for the step that takes it: in memory ([`Held`](super::held::Held)) or in files of a
//! work folder ([`Files`](super::files::Files)).

use super::{
    Gathered, LinkedPages, ScannedPages, Settings, Shard, Underway,
    steps::{
        self,
        count::Candidates,
        gather::FingerprintedBatch,
        near::{Proposed, Waiting},
    },
};
use crate::{
    Result,
    base::page::{PageNumber, SiteNumber},
    chrome::{
        ChromeFamily, KindTotals, Known, Mark, SharedFamilies, SiteCounts, SiteFamily, near::Joined,
    },
    copies::{Beside, Candidate, Clusters, Credit, Library},
    records::Corpus,
    table::{PageColumns, Sites},
};

/// What is to be done.
#[derive(Clone, Copy)]
pub(crate) struct Job<'a> {
    pub(crate) corpus: &'a Corpus,
    pub(crate) settings: &'a Settings,
}

/// What near-duplicates and other sites say of families.
#[derive(Clone, Debug, Default)]
pub(crate) struct Near {
    /// Families that others joined.
    pub(crate) hubs: u64,
    /// Families that are chrome wherever they stand, ascending.
    pub(crate) known: Vec<u64>,
}

/// What was counted while paragraphs were labelled.
#[derive(Clone, Debug, Default)]
pub(crate) struct LabelCounts {
    /// By site number.
    pub(crate) sites: Vec<SiteCounts>,
    /// By kind of chrome.
    pub(crate) kinds: KindTotals,
}

impl LabelCounts {
    /// Adds what was counted on a site.
    pub(crate) fn add(&mut self, site: SiteNumber, counts: SiteCounts) {
        let at = site as usize;
        if self.sites.len() <= at {
            self.sites.resize(at + 1, SiteCounts::default());
        }
        self.sites[at] = counts;
    }
}

/// The texts that are compared, and what is known of their pages.
pub(crate) trait Compared: Library {
    /// The site of a page and the key of its URL.
    fn kin(&self, page: PageNumber) -> (SiteNumber, u64);

    /// Its date as its record says it, or "".
    fn date(&self, page: PageNumber) -> String;

    /// First line of its evidence.
    fn title(&self, page: PageNumber) -> String;

    /// Who it says its text is by.
    fn credits(&self, page: PageNumber) -> Vec<Credit>;

    /// Whether all texts could be read.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// What outputs ask of some pages, where the pages themselves are not at hand.
    fn linked(&self, _pages: Vec<PageNumber>) -> LinkedPages {
        LinkedPages::default()
    }
}

/// See [`Store::beside`].
pub(crate) type BesideOf<'s> = dyn Fn(PageNumber, PageNumber) -> Beside + Sync + 's;

/// Keeps what steps give. It knows no rule: what a step does with records stands in [`steps`].
///
/// A method that asks for what a step gave returns none if the step has not been done; a store that outlives a
/// killed run has it then.
pub(super) trait Store: Sized {
    /// The texts that are compared.
    type Texts<'s>: Compared
    where
        Self: 's;

    /// What was said of the input by the run before.
    fn gathered(&mut self, job: Job<'_>) -> Result<Option<Gathered>>;

    /// Keeps the columns of a batch, whose first page is `first`, and the records that cannot be used.
    fn add(
        &mut self,
        job: Job<'_>,
        fingerprinted: &FingerprintedBatch,
        first: PageNumber,
    ) -> Result<()>;

    /// After the last batch.
    fn end_gather(&mut self, job: Job<'_>, gathered: &Gathered) -> Result<()>;

    /// Names of all sites.
    fn sites(&self) -> &Sites;

    /// What near-duplicates and other sites said in the run before.
    fn near(&mut self) -> Result<Option<Near>>;

    /// Divides the sites into shards: how many there are.
    fn plan(&mut self, gathered: &Gathered) -> Result<usize>;

    /// Takes out a shard as it was gathered, its families numbered.
    fn numbered(&mut self, job: Job<'_>, number: usize) -> Result<Shard>;

    /// Keeps a shard that was numbered.
    fn keep(&mut self, number: usize, shard: Shard) -> Result<()>;

    /// Keeps a row of a long family, for the other sites that have it.
    fn long_family(&mut self, row: SiteFamily) -> Result<()>;

    /// Proposes near-duplicates on the sites of a shard, and hands on their long families.
    fn propose(
        &mut self,
        job: Job<'_>,
        number: usize,
        now: Underway<'_>,
        proposed: &mut Vec<Proposed>,
    ) -> Result<()> {
        propose_whole(self, job, number, now, proposed)
    }

    /// Joins families of a site.
    fn join(&mut self, of_site: &Proposed, joined: Joined) -> Result<()>;

    /// The families of two sites and more, of all rows that were kept.
    fn shared_families(&mut self, job: Job<'_>, now: Underway<'_>) -> Result<SharedFamilies>;

    /// Calls `each` with the families of all pages, shard by shard.
    fn each_families(&mut self, each: &mut dyn FnMut(&PageColumns)) -> Result<()>;

    /// Keeps what near-duplicates and other sites say.
    fn end_near(&mut self, near: &Near) -> Result<()>;

    /// What was counted by the labels of the run before.
    fn labelled(&mut self) -> Result<Option<LabelCounts>>;

    /// Before the first shard is labelled; there are so many.
    fn begin_label(&mut self, job: Job<'_>, gathered: &Gathered) -> Result<usize>;

    /// Takes out a shard whose families are joined.
    fn shard(&mut self, number: usize) -> Result<Shard>;

    /// Keeps the labels of a shard, and the shard if it is asked for again.
    fn keep_labels(
        &mut self,
        job: Job<'_>,
        number: usize,
        shard: Shard,
        marks: Vec<Mark>,
        chrome: Vec<ChromeFamily>,
    ) -> Result<()>;

    /// Labels a shard.
    fn label(
        &mut self,
        job: Job<'_>,
        near: &Near,
        number: usize,
        now: Underway<'_>,
        counts: &mut LabelCounts,
    ) -> Result<()> {
        label_whole(self, job, near, number, now, counts)
    }

    /// After the last shard.
    fn end_label(&mut self, counts: &LabelCounts) -> Result<()>;

    /// The families that are chrome, without their texts.
    fn chrome(&mut self) -> Result<Vec<ChromeFamily>>;

    /// The pairs of pages that are to be compared.
    fn candidates(
        &mut self,
        job: Job<'_>,
        gathered: &Gathered,
        now: Underway<'_>,
    ) -> Result<Candidates>;

    /// Reads the texts of candidates, and gives the families of chrome theirs.
    fn read_texts(
        &mut self,
        job: Job<'_>,
        gathered: &Gathered,
        pairs: &[Candidate],
        chrome: &mut [ChromeFamily],
        now: Underway<'_>,
    ) -> Result<()>;

    /// The texts that were read.
    fn texts(&self) -> Result<Self::Texts<'_>>;

    /// Of a member and its lead the body of the member that was not compared.
    fn beside<'s>(&'s self, found: &Clusters) -> Result<Box<BesideOf<'s>>>;

    /// Bytes that were written to disk.
    fn bytes(&self) -> u64 {
        0
    }

    /// The pages and their labels, of which those that are `linked` can be asked for by number.
    fn pages(self, gathered: &Gathered, counts: &LabelCounts, linked: LinkedPages) -> ScannedPages;
}

/// Proposes near-duplicates in a shard that fits the memory.
pub(super) fn propose_whole(
    store: &mut impl Store,
    job: Job<'_>,
    number: usize,
    now: Underway<'_>,
    proposed: &mut Vec<Proposed>,
) -> Result<()> {
    let shard = store.numbered(job, number)?;
    let of_sites = steps::near::propose(job.settings, &shard, now)?;
    for (site, of_site) in of_sites.into_iter().enumerate() {
        let proposals = of_site.proposals;
        let mut waiting = Waiting::of(&proposals);
        for row in of_site.long {
            waiting.pass(row, |row| store.long_family(row))?;
        }
        let pages = &shard.by_site[site];
        let page = |page: u32| shard.columns.page(pages[page as usize]).number;
        let places = proposals.samples().map(|(at, paragraph)| (page(at), paragraph)).collect();
        let of_site = Proposed {
            shard: number,
            site,
            number: shard.sites[site],
            pages: pages.len(),
            proposals,
            places,
            waiting: waiting.rows,
        };
        if !of_site.is_empty() {
            proposed.push(of_site);
        }
    }
    store.keep(number, shard)
}

/// Labels a shard that fits the memory.
pub(super) fn label_whole(
    store: &mut impl Store,
    job: Job<'_>,
    near: &Near,
    number: usize,
    now: Underway<'_>,
    counts: &mut LabelCounts,
) -> Result<()> {
    let shard = store.shard(number)?;
    let seeds = job.settings.seeds.as_ref();
    let known = || Known::of(&near.known, seeds, &shard.columns);
    let known = (!near.known.is_empty()).then(known);
    let labels = steps::label::label(job.settings, &shard, known.as_ref(), now)?;
    for (&site, of_site) in shard.sites.iter().zip(&labels.sites) {
        counts.add(site, *of_site);
    }
    counts.kinds.add(&labels.kinds);
    store.keep_labels(job, number, shard, labels.marks, labels.chrome)
}
