//! Flags of `report`.

use std::path::PathBuf;

use super::{FileArgs, Reading, Said, Work, values::size};

const AFTER_HELP: &str = "\
Examples:
  refrain report found/                          found/report.html
  refrain report found/ --pages crawl/           with copies side by side
  refrain report found/ -o - > report.html";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ReportArgs {
    /// Folder written by `refrain scan -o DIR`
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Write the report to FILE [default: DIR/report.html]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Inputs of the scan, in the same order, to show the texts of leads and copies
    #[arg(long, value_name = "INPUT", num_args = 1..)]
    pub(crate) pages: Vec<PathBuf>,
    /// Include at most SIZE of page text
    #[arg(
        long,
        value_name = "SIZE",
        default_value = "32MiB",
        value_parser = size,
        hide_short_help = true
    )]
    pub(crate) text_limit: usize,
    /// Replace a report that exists
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) said: Said,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) work: Work,
    #[command(flatten)]
    pub(crate) file: FileArgs,
}
