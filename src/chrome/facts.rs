//! What the label of a paragraph is decided on, and the one way to it, whoever counts.
//!
//! A scan counts in columns ([`CountedSite`](super::CountedSite)), a site that does not fit the memory in sorted
//! rows ([`count`](super::count())), a bank in tables on disk. Each says of a paragraph what it counted
//! ([`Counts`]); what follows from the counts is said here.

use std::ops::Range;

use crate::trace::Shape;

/// What is counted of a family on a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FamilyStats {
    /// Groups of pages that have it: pages that are one page count once.
    pub groups: u32,
    /// Pages that have it.
    pub pages: u32,
    /// How often it occurs.
    pub occurrences: u32,
}

/// What is counted of a paragraph: its family, and what stands around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Its family.
    pub stats: FamilyStats,
    /// In how many groups the family of the next paragraph of its page follows its family, if both are in two groups
    /// and more.
    pub followed: u32,
    /// Its family stands on its page more than once.
    pub twice: bool,
    /// Groups of pages that those of its family are of, if not of all the site has.
    pub of: Option<u32>,
}

/// Counts of a site, asked for by the paragraphs of a page. Every engine numbers paragraphs in its own way.
pub trait Counts {
    /// Length and grade of prose.
    fn shape(&self, paragraph: usize) -> Shape;

    /// What is counted; zeros for a family that is on one page once.
    fn counted(&self, paragraph: usize) -> Counted;

    /// Its family is chrome on every site.
    fn is_known(&self, paragraph: usize) -> bool;
}

/// What a label is decided on: a paragraph, and what is known of its family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Length and grade of prose.
    pub shape: Shape,
    /// What is counted of its family; none if one group only has it.
    pub stats: Option<FamilyStats>,
    /// Groups of pages that those are of, if not of all the site has.
    pub of: Option<u32>,
    /// In how many groups of pages the next paragraph's family follows its family; at least 1.
    pub followed: u32,
    /// It stands on this page more than once.
    pub twice: bool,
    /// It is chrome on every site.
    pub is_known: bool,
}

impl Facts {
    /// The facts of a paragraph.
    #[inline]
    pub fn of(counts: &impl Counts, paragraph: usize) -> Facts {
        let Counted { stats, followed, twice, of } = counts.counted(paragraph);
        let is_repeated = stats.groups >= 2;
        Facts {
            shape: counts.shape(paragraph),
            stats: is_repeated.then_some(stats),
            of,
            // The page itself has the pair.
            followed: followed.max(1),
            twice,
            is_known: counts.is_known(paragraph),
        }
    }

    /// The facts of a page's paragraphs.
    #[inline]
    pub fn of_page<C: Counts>(counts: &C, page: Range<usize>) -> impl Iterator<Item = Facts> {
        page.map(move |paragraph| Facts::of(counts, paragraph))
    }

    /// Groups of pages that have its family.
    pub fn groups(&self) -> u32 {
        self.stats.map_or(1, |stats| stats.groups)
    }
}
