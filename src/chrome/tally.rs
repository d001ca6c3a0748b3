//! What is counted of a site's families while the site is at hand, by the site's own numbers.
//!
//! The same counts as a bank's, in arrays: a run over one corpus labels with these and looks nothing
//! up.

use super::Groups;
use crate::families::Occurrences;

/// Counts of a site's families and of its pairs of neighbours.
#[derive(Clone, Debug)]
pub struct Tally {
    /// In how many groups of pages each family occurs.
    groups: Vec<u32>,
    /// Paragraphs by family, pages of a group side by side; none if pages and groups are the same.
    by_group: Option<Vec<u32>>,
}

impl Tally {
    /// Counts the groups of every family.
    pub fn of(site: &Occurrences<'_>, groups: &Groups) -> Tally {
        let pages = site.pages().len();
        if groups.len() as usize == pages {
            let groups = (0..site.families()).map(|family| site.pages_with(family)).collect();
            return Tally { groups, by_group: None };
        }
        let mut order: Vec<u32> = (0..).take(pages).collect();
        order.sort_by_key(|&page| groups.group(page));
        let rows = site.rows_in(order.into_iter().map(|page| page as usize));
        let group = |&row: &u32| groups.group(site.page_of(row));
        let count =
            |family| rows[site.rows_of(family)].chunk_by(|a, b| group(a) == group(b)).count();
        let groups = (0..site.families())
            .map(|family| u32::try_from(count(family)).unwrap_or(u32::MAX))
            .collect();
        Tally { groups, by_group: Some(rows) }
    }

    /// In how many groups of pages a family occurs.
    #[inline]
    pub fn groups(&self, family: usize) -> u32 {
        self.groups[family]
    }

    /// Paragraphs of a family, those of a group of pages side by side.
    fn rows<'s>(&'s self, site: &'s Occurrences<'_>, family: usize) -> &'s [u32] {
        match &self.by_group {
            Some(rows) => &rows[site.rows_of(family)],
            None => site.rows(family),
        }
    }

    /// Calls `each(paragraph, a, b, groups)` for every paragraph whose family *a* and that of the
    /// next one, *b*, are both `kept`; `groups` is in how many groups of pages *b* follows *a*.
    pub(super) fn each_neighbour(
        &self,
        site: &Occurrences<'_>,
        groups: &Groups,
        kept: impl Fn(usize) -> bool,
        mut each: impl FnMut(u32, usize, usize, u32),
    ) {
        /// Groups in which a family follows the one that is looked at.
        #[derive(Clone, Copy)]
        struct Follower {
            after: u32,
            last: u32,
            groups: u32,
        }
        const NONE: u32 = u32::MAX;
        let mut followers = vec![Follower { after: NONE, last: NONE, groups: 0 }; site.families()];
        let families = site.family_of();
        let next = |row: u32| {
            let end = site.span(site.page_of(row) as usize).end;
            let b = *families[..end].get(row as usize + 1)? as usize;
            kept(b).then_some(b)
        };
        for (a, number) in (0..site.families()).zip(0_u32..) {
            if !kept(a) {
                continue;
            }
            let rows = self.rows(site, a);
            for &row in rows {
                let Some(b) = next(row) else { continue };
                let group = groups.group(site.page_of(row));
                let follower = &mut followers[b];
                if follower.after != number {
                    *follower = Follower { after: number, last: group, groups: 1 };
                } else if follower.last != group {
                    follower.last = group;
                    follower.groups += 1;
                }
            }
            for &row in rows {
                if let Some(b) = next(row) {
                    each(row, a, b, followers[b].groups);
                }
            }
        }
    }

    /// By paragraph: in how many groups of pages the family of the next one follows its family, if
    /// both are in two groups and more; else 1, as the page itself has the pair.
    pub fn followed(&self, site: &Occurrences<'_>, groups: &Groups) -> Vec<u32> {
        let mut followed = vec![1; site.paragraphs()];
        let kept = |family: usize| self.groups[family] >= 2;
        self.each_neighbour(site, groups, kept, |row, _, _, groups| {
            followed[row as usize] = groups;
        });
        followed
    }

    /// By paragraph: its family stands on its page more than once.
    pub fn twice(site: &Occurrences<'_>) -> Vec<bool> {
        let mut twice = vec![false; site.paragraphs()];
        for family in 0..site.families() {
            let rows = site.rows(family);
            if rows.len() > site.pages_with(family) as usize {
                let runs = rows.chunk_by(|&a, &b| site.page_of(a) == site.page_of(b));
                for &row in runs.filter(|run| run.len() > 1).flatten() {
                    twice[row as usize] = true;
                }
            }
        }
        twice
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::trace::{Paragraph, Shape, Traces};

    proptest! {
        /// Against sets of groups, on sites where some pages have the same URL and so are one page.
        #[test]
        fn counts_are_sizes_of_sets(pages in vec((vec(0_u64..9, 0..7), 1_u64..6), 1..9)) {
            let mut traces = Traces::new();
            for (page, url) in &pages {
                for &fingerprint in page {
                    let paragraph = Paragraph { fingerprint, shape: Shape::default(), wording: 0 };
                    traces.push_paragraph(paragraph, &[]);
                }
                traces.end_page("s", *url, "", "");
            }
            traces.finish().expect("few paragraphs");
            let by_site = traces.pages_by_site();
            let site = Occurrences::of(&traces, &by_site[0]);
            let groups = Groups::of(&site);
            let tally = Tally::of(&site, &groups);
            let with = |has: &dyn Fn(&[u64]) -> bool| {
                let have = (0..).zip(&pages).filter(|(_, (page, _))| has(page));
                have.map(|(page, _)| groups.group(page)).collect::<BTreeSet<u32>>().len()
            };
            for family in 0..site.families() {
                let of = site.fingerprint(family);
                prop_assert_eq!(tally.groups(family) as usize, with(&|page| page.contains(&of)));
            }
            let followed = tally.followed(&site, &groups);
            let twice = Tally::twice(&site);
            let known = |family: u64| with(&|page: &[u64]| page.contains(&family)) >= 2;
            let mut paragraph = 0;
            for (page, _) in &pages {
                for (at, family) in page.iter().enumerate() {
                    let expected = match page.get(at + 1) {
                        Some(next) if known(*family) && known(*next) => with(&|page: &[u64]| {
                            page.windows(2).any(|pair| pair == [*family, *next])
                        }),
                        _ => 1,
                    };
                    prop_assert_eq!(followed[paragraph] as usize, expected);
                    let times = page.iter().filter(|other| *other == family).count();
                    prop_assert_eq!(twice[paragraph], times > 1);
                    paragraph += 1;
                }
            }
        }
    }
}
