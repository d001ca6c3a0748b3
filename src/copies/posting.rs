//! Postings: which pages have a key, and the keys that more than one page has.
//!
//! Most keys stand on one page only and propose nothing. So records are split by bits of their keys
//! into parts that fit the cache, each part drops what stands alone with two bits for each of some
//! slots, and only what is left is brought together, through a table instead of a sort. Parts do not
//! depend on each other and may be worked on by any thread.
//!
//! A key on at most [`FULL`] pages proposes all its pairs. A longer posting
//! can't, or one popular sentence would cost millions of pairs; but dropping it would lose the most
//! reprinted story of all. It is *linked*: each page with the next one, and with [`REPRESENTATIVES`]
//! pages of the posting. These are the ones whose numbers hash lowest, so that the postings of one
//! story's many anchors agree on them and a pair's count still grows with what it shares. What was
//! linked is counted in [`Limits`].

use crate::page::PageNumber;

/// The longest posting that proposes all its pairs.
pub const FULL: usize = 50;

/// Pages of a longer posting that every other is linked to.
pub const REPRESENTATIVES: usize = 3;

/// Records of a part that are worked on in cache.
const PART: usize = 1 << 13;

/// A key and a page that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting {
    /// Hash of what is shared: an anchor, a family, a band. Its low bits must be well mixed.
    pub key: u64,
    /// A page that has it.
    pub page: PageNumber,
}

/// What was not compared in full, because nothing is capped in silence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Keys on more than [`FULL`] pages, whose pages were linked and not paired.
    pub linked_keys: u64,
    /// Their records.
    pub linked_records: u64,
    /// Pages of the longest of them.
    pub longest: u64,
}

impl Limits {
    /// What these and others limited together.
    #[must_use]
    pub fn and(self, others: Limits) -> Limits {
        Limits {
            linked_keys: self.linked_keys + others.linked_keys,
            linked_records: self.linked_records + others.linked_records,
            longest: self.longest.max(others.longest),
        }
    }
}

/// How many parts records are split into: a power of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts(usize);

impl Parts {
    /// Parts for about so many records. Their number changes speed, never the result.
    pub fn for_records(records: usize) -> Parts {
        Parts((records / PART).clamp(1, 1 << 12).next_power_of_two())
    }

    /// How many there are.
    pub fn count(self) -> usize {
        self.0
    }

    fn of(self, key: u64) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "low bits are asked for")]
        let low = key as usize;
        low & (self.0 - 1)
    }
}

/// Records split by key, in each part in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Split {
    records: Vec<Posting>,
    /// One past the last record of every part.
    ends: Vec<usize>,
}

impl Split {
    /// Splits `records`. Takes `O(records + parts)`.
    pub fn of(records: &[Posting], parts: Parts) -> Split {
        let mut ends = vec![0; parts.count()];
        for record in records {
            ends[parts.of(record.key)] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            // First where the part begins; it is moved to its end record by record.
            sum += std::mem::replace(end, sum);
        }
        let mut sorted = vec![Posting { key: 0, page: 0 }; records.len()];
        for record in records {
            let at = &mut ends[parts.of(record.key)];
            sorted[*at] = *record;
            *at += 1;
        }
        Split { records: sorted, ends }
    }

    /// The records of one part.
    pub fn part(&self, part: usize) -> &[Posting] {
        let start = part.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.records[start..self.ends[part]]
    }
}

/// The keys of a part that several pages have: the pages of one after those of the other. Of a key on
/// more than [`FULL`] pages only pairs are left, each as if it were a key.
#[derive(Clone, Debug, Default)]
pub struct SharedKeys {
    pub(super) pages: Vec<PageNumber>,
    /// How many pages each key is on: 2 to [`FULL`].
    pub(super) lengths: Vec<u8>,
    pub(super) limits: Limits,
}

impl SharedKeys {
    /// Adds a key: the pages that have it, ascending and distinct, two or more.
    fn push(&mut self, pages: &[PageNumber]) {
        if let Ok(length) = u8::try_from(pages.len())
            && pages.len() <= FULL
        {
            self.pages.extend_from_slice(pages);
            self.lengths.push(length);
            return;
        }
        let length = pages.len() as u64;
        let long = Limits { linked_keys: 1, linked_records: length, longest: length };
        self.limits = self.limits.and(long);
        link(pages, |a, b| {
            self.pages.extend([a, b]);
            self.lengths.push(2);
        });
    }
}

/// One key and how many pages have it.
#[derive(Clone, Copy, Debug)]
struct Key {
    hash: u64,
    last: PageNumber,
    pages: u32,
}

const NONE: u32 = u32::MAX;

/// Brings the records of a key together; holds the buffers. One a worker.
#[derive(Debug, Default)]
pub struct Grouper {
    /// Two bits for each slot: some record, and another one, fell there.
    once: Vec<u64>,
    twice: Vec<u64>,
    kept: Vec<Posting>,
    table: Vec<u32>,
    keys: Vec<Key>,
    /// For each record that is kept its key, or [`NONE`] if it repeats.
    of_record: Vec<u32>,
    /// For each key where its next page is put.
    places: Vec<usize>,
    pages: Vec<PageNumber>,
}

