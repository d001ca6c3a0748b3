//! What is counted of a site's families while the site is at hand, by the site's own numbers.
//!
//! The same counts as a bank's, in arrays: a run over one corpus labels with these and looks nothing
//! up.

use super::Groups;
use crate::table::Occurrences;

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
    /// next one, *b*, are both in two groups and more; `groups` is in how many groups of pages *b* follows *a*. Calls
    /// `fresh(a, groups)` for every such *a* with the groups in which a family follows it that does so in no other group.
    pub(crate) fn each_neighbour(
        &self,
        site: &Occurrences<'_>,
        groups: &Groups,
        mut each: impl FnMut(u32, usize, usize, u32),
        mut fresh: impl FnMut(usize, u32),
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
        let kept = |family: usize| self.groups[family] >= 2;
        let next = |row: u32| {
            let end = site.span(site.page_of(row) as usize).end;
            families[..end].get(row as usize + 1).map(|&b| b as usize)
        };
        for (a, number) in (0..site.families()).zip(0_u32..) {
            if !kept(a) {
                continue;
            }
            let rows = self.rows(site, a);
            for &row in rows {
                let Some(b) = next(row).filter(|&b| kept(b)) else { continue };
                let group = groups.group(site.page_of(row));
                let follower = &mut followers[b];
                if follower.after != number {
                    *follower = Follower { after: number, last: group, groups: 1 };
                } else if follower.last != group {
                    follower.last = group;
                    follower.groups += 1;
                }
            }
            let (mut last, mut in_groups) = (NONE, 0);
            for &row in rows {
                let Some(b) = next(row) else { continue };
                let together = if kept(b) { followers[b].groups } else { 1 };
                if kept(b) {
                    each(row, a, b, together);
                }
                // Rows of a group stand side by side.
                let group = groups.group(site.page_of(row));
                if together == 1 && last != group {
                    (last, in_groups) = (group, in_groups + 1);
                }
            }
            fresh(a, in_groups);
        }
    }

    /// By paragraph: in how many groups of pages the family of the next one follows its family, if
    /// both are in two groups and more; else 1, as the page itself has the pair. And by family in how many groups a
    /// family follows it that does so in no other group; 0 for those that one group has.
    pub fn followed(&self, site: &Occurrences<'_>, groups: &Groups) -> (Vec<u32>, Vec<u32>) {
        let mut followed = vec![1; site.paragraphs()];
        let mut fresh = vec![0; site.families()];
        let each = |row: u32, _, _, groups| followed[row as usize] = groups;
        self.each_neighbour(site, groups, each, |family, groups| fresh[family] = groups);
        (followed, fresh)
    }

    /// By family its wordings, of which `wordings` has one for every paragraph; 0 for families that one group has.
    pub fn variants(&self, site: &Occurrences<'_>, wordings: &[u32]) -> Vec<u32> {
        let mut found = Vec::new();
        let count = |family: usize| {
            if self.groups[family] < 2 {
                return 0;
            }
            distinct(site.rows(family).iter().map(|&row| wordings[row as usize]), &mut found)
        };
        (0..site.families()).map(count).collect()
    }

    /// By paragraph how often its family stands on its page; 255 stands for more.
    pub fn times(site: &Occurrences<'_>) -> Vec<u8> {
        let mut times = vec![1; site.paragraphs()];
        for family in 0..site.families() {
            let rows = site.rows(family);
            if rows.len() > site.pages_with(family) as usize {
                for run in rows.chunk_by(|&a, &b| site.page_of(a) == site.page_of(b)) {
                    let on_page = u8::try_from(run.len()).unwrap_or(u8::MAX);
                    for &row in run {
                        times[row as usize] = on_page;
                    }
                }
            }
        }
        times
    }
}

/// How many different ones there are; `room` is used for it.
pub(crate) fn distinct(items: impl Iterator<Item = u32>, room: &mut Vec<u32>) -> u32 {
    room.clear();
    for item in items {
        // Mostly all are the same one.
        if room.last() != Some(&item) {
            room.push(item);
        }
    }
    if room.len() > 1 {
        room.sort_unstable();
        room.dedup();
    }
    u32::try_from(room.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        cues::Cue,
        table::{Paragraph, Shape, Traces},
    };

    proptest! {
        /// Against sets of groups, on sites where some pages have the same URL and so are one page.
        #[test]
        fn counts_are_sizes_of_sets(pages in vec((vec(0_u64..9, 0..7), 1_u64..6), 1..9)) {
            let mut traces = Traces::new();
            for (page, url) in &pages {
                for &fingerprint in page {
                    let paragraph = Paragraph { fingerprint, shape: Shape::default(), cue: Cue::default(), wording: 0 };
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
            let (followed, fresh) = tally.followed(&site, &groups);
            let times_on = Tally::times(&site);
            let known = |family: u64| with(&|page: &[u64]| page.contains(&family)) >= 2;
            for family in (0..site.families()).filter(|&family| tally.groups(family) >= 2) {
                let of = site.fingerprint(family);
                let follows = |a: u64, b: u64| with(&|page: &[u64]| page.windows(2).any(|pair| pair == [a, b]));
                let is_fresh = |page: &[u64]| {
                    page.windows(2).any(|pair| pair[0] == of && follows(of, pair[1]) == 1)
                };
                prop_assert_eq!(fresh[family] as usize, with(&is_fresh));
            }
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
                    prop_assert_eq!(usize::from(times_on[paragraph]), times);
                    paragraph += 1;
                }
            }
        }
    }
}
