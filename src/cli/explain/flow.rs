//! Words that flow into lines.

use super::super::terminal::{Style, one_line};

/// How words of a shared passage are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// Both have them.
    Shared,
    /// Only the first page has them.
    First,
    /// Only the second page has them.
    Second,
    /// They stand for words that are left out, or for the end of a paragraph.
    Aside,
}

/// Fills lines of the style's width, indented.
#[derive(Debug)]
pub(super) struct Flow {
    style: Style,
    indent: usize,
    column: usize,
    out: String,
}

impl Flow {
    pub(super) fn new(style: Style, indent: usize) -> Flow {
        Flow { style, indent, column: 0, out: String::new() }
    }

    /// Adds words, cleaned of what a terminal would obey; spaces part them. What only one page has is
    /// bracketed too: colours are not seen by everyone.
    pub(super) fn push(&mut self, text: &str, tone: Tone) {
        let clean = one_line(text, usize::MAX);
        let words: Vec<&str> = clean.split_whitespace().collect();
        let (open, close) = match tone {
            Tone::First => ("[-", "-]"),
            Tone::Second => ("{+", "+}"),
            Tone::Shared | Tone::Aside => ("", ""),
        };
        for (i, word) in words.iter().enumerate() {
            let first = if i == 0 { open } else { "" };
            let last = if i + 1 == words.len() { close } else { "" };
            self.word(&format!("{first}{word}{last}"), tone);
        }
    }

    /// What was put together, with the end of its last line.
    pub(super) fn finish(mut self) -> String {
        if self.column > 0 {
            self.out.push('\n');
        }
        self.out
    }

    fn word(&mut self, word: &str, tone: Tone) {
        let room = self.style.width.saturating_sub(self.indent).max(20);
        let length = word.chars().count();
        if self.column > 0 && self.column + 1 + length > room {
            self.out.push('\n');
            self.column = 0;
        }
        if self.column > 0 {
            self.out.push(' ');
            self.column += 1;
        }
        // A script without spaces has words that are longer than a line.
        let mut rest = word;
        while !rest.is_empty() {
            if self.column == room {
                self.out.push('\n');
                self.column = 0;
            }
            if self.column == 0 {
                self.out.extend(std::iter::repeat_n(' ', self.indent));
            }
            let cut = rest.char_indices().nth(room - self.column).map_or(rest.len(), |at| at.0);
            let (part, others) = rest.split_at(cut);
            self.column += part.chars().count();
            let painted = match tone {
                Tone::Shared => self.style.green(part),
                Tone::First => self.style.red(part),
                Tone::Second => self.style.blue(part),
                Tone::Aside => self.style.dim(part),
            };
            self.out.push_str(&painted);
            rest = others;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(style: Style, pieces: &[(&str, Tone)]) -> String {
        let mut flow = Flow::new(style, 2);
        for &(text, tone) in pieces {
            flow.push(text, tone);
        }
        flow.finish()
    }

    #[test]
    fn what_one_page_has_is_bracketed_and_coloured() {
        let pieces =
            [("the mayor", Tone::Shared), ("said so", Tone::First), ("added", Tone::Second)];
        assert_eq!(flow(Style::PLAIN, &pieces), "  the mayor [-said so-] {+added+}\n");
        assert_eq!(
            flow(Style::COLOURED, &pieces),
            "  \x1b[32mthe\x1b[0m \x1b[32mmayor\x1b[0m \x1b[31m[-said\x1b[0m \x1b[31mso-]\x1b[0m \
             \x1b[34m{+added+}\x1b[0m\n"
        );
    }

    #[test]
    fn lines_end_at_the_width_and_hostile_text_is_cleaned() {
        let long = "word ".repeat(60);
        let shown = flow(Style::PLAIN, &[(&long, Tone::Shared)]);
        assert!(
            shown.lines().count() == 4 && shown.lines().all(|line| line.chars().count() <= 100)
        );
        let shown = flow(Style::PLAIN, &[(&"漢".repeat(150), Tone::Shared)]);
        assert_eq!(shown.lines().map(|line| line.chars().count()).collect::<Vec<_>>(), [100, 54]);
        let shown = flow(Style::PLAIN, &[("a\x1b[31m\u{202E}b", Tone::Shared)]);
        assert_eq!(shown, "  a [31m b\n");
    }
}
