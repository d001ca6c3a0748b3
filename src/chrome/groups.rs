//! Pages of a site that are one page: re-captures, print views, copies on the same site.
//!
//! Chrome is what recurs on *different* pages, so every count is over groups of pages. A story that
//! its own site prints five times is then one page, and its lines are unique. Without this four times
//! as much body is taken for chrome (STUDY.md section 2, page groups). The rules and numbers are those
//! of STUDY.md section 1.2; all comparisons are of integers.

use crate::{families::Occurrences, text::Prose};

/// For every page of a site the number of its group, ascending in order of first appearance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    of: Vec<u32>,
    count: u32,
}

/// The most copies of a page that its own site prints under different URLs. More pages with the same
/// prose are a template: video pages that all list the same programmes.
const COPIES: usize = 5;

/// A site of fewer pages votes with all its families.
const SMALL: usize = 10;

impl Groups {
    /// Finds the groups of a site's pages from what they share and from the keys of their URLs.
    ///
    /// A family on at most a fifth of the pages (at least 2, at most 20) is rare; rare families make
    /// the pairs that are looked at, at most 190 a family. They are summed page by page, in one row of
    /// the table of all pairs.
    pub fn of(site: &Occurrences<'_>) -> Groups {
        let pages = site.pages().len();
        let mut union = Union::new(pages);
        let votes = Votes::of(site);
        let mut same = Vec::new();
        votes.each_pair(site, |a, b, shared| {
            let (of_a, of_b) = (votes.of_page[a as usize], votes.of_page[b as usize]);
            if is_copy(pages, shared, of_a, of_b) {
                union.join(a, b);
            }
            if is_same(shared, of_a, of_b) || (pages <= 2 && is_half(shared, of_a, of_b)) {
                same.push((a, b));
            }
        });
        union.dissolve_templates();
        for (a, b) in same {
            union.join(a, b);
        }
        join_urls(site, &mut union);
        union.groups()
    }

    /// Every page is a group of its own.
    pub fn apart(pages: usize) -> Groups {
        Union::new(pages).groups()
    }

    /// The same groups, with pages in one whose `keys` are equal and not 0.
    pub(super) fn joined(self, keys: &[u64]) -> Groups {
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
        union.groups()
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
pub(super) fn is_copy(pages: usize, shared: Weight, a: Weight, b: Weight) -> bool {
    let (small, large) = (u64::from(a.copy.min(b.copy)), u64::from(a.copy.max(b.copy)));
    let words = u64::from(shared.copy);
    let tenths = if pages >= SMALL { 5 } else { 8 };
    words >= u64::from(COPY_WORDS)
        && shared.lines >= COPY_LINES
        && 10 * words >= tenths * small
        && 5 * words >= large
}

/// Near-identical: 85 % of all that votes is shared.
pub(super) fn is_same(shared: Weight, a: Weight, b: Weight) -> bool {
    let words = u64::from(shared.all);
    let union = u64::from(a.all) + u64::from(b.all) - words;
    words >= u64::from(SAME_WORDS) && 100 * words >= 85 * union
}

/// Of two pages only: they share half of the prose of the smaller, so nothing can be learnt.
fn is_half(shared: Weight, a: Weight, b: Weight) -> bool {
    shared.passage >= 20 && 2 * shared.passage >= a.passage.min(b.passage)
}

fn join_urls(site: &Occurrences<'_>, union: &mut Union) {
    let mut urls: Vec<(u64, u32)> = (0..)
        .zip(site.pages())
        .map(|(page, &number)| (site.traces().page(number).url, page))
        .filter(|&(url, _)| url != 0)
        .collect();
    urls.sort_unstable();
    for same in urls.chunk_by(|a, b| a.0 == b.0) {
        for pair in same.windows(2) {
            union.join(pair[0].1, pair[1].1);
        }
    }
}

/// Words by what they vote on, of a page or shared by two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Weight {
    /// Words of rare prose.
    pub(super) copy: u32,
    /// Paragraphs of rare prose.
    pub(super) lines: u32,
    /// Words of everything that votes.
    pub(super) all: u32,
    /// Words of prose, rare or not.
    pub(super) passage: u32,
}

impl Weight {
    /// Two pages that share less are two pages, whatever else they have.
    pub(super) fn may_be_one_page(self) -> bool {
        (self.copy >= COPY_WORDS && self.lines >= COPY_LINES) || self.all >= SAME_WORDS
    }

