//! The order of stages, threads, progress.
//!
//! ```text
//! pass 1     learn    pages ─► traces
//! pass 2 *   families near-duplicates proposed from traces, decided on the shingles of the few pages asked for
//!            label    per site: groups ─► bank ─► marks of every paragraph
//! pass 3 *   copies   candidates from traces; the text of the candidates is fetched, aligned, decided
//! pass 4     clean    pages rewritten (only `clean`)
//! ```
//!
//! A pass marked * parses only the pages it wants and skips the others at the speed of decompression.
//! Only this module knows the order of stages and how many threads there are. Nothing it hands on
//! depends on them: batches come back in input order, sites are independent of each other, and
//! everything else is sorted.

pub(crate) mod bad;
pub(crate) mod copies;
pub(crate) mod families;
mod fetch;
mod files;
mod findings;
pub(crate) mod label;
pub(crate) mod learn;
pub(crate) mod observer;
mod pages;
pub(crate) mod parallel;
pub(crate) mod propose;
pub(crate) mod texts;

pub use bad::{BadRecords, MostBad};
pub use fetch::{fetch, usable_pages};
pub use files::LEAST_MEMORY;
pub use findings::{ClusterFinding, Counts, Findings, MemberFinding, Placed};
pub use observer::{Observer, Stage, Underway, Unit, Unobserved};
pub use pages::{
    Labels, LabelsOf, LinkedPages, MARKS, PageView, Pages as ScannedPages, ROWS, Spilled, Walk,
};

pub(crate) use observer::stage;

use std::{io::Write, num::NonZeroUsize, path::PathBuf};

use crate::{
    Result,
    base::{cpu::Tier, page::PageNumber, recipe::Recipe},
    chrome::{SeedBank, everywhere},
    records::Corpus,
};

/// How to run. Only the recipe and the seeds change results.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Everything that changes results.
    pub recipe: Recipe,
    /// Known chrome lines, from [`crate::chrome::seed_bank`].
    pub seeds: Option<SeedBank>,
    /// Workers at most; [`workers`](Settings::workers) says how many there are.
    pub threads: NonZeroUsize,
    /// Which form of the kernels runs.
    pub tier: Tier,
    /// The first bad record ends the run.
    pub strict: bool,
    /// More bad records than that end the run.
    pub most_bad: MostBad,
    /// Bytes that the process may take, mapped input aside; what does not fit is on disk. Less than
    /// [`LEAST_MEMORY`] is not kept, but divides the work as if it were.
    pub memory: Option<u64>,
    /// Where what is on disk stands, so that a run that was killed can go on.
    pub work: Option<PathBuf>,
}

impl Default for Settings {
    /// The usual recipe, in memory, with all that the machine has; bad records are borne.
    fn default() -> Settings {
        Settings {
            recipe: Recipe::default(),
            seeds: None,
            threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            tier: Tier::default(),
            strict: false,
            most_bad: MostBad::Count(u64::MAX),
            memory: None,
            work: None,
        }
    }
}

impl Settings {
    /// What does the work: fewer workers than were asked for if their batches and their stacks would take too much of
    /// the memory that is allowed, and [`MOST_THREADS`] at most.
    pub fn workers(&self) -> Workers {
        let most = self.memory.map_or(MOST_THREADS, files::most_workers).min(MOST_THREADS);
        Workers { threads: self.threads.min(most), tier: self.tier }
    }

    /// Bytes that are left of the memory that is allowed beside the program and its workers; none if there is no limit.
    pub fn room(&self) -> Option<u64> {
        self.memory.map(|memory| files::room(memory, self.workers().threads))
    }
}

/// The most workers of a run: more would wait for each other, and each holds batches.
pub const MOST_THREADS: NonZeroUsize = match NonZeroUsize::new(1024) {
    Some(most) => most,
    None => NonZeroUsize::MIN,
};

/// What does the work. Nothing of it changes results.
#[derive(Clone, Copy, Debug)]
pub struct Workers {
    /// How many.
    pub threads: NonZeroUsize,
    /// Which form of the kernels they run.
    pub tier: Tier,
}

/// Finds chrome and copies in a corpus. `rejects` gets the records that cannot be used.
///
/// # Errors
///
/// *Data* for an input that cannot be read to its end, *machine* for what the system refuses; a bad
/// record only if the settings are strict, and *data* if there are more than they allow.
pub fn scan(
    corpus: &Corpus,
    settings: &Settings,
    rejects: Option<&mut dyn Write>,
    observer: &dyn Observer,
) -> Result<Findings> {
    if settings.memory.is_some() || settings.work.is_some() {
        return files::scan(corpus, settings, rejects, observer);
    }
    let (learnt, labels, joined) = labelled(corpus, settings, rejects, observer)?;
    stage(observer, Stage::Copies, |now| {
        copies::find(corpus, settings, learnt, labels, joined, now)
    })
}

/// Labels of a corpus, and what there is to say of its records.
#[derive(Debug)]
pub struct LabelledPages {
    /// The pages and their labels.
    pub pages: ScannedPages,
    /// Records that could not be used.
    pub bad: BadRecords,
    /// Bytes of input after decompression.
    pub input_bytes: u64,
}

/// Finds chrome in a corpus and compares no pages.
///
/// # Errors
///
/// As [`scan`].
pub fn label_pages(
    corpus: &Corpus,
    settings: &Settings,
    rejects: Option<&mut dyn Write>,
    observer: &dyn Observer,
) -> Result<LabelledPages> {
    if settings.memory.is_some() || settings.work.is_some() {
        return files::label_pages(corpus, settings, rejects, observer);
    }
    let (learnt, labels, _) = labelled(corpus, settings, rejects, observer)?;
    let learn::Learnt { traces, bad, input_bytes, .. } = learnt;
    let pages = ScannedPages::Held { traces, marks: labels.marks };
    Ok(LabelledPages { pages, bad, input_bytes })
}

/// The stages of a run in memory up to families, pages by site, and the number of near-duplicate families.
pub(crate) fn learnt(
    corpus: &Corpus,
    settings: &Settings,
    rejects: Option<&mut dyn Write>,
    observer: &dyn Observer,
) -> Result<(learn::Learnt, Vec<Vec<PageNumber>>, usize)> {
    let mut learnt =
        stage(observer, Stage::Learn, |now| learn::learn(corpus, settings, rejects, now))?;
    let by_site = learnt.traces.pages_by_site();
    let joined = stage(observer, Stage::Families, |now| {
        families::join(corpus, settings, &mut learnt.traces, &by_site, now)
    })?;
    Ok((learnt, by_site, joined))
}

/// The stages of a run in memory up to labels, and the number of near-duplicate families.
pub(crate) fn labelled(
    corpus: &Corpus,
    settings: &Settings,
    rejects: Option<&mut dyn Write>,
    observer: &dyn Observer,
) -> Result<(learn::Learnt, label::Labels, usize)> {
    let (learnt, by_site, joined) = learnt(corpus, settings, rejects, observer)?;
    let labels = stage(observer, Stage::Label, |now| {
        let seeds = settings.seeds.as_ref();
        let known = everywhere(&learnt.traces, &by_site, seeds, &settings.workers());
        now.expect(Unit::Pages, learnt.traces.len());
        label::label(settings, &learnt.traces, &by_site, known.as_ref(), now)
    })?;
    Ok((learnt, labels, joined))
}
