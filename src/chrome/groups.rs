//! Pages of a site that are one page: re-captures, print views, copies on the same site.
//!
//! Chrome is what recurs on *different* pages, so every count is over groups of pages. A story that
//! its own site prints five times is then one page, and its lines are unique. Without this four times
//! as much body is taken for chrome (docs/method.md, section 4, has the rules with their sources). All
//! comparisons are of integers.

use super::{FamilyRow, union::Union};
use crate::{
    Result,
    table::{Occurrences, Shape},
    text::Prose,
};

/// For every page of a site the number of its group, ascending in order of first appearance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    of: Vec<u32>,
    count: u32,
}

/// A site of fewer pages votes with all its families.
const SMALL: usize = 10;

impl Groups {
    /// Finds the groups of a site's pages from what they share and from the keys of their URLs.
    ///
    /// Rare families make the pairs that are looked at, at most 190 a family.
    pub fn of(site: &Occurrences<'_>) -> Groups {
        let mut finder = GroupFinder::new(site.pages().len());
        let votes = finder.take_votes(site);
        each_pair(site, &votes, |a, b, shared| finder.meet(a, b, shared));
        finder.groups(site.pages().iter().map(|&number| site.columns().page(number).url))
    }

    /// Every page is a group of its own.
    pub fn apart(pages: usize) -> Groups {
        Groups::from(Union::new(pages))
    }

    /// The same groups, with pages in one whose `keys` are equal and not 0.
    pub(crate) fn joined(self, keys: &[u64]) -> Groups {
        let mut pages: Vec<(u64, u32)> =
            keys.iter().copied().zip(0..).filter(|&(key, _)| key != 0).collect();
        if pages.is_empty() {
            return self;
        }
        let mut union = Union::new(self.of.len());
        let mut first = vec![u32::MAX; self.count as usize];
        for (page, &group) in (0..).zip(&self.of) {
            let first = &mut first[group as usize];
            *first = page.min(*first);
            union.join(page, *first);
        }
        pages.sort_unstable();
        for same in pages.chunk_by(|a, b| a.0 == b.0) {
            for pair in same.windows(2) {
                union.join(pair[0].1, pair[1].1);
            }
        }
        Groups::from(union)
    }

    /// The group of the site's page `page`.
    pub fn group(&self, page: u32) -> u32 {
        self.of[page as usize]
    }

    /// Number of groups.
    pub fn len(&self) -> u32 {
        self.count
    }

    /// There are no pages.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Least words and paragraphs that copies share, and words that near-identical pages share.
const COPY_WORDS: u32 = 60;
const COPY_LINES: u32 = 3;
const SAME_WORDS: u32 = 20;

/// Copies: most of the rare prose of one is in the other, and a fair part the other way.
pub(crate) fn is_copy(pages: usize, shared: Weight, a: Weight, b: Weight) -> bool {
    let (small, large) = (u64::from(a.copy.min(b.copy)), u64::from(a.copy.max(b.copy)));
    let words = u64::from(shared.copy);
    let tenths = if pages >= SMALL { 5 } else { 8 };
    words >= u64::from(COPY_WORDS)
        && shared.lines >= COPY_LINES
        && 10 * words >= tenths * small
        && 5 * words >= large
}

/// Near-identical: 85 % of all that votes is shared.
pub(crate) fn is_same(shared: Weight, a: Weight, b: Weight) -> bool {
    let words = u64::from(shared.all);
    let union = u64::from(a.all) + u64::from(b.all) - words;
    words >= u64::from(SAME_WORDS) && 100 * words >= 85 * union
}

/// Of two pages only: they share half of the prose of the smaller, so nothing can be learnt.
fn is_half(shared: Weight, a: Weight, b: Weight) -> bool {
    shared.passage >= 20 && 2 * shared.passage >= a.passage.min(b.passage)
}

impl From<Union> for Groups {
    fn from(union: Union) -> Groups {
        let (of, count) = union.groups();
        Groups { of, count }
    }
}

/// Words by what they vote on, of a page or shared by two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// Words of rare prose.
    pub copy: u32,
    /// Paragraphs of rare prose.
    pub lines: u32,
    /// Words of everything that votes.
    pub all: u32,
    /// Words of prose, rare or not.
    pub passage: u32,
}

