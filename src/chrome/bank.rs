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

use super::{Groups, index::Index, tally::Tally};
use crate::{families::Occurrences, text::mix};

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
    /// Sum over occurrences of the place in the page, 0 for the first paragraph, 255 for the last.
    pub place: u64,
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
    /// Counts the families of a site. Takes a few passes over its paragraphs, and a sort of what is
    /// kept.
    pub fn count(site: &Occurrences<'_>, groups: &Groups, singletons: Singletons) -> SiteBank {
        let least = match singletons {
            Singletons::Keep => 1,
            Singletons::Drop => 2,
        };
        let tally = Tally::of(site, groups);
        let kept = |family: usize| tally.groups(family) >= least;
        let mut families: Vec<FamilyCount> = (0..site.families())
            .filter(|&family| kept(family))
            .map(|family| FamilyCount {
                family: site.fingerprint(family),
                groups: tally.groups(family),
                pages: site.pages_with(family),
                occurrences: count_u32(site.rows(family).len()),
                place: site.rows(family).iter().map(|&row| place(site, row)).sum(),
            })
            .collect();
        families.sort_unstable_by_key(|count| count.family);
        let mut neighbours = Vec::new();
        tally.each_neighbour(site, groups, kept, |_, a, b, count| {
            if count >= least {
                neighbours.push((pair_key(site.fingerprint(a), site.fingerprint(b)), count));
            }
        });
        neighbours.sort_unstable();
        neighbours.dedup();
        let mut bank =
            SiteBank { groups: groups.len(), families, neighbours, ..SiteBank::default() };
        bank.reindex();
        bank
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
                place: 0,
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
                kept.place += next.place;
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

/// Place of an occurrence in its page, from 0 to 255.
fn place(site: &Occurrences<'_>, paragraph: u32) -> u64 {
    let last = site.span(site.page_of(paragraph) as usize).len().max(2) as u64 - 1;
    u64::from(site.at(paragraph)) * 255 / last
}

/// One key for two families in this order.
#[inline]
fn pair_key(a: u64, b: u64) -> u64 {
    mix(a.rotate_left(32) ^ b.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

fn count_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Groups of the made-up site whose families are known everywhere.
pub(super) const KNOWN_GROUPS: u32 = 20;

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
    use crate::trace::{Paragraph, Shape, Traces};

    /// Counts pages given as lists of families, every page a group of its own.
    fn count(pages: &[Vec<u64>], singletons: Singletons) -> Bank {
        let mut traces = Traces::new();
        for page in pages {
            for &family in page {
                let paragraph =
                    Paragraph { fingerprint: mix(family), shape: Shape::default(), wording: 0 };
                traces.push_paragraph(paragraph, &[]);
            }
            traces.end_page("s", 0, "", "");
        }
        traces.finish().expect("few paragraphs");
        let mut bank = Bank::default();
        for pages in traces.pages_by_site() {
            let site = Occurrences::of(&traces, &pages);
            bank.add("s", SiteBank::count(&site, &Groups::apart(pages.len()), singletons));
        }
        bank
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
