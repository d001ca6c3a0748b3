//! What stands after a flag: sizes, tiers, and words with one meaning each.

use std::num::NonZeroUsize;

use crate::{
    base::{cpu::Tier, recipe},
    engine::{MOST_THREADS, MostBad},
    evidence, records,
};
use clap::ValueEnum;

/// A tier that this processor has.
pub(super) fn tier(name: &str) -> std::result::Result<Tier, String> {
    Tier::named(name).ok_or_else(|| {
        let here: Vec<&str> = Tier::here().into_iter().map(Tier::name).collect();
        if Tier::NAMES.contains(&name) {
            format!("this processor does not have it (it has: {})", here.join(", "))
        } else {
            format!("unknown tier (there are: {})", Tier::NAMES.join(", "))
        }
    })
}

/// A number of workers.
pub(super) fn threads(text: &str) -> std::result::Result<NonZeroUsize, String> {
    text.parse()
        .ok()
        .filter(|&threads| threads <= MOST_THREADS)
        .ok_or_else(|| format!("must be a whole number from 1 to {MOST_THREADS}"))
}

/// Bytes, with a unit.
pub(super) fn size(text: &str) -> std::result::Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor: u64 = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        unit => return Err(format!("unknown unit `{unit}` (K, M, G, KiB, MiB, GiB)")),
    };
    let number: u64 =
        digits.trim().parse().map_err(|_| format!("`{digits}` is not a whole number"))?;
    number
        .checked_mul(factor)
        .and_then(|bytes| usize::try_from(bytes).ok())
        .filter(|&bytes| bytes > 0)
        .ok_or_else(|| "must be at least one byte, and fit the machine".to_owned())
}

/// Bytes in the largest unit that divides them.
pub(super) fn size_text(bytes: usize) -> String {
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    let whole = units.into_iter().find(|(_, unit)| bytes.is_multiple_of(*unit));
    whole.map_or_else(|| bytes.to_string(), |(name, unit)| format!("{}{name}", bytes / unit))
}

/// How many records may be bad: `50`, `1%`, `0.5%`.
pub(super) fn most_bad(text: &str) -> std::result::Result<MostBad, String> {
    let Some(share) = text.strip_suffix('%') else {
        return text
            .parse()
            .map(MostBad::Count)
            .map_err(|_| "must be a count, such as 50, or a share, such as 1% or 0.5%".to_owned());
    };
    let share = share.trim().parse::<f64>().ok().filter(|share| (0.0..=100.0).contains(share));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    let per_million = share.map(|share| (share * 10_000.0).round() as u32);
    per_million.map(MostBad::PerMillion).ok_or_else(|| "must be a share from 0% to 100%".to_owned())
}

