//! Shards: the traces of some sites, read from disk.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{
    Disk,
    families::Families,
    learn::Learnt,
    shelf::{self, SHELVES, shelf_of},
};
use crate::{
    Result,
    families::Joined,
    page::{PageNumber, SiteNumber},
    store::RecordReader,
    trace::{NUMBERED, Sites, TRACED, Traces},
};

pub(super) fn name(shard: usize) -> String {
    format!("shard-{shard}")
}

/// Which sites are looked at together, and where their traces are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Plan {
    shelves: Vec<usize>,
    /// None for all sites of the shelves.
    sites: Option<Vec<SiteNumber>>,
}

/// Divides all sites into shards of at most `most` bytes, as far as single sites allow.
pub(super) fn plan(learnt: &Learnt, most: u64) -> Vec<Plan> {
    let mut by_shelf: Vec<Vec<(SiteNumber, u64)>> = vec![Vec::new(); SHELVES];
    for (site, &bytes) in (0..).zip(&learnt.site_bytes) {
        by_shelf[shelf_of(site)].push((site, bytes));
    }
    let mut plans: Vec<Plan> = Vec::new();
    let (mut open, mut filled) = (Plan::default(), 0);
    for (shelf, sites) in by_shelf.into_iter().enumerate().filter(|row| !row.1.is_empty()) {
        let bytes: u64 = sites.iter().map(|site| site.1).sum();
        if filled > 0 && filled + bytes > most {
            plans.push(std::mem::take(&mut open));
            filled = 0;
        }
        if bytes <= most {
            open.shelves.push(shelf);
            filled += bytes;
            continue;
        }
        let mut group = Vec::new();
        let mut of_group = 0;
        for (site, bytes) in sites {
            if of_group > 0 && of_group + bytes > most {
                let sites = Some(std::mem::take(&mut group));
                plans.push(Plan { shelves: vec![shelf], sites });
                of_group = 0;
            }
            group.push(site);
            of_group += bytes;
        }
        plans.push(Plan { shelves: vec![shelf], sites: Some(group) });
    }
    if !open.shelves.is_empty() {
        plans.push(open);
    }
    plans
}

impl Plan {
    /// Reads the traces as they were learnt.
    pub(super) fn read(&self, disk: &Disk<'_>, sites: &Sites) -> Result<Traces> {
        let wanted: Option<HashSet<&str>> =
            self.sites.as_ref().map(|of| of.iter().map(|&site| sites.name(site)).collect());
        let (mut traces, mut block) = (Traces::new(), Vec::new());
        for &shelf in &self.shelves {
            let mut file = disk.work.open_file(&shelf::name(shelf), TRACED)?;
            let is_wanted = |site: &str| wanted.as_ref().is_none_or(|wanted| wanted.contains(site));
            while traces.read_part(&mut file, &mut block, is_wanted)? {}
        }
        Ok(traces)
    }
}

/// A shard whose families are numbered and joined.
pub(super) struct Shard {
    pub(super) traces: Traces,
    /// Pages of each of its sites.
    pub(super) by_site: Vec<Vec<PageNumber>>,
    /// The number that each of its sites has among all.
    pub(super) sites: Vec<SiteNumber>,
}

impl Shard {
    /// Its sites by their numbers among all.
    pub(super) fn of(traces: Traces, all: &mut Sites) -> Shard {
        let sites = traces.sites.names().map(|name| all.number(name)).collect();
        Shard { by_site: traces.pages_by_site(), sites, traces }
    }

    /// Reads all of a shard.
    pub(super) fn read(
        disk: &Disk<'_>,
        families: &Families,
        all: &mut Sites,
        number: usize,
    ) -> Result<Shard> {
        Shard::read_by(disk, families, all, number, Traces::read_numbered)
    }

    /// Reads the pages of a shard and their families.
    pub(super) fn read_families(
        disk: &Disk<'_>,
        families: &Families,
        all: &mut Sites,
        number: usize,
    ) -> Result<Shard> {
        Shard::read_by(disk, families, all, number, Traces::read_families)
    }

    fn read_by(
        disk: &Disk<'_>,
        families: &Families,
        all: &mut Sites,
        number: usize,
        read: impl Fn(&mut RecordReader) -> Result<Traces>,
    ) -> Result<Shard> {
        let traces = read(&mut disk.work.open_file(&name(number), NUMBERED)?)?;
        let mut shard = Shard::of(traces, all);
        for (site, pages) in (0..).zip(&shard.by_site) {
            let Some(pairs) = families.joined(number, site) else { continue };
            let family = Joined::from_pairs(pairs.to_vec()).by_number();
            for &page in pages {
                shard.traces.join_families(page, &family);
            }
        }
        Ok(shard)
    }
}
