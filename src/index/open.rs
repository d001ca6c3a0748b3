//! An index, open to be read, and the list of its segments.

use std::{borrow::Cow, path::Path};

use super::{
    About, Entry, Row, Source,
    postings::{KeyRecords, merged},
    segment::Segment,
};
use crate::{
    Error, Result,
    base::page::{self, PageNumber},
    copies::Body,
    store::{Kind, ListKind, Listing},
};

pub(super) const LIST: ListKind = ListKind {
    kind: Kind::new(*b"index   ", 1),
    file: "index.refrain",
    name: "index",
    way_out: "make one with `refrain index add`",
};
/// How often an index is opened anew because its list was replaced meanwhile: a writer united what it named.
const TRIES: usize = 64;

/// A segment and the number of its first page.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) first: PageNumber,
    pub(super) segment: Segment,
}

/// The pages that have a key, ascending; they are read from the index as they are asked for.
#[derive(Clone, Debug, Default)]
pub struct PagesWith<'i> {
    /// By segment the number of its first page, and its records.
    parts: Vec<(PageNumber, KeyRecords<'i>)>,
    len: usize,
}

impl PagesWith<'_> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = PageNumber> + '_ {
        self.parts.iter().flat_map(|&(first, records)| {
            (0..records.len()).filter_map(move |at| Some(first.saturating_add(records.page(at)?)))
        })
    }

    /// How many are before `page`, and the last of these.
    pub fn before(&self, page: PageNumber) -> (usize, Option<PageNumber>) {
        let (mut count, mut last) = (0, None);
        for &(first, records) in self.parts.iter().take_while(|part| part.0 < page) {
            let here = records.before(page - first);
            let of_here = here.checked_sub(1).and_then(|at| records.page(at));
            last = of_here.map(|page| first.saturating_add(page)).or(last);
            count += here;
        }
        (count, last)
    }
}

/// An index as it was when it was opened. Pages have the numbers in which they were added, from 0.
#[derive(Clone, Debug)]
pub struct Index {
    pub(super) listing: Listing,
    pub(super) segments: Vec<Placed>,
    pages: PageNumber,
}

impl Index {
    /// Opens the index in `folder`: its list, and of each segment the ends.
    ///
    /// # Errors
    ///
    /// *Data* if there is none, or what was read of it is damaged; *machine* if the system refuses.
    pub fn open(folder: &Path) -> Result<Index> {
        let mut listing = Listing::read(folder, LIST)?;
        for _ in 0..TRIES {
            let failed = match Index::of(listing.clone()) {
                Ok(index) => return Ok(index),
                Err(failed) => failed,
            };
            // A segment goes only once a list without it is there.
            let now = Listing::read(folder, LIST)?;
            if now.names() == listing.names() {
                return Err(failed);
            }
            listing = now;
        }
        Index::of(listing)
    }

    pub(super) fn of(listing: Listing) -> Result<Index> {
        let names = listing.names().to_vec();
        let mut index = Index { listing, segments: Vec::new(), pages: 0 };
        for name in names {
            index.push(Segment::open(&index.listing.path(&name))?)?;
        }
        Ok(index)
    }

    /// The index of the first so many segments.
    pub(super) fn first(&self, count: usize) -> Result<Index> {
        let listing = self.listing.first(count);
        let mut index = Index { listing, segments: Vec::new(), pages: 0 };
        self.segments[..count].iter().try_for_each(|placed| index.push(placed.segment.clone()))?;
        Ok(index)
    }

    /// Appends the pages of a segment that is listed.
    pub(super) fn push(&mut self, segment: Segment) -> Result<()> {
        let Some(pages) = self.pages.checked_add(segment.pages()) else {
            let problem = "more pages than have numbers of 32 bits; begin another index";
            return Err(Error::data(self.folder().display().to_string(), problem));
        };
        self.segments.push(Placed { first: self.pages, segment });
        self.pages = pages;
        Ok(())
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        self.listing.folder()
    }

    /// Whether its pages were cut and folded by this recipe.
    ///
    /// # Errors
    ///
    /// *Usage* if not.
    pub fn check_recipe(&self, recipe: u64) -> Result<()> {
        if self.listing.recipe() == recipe {
            return Ok(());
        }
        let problem = "was made of paragraphs cut in another way, or by another release; name another index or use \
                       the same --paragraph";
        Err(Error::usage(self.folder().display().to_string(), problem))
    }

