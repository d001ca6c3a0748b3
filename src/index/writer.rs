//! An index, open to be added to.

use std::{collections::HashMap, num::NonZeroUsize, path::Path};

use super::{
    Entry, Index,
    open::{LIST, Placed},
    segment::Segment,
    write,
};
use crate::{
    Result,
    base::page::PageNumber,
    store::{AtomicFile, Listing, Lock},
};

/// Two segments are united if the later one has at least this share of the pages of the one before it.
const UNITE: u32 = 4;
/// Bytes of entries that are held before they become a segment.
const HELD: usize = 256 << 20;

/// What happened to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is in the index, or will be with the next commit.
    New,
    /// The same page was there already.
    Known,
}

/// The one writer of an index.
#[derive(Debug)]
pub struct IndexWriter {
    index: Index,
    _lock: Lock,
    waiting: Vec<Entry>,
    identities: HashMap<u64, Vec<usize>>,
    bytes: usize,
    /// Bytes of entries that make a segment, and how many do.
    most: usize,
    every: usize,
}

impl IndexWriter {
    /// Opens the index in `folder`, which is made if there is none, and removes what a killed writer left.
    ///
    /// # Errors
    ///
    /// *Usage* if another process writes to it, if the folder holds something else, or if it was made by another
    /// `recipe`; *data* if it is damaged; *machine* if the system refuses.
    pub fn open(folder: &Path, recipe: u64) -> Result<IndexWriter> {
        let (lock, listing) = Listing::write(folder, LIST, recipe)?;
        let index = Index::of(listing)?;
        index.check_recipe(recipe)?;
        Ok(IndexWriter {
            index,
            _lock: lock,
            waiting: Vec::new(),
            identities: HashMap::new(),
            bytes: 0,
            most: HELD,
            every: usize::MAX,
        })
    }

    /// Writes a segment when so many bytes of entries wait.
    #[must_use]
    pub fn with_held(self, bytes: usize) -> IndexWriter {
        IndexWriter { most: bytes, ..self }
    }

    /// Writes a segment after so many pages.
    #[must_use]
    pub fn with_every(self, pages: NonZeroUsize) -> IndexWriter {
        IndexWriter { every: pages.get(), ..self }
    }

    /// The index as it was committed last.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Adds a page, unless it is there. It counts once it is committed, which [`commit`](IndexWriter::commit) does, and
    /// this when much waits.
    ///
    /// # Errors
    ///
    /// *Data* if the index is damaged; *machine* if it cannot be written.
    pub fn add(&mut self, entry: Entry) -> Result<Added> {
        let mut alike = self.identities.get(&entry.identity).into_iter().flatten();
        if alike.any(|&at| self.waiting[at].is_same_page(&entry))
            || self.index.page_of(&entry)?.is_some()
        {
            return Ok(Added::Known);
        }
        self.identities.entry(entry.identity).or_default().push(self.waiting.len());
        self.bytes += entry.bytes();
        self.waiting.push(entry);
        if self.bytes >= self.most || self.waiting.len() >= self.every {
            self.commit()?;
        }
        Ok(Added::New)
    }

    /// Makes what waits part of the index, in one step, and unites segments that are not much larger.
    ///
    /// # Errors
    ///
    /// As [`add`](IndexWriter::add).
    pub fn commit(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let count = PageNumber::try_from(self.waiting.len()).unwrap_or(PageNumber::MAX);
        let mut index = self.index.clone();
        put(&mut index, count, |out| write::write(&self.waiting, out))?;
        index.listing.commit()?;
        self.index = index;
        // What waited is let go only now: after a full disk it can be committed once there is room.
        self.waiting = Vec::new();
        self.identities.clear();
        self.bytes = 0;

        let sizes: Vec<PageNumber> = self.index.segments().map(|segment| segment.0).collect();
        let (mut from, mut tail) = (sizes.len() - 1, sizes[sizes.len() - 1]);
        while from > 0 && sizes[from - 1] / UNITE <= tail {
            from -= 1;
            tail = tail.saturating_add(sizes[from]);
        }
        self.unite(from)
    }

    /// Makes one segment of all.
    ///
    /// # Errors
    ///
    /// As [`add`](IndexWriter::add).
    pub fn compact(&mut self) -> Result<()> {
        self.commit()?;
        self.unite(0)
    }

    /// Unites the segments from `from` on.
    fn unite(&mut self, from: usize) -> Result<()> {
        if self.index.segments.len() < from + 2 {
            return Ok(());
        }
        let mut index = self.index.first(from)?;
        let united = &self.index.segments[from..];
        let segments: Vec<&Segment> = united.iter().map(|Placed { segment, .. }| segment).collect();
        let pages = segments.iter().map(|segment| segment.pages()).sum();
        put(&mut index, pages, |out| write::unite(&segments, out))?;
        index.listing.commit()?;
        self.index = index;
        // What is left over is removed by the next writer; the pages are in the index.
        let _ = self.index.listing.sweep();
        Ok(())
    }
}

/// Writes a segment and appends it to the list of `index`, which is not on disk yet.
fn put(
    index: &mut Index,
    pages: PageNumber,
    write: impl FnOnce(AtomicFile) -> Result<AtomicFile>,
) -> Result<()> {
    // No two segments of an index have the same pages, so no name is used twice.
    let name = format!("{:010}-{pages:010}", index.pages());
    let path = index.listing.add(&name, write)?;
    index.push(Segment::open(&path)?)
}
