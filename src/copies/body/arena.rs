//! The texts of many pages in one set of vectors, equal ones once.

use std::{collections::HashMap, ops::Range};

use crate::base::page::PageNumber;

use super::{Body, BodyRef, Evidence, Prints, Start, length, position};

/// Where the text of a page stands in the arena.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The first entry whose text is equal, this one if there is none.
    text: u32,
    tokens: u32,
    paragraphs: u32,
    evidence: Evidence,
    prints: Prints,
    worth: u32,
    first_token: usize,
    first_paragraph: usize,
}

/// The evidence texts of many pages, found by page number. Equal texts are held once.
#[derive(Clone, Debug, Default)]
pub struct Bodies {
    pub(super) words: Vec<u32>,
    flags: Vec<u8>,
    starts: Vec<Start>,
    entries: Vec<Entry>,
    /// For each page its entry, or [`NONE`].
    places: Vec<u32>,
    /// The first entry whose text has this [`sample`].
    by_sample: HashMap<u64, u32>,
    pages: usize,
}

const NONE: u32 = u32::MAX;

impl Bodies {
    /// An arena without pages.
    pub fn new() -> Bodies {
        Bodies::default()
    }

    /// Forgets all pages and keeps the buffers.
    pub fn clear(&mut self) {
        self.words.clear();
        self.flags.clear();
        self.starts.clear();
        self.entries.clear();
        self.places.clear();
        self.by_sample.clear();
        self.pages = 0;
    }

    /// Adds the text of `page`, or puts it in the place of an earlier one, whose room is not used
    /// again. Pages may come in any order; it costs the copy, or a comparison with an equal text.
    pub fn push(&mut self, page: PageNumber, body: &Body) {
        let number = entry_number(self.entries.len());
        let first = *self.by_sample.entry(sample(body)).or_insert(number);
        let equal = self.entries.get(first as usize).filter(|entry| self.is_text(entry, body));
        let (text, first_token) =
            equal.map_or((number, self.words.len()), |equal| (first, equal.first_token));
        if text == number {
            self.words.extend_from_slice(&body.words);
            self.flags.extend_from_slice(&body.flags);
        }
        self.entries.push(Entry {
            text,
            tokens: position(body.words.len()),
            paragraphs: position(body.starts.len()),
            evidence: body.evidence,
            prints: body.prints,
            worth: body.worth,
            first_token,
            first_paragraph: self.starts.len(),
        });
        self.starts.extend_from_slice(&body.starts);
        self.put(page, number);
    }

    /// Adds `page` with the text of `other`, if that was added.
    pub fn push_same(&mut self, page: PageNumber, other: PageNumber) {
        if let Some(&number) = self.places.get(other as usize)
            && number != NONE
        {
            self.put(page, number);
        }
    }

    fn put(&mut self, page: PageNumber, number: u32) {
        let page = page as usize;
        if self.places.len() <= page {
            self.places.resize(page + 1, NONE);
        }
        self.pages += usize::from(self.places[page] == NONE);
        self.places[page] = number;
    }

    fn is_text(&self, entry: &Entry, body: &Body) -> bool {
        let tokens = entry.tokens();
        let starts = self.starts[entry.paragraphs()].iter().map(|start| start.token);
        entry.evidence == body.evidence
            && entry.prints == body.prints
            && self.words[tokens.clone()] == body.words
            && self.flags[tokens] == body.flags
            && starts.eq(body.starts.iter().map(|start| start.token))
    }

    fn entry(&self, page: PageNumber) -> Option<&Entry> {
        self.entries.get(*self.places.get(page as usize)? as usize)
    }

    /// The text of `page`, if it was added.
    pub fn get(&self, page: PageNumber) -> Option<BodyRef<'_>> {
        let entry = self.entry(page)?;
        let (words, flags) = (&self.words[entry.tokens()], &self.flags[entry.tokens()]);
        let starts = &self.starts[entry.paragraphs()];
        Some(BodyRef::of(words, flags, starts, entry.evidence, entry.prints))
    }

    /// A number of the text of `page`, if it was added: two pages whose texts have equal words, flags
    /// and breaks have the same number, so that what is measured of one holds for the other. Only the
    /// numbers that their paragraphs have in the page may differ.
    pub fn text(&self, page: PageNumber) -> Option<u32> {
        self.entry(page).map(|entry| entry.text)
    }

    /// How good a print of its text a page is, as [`Body::worth`]; 0 if it was not added.
    pub fn worth(&self, page: PageNumber) -> u32 {
        self.entry(page).map_or(0, |entry| entry.worth)
    }

    /// Length of a page's text in words, as [`Body::len_words`]; 0 if it was not added.
    pub fn len_words(&self, page: PageNumber) -> u32 {
        self.entry(page).map_or(0, |entry| length(&self.flags[entry.tokens()], entry.evidence))
    }

    /// Number of pages.
    pub fn len(&self) -> usize {
        self.pages
    }

    /// Whether there are no pages.
    pub fn is_empty(&self) -> bool {
        self.pages == 0
    }

    /// Bytes held, room for growth included, but for the table of equal texts.
    pub fn bytes(&self) -> usize {
        self.words.capacity() * size_of::<u32>()
            + self.flags.capacity()
            + self.starts.capacity() * size_of::<Start>()
            + self.entries.capacity() * size_of::<Entry>()
            + self.places.capacity() * size_of::<u32>()
    }
}

impl Entry {
    fn tokens(&self) -> Range<usize> {
        self.first_token..self.first_token + self.tokens as usize
    }

    fn paragraphs(&self) -> Range<usize> {
        self.first_paragraph..self.first_paragraph + self.paragraphs as usize
    }
}

/// There are fewer pages than 2³², so this many entries are never reached.
fn entry_number(entries: usize) -> u32 {
    u32::try_from(entries).unwrap_or(NONE)
}

/// A hash of a text's length, of its first words and its last: equal texts have the same.
fn sample(body: &Body) -> u64 {
    const WORDS: usize = 32;
    let count = body.words.len();
    let ends = [&body.words[..count.min(WORDS)], &body.words[count.saturating_sub(WORDS)..]];
    ends.into_iter().flatten().fold(count as u64, |hash, &word| {
        (hash.rotate_left(5) ^ u64::from(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    })
}
