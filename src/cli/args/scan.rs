//! Flags of `scan`.

use std::path::PathBuf;

use super::Common;

const AFTER_HELP: &str = "\
Examples:
  refrain scan crawl/                              print what repeats
  refrain scan crawl/ -o found/                    and write the evidence to files
  refrain scan pages.jsonl.zst --text-field body   the text is in the field `body`
  refrain scan crawl/ --memory 2GiB --work work/   a corpus larger than memory
  refrain scan data/documents --attributes data/attributes/refrain   for Dolma's mixer
  refrain scan crawl/ --progress json 2> log       progress as JSON lines";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ScanArgs {
    /// Write pages.jsonl, chrome.jsonl, clusters.jsonl, pairs.tsv and summary.json into DIR
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Also write labels into DIR, in the attribute layout of Dolma
    ///
    /// One .gz file for each input file; spans are counted in code points.
    #[arg(long, value_name = "DIR", hide_short_help = true)]
    pub(crate) attributes: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
}
