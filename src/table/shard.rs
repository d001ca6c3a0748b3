//! Page columns on disk: those of the pages of some sites, which are looked at together.
//!
//! While pages are learnt, each is added to the shard of its site ([`PageColumns::push_page`]), and shards are written
//! in parts. Once its families are numbered, a shard is written once more in the form that later stages read:
//! numbers and families come first, so a reader that needs only those can stop early.

use super::{PageColumns, PageEntry, Shape};
use crate::{
    Result,
    base::page::PageNumber,
    cues::Cue,
    store::{Kind, RecordReader, RecordWriter, extend_column, read_column, write_column},
};

/// Parts of columns whose families are not numbered.
pub const TRACED: Kind = Kind::new(*b"traced  ", 2);
/// Page columns whose families are numbered.
pub const NUMBERED: Kind = Kind::new(*b"numbered", 2);

impl PageColumns {
    /// Adds page `page` of `from`, which has number `number` in the input.
    ///
    /// The page's id and date are left out: they are in the rows of all pages.
    pub fn push_page(&mut self, from: &PageColumns, page: PageNumber, number: PageNumber) {
        let of = from.page(page);
        let span = from.span(page);
        let site = self.sites.number(from.sites.name(of.site));
        self.pages.push(PageEntry { site, number, url: of.url });
        self.fingerprints.extend_from_slice(&from.fingerprints[span.clone()]);
        self.shapes.extend_from_slice(&from.shapes[span.clone()]);
        self.cues.extend_from_slice(&from.cues[span.clone()]);
        self.wordings.extend_from_slice(&from.wordings[span.clone()]);
        self.anchor_counts.extend_from_slice(&from.anchor_counts[span]);
        self.anchors.extend_from_slice(from.anchors_of(page));
        self.first_paragraph.push(self.shapes.len() as u64);
        self.first_anchor.push(self.anchors.len() as u64);
        #[expect(clippy::cast_possible_truncation, reason = "offsets of vectors in memory")]
        let rows =
            from.first_row[page as usize] as usize..from.first_row[page as usize + 1] as usize;
        self.near.of.extend_from_slice(&from.near.of[rows.clone()]);
        self.near.keys.extend_from_slice(&from.near.keys[rows]);
        self.first_row.push(self.near.of.len() as u64);
    }

    /// Bytes that the columns hold.
    pub fn bytes(&self) -> u64 {
        let pages = self.pages.len() * 32;
        let paragraphs = self.shapes.len() * 22 + self.numbers.len() * 4;
        let near = self.near.of.len() * 8 + self.near.keys.len() * 64;
        (pages + paragraphs + near + self.anchors.len() * 8) as u64
    }

    /// Writes these columns as a part of a [`TRACED`] file.
    ///
    /// # Errors
    ///
    /// Those of the file.
    pub fn write_part(&self, file: &mut RecordWriter) -> Result<()> {
        self.write_pages(file)?;
        write_column(file, self.fingerprints.iter().copied())?;
        self.write_rest(file)?;
        write_column(file, self.first_row.iter().copied())?;
        write_column(file, self.near.of.iter().copied())?;
        write_column(file, self.near.keys.iter().copied())
    }

    /// Reads the next part of a [`TRACED`] file; none at the end.
    ///
    /// # Errors
    ///
    /// Those of the file, *data* if it makes no sense.
    pub fn read_part(file: &mut RecordReader, block: &mut Vec<u8>) -> Result<Option<PageColumns>> {
        let mut part = PageColumns::new();
        if !part.read_pages(file, block)? {
            return Ok(None);
        }
        extend_column(file, block, &mut part.fingerprints)?;
        part.read_rest(file, block)?;
        part.first_row.clear();
        extend_column(file, block, &mut part.first_row)?;
        extend_column(file, block, &mut part.near.of)?;
        extend_column(file, block, &mut part.near.keys)?;
        let whole = part.fingerprints.len() == part.shapes.len()
            && part.near.of.len() == part.near.keys.len()
            && ends(&part.first_row, part.pages.len(), part.near.of.len());
        if whole { Ok(Some(part)) } else { Err(file.bad("has columns of different lengths")) }
    }

    /// Writes columns whose families are numbered; band keys are left out.
    ///
    /// # Errors
    ///
    /// Those of the file.
    pub fn write_numbered(&self, file: &mut RecordWriter) -> Result<()> {
        self.write_pages(file)?;
        write_column(file, self.numbers.iter().copied())?;
        write_column(file, self.fingerprints.iter().copied())?;
        self.write_rest(file)
    }

    /// Reads a [`NUMBERED`] file whole.
    ///
    /// # Errors
    ///
    /// Those of the file, *data* if it makes no sense.
    pub fn read_numbered(file: &mut RecordReader) -> Result<PageColumns> {
        let mut block = Vec::new();
        let mut columns = PageColumns::read_some(file, &mut block)?;
        columns.read_rest(file, &mut block)?;
        if file.next(&mut block)? {
            return Err(file.bad("goes on where it should end"));
        }
        if columns.shapes.len() != columns.numbers.len() {
            return Err(file.bad("has columns of different lengths"));
        }
        Ok(columns)
    }

