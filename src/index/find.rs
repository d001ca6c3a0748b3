//! Which known pages a new page copies.

use std::collections::HashMap;

use super::{About, Disposition, Entry, Index, PagesWith, Source, beside};
use crate::{
    Result,
    base::page::PageNumber,
    copies::{
        Beside, Body, Comparer, Kinship, LongPosting, Passage, Rule, Share, Verdict,
        hashed_passages, needed_anchors, neighbours,
    },
};

/// What a key on so many pages proposes is remembered.
const LONG: usize = 1024;

/// A known page that prints the same text, and what proves it.
#[derive(Clone, Debug)]
pub struct KnownCopy {
    /// Its number in the index.
    pub page: PageNumber,
    /// Measures; the first text is the new page's, the second the known one's.
    pub verdict: Verdict,
    /// What is shared, in the order of the new page, each with a hash of its shared words.
    pub passages: Vec<(Passage, u64)>,
    /// Body of the new page that was not compared with the known one.
    pub beside: Beside,
    /// Words of all the body of the new page that stand in that of the known one, in whatever order.
    pub words: Share,
    /// Id, date, title and paragraphs of the known page.
    pub about: About,
    /// What cleaning did with the known page.
    pub fate: Disposition,
}

impl KnownCopy {
    /// How much of all the new page's body the known page has.
    pub fn held(&self) -> Share {
        self.verdict.held(self.beside).lesser(self.words)
    }
}

/// A key on many pages, which is read once: reading it for each of its pages would take time that grows with the
/// square of them.
#[derive(Debug)]
struct Long {
    posting: LongPosting,
    /// The first page that was not dropped.
    first_kept: Option<PageNumber>,
    /// What it proposes to a page that comes after all.
    to_new: Vec<PageNumber>,
}

impl Long {
    /// Sets `near` to what is proposed to the page `before`, which is behind the page `last`.
    fn neighbours(
        &self,
        index: &Index,
        before: PageNumber,
        last: PageNumber,
        near: &mut Vec<PageNumber>,
    ) -> Result<()> {
        self.posting.neighbours(last, near);
        for &page in near.iter() {
            if index.row(page)?.fate != Disposition::Dropped {
                return Ok(());
            }
        }
        if let Some(page) = self.first_kept.filter(|&page| page < before)
            && let Err(at) = near.binary_search(&page)
        {
            near.insert(at, page);
        }
        Ok(())
    }
}

/// Looks pages up. One a worker.
#[derive(Debug)]
pub struct Finder<'i> {
    index: &'i Index,
    comparer: Comparer,
    known: Body,
    posting: PagesWith<'i>,
    pages: Vec<PageNumber>,
    near: Vec<PageNumber>,
    /// Some hundred bytes each.
    long: HashMap<(usize, u64), Long>,
    met: Vec<PageNumber>,
    candidates: Vec<PageNumber>,
}

