//! The engine: how pages become labels, links and clusters, in memory and on disk.
//!
//! ```text
//! pass 1     gather   pages ─► columns
//! pass 2 *   near     near-duplicates proposed from columns, decided on the shingles of the few pages asked for
//!            label    per site: groups ─► counts ─► marks of every paragraph
//! pass 3 *   copies   candidates from columns; the text of the candidates is fetched, aligned, decided
//! ```
//!
//! A pass marked * parses only the pages it wants and skips the others at the speed of decompression. `steps` are
//! functions from records to records, `run` has their order, and a `store` keeps records from one step to the next: in
//! memory (`held`) or on disk (`files`). Nothing that is handed on depends on threads: batches come back in input
//! order, sites are independent of each other, and everything else is sorted.

pub(crate) mod bad;
mod budget;
mod fetch;
mod files;
mod findings;
mod held;
#[cfg(test)]
mod law;
pub(crate) mod observer;
mod pages;
pub(crate) mod parallel;
mod run;
mod settings;
mod shard;
pub(crate) mod steps;
mod store;

pub use bad::{BadRecords, MostBad};
pub use budget::LEAST_MEMORY;
pub use fetch::{fetch, usable_pages};
pub use findings::{ClusterFinding, Counts, Findings, MemberFinding, Placed};
pub(crate) use observer::stage;
pub use observer::{Observer, Stage, Underway, Unit, Unobserved};
pub use pages::{
    Labels, LabelsOf, LinkedPages, MARKS, PageView, Pages as ScannedPages, ROWS, Spilled, Walk,
};
pub use settings::{MOST_THREADS, Settings, Workers};
pub(crate) use shard::Shard;
pub(crate) use steps::gather::Gathered;

use std::io::Write;

use files::Files;
use held::Held;
use run::Labelled;
use store::{Job, Store};

use crate::{Result, chrome::Mark, records::Corpus, table::PageColumns};

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
    let job = Job { corpus, settings };
    if settings.is_on_disk() {
        run::scan(job, Files::open(job, rejects)?, observer)
    } else {
        run::scan(job, Held::new(rejects), observer)
    }
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
    fn pages<S: Store>(
        job: Job<'_>,
        mut store: S,
        observer: &dyn Observer,
    ) -> Result<LabelledPages> {
        let Labelled { gathered, counts, .. } = run::labelled(job, &mut store, observer)?;
        let pages = store.pages(&gathered, &counts, LinkedPages::default());
        Ok(LabelledPages { pages, bad: gathered.bad, input_bytes: gathered.input_bytes })
    }
    let job = Job { corpus, settings };
    if settings.is_on_disk() {
        pages(job, Files::open(job, rejects)?, observer)
    } else {
        pages(job, Held::new(rejects), observer)
    }
}

/// A corpus in memory whose families are known, to be looked at page by page.
pub(crate) struct HeldFamilies {
    pub(crate) shard: Shard,
    pub(crate) bad: BadRecords,
    /// Families that are chrome wherever they stand, ascending.
    pub(crate) known: Vec<u64>,
}

/// Gathers a corpus and joins its families, in memory.
pub(crate) fn held_families(
    corpus: &Corpus,
    settings: &Settings,
    observer: &dyn Observer,
) -> Result<HeldFamilies> {
    let mut held = Held::new(None);
    let (gathered, near) = run::families(Job { corpus, settings }, &mut held, observer)?;
    Ok(HeldFamilies { shard: held.shard, bad: gathered.bad, known: near.known })
}

/// A corpus in memory and its labels.
pub(crate) struct HeldLabels {
    pub(crate) columns: PageColumns,
    pub(crate) marks: Vec<Mark>,
    pub(crate) bad: BadRecords,
}

/// Labels a corpus in memory.
pub(crate) fn held_labels(
    corpus: &Corpus,
    settings: &Settings,
    observer: &dyn Observer,
) -> Result<HeldLabels> {
    let mut held = Held::new(None);
    let found = run::labelled(Job { corpus, settings }, &mut held, observer)?;
    let Held { shard, marks, .. } = held;
    Ok(HeldLabels { columns: shard.columns, marks, bad: found.gathered.bad })
}
