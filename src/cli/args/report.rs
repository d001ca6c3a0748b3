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
    /// Folder that `refrain scan -o DIR` wrote
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// File for the report, or `-` [default: report.html in DIR]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The inputs that were scanned, in the same order: lead and copy are shown with their texts
    #[arg(long, value_name = "INPUT", num_args = 1..)]
    pub(crate) pages: Vec<PathBuf>,
    /// Most text of pages that the report takes in (units: K, M, G and KiB, MiB, GiB)
    #[arg(long, value_name = "SIZE", default_value = "32MiB", value_parser = size)]
    pub(crate) text_limit: usize,
    /// Replace a report that is there already
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) said: Said,
    #[command(flatten)]
    pub(crate) file: FileArgs,
    #[command(flatten)]
    pub(crate) work: Work,
    #[command(flatten)]
    pub(crate) reading: Reading,
}
