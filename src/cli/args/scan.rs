//! Flags of `scan`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Common;
use crate::evidence::EvidenceRows;

const AFTER_HELP: &str = "\
Examples:
  refrain scan crawl/                              print what repeats
  refrain scan crawl/ -o found/                    and write the evidence to files
  refrain scan pages.jsonl.zst --text-field body   the text is in the field `body`
  refrain scan crawl/ --memory 2GiB --work work/   a corpus larger than memory
  refrain scan data/documents --attributes data/attributes/refrain   for Dolma's mixer
  refrain scan crawl/ --only clusters | jq .lead   rows of evidence as JSON lines, for a pipe
  refrain scan crawl/ --progress json 2> log       progress as JSON lines";

/// Rows of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rows {
    /// A row for each page
    Pages,
    /// A row for each line of chrome of a site
    Chrome,
    /// A row for each lead with its copies
    Clusters,
    /// A row for each pair of copies
    Pairs,
}

impl From<Rows> for EvidenceRows {
    fn from(rows: Rows) -> EvidenceRows {
        match rows {
            Rows::Pages => EvidenceRows::Pages,
            Rows::Chrome => EvidenceRows::Chrome,
            Rows::Clusters => EvidenceRows::Clusters,
            Rows::Pairs => EvidenceRows::Pairs,
        }
    }
}

impl ScanArgs {
    /// The rows that are printed, each kind once; none if a summary is.
    pub(crate) fn printed(&self) -> Vec<EvidenceRows> {
        let is_asked = self.json || self.output.as_deref() == Some(Path::new("-"));
        let all = Rows::value_variants().iter().copied();
        let is_wanted = |rows: &Rows| match &self.only[..] {
            [] => is_asked,
            only => only.contains(rows),
        };
        all.filter(is_wanted).map(EvidenceRows::from).collect()
    }

    /// The folder that evidence is written to.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.output.as_deref().filter(|dir| *dir != Path::new("-"))
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ScanArgs {
    /// Write pages.jsonl, chrome.jsonl, clusters.jsonl, pairs.tsv and summary.json into DIR; `-` is --json
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Print the evidence instead of a summary: JSON lines, whose `row` says what each is
    #[arg(long)]
    pub(crate) json: bool,
    /// Print only these rows, as with --json
    #[arg(long, value_enum, value_name = "ROWS", value_delimiter = ',')]
    pub(crate) only: Vec<Rows>,
    /// Also write labels into DIR, in the attribute layout of Dolma
    ///
    /// One .gz file for each input file; spans are counted in code points.
    #[arg(long, value_name = "DIR", hide_short_help = true)]
    pub(crate) attributes: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
}
