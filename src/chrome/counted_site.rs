//! A site that fits the memory, counted in columns.

use super::count::times;
use super::{Counted, Counts, Facts, FamilyStats, Groups, Known, Origin, each_family};
use crate::{
    base::page::PageNumber,
    cues::Cue,
    table::{Occurrences, PageColumns, Shape},
};

/// A site whose families are counted.
#[derive(Debug)]
pub struct CountedSite<'a> {
    site: Occurrences<'a>,
    groups: Groups,
    /// By paragraph.
    followed: Vec<u32>,
    times: Vec<u8>,
    /// By family.
    stats: Vec<FamilyStats>,
    known: Option<&'a Known>,
}

impl<'a> CountedSite<'a> {
    /// Counts the site whose pages are given, in input order. A few passes over its paragraphs.
    pub fn of(
        columns: &'a PageColumns,
        pages: &'a [PageNumber],
        known: Option<&'a Known>,
    ) -> CountedSite<'a> {
        let site = Occurrences::of(columns, pages);
        let groups = Groups::of(&site);
        let mut wordings = Vec::with_capacity(site.paragraphs());
        for &page in pages {
            wordings.extend_from_slice(&columns.wordings()[columns.span(page)]);
        }
        let (mut followed, mut on_page) = (vec![1; site.paragraphs()], vec![1; site.paragraphs()]);
        let mut stats = Vec::with_capacity(site.families());
        each_family(&site, &groups, &wordings, |family, of_family, counter| {
            stats.push(of_family);
            let rows = site.rows(family);
            if of_family.groups >= 2 {
                for &row in rows {
                    followed[row as usize] = counter.followed(site.next(row));
                }
            }
            if of_family.occurrences > of_family.pages {
                for run in rows.chunk_by(|&a, &b| site.page_of(a) == site.page_of(b)) {
                    for &row in run {
                        on_page[row as usize] = times(run.len());
                    }
                }
            }
        });
        CountedSite { site, groups, followed, times: on_page, stats, known }
    }

    /// Its paragraphs by family.
    pub fn site(&self) -> &Occurrences<'a> {
        &self.site
    }

    /// Which of its pages are one page.
    pub fn groups(&self) -> &Groups {
        &self.groups
    }

    /// What is counted of a family.
    pub fn stats(&self, family: usize) -> FamilyStats {
        self.stats[family]
    }

    /// Where it is known from that a family is chrome on every site, if that is known.
    pub fn known_family(&self, family: usize) -> Option<Origin> {
        self.known.and_then(|known| known.origin(self.site.number(family)))
    }

    /// What the labels of the site's page `page` are decided on.
    pub fn facts(&self, page: usize) -> impl Iterator<Item = Facts> + '_ {
        let span_of_all = self.site.columns().span(self.site.pages()[page]);
        let span = self.site.span(page);
        let of_page = OfPage { site: self, column: span_of_all.start, span: span.start };
        span.map(move |paragraph| Facts::of(&of_page, paragraph))
    }
}

/// The paragraphs of a page, by their numbers in the site.
struct OfPage<'s> {
    site: &'s CountedSite<'s>,
    /// The first one's number in the columns, and in the site.
    column: usize,
    span: usize,
}

impl Counts for OfPage<'_> {
    #[inline]
    fn family(&self, paragraph: usize) -> u64 {
        self.site.site.family_of()[paragraph].into()
    }

    #[inline]
    fn shape(&self, paragraph: usize) -> Shape {
        self.site.site.columns().shapes()[self.column + paragraph - self.span]
    }

    #[inline]
    fn cue(&self, paragraph: usize) -> Cue {
        self.site.site.columns().cues()[self.column + paragraph - self.span]
    }

    #[inline]
    fn counted(&self, paragraph: usize) -> Counted {
        Counted {
            stats: self.site.stats[self.site.site.family_of()[paragraph] as usize],
            followed: self.site.followed[paragraph],
            times: self.site.times[paragraph],
            of: None,
        }
    }

    #[inline]
    fn known(&self, paragraph: usize) -> Option<Origin> {
        self.site.known_family(self.site.site.family_of()[paragraph] as usize)
    }
}
