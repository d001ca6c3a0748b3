//! Flags, as plain data. Help, and later the manual and the completions, are made from them.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::{Parser, Subcommand, ValueEnum};
use refrain::{
    Result,
    chrome::{BUILT_IN_SEEDS, SiteBank, seed_bank},
    cpu::Tier,
    input, output, pipeline, recipe,
    store::Force,
};

const AFTER_HELP: &str = "\
Examples:
  refrain scan crawl/ -o found/           what repeats and why
  refrain clean crawl.jsonl.zst -o clean.jsonl.zst
  zcat crawl.jsonl.gz | refrain clean - | next-tool

Exit status: 0 done, 1 done but some records could not be used, 2 usage,
3 an input cannot be used, 4 the machine failed.";

/// Finds what comes back across scraped pages: site chrome, and copies of the same story.
#[derive(Debug, Parser)]
#[command(version, after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What repeats and why: a summary here, evidence files in a folder
    Scan(ScanArgs),
    /// The pages without chrome; copies kept, marked or dropped
    Clean(CleanArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ScanArgs {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Folder for pages.jsonl, chrome.jsonl, clusters.jsonl, pairs.tsv and summary.json
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CleanArgs {
    #[command(flatten)]
    pub(crate) common: Common,
    /// File, folder for one output per input file, or `-`; may be left out if the input is `-`
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// What happens to chrome
    #[arg(long, value_enum, default_value_t)]
    pub(crate) chrome: Chrome,
    /// What happens to copies of a lead: `drop` takes a page only if nine tenths of it are in its lead
    #[arg(long, value_enum, default_value_t)]
    pub(crate) copies: Copies,
    /// Leave out pages that have no text left
    #[arg(long)]
    pub(crate) drop_empty: bool,
    /// Also write the counts as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) summary: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
#[expect(
    clippy::option_option,
    reason = "clap's way to tell no flag, a flag, and a flag with a value"
)]
#[expect(clippy::struct_excessive_bools, reason = "flags, not states")]
pub(crate) struct Common {
    /// Files, folders, or `-` for standard input: JSON lines or text, plain, gzip or zstd
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Replace outputs that are there already
    #[arg(long)]
    pub(crate) force: bool,
    /// Workers [default: as many as the machine has processors]
    #[arg(short = 'j', long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Kernels to run: portable, avx2 or avx512; all give the same [default: the best that this
    /// processor has]
    #[arg(long, value_name = "TIER", value_parser = tier)]
    cpu: Option<Tier>,
    /// Print nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,

    /// Field of the text
    #[arg(long, value_name = "NAME", default_value = "text", help_heading = "Input")]
    text_field: String,
    /// Field of the page's id
    #[arg(long, value_name = "NAME", default_value = "id", help_heading = "Input")]
    id_field: String,
    /// Field of the site; where it is missing, the site comes from the URL
    #[arg(long, value_name = "NAME", default_value = "site", help_heading = "Input")]
    site_field: String,
    /// Field of the URL
    #[arg(long, value_name = "NAME", default_value = "url", help_heading = "Input")]
    url_field: String,
    /// Field of the date, compared as text
    #[arg(long, value_name = "NAME", default_value = "date", help_heading = "Input")]
    date_field: String,
    /// Longest record that is read; longer ones are bad records (units: K, M, G and KiB, MiB, GiB)
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = size, help_heading = "Input")]
    max_record: usize,
    /// Map plain files instead of reading them; no other program may write to them meanwhile (bytes
    /// that are written turn up in the middle of a run, and cutting a mapped file short kills it)
    #[arg(long, overrides_with = "_no_mmap", help_heading = "Input")]
    mmap: bool,
    /// Read plain files, also those that other programs write to; the default, and as fast
    #[arg(long = "no-mmap", overrides_with = "mmap", help_heading = "Input")]
    _no_mmap: bool,
    /// Stop at the first record that cannot be used
    #[arg(long, help_heading = "Input")]
    pub(crate) strict: bool,
    /// Write records that cannot be used to FILE, each after a line `# place: reason`
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(crate) rejects: Option<PathBuf>,

    /// What a paragraph is: a line, or lines up to a blank one
    #[arg(long, value_enum, default_value_t, help_heading = "What is chrome, what is a copy")]
    paragraph: Paragraph,
    /// How much evidence makes chrome
    #[arg(long, value_enum, default_value_t, help_heading = "What is chrome, what is a copy")]
    chrome_level: ChromeLevel,
    /// Which page of a cluster leads
    #[arg(long, value_enum, default_value_t, help_heading = "What is chrome, what is a copy")]
    keep: Keep,
    /// Know common chrome lines beforehand: those that come with refrain, or those of FILE, one a line
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        require_equals = true,
        help_heading = "What is chrome, what is a copy"
    )]
    seeds: Option<Option<PathBuf>>,
}

impl Common {
    /// How to read.
    pub(crate) fn input(&self) -> input::Options {
        input::Options {
            fields: input::Fields {
                text: self.text_field.clone(),
                id: self.id_field.clone(),
                site: self.site_field.clone(),
                url: self.url_field.clone(),
                date: self.date_field.clone(),
            },
            max_record: self.max_record,
            map: self.mmap,
        }
    }

    /// How to run.
    pub(crate) fn settings(&self) -> Result<pipeline::Settings> {
        let available = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Ok(pipeline::Settings {
            recipe: recipe::Recipe {
                paragraph: self.paragraph.into(),
                chrome_level: self.chrome_level.into(),
                keep: self.keep.into(),
            },
            seeds: self.seed_bank()?,
            threads: self.threads.unwrap_or_else(available),
            tier: self.cpu.unwrap_or_default(),
            strict: self.strict,
        })
    }

    fn seed_bank(&self) -> Result<Option<SiteBank>> {
        match &self.seeds {
            None => Ok(None),
            Some(None) => Ok(Some(seed_bank(BUILT_IN_SEEDS.iter().map(|(_, lines)| *lines)))),
            Some(Some(file)) => {
                input::read_lines(file).map(|lines| Some(seed_bank([lines.as_str()])))
            }
        }
    }

    /// What to do about outputs that are there.
    pub(crate) fn force(&self) -> Force {
        if self.force { Force::Replace } else { Force::Refuse }
    }
}

/// A tier that this processor has.
fn tier(name: &str) -> std::result::Result<Tier, String> {
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
fn size(text: &str) -> std::result::Result<usize, String> {
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

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Paragraph {
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
enum ChromeLevel {
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
enum Keep {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_make_sense_to_clap() {
        use clap::CommandFactory;
        Args::command().debug_assert();
    }

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
