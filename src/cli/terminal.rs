//! What the terminal can show: the one place that prints.

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
    sync::OnceLock,
};

use clap::ValueEnum;

pub(crate) use crate::evidence::figures::{bytes, count, duration, percent, things};
use crate::{Error, Result};
use serde::Serialize;

/// Writes results to standard output as they come, buffered.
///
/// # Errors
///
/// Those of `write`, and *machine* if standard output cannot be written, also if its reader went away.
pub(crate) fn stream(write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut out = io::BufWriter::with_capacity(64 << 10, io::stdout().lock());
    write(&mut out)?;
    out.flush().map_err(|e| Error::io("-", e))
}

/// Prints a row of JSON lines.
///
/// # Errors
///
/// *Machine* if it cannot be written.
pub(crate) fn write_row(out: &mut dyn Write, row: &impl Serialize) -> Result<()> {
    let written = serde_json::to_writer(&mut *out, row).map_err(io::Error::from);
    written.and_then(|()| out.write_all(b"\n")).map_err(|e| Error::io("-", e))
}

/// Prints results to standard output.
///
/// # Errors
///
/// *Machine* if it cannot be written, also if its reader went away.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| Error::io("-", e))
}

/// What is said beside the results, on standard error, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verbosity {
    quiet: bool,
    json: bool,
    bars: bool,
}

impl Verbosity {
    /// Lines of text, and no bars.
    pub(crate) const PLAIN: Verbosity = Verbosity { quiet: false, json: false, bars: false };

    /// Says nothing but errors.
    pub(crate) fn quiet(self) -> Verbosity {
        Verbosity { quiet: true, bars: false, ..self }
    }

    /// Says everything as JSON, one object a line.
    pub(crate) fn json(self) -> Verbosity {
        Verbosity { json: true, bars: false, ..self }
    }

    /// With bars, if standard error can show them.
    pub(crate) fn with_bars(self) -> Verbosity {
        let bars = !self.quiet && !self.json && io::stderr().is_terminal() && !is_dumb();
        Verbosity { bars, ..self }
    }

    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }

    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    pub(crate) fn has_bars(self) -> bool {
        self.bars
    }

    /// Says something beside the results.
    pub(crate) fn note(self, text: &str) {
        match self {
            Verbosity { quiet: true, .. } => {}
            Verbosity { json: true, .. } => self.event(&Event::Note { text }),
            _ => say(text),
        }
    }

    /// Says what went wrong beside the results, also where nothing but errors is wanted.
    pub(crate) fn warn(self, text: &str) {
        let text = one_line(text, 2000);
        if self.json { self.event(&Event::Note { text: &text }) } else { say(&text) }
    }

    /// Says what a program may wait for, if one listens.
    pub(crate) fn event(self, event: &Event<'_>) {
        if self.json {
            // Words and numbers can always be written as JSON.
            say(&serde_json::to_string(event).unwrap_or_default());
        }
    }

    /// Says why the command failed, and ends with the status `exit`. What is quoted may come from the
    /// input.
    pub(crate) fn complain(self, text: &str, exit: u8) {
        let text = one_line(text, 2000);
        if self.json {
            self.event(&Event::Error { text: &text, exit });
        } else {
            say(&format!("refrain: {text}"));
        }
    }
}

/// A line of `--progress json`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub(crate) enum Event<'a> {
    /// A stage begins.
    Begin { stage: &'a str },
    /// So far has a part of a stage come; times in seconds.
    Progress {
        stage: &'a str,
        unit: &'a str,
        done: u64,
        total: Option<u64>,
        seconds: f64,
        left: Option<f64>,
    },
    /// A stage is done, or has failed.
    End { stage: &'a str, seconds: f64 },
    /// What is said beside the results.
    Note { text: &'a str },
    /// Why the command failed, and its status.
    Error { text: &'a str, exit: u8 },
}

fn say(text: &str) {
    // Nobody is left to be told that standard error is closed.
    let _ = writeln!(io::stderr(), "{text}");
}

/// The terminal can do no more than print one line after the other.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// When text is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal that can show it
    #[value(
        help = "on a terminal that can show it, unless NO_COLOR is set; with CLICOLOR_FORCE anywhere"
    )]
    #[default]
    Auto,
    /// Anywhere
    Always,
    /// Nowhere
    Never,
}

/// What `--color` says.
static COLOUR: OnceLock<Colour> = OnceLock::new();

impl Colour {
    /// Makes this the answer for the whole command.
    pub(crate) fn is_asked_for(self) {
        let _ = COLOUR.set(self);
    }

    /// Whether a stream is coloured that `is_terminal` or is not.
    fn is_on(self, is_terminal: bool) -> bool {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is = |name: &str, value: &str| std::env::var_os(name).is_some_and(|is| is == value);
        match self {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto if is_set("NO_COLOR") => false,
            Colour::Auto if is_set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0") => true,
            Colour::Auto => is_terminal && !is_dumb() && !is("CLICOLOR", "0"),
        }
    }
}

fn is_coloured(is_terminal: bool) -> bool {
    COLOUR.get().copied().unwrap_or_default().is_on(is_terminal)
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

    /// The same, of other lines.
    pub(crate) fn of_width(self, width: usize) -> Style {
        Style { width, ..self }
    }

    /// What standard output can show.
    pub(crate) fn of_stdout() -> Style {
        let is_terminal = io::stdout().is_terminal();
        let colour = is_coloured(is_terminal);
        if !is_terminal {
            return Style { colour, ..Style::PLAIN };
        }
        let named = std::env::var("COLUMNS").ok().and_then(|n| n.parse().ok());
        let shown = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let columns = named.or_else(shown);
        Style { colour, width: columns.unwrap_or(Style::PLAIN.width).clamp(60, 200) }
    }

    /// What standard error can show.
    pub(crate) fn of_stderr() -> Style {
        Style { colour: is_coloured(io::stderr().is_terminal()), ..Style::PLAIN }
    }

    pub(crate) fn has_colour(self) -> bool {
        self.colour
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
