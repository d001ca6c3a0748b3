//! Flags of `bench`.

use std::path::PathBuf;

use super::{
    Method,
    values::{percent, size},
};

const AFTER_HELP: &str = "\
Examples:
  refrain bench --generate 1GB                       what this machine does
  refrain bench crawl/ --runs 5                      on your own pages
  refrain bench --generate 500MB --json figures.json";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct BenchArgs {
    /// Files or folders: JSON lines, text, CSV, Parquet, HTML, WARC or WET, plain,
    /// gzip or zstd
    #[arg(required_unless_present = "generate", value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Measure on so much generated text, of which the truth is known (units: K, M, G and KiB, MiB, GiB)
    #[arg(long, value_name = "SIZE", value_parser = size, conflicts_with = "inputs")]
    pub(crate) generate: Option<usize>,
    /// Sites of the generated text [default: 400]
    #[arg(long, value_name = "N")]
    pub(crate) sites: Option<u32>,
    /// Equal seeds give equal text [default: 1]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// About how many of a hundred generated characters are chrome [default: 15]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) chrome: Option<u32>,
    /// How many of a hundred generated pages of news print the story of an agency [default: 20]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) copies: Option<u32>,
    /// Keep the generated text as FILE
    #[arg(long, value_name = "FILE")]
    pub(crate) keep_text: Option<PathBuf>,
    /// Measure so often and take the median
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) runs: usize,
    /// Measure single steps on the first SIZE of the input, held in memory
    #[arg(long, value_name = "SIZE", default_value = "64MB", value_parser = size)]
    pub(crate) sample: usize,
    /// Write the figures as JSON to FILE, or `-`
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Replace files that are there already
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) method: Method,
}