    /// Reads the pages of a [`NUMBERED`] file and the families of their paragraphs, and nothing else.
    ///
    /// # Errors
    ///
    /// Those of the file, *data* if it makes no sense.
    pub fn read_families(file: &mut RecordReader) -> Result<PageColumns> {
        let mut columns = PageColumns::read_some(file, &mut Vec::new())?;
        columns.shapes.clear();
        Ok(columns)
    }

    fn read_some(file: &mut RecordReader, block: &mut Vec<u8>) -> Result<PageColumns> {
        let mut columns = PageColumns::new();
        if !columns.read_pages(file, block)? {
            return Err(file.bad("is empty"));
        }
        extend_column(file, block, &mut columns.numbers)?;
        extend_column(file, block, &mut columns.fingerprints)?;
        let families = columns.fingerprints.len();
        let paragraphs = columns.first_paragraph.last().copied().unwrap_or(0);
        if columns.numbers.len() as u64 != paragraphs
            || columns.numbers.iter().any(|&number| number as usize >= families)
        {
            return Err(file.bad("has columns of different lengths"));
        }
        Ok(columns)
    }

    fn write_pages(&self, file: &mut RecordWriter) -> Result<()> {
        let mut names = Vec::new();
        for name in self.sites.names() {
            names.extend_from_slice(&(name.len() as u64).to_le_bytes());
            names.extend_from_slice(name.as_bytes());
        }
        write_column(file, names.into_iter())?;
        write_column(file, self.pages.iter().map(|page| [page.site, page.number]))?;
        write_column(file, self.pages.iter().map(|page| page.url))?;
        write_column(file, self.first_paragraph.iter().copied())?;
        write_column(file, self.first_anchor.iter().copied())
    }

    fn read_pages(&mut self, file: &mut RecordReader, block: &mut Vec<u8>) -> Result<bool> {
        let mut names = Vec::new();
        if !read_column(file, block, |byte: u8| names.push(byte))? {
            return Ok(false);
        }
        let mut rest = names.as_slice();
        while let Some((length, after)) = rest.split_first_chunk::<8>() {
            let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
            let name = after.split_at_checked(length);
            let Some((name, after)) =
                name.and_then(|(name, r)| Some((str::from_utf8(name).ok()?, r)))
            else {
                return Err(file.bad("has names of sites that make no sense"));
            };
            self.sites.number(name);
            rest = after;
        }
        let sites = self.sites.len();
        let mut in_sites = true;
        let (mut numbers, mut urls) = (Vec::<[u32; 2]>::new(), Vec::<u64>::new());
        extend_column(file, block, &mut numbers)?;
        extend_column(file, block, &mut urls)?;
        self.pages = numbers
            .iter()
            .zip(&urls)
            .map(|(&[site, number], &url)| {
                in_sites &= (site as usize) < sites;
                PageEntry { site, number, url }
            })
            .collect();
        self.first_paragraph.clear();
        self.first_anchor.clear();
        extend_column(file, block, &mut self.first_paragraph)?;
        extend_column(file, block, &mut self.first_anchor)?;
        let ends = |column: &[u64]| {
            let last = column.last().and_then(|&last| usize::try_from(last).ok());
            last.is_some_and(|last| ends(column, numbers.len(), last))
        };
        let whole = urls.len() == numbers.len()
            && ends(&self.first_paragraph)
            && ends(&self.first_anchor)
            && in_sites;
        if whole { Ok(true) } else { Err(file.bad("has pages that make no sense")) }
    }

    /// Whether the paragraphs of every page have as many anchors as the page; lengths are those of the columns.
    #[expect(clippy::cast_possible_truncation, reason = "offsets of vectors in memory")]
    fn anchors_fit(&self) -> bool {
        let pages = self.first_paragraph.windows(2).zip(self.first_anchor.windows(2));
        pages.into_iter().all(|(paragraphs, anchors)| {
            let counts = &self.anchor_counts[paragraphs[0] as usize..paragraphs[1] as usize];
            let counted: u64 = counts.iter().map(|&count| u64::from(count)).sum();
            counted == anchors[1] - anchors[0]
        })
    }

    fn write_rest(&self, file: &mut RecordWriter) -> Result<()> {
        write_column(file, self.shapes.iter().map(|shape| shape.0))?;
        write_column(file, self.cues.iter().map(|cue| cue.bits()))?;
        write_column(file, self.wordings.iter().copied())?;
        write_column(file, self.anchor_counts.iter().copied())?;
        write_column(file, self.anchors.iter().copied())
    }