    pub(super) fn add(&mut self, other: Weight) {
        self.copy = self.copy.saturating_add(other.copy);
        self.lines = self.lines.saturating_add(other.lines);
        self.all = self.all.saturating_add(other.all);
        self.passage = self.passage.saturating_add(other.passage);
    }
}

/// What the families of a site vote with.
struct Votes {
    /// By family; nothing for those that make no pairs.
    of_family: Vec<Weight>,
    /// By page, the sum over its families.
    of_page: Vec<Weight>,
}

impl Votes {
    fn of(site: &Occurrences<'_>) -> Votes {
        let pages = site.pages().len();
        let cap = (pages / 5).clamp(2, 20);
        let mut votes = Votes {
            of_family: vec![Weight::default(); site.families()],
            of_page: vec![Weight::default(); pages],
        };
        for family in 0..site.families() {
            let (first, shape) = site.first(family);
            let on = site.pages_with(family) as usize;
            let rare = on <= cap;
            let is_passage = shape.prose() == Prose::Passage;
            let vote = Weight {
                copy: if rare && is_passage { shape.words() } else { 0 },
                lines: u32::from(rare && is_passage),
                all: if rare || pages < SMALL { shape.words().max(1) } else { 0 },
                passage: if is_passage { shape.words() } else { 0 },
            };
            if on == 1 {
                votes.of_page[site.page_of(first) as usize].add(vote);
            } else if vote != Weight::default() {
                for page in site.distinct_pages(family) {
                    votes.of_page[page as usize].add(vote);
                }
                if rare || pages < SMALL {
                    votes.of_family[family] = vote;
                }
            }
        }
        votes
    }

    /// Calls `each` with every pair of pages, the smaller first, that a voting family is on, and what
    /// they share.
    fn each_pair(&self, site: &Occurrences<'_>, mut each: impl FnMut(u32, u32, Weight)) {
        let pages = site.pages().len();
        let mut shared = vec![Weight::default(); pages];
        let mut met: Vec<u32> = Vec::new();
        // How many rows of a family are behind.
        let mut passed = vec![0_u32; site.families()];
        for page in (0_u32..).take(pages) {
            for paragraph in site.span(page as usize) {
                let family = site.family_of()[paragraph] as usize;
                let vote = self.of_family[family];
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
}

/// Union-find whose root is the smallest page of a group.
struct Union {
    parent: Vec<u32>,
}

impl Union {
    fn new(pages: usize) -> Union {
        Union { parent: (0..).take(pages).collect() }
    }

    fn root(&mut self, mut page: u32) -> u32 {
        while self.parent[page as usize] != page {
            let up = self.parent[page as usize];
            self.parent[page as usize] = self.parent[up as usize];
            page = self.parent[page as usize];
        }
        page
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b) as usize] = a.min(b);
    }

    /// A group of more than half of a site, or of more than [`COPIES`] pages, is a template and not
    /// copies: its pages part again.
    fn dissolve_templates(&mut self) {
        let pages = self.parent.len();
        let mut size = vec![0_usize; pages];
        let roots: Vec<u32> = (0..).take(pages).map(|page| self.root(page)).collect();
        for &root in &roots {
            size[root as usize] += 1;
        }
        for (page, &root) in (0..).zip(&roots) {
            let size = size[root as usize];
            if size > COPIES || (size > 2 && 2 * size > pages) {
                self.parent[page as usize] = page;
            }
        }
    }

    fn groups(mut self) -> Groups {
        let pages = self.parent.len();
        let mut of = vec![0; pages];
        let mut count = 0;
        for page in (0..).take(pages) {
            let root = self.root(page);
            // The root is the smallest page of its group, so it has its number already.
            of[page as usize] = if root == page {
                count += 1;
                count - 1
            } else {
                of[root as usize]
            };
        }
        Groups { of, count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Paragraph, Shape, Traces};

    /// Pages as lists of (family, words); long ones are prose.
    fn groups(pages: &[&[(u64, u32)]], urls: &[u64]) -> Vec<u32> {
        let mut traces = Traces::new();
        for (i, page) in pages.iter().enumerate() {
            for &(fingerprint, words) in *page {
                let shape = Shape::of("A full sentence.", words);
                traces.push_paragraph(Paragraph { fingerprint, shape, wording: 0 }, &[]);
            }
            traces.end_page("s", urls.get(i).copied().unwrap_or(0), "", "");
        }
        traces.finish().expect("few paragraphs");
        let by_site = traces.pages_by_site();
        Groups::of(&Occurrences::of(&traces, &by_site[0])).of
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
            let mut traces = Traces::new();
            for page in &pages {
                for &fingerprint in page {
                    let shape = Shape::of("A full sentence.", 10 + fingerprint as u32);
                    traces.push_paragraph(Paragraph { fingerprint, shape, wording: 0 }, &[]);
                }
                traces.end_page("s", 0, "", "");
            }
            traces.finish().expect("few paragraphs");
            let by_site = traces.pages_by_site();
            let site = Occurrences::of(&traces, &by_site[0]);
            let votes = Votes::of(&site);
            let mut found = Vec::new();
            votes.each_pair(&site, |a, b, shared| found.push((a, b, shared)));
            found.sort_unstable_by_key(|row| (row.0, row.1));

            let mut expected = Vec::new();
            for a in 0..pages.len() {
                for b in a + 1..pages.len() {
                    let mut shared = Weight::default();
                    for family in 0..site.families() {
                        let mut on = site.distinct_pages(family).filter(|&p| p == a as u32 || p == b as u32);
                        if on.next().is_some() && on.next().is_some() {
                            shared.add(votes.of_family[family]);
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
