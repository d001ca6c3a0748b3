//! Rows put aside by key, so that those with equal keys can be read back together.
//!
//! All buckets share one file: a piece of it is some rows of one bucket, and a list of the pieces is written last. So
//! neither the number of open files nor what is held grows with the number of buckets.

use super::Disk;
use crate::{
    Result,
    engine::budget::Budget,
    store::{Kind, PileReader, PileWriter, Plain, Work, extend_column, write_column},
};

/// Where the pieces of each bucket stand: bucket, bytes, the two halves of the place.
const PIECES: Kind = Kind::new(*b"bucket  ", 2);
/// Bytes of a bucket that are written together: less costs more calls to the system, more is no quicker.
const PIECE: [u64; 2] = [2 << 10, 48 << 10];

/// Rows by bucket, being written.
pub(super) struct Scatter {
    name: String,
    pile: PileWriter,
    /// What waits to be written, by bucket.
    waiting: Vec<Vec<u8>>,
    /// Bytes of a bucket that are written together.
    piece: usize,
    pieces: Vec<[u32; 4]>,
}

fn list_of(name: &str) -> String {
    format!("{name}-pieces")
}

impl Scatter {
    /// A file for so many buckets of rows, called `name`.
    pub(super) fn create(
        work: &Work,
        budget: Budget,
        name: &str,
        buckets: usize,
    ) -> Result<Scatter> {
        let piece = (budget.waiting() / buckets.max(1) as u64).clamp(PIECE[0], PIECE[1]);
        Ok(Scatter {
            name: name.to_owned(),
            pile: work.create_pile(name)?,
            waiting: vec![Vec::new(); buckets],
            piece: usize::try_from(piece).unwrap_or(usize::MAX),
            pieces: Vec::new(),
        })
    }

    /// How many buckets there are.
    pub(super) fn buckets(&self) -> usize {
        self.waiting.len()
    }

    /// Adds a row.
    pub(super) fn push<P: Plain>(&mut self, bucket: usize, row: P) -> Result<()> {
        let waiting = &mut self.waiting[bucket];
        if waiting.capacity() == 0 {
            waiting.reserve_exact(self.piece.max(P::SIZE));
        }
        row.put(waiting);
        if waiting.len() + P::SIZE > waiting.capacity() { self.put(bucket) } else { Ok(()) }
    }

    /// Adds bytes that are rows by themselves.
    pub(super) fn extend(&mut self, bucket: usize, bytes: &[u8]) -> Result<()> {
        for bytes in bytes.chunks(self.piece) {
            if self.waiting[bucket].len() + bytes.len() > self.piece {
                self.put(bucket)?;
            }
            self.waiting[bucket].extend_from_slice(bytes);
        }
        Ok(())
    }

    /// Writes what waits of a bucket that gets no more.
    pub(super) fn end(&mut self, bucket: usize) -> Result<()> {
        self.put(bucket)?;
        self.waiting[bucket] = Vec::new();
        Ok(())
    }

    fn put(&mut self, bucket: usize) -> Result<()> {
        let waiting = &mut self.waiting[bucket];
        if waiting.is_empty() {
            return Ok(());
        }
        let [low, high] = halves(self.pile.add(waiting)?);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.pieces.push([count(bucket), count(waiting.len()), low, high]);
        waiting.clear();
        Ok(())
    }

    /// After the last row.
    pub(super) fn finish(mut self, work: &Work) -> Result<()> {
        (0..self.buckets()).try_for_each(|bucket| self.end(bucket))?;
        work.close_pile(self.pile)?;
        // Pieces of a bucket stay in the order in which they were written.
        self.pieces.sort_by_key(|piece| piece[0]);
        let mut list = work.create(&list_of(&self.name), PIECES)?;
        write_column(&mut list, self.pieces.into_iter())?;
        work.close(list)
    }
}

/// Rows by bucket, to be read.
pub(super) struct Buckets {
    path: std::path::PathBuf,
    /// Ascending by bucket.
    pieces: Vec<[u32; 4]>,
}

impl Buckets {
    /// What was written under `name`.
    pub(super) fn open(disk: &Disk<'_>, name: &str) -> Result<Buckets> {
        let mut pieces = Vec::new();
        let mut list = disk.work.open_file(&list_of(name), PIECES)?;
        extend_column(&mut list, &mut Vec::new(), &mut pieces)?;
        if !pieces.is_sorted_by_key(|piece: &[u32; 4]| piece[0]) {
            return Err(list.bad("is not in order"));
        }
        Ok(Buckets { path: disk.work.path(name), pieces })
    }

    /// The rows of a bucket.
    pub(super) fn rows<P: Plain>(&self, bucket: usize) -> Result<Vec<P>> {
        let bytes: usize = self.of(bucket).iter().map(|piece| piece[1] as usize).sum();
        let mut rows = Vec::with_capacity(bytes / P::SIZE);
        self.each(bucket, |row| rows.push(row))?;
        Ok(rows)
    }

    /// Calls `each` with the rows of a bucket, in the order in which they were added.
    pub(super) fn each<P: Plain>(&self, bucket: usize, mut each: impl FnMut(P)) -> Result<()> {
        let mut pile = PileReader::open(&self.path)?;
        let (mut front, mut bytes) = (self.front(bucket), Vec::new());
        while front.next(&mut pile, &mut bytes)? {
            bytes.chunks_exact(P::SIZE).map(P::get).for_each(&mut each);
        }
        Ok(())
    }

    /// The pieces of a bucket, to be read one after the other.
    pub(super) fn front(&self, bucket: usize) -> Front<'_> {
        Front(self.of(bucket))
    }

    /// What the pieces of all buckets are read from.
    pub(super) fn pile(&self) -> Result<PileReader> {
        PileReader::open(&self.path)
    }

    fn of(&self, bucket: usize) -> &[[u32; 4]] {
        let from = self.pieces.partition_point(|piece| (piece[0] as usize) < bucket);
        let to = self.pieces.partition_point(|piece| piece[0] as usize <= bucket);
        &self.pieces[from..to]
    }
}

/// Pieces of a bucket that are not read yet.
pub(super) struct Front<'b>(&'b [[u32; 4]]);

impl Front<'_> {
    /// Reads the next piece; false if there is none.
    pub(super) fn next(&mut self, pile: &mut PileReader, bytes: &mut Vec<u8>) -> Result<bool> {
        let Some((&[_, length, low, high], rest)) = self.0.split_first() else { return Ok(false) };
        pile.read(whole([low, high]), length as usize, bytes)?;
        self.0 = rest;
        Ok(true)
    }
}

/// Removes what was written under a name.
pub(super) fn remove(work: &Work, name: &str) {
    work.remove(name);
    work.remove(&list_of(name));
}

/// The two halves of a number, the lower first.
#[expect(clippy::cast_possible_truncation, reason = "the two halves of a number")]
pub(super) fn halves(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

/// The number of two halves.
pub(super) fn whole([low, high]: [u32; 2]) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

/// A number of buckets, a power of two, for so many bytes of which `each` fit the memory together.
pub(super) fn buckets(bytes: u64, each: u64, most: usize) -> usize {
    // Keys are spread by a hash, not evenly: half as full on average as they may be.
    let needed = (2 * bytes).div_ceil(each.max(1));
    usize::try_from(needed).unwrap_or(most).next_power_of_two().clamp(4, most)
}
