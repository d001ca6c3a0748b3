//! Chrome of many sites, found shard by shard: the same as [`super::everywhere()`], of rows instead of tables.
//!
//! A row says that a family stands on a site. Rows of one family come together in whatever pieces fit the memory;
//! what is left of them are the families of two sites and more, and of those of many sites a few pages each.

use std::collections::HashMap;

use super::everywhere::{SAMPLE, SITES, common_words, stands_alone};
use crate::{
    base::page::{PageNumber, SiteNumber},
    table::{Near, Occurrences},
};

/// A long family stands on a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reach {
    /// The family.
    pub family: u64,
    /// The site.
    pub site: SiteNumber,
    /// The first page of the site that has it.
    pub page: PageNumber,
    /// Its words there.
    pub words: u32,
}

impl Reach {
    /// The long families of a site, whose number is `number`.
    pub fn of<'s>(
        site: &'s Occurrences<'_>,
        number: SiteNumber,
    ) -> impl Iterator<Item = Reach> + 's {
        let traces = site.traces();
        let words = move |row: u32| traces.shapes()[site.index(row)].words();
        (0..site.families()).filter_map(move |family| {
            let mut long = site.rows(family).iter().filter(|&&row| words(row) >= Near::WORDS);
            let &first = long.next()?;
            let page = site.page_of(first);
            let others = long.take_while(|&&row| site.page_of(row) == page);
            let least = others.map(|&row| words(row)).min().unwrap_or(u32::MAX);
            Some(Reach {
                family: site.fingerprint(family),
                site: number,
                page: traces.page(site.pages()[page as usize]).number,
                words: words(first).min(least),
            })
        })
    }
}

/// Families on two sites and more.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    /// Families and their words, ascending once finished.
    families: Vec<(u64, u32)>,
    /// Of those on many sites the first page of each of the first few sites, and the family.
    printed: Vec<(Vec<PageNumber>, u64)>,
}

impl Shared {
    /// Adds all rows of some families. A family that was joined with another has rows of both.
    pub fn add(&mut self, rows: &mut [Reach]) {
        rows.sort_unstable();
        for family in rows.chunk_by(|a, b| a.family == b.family) {
            // Of a site the first page counts, and the least words there: the first row.
            let sites: Vec<&Reach> =
                family.chunk_by(|a, b| a.site == b.site).filter_map(|site| site.first()).collect();
            if sites.len() >= 2 {
                self.families.push((family[0].family, sites[0].words));
            }
            if sites.len() >= SITES {
                let pages = sites.iter().take(SAMPLE).map(|reach| reach.page).collect();
                self.printed.push((pages, family[0].family));
            }
        }
    }

    /// After the last family.
    pub fn finish(&mut self) {
        self.families.sort_unstable();
        self.printed.sort_unstable();
    }

    /// The pages whose company is asked for, ascending.
    pub fn sample(&self) -> Vec<PageNumber> {
        let mut pages: Vec<PageNumber> =
            self.printed.iter().flat_map(|(pages, _)| pages.iter().copied()).collect();
        pages.sort_unstable();
        pages.dedup();
        pages
    }

    /// Those of `families` that are shared, as places in the table of all, ascending.
    pub fn company(&self, families: impl Iterator<Item = u64>) -> Vec<u32> {
        let place = |family| {
            let at = self.families.binary_search_by_key(&family, |row| row.0).ok()?;
            u32::try_from(at).ok()
        };
        let mut company: Vec<u32> = families.filter_map(place).collect();
        company.sort_unstable();
        company.dedup();
        company
    }

    /// The families that stand alone on many sites; `company` is that of every sample page.
    pub fn alone(&self, company: &HashMap<PageNumber, Vec<u32>>) -> Vec<u64> {
        let words = |place: u32| self.families[place as usize].1;
        let mut alone = Vec::new();
        for same in self.printed.chunk_by(|a, b| a.0 == b.0) {
            let of = |page| company.get(page).map_or(&[][..], Vec::as_slice);
            let lists: Vec<&[u32]> = same[0].0.iter().map(of).collect();
            let shared = common_words(&lists, words);
            for &(_, family) in same {
                let at = self.families.binary_search_by_key(&family, |row| row.0);
                if at.is_ok_and(|at| stands_alone(&shared, self.families[at].1)) {
                    alone.push(family);
                }
            }
        }
        alone
    }
}
