//! The bank: what is known of the families of each site. The only global state chrome needs.
//!
//! A table for each site: in how many groups of pages a family occurs, on how many pages, how often,
//! where; in how many groups two families are neighbours; how many groups there are. Counts of
//! disjoint groups add up, so banks of two halves of a crawl merge into the bank of the whole, as long
//! as no group of pages has members in both halves: such a page counts in each.
//!
//! A family in one group only says nothing to the labeller, but a merge must know it. So a bank is
//! counted with [`Singletons::Keep`] if it is to be merged, and [`Bank::finish`] drops them; a run
//! over one corpus drops them at once, which keeps a tenth of the families.

use std::collections::BTreeMap;

use super::{
    Groups,
    index::Index,
    part::{Part, parts},
};
use crate::{
    families::{Occurrence, Occurrences},
    text::mix,
};

/// Whether families that occur in one group only are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Singletons {
    /// Keep them, to merge with other banks.
    Keep,
    /// Drop them: the bank is ready to label with.
    Drop,
}

/// What is known of one family on one site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FamilyCount {
    /// The family.
    pub family: u64,
    /// Groups of pages that have it (df).
    pub groups: u32,
    /// Pages that have it.
    pub pages: u32,
    /// How often it occurs (tf).
    pub occurrences: u32,
    /// How often it occurs before, among and behind the prose of a page. Pages of little prose are
    /// in none of the three.
    pub parts: [u32; 3],
}

impl FamilyCount {
    /// Whether no other page has it at this end, and at least three have it at the other: none among
    /// their prose, where inserts stand that come to lie at an end of a short story.
    pub(super) fn is_elsewhere(&self, part: Part) -> bool {
        let [before, among, behind] = self.parts;
        let (here, there) = match part {
            Part::Before => (before, behind),
            Part::Behind => (behind, before),
            Part::Among => return false,
        };
        let unplaced = self.occurrences - (before + among + behind);
        here <= 1 && among == 0 && unplaced == 0 && there >= ELSEWHERE
    }
}

/// What is known of one site.
#[derive(Clone, Debug, Default)]
pub struct SiteBank {
    groups: u32,
    families: Vec<FamilyCount>,
    /// (key of two neighbours, groups that have them in this order), ascending.
    neighbours: Vec<(u64, u32)>,
    by_family: Index,
    by_neighbours: Index,
}

impl PartialEq for SiteBank {
    fn eq(&self, other: &SiteBank) -> bool {
        (self.groups, &self.families, &self.neighbours)
            == (other.groups, &other.families, &other.neighbours)
    }
}

impl Eq for SiteBank {}

impl SiteBank {
    /// Counts the families of a site. Takes one pass over its occurrences and one sort of its pairs
    /// of neighbours that may recur.
    pub fn count(site: &Occurrences<'_>, groups: &Groups, singletons: Singletons) -> SiteBank {
        let least = match singletons {
            Singletons::Keep => 1,
            Singletons::Drop => 2,
        };
        let mut families = Vec::new();
        let places = Places::of(site);
        let mut scratch = Vec::new();
        for rows in site.families() {
            // A family on one page is in one group: most are, and need no count.
            if least == 2 && rows[0].page == rows[rows.len() - 1].page {
                continue;
            }
            let count = groups.distinct(rows, &mut scratch);
            if count >= least {
                families.push(FamilyCount {
                    family: rows[0].family,
                    groups: count,
                    pages: count_u32(Occurrences::distinct_pages(rows).count()),
                    occurrences: count_u32(rows.len()),
                    parts: places.count(rows),
                });
            }
        }
        let mut bank = SiteBank {
            groups: groups.len(),
            families,
            neighbours: Vec::new(),
            ..SiteBank::default()
        };
        bank.by_family = Index::of(bank.families.iter().map(|count| count.family));
        bank.neighbours = bank.count_neighbours(site, groups, least);
        bank.by_neighbours = Index::of(bank.neighbours.iter().map(|&(key, _)| key));
        bank
    }

