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
    ChromeAction, CleanOptions, ClusterMark, CopiesAction, LabelledSpan, rewrite_json,
    without_chrome,
};
pub use single::Single;
pub use sink::{CleanSink, Files, Stream, compress, compress_records, is_broken_pipe, open_device};
pub use summary::{Pages, RecipeSummary, Summary};
pub use wet::rewrite_wet;

use std::{io::Write, path::Path};

use crate::{
    Error, Result,
    store::{AtomicFile, Force, check_writable, commit_all},
};

/// The evidence files, in the order in which they get their names: the summary last, so that where it
/// is, all are.
pub const EVIDENCE_FILES: [&str; 5] =
    ["pages.jsonl", "chrome.jsonl", "clusters.jsonl", "pairs.tsv", "summary.json"];

/// Writes the evidence of a scan into the folder `dir`, which is made if it is missing.
///
/// All files are written whole before the first gets its name.
///
/// # Errors
///
/// *Usage* if one is there and `force` refuses, *machine* if they cannot be written.
pub fn write_evidence(findings: &Findings, dir: &Path, force: Force) -> Result<()> {
    let mut files = EVIDENCE_FILES
        .iter()
        .map(|name| AtomicFile::create(&dir.join(name), force))
        .collect::<Result<Vec<AtomicFile>>>()?;
    let [pages, chrome, clusters, pairs, summary] = files.as_mut_slice() else {
        return Ok(());
    };
    let name = pages.path().to_owned();
    write_pages(findings, pages, &name)?;
    named(chrome, |file| write_chrome(findings, file))?;
    named(clusters, |file| write_clusters(findings, file))?;
    named(pairs, |file| write_pairs(findings, file))?;
    named(summary, |file| {
        serde_json::to_writer_pretty(&mut *file, &Summary::of(findings))?;
        file.write_all(b"\n")
    })?;
    commit_all(files.into_iter().map(AtomicFile::seal).collect::<Result<_>>()?)
}

/// Writes to `file`; an error names it.
fn named(
    file: &mut AtomicFile,
    write: impl FnOnce(&mut AtomicFile) -> std::io::Result<()>,
) -> Result<()> {
    let written = write(file);
    written.map_err(|e| Error::io(file.path(), e))
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