impl Grouper {
    /// A grouper with empty buffers.
    pub fn new() -> Grouper {
        Grouper::default()
    }

    /// The shared keys of a part, whose records come in several slices; pages ascend over all of them,
    /// and a record may be repeated.
    ///
    /// Takes `O(records)` and 40 bytes for each record that may share its key.
    pub fn group<'p>(&mut self, part: impl Iterator<Item = &'p [Posting]> + Clone) -> SharedKeys {
        self.keep_shared(part);
        self.number_keys();
        self.bring_together()
    }

    /// Keeps the records whose slot another record fell into.
    fn keep_shared<'p>(&mut self, part: impl Iterator<Item = &'p [Posting]> + Clone) {
        let records: usize = part.clone().map(<[Posting]>::len).sum();
        let slots = (8 * records).next_power_of_two().max(64);
        for bits in [&mut self.once, &mut self.twice] {
            bits.clear();
            bits.resize(slots / 64, 0);
        }
        let slot = |key: u64| {
            let slot = (spread(key) >> 32) as usize & (slots - 1);
            (slot / 64, 1_u64 << (slot % 64))
        };
        for record in part.clone().flatten() {
            let (word, bit) = slot(record.key);
            self.twice[word] |= self.once[word] & bit;
            self.once[word] |= bit;
        }
        self.kept.clear();
        for record in part.flatten() {
            let (word, bit) = slot(record.key);
            if self.twice[word] & bit != 0 {
                self.kept.push(*record);
            }
        }
    }

    /// Gives every key a number and counts its pages.
    fn number_keys(&mut self) {
        let mask = (2 * self.kept.len()).next_power_of_two() - 1;
        self.table.clear();
        self.table.resize(mask + 1, NONE);
        self.keys.clear();
        self.of_record.clear();
        for record in &self.kept {
            let mut at = (spread(record.key) >> 20) as usize & mask;
            let number = loop {
                let number = self.table[at];
                if number == NONE {
                    let number = u32::try_from(self.keys.len()).unwrap_or(NONE);
                    self.table[at] = number;
                    self.keys.push(Key { hash: record.key, last: record.page, pages: 0 });
                    break number;
                }
                if self.keys[number as usize].hash == record.key {
                    break number;
                }
                at = (at + 1) & mask;
            };
            let key = &mut self.keys[number as usize];
            if key.pages > 0 && key.last == record.page {
                self.of_record.push(NONE);
                continue;
            }
            debug_assert!(key.last <= record.page, "pages ascend");
            key.last = record.page;
            key.pages += 1;
            self.of_record.push(number);
        }
    }

    /// Writes the pages of every shared key side by side.
    fn bring_together(&mut self) -> SharedKeys {
        let mut sum = 0;
        self.places.clear();
        self.places.extend(self.keys.iter().map(|key| {
            let place = sum;
            sum += if key.pages > 1 { key.pages as usize } else { 0 };
            place
        }));
        self.pages.clear();
        self.pages.resize(sum, 0);
        for (record, &number) in self.kept.iter().zip(&self.of_record) {
            if number != NONE && self.keys[number as usize].pages > 1 {
                let place = &mut self.places[number as usize];
                self.pages[*place] = record.page;
                *place += 1;
            }
        }
        let mut shared = SharedKeys::default();
        let mut start = 0;
        for key in self.keys.iter().filter(|key| key.pages > 1) {
            let end = start + key.pages as usize;
            shared.push(&self.pages[start..end]);
            start = end;
        }
        shared
    }
}

/// Bits for slots from a key whose high bits need not be mixed and whose low bits chose the part.
fn spread(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Calls `pair` with the pairs of a long posting, smaller page first; each once, so that it counts the
/// key once.
fn link(pages: &[PageNumber], mut pair: impl FnMut(PageNumber, PageNumber)) {
    let mut lowest = [(u32::MAX, PageNumber::MAX); REPRESENTATIVES];
    for &page in pages {
        let mut record = (scatter(page), page);
        for kept in &mut lowest {
            if record < *kept {
                std::mem::swap(&mut record, kept);
            }
        }
    }
    let chosen = lowest.map(|(_, page)| page);
    for (i, &page) in pages.iter().enumerate() {
        let is_chosen = chosen.contains(&page);
        for &other in &chosen {
            // Two representatives meet once, from the lower side.
            if page != other && !(is_chosen && other < page) {
                pair(page.min(other), page.max(other));
            }
        }
        if let Some(&next) = pages.get(i + 1)
            && !is_chosen
            && !chosen.contains(&next)
        {
            pair(page, next);
        }
    }
}

/// A fixed bijection that scatters page numbers, so that no end of the input is preferred.
fn scatter(page: PageNumber) -> u32 {
    let mut x = page ^ 0x9e37_79b9;
    x = (x ^ (x >> 16)).wrapping_mul(0x85eb_ca6b);
    x = (x ^ (x >> 13)).wrapping_mul(0xc2b2_ae35);
    x ^ (x >> 16)
}
