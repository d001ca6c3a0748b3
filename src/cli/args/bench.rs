//! Flags of `bench`.

use std::path::PathBuf;

use super::{
    Method,
    values::{percent, size},
};

const AFTER_HELP: &str = "\
Examples:
  refrain bench --generate 1GB                       measure on generated pages
  refrain bench crawl/ --runs 5                      measure on your own pages
  refrain bench --generate 500MB --json figures.json";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct BenchArgs {
    /// Files or folders
    ///
    /// JSON lines, text, CSV, Parquet, HTML, WARC or WET; plain, gzip or zstd.
    #[arg(required_unless_present = "generate", value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Generate SIZE of pages whose chrome and copies are known, and measure on them
    ///
    /// Units: K, M, G, KiB, MiB, GiB. Labels and copies are scored as well.
    #[arg(long, value_name = "SIZE", value_parser = size, conflicts_with = "inputs")]
    pub(crate) generate: Option<usize>,
    /// Number of generated sites [default: 400]
    #[arg(long, value_name = "N")]
    pub(crate) sites: Option<u32>,
    /// Seed of the generator; equal seeds give equal pages [default: 1]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Share of chrome in the generated text, in percent [default: 15]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) chrome: Option<u32>,
    /// Share of generated news pages that print an agency's story, in percent [default: 20]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) copies: Option<u32>,
    /// Keep the generated pages as FILE
    #[arg(long, value_name = "FILE")]
    pub(crate) keep_text: Option<PathBuf>,
    /// Number of runs; the median is printed
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) runs: usize,
    /// Measure single steps on the first SIZE of the input
    #[arg(long, value_name = "SIZE", default_value = "64MB", value_parser = size)]
    pub(crate) sample: usize,
    /// Write the figures to FILE as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Replace files that exist
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) method: Method,
}
