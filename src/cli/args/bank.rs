//! Flags of `refrain bank`, and those of `clean --bank`.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::Subcommand;
use refrain::chrome::{Day, Time};

use super::{super::terminal::Voice, Common, Said, Work};

const AFTER_HELP: &str = "\
Examples:
  refrain bank learn monday.jsonl -o site.bank
  refrain bank merge site.bank tuesday.bank -o site.bank --force
  refrain bank show site.bank                     sites, and the lines that most pages have
  refrain bank diff monday.bank site.bank         which lines are new, which are gone
  refrain bank prune site.bank --not-seen-since 2016-11-01 -o smaller.bank
  tail -f crawl.jsonl | refrain clean --bank site.bank -";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct BankArgs {
    #[command(subcommand)]
    pub(crate) command: BankCommand,
}

impl BankArgs {
    /// How the command speaks.
    pub(crate) fn voice(&self) -> Voice {
        match &self.command {
            BankCommand::Learn(args) => args.common.said.voice(),
            BankCommand::Merge(args) => args.out.said.voice(),
            BankCommand::Prune(args) => args.out.said.voice(),
            BankCommand::Show(_) | BankCommand::Diff(_) => Voice::PLAIN,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum BankCommand {
    /// Learn a bank from pages
    Learn(Box<BankLearnArgs>),
    /// Unite banks: the bank of all their pages, in any order, each page once
    Merge(BankMergeArgs),
    /// What a bank knows; checks all of it
    Show(BankShowArgs),
    /// A bank without what is old or rare
    Prune(BankPruneArgs),
    /// Lines that appeared and vanished from one bank to the next, by site
    Diff(BankDiffArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct BankLearnArgs {
    #[command(flatten)]
    pub(crate) common: Common,
    /// File for the bank
    #[arg(short, long, value_name = "BANK")]
    pub(crate) output: PathBuf,
    /// The day of pages that do not say theirs (2016-11-21)
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) day: Option<Day>,
}

/// Where a bank that is made goes.
#[derive(Debug, clap::Args)]
pub(crate) struct BankOutput {
    /// File for the bank
    #[arg(short, long, value_name = "BANK")]
    pub(crate) output: PathBuf,
    /// Replace it if it is there already; it may be one of those that are read
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) said: Said,
    #[command(flatten)]
    pub(crate) work: Work,
}

#[derive(Debug, clap::Args)]
pub(crate) struct BankMergeArgs {
    /// Banks
    #[arg(required = true, value_name = "BANK")]
    pub(crate) banks: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) out: BankOutput,
}

#[derive(Debug, clap::Args)]
pub(crate) struct BankShowArgs {
    /// A bank
    #[arg(value_name = "BANK")]
    pub(crate) bank: PathBuf,
    /// Only this site
    #[arg(long, value_name = "NAME")]
    pub(crate) site: Option<String>,
    /// Lines shown of each site
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub(crate) lines: usize,
    /// Sites shown, those with most pages first
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub(crate) sites: usize,
}

#[derive(Debug, clap::Args)]
pub(crate) struct BankPruneArgs {
    /// A bank
    #[arg(value_name = "BANK")]
    pub(crate) bank: PathBuf,
    /// Forget pages that were last seen before DATE (2016-11-21), and what only they have
    #[arg(long, value_name = "DATE", value_parser = day, required_unless_present = "below")]
    pub(crate) not_seen_since: Option<Day>,
    /// Forget lines that fewer than N distinct pages of their site have
    #[arg(long, value_name = "N", conflicts_with = "not_seen_since")]
    pub(crate) below: Option<u32>,
    #[command(flatten)]
    pub(crate) out: BankOutput,
}

#[derive(Debug, clap::Args)]
pub(crate) struct BankDiffArgs {
    /// The older bank
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The newer bank
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// Lines shown of each site that appeared, and as many that vanished
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) lines: usize,
    /// Least distinct pages of a line
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) pages: u32,
}

/// Labels by a bank.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "With a bank")]
pub(crate) struct ByBank {
    /// Label with what BANK knows, page by page as they come, in one pass
    #[arg(long, value_name = "BANK", conflicts_with_all = ["memory", "work_folder"])]
    pub(crate) bank: Option<PathBuf>,
    /// A line that was not seen for DAYS counts half; one that is new counts against the pages since it
    /// was first seen
    #[arg(long, value_name = "DAYS", requires = "bank")]
    half_life: Option<u32>,
    /// Distinct pages after which a new line counts so
    #[arg(long, value_name = "N", default_value_t = 3, requires = "half_life")]
    new_after: u32,
    /// The day of pages that do not say theirs (2016-11-21)
    #[arg(long, value_name = "DATE", value_parser = day, requires = "bank")]
    day: Option<Day>,
}

impl ByBank {
    /// How counts age.
    pub(crate) fn time(&self) -> Time {
        Time {
            today: self.day.unwrap_or_default(),
            half_life: self.half_life,
            new_after: self.new_after,
        }
    }
}

/// Cleaning with a bank.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "With a bank")]
pub(crate) struct WithBank {
    #[command(flatten)]
    pub(crate) by: ByBank,
    /// Add the pages to the bank, which is begun if it is not there
    #[arg(long, requires = "bank")]
    pub(crate) learn: bool,
    /// Write the bank after so many pages, and at the end; the pages after that are labelled with it
    #[arg(long, value_name = "PAGES", default_value = "10000", requires = "learn")]
    pub(crate) commit_every: NonZeroUsize,
}

/// A day.
fn day(text: &str) -> Result<Day, String> {
    Day::of(text).ok_or_else(|| "no date from 1970 on (write 2016-11-21)".to_owned())
}
