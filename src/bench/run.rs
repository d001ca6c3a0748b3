//! Whole runs: `scan` with its evidence written, and `clean`, as the command does them.

use crate::engine;
use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde::Serialize;

use super::{Machine, Options, median};
use crate::{
    Result,
    engine::{Findings, Observer, Settings, Stage},
    evidence::{CleanOptions, write_evidence},
    records::{Corpus, Files, Target},
    runs,
    store::Force,
};

/// The figures of one kind of run: medians of several.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// `scan` or `clean`. `clean` includes its scan.
    pub run: &'static str,
    /// Workers.
    pub threads: usize,
    /// Bytes of input, decompressed.
    pub bytes: u64,
    /// Pages of input.
    pub pages: u64,
    /// Total time.
    pub seconds: f64,
    /// Time of each stage, in order.
    pub stages: Vec<RunStage>,
    /// Peak memory of the process up to the end of this run, in bytes; earlier runs count too.
    pub peak_memory: Option<u64>,
}

impl Run {
    /// Billions of bytes a second.
    pub fn rate(&self) -> f64 {
        self.bytes as f64 / 1e9 / self.seconds.max(1e-9)
    }
}

/// A stage of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunStage {
    /// Its name.
    pub stage: &'static str,
    /// Median time.
    pub seconds: f64,
}

/// Scans with all workers and with one, then cleans with all. Returns the findings of the last scan.
pub(super) fn all(corpus: &Corpus, options: &Options) -> Result<(Vec<Run>, Findings)> {
    let (mut runs, mut found) = (Vec::new(), None);
    let threads = options.settings.workers().threads;
    let counts = if threads.get() > 1 { &[threads, NonZeroUsize::MIN][..] } else { &[threads] };
    for &threads in counts {
        let settings = Settings { threads, ..options.settings.clone() };
        let mut times = Times::default();
        for _ in 0..options.runs.max(1) {
            // Findings of the run before are gone before the next begins: memory is of one run.
            drop(found.take());
            found = Some(times.run(|clock| {
                let findings = engine::scan(corpus, &settings, None, clock)?;
                let start = Instant::now();
                let folder = options.scratch.join("evidence");
                write_evidence(&findings, &folder, Force::Replace, &settings.workers())?;
                clock.note("write", start.elapsed());
                Ok(findings)
            })?);
        }
        if let Some(findings) = &found {
            runs.push(times.median("scan", threads, findings));
        }
    }

    let settings = &options.settings;
    let mut times = Times::default();
    for _ in 0..options.runs.max(1) {
        drop(found.take());
        found = Some(times.run(|clock| {
            let out = options.scratch.join("clean");
            let mut files = Files::new(corpus, &out, Target::Own, Force::Replace)?;
            let findings = engine::scan(corpus, settings, None, clock)?;
            let options = CleanOptions::default();
            runs::clean(corpus, settings, &findings, None, options, &mut files, clock)?;
            Ok(findings)
        })?);
    }
    let found = match found {
        Some(findings) => findings,
        None => engine::scan(corpus, settings, None, &engine::Unobserved)?,
    };
    runs.push(times.median("clean", threads, &found));
    Ok((runs, found))
}

/// Times of several runs of one kind.
#[derive(Default)]
struct Times {
    total: Vec<f64>,
    stages: Vec<Vec<(&'static str, f64)>>,
}

impl Times {
    fn run<T>(&mut self, work: impl FnOnce(&Clock) -> Result<T>) -> Result<T> {
        let clock = Clock::default();
        let start = Instant::now();
        let result = work(&clock)?;
        self.total.push(start.elapsed().as_secs_f64());
        self.stages.push(clock.0.into_inner().unwrap_or_else(PoisonError::into_inner));
        Ok(result)
    }

    fn median(self, run: &'static str, threads: NonZeroUsize, findings: &Findings) -> Run {
        let names: Vec<&str> =
            self.stages.first().map_or(Vec::new(), |of| of.iter().map(|stage| stage.0).collect());
        let stage = |at: usize| {
            self.stages.iter().filter_map(|run| run.get(at)).map(|stage| stage.1).collect()
        };
        let stages = names
            .into_iter()
            .enumerate()
            .map(|(at, name)| RunStage { stage: name, seconds: median(stage(at)) })
            .collect();
        Run {
            run,
            threads: threads.get(),
            bytes: findings.counts.input_bytes,
            pages: findings.pages.len() as u64,
            seconds: median(self.total),
            stages,
            peak_memory: Machine::peak_memory(),
        }
    }
}

/// Notes how long stages take.
#[derive(Default)]
struct Clock(Mutex<Vec<(&'static str, f64)>>);

impl Clock {
    fn note(&self, stage: &'static str, took: Duration) {
        let mut stages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stages.push((stage, took.as_secs_f64()));
    }
}

impl Observer for Clock {
    fn end(&self, stage: Stage, took: Duration) {
        self.note(stage.word(), took);
    }
}
