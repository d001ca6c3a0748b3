//! All paragraphs of one site, by family: the table that grouping and counting read.

use std::ops::Range;

use crate::{
    base::page::PageNumber,
    table::{PageColumns, Shape},
};

/// The paragraphs of one site, grouped by family. 16 bytes each.
///
/// Pages, paragraphs and families are numbered within the site, from 0 and in input order, so their
/// counts are short arrays.
#[derive(Clone, Debug)]
pub struct Occurrences<'a> {
    columns: &'a PageColumns,
    pages: &'a [PageNumber],
    /// First paragraph of every page, and one past the last.
    starts: Vec<u32>,
    /// By paragraph its page and its family.
    page_of: Vec<u32>,
    family_of: Vec<u32>,
    /// By family its number in the columns, and on how many pages it is.
    numbers: Vec<u32>,
    pages_with: Vec<u32>,
    /// By family its first paragraph, and that one's shape.
    firsts: Vec<(u32, Shape)>,
    /// First row of every family, and one past the last.
    first_row: Vec<u32>,
    /// Paragraphs by family, in input order.
    rows: Vec<u32>,
}

impl<'a> Occurrences<'a> {
    /// Gathers the paragraphs of `pages`, which are those of one site in input order.
    ///
    /// One look-up of each paragraph's family and one counting sort.
    pub fn of(columns: &'a PageColumns, pages: &'a [PageNumber]) -> Occurrences<'a> {
        let paragraphs = pages.iter().map(|&page| columns.span(page).len()).sum();
        let mut site = Occurrences {
            columns,
            pages,
            starts: Vec::with_capacity(pages.len() + 1),
            page_of: Vec::with_capacity(paragraphs),
            family_of: Vec::with_capacity(paragraphs),
            numbers: Vec::new(),
            pages_with: Vec::new(),
            firsts: Vec::new(),
            first_row: Vec::new(),
            rows: Vec::new(),
        };
        let mut table = Table::new(columns, pages);
        let mut met: Vec<Met> = Vec::new();
        for (page, &number) in (0_u32..).zip(pages) {
            site.starts.push(count(site.page_of.len()));
            let span = columns.span(number);
            let shapes = &columns.shapes()[span.clone()];
            for (&number, &shape) in columns.numbers()[span].iter().zip(shapes) {
                let family = table.find(number, &mut site.numbers);
                if family as usize == met.len() {
                    site.firsts.push((count(site.page_of.len()), shape));
                    met.push(Met { last_page: u32::MAX, pages: 0, occurrences: 0 });
                }
                let met = &mut met[family as usize];
                met.pages += u32::from(met.last_page != page);
                met.last_page = page;
                met.occurrences += 1;
                site.page_of.push(page);
                site.family_of.push(family);
            }
        }
        site.pages_with = met.iter().map(|met| met.pages).collect();
        site.first_row = Vec::with_capacity(met.len() + 1);
        site.first_row.extend(met.iter().map(|met| met.occurrences));
        site.starts.push(count(paragraphs));
        let mut row = 0;
        for first in &mut site.first_row {
            (*first, row) = (row, row + *first);
        }
        site.first_row.push(row);
        site.rows = site.rows_in(0..pages.len());
        site
    }

    /// Paragraphs by family, pages in the order that `pages` gives them.
    pub(crate) fn rows_in(&self, pages: impl Iterator<Item = usize>) -> Vec<u32> {
        let mut rows = vec![0; self.page_of.len()];
        let mut next = self.first_row.clone();
        for page in pages {
            for paragraph in self.span(page) {
                let at = &mut next[self.family_of[paragraph] as usize];
                rows[*at as usize] = count(paragraph);
                *at += 1;
            }
        }
        rows
    }

    /// The site's pages, in input order.
    pub fn pages(&self) -> &'a [PageNumber] {
        self.pages
    }

    /// The columns they are part of.
    pub fn columns(&self) -> &'a PageColumns {
        self.columns
    }

    /// The paragraphs of a page.
    #[inline]
    pub fn span(&self, page: usize) -> Range<usize> {
        self.starts[page] as usize..self.starts[page + 1] as usize
    }

    /// Number of paragraphs.
    pub fn paragraphs(&self) -> usize {
        self.page_of.len()
    }

    /// The page of a paragraph.
    #[inline]
    pub fn page_of(&self, paragraph: u32) -> u32 {
        self.page_of[paragraph as usize]
    }

    /// Number of a paragraph in its page.
    pub fn at(&self, paragraph: u32) -> u32 {
        paragraph - self.starts[self.page_of(paragraph) as usize]
    }

    /// Index of a paragraph in the columns of the columns.
    pub fn index(&self, paragraph: u32) -> usize {
        let page = self.pages[self.page_of(paragraph) as usize];
        self.columns.span(page).start + self.at(paragraph) as usize
    }

    /// The family of the next paragraph of the same page.
    #[inline]
    pub fn next(&self, paragraph: u32) -> Option<u32> {
        let end = self.starts[self.page_of(paragraph) as usize + 1];
        self.family_of[..end as usize].get(paragraph as usize + 1).copied()
    }

    /// Families of all paragraphs.
    pub fn family_of(&self) -> &[u32] {
        &self.family_of
    }

    /// Number of families.
    pub fn families(&self) -> usize {
        self.numbers.len()
    }

    /// A family's number in the columns.
    pub fn number(&self, family: usize) -> u32 {
        self.numbers[family]
    }

    /// A family by its fingerprint.
    pub fn fingerprint(&self, family: usize) -> u64 {
        self.columns.families()[self.numbers[family] as usize]
    }

    /// A family's first paragraph, and its shape.
    #[inline]
    pub(crate) fn first(&self, family: usize) -> (u32, Shape) {
        self.firsts[family]
    }

    /// Where a family's paragraphs stand among those of all families.
    #[inline]
    pub(crate) fn rows_of(&self, family: usize) -> Range<usize> {
        self.first_row[family] as usize..self.first_row[family + 1] as usize
    }

    /// A family's paragraphs, in input order; there is at least one.
    #[inline]
    pub fn rows(&self, family: usize) -> &[u32] {
        &self.rows[self.rows_of(family)]
    }

    /// On how many pages a family is.
    #[inline]
    pub fn pages_with(&self, family: usize) -> u32 {
        self.pages_with[family]
    }

    /// How often a family occurs.
    #[inline]
    pub fn occurrences(&self, family: usize) -> u32 {
        self.first_row[family + 1] - self.first_row[family]
    }

    /// The pages a family is on, each once, ascending.
    pub fn distinct_pages(&self, family: usize) -> impl Iterator<Item = u32> + '_ {
        self.rows(family)
            .chunk_by(|&a, &b| self.page_of(a) == self.page_of(b))
            .map(|run| self.page_of(run[0]))
    }
}

