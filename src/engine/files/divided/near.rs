//! Slices of a divided site, and what near-duplicates are proposed on it.

use super::{
    super::{
        Disk,
        near::LongFamilies,
        scatter::{self, Buckets as Scattered, Scatter, halves, whole},
        shard::{self, Plan},
    },
    rows::bucket_of,
};
use crate::{
    Result,
    chrome::near::{Buckets, LongFamily, Member, long_families, propose_of},
    engine::{
        Underway,
        shard::Shard,
        steps::near::{Proposed, Waiting},
    },
    store::Plain,
    table::{NUMBERED, NearKeys, PageColumns, Sites},
};

/// Files of rows of long families and of their keys.
const LONG: &str = "long-families";
const KEYS: &str = "long-keys";
const MOST: usize = 128;
/// The most slices: of each some rows wait to be written while families are counted.
const MOST_SLICES: u64 = 400;

/// A long family in a slice: fingerprint, pages, first page and paragraph.
type LongRow = [u32; 5];
/// A fingerprint and its band keys.
type KeysRow = [u32; 18];

/// Cuts a site that is divided into slices, writes them, and proposes near-duplicates.
pub(in super::super) fn propose(
    disk: &Disk<'_>,
    all: &mut Sites,
    others: &mut LongFamilies,
    (number, plan): (usize, &mut Plan),
    now: Underway<'_>,
) -> Result<Proposed> {
    let long = OfSlices::cut(disk, all, (number, plan), now)?;
    let members = long.members(disk)?;
    let (members, keys): (Vec<Member>, Vec<&NearKeys>) =
        members.iter().map(|(member, keys)| (*member, keys)).unzip();
    let proposals = propose_of(long.pages, &members, &keys);
    let mut waiting = Waiting::of(&proposals);
    let mut site = 0;
    for slice in 0..plan.slices {
        let mut file = disk.work.open_file(&shard::name(number, slice), NUMBERED)?;
        let Shard { columns, by_site, sites } =
            Shard::of(PageColumns::read_numbered(&mut file)?, all);
        for (pages, &of) in by_site.iter().zip(&sites) {
            site = of;
            for family in long_families(&columns, pages) {
                let row = family.on_site(&columns, pages, site);
                waiting.pass(row, |row| others.push(row))?;
            }
        }
    }
    let waiting = waiting.rows;
    let places = proposals.samples().collect();
    let pages = long.pages;
    Ok(Proposed { shard: number, site: 0, number: site, pages, proposals, places, waiting })
}

/// Families with band keys, by family on disk.
struct OfSlices {
    buckets: usize,
    /// Pages of the site.
    pages: usize,
}

impl OfSlices {
    fn cut(
        disk: &Disk<'_>,
        all: &mut Sites,
        (number, plan): (usize, &mut Plan),
        now: Underway<'_>,
    ) -> Result<OfSlices> {
        let buckets = scatter::buckets(plan.bytes, disk.budget.bucket(1), MOST);
        let mut long = Scatter::create(&disk.work, disk.budget, LONG, buckets)?;
        let mut of_keys = Scatter::create(&disk.work, disk.budget, KEYS, buckets)?;
        let (mut slices, mut pages) = (0, 0);
        let slice = disk.budget.slice().max(plan.bytes / MOST_SLICES);
        // A slice is numbered, labelled and searched for records.
        disk.budget.hold(|| "paragraphs of one site".to_owned(), 4 * slice)?;
        plan.read_in(disk, all, slice, |mut columns| {
            for (family, keys) in columns.near_rows() {
                of_keys.push(bucket_of(family, buckets), keys_row(family, keys))?;
            }
            columns.finish_in(&disk.settings.workers())?;
            for of_site in columns.pages_by_site() {
                pages += of_site.len();
                for LongFamily { member, .. } in long_families(&columns, &of_site) {
                    let Member { fingerprint, pages, sample: (page, at), .. } = member;
                    let [low, high] = halves(fingerprint);
                    let page = columns.page(of_site[page as usize]).number;
                    let row: LongRow =
                        [low, high, u32::try_from(pages).unwrap_or(u32::MAX), page, at];
                    long.push(bucket_of(fingerprint, buckets), row)?;
                }
                now.advance(of_site.len() as u64);
            }
            slices += 1;
            shard::write(disk, (number, slices - 1), &columns)
        })?;
        long.finish(&disk.work)?;
        of_keys.finish(&disk.work)?;
        plan.slices = slices;
        Ok(OfSlices { buckets, pages })
    }

    /// Those that may be near-duplicates, numbered.
    fn members(&self, disk: &Disk<'_>) -> Result<Vec<(Member, NearKeys)>> {
        let of_disk = (Scattered::open(disk, LONG)?, Scattered::open(disk, KEYS)?);
        let mut popular = Buckets::default();
        for bucket in 0..self.buckets {
            each_member(&of_disk, bucket, |member, keys| popular.add(keys, member.pages))?;
        }
        let mut members: Vec<(Member, NearKeys)> = Vec::new();
        for bucket in 0..self.buckets {
            disk.budget.hold(
                || "lines of one site that are much alike".to_owned(),
                3 * size_of_val(members.as_slice()) as u64,
            )?;
            each_member(&of_disk, bucket, |member, keys| {
                if popular.may_count(keys, self.pages) {
                    let number = u32::try_from(members.len()).unwrap_or(u32::MAX);
                    members.push((Member { number, ..member }, *keys));
                }
            })?;
        }
        scatter::remove(&disk.work, LONG);
        scatter::remove(&disk.work, KEYS);
        Ok(members)
    }
}

fn keys_row(family: u64, keys: &NearKeys) -> KeysRow {
    let mut row = KeysRow::default();
    row[..2].copy_from_slice(&halves(family));
    row[2..].copy_from_slice(keys);
    row
}

/// Calls `each` with every family of a bucket that has keys.
fn each_member(
    (long, keys): &(Scattered, Scattered),
    bucket: usize,
    mut each: impl FnMut(Member, &NearKeys),
) -> Result<()> {
    let mut of_keys: Vec<KeysRow> = sorted(keys, bucket)?;
    of_keys.dedup_by_key(|row| [row[0], row[1]]);
    let rows: Vec<LongRow> = sorted(long, bucket)?;
    let mut of_keys = of_keys.iter().peekable();
    for same in rows.chunk_by(|a, b| a[..2] == b[..2]) {
        let family = [same[0][0], same[0][1]];
        while of_keys.next_if(|row| [row[0], row[1]] < family).is_some() {}
        let Some(row) = of_keys.next_if(|row| [row[0], row[1]] == family) else { continue };
        let mut keys = NearKeys::default();
        keys.copy_from_slice(&row[2..]);
        let first = same.iter().map(|row| (row[3], row[4])).min().unwrap_or_default();
        let pages = same.iter().map(|row| row[2] as usize).sum();
        each(Member { number: 0, fingerprint: whole(family), pages, sample: first }, &keys);
    }
    Ok(())
}

fn sorted<P: Plain + Ord>(of: &Scattered, bucket: usize) -> Result<Vec<P>> {
    let mut rows: Vec<P> = of.rows(bucket)?;
    rows.sort_unstable();
    Ok(rows)
}
