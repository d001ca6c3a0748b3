//! What a bank may forget.

use super::{
    Day, Site,
    rows::{PageRow, SiteRows},
};
use crate::{Result, base::mix};

impl SiteRows {
    /// The rows without the pages that were last seen before `day`: those of a bank that was learnt
    /// from the others alone, but for the samples of texts. Pages of no known day stay.
    #[must_use]
    pub fn seen_since(&self, day: Day) -> SiteRows {
        let mut rows = SiteRows { pages: Vec::new(), rows: Vec::new(), ..self.clone() };
        for (page, row) in self.pages.iter().enumerate() {
            if !row.key.day.is_known() || row.key.day >= day {
                let start = u32::try_from(rows.rows.len()).unwrap_or(u32::MAX);
                rows.pages.push(PageRow { start, ..*row });
                rows.rows.extend_from_slice(self.row(page));
            }
        }
        rows.drop_unused();
        rows
    }
}

impl Site<'_> {
    /// Its rows without families of fewer than `least` groups of pages. Which pages are one page is
    /// settled before, because the families that tell are among the rare ones.
    ///
    /// # Errors
    ///
    /// *Data* if the bank is damaged there.
    pub fn rows_from(&self, least: u32) -> Result<SiteRows> {
        let mut rows = self.rows()?;
        let mut groups = Vec::with_capacity(rows.pages.len());
        for page in 0..self.pages() {
            groups.push(self.page(page)?.1);
        }
        // A group is called after its first page.
        let mut names = vec![0_u64; self.groups() as usize];
        for (page, &group) in rows.pages.iter_mut().zip(&groups) {
            let Some(name) = names.get_mut(group as usize) else {
                return Err(self.table.nonsense("the group of a page"));
            };
            if *name == 0 {
                let key = page.key;
                let day = u64::from(key.day.number());
                *name = mix(key.url ^ mix(key.content ^ mix(day + 1))).max(1);
            }
            page.settled = page.settled.max(*name);
        }
        let mut kept = Vec::with_capacity(rows.families.len());
        for family in 0..self.families()[0] {
            kept.push(self.family(family)?.groups >= least);
        }
        rows.keep(|family| kept[family]);
        Ok(rows)
    }
}
