//! Fetches the texts of the pages of clusters from the input that was scanned.

use crate::engine;
use std::{cmp::Reverse, collections::BTreeMap};

use super::scan::{Cluster, ClusterPage, Scan, shortened};
use crate::{
    Error, Result,
    base::{
        page::{Page, PageNumber, name},
        recipe::Split,
    },
    engine::Underway,
    records::Corpus,
    text,
};

/// Characters of a cluster's title.
const TITLE: usize = 160;

/// Fewest characters of a line that can be a title.
const HEADLINE: usize = 18;

/// Texts of pages by their numbers among the usable pages, and titles of clusters.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    paragraphs: BTreeMap<u64, Vec<String>>,
    titles: BTreeMap<u64, String>,
    /// Bytes of the texts that are held.
    pub bytes: u64,
    /// Pages of clusters whose texts did not fit.
    pub left_out: u64,
}

/// What is known of a page before its text is fetched.
struct Sized {
    bytes: usize,
    title: Option<String>,
}

impl Texts {
    /// Fetches the texts of the pages of clusters from `corpus`, at most `limit` bytes of them.
    ///
    /// Clusters with most copies come first; a copy is taken if its lead was. Cost: decompression of
    /// the corpus twice and parsing of the wanted pages; if the scan met records that cannot be
    /// used, also parsing of all, since its files number the usable ones only.
    ///
    /// # Errors
    ///
    /// *Data* if `corpus` is not what was scanned, or cannot be read.
    pub fn fetch(
        scan: &Scan,
        corpus: &Corpus,
        workers: engine::Workers,
        limit: usize,
    ) -> Result<Texts> {
        let mut wanted: Vec<&ClusterPage> = scan.clusters.iter().flat_map(Cluster::pages).collect();
        wanted.sort_unstable_by_key(|page| page.usable);
        let numbers = Numbers::of(scan, corpus, workers)?;
        let split = scan.summary.recipe.recipe.paragraph;

        let source = Source { corpus, workers, numbers, split };
        let mut sized = BTreeMap::new();
        source.fetch(
            &wanted,
            |page, paragraphs| Sized {
                bytes: paragraphs.iter().map(|text| text.len()).sum(),
                title: title(page, paragraphs).map(|text| shortened(text, TITLE)),
            },
            |page, found| {
                sized.insert(page, found);
            },
        )?;

        let mut texts = Texts::default();
        let chosen = texts.choose(scan, &mut sized, limit);
        wanted.retain(|page| chosen.contains_key(&page.usable));
        source.fetch(
            &wanted,
            |_, paragraphs| paragraphs.iter().map(|&text| text.to_owned()).collect::<Vec<_>>(),
            |page, paragraphs| {
                texts.paragraphs.insert(page, paragraphs);
            },
        )?;
        Ok(texts)
    }

    /// The pages whose texts are taken, by their bytes.
    fn choose(
        &mut self,
        scan: &Scan,
        sized: &mut BTreeMap<u64, Sized>,
        limit: usize,
    ) -> BTreeMap<u64, usize> {
        let mut order: Vec<&Cluster> = scan.clusters.iter().collect();
        order.sort_by_key(|cluster| Reverse(cluster.copies.len()));
        let mut room = limit;
        let mut chosen = BTreeMap::new();
        for cluster in order {
            for page in cluster.pages() {
                let Some(Sized { bytes, title }) = sized.remove(&page.usable) else { continue };
                if let Some(title) = title.filter(|_| page.usable == cluster.lead.usable) {
                    self.titles.insert(page.usable, title);
                }
                let is_lead = page.usable == cluster.lead.usable;
                if bytes <= room && (is_lead || chosen.contains_key(&cluster.lead.usable)) {
                    room -= bytes;
                    chosen.insert(page.usable, bytes);
                } else {
                    self.left_out += 1;
                }
            }
        }
        self.bytes = (limit - room) as u64;
        chosen
    }

    /// The paragraphs of a page, if they are held.
    pub fn paragraphs(&self, page: &ClusterPage) -> Option<&[String]> {
        self.paragraphs.get(&page.usable).map(Vec::as_slice)
    }

    /// The first line of the body of a lead.
    pub fn title(&self, lead: &ClusterPage) -> Option<&str> {
        self.titles.get(&lead.usable).map(String::as_str)
    }

