//! Writes words, phrases and sentences into a text.

use std::fmt::Write;

use super::{
    dice::Dice,
    lexicon::Lexicon,
    truth::{Kind, Planted},
};

/// Changes words on the way: replaces, inserts, deletes.
#[derive(Clone, Debug)]
pub(super) struct Edits {
    dice: Dice,
    permille: u32,
}

/// What an edit makes of a word.
enum Edit {
    Keep,
    Replace(u64),
    Insert(u64),
    Delete,
}

impl Edits {
    /// Leaves every word as it is.
    pub(super) fn none() -> Edits {
        Edits { dice: Dice::of(0, 0), permille: 0 }
    }

    /// Changes so many words in a thousand.
    pub(super) fn new(seed: u64, permille: u32) -> Edits {
        Edits { dice: Dice::of(seed, 0x6564_6974), permille }
    }

    #[inline]
    fn next(&mut self) -> Edit {
        if self.permille == 0 || self.dice.below(1000) >= self.permille {
            return Edit::Keep;
        }
        let bits = self.dice.bits();
        match bits >> 60 {
            0..=9 => Edit::Replace(bits & WORD | ORDINARY),
            10..=12 => Edit::Insert(bits & WORD | ORDINARY),
            _ => Edit::Delete,
        }
    }
}

/// The bits that draw a word.
const WORD: u64 = 0x7FFF;
/// The bits that make it neither a name nor a number.
const ORDINARY: u64 = 2 << 32;
/// The bit that keeps the most frequent words out of a draw.
const RARE: u64 = 0x4000;

/// A text that is being written, and what its paragraphs are.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) text: String,
    pub(super) paragraphs: Vec<Planted>,
    start: usize,
}

impl Sheet {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.paragraphs.clear();
        self.start = 0;
    }

    /// Ends the paragraph.
    pub(super) fn end(&mut self, kind: Kind, story: u64) {
        self.paragraphs.push(Planted { span: self.start..self.text.len(), kind, story });
        self.text.push('\n');
        self.start = self.text.len();
    }

    /// Ends the text.
    pub(super) fn finish(&mut self) {
        self.text.pop();
    }
}

/// Writes one language into a sheet.
pub(super) struct Pen<'a> {
    pub(super) lexicon: &'a Lexicon,
    pub(super) sheet: &'a mut Sheet,
    /// Quotation marks as a typewriter has them.
    pub(super) straight: bool,
}

