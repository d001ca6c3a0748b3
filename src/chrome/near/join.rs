//! Near-duplicate families of one site: bands propose, the shingles decide.
//!
//! A family is a star: every member's resemblance to the hub (the wording on most pages) is measured
//! exactly, so no chain of small changes leads from one text to another.

use super::LongFamily;
use crate::table::{NearKeys, PageColumns};
use bitvec::bitvec;

/// Least number of pages of a near-duplicate family (docs/method.md, section 3).
const PAGES: usize = 10;
/// It is on at least one page in this many of its site (same source).
const SHARE: usize = 10;

/// A paragraph that may be part of a near-duplicate family, and where its text can be read.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its number.
    pub number: u32,
    /// Its fingerprint, for the order of equals.
    pub fingerprint: u64,
    /// Pages that have it.
    pub pages: usize,
    /// Its first occurrence: page of the site, paragraph.
    pub sample: (u32, u32),
}

/// Stars of one site to be verified: a hub and those that share a band with it.
#[derive(Clone, Debug, Default)]
pub struct Proposals {
    members: Vec<Member>,
    /// (member, hub), as indices.
    links: Vec<(u32, u32)>,
}

impl Proposals {
    /// The paragraphs whose text verification needs, as (index of the page in the site, paragraph).
    pub fn samples(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.members.iter().map(|member| member.sample)
    }

    /// Its families: numbers and fingerprints.
    pub fn families(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
        self.members.iter().map(|member| (member.number, member.fingerprint))
    }

    /// There is nothing to verify.
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }
}

/// Proposes near-duplicate families of a site of `pages` pages, whose long families are given.
///
/// A bucket of a band counts if its paragraphs are on a quarter of the pages that a family needs,
/// because the variants of a family share some bands and not others. Most buckets hold one paragraph: for
/// each of the 16 bands, a count of pages by a few bits of the key drops those, and the rest is
/// sorted. Only long paragraphs take part, a quarter of all on most sites.
pub fn propose(columns: &PageColumns, pages: usize, long: &[LongFamily]) -> Proposals {
    if pages < PAGES {
        return Proposals::default();
    }
    let (members, keys) = members(columns, long);
    propose_of(pages, &members, &keys)
}

/// The families that have band keys, and their keys.
fn members<'a>(columns: &'a PageColumns, long: &[LongFamily]) -> (Vec<Member>, Vec<&'a NearKeys>) {
    let with_keys = long.iter().map(|family| family.member);
    with_keys.filter_map(|member| Some((member, columns.near.keys(member.number)?))).unzip()
}

/// Least number of pages of a bucket that counts, on a site of `pages` pages.
fn least(pages: usize) -> usize {
    PAGES.max(pages.div_ceil(SHARE)).div_ceil(4)
}

/// The same for a site of `pages` pages with these long paragraphs and their keys.
///
/// Paragraphs that are in no bucket of many pages may be left out (see [`Buckets`]).
pub fn propose_of(pages: usize, members: &[Member], keys: &[&NearKeys]) -> Proposals {
    let least = least(pages);
    let mut links = Vec::new();
    let mut bucket_order: Vec<(u32, u32)> = Vec::new();
    let mut filter = PagesByKey::new(members.len(), least);
    let mut of_band: Vec<u32> = Vec::with_capacity(members.len());
    for band in 0..keys.first().map_or(0, |keys| keys.len()) {
        of_band.clear();
        of_band.extend(keys.iter().map(|keys| keys[band]));
        filter.clear();
        for (&key, member) in of_band.iter().zip(members) {
            filter.add(key, member.pages);
        }
        bucket_order.clear();
        bucket_order.extend(of_band.iter().copied().zip(0..).filter(|row| filter.passes(row.0)));
        bucket_order.sort_unstable();
        for bucket in bucket_order.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1) {
            let pages: usize = bucket.iter().map(|&(_, m)| members[m as usize].pages).sum();
            if pages >= least {
                let hub = hub(bucket.iter().map(|&(_, m)| m), members);
                links.extend(bucket.iter().map(|&(_, m)| (m, hub)).filter(|(m, hub)| m != hub));
            }
        }
    }
    links.sort_unstable();
    links.dedup();
    compact(members, &links)
}

