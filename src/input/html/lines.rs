//! Words and breaks → lines: white space becomes one space, breaks become line ends.

use super::tags::Break;

/// A text that is being written.
#[derive(Debug, Default)]
pub(super) struct Lines {
    text: String,
    /// What stands between the text so far and the next word.
    before: Option<Gap>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    Space,
    Line,
    Block,
}

impl Lines {
    /// The text, which neither begins nor ends with white space.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// A break between what was written and what follows.
    pub(super) fn break_off(&mut self, how: Break) {
        self.gap(match how {
            Break::None => return,
            Break::Line => Gap::Line,
            Break::Block => Gap::Block,
        });
    }

    fn gap(&mut self, gap: Gap) {
        self.before = self.before.max(Some(gap));
    }

    /// Adds text, in which line ends count if it is `preformatted`.
    pub(super) fn push(&mut self, mut text: &str, preformatted: bool) {
        while let Some(first) = text.bytes().next() {
            if is_space(first) {
                let breaks = preformatted && matches!(first, b'\n' | b'\r');
                self.gap(if breaks { Gap::Line } else { Gap::Space });
                text = &text[1..];
                continue;
            }
            let end = text.bytes().position(is_space).unwrap_or(text.len());
            let (word, rest) = text.split_at(end);
            if let Some(gap) = self.before.take()
                && !self.text.is_empty()
            {
                self.text.push_str(match gap {
                    Gap::Space => " ",
                    Gap::Line => "\n",
                    Gap::Block => "\n\n",
                });
            }
            self.text.push_str(word);
            text = rest;
        }
    }
}

/// White space of the standard; a no-break space is not.
fn is_space(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}
