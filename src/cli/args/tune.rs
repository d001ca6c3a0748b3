//! Flags of `tune`.

use std::path::PathBuf;

use crate::runs;
use clap::ValueEnum;

use super::{FilesFrom, Method, Said};

const AFTER_HELP: &str = "\
Examples:
  refrain tune                                    bands and rows for J ≥ 0.8 with recall 0.95
  refrain tune --threshold 0.6 --recall 0.99
  refrain tune --bands 16 --rows 8                what this setting finds
  refrain tune crawl/ --sample 5000               the same, measured on your own paragraphs
  refrain tune crawl/ --of pages --threshold 0.5
  refrain tune --json | jq '{bands, rows}'

A setting that cannot reach the recall is an answer, not a failure: the exit status is 0.";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct TuneArgs {
    /// Files, folders, or `-` to measure on
    ///
    /// JSON lines, text, CSV, Parquet, HTML, WARC or WET; plain, gzip or zstd.
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) from: FilesFrom,
    /// Resemblance (Jaccard) from which pairs should be found
    #[arg(short, long, value_name = "J", default_value = "0.8", value_parser = threshold)]
    pub(crate) threshold: f64,
    /// Share of pairs of that resemblance that should be found
    #[arg(short, long, value_name = "SHARE", default_value = "0.95", value_parser = recall)]
    pub(crate) recall: f64,
    /// Rows (slots) of a band [default: the best]
    #[arg(long, value_name = "N")]
    pub(crate) rows: Option<usize>,
    /// Number of bands [default: the best]
    #[arg(long, value_name = "N")]
    pub(crate) bands: Option<usize>,
    /// What to compare
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    pub(crate) of: Of,
    /// Number of texts to compare, each with each; the same for the same input
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub(crate) sample: usize,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) said: Said,
    #[command(flatten)]
    pub(crate) method: Method,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Of {
    /// Paragraphs of body with eight words or more
    #[default]
    Paragraphs,
    /// Pages without their chrome
    Pages,
}

impl From<Of> for runs::Items {
    fn from(of: Of) -> runs::Items {
        match of {
            Of::Paragraphs => runs::Items::Paragraphs,
            Of::Pages => runs::Items::Pages,
        }
    }
}

fn threshold(text: &str) -> std::result::Result<f64, String> {
    number(text)
        .filter(|&j| j > 0.0 && j <= 1.0)
        .ok_or_else(|| "must be a number above 0, at most 1".to_owned())
}

fn recall(text: &str) -> std::result::Result<f64, String> {
    number(text).filter(|&share| share > 0.0 && share < 1.0).ok_or_else(|| {
        "must be a number above 0 and below 1 (only equal pairs are certain to be found)".to_owned()
    })
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}
