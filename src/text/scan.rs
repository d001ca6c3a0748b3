//! The scanner: turns paragraphs into hashes of folded tokens, in one pass over their bytes.
//!
//! A token is a maximal run of letters, marks and digits after folding, or one character of a script
//! that puts no space between words. The work is done by the kernels of the processor's tier; a
//! paragraph in which characters compose or reorder is normalised first (Unicode Annex 15).

use std::ops::Range;

use super::{
    kernel::{self, Folded, Order, Source},
    normal::normalise,
    plain::Plain,
    quote::quotations,
};
use crate::base::cpu::Tier;

/// Bytes between two paragraphs that are read together, at most.
const GAP: usize = 64;

/// Whether numbers keep their digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    /// Each run of digits becomes one `0`, so two dates, counters or prices are the same token.
    Fold,
    /// Digits are letters like any other.
    Keep,
}

/// A quotation mark and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Number of tokens before it in its paragraph.
    pub token: u32,
    /// The mark, folded.
    pub sign: char,
    /// It follows a space, an opening bracket or the start of the paragraph, and no space follows it.
    pub opens: bool,
}

/// Scans one paragraph or all of a page, and holds the tokens of the last call. Reuse it: once its
/// buffers have grown, it does not allocate.
#[derive(Debug, Default)]
pub struct Scanner {
    tier: Tier,
    /// No kernel runs.
    plainly: bool,
    /// Only the first `count` are tokens of the last call.
    tokens: Vec<u64>,
    count: usize,
    kinds: Vec<u8>,
    spans: Vec<Range<usize>>,
    folded: Folded,
    normal: String,
}

/// The tokens of one paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens<'a> {
    hashes: &'a [u64],
    kinds: &'a [u8],
    marks: &'a [Mark],
}

impl Scanner {
    /// A scanner without tokens that runs the processor's best kernels.
    pub fn new() -> Scanner {
        Scanner::default()
    }

    /// A scanner without tokens that runs the kernels of `tier`. All tiers give the same tokens.
    pub fn with(tier: Tier) -> Scanner {
        Scanner { tier, ..Scanner::default() }
    }

    /// A scanner that reads one character at a time. It is slow: tests compare the kernels with it.
    pub fn plain() -> Scanner {
        Scanner { plainly: true, ..Scanner::default() }
    }

    /// Replaces the tokens by those of `paragraph`. Linear in its length.
    pub fn scan(&mut self, paragraph: &str, digits: Digits) {
        self.scan_page(paragraph, std::iter::once(0..paragraph.len()), digits);
    }

    /// Replaces the tokens by those of the paragraphs of `text` at `spans`, each as if it were
    /// scanned alone. Linear in their length, and cheaper than one call for each.
    ///
    /// # Panics
    ///
    /// If a span is not one of `text`: out of its bounds or not between characters.
    pub fn scan_page(
        &mut self,
        text: &str,
        spans: impl IntoIterator<Item = Range<usize>>,
        digits: Digits,
    ) {
        self.count = 0;
        self.kinds.clear();
        self.folded.clear();
        let mut all = std::mem::take(&mut self.spans);
        all.clear();
        all.extend(spans);
        let mut left = &all[..];
        while let Some(first) = left.first() {
            let mut end = first.end;
            let more = left[1..].iter().take_while(|span| {
                // What stands between is read with them, so it should be little.
                let near = span.start > end
                    && span.start - end <= GAP
                    && span.end.saturating_sub(first.start) <= kernel::FULL;
                end = span.end;
                near && !self.plainly
            });
            let (run, rest) = left.split_at(1 + more.count());
            self.push(text, run, digits);
            left = rest;
        }
        self.spans = all;
        self.drain();
    }

