//! Invented words of seven languages in six scripts.
//!
//! Words are put together from the sounds of a language, short ones first. They are drawn with
//! frequencies that fall as their ranks rise (Zipf's law), by one look-up in a table that holds a
//! frequent word many times.

use std::collections::BTreeSet;

use super::dice::Dice;

/// A script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// Two languages, one of them with letters that ASCII lacks.
    Latin,
    /// Cyrillic.
    Cyrillic,
    /// Greek.
    Greek,
    /// Han characters and kana: no spaces, wide stops.
    Han,
    /// Thai: no spaces between words, no stops.
    Thai,
    /// Arabic.
    Arabic,
}

impl Script {
    /// All of them.
    pub const ALL: [Script; 6] =
        [Script::Latin, Script::Cyrillic, Script::Greek, Script::Han, Script::Thai, Script::Arabic];

    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Script::Latin => "latin",
            Script::Cyrillic => "cyrillic",
            Script::Greek => "greek",
            Script::Han => "han",
            Script::Thai => "thai",
            Script::Arabic => "arabic",
        }
    }
}

/// Number of languages.
pub(super) const LANGUAGES: usize = 7;

/// Words of a language.
const WORDS: usize = 6000;

/// Slots of the table that draws them; a power of two.
const SLOTS: usize = 1 << 15;

/// How a language is written.
pub(super) struct Typography {
    pub(super) script: Script,
    pub(super) space: &'static str,
    pub(super) comma: &'static str,
    pub(super) stop: &'static str,
    /// Between two sentences.
    pub(super) gap: &'static str,
    pub(super) quotes: [&'static str; 2],
}

/// Bytes of a word's record, so that a copy has a fixed length; no word with its space is longer.
const RECORD: usize = 32;

/// A language: how it is written, its words.
pub(super) struct Lexicon {
    pub(super) typography: &'static Typography,
    /// Records of a space and a word, filled up: the word of rank r at `2 * r`, as a name at
    /// `2 * r + 1`.
    records: String,
    /// What of each record is used.
    lengths: Vec<u8>,
    slots: Vec<u16>,
}

impl Lexicon {
    /// Makes up the words of a language.
    pub(super) fn new(language: usize) -> Lexicon {
        let mut dice = Dice::of(0x6C65_7869_636F_6E00, language as u64);
        let sounds = &SOUNDS[language];
        let mut lexicon = Lexicon {
            typography: &TYPOGRAPHY[language],
            records: String::with_capacity(2 * WORDS * RECORD),
            lengths: Vec::with_capacity(2 * WORDS),
            slots: Vec::with_capacity(SLOTS),
        };
        let mut taken = BTreeSet::new();
        let mut word = String::new();
        let mut tries = 0;
        while lexicon.lengths.len() < 2 * WORDS {
            let rank = lexicon.lengths.len() / 2;
            word.clear();
            // Where the short words are used up, longer ones take their place.
            (sounds.write)(sounds, &mut dice, rank + tries, &mut word);
            let name = as_name(&word);
            if word.len().max(name.len()) < RECORD && taken.insert(word.clone()) {
                lexicon.push(&word);
                lexicon.push(&name);
            } else {
                tries += 1;
            }
        }
        lexicon.fill_slots();
        lexicon
    }

    /// The word that 15 of `bits` draw, as it begins a sentence or is a name if `name`; and before it
    /// the space between words.
    ///
    /// The text to copy, and how much of it to keep.
    #[inline]
    pub(super) fn spaced(&self, bits: u64, name: bool) -> (&str, usize) {
        let form = self.form(bits, name);
        (&self.records[form * RECORD..form * RECORD + RECORD], usize::from(self.lengths[form]))
    }

    /// The same without the space.
    #[inline]
    pub(super) fn word(&self, bits: u64, name: bool) -> &str {
        let (record, length) = self.spaced(bits, name);
        &record[self.typography.space.len()..length]
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "masked")]
    fn form(&self, bits: u64, name: bool) -> usize {
        2 * usize::from(self.slots[bits as usize & (SLOTS - 1)]) + usize::from(name)
    }

    fn push(&mut self, word: &str) {
        let length = self.typography.space.len() + word.len();
        self.records.push_str(self.typography.space);
        self.records.push_str(word);
        self.records.extend(std::iter::repeat_n(' ', RECORD - length));
        self.lengths.push(u8::try_from(length).unwrap_or(0));
    }

    /// Word of rank r gets slots in proportion to 1 / (r + 3).
    fn fill_slots(&mut self) {
        let weight = |rank: usize| 1_000_000_000 / (rank + 3);
        let total: usize = (0..WORDS).map(weight).sum();
        let mut sum = 0;
        for rank in 0..WORDS {
            sum += weight(rank);
            let end = (sum * SLOTS / total).min(SLOTS);
            self.slots.resize(end.max(self.slots.len()), u16::try_from(rank).unwrap_or(0));
        }
        self.slots.resize(SLOTS, 0);
    }
}

