//! The texts of pages as they are compared, in one arena.
//!
//! A text has two parts: its *evidence*, paragraphs that prove a copy where another page has them, and the *rest* of the
//! body (lists, captions, verse, tables), which proves nothing by a passage of it and much as a whole. Of a page without a
//! body the rest is all of it. Beside them stand two [`Prints`], hashes of all words of the page and of its body.
//!
//! A [`Body`] is filled paragraph by paragraph and then moved into [`Bodies`](super::Bodies), which holds the words
//! of all pages in one set of vectors: five bytes a token, eight a paragraph, and 64 a page. Pages with
//! equal texts share the words. Which
//! paragraphs are evidence is the caller's choice; their numbers in the page are kept, so that
//! whatever is found can be shown.

pub mod arena;
pub mod stored;

use crate::text::Word;

use super::measure::HalfWords;

/// Inside quotation marks.
pub(super) const QUOTED: u8 = 1;
/// Holds a digit.
pub(super) const NUMBER: u8 = 2;
/// One character of a script without spaces.
pub(super) const SINGLE: u8 = 4;
/// Names somebody or something: a person, a place, a day, a number in words.
pub(super) const NAME: u8 = 8;
/// The first word of a line that goes on with the paragraph of the line before it.
pub(super) const JOINED: u8 = 16;

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

/// Hashes of all words in their order, wherever lines end: equal for equal texts, and for no others but by an accident
/// of 64 bits. 0 says that there are too few words to tell a text by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prints {
    /// Of all the page, chrome included.
    pub page: u64,
    /// Of its body.
    pub body: u64,
}

impl Prints {
    /// Words that a text must have to be told by its print.
    pub const LEAST: u32 = 10;

    /// Whether the pages have equal words, or their bodies have.
    pub fn agree(self, other: Prints) -> bool {
        self.page != 0 && self.page == other.page || self.body != 0 && self.body == other.body
    }
}

/// The text of one page, being collected: its evidence, then the rest.
#[derive(Clone, Debug, Default)]
pub struct Body {
    words: Vec<u32>,
    flags: Vec<u8>,
    starts: Vec<Start>,
    evidence: Evidence,
    /// Hashes of all words.
    pub prints: Prints,
    /// How good a print of its text the page is, in words: its length without what is printed twice, and less for signs
    /// of damage. It says which of some copies should lead, and nothing of whether they are.
    pub worth: u32,
}

/// How much of a text is its evidence, which stands first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Tokens.
    pub tokens: u32,
    /// Paragraphs.
    pub paragraphs: u32,
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
        self.evidence = Evidence::default();
        self.prints = Prints::default();
        self.worth = 0;
    }

    /// Adds a paragraph of evidence, by its number in the page; numbers ascend, and all evidence comes before the
    /// rest. One without words adds nothing.
    ///
    /// Returns whether it fitted: a body has at most [`LONGEST`] tokens, and a paragraph that would
    /// exceed that is left out whole.
    pub fn push(&mut self, paragraph: u32, words: &[Word]) -> bool {
        debug_assert!(self.words.len() == self.evidence.tokens as usize, "evidence comes first");
        let fitted = self.push_rest(paragraph, words);
        self.evidence.tokens = position(self.words.len());
        self.evidence.paragraphs = position(self.starts.len());
        fitted
    }

    /// Adds a paragraph of the rest, by its number in the page; numbers ascend. As [`push`](Body::push).
    pub fn push_rest(&mut self, paragraph: u32, words: &[Word]) -> bool {
        if words.len() > LONGEST - self.words.len() {
            return false;
        }
        if !words.is_empty() {
            self.starts.push(Start { token: position(self.words.len()), paragraph });
            self.words.extend(words.iter().map(|word| word.hash));
            self.flags.extend(words.iter().map(|word| {
                (u8::from(word.quoted) * QUOTED)
                    | (u8::from(word.number) * NUMBER)
                    | (u8::from(word.single) * SINGLE)
                    | (u8::from(word.name) * NAME)
                    | (u8::from(word.joined) * JOINED)
            }));
        }
        true
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Length in words of what makes a page long: its evidence, or all there is if it has none; two single characters
    /// count as one.
    pub fn len_words(&self) -> u32 {
        length(&self.flags, self.evidence)
    }

    /// The text, to be compared.
    pub fn view(&self) -> BodyRef<'_> {
        BodyRef::of(&self.words, &self.flags, &self.starts, self.evidence, self.prints)
    }
}

