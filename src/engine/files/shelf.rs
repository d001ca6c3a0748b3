//! Traces by site: pages go to shards as they are learnt, and shards to disk when they take too much memory.

use crate::{
    Result,
    base::page::SiteNumber,
    engine::budget::Budget,
    store::{RecordWriter, Work},
    table::{PageRows, Sites, TRACED, Traces},
};

/// Shelves that sites are dealt out to. A shard is made of whole shelves or, of a large one, of some of its sites.
pub(super) const SHELVES: usize = 64;

pub(super) fn name(shelf: usize) -> String {
    format!("traced-{shelf}")
}

/// The shelf of a site.
pub(super) fn shelf_of(site: SiteNumber) -> usize {
    site as usize % SHELVES
}

/// Puts traces on shelves.
pub(super) struct Shelves {
    budget: Budget,
    traces: Vec<(Traces, RecordWriter)>,
    /// Bytes that wait to be written.
    held: u64,
    pub(super) sites: Sites,
    /// Bytes of traces by site.
    pub(super) site_bytes: Vec<u64>,
}

impl Shelves {
    pub(super) fn create(work: &Work, budget: Budget) -> Result<Shelves> {
        let shelf = |shelf| Ok((Traces::new(), work.create(&name(shelf), TRACED)?));
        let traces = (0..SHELVES).map(shelf).collect::<Result<_>>()?;
        let (sites, site_bytes) = (Sites::default(), Vec::new());
        Ok(Shelves { budget, traces, held: 0, sites, site_bytes })
    }

    /// Adds traces of pages of which the first has number `first`; returns their rows.
    pub(super) fn add(&mut self, traces: &Traces, first: u32) -> Result<PageRows> {
        let sites: Vec<SiteNumber> =
            traces.sites.names().map(|name| self.sites.number(name)).collect();
        self.site_bytes.resize(self.sites.len(), 0);
        for page in (0..).take(traces.len()) {
            let of = traces.page(page);
            if of.is_bad() {
                continue;
            }
            let site = sites[of.site as usize];
            let held = &mut self.traces[shelf_of(site)].0;
            let before = held.bytes();
            held.push_page(traces, page, first + page);
            let added = held.bytes() - before;
            self.held += added;
            self.site_bytes[site as usize] += added;
        }
        if self.held > self.budget.shelf() {
            self.flush()?;
        }
        Ok(PageRows::of(traces, &sites))
    }

    fn flush(&mut self) -> Result<()> {
        for (traces, file) in &mut self.traces {
            if !traces.is_empty() {
                std::mem::take(traces).write_part(file)?;
            }
        }
        self.held = 0;
        Ok(())
    }

    /// After the last page.
    pub(super) fn finish(mut self, work: &Work) -> Result<(Sites, Vec<u64>)> {
        self.flush()?;
        for (_, file) in self.traces {
            work.close(file)?;
        }
        Ok((self.sites, self.site_bytes))
    }
}
