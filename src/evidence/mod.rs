//! What a run found, as files: evidence of a scan, cleaned pages, summary.

mod attributes;
pub mod figures;
mod files;
mod parts;
mod rewrite;
pub mod rows;
mod summary;
mod told;

pub use attributes::{
    AttributeFiles, PageAttributes, compress_attributes, push_attributes, push_no_attributes,
};
pub use rewrite::{
    ChromeAction, CleanOptions, ClusterMark, CopiesAction, KnownMark, LabelledSpan, Marks,
    rewrite_json, without_chrome,
};
pub use summary::{KindSummary, Pages, RecipeSummary, Summary, write_json};
pub(crate) use told::tell_page;
pub use told::{ToldPage, ToldPages};

use std::{cmp::Reverse, path::Path};

use files::EvidenceRows;
use parts::InParts;

use crate::{
    Error, Result,
    engine::Findings,
    records::EVIDENCE_FILES,
    store::{AtomicFile, Force, check_writable, commit_all},
    table::Pieces,
};

/// Writes the evidence of a scan into the folder `dir`, which is made if it is missing.
///
/// Files are made a part a piece: rows that follow each other. All are written whole before the first gets its name.
/// Takes a part's bytes a piece, some hundred thousand.
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
    let mut files = Vec::new();
    for (rows, name) in EvidenceRows::ALL.into_iter().zip(EVIDENCE_FILES) {
        let (path, cut) = (dir.join(name), rows.cut(findings));
        let file = InParts::new(AtomicFile::create(&path, force)?, cut.len());
        files.push((rows, path, cut, file));
    }
    // File by file, the longest first: while the disk takes one, rows of the next are made.
    let mut order: Vec<&_> = files.iter().collect();
    order.sort_by_key(|(_, _, cut, _)| Reverse(cut.len()));
    let parts: Vec<(&_, usize)> = order
        .into_iter()
        .flat_map(|file| (0..file.2.len()).map(move |part| (file, part)))
        .collect();
    let made = pieces.map(parts.len(), |piece| {
        let ((rows, path, cut, file), part) = parts[piece];
        file.make(part, |out| rows.write(findings, cut[part].clone(), out, path))
    });
    made.into_iter().collect::<Result<()>>()?;
    commit_all(files.into_iter().filter_map(|(_, _, _, file)| file.whole()).collect())
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
