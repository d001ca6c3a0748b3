//! Marks of all paragraphs: written shard by shard, put in the order of the input.

use super::{
    Disk,
    gather::ROWS_NAME,
    scatter::{self, Buckets, Front, Scatter},
};
use crate::{
    Result,
    base::page::PageNumber,
    chrome::Mark,
    engine::{MARKS, ROWS},
    store::{PileReader, write_column},
    table::{PageColumns, PageEntry, PageRows},
};

pub(super) const NAME: &str = "marks";
/// Marks by shard, pages in input order: nothing but their bytes.
const BY_SHARD: &str = "shard-marks";

/// Marks by shard, being written.
pub(super) struct ShardMarks(Scatter);

impl ShardMarks {
    pub(super) fn create(disk: &Disk<'_>, shards: usize) -> Result<ShardMarks> {
        Scatter::create(&disk.work, disk.budget, BY_SHARD, shards).map(ShardMarks)
    }

    /// Adds the marks of pages of a shard that follow in the input. Among themselves they may stand in another order:
    /// partitions follow each other in a shard.
    pub(super) fn write(
        &mut self,
        shard: usize,
        columns: &PageColumns,
        marks: &[Mark],
    ) -> Result<()> {
        let mut pages: Vec<PageNumber> = (0..).take(columns.len()).collect();
        pages.sort_unstable_by_key(|&page| columns.page(page).number);
        let in_order = pages.iter().flat_map(|&page| &marks[columns.span(page)]);
        let bytes: Vec<u8> = in_order.map(|mark| mark.byte()).collect();
        self.0.extend(shard, &bytes)
    }

    /// After the last page of a shard.
    pub(super) fn end(&mut self, shard: usize) -> Result<()> {
        self.0.end(shard)
    }

    /// After the last shard: writes the marks of all pages in input order; `shard_of` is by site.
    pub(super) fn in_input_order(self, disk: &Disk<'_>, shard_of: &[usize]) -> Result<()> {
        let shards = self.0.buckets();
        self.0.finish(&disk.work)?;
        let by_shard = Buckets::open(disk, BY_SHARD)?;
        let mut pile = by_shard.pile()?;
        let mut of_shards: Vec<Reading<'_>> =
            (0..shards).map(|shard| Reading::of(by_shard.front(shard))).collect();
        let mut rows_file = disk.work.open_file(ROWS_NAME, ROWS)?;
        let mut file = disk.work.create(NAME, MARKS)?;
        let (mut rows, mut block, mut marks) = (PageRows::default(), Vec::new(), Vec::new());
        while rows.read(&mut rows_file, &mut block)? {
            marks.clear();
            for (&site, &count) in rows.sites.iter().zip(&rows.paragraphs) {
                if site == PageEntry::BAD {
                    continue;
                }
                let shard = shard_of.get(site as usize).and_then(|&shard| of_shards.get_mut(shard));
                let Some(shard) = shard else {
                    return Err(rows_file.bad("names a site that is not there"));
                };
                if !shard.take(&mut pile, count as usize, &mut marks)? {
                    return Err(rows_file.bad("has more paragraphs than there are marks"));
                }
            }
            write_column(&mut file, marks.iter().copied())?;
        }
        disk.work.close(file)
    }
}

/// Removes what was written by shard.
pub(super) fn remove(disk: &Disk<'_>) {
    scatter::remove(&disk.work, BY_SHARD);
}

/// The marks of a shard, read from front to back. All shards are read from one open file.
struct Reading<'b> {
    front: Front<'b>,
    piece: Vec<u8>,
    at: usize,
}

impl<'b> Reading<'b> {
    fn of(front: Front<'b>) -> Reading<'b> {
        Reading { front, piece: Vec::new(), at: 0 }
    }

    /// Appends the next `count` marks to `out`; false if there are fewer.
    fn take(&mut self, pile: &mut PileReader, mut count: usize, out: &mut Vec<u8>) -> Result<bool> {
        while count > 0 {
            if self.at == self.piece.len() {
                self.at = 0;
                if !self.front.next(pile, &mut self.piece)? {
                    return Ok(false);
                }
                continue;
            }
            let end = self.piece.len().min(self.at + count);
            out.extend_from_slice(&self.piece[self.at..end]);
            count -= end - self.at;
            self.at = end;
        }
        Ok(true)
    }
}
