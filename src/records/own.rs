//! Files of our own that lie among pages: what this run writes, and what earlier ones left, told by its content.
//!
//! A folder of pages is often where results go, too. None of them may come back as pages.

use std::{
    fmt,
    io::Read,
    path::{Path, PathBuf},
};

use crate::records::codec::decompress::open;

/// The evidence files of a scan, in the order in which they get their names: the summary last, so that where it
/// is, all are.
pub const EVIDENCE_FILES: [&str; 5] =
    ["pages.jsonl", "chrome.jsonl", "clusters.jsonl", "pairs.tsv", "summary.json"];

/// How many bytes of a summary are looked at.
const SUMMARY_BYTES: u64 = 4 << 10;

/// Bytes at the start of a file that tell whether it is a store of ours.
pub(super) const STORE_HEAD: usize = 16;

/// A file below a folder that was not taken for pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// Where it is.
    pub path: PathBuf,
    /// What it is.
    pub what: Own,
}

/// What a file of our own is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Own {
    /// This run writes it, or files in it.
    Output,
    /// Evidence of a scan.
    Evidence,
    /// A report.
    Report,
    /// Labels beside the pages, for other tools.
    Attributes,
    /// A bank.
    Bank,
    /// A segment of an index.
    Segment,
}

impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Own::Output => "an output of this run",
            Own::Evidence => "evidence of a scan",
            Own::Report => "a report",
            Own::Attributes => "attributes of a scan",
            Own::Bank => "a bank",
            Own::Segment => "part of an index",
        })
    }
}

/// What a file is that begins so, if it is a store of ours: a name, then a version, which is a small number.
pub(super) fn of_store(head: &[u8]) -> Option<Own> {
    let (name, version) = head.get(..STORE_HEAD)?.split_at(12);
    if !version.contains(&0) {
        return None;
    }
    match name {
        b"refrain bank" => Some(Own::Bank),
        b"refrain.segm" => Some(Own::Segment),
        _ => None,
    }
}

/// Whether a file of JSON lines that begins so has a row of attributes, not a page.
pub(super) fn is_attributes(head: &[u8]) -> bool {
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    line.starts_with(b"{\"id\":")
        && memchr::memmem::find(line, b",\"attributes\":{\"refrain__v1__").is_some()
}

/// Whether HTML that begins so is a report.
pub(super) fn is_report(head: &[u8]) -> bool {
    memchr::memmem::find(head, b"<meta name=\"generator\" content=\"refrain ").is_some()
}

/// Whether `folder` holds the evidence of a scan, so that files of their names are no pages.
pub(super) fn has_evidence(folder: &Path) -> bool {
    let [pages, .., summary] = EVIDENCE_FILES;
    let mut head = Vec::new();
    folder.join(pages).is_file()
        && open(&folder.join(summary))
            .is_ok_and(|file| file.take(SUMMARY_BYTES).read_to_end(&mut head).is_ok())
        && head.trim_ascii_start().starts_with(b"{")
        && [&b"\"refrain\":"[..], b"\"recipe\":"]
            .iter()
            .all(|key| memchr::memmem::find(&head, key).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_are_told_from_texts_that_begin_like_them() {
        assert_eq!(of_store(b"refrain bank\x01\0\0\0more"), Some(Own::Bank));
        assert_eq!(of_store(b"refrain.segm\x02\0\0\0"), Some(Own::Segment));
        for text in
            [&b"refrain bank holidays"[..], b"refrain bank", b"refrain\n\x01\0\0\0\0\0\0\0", b""]
        {
            assert_eq!(of_store(text), None);
        }
    }

    #[test]
    fn attributes_are_told_from_pages() {
        assert!(is_attributes(b"{\"id\":\"a\",\"attributes\":{\"refrain__v1__chrome\":[]"));
        assert!(!is_attributes(b"{\"id\":\"a\",\"attributes\":{\"other__v1\":[]"));
        assert!(!is_attributes(
            b"{\"text\":\"{\\\"id\\\":1,\\\"attributes\\\":{\\\"refrain__v1__\"}"
        ));
    }
}
