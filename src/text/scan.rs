//! The scanner: one paragraph to folded token hashes, in one pass over its bytes.
//!
//! A token is a maximal run of letters, marks and digits after folding, or one character of a script
//! that puts no space between words. Most bytes of most pages are ASCII and take the short path; a
//! paragraph in which characters compose or reorder is normalised first (Unicode Annex 15) and
//! scanned again.

use unicode_normalization::UnicodeNormalization;

use super::{
    fold::{Class, Entry},
    quote::quotations,
};

/// Whether numbers keep their digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    /// Every run of digits is one `0`: two dates, counters or prices are the same token.
    Fold,
    /// Digits are letters like any other.
    Keep,
}

/// A quotation mark and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Number of tokens before it.
    pub token: u32,
    /// The mark, folded.
    pub sign: char,
    /// Stands after a space, an opening bracket or the paragraph's start, and not before a space.
    pub opens: bool,
}

/// Scans paragraphs; holds the last one's tokens. Reuse it: warm, it does not allocate.
#[derive(Debug, Default)]
pub struct Scanner {
    tokens: Vec<u64>,
    kinds: Vec<u8>,
    marks: Vec<Mark>,
    token: Token,
    normal: String,
}

const NUMBER: u8 = 1;
const SINGLE: u8 = 2;

impl Scanner {
    /// A scanner without tokens.
    pub fn new() -> Scanner {
        Scanner::default()
    }

    /// Replaces the tokens by those of `paragraph`. Linear in its length.
    pub fn scan(&mut self, paragraph: &str, digits: Digits) {
        if !self.pass(paragraph, digits, Order::Check) {
            let mut normal = std::mem::take(&mut self.normal);
            normal.clear();
            normal.extend(paragraph.nfkc());
            self.pass(&normal, digits, Order::Normal);
            self.normal = normal;
        }
    }

    /// Hash of every token, in order.
    pub fn tokens(&self) -> &[u64] {
        &self.tokens
    }

    /// Quotation marks, in order.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Replaces `out` by the token ranges that stand inside quotation marks; by all tokens if the
    /// paragraph is `attributed` to somebody by the one after it.
    pub fn quoted(&self, attributed: bool, out: &mut Vec<(u32, u32)>) {
        out.clear();
        let count = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
        if attributed {
            out.push((0, count));
        } else {
            quotations(&self.marks, count, out);
        }
    }

    /// Token `i` is one character of a script without spaces.
    pub fn is_single(&self, i: usize) -> bool {
        self.kinds[i] & SINGLE != 0
    }

    /// Token `i` holds a digit.
    pub fn is_number(&self, i: usize) -> bool {
        self.kinds[i] & NUMBER != 0
    }

    /// How many tokens are single characters of a script without spaces.
    pub fn singles(&self) -> usize {
        self.kinds.iter().filter(|&&kind| kind & SINGLE != 0).count()
    }

    /// Length in words: a token is a word, a single character about half of one.
    pub fn words(&self) -> u32 {
        let singles = self.singles();
        u32::try_from(self.tokens.len() - singles + singles.div_ceil(2)).unwrap_or(u32::MAX)
    }

    /// One pass; false if the paragraph has to be normalised first.
    fn pass(&mut self, text: &str, digits: Digits, order: Order) -> bool {
        self.tokens.clear();
        self.kinds.clear();
        self.marks.clear();
        self.token = Token::default();

        let bytes = text.as_bytes();
        let mut after_mark = false;
        let mut i = 0;
        while let Some(&byte) = bytes.get(i) {
            if byte < 0x80 {
                after_mark = false;
                match ASCII[byte as usize] {
                    0 => self.end(),
                    1 => self.quote(text, i, char::from(byte)),
                    folded @ b'0'..=b'9' => self.digit(char::from(folded), digits),
                    folded => self.letter(folded),
                }
                i += 1;
                continue;
            }
            let Some(c) = text[i..].chars().next() else { break };
            let entry = Entry::of(c);
            if order == Order::Check {
                if entry.composes() || (entry.reorders() && after_mark) {
                    return false;
                }
                after_mark = entry.reorders();
            }
            entry.each(|class, c| match class {
                Class::Separator => self.end(),
                Class::Quote => self.quote(text, i, c),
                Class::Letter => self.long_letter(c),
                Class::Digit => self.digit(c, digits),
                Class::Single => self.single(c),
                Class::Mark if self.token.is_open() => {
                    self.token.digits = false;
                    self.token.push_char(c);
                }
                Class::Mark | Class::Ignored => {}
            });
            i += c.len_utf8();
        }
        self.end();
        true
    }

    #[inline]
    fn letter(&mut self, folded: u8) {
        if self.token.kind & SINGLE != 0 {
            self.end();
        }
        self.token.digits = false;
        self.token.push(folded);
    }

