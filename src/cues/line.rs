//! A paragraph counted: the features that its points are the weighted sum of.

use super::{
    cue::{Cue, Parts},
    signs::Signs,
    table::{Found, Table},
    weights::LINE_WEIGHTS,
};
use crate::{base::page::Kind, text::Prose};

/// Kinds of which a word may tell: all but the first, which is [`Kind::Other`].
const KINDS: usize = Kind::ALL.len();

/// What is counted of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Hits {
    phrases: u32,
    tokens: u32,
    sure: bool,
}

/// What was found in one paragraph.
#[derive(Clone, Debug, Default)]
pub struct Line {
    words: u32,
    prose: Prose,
    ends: bool,
    /// Tokens that were looked at.
    tokens: u32,
    /// The kinds that were found, a bit each.
    kinds: u16,
    hits: [Hits; KINDS],
    stop: u32,
    story: u32,
    you: u32,
    we: u32,
    months: u32,
    commands: bool,
    numbers: bool,
    signs: Signs,
}

/// Where the classes of words are counted, in bits.
const STOP: u32 = 0;
const STORY: u32 = 8;
const DO: u32 = 16;
const YOU: u32 = 24;
const WE: u32 = 32;
const MONTH: u32 = 40;

const LENGTH: usize = 1;
const LENGTHS: usize = 11;
const PROSE: usize = LENGTH + LENGTHS;
const OF_KIND: usize = PROSE + 4;
const PER_KIND: usize = 4;
const SURE: usize = OF_KIND + PER_KIND * (KINDS - 1);
const WORDS: usize = SURE + 3;
const SIGNS: usize = WORDS + WORD_NAMES.len();
/// Number of features of a line.
pub const LINE_FEATURES: usize = SIGNS + SIGN_NAMES.len();

const LENGTH_NAMES: [&str; LENGTHS] = [
    "no words",
    "1 word",
    "2 words",
    "3 words",
    "4-5 words",
    "6-7 words",
    "8-11 words",
    "12-19 words",
    "20-39 words",
    "40-79 words",
    "80 words and more",
];
const PROSE_NAMES: [&str; 4] = ["short sentence", "ends as a sentence", "sentence", "passage"];
const KIND_NAMES: [&str; PER_KIND] =
    ["in up to 4 words", "in up to 11 words", "in 12 words and more", "share"];
const SURE_NAMES: [&str; 3] = ["sure phrase", "sure phrase in a passage", "words of two kinds"];
const WORD_NAMES: [&str; 11] = [
    "stop words",
    "stop words in 8 and more",
    "no stop words in 8 and more",
    "story words",
    "you",
    "you in 12 and more",
    "we",
    "command",
    "short command",
    "month",
    "number",
];
const SIGN_NAMES: [&str; 27] = [
    "link",
    "mail",
    "handle",
    "price",
    "date",
    "date in 8 words",
    "copyright",
    "separator",
    "separators",
    "three dots",
    "ends in a colon",
    "question",
    "exclamation",
    "quotes",
    "digits",
    "begins with a digit",
    "capitals",
    "capitals in 6 and more",
    "all capitals",
    "begins small",
    "commas",
    "code",
    "han",
    "no letters",
    "capitals in 3 to 5",
    "capitals in two",
    "short and lower",
];

/// What feature `number` counts.
pub fn line_feature_name(number: usize) -> String {
    match number {
        0 => "any line".to_owned(),
        LENGTH..PROSE => LENGTH_NAMES[number - LENGTH].to_owned(),
        PROSE..OF_KIND => PROSE_NAMES[number - PROSE].to_owned(),
        OF_KIND..SURE => {
            let (kind, of) = ((number - OF_KIND) / PER_KIND + 1, (number - OF_KIND) % PER_KIND);
            format!("{} {}", Kind::ALL[kind].word(), KIND_NAMES[of])
        }
        SURE..WORDS => SURE_NAMES[number - SURE].to_owned(),
        WORDS..SIGNS => WORD_NAMES[number - WORDS].to_owned(),
        _ => SIGN_NAMES.get(number - SIGNS).copied().unwrap_or_default().to_owned(),
    }
}

/// `part` of `of` in eighths.
fn eighths(part: u32, of: u32) -> i32 {
    i32::try_from((8 * part + of / 2) / of.max(1)).unwrap_or(8).min(8)
}

/// The numbers of the bits that are set, ascending.
#[inline]
fn each_bit(mut bits: u16) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = bits.trailing_zeros() as usize;
        (bits != 0).then(|| {
            bits &= bits - 1;
            bit
        })
    })
}

/// The weighted sum of some features.
#[inline]
fn weighted<const N: usize>(weights: &[i16], values: &[i32; N]) -> i32 {
    weights.iter().zip(values).map(|(&weight, &value)| i32::from(weight) * value).sum()
}