    /// What a page is called of which `about` is known: its id, or its URL, or `#` and its number from 1.
    pub fn name<'n>(&self, page: PageNumber, about: &'n About) -> Cow<'n, str> {
        page::name(&about.id, page)
    }

    /// What its pages were cut and folded by.
    pub fn recipe(&self) -> u64 {
        self.listing.recipe()
    }

    /// Number of pages.
    pub fn pages(&self) -> PageNumber {
        self.pages
    }

    /// Pages and bytes of its segments.
    pub fn segments(&self) -> impl Iterator<Item = (PageNumber, u64)> + '_ {
        self.segments.iter().map(|placed| (placed.segment.pages(), placed.segment.size()))
    }

    /// Bytes of its entries (words, lines, ids), of its keys, and of all its files.
    pub fn bytes(&self) -> [u64; 3] {
        let sum = |of: fn(&Segment) -> u64| self.segments.iter().map(|p| of(&p.segment)).sum();
        let keys = |segment: &Segment| {
            segment.head.postings.iter().map(|postings| 12 * postings.count).sum()
        };
        [sum(|segment| segment.head.pieces), sum(keys), sum(Segment::size)]
    }

    /// Checks everything.
    ///
    /// # Errors
    ///
    /// *Data* for the first block that is damaged.
    pub fn check(&self) -> Result<()> {
        self.segments.iter().try_for_each(|placed| placed.segment.check())
    }

    pub(super) fn nonsense(&self, what: &str) -> Error {
        Error::data(self.folder().display().to_string(), format!("{what} make no sense"))
    }

    fn placed(&self, page: PageNumber) -> Result<(&Segment, PageNumber)> {
        let behind = self.segments.partition_point(|placed| placed.first <= page);
        let placed = self.segments.get(behind.wrapping_sub(1)).filter(|_| page < self.pages);
        let Some(placed) = placed else {
            let place = self.folder().display().to_string();
            return Err(Error::data(place, "a page that is not there"));
        };
        Ok((&placed.segment, page - placed.first))
    }

    /// What is known of a page at once.
    ///
    /// # Errors
    ///
    /// *Data* if the index is damaged there; so for all that follow.
    pub fn row(&self, page: PageNumber) -> Result<Row> {
        let (segment, page) = self.placed(page)?;
        segment.row(page)
    }

    /// The site of a page.
    ///
    /// # Errors
    ///
    /// As [`row`](Index::row).
    pub fn site(&self, page: PageNumber) -> Result<&str> {
        let (segment, page) = self.placed(page)?;
        segment.site(&segment.row(page)?)
    }

    /// Id, date, title and paragraphs of a page.
    ///
    /// # Errors
    ///
    /// As [`row`](Index::row).
    pub fn about(&self, page: PageNumber) -> Result<About> {
        let (segment, page) = self.placed(page)?;
        segment.about(&segment.row(page)?)
    }

    /// Reads the evidence of a page.
    ///
    /// # Errors
    ///
    /// As [`row`](Index::row).
    pub fn body(&self, page: PageNumber, body: &mut Body) -> Result<()> {
        let (segment, page) = self.placed(page)?;
        segment.body(&segment.row(page)?, body)
    }

    /// The pages that have `key`: two places on disk a segment, however many there are.
    ///
    /// # Errors
    ///
    /// As [`row`](Index::row).
    pub fn pages_with<'i>(
        &'i self,
        source: Source,
        key: u64,
        found: &mut PagesWith<'i>,
    ) -> Result<()> {
        found.parts.clear();
        found.len = 0;
        for placed in &self.segments {
            let records = placed.segment.pages_with(source, key)?;
            if records.len() > 0 {
                found.parts.push((placed.first, records));
                found.len += records.len();
            }
        }
        Ok(())
    }

    /// The page that `entry` is, if it was added before.
    ///
    /// The 64 bits of its identity find it; what it is called, where it stood and its paragraphs decide.
    ///
    /// # Errors
    ///
    /// As [`row`](Index::row).
    pub fn page_of(&self, entry: &Entry) -> Result<Option<PageNumber>> {
        for Placed { first, segment } in &self.segments {
            let records = segment.pages_of(entry.identity)?;
            for page in (0..records.len()).filter_map(|at| records.page(at)) {
                let row = segment.row(page)?;
                let about = segment.about(&row)?;
                if entry.is_page(segment.site(&row)?, row.url, &about) {
                    return Ok(Some(first.saturating_add(page)));
                }
            }
        }
        Ok(None)
    }

    /// Calls `each` with the pages of every key that several pages have, ascending.
    ///
    /// # Errors
    ///
    /// As [`row`](Index::row).
    pub fn each_shared(&self, source: Source, mut each: impl FnMut(&[PageNumber])) -> Result<()> {
        let mut walks: Vec<_> = self
            .segments
            .iter()
            .map(|placed| (placed.first, placed.segment.walk(source as usize)))
            .collect();
        let mut last = None;
        let mut pages = Vec::new();
        merged(&mut walks, |key, page| {
            if last != Some(key) {
                if pages.len() > 1 {
                    each(&pages);
                }
                pages.clear();
                last = Some(key);
            }
            pages.push(page);
            Ok(())
        })?;
        if pages.len() > 1 {
            each(&pages);
        }
        Ok(())
    }
}
