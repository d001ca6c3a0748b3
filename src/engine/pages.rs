//! The pages of a scan, as its outputs ask for them: all in order, or one that is in a cluster or a pair.

use std::{borrow::Cow, ops::Range, path::PathBuf};

use bitvec::vec::BitVec;

use crate::{
    Error, Result,
    base::page::{self, PageNumber, SiteNumber},
    chrome::Mark,
    records::Batch,
    store::{Kind, RecordReader, Work, extend_column},
    table::{PageColumns, PageEntry, PageRows, Sites, Strings},
};

/// Rows of all pages on disk.
pub const ROWS: Kind = Kind::new(*b"rows    ", 1);
/// Marks of all paragraphs on disk, a column for those of each batch of rows.
pub const MARKS: Kind = Kind::new(*b"marks   ", 1);

/// The pages of a scan.
#[derive(Debug)]
pub enum Pages {
    /// In memory.
    Held {
        /// What was kept of the pages.
        columns: PageColumns,
        /// Labels of all paragraphs.
        marks: Vec<Mark>,
    },
    /// On disk.
    Spilled(Spilled),
}

/// Pages on disk, and what of them is asked for out of order.
#[derive(Debug)]
pub struct Spilled {
    /// Names of all sites.
    pub sites: Sites,
    /// Pages, bad records counted.
    pub pages: usize,
    /// Paragraphs of all of them.
    pub paragraphs: u64,
    /// Those that are chrome.
    pub chrome: u64,
    /// Pages that are in a pair.
    pub linked: LinkedPages,
    /// Where the files are.
    pub work: Work,
    /// Name of the file of [`ROWS`].
    pub rows: String,
    /// Name of the file of [`MARKS`].
    pub marks: String,
}

impl Spilled {
    /// Calls `each` with every page and its labels, in input order, before there are findings. Records that could
    /// not be used have no labels.
    ///
    /// # Errors
    ///
    /// Those of reading them from disk.
    pub fn each_page(
        work: &Work,
        rows: &str,
        marks: &str,
        pages: usize,
        mut each: impl FnMut(PageNumber, &[Mark]),
    ) -> Result<()> {
        let mut files = Files::open(work, rows, marks)?;
        for page in (0..).take(pages) {
            let (_, span) = files.next_row()?;
            each(page, &files.read.marks[span]);
        }
        Ok(())
    }
}

/// Sites and ids of some pages.
#[derive(Clone, Debug, Default)]
pub struct LinkedPages {
    /// Which pages, ascending.
    pub pages: Vec<PageNumber>,
    /// Their sites.
    pub sites: Vec<SiteNumber>,
    /// Their ids as the records say them.
    pub ids: Strings,
}

impl Pages {
    /// Number of pages, bad records counted.
    pub fn len(&self) -> usize {
        match self {
            Pages::Held { columns, .. } => columns.len(),
            Pages::Spilled(spilled) => spilled.pages,
        }
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of paragraphs, and of those that are chrome.
    pub fn paragraphs(&self) -> (u64, u64) {
        match self {
            Pages::Held { marks, .. } => {
                let chrome = marks.iter().filter(|mark| mark.is_chrome()).count();
                (marks.len() as u64, chrome as u64)
            }
            Pages::Spilled(spilled) => (spilled.paragraphs, spilled.chrome),
        }
    }

    /// Names of the sites.
    pub fn sites(&self) -> &Sites {
        match self {
            Pages::Held { columns, .. } => &columns.sites,
            Pages::Spilled(spilled) => &spilled.sites,
        }
    }

    /// The id of a page that is in a pair.
    pub fn id(&self, page: PageNumber) -> Cow<'_, str> {
        match self {
            Pages::Held { columns, .. } => columns.id(page),
            Pages::Spilled(spilled) => {
                let at = spilled.linked.pages.binary_search(&page);
                page::name(at.map_or("", |at| spilled.linked.ids.get(at)), page)
            }
        }
    }

    /// The name of the site of a page that is in a pair.
    pub fn site_of(&self, page: PageNumber) -> &str {
        let site = match self {
            Pages::Held { columns, .. } => columns.page(page).site,
            Pages::Spilled(Spilled { linked, .. }) => {
                linked.pages.binary_search(&page).map_or(PageEntry::BAD, |at| linked.sites[at])
            }
        };
        if (site as usize) < self.sites().len() { self.sites().name(site) } else { "" }
    }

    /// Batches of the pages with what is known of theirs.
    ///
    /// # Errors
    ///
    /// Those of reading it from disk, and of the batches.
    pub fn label_batches<'p>(
        &'p self,
        batches: impl Iterator<Item = Result<Batch>> + 'p,
    ) -> Result<impl Iterator<Item = Result<(Batch, Labels)>> + 'p> {
        let mut walk = self.walk()?;
        Ok(batches.map(move |batch| {
            let batch = batch?;
            let labels = walk.labels(batch.len())?;
            Ok((batch, labels))
        }))
    }

    /// Those of `range` in input order, if pages are in memory: from disk they are read front to back.
    pub fn walk_part(&self, range: Range<usize>) -> Option<Walk<'_>> {
        let end = range.end.min(self.len());
        let next = PageNumber::try_from(range.start).unwrap_or(PageNumber::MAX);
        match self {
            Pages::Held { .. } => Some(Walk { pages: self, next, end, files: None }),
            Pages::Spilled(_) => None,
        }
    }

    /// All pages in input order.
    ///
    /// # Errors
    ///
    /// Those of reading them from disk.
    pub fn walk(&self) -> Result<Walk<'_>> {
        Ok(Walk {
            pages: self,
            next: 0,
            end: self.len(),
            files: match self {
                Pages::Held { .. } => None,
                Pages::Spilled(spilled) => {
                    Some(Files::open(&spilled.work, &spilled.rows, &spilled.marks)?)
                }
            },
        })
    }
}