/// A count, at most `most`.
fn most(count: u32, most: i32) -> i32 {
    i32::try_from(count).unwrap_or(most).min(most)
}

impl Line {
    /// Counts a paragraph of `words` words and this grade of prose, which `ends` as a sentence does or not; `is_number`
    /// says it of a token.
    pub(super) fn of(
        table: &Table,
        paragraph: &str,
        tokens: &[u64],
        is_number: impl Fn(usize) -> bool,
        (words, prose, ends): (u32, Prose, bool),
    ) -> Line {
        let tokens = &tokens[..tokens.len().min(Cue::TOKENS)];
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut line = Line { words, prose, ends, tokens: count(tokens.len()), ..Line::default() };
        let (mut covered, mut lanes) = (0, 0_u64);
        for at in 0..tokens.len() {
            let Some(found) = table.longest(&tokens[at..]) else { continue };
            let Found { length, kinds, sure, lanes: of_word } = found;
            lanes += of_word;
            line.commands |= at == 0 && of_word >> DO & 1 != 0;
            if kinds == 0 || at < covered {
                continue;
            }
            covered = at + length;
            line.kinds |= kinds & !1;
            for kind in each_bit(kinds & !1) {
                let hits = &mut line.hits[kind];
                hits.phrases += 1;
                hits.tokens += count(length);
                hits.sure |= sure >> kind & 1 != 0;
            }
        }
        let counted = |at: u32| u32::from(lanes.to_le_bytes()[at as usize / 8]);
        line.stop = counted(STOP);
        line.story = counted(STORY);
        line.you = counted(YOU);
        line.we = counted(WE);
        line.months = counted(MONTH);
        line.numbers = (0..tokens.len().min(8)).any(is_number);
        line.signs = Signs::of(paragraph, if words >= 20 { 96 } else { 256 });
        line
    }

    fn is_dated(&self) -> bool {
        self.signs.has_time || (self.months > 0 && self.numbers)
    }

    /// Calls `add` with every feature that is not 0 and its value.
    pub fn each(&self, add: &mut impl FnMut(usize, i32)) {
        add(0, 1);
        add(LENGTH + self.length(), 1);
        let mut put = |first: usize, values: &[i32]| {
            for (at, &value) in values.iter().enumerate().filter(|(_, value)| **value != 0) {
                add(first + at, value);
            }
        };
        put(PROSE, &self.prose_values());
        put(WORDS, &self.word_values());
        put(SIGNS, &self.sign_values());
        self.each_kind(add);
    }

    /// In which band of lengths it is.
    fn length(&self) -> usize {
        match self.words {
            0..=3 => self.words as usize,
            4..=5 => 4,
            6..=7 => 5,
            8..=11 => 6,
            12..=19 => 7,
            20..=39 => 8,
            40..=79 => 9,
            _ => 10,
        }
    }

    fn prose_values(&self) -> [i32; PROSE_NAMES.len()] {
        [
            (self.ends && self.words < 8).into(),
            self.ends.into(),
            (self.prose == Prose::Sentence).into(),
            (self.prose == Prose::Passage).into(),
        ]
    }

    #[inline]
    fn each_kind(&self, add: &mut impl FnMut(usize, i32)) {
        if self.kinds == 0 {
            return;
        }
        let band = match self.words {
            0..=4 => 0,
            5..=11 => 1,
            _ => 2,
        };
        let mut sure = false;
        for kind in each_bit(self.kinds) {
            let hits = &self.hits[kind];
            let at = OF_KIND + PER_KIND * (kind - 1);
            add(at + band, 1);
            add(at + 3, eighths(hits.tokens, self.tokens));
            sure |= hits.sure;
        }
        if sure {
            add(SURE + usize::from(self.prose == Prose::Passage), 1);
        }
        if self.kinds.count_ones() > 1 {
            add(SURE + 2, 1);
        }
    }

    fn word_values(&self) -> [i32; WORD_NAMES.len()] {
        let stop = eighths(self.stop, self.tokens);
        [
            stop,
            if self.words >= 8 { stop } else { 0 },
            i32::from(self.words >= 8 && self.stop == 0),
            most(self.story, 4),
            most(self.you, 3),
            i32::from(self.words >= 12 && self.you > 0),
            most(self.we, 3),
            i32::from(self.commands),
            i32::from(self.commands && self.words <= 6),
            i32::from(self.months > 0),
            i32::from(self.numbers),
        ]
    }

