//! Flags of `clean`.

use std::path::PathBuf;

use super::{Chrome, Common, Copies, To, WithBank, WithIndex};

const AFTER_HELP: &str = "\
Examples:
  refrain clean crawl.jsonl.zst -o clean.jsonl.zst        compressed as its name says
  refrain clean crawl/ -o clean/ --copies drop            one output for each file
  zcat crawl.jsonl.gz | refrain clean - | next-tool
  refrain clean crawl.jsonl -o - --marks                  remove nothing, mark chrome and copies";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CleanArgs {
    /// Write to a file, to a folder (one file for each input file), or to `-`
    ///
    /// May be left out if the input is `-`.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// What to do with chrome
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    pub(crate) chrome: Chrome,
    /// What to do with copies [default: keep; with --index: mark]
    ///
    /// `drop` leaves out a page only if nine tenths of it are in its lead.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) copies: Option<Copies>,
    /// Remove nothing and mark everything: --chrome mark --copies mark
    ///
    /// Each page gets the fields `refrain.chrome`, byte spans in the text as it is written, and
    /// `refrain.cluster`, or null.
    #[arg(long, conflicts_with_all = ["chrome", "copies"])]
    pub(crate) marks: bool,
    /// Write pages in this form [default: that of the input; JSON lines for HTML and WARC]
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) to: Option<To>,
    /// Leave out pages without any text left
    #[arg(long)]
    pub(crate) drop_empty: bool,
    /// Also write the counts to FILE, as JSON
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) summary: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(flatten)]
    pub(crate) with_bank: WithBank,
    #[command(flatten)]
    pub(crate) with_index: WithIndex,
}