    /// Appends paragraphs that are in order and at least a byte apart.
    fn push(&mut self, text: &str, mut spans: &[Range<usize>], digits: Digits) {
        assert!(
            spans.iter().all(|span| text.get(span.clone()).is_some()),
            "a span is not one of the text"
        );
        if let [span] = spans
            && (self.plainly || span.len() > kernel::LONGEST)
        {
            self.drain();
            let mut plain = Plain::of(&text[span.clone()], digits);
            self.folded.note(plain.tokens.len(), &mut plain.marks);
            self.tokens.truncate(self.count);
            self.tokens.append(&mut plain.tokens);
            self.count = self.tokens.len();
            self.kinds.append(&mut plain.kinds);
            return;
        }
        loop {
            let source = Source { text, spans };
            let done = self.folded.push(source, digits, Order::Check, self.tier);
            let Some(span) = spans.get(done) else { break };
            normalise(&text[span.clone()], &mut self.normal);
            let whole = 0..self.normal.len();
            let normal = Source { text: &self.normal, spans: std::slice::from_ref(&whole) };
            self.folded.push(normal, digits, Order::Normal, self.tier);
            spans = &spans[done + 1..];
        }
        if self.folded.is_full() {
            self.drain();
        }
    }

    fn drain(&mut self) {
        let end = self.count + self.folded.tokens();
        if self.tokens.len() < end {
            self.tokens.resize(end, 0);
        }
        self.folded.drain(&mut self.tokens[self.count..end], &mut self.kinds, self.tier);
        self.count = end;
    }

    /// The tokens of every paragraph of the last call, in order.
    pub fn paragraphs(&self) -> impl ExactSizeIterator<Item = Tokens<'_>> + '_ {
        (0..self.folded.ends().len()).map(|i| self.paragraph(i))
    }

    /// The tokens of the last call's paragraph `i`.
    ///
    /// # Panics
    ///
    /// If there were not that many paragraphs.
    #[inline]
    pub fn paragraph(&self, i: usize) -> Tokens<'_> {
        let ends = self.folded.ends();
        let start = i.checked_sub(1).map_or((0, 0), |before| ends[before]);
        let end = ends[i];
        Tokens {
            hashes: &self.tokens[start.0..end.0],
            kinds: &self.kinds[start.0..end.0],
            marks: &self.folded.marks()[start.1..end.1],
        }
    }

    /// All tokens of the last call as those of one paragraph, which they are after
    /// [`scan`](Scanner::scan).
    fn all(&self) -> Tokens<'_> {
        Tokens { hashes: self.tokens(), kinds: &self.kinds, marks: self.marks() }
    }

    /// Hash of every token, in order; of a page, those of all paragraphs.
    #[inline]
    pub fn tokens(&self) -> &[u64] {
        &self.tokens[..self.count]
    }

    /// Quotation marks, in order.
    pub fn marks(&self) -> &[Mark] {
        self.folded.marks()
    }

    /// Whether any token of the last call is one character of a script without spaces. Most pages have none, so
    /// one call for a page can save one for each paragraph.
    pub fn has_singles(&self) -> bool {
        self.kinds.iter().fold(0, |any, kind| any | kind) & kernel::SINGLE != 0
    }

    /// As [`Tokens::quoted`], of the paragraph scanned last.
    pub fn quoted(&self, attributed: bool, out: &mut Vec<(u32, u32)>) {
        self.all().quoted(attributed, out);
    }

    /// Token `i` is one character of a script without spaces.
    pub fn is_single(&self, i: usize) -> bool {
        self.all().is_single(i)
    }

    /// Token `i` holds a digit.
    pub fn is_number(&self, i: usize) -> bool {
        self.all().is_number(i)
    }

    /// As [`Tokens::singles`], of the paragraph scanned last.
    pub fn singles(&self) -> usize {
        self.all().singles()
    }

    /// As [`Tokens::words`], of the paragraph scanned last.
    pub fn words(&self) -> u32 {
        self.all().words()
    }
}

