//! What a bank keeps of a site: its pages, and of each page the families of its paragraphs in order.
//!
//! A bank is the *set* of these pages; every count is made of them. So banks of parts unite into the
//! bank of the whole whatever the parts, their order and their overlap, and a page that is learnt
//! twice counts once.

use super::Day;
use crate::table::Shape;
use bitvec::bitvec;

/// Stands in a page for one or more paragraphs that were pruned.
pub(super) const GAP: u32 = u32::MAX;

/// A paragraph of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    /// The index of its family, or [`GAP`].
    pub(super) family: u32,
    /// Hash of its bytes: how many wordings a family has tells data from furniture. 0 for a gap.
    pub(super) wording: u32,
}

impl Row {
    pub(super) const GAP: Row = Row { family: GAP, wording: 0 };

    /// The same paragraph where families have other numbers.
    fn renumbered(self, index: &[u32]) -> Row {
        match index.get(self.family as usize) {
            Some(&family) if family != GAP => Row { family, ..self },
            _ => Row::GAP,
        }
    }
}

/// Most bytes of a family's text that are kept, for people to see.
const TEXT: usize = 60;

/// What a page is known by, and the order of a site's pages: key of its URL, hash of its text, day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PageKey {
    pub(crate) url: u64,
    pub(crate) content: u64,
    pub(crate) day: Day,
}

/// One page of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PageRow {
    pub(super) key: PageKey,
    /// Pages with the same number but 0 are one page: what was decided before families were pruned.
    pub(super) settled: u64,
    /// Where its paragraphs begin among those of all pages.
    pub(super) start: u32,
}

/// The pages of one site, in one form: families ascending, pages ascending, texts those of the first
/// page that has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteRows {
    /// Fingerprints, ascending.
    pub(super) families: Vec<u64>,
    pub(super) shapes: Vec<Shape>,
    pub(super) texts: Texts,
    /// Ascending by key, each key once.
    pub(super) pages: Vec<PageRow>,
    /// The paragraphs of all pages.
    pub(super) rows: Vec<Row>,
}

/// Short texts by index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Texts {
    pub(super) bytes: String,
    /// Where each ends.
    pub(super) ends: Vec<u32>,
}

impl Texts {
    pub(super) fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn get(&self, at: usize) -> &str {
        let end = self.ends.get(at).map_or(0, |&end| end as usize);
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.bytes.get(start..end).unwrap_or_default()
    }
}

/// The part of a paragraph that is kept as a family's text: its beginning.
pub(crate) fn sample(paragraph: &str) -> &str {
    let text = crate::text::trim(paragraph);
    &text[..text.floor_char_boundary(TEXT)]
}

impl SiteRows {
    /// Number of pages.
    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// Number of families.
    pub fn families(&self) -> usize {
        self.families.len()
    }

    /// Whether families and pages ascend, and the pages' paragraphs are all there are, one page's behind the other's.
    pub(super) fn is_in_order(&self) -> bool {
        let paragraphs = self.rows.len();
        self.families.is_sorted_by(|a, b| a < b)
            && self.pages.is_sorted_by(|a, b| a.key < b.key)
            && self.pages.is_sorted_by_key(|page| page.start)
            && self.pages.first().map_or(paragraphs == 0, |page| page.start == 0)
            && self.pages.last().is_none_or(|page| page.start as usize <= paragraphs)
    }

    /// Paragraphs of a page.
    pub(super) fn row(&self, page: usize) -> &[Row] {
        let end = self.pages.get(page + 1).map_or(self.rows.len(), |next| next.start as usize);
        &self.rows[self.pages[page].start as usize..end]
    }

    /// By family the first page that has it.
    fn first_pages(&self) -> Vec<u32> {
        let mut first = vec![u32::MAX; self.families.len()];
        for (page, number) in (0..self.pages.len()).zip(0_u32..) {
            for row in self.row(page) {
                if let Some(first) = first.get_mut(row.family as usize) {
                    *first = number.min(*first);
                }
            }
        }
        first
    }

