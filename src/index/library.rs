//! The texts of an index, to be compared with each other.

use super::Index;
use crate::{
    Result,
    base::{
        error::FirstError,
        page::{PageNumber, SiteNumber},
    },
    copies::{BodyPair, BodyRef, Library},
    table::Sites,
};

/// All pages of an index, by number: 32 bytes a page; texts are read when they are compared.
#[derive(Debug)]
pub struct IndexLibrary<'i> {
    index: &'i Index,
    pages: Vec<Listed>,
    sites: Sites,
    /// The first thing that went wrong while texts were read.
    failed: FirstError,
}

#[derive(Clone, Copy, Debug)]
struct Listed {
    url: u64,
    site: SiteNumber,
    /// The same for equal texts.
    text: u32,
    tokens: u32,
    worth: u32,
    anchors: u32,
}

impl<'i> IndexLibrary<'i> {
    /// Lists the pages of `index`.
    ///
    /// # Errors
    ///
    /// *Data* if it is damaged.
    pub fn new(index: &'i Index) -> Result<IndexLibrary<'i>> {
        let mut sites = Sites::default();
        let mut pages = Vec::with_capacity(index.pages() as usize);
        let mut texts: Vec<(u64, PageNumber)> = Vec::with_capacity(index.pages() as usize);
        for page in 0..index.pages() {
            let row = index.row(page)?;
            texts.push((row.text, page));
            pages.push(Listed {
                url: row.url,
                site: sites.number(index.site(page)?),
                text: page,
                tokens: row.tokens,
                worth: row.worth,
                anchors: row.anchors,
            });
        }
        texts.sort_unstable();
        for equal in texts.chunk_by(|a, b| a.0 == b.0) {
            for &(_, page) in equal {
                pages[page as usize].text = equal[0].1;
            }
        }
        Ok(IndexLibrary { index, pages, sites, failed: FirstError::default() })
    }

    /// Names of sites.
    pub fn sites(&self) -> &Sites {
        &self.sites
    }

    /// Site and key of the URL of a page.
    pub fn kin(&self, page: PageNumber) -> (SiteNumber, u64) {
        self.pages.get(page as usize).map_or((SiteNumber::MAX, 0), |page| (page.site, page.url))
    }

    /// Distinct anchors of every page.
    pub fn anchors(&self) -> Vec<u32> {
        self.pages.iter().map(|page| page.anchors).collect()
    }

    /// What was read; an error is kept for [`check`](IndexLibrary::check).
    pub fn or_keep<T>(&self, read: Result<T>) -> Option<T> {
        self.failed.or_keep(read)
    }

    /// Whether all that was read could be read.
    ///
    /// # Errors
    ///
    /// The first error there was.
    pub fn check(&self) -> Result<()> {
        self.failed.check()
    }
}

impl Library for IndexLibrary<'_> {
    type BodyPair = BodyPair;

    fn text(&self, page: PageNumber) -> Option<u32> {
        self.pages.get(page as usize).map(|page| page.text)
    }

    fn tokens(&self, page: PageNumber) -> usize {
        self.pages.get(page as usize).map_or(0, |page| page.tokens as usize)
    }

    fn worth(&self, page: PageNumber) -> u32 {
        self.pages.get(page as usize).map_or(0, |page| page.worth)
    }

    fn load_pair<'d>(
        &'d self,
        loaded: &'d mut BodyPair,
        a: PageNumber,
        b: PageNumber,
    ) -> Option<(BodyRef<'d>, BodyRef<'d>)> {
        loaded.load_pair(a, b, |page, body| self.or_keep(self.index.body(page, body)))
    }
}