/// A site has at most as many paragraphs as the corpus, whose number fits.
fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// What is counted of a family: side by side, because they are asked for together.
struct Met {
    last_page: u32,
    pages: u32,
    occurrences: u32,
}

/// From the numbers of the columns to those of the site.
///
/// Families are numbered as they first appear. If the pages of a site follow each other, the families that no
/// earlier site has are one run of numbers; those are looked up by index. The others are hashed.
pub(crate) struct Table {
    /// The first number that is looked up by place.
    base: u32,
    /// Number in the site from 1; 0 is free.
    by_place: Vec<u32>,
    /// Number in the columns and number in the site from 1; 0 is free. A power of two, at most half of them taken.
    slots: Vec<(u32, u32)>,
    taken: usize,
}

impl Table {
    /// For the families of `pages`, those of one site.
    pub(crate) fn new(columns: &PageColumns, pages: &[PageNumber]) -> Table {
        let of_page = |&page: &PageNumber| columns.numbers()[columns.span(page)].iter().max();
        let last = pages.iter().filter_map(of_page).max().copied().unwrap_or(0);
        let paragraphs = pages.iter().map(|&page| columns.span(page).len()).sum::<usize>();
        let base = last.saturating_sub(count(2 * paragraphs));
        let places = (last - base) as usize + 1;
        Table { base, by_place: vec![0; places], slots: vec![(0, 0); 64], taken: 0 }
    }