impl Pen<'_> {
    /// Writes `text` as it is.
    #[inline]
    pub(super) fn put(&mut self, text: &str) {
        self.sheet.text.push_str(text);
    }

    /// Writes a number.
    pub(super) fn number(&mut self, n: u32) {
        // Writing to a string does not fail.
        let _ = write!(self.sheet.text, "{n}");
    }

    /// A number with its thousands apart.
    pub(super) fn grouped(&mut self, n: u32) {
        let _ = match n {
            0..1000 => write!(self.sheet.text, "{n}"),
            _ => write!(self.sheet.text, "{},{:03}", n / 1000, n % 1000),
        };
    }

    /// The space between words.
    #[inline]
    pub(super) fn space(&mut self) {
        self.put(self.lexicon.typography.space);
    }

    /// A sign between two things that every language sets apart: " | ".
    pub(super) fn sign(&mut self, sign: &str) {
        self.put(sign);
    }

    /// `words` words, the first as a name: a menu entry, a headline.
    pub(super) fn phrase(&mut self, dice: &mut Dice, words: u32) {
        for i in 0..words {
            let bits = dice.bits();
            let lexicon = self.lexicon;
            if i == 0 {
                // An entry is seldom called "The".
                self.put(lexicon.word(bits | RARE, true));
            } else {
                self.word(bits, bits >> 61 == 0);
            }
        }
    }

    /// A space and a word, by a copy of fixed length.
    #[inline]
    fn word(&mut self, bits: u64, name: bool) {
        let (record, length) = self.lexicon.spaced(bits, name);
        let text = &mut self.sheet.text;
        let end = text.len() + length;
        text.push_str(record);
        text.truncate(end);
    }

    /// A phrase that depends on `seed` alone.
    pub(super) fn fixed(&mut self, seed: u64, key: u64, low: u32, high: u32) {
        let mut dice = Dice::of(seed, key);
        let words = dice.between(low, high);
        self.phrase(&mut dice, words);
    }

    /// A run of `words` words with commas, names and numbers; no stop.
    #[inline]
    fn clause(&mut self, dice: &mut Dice, words: u32, edits: &mut Edits) {
        let mut first = true;
        let mut since_comma = 0;
        for i in 0..words {
            let mut bits = dice.bits();
            match edits.next() {
                Edit::Keep => {}
                Edit::Replace(other) => bits = other,
                Edit::Insert(other) => {
                    self.token(other, first);
                    first = false;
                }
                Edit::Delete => continue,
            }
            self.token(bits, first);
            first = false;
            since_comma += 1;
            if bits >> 60 == 0 && since_comma > 3 && i + 4 < words {
                self.put(self.lexicon.typography.comma);
                since_comma = 0;
            }
        }
    }

    /// A word, or seldom a name or a number.
    #[inline]
    fn token(&mut self, bits: u64, first: bool) {
        let draw = bits >> 32 & 0x1F;
        if first {
            let lexicon = self.lexicon;
            self.put(lexicon.word(bits, true));
        } else if draw == 0 && bits >> 37 & 1 == 0 {
            self.space();
            self.number(2 + (bits >> 40) as u32 % 2000);
        } else {
            self.word(bits, draw <= 1);
        }
    }

    /// The stop of a sentence.
    fn stop(&mut self) {
        self.put(self.lexicon.typography.stop);
    }

    /// What stands between two sentences.
    pub(super) fn gap(&mut self) {
        self.put(self.lexicon.typography.gap);
    }

    /// Opens or closes a quotation.
    fn quote(&mut self, side: usize) {
        let mark = if self.straight { "\"" } else { self.lexicon.typography.quotes[side] };
        self.put(mark);
    }

    /// A sentence of 8 to 30 words; one in seven says something in quotation marks.
    #[inline]
    pub(super) fn sentence(&mut self, dice: &mut Dice, edits: &mut Edits) {
        let words = 8 + dice.below(23);
        if dice.below(7) == 0 {
            self.quote(0);
            self.clause(dice, words, edits);
            self.put(self.lexicon.typography.comma);
            self.quote(1);
            self.space();
            let words = 2 + dice.below(4);
            self.clause(dice, words, edits);
        } else {
            self.clause(dice, words, edits);
        }
        self.stop();
    }

    /// A sentence of so many words without quotations.
    pub(super) fn plain(&mut self, dice: &mut Dice, low: u32, high: u32) {
        let words = dice.between(low, high);
        self.clause(dice, words, &mut Edits::none());
        self.stop();
    }

    /// Two to four sentences.
    pub(super) fn paragraph(&mut self, dice: &mut Dice, edits: &mut Edits) {
        for i in 0..2 + dice.below(3) {
            if i > 0 {
                self.gap();
            }
            self.sentence(dice, edits);
        }
    }

    /// Two or three sentences in quotation marks.
    pub(super) fn speech(&mut self, dice: &mut Dice) {
        self.quote(0);
        for i in 0..2 + dice.below(2) {
            if i > 0 {
                self.gap();
            }
            let words = 12 + dice.below(16);
            self.clause(dice, words, &mut Edits::none());
            self.stop();
        }
        self.quote(1);
    }

    /// A day of the calendar, counted from the first of a year, as the site writes it.
    pub(super) fn day(&mut self, seed: u64, day: u32) {
        self.fixed(seed, 0x6461_7900 + u64::from(day % 7), 1, 1);
        self.space();
        self.number(day % 30 + 1);
        self.space();
        self.fixed(seed, 0x6D6F_6E00 + u64::from(day / 30 % 12), 1, 1);
        self.space();
        self.number(2031 + day / 360);
    }

    /// A sentence of a report: words of the template, words of the day, numbers.
    pub(super) fn reported(&mut self, template: &mut Dice, today: &mut Dice, changing: u32) {
        let words = 14 + template.below(10);
        let mut number_in = 3 + template.below(4);
        for i in 0..words {
            let bits = template.bits();
            if i > 0 && number_in == 0 {
                self.space();
                let n = today.below(900);
                self.number(n + 10);
                number_in = 5 + template.below(5);
                continue;
            }
            number_in = number_in.saturating_sub(1);
            let bits = if today.percent(changing) { today.bits() } else { bits };
            self.token(bits & WORD | ORDINARY, i == 0);
        }
        self.stop();
    }

    /// A name as programs have it.
    pub(super) fn identifier(&mut self, dice: &mut Dice) {
        let lexicon = self.lexicon;
        let (one, two) = (dice.bits(), dice.bits());
        self.put(lexicon.word(one | RARE, false));
        self.put("_");
        self.put(lexicon.word(two | RARE, false));
    }

    /// The language puts spaces between words.
    pub(super) fn has_spaces(&self) -> bool {
        !self.lexicon.typography.space.is_empty()
    }
}
