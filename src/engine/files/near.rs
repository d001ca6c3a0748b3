//! What joins families of shards, and rows of long families by family.

use serde::{Deserialize, Serialize};

use super::{
    Disk,
    scatter::{self, Buckets, Scatter, halves, whole},
    shard::Plan,
    state::{read_state, write_state},
};
use crate::{
    Result,
    chrome::{SharedFamilies, SiteFamily, near::Joined},
    engine::steps::near::Proposed,
    store::{Kind, Work},
};

const FAMILIES: Kind = Kind::new(*b"families", 2);
/// Buckets of rows of families and sites.
const BUCKETS: usize = 64;
const LONG: &str = "reach";

/// What joins families, and which are known beforehand.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Families {
    pub(super) plans: Vec<Plan>,
    /// Ascending by shard and site.
    joined: Vec<JoinedSite>,
    /// By shard that is divided, if any joined, the same as fingerprints, ascending.
    renamed: Vec<(usize, Vec<(u64, u64)>)>,
    /// Families that others joined.
    pub(super) hubs: u64,
    /// Families that are chrome wherever they stand, ascending.
    pub(super) known: Vec<u64>,
}

/// A shard, one of its sites, and pairs of families of which the first is part of the second.
type JoinedSite = (usize, usize, Vec<(u32, u32)>);

impl Families {
    pub(super) fn read(disk: &Disk<'_>) -> Result<Families> {
        read_state(disk, "families", FAMILIES)
    }

    pub(super) fn write(&self, disk: &Disk<'_>) -> Result<()> {
        write_state(disk, "families", FAMILIES, self)
    }

    /// Joins families of a site of a shard.
    pub(super) fn join(&mut self, of_site: &Proposed, joined: &Joined) {
        let Proposed { shard, site, .. } = *of_site;
        if self.plans[shard].is_divided {
            self.renamed.push((shard, of_site.names(joined)));
        } else {
            self.joined.push((shard, site, joined.pairs().to_vec()));
        }
    }

    /// After the last site.
    pub(super) fn end_joins(&mut self) {
        self.joined.sort_unstable();
    }

    /// What joined on a site of a shard.
    pub(super) fn joined(&self, shard: usize, site: usize) -> Option<&[(u32, u32)]> {
        let at = self.joined.binary_search_by_key(&(shard, site), |row| (row.0, row.1)).ok()?;
        Some(&self.joined[at].2)
    }

    /// What joined on the site of a shard that is divided, as fingerprints; none if the shard is whole.
    pub(super) fn renamed(&self, shard: usize) -> Option<&[(u64, u64)]> {
        let pairs = || self.renamed.iter().find(|row| row.0 == shard);
        self.plans[shard].is_divided.then(|| pairs().map_or(&[][..], |row| &row.1))
    }

    /// Files of all shards: shard and slice.
    pub(super) fn files(&self) -> impl Iterator<Item = (usize, usize)> + use<'_> {
        let plans = self.plans.iter().enumerate();
        plans.flat_map(|(shard, plan)| (0..plan.slices).map(move |slice| (shard, slice)))
    }
}

/// Rows of long families, being written by family.
pub(super) struct LongFamilies(Scatter);

impl LongFamilies {
    pub(super) fn create(disk: &Disk<'_>) -> Result<LongFamilies> {
        Scatter::create(&disk.work, disk.budget, LONG, BUCKETS).map(LongFamilies)
    }

    pub(super) fn push(&mut self, row: SiteFamily) -> Result<()> {
        let [low, high] = halves(row.family);
        let bucket = high as usize % BUCKETS;
        self.0.push(bucket, [low, high, row.site, row.page, row.words])
    }

    /// After the last row: the families of two sites and more.
    pub(super) fn shared(self, disk: &Disk<'_>) -> Result<SharedFamilies> {
        self.0.finish(&disk.work)?;
        let mut shared = SharedFamilies::default();
        let long = Buckets::open(disk, LONG)?;
        for bucket in 0..BUCKETS {
            let rows: Vec<[u32; 5]> = long.rows(bucket)?;
            let row = |&[low, high, site, page, words]: &[u32; 5]| SiteFamily {
                family: whole([low, high]),
                site,
                page,
                words,
            };
            let rows: Vec<SiteFamily> = rows.iter().map(row).collect();
            shared.add(&rows);
        }
        shared.finish();
        Ok(shared)
    }

    pub(super) fn remove(work: &Work) {
        scatter::remove(work, LONG);
    }
}
