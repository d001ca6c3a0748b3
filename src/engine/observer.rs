//! How a run gets on: stages, what they count, and who is told.

use std::time::{Duration, Instant};

use crate::{Error, Result, base::page::PageNumber, records::Corpus};

/// A stage of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading all pages into columns.
    Learn,
    /// Joining near-duplicate paragraphs.
    Families,
    /// Grouping pages, counting, labelling.
    Label,
    /// Proposing and verifying copies.
    Copies,
    /// Writing the cleaned pages.
    Clean,
    /// Writing labels beside the pages.
    Attributes,
    /// Adding pages to an index, or looking them up.
    Index,
    /// Taking texts to measure on.
    Sample,
    /// Writing a bank, site by site.
    Bank,
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
            Stage::Attributes => "attributes",
            Stage::Index => "index",
            Stage::Sample => "sample",
            Stage::Bank => "bank",
        }
    }
}

/// What a part of a stage counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of input files, as they stand there: compressed, if they are.
    Bytes,
    /// Pages, site by site.
    Pages,
    /// Pairs of pages.
    Pairs,
    /// Clusters.
    Clusters,
    /// Sites.
    Sites,
}

impl Unit {
    /// The word used in what programs read.
    pub fn word(self) -> &'static str {
        match self {
            Unit::Bytes => "bytes",
            Unit::Pages => "pages",
            Unit::Pairs => "pairs",
            Unit::Clusters => "clusters",
            Unit::Sites => "sites",
        }
    }
}

/// Is told how a run gets on, from any thread. Everything is optional, and nothing of it changes
/// results.
pub trait Observer: Sync {
    /// A stage begins.
    fn begin(&self, _stage: Stage) {}
    /// A part of the stage begins that counts in `unit`, up to about `total` if that can be told.
    fn expect(&self, _stage: Stage, _unit: Unit, _total: Option<u64>) {}
    /// So many more units of the part are done.
    fn advance(&self, _stage: Stage, _done: u64) {}
    /// A stage is done, or has failed.
    fn end(&self, _stage: Stage, _took: Duration) {}
    /// Whether the run is to end now. Asked for every batch and every piece of work; a run that is cancelled ends with
    /// an error of the class [`Cancelled`](crate::Class::Cancelled) and leaves no temporary file. What waits for a
    /// stream that gives nothing is not ended by it.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {}

/// A stage that is under way, and who watches it.
#[derive(Clone, Copy)]
pub struct Underway<'a> {
    observer: &'a dyn Observer,
    stage: Stage,
}

impl Underway<'_> {
    /// What nobody watches.
    pub fn unobserved() -> Underway<'static> {
        Underway { observer: &Unobserved, stage: Stage::Learn }
    }

    /// The next part counts `total` of `unit`.
    pub(crate) fn expect(self, unit: Unit, total: usize) {
        self.observer.expect(self.stage, unit, Some(total as u64));
    }

    /// The next part reads the corpus up to the page `last`.
    pub(crate) fn expect_pages(self, corpus: &Corpus, last: PageNumber) {
        self.observer.expect(self.stage, Unit::Bytes, corpus.stored(last));
    }

    /// Whether the run is to end.
    pub(crate) fn is_cancelled(self) -> bool {
        self.observer.is_cancelled()
    }

    /// Goes on, unless the run is to end.
    pub(crate) fn check(self) -> Result<()> {
        if self.is_cancelled() { Err(Error::cancelled()) } else { Ok(()) }
    }

    /// So many more units are done.
    pub(crate) fn advance(self, done: u64) {
        self.observer.advance(self.stage, done);
    }
}

/// Times a stage and tells the observer.
pub(crate) fn stage<T>(
    observer: &dyn Observer,
    stage: Stage,
    work: impl FnOnce(Underway<'_>) -> Result<T>,
) -> Result<T> {
    observer.begin(stage);
    let start = Instant::now();
    let now = Underway { observer, stage };
    let result = now.check().and_then(|()| work(now));
    observer.end(stage, start.elapsed());
    result
}
