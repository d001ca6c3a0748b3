//! The bank on disk: what stands where. All numbers are little-endian.
//!
//! ```text
//! sites, by name, each:
//!   fingerprints  u64 a family, ascending
//!   families      36 bytes a family: groups, pages, occurrences, wordings, groups in which a line follows it that
//!                 does so in no other, first page, end of text (u32 each), first and last day, shape (u16 each),
//!                 place, 0 (u8 each)
//!   neighbours    u64 a pair, ascending; then u32 a pair: groups that have it, from two on
//!   pages         34 bytes a page, ascending: key of the URL, hash of the text, settled group (u64
//!                 each), day (u16), start of its paragraphs, its group (u32 each)
//!   paragraphs    u32 a paragraph: its family, or 2³² − 1 for paragraphs that were pruned; then u32 a paragraph: a
//!                 hash of its wording
//!   days          6 bytes a day: day (u16), groups with a page then or later (u32)
//!   texts         the beginnings of families' texts, UTF-8
//! names           of the sites, UTF-8
//! index           56 bytes a site, in the order of the names
//! known           u64 a family that is chrome on every site, ascending
//! head            recipe, where names, index and known are, counts
//! ```

use super::Day;
use crate::store::TableKind;

/// Bank files.
pub(super) const BANK: TableKind = TableKind {
    magic: *b"refrain bank",
    name: "bank",
    version: 2,
    way_out: "learn it again, or take a copy of it",
};

pub(super) const FAMILY: usize = 36;
pub(super) const PAGE: usize = 34;
pub(super) const DAY: usize = 6;
pub(super) const SITE: usize = 56;
pub(super) const HEAD: usize = 92;

/// Where the tables of a site are, and how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SiteEntry {
    pub(super) name_at: u64,
    pub(super) name: u32,
    /// Where its tables begin.
    pub(super) at: u64,
    pub(super) families: u32,
    pub(super) neighbours: u32,
    pub(super) pages: u32,
    pub(super) paragraphs: u32,
    pub(super) days: u32,
    pub(super) texts: u32,
    /// Groups of pages.
    pub(super) groups: u32,
    /// Families of two groups and more.
    pub(super) repeated: u32,
    pub(super) first: Day,
    pub(super) last: Day,
}

impl SiteEntry {
    /// Where each of the tables begins, counted from `at`, and where the last one ends.
    pub(super) fn places(&self) -> Places {
        let fingerprints = 0;
        let families = fingerprints + 8 * u64::from(self.families);
        let pairs = families + FAMILY as u64 * u64::from(self.families);
        let pair_counts = pairs + 8 * u64::from(self.neighbours);
        let pages = pair_counts + 4 * u64::from(self.neighbours);
        let paragraphs = pages + PAGE as u64 * u64::from(self.pages);
        let wordings = paragraphs + 4 * u64::from(self.paragraphs);
        let days = wordings + 4 * u64::from(self.paragraphs);
        let texts = days + DAY as u64 * u64::from(self.days);
        let end = texts + u64::from(self.texts);
        Places { families, pairs, pair_counts, pages, paragraphs, wordings, days, texts, end }
    }

    /// Where the last of its tables ends in the file.
    pub(super) fn end(&self) -> u64 {
        self.at.saturating_add(self.places().end)
    }

    /// Whether its counts may be those of one site: a page is in one group, and a group has a page.
    pub(super) fn makes_sense(&self) -> bool {
        self.repeated <= self.families
            && self.groups <= self.pages
            && (self.groups > 0 || self.pages == 0)
    }

    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        out.extend(self.name_at.to_le_bytes());
        out.extend(self.name.to_le_bytes());
        out.extend(self.at.to_le_bytes());
        for number in [
            self.families,
            self.neighbours,
            self.pages,
            self.paragraphs,
            self.days,
            self.texts,
            self.groups,
            self.repeated,
        ] {
            out.extend(number.to_le_bytes());
        }
        out.extend(self.first.number().to_le_bytes());
        out.extend(self.last.number().to_le_bytes());
    }

    pub(super) fn decode(mut bytes: &[u8]) -> SiteEntry {
        let from = &mut bytes;
        SiteEntry {
            name_at: take_u64(from),
            name: take_u32(from),
            at: take_u64(from),
            families: take_u32(from),
            neighbours: take_u32(from),
            pages: take_u32(from),
            paragraphs: take_u32(from),
            days: take_u32(from),
            texts: take_u32(from),
            groups: take_u32(from),
            repeated: take_u32(from),
            first: take_day(from),
            last: take_day(from),
        }
    }
}