    /// The family of the site that has this number; a new one if there is none.
    #[inline]
    pub(crate) fn find(&mut self, number: u32, numbers: &mut Vec<u32>) -> u32 {
        if number < self.base {
            return self.find_hashed(number, numbers);
        }
        let family = &mut self.by_place[(number - self.base) as usize];
        if *family == 0 {
            numbers.push(number);
            *family = count(numbers.len());
        }
        *family - 1
    }

    fn find_hashed(&mut self, number: u32, numbers: &mut Vec<u32>) -> u32 {
        let at = self.slot(number);
        let family = self.slots[at].1;
        if family > 0 {
            return family - 1;
        }
        numbers.push(number);
        self.slots[at] = (number, count(numbers.len()));
        self.taken += 1;
        if 2 * self.taken > self.slots.len() {
            let twice = vec![(0, 0); 2 * self.slots.len()];
            for row in std::mem::replace(&mut self.slots, twice) {
                if row.1 > 0 {
                    let at = self.slot(row.0);
                    self.slots[at] = row;
                }
            }
        }
        count(numbers.len()) - 1
    }

    /// Where a number stands among the hashed ones, or the free slot where it belongs.
    #[inline]
    fn slot(&self, number: u32) -> usize {
        let mask = self.slots.len() - 1;
        // Numbers stand in runs; multiplied, runs do not run into each other.
        let spread = u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut at = (spread >> 32) as usize & mask;
        while self.slots[at].1 > 0 && self.slots[at].0 != number {
            at = (at + 1) & mask;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{cues::Cue, table::Paragraph};

    proptest! {
        /// Against a list: low numbers are hashed, high ones looked up by place.
        #[test]
        fn families_are_numbered_as_they_come(
            base in 0_u32..400,
            asked in vec(prop_oneof![0_u32..500, 0_u32..40], 0..400),
        ) {
            let by_place = vec![0; 500_usize.saturating_sub(base as usize)];
            let mut table = Table { base, by_place, slots: vec![(0, 0); 64], taken: 0 };
            let (mut numbers, mut expected) = (Vec::new(), Vec::new());
            for number in asked {
                let place = expected.iter().position(|&one| one == number);
                let place = place.unwrap_or(expected.len());
                if place == expected.len() {
                    expected.push(number);
                }
                prop_assert_eq!(table.find(number, &mut numbers) as usize, place);
            }
            prop_assert_eq!(numbers, expected);
        }

        /// Against a stable sort by family.
        #[test]
        fn rows_are_those_of_a_sort(pages in vec(vec(0_u64..30, 0..12), 0..12)) {
            let mut columns = PageColumns::new();
            for page in &pages {
                for &fingerprint in page {
                    let paragraph = Paragraph { fingerprint, shape: Shape::default(), cue: Cue::default(), wording: 0 };
                    columns.push_paragraph(paragraph, &[]);
                }
                // Every second page is another site's.
                columns.end_page(["a", "b"][columns.len() % 2], 0, "", "");
            }
            columns.finish().expect("few paragraphs");
            for (number, of_site) in columns.pages_by_site().iter().enumerate() {
                let site = Occurrences::of(&columns, of_site);
                let mut expected: Vec<(u64, u32, u32)> = Vec::new();
                for (page, families) in (0..).zip(pages.iter().skip(number).step_by(2)) {
                    expected.extend(families.iter().zip(0..).map(|(&f, at)| (f, page, at)));
                }
                expected.sort_unstable();
                let mut found: Vec<(u64, u32, u32)> = Vec::new();
                for family in 0..site.families() {
                    let of = site.fingerprint(family);
                    let rows = site.rows(family).iter().map(|&r| (of, site.page_of(r), site.at(r)));
                    let rows: Vec<_> = rows.collect();
                    prop_assert!(rows.is_sorted());
                    let distinct: Vec<u32> = site.distinct_pages(family).collect();
                    prop_assert_eq!(distinct.len(), site.pages_with(family) as usize);
                    prop_assert_eq!(site.first(family).0, site.rows(family)[0]);
                    for &row in site.rows(family) {
                        prop_assert_eq!(columns.family(site.index(row)), of);
                        prop_assert_eq!(site.family_of()[row as usize] as usize, family);
                    }
                    found.extend(rows);
                }
                found.sort_unstable();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
