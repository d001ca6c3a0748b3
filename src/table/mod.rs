//! Page columns: what is kept of a page once its text is let go.
//!
//! Learning reads every page once and keeps fixed-width columns: for a page its site, id and URL key;
//! for a paragraph its family, length, grade of prose, cue and wording; the anchors of its text. Grouping,
//! counting, labelling and proposing copies work on these alone, so the text of a corpus is never in
//! memory. Some 18 bytes a paragraph, 12 a family and 8 an anchor (one every 7 words).
//!
//! Workers trace batches of pages; [`PageColumns::append`] puts them together in input order, so the
//! result does not depend on which worker did what.

mod near;
mod number;
pub(crate) mod occurrence;
mod rows;
mod shape;
mod shard;
mod sites;
mod strings;

pub use near::{Near, NearKeys, Seen};
pub use number::{Pieces, Whole, part};
pub use occurrence::Occurrences;
pub use rows::PageRows;
pub use shape::Shape;
pub use shard::{NUMBERED, TRACED};
pub use sites::Sites;
pub use strings::Strings;

use std::ops::Range;

use crate::{
    Error, Result,
    base::page::{self, PageNumber, SiteNumber},
    cues::Cue,
};

/// What is kept of one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageEntry {
    /// Its site, or [`PageEntry::BAD`] for a record that could not be used.
    pub site: SiteNumber,
    /// Its number in the input. In the columns of all pages that is its place; in a shard it is not.
    pub number: PageNumber,
    /// Key of its URL, equal for URLs that name the same page; 0 if it has none.
    pub url: u64,
}

impl PageEntry {
    /// The site number of a record that could not be used. It belongs to no site.
    pub const BAD: SiteNumber = SiteNumber::MAX;

    /// The record could not be used.
    pub fn is_bad(&self) -> bool {
        self.site == Self::BAD
    }
}

/// What is kept of a paragraph, handed over while a page is traced.
#[derive(Clone, Copy, Debug)]
pub struct Paragraph {
    /// Fingerprint of its tokens.
    pub fingerprint: u64,
    /// Length and grade of prose.
    pub shape: Shape,
    /// What its words say it is.
    pub cue: Cue,
    /// Hash of its bytes as printed.
    pub wording: u32,
}

/// The columns of pages in input order. Columns are as long as there are pages, paragraphs, anchors.
#[derive(Clone, Debug)]
pub struct PageColumns {
    /// Names of the sites, by number.
    pub sites: Sites,
    pages: Vec<PageEntry>,
    ids: Strings,
    dates: Strings,
    /// First paragraph of every page, and one past the last.
    first_paragraph: Vec<u64>,
    /// Fingerprints, by paragraph until [`PageColumns::finish`] numbers them and by number from then on.
    fingerprints: Vec<u64>,
    /// Families of paragraphs, as numbers; empty before.
    numbers: Vec<u32>,
    shapes: Vec<Shape>,
    cues: Vec<Cue>,
    wordings: Vec<u32>,
    /// Anchors of every paragraph, by their number.
    anchor_counts: Vec<u32>,
    /// First anchor of every page, and one past the last.
    first_anchor: Vec<u64>,
    anchors: Vec<u64>,
    /// First row of band keys of every page, and one past the last; of no use once finished.
    first_row: Vec<u64>,
    /// Band keys of distinct long paragraphs.
    pub near: Near,
}

impl Default for PageColumns {
    fn default() -> PageColumns {
        PageColumns::new()
    }
}

impl PageColumns {
    /// No pages.
    pub fn new() -> PageColumns {
        PageColumns {
            sites: Sites::default(),
            pages: Vec::new(),
            ids: Strings::default(),
            dates: Strings::default(),
            first_paragraph: vec![0],
            fingerprints: Vec::new(),
            numbers: Vec::new(),
            shapes: Vec::new(),
            cues: Vec::new(),
            wordings: Vec::new(),
            anchor_counts: Vec::new(),
            first_anchor: vec![0],
            anchors: Vec::new(),
            first_row: vec![0],
            near: Near::default(),
        }
    }

    /// Forgets all pages and keeps the memory of the columns.
    pub fn clear(&mut self) {
        self.sites = Sites::default();
        self.pages.clear();
        self.ids.clear();
        self.dates.clear();
        self.first_paragraph.truncate(1);
        self.fingerprints.clear();
        self.numbers.clear();
        self.shapes.clear();
        self.cues.clear();
        self.wordings.clear();
        self.anchor_counts.clear();
        self.first_anchor.truncate(1);
        self.anchors.clear();
        self.first_row.truncate(1);
        self.near.clear();
    }

    /// Number of pages, bad records counted.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Number of paragraphs of all pages.
    pub fn paragraphs(&self) -> usize {
        self.shapes.len()
    }

    /// Number of anchors of all pages.
    pub fn anchors(&self) -> usize {
        self.anchors.len()
    }

    /// Adds a paragraph and its anchors to the page being traced.
    pub fn push_paragraph(&mut self, paragraph: Paragraph, anchors: &[u64]) {
        self.push_anchored(paragraph, |all| all.extend_from_slice(anchors));
    }

