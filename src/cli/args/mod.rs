//! Flags, as plain data. Help, and later the manual and the completions, are made from them.

mod bank;
mod common;
mod explain;
mod tune;
mod values;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(crate) use bank::{
    BankArgs, BankCommand, BankDiffArgs, BankLearnArgs, BankMergeArgs, BankOutput, BankPruneArgs,
    BankShowArgs, WithBank,
};
pub(crate) use common::{Common, Reading, Rules, Work};
pub(crate) use explain::ExplainArgs;
pub(crate) use tune::TuneArgs;
pub(crate) use values::{Chrome, Copies};
use values::{percent, size};

const AFTER_HELP: &str = "\
Examples:
  refrain scan crawl/ -o found/           what repeats and why
  refrain clean crawl.jsonl.zst -o clean.jsonl.zst
  zcat crawl.jsonl.gz | refrain clean - | next-tool
  refrain report found/ --pages crawl/    found/report.html, with copies side by side
  refrain explain crawl/ --page ID        why its paragraphs are chrome or not
  refrain bench --generate 1GB            what this machine does

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
    /// Keep what was learnt: learn, merge, show, prune and compare banks
    Bank(BankArgs),
    /// How fast this machine does it, on your own pages or on generated ones
    Bench(BenchArgs),
    /// What a scan found, as one HTML file to be looked at
    Report(ReportArgs),
    /// Why a paragraph is chrome or not; why two pages are copies or not
    Explain(ExplainArgs),
    /// Which bands and rows find pairs of a resemblance; measured on your own pages
    Tune(TuneArgs),
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
    #[command(flatten)]
    pub(crate) with_bank: WithBank,
    /// Also write the counts as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) summary: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct BenchArgs {
    /// Files or folders: JSON lines or text, plain, gzip or zstd
    #[arg(required_unless_present = "generate", value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Measure on so much generated text, of which the truth is known (units: K, M, G and KiB, MiB, GiB)
    #[arg(long, value_name = "SIZE", value_parser = size, conflicts_with = "inputs")]
    pub(crate) generate: Option<usize>,
    /// Sites of the generated text [default: 400]
    #[arg(long, value_name = "N")]
    pub(crate) sites: Option<u32>,
    /// Equal seeds give equal text [default: 1]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// About how many of a hundred generated characters are chrome [default: 15]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) chrome: Option<u32>,
    /// How many of a hundred generated pages of news print the story of an agency [default: 20]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) copies: Option<u32>,
    /// Keep the generated text as FILE
    #[arg(long, value_name = "FILE")]
    pub(crate) keep_text: Option<PathBuf>,
    /// Measure so often and take the median
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) runs: usize,
    /// Measure single steps on the first SIZE of the input, held in memory
    #[arg(long, value_name = "SIZE", default_value = "64MB", value_parser = size)]
    pub(crate) sample: usize,
    /// Write the figures as JSON to FILE, or `-`
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Replace files that are there already
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) work: Work,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) rules: Rules,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ReportArgs {
    /// Folder that `refrain scan -o DIR` wrote
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// File for the report, or `-` [default: report.html in DIR]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The inputs that were scanned, in the same order: lead and copy are shown with their texts
    #[arg(long, value_name = "INPUT", num_args = 1..)]
    pub(crate) pages: Vec<PathBuf>,
    /// Most text of pages that the report takes in (units: K, M, G and KiB, MiB, GiB)
    #[arg(long, value_name = "SIZE", default_value = "32MiB", value_parser = size)]
    pub(crate) text_limit: usize,
    /// Replace a report that is there already
    #[arg(long)]
    pub(crate) force: bool,
    /// Print nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) work: Work,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_make_sense_to_clap() {
        use clap::CommandFactory;
        Args::command().debug_assert();
    }
}
