//! Flags of `refrain index`.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::Subcommand;

use crate::Result;

use super::{super::terminal::Verbosity, ByBank, Common, Said};

const AFTER_HELP: &str = "\
Examples:
  refrain index add seen.index monday.jsonl                chrome is learnt from these pages
  refrain index add seen.index tuesday.jsonl --bank site.bank
  refrain index find seen.index wednesday.jsonl --bank site.bank -o found.jsonl
  refrain clean wednesday.jsonl --index seen.index --copies drop -o new.jsonl
  refrain clean thursday.jsonl --index seen.index --add --copies drop -o new.jsonl
  refrain index clusters seen.index -o clusters.jsonl      all its pages, compared with each other
  refrain index diff seen.index monday.jsonl tuesday.jsonl what one run over all of them changes";

const ADD: &str = "\
Examples:
  refrain index add seen.index monday.jsonl --bank site.bank
  refrain index add seen.index crawl/                      chrome is learnt from these pages

Pages that are in the index already are not added again, so a killed run is simply run again.";

const FIND: &str = "\
Examples:
  refrain index find seen.index tuesday.jsonl --bank site.bank -o found.jsonl
  refrain index find seen.index page.html                  print to standard output";

const CLUSTERS: &str = "\
Examples:
  refrain index clusters seen.index -o clusters.jsonl
  refrain index clusters seen.index --keep earliest | wc -l";

const CHANGED: &str = "\
Examples:
  refrain index diff seen.index monday.jsonl tuesday.jsonl -o diff.jsonl

Name the inputs that were added, in the order in which they were added.";

const COMPACT: &str = "\
Examples:
  refrain index compact seen.index";

const SHOW: &str = "\
Examples:
  refrain index show seen.index
  refrain index show seen.index --json | jq .pages";

/// Cleaning with an index.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "With an index")]
pub(crate) struct WithIndex {
    /// Look for copies of pages that are in INDEX
    ///
    /// The field `refrain.known` names the known page; with --copies drop the copy is left out.
    #[arg(long, value_name = "INDEX")]
    pub(crate) index: Option<PathBuf>,
    /// Add the pages to INDEX, which is made if it does not exist
    ///
    /// The index stores what happened to each page: one that is dropped now is never the reason to drop
    /// another one later.
    #[arg(long, requires = "index")]
    pub(crate) add: bool,
    /// Write the known pages that each page copies to FILE, as `index find` does
    #[arg(long, value_name = "FILE", requires = "index", hide_short_help = true)]
    pub(crate) found: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct IndexArgs {
    #[command(subcommand)]
    pub(crate) command: IndexCommand,
}

impl IndexArgs {
    /// A folder for what is on disk was named.
    pub(crate) fn has_work_folder(&self) -> bool {
        match &self.command {
            IndexCommand::Add(args) => args.common.has_work_folder(),
            IndexCommand::Find(args) => args.common.has_work_folder(),
            IndexCommand::Diff(args) => args.common.has_work_folder(),
            IndexCommand::Clusters(_) | IndexCommand::Compact(_) | IndexCommand::Show(_) => false,
        }
    }

    /// Puts the inputs that are named otherwise among the others.
    pub(crate) fn name_inputs(&mut self) -> Result<()> {
        match &mut self.command {
            IndexCommand::Add(args) => args.common.name_inputs(),
            IndexCommand::Find(args) => args.common.name_inputs(),
            IndexCommand::Diff(args) => args.common.name_inputs(),
            _ => Ok(()),
        }
    }

    /// How the command speaks.
    pub(crate) fn voice(&self) -> Verbosity {
        match &self.command {
            IndexCommand::Add(args) => args.common.said.voice(),
            IndexCommand::Find(args) => args.common.said.voice(),
            IndexCommand::Clusters(args) => args.said.voice(),
            IndexCommand::Diff(args) => args.common.said.voice(),
            IndexCommand::Compact(args) => args.said.voice(),
            IndexCommand::Show(_) => Verbosity::PLAIN,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum IndexCommand {
    /// Add pages to an index
    Add(Box<IndexAddArgs>),
    /// Find the known pages that new pages copy
    Find(Box<IndexFindArgs>),
    /// Compare all pages of an index with each other, as a scan does
    Clusters(Box<IndexClustersArgs>),
    /// Print the labels and clusters that one run over all pages changes
    Diff(Box<IndexDiffArgs>),
    /// Make one file of all segments; `add` does most of that by itself
    Compact(IndexCompactArgs),
    /// Print the size of an index, and check all of it
    Show(IndexShowArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = ADD)]
pub(crate) struct IndexAddArgs {
    /// Folder of the index, made if it does not exist
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    /// Save the index after every PAGES pages [default: after about 256 MB]
    #[arg(long, value_name = "PAGES", hide_short_help = true)]
    pub(crate) commit_every: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(flatten)]
    pub(crate) by: ByBank,
}

#[derive(Debug, clap::Args)]
#[command(after_help = FIND)]
pub(crate) struct IndexFindArgs {
    /// Folder of the index
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    /// Write one JSON line for each page that is a copy to FILE
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(flatten)]
    pub(crate) by: ByBank,
}

#[derive(Debug, clap::Args)]
#[command(after_help = CLUSTERS)]
pub(crate) struct IndexClustersArgs {
    /// Folder of the index
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    /// Write the clusters to FILE
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) said: Said,
    #[command(flatten)]
    pub(crate) method: super::Method,
}

#[derive(Debug, clap::Args)]
#[command(after_help = CHANGED)]
pub(crate) struct IndexDiffArgs {
    /// Folder of the index
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    /// Write the differences to FILE
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, clap::Args)]
#[command(after_help = COMPACT)]
pub(crate) struct IndexCompactArgs {
    /// Folder of the index
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    #[command(flatten)]
    pub(crate) said: Said,
}

#[derive(Debug, clap::Args)]
#[command(after_help = SHOW)]
pub(crate) struct IndexShowArgs {
    /// Folder of the index
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