impl<'a> Tokens<'a> {
    /// Hash of every token, in order.
    #[inline]
    pub fn hashes(self) -> &'a [u64] {
        self.hashes
    }

    /// Every token in order: its hash, whether it is one character of a script without spaces, and whether it holds a
    /// digit.
    #[inline]
    pub fn each(self) -> impl Iterator<Item = (u64, bool, bool)> + 'a {
        let of = |(&hash, &kind): (&u64, &u8)| {
            (hash, kind & kernel::SINGLE != 0, kind & kernel::NUMBER != 0)
        };
        self.hashes.iter().zip(self.kinds).map(of)
    }

    /// Quotation marks, in order.
    pub fn marks(self) -> &'a [Mark] {
        self.marks
    }

    /// Replaces `out` by the token ranges inside quotation marks, or by all tokens if the next paragraph
    /// attributes this one to somebody (`attributed`).
    pub fn quoted(self, attributed: bool, out: &mut Vec<(u32, u32)>) {
        out.clear();
        let count = u32::try_from(self.hashes.len()).unwrap_or(u32::MAX);
        if attributed {
            out.push((0, count));
        } else {
            let words = |start: u32, end: u32| words(&self.kinds[start as usize..end as usize]);
            quotations(self.marks, count, words, out);
        }
    }

    /// Token `i` is one character of a script without spaces.
    pub fn is_single(self, i: usize) -> bool {
        self.kinds[i] & kernel::SINGLE != 0
    }

    /// Token `i` holds a digit.
    pub fn is_number(self, i: usize) -> bool {
        self.kinds[i] & kernel::NUMBER != 0
    }

    /// Number of tokens that are single characters of a script without spaces.
    pub fn singles(self) -> usize {
        singles(self.kinds)
    }

    /// Length in words: a token is a word, a single character about half of one.
    pub fn words(self) -> u32 {
        self.words_with(self.singles())
    }

    /// The same, if the number of [`singles`](Tokens::singles) is known already.
    #[inline]
    pub fn words_with(self, singles: usize) -> u32 {
        u32::try_from(self.hashes.len() - singles + singles.div_ceil(2)).unwrap_or(u32::MAX)
    }
}

/// The tokens of paragraphs that are read as one. Reuse it.
#[derive(Debug, Default)]
pub struct JoinedTokens {
    hashes: Vec<u64>,
    kinds: Vec<u8>,
    marks: Vec<Mark>,
}

impl JoinedTokens {
    /// Replaces the tokens by those of `paragraphs` of the scanner's last call.
    ///
    /// # Panics
    ///
    /// If there were not that many paragraphs.
    pub fn set(&mut self, scanner: &Scanner, paragraphs: Range<usize>) {
        self.hashes.clear();
        self.kinds.clear();
        self.marks.clear();
        for paragraph in paragraphs {
            let tokens = scanner.paragraph(paragraph);
            let before = u32::try_from(self.hashes.len()).unwrap_or(u32::MAX);
            let moved = |mark: &Mark| Mark { token: mark.token.saturating_add(before), ..*mark };
            self.marks.extend(tokens.marks.iter().map(moved));
            self.hashes.extend_from_slice(tokens.hashes);
            self.kinds.extend_from_slice(tokens.kinds);
        }
    }

    /// The tokens as those of one paragraph.
    pub fn tokens(&self) -> Tokens<'_> {
        Tokens { hashes: &self.hashes, kinds: &self.kinds, marks: &self.marks }
    }
}

fn singles(kinds: &[u8]) -> usize {
    kinds.iter().filter(|&&kind| kind & kernel::SINGLE != 0).count()
}