    fn sign_values(&self) -> [i32; SIGN_NAMES.len()] {
        let Signs { separators, words, capitals, lower_letters, upper_letters, last, .. } =
            self.signs;
        let signs = &self.signs;
        let dated = self.is_dated();
        let upper = if words > 0 { eighths(capitals, words) } else { 0 };
        let share = |part: u32| if part == 0 { 0 } else { eighths(part, signs.bytes) };
        [
            i32::from(signs.has_url),
            i32::from(signs.has_mail),
            i32::from(signs.has_handle),
            i32::from(signs.has_price),
            i32::from(dated),
            i32::from(dated && self.words <= 8),
            i32::from(signs.has_copyright),
            i32::from(separators == 1),
            i32::from(separators > 1),
            i32::from(self.ends_in_dots()),
            i32::from(last == Some(':')),
            i32::from(matches!(last, Some('?' | '？' | '؟'))),
            i32::from(matches!(last, Some('!' | '！'))),
            i32::from(signs.has_quotes),
            share(signs.digits),
            i32::from(signs.begins_digit),
            if self.words >= 2 { upper } else { 0 },
            if self.words >= 6 { upper } else { 0 },
            i32::from(upper_letters > 1 && lower_letters == 0),
            i32::from(signs.begins_lower),
            most(signs.commas, 4),
            share(signs.code),
            i32::from(signs.has_han),
            i32::from(lower_letters + upper_letters == 0 && !signs.has_han),
            if (3..6).contains(&self.words) { upper } else { 0 },
            if self.words == 2 { upper } else { 0 },
            i32::from(self.words <= 5 && signs.begins_lower && lower_letters > 0),
        ]
    }

    fn ends_in_dots(&self) -> bool {
        self.signs.last == Some('…')
    }

    /// The weighted sum of the features, by weights in points.
    pub fn sum(&self, weights: &[i16; LINE_FEATURES]) -> i32 {
        let mut sum = i32::from(weights[0]) + i32::from(weights[LENGTH + self.length()]);
        sum += weighted(&weights[PROSE..OF_KIND], &self.prose_values());
        sum += weighted(&weights[WORDS..SIGNS], &self.word_values());
        sum += weighted(&weights[SIGNS..], &self.sign_values());
        self.each_kind(&mut |feature, value| sum += i32::from(weights[feature]) * value);
        sum
    }

    /// What the paragraph says of itself.
    pub fn cue(&self) -> Cue {
        let kind = self.kind();
        Cue::of(&Parts {
            points: self.sum(&LINE_WEIGHTS),
            kind,
            has_phrases: self.kinds != 0,
            is_sure: self.hits[kind as usize].sure,
            stop_words: self.stop,
            is_links: self.signs.separators > 1,
            is_dated: self.is_dated(),
            is_story: self.story > 1,
            ends_open: self.ends_in_dots() || self.signs.last == Some(':'),
            is_foot: self.signs.has_copyright || self.hits[Kind::Legal as usize].sure,
        })
    }

    /// The kind that most of the words are of. What is said nowhere else (a plea, a cookie note) goes before what every
    /// site says (a menu, a share button), and words have to be a seventh of the line, or be sure.
    fn kind(&self) -> Kind {
        if self.kinds == 0 {
            return self.kind_of_signs();
        }
        self.kind_of_words().unwrap_or_else(|| self.kind_of_signs())
    }

    fn kind_of_words(&self) -> Option<Kind> {
        const ORDER: [Kind; 12] = [
            Kind::Legal,
            Kind::Cookie,
            Kind::Plea,
            Kind::Subscription,
            Kind::Account,
            Kind::Comment,
            Kind::Share,
            Kind::Agency,
            Kind::Advert,
            Kind::Related,
            Kind::Byline,
            Kind::Navigation,
        ];
        let weight = |kind: Kind| {
            let Hits { tokens, sure, .. } = self.hits[kind as usize];
            let is_general = matches!(kind, Kind::Navigation | Kind::Related | Kind::Share);
            2 * tokens + if is_general { 0 } else { 3 } + if sure { 6 } else { 0 }
        };
        let mut best = None;
        for kind in ORDER.into_iter().filter(|&kind| self.hits[kind as usize].phrases > 0) {
            // Of equals the first in order.
            if best.is_none_or(|best| weight(kind) > weight(best)) {
                best = Some(kind);
            }
        }
        let is_enough = |kind: &Kind| {
            let Hits { tokens, sure, .. } = self.hits[*kind as usize];
            // Words of menus are common ones, but in a row of links.
            let is_menu = *kind == Kind::Navigation && self.signs.separators <= 1;
            let share = if is_menu { 2 } else { 7 };
            sure || share * tokens >= self.tokens
        };
        best.filter(is_enough)
    }

    /// The kind of a line of which no word tells.
    fn kind_of_signs(&self) -> Kind {
        if self.signs.has_copyright {
            Kind::Legal
        } else if self.is_dated() && self.words <= 8 {
            Kind::Byline
        } else {
            Kind::Other
        }
    }
}
