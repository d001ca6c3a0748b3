//! A site counted family by family: what [`Groups::of`], [`Tally`](super::Tally) and [`ChromeFamily::of`] count, of
//! rows instead of tables.
//!
//! A row is a paragraph. Rows come in whatever pieces hold families whole, so a site of any size is counted in the
//! memory of a piece and of what is known of each page.

use super::{
    ChromeFamily, Counted, FamilyStats, GroupFinder, Groups, Vote, Weight,
    evidence::{KindCounts, most},
};
use crate::{
    Result,
    base::page::{Kind, PageNumber, Place, SiteNumber},
    table::Shape,
};

/// A paragraph of a site.
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

/// Counts a family, whose paragraphs in order are `rows`; calls `each` with every paragraph and what is counted of it.
///
/// # Errors
///
/// Those of `each`.
pub fn count(
    rows: &[FamilyRow],
    groups: &Groups,
    mut each: impl FnMut(&FamilyRow, Counted) -> Result<()>,
) -> Result<()> {
    let length = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let group = |row: &FamilyRow| groups.group(row.page);
    let in_groups = length(distinct(rows.iter().map(group)).len());
    let variants = length(distinct(rows.iter().map(|row| row.wording)).len());
    let followers = distinct(rows.iter().filter_map(|row| Some((row.next?, group(row)))));
    let of_next = followers.chunk_by(|a, b| a.0 == b.0);
    let fresh = distinct(of_next.filter(|of_next| of_next.len() == 1).map(|of_next| of_next[0].1));
    let stats = FamilyStats {
        groups: in_groups,
        pages: length(rows.chunk_by(on_one_page).count()),
        occurrences: length(rows.len()),
        variants,
        fresh: length(fresh.len()),
    };
    for on_page in rows.chunk_by(on_one_page) {
        for row in on_page {
            let followed = row.next.map_or(1, |next| {
                let first = followers.partition_point(|&(family, _)| family < next);
                let end = followers.partition_point(|&(family, _)| family <= next);
                length(end - first)
            });
            let times = u8::try_from(on_page.len()).unwrap_or(u8::MAX);
            each(row, Counted { stats, followed, times, of: None })?;
        }
    }
    Ok(())
}

fn on_one_page(a: &FamilyRow, b: &FamilyRow) -> bool {
    a.page == b.page
}

fn distinct<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// A paragraph that is chrome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChromeRow {
    /// Its family.
    pub family: u64,
    /// Its page in the input, and its number there.
    pub at: (PageNumber, u32),
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
    /// Groups of pages that have its family.
    pub groups: u32,
    /// How many wordings its family has.
    pub variants: u32,
}

/// The evidence for families of a site: `rows` are all chrome of some of its families, in any order; `groups` is how
/// many groups of pages the site has.
pub fn evidence(
    number: SiteNumber,
    groups: u32,
    rows: &mut [ChromeRow],
) -> impl Iterator<Item = ChromeFamily> {
    rows.sort_unstable_by_key(|row| (row.family, row.at));
    rows.chunk_by(|a, b| a.family == b.family).filter_map(move |rows| {
        let (mut places, mut kinds) = ([0_usize; 3], KindCounts::default());
        for row in rows {
            places[row.place as usize] += 1;
            kinds.add(Some(row.kind), 1);
        }
        let first = rows.first()?;
        Some(ChromeFamily {
            site: number,
            pages: first.groups,
            of: groups,
            place: most(places)?,
            kind: kinds.most(),
            variants: first.variants,
            first: first.at,
            text: String::new(),
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        chrome::Tally,
        cues::Cue,
        table::{Occurrences, Paragraph, Traces},
    };

    proptest! {
        /// Against the tables, on sites where some pages have one URL; families come in two pieces.
        #[test]
        fn rows_count_as_tables_do(
            pages in vec((vec((0_u64..12, 0_u32..3), 0..9), 0_u64..6), 1..24),
            words in 1_u32..90,
        ) {
            let mut traces = Traces::new();
            for (page, url) in &pages {
                for &(fingerprint, wording) in page {
                    let shape = Shape::of("A full sentence.", words + fingerprint as u32);
                    traces.push_paragraph(Paragraph { fingerprint, shape, cue: Cue::default(), wording }, &[]);
                }
                traces.end_page("s", *url, "", "");
            }
            traces.finish().expect("few paragraphs");
            let by_site = traces.pages_by_site();
            let site = Occurrences::of(&traces, &by_site[0]);
            let groups = Groups::of(&site);

            let mut rows = Vec::new();
            for (at, page) in (0..).zip(&by_site[0]) {
                let span = traces.span(*page);
                for paragraph in span.clone() {
                    let next = (paragraph + 1 < span.end).then(|| traces.family(paragraph + 1));
                    rows.push(FamilyRow {
                        family: traces.family(paragraph),
                        paragraph: paragraph as u32,
                        page: at,
                        next,
                        shape: traces.shapes()[paragraph],
                        wording: traces.wordings()[paragraph],
                    });
                }
            }
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

            let tally = Tally::of(&site, &groups);
            let (followed, fresh) = tally.followed(&site, &groups);
            let times = Tally::times(&site);
            for family in rows.chunk_by(|a, b| a.family == b.family) {
                count(family, &groups, |row, counted| {
                    let at = row.paragraph as usize;
                    let of = site.family_of()[at] as usize;
                    let wordings = distinct(family.iter().map(|row| row.wording));
                    let stats = FamilyStats {
                        groups: tally.groups(of),
                        pages: site.pages_with(of),
                        occurrences: site.occurrences(of),
                        variants: wordings.len() as u32,
                        fresh: counted.stats.fresh,
                    };
                    assert_eq!((counted.stats, counted.times), (stats, times[at]));
                    if stats.groups >= 2 {
                        assert_eq!(stats.fresh, fresh[of]);
                    }
                    let next_is_kept = row.next.is_some()
                        && tally.groups(site.family_of()[at + 1] as usize) >= 2;
                    if stats.groups >= 2 && next_is_kept {
                        assert_eq!(counted.followed, followed[at]);
                    }
                    Ok(())
                }).expect("nothing fails");
            }
        }
    }

    #[test]
    fn evidence_names_the_first_paragraph_and_the_commonest_place() {
        let row = |family, page, place| ChromeRow {
            family,
            at: (page, 3),
            place,
            kind: [Kind::Other, Kind::Share, Kind::Legal][page as usize % 3],
            groups: 4,
            variants: 2,
        };
        let mut rows = [
            row(7, 9, Place::Foot),
            row(5, 1, Place::Head),
            row(7, 2, Place::Inside),
            row(7, 8, Place::Foot),
        ];
        let found: Vec<ChromeFamily> = evidence(6, 30, &mut rows).collect();
        let of = |family: &ChromeFamily| {
            (family.first, family.place, family.kind, family.pages, family.of)
        };
        assert_eq!(
            found.iter().map(of).collect::<Vec<_>>(),
            [((1, 3), Place::Head, Kind::Share, 4, 30), ((2, 3), Place::Foot, Kind::Legal, 4, 30),]
        );
    }
}
