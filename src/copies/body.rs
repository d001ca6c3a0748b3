//! The evidence text of pages: what is left of them to compare, in one arena.
//!
//! A [`Body`] is filled paragraph by paragraph and then moved into [`Bodies`], which holds the words
//! of all pages in one set of vectors: five bytes a token, eight a paragraph, and 32 a page. Which
//! paragraphs are evidence is the caller's choice; their numbers in the page are kept, so that
//! whatever is found can be shown.

use crate::{page::PageNumber, text::Word};

use super::measure::HalfWords;

/// Inside quotation marks.
pub(super) const QUOTED: u8 = 1;
/// Holds a digit.
pub(super) const NUMBER: u8 = 2;
/// One character of a script without spaces.
pub(super) const SINGLE: u8 = 4;

/// The most tokens of one page. Sums of two pages' half-words then fit 32 bits.
pub const LONGEST: usize = (1 << 30) - 1;

/// Where a paragraph begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// Number of its first token in the body.
    pub token: u32,
    /// Its number in the page.
    pub paragraph: u32,
}

/// The evidence text of one page, being collected.
#[derive(Clone, Debug, Default)]
pub struct Body {
    words: Vec<u32>,
    flags: Vec<u8>,
    starts: Vec<Start>,
}

impl Body {
    /// A body without text.
    pub fn new() -> Body {
        Body::default()
    }

    /// Forgets the text and keeps the buffers.
    pub fn clear(&mut self) {
        self.words.clear();
        self.flags.clear();
        self.starts.clear();
    }

    /// Adds a paragraph, by its number in the page; numbers ascend. One without words adds nothing.
    ///
    /// Returns whether it fitted: a body has at most [`LONGEST`] tokens, and a paragraph that would
    /// exceed that is left out whole.
    pub fn push(&mut self, paragraph: u32, words: &[Word]) -> bool {
        if words.len() > LONGEST - self.words.len() {
            return false;
        }
        if !words.is_empty() {
            self.starts.push(Start { token: position(self.words.len()), paragraph });
            self.words.extend(words.iter().map(|word| word.hash));
            self.flags.extend(words.iter().map(|word| {
                let marks = [(word.quoted, QUOTED), (word.number, NUMBER), (word.single, SINGLE)];
                marks.into_iter().filter(|mark| mark.0).fold(0, |flags, mark| flags | mark.1)
            }));
        }
        true
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Length in words, two single characters counting as one.
    pub fn len_words(&self) -> u32 {
        weight(&self.flags).words()
    }

    /// The text, to be compared.
    pub fn view(&self) -> BodyRef<'_> {
        let (words, flags, starts) = (&self.words, &self.flags, &self.starts);
        BodyRef { words, flags, starts, size: weight(flags) }
    }
}

/// The evidence text of one page, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct BodyRef<'a> {
    /// Hashes of the folded words.
    pub(super) words: &'a [u32],
    /// What each word is, a bit each.
    pub(super) flags: &'a [u8],
    /// Paragraphs, ascending; none is empty and the first begins at token 0.
    pub(super) starts: &'a [Start],
    pub(super) size: HalfWords,
}

impl BodyRef<'_> {
    /// Length in words, two single characters counting as one.
    pub fn len_words(&self) -> u32 {
        self.size.words()
    }

    /// Amount of text.
    pub fn size(&self) -> HalfWords {
        self.size
    }

    /// Number of tokens.
    pub fn tokens(&self) -> usize {
        self.words.len()
    }

    /// Whether most tokens are single characters of a script without spaces.
    pub(super) fn mostly_singles(&self) -> bool {
        // n tokens of which s are single weigh 2n − s; s > n / 2 is 2·weight < 3n.
        2 * u64::from(self.size.0) < 3 * self.words.len() as u64
    }

    /// The number in the page of the paragraph that holds `token`.
    pub(super) fn paragraph(&self, token: u32) -> u32 {
        let behind = self.starts.partition_point(|start| start.token <= token);
        self.starts.get(behind.wrapping_sub(1)).map_or(0, |start| start.paragraph)
    }
}

/// Where the text of one page stands in the arena.
#[derive(Clone, Copy, Debug)]
struct Entry {
    page: PageNumber,
    tokens: u32,
    paragraphs: u32,
    size: HalfWords,
    first_token: usize,
    first_paragraph: usize,
}

