//! Shard by shard: near-duplicate families, and families that stand alone on many sites.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{
    Disk, divided,
    learn::{Learnt, read_state, write_state},
    scatter::{self, Buckets, Scatter, halves, whole},
    shard::{self, Plan, Shard, plan},
    shelf::{self, SHELVES},
};
use crate::{
    Result,
    base::page::{PageNumber, SiteNumber},
    chrome::{
        Reach, Shared,
        near::{self, Proposals},
    },
    engine::{
        Underway, Unit,
        families::{Read, largest_first},
        parallel,
    },
    store::{Kind, RecordWriter},
    table::{NUMBERED, Occurrences, Sites},
};

const FAMILIES: Kind = Kind::new(*b"families", 2);
/// Buckets of rows of families and sites.
const BUCKETS: usize = 64;
const REACH: &str = "reach";

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

/// What was proposed on a site, and the pages that its samples are on.
pub(super) struct Proposed {
    pub(super) shard: usize,
    pub(super) site: usize,
    /// The site's number among all.
    pub(super) number: SiteNumber,
    pub(super) pages: usize,
    pub(super) proposals: Proposals,
    /// Page and paragraph of every sample.
    pub(super) places: Vec<(PageNumber, u32)>,
    /// Where the families of the proposals stand.
    pub(super) reaches: Vec<Reach>,
}

pub(super) fn run(disk: &mut Disk<'_>, learnt: &Learnt, now: Underway<'_>) -> Result<()> {
    if disk.work.is_done("families") {
        return Ok(());
    }
    let mut all = learnt.sites();
    let mut found = Families { plans: plan(learnt, disk.budget), ..Families::default() };
    let mut reach = Scatter::create(&disk.work, disk.budget, REACH, BUCKETS)?;
    let mut proposed = Vec::new();
    now.expect(Unit::Pages, learnt.pages);
    for (number, plan) in found.plans.iter_mut().enumerate() {
        if plan.is_divided {
            let of_site = divided::propose(disk, &mut all, &mut reach, (number, plan), now)?;
            proposed.push(of_site);
        } else {
            proposed.extend(propose(disk, &mut all, &mut reach, number, plan, now)?);
        }
    }

    let samples = proposed.iter().flat_map(|of_site| of_site.places.iter().copied()).collect();
    let read = Read::samples(disk.corpus, disk.settings, samples, now)?;
    for Proposed { shard, site, number, pages, proposals, places, reaches } in proposed {
        let joined = near::join(&proposals, pages, |n| read.shingles(places[n]));
        found.hubs += joined.hubs as u64;
        let numbers: HashMap<u64, u32> =
            proposals.families().map(|(number, fingerprint)| (fingerprint, number)).collect();
        let fingerprints: HashMap<u32, u64> = proposals.families().collect();
        let family_of = joined.by_number();
        for row in reaches {
            let hub = numbers.get(&row.family).map(|&number| family_of(number));
            let hub = hub.and_then(|hub| fingerprints.get(&hub).copied());
            let family = hub.unwrap_or(row.family);
            push(&mut reach, Reach { family, site: number, ..row })?;
        }
        if joined.is_empty() {
            continue;
        }
        if found.plans[shard].is_divided {
            let name = |number: &u32| fingerprints.get(number).copied();
            let pairs = joined.pairs().iter();
            let mut names: Vec<(u64, u64)> =
                pairs.filter_map(|(a, b)| Some((name(a)?, name(b)?))).collect();
            names.sort_unstable();
            found.renamed.push((shard, names));
        } else {
            found.joined.push((shard, site, joined.pairs().to_vec()));
        }
    }
    found.joined.sort_unstable();
    reach.finish(&disk.work)?;
    found.known = known(disk, &found, &mut all)?;
    write_state(disk, "families", FAMILIES, &found)?;
    disk.work.finish("families")?;
    (0..SHELVES).for_each(|shelf| disk.work.remove(&shelf::name(shelf)));
    scatter::remove(&disk.work, REACH);
    Ok(())
}

