//! Indexes of copies: pages added, looked up, compared with each other.
//!
//! ```text
//! pages ─► labels (of a scan of them, or of a bank) ─► entries ─┬► index add    a segment
//!                                                              ├► index find   known pages that each copies
//!                                                              └► clean        the same, page by page
//! index ─► all shared keys ─► pairs ─► links ─► clusters           as a run over all its pages finds them
//! ```

mod clusters;
mod diff;
mod entries;
mod known;

use std::{io::Write, path::Path};

use super::{bank::Rejects, drops::Drops};
use crate::engine::{Observer, Settings, Stage, bad::BadRecords, parallel, stage};
use crate::{
    Result,
    bank::{Bank, Time},
    base::page::{self, PageNumber},
    engine::{Findings, ScannedPages},
    evidence::CleanOptions,
    index::{Added, Disposition, Entry, Finder, Index, IndexWriter, KnownCopy},
    records::Corpus,
};

pub use clusters::{IndexClusters, index_clusters};
pub use diff::{ChangedPage, IndexDiff, OtherCluster, diff_index};
pub(super) use entries::EntryReader;
pub(super) use known::mark_of;
pub use known::{KnownCopies, known_copies};

/// The writer of the index in `folder`, which is made if there is none; what waits to be written stays within the memory
/// that the settings allow.
///
/// # Errors
///
/// Those of [`IndexWriter::open`].
pub fn index_writer(folder: &Path, settings: &Settings) -> Result<IndexWriter> {
    let writer = IndexWriter::open(folder, settings.recipe.families_id())?;
    let Some(room) = settings.room() else { return Ok(writer) };
    // While a segment is written, its entries are there twice.
    Ok(writer.with_held(usize::try_from(room / 8).unwrap_or(usize::MAX)))
}

/// Who says what is chrome.
#[derive(Clone, Copy, Debug)]
pub enum LabelsFrom<'a> {
    /// A scan of the same pages.
    Scan(&'a ScannedPages),
    /// A bank, and how counts age.
    Bank(&'a Bank, Time),
}

/// Pages that are made entries of, and who labels them.
pub struct IndexPass<'a> {
    /// The pages.
    pub corpus: &'a Corpus,
    /// How to run.
    pub settings: &'a Settings,
    /// Their labels.
    pub labels: LabelsFrom<'a>,
    /// Where records go that cannot be used, if labels are from a bank; a scan has written them.
    pub rejects: Option<&'a mut dyn Write>,
    /// Who watches.
    pub observer: &'a dyn Observer,
}

/// What became of the pages that were read.
#[derive(Clone, Debug, Default)]
pub struct Indexed {
    /// Pages that could be used.
    pub pages: u64,
    /// Of them, those that are in the index now and were not before.
    pub added: u64,
    /// Records that could not be used, if labels are from a bank; a scan has counted them.
    pub bad: BadRecords,
    /// Bytes of input after decompression.
    pub input_bytes: u64,
}

/// A page and the known pages that it copies.
#[derive(Clone, Debug)]
pub struct FoundPage {
    /// Its number in the input.
    pub number: PageNumber,
    /// Its id; `#` and its number from 1 if the record has none.
    pub id: String,
    /// Its site.
    pub site: String,
    /// What it copies: most shared words first.
    pub copies: Vec<KnownCopy>,
    /// What cleaning did with the page itself, if it is in the index and copies any.
    pub fate: Disposition,
}

impl FoundPage {
    /// Looks up the page `number` of the input.
    pub(super) fn of(
        number: PageNumber,
        entry: &Entry,
        finder: &mut Finder<'_>,
    ) -> Result<FoundPage> {
        let copies = finder.find(entry)?;
        let fate = if copies.is_empty() { Disposition::Unsaid } else { finder.fate(entry)? };
        let id = page::name(&entry.id, number).into_owned();
        Ok(FoundPage { number, id, site: entry.site.clone(), copies, fate })
    }
}

/// Adds the pages of an input to an index, those that it has not got yet.
///
/// Everything is committed at the end; much that waits before that, which a killed run leaves in the index, where a rerun
/// finds it. Holds some hundred MB of pages that wait.
///
/// # Errors
///
/// *Data* if the input cannot be read to its end or changed since it was scanned, or the index is damaged;
/// *machine* if it cannot be written; a bad record only if the settings are strict.
pub fn add_to_index(pass: IndexPass<'_>, writer: &mut IndexWriter) -> Result<Indexed> {
    add(pass, writer, |_, _| Disposition::Unsaid)
}

/// Adds the pages of an input that was cleaned with these options, and what became of each: once it is written.
///
/// # Errors
///
/// As [`add_to_index`].
pub fn add_cleaned(
    pass: IndexPass<'_>,
    findings: &Findings,
    known: Option<&KnownCopies>,
    options: CleanOptions,
    writer: &mut IndexWriter,
) -> Result<Indexed> {
    let drops = Drops::new(&pass.settings.recipe, options, Some(findings)).with_known(known);
    add(pass, writer, |page, site| drops.fate(page, site))
}

fn add(
    pass: IndexPass<'_>,
    writer: &mut IndexWriter,
    fate: impl Fn(PageNumber, &str) -> Disposition + Sync,
) -> Result<Indexed> {
    let of_page =
        |(): &mut (), page, entry: Entry| Ok(Entry { fate: fate(page, &entry.site), ..entry });
    stage(pass.observer, Stage::Index, |now| {
        let mut added = 0;
        let add = |entry| {
            added += u64::from(writer.add(entry)? == Added::New);
            Ok(())
        };
        let indexed = pass.each(now, || (), of_page, add)?;
        writer.commit()?;
        Ok(Indexed { added, ..indexed })
    })
}

/// Looks the pages of an input up in an index and hands each to `sink`, in input order.
///
/// # Errors
///
/// As [`add_to_index`], and those of `sink`.
pub fn find_in_index(
    pass: IndexPass<'_>,
    index: &Index,
    sink: impl FnMut(FoundPage) -> Result<()>,
) -> Result<Indexed> {
    index.check_recipe(pass.settings.recipe.families_id())?;
    let find = |finder: &mut Finder<'_>, number: PageNumber, entry: Entry| {
        FoundPage::of(number, &entry, finder)
    };
    stage(pass.observer, Stage::Index, |now| pass.each(now, || Finder::new(index), find, sink))
}
