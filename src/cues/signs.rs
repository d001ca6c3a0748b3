//! The signs of a paragraph: what its characters are, counted in one pass over its bytes.

/// Counts of the first bytes of a paragraph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent of each other, each a feature")]
pub(super) struct Signs {
    /// Bytes that were looked at.
    pub bytes: u32,
    pub digits: u32,
    pub commas: u32,
    /// Brackets, semicolons, signs of code.
    pub code: u32,
    /// Bars, bullets, arrows.
    pub separators: u32,
    /// Words that begin with a letter, and of them those that begin with a capital.
    pub words: u32,
    pub capitals: u32,
    pub lower_letters: u32,
    pub upper_letters: u32,
    /// Begins with a letter that is no capital, or with a digit.
    pub begins_lower: bool,
    pub begins_digit: bool,
    pub has_url: bool,
    pub has_mail: bool,
    pub has_handle: bool,
    pub has_price: bool,
    /// A date of digits or a time of day.
    pub has_time: bool,
    pub has_copyright: bool,
    pub has_quotes: bool,
    pub has_han: bool,
    /// The last character of the paragraph.
    pub last: Option<char>,
}

/// What a byte of ASCII is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Other,
    Space,
    Upper,
    Digit,
    Comma,
    Code,
    Separator,
    Quote,
    At,
    Dollar,
    Colon,
    Dot,
    Beyond,
}

