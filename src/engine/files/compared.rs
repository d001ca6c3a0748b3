//! What is known of the pages that are compared, beside their texts.

use super::{Disk, gather::ROWS_NAME, texts::Texts};
use crate::{
    Result,
    base::page::{PageNumber, SiteNumber},
    engine::{LinkedPages, ROWS},
    table::{PageEntry, PageRows, Strings},
};

/// Rows of compared pages.
pub(super) struct Rows {
    pages: Vec<PageNumber>,
    sites: Vec<SiteNumber>,
    urls: Vec<u64>,
    ids: Strings,
    dates: Strings,
}

impl Rows {
    pub(super) fn read(disk: &Disk<'_>, texts: &Texts) -> Result<Rows> {
        let (ids, dates) = (Strings::default(), Strings::default());
        let mut found = Rows { pages: Vec::new(), sites: Vec::new(), urls: Vec::new(), ids, dates };
        let mut wanted = texts.pages().peekable();
        let mut file = disk.work.open_file(ROWS_NAME, ROWS)?;
        let (mut rows, mut block) = (PageRows::default(), Vec::new());
        let mut first: PageNumber = 0;
        while rows.read(&mut file, &mut block)? {
            let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
            while let Some(page) = wanted.next_if(|&page| page < first.saturating_add(count)) {
                let at = (page - first) as usize;
                found.pages.push(page);
                found.sites.push(rows.sites[at]);
                found.urls.push(rows.urls[at]);
                found.ids.push(rows.ids.get(at));
                found.dates.push(rows.dates.get(at));
            }
            first = first.saturating_add(count);
        }
        Ok(found)
    }

    fn place(&self, page: PageNumber) -> Option<usize> {
        self.pages.binary_search(&page).ok()
    }

    /// The site of a page and the key of its URL.
    pub(super) fn kin(&self, page: PageNumber) -> (SiteNumber, u64) {
        self.place(page).map_or((PageEntry::BAD, 0), |at| (self.sites[at], self.urls[at]))
    }

    /// Its date as its record says it, or "".
    pub(super) fn date(&self, page: PageNumber) -> &str {
        self.place(page).map_or("", |at| self.dates.get(at))
    }

    /// What outputs ask of some of them.
    pub(super) fn linked(&self, pages: Vec<PageNumber>) -> LinkedPages {
        let mut linked = LinkedPages::default();
        for &page in &pages {
            let at = self.place(page);
            linked.sites.push(at.map_or(PageEntry::BAD, |at| self.sites[at]));
            linked.ids.push(at.map_or("", |at| self.ids.get(at)));
        }
        LinkedPages { pages, ..linked }
    }
}
