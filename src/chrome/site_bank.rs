//! Counts of one site's families, in memory: what seeds are, and the slow and obvious way to label.

use super::{
    Groups,
    bank::{pair_key, place},
    index::Index,
    tally::Tally,
};
use crate::families::Occurrences;

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
    /// Counts the families of a site that two groups of pages and more have. Takes a few passes over
    /// its paragraphs, and a sort of what is kept.
    pub fn count(site: &Occurrences<'_>, groups: &Groups) -> SiteBank {
        let least = 2;
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

    fn reindex(&mut self) {
        self.by_family = Index::of(self.families.iter().map(|count| count.family));
        self.by_neighbours = Index::of(self.neighbours.iter().map(|&(key, _)| key));
    }
}

fn count_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Groups of the made-up site whose families are known everywhere.
pub(super) const KNOWN_GROUPS: u32 = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        text::mix,
        trace::{Paragraph, Shape, Traces},
    };

    /// Counts pages given as lists of families, every page a group of its own.
    fn count(pages: &[Vec<u64>]) -> SiteBank {
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
        let by_site = traces.pages_by_site();
        let site = Occurrences::of(&traces, &by_site[0]);
        SiteBank::count(&site, &Groups::apart(pages.len()))
    }

    #[test]
    fn counts_groups_pages_and_neighbours() {
        let site = count(&[vec![1, 2, 3], vec![1, 2, 2], vec![9, 1]]);
        assert_eq!(site.groups(), 3);
        let of = |family| site.family(mix(family)).map(|c| (c.groups, c.pages, c.occurrences));
        assert_eq!(of(1), Some((3, 3, 3)));
        assert_eq!(of(2), Some((2, 2, 3)));
        assert_eq!(of(9), None);
        assert_eq!(site.neighbours(mix(1), mix(2)), 2);
        assert_eq!(site.neighbours(mix(2), mix(2)), 0);
    }
}
