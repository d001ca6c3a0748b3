//! Flags of `clean`.

use std::path::PathBuf;

use super::{Chrome, Common, Copies, To, WithBank, WithIndex};

const AFTER_HELP: &str = "\
Examples:
  refrain clean crawl.jsonl.zst -o clean.jsonl.zst        as compressed as it came
  refrain clean crawl/ -o clean/ --copies drop            one output for each file
  zcat crawl.jsonl.gz | refrain clean - | next-tool
  refrain clean crawl.jsonl -o - --marks                  what is chrome and what a copy, nothing taken out";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
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
    /// [default: keep, or mark with --index]
    #[arg(long, value_enum)]
    pub(crate) copies: Option<Copies>,
    /// Take nothing out and say everything: as --chrome mark --copies mark. Every page has the fields
    /// `refrain.chrome`, byte spans in the text as it is written, and `refrain.cluster`, or null
    #[arg(long, conflicts_with_all = ["chrome", "copies"])]
    pub(crate) marks: bool,
    /// In which form pages are written [default: the input's own; JSON lines for HTML and WARC]
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) to: Option<To>,
    /// Leave out pages that have no text left
    #[arg(long)]
    pub(crate) drop_empty: bool,
    #[command(flatten)]
    pub(crate) with_bank: WithBank,
    #[command(flatten)]
    pub(crate) with_index: WithIndex,
    /// Also write the counts as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) summary: Option<PathBuf>,
}
