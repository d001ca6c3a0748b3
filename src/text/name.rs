//! Which words of a paragraph name somebody or something: persons, places and firms by their capital, days, months and
//! numbers in words by a list.
//!
//! Two issues of a form differ in these words and in digits, and in little else; two prints of one story have them in
//! common. Nothing else rests on this, so it errs on the side of finding none: in a script without capitals only the list
//! speaks, and in a line of capitals nothing does.

use std::sync::LazyLock;

use super::{
    fold::{Class, Entry},
    listed::Listed,
};

/// Days, months, and numbers in words: folded, by language. "One" and its like are articles in many languages, "may" and
/// "march" are verbs.
const WORDS: &str = "\
monday tuesday wednesday thursday friday saturday sunday january february april june july august september october \
november december mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec \
two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen \
twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion \
montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag januar februar märz mai juni juli oktober dezember \
zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn \
zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend \
lundi mardi mercredi jeudi vendredi samedi dimanche janvier février avril juin juillet août septembre octobre novembre \
décembre deux trois quatre cinq sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante cinquante \
soixante cent mille \
lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre \
noviembre diciembre dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte treinta cuarenta \
cincuenta sesenta setenta ochenta noventa ciento mil \
lunedì martedì mercoledì giovedì venerdì sabato domenica gennaio febbraio aprile maggio giugno luglio settembre ottobre \
novembre dicembre due tre quattro cinque sei sette otto nove dieci undici dodici venti trenta quaranta cinquanta \
segunda terça quarta quinta sexta janeiro fevereiro março maio junho julho setembro outubro novembro dezembro dois três \
quatro cinco oito dez doze vinte trinta \
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag januari februari maart mei augustus twee drie vijf zes zeven \
negen tien twaalf twintig \
понедельник вторник среда четверг пятница суббота воскресенье января февраля марта апреля мая июня июля августа сентября \
октября ноября декабря два две три четыре пять шесть семь восемь девять десять";

static LISTED: LazyLock<Listed> = LazyLock::new(|| Listed::of(WORDS));

/// Letters of the longest word behind which a stop may belong to it: "Mr.", "Gov.", "St.".
const SHORT: u32 = 4;

/// Replaces `names` by what each token of a paragraph is; `hashes` are those that a [`Scanner`](super::Scanner) finds in it with
/// [`Digits::Keep`](super::Digits::Keep).
///
/// A word with a capital is a name unless a sentence begins with it and the next word has none. Where folding makes other
/// words of the paragraph than its characters say, or where most words have capitals, only listed words are names. Looks
/// at every character once.
pub fn names(paragraph: &str, hashes: &[u64], names: &mut Vec<bool>) {
    names.clear();
    if paragraph.is_ascii() {
        of_ascii(paragraph.as_bytes(), names);
    } else {
        of_any(paragraph, names);
    }
    let found = names.iter().filter(|name| **name).count();
    if names.len() != hashes.len() || names.len() > 3 && 3 * found > 2 * names.len() {
        names.clear();
        names.resize(hashes.len(), false);
    }
    let listed = &*LISTED;
    for (name, &hash) in names.iter_mut().zip(hashes) {
        *name |= listed.has(hash);
    }
}

/// The words with a capital, character by character.
fn of_any(paragraph: &str, names: &mut Vec<bool>) {
    let mut walk = Walk::new(names);
    for c in paragraph.chars() {
        let capital = c.is_uppercase();
        Entry::of(c).each(|class, _| walk.step(class, capital, c));
    }
    walk.end_word();
}

/// The same of ASCII, 64 bytes at a time: only words with a capital are looked at.
fn of_ascii(bytes: &[u8], names: &mut Vec<bool>) {
    let mut last: Option<(usize, bool)> = None;
    // The last byte of the block before is part of a word.
    let mut carry = 0;
    for (number, block) in bytes.chunks(64).enumerate() {
        let mut all = [0; 64];
        all[..block.len()].copy_from_slice(block);
        let letters = bits(&all, is_word);
        let capitals = bits(&all, |byte| byte.is_ascii_uppercase());
        let starts = letters & !(letters << 1 | carry);
        carry = letters >> 63;
        let before = names.len();
        names.resize(before + starts.count_ones() as usize, false);
        let mut left = starts & capitals;
        while left != 0 {
            let bit = left & left.wrapping_neg();
            left ^= bit;
            let word = before + (starts & (bit - 1)).count_ones() as usize;
            let at = 64 * number + bit.trailing_zeros() as usize;
            let (begins, near) = behind(&bytes[..at]);
            // "Ada Fernwood said": the first word belongs to the second.
            if near && last == word.checked_sub(1).map(|last| (last, true)) {
                names[word - 1] = true;
            }
            names[word] = !begins;
            last = Some((word, begins));
        }
    }
}

