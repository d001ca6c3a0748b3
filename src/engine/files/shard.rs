//! Shards: the columns of some sites, read from disk.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{
    Disk,
    near::Families,
    partition::{self, PARTITIONS, partition_of},
};
use crate::{
    Result,
    base::page::SiteNumber,
    chrome::near::Joined,
    engine::{budget::Budget, shard::Shard},
    store::{RecordReader, RecordWriter},
    table::{NUMBERED, PageColumns, PageEntry, Sites, TRACED},
};

pub(super) fn name(shard: usize, slice: usize) -> String {
    format!("shard-{shard}-{slice}")
}

/// Which sites are looked at together, and where their columns are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Plan {
    #[serde(rename = "shelves")]
    partitions: Vec<usize>,
    /// None for all sites of the partitions.
    sites: Option<Vec<SiteNumber>>,
    /// It is one site, too large to be looked at as a whole.
    pub(super) is_divided: bool,
    /// Bytes of its columns, if it is divided.
    pub(super) bytes: u64,
    /// Files of it: one, or the slices of a site that is divided.
    pub(super) slices: usize,
}

impl Plan {
    fn of(partitions: Vec<usize>, sites: Option<Vec<SiteNumber>>) -> Plan {
        Plan { partitions, sites, is_divided: false, bytes: 0, slices: 1 }
    }
}

/// Divides all sites into shards of at most so many bytes. A site that takes more is a shard of its own, and one that
/// does not fit the budget is to be divided.
pub(super) fn plan(site_bytes: &[u64], budget: Budget) -> Vec<Plan> {
    let most = budget.shard();
    let mut by_partition: Vec<Vec<(SiteNumber, u64)>> = vec![Vec::new(); PARTITIONS];
    for (site, &bytes) in (0..).zip(site_bytes) {
        by_partition[partition_of(site)].push((site, bytes));
    }
    let mut plans: Vec<Plan> = Vec::new();
    let (mut open, mut filled) = (Plan::of(Vec::new(), None), 0);
    for (partition, mut sites) in
        by_partition.into_iter().enumerate().filter(|row| !row.1.is_empty())
    {
        let before = sites.len();
        for large in sites.extract_if(.., |site| site.1 > budget.site()) {
            let plan = Plan::of(vec![partition], Some(vec![large.0]));
            plans.push(Plan { is_divided: true, bytes: large.1, ..plan });
        }
        let is_whole = sites.len() == before;
        let bytes: u64 = sites.iter().map(|site| site.1).sum();
        if filled > 0 && filled + bytes > most {
            plans.push(std::mem::replace(&mut open, Plan::of(Vec::new(), None)));
            filled = 0;
        }
        if bytes <= most && is_whole {
            open.partitions.push(partition);
            filled += bytes;
            continue;
        }
        let mut group = Vec::new();
        let mut of_group = 0;
        for (site, bytes) in sites {
            if of_group > 0 && of_group + bytes > most {
                plans.push(Plan::of(vec![partition], Some(std::mem::take(&mut group))));
                of_group = 0;
            }
            group.push(site);
            of_group += bytes;
        }
        if !group.is_empty() {
            plans.push(Plan::of(vec![partition], Some(group)));
        }
    }
    if !open.partitions.is_empty() {
        plans.push(open);
    }
    plans
}

impl Plan {
    /// Reads the columns as they were learnt.
    pub(super) fn read(&self, disk: &Disk<'_>, sites: &Sites) -> Result<PageColumns> {
        let mut whole = PageColumns::new();
        self.read_in(disk, sites, u64::MAX, |columns| {
            whole = columns;
            Ok(())
        })?;
        Ok(whole)
    }

    /// Reads the columns as they were learnt, in pieces: as soon as one takes `most` bytes it is handed to `each`.
    pub(super) fn read_in(
        &self,
        disk: &Disk<'_>,
        sites: &Sites,
        most: u64,
        mut each: impl FnMut(PageColumns) -> Result<()>,
    ) -> Result<()> {
        let wanted: Option<HashSet<&str>> =
            self.sites.as_ref().map(|of| of.iter().map(|&site| sites.name(site)).collect());
        let (mut columns, mut block) = (PageColumns::new(), Vec::new());
        for &partition in &self.partitions {
            let mut file = disk.work.open_file(&partition::name(partition), TRACED)?;
            let is_wanted = |site: &str| wanted.as_ref().is_none_or(|wanted| wanted.contains(site));
            while let Some(part) = PageColumns::read_part(&mut file, &mut block)? {
                for page in (0..).take(part.len()) {
                    let PageEntry { site, number, .. } = part.page(page);
                    if is_wanted(part.sites.name(site)) {
                        columns.push_page(&part, page, number);
                    }
                    if columns.bytes() >= most {
                        each(std::mem::take(&mut columns))?;
                    }
                }
            }
        }
        if columns.is_empty() { Ok(()) } else { each(columns) }
    }
}

/// Writes a shard or a slice of one, whose families are numbered.
pub(super) fn write(
    disk: &Disk<'_>,
    (number, slice): (usize, usize),
    columns: &PageColumns,
) -> Result<()> {
    let mut file: RecordWriter = disk.work.create(&name(number, slice), NUMBERED)?;
    columns.write_numbered(&mut file)?;
    disk.work.close(file)
}

/// Reads all of a shard or slice, its families joined.
pub(super) fn read(
    disk: &Disk<'_>,
    families: &Families,
    all: &mut Sites,
    at: (usize, usize),
) -> Result<Shard> {
    read_by(disk, families, all, at, PageColumns::read_numbered)
}

/// Reads the pages of a shard or slice and their families.
pub(super) fn read_families(
    disk: &Disk<'_>,
    families: &Families,
    all: &mut Sites,
    at: (usize, usize),
) -> Result<Shard> {
    read_by(disk, families, all, at, PageColumns::read_families)
}

fn read_by(
    disk: &Disk<'_>,
    families: &Families,
    all: &mut Sites,
    (number, slice): (usize, usize),
    read: impl Fn(&mut RecordReader) -> Result<PageColumns>,
) -> Result<Shard> {
    let mut columns = read(&mut disk.work.open_file(&name(number, slice), NUMBERED)?)?;
    if let Some(renamed) = families.renamed(number) {
        columns.rename_families(renamed);
        return Ok(Shard::of(columns, all));
    }
    let mut shard = Shard::of(columns, all);
    for (site, pages) in (0..).zip(&shard.by_site) {
        let Some(pairs) = families.joined(number, site) else { continue };
        let family = Joined::from_pairs(pairs.to_vec()).by_number();
        for &page in pages {
            shard.columns.join_families(page, &family);
        }
    }
    Ok(shard)
}