fn as_name(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What words of a language are made of.
struct Sounds {
    write: fn(&Sounds, &mut Dice, usize, &mut String),
    onsets: &'static [&'static str],
    vowels: &'static [&'static str],
    codas: &'static [&'static str],
}

/// Syllables of onset, vowel and perhaps coda; frequent words are short.
fn syllables(sounds: &Sounds, dice: &mut Dice, rank: usize, out: &mut String) {
    let count = match rank {
        0..60 => 1,
        60..600 => 1 + dice.below(2),
        _ => 2 + dice.below(3),
    };
    for _ in 0..count {
        out.push_str(dice.pick(sounds.onsets));
        out.push_str(dice.pick(sounds.vowels));
        if dice.percent(35) {
            out.push_str(dice.pick(sounds.codas));
        }
    }
}

/// Particles in hiragana, words of one to three Han characters, a few loans in katakana.
fn characters(_: &Sounds, dice: &mut Dice, rank: usize, out: &mut String) {
    let (from, to, count) = match rank {
        0..80 => (0x3042, 0x3093, dice.between(1, 2)),
        _ if dice.percent(6) => (0x30A2, 0x30F3, dice.between(3, 5)),
        _ => (0x4E00, 0x5FFF, dice.between(1, 3)),
    };
    out.extend((0..count).filter_map(|_| char::from_u32(dice.between(from, to))));
}

const SOUNDS: [Sounds; LANGUAGES] = [
    Sounds {
        write: syllables,
        onsets: &[
            "b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "k", "l", "m", "n", "p",
            "pl", "r", "s", "sh", "st", "t", "tr", "v", "w", "wh", "",
        ],
        vowels: &["a", "e", "i", "o", "u", "ea", "ou", "ai"],
        codas: &["n", "r", "s", "l", "t", "nd", "ck", "m", "rd", "st"],
    },
    Sounds {
        write: syllables,
        onsets: &[
            "b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "sch", "t", "v", "z",
            "ç", "ñ", "",
        ],
        vowels: &["a", "e", "i", "o", "u", "ä", "ö", "ü", "é", "ei", "á"],
        codas: &["n", "r", "s", "l", "cht", "rt", "m", "ß", "x"],
    },
    Sounds {
        write: syllables,
        onsets: &[
            "б", "в", "г", "д", "ж", "з", "к", "л", "м", "н", "п", "р", "с", "ст", "т", "тр", "х",
            "ц", "ч", "ш", "",
        ],
        vowels: &["а", "е", "и", "о", "у", "ы", "я", "ю"],
        codas: &["н", "р", "л", "т", "в", "ст", "м", "к", "й"],
    },
    Sounds {
        write: syllables,
        onsets: &[
            "β", "γ", "δ", "ζ", "θ", "κ", "λ", "μ", "ν", "ξ", "π", "πρ", "ρ", "σ", "στ", "τ", "φ",
            "χ", "ψ", "",
        ],
        vowels: &["α", "ε", "η", "ι", "ο", "υ", "ω", "ά", "έ", "ό", "ου", "ει"],
        codas: &["ν", "ρ", "λ", "κ", "μ"],
    },
    Sounds { write: characters, onsets: &[], vowels: &[], codas: &[] },
    Sounds {
        write: syllables,
        onsets: &[
            "ก", "ข", "ค", "ง", "จ", "ช", "ด", "ต", "ท", "น", "บ", "ป", "พ", "ม", "ย", "ร", "ล",
            "ว", "ส", "ห", "เก", "แม", "โร", "ไท",
        ],
        vowels: &["า", "ี", "ิ", "ู", "ุ", "ะ", "อ"],
        codas: &["น", "ง", "ม", "ก", "บ", "ย"],
    },
    Sounds {
        write: syllables,
        onsets: &[
            "ب", "ت", "ج", "ح", "خ", "د", "ر", "ز", "س", "ش", "ص", "ط", "ع", "غ", "ف", "ق", "ك",
            "ل", "م", "ن", "ه",
        ],
        vowels: &["ا", "و", "ي", "", ""],
        codas: &["ب", "ر", "ل", "م", "ن", "د", "ة"],
    },
];

/// Words apart, stops and commas as in most of Europe.
const fn spaced(script: Script, quotes: [&'static str; 2]) -> Typography {
    Typography { script, space: " ", comma: ",", stop: ".", gap: " ", quotes }
}

const TYPOGRAPHY: [Typography; LANGUAGES] = [
    spaced(Script::Latin, ["“", "”"]),
    spaced(Script::Latin, ["„", "“"]),
    spaced(Script::Cyrillic, ["«", "»"]),
    spaced(Script::Greek, ["«", "»"]),
    Typography {
        script: Script::Han,
        space: "",
        comma: "、",
        stop: "。",
        gap: "",
        quotes: ["「", "」"],
    },
    Typography {
        script: Script::Thai,
        space: "",
        comma: "",
        stop: "",
        gap: " ",
        quotes: ["“", "”"],
    },
    Typography {
        script: Script::Arabic,
        space: " ",
        comma: "،",
        stop: ".",
        gap: " ",
        quotes: ["«", "»"],
    },
];
