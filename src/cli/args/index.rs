//! Flags of `refrain index`.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::Subcommand;

use super::{super::terminal::Voice, ByBank, Common, Said};

const AFTER_HELP: &str = "\
Examples:
  refrain index add seen.index monday.jsonl                learn chrome from the pages themselves
  refrain index add seen.index tuesday.jsonl --bank site.bank
  refrain index find seen.index wednesday.jsonl --bank site.bank -o found.jsonl
  refrain clean wednesday.jsonl --index seen.index --copies drop -o new.jsonl
  refrain clean thursday.jsonl --index seen.index --add --copies drop -o new.jsonl
  refrain index clusters seen.index -o clusters.jsonl      all its pages with each other
  refrain index diff seen.index monday.jsonl tuesday.jsonl what one run over all of them says otherwise";

/// Cleaning with an index.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "With an index")]
pub(crate) struct WithIndex {
    /// Look pages up in INDEX: copies of pages that are there are marked (the field `refrain.known`), or dropped with
    /// --copies drop
    #[arg(long, value_name = "INDEX")]
    pub(crate) index: Option<PathBuf>,
    /// Add the pages to INDEX, which is made if it is not there, and what became of each: one that is dropped now is never
    /// the reason to drop another later
    #[arg(long, requires = "index")]
    pub(crate) add: bool,
    /// Write the known pages that each page copies to FILE, as `index find` does
    #[arg(long, value_name = "FILE", requires = "index")]
    pub(crate) found: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct IndexArgs {
    #[command(subcommand)]
    pub(crate) command: IndexCommand,
}

impl IndexArgs {
    /// How the command speaks.
    pub(crate) fn voice(&self) -> Voice {
        match &self.command {
            IndexCommand::Add(args) => args.common.said.voice(),
            IndexCommand::Find(args) => args.common.said.voice(),
            IndexCommand::Clusters(args) => args.said.voice(),
            IndexCommand::Diff(args) => args.common.said.voice(),
            IndexCommand::Compact(args) => args.said.voice(),
            IndexCommand::Show(_) => Voice::PLAIN,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum IndexCommand {
    /// Add pages, those that it has not got yet; a killed run is simply run again
    Add(Box<IndexAddArgs>),
    /// Known pages that new pages copy, one JSON line for each page that copies any
    Find(Box<IndexFindArgs>),
    /// All its pages compared with each other, as `clusters.jsonl` of a scan
    Clusters(Box<IndexClustersArgs>),
    /// What one run over all its pages says otherwise: labels that later pages changed, and clusters
    Diff(Box<IndexDiffArgs>),
    /// Make one file of all; adding does most of that by itself
    Compact(IndexCompactArgs),
    /// How large it is; checks all of it
    Show(IndexShowArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct IndexAddArgs {
    /// Folder of the index, made if it is not there
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    /// Make pages part of the index after so many, and at the end [default: when they fill some 256 MB]
    #[arg(long, value_name = "PAGES")]
    pub(crate) commit_every: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(flatten)]
    pub(crate) by: ByBank,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IndexFindArgs {
    /// Folder of the index
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(flatten)]
    pub(crate) by: ByBank,
    /// File for what is found, or `-`
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IndexClustersArgs {
    /// Folder of the index
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    /// File for the clusters, or `-`
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
    /// Replace the file if it is there already
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) said: Said,
    #[command(flatten)]
    pub(crate) method: super::Method,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IndexDiffArgs {
    /// Folder of the index
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    #[command(flatten)]
    pub(crate) common: Common,
    /// File for what differs, or `-`
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IndexCompactArgs {
    /// Folder of the index
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    #[command(flatten)]
    pub(crate) said: Said,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IndexShowArgs {
    /// Folder of the index
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
}