impl Weight {
    /// Two pages that share less are two pages, whatever else they have.
    pub(crate) fn may_be_one_page(self) -> bool {
        (self.copy >= COPY_WORDS && self.lines >= COPY_LINES) || self.all >= SAME_WORDS
    }

    /// Adds what another family votes with.
    pub fn add(&mut self, other: Weight) {
        self.copy = self.copy.saturating_add(other.copy);
        self.lines = self.lines.saturating_add(other.lines);
        self.all = self.all.saturating_add(other.all);
        self.passage = self.passage.saturating_add(other.passage);
    }
}

/// What a family votes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vote {
    /// For each of its pages.
    pub weight: Weight,
    /// Any two of its pages are to be weighed by what they share, this family among it. Such a family is on few
    /// pages.
    pub makes_pairs: bool,
}

/// Finds groups: families vote for their pages, pages that share families meet, and what was found to be one page
/// is a group. First all votes, then all pairs that meet; the order within either does not matter.
#[derive(Clone, Debug)]
pub struct GroupFinder {
    /// What each page was voted for with.
    of_page: Vec<Weight>,
    copies: Union,
    /// Near-identical pages.
    same: Vec<(u32, u32)>,
}

impl GroupFinder {
    /// For a site of so many pages.
    pub fn new(pages: usize) -> GroupFinder {
        GroupFinder {
            of_page: vec![Weight::default(); pages],
            copies: Union::new(pages),
            same: Vec::new(),
        }
    }

    fn pages(&self) -> usize {
        self.of_page.len()
    }

    /// What a family votes with that is on `on` pages and whose first paragraph has this shape.
    ///
    /// A family on at most a fifth of the pages (at least 2, at most 20) is rare.
    pub fn vote(&self, shape: Shape, on: usize) -> Vote {
        let pages = self.pages();
        let rare = on <= (pages / 5).clamp(2, 20);
        let is_passage = shape.prose() == Prose::Passage;
        let weight = Weight {
            copy: if rare && is_passage { shape.words() } else { 0 },
            lines: u32::from(rare && is_passage),
            all: if rare || pages < SMALL { shape.words().max(1) } else { 0 },
            passage: if is_passage { shape.words() } else { 0 },
        };
        let makes_pairs = on > 1 && weight != Weight::default() && (rare || pages < SMALL);
        Vote { weight, makes_pairs }
    }

    /// Adds to the votes for a page.
    pub fn add(&mut self, page: u32, weight: Weight) {
        self.of_page[page as usize].add(weight);
    }

    /// Two pages, and all that they share of families that make pairs.
    pub fn meet(&mut self, a: u32, b: u32, shared: Weight) {
        let pages = self.pages();
        let (of_a, of_b) = (self.of_page[a as usize], self.of_page[b as usize]);
        if is_copy(pages, shared, of_a, of_b) {
            self.copies.join(a, b);
        }
        if is_same(shared, of_a, of_b) || (pages <= 2 && is_half(shared, of_a, of_b)) {
            self.same.push((a, b));
        }
    }

    /// The groups; `urls` are the keys of the URLs of all pages, 0 for none.
    pub fn groups(self, urls: impl Iterator<Item = u64>) -> Groups {
        let mut union = self.copies;
        union.dissolve_templates();
        for (a, b) in self.same {
            union.join(a, b);
        }
        let mut urls: Vec<(u64, u32)> = urls.zip(0..).filter(|&(url, _)| url != 0).collect();
        urls.sort_unstable();
        for same in urls.chunk_by(|a, b| a.0 == b.0) {
            for pair in same.windows(2) {
                union.join(pair[0].1, pair[1].1);
            }
        }
        Groups::from(union)
    }

