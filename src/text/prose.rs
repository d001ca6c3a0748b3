//! Whether a paragraph reads as prose: the rule that protects stories rests on it.

/// How much a paragraph reads like sentences (docs/method.md, section 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prose {
    /// A menu entry, a headline, a teaser.
    #[default]
    None,
    /// Eight words or more that end or break like a sentence.
    Sentence,
    /// Twelve such words or more, or twenty of any kind.
    Passage,
}

/// Grades a paragraph of `words` words.
pub fn prose(paragraph: &str, words: u32) -> Prose {
    if words >= 20 {
        Prose::Passage
    } else if words < 8
        || !(last_of(paragraph).is_some_and(is_stop) || breaks_like_a_sentence(paragraph))
    {
        Prose::None
    } else if words < 12 {
        Prose::Sentence
    } else {
        Prose::Passage
    }
}

/// Whether a paragraph ends as sentences do: in a full stop, perhaps closed by quotation marks or
/// brackets, or in a letter of a script that has no full stop (Thai, Lao).
///
/// Captions, credits, teasers and headlines do not.
pub fn ends_like_a_sentence(paragraph: &str) -> bool {
    last_of(paragraph).is_some_and(|c| is_stop(c) || matches!(c, '\u{E01}'..='\u{EFF}'))
}

/// Full stops of every script that has them.
fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…') || is_wide_stop(c)
}

/// Stops that end a sentence without a space after them.
fn is_wide_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '．' | '｡' | '।' | '؟' | '۔' | '։' | '።' | '។' | '။')
}

fn is_closing(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '」' | '』' | '）')
}

fn is_opening(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '‘' | '«' | '„' | '(' | '[')
}

/// The last character of the paragraph without what closes it.
#[inline]
fn last_of(paragraph: &str) -> Option<char> {
    match paragraph.as_bytes().last() {
        // Most paragraphs end in a letter, a digit or a full stop.
        Some(&byte) if byte.is_ascii_alphanumeric() || byte == b'.' => Some(char::from(byte)),
        _ => paragraph.trim_end().trim_end_matches(is_closing).chars().next_back(),
    }
}

/// A stop, perhaps closed, then space, then something that can start a sentence.
fn breaks_like_a_sentence(paragraph: &str) -> bool {
    let bytes = paragraph.as_bytes();
    let breaks = |at: usize| {
        let mut rest = paragraph[at..].chars();
        match rest.next() {
            Some(c) if is_wide_stop(c) => true,
            Some(c) => is_stop(c) && starts_a_sentence(rest.as_str()),
            None => false,
        }
    };
    if paragraph.is_ascii() {
        memchr::memchr3_iter(b'.', b'!', b'?', bytes).any(breaks)
    } else {
        (0..bytes.len()).filter(|&at| BEGINS_STOP[bytes[at] as usize]).any(breaks)
    }
}

/// Space, perhaps after something that closes, then something that can start a sentence.
fn starts_a_sentence(rest: &str) -> bool {
    let rest = rest.trim_start_matches(is_closing);
    let next = rest.trim_start();
    next.len() < rest.len()
        && next
            .trim_start_matches(is_opening)
            .starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase())
}

/// The bytes with which the UTF-8 of a stop begins.
static BEGINS_STOP: [bool; 256] = {
    const STOPS: [&str; 11] = [".", "!", "?", "…", "。", "！", "।", "؟", "۔", "։", "።"];
    let mut table = [false; 256];
    let mut stop = 0;
    while stop < STOPS.len() {
        table[STOPS[stop].as_bytes()[0] as usize] = true;
        stop += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The paragraph without what closes it.
    fn end_of(paragraph: &str) -> &str {
        paragraph.trim_end().trim_end_matches(is_closing)
    }

    /// Every character looked at.
    fn slowly_breaks(paragraph: &str) -> bool {
        paragraph.char_indices().any(|(at, c)| {
            is_wide_stop(c) || is_stop(c) && starts_a_sentence(&paragraph[at + c.len_utf8()..])
        })
    }

    #[test]
    fn every_stop_is_looked_for() {
        for stop in ('\0'..=char::MAX).filter(|&c| is_stop(c)) {
            let text = format!("{stop}");
            assert!(BEGINS_STOP[text.as_bytes()[0] as usize], "{stop:?}");
        }
    }

    proptest! {
        #[test]
        fn the_short_ways_see_what_the_long_ones_see(text in "[ a.B?…。»)\"ก漢\u{a0}]{0,12}") {
            prop_assert_eq!(last_of(&text), end_of(&text).chars().next_back());
            prop_assert_eq!(breaks_like_a_sentence(&text), slowly_breaks(&text));
        }

        #[test]
        fn and_in_ascii(text in "[ a.B?)]{0,12}") {
            prop_assert_eq!(breaks_like_a_sentence(&text), slowly_breaks(&text));
        }
    }

    #[test]
    fn grades() {
        for (paragraph, words, expected) in [
            ("Home", 1, Prose::None),
            ("Ten things to do in town this weekend", 8, Prose::None),
            ("She left the house at eight that day.", 8, Prose::Sentence),
            ("“She left the house at eight that day.”", 8, Prose::Sentence),
            ("It rained. Nobody came to the fair but us", 9, Prose::Sentence),
            ("Version 2.4 of the server is what we use now", 10, Prose::None),
            ("彼は八時に家を出た。それから戻らなかった", 12, Prose::Passage),
            ("one two three four five six seven eight nine ten eleven stop.", 12, Prose::Passage),
            ("a long list of names", 20, Prose::Passage),
        ] {
            assert_eq!(prose(paragraph, words), expected, "{paragraph}");
        }
    }
}
