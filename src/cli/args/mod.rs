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

use crate::Result;
use clap::{Parser, Subcommand};

use super::terminal::{Colour, Verbosity};

pub(crate) use bank::{
    BankArgs, BankCommand, BankDiffArgs, BankLearnArgs, BankMergeArgs, BankOutput, BankPruneArgs,
    BankShowArgs, ByBank, WithBank,
};
pub(crate) use bench::BenchArgs;
pub(crate) use clean::CleanArgs;
pub(crate) use common::{Common, FileArgs, FilesFrom, Said, Tolerance};
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
  refrain scan crawl/ -o found/           what repeats, with evidence
  refrain clean crawl.jsonl.zst -o clean.jsonl.zst
  zcat crawl.jsonl.gz | refrain clean - | next-tool
  refrain report found/ --pages crawl/    found/report.html, with copies side by side
  refrain explain crawl/ --page ID        why its paragraphs are chrome or not

Exit status: 0 done; 1 done, but some records could not be used; 2 wrong command line or
settings; 3 an input cannot be used; 4 the machine failed (disk full, no permission);
130 interrupted; 143 terminated.";

/// Headings of the help, for flags that more than one struct declares.
const RULES: &str = "What is chrome, what is a copy";
const INPUT: &str = "Input";
const RUNNING: &str = "Running";

/// Finds text that repeats across scraped web pages: site chrome, and copies of one story.
#[derive(Debug, Parser)]
#[command(version, after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// When to colour what is printed
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        global = true,
        hide_short_help = true
    )]
    pub(crate) color: Colour,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// A folder for what is on disk was named, from which another run can go on.
    pub(crate) fn has_work_folder(&self) -> bool {
        match &self.command {
            Command::Scan(args) => args.common.has_work_folder(),
            Command::Clean(args) => args.common.has_work_folder(),
            Command::Index(args) => args.has_work_folder(),
            _ => false,
        }
    }

    /// Puts inputs that stand in lists, and what patterns stand for, among those that are named.
    pub(crate) fn name_inputs(&mut self) -> Result<()> {
        match &mut self.command {
            Command::Scan(args) => args.common.name_inputs(),
            Command::Clean(args) => args.common.name_inputs(),
            Command::Bank(BankArgs { command: BankCommand::Learn(args) }) => {
                args.common.name_inputs()
            }
            Command::Index(args) => args.name_inputs(),
            Command::Explain(args) => args.from.name(&mut args.inputs),
            // It has something to say without pages, too.
            Command::Tune(args) if !args.inputs.is_empty() || !args.from.is_empty() => {
                args.from.name(&mut args.inputs)
            }
            _ => Ok(()),
        }
    }

    /// How the command speaks.
    pub(crate) fn voice(&self) -> Verbosity {
        match &self.command {
            Command::Scan(args) => args.common.said.voice(),
            Command::Clean(args) => args.common.said.voice(),
            Command::Bank(args) => args.voice(),
            Command::Index(args) => args.voice(),
            Command::Report(args) => args.said.voice(),
            Command::Explain(args) => args.said.voice(),
            Command::Tune(args) => args.said.voice(),
            Command::Bench(_) | Command::Config(_) | Command::Man(_) | Command::Completions(_) => {
                Verbosity::PLAIN
            }
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find chrome and copies: print a summary, write evidence files
    Scan(ScanArgs),
    /// Write the pages without chrome; keep, mark or drop copies
    Clean(CleanArgs),
    /// Make one HTML file of a scan, to look at in a browser
    Report(ReportArgs),
    /// Show why a paragraph is chrome or not, and why two pages are copies or not
    Explain(ExplainArgs),
    /// Remember what sites repeat: learn, merge, show, prune and compare banks
    Bank(BankArgs),
    /// Remember what pages said, as hashes, to find copies on later days
    Index(IndexArgs),
    /// Print the settings in force, and where each comes from
    Config(ConfigArgs),
    /// Choose MinHash bands and rows, and measure them on your own pages
    Tune(TuneArgs),
    /// Measure speed, on generated pages or on your own
    Bench(BenchArgs),
    /// Print the manual
    Man(ManArgs),
    /// Print completions for a shell
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

    /// Calls `each` with the name of every command and with the command.
    fn each_command(
        above: &str,
        command: &clap::Command,
        each: &mut dyn FnMut(&str, &clap::Command),
    ) {
        for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
            let name = format!("{above}{}", command.get_name());
            each(&name, command);
            each_command(&format!("{name} "), command, each);
        }
    }

    /// A heading does not leak to flags that are declared after a group of flags.
    #[test]
    fn flags_have_the_same_heading_in_every_command() {
        use clap::CommandFactory;
        let mut headings = std::collections::BTreeMap::new();
        each_command("", &Args::command(), &mut |name, command| {
            for arg in command.get_arguments().filter(|arg| !arg.is_positional()) {
                let id = arg.get_id().as_str().to_owned();
                let heading = arg.get_help_heading().map(str::to_owned);
                let here = (heading, name.to_owned());
                let first = headings.entry(id.clone()).or_insert_with(|| here.clone());
                // Two flags of one name: of a command of its own, and of `clean` with a bank.
                let is_two = ["day", "commit_every"].contains(&id.as_str());
                assert!(first.0 == here.0 || is_two, "--{id}: {first:?} and {here:?}");
            }
        });
        let of = |id: &str| headings[id].0.clone();
        for id in ["output", "force", "quiet", "chrome", "summary", "page", "pages", "json"] {
            assert_eq!(of(id), None, "--{id}");
        }
        for (id, heading) in [
            ("chrome_level", RULES),
            ("seeds", RULES),
            ("text_field", INPUT),
            ("rejects", INPUT),
            ("memory", RUNNING),
            ("config", RUNNING),
            ("bank", "With a bank"),
            ("index", "With an index"),
        ] {
            assert_eq!(of(id).as_deref(), Some(heading), "--{id}");
        }
    }

    /// Rows of a terminal that most people have at least.
    const ROWS: usize = 50;

    #[test]
    fn short_help_fits_a_screen_and_ends_in_examples() {
        use clap::CommandFactory;
        each_command("", &Args::command(), &mut |name, command| {
            let help = command.clone().term_width(100).render_help().to_string();
            let rows = help.lines().count();
            assert!(rows <= ROWS, "refrain {name} -h has {rows} rows:\n{help}");
            assert!(help.contains("\nExamples:\n"), "refrain {name} -h has no examples");
        });
    }
}
