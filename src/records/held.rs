//! Pages that a program holds: a corpus without files. Nothing is written, parsed or copied; who holds them is asked
//! for a page when a worker reads it.

use std::{borrow::Cow, fmt, sync::Arc};

use super::{
    Corpus, Options,
    batch::{Batch, RawRecord},
    place::Place,
    pool::Pool,
    record::{Has, Record, site_of},
    site::{SiteBy, site_of_url},
    source::Source,
};
use crate::base::{
    error::{Error, Result},
    page::Page,
};

/// One page as a program holds it. What is "" is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row<'r> {
    /// The page's own name.
    pub id: Option<Cow<'r, str>>,
    /// Its site, where it is not to be taken from the URL.
    pub site: Option<Cow<'r, str>>,
    /// Where it was fetched from.
    pub url: Option<Cow<'r, str>>,
    /// Its day or time.
    pub date: Option<Cow<'r, str>>,
    /// Its text.
    pub text: Cow<'r, str>,
}

/// Pages that a program holds, in a fixed order. They are asked for from any thread, and in every pass anew, so they must
/// not change.
pub trait Rows: fmt::Debug + Send + Sync {
    /// How many there are.
    fn len(&self) -> usize;

    /// There are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of the text of a row, as far as that can be told at no cost: batches are made by it.
    fn bytes(&self, row: usize) -> usize;

    /// A row, from 0.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words; it is a bad record then.
    fn row(&self, row: usize) -> Result<Row<'_>, String>;
}

impl Corpus {
    /// The pages that `rows` hold; `name` is what they are called in messages. Reads nothing.
    ///
    /// # Errors
    ///
    /// *Data* if there are more pages than have numbers of 32 bits.
    pub fn of_rows(name: &str, rows: Arc<dyn Rows>, options: Options) -> Result<Corpus> {
        if u32::try_from(rows.len()).is_err() {
            let problem = format!("more than {} pages; split them", u32::MAX);
            return Err(Error::data(name, problem));
        }
        let source = Source::held(name, rows, &options);
        Ok(Corpus::of_files(vec![source], options))
    }

    /// The pages `pages`, which are kept in memory.
    ///
    /// # Errors
    ///
    /// As [`of_rows`](Corpus::of_rows).
    pub fn of_pages<'p>(pages: impl IntoIterator<Item = Page<'p>>) -> Result<Corpus> {
        let pages: Vec<Page<'static>> = pages.into_iter().map(Page::into_owned).collect();
        Corpus::of_rows("pages", Arc::new(Pages(pages)), Options::default())
    }
}

/// Pages in memory.
#[derive(Debug)]
struct Pages(Vec<Page<'static>>);

impl Rows for Pages {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn bytes(&self, row: usize) -> usize {
        self.0.get(row).map_or(0, |page| page.text.len())
    }

    fn row(&self, row: usize) -> Result<Row<'_>, String> {
        let page = self.0.get(row).ok_or("no such page")?;
        Ok(Row {
            id: page.id.as_deref().map(Cow::Borrowed),
            site: Some(Cow::Borrowed(&page.site)),
            url: page.url.as_deref().map(Cow::Borrowed),
            date: page.date.as_deref().map(Cow::Borrowed),
            text: Cow::Borrowed(&page.text),
        })
    }
}

impl<'a> Page<'a> {
    /// A page of the site that its address tells, as the command tells it: the registrable domain. What is "" is not there.
    ///
    /// ```
    /// use refrain::Page;
    ///
    /// let page = Page::new("a-1", "https://www.hill.example/ferry?utm_source=x", "The ferry was full.");
    /// assert_eq!(page.site, "hill.example");
    /// ```
    pub fn new(
        id: impl Into<Cow<'a, str>>,
        url: impl Into<Cow<'a, str>>,
        text: impl Into<Cow<'a, str>>,
    ) -> Page<'a> {
        let there = |field: Cow<'a, str>| Some(field).filter(|field| !field.is_empty());
        let url = there(url.into());
        let site = url.as_deref().and_then(|url| site_of_url(url, SiteBy::default()));
        let site = site.map(|site| site.into_owned().into()).unwrap_or_default();
        Page { id: there(id.into()), site, url, date: None, text: text.into(), layout: None }
    }

    /// The same page of another site, which need not be a domain.
    #[must_use]
    pub fn with_site(self, site: impl Into<Cow<'a, str>>) -> Page<'a> {
        Page { site: site.into(), ..self }
    }

    /// The same page of that day or time.
    #[must_use]
    pub fn with_date(self, date: impl Into<Cow<'a, str>>) -> Page<'a> {
        Page { date: Some(date.into()), ..self }
    }

    /// The same page, which borrows nothing.
    pub fn into_owned(self) -> Page<'static> {
        let own = |field: Cow<'a, str>| Cow::Owned(field.into_owned());
        Page {
            id: self.id.map(own),
            site: own(self.site),
            url: self.url.map(own),
            date: self.date.map(own),
            text: own(self.text),
            layout: self.layout,
        }
    }
}

/// Makes batches of rows: only where they begin and end.
pub(super) struct HeldReader<'a> {
    pub(super) source: &'a Source,
    rows: &'a dyn Rows,
    pool: &'a Arc<Pool>,
    batch_bytes: usize,
    place: Place,
    next: usize,
}