    /// Adds a paragraph to the page being traced; `anchors` appends its anchors.
    #[inline]
    pub fn push_anchored(&mut self, paragraph: Paragraph, anchors: impl FnOnce(&mut Vec<u64>)) {
        self.fingerprints.push(paragraph.fingerprint);
        self.shapes.push(paragraph.shape);
        self.cues.push(paragraph.cue);
        self.wordings.push(paragraph.wording);
        let before = self.anchors.len();
        anchors(&mut self.anchors);
        let count = self.anchors.len() - before;
        self.anchor_counts.push(u32::try_from(count).unwrap_or(u32::MAX));
    }

    /// Makes room for so many more paragraphs.
    pub fn reserve(&mut self, paragraphs: usize) {
        self.fingerprints.reserve(paragraphs);
        self.shapes.reserve(paragraphs);
        self.cues.reserve(paragraphs);
        self.wordings.reserve(paragraphs);
        self.anchor_counts.reserve(paragraphs);
    }

    /// Ends the page being traced.
    pub fn end_page(&mut self, site: &str, url: u64, id: &str, date: &str) {
        let site = self.sites.number(site);
        self.close(site, url, id, date);
    }

    /// Adds a record that could not be used, so that page numbers stay those of the input.
    pub fn push_bad(&mut self) {
        self.close(PageEntry::BAD, 0, "", "");
    }

    fn close(&mut self, site: SiteNumber, url: u64, id: &str, date: &str) {
        let number = PageNumber::try_from(self.pages.len()).unwrap_or(PageNumber::MAX);
        self.pages.push(PageEntry { site, number, url });
        self.ids.push(id);
        self.dates.push(date);
        self.first_paragraph.push(self.shapes.len() as u64);
        self.first_anchor.push(self.anchors.len() as u64);
        self.first_row.push(self.near.of.len() as u64);
    }

    /// Adds the columns of the pages that follow in the input.
    pub fn append(&mut self, next: &PageColumns) {
        let sites: Vec<SiteNumber> =
            next.sites.names().map(|name| self.sites.number(name)).collect();
        let before = PageNumber::try_from(self.pages.len()).unwrap_or(PageNumber::MAX);
        self.pages.extend(next.pages.iter().map(|page| PageEntry {
            site: if page.is_bad() { page.site } else { sites[page.site as usize] },
            number: page.number.saturating_add(before),
            ..*page
        }));
        self.ids.append(&next.ids);
        self.dates.append(&next.dates);
        let paragraphs = self.shapes.len() as u64;
        self.first_paragraph.extend(next.first_paragraph[1..].iter().map(|at| at + paragraphs));
        self.fingerprints.extend_from_slice(&next.fingerprints);
        self.shapes.extend_from_slice(&next.shapes);
        self.cues.extend_from_slice(&next.cues);
        self.wordings.extend_from_slice(&next.wordings);
        self.anchor_counts.extend_from_slice(&next.anchor_counts);
        let anchors = self.anchors.len() as u64;
        self.first_anchor.extend(next.first_anchor[1..].iter().map(|at| at + anchors));
        self.anchors.extend_from_slice(&next.anchors);
        let rows = self.near.of.len() as u64;
        self.first_row.extend(next.first_row[1..].iter().map(|at| at + rows));
        self.near.append(&next.near);
    }

    /// What is kept of page `page`.
    pub fn page(&self, page: PageNumber) -> PageEntry {
        self.pages[page as usize]
    }

