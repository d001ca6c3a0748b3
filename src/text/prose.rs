//! Detects prose. The rule that protects stories depends on it.

/// How much a paragraph looks like sentences (docs/method.md, section 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prose {
    /// A menu entry, a headline, a teaser.
    #[default]
    None,
    /// Eight words or more, with the end or a break of a sentence.
    Sentence,
    /// The same with twelve words or more; or twenty words of any kind.
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

/// Whether a paragraph ends like a sentence: in a full stop, perhaps followed by quotation marks or
/// brackets, or in a letter of a script without full stops (Thai, Lao).
///
/// Captions, credits, teasers and headlines do not.
pub fn ends_like_a_sentence(paragraph: &str) -> bool {
    last_of(paragraph).is_some_and(|c| is_stop(c) || matches!(c, '\u{E01}'..='\u{EFF}'))
}

/// Words of a paragraph that reads as sentences though it does not end as one, and the breaks between sentences in it.
///
/// Scrapers flatten a story into one paragraph and leave words behind its end. Fewer words or breaks are those of captions.
const LONG: u32 = 60;
const BREAKS: usize = 3;
/// Least words of a paragraph that ends in a colon: fewer are a heading of a list.
const ANNOUNCES: u32 = 8;

/// Whether a paragraph of `words` words is made of sentences: it ends as one whatever trails it (reference marks, an
/// agency's mark in brackets, quotation marks, markup, symbols, links, handles), or announces what follows with a colon, or
/// is long and has sentences inside.
///
/// Captions, credits, teasers and headlines are not.
pub fn reads_as_sentences(paragraph: &str, words: u32) -> bool {
    // Most paragraphs end in a full stop, or in a letter and are short.
    match paragraph.as_bytes().last() {
        Some(b'.') => return true,
        Some(byte) if byte.is_ascii_alphanumeric() && words < LONG && !trails(paragraph) => {
            return false;
        }
        _ => {}
    }
    let end = last_of(without_trail(paragraph));
    let ends = |c: char| {
        is_stop(c)
            || matches!(c, '\u{E01}'..='\u{EFF}' | '॥' | '།' | '༎' | '༔' | '៕' | '៖')
            || matches!(c, ':' | '：') && words >= ANNOUNCES
    };
    end.is_some_and(ends) || words >= LONG && sentence_breaks(paragraph, BREAKS)
}

/// Whether the last word of a paragraph may be a link or a handle.
fn trails(paragraph: &str) -> bool {
    let word =
        memchr::memrchr(b' ', paragraph.as_bytes()).map_or(paragraph, |at| &paragraph[at + 1..]);
    memchr::memchr3(b'/', b'@', b'#', word.as_bytes()).is_some()
}

/// A paragraph without what may stand behind its last sentence.
fn without_trail(paragraph: &str) -> &str {
    let mut rest = paragraph;
    loop {
        let shorter = rest.trim_end_matches(is_trailing);
        let shorter = without_group(shorter).unwrap_or(shorter);
        let shorter = without_link(shorter).unwrap_or(shorter);
        if shorter.len() == rest.len() {
            return rest;
        }
        rest = shorter;
    }
}