    /// Has all families of a site vote. By family what its pairs weigh; nothing for those that make none.
    fn take_votes(&mut self, site: &Occurrences<'_>) -> Vec<Weight> {
        let mut of_family = vec![Weight::default(); site.families()];
        for (family, of_pairs) in of_family.iter_mut().enumerate() {
            let (first, shape) = site.first(family);
            let on = site.pages_with(family) as usize;
            let Vote { weight, makes_pairs } = self.vote(shape, on);
            if on == 1 {
                self.add(site.page_of(first), weight);
            } else if weight != Weight::default() {
                for page in site.distinct_pages(family) {
                    self.add(page, weight);
                }
            }
            if makes_pairs {
                *of_pairs = weight;
            }
        }
        of_family
    }
}

/// Has a family vote, whose paragraphs in order are `rows`; calls `pair` with each pair of pages that is to be weighed.
///
/// # Errors
///
/// Those of `pair`.
pub fn take_votes(
    finder: &mut GroupFinder,
    rows: &[FamilyRow],
    mut pair: impl FnMut(u32, u32, Weight) -> Result<()>,
) -> Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    let pages = || rows.chunk_by(|a, b| a.page == b.page).map(|run| run[0].page);
    let Vote { weight, makes_pairs } = finder.vote(first.shape, pages().count());
    pages().for_each(|page| finder.add(page, weight));
    if makes_pairs {
        for (at, a) in pages().enumerate() {
            pages().skip(at + 1).try_for_each(|b| pair(a, b, weight))?;
        }
    }
    Ok(())
}