impl<'a> HeldReader<'a> {
    pub(super) fn new(corpus: &'a Corpus, file: usize, rows: &'a dyn Rows) -> HeldReader<'a> {
        HeldReader {
            source: &corpus.files[file],
            rows,
            pool: &corpus.pool,
            batch_bytes: corpus.batch_bytes,
            place: Place::start(file, corpus.options.max_record),
            next: 0,
        }
    }

    pub(super) fn next(&mut self) -> Option<Batch> {
        let mut held = self.pool.take();
        let place = self.place.clone();
        let mut length = 0;
        while self.next < self.rows.len() && length < self.batch_bytes {
            // A row without a text counts, too, or a batch might never end.
            let bytes = self.rows.bytes(self.next);
            length += bytes.max(1);
            self.place.end_dropped_record(&mut held.spans, 0..0, bytes as u64, 1);
            self.next += 1;
        }
        if held.spans.is_empty() {
            self.pool.give(held);
            return None;
        }
        let length = length as u64;
        self.place.byte += length;
        Some(Batch::read(&place, held, [length; 2], self.pool))
    }
}

/// The record of a row that a program holds.
pub(super) fn record<'r>(
    rows: &'r dyn Rows,
    raw: &RawRecord<'_>,
    max_record: usize,
    by: SiteBy,
) -> Result<Record<'r>, String> {
    if raw.length > max_record as u64 {
        return Err(super::record::too_long("row", raw.length, max_record));
    }
    // Records are numbered from 1.
    let at = usize::try_from(raw.record.saturating_sub(1)).unwrap_or(usize::MAX);
    let Row { id, site, url, date, text } = rows.row(at)?;
    let there = |field: Option<Cow<'r, str>>| field.filter(|field| !field.is_empty());
    let (id, named, url, date) = (there(id), there(site), there(url), there(date));
    let has = Has([id.is_some(), named.is_some(), url.is_some(), date.is_some()]);
    let site = site_of(named, url.as_ref(), by);
    let page = Page { id, site, url, date, text, layout: None };
    Ok(Record { has, ..Record::of_row(page) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{base::cpu::Tier, records::Parser};

    fn pages(count: usize) -> Vec<Page<'static>> {
        let page = |n: usize| {
            Page::new(format!("p{n}"), format!("https://www.hill.example/{n}"), format!("Text {n}"))
        };
        (0..count).map(page).collect()
    }

    fn read(corpus: &Corpus) -> Vec<(u32, Page<'static>)> {
        let mut parser = Parser::new(corpus, Tier::best());
        let mut read = Vec::new();
        for batch in corpus.batches() {
            let batch = batch.unwrap();
            for raw in batch.raw() {
                read.push((raw.number, parser.parse(&raw).unwrap().page.into_owned()));
            }
        }
        read
    }

    #[test]
    fn pages_are_read_as_they_are_held_however_they_are_cut() {
        let held = pages(100);
        let expected: Vec<_> = (0..).zip(held.clone()).collect();
        for bytes in [1, 7, 64, 1 << 20] {
            let corpus = Corpus::of_pages(held.clone()).unwrap().in_batches_of(bytes);
            assert_eq!(read(&corpus), expected, "batches of {bytes}");
            // In every pass anew.
            assert_eq!(read(&corpus), expected, "batches of {bytes}");
            assert_eq!(corpus.pages(), Some(100));
        }
        assert_eq!(read(&Corpus::of_pages([]).unwrap()), []);
    }

    #[test]
    fn a_page_is_of_the_site_that_it_names_or_else_its_address() {
        let named = Page::new("", "https://www.hill.example/", "a").with_site("www.Vale.example");
        assert_eq!((named.id.is_none(), named.date.is_none()), (true, true));
        let read = read(&Corpus::of_pages([named, Page::new("", "", "b")]).unwrap());
        assert_eq!(read[0].1.site, "vale.example", "as a record that names it");
        assert_eq!(read[1].1.site, "");
    }

    /// Every second one is none.
    #[derive(Debug)]
    struct Odd;

    impl Rows for Odd {
        fn len(&self) -> usize {
            4
        }

        fn bytes(&self, row: usize) -> usize {
            row * 100
        }

        fn row(&self, row: usize) -> Result<Row<'_>, String> {
            if row % 2 == 1 { Err("odd".to_owned()) } else { Ok(Row::default()) }
        }
    }

    #[test]
    fn a_row_that_is_none_is_a_bad_record() {
        let options = Options { max_record: 150, ..Options::default() };
        let corpus = Corpus::of_rows("table", Arc::new(Odd), options).unwrap();
        let mut parser = Parser::new(&corpus, Tier::best());
        let batch = corpus.batches().next().unwrap().unwrap();
        let told: Vec<String> = batch
            .raw()
            .filter_map(|raw| {
                let error = parser.parse(&raw).err()?;
                let (at, problem) = error.as_record()?;
                Some(format!("{} {} {problem}", at.file, at.record))
            })
            .collect();
        assert_eq!(told[0], "table 2 odd");
        assert!(told[1].starts_with("table 3 row is 200 bytes long"), "{told:?}");
        assert!(told[2].starts_with("table 4 row is 300 bytes long"), "{told:?}");
    }
}