fn words(kinds: &[u8]) -> u32 {
    let singles = singles(kinds);
    u32::try_from(kinds.len() - singles + singles.div_ceil(2)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::{
        collection::{self, vec},
        prelude::*,
        sample::Index,
    };
    use unicode_normalization::UnicodeNormalization;

    use super::*;
    use crate::text::{
        fold::{Class, Entry},
        plain::hash,
    };

    /// Tokens as text, the slow and obvious way: normalise the whole paragraph, then cut it.
    fn oracle(paragraph: &str, digits: Digits) -> Vec<String> {
        let normal: String = paragraph.nfkc().collect();
        let mut tokens: Vec<String> = Vec::new();
        let mut open = false;
        let mut single = false;
        for c in normal.chars() {
            Entry::of(c).each(|class, c| match class {
                Class::Separator | Class::Quote => open = false,
                Class::Ignored => {}
                Class::Mark => {
                    if open && let Some(last) = tokens.last_mut() {
                        last.push(c);
                    }
                }
                Class::Single => {
                    tokens.push(c.to_string());
                    (open, single) = (true, true);
                }
                Class::Letter | Class::Digit => {
                    if !open || single {
                        tokens.push(String::new());
                    }
                    (open, single) = (true, false);
                    let last = tokens.last_mut().expect("just pushed");
                    if class == Class::Digit {
                        if digits == Digits::Keep {
                            last.push(c);
                        } else if !last.ends_with('0') {
                            last.push('0');
                        }
                    } else {
                        last.push(c);
                    }
                }
            });
        }
        tokens
    }

    fn check(paragraph: &str, expected: &[&str]) {
        let expected: Vec<u64> = expected.iter().map(|t| hash(t)).collect();
        for tier in Tier::here() {
            let mut scanner = Scanner::with(tier);
            scanner.scan(paragraph, Digits::Fold);
            assert_eq!(scanner.tokens(), expected, "{tier}: {paragraph:?}");
        }
    }

    #[test]
    fn words_numbers_and_unspaced_scripts() {
        check("", &[]);
        check(" — !", &[]);
        check("The QUICK brown-fox_1", &["the", "quick", "brown", "fox_0"]);
        check("3 May 2031, 1,204 items", &["0", "may", "0", "0", "0", "items"]);
        check("Stra\u{AD}ße STRASSE", &["strasse", "strasse"]);
        check("漢字かな kana", &["漢", "字", "か", "な", "kana"]);
        check("第12回abc", &["第", "0", "回", "abc"]);
        check("ไทยที่", &["ไ", "ท", "ย", "ที่"]);
        check("antidisestablishmentarianism", &["antidisestablishmentarianism"]);
    }

    /// Found by the property tests below.
    #[test]
    fn marks_that_fold_into_others_or_part_two_digits() {
        check("ﾊ\u{ff9e}", &["バ"]);
        check("0\u{1e000}𑃰", &["0\u{1e000}0"]);
        check("²", &["0"]);
    }

    #[test]
    fn composed_and_decomposed_accents_are_one() {
        let mut scanner = Scanner::new();
        scanner.scan("Café được", Digits::Fold);
        let composed = scanner.tokens().to_vec();
        let decomposed: String = "Café được".nfd().collect();
        scanner.scan(&decomposed, Digits::Fold);
        assert_eq!(scanner.tokens(), composed);
    }

    #[test]
    fn quotation_marks_know_their_side() {
        let mut scanner = Scanner::new();
        scanner.scan("He said “no way” and \"left\".", Digits::Keep);
        let marks: Vec<(u32, char, bool)> =
            scanner.marks().iter().map(|m| (m.token, m.sign, m.opens)).collect();
        assert_eq!(marks, [(2, '“', true), (4, '”', false), (5, '"', true), (6, '"', false)]);
    }

    #[test]
    fn tokens_have_golden_hashes() {
        let hashes = ["a", "refrain", "antidisestablishmentarianism", "漢"].map(hash);
        assert_eq!(hashes, GOLDEN, "{hashes:#x?}");
    }

    const GOLDEN: [u64; 4] = [
        0xa462_a1ba_ec24_ea4e,
        0xa0c4_0911_2d41_5395,
        0x5c33_b139_6fb9_4995,
        0xa603_f9d6_9d9f_5ed7,
    ];

    /// All tiers give what the plain way gives, for the text alone and as a paragraph of a page.
    fn same(text: &str) {
        for digits in [Digits::Fold, Digits::Keep] {
            let plain = Plain::of(text, digits);
            let page = format!("“12 漢\n{text}\n7a");
            let start = "“12 漢\n".len();
            let spans =
                [0..start - 1, start..start + text.len(), start + text.len() + 1..page.len()];
            for tier in Tier::here() {
                let mut scanner = Scanner::with(tier);
                scanner.scan(text, digits);
                let expected =
                    Tokens { hashes: &plain.tokens, kinds: &plain.kinds, marks: &plain.marks };
                assert_eq!(scanner.all(), expected, "{tier} {digits:?}: {text:?}");
                scanner.scan_page(&page, spans.clone(), digits);
                assert_eq!(scanner.paragraphs().len(), 3);
                assert_eq!(
                    scanner.paragraph(1),
                    expected,
                    "{tier} {digits:?}, in a page: {text:?}"
                );
            }
        }
    }

    /// What stands at a block's border is what it is anywhere else.
    #[test]
    fn anything_at_any_offset() {
        let long = "antidisestablishmentarianism".repeat(4);
        let pieces = [
            "a",
            "7",
            "12345",
            "a1b22c",
            "\"so\"",
            "“so”",
            " “",
            "” ",
            "é",
            "ñandú",
            "漢",
            "漢字a",
            "9漢9",
            "٣٤x",
            "１２",
            "ß",
            "ﬁx",
            "ŉ",
            "\u{AD}1\u{AD}2",
            "ที่",
            "🙂",
            "a\u{2017}b",
            "…",
            "«да»",
            "e\u{301}",
            "ﾊ\u{ff9e}",
            "Ⅷ",
            "ﷺ",
            "𝒳1",
            "слово",
            "λόγος",
            "_",
            "ΐ",
            "⑩",
            "½",
        ];
        for piece in pieces.into_iter().chain([&long[..40], &long]) {
            for filler in [" ", "a", "1", "é", "漢", "a 1"] {
                for before in 0..=130 {
                    for after in ["", " ", "z", "1"] {
                        let start: String = filler.chars().cycle().take(before).collect();
                        let text = format!("{start}{piece}{after}");
                        if before % 16 < 2 || (before * filler.len() + 6) % 64 < 12 {
                            same(&text);
                        }
                    }
                }
            }
        }
    }

    /// Every character there is, among letters, digits and spaces.
    #[test]
    fn every_character() {
        for around in ["a", "1", " ", "漢"] {
            let all: Vec<char> = ('\0'..=char::MAX).collect();
            for some in all.chunks(64) {
                let text: String =
                    some.iter().flat_map(|c| [*c, around.chars().next().unwrap_or(' ')]).collect();
                let digits = if around == "1" { Digits::Keep } else { Digits::Fold };
                let plain = Plain::of(&text, digits);
                for tier in Tier::here() {
                    let mut scanner = Scanner::with(tier);
                    scanner.scan(&text, digits);
                    assert_eq!(scanner.tokens(), plain.tokens, "{tier}: {text:?}");
                    assert_eq!(scanner.kinds, plain.kinds, "{tier}: {text:?}");
                    assert_eq!(scanner.marks(), plain.marks, "{tier}: {text:?}");
                }
            }
        }
    }

    /// More than a kernel's buffers hold at once, and a token longer than they are.
    #[test]
    fn long_texts() {
        same(&"word 12 “漢字” é".repeat(9_000));
        same(&"x".repeat(100_000));
        let page = "The Harbour Board met.\n".repeat(3_000);
        let lines = || (0..3_000).map(|i| i * 23..i * 23 + 22);
        for tier in Tier::here() {
            let mut scanner = Scanner::with(tier);
            scanner.scan_page(&page, lines(), Digits::Fold);
            let expected = Plain::of("The Harbour Board met.", Digits::Fold).tokens;
            assert!(scanner.paragraphs().all(|tokens| tokens.hashes() == expected));
        }
    }

    /// Each text has one token more than the one before, and nearly none of its buffers is made anew.
    #[test]
    fn texts_that_grow_by_a_token() {
        for tier in Tier::here() {
            let mut scanner = Scanner::with(tier);
            for count in 1..400 {
                let text = vec!["1"; count].join(" ");
                scanner.scan(&text, Digits::Fold);
                let plain = Plain::of(&text, Digits::Fold);
                assert_eq!(scanner.tokens(), plain.tokens, "{tier}: {count}");
                assert_eq!(scanner.kinds, plain.kinds, "{tier}: {count}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_scanner_is_the_oracle(text in "\\PC{0,60}") {
            for digits in [Digits::Fold, Digits::Keep] {
                let expected: Vec<u64> = oracle(&text, digits).iter().map(|t| hash(t)).collect();
                prop_assert_eq!(Plain::of(&text, digits).tokens, expected);
            }
            same(&text);
        }

        /// The same, on text dense in what makes folding hard.
        #[test]
        fn hard_characters(text in "[aA1٣ßﬁ漢がカﾊﾞ\u{301}\u{323}\u{3099}\u{200D}\u{AD} .\"“”ไที่ế각ᄀ]{0,30}") {
            let expected: Vec<u64> = oracle(&text, Digits::Fold).iter().map(|t| hash(t)).collect();
            prop_assert_eq!(Plain::of(&text, Digits::Fold).tokens, expected);
            same(&text);
        }

        /// Spans may overlap, be empty and come in any order; what a scanner read before is forgotten.
        #[test]
        fn spans_of_any_kind(
            texts in vec("([a1] |[a-z]{1,9}|[0-9]{1,5}|[α-ω]{1,9}|[一-龠]{1,7}|[ “\".\n\u{301}ßㇷ㍿ﷺ٣🙂ที่]){0,40}", 1..6),
            spans in vec((any::<Index>(), any::<Index>()), 0..12),
        ) {
            for mut scanner in Tier::here().into_iter().map(Scanner::with) {
                for text in &texts {
                    let places: Vec<usize> =
                        text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
                    let spans: Vec<Range<usize>> = spans
                        .iter()
                        .map(|(a, b)| (*a.get(&places), *b.get(&places)))
                        .map(|(a, b)| a.min(b)..a.max(b))
                        .collect();
                    scanner.scan_page(text, spans.iter().cloned(), Digits::Fold);
                    for (tokens, span) in scanner.paragraphs().zip(spans) {
                        let plain = Plain::of(&text[span], Digits::Fold);
                        let (hashes, kinds) = (&plain.tokens[..], &plain.kinds[..]);
                        prop_assert_eq!(tokens, Tokens { hashes, kinds, marks: &plain.marks });
                    }
                }
            }
        }

        /// Paragraphs anywhere in a page, empty ones, ones that touch and ones out of order too.
        #[test]
        fn paragraphs_of_a_page(
            pieces in collection::vec(("[a1A\"“”漢é٣\u{301}\u{17F}\u{AD}🙂 .\n]{0,70}", 0..4_usize), 0..9),
            turned in any::<bool>(),
        ) {
            let (mut page, mut spans) = (String::new(), Vec::new());
            for (piece, gap) in &pieces {
                let start = page.len();
                page.push_str(piece);
                spans.push(start..page.len());
                page.push_str(&"\n漢x"[..[0, 1, 4, 5][*gap]]);
            }
            if turned {
                spans.reverse();
            }
            for tier in Tier::here() {
                let mut scanner = Scanner::with(tier);
                scanner.scan_page(&page, spans.iter().cloned(), Digits::Fold);
                prop_assert_eq!(scanner.paragraphs().len(), spans.len());
                for (tokens, span) in scanner.paragraphs().zip(&spans) {
                    let plain = Plain::of(&page[span.clone()], Digits::Fold);
                    let expected =
                        Tokens { hashes: &plain.tokens, kinds: &plain.kinds, marks: &plain.marks };
                    prop_assert_eq!(tokens, expected, "{}: {:?}", tier, &page[span.clone()]);
                }
            }
        }

        /// Mixed scripts over several blocks, dense in runs and borders.
        #[test]
        fn many_blocks(text in "([a-zA-Z]{1,9}|[0-9]{1,5}|[а-яА-Я]{1,12}|[α-ωΑ-Ω]{1,9}|[à-ÿ]{1,5}|[一-龠]{1,7}|[ぁ-ヿ]{1,9}|[ “”\"«».,’…—]{1,3}|[\u{AD}\u{301}ßﬁ٣１🙂ที่]){0,90}") {
            same(&text);
        }
    }
}
