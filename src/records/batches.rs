//! Files → batches, one file after the other, pages numbered through.

use std::{ops::Range, sync::atomic::Ordering};

use super::{
    Corpus, batch::Batch, cutter::Cutter, held::HeldReader, mapped::MappedCutter, noticed::Others,
    source::Source,
};
#[cfg(feature = "parquet")]
use super::{parquet::RowReader, source::Format};
use crate::base::{
    error::{Error, Result},
    page::PageNumber,
};

/// The batches of a corpus or of one of its files, in order. Ends after the first error.
pub struct Batches<'a> {
    corpus: &'a Corpus,
    /// Files not yet begun.
    files: Range<usize>,
    current: Option<Current<'a>>,
    next_page: PageNumber,
    /// Number of the first page of the file that is being read.
    begun: PageNumber,
    /// From the first file to the last, so that numbers and counts are those of the corpus.
    whole: bool,
    /// No pass over everything was begun before.
    is_first: bool,
    ended: bool,
}

impl<'a> Batches<'a> {
    pub(super) fn new(corpus: &'a Corpus, files: Range<usize>, next_page: PageNumber) -> Self {
        let whole = files == (0..corpus.files.len());
        let is_first = whole && !corpus.is_begun.swap(true, Ordering::Relaxed);
        Batches {
            corpus,
            files,
            current: None,
            next_page,
            begun: next_page,
            whole,
            is_first,
            ended: false,
        }
    }

    fn advance(&mut self) -> Result<Option<Batch>> {
        loop {
            if let Some(current) = &mut self.current {
                match current.next() {
                    Ok(Some(mut batch)) => {
                        batch.first_page = self.next_page;
                        batch.is_first = self.is_first;
                        self.next_page = PageNumber::try_from(batch.len())
                            .ok()
                            .and_then(|n| self.next_page.checked_add(n))
                            .ok_or_else(|| too_many(current.source()))?;
                        return Ok(Some(batch));
                    }
                    Ok(None) => {}
                    Err(e) => {
                        let pages = u64::from(self.next_page - self.begun);
                        self.corpus.skip(current.source(), pages, e)?;
                    }
                }
                if self.is_first {
                    self.corpus.notices.add_others(current.others());
                }
                self.current = None;
            }
            self.check_start(self.files.start)?;
            let Some(file) = self.files.next() else { return Ok(None) };
            self.begun = self.next_page;
            match Current::new(self.corpus, file) {
                Ok(current) => self.current = Some(current),
                Err(e) => self.corpus.skip(&self.corpus.files[file], 0, e.damage())?,
            }
        }
    }

    /// Notes where `file` starts, or that an earlier pass saw it start elsewhere.
    fn check_start(&self, file: usize) -> Result<()> {
        if !self.whole {
            return Ok(());
        }
        let Some(start) = self.corpus.starts.get(file) else { return Ok(()) };
        let before = *start.get_or_init(|| self.next_page);
        if before == self.next_page {
            return Ok(());
        }
        // Of the first file, nothing comes before it that could change.
        let changed = &self.corpus.files[file.saturating_sub(1)].name;
        Err(Error::data(
            changed,
            format!(
                "changed while it was read (page {before} of the input is now page {}); run again \
                 when nobody writes to it",
                self.next_page
            ),
        ))
    }
}

impl Iterator for Batches<'_> {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Result<Batch>> {
        if self.ended {
            return None;
        }
        let next = self.advance().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

fn too_many(source: &Source) -> Error {
    let problem = format!("input has more than {} pages up to here; split it", PageNumber::MAX);
    Error::data(&source.name, problem)
}

/// The file that is being cut.
enum Current<'a> {
    Read(Cutter<'a>),
    #[cfg(feature = "parquet")]
    Rows(Box<RowReader<'a>>),
    Mapped(MappedCutter<'a>),
    Held(HeldReader<'a>),
}

impl<'a> Current<'a> {
    fn new(corpus: &'a Corpus, file: usize) -> Result<Self> {
        #[cfg(feature = "parquet")]
        if corpus.files[file].format == Format::Parquet {
            return RowReader::new(corpus, file).map(|reader| Current::Rows(Box::new(reader)));
        }
        if let Some(rows) = corpus.files[file].rows() {
            return Ok(Current::Held(HeldReader::new(corpus, file, rows)));
        }
        let mapped = MappedCutter::new(corpus, file)?.map(Current::Mapped);
        mapped.map_or_else(|| Cutter::new(corpus, file).map(Current::Read), Ok)
    }

    fn next(&mut self) -> Result<Option<Batch>> {
        match self {
            Current::Read(cutter) => cutter.next().map_err(Error::damage),
            #[cfg(feature = "parquet")]
            Current::Rows(reader) => reader.next().map_err(Error::damage),
            // A file that changes while it is mapped is not damaged.
            Current::Mapped(cutter) => cutter.next(),
            Current::Held(reader) => Ok(reader.next()),
        }
    }

    /// What of a crawl was no page.
    fn others(&self) -> Others {
        match self {
            Current::Read(cutter) => cutter.others.clone(),
            #[cfg(feature = "parquet")]
            Current::Rows(_) => Others::new(),
            Current::Mapped(_) | Current::Held(_) => Others::new(),
        }
    }

    fn source(&self) -> &'a Source {
        match self {
            Current::Read(cutter) => cutter.source,
            #[cfg(feature = "parquet")]
            Current::Rows(reader) => reader.source,
            Current::Mapped(cutter) => cutter.source,
            Current::Held(reader) => reader.source,
        }
    }
}
