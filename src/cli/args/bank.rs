//! Flags of `refrain bank`, and those of `clean --bank`.

use std::{num::NonZeroUsize, path::PathBuf};

use crate::bank::{Day, Time};
use clap::Subcommand;

use super::{super::terminal::Verbosity, Common, Said, Work};

const AFTER_HELP: &str = "\
Examples:
  refrain bank learn monday.jsonl -o site.bank
  refrain bank merge site.bank tuesday.bank -o site.bank --force
  refrain bank show site.bank                     its sites and their most frequent lines
  refrain bank diff monday.bank site.bank         which lines are new, which are gone
  refrain bank prune site.bank --not-seen-since 2016-11-01 -o smaller.bank
  tail -f crawl.jsonl | refrain clean --bank site.bank -";

const LEARN: &str = "\
Examples:
  refrain bank learn monday.jsonl -o site.bank
  refrain bank learn crawl/ -o site.bank --day 2016-11-21   the day of pages without a date

To add pages to a bank while cleaning them: refrain clean --bank BANK --learn.";

const MERGE: &str = "\
Examples:
  refrain bank merge monday.bank tuesday.bank -o week.bank
  refrain bank merge site.bank tuesday.bank -o site.bank --force";

const SHOW: &str = "\
Examples:
  refrain bank show site.bank
  refrain bank show site.bank --site example.org --lines 50
  refrain bank show site.bank --json | jq .site   everything, as JSON lines";

const PRUNE: &str = "\
Examples:
  refrain bank prune site.bank --not-seen-since 2016-11-01 -o smaller.bank
  refrain bank prune site.bank --below 2 -o smaller.bank    only lines that repeat";

const DIFF: &str = "\
Examples:
  refrain bank diff monday.bank site.bank
  refrain bank diff monday.bank site.bank --lines 30 --pages 2";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct BankArgs {
    #[command(subcommand)]
    pub(crate) command: BankCommand,
}

impl BankArgs {
    /// How the command speaks.
    pub(crate) fn voice(&self) -> Verbosity {
        match &self.command {
            BankCommand::Learn(args) => args.common.said.voice(),
            BankCommand::Merge(args) => args.out.said.voice(),
            BankCommand::Prune(args) => args.out.said.voice(),
            BankCommand::Show(_) | BankCommand::Diff(_) => Verbosity::PLAIN,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum BankCommand {
    /// Make a bank from pages
    Learn(Box<BankLearnArgs>),
    /// Merge banks: the bank of all their pages, each page once
    Merge(BankMergeArgs),
    /// Print what a bank knows, and check all of it
    Show(BankShowArgs),
    /// Make a bank without old pages or rare lines
    Prune(BankPruneArgs),
    /// Print the lines that appeared and vanished between two banks, by site
    Diff(BankDiffArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = LEARN)]
pub(crate) struct BankLearnArgs {
    /// Write the bank to this file
    #[arg(short, long, value_name = "BANK")]
    pub(crate) output: PathBuf,
    /// Day of pages without a date, such as 2016-11-21
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) day: Option<Day>,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Where a bank that is made goes.
#[derive(Debug, clap::Args)]
pub(crate) struct BankOutput {
    /// Write the bank to this file
    #[arg(short, long, value_name = "BANK")]
    pub(crate) output: PathBuf,
    /// Replace the file if it exists; it may be one of the banks that are read
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) said: Said,
    #[command(flatten)]
    pub(crate) work: Work,
}

#[derive(Debug, clap::Args)]
#[command(after_help = MERGE)]
pub(crate) struct BankMergeArgs {
    /// Banks to merge
    #[arg(required = true, value_name = "BANK")]
    pub(crate) banks: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) out: BankOutput,
}

#[derive(Debug, clap::Args)]
#[command(after_help = SHOW)]
pub(crate) struct BankShowArgs {
    /// Bank to print
    #[arg(value_name = "BANK")]
    pub(crate) bank: PathBuf,
    /// Print only this site
    #[arg(long, value_name = "NAME")]
    pub(crate) site: Option<String>,
    /// Lines to print for each site [default: 6; with --json all]
    #[arg(long, value_name = "N")]
    pub(crate) lines: Option<usize>,
    /// Sites to print, those with most pages first [default: 12; with --json all]
    #[arg(long, value_name = "N")]
    pub(crate) sites: Option<usize>,
    /// Print JSON lines: the bank, then each site followed by its lines
    #[arg(long)]
    pub(crate) json: bool,
}

impl BankShowArgs {
    /// How many sites, and lines of each, are printed.
    pub(crate) fn most(&self) -> (usize, usize) {
        let most = |given: Option<usize>, usual| {
            given.unwrap_or(if self.json { usize::MAX } else { usual })
        };
        (most(self.sites, 12), most(self.lines, 6))
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = PRUNE)]
pub(crate) struct BankPruneArgs {
    /// Bank to prune
    #[arg(value_name = "BANK")]
    pub(crate) bank: PathBuf,
    /// Forget pages last seen before DATE, such as 2016-11-21, and the lines only they have
    #[arg(long, value_name = "DATE", value_parser = day, required_unless_present = "below")]
    pub(crate) not_seen_since: Option<Day>,
    /// Forget lines that fewer than N distinct pages of their site have
    #[arg(long, value_name = "N", conflicts_with = "not_seen_since")]
    pub(crate) below: Option<u32>,
    #[command(flatten)]
    pub(crate) out: BankOutput,
}

#[derive(Debug, clap::Args)]
#[command(after_help = DIFF)]
pub(crate) struct BankDiffArgs {
    /// The older bank
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The newer bank
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// Lines to print for each site that appeared, and as many that vanished
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) lines: usize,
    /// Print only lines on at least N distinct pages
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) pages: u32,
}

/// Labels by a bank.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "With a bank")]
pub(crate) struct ByBank {
    /// Label pages by BANK as they come, in one pass
    #[arg(long, value_name = "BANK", conflicts_with_all = ["memory", "work_folder"])]
    pub(crate) bank: Option<PathBuf>,
    /// Halve the weight of a line for every DAYS in which it was not seen
    ///
    /// A new line counts against the pages since it was first seen (see --new-after).
    #[arg(long, value_name = "DAYS", requires = "bank", hide_short_help = true)]
    half_life: Option<u32>,
    /// Distinct pages that a new line needs before it counts, with --half-life
    #[arg(
        long,
        value_name = "N",
        default_value_t = 3,
        requires = "half_life",
        hide_short_help = true
    )]
    new_after: u32,
    /// Day of pages without a date, such as 2016-11-21
    #[arg(long, value_name = "DATE", value_parser = day, requires = "bank", hide_short_help = true)]
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
    /// Add the pages to the bank, which is made if it does not exist
    #[arg(long, requires = "bank")]
    pub(crate) learn: bool,
    /// Save the bank after every PAGES pages and use it for the next ones
    #[arg(
        long,
        value_name = "PAGES",
        default_value = "10000",
        requires = "learn",
        hide_short_help = true
    )]
    pub(crate) commit_every: NonZeroUsize,
}

/// A day.
fn day(text: &str) -> Result<Day, String> {
    Day::of(text).ok_or_else(|| "not a date from 1970 on (write 2016-11-21)".to_owned())
}