/// See [`Body::len_words`].
fn length(flags: &[u8], evidence: Evidence) -> u32 {
    let of_evidence = flags.get(..evidence.tokens as usize).filter(|flags| !flags.is_empty());
    weight(of_evidence.unwrap_or(flags)).words()
}

/// The text of one page, borrowed. What is not said of the rest is of its evidence.
#[derive(Clone, Copy, Debug)]
pub struct BodyRef<'a> {
    /// Hashes of the folded words.
    pub(super) words: &'a [u32],
    /// What each word is, a bit each.
    pub(super) flags: &'a [u8],
    /// Paragraphs, ascending; none is empty and the first begins at token 0.
    pub(super) starts: &'a [Start],
    pub(super) size: HalfWords,
    pub(super) rest: Rest<'a>,
    pub(super) prints: Prints,
}

/// What of a text is no evidence. Its paragraphs begin at the tokens they would have behind the evidence.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rest<'a> {
    pub(super) words: &'a [u32],
    pub(super) flags: &'a [u8],
    pub(super) starts: &'a [Start],
    pub(super) size: HalfWords,
}

impl<'a> BodyRef<'a> {
    fn of(
        words: &'a [u32],
        flags: &'a [u8],
        starts: &'a [Start],
        evidence: Evidence,
        prints: Prints,
    ) -> BodyRef<'a> {
        // Both counts are of what there is: `Body` keeps them so.
        let (words, more_words) = words.split_at(evidence.tokens as usize);
        let (flags, more_flags) = flags.split_at(evidence.tokens as usize);
        let (starts, more_starts) = starts.split_at(evidence.paragraphs as usize);
        let size = weight(more_flags);
        let rest = Rest { words: more_words, flags: more_flags, starts: more_starts, size };
        BodyRef { words, flags, starts, size: weight(flags), rest, prints }
    }

    /// A text that is all evidence.
    pub(super) fn flat(words: &'a [u32], flags: &'a [u8], starts: &'a [Start]) -> BodyRef<'a> {
        let (rest, prints) = (Rest::default(), Prints::default());
        BodyRef { words, flags, starts, size: weight(flags), rest, prints }
    }
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

    /// Amount of evidence and rest together.
    pub fn whole_size(&self) -> HalfWords {
        HalfWords(self.size.0.saturating_add(self.rest.size.0))
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

/// The amount of text that words with these flags are.
pub(super) fn weight(flags: &[u8]) -> HalfWords {
    HalfWords(position(2 * flags.len() - count(flags, SINGLE)))
}

/// How many words have a flag, which is one bit.
pub(super) fn count(flags: &[u8], flag: u8) -> usize {
    // As many as a byte can count, so that sums stay as narrow as flags.
    let of_few = |few: &[u8]| few.iter().map(|&word| u8::from(word & flag != 0)).sum::<u8>();
    flags.chunks(u8::MAX as usize).map(|few| usize::from(of_few(few))).sum()
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
    use super::{arena::Bodies, *};

    pub(in super::super) fn word(hash: u32) -> Word {
        Word { hash, ..Word::default() }
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

    #[test]
    fn equal_texts_are_held_once_and_have_one_number() {
        let words = |from: u32| (from..from + 100).map(word).collect::<Vec<Word>>();
        let text = |middle: Word| {
            let mut words = words(0);
            words[50] = middle;
            vec![words]
        };
        let mut bodies = Bodies::new();
        bodies.push(3, &body(&text(word(50))));
        let bytes = bodies.words.len();
        bodies.push(1, &body(&[vec![], words(0)]));
        assert_eq!(bodies.words.len(), bytes);
        assert_eq!(bodies.text(1), bodies.text(3));
        let numbers = [1, 3].map(|page| bodies.get(page).unwrap().paragraph(0));
        assert_eq!(numbers, [1, 0]);

        // Another word in the middle, another flag, another break: other texts with equal samples.
        bodies.push(4, &body(&text(word(999))));
        bodies.push(5, &body(&text(Word { quoted: true, ..word(50) })));
        bodies.push(6, &body(&[words(0)[..50].to_vec(), words(50)[..50].to_vec()]));
        let texts: std::collections::BTreeSet<_> =
            [3, 4, 5, 6].into_iter().map(|page| bodies.text(page).unwrap()).collect();
        assert_eq!(texts.len(), 4);

        bodies.push_same(9, 4);
        bodies.push_same(8, 7);
        assert_eq!((bodies.text(9), bodies.text(8)), (bodies.text(4), None));
        assert_eq!(bodies.len(), 6);
    }
}
