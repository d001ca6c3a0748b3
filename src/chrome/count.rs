//! What is counted of a family on a site: one rule, whoever brings its paragraphs together.
//!
//! A site that fits the memory has them in columns ([`each_family`]), one that does not in rows on disk
//! ([`count_rows`]).

use super::{Counted, FamilyStats, Groups};
use crate::{
    Result,
    table::{Occurrences, Shape},
};

/// A paragraph of the family that is counted. `K` names families: by number or by fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence<K> {
    /// Its page, and the group of pages that this is part of.
    pub page: u32,
    /// See `page`.
    pub group: u32,
    /// Hash of its bytes.
    pub wording: u32,
    /// The family of the next paragraph of the page.
    pub next: Option<K>,
}

/// Counts families, one after the other; holds the buffers.
#[derive(Clone, Debug)]
pub struct FamilyCounter<K> {
    groups: Vec<u32>,
    wordings: Vec<u32>,
    /// A family that follows, and a group in which it does.
    following: Vec<(K, u32)>,
    /// The families that follow, ascending, and in how many groups each does.
    followers: Vec<(K, u32)>,
    fresh: Vec<u32>,
}

impl<K> Default for FamilyCounter<K> {
    fn default() -> FamilyCounter<K> {
        FamilyCounter {
            groups: Vec::new(),
            wordings: Vec::new(),
            following: Vec::new(),
            followers: Vec::new(),
            fresh: Vec::new(),
        }
    }
}

impl<K: Copy + Ord> FamilyCounter<K> {
    /// Counts a family of which all paragraphs come, those of a page side by side.
    ///
    /// Linear if groups ascend and what follows is mostly one family; else a sort of its paragraphs.
    pub fn count(&mut self, occurrences: impl Iterator<Item = Occurrence<K>>) -> FamilyStats {
        self.groups.clear();
        self.wordings.clear();
        self.following.clear();
        let (mut count, mut pages, mut last_page) = (0_u32, 0, None);
        for Occurrence { page, group, wording, next } in occurrences {
            count += 1;
            pages += u32::from(last_page != Some(page));
            last_page = Some(page);
            push_new(&mut self.groups, group);
            push_new(&mut self.wordings, wording);
            if let Some(next) = next {
                push_new(&mut self.following, (next, group));
            }
        }
        distinct(&mut self.groups);
        distinct(&mut self.wordings);
        distinct(&mut self.following);
        self.followers.clear();
        self.fresh.clear();
        for same in self.following.chunk_by(|a, b| a.0 == b.0) {
            let (family, group) = same[0];
            self.followers.push((family, length(same.len())));
            if same.len() == 1 {
                self.fresh.push(group);
            }
        }
        distinct(&mut self.fresh);
        FamilyStats {
            groups: length(self.groups.len()),
            pages,
            occurrences: count,
            variants: length(self.wordings.len()),
            fresh: length(self.fresh.len()),
        }
    }

    /// The families that follow the one that was counted, ascending, and in how many groups of pages each does.
    pub fn followers(&self) -> &[(K, u32)] {
        &self.followers
    }

    /// In how many groups of pages `next` follows the family that was counted; 1 if nothing follows, as the page itself
    /// has the pair.
    #[inline]
    pub fn followed(&self, next: Option<K>) -> u32 {
        let Some(next) = next else { return 1 };
        if let [(only, groups)] = self.followers[..] {
            return if only == next { groups } else { 1 };
        }
        let at = self.followers.binary_search_by(|follower| follower.0.cmp(&next));
        at.map_or(1, |at| self.followers[at].1)
    }
}

/// What is counted of a family that one page has once.
const ONCE: FamilyStats =
    FamilyStats { groups: 1, pages: 1, occurrences: 1, variants: 1, fresh: 0 };

/// Counts every family of a site whose paragraphs are in columns; `wordings` has one for every paragraph. Calls `each`
/// with the family, what is counted of it, and the counter, which knows what follows it. Of a family that one page
/// has once, nothing is said to follow it.
pub fn each_family(
    site: &Occurrences<'_>,
    groups: &Groups,
    wordings: &[u32],
    mut each: impl FnMut(usize, FamilyStats, &FamilyCounter<u32>),
) {
    let mut counter = FamilyCounter::default();
    let nothing = FamilyCounter::default();
    for family in 0..site.families() {
        let rows = site.rows(family);
        if rows.len() == 1 {
            each(family, ONCE, &nothing);
            continue;
        }
        let stats = counter.count(rows.iter().map(|&row| {
            let page = site.page_of(row);
            let (group, wording) = (groups.group(page), wordings[row as usize]);
            Occurrence { page, group, wording, next: site.next(row) }
        }));
        each(family, stats, &counter);
    }
}

/// A paragraph of a site, for a site that is counted from rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FamilyRow {
    /// Its family.
    pub family: u64,
    /// Its place among the site's paragraphs.
    pub paragraph: u32,
    /// The place of its page among the site's.
    pub page: u32,
    /// The family of the next paragraph of the page.
    pub next: Option<u64>,
    /// Its length and grade of prose.
    pub shape: Shape,
    /// Hash of its bytes.
    pub wording: u32,
}