/// Goes through pages in input order.
#[derive(Debug)]
pub struct Walk<'a> {
    pages: &'a Pages,
    next: PageNumber,
    end: usize,
    files: Option<Files>,
}

#[derive(Debug)]
struct Files {
    rows: RecordReader,
    marks: RecordReader,
    path: PathBuf,
    read: Rows,
}

/// Rows that were read, and how far they were walked.
#[derive(Debug, Default)]
struct Rows {
    pages: PageRows,
    marks: Vec<Mark>,
    page: usize,
    paragraph: usize,
    block: Vec<u8>,
}

/// A page on a walk.
#[derive(Debug)]
pub struct PageView<'a> {
    /// Its number.
    pub number: PageNumber,
    /// Its site; none for a record that could not be used.
    pub site: Option<&'a str>,
    /// Its id.
    pub id: Cow<'a, str>,
    /// Labels of its paragraphs.
    pub marks: &'a [Mark],
}

impl Walk<'_> {
    /// The next page; none after the last.
    ///
    /// # Errors
    ///
    /// Those of reading it from disk.
    pub fn next_page(&mut self) -> Result<Option<PageView<'_>>> {
        let number = self.next;
        if number as usize >= self.end {
            return Ok(None);
        }
        self.next += 1;
        let view = match (self.pages, &mut self.files) {
            (Pages::Held { columns, marks }, _) => {
                let is_bad = columns.page(number).is_bad();
                PageView {
                    number,
                    site: (!is_bad).then(|| self.pages.site_of(number)),
                    id: columns.id(number),
                    marks: &marks[columns.span(number)],
                }
            }
            (Pages::Spilled(spilled), Some(files)) => {
                let (at, span) = files.next_row()?;
                let read = &files.read;
                let site = read.pages.sites[at];
                let is_bad = site as usize >= spilled.sites.len();
                PageView {
                    number,
                    site: (!is_bad).then(|| spilled.sites.name(site)),
                    id: page::name(read.pages.ids.get(at), number),
                    marks: &read.marks[span],
                }
            }
            (Pages::Spilled(_), None) => return Ok(None),
        };
        Ok(Some(view))
    }

    /// Labels of the next `count` pages.
    ///
    /// # Errors
    ///
    /// Those of [`next_page`](Walk::next_page).
    pub fn labels(&mut self, count: usize) -> Result<Labels> {
        let mut labels = Labels { first: self.next, ..Labels::default() };
        for _ in 0..count {
            let Some(page) = self.next_page()? else { break };
            labels.is_bad.push(page.site.is_none());
            labels.marks.extend_from_slice(page.marks);
            labels.ends.push(labels.marks.len());
        }
        Ok(labels)
    }
}

impl Files {
    fn open(work: &Work, rows: &str, marks: &str) -> Result<Files> {
        Ok(Files {
            rows: work.open_file(rows, ROWS)?,
            marks: work.open_file(marks, MARKS)?,
            path: work.path(marks),
            read: Rows::default(),
        })
    }

    /// Where the next page stands among the rows that are read, and its marks among the marks.
    fn next_row(&mut self) -> Result<(usize, Range<usize>)> {
        if self.read.page == self.read.pages.len() && !self.refill()? {
            let place = self.path.display().to_string();
            return Err(Error::data(place, "has fewer pages than there are; run again"));
        }
        let read = &mut self.read;
        let (at, start) = (read.page, read.paragraph);
        read.page += 1;
        read.paragraph += read.pages.paragraphs[at] as usize;
        Ok((at, start..read.paragraph))
    }

    fn refill(&mut self) -> Result<bool> {
        let Rows { pages: rows, marks, page, paragraph, block } = &mut self.read;
        (*page, *paragraph) = (0, 0);
        marks.clear();
        while rows.read(&mut self.rows, block)? {
            let mut bytes = Vec::new();
            extend_column::<u8>(&mut self.marks, block, &mut bytes)?;
            let all: Option<Vec<Mark>> = bytes.into_iter().map(Mark::from_byte).collect();
            let count: u64 = rows.paragraphs.iter().map(|&count| u64::from(count)).sum();
            match all {
                Some(all) if all.len() as u64 == count => *marks = all,
                _ => return Err(self.marks.bad("has marks that make no sense")),
            }
            if !rows.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Labels of pages that follow each other.
#[derive(Debug, Default)]
pub struct Labels {
    first: PageNumber,
    marks: Vec<Mark>,
    ends: Vec<usize>,
    is_bad: BitVec,
}

impl Labels {
    /// Labels of the paragraphs of `page`.
    pub fn of(&self, page: PageNumber) -> LabelsOf<'_> {
        let at = page.checked_sub(self.first).map_or(usize::MAX, |at| at as usize);
        let Some(&end) = self.ends.get(at) else { return LabelsOf::Unknown };
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        if self.is_bad[at] { LabelsOf::Bad } else { LabelsOf::Page(&self.marks[start..end]) }
    }
}

/// What is known of a page's labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelsOf<'a> {
    /// Those of its paragraphs.
    Page(&'a [Mark]),
    /// It could not be used.
    Bad,
    /// It is none of the pages that were scanned.
    Unknown,
}