/// Counts pages by a few bits of band keys, piece by piece, to find the long paragraphs that may be in a bucket that
/// counts. Most are in none.
#[derive(Clone, Debug)]
pub struct Buckets {
    /// Band by band; at least as many as the buckets of the slot have.
    counts: Vec<u32>,
}

impl Default for Buckets {
    fn default() -> Buckets {
        Buckets { counts: vec![0; NearKeys::default().len() * Buckets::SLOTS] }
    }
}

impl Buckets {
    /// Slots of a band.
    const SLOTS: usize = 1 << 16;

    fn slots(keys: &NearKeys) -> impl Iterator<Item = usize> {
        let bands = keys.iter().enumerate();
        bands.map(|(band, &key)| band * Buckets::SLOTS + slot(key, Buckets::SLOTS))
    }

    /// Adds a paragraph that is on `pages` more pages.
    pub fn add(&mut self, keys: &NearKeys, pages: usize) {
        for slot in Buckets::slots(keys) {
            self.counts[slot] = self.counts[slot].saturating_add(count_u32(pages));
        }
    }

    /// Whether a paragraph may be in a bucket that counts, on a site of `pages` pages. Call it after all are added.
    pub fn may_count(&self, keys: &NearKeys, pages: usize) -> bool {
        let least = count_u32(least(pages));
        pages >= PAGES && Buckets::slots(keys).any(|slot| self.counts[slot] >= least)
    }
}

/// Where a band key is counted among so many slots, a power of two.
#[inline]
fn slot(key: u32, slots: usize) -> usize {
    let spread = u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (spread >> 32) as usize & (slots - 1)
}

fn count_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Pages by a few bits of a band key: at least as many as the key's bucket has.
struct PagesByKey {
    /// Counts that stop at 255. Their number is a power of two.
    counts: Vec<u8>,
    least: u8,
}

impl PagesByKey {
    fn new(members: usize, least: usize) -> PagesByKey {
        PagesByKey {
            counts: vec![0; (4 * members).next_power_of_two()],
            least: u8::try_from(least).unwrap_or(u8::MAX),
        }
    }

    fn clear(&mut self) {
        self.counts.fill(0);
    }

    #[inline]
    fn add(&mut self, key: u32, pages: usize) {
        let slot = slot(key, self.counts.len());
        let count = &mut self.counts[slot];
        *count = count.saturating_add(u8::try_from(pages).unwrap_or(u8::MAX));
    }

    #[inline]
    fn passes(&self, key: u32) -> bool {
        self.counts[slot(key, self.counts.len())] >= self.least
    }
}

/// The member on most pages; the smallest fingerprint of equals.
fn hub(bucket: impl Iterator<Item = u32>, members: &[Member]) -> u32 {
    let rank = |&m: &u32| {
        let member = &members[m as usize];
        (std::cmp::Reverse(member.pages), member.fingerprint)
    };
    bucket.min_by_key(rank).unwrap_or(0)
}

/// Keeps the members that some link needs.
fn compact(members: &[Member], links: &[(u32, u32)]) -> Proposals {
    let mut needed: Vec<u32> = links.iter().flat_map(|&(a, b)| [a, b]).collect();
    needed.sort_unstable();
    needed.dedup();
    let place = |m: u32| needed.binary_search(&m).map_or(0, |at| u32::try_from(at).unwrap_or(0));
    Proposals {
        links: links.iter().map(|&(a, b)| (place(a), place(b))).collect(),
        members: needed.iter().map(|&m| members[m as usize]).collect(),
    }
}

/// What joined: families of a site that are part of another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// (family, the family it is part of), as numbers, ascending.
    into: Vec<(u32, u32)>,
    /// Number of families that others joined.
    pub hubs: usize,
}