/// Counts a family, whose paragraphs in order are `rows`; calls `each` with every paragraph and what is counted of it.
///
/// # Errors
///
/// Those of `each`.
pub fn count_rows(
    counter: &mut FamilyCounter<u64>,
    rows: &[FamilyRow],
    groups: &Groups,
    mut each: impl FnMut(&FamilyRow, Counted) -> Result<()>,
) -> Result<()> {
    let stats = counter.count(rows.iter().map(|row| {
        let FamilyRow { page, wording, next, .. } = *row;
        Occurrence { page, group: groups.group(page), wording, next }
    }));
    for on_page in rows.chunk_by(|a, b| a.page == b.page) {
        let times = times(on_page.len());
        for row in on_page {
            each(row, Counted { stats, followed: counter.followed(row.next), times, of: None })?;
        }
    }
    Ok(())
}

/// How often a family stands on a page.
pub(super) fn times(occurrences: usize) -> u8 {
    u8::try_from(occurrences).unwrap_or(u8::MAX)
}

fn length(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Mostly all are the same one, or ascend.
#[inline]
fn push_new<T: PartialEq>(items: &mut Vec<T>, item: T) {
    if items.last() != Some(&item) {
        items.push(item);
    }
}

fn distinct<T: Ord>(items: &mut Vec<T>) {
    if !items.is_sorted() {
        items.sort_unstable();
    }
    items.dedup();
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        chrome::{GroupFinder, Weight, take_votes},
        cues::Cue,
        table::{PageColumns, Paragraph},
    };

    /// What the definitions say of the family of a paragraph, one paragraph after the other.
    fn by_definition(rows: &[FamilyRow], groups: &Groups, row: &FamilyRow) -> Counted {
        let of = || rows.iter().filter(|other| other.family == row.family);
        let group = |row: &FamilyRow| groups.group(row.page);
        let size = |set: BTreeSet<u32>| u32::try_from(set.len()).unwrap();
        let in_groups = |next: u64| -> BTreeSet<u32> {
            of().filter(|other| other.next == Some(next)).map(group).collect()
        };
        let stats = FamilyStats {
            groups: size(of().map(group).collect()),
            pages: size(of().map(|other| other.page).collect()),
            occurrences: u32::try_from(of().count()).unwrap(),
            variants: size(of().map(|other| other.wording).collect()),
            fresh: size(
                of().filter(|other| other.next.is_some_and(|next| in_groups(next).len() == 1))
                    .map(group)
                    .collect(),
            ),
        };
        Counted {
            stats,
            followed: row.next.map_or(1, |next| size(in_groups(next))),
            times: u8::try_from(of().filter(|other| other.page == row.page).count()).unwrap(),
            of: None,
        }
    }

    proptest! {
        /// Against the definitions, on sites where some pages have one URL; rows come in two pieces.
        #[test]
        fn columns_and_rows_count_what_the_definitions_say(
            pages in vec((vec((0_u64..12, 0_u32..3), 0..9), 0_u64..6), 1..24),
            words in 1_u32..90,
        ) {
            let mut columns = PageColumns::new();
            for (page, url) in &pages {
                for &(fingerprint, wording) in page {
                    let shape = Shape::of("A full sentence.", words + fingerprint as u32);
                    columns.push_paragraph(Paragraph { fingerprint, shape, cue: Cue::default(), wording }, &[]);
                }
                columns.end_page("s", *url, "", "");
            }
            columns.finish().expect("few paragraphs");
            let by_site = columns.pages_by_site();
            let site = Occurrences::of(&columns, &by_site[0]);
            let groups = Groups::of(&site);

            let mut rows = Vec::new();
            for (at, page) in (0..).zip(&by_site[0]) {
                let span = columns.span(*page);
                for paragraph in span.clone() {
                    let next = (paragraph + 1 < span.end).then(|| columns.family(paragraph + 1));
                    rows.push(FamilyRow {
                        family: columns.family(paragraph),
                        paragraph: paragraph as u32,
                        page: at,
                        next,
                        shape: columns.shapes()[paragraph],
                        wording: columns.wordings()[paragraph],
                    });
                }
            }
            let in_order = rows.clone();
            rows.sort_by_key(|row| (row.family % 2, row.family, row.paragraph));
            let mut finder = GroupFinder::new(pages.len());
            let mut met = std::collections::BTreeMap::<(u32, u32), Weight>::new();
            for family in rows.chunk_by(|a, b| a.family == b.family) {
                take_votes(&mut finder, family, |a, b, weight| {
                    met.entry((a, b)).or_default().add(weight);
                    Ok(())
                }).expect("nothing fails");
            }
            met.iter().rev().for_each(|(&(a, b), &shared)| finder.meet(a, b, shared));
            prop_assert_eq!(&finder.groups(pages.iter().map(|page| page.1)), &groups);

            let mut counter = FamilyCounter::default();
            for family in rows.chunk_by(|a, b| a.family == b.family) {
                count_rows(&mut counter, family, &groups, |row, counted| {
                    assert_eq!(counted, by_definition(&rows, &groups, row));
                    Ok(())
                }).expect("nothing fails");
            }
            each_family(&site, &groups, columns.wordings(), |family, stats, counter| {
                for &row in site.rows(family) {
                    let expected = by_definition(&rows, &groups, &in_order[row as usize]);
                    assert_eq!(counter.followed(site.next(row)), expected.followed);
                    if site.rows(family).len() > 1 {
                        assert_eq!(stats, expected.stats);
                    } else {
                        assert_eq!(FamilyStats { fresh: 0, ..expected.stats }, stats);
                    }
                }
            });
        }
    }
}
