//! Body of copies that is no evidence, and what of it their leads have.

use std::collections::HashMap;

use super::{
    Disk,
    label::{BESIDE, BESIDE_NAME},
    near::Families,
    scatter::whole,
    shard,
};
use crate::{
    Result,
    base::page::PageNumber,
    copies::{self, Clusters},
    engine::shard::Shard,
    store::read_column,
    table::Sites,
};

/// That of members.
pub(super) struct Beside(HashMap<PageNumber, copies::Beside>);

impl Beside {
    /// Reads it: once what stands beside, and once the families of all pages.
    pub(super) fn read(
        disk: &Disk<'_>,
        sites: &Sites,
        families: &Families,
        found: &Clusters,
    ) -> Result<Beside> {
        let mut lead_of: HashMap<PageNumber, PageNumber> = HashMap::new();
        for cluster in &found.clusters {
            lead_of.extend(cluster.members.iter().map(|member| (member.page, cluster.lead)));
        }
        // By lead: member, words, family.
        let mut asked: HashMap<PageNumber, Vec<(PageNumber, u32, u64)>> = HashMap::new();
        let mut file = disk.work.open_file(BESIDE_NAME, BESIDE)?;
        let mut block = Vec::new();
        let mut add = |[page, words, low, high]: [u32; 4]| {
            if let Some(&lead) = lead_of.get(&page) {
                asked.entry(lead).or_default().push((page, words, whole([low, high])));
            }
        };
        while read_column(&mut file, &mut block, &mut add)? {}

        let mut beside: HashMap<PageNumber, copies::Beside> = HashMap::new();
        if asked.is_empty() {
            return Ok(Beside(beside));
        }
        let mut all = sites.clone();
        for at in families.files() {
            let Shard { columns, .. } = shard::read_families(disk, families, &mut all, at)?;
            for page in (0..).take(columns.len()) {
                let Some(rows) = asked.get(&columns.page(page).number) else { continue };
                let mut theirs: Vec<u64> =
                    columns.span(page).map(|paragraph| columns.family(paragraph)).collect();
                theirs.sort_unstable();
                for (member, words, family) in rows {
                    let is_there = theirs.binary_search(family).is_ok();
                    beside.entry(*member).or_default().add(*words, is_there);
                }
            }
        }
        Ok(Beside(beside))
    }

    /// That of a member.
    pub(super) fn of(&self, member: PageNumber) -> copies::Beside {
        self.0.get(&member).copied().unwrap_or_default()
    }
}
