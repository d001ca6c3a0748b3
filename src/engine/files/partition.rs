//! Page columns by site: pages go to shards as they are learnt, and shards to disk when they take too much memory.

use crate::{
    Result,
    base::page::SiteNumber,
    engine::budget::Budget,
    store::{RecordWriter, Work},
    table::{PageColumns, PageRows, Sites, TRACED},
};

/// Partitions that sites are dealt out to. A shard is made of whole partitions or, of a large one, of some of its sites.
pub(super) const PARTITIONS: usize = 64;

pub(super) fn name(partition: usize) -> String {
    format!("traced-{partition}")
}

/// The partition of a site.
pub(super) fn partition_of(site: SiteNumber) -> usize {
    site as usize % PARTITIONS
}

/// Puts columns on partitions.
pub(super) struct SitePartitions {
    budget: Budget,
    columns: Vec<(PageColumns, RecordWriter)>,
    /// Bytes that wait to be written.
    held: u64,
    pub(super) sites: Sites,
    /// Bytes of columns by site.
    pub(super) site_bytes: Vec<u64>,
}

impl SitePartitions {
    pub(super) fn create(work: &Work, budget: Budget) -> Result<SitePartitions> {
        let partition =
            |partition| Ok((PageColumns::new(), work.create(&name(partition), TRACED)?));
        let columns = (0..PARTITIONS).map(partition).collect::<Result<_>>()?;
        let (sites, site_bytes) = (Sites::default(), Vec::new());
        Ok(SitePartitions { budget, columns, held: 0, sites, site_bytes })
    }

    /// Adds columns of pages of which the first has number `first`; returns their rows.
    pub(super) fn add(&mut self, columns: &PageColumns, first: u32) -> Result<PageRows> {
        let sites: Vec<SiteNumber> =
            columns.sites.names().map(|name| self.sites.number(name)).collect();
        self.site_bytes.resize(self.sites.len(), 0);
        for page in (0..).take(columns.len()) {
            let of = columns.page(page);
            if of.is_bad() {
                continue;
            }
            let site = sites[of.site as usize];
            let held = &mut self.columns[partition_of(site)].0;
            let before = held.bytes();
            held.push_page(columns, page, first + page);
            let added = held.bytes() - before;
            self.held += added;
            self.site_bytes[site as usize] += added;
        }
        if self.held > self.budget.partition() {
            self.flush()?;
        }
        Ok(PageRows::of(columns, &sites))
    }

    fn flush(&mut self) -> Result<()> {
        for (columns, file) in &mut self.columns {
            if !columns.is_empty() {
                std::mem::take(columns).write_part(file)?;
            }
        }
        self.held = 0;
        Ok(())
    }

    /// After the last page.
    pub(super) fn finish(mut self, work: &Work) -> Result<(Sites, Vec<u64>)> {
        self.flush()?;
        for (_, file) in self.columns {
            work.close(file)?;
        }
        Ok((self.sites, self.site_bytes))
    }
}
