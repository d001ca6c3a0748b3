//! A run on disk, within a memory budget: shards and buckets are files of a work folder.
//!
//! ```text
//! gather    pages ─► shards of sites, rows of pages in input order
//! near      shard by shard: near-duplicates, families of many sites; families numbered
//! label     shard by shard: marks, records of shared keys by key; marks put in input order
//! meet      bucket by bucket: keys ─► pairs of pages; range by range: pairs ─► candidates
//! texts     texts of candidates, each found by its page
//! ```
//!
//! Sites are labelled independently of each other, so a shard holds whole sites and is all that is in memory of the
//! columns. A site that does not fit is divided ([`divided`]): into slices, which are runs of its pages, and its
//! families. Everything else that grows with paragraphs is written to files by key and read back bucket by bucket.
//! What grows with pages, links and families of chrome stays in memory: some 20 bytes a page.
//!
//! A step reads what the steps before it wrote and nothing else, so a run that was killed goes on after the last
//! step that its work folder lists, and gives the same bytes.

mod beside;
mod compared;
mod divided;
mod gather;
mod label;
mod marks;
mod meet;
mod near;
mod partition;
mod scatter;
mod shard;
mod state;
pub(super) mod texts;

use std::io::Write;

use self::{
    gather::{Found, Gathering, ROWS_NAME},
    label::Labelling,
    near::{Families, LongFamilies},
    partition::PARTITIONS,
};
use super::{
    Gathered, LinkedPages, ScannedPages, Settings, Spilled, Underway,
    budget::Budget,
    shard::Shard,
    steps::{count::Candidates, gather::FingerprintedBatch, near::Proposed},
    store::{BesideOf, Compared, Job, LabelCounts, Near, Store, label_whole, propose_whole},
};
use crate::{
    Result,
    base::page::{PageNumber, SiteNumber},
    chrome::{ChromeFamily, Mark, SharedFamilies, SiteFamily, near::Joined},
    copies::{BodyRef, Candidate, Clusters, Credit, Library},
    records::Corpus,
    store::{RunKey, Work},
    table::{PageColumns, Sites},
};

/// What stands for no limit: a run that can be resumed, in whatever memory it takes.
const UNLIMITED: u64 = 1 << 40;

/// What all that works on files shares.
struct Disk<'a> {
    corpus: &'a Corpus,
    settings: &'a Settings,
    budget: Budget,
    work: Work,
}

/// Records in files of a work folder.
pub(super) struct Files<'a, 'r> {
    disk: Disk<'a>,
    rejects: Option<&'r mut dyn Write>,
    sites: Sites,
    /// Bytes of the columns of each site.
    site_bytes: Vec<u64>,
    gathering: Option<Gathering>,
    families: Families,
    long: Option<LongFamilies>,
    labelling: Option<Labelling>,
    /// Files of records of each source.
    buckets: [usize; 3],
    texts: Option<(texts::Texts, compared::Rows)>,
}

impl<'a, 'r> Files<'a, 'r> {
    /// A run in the work folder that the settings name, or in one that goes away.
    pub(super) fn open(job: Job<'a>, rejects: Option<&'r mut dyn Write>) -> Result<Files<'a, 'r>> {
        let Job { corpus, settings } = job;
        let threads = settings.workers().threads;
        let budget = Budget::of(settings.memory.unwrap_or(UNLIMITED), threads);
        let seeds = settings.seeds.as_ref().map_or(0, |seeds| {
            seeds.families().iter().fold(1, |hash: u64, seed| hash.rotate_left(7) ^ seed)
        });
        let work = match &settings.work {
            Some(folder) => {
                let input = corpus.identity()?;
                Work::open(folder, RunKey { recipe: settings.recipe.id() ^ seeds, input })?
            }
            None => Work::scratch(RunKey { recipe: settings.recipe.id(), input: 0 })?,
        };
        Ok(Files {
            disk: Disk { corpus, settings, budget, work },
            rejects,
            sites: Sites::default(),
            site_bytes: Vec::new(),
            gathering: None,
            families: Families::default(),
            long: None,
            labelling: None,
            buckets: [0; 3],
            texts: None,
        })
    }

    /// Reads what gathering left.
    fn take_gathered(&mut self) -> Result<Gathered> {
        if let Some(rejects) = self.rejects.as_deref_mut() {
            gather::rejects(&self.disk, rejects)?;
        }
        let Found { gathered, sites, site_bytes } = gather::read(&self.disk)?;
        // Sizes, and whether a page is wanted; names of sites and their counts.
        self.disk.budget.charge("pages", 16 * gathered.pages as u64)?;
        self.disk.budget.charge("sites", 160 * site_bytes.len() as u64)?;
        (self.sites, self.site_bytes) = (sites, site_bytes);
        Ok(gathered)
    }
}