    fn read_rest(&mut self, file: &mut RecordReader, block: &mut Vec<u8>) -> Result<()> {
        if !read_column(file, block, |shape: u16| self.shapes.push(Shape(shape)))? {
            return Err(file.bad("ends where a column should be"));
        }
        read_column(file, block, |cue: u32| self.cues.push(Cue::from_bits(cue)))?;
        extend_column(file, block, &mut self.wordings)?;
        extend_column(file, block, &mut self.anchor_counts)?;
        extend_column(file, block, &mut self.anchors)?;
        let paragraphs = self.first_paragraph.last().copied().unwrap_or(0);
        let anchors = self.first_anchor.last().copied().unwrap_or(0);
        let whole = self.shapes.len() as u64 == paragraphs
            && self.cues.len() == self.shapes.len()
            && self.wordings.len() == self.shapes.len()
            && self.anchor_counts.len() == self.shapes.len()
            && self.anchors.len() as u64 == anchors
            && self.anchors_fit();
        if whole { Ok(()) } else { Err(file.bad("has columns of different lengths")) }
    }
}

/// Whether `column` says where each of so many things begins among so many others, and where the last ends.
fn ends(column: &[u64], things: usize, others: usize) -> bool {
    column.len() == things + 1
        && column.first() == Some(&0)
        && column.last() == Some(&(others as u64))
        && column.is_sorted()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::cpu::Tier,
        table::{Near, Paragraph},
    };

    /// Pages of two sites; every third paragraph has a row of band keys.
    fn columns() -> PageColumns {
        let mut columns = PageColumns::new();
        for page in 0..9_u64 {
            if page == 4 {
                columns.push_bad();
                continue;
            }
            for paragraph in 0..page {
                let fingerprint = page * 7 + paragraph % 3;
                if paragraph % 3 == 0 {
                    columns.near.push(Tier::best(), fingerprint, &[fingerprint << 40 | 1]);
                }
                let shape = Shape(fingerprint as u16);
                let cue = Cue::from_bits(fingerprint as u32 * 5);
                let row = Paragraph { fingerprint, shape, cue, wording: paragraph as u32 };
                columns.push_paragraph(row, &[fingerprint; 3][..(paragraph % 4).min(3) as usize]);
            }
            columns.end_page(["a.example", "b.example"][page as usize % 2], page, "", "");
        }
        columns
    }

    fn usable(columns: &PageColumns) -> impl Iterator<Item = PageNumber> {
        (0..).take(columns.len()).filter(|&page| !columns.page(page).is_bad())
    }

    #[test]
    fn a_shard_comes_back_from_its_parts_and_can_be_cut_by_site() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shard");
        let whole = columns();
        let mut file = RecordWriter::create(&path, TRACED, 1).unwrap();
        for pages in usable(&whole).collect::<Vec<_>>().chunks(3) {
            let mut part = PageColumns::new();
            for &page in pages {
                part.push_page(&whole, page, page);
            }
            part.write_part(&mut file).unwrap();
        }
        file.finish(false).unwrap();
        for wanted in [&["a.example", "b.example"][..], &["b.example"]] {
            let mut expected = PageColumns::new();
            for page in usable(&whole) {
                if wanted.contains(&whole.sites.name(whole.page(page).site)) {
                    expected.push_page(&whole, page, page);
                }
            }
            let mut file = RecordReader::open(&path, TRACED, 1).unwrap();
            let mut read = PageColumns::new();
            while let Some(part) = PageColumns::read_part(&mut file, &mut Vec::new()).unwrap() {
                for page in usable(&part) {
                    let of = part.page(page);
                    if wanted.contains(&part.sites.name(of.site)) {
                        read.push_page(&part, page, of.number);
                    }
                }
            }
            assert_eq!(format!("{read:?}"), format!("{expected:?}"));
            assert!(read.near.len() > 3, "{:?}", Near::WORDS);
        }
    }

    #[test]
    fn a_numbered_shard_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shard");
        let (all, mut shard) = (columns(), PageColumns::new());
        for page in usable(&all) {
            shard.push_page(&all, page, page);
        }
        shard.finish().unwrap();
        let mut file = RecordWriter::create(&path, NUMBERED, 1).unwrap();
        shard.write_numbered(&mut file).unwrap();
        file.finish(false).unwrap();
        let read = PageColumns::read_numbered(&mut RecordReader::open(&path, NUMBERED, 1).unwrap())
            .unwrap();
        assert_eq!((read.numbers(), read.families()), (shard.numbers(), shard.families()));
        assert_eq!((read.shapes(), read.wordings()), (shard.shapes(), shard.wordings()));
        assert_eq!(read.cues(), shard.cues());
        assert_eq!((&read.pages, &read.anchors), (&shard.pages, &shard.anchors));
        let families =
            PageColumns::read_families(&mut RecordReader::open(&path, NUMBERED, 1).unwrap())
                .unwrap();
        assert_eq!((families.numbers(), families.span(3)), (shard.numbers(), shard.span(3)));
    }
}
