//! Finds the tokens of a paragraph that are inside quotation marks.
//!
//! A shared quotation is not a shared story: two reporters at one press conference print the same
//! sentence. So anchors are taken, and copies decided, outside quotations (docs/method.md, section 12).

use super::{prose::ends_like_a_sentence, scan::Mark};

/// A "quotation" of more words is an unbalanced mark (docs/method.md, section 2).
const LONGEST: u32 = 200;

/// Appends the token ranges `start..end` of a paragraph's quotations to `out`, in order.
///
/// `tokens` is the number of tokens. `words(start, end)` returns the length of a token range in words:
/// half a word for one character of a script without spaces. It is called only for long ranges. A
/// quotation that is open at the end continues in the next paragraph, as newspapers print it, and
/// counts up to the end of this one.
pub fn quotations(
    marks: &[Mark],
    tokens: u32,
    words: impl Fn(u32, u32) -> u32,
    out: &mut Vec<(u32, u32)>,
) {
    let mut push = |start, end| {
        if start < end && (end - start <= LONGEST || words(start, end) <= LONGEST) {
            out.push((start, end));
        }
    };
    let mut open: Option<Mark> = None;
    for &mark in marks {
        match open {
            Some(first) if closes(first.sign, mark.sign) => {
                push(first.token, mark.token);
                open = None;
            }
            Some(_) if always_opens(mark.sign) => open = Some(mark),
            None if always_opens(mark.sign) || mark.opens || is_even(mark.sign) => {
                open = Some(mark);
            }
            _ => {}
        }
    }
    if let Some(first) = open {
        push(first.token, tokens);
    }
}

/// Whether a paragraph attributes the one before it to somebody: "— Name, place", as under block
/// quotations and posts of social networks, which have no quotation marks.
///
/// Such a line begins with a dash, has at most sixteen words, and does not end like a sentence. A line of
/// dialogue does.
pub fn is_attribution(paragraph: &str) -> bool {
    // Most paragraphs begin with a letter.
    if paragraph.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) {
        return false;
    }
    let line = paragraph.trim();
    let Some(rest) = ["—", "–", "―", "--"].iter().find_map(|dash| line.strip_prefix(dash))
    else {
        return false;
    };
    let name = rest.trim_start();
    name.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase())
        && name.split_whitespace().nth(16).is_none()
        && !ends_like_a_sentence(name)
}

/// Whether `close` ends a quotation that `open` began, in any language.
fn closes(open: char, close: char) -> bool {
    match open {
        '“' | '‟' | '”' => close == '”',
        '„' => matches!(close, '“' | '”' | '‟'),
        '«' | '»' => matches!(close, '«' | '»'),
        '‹' | '›' => matches!(close, '‹' | '›'),
        '「' => close == '」',
        '『' => close == '』',
        '〝' => matches!(close, '〞' | '〟'),
        _ => close == open,
    }
}

fn always_opens(sign: char) -> bool {
    matches!(sign, '“' | '„' | '「' | '『' | '〝')
}

/// Marks that look the same on both sides, or that open in one language and close in another.
fn is_even(sign: char) -> bool {
    matches!(sign, '"' | '«' | '»' | '‹' | '›')
}

#[cfg(test)]
mod tests {
    use crate::text::{Digits, Scanner};

    use super::*;

    fn check(paragraph: &str, expected: &[(u32, u32)]) {
        let mut scanner = Scanner::new();
        scanner.scan(paragraph, Digits::Keep);
        let mut found = Vec::new();
        scanner.quoted(false, &mut found);
        assert_eq!(found, expected, "{paragraph}");
    }

    #[test]
    fn quotations_of_many_languages() {
        check("no quotation here", &[]);
        check("He said “not now” and left", &[(2, 4)]);
        check("Er sagte „nicht jetzt“ und ging", &[(2, 4)]);
        check("Il a dit « pas encore » hier", &[(3, 5)]);
        check("Er sagte »nicht jetzt« und ging", &[(2, 4)]);
        check("Han sade ”inte nu” och gick", &[(2, 4)]);
        check("He said \"not now\" and \"never again\"", &[(2, 4), (5, 7)]);
        check("Then “it goes on", &[(1, 4)]);
        check("a stray mark” does nothing", &[]);
    }

    #[test]
    fn attributions_are_told_from_dialogue() {
        for (line, expected) in [
            ("— Ada Fernwood (@fernwood) November 14, 2031", true),
            ("– Jean Dupuis, maire", true),
            ("-- The Harbour Board", true),
            ("— Je ne sais pas.", false),
            ("— and then it rained", false),
            ("A line — with a dash", false),
            ("—", false),
        ] {
            assert_eq!(is_attribution(line), expected, "{line}");
        }
    }

    #[test]
    fn an_unbalanced_mark_is_no_quotation() {
        let long = format!("“{}", "word ".repeat(201));
        check(&long, &[]);
    }

    /// Three sentences of Thai or Chinese have more characters than an unbalanced mark has words.
    #[test]
    fn characters_of_a_script_without_spaces_are_half_words() {
        check(&format!("他说“{}。”", "言".repeat(400)), &[(2, 402)]);
        check(&format!("他说“{}。”", "言".repeat(401)), &[]);
        check(&format!("“{} {}”", "word ".repeat(150), "言".repeat(101)), &[]);
    }
}