impl Joined {
    /// By number the family that a family is part of: itself if it joined none. Takes 4 bytes for each number from
    /// the first family that joined another to the last.
    pub fn by_number(&self) -> impl Fn(u32) -> u32 + use<> {
        let first = self.into.first().map_or(0, |row| row.0);
        let places = self.into.last().map_or(0, |row| (row.0 - first) as usize + 1);
        // How far it is to the other one; 0 of those that joined none, which then costs no page of memory.
        let mut steps = vec![0_u32; places];
        for &(family, into) in &self.into {
            steps[(family - first) as usize] = into.wrapping_sub(family);
        }
        move |family| {
            let step = family.checked_sub(first).and_then(|place| steps.get(place as usize));
            family.wrapping_add(step.copied().unwrap_or(0))
        }
    }

    /// Nothing joined.
    pub fn is_empty(&self) -> bool {
        self.into.is_empty()
    }

    /// Families and those that they are part of, ascending.
    pub fn pairs(&self) -> &[(u32, u32)] {
        &self.into
    }

    /// Made again from what [`pairs`](Joined::pairs) returned; the number of hubs is not known then.
    pub fn from_pairs(mut into: Vec<(u32, u32)>) -> Joined {
        into.sort_unstable();
        Joined { into, hubs: 0 }
    }
}

/// Decides the proposals of a site of `pages` pages. `shingles` gives the sorted, distinct shingles
/// of the n-th sample.
///
/// Two paragraphs are near-duplicates if at least half of their shingles are shared: with three
/// tokens a shingle that is one changed word in nine, what measured best (docs/method.md, section 3).
pub fn join<'a>(
    proposals: &Proposals,
    pages: usize,
    shingles: impl Fn(usize) -> &'a [u64],
) -> Joined {
    let least = PAGES.max(pages.div_ceil(SHARE));
    let mut links: Vec<(u32, u32)> = proposals
        .links
        .iter()
        .copied()
        .filter(|&(a, b)| resemble(shingles(a as usize), shingles(b as usize)))
        .collect();

    // Best hubs first: a member that several hubs want goes to the one on most pages.
    let rank = |m: u32| {
        let member = &proposals.members[m as usize];
        (std::cmp::Reverse(member.pages), member.fingerprint)
    };
    links.sort_unstable_by_key(|&(member, hub)| (rank(hub), member));
    let mut taken = bitvec![0; proposals.members.len()];
    let mut joined = Joined::default();
    for star in links.chunk_by(|a, b| a.1 == b.1) {
        let hub = star[0].1;
        if taken[hub as usize] {
            continue;
        }
        let free: Vec<u32> =
            star.iter().map(|&(member, _)| member).filter(|&m| !taken[m as usize]).collect();
        let on = |m: u32| proposals.members[m as usize].pages;
        if on(hub) + free.iter().map(|&m| on(m)).sum::<usize>() < least || free.is_empty() {
            continue;
        }
        taken.set(hub as usize, true);
        joined.hubs += 1;
        for member in free {
            taken.set(member as usize, true);
            let number = |m: u32| proposals.members[m as usize].number;
            joined.into.push((number(member), number(hub)));
        }
    }
    joined.into.sort_unstable();
    joined
}

