//! What stands after a flag: sizes, tiers, and words with one meaning each.

use clap::ValueEnum;
use refrain::{cpu::Tier, output, recipe};

/// A tier that this processor has.
pub(super) fn tier(name: &str) -> std::result::Result<Tier, String> {
    Tier::named(name).ok_or_else(|| {
        let here: Vec<&str> = Tier::here().into_iter().map(Tier::name).collect();
        if Tier::NAMES.contains(&name) {
            format!("this processor has not got it (it has: {})", here.join(", "))
        } else {
            format!("no such tier (there are: {})", Tier::NAMES.join(", "))
        }
    })
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
        digits.trim().parse().map_err(|_| format!("`{digits}` is no whole number"))?;
    number
        .checked_mul(factor)
        .and_then(|bytes| usize::try_from(bytes).ok())
        .filter(|&bytes| bytes > 0)
        .ok_or_else(|| "must be at least one byte, and fit the machine".to_owned())
}

/// A share in hundredths that leaves something.
pub(super) fn percent(text: &str) -> std::result::Result<u32, String> {
    text.parse()
        .ok()
        .filter(|&percent| percent < 100)
        .ok_or_else(|| "must be a whole number from 0 to 99".to_owned())
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Paragraph {
    /// Every line that is not empty
    #[default]
    Line,
    /// Lines up to a blank one, joined
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
pub(super) enum ChromeLevel {
    /// Takes the most out; risks prose that two pages share
    Lenient,
    /// Weighs both errors alike
    #[default]
    Balanced,
    /// Keeps more of what is in doubt: lists and teasers that change from day to day
    Careful,
    /// Keeps all prose that is on fewer than three pages; leaves the most chrome in
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
pub(crate) enum Chrome {
    /// Taken out of the text
    #[default]
    Drop,
    /// Left in; the field `refrain.chrome` has its byte spans in the text
    Mark,
    /// Left in
    Keep,
}

impl From<Chrome> for output::ChromeAction {
    fn from(chrome: Chrome) -> output::ChromeAction {
        match chrome {
            Chrome::Drop => output::ChromeAction::Drop,
            Chrome::Mark => output::ChromeAction::Mark,
            Chrome::Keep => output::ChromeAction::Keep,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Copies {
    /// Left in
    #[default]
    Keep,
    /// Left in; the field `refrain.cluster` says whose copies they are
    Mark,
    /// Left out
    Drop,
}

impl From<Copies> for output::CopiesAction {
    fn from(copies: Copies) -> output::CopiesAction {
        match copies {
            Copies::Keep => output::CopiesAction::Keep,
            Copies::Mark => output::CopiesAction::Mark,
            Copies::Drop => output::CopiesAction::Drop,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum To {
    /// JSON lines
    Jsonl,
    /// Parquet: rows of strings, or the input's own columns
    Parquet,
}

impl From<To> for output::Target {
    fn from(to: To) -> output::Target {
        match to {
            To::Jsonl => output::Target::JsonLines,
            To::Parquet => output::Target::Parquet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_one_meaning_each() {
        assert_eq!(size("64MiB"), Ok(64 << 20));
        assert_eq!(size("1k"), Ok(1000));
        assert_eq!(size("7"), Ok(7));
        for bad in ["", "MiB", "1.5G", "3 parsecs", "0", "99999999999G"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }
}
