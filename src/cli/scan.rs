//! `refrain scan`.

use std::{io::Write, path::Path, sync::Mutex, time::Duration};

use refrain::{
    Error, Result,
    input::Corpus,
    output::{self, EVIDENCE_FILES, Findings},
    pipeline::{self, Observer, Settings, Stage},
    store::AtomicFile,
};

use super::{
    Exit,
    args::{Common, ScanArgs},
    summary,
    terminal::{self, Style, bytes},
};

pub(super) fn run(args: &ScanArgs) -> Result<Exit> {
    let force = args.common.force();
    if let Some(dir) = &args.output {
        if dir == Path::new("-") {
            let problem = "evidence is several files; name a folder with -o DIR";
            return Err(Error::usage("-", problem));
        }
        output::check_evidence_dir(dir, force)?;
    }
    let corpus = Corpus::open(&args.common.inputs, args.common.method.options())?;
    let clock = Clock::default();
    let findings = scan(&corpus, &args.common, &args.common.settings()?, &clock)?;
    if let Some(dir) = &args.output {
        output::write_evidence(&findings, dir, force)?;
    }
    if !args.common.quiet {
        terminal::print(&summary::render(&findings, Style::of_stdout()))?;
        if let Some(dir) = &args.output {
            let files = EVIDENCE_FILES.join(", ");
            terminal::note(&format!("wrote {files} to {}", dir.display()));
        }
        terminal::note(&clock.took(findings.counts.input_bytes));
    }
    Ok(exit(&findings))
}

/// Runs the scan; what it cannot use goes to `--rejects`.
pub(super) fn scan(
    corpus: &Corpus,
    common: &Common,
    settings: &Settings,
    clock: &Clock,
) -> Result<Findings> {
    let mut rejects = match &common.rejects {
        Some(path) => Some(AtomicFile::create(path, common.force())?),
        None => None,
    };
    let sink = rejects.as_mut().map(|file| file as &mut dyn Write);
    let findings = pipeline::scan(corpus, settings, sink, clock)?;
    if let Some(file) = rejects {
        file.commit()?;
    }
    let counts = &findings.counts;
    if counts.bad > 0 && counts.bad == findings.traces.len() as u64 {
        let first = counts.bad_first.first().map_or("", String::as_str);
        let all = terminal::things(counts.bad, "record is", "records are");
        return Err(Error::data(
            "input",
            format!("no page can be used, {all} bad; the first: {first}"),
        ));
    }
    Ok(findings)
}

/// Done, or done but for some records.
pub(super) fn exit(findings: &Findings) -> Exit {
    if findings.counts.bad > 0 { Exit::Skipped } else { Exit::Done }
}

/// Notes how long stages take.
#[derive(Debug, Default)]
pub(super) struct Clock {
    stages: Mutex<Vec<(Stage, Duration)>>,
}

impl Clock {
    /// Where the time went.
    pub(super) fn took(&self, input: u64) -> String {
        let Ok(stages) = self.stages.lock() else { return String::new() };
        let total: Duration = stages.iter().map(|stage| stage.1).sum();
        let rate = u128::from(input) * 1_000_000 / total.as_micros().max(1);
        let rate = bytes(u64::try_from(rate).unwrap_or(u64::MAX));
        let parts: Vec<String> = stages
            .iter()
            .map(|(stage, took)| format!("{} {:.2}", stage.word(), took.as_secs_f64()))
            .collect();
        format!("took {:.2} s ({}), {rate}/s", total.as_secs_f64(), parts.join(", "))
    }
}

impl Observer for Clock {
    fn end(&self, stage: Stage, took: Duration) {
        if let Ok(mut stages) = self.stages.lock() {
            stages.push((stage, took));
        }
    }
}
