//! Pages in any order to the rows of a bank.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use super::{
    Day,
    rows::{PageKey, PageRow, Row, SiteRows, Texts, sample},
};
use crate::{chrome::Line, table::Shape};

/// Pages on their way into a bank: of one batch, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct SeenPages {
    /// Site, key, and where the lines end.
    pages: Vec<(String, PageKey, usize)>,
    /// A line, and where its text ends.
    lines: Vec<(Line, usize)>,
    texts: String,
}

impl SeenPages {
    /// Adds a paragraph to the page that is under way.
    pub fn push(&mut self, line: Line, paragraph: &str) {
        self.texts.push_str(sample(paragraph));
        self.lines.push((line, self.texts.len()));
    }

    /// Ends the page that is under way. It is known by the key of its URL (0 for none), a hash of its
    /// text, and its day.
    pub fn end_page_of(&mut self, site: &str, url: u64, content: u64, day: Day) {
        self.end_page(site, PageKey { url, content, day });
    }

    /// Ends the page that is under way.
    pub(crate) fn end_page(&mut self, site: &str, key: PageKey) {
        self.pages.push((site.to_owned(), key, self.lines.len()));
    }
}

/// Bytes of a page and of a family, with the room that tables keep for growth.
const PAGE: usize = 64;
const FAMILY: usize = 160;

/// Pages of many sites that are being learnt, in memory.
#[derive(Clone, Debug, Default)]
pub struct Learner {
    sites: BTreeMap<String, SiteLearner>,
    pages: usize,
    bytes: usize,
}

#[derive(Clone, Debug, Default)]
struct SiteLearner {
    index: HashMap<u64, u32, Mixed>,
    /// Fingerprint, first page that has it, shape and place of the text there.
    families: Vec<(u64, PageKey, Shape, (usize, usize))>,
    texts: String,
    pages: Vec<PageRow>,
    rows: Vec<Row>,
}

impl Learner {
    /// Takes pages in.
    pub fn add(&mut self, seen: &SeenPages) {
        let (mut line, mut text) = (0, 0);
        for (site, key, end) in &seen.pages {
            if !self.sites.contains_key(site) {
                self.sites.insert(site.clone(), SiteLearner::default());
            }
            let Some(of_site) = self.sites.get_mut(site) else { continue };
            of_site.begin(*key);
            let (families, texts) = (of_site.families.len(), of_site.texts.len());
            for &(of, text_end) in &seen.lines[line..*end] {
                of_site.push(*key, of, &seen.texts[text..text_end]);
                text = text_end;
            }
            self.bytes += PAGE
                + size_of::<Row>() * (*end - line)
                + FAMILY * (of_site.families.len() - families)
                + (of_site.texts.len() - texts);
            line = *end;
            self.pages += 1;
        }
    }

    /// Pages that were taken in, repeats counted.
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// Bytes that it takes, about.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The rows of every site, by name.
    pub fn into_sites(self) -> impl Iterator<Item = (String, UnsortedRows)> {
        self.sites.into_iter().map(|(name, site)| (name, UnsortedRows(site)))
    }
}

/// What was learnt of a site, before it is put in order.
#[derive(Clone, Debug)]
pub struct UnsortedRows(SiteLearner);

impl UnsortedRows {
    /// Puts it in order: sorts families and pages.
    pub fn sort(self) -> SiteRows {
        self.0.sort()
    }
}

impl SiteLearner {
    fn begin(&mut self, key: PageKey) {
        let start = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.pages.push(PageRow { key, settled: 0, start });
    }

    fn push(&mut self, key: PageKey, line: Line, text: &str) {
        let Line { family, shape, wording, .. } = line;
        let number = match self.index.entry(family) {
            Entry::Occupied(entry) => {
                let number = *entry.get();
                let known = &mut self.families[number as usize];
                if known.1 <= key {
                    self.rows.push(Row { family: number, wording });
                    return;
                }
                (known.1, known.2) = (key, shape);
                known.3 = (self.texts.len(), self.texts.len() + text.len());
                number
            }
            Entry::Vacant(entry) => {
                let number = u32::try_from(self.families.len()).unwrap_or(u32::MAX);
                let place = (self.texts.len(), self.texts.len() + text.len());
                self.families.push((family, key, shape, place));
                *entry.insert(number)
            }
        };
        self.texts.push_str(text);
        self.rows.push(Row { family: number, wording });
    }

    fn sort(self) -> SiteRows {
        let mut order: Vec<u32> = (0..).take(self.families.len()).collect();
        order.sort_unstable_by_key(|&family| self.families[family as usize].0);
        let mut rank = vec![0_u32; order.len()];
        let mut rows = SiteRows::default();
        let mut texts = Texts::default();
        for (&family, at) in order.iter().zip(0_u32..) {
            let (fingerprint, _, shape, (start, end)) = self.families[family as usize];
            rank[family as usize] = at;
            rows.families.push(fingerprint);
            rows.shapes.push(shape);
            texts.push(&self.texts[start..end]);
        }
        rows.texts = texts;
        let mut pages: Vec<usize> = (0..self.pages.len()).collect();
        pages.sort_unstable_by_key(|&page| self.pages[page].key);
        pages.dedup_by_key(|page| self.pages[*page].key);
        for page in pages {
            let start = u32::try_from(rows.rows.len()).unwrap_or(u32::MAX);
            rows.pages.push(PageRow { start, ..self.pages[page] });
            let from = self.pages[page].start as usize;
            let to = self.pages.get(page + 1).map_or(self.rows.len(), |next| next.start as usize);
            let renumbered = |row: &Row| Row { family: rank[row.family as usize], ..*row };
            rows.rows.extend(self.rows[from..to].iter().map(renumbered));
        }
        rows
    }
}

/// Fingerprints are mixed already.
#[derive(Clone, Copy, Debug, Default)]
struct Mixed;

impl std::hash::BuildHasher for Mixed {
    type Hasher = Same;

    fn build_hasher(&self) -> Same {
        Same(0)
    }
}

/// Gives back the number it is given.
#[derive(Clone, Copy, Debug)]
struct Same(u64);

impl std::hash::Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}