    /// Whether no text was asked for.
    pub fn is_empty(&self) -> bool {
        self.paragraphs.is_empty() && self.left_out == 0
    }
}

impl Cluster {
    /// The lead, then its copies.
    fn pages(&self) -> impl Iterator<Item = &ClusterPage> {
        std::iter::once(&self.lead).chain(self.copies.iter().map(|copy| &copy.page))
    }
}

/// The first paragraph of the body that is long enough for a headline, or else the first one. Dates
/// and names of sections are shorter.
fn title<'t>(page: &ClusterPage, paragraphs: &[&'t str]) -> Option<&'t str> {
    let is_chrome = |at: usize| page.chrome.iter().any(|&(from, to)| (from..=to).contains(&at));
    let body =
        || (0..paragraphs.len()).filter(|&at| !is_chrome(at)).map(|at| paragraphs[at].trim());
    body().find(|text| text.chars().nth(HEADLINE).is_some()).or_else(|| body().next())
}

/// Numbers of usable pages among all records.
enum Numbers {
    /// There is no other record.
    Same,
    /// By the number among the usable ones.
    Among(Vec<PageNumber>),
}

impl Numbers {
    fn of(scan: &Scan, corpus: &Corpus, workers: engine::Workers) -> Result<Numbers> {
        if scan.summary.pages.bad == 0 {
            return Ok(Numbers::Same);
        }
        engine::usable_pages(corpus, workers).map(Numbers::Among)
    }

    fn get(&self, usable: u64) -> Option<PageNumber> {
        match self {
            Numbers::Same => PageNumber::try_from(usable).ok(),
            Numbers::Among(numbers) => numbers.get(usize::try_from(usable).ok()?).copied(),
        }
    }
}

/// Where texts come from.
struct Source<'a> {
    corpus: &'a Corpus,
    workers: engine::Workers,
    numbers: Numbers,
    split: Split,
}

impl Source<'_> {
    /// Calls `work` with each of `wanted` (ascending) and its paragraphs, on any thread, and `sink` in
    /// their order.
    fn fetch<R: Send>(
        &self,
        wanted: &[&ClusterPage],
        work: impl Fn(&ClusterPage, &[&str]) -> R + Sync,
        mut sink: impl FnMut(u64, R),
    ) -> Result<()> {
        let numbers: Option<Vec<PageNumber>> =
            wanted.iter().map(|page| self.numbers.get(page.usable)).collect();
        let Some(numbers) = numbers else {
            return Err(self.other("has fewer pages"));
        };
        let mut got = Vec::with_capacity(wanted.len());
        let of_page = |(): &mut (), number: PageNumber, page: &Page<'_>| {
            let at = numbers.binary_search(&number).ok()?;
            let expected = wanted[at];
            let id = name(page.id.as_deref().unwrap_or(""), number);
            let paragraphs: Vec<&str> =
                text::paragraphs_of(page, self.split).map(|span| &page.shown()[span]).collect();
            let is_it = id == expected.id && paragraphs.len() == expected.paragraphs;
            is_it.then(|| work(expected, &paragraphs))
        };
        engine::fetch(
            self.corpus,
            self.workers,
            Underway::unobserved(),
            &numbers,
            || (),
            of_page,
            |_, result| {
                got.push(result);
            },
        )
        .map_err(|e| if e.class() == crate::Class::Data { self.unlike(&e) } else { e })?;
        // Pages beyond the end of the input were passed over.
        if got.len() < wanted.len() {
            return Err(self.other("has fewer pages"));
        }
        for (page, result) in wanted.iter().zip(got) {
            let Some(result) = result else {
                let id = shortened(&page.id, 80);
                return Err(self.other(&format!("has another page in the place of {id}")));
            };
            sink(page.usable, result);
        }
        Ok(())
    }

    /// The error for an input that is not the scan's.
    fn other(&self, found: &str) -> Error {
        let first = self.corpus.files().first().map_or("input", |file| &file.name);
        Error::data(
            first,
            format!(
                "{found}, so it is not what was scanned; name the same inputs in the same order, \
                 with the same flags"
            ),
        )
    }

    fn unlike(&self, error: &Error) -> Error {
        self.other(&format!("cannot be read as the scan did ({error})"))
    }
}
