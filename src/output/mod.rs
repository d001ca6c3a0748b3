//! What a run found, as files: evidence of a scan, cleaned pages, summary.

mod attributes;
mod csv;
mod evidence;
pub mod figures;
mod findings;
mod form;
mod line;
mod out;
mod pages;
#[cfg(feature = "parquet")]
mod parquet;
mod rewrite;
pub mod rows;
mod single;
mod sink;
mod summary;
mod wet;

pub use attributes::{
    AttributeFiles, PageAttributes, compress_attributes, push_attributes, push_no_attributes,
};
pub use csv::rewrite_csv;
pub use evidence::{write_chrome, write_clusters, write_pages, write_pairs};
pub use findings::{ClusterFinding, Counts, Findings, MemberFinding, Placed};
pub use form::{Target, is_named_parquet, named_json_lines};
pub use line::as_json;
pub use pages::{
    Labels, LabelsOf, LinkedPages, MARKS, PageView, Pages as ScannedPages, ROWS, Spilled, Walk,
};
#[cfg(feature = "parquet")]
pub use parquet::tell_row;
pub use rewrite::{
    ChromeAction, CleanOptions, ClusterMark, CopiesAction, KnownMark, LabelledSpan, Marks,
    rewrite_json, without_chrome,
};
pub use single::Single;
pub use sink::{CleanSink, Files, Stream, compress, compress_records, is_broken_pipe, open_device};
pub use summary::{Pages, RecipeSummary, Summary, write_json};
pub use wet::rewrite_wet;

use std::{path::Path, sync::Mutex};

use crate::{
    Error, Result,
    store::{AtomicFile, Force, SealedFile, check_writable, commit_all},
    trace::Pieces,
};

/// The evidence files, in the order in which they get their names: the summary last, so that where it
/// is, all are.
pub const EVIDENCE_FILES: [&str; 5] =
    ["pages.jsonl", "chrome.jsonl", "clusters.jsonl", "pairs.tsv", "summary.json"];

/// Writes the evidence of a scan into the folder `dir`, which is made if it is missing: a file a piece.
///
/// All files are written whole before the first gets its name.
///
/// # Errors
///
/// *Usage* if one is there and `force` refuses, *machine* if they cannot be written.
pub fn write_evidence(
    findings: &Findings,
    dir: &Path,
    force: Force,
    pieces: &impl Pieces,
) -> Result<()> {
    let files = EVIDENCE_FILES
        .iter()
        .map(|name| Ok(Mutex::new(Some(AtomicFile::create(&dir.join(name), force)?))))
        .collect::<Result<Vec<Mutex<Option<AtomicFile>>>>>()?;
    let written = pieces.map(files.len(), |number| {
        // Each file is taken by the piece that writes it.
        let taken = files[number].lock().ok().and_then(|mut file| file.take());
        taken.map(|file| write_file(findings, number, file)).transpose()
    });
    commit_all(written.into_iter().filter_map(Result::transpose).collect::<Result<_>>()?)
}

/// Writes the evidence file of that number; an error names it.
fn write_file(findings: &Findings, number: usize, mut file: AtomicFile) -> Result<SealedFile> {
    let written = match number {
        0 => {
            let name = file.path().to_owned();
            write_pages(findings, &mut file, &name)?;
            Ok(())
        }
        1 => write_chrome(findings, &mut file),
        2 => write_clusters(findings, &mut file),
        3 => write_pairs(findings, &mut file),
        _ => write_json(&Summary::of(findings), &mut file),
    };
    written.map_err(|e| Error::io(file.path(), e))?;
    file.seal()
}

/// Whether a scan may write into `dir`, asked before hours of work.
///
/// # Errors
///
/// *Usage* if evidence is there already, *machine* if the folder may not be written to.
pub fn check_evidence_dir(dir: &Path, force: Force) -> Result<()> {
    if force == Force::Refuse {
        for name in EVIDENCE_FILES {
            let path = dir.join(name);
            if path.exists() {
                let place = path.display().to_string();
                return Err(Error::usage(
                    place,
                    "already there; name another output or add --force",
                ));
            }
        }
    }
    check_writable(dir)
}