/// Offsets of a site's tables; its fingerprints are at 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    pub(super) families: u64,
    pub(super) pairs: u64,
    pub(super) pair_counts: u64,
    pub(super) pages: u64,
    pub(super) paragraphs: u64,
    pub(super) wordings: u64,
    pub(super) days: u64,
    pub(super) texts: u64,
    pub(super) end: u64,
}

/// What stands at the end of a bank.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) recipe: u64,
    pub(super) names: u64,
    pub(super) index: u64,
    pub(super) known_at: u64,
    pub(super) known: u64,
    pub(super) sites: u64,
    pub(super) families: u64,
    pub(super) repeated: u64,
    pub(super) pages: u64,
    pub(super) groups: u64,
    pub(super) paragraphs: u64,
    pub(super) first: Day,
    pub(super) last: Day,
}

impl Head {
    /// Whether what it says stands where it says in a file of `length` bytes before the checksums.
    pub(super) fn fits(&self, length: u64) -> bool {
        let end = |at: u64, count: u64, size: u64| -> Option<u64> {
            count.checked_mul(size)?.checked_add(at)
        };
        self.names <= self.index
            && end(self.index, self.sites, SITE as u64) == Some(self.known_at)
            && end(self.known_at, self.known, 8) == Some(length)
    }

    /// What is left of it when no site is counted.
    pub(super) fn without_counts(&self) -> Head {
        let Head { recipe, names, index, known_at, known, .. } = *self;
        Head { recipe, names, index, known_at, known, ..Head::default() }
    }

    /// Counts a site.
    pub(super) fn add(&mut self, site: &SiteEntry) {
        self.sites += 1;
        self.families += u64::from(site.families);
        self.repeated += u64::from(site.repeated);
        self.pages += u64::from(site.pages);
        self.groups += u64::from(site.groups);
        self.paragraphs += u64::from(site.paragraphs);
        self.first = self.first.earlier(site.first);
        self.last = self.last.max(site.last);
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let numbers = [
            self.recipe,
            self.names,
            self.index,
            self.known_at,
            self.known,
            self.sites,
            self.families,
            self.repeated,
            self.pages,
            self.groups,
            self.paragraphs,
        ];
        let mut out: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        out.extend(self.first.number().to_le_bytes());
        out.extend(self.last.number().to_le_bytes());
        out
    }

    pub(super) fn decode(mut bytes: &[u8]) -> Option<Head> {
        if bytes.len() != HEAD {
            return None;
        }
        let from = &mut bytes;
        Some(Head {
            recipe: take_u64(from),
            names: take_u64(from),
            index: take_u64(from),
            known_at: take_u64(from),
            known: take_u64(from),
            sites: take_u64(from),
            families: take_u64(from),
            repeated: take_u64(from),
            pages: take_u64(from),
            groups: take_u64(from),
            paragraphs: take_u64(from),
            first: take_day(from),
            last: take_day(from),
        })
    }
}

/// Takes a number from the front; 0 if there is none.
#[inline]
pub(super) fn take_u64(from: &mut &[u8]) -> u64 {
    let Some((number, rest)) = from.split_first_chunk() else { return 0 };
    *from = rest;
    u64::from_le_bytes(*number)
}

#[inline]
pub(super) fn take_u32(from: &mut &[u8]) -> u32 {
    let Some((number, rest)) = from.split_first_chunk() else { return 0 };
    *from = rest;
    u32::from_le_bytes(*number)
}

#[inline]
pub(super) fn take_u16(from: &mut &[u8]) -> u16 {
    let Some((number, rest)) = from.split_first_chunk() else { return 0 };
    *from = rest;
    u16::from_le_bytes(*number)
}

pub(super) fn take_day(from: &mut &[u8]) -> Day {
    Day::from_number(take_u16(from))
}
