//! Flags of `explain`.

use std::path::PathBuf;

use super::{FilesFrom, Method, Said};

const AFTER_HELP: &str = "\
Examples:
  refrain explain crawl/ --page ID                    the paragraphs of a page with their labels
  refrain explain crawl/ --page ID --number 12        why this one has its label
  refrain explain crawl/ --page ID --text \"donate\"    the same, found by its words
  refrain explain crawl/ --pages ID1 ID2              what two pages share, and whether it is enough
  refrain explain crawl/ --page ID --json | jq .label the same for a program

The whole input is read, because a label depends on all pages of a site. A page is named by its
id, or by # and its number in the input, from 1. Paragraphs count from 0, as in pages.jsonl.";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
#[group(id = "asked", required = true, multiple = false, args = ["page", "pages"])]
pub(crate) struct ExplainArgs {
    /// Files, folders, or `-` for standard input [default: what is piped in]
    ///
    /// JSON lines, text, CSV, Parquet, HTML, WARC, ARC or WET; plain or compressed. A name with `*`, `?` or `[` in it
    /// stands for the files that match it.
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) from: FilesFrom,
    /// Page to explain; alone, lists its paragraphs
    #[arg(long, value_name = "ID")]
    pub(crate) page: Option<String>,
    /// Paragraph to explain, by its number from 0
    #[arg(short, long, value_name = "N", requires = "page", conflicts_with = "text")]
    pub(crate) number: Option<usize>,
    /// Paragraph to explain, by words in it
    #[arg(long, value_name = "WORDS", requires = "page")]
    pub(crate) text: Option<String>,
    /// Two pages to compare
    #[arg(long, num_args = 2, value_names = ["ID1", "ID2"])]
    pub(crate) pages: Option<Vec<String>>,
    /// Print shared passages in full
    #[arg(long)]
    pub(crate) full: bool,
    /// Print JSON lines: a page followed by its paragraphs, one paragraph, or two pages
    #[arg(long, conflicts_with = "full")]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) said: Said,
    #[command(flatten)]
    pub(crate) method: Method,
}