    fn long_letter(&mut self, folded: char) {
        if self.token.kind & SINGLE != 0 {
            self.end();
        }
        self.token.digits = false;
        self.token.push_char(folded);
    }

    #[inline]
    fn digit(&mut self, folded: char, digits: Digits) {
        if self.token.kind & SINGLE != 0 {
            self.end();
        }
        self.token.kind |= NUMBER;
        match digits {
            Digits::Keep => self.token.push_char(folded),
            Digits::Fold if self.token.digits => {}
            Digits::Fold => {
                self.token.digits = true;
                self.token.push(b'0');
            }
        }
    }

    fn single(&mut self, folded: char) {
        self.end();
        self.token.kind = SINGLE;
        self.token.push_char(folded);
    }

    #[inline]
    fn end(&mut self) {
        if self.token.is_open() {
            self.tokens.push(self.token.hash());
            self.kinds.push(self.token.kind);
            self.token = Token::default();
        }
    }

    #[cold]
    fn quote(&mut self, text: &str, at: usize, sign: char) {
        self.end();
        let before = text[..at].chars().next_back();
        let after = text[at..].chars().nth(1);
        let opens = before.is_none_or(|c| c.is_whitespace() || "([{—–-".contains(c))
            && after.is_some_and(|c| !c.is_whitespace());
        let token = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
        self.marks.push(Mark { token, sign, opens });
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Stop at the first character that normalising may move or merge.
    Check,
    /// The text is normalised.
    Normal,
}

/// The token being read: its folded UTF-8 bytes as two words of eight, hashed block by block.
#[derive(Clone, Copy, Debug, Default)]
struct Token {
    low: u64,
    high: u64,
    length: u32,
    kind: u8,
    /// The last character was a digit of a folded run.
    digits: bool,
    hash: u64,
}

impl Token {
    #[inline]
    fn is_open(&self) -> bool {
        self.length != 0
    }

    #[inline]
    fn push(&mut self, byte: u8) {
        match self.length {
            0..8 => self.low |= u64::from(byte) << (8 * self.length),
            8..16 => self.high |= u64::from(byte) << (8 * (self.length - 8)),
            _ => {
                self.hash = self.hash();
                (self.low, self.high, self.length) = (u64::from(byte), 0, 0);
            }
        }
        self.length += 1;
    }

    fn push_char(&mut self, c: char) {
        for &byte in c.encode_utf8(&mut [0; 4]).as_bytes() {
            self.push(byte);
        }
    }

    /// Hash of the bytes so far. Multiplications, shifts and xor only, so that lanes of any width
    /// give the same; a bijection for tokens of up to eight bytes.
    #[inline]
    fn hash(&self) -> u64 {
        let low = (self.low ^ self.hash).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let high = (self.high ^ self.hash.rotate_left(32)).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        let x = low ^ high.rotate_left(32);
        let x = (x ^ x >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        x ^ x >> 32
    }
}

/// For every ASCII byte: 0 ends a token, 1 is a quotation mark, anything else is the folded byte.
static ASCII: [u8; 128] = {
    let mut table = [0; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' => byte,
            b'A'..=b'Z' => byte + 32,
            b'"' => 1,
            _ => 0,
        };
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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

    fn hash(token: &str) -> u64 {
        let mut t = Token::default();
        token.bytes().for_each(|b| t.push(b));
        t.hash()
    }

    fn check(paragraph: &str, expected: &[&str]) {
        let mut scanner = Scanner::new();
        scanner.scan(paragraph, Digits::Fold);
        let expected: Vec<u64> = expected.iter().map(|t| hash(t)).collect();
        assert_eq!(scanner.tokens(), expected, "{paragraph:?}");
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

    proptest! {
        #[test]
        fn the_scanner_is_the_oracle(text in "\\PC{0,60}") {
            for digits in [Digits::Fold, Digits::Keep] {
                let mut scanner = Scanner::new();
                scanner.scan(&text, digits);
                let expected: Vec<u64> = oracle(&text, digits).iter().map(|t| hash(t)).collect();
                prop_assert_eq!(scanner.tokens(), expected);
            }
        }

        /// The same, on text dense in what makes folding hard.
        #[test]
        fn hard_characters(text in "[aA1٣ßﬁ漢がカﾊﾞ\u{301}\u{323}\u{3099}\u{200D}\u{AD} .\"“”ไที่ế각ᄀ]{0,30}") {
            let mut scanner = Scanner::new();
            scanner.scan(&text, Digits::Fold);
            let expected: Vec<u64> = oracle(&text, Digits::Fold).iter().map(|t| hash(t)).collect();
            prop_assert_eq!(scanner.tokens(), expected);
        }
    }
}
