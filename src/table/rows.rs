//! What outputs ask of pages, in input order: the rest of their columns is in shards.

use super::{PageColumns, PageEntry, Strings};
use crate::{
    Result,
    base::page::SiteNumber,
    store::{RecordReader, RecordWriter, extend_column, read_column, write_column},
};

/// Rows of pages that follow each other.
#[derive(Clone, Debug, Default)]
pub struct PageRows {
    /// Their sites; [`PageEntry::BAD`] for records that could not be used.
    pub sites: Vec<SiteNumber>,
    /// Keys of their URLs.
    pub urls: Vec<u64>,
    /// How many paragraphs each has.
    pub paragraphs: Vec<u32>,
    /// Their ids as the records say them.
    pub ids: Strings,
    /// Their dates, the same.
    pub dates: Strings,
}

impl PageRows {
    /// The rows of traced pages; `sites` are the numbers that their sites have elsewhere.
    pub fn of(columns: &PageColumns, sites: &[SiteNumber]) -> PageRows {
        let site = |page: &PageEntry| sites.get(page.site as usize).copied();
        let lengths = columns.first_paragraph.windows(2).map(|ends| ends[1] - ends[0]);
        PageRows {
            sites: columns.pages.iter().map(|page| site(page).unwrap_or(PageEntry::BAD)).collect(),
            urls: columns.pages.iter().map(|page| page.url).collect(),
            paragraphs: lengths.map(|length| u32::try_from(length).unwrap_or(u32::MAX)).collect(),
            ids: columns.ids.clone(),
            dates: columns.dates.clone(),
        }
    }

    /// How many pages there are.
    pub fn len(&self) -> usize {
        self.sites.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.sites.is_empty()
    }

    /// Writes the rows.
    ///
    /// # Errors
    ///
    /// Those of the file.
    pub fn write(&self, file: &mut RecordWriter) -> Result<()> {
        write_column(file, self.sites.iter().copied())?;
        write_column(file, self.urls.iter().copied())?;
        write_column(file, self.paragraphs.iter().copied())?;
        self.ids.write(file)?;
        self.dates.write(file)
    }

    /// Reads the next rows in the place of these; false at the end of the file.
    ///
    /// # Errors
    ///
    /// Those of the file, *data* if they make no sense.
    pub fn read(&mut self, file: &mut RecordReader, block: &mut Vec<u8>) -> Result<bool> {
        self.sites.clear();
        self.urls.clear();
        self.paragraphs.clear();
        if !read_column(file, block, |site| self.sites.push(site))? {
            return Ok(false);
        }
        extend_column(file, block, &mut self.urls)?;
        extend_column(file, block, &mut self.paragraphs)?;
        self.ids = Strings::read(file, block)?;
        self.dates = Strings::read(file, block)?;
        let pages = self.sites.len();
        let lengths = [self.urls.len(), self.paragraphs.len(), self.ids.len(), self.dates.len()];
        if lengths.iter().any(|&length| length != pages) {
            return Err(file.bad("has columns of different lengths"));
        }
        Ok(true)
    }
}