/// A step that hands over more after its end, or is asked for before it began: never, in the order of steps.
macro_rules! open {
    ($what:expr) => {
        match $what {
            Some(what) => what,
            None => {
                return Err(crate::Error::data(
                    "the work folder",
                    "is asked for what it does not have yet",
                ))
            }
        }
    };
}

impl Store for Files<'_, '_> {
    type Texts<'s>
        = FilesTexts<'s>
    where
        Self: 's;

    fn gathered(&mut self, _: Job<'_>) -> Result<Option<Gathered>> {
        if self.disk.work.is_done("learn") {
            gather::judge_again(&self.disk)?;
            return self.take_gathered().map(Some);
        }
        self.gathering = Some(Gathering::create(&self.disk)?);
        Ok(None)
    }

    fn add(
        &mut self,
        _: Job<'_>,
        fingerprinted: &FingerprintedBatch,
        first: PageNumber,
    ) -> Result<()> {
        open!(&mut self.gathering).add(fingerprinted, first)
    }

    fn end_gather(&mut self, _: Job<'_>, gathered: &Gathered) -> Result<()> {
        open!(self.gathering.take()).finish(&mut self.disk, gathered)?;
        self.take_gathered().map(|_| ())
    }

    fn sites(&self) -> &Sites {
        &self.sites
    }

    fn near(&mut self) -> Result<Option<Near>> {
        if self.disk.work.is_done("families") {
            self.families = Families::read(&self.disk)?;
            let Families { hubs, known, .. } = &self.families;
            return Ok(Some(Near { hubs: *hubs, known: known.clone() }));
        }
        self.long = Some(LongFamilies::create(&self.disk)?);
        Ok(None)
    }

    fn plan(&mut self, _: &Gathered) -> Result<usize> {
        self.families.plans = shard::plan(&self.site_bytes, self.disk.budget);
        Ok(self.families.plans.len())
    }

    fn numbered(&mut self, job: Job<'_>, number: usize) -> Result<Shard> {
        let mut columns = self.families.plans[number].read(&self.disk, &self.sites)?;
        columns.finish_in(&job.settings.workers())?;
        Ok(Shard::of(columns, &mut self.sites))
    }

    fn keep(&mut self, number: usize, shard: Shard) -> Result<()> {
        shard::write(&self.disk, (number, 0), &shard.columns)
    }

    fn long_family(&mut self, row: SiteFamily) -> Result<()> {
        open!(&mut self.long).push(row)
    }

    fn propose(
        &mut self,
        job: Job<'_>,
        number: usize,
        now: Underway<'_>,
        proposed: &mut Vec<Proposed>,
    ) -> Result<()> {
        let plan = &mut self.families.plans[number];
        if !plan.is_divided {
            return propose_whole(self, job, number, now, proposed);
        }
        let long = open!(&mut self.long);
        let at = (number, plan);
        proposed.push(divided::propose(&self.disk, &mut self.sites, long, at, now)?);
        Ok(())
    }

    fn join(&mut self, of_site: &Proposed, joined: Joined) -> Result<()> {
        self.families.join(of_site, &joined);
        Ok(())
    }

    fn shared_families(&mut self, _: Job<'_>, _: Underway<'_>) -> Result<SharedFamilies> {
        self.families.end_joins();
        open!(self.long.take()).shared(&self.disk)
    }

    fn each_families(&mut self, each: &mut dyn FnMut(&PageColumns)) -> Result<()> {
        for at in self.families.files() {
            let shard = shard::read_families(&self.disk, &self.families, &mut self.sites, at)?;
            each(&shard.columns);
        }
        Ok(())
    }

    fn end_near(&mut self, near: &Near) -> Result<()> {
        (self.families.hubs, self.families.known) = (near.hubs, near.known.clone());
        self.families.write(&self.disk)?;
        self.disk.work.finish("families")?;
        (0..PARTITIONS).for_each(|partition| self.disk.work.remove(&partition::name(partition)));
        LongFamilies::remove(&self.disk.work);
        Ok(())
    }

    fn labelled(&mut self) -> Result<Option<LabelCounts>> {
        if !self.disk.work.is_done("label") {
            return Ok(None);
        }
        let (counts, buckets) = label::read(&self.disk)?;
        self.buckets = buckets;
        Ok(Some(counts))
    }

    fn begin_label(&mut self, _: Job<'_>, gathered: &Gathered) -> Result<usize> {
        let shards = self.families.plans.len();
        self.labelling = Some(Labelling::create(&self.disk, gathered, (self.sites.len(), shards))?);
        Ok(shards)
    }

    fn shard(&mut self, number: usize) -> Result<Shard> {
        shard::read(&self.disk, &self.families, &mut self.sites, (number, 0))
    }