/// A share in hundredths that leaves something.
pub(super) fn percent(text: &str) -> std::result::Result<u32, String> {
    text.parse()
        .ok()
        .filter(|&percent| percent < 100)
        .ok_or_else(|| "must be a whole number from 0 to 99".to_owned())
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Progress {
    /// Bars with rate and time left, on a terminal
    #[default]
    Auto,
    /// One JSON object a line: begin, progress and end of each stage, notes, errors
    Json,
    /// No progress
    None,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Paragraph {
    /// Each line that is not empty is a paragraph
    #[default]
    Line,
    /// Blank lines separate paragraphs; the lines of one are joined
    Blank,
}

impl From<Paragraph> for recipe::Split {
    fn from(paragraph: Paragraph) -> recipe::Split {
        match paragraph {
            Paragraph::Line => recipe::Split::Line,
            Paragraph::Blank => recipe::Split::Blank,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum TextFormat {
    /// Markdown in a field named markdown or md, else plain text
    #[default]
    Auto,
    /// Plain text
    Text,
    /// Markdown, which is written back as Markdown
    Markdown,
    /// HTML, of which the text that it shows is written
    Html,
}

impl From<TextFormat> for records::TextFormat {
    fn from(format: TextFormat) -> records::TextFormat {
        match format {
            TextFormat::Auto => records::TextFormat::Auto,
            TextFormat::Text => records::TextFormat::Text,
            TextFormat::Markdown => records::TextFormat::Markdown,
            TextFormat::Html => records::TextFormat::Html,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum ChromeLevel {
    /// Removes the most; may remove prose that two pages share
    Lenient,
    /// Weighs both errors alike
    #[default]
    Balanced,
    /// Keeps more lines in doubt: lists and teasers that change from day to day
    Careful,
    /// Keeps all prose that is on fewer than three pages; removes the least
    Strict,
}

impl From<ChromeLevel> for recipe::Level {
    fn from(level: ChromeLevel) -> recipe::Level {
        match level {
            ChromeLevel::Lenient => recipe::Level::Lenient,
            ChromeLevel::Balanced => recipe::Level::Balanced,
            ChromeLevel::Careful => recipe::Level::Careful,
            ChromeLevel::Strict => recipe::Level::Strict,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Keep {
    /// The first in input order
    First,
    /// The longest body, then the earliest date, then the first
    #[default]
    Longest,
    /// The earliest date, then the longest body, then the first
    Earliest,
}

impl From<Keep> for recipe::Keep {
    fn from(keep: Keep) -> recipe::Keep {
        match keep {
            Keep::First => recipe::Keep::First,
            Keep::Longest => recipe::Keep::Longest,
            Keep::Earliest => recipe::Keep::Earliest,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum SiteBy {
    /// The registrable domain: all hosts of a publisher are one site
    #[default]
    Domain,
    /// The host without `www.`: every host is a site of its own
    Host,
}

impl From<SiteBy> for records::SiteBy {
    fn from(by: SiteBy) -> records::SiteBy {
        match by {
            SiteBy::Domain => records::SiteBy::Domain,
            SiteBy::Host => records::SiteBy::Host,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Chrome {
    /// Remove it from the text
    #[default]
    Drop,
    /// Leave it in; the field `refrain.chrome` of each page lists its byte spans in the text
    Mark,
    /// Leave it in
    Keep,
}

impl From<Chrome> for evidence::ChromeAction {
    fn from(chrome: Chrome) -> evidence::ChromeAction {
        match chrome {
            Chrome::Drop => evidence::ChromeAction::Drop,
            Chrome::Mark => evidence::ChromeAction::Mark,
            Chrome::Keep => evidence::ChromeAction::Keep,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Copies {
    /// Leave them in
    Keep,
    /// Leave them in; the field `refrain.cluster` of each page names its lead, or is null, and with --index
    /// `refrain.known` names the known page
    Mark,
    /// Leave them out
    Drop,
}

impl From<Copies> for evidence::CopiesAction {
    fn from(copies: Copies) -> evidence::CopiesAction {
        match copies {
            Copies::Keep => evidence::CopiesAction::Keep,
            Copies::Mark => evidence::CopiesAction::Mark,
            Copies::Drop => evidence::CopiesAction::Drop,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum To {
    /// JSON lines
    Jsonl,
    /// Parquet: rows of strings, or the columns of the input
    Parquet,
}

impl From<To> for records::Target {
    fn from(to: To) -> records::Target {
        match to {
            To::Jsonl => records::Target::JsonLines,
            To::Parquet => records::Target::Parquet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_records_are_a_count_or_a_share() {
        assert_eq!(most_bad("50"), Ok(MostBad::Count(50)));
        assert_eq!(most_bad("1%"), Ok(MostBad::default()));
        assert_eq!(most_bad("0.5 %"), Ok(MostBad::PerMillion(5000)));
        assert_eq!(most_bad("100%"), Ok(MostBad::PerMillion(1_000_000)));
        for bad in ["", "%", "-1", "101%", "1.5", "NaN%", "one"] {
            assert!(most_bad(bad).is_err(), "{bad}");
        }
        assert_eq!(most_bad(&MostBad::default().to_string()), Ok(MostBad::default()));
    }

    #[test]
    fn sizes_have_one_meaning_each() {
        assert_eq!(size("64MiB"), Ok(64 << 20));
        assert_eq!(size("1k"), Ok(1000));
        assert_eq!(size("7"), Ok(7));
        for bytes in [1, 1000, 1024, 64 << 20, 3 << 30] {
            assert_eq!(size(&size_text(bytes)), Ok(bytes));
        }
        assert_eq!(size_text(64 << 20), "64MiB");
        for bad in ["", "MiB", "1.5G", "3 parsecs", "0", "99999999999G"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }
}
