//! Parts of a page by its prose: before most of it, among it, behind most of it.
//!
//! The same line is one thing above a story and another below it: a headline stands over its own
//! story and, on other pages, in lists of what to read next. Places are counted in words of prose and
//! not in lines, because a menu may be longer than a story.

use crate::{text::Prose, trace::Shape};

/// A part of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Before three quarters of the prose.
    Before,
    /// Among it.
    Among,
    /// Behind three quarters of it.
    Behind,
}

/// Words of prose without which a page has no parts.
const PROSE: u64 = 60;

/// The part of every paragraph of a page; none on a page of little prose.
pub(super) fn parts(
    shapes: impl Iterator<Item = Shape> + Clone,
) -> impl Iterator<Item = Option<Part>> {
    let prose = |shape: Shape| match shape.prose() {
        Prose::Passage => u64::from(shape.words()),
        _ => 0,
    };
    let total: u64 = shapes.clone().map(prose).sum();
    let mut before = 0;
    shapes.map(move |shape| {
        let words = prose(shape);
        // Where the middle of the paragraph is, in half-words.
        let at = 2 * before + words;
        before += words;
        if total < PROSE {
            None
        } else if 2 * at < total {
            Some(Part::Before)
        } else if 2 * at < 3 * total {
            Some(Part::Among)
        } else {
            Some(Part::Behind)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts_of(words: &[(u32, Prose)]) -> String {
        let shapes = words.iter().map(|&(words, prose)| Shape::new(words, prose, false));
        let letter = |part| match part {
            None => '-',
            Some(Part::Before) => '<',
            Some(Part::Among) => '=',
            Some(Part::Behind) => '>',
        };
        parts(shapes).map(letter).collect()
    }

    #[test]
    fn parts_follow_the_prose_and_not_the_lines() {
        let (line, prose) = ((3, Prose::None), (40, Prose::Passage));
        assert_eq!(parts_of(&[line, line, line, prose, prose, prose, line]), "<<<<=>>");
        assert_eq!(parts_of(&[prose, line, line, line, line, prose, prose]), "<=====>");
        assert_eq!(parts_of(&[line, (90, Prose::Sentence), prose, prose, line]), "<<=>>");
        assert_eq!(parts_of(&[]), "");
    }

    #[test]
    fn a_page_of_little_prose_has_no_parts() {
        let line = (3, Prose::None);
        assert_eq!(parts_of(&[line, (59, Prose::Passage), line]), "---");
        assert_eq!(parts_of(&[line, (60, Prose::Passage), line]), "<=>");
    }
}
