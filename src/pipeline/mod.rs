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

mod bank;
mod clean;
mod copies;
mod explain;
mod families;
mod fetch;
mod label;
mod learn;
mod library;
mod parallel;
mod propose;
mod read;
mod stream;
mod texts;
mod tune;

pub use bank::{Forget, Learned, learn_bank, merge_banks, prune_bank, write_bank};
pub use clean::{Cleaned, check_marks, clean};
pub use explain::{
    Compared, Explainer, Likeness, Origin, PageShown, PairShown, ParagraphShown, Printed, Shown,
};
pub use fetch::{fetch, usable_pages};
pub use learn::BadRecords;
pub use library::{Copies, CopyCluster, CopyOf, LabelledParagraph, PageLabeller};
pub use stream::{Learning, Standings, Streamed, clean_with_bank};
pub use tune::{Bin, Items, Measured, Sample, sample};

use std::{
    io::Write,
    num::NonZeroUsize,
    time::{Duration, Instant},
};

use crate::{Result, chrome::SiteBank, cpu::Tier, input::Corpus, output::Findings, recipe::Recipe};

/// How to run. Only the recipe and the seeds change results.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Everything that changes results.
    pub recipe: Recipe,
    /// Known chrome lines, from [`crate::chrome::seed_bank`].
    pub seeds: Option<SiteBank>,
    /// Workers.
    pub threads: NonZeroUsize,
    /// Which form of the kernels runs.
    pub tier: Tier,
    /// The first bad record ends the run.
    pub strict: bool,
}

impl Settings {
    /// What does the work.
    pub fn workers(&self) -> Workers {
        Workers { threads: self.threads, tier: self.tier }
    }
}

/// What does the work. Nothing of it changes results.
#[derive(Clone, Copy, Debug)]
pub struct Workers {
    /// How many.
    pub threads: NonZeroUsize,
    /// Which form of the kernels they run.
    pub tier: Tier,
}

/// A stage of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading all pages into traces.
    Learn,
    /// Joining near-duplicate paragraphs.
    Families,
    /// Grouping pages, counting, labelling.
    Label,
    /// Proposing and verifying copies.
    Copies,
    /// Writing the cleaned pages.
    Clean,
}

impl Stage {
    /// The word used on the terminal.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Learn => "learn",
            Stage::Families => "families",
            Stage::Label => "label",
            Stage::Copies => "copies",
            Stage::Clean => "clean",
        }
    }
}

/// Is told how a run gets on. Everything is optional.
pub trait Observer: Sync {
    /// A stage begins.
    fn begin(&self, _stage: Stage) {}
    /// So many more bytes of input went through the stage.
    fn advance(&self, _stage: Stage, _bytes: u64) {}
    /// A stage is done.
    fn end(&self, _stage: Stage, _took: Duration) {}
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {}

/// Times a stage and tells the observer.
fn stage<T>(observer: &dyn Observer, stage: Stage, work: impl FnOnce() -> Result<T>) -> Result<T> {
    observer.begin(stage);
    let start = Instant::now();
    let result = work();
    observer.end(stage, start.elapsed());
    result
}

/// Finds chrome and copies in a corpus. `rejects` gets the records that cannot be used.
///
/// # Errors
///
/// *Data* for an input that cannot be read to its end, *machine* for what the system refuses; a bad
/// record only if the settings are strict.
pub fn scan(
    corpus: &Corpus,
    settings: &Settings,
    rejects: Option<&mut dyn Write>,
    observer: &dyn Observer,
) -> Result<Findings> {
    let mut learnt =
        stage(observer, Stage::Learn, || learn::learn(corpus, settings, rejects, observer))?;
    let by_site = learnt.traces.pages_by_site();
    let joined = stage(observer, Stage::Families, || {
        families::join(corpus, settings, &mut learnt.traces, &by_site)
    })?;
    let labels =
        stage(observer, Stage::Label, || Ok(label::label(settings, &learnt.traces, &by_site)))?;
    stage(observer, Stage::Copies, || copies::find(corpus, settings, learnt, labels, joined))
}
