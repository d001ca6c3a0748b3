//! Measures how fast each stage is on this machine, on the user's own pages or on generated ones.
//!
//! There are two kinds of figures:
//!
//! * **Steps** are measured alone, on one core, on a sample of the input in memory: what a kernel can
//!   do.
//! * **Runs** are whole `scan`s and `clean`s of all input, as the command does them: what a user gets.
//!
//! The truth of a generated crawl is known, so a run over one is also scored: a fast wrong answer is
//! worth nothing.
//!
//! # What this module does not do
//!
//! It does not compare with other programs, judge, or print.

mod machine;
mod run;
mod steps;
mod truth;

pub use machine::Machine;
pub use run::{Run, RunStage};
pub use truth::Truth;

use std::path::PathBuf;

use serde::Serialize;

use crate::{Result, engine::Settings, generate::Generator, records::Corpus};

/// What to measure with.
#[derive(Clone, Debug)]
pub struct Options {
    /// Settings of the runs.
    pub settings: Settings,
    /// Number of measurements, at least one; medians are reported.
    pub runs: usize,
    /// Bytes of input for the steps.
    pub sample: usize,
    /// Folder for the outputs of runs. It is empty afterwards.
    pub scratch: PathBuf,
}

/// How fast one step is on one core.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Name of the step.
    pub step: &'static str,
    /// Bytes read: of input up to parsing, of text after it.
    pub bytes: u64,
    /// Pages that they hold.
    pub pages: u64,
    /// Median time.
    pub seconds: f64,
}

impl Step {
    /// Billions of bytes a second.
    pub fn rate(&self) -> f64 {
        self.bytes as f64 / 1e9 / self.seconds.max(1e-9)
    }
}

/// All that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// This program's version.
    pub refrain: &'static str,
    /// The machine.
    pub machine: Machine,
    /// Which kernels ran.
    pub tier: &'static str,
    /// Pages of the input, unusable records included.
    pub pages: u64,
    /// Bytes of the input, decompressed.
    pub bytes: u64,
    /// Paragraphs of the input.
    pub paragraphs: u64,
    /// Whole runs.
    pub runs: Vec<Run>,
    /// Steps on one core.
    pub steps: Vec<Step>,
    /// Labels and links against the truth, where it is known.
    pub truth: Option<Truth>,
}

/// Measures runs over `corpus`, then steps. Runs are scored if `generator` is given, which must have
/// written the corpus.
///
/// # Errors
///
/// Those of reading the corpus and of writing into the scratch folder.
pub fn measure(
    corpus: &Corpus,
    options: &Options,
    generator: Option<&Generator>,
) -> Result<Report> {
    let (runs, findings) = run::all(corpus, options)?;
    let truth = generator.map(|generator| Truth::of(generator, &findings));
    let mut report = Report {
        refrain: env!("CARGO_PKG_VERSION"),
        machine: Machine::here(),
        tier: options.settings.tier.name(),
        pages: findings.pages.len() as u64,
        bytes: findings.counts.input_bytes,
        paragraphs: findings.pages.paragraphs().0,
        runs,
        steps: Vec::new(),
        truth,
    };
    drop(findings);
    report.steps = steps::all(corpus, options)?;
    Ok(report)
}

/// The median; the lower one of two.
fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_median_is_a_time_that_was_taken() {
        let median = |seconds: &[f64]| super::median(seconds.to_vec()).to_bits();
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2_f64.to_bits());
        assert_eq!(median(&[4.0, 1.0]), 1_f64.to_bits());
        assert_eq!(median(&[]), 0_f64.to_bits());
    }
}
