//! A scan within a memory budget: the stages of a run in memory, over shards on disk.
//!
//! ```text
//! learn     pages ─► shards of sites (traced), rows of pages in input order
//! families  shard by shard: near-duplicates, families of many sites; families numbered
//! label     shard by shard: marks, records of shared keys by key; marks put in input order
//! pairs     bucket by bucket: keys ─► pairs of pages; range by range: pairs ─► candidates
//! texts     texts of candidates, each found by its page
//! ```
//!
//! Sites are labelled independently of each other, so a shard holds whole sites and is all that is in memory of the
//! traces. A site that does not fit is divided ([`divided`]): into slices, which are runs of its pages, and its
//! families. Everything else that grows with paragraphs is written to files by key and read back bucket by bucket.
//! What grows with pages, links and families of chrome stays in memory: some 20 bytes a page.
//!
//! A stage reads what the stages before it wrote and nothing else, so a run that was killed goes on after the last
//! stage that its work folder lists, and gives the same bytes.

mod beside;
mod compared;
mod divided;
mod families;
mod label;
mod learn;
mod marks;
mod pairs;
mod scatter;
mod shard;
mod shelf;
mod texts;

use std::{io::Write, num::NonZeroUsize};

use super::{
    BadRecords, LabelledPages, Observer, Settings, Stage, Unit,
    copies::{Comparison, chrome_order, of_texts},
    stage,
};
use crate::{
    Error, Result,
    base::page::PageNumber,
    copies::Kinship,
    engine::{Counts, Findings, LinkedPages, ScannedPages, Spilled},
    records::Corpus,
    store::{RunKey, Work},
};

/// The least budget that a process keeps: below it buffers, tables of the kernels and what the allocator holds on to
/// are more than the rest.
pub const LEAST_MEMORY: u64 = 192 << 20;

/// What a process takes that does nothing yet: the program, its tables, buffers of outputs.
const PROGRAM: u64 = 24 << 20;
/// What a worker takes: its stack and scratch, the batches that are under way for it with what is made of them, and what
/// the allocator holds for its thread.
const WORKER: u64 = 16 << 20;

/// The most workers that take no more than a fourth of so many bytes beside the program.
pub(super) fn most_workers(memory: u64) -> NonZeroUsize {
    let most = memory.max(LEAST_MEMORY).saturating_sub(PROGRAM) / 4 / WORKER;
    usize::try_from(most).ok().and_then(NonZeroUsize::new).unwrap_or(NonZeroUsize::MIN)
}

/// Bytes that so many workers leave of `memory`.
pub(super) fn room(memory: u64, workers: NonZeroUsize) -> u64 {
    Budget::of(memory, workers).free()
}

/// How a run is divided so that it stays within its memory.
#[derive(Clone, Copy, Debug)]
struct Budget {
    /// Bytes of all the process.
    all: u64,
    /// Bytes of what stays in memory to the end.
    charged: u64,
    /// Bytes of the program itself, and of its workers with what is under way for them.
    overhead: u64,
}

impl Budget {
    /// A budget of so many bytes, of which so many workers take their part.
    fn of(bytes: u64, workers: NonZeroUsize) -> Budget {
        // Less than the least is not kept: all of it is divided.
        let takes = PROGRAM + WORKER * workers.get() as u64;
        let overhead = if bytes < LEAST_MEMORY { 0 } else { takes.min(bytes / 3) };
        Budget { all: bytes - overhead, charged: 0, overhead }
    }

    /// Charges what stays in memory.
    ///
    /// # Errors
    ///
    /// *Usage* if it leaves too little for the rest.
    fn charge(&mut self, what: &str, bytes: u64) -> Result<()> {
        self.charged += bytes;
        if self.charged <= self.all / 2 {
            return Ok(());
        }
        Err(too_many(what, self.overhead + 2 * self.charged))
    }

    /// Asks for room that is given back within a stage.
    ///
    /// # Errors
    ///
    /// *Usage* if it is too much.
    fn hold(self, what: impl Fn() -> String, bytes: u64) -> Result<()> {
        if bytes <= self.free() / 3 {
            return Ok(());
        }
        Err(too_many(&what(), self.overhead + self.charged + 3 * bytes))
    }

    fn free(self) -> u64 {
        self.all - self.charged
    }

    /// Of traces that wait to be written.
    fn shelf(self) -> u64 {
        self.free() / 8
    }

    /// Of a shard: numbering its families doubles it, and labelling a site takes half as much again.
    fn shard(self) -> u64 {
        self.free() / 6
    }

    /// Of a shard of one site: its labels are decided in half as much again. One that takes more is divided.
    fn site(self) -> u64 {
        self.free() / 5 * 2
    }

    /// Of a slice of a site that is divided.
    fn slice(self) -> u64 {
        self.free() / 12
    }

    /// Of rows that wait to be written to the buckets of a file.
    fn waiting(self) -> u64 {
        self.free() / 24
    }

    /// Of the records that one worker groups.
    fn bucket(self, threads: usize) -> u64 {
        self.free() / 12 / threads as u64
    }
}

/// The budget is too small for `what`; so many bytes would do.
fn too_many(what: &str, least: u64) -> Error {
    let least = (least >> 20) + 1;
    Error::usage(
        "--memory",
        format!("{what} are too many: the least that would do so far is {least}MiB"),
    )
}

/// What the stages share.
struct Disk<'a> {
    corpus: &'a Corpus,
    settings: &'a Settings,
    budget: Budget,
    work: Work,
}

/// What stands for no limit: a run that can be resumed, in whatever memory it takes.
const UNLIMITED: u64 = 1 << 40;

