//! All paragraphs of one site, by family: the table that grouping and counting read.

use crate::{page::PageNumber, trace::Traces};

/// A paragraph of a site: its family, the page and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// Its family.
    pub family: u64,
    /// Index of the page among the site's pages.
    pub page: u32,
    /// Number of the paragraph in the page.
    pub at: u32,
}

/// The paragraphs of one site, sorted by family, page and place. 16 bytes each.
#[derive(Clone, Debug)]
pub struct Occurrences<'a> {
    traces: &'a Traces,
    pages: &'a [PageNumber],
    rows: Vec<Occurrence>,
}

impl<'a> Occurrences<'a> {
    /// Gathers and sorts the paragraphs of `pages`, which are those of one site in input order.
    pub fn of(traces: &'a Traces, pages: &'a [PageNumber]) -> Occurrences<'a> {
        let mut rows = Vec::with_capacity(pages.iter().map(|&page| traces.span(page).len()).sum());
        for (page, &number) in (0..).zip(pages) {
            let families = &traces.families()[traces.span(number)];
            rows.extend((0..).zip(families).map(|(at, &family)| Occurrence { family, page, at }));
        }
        rows.sort_unstable();
        Occurrences { traces, pages, rows }
    }

    /// The site's pages, in input order.
    pub fn pages(&self) -> &'a [PageNumber] {
        self.pages
    }

    /// The traces they are part of.
    pub fn traces(&self) -> &'a Traces {
        self.traces
    }

    /// The occurrences of each family, families in ascending order.
    pub fn families(&self) -> impl Iterator<Item = &[Occurrence]> {
        self.rows.chunk_by(|a, b| a.family == b.family)
    }

    /// Index of the paragraph in the columns of the traces.
    pub fn paragraph(&self, row: &Occurrence) -> usize {
        self.traces.span(self.pages[row.page as usize]).start + row.at as usize
    }

    /// The pages of a family's occurrences, each once, ascending.
    pub fn distinct_pages(family: &[Occurrence]) -> impl Iterator<Item = u32> + '_ {
        family.chunk_by(|a, b| a.page == b.page).map(|run| run[0].page)
    }
}