/// At least half of the shingles of both are shared. Both are sorted and distinct.
fn resemble(a: &[u64], b: &[u64]) -> bool {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, shared) = (i + 1, j + 1, shared + 1),
        }
    }
    let union = a.len() + b.len() - shared;
    union > 0 && 2 * shared >= union
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::cpu::Tier,
        chrome::near::long_families,
        cues::Cue,
        table::{PageColumns, Paragraph, Shape},
        text::{Digits, Scanner, fingerprint, shingles},
    };

    /// A site whose pages have one paragraph each; returns the family of every page after joining.
    fn families(pages: &[String]) -> (Vec<u32>, usize) {
        let mut columns = PageColumns::new();
        let mut scanner = Scanner::new();
        let mut sets = Vec::new();
        for text in pages {
            scanner.scan(text, Digits::Fold);
            let mut set = Vec::new();
            shingles(Tier::best(), scanner.tokens(), &mut set);
            let fingerprint = fingerprint(scanner.tokens());
            columns.near.push(Tier::best(), fingerprint, &set);
            let shape = Shape::of(text, scanner.words());
            columns.push_paragraph(
                Paragraph { fingerprint, shape, cue: Cue::default(), wording: 0 },
                &[],
            );
            columns.end_page("s", 0, "", "");
            set.sort_unstable();
            set.dedup();
            sets.push(set);
        }
        columns.finish().expect("few paragraphs");
        let by_site = columns.pages_by_site();
        let long = long_families(&columns, &by_site[0]);
        let proposals = propose(&columns, pages.len(), &long);
        // What is in no bucket that counts may be left out.
        let (members, keys) = members(&columns, &long);
        let mut buckets = Buckets::default();
        members.iter().zip(&keys).for_each(|(member, keys)| buckets.add(keys, member.pages));
        let (some, of_some): (Vec<Member>, Vec<&NearKeys>) =
            members.iter().zip(&keys).filter(|row| buckets.may_count(row.1, pages.len())).unzip();
        let of_some = propose_of(pages.len(), &some, &of_some);
        assert_eq!(format!("{of_some:?}"), format!("{proposals:?}"));
        let samples: Vec<u32> = proposals.samples().map(|(page, _)| page).collect();
        let joined = join(&proposals, pages.len(), |n| &sets[samples[n] as usize]);
        let family = joined.by_number();
        (columns.numbers().iter().map(|&number| family(number)).collect(), joined.hubs)
    }

    #[test]
    fn a_plea_with_a_changing_name_is_one_family() {
        let names = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jon", "Kim"];
        let mut pages: Vec<String> = names
            .iter()
            .map(|name| {
                format!("Dear {name}, this paper lives on what its readers give; please think of us and give what you can today")
            })
            .collect();
        pages.push("The council met on Tuesday and talked about the bridge for four hours".into());
        let (families, hubs) = families(&pages);
        assert_eq!(hubs, 1);
        assert!(families[..11].iter().all(|family| *family == families[0]));
        assert_ne!(families[11], families[0]);
    }

    #[test]
    fn a_few_near_duplicates_stay_apart() {
        let mut pages: Vec<String> = (0..5)
            .map(|i| {
                format!(
                    "The jury in the case of the {} heard from two witnesses on that day",
                    ["bank", "mill", "farm", "ship", "mine"][i]
                )
            })
            .collect();
        pages.extend((0..20).map(|i| {
            format!("story number word{i} about thing{i} and place{i} with person{i} in year{i}")
        }));
        let (families, hubs) = families(&pages);
        assert_eq!(hubs, 0);
        assert_eq!(families.len(), 25);
    }

    #[test]
    fn half_of_the_shingles_decide() {
        assert!(resemble(&[1, 2], &[1, 2]));
        assert!(resemble(&[1, 2, 3], &[2, 3, 4]));
        assert!(!resemble(&[1, 2, 3], &[3, 4, 5]));
        assert!(!resemble(&[], &[]));
    }

    proptest::proptest! {
        /// What the filter drops is on fewer pages than its bucket needs.
        #[test]
        fn the_filter_drops_only_small_buckets(
            rows in proptest::collection::vec((0_u32..60, 1_usize..400), 1..200),
            least in 3_usize..600,
        ) {
            let mut filter = PagesByKey::new(rows.len(), least);
            for _ in 0..2 {
                filter.clear();
                for &(key, pages) in &rows {
                    filter.add(key, pages);
                }
                for &(key, _) in &rows {
                    let pages: usize = rows.iter().filter(|row| row.0 == key).map(|row| row.1).sum();
                    proptest::prop_assert!(pages < least || filter.passes(key));
                }
            }
            let lonely = PagesByKey::new(rows.len(), least);
            proptest::prop_assert!(!lonely.passes(7));
        }
    }
}
