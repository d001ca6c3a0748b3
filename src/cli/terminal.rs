//! What the terminal can show: the one place that prints.

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
};

pub(crate) use refrain::output::figures::{bytes, count, percent, things};
use refrain::{Error, Result};

/// Prints results to standard output.
///
/// # Errors
///
/// *Machine* if it cannot be written, also if its reader went away.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| Error::io("-", e))
}

/// Says something beside the results, on standard error.
pub(crate) fn note(text: &str) {
    // Nobody is left to be told that standard error is closed.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says why the command failed. What is quoted may come from the input.
pub(crate) fn complain(text: &str) {
    note(&format!("refrain: {}", one_line(text, 2000)));
}

/// How text may be dressed up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    colour: bool,
    /// Columns of a line.
    pub(crate) width: usize,
}

impl Style {
    /// Plain text of 100 columns: what files and pipes get.
    pub(crate) const PLAIN: Style = Style { colour: false, width: 100 };

    #[cfg(test)]
    pub(crate) const COLOURED: Style = Style { colour: true, width: 100 };

    #[cfg(test)]
    pub(crate) fn of_width(self, width: usize) -> Style {
        Style { width, ..self }
    }

    /// What standard output can show.
    pub(crate) fn of_stdout() -> Style {
        if !io::stdout().is_terminal() {
            return Style::PLAIN;
        }
        let colour = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let columns = std::env::var("COLUMNS").ok().and_then(|n| n.parse().ok());
        Style { colour, width: columns.unwrap_or(100).clamp(60, 200) }
    }

    pub(crate) fn bold(self, text: impl Display) -> String {
        self.paint("1", text)
    }

    pub(crate) fn dim(self, text: impl Display) -> String {
        self.paint("2", text)
    }

    pub(crate) fn green(self, text: impl Display) -> String {
        self.paint("32", text)
    }

    pub(crate) fn red(self, text: impl Display) -> String {
        self.paint("31", text)
    }

    pub(crate) fn blue(self, text: impl Display) -> String {
        self.paint("34", text)
    }

    fn paint(self, code: &str, text: impl Display) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }
}

/// `text` on one line of at most `width` characters. Control characters do not reach the terminal,
/// nor do those that reorder what stands beside them.
pub(crate) fn one_line(text: &str, width: usize) -> String {
    let is_unsafe = |c: char| {
        c.is_control()
            || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let clean: String = text.chars().map(|c| if is_unsafe(c) { ' ' } else { c }).collect();
    if clean.chars().count() <= width {
        return clean;
    }
    let mut cut: String = clean.chars().take(width.saturating_sub(1)).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_on_its_line() {
        assert_eq!(one_line("a\x1b[31mb\nc\u{202E}d", 20), "a [31mb c d");
        assert_eq!(one_line("abcdef", 4), "abc…");
    }
}
