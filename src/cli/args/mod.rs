//! Flags, as plain data. Help, the manual and the completions are made from them.

mod bank;
mod bench;
mod clean;
mod common;
mod config;
mod explain;
mod index;
mod manual;
mod method;
mod report;
mod scan;
mod tune;
mod values;

use clap::{Parser, Subcommand};

use super::terminal::Voice;

pub(crate) use bank::{
    BankArgs, BankCommand, BankDiffArgs, BankLearnArgs, BankMergeArgs, BankOutput, BankPruneArgs,
    BankShowArgs, ByBank, WithBank,
};
pub(crate) use bench::BenchArgs;
pub(crate) use clean::CleanArgs;
pub(crate) use common::{Common, FileArgs, Said, Tolerance};
pub(crate) use config::ConfigArgs;
pub(crate) use explain::ExplainArgs;
pub(crate) use index::{
    IndexAddArgs, IndexArgs, IndexClustersArgs, IndexCommand, IndexCompactArgs, IndexDiffArgs,
    IndexFindArgs, IndexShowArgs, WithIndex,
};
pub(crate) use manual::{CompletionsArgs, ManArgs, Shell};
pub(crate) use method::{Method, Reading, Work};
pub(crate) use report::ReportArgs;
pub(crate) use scan::ScanArgs;
pub(crate) use tune::TuneArgs;
pub(crate) use values::{Chrome, Copies, To};

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

impl Args {
    /// How the command speaks.
    pub(crate) fn voice(&self) -> Voice {
        match &self.command {
            Command::Scan(args) => args.common.said.voice(),
            Command::Clean(args) => args.common.said.voice(),
            Command::Bank(args) => args.voice(),
            Command::Index(args) => args.voice(),
            Command::Report(args) => args.said.voice(),
            Command::Explain(args) => args.said.voice(),
            Command::Tune(args) => args.said.voice(),
            Command::Bench(_) | Command::Config(_) | Command::Man(_) | Command::Completions(_) => {
                Voice::PLAIN
            }
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What repeats and why: a summary here, evidence files in a folder
    Scan(ScanArgs),
    /// The pages without chrome; copies kept, marked or dropped
    Clean(CleanArgs),
    /// Keep what was learnt: learn, merge, show, prune and compare banks
    Bank(BankArgs),
    /// Keep what pages said, as hashes: tomorrow's copies of them are found
    Index(IndexArgs),
    /// How fast this machine does it, on your own pages or on generated ones
    Bench(BenchArgs),
    /// What a scan found, as one HTML file to be looked at
    Report(ReportArgs),
    /// Why a paragraph is chrome or not; why two pages are copies or not
    Explain(ExplainArgs),
    /// Which bands and rows find pairs of a resemblance; measured on your own pages
    Tune(TuneArgs),
    /// What is in force: flags, the file refrain.toml, and what is usual
    Config(ConfigArgs),
    /// The manual, made from the same flags
    Man(ManArgs),
    /// Completions for a shell, made from the same flags
    Completions(CompletionsArgs),
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
