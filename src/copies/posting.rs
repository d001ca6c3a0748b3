//! Postings: which pages have a key, and the keys that more than one page has.
//!
//! Most keys stand on one page only and propose nothing; [`crate::base::group`] brings the others together.
//! Its buckets do not depend on each other and may be worked on by any thread.
//!
//! A key on at most [`FULL`] pages proposes all its pairs. A longer posting
//! can't, or one popular sentence would cost millions of pairs; but dropping it would lose the most
//! reprinted story of all. It is *linked*: each page with the next one, and with [`REPRESENTATIVES`]
//! pages of the posting. These are the ones whose numbers hash lowest, so that the postings of one
//! story's many anchors agree on them and a pair's count still grows with what it shares. What was
//! linked is counted in [`Limits`].

use crate::base::{
    group::{Grouper, Pair},
    page::PageNumber,
};

/// The longest posting that proposes all its pairs.
pub const FULL: usize = 50;

/// Pages of a longer posting that every other is linked to.
pub const REPRESENTATIVES: usize = 3;

/// A key and a page that has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting {
    /// What is shared: an anchor, a family, a band.
    pub key: u64,
    /// A page that has it.
    pub page: PageNumber,
}

impl Pair for Posting {
    #[inline]
    fn hash(&self) -> u64 {
        (self.key, self.page).hash()
    }
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

/// The keys of a bucket that several pages have: the pages of one after those of the other. Of a key on
/// more than [`FULL`] pages only pairs are left, each as if it were a key.
#[derive(Clone, Debug, Default)]
pub struct SharedKeys {
    pub(super) pages: Vec<PageNumber>,
    /// How many pages each key is on: 2 to [`FULL`].
    pub(super) lengths: Vec<u8>,
    pub(super) limits: Limits,
}

impl SharedKeys {
    /// The shared keys of a bucket, whose records come in several slices. Records may come in any order and more
    /// than once; those with ascending pages cost least.
    pub fn of<'p>(
        grouper: &mut Grouper<Posting>,
        bucket: impl Iterator<Item = &'p [Posting]> + Clone,
    ) -> SharedKeys {
        let (mut shared, mut pages) = (SharedKeys::default(), Vec::new());
        grouper.each(bucket, |records| {
            pages.clear();
            pages.extend(records.iter().map(|record| record.page));
            if !pages.is_sorted() {
                pages.sort_unstable();
            }
            pages.dedup();
            if pages.len() > 1 {
                shared.push(&pages);
            }
        });
        shared
    }

    /// Calls `each` with every pair of pages that have a key, the smaller first, once for each key.
    pub fn each_pair(&self, mut each: impl FnMut(PageNumber, PageNumber)) {
        let mut rest = self.pages.as_slice();
        for &length in &self.lengths {
            let (pages, after) = rest.split_at(usize::from(length));
            rest = after;
            for (i, &a) in pages.iter().enumerate() {
                pages[i + 1..].iter().for_each(|&b| each(a, b));
            }
        }
    }

    /// What was linked instead of paired.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Adds a key: the pages that have it, ascending and distinct, two or more.
    pub fn push(&mut self, pages: &[PageNumber]) {
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

/// The pages of a posting that a page which comes after all of them is compared with: all, or, if it would be
/// a long one with that page, its representatives and its last. Ascending.
pub fn neighbours(pages: &[PageNumber], out: &mut Vec<PageNumber>) {
    out.clear();
    if pages.len() < FULL {
        out.extend_from_slice(pages);
        return;
    }
    out.extend(representatives(pages));
    out.extend(pages.last());
    out.sort_unstable();
    out.dedup();
}

/// The pages whose numbers hash lowest, of those that were offered.
#[derive(Clone, Copy, Debug)]
struct Lowest([(u32, PageNumber); REPRESENTATIVES]);

impl Lowest {
    const NONE: Lowest = Lowest([(u32::MAX, PageNumber::MAX); REPRESENTATIVES]);

    fn offer(&mut self, page: PageNumber) {
        let mut record = (scatter(page), page);
        for kept in &mut self.0 {
            if record < *kept {
                std::mem::swap(&mut record, kept);
            }
        }
    }

    fn pages(self) -> [PageNumber; REPRESENTATIVES] {
        self.0.map(|(_, page)| page)
    }
}

/// The pages whose numbers hash lowest.
fn representatives(pages: &[PageNumber]) -> [PageNumber; REPRESENTATIVES] {
    let mut lowest = Lowest::NONE;
    for &page in pages {
        lowest.offer(page);
    }
    lowest.pages()
}

/// What [`neighbours`] says of every beginning of a posting, without reading it again: its representatives change
/// only a few times, with the logarithm of its length.
#[derive(Clone, Debug, Default)]
pub struct LongPosting {
    /// From a page on, these are the representatives.
    steps: Vec<(PageNumber, [PageNumber; REPRESENTATIVES])>,
}

impl LongPosting {
    /// Reads a posting once; its pages come ascending.
    pub fn of(pages: impl Iterator<Item = PageNumber>) -> LongPosting {
        let (mut lowest, mut long) = (Lowest::NONE, LongPosting::default());
        for page in pages {
            let before = lowest.pages();
            lowest.offer(page);
            if lowest.pages() != before {
                long.steps.push((page, lowest.pages()));
            }
        }
        long
    }

    /// The neighbours of a page that comes after the pages up to `last`, which are [`FULL`] or more. Ascending.
    pub fn neighbours(&self, last: PageNumber, out: &mut Vec<PageNumber>) {
        out.clear();
        let behind = self.steps.partition_point(|step| step.0 <= last);
        if let Some((_, pages)) = behind.checked_sub(1).and_then(|at| self.steps.get(at)) {
            out.extend(pages);
        }
        out.push(last);
        out.sort_unstable();
        out.dedup();
    }
}

/// Calls `pair` with the pairs of a long posting, smaller page first; each once, so that it counts the
/// key once.
fn link(pages: &[PageNumber], mut pair: impl FnMut(PageNumber, PageNumber)) {
    let chosen = representatives(pages);
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
