//! Marks of all paragraphs: written shard by shard, put in the order of the input.

use super::{Disk, learn::ROWS_NAME};
use crate::{
    Result,
    chrome::Mark,
    output::{MARKS, ROWS},
    page::PageNumber,
    store::{Kind, RecordReader, RecordWriter, write_column},
    trace::{PageRows, PageTrace, Traces},
};

/// Marks of a shard, pages in input order: nothing but their bytes.
const SHARD_MARKS: Kind = Kind::new(*b"shardmrk", 2);
pub(super) const NAME: &str = "marks";
/// Marks that are written together.
const BLOCK: usize = 1 << 17;

fn name(shard: usize) -> String {
    format!("marks-{shard}")
}

/// Removes the marks of a shard.
pub(super) fn remove(disk: &Disk<'_>, shard: usize) {
    disk.work.remove(&name(shard));
}

/// The marks of a shard, being written.
pub(super) struct ShardMarks(RecordWriter);

impl ShardMarks {
    pub(super) fn create(disk: &Disk<'_>, shard: usize) -> Result<ShardMarks> {
        disk.work.create(&name(shard), SHARD_MARKS).map(ShardMarks)
    }

    /// Adds the marks of pages that follow in the input. Among themselves they may stand in another order: shelves
    /// follow each other in a shard.
    pub(super) fn write(&mut self, traces: &Traces, marks: &[Mark]) -> Result<()> {
        let mut pages: Vec<PageNumber> = (0..).take(traces.len()).collect();
        pages.sort_unstable_by_key(|&page| traces.page(page).number);
        let in_order = pages.iter().flat_map(|&page| &marks[traces.span(page)]);
        let bytes: Vec<u8> = in_order.map(|mark| mark.byte()).collect();
        bytes.chunks(BLOCK).try_for_each(|block| self.0.write(block))
    }

    pub(super) fn close(self, disk: &Disk<'_>) -> Result<()> {
        disk.work.close(self.0)
    }
}

/// The marks of a shard, read from front to back.
struct Reading {
    file: RecordReader,
    block: Vec<u8>,
    at: usize,
}

impl Reading {
    fn open(disk: &Disk<'_>, shard: usize) -> Result<Reading> {
        let file = disk.work.open_file(&name(shard), SHARD_MARKS)?;
        Ok(Reading { file, block: Vec::new(), at: 0 })
    }

    /// Appends the next `count` marks to `out`.
    fn take(&mut self, mut count: usize, out: &mut Vec<u8>) -> Result<()> {
        while count > 0 {
            if self.at == self.block.len() {
                self.at = 0;
                if !self.file.next(&mut self.block)? {
                    return Err(self.file.bad("has fewer marks than there are paragraphs"));
                }
                continue;
            }
            let end = self.block.len().min(self.at + count);
            out.extend_from_slice(&self.block[self.at..end]);
            count -= end - self.at;
            self.at = end;
        }
        Ok(())
    }
}

/// Writes the marks of all pages in input order; `shard_of` is by site.
pub(super) fn in_input_order(disk: &Disk<'_>, shard_of: &[usize], shards: usize) -> Result<()> {
    let mut of_shards =
        (0..shards).map(|shard| Reading::open(disk, shard)).collect::<Result<Vec<_>>>()?;
    let mut rows_file = disk.work.open_file(ROWS_NAME, ROWS)?;
    let mut file = disk.work.create(NAME, MARKS)?;
    let (mut rows, mut block, mut marks) = (PageRows::default(), Vec::new(), Vec::new());
    while rows.read(&mut rows_file, &mut block)? {
        marks.clear();
        for (&site, &count) in rows.sites.iter().zip(&rows.paragraphs) {
            if site == PageTrace::BAD {
                continue;
            }
            let shard = shard_of.get(site as usize).and_then(|&shard| of_shards.get_mut(shard));
            match shard {
                Some(shard) => shard.take(count as usize, &mut marks)?,
                None => return Err(rows_file.bad("names a site that is not there")),
            }
        }
        write_column(&mut file, marks.iter().copied())?;
    }
    disk.work.close(file)
}