#[inline]
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Which of 64 bytes are of a class.
#[inline]
fn bits(bytes: &[u8; 64], is: impl Fn(u8) -> bool) -> u64 {
    // A loop without a branch, which compilers make vectors of.
    let mut flags = [0_u8; 64];
    for (flag, &byte) in flags.iter_mut().zip(bytes) {
        *flag = u8::from(is(byte));
    }
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().rev().fold(0, |bits, &eight| {
        // Each byte's bit is moved to a place of its own in the highest byte.
        bits << 8 | u64::from_le_bytes(eight).wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

/// Whether a word behind this text begins a sentence, and whether nothing but spaces is between it and the word before.
fn behind(text: &[u8]) -> (bool, bool) {
    let spaces = text.iter().rev().take_while(|byte| **byte == b' ').count();
    let text = &text[..text.len() - spaces];
    match text.last() {
        Some(&byte) if is_word(byte) => (false, true),
        Some(b',' | b';' | b'-' | b'\'' | b'/' | b'&') => (false, false),
        Some(b'.') => {
            let word = text[..text.len() - 1].iter().rev().take_while(|byte| is_word(**byte));
            let letters = word.clone().take(SHORT as usize + 1).count();
            let capital = text.get(text.len() - 1 - letters).is_some_and(u8::is_ascii_uppercase);
            // Behind a short word with a capital it is that word's.
            let is_its = (1..=SHORT as usize).contains(&letters) && capital;
            (!is_its, is_its)
        }
        Some(_) | None => (true, false),
    }
}

/// The walk through a paragraph.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a property of the open or the next word"
)]
struct Walk<'n> {
    names: &'n mut Vec<bool>,
    /// Letters of the open word; 0 if none is open.
    letters: u32,
    /// The open or last word has a capital, is short, and begins a sentence.
    capital: bool,
    short: bool,
    begins: bool,
    /// The next word begins a sentence.
    fresh: bool,
    /// Only spaces stand between the last word and the next.
    near: bool,
}

impl<'n> Walk<'n> {
    fn new(names: &'n mut Vec<bool>) -> Walk<'n> {
        Walk {
            names,
            letters: 0,
            capital: false,
            short: false,
            begins: false,
            fresh: true,
            near: false,
        }
    }

    #[inline]
    fn step(&mut self, class: Class, capital: bool, c: char) {
        match class {
            Class::Letter | Class::Digit => {
                if self.letters == 0 {
                    self.begin(capital);
                }
                self.letters += 1;
            }
            Class::Single => {
                self.end_word();
                self.begin(false);
                self.letters = 1;
                self.end_word();
            }
            Class::Mark | Class::Ignored => {}
            Class::Separator | Class::Quote => {
                let touches = self.letters > 0;
                self.end_word();
                match c {
                    ' ' | '\u{a0}' => {}
                    // Behind a short word with a capital it is that word's.
                    '.' if touches && self.capital && self.short => self.fresh = false,
                    ',' | ';' | '-' | '\'' | '’' | '/' | '&' => {
                        (self.fresh, self.near) = (false, false);
                    }
                    _ => (self.fresh, self.near) = (true, false),
                }
            }
        }
    }

    fn begin(&mut self, capital: bool) {
        let begins = std::mem::take(&mut self.fresh);
        // "Ada Fernwood said": the first word belongs to the second.
        if capital
            && self.near
            && self.begins
            && self.capital
            && let Some(last) = self.names.last_mut()
        {
            *last = true;
        }
        self.names.push(capital && !begins);
        (self.capital, self.begins) = (capital, begins);
    }

    fn end_word(&mut self) {
        if self.letters > 0 {
            self.short = self.letters <= SHORT;
            self.near = true;
            self.letters = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::{Digits, Scanner};

    fn found(paragraph: &str) -> Vec<String> {
        let mut scanner = Scanner::new();
        scanner.scan(paragraph, Digits::Keep);
        let mut out = Vec::new();
        names(paragraph, scanner.tokens(), &mut out);
        assert_eq!(out.len(), scanner.tokens().len());
        let spans = crate::text::token_spans(paragraph, &mut scanner);
        spans
            .into_iter()
            .zip(out)
            .filter(|row| row.1)
            .map(|row| paragraph[row.0].to_owned())
            .collect()
    }

    #[test]
    fn names_days_and_numbers() {
        for (paragraph, expected) in [
            ("The mayor of Ashford said so. Nobody else did.", vec!["Ashford"]),
            (
                "Ada Fernwood said it to Gov. Harbourne on tuesday.",
                vec!["Ada", "Fernwood", "Gov.", "Harbourne", "tuesday."],
            ),
            ("“Yes,” said Élodie; twelve others said no", vec!["Élodie;", "twelve"]),
            ("Der Rat in Köln tagt am Freitag.", vec!["Der", "Rat", "Köln", "Freitag."]),
            ("ALL WORDS ARE CAPITALS HERE", vec![]),
            ("彼は東京に行った。", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(found(paragraph), expected, "{paragraph}");
        }
    }

    proptest! {
        #[test]
        fn both_ways_find_the_same(text in "([ A-Ca-c0_.,;'\"(\t-]|Mr\\. |Abcde |Ab Cd ){0,90}") {
            let (mut one, mut other) = (Vec::new(), Vec::new());
            of_ascii(text.as_bytes(), &mut one);
            of_any(&text, &mut other);
            prop_assert_eq!(one, other, "{:?}", text);
        }

        #[test]
        fn every_token_is_told(text in "[ A-Ca-c1.,“\u{301}\u{ad}漢éÉﬁ½Å가-]{0,24}") {
            found(&text);
        }
    }
}
