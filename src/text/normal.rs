//! Normalises only where it matters: if a few characters of a paragraph compose or reorder, the rest
//! is copied.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::fold::Entry;

/// Stretches closer together than this are normalised as one: starting costs as much as continuing
/// for this long.
const NEAR: usize = 16;

/// Replaces `out` by a text that has the tokens and quotation marks of the NFKC form of `paragraph`.
///
/// A character that neither composes with the one before it nor reorders is a boundary that
/// normalising does not cross (Unicode Annex 15, section 9.1). Text between two boundaries that folds to
/// the same need not be normalised. The neighbours of a quotation mark are normalised, because they
/// decide whether the mark opens.
pub(super) fn normalise(paragraph: &str, out: &mut String) {
    out.clear();
    let mut stretches = Stretches { text: paragraph, copied: 0, hard: 0..0, out };
    // The characters since the last border: where they start, whether they must be normalised,
    // whether they start with a quotation mark, whether one stands before them.
    let (mut start, mut hard, mut quote, mut beside) = (0, false, false, false);
    for (at, c) in paragraph.char_indices() {
        let entry = Entry::of(c);
        if entry.composes() || entry.reorders() {
            hard = true;
            continue;
        }
        let next = entry.is_quote();
        if hard || (beside || next) && at - start > 1 {
            stretches.push(start..at);
        }
        (start, hard, beside, quote) = (at, false, quote, next);
    }
    if hard || beside {
        stretches.push(start..paragraph.len());
    }
    stretches.flush();
    stretches.out.push_str(&paragraph[stretches.copied..]);
}

/// Copies a text with stretches of it normalised.
struct Stretches<'a> {
    text: &'a str,
    /// The text up to here is copied.
    copied: usize,
    /// The stretch to normalise next.
    hard: Range<usize>,
    out: &'a mut String,
}

impl Stretches<'_> {
    fn push(&mut self, stretch: Range<usize>) {
        if stretch.start > self.hard.end + NEAR || self.hard.is_empty() {
            self.flush();
            self.hard = stretch;
        } else {
            self.hard.end = stretch.end;
        }
    }

    fn flush(&mut self) {
        let hard = std::mem::take(&mut self.hard);
        if !hard.is_empty() {
            self.out.push_str(&self.text[self.copied..hard.start]);
            self.out.extend(self.text[hard.clone()].nfkc());
            self.copied = hard.end;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::{fold::Class, kernel::opens, plain::Plain, scan::Digits};

    /// Every character's class and form after folding, and of quotation marks whether they open;
    /// of what ends tokens and of what is ignored only that it does and is.
    fn folded(text: &str) -> Vec<(Class, char, bool)> {
        let mut all = Vec::new();
        for (at, c) in text.char_indices() {
            let entry = Entry::of(c);
            entry.each(|class, c| match class {
                Class::Separator | Class::Ignored => all.push((class, ' ', false)),
                _ => all.push((class, c, entry.is_quote() && opens(text, at))),
            });
        }
        all.dedup_by(|b, a| a.0 == Class::Separator && b.0 == Class::Separator);
        all
    }

    fn check(text: &str) {
        let mut normal = String::new();
        normalise(text, &mut normal);
        let whole: String = text.nfkc().collect();
        assert_eq!(folded(&normal), folded(&whole), "{text:?}");
    }

    #[test]
    fn what_is_normalised_alone_is_what_it_is_in_the_whole() {
        for text in [
            "",
            "a",
            "e\u{301}",
            "\u{301}",
            "\u{301}\u{323}a\u{323}\u{301}",
            "（\"a\"）e\u{301}",
            "\"¨e\u{301}\"\u{301}¨",
            "ﾊ\u{ff9e}｢ﾊ\u{ff9e}｣",
            "\u{1100}\u{1161}\u{11a8} 한",
            "\u{2017}\u{301}",
            "\u{FFA0}e\u{301}",
            "e\u{FFA0}t",
        ] {
            check(text);
        }
    }

    #[test]
    fn far_stretches_are_normalised_each() {
        let text = "cafe\u{301} au lait, servi tre\u{300}s chaud au bord de la mer e\u{301}tale";
        let mut normal = String::new();
        normalise(text, &mut normal);
        assert_eq!(normal, text.nfkc().collect::<String>());
        assert_eq!(Plain::of(&normal, Digits::Keep).tokens, Plain::of(text, Digits::Keep).tokens);
    }

    proptest! {
        #[test]
        fn any_text(text in "\\PC{0,40}") {
            check(&text);
        }

        #[test]
        fn hard_text(text in "[aé１（¨\u{A0}ﬁ漢がカﾊﾞ｢\u{301}\u{323}\u{3099}\u{200D}\u{AD} .\"“”ไที่ế각ᄀ\u{1161}\u{11a8}\u{2017}]{0,40}") {
            check(&text);
        }
    }
}