    /// Its id: the record's own, or `#` and its number from 1.
    pub fn id(&self, page: PageNumber) -> std::borrow::Cow<'_, str> {
        page::name(self.ids.get(page as usize), page)
    }

    /// Its date as the record says it, or "".
    pub fn date(&self, page: PageNumber) -> &str {
        self.dates.get(page as usize)
    }

    /// The numbers of its paragraphs, counted over all pages: indices into the columns.
    pub fn span(&self, page: PageNumber) -> Range<usize> {
        let page = page as usize;
        // A vector of this length is in memory, so its length fits.
        #[expect(clippy::cast_possible_truncation, reason = "offsets of vectors in memory")]
        let (start, end) =
            (self.first_paragraph[page] as usize, self.first_paragraph[page + 1] as usize);
        start..end
    }

    /// Ends tracing: numbers the fingerprints of all paragraphs. Every paragraph's family is at first
    /// its fingerprint's number.
    ///
    /// # Errors
    ///
    /// *Data* if there are more paragraphs than there are numbers of 32 bits.
    pub fn finish(&mut self) -> Result<()> {
        self.finish_in(&Whole)
    }

    /// The same, in pieces that may be done at once. Their number does not change the result.
    ///
    /// # Errors
    ///
    /// As [`PageColumns::finish`].
    pub fn finish_in(&mut self, pieces: &impl Pieces) -> Result<()> {
        if u32::try_from(self.paragraphs()).is_err() {
            return Err(Error::data(
                "the input",
                format!(
                    "{} paragraphs are more than one run can number ({}); split the input by site",
                    self.paragraphs(),
                    u32::MAX
                ),
            ));
        }
        self.near.find_paragraphs(&self.fingerprints);
        self.numbers = number::number(&mut self.fingerprints, pieces);
        self.near.finish(&self.numbers, self.fingerprints.len());
        self.first_row = Vec::new();
        Ok(())
    }

    /// The family of a paragraph, once tracing ended: the fingerprint of one of its wordings.
    pub fn family(&self, paragraph: usize) -> u64 {
        self.fingerprints[self.numbers[paragraph] as usize]
    }

    /// Families of all paragraphs as numbers, once tracing ended.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// The families by number.
    pub fn families(&self) -> &[u64] {
        &self.fingerprints
    }

    /// Gives every paragraph of `page` the family that `family` says its family is part of, as
    /// numbers.
    pub fn join_families(&mut self, page: PageNumber, family: impl Fn(u32) -> u32) {
        let span = self.span(page);
        for mine in &mut self.numbers[span] {
            *mine = family(*mine);
        }
    }

    /// Gives families the names of those that they are part of; `into` has pairs of fingerprints, ascending. Two
    /// numbers may then stand for one family.
    pub fn rename_families(&mut self, into: &[(u64, u64)]) {
        for family in &mut self.fingerprints {
            if let Ok(at) = into.binary_search_by_key(family, |pair| pair.0) {
                *family = into[at].1;
            }
        }
    }

    /// Rows of band keys and the fingerprints they were made of, until tracing ends. Of paragraphs that were seen
    /// shortly before there is none.
    pub fn near_rows(&self) -> impl Iterator<Item = (u64, &NearKeys)> {
        self.near.of.iter().copied().zip(&self.near.keys)
    }

    /// Shapes of all paragraphs.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// What the words of all paragraphs say they are.
    pub fn cues(&self) -> &[Cue] {
        &self.cues
    }

    /// Wordings of all paragraphs: hashes of their bytes.
    pub fn wordings(&self) -> &[u32] {
        &self.wordings
    }

    /// Calls `each` with every paragraph of `page` (its number in the page) and its anchors.
    pub fn each_anchored(&self, page: PageNumber, mut each: impl FnMut(usize, &[u64])) {
        #[expect(clippy::cast_possible_truncation, reason = "offsets of vectors in memory")]
        let mut at = self.first_anchor[page as usize] as usize;
        for (number, paragraph) in self.span(page).enumerate() {
            let count = self.anchor_counts[paragraph] as usize;
            if count > 0 {
                each(number, &self.anchors[at..at + count]);
                at += count;
            }
        }
    }

    /// The anchors of all paragraphs of `page`.
    pub fn anchors_of(&self, page: PageNumber) -> &[u64] {
        let page = page as usize;
        #[expect(clippy::cast_possible_truncation, reason = "offsets of vectors in memory")]
        let (start, end) = (self.first_anchor[page] as usize, self.first_anchor[page + 1] as usize);
        &self.anchors[start..end]
    }

    /// The pages of every site, in input order. Bad records are in none.
    pub fn pages_by_site(&self) -> Vec<Vec<PageNumber>> {
        let mut pages = vec![Vec::new(); self.sites.len()];
        for (number, page) in (0..).zip(&self.pages) {
            if !page.is_bad() {
                pages[page.site as usize].push(number);
            }
        }
        pages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::cpu::Tier;

    fn page(columns: &mut PageColumns, site: &str, id: &str, families: &[u64]) {
        for &fingerprint in families {
            let paragraph = Paragraph {
                fingerprint,
                shape: Shape::default(),
                cue: Cue::from_bits(fingerprint as u32 * 3),
                wording: fingerprint as u32,
            };
            columns.push_paragraph(paragraph, &[fingerprint; 2][..(fingerprint % 3) as usize]);
        }
        columns.end_page(site, 7, id, "");
    }

    #[test]
    fn appending_batches_is_tracing_in_one_go() {
        let mut whole = PageColumns::new();
        let (mut first, mut second) = (PageColumns::new(), PageColumns::new());
        page(&mut first, "a.example", "1", &[1, 2, 3]);
        first.push_bad();
        page(&mut second, "b.example", "2", &[4]);
        page(&mut second, "a.example", "", &[5, 8]);
        page(&mut whole, "a.example", "1", &[1, 2, 3]);
        whole.push_bad();
        page(&mut whole, "b.example", "2", &[4]);
        page(&mut whole, "a.example", "", &[5, 8]);

        first.append(&second);
        assert_eq!(format!("{first:?}"), format!("{whole:?}"));
        second.near.push(Tier::best(), 1, &[7]);
        second.clear();
        assert_eq!(format!("{second:?}"), format!("{:?}", PageColumns::new()));
        assert_eq!(whole.id(3), "#4");
        assert_eq!(whole.pages_by_site(), [vec![0, 3], vec![2]]);
        let mut anchored = Vec::new();
        whole.each_anchored(3, |number, anchors| anchored.push((number, anchors.to_vec())));
        assert_eq!(anchored, [(0, vec![5, 5]), (1, vec![8, 8])]);
    }
}