static CLASS: [Class; 256] = {
    let mut table = [Class::Other; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b' ' | b'\t' | b'\n' | b'\r' => Class::Space,
            b'A'..=b'Z' => Class::Upper,
            b'0'..=b'9' => Class::Digit,
            b',' => Class::Comma,
            b'{' | b'}' | b'(' | b')' | b'[' | b']' | b';' | b'=' | b'<' | b'>' | b'_' | b'\\' => {
                Class::Code
            }
            b'|' => Class::Separator,
            b'"' => Class::Quote,
            b'@' => Class::At,
            b'$' => Class::Dollar,
            b':' => Class::Colon,
            b'.' => Class::Dot,
            128.. => Class::Beyond,
            _ => Class::Other,
        };
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

impl Signs {
    /// Those of the first `most` bytes of a paragraph without white space around it.
    pub(super) fn of(paragraph: &str, most: usize) -> Signs {
        let bytes = paragraph.as_bytes();
        let end = paragraph.floor_char_boundary(most);
        let mut signs = Signs {
            bytes: u32::try_from(end).unwrap_or(u32::MAX),
            last: paragraph.chars().next_back(),
            ..Signs::default()
        };
        let mut was_word = false;
        let mut at = 0;
        while at < end {
            let byte = bytes[at];
            if byte.is_ascii_lowercase() {
                // Most bytes: a whole run of them at once, and the space behind it.
                let run = lower_case(&bytes[at..end]);
                signs.lower_letters += u32::try_from(run).unwrap_or(u32::MAX);
                signs.words += u32::from(!was_word);
                signs.begins_lower |= at == 0;
                at += run;
                was_word = at == end || bytes[at] != b' ';
                at += usize::from(!was_word);
                continue;
            }
            let next = |by: usize| bytes.get(at + by).copied().unwrap_or(b' ');
            let mut is_word = false;
            match CLASS[usize::from(byte)] {
                Class::Upper => {
                    signs.upper_letters += 1;
                    signs.words += u32::from(!was_word);
                    signs.capitals += u32::from(!was_word);
                    is_word = true;
                }
                Class::Digit => {
                    signs.digits += 1;
                    signs.begins_digit |= at == 0;
                    // 8:30, 3/4/2031, 2031-04-03.
                    let parts = matches!(next(1), b':' | b'/' | b'-') && next(2).is_ascii_digit();
                    signs.has_time |=
                        parts && (next(1) == b':' || next(3) == next(1) || next(4) == next(1));
                    is_word = true;
                }
                Class::Comma => signs.commas += 1,
                Class::Code => signs.code += 1,
                Class::Separator => signs.separators += 1,
                Class::Quote => signs.has_quotes = true,
                Class::At => {
                    let is_name = next(1).is_ascii_alphanumeric() || next(1) == b'_';
                    signs.has_mail |= was_word && is_name;
                    signs.has_handle |= !was_word && is_name;
                }
                Class::Dollar => {
                    signs.has_price |= next(1).is_ascii_digit() || next(2).is_ascii_digit();
                }
                Class::Colon => signs.has_url |= next(1) == b'/' && next(2) == b'/',
                Class::Dot => {
                    let inside =
                        was_word && next(1).is_ascii_lowercase() && next(2).is_ascii_lowercase();
                    signs.has_url |= inside;
                }
                Class::Beyond => {
                    let Some(c) = paragraph[at..].chars().next() else { break };
                    is_word = signs.beyond(c, was_word, at == 0, next(c.len_utf8()));
                    at += c.len_utf8() - 1;
                }
                Class::Space | Class::Other => {}
            }
            was_word = is_word;
            at += 1;
        }
        signs
    }

    /// Counts a character beyond ASCII; whether it belongs to a word.
    fn beyond(&mut self, c: char, was_word: bool, is_first: bool, next: u8) -> bool {
        match c {
            '©' => self.has_copyright = true,
            '•' | '·' | '›' | '‹' | '→' | '←' | '▸' | '►' | '▼' | '●' | '│' | '｜' | '»' =>
            {
                self.separators += 1;
            }
            '“' | '”' | '„' | '«' | '「' | '」' | '『' | '』' => self.has_quotes = true,
            '€' | '£' | '¥' | '￥' => self.has_price = true,
            '，' | '、' | '،' => self.commas += 1,
            '\u{4E00}'..='\u{9FFF}' | '\u{3040}'..='\u{30FF}' => {
                self.has_han = true;
                return true;
            }
            _ if c.is_alphabetic() => {
                let upper = c.is_uppercase();
                *(if upper { &mut self.upper_letters } else { &mut self.lower_letters }) += 1;
                self.words += u32::from(!was_word);
                self.capitals += u32::from(!was_word && upper);
                self.begins_lower |= is_first && c.is_lowercase();
                return true;
            }
            // An apostrophe inside a word.
            '’' => return was_word && next.is_ascii_alphabetic(),
            _ => {}
        }
        false
    }
}

/// How many lower-case letters of ASCII bytes begin with.
#[inline]
fn lower_case(bytes: &[u8]) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let mut run = 0;
    let (eights, rest) = bytes.as_chunks::<8>();
    for &eight in eights {
        let eight = u64::from_le_bytes(eight);
        let low = eight & !HIGH;
        // The high bit of a byte is set from `a` on, and from what follows `z` on.
        let from_a = low + (0x80 - u64::from(b'a')) * EACH;
        let beyond_z = low + (0x7f - u64::from(b'z')) * EACH;
        let others = !(from_a & !beyond_z & !eight) & HIGH;
        if others != 0 {
            return run + others.trailing_zeros() as usize / 8;
        }
        run += 8;
    }
    run + rest.iter().take_while(|byte| byte.is_ascii_lowercase()).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn runs_of_lower_case_are_those_of_bytes(bytes in prop::collection::vec(prop_oneof![
            9 => b'a'..=b'z', 1 => any::<u8>(), 1 => prop::sample::select(vec![b'`', b'{', 0xE1, 0xFA])
        ], 0..40)) {
            let plain = bytes.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
            prop_assert_eq!(lower_case(&bytes), plain);
        }
    }

    #[test]
    fn signs_are_counted() {
        let of = |text: &str| Signs::of(text, 256);
        let links = of("Über uns | Kontakt • Hilfe");
        assert_eq!((links.separators, links.words, links.capitals), (2, 4, 3));
        assert!(
            of("Posted at 8:30 today").has_time
                && of("3/4/2031").has_time
                && of("2031-04-03").has_time
        );
        assert!(!of("a ratio of 3:a and 1-2").has_time);
        assert!(
            of("write to ann@paper.example").has_mail
                && !of("write to ann@paper.example").has_handle
        );
        assert!(
            of("by @ann").has_handle && of("see paper.example").has_url && of("http://x").has_url
        );
        assert!(!of("It ended. the U.S. left").has_url);
        assert!(of("only $5").has_price && of("5 €").has_price && of("© 2031 Paper").has_copyright);
        assert!(
            of("lower first").begins_lower
                && !of("Upper").begins_lower
                && of("7 ways").begins_digit
        );
        assert_eq!(of("it’s a dog’s life").words, 4);
        assert_eq!(of("ends so…").last, Some('…'));
        assert!(of("首页").has_han && of("é".repeat(200).as_str()).bytes == 256);
        assert_eq!(of(""), Signs::default());
    }
}
