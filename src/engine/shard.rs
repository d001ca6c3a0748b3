//! Some sites, looked at together.

use crate::{
    base::page::{PageNumber, SiteNumber},
    table::{PageColumns, Sites},
};

/// The columns of some sites, whose families are numbered.
#[derive(Debug, Default)]
pub(crate) struct Shard {
    pub(crate) columns: PageColumns,
    /// Pages of each of its sites.
    pub(crate) by_site: Vec<Vec<PageNumber>>,
    /// The number that each of its sites has among all.
    pub(crate) sites: Vec<SiteNumber>,
}

impl Shard {
    /// Its sites by their numbers among all. Pages may stand in any order; those of a site are put in that of the input.
    pub(crate) fn of(columns: PageColumns, all: &mut Sites) -> Shard {
        let sites = columns.sites.names().map(|name| all.number(name)).collect();
        let mut by_site = columns.pages_by_site();
        for pages in &mut by_site {
            let number = |&page: &PageNumber| columns.page(page).number;
            if !pages.is_sorted_by_key(number) {
                pages.sort_unstable_by_key(number);
            }
        }
        Shard { columns, by_site, sites }
    }
}
