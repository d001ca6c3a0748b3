//! Rows written to files by key, so that those with equal keys can be read back together.

use super::Disk;
use crate::{
    Result,
    store::{Kind, Plain, RecordWriter, Work},
};

/// Rows of several numbers.
const ROWS: Kind = Kind::new(*b"bucket  ", 1);
/// Bytes of a bucket that are written together.
const BLOCK: usize = 48 << 10;

/// Rows by bucket, being written.
pub(super) struct Scatter {
    files: Vec<(RecordWriter, Vec<u8>)>,
}

fn name(of: &str, bucket: usize) -> String {
    format!("{of}-{bucket}")
}

impl Scatter {
    /// Files for so many buckets of rows, called `of`.
    pub(super) fn create(work: &Work, of: &str, buckets: usize) -> Result<Scatter> {
        let file = |bucket| Ok((work.create(&name(of, bucket), ROWS)?, Vec::new()));
        Ok(Scatter { files: (0..buckets).map(file).collect::<Result<_>>()? })
    }

    /// How many buckets there are.
    pub(super) fn buckets(&self) -> usize {
        self.files.len()
    }

    /// Adds a row.
    pub(super) fn push(&mut self, bucket: usize, row: impl Plain) -> Result<()> {
        let (file, block) = &mut self.files[bucket];
        row.put(block);
        if block.len() >= BLOCK {
            file.write(block)?;
            block.clear();
        }
        Ok(())
    }

    /// After the last row.
    pub(super) fn finish(self, work: &Work) -> Result<()> {
        for (mut file, block) in self.files {
            if !block.is_empty() {
                file.write(&block)?;
            }
            work.close(file)?;
        }
        Ok(())
    }
}

/// The rows of a bucket.
pub(super) fn bucket<P: Plain>(disk: &Disk<'_>, of: &str, bucket: usize) -> Result<Vec<P>> {
    let mut rows = Vec::new();
    each(disk, of, bucket, |row| rows.push(row))?;
    Ok(rows)
}

/// Calls `each` with the rows of a bucket.
pub(super) fn each<P: Plain>(
    disk: &Disk<'_>,
    of: &str,
    bucket: usize,
    mut each: impl FnMut(P),
) -> Result<()> {
    let mut file = disk.work.open_file(&name(of, bucket), ROWS)?;
    let mut block = Vec::new();
    while file.next(&mut block)? {
        block.chunks_exact(P::SIZE).map(P::get).for_each(&mut each);
    }
    Ok(())
}

/// Removes the files of so many buckets.
pub(super) fn remove(work: &Work, of: &str, buckets: usize) {
    (0..buckets).for_each(|bucket| work.remove(&name(of, bucket)));
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
