//! Everything a scan found, as the stages handed it on. Output formats it and decides nothing.

use super::ScannedPages as Pages;
use crate::{
    base::{page::PageNumber, recipe::Recipe},
    chrome::{ChromeFamily, KindTotals, Mark, SiteCounts},
    copies::{Beside, ClusterCredit, Limits, Link, Passage, Share, Verdict},
    records::Damaged,
    table::PageColumns,
};

/// What a scan found.
#[derive(Debug)]
pub struct Findings {
    /// The recipe it was found with.
    pub recipe: Recipe,
    /// The pages and their labels.
    pub pages: Pages,
    /// What was counted on each site, by site number.
    pub sites: Vec<SiteCounts>,
    /// Families that are chrome: on most pages first, then by site, then by where they come first.
    pub chrome: Vec<ChromeFamily>,
    /// Verified pairs, ascending.
    pub links: Vec<Link>,
    /// Clusters, by lead.
    pub clusters: Vec<ClusterFinding>,
    /// Cluster and member of every page in one, ascending by page.
    pub placed: Vec<(PageNumber, Placed)>,
    /// Counts for the summary.
    pub counts: Counts,
}

/// Pages that print the same text.
#[derive(Clone, Debug)]
pub struct ClusterFinding {
    /// The page that is kept.
    pub lead: PageNumber,
    /// First line of the lead's body.
    pub title: String,
    /// Who its pages say the text is by.
    pub credits: Vec<ClusterCredit>,
    /// The others.
    pub members: Vec<MemberFinding>,
}

/// A page under its lead, and the proof.
#[derive(Clone, Debug)]
pub struct MemberFinding {
    /// The page.
    pub page: PageNumber,
    /// Measures; the first text is the page's, the second the lead's.
    pub verdict: Verdict,
    /// What is shared, paragraph by paragraph.
    pub passages: Vec<Passage>,
    /// Body of the page that was not compared with its lead.
    pub beside: Beside,
    /// Words of all its body that stand in the lead's, in whatever order.
    pub words: Share,
}

impl MemberFinding {
    /// How much of all its body the lead has.
    pub fn held(&self) -> Share {
        self.verdict.held(self.beside).lesser(self.words)
    }
}

/// A page's place in a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Index of the cluster.
    pub cluster: usize,
    /// Index of the member; none for the lead.
    pub member: Option<usize>,
}

/// What the summary counts beside the tables.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Bytes of input after decompression.
    pub input_bytes: u64,
    /// Chrome by kind.
    pub kinds: KindTotals,
    /// Bytes of the pages' texts.
    pub text_bytes: u64,
    /// Records that could not be used.
    pub bad: u64,
    /// Messages of the first of them.
    pub bad_first: Vec<String>,
    /// Files that were not read to their end, or have something behind it.
    pub damaged: Vec<Damaged>,
    /// Near-duplicate families.
    pub near_families: u64,
    /// Pairs that were aligned.
    pub candidates: u64,
    /// What was linked rather than paired in full.
    pub limits: Limits,
    /// Groups of links that did not end under one lead.
    pub splits: u64,
    /// Pages that were not tried with every lead.
    pub out_of_tries: u64,
    /// Bytes that were on disk because of the memory budget.
    pub spilled: u64,
}

impl Findings {
    /// The cluster of a page, if it is in one.
    pub fn placed(&self, page: PageNumber) -> Option<Placed> {
        let at = self.placed.binary_search_by_key(&page, |row| row.0).ok()?;
        Some(self.placed[at].1)
    }

    /// The member of a page and its lead, if it is a copy of one.
    pub fn member(&self, page: PageNumber) -> Option<(&ClusterFinding, &MemberFinding)> {
        let placed = self.placed(page)?;
        let cluster = &self.clusters[placed.cluster];
        Some((cluster, &cluster.members[placed.member?]))
    }

    /// What was kept of the pages, if they are in memory.
    pub fn columns(&self) -> Option<&PageColumns> {
        match &self.pages {
            Pages::Held { columns, .. } => Some(columns),
            Pages::Spilled(_) => None,
        }
    }

    /// Removes what is on disk: outputs are written, and no other run will go on from it.
    pub fn clear(&mut self) {
        if let Pages::Spilled(spilled) = &mut self.pages {
            spilled.work.clear();
        }
    }

    /// Ends with them where the process ends, too: of what is in memory nothing is given back piece by piece, which
    /// takes a hundredth of a run. What is on disk is closed and removed as ever.
    pub fn leave(self) {
        if matches!(self.pages, Pages::Held { .. }) {
            std::mem::forget(self);
        }
    }

    /// Labels of the paragraphs of a page; none if pages are not in memory, where
    /// [`Pages::walk`](super::ScannedPages::walk) reads them.
    pub fn marks_of(&self, page: PageNumber) -> &[Mark] {
        match &self.pages {
            Pages::Held { columns, marks } => &marks[columns.span(page)],
            Pages::Spilled(_) => &[],
        }
    }
}