    /// The pages of both, each once.
    ///
    /// Of a page that both have, the one with fewer paragraphs pruned stays. Linear in what both hold.
    #[must_use]
    pub fn union(&self, other: &SiteRows) -> SiteRows {
        let (mine, theirs) = (self.first_pages(), other.first_pages());
        let mut united = SiteRows::default();
        let mut index = [vec![GAP; self.families.len()], vec![GAP; other.families.len()]];
        let (mut a, mut b) = (0, 0);
        while a < self.families.len() || b < other.families.len() {
            let (of_a, of_b) = (self.families.get(a), other.families.get(b));
            let has_a = of_a.is_some_and(|a| of_b.is_none_or(|b| a <= b));
            let has_b = of_b.is_some_and(|b| of_a.is_none_or(|a| b <= a));
            let number = u32::try_from(united.families.len()).unwrap_or(GAP);
            let key = |rows: &SiteRows, first: u32| rows.pages.get(first as usize).map(|p| p.key);
            // The text is that of the first page; a family that nobody has (no key) loses.
            let from_a = match (has_a, has_b) {
                (true, true) => match (key(self, mine[a]), key(other, theirs[b])) {
                    (Some(a), Some(b)) => a <= b,
                    (a, _) => a.is_some(),
                },
                (has_a, _) => has_a,
            };
            let (rows, at) = if from_a { (self, a) } else { (other, b) };
            united.families.push(rows.families[at]);
            united.shapes.push(rows.shapes[at]);
            united.texts.push(rows.texts.get(at));
            if has_a {
                index[0][a] = number;
                a += 1;
            }
            if has_b {
                index[1][b] = number;
                b += 1;
            }
        }
        let (mut a, mut b) = (0, 0);
        while a < self.pages.len() || b < other.pages.len() {
            let (of_a, of_b) = (self.pages.get(a), other.pages.get(b));
            let take_a = of_a.is_some_and(|a| of_b.is_none_or(|b| a.key <= b.key));
            let take_b = of_b.is_some_and(|b| of_a.is_none_or(|a| b.key <= a.key));
            let settled = |page: Option<&PageRow>, take: bool| {
                page.filter(|_| take).map_or(0, |page| page.settled)
            };
            let settled = settled(of_a, take_a).max(settled(of_b, take_b));
            let from_a = if take_a && take_b { self.knows_more(a, other, b) } else { take_a };
            if from_a {
                united.push_page(self.pages[a].key, settled, self.row(a), &index[0]);
            } else {
                united.push_page(other.pages[b].key, settled, other.row(b), &index[1]);
            }
            a += usize::from(take_a);
            b += usize::from(take_b);
        }
        united.drop_unused();
        united
    }

    /// Of two rows of one page, whether this one is to stay: the choice does not depend on the order.
    fn knows_more(&self, page: usize, other: &SiteRows, theirs: usize) -> bool {
        let known = |rows: &SiteRows, page: usize| {
            rows.row(page).iter().filter(|row| row.family != GAP).count()
        };
        let by_families = |rows: &SiteRows, page: usize| -> Vec<(Option<u64>, u32)> {
            let family = |row: &Row| (rows.families.get(row.family as usize).copied(), row.wording);
            rows.row(page).iter().map(family).collect()
        };
        let (a, b) = (known(self, page), known(other, theirs));
        a > b || (a == b && by_families(self, page) <= by_families(other, theirs))
    }

    fn push_page(&mut self, key: PageKey, settled: u64, row: &[Row], index: &[u32]) {
        let start = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.pages.push(PageRow { key, settled, start });
        self.rows.extend(row.iter().map(|row| row.renumbered(index)));
    }

    /// Drops families that no page has.
    pub(super) fn drop_unused(&mut self) {
        let mut used = bitvec![0; self.families.len()];
        for row in &self.rows {
            if let Some(mut used) = used.get_mut(row.family as usize) {
                *used = true;
            }
        }
        if !used.all() {
            self.keep(|family| used[family]);
        }
    }

    /// Keeps the families that `kept` says; of the others gaps stay in the pages that had them.
    pub(super) fn keep(&mut self, kept: impl Fn(usize) -> bool) {
        let mut index = vec![GAP; self.families.len()];
        let mut texts = Texts::default();
        let mut next = 0;
        for (family, index) in index.iter_mut().enumerate() {
            if kept(family) {
                *index = u32::try_from(next).unwrap_or(GAP);
                self.families[next] = self.families[family];
                self.shapes[next] = self.shapes[family];
                texts.push(self.texts.get(family));
                next += 1;
            }
        }
        self.families.truncate(next);
        self.shapes.truncate(next);
        self.texts = texts;
        let old = std::mem::take(self);
        self.families.clone_from(&old.families);
        self.shapes.clone_from(&old.shapes);
        self.texts.clone_from(&old.texts);
        for page in 0..old.pages.len() {
            let mut row: Vec<Row> =
                old.row(page).iter().map(|row| row.renumbered(&index)).collect();
            row.dedup_by(|next, kept| *next == Row::GAP && *kept == Row::GAP);
            let PageRow { key, settled, .. } = old.pages[page];
            let start = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
            self.pages.push(PageRow { key, settled, start });
            self.rows.extend(row);
        }
    }
}
