//! A site that fits the memory, counted in columns.

use super::{Counted, Counts, Facts, FamilyStats, Groups, Known, Tally};
use crate::{
    families::Occurrences,
    page::PageNumber,
    trace::{Shape, Traces},
};

/// A site whose families are counted.
#[derive(Debug)]
pub struct CountedSite<'a> {
    site: Occurrences<'a>,
    groups: Groups,
    tally: Tally,
    followed: Vec<u32>,
    twice: Vec<bool>,
    known: Option<&'a Known>,
}

impl<'a> CountedSite<'a> {
    /// Counts the site whose pages are given, in input order. A few passes over its paragraphs.
    pub fn of(
        traces: &'a Traces,
        pages: &'a [PageNumber],
        known: Option<&'a Known>,
    ) -> CountedSite<'a> {
        let site = Occurrences::of(traces, pages);
        let groups = Groups::of(&site);
        let tally = Tally::of(&site, &groups);
        let followed = tally.followed(&site, &groups);
        let twice = Tally::twice(&site);
        CountedSite { site, groups, tally, followed, twice, known }
    }

    /// Its paragraphs by family.
    pub fn site(&self) -> &Occurrences<'a> {
        &self.site
    }

    /// Which of its pages are one page.
    pub fn groups(&self) -> &Groups {
        &self.groups
    }

    /// In how many groups of pages a family occurs.
    pub fn groups_with(&self, family: usize) -> u32 {
        self.tally.groups(family)
    }

    /// Whether a family is chrome on every site.
    pub fn is_known_family(&self, family: usize) -> bool {
        self.known.is_some_and(|known| known.has(self.site.number(family)))
    }

    /// What the labels of the site's page `page` are decided on.
    pub fn facts(&self, page: usize) -> impl Iterator<Item = Facts> + '_ {
        let columns = self.site.traces().span(self.site.pages()[page]);
        let span = self.site.span(page);
        let of_page =
            OfPage { site: self, shapes: &self.site.traces().shapes()[columns], span: span.start };
        span.map(move |paragraph| Facts::of(&of_page, paragraph))
    }
}

/// The paragraphs of a page, by their numbers in the site.
struct OfPage<'s> {
    site: &'s CountedSite<'s>,
    shapes: &'s [Shape],
    span: usize,
}

impl Counts for OfPage<'_> {
    #[inline]
    fn shape(&self, paragraph: usize) -> Shape {
        self.shapes[paragraph - self.span]
    }

    #[inline]
    fn counted(&self, paragraph: usize) -> Counted {
        let CountedSite { site, tally, .. } = self.site;
        let family = site.family_of()[paragraph] as usize;
        Counted {
            stats: FamilyStats {
                groups: tally.groups(family),
                pages: site.pages_with(family),
                occurrences: site.occurrences(family),
            },
            followed: self.site.followed[paragraph],
            twice: self.site.twice[paragraph],
            of: None,
        }
    }

    #[inline]
    fn is_known(&self, paragraph: usize) -> bool {
        self.site.is_known_family(self.site.site.family_of()[paragraph] as usize)
    }
}