    fn keep_labels(
        &mut self,
        _: Job<'_>,
        number: usize,
        shard: Shard,
        marks: Vec<Mark>,
        chrome: Vec<ChromeFamily>,
    ) -> Result<()> {
        open!(&mut self.labelling).keep(&self.disk, (number, &shard), &marks, &chrome)
    }

    fn label(
        &mut self,
        job: Job<'_>,
        near: &Near,
        number: usize,
        now: Underway<'_>,
        counts: &mut LabelCounts,
    ) -> Result<()> {
        let plan = &self.families.plans[number];
        if !plan.is_divided {
            return label_whole(self, job, near, number, now, counts);
        }
        let Labelling { written, marks, shard_of, .. } = open!(&mut self.labelling);
        let at = (number, plan.slices);
        let all = &mut self.sites;
        let (site, of_site, kinds) =
            divided::label(&self.disk, &self.families, all, at, (written, marks), now)?;
        marks.end(number)?;
        shard_of[site as usize] = number;
        counts.add(site, of_site);
        counts.kinds.add(&kinds);
        Ok(())
    }

    fn end_label(&mut self, counts: &LabelCounts) -> Result<()> {
        self.buckets = open!(self.labelling.take()).finish(&mut self.disk, counts)?;
        Ok(())
    }

    fn chrome(&mut self) -> Result<Vec<ChromeFamily>> {
        let chrome = label::chrome(&self.disk)?;
        self.disk.budget.charge("families of chrome", 140 * chrome.len() as u64)?;
        Ok(chrome)
    }

    fn candidates(&mut self, _: Job<'_>, _: &Gathered, now: Underway<'_>) -> Result<Candidates> {
        meet::run(&mut self.disk, self.buckets, now)?;
        let candidates = meet::read(&self.disk)?;
        // The pair, its order, its verdict and its link.
        self.disk.budget.charge("candidates", 96 * candidates.pairs.len() as u64)?;
        Ok(candidates)
    }

    fn read_texts(
        &mut self,
        _: Job<'_>,
        gathered: &Gathered,
        pairs: &[Candidate],
        chrome: &mut [ChromeFamily],
        now: Underway<'_>,
    ) -> Result<()> {
        texts::run(&mut self.disk, gathered.pages, pairs, chrome, now)?;
        let texts = texts::Texts::read(&self.disk, chrome)?;
        let rows = compared::Rows::read(&self.disk, &texts)?;
        self.texts = Some((texts, rows));
        Ok(())
    }

    fn texts(&self) -> Result<FilesTexts<'_>> {
        let (texts, rows) = open!(&self.texts);
        Ok(FilesTexts { texts, rows })
    }

    fn beside<'s>(&'s self, found: &Clusters) -> Result<Box<BesideOf<'s>>> {
        let beside = beside::Beside::read(&self.disk, &self.sites, &self.families, found)?;
        Ok(Box::new(move |page, _| beside.of(page)))
    }

    fn bytes(&self) -> u64 {
        self.disk.work.bytes()
    }

    fn pages(self, gathered: &Gathered, counts: &LabelCounts, linked: LinkedPages) -> ScannedPages {
        ScannedPages::Spilled(Spilled {
            sites: self.sites,
            pages: gathered.pages,
            paragraphs: gathered.paragraphs,
            chrome: counts.sites.iter().map(|site| site.chrome).sum(),
            linked,
            work: self.disk.work,
            rows: ROWS_NAME.into(),
            marks: marks::NAME.into(),
        })
    }
}

/// Texts on disk.
pub(super) struct FilesTexts<'s> {
    texts: &'s texts::Texts,
    rows: &'s compared::Rows,
}

impl Compared for FilesTexts<'_> {
    fn kin(&self, page: PageNumber) -> (SiteNumber, u64) {
        self.rows.kin(page)
    }

    fn date(&self, page: PageNumber) -> String {
        self.rows.date(page).to_owned()
    }

    fn title(&self, page: PageNumber) -> String {
        self.texts.title(page)
    }

    fn credits(&self, page: PageNumber) -> Vec<Credit> {
        self.texts.credits(page)
    }

    fn check(&self) -> Result<()> {
        self.texts.check()
    }

    fn linked(&self, pages: Vec<PageNumber>) -> LinkedPages {
        self.rows.linked(pages)
    }
}

impl Library for FilesTexts<'_> {
    type BodyPair = texts::BodyPair;

    fn text(&self, page: PageNumber) -> Option<u32> {
        self.texts.text(page)
    }

    fn tokens(&self, page: PageNumber) -> usize {
        self.texts.tokens(page)
    }

    fn worth(&self, page: PageNumber) -> u32 {
        self.texts.worth(page)
    }

    fn load_pair<'d>(
        &'d self,
        loaded: &'d mut texts::BodyPair,
        a: PageNumber,
        b: PageNumber,
    ) -> Option<(BodyRef<'d>, BodyRef<'d>)> {
        self.texts.load_pair(loaded, a, b)
    }
}