/// White space, what closes, markup, raised figures, symbols and format characters.
fn is_trailing(c: char) -> bool {
    if c.is_ascii() {
        return is_closing(c) && !matches!(c, ')' | ']')
            || matches!(c, '*' | '_' | '~' | '`')
            || c.is_whitespace();
    }
    // Letters, marks and stops of any script end a sentence or a word; whatever else there is stands behind it.
    let is_raised = matches!(c, '¹' | '²' | '³' | '⁰'..='⁹');
    is_raised
        || !(c.is_alphanumeric()
            || is_stop(c)
            || matches!(c, '\u{900}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '：'))
}

/// A paragraph without the brackets that it ends in: `[12]`, `[edit]`, `(dpa)`, `</p>`. A bracket of several words is
/// text, or who took a photograph.
fn without_group(paragraph: &str) -> Option<&str> {
    /// Characters between the brackets.
    const GROUP: usize = 12;
    let (open, inside) = match paragraph.as_bytes().last()? {
        b')' => ('(', GROUP),
        b']' => ('[', GROUP),
        b'>' => ('<', 80),
        _ => return None,
    };
    let at = paragraph.rfind(open)?;
    let group = &paragraph[at + 1..paragraph.len() - 1];
    let is_group = group.len() <= inside && (open == '<' || !group.contains(char::is_whitespace));
    is_group.then_some(&paragraph[..at])
}

/// A paragraph without the link, handle or hashtag that it ends in, and without the "via" before a handle.
fn without_link(paragraph: &str) -> Option<&str> {
    let at = paragraph.rfind(char::is_whitespace)?;
    let word = paragraph[at..].trim_start();
    let is_handle = word.starts_with(['@', '#']) && word.len() > 1;
    let is_link = word.starts_with("http")
        || word.starts_with("www.")
        || word.contains('.') && word.contains('/');
    if !(is_handle || is_link) {
        return None;
    }
    let rest = paragraph[..at].trim_end();
    Some(rest.strip_suffix(" via").or(rest.strip_suffix(" Via")).unwrap_or(rest))
}

/// Whether sentences end inside a paragraph at least `least` times.
fn sentence_breaks(paragraph: &str, least: usize) -> bool {
    let breaks = paragraph.char_indices().filter(|&(at, c)| {
        is_wide_stop(c) || is_stop(c) && starts_a_sentence(&paragraph[at + c.len_utf8()..])
    });
    breaks.take(least).count() == least
}

/// Whether a paragraph ends in a colon: who speaks next, what a list is of, what code is for.
pub fn introduces(paragraph: &str) -> bool {
    paragraph.trim_end().ends_with([':', '：', '፡'])
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

/// The last character of the paragraph, closing quotation marks and brackets left out.
#[inline]
fn last_of(paragraph: &str) -> Option<char> {
    match paragraph.as_bytes().last() {
        // Most paragraphs end in a letter, a digit or a full stop.
        Some(&byte) if byte.is_ascii_alphanumeric() || byte == b'.' => Some(char::from(byte)),
        _ => paragraph.trim_end().trim_end_matches(is_closing).chars().next_back(),
    }
}

/// Whether a stop is followed by space and then by something that can start a sentence.
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

/// Whether `rest` is space, perhaps after closing marks, and then something that can start a sentence.
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
    fn what_trails_a_sentence_does_not_hide_its_end() {
        let sentence = "The keeper of the mill said on Monday that the pond would be let out";
        for end in [
            ".",
            "!",
            "?”",
            ".[12]",
            ".[3][4]",
            ".¹",
            ". (dpa)",
            ". (rtr/afp)",
            ".“",
            ".«",
            ".**",
            ".*",
            ". 🎉",
            ". ↑",
            ". [edit]",
            ". ¶",
            ".§",
            ":",
            "।",
            "॥",
            "།",
            ".</p>",
            ".<br>",
            ".\u{a0}",
            ".\u{200b}",
            ".\u{feff}",
            ".\u{202c}",
            ". #news",
            ". https://x.example/a?b=c",
            ". pic.example/AbC",
            ". via @paper",
            "…",
            "។",
            "။",
        ] {
            let paragraph = format!("{sentence}{end}");
            assert!(reads_as_sentences(&paragraph, 14), "{paragraph}");
        }
        for end in [
            "",
            ",",
            " (Photo by Ada Fernwood)",
            " (dpa)",
            " via @paper",
            " [12]",
            " 🎉",
            " https://x.example/a",
            "/",
        ] {
            let paragraph = format!("{sentence}{end}");
            assert!(!reads_as_sentences(&paragraph, 14), "{paragraph}");
        }
        assert!(!reads_as_sentences("What you need:", 3));
    }

    #[test]
    fn a_long_paragraph_with_sentences_inside_needs_no_end() {
        let sentence = "The keeper of the mill said on Monday that the pond would be let out.";
        let flat = format!("{} Share this page", [sentence; 4].join(" "));
        assert!(reads_as_sentences(&flat, 60));
        assert!(!reads_as_sentences(&flat, 59));
        let flat = format!("{} share this page", [sentence; 3].join(" "));
        assert!(!reads_as_sentences(&flat, 60));
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
