//! Flags of `scan`.

use std::path::PathBuf;

use super::Common;

const AFTER_HELP: &str = "\
Examples:
  refrain scan crawl/                              what repeats, on the terminal
  refrain scan crawl/ -o found/                    and why: evidence files for other tools
  refrain scan pages.jsonl.zst --text-field body   a text that is named otherwise
  refrain scan data/documents --attributes data/attributes/refrain   for Dolma's mixer
  refrain scan crawl/ --progress json 2> log       how it gets on, as JSON lines";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ScanArgs {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Folder for pages.jsonl, chrome.jsonl, clusters.jsonl, pairs.tsv and summary.json
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Also write labels for other tools into DIR, in the layout of Dolma's attributes: a .gz for each
    /// input file, spans in code points
    #[arg(long, value_name = "DIR")]
    pub(crate) attributes: Option<PathBuf>,
}
