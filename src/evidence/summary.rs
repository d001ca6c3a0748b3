//! The summary: what went in, what came out, what was found, what was limited.
//!
//! It holds no time and, unless one is damaged, no name of a file, so it is the same for the same pages.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde::{Deserialize, Serialize};

use crate::engine::Findings;
use crate::{
    base::{
        page::{Kind, Relation},
        recipe::Recipe,
    },
    chrome::{Evidence, KindTotals},
    records::Damaged,
};

/// `summary.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// Version of the program that made it.
    pub refrain: String,
    /// What results rest on beside the input.
    pub recipe: RecipeSummary,
    /// Pages: `in` = kept + dropped + bad.
    pub pages: Pages,
    /// Bytes after decompression, and of them text.
    pub bytes: Bytes,
    /// Paragraphs of all pages.
    pub paragraphs: Paragraphs,
    /// Sites by how sure their labels can be.
    pub sites: Sites,
    /// Chrome by kind, without kinds that there is none of.
    #[serde(default)]
    pub kinds: BTreeMap<Kind, KindSummary>,
    /// Families that are chrome.
    pub chrome_families: u64,
    /// Families that took in near-duplicates.
    pub near_families: u64,
    /// Copies.
    pub copies: Copies,
    /// Files of which something was not read, in input order. They are named here: what is missing belongs to the
    /// result.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damaged: Vec<Damaged>,
    /// The first messages about records that could not be used, for the terminal: they name files, so
    /// they are not in the file, which is the same for the same pages.
    #[serde(skip)]
    pub bad: Vec<String>,
}

/// A recipe and its id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecipeSummary {
    /// Sixteen hexadecimal digits.
    pub id: String,
    /// Its parameters.
    #[serde(flatten)]
    pub recipe: Recipe,
}

/// Counts of pages.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Pages {
    /// Records read.
    #[serde(rename = "in")]
    pub read: u64,
    /// Usable pages that were not dropped.
    pub kept: u64,
    /// Pages left out of the output as asked.
    pub dropped: u64,
    /// Records that could not be used.
    pub bad: u64,
}

/// Counts of bytes.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Bytes {
    /// Decompressed input.
    pub input: u64,
    /// Text of the pages.
    pub text: u64,
}

/// Counts of paragraphs.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Paragraphs {
    /// All.
    pub all: u64,
    /// Of them chrome.
    pub chrome: u64,
}

/// Counts of one kind of chrome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindSummary {
    /// Sites that have it.
    pub sites: u64,
    /// Pages that have it.
    pub pages: u64,
    /// Paragraphs.
    pub paragraphs: u64,
}

impl KindSummary {
    /// What was counted, by kind.
    pub fn of(totals: &KindTotals) -> BTreeMap<Kind, KindSummary> {
        let of = |kind: Kind| {
            let [sites, pages, paragraphs] =
                [totals.sites, totals.pages, totals.paragraphs].map(|of| of.0[kind as usize]);
            (kind, KindSummary { sites, pages, paragraphs })
        };
        Kind::ALL.into_iter().map(of).filter(|(_, counts)| counts.paragraphs > 0).collect()
    }
}

/// Counts of sites.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Sites {
    /// All.
    pub all: u64,
    /// With more than five distinct pages.
    pub evidence_good: u64,
    /// With two to five.
    pub evidence_thin: u64,
    /// With one.
    pub evidence_none: u64,
}

/// Counts of copies.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Copies {
    /// Pairs that were aligned.
    pub compared: u64,
    /// Verified pairs.
    pub pairs: u64,
    /// Of them: most of both is shared.
    pub same: u64,
    /// Most of the shorter is in the longer.
    pub cut: u64,
    /// A long passage is shared.
    pub part: u64,
    /// Clusters.
    pub clusters: u64,
    /// Pages under a lead.
    pub members: u64,
    /// Groups of links that no single lead covers.
    pub splits: u64,
    /// Keys on so many pages that their pages were linked, not paired in full.
    pub linked_keys: u64,
    /// Pages that were not tried with every lead of their group.
    pub out_of_tries: u64,
}

impl Summary {
    /// Counts what a scan found. Nothing is dropped yet.
    pub fn of(findings: &Findings) -> Summary {
        let counts = &findings.counts;
        let read = findings.pages.len() as u64;
        let (all, chrome) = findings.pages.paragraphs();
        let mut sites = Sites { all: findings.sites.len() as u64, ..Sites::default() };
        for site in &findings.sites {
            *match site.evidence() {
                Evidence::Good => &mut sites.evidence_good,
                Evidence::Thin => &mut sites.evidence_thin,
                Evidence::None => &mut sites.evidence_none,
            } += 1;
        }
        // In one pass: there may be millions.
        let mut related = [0; Relation::ALL.len()];
        for link in &findings.links {
            related[link.verdict.relation as usize] += 1;
        }
        Summary {
            refrain: env!("CARGO_PKG_VERSION").to_owned(),
            recipe: RecipeSummary {
                id: format!("{:016x}", findings.recipe.id()),
                recipe: findings.recipe.clone(),
            },
            pages: Pages { read, kept: read - counts.bad, dropped: 0, bad: counts.bad },
            bytes: Bytes { input: counts.input_bytes, text: counts.text_bytes },
            paragraphs: Paragraphs { all, chrome },
            sites,
            kinds: KindSummary::of(&counts.kinds),
            chrome_families: findings.chrome.len() as u64,
            near_families: counts.near_families,
            copies: Copies {
                compared: counts.candidates,
                pairs: findings.links.len() as u64,
                same: related[Relation::Same as usize],
                cut: related[Relation::Cut as usize],
                part: related[Relation::Part as usize],
                clusters: findings.clusters.len() as u64,
                members: findings.clusters.iter().map(|c| c.members.len() as u64).sum(),
                splits: counts.splits,
                linked_keys: counts.limits.linked_keys,
                out_of_tries: counts.out_of_tries,
            },
            damaged: counts.damaged.clone(),
            bad: counts.bad_first.clone(),
        }
    }
}

/// Writes a summary as JSON that people read, too: indented, with the end of the last line.
///
/// # Errors
///
/// Those of `out`.
pub fn write_json(summary: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, summary)?;
    out.write_all(b"\n")
}