/// What the stages up to labels found.
struct Labelled<'a> {
    disk: Disk<'a>,
    learnt: learn::Learnt,
    joined: families::Families,
    labels: label::Labels,
}

impl Labelled<'_> {
    /// The pages and their labels, of which those that are `linked` can be asked for by number.
    fn pages(self, linked: LinkedPages) -> ScannedPages {
        let Labelled { disk, learnt, labels, .. } = self;
        ScannedPages::Spilled(Spilled {
            sites: learnt.sites(),
            pages: learnt.pages,
            paragraphs: learnt.paragraphs,
            chrome: labels.sites.iter().map(|site| site.chrome).sum(),
            linked,
            work: disk.work,
            rows: learn::ROWS_NAME.into(),
            marks: marks::NAME.into(),
        })
    }
}

/// Finds chrome, shard by shard.
pub(super) fn label_pages(
    corpus: &Corpus,
    settings: &Settings,
    rejects: Option<&mut dyn Write>,
    observer: &dyn Observer,
) -> Result<LabelledPages> {
    let labelled = labelled(corpus, settings, rejects, observer)?;
    let learnt = &labelled.learnt;
    let bad = BadRecords { count: learnt.bad, first: learnt.bad_first.clone() };
    let input_bytes = learnt.input_bytes;
    Ok(LabelledPages { pages: labelled.pages(LinkedPages::default()), bad, input_bytes })
}

/// The stages up to labels.
fn labelled<'a>(
    corpus: &'a Corpus,
    settings: &'a Settings,
    rejects: Option<&mut dyn Write>,
    observer: &dyn Observer,
) -> Result<Labelled<'a>> {
    let budget = Budget::of(settings.memory.unwrap_or(UNLIMITED), settings.workers().threads);
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
    let mut disk = Disk { corpus, settings, budget, work };
    let learnt = stage(observer, Stage::Learn, |now| {
        learn::run(&mut disk, now)?;
        learn::rejects(&disk, rejects)?;
        learn::Learnt::read(&disk)
    })?;
    // Sizes, and whether a page is wanted; names of sites and their counts.
    disk.budget.charge("pages", 16 * learnt.pages as u64)?;
    disk.budget.charge("sites", 160 * learnt.site_bytes.len() as u64)?;
    let joined = stage(observer, Stage::Families, |now| {
        families::run(&mut disk, &learnt, now)?;
        families::Families::read(&disk)
    })?;
    let labels = stage(observer, Stage::Label, |now| {
        now.expect(Unit::Pages, learnt.pages);
        label::run(&mut disk, &learnt, &joined, now)?;
        label::Labels::read(&disk)
    })?;
    Ok(Labelled { disk, learnt, joined, labels })
}

/// Finds chrome and copies, shard by shard.
pub(super) fn scan(
    corpus: &Corpus,
    settings: &Settings,
    rejects: Option<&mut dyn Write>,
    observer: &dyn Observer,
) -> Result<Findings> {
    let mut labelled = labelled(corpus, settings, rejects, observer)?;
    stage(observer, Stage::Copies, |now| {
        let Labelled { disk, learnt, joined, labels } = &mut labelled;
        pairs::run(disk, learnt, labels, now)?;
        let candidates = pairs::Candidates::read(disk)?;
        let mut chrome = std::mem::take(&mut labels.chrome);
        disk.budget.charge("families of chrome", 140 * chrome.len() as u64)?;
        // The pair, its order, its verdict and its link.
        disk.budget.charge("candidates", 96 * candidates.pairs.len() as u64)?;
        texts::run(disk, learnt, &candidates.pairs, &chrome, now)?;
        let texts = texts::Texts::read(disk, &mut chrome)?;
        let rows = compared::Rows::read(disk, &texts)?;
        let preferred = learnt.sites().ranks(&settings.recipe.prefer);
        let comparison = Comparison {
            threads: settings.workers().threads,
            library: &texts,
            kinship: &|a, b| Kinship::of(rows.kin(a), rows.kin(b)),
            date: &|page| rows.date(page).to_owned(),
            rank: &|page| preferred.get(rows.kin(page).0 as usize).copied().unwrap_or(usize::MAX),
            now,
        };
        let links = comparison.verify(&candidates.pairs)?;
        let found = comparison.clusters(settings.recipe.keep, &links);
        let links = of_texts(links);
        texts.check()?;
        let beside = beside::Beside::read(disk, learnt, joined, &found)?;
        let (clusters, placed) =
            comparison.prove(&found, |page, _| beside.of(page), |page| texts.title(page))?;
        texts.check()?;

        chrome.sort_by_key(chrome_order);
        let mut linked: Vec<PageNumber> = links
            .iter()
            .flat_map(|link| [link.a, link.b])
            .chain(placed.iter().map(|row| row.0))
            .collect();
        linked.sort_unstable();
        linked.dedup();
        let counts = Counts {
            input_bytes: learnt.input_bytes,
            kinds: labels.kinds,
            text_bytes: learnt.text_bytes,
            bad: learnt.bad,
            bad_first: learnt.bad_first.clone(),
            damaged: disk.corpus.damaged(),
            near_families: joined.hubs,
            candidates: candidates.pairs.len() as u64,
            limits: candidates.limits,
            splits: found.splits,
            out_of_tries: found.out_of_tries,
            spilled: disk.work.bytes(),
        };
        let linked: LinkedPages = rows.linked(linked);
        drop((rows, texts));
        Ok(Findings {
            recipe: settings.recipe.clone(),
            sites: labels.sites.clone(),
            pages: labelled.pages(linked),
            chrome,
            links,
            clusters,
            placed,
            counts,
        })
    })
}