    fn count_neighbours(
        &self,
        site: &Occurrences<'_>,
        groups: &Groups,
        least: u32,
    ) -> Vec<(u64, u32)> {
        let mut pairs: Vec<(u64, u32)> = Vec::new();
        for (page, &number) in (0..).zip(site.pages()) {
            let span = site.traces().span(number);
            let mut before: Option<u64> = None;
            for &family in &site.traces().families()[span] {
                let known = self.family(family).map(|_| family);
                if let (Some(a), Some(b)) = (before, known) {
                    pairs.push((pair_key(a, b), groups.group(page)));
                }
                before = known;
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
            .chunk_by(|a, b| a.0 == b.0)
            .map(|run| (run[0].0, count_u32(run.len())))
            .filter(|&(_, count)| count >= least)
            .collect()
    }

    /// A bank of families that are chrome wherever they stand: each is in all groups but one of a
    /// made-up site, evidence that outweighs one doubt and not two. No neighbours are known.
    pub(super) fn known(families: impl IntoIterator<Item = u64>) -> SiteBank {
        let groups = KNOWN_GROUPS;
        let mut families: Vec<FamilyCount> = families
            .into_iter()
            .map(|family| FamilyCount {
                family,
                groups: groups - 1,
                pages: groups - 1,
                occurrences: groups - 1,
                parts: [0; 3],
            })
            .collect();
        families.sort_unstable_by_key(|count| count.family);
        families.dedup_by_key(|count| count.family);
        SiteBank {
            groups,
            by_family: Index::of(families.iter().map(|count| count.family)),
            families,
            ..SiteBank::default()
        }
    }

    /// Number of groups of pages that were counted (N).
    pub fn groups(&self) -> u32 {
        self.groups
    }

    /// What is known of `family`.
    pub fn family(&self, family: u64) -> Option<&FamilyCount> {
        let at = self.by_family.find(family, |at| self.families[at].family == family)?;
        Some(&self.families[at])
    }

    /// All families, ascending.
    pub fn families(&self) -> &[FamilyCount] {
        &self.families
    }

    /// In how many groups `next` follows `family`; 0 if that is not known.
    pub fn neighbours(&self, family: u64, next: u64) -> u32 {
        let key = pair_key(family, next);
        self.by_neighbours
            .find(key, |at| self.neighbours[at].0 == key)
            .map_or(0, |at| self.neighbours[at].1)
    }

    /// Adds what another bank knows of the same site, from other pages.
    pub fn merge(&mut self, other: &SiteBank) {
        self.groups += other.groups;
        self.families.extend_from_slice(&other.families);
        self.families.sort_unstable_by_key(|count| count.family);
        self.families.dedup_by(|next, kept| {
            let same = next.family == kept.family;
            if same {
                kept.groups += next.groups;
                kept.pages += next.pages;
                kept.occurrences += next.occurrences;
                for (kept, next) in kept.parts.iter_mut().zip(next.parts) {
                    *kept += next;
                }
            }
            same
        });
        self.neighbours.extend_from_slice(&other.neighbours);
        self.neighbours.sort_unstable();
        self.neighbours.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        self.reindex();
    }

    /// Drops what occurs in one group only.
    pub fn finish(&mut self) {
        self.families.retain(|count| count.groups >= 2);
        self.neighbours.retain(|&(_, count)| count >= 2);
        self.reindex();
    }

    fn reindex(&mut self) {
        self.by_family = Index::of(self.families.iter().map(|count| count.family));
        self.by_neighbours = Index::of(self.neighbours.iter().map(|&(key, _)| key));
    }
}

/// The part of its page in which every paragraph of a site stands.
struct Places {
    /// First paragraph of every page in `parts`.
    starts: Vec<usize>,
    parts: Vec<Option<Part>>,
}

impl Places {
    fn of(site: &Occurrences<'_>) -> Places {
        let mut places =
            Places { starts: Vec::with_capacity(site.pages().len()), parts: Vec::new() };
        for &page in site.pages() {
            let shapes = &site.traces().shapes()[site.traces().span(page)];
            places.starts.push(places.parts.len());
            places.parts.extend(parts(shapes.iter().copied()));
        }
        places
    }

    /// How many of `rows` are in each part.
    fn count(&self, rows: &[Occurrence]) -> [u32; 3] {
        let mut counts = [0; 3];
        for row in rows {
            if let Some(part) = self.parts[self.starts[row.page as usize] + row.at as usize] {
                counts[part as usize] += 1;
            }
        }
        counts
    }
}

/// One key for two families in this order.
#[inline]
fn pair_key(a: u64, b: u64) -> u64 {
    mix(a.rotate_left(32) ^ b.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

fn count_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Occurrences at the other end that show that a line's place is there.
const ELSEWHERE: u32 = 3;

/// Groups of the made-up site whose families are known everywhere.
const KNOWN_GROUPS: u32 = 20;

/// The banks of all sites, and what is known of every site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bank {
    sites: BTreeMap<String, SiteBank>,
}

impl Bank {
    /// The site under which lines known on every site are kept.
    pub const EVERYWHERE: &'static str = "*";

    /// Adds what is known of a site, to what is known of it already.
    pub fn add(&mut self, site: &str, bank: SiteBank) {
        match self.sites.get_mut(site) {
            Some(mine) => mine.merge(&bank),
            None => {
                self.sites.insert(site.to_owned(), bank);
            }
        }
    }

    /// What is known of `site`.
    pub fn site(&self, site: &str) -> Option<&SiteBank> {
        self.sites.get(site)
    }

    /// What is known of every site.
    pub fn everywhere(&self) -> Option<&SiteBank> {
        self.sites.get(Self::EVERYWHERE)
    }

    /// All sites, by name.
    pub fn sites(&self) -> impl Iterator<Item = (&str, &SiteBank)> {
        self.sites.iter().map(|(name, bank)| (name.as_str(), bank))
    }

    /// Adds what another bank knows, from other pages.
    pub fn merge(&mut self, other: Bank) {
        for (site, bank) in other.sites {
            self.add(&site, bank);
        }
    }

    /// Drops what occurs in one group only, after the last merge.
    pub fn finish(&mut self) {
        self.sites.values_mut().for_each(SiteBank::finish);
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        text::Prose,
        trace::{Paragraph, Shape, Traces},
    };

    /// Counts pages given as lists of families, every page a group of its own. Families that three
    /// divides are prose.
    fn count(pages: &[Vec<u64>], singletons: Singletons) -> Bank {
        let mut traces = Traces::new();
        for page in pages {
            for &family in page {
                let shape = if family.is_multiple_of(3) {
                    Shape::new(70, Prose::Passage, true)
                } else {
                    Shape::default()
                };
                let paragraph = Paragraph { fingerprint: mix(family), shape, wording: 0 };
                traces.push_paragraph(paragraph, &[]);
            }
            traces.end_page("s", 0, "", "");
        }
        let mut bank = Bank::default();
        for pages in traces.pages_by_site() {
            let site = Occurrences::of(&traces, &pages);
            bank.add("s", SiteBank::count(&site, &Groups::apart(pages.len()), singletons));
        }
        bank
    }

    #[test]
    fn a_line_that_others_have_behind_their_prose_is_elsewhere_before_it() {
        let pages = [vec![1, 0], vec![3, 2, 1], vec![6, 1], vec![9, 1, 2]];
        let of = |pages: &[Vec<u64>], family, part| {
            let bank = count(pages, Singletons::Drop);
            bank.site("s").and_then(|site| site.family(mix(family))).map(|c| c.is_elsewhere(part))
        };
        assert_eq!(of(&pages, 1, Part::Before), Some(true));
        assert_eq!(of(&pages, 1, Part::Behind), Some(false));
        // Two others are too few.
        assert_eq!(of(&pages[..3], 1, Part::Before), Some(false));
        // Another page has it in the same part.
        let twice = [&pages[..], &[vec![1, 12]]].concat();
        assert_eq!(of(&twice, 1, Part::Before), Some(false));
        // A page of no prose may have it anywhere.
        let anywhere = [&pages[..], &[vec![1, 2]]].concat();
        assert_eq!(of(&anywhere, 1, Part::Before), Some(false));
    }

    #[test]
    fn counts_groups_pages_and_neighbours() {
        let bank = count(&[vec![1, 2, 3], vec![1, 2, 2], vec![9, 1]], Singletons::Drop);
        let site = bank.site("s").expect("counted");
        assert_eq!(site.groups(), 3);
        let of = |family| site.family(mix(family)).map(|c| (c.groups, c.pages, c.occurrences));
        assert_eq!(of(1), Some((3, 3, 3)));
        assert_eq!(of(2), Some((2, 2, 3)));
        assert_eq!(of(9), None);
        assert_eq!(site.neighbours(mix(1), mix(2)), 2);
        assert_eq!(site.neighbours(mix(2), mix(2)), 0);
    }

    fn pages() -> impl Strategy<Value = Vec<Vec<u64>>> {
        vec(vec(0_u64..12, 0..8), 0..8)
    }

    proptest! {
        #[test]
        fn banks_of_parts_merge_into_the_bank_of_the_whole(
            a in pages(), b in pages(), c in pages(),
        ) {
            let whole = count(&[a.clone(), b.clone(), c.clone()].concat(), Singletons::Keep);
            let parts = [&a, &b, &c].map(|pages| count(pages, Singletons::Keep));
            let [mut left, mut middle, right] = parts.clone();
            left.merge(middle.clone());
            left.merge(right.clone());
            prop_assert_eq!(&left, &whole);
            middle.merge(right);
            middle.merge(parts[0].clone());
            prop_assert_eq!(&middle, &whole);
            let mut with_empty = whole.clone();
            with_empty.merge(Bank::default());
            prop_assert_eq!(&with_empty, &whole);
        }

        #[test]
        fn finishing_is_counting_without_singletons(a in pages(), b in pages()) {
            let mut merged = count(&a, Singletons::Keep);
            merged.merge(count(&b, Singletons::Keep));
            merged.finish();
            prop_assert_eq!(merged, count(&[a, b].concat(), Singletons::Drop));
        }
    }
}
