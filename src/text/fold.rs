//! The folding table: for every character its class and its folded form.
//!
//! Built by `build.rs` from NFKC and case folding (Unicode Standard Annex 15; chapter 3.13 of the
//! standard). A single character is folded by one look-up; what depends on the characters around it
//! (composition, order of marks) is flagged, and the scanner normalises such a paragraph first.

#[expect(clippy::unreadable_literal, reason = "written by build.rs, read by nobody")]
mod table {
    include!(concat!(env!("OUT_DIR"), "/fold_table.rs"));
}

pub(super) use table::PACKED;
use table::{ENTRIES, EXPANSIONS, INDEX};

/// Bits of [`PACKED`], above three bytes of folded UTF-8 in reading order. `build.rs` has the same
/// numbers.
pub(super) mod packed {
    /// Belongs to a token.
    pub(in crate::text) const WORD: u32 = 1 << 24;
    /// Has a second folded byte.
    pub(in crate::text) const SECOND: u32 = 1 << 25;
    /// Has a third folded byte.
    pub(in crate::text) const THIRD: u32 = 1 << 26;
    /// A digit, or several.
    pub(in crate::text) const DIGIT: u32 = 1 << 27;
    /// A token of its own; three bytes long.
    pub(in crate::text) const SINGLE: u32 = 1 << 28;
    /// A quotation mark.
    pub(in crate::text) const QUOTE: u32 = 1 << 29;
    /// Needs the whole table: marks, ignored characters, characters that compose or fold to more bytes.
    pub(in crate::text) const RARE: u32 = 1 << 30;
}

/// What a folded character does to its token. `build.rs` has the same numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Ends a token: space, punctuation, symbols.
    Separator,
    /// Part of a word.
    Letter,
    /// Part of a number, whatever its script.
    Digit,
    /// A token of its own: Han, kana, Thai and other scripts without spaces.
    Single,
    /// Belongs to the character before it.
    Mark,
    /// Ignored: soft hyphen, joiners, variation selectors.
    Ignored,
    /// A quotation mark, which also ends a token.
    Quote,
}

/// A character looked up in the table: its code and its packed entry.
#[derive(Clone, Copy)]
pub(super) struct Entry(u32, u32);

const CLASS_SHIFT: u32 = 24;
const QUOTE: u32 = 6;
const EXPANDS: u32 = 7;
const COMPOSES: u32 = 1 << 28;
const REORDERS: u32 = 1 << 29;

impl Entry {
    /// The table's entry for `c`.
    #[inline]
    pub(super) fn of(c: char) -> Entry {
        let code = c as usize;
        Entry(u32::from(c), ENTRIES[INDEX[code >> 8] as usize][code & 0xFF])
    }

    /// May change when the paragraph is normalised, because it composes with the character before it.
    #[inline]
    pub(super) fn composes(self) -> bool {
        self.1 & COMPOSES != 0
    }

    /// Has a combining class, so two of them in a row may change places.
    #[inline]
    pub(super) fn reorders(self) -> bool {
        self.1 & REORDERS != 0
    }

    /// Is a quotation mark.
    #[inline]
    pub(super) fn is_quote(self) -> bool {
        self.1 >> CLASS_SHIFT & 7 == QUOTE
    }

    /// Calls `each` for every folded character.
    #[inline]
    pub(super) fn each(self, mut each: impl FnMut(Class, char)) {
        let kind = self.1 >> CLASS_SHIFT & 7;
        if kind == EXPANDS {
            let start = (self.1 & 0x1F_FFFF) as usize;
            let count = EXPANSIONS[start] as usize;
            for &packed in &EXPANSIONS[start + 1..=start + count] {
                each(class(packed >> CLASS_SHIFT & 7), folded(packed));
            }
        } else {
            each(class(kind), folded(self.0.wrapping_add(self.1)));
        }
    }
}

fn class(number: u32) -> Class {
    match number {
        1 => Class::Letter,
        2 => Class::Digit,
        3 => Class::Single,
        4 => Class::Mark,
        5 => Class::Ignored,
        QUOTE => Class::Quote,
        _ => Class::Separator,
    }
}

fn folded(packed: u32) -> char {
    char::from_u32(packed & 0x1F_FFFF).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(c: char) -> String {
        let mut out = String::new();
        Entry::of(c).each(|class, c| {
            if !matches!(class, Class::Ignored | Class::Separator) {
                out.push(c);
            }
        });
        out
    }

    #[test]
    fn case_and_compatibility_forms_fold() {
        for (c, expected) in [
            ('A', "a"),
            ('É', "é"),
            ('ß', "ss"),
            ('ẞ', "ss"),
            ('ς', "σ"),
            ('Ⅷ', "viii"),
            ('ﬁ', "fi"),
            ('Ａ', "a"),
            ('ｶ', "カ"),
            ('①', "1"),
            ('²', "2"),
            ('Й', "й"),
            ('가', "가"),
            ('\u{AD}', ""),
        ] {
            assert_eq!(fold(c), expected, "{c}");
        }
    }

    #[test]
    fn classes_are_those_of_the_scripts() {
        for (c, expected) in [
            ('x', Class::Letter),
            ('_', Class::Letter),
            ('٣', Class::Digit),
            ('๓', Class::Digit),
            ('漢', Class::Single),
            ('か', Class::Single),
            ('ー', Class::Single),
            ('ไ', Class::Single),
            ('〇', Class::Single),
            ('한', Class::Letter),
            ('\u{301}', Class::Mark),
            ('\u{200D}', Class::Ignored),
            ('。', Class::Separator),
            ('「', Class::Quote),
            ('“', Class::Quote),
            ('’', Class::Separator),
        ] {
            Entry::of(c).each(|class, _| assert_eq!(class, expected, "{c}"));
        }
    }

    /// The oracle: folding a character is folding the string that holds only it.
    #[test]
    fn every_character_folds_to_a_fixed_point() {
        for c in (0..=0x10_FFFF).filter_map(char::from_u32) {
            Entry::of(c).each(|class, folded| {
                let mut again = Vec::new();
                Entry::of(folded).each(|class, c| again.push((class, c)));
                if class != Class::Ignored {
                    assert_eq!(again, [(class, folded)], "{c:?} U+{:04X}", c as u32);
                }
            });
        }
    }
}