/// Calls `each` with every pair of pages, the smaller first, that a family is on which makes pairs, and what they
/// share. Sums page by page, in one row of the table of all pairs.
fn each_pair(site: &Occurrences<'_>, of_family: &[Weight], mut each: impl FnMut(u32, u32, Weight)) {
    let pages = site.pages().len();
    let mut shared = vec![Weight::default(); pages];
    let mut met: Vec<u32> = Vec::new();
    // How many rows of a family are behind.
    let mut passed = vec![0_u32; site.families()];
    for page in (0_u32..).take(pages) {
        for paragraph in site.span(page as usize) {
            let family = site.family_of()[paragraph] as usize;
            let vote = of_family[family];
            if vote == Weight::default() {
                continue;
            }
            let rows = site.rows(family);
            let mut next = passed[family] as usize;
            if next >= rows.len() || site.page_of(rows[next]) > page {
                continue; // it stood on this page before
            }
            while next < rows.len() && site.page_of(rows[next]) == page {
                next += 1;
            }
            passed[family] = u32::try_from(next).unwrap_or(u32::MAX);
            let mut last = page;
            for &row in &rows[next..] {
                let other = site.page_of(row);
                if other == last {
                    continue;
                }
                last = other;
                let mine = &mut shared[other as usize];
                if *mine == Weight::default() {
                    met.push(other);
                }
                mine.add(vote);
            }
        }
        for other in met.drain(..) {
            each(page, other, std::mem::take(&mut shared[other as usize]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cues::Cue,
        table::{PageColumns, Paragraph},
    };

    /// Pages as lists of (family, words); long ones are prose.
    fn groups(pages: &[&[(u64, u32)]], urls: &[u64]) -> Vec<u32> {
        let mut columns = PageColumns::new();
        for (i, page) in pages.iter().enumerate() {
            for &(fingerprint, words) in *page {
                let shape = Shape::of("A full sentence.", words);
                columns.push_paragraph(
                    Paragraph { fingerprint, shape, cue: Cue::default(), wording: 0 },
                    &[],
                );
            }
            columns.end_page("s", urls.get(i).copied().unwrap_or(0), "", "");
        }
        columns.finish().expect("few paragraphs");
        let by_site = columns.pages_by_site();
        Groups::of(&Occurrences::of(&columns, &by_site[0])).of
    }

    const MENU: [(u64, u32); 2] = [(1, 1), (2, 2)];

    fn story(base: u64) -> Vec<(u64, u32)> {
        MENU.into_iter().chain((0..5).map(|i| (base + i, 30))).collect()
    }

    #[test]
    fn a_story_printed_twice_is_one_page() {
        let mut pages: Vec<Vec<(u64, u32)>> = (0..10).map(|i| story(100 * (i + 1))).collect();
        let mut again = story(100);
        again.push((7777, 4));
        pages.push(again);
        let pages: Vec<&[(u64, u32)]> = pages.iter().map(Vec::as_slice).collect();
        assert_eq!(groups(&pages, &[]), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    }

    #[test]
    fn equal_urls_are_one_page() {
        let pages: Vec<Vec<(u64, u32)>> = (0..4).map(|i| story(100 * (i + 1))).collect();
        let pages: Vec<&[(u64, u32)]> = pages.iter().map(Vec::as_slice).collect();
        assert_eq!(groups(&pages, &[5, 6, 5, 0]), [0, 1, 0, 2]);
    }

    #[test]
    fn a_template_that_joins_half_of_the_site_is_dissolved() {
        let mut pages: Vec<Vec<(u64, u32)>> = Vec::new();
        for i in 0..40 {
            // Neighbours share most of their prose, so the whole site would be one chain.
            pages.push((0..8).map(|j| (1000 + 3 * i + j, 30)).collect());
        }
        let pages: Vec<&[(u64, u32)]> = pages.iter().map(Vec::as_slice).collect();
        assert_eq!(groups(&pages, &[]), (0..40).collect::<Vec<_>>());
    }

    #[test]
    fn pages_that_share_only_chrome_stay_apart() {
        let pages: Vec<Vec<(u64, u32)>> = (0..12).map(|i| story(100 * (i + 1))).collect();
        let pages: Vec<&[(u64, u32)]> = pages.iter().map(Vec::as_slice).collect();
        assert_eq!(groups(&pages, &[]), (0..12).collect::<Vec<_>>());
    }

    #[test]
    fn two_pages_that_share_most_prose_teach_nothing() {
        let pages = [story(100), story(100)];
        let pages: Vec<&[(u64, u32)]> = pages.iter().map(Vec::as_slice).collect();
        assert_eq!(groups(&pages, &[]), [0, 0]);
    }

    proptest::proptest! {
        /// Against every pair of pages and every family that both have.
        #[test]
        fn what_pages_share_is_summed_over_their_families(
            pages in proptest::collection::vec(proptest::collection::vec(0_u64..40, 0..9), 1..24),
        ) {
            let mut columns = PageColumns::new();
            for page in &pages {
                for &fingerprint in page {
                    let shape = Shape::of("A full sentence.", 10 + fingerprint as u32);
                    columns.push_paragraph(Paragraph { fingerprint, shape, cue: Cue::default(), wording: 0 }, &[]);
                }
                columns.end_page("s", 0, "", "");
            }
            columns.finish().expect("few paragraphs");
            let by_site = columns.pages_by_site();
            let site = Occurrences::of(&columns, &by_site[0]);
            let votes = GroupFinder::new(pages.len()).take_votes(&site);
            let mut found = Vec::new();
            each_pair(&site, &votes, |a, b, shared| found.push((a, b, shared)));
            found.sort_unstable_by_key(|row| (row.0, row.1));

            let mut expected = Vec::new();
            for a in 0..pages.len() {
                for b in a + 1..pages.len() {
                    let mut shared = Weight::default();
                    for (family, &vote) in votes.iter().enumerate() {
                        let mut on = site.distinct_pages(family).filter(|&p| p == a as u32 || p == b as u32);
                        if on.next().is_some() && on.next().is_some() {
                            shared.add(vote);
                        }
                    }
                    if shared != Weight::default() {
                        expected.push((a as u32, b as u32, shared));
                    }
                }
            }
            proptest::prop_assert_eq!(found, expected);
        }
    }
}