impl<'i> Finder<'i> {
    /// A finder in `index`.
    pub fn new(index: &'i Index) -> Finder<'i> {
        Finder {
            index,
            comparer: Comparer::new(),
            known: Body::new(),
            posting: PagesWith::default(),
            pages: Vec::new(),
            near: Vec::new(),
            long: HashMap::new(),
            met: Vec::new(),
            candidates: Vec::new(),
        }
    }

    /// The known pages that `entry` copies: those with most shared words first, then the most alike,
    /// then the earlier ones. If the page itself
    /// is in the index, only pages that were added before it.
    ///
    /// A key that [`FULL`](crate::copies::FULL) pages and more have proposes four of them, as in a run. Costs a look-up for
    /// each key, the pages of those that are met for the first time, and an alignment for each candidate.
    ///
    /// # Errors
    ///
    /// *Data* if the index is damaged where it looks.
    pub fn find(&mut self, entry: &Entry) -> Result<Vec<KnownCopy>> {
        let before = self.index.page_of(entry)?.unwrap_or(self.index.pages());
        self.propose(entry, before)?;
        let mut found = Vec::new();
        for at in 0..self.candidates.len() {
            found.extend(self.verify(entry, self.candidates[at])?);
        }
        found.sort_by(|a, b| {
            let order = b.verdict.shared.cmp(&a.verdict.shared);
            // Of two that hold all of it the more alike comes first: the equal text before the longer one.
            order
                .then_with(|| b.verdict.resemblance.cmp_value(a.verdict.resemblance))
                .then_with(|| a.page.cmp(&b.page))
        });
        Ok(found)
    }

    /// What cleaning did with `entry` when it was added.
    ///
    /// # Errors
    ///
    /// As [`find`](Finder::find).
    pub fn fate(&self, entry: &Entry) -> Result<Disposition> {
        let page = self.index.page_of(entry)?;
        page.map_or(Ok(Disposition::Unsaid), |page| Ok(self.index.row(page)?.fate))
    }

    /// Sets the candidates.
    fn propose(&mut self, entry: &Entry, before: PageNumber) -> Result<()> {
        self.candidates.clear();
        let is_new = before == self.index.pages();
        for source in Source::ALL {
            self.met.clear();
            for &key in &entry.keys[source as usize] {
                let place = (source as usize, key);
                if let Some(long) = self.long.get(&place).filter(|_| is_new) {
                    self.met.extend_from_slice(&long.to_new);
                    continue;
                }
                self.index.pages_with(source, key, &mut self.posting)?;
                match self.posting.before(before) {
                    (LONG.., Some(last)) => self.propose_long(place, before, last)?,
                    (count, _) => {
                        self.pages.clear();
                        self.pages.extend(self.posting.iter().take(count));
                        if !self.pages.is_sorted() {
                            return Err(self.index.nonsense("pages of a key"));
                        }
                        neighbours(&self.pages, &mut self.near);
                        self.add_kept()?;
                    }
                }
                self.met.extend_from_slice(&self.near);
            }
            self.met.sort_unstable();
            let own = u32::try_from(entry.keys[Source::Anchors as usize].len()).unwrap_or(u32::MAX);
            for pages in self.met.chunk_by(|a, b| a == b) {
                let is_enough = source != Source::Anchors
                    || pages.len() as u64
                        >= u64::from(needed_anchors(own, self.index.row(pages[0])?.anchors));
                if is_enough {
                    self.candidates.push(pages[0]);
                }
            }
        }
        self.candidates.sort_unstable();
        self.candidates.dedup();
        Ok(())
    }

    /// Sets `near` to what a key on many pages proposes, of which those before a page end with `last`.
    fn propose_long(
        &mut self,
        place: (usize, u64),
        before: PageNumber,
        last: PageNumber,
    ) -> Result<()> {
        if !self.long.contains_key(&place) {
            self.pages.clear();
            self.pages.extend(self.posting.iter());
            if !self.pages.is_sorted() {
                return Err(self.index.nonsense("pages of a key"));
            }
            let mut first_kept = None;
            for &page in &self.pages {
                if self.index.row(page)?.fate != Disposition::Dropped {
                    first_kept = Some(page);
                    break;
                }
            }
            let posting = LongPosting::of(self.pages.iter().copied());
            let mut long = Long { posting, first_kept, to_new: Vec::new() };
            if let Some(&last) = self.pages.last() {
                long.neighbours(self.index, self.index.pages(), last, &mut self.near)?;
                long.to_new.clone_from(&self.near);
            }
            self.long.insert(place, long);
        }
        match self.long.get(&place) {
            Some(long) => long.neighbours(self.index, before, last, &mut self.near),
            None => Ok(()),
        }
    }

    /// Of a key on many pages one that was not dropped, too, if all that were chosen were: it alone may be the reason to
    /// drop the new page. The first pages that print a text are those that are kept, so it is soon found.
    fn add_kept(&mut self) -> Result<()> {
        if self.near.len() == self.pages.len() {
            return Ok(());
        }
        for &page in self.near.iter().chain(&self.pages) {
            if self.index.row(page)?.fate != Disposition::Dropped {
                if let Err(at) = self.near.binary_search(&page) {
                    self.near.insert(at, page);
                }
                break;
            }
        }
        Ok(())
    }

    fn verify(&mut self, entry: &Entry, page: PageNumber) -> Result<Option<KnownCopy>> {
        self.index.body(page, &mut self.known)?;
        let (new, known) = (entry.body.view(), self.known.view());
        let row = self.index.row(page)?;
        let there = (self.index.site(page)?, row.url);
        let kinship = Kinship::of(there, (entry.site.as_str(), entry.url));
        // Whoever came first is the first text, as in a run.
        let Some(verdict) = self.comparer.compare(&Rule::STANDARD, known, new, kinship) else {
            return Ok(None);
        };
        let words = self.comparer.held(new, known);
        let (mut runs, new, known) = self.comparer.proof(new, known, verdict.basis);
        let about = self.index.about(page)?;
        Ok(Some(KnownCopy {
            page,
            verdict: verdict.flipped(),
            passages: hashed_passages(&mut runs, new, known),
            beside: beside(&entry.lines, &about.lines),
            words,
            about,
            fate: row.fate,
        }))
    }
}
