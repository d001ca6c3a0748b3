//! What the label of a paragraph is decided on, and the one way to it, whoever counts.
//!
//! A scan counts in columns ([`CountedSite`](super::CountedSite)), a site that does not fit the memory in sorted
//! rows ([`count_rows`](super::count_rows)), a bank in tables on disk. Each says of a paragraph what it counted
//! ([`Counts`]); what follows from the counts is said here.

use std::ops::Range;

use super::Origin;
use crate::{cues::Cue, table::Shape};

/// What is counted of a family on a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FamilyStats {
    /// Groups of pages that have it: pages that are one page count once.
    pub groups: u32,
    /// Pages that have it.
    pub pages: u32,
    /// How often it occurs.
    pub occurrences: u32,
    /// How many wordings it has: of one family digits, letter case and punctuation may differ.
    pub variants: u32,
    /// Groups in which a line follows it that follows it in no other group: a template prints it in front of what is
    /// a page's own.
    pub fresh: u32,
}

/// What is counted of a paragraph: its family, and what stands around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Its family.
    pub stats: FamilyStats,
    /// In how many groups the family of the next paragraph of its page follows its family, if both are in two groups
    /// and more.
    pub followed: u32,
    /// How often its family stands on its page; 255 stands for more.
    pub times: u8,
    /// Groups of pages that those of its family are of, if not of all the site has.
    pub of: Option<u32>,
}

/// Counts of a site, asked for by the paragraphs of a page. Every engine numbers paragraphs in its own way.
pub trait Counts {
    /// Its family, by any number that no other family of the page has.
    fn family(&self, paragraph: usize) -> u64;

    /// Length and grade of prose.
    fn shape(&self, paragraph: usize) -> Shape;

    /// What its words say it is.
    fn cue(&self, paragraph: usize) -> Cue;

    /// What is counted; zeros for a family that is on one page once.
    fn counted(&self, paragraph: usize) -> Counted;

    /// Where it is known from that its family is chrome on every site, if that is known.
    fn known(&self, paragraph: usize) -> Option<Origin>;
}

/// What a label is decided on: a paragraph, and what is known of its family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its family: equal for paragraphs of a page that are of one family.
    pub family: u64,
    /// Length and grade of prose.
    pub shape: Shape,
    /// What its words say it is.
    pub cue: Cue,
    /// What is counted of its family; none if one group only has it.
    pub stats: Option<FamilyStats>,
    /// Groups of pages that those are of, if not of all the site has.
    pub of: Option<u32>,
    /// In how many groups of pages the next paragraph's family follows its family; at least 1.
    pub followed: u32,
    /// How often it stands on this page, at least once.
    pub times: u8,
    /// Where it is known from that it is chrome on every site, if that is known.
    pub known: Option<Origin>,
}

/// A family of so many wordings and more may be data.
const WORDINGS: u32 = 6;
/// Of families of so many words and more some are near-duplicates that were joined: they differ more easily.
const LONG: u32 = 8;

impl Facts {
    /// The facts of a paragraph.
    #[inline]
    pub fn of(counts: &impl Counts, paragraph: usize) -> Facts {
        let Counted { stats, followed, times, of } = counts.counted(paragraph);
        let is_repeated = stats.groups >= 2;
        Facts {
            family: counts.family(paragraph),
            shape: counts.shape(paragraph),
            cue: counts.cue(paragraph),
            stats: is_repeated.then_some(stats),
            of,
            // The page itself has the pair.
            followed: followed.max(1),
            times: times.max(1),
            known: counts.known(paragraph),
        }
    }

    /// The facts of a page's paragraphs.
    #[inline]
    pub fn of_page<C: Counts>(counts: &C, page: Range<usize>) -> impl Iterator<Item = Facts> {
        page.map(move |paragraph| Facts::of(counts, paragraph))
    }

    /// Groups of pages that have its family.
    #[inline]
    pub fn groups(&self) -> u32 {
        self.stats.map_or(1, |stats| stats.groups)
    }

    /// It is data in a form: other pages have the line with other figures or names, so that hardly two of them say the
    /// same. A price, a time, a score, a row of a table.
    ///
    /// What a template prints with a few figures (dates, counters of comments) has few wordings for its pages.
    #[inline]
    pub fn is_data(&self) -> bool {
        self.stats.is_some_and(|FamilyStats { groups, variants, .. }| {
            let [groups, variants] = [groups, variants].map(u64::from);
            let differs = if self.shape.words() < LONG {
                2 * variants >= groups
            } else {
                4 * variants >= 3 * groups
            };
            variants >= u64::from(WORDINGS) && differs
        })
    }

    /// No other page of the site has it: neither its family, nor, if that is data, what it says.
    #[inline]
    pub fn is_own(&self) -> bool {
        (self.stats.is_none() && self.known.is_none()) || self.is_data()
    }

    /// Few pages of the site have it, of so many groups.
    #[inline]
    pub(super) fn is_rare(&self, of: u32) -> bool {
        let groups = u64::from(self.groups());
        self.is_own() || (self.stats.is_some() && (groups == 2 || 10 * groups <= u64::from(of)))
    }
}
