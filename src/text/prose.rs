//! Whether a paragraph reads as prose: the rule that protects stories rests on it.

/// How much a paragraph reads like sentences (STUDY.md section 1.1).
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
        || !(end_of(paragraph).ends_with(is_stop) || breaks_like_a_sentence(paragraph))
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
    end_of(paragraph).ends_with(|c| is_stop(c) || matches!(c, '\u{E01}'..='\u{EFF}'))
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

/// The paragraph without what closes it.
fn end_of(paragraph: &str) -> &str {
    paragraph.trim_end().trim_end_matches(is_closing)
}

/// A stop, perhaps closed, then space, then something that can start a sentence.
fn breaks_like_a_sentence(paragraph: &str) -> bool {
    paragraph.match_indices(is_stop).any(|(at, stop)| {
        if stop.chars().all(is_wide_stop) {
            return true;
        }
        let rest = paragraph[at + stop.len()..].trim_start_matches(is_closing);
        let next = rest.trim_start();
        next.len() < rest.len()
            && next
                .trim_start_matches(is_opening)
                .starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