/// The evidence texts of many pages, found by page number.
#[derive(Clone, Debug, Default)]
pub struct Bodies {
    words: Vec<u32>,
    flags: Vec<u8>,
    starts: Vec<Start>,
    /// By page number, each once.
    entries: Vec<Entry>,
}

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
    }

    /// Adds the text of `page`, or puts it in the place of an earlier one.
    ///
    /// Pages that come in ascending order cost no more than their copy; others also move the entries
    /// behind theirs. The room of a replaced text is not used again.
    pub fn push(&mut self, page: PageNumber, body: &Body) {
        let entry = Entry {
            page,
            tokens: position(body.words.len()),
            paragraphs: position(body.starts.len()),
            size: weight(&body.flags),
            first_token: self.words.len(),
            first_paragraph: self.starts.len(),
        };
        self.words.extend_from_slice(&body.words);
        self.flags.extend_from_slice(&body.flags);
        self.starts.extend_from_slice(&body.starts);
        let at = self.entries.partition_point(|earlier| earlier.page < page);
        match self.entries.get_mut(at) {
            Some(earlier) if earlier.page == page => *earlier = entry,
            _ => self.entries.insert(at, entry),
        }
    }

    /// The text of `page`, if it was added. Takes `O(log pages)`.
    pub fn get(&self, page: PageNumber) -> Option<BodyRef<'_>> {
        let at = self.entries.binary_search_by_key(&page, |entry| entry.page).ok()?;
        let entry = &self.entries[at];
        let tokens = entry.first_token..entry.first_token + entry.tokens as usize;
        let paragraphs = entry.first_paragraph..entry.first_paragraph + entry.paragraphs as usize;
        Some(BodyRef {
            words: &self.words[tokens.clone()],
            flags: &self.flags[tokens],
            starts: &self.starts[paragraphs],
            size: entry.size,
        })
    }

    /// Length of a page's text in words, 0 if it was not added.
    pub fn len_words(&self, page: PageNumber) -> u32 {
        let found = self.entries.binary_search_by_key(&page, |entry| entry.page);
        found.map_or(0, |at| self.entries[at].size.words())
    }

    /// Number of pages.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no pages.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes held, room for growth included.
    pub fn bytes(&self) -> usize {
        self.words.capacity() * size_of::<u32>()
            + self.flags.capacity()
            + self.starts.capacity() * size_of::<Start>()
            + self.entries.capacity() * size_of::<Entry>()
    }
}

/// The amount of text that words with these flags are.
pub(super) fn weight(flags: &[u8]) -> HalfWords {
    let singles = flags.iter().filter(|&&flag| flag & SINGLE != 0).count();
    HalfWords(position(2 * flags.len() - singles))
}

/// The amount of text of one word.
pub(super) fn word_weight(flag: u8) -> HalfWords {
    HalfWords(if flag & SINGLE == 0 { 2 } else { 1 })
}

/// A number of tokens or half-words of one body as it is stored.
#[expect(clippy::cast_possible_truncation, reason = "a body has at most LONGEST tokens")]
pub(super) fn position(n: usize) -> u32 {
    debug_assert!(n <= 2 * LONGEST);
    n as u32
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn word(hash: u32) -> Word {
        Word { hash, quoted: false, number: false, single: false }
    }

    pub(in super::super) fn body(paragraphs: &[Vec<Word>]) -> Body {
        let mut body = Body::new();
        for (number, words) in (0..).zip(paragraphs) {
            assert!(body.push(number, words));
        }
        body
    }

    #[test]
    fn singles_count_half_rounded_up() {
        let single = Word { single: true, ..word(1) };
        let body = body(&[vec![single, single, single], vec![word(2)]]);
        assert_eq!(body.len_words(), 3);
        assert!(body.view().mostly_singles());
        assert!(!self::body(&[vec![single, word(1)]]).view().mostly_singles());
        assert!(!Body::new().view().mostly_singles());
    }

    #[test]
    fn pages_are_found_in_whatever_order_they_came() {
        let mut bodies = Bodies::new();
        for page in [5, 1, 9, 7, 1] {
            let length = page * 10 + u32::from(bodies.len() == 4);
            let words: Vec<Word> = (0..length).map(word).collect();
            bodies.push(page, &body(&[words, vec![], vec![word(page)]]));
        }
        assert_eq!(bodies.len(), 4);
        assert!(bodies.get(2).is_none());
        assert_eq!(bodies.get(9).unwrap().tokens(), 91);
        assert_eq!(bodies.len_words(1), 12); // the later one
        let seven = bodies.get(7).unwrap();
        assert_eq!((seven.paragraph(69), seven.paragraph(70)), (0, 2));
        assert_eq!(bodies.len_words(2), 0);
    }
}
