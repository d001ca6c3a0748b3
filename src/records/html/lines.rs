//! Words and breaks → lines: white space becomes one space, breaks become line ends, and what is
//! preformatted stays as it is.

use super::{
    markup::{Here, Rows},
    tags::Break,
};
use crate::base::page::Markup;

/// A text that is being written.
#[derive(Debug, Default)]
pub(super) struct Lines {
    text: String,
    /// What stands between the text so far and the next word.
    before: Option<Gap>,
    /// White space of preformatted text since the last word or break.
    verbatim: String,
    words: usize,
    rows: Rows,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    Space,
    Line,
    Block,
}

impl Lines {
    /// The text. It does not end with white space, and begins with it only if its first line is
    /// preformatted and indented.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// The text, and what markup says of its lines.
    pub(super) fn into_parts(self) -> (String, Vec<(usize, Markup)>) {
        (self.text, self.rows.finish())
    }

    /// How many words it has.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// A break between what was written and what follows.
    pub(super) fn break_off(&mut self, how: Break) {
        match how {
            Break::None => {}
            Break::Space => self.gap(Gap::Space),
            Break::Line => self.end_line(Gap::Line),
            Break::Block => self.end_line(Gap::Block),
        }
    }

    /// A break within preformatted text: a line end, unless one of a block's own is there already.
    pub(super) fn break_off_preformatted(&mut self, how: Break, forced: bool) {
        if forced || (how >= Break::Line && !self.verbatim.contains('\n')) {
            self.verbatim.push('\n');
        }
    }

    fn gap(&mut self, gap: Gap) {
        self.before = self.before.max(Some(gap));
    }

    fn end_line(&mut self, gap: Gap) {
        self.verbatim.clear();
        self.gap(gap);
    }

    /// Adds text whose white space is one space.
    pub(super) fn push(&mut self, text: &str, here: &Here) {
        for (space, word) in words(text) {
            if !space.is_empty() {
                self.gap(Gap::Space);
            }
            self.word(word, here);
        }
    }

    /// Adds text whose white space stays.
    pub(super) fn push_preformatted(&mut self, text: &str, here: &Here) {
        for (space, word) in words(text) {
            let mut rest = space;
            while let Some(first) = rest.chars().next() {
                let length = if rest.starts_with("\r\n") { 2 } else { 1 };
                self.verbatim.push(if first == '\r' { '\n' } else { first });
                rest = &rest[length..];
            }
            self.word(word, here);
        }
    }

    fn word(&mut self, word: &str, here: &Here) {
        if word.is_empty() {
            return;
        }
        self.words += 1;
        let before = self.before.take();
        let mut begins_line = self.text.is_empty() || before >= Some(Gap::Line);
        if !self.verbatim.is_empty() {
            let at = if begins_line { self.verbatim.rfind('\n').map_or(0, |at| at + 1) } else { 0 };
            if begins_line && !self.text.is_empty() {
                self.text.push_str(if before == Some(Gap::Block) { "\n\n" } else { "\n" });
            }
            begins_line |= self.verbatim.contains('\n');
            self.text.push_str(&self.verbatim[at..]);
            self.verbatim.clear();
        } else if !self.text.is_empty() {
            self.text.push_str(match before {
                None => "",
                Some(Gap::Space) => " ",
                Some(Gap::Line) => "\n",
                Some(Gap::Block) => "\n\n",
            });
        }
        if begins_line {
            self.rows.begin(self.text.len(), here);
        }
        self.rows.word(word.len(), here);
        self.text.push_str(word);
    }
}

/// The words of a text, each behind its white space; the last may be empty.
pub(super) fn words(mut text: &str) -> impl Iterator<Item = (&str, &str)> {
    std::iter::from_fn(move || {
        if text.is_empty() {
            return None;
        }
        let start = text.bytes().position(|c| !is_space(c)).unwrap_or(text.len());
        let (space, rest) = text.split_at(start);
        let end = rest.bytes().position(is_space).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        text = rest;
        Some((space, word))
    })
}

/// White space of the standard; a no-break space is not.
pub(super) fn is_space(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}