/// Numbers the families of a shard, writes it, and proposes near-duplicates.
fn propose(
    disk: &Disk<'_>,
    all: &mut Sites,
    reach: &mut Scatter,
    number: usize,
    plan: &Plan,
    now: Underway<'_>,
) -> Result<Vec<Proposed>> {
    let mut traces = plan.read(disk, all)?;
    traces.finish_in(&disk.settings.workers())?;
    let Shard { traces, by_site, sites } = Shard::of(traces, all);
    let order = largest_first(&by_site);
    let found = parallel::map(
        now,
        disk.settings.workers().threads,
        &order,
        || (),
        |(), site| {
            let of_site = Occurrences::of(&traces, &by_site[site]);
            let proposals = near::propose(&traces, &by_site[site]);
            now.advance(by_site[site].len() as u64);
            (proposals, Reach::of(&of_site, sites[site]).collect::<Vec<Reach>>())
        },
    )?;
    let mut file: RecordWriter = disk.work.create(&shard::name(number, 0), NUMBERED)?;
    traces.write_numbered(&mut file)?;
    disk.work.close(file)?;

    let mut proposed = Vec::new();
    for (site, (proposals, rows)) in found.into_iter().enumerate() {
        let mut waiting = Waiting::of(&proposals);
        rows.into_iter().try_for_each(|row| waiting.pass(reach, row))?;
        let reaches = waiting.rows;
        if !proposals.is_empty() || !reaches.is_empty() {
            let page = |page: u32| traces.page(by_site[site][page as usize]).number;
            let places = proposals.samples().map(|(at, paragraph)| (page(at), paragraph)).collect();
            let (pages, number_of_site) = (by_site[site].len(), sites[site]);
            let shard = number;
            proposed.push(Proposed {
                shard,
                site,
                number: number_of_site,
                pages,
                proposals,
                places,
                reaches,
            });
        }
    }
    Ok(proposed)
}

/// Rows of families that may be part of another one, which wait until that is known.
pub(super) struct Waiting {
    families: HashSet<u64>,
    pub(super) rows: Vec<Reach>,
}

impl Waiting {
    pub(super) fn of(proposals: &Proposals) -> Waiting {
        let families = proposals.families().map(|(_, fingerprint)| fingerprint).collect();
        Waiting { families, rows: Vec::new() }
    }

    /// Hands a row on, or keeps it.
    pub(super) fn pass(&mut self, reach: &mut Scatter, row: Reach) -> Result<()> {
        if self.families.contains(&row.family) {
            self.rows.push(row);
            return Ok(());
        }
        push(reach, row)
    }
}

fn push(reach: &mut Scatter, row: Reach) -> Result<()> {
    let [low, high] = halves(row.family);
    let bucket = high as usize % reach.buckets();
    reach.push(bucket, [low, high, row.site, row.page, row.words])
}

/// Families that stand alone on many sites, together with the seeds.
fn known(disk: &Disk<'_>, found: &Families, all: &mut Sites) -> Result<Vec<u64>> {
    let mut shared = Shared::default();
    let reach = Buckets::open(disk, REACH)?;
    for bucket in 0..BUCKETS {
        let rows: Vec<[u32; 5]> = reach.rows(bucket)?;
        let row = |&[low, high, site, page, words]: &[u32; 5]| Reach {
            family: whole([low, high]),
            site,
            page,
            words,
        };
        let mut rows: Vec<Reach> = rows.iter().map(row).collect();
        shared.add(&mut rows);
    }
    shared.finish();

    let sample = shared.sample();
    let mut company: HashMap<PageNumber, Vec<u32>> = HashMap::new();
    if !sample.is_empty() {
        for at in found.files() {
            let Shard { traces, .. } = Shard::read_families(disk, found, all, at)?;
            for page in (0..).take(traces.len()) {
                let of = traces.page(page).number;
                if sample.binary_search(&of).is_ok() {
                    let families = traces.span(page).map(|paragraph| traces.family(paragraph));
                    company.insert(of, shared.company(families));
                }
            }
        }
    }
    let mut known = shared.alone(&company);
    if let Some(seeds) = &disk.settings.seeds {
        known.extend_from_slice(seeds.families());
    }
    known.sort_unstable();
    known.dedup();
    Ok(known)
}
