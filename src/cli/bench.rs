//! `refrain bench`.

use crate::engine;
use std::{io::Write, path::Path};

use crate::{
    Error, Result,
    bench::{self, Report, Run, Truth},
    generate::{Amount, Generator, Plan},
    records::Corpus,
    store::{AtomicFile, Force, Scratch},
};

use super::{
    Exit,
    args::BenchArgs,
    terminal::{self, Verbosity, bytes, count, things},
};

pub(super) fn run(args: &BenchArgs) -> Result<Exit> {
    check(args)?;
    let (mut reading, settings, mut paths) = args.method.tolerant()?;
    paths.inputs(&args.inputs);
    paths.write_any("--json", args.json.as_deref());
    paths.write_any("--keep-text", args.keep_text.as_deref());
    reading.outputs = paths.check()?;
    let settings = engine::Settings { strict: true, ..settings };
    let force = Force::if_asked(args.force);
    let to_stdout = args.json.as_deref() == Some(Path::new("-"));
    let json = match &args.json {
        Some(path) if !to_stdout => Some(AtomicFile::create(path, force)?),
        _ => None,
    };
    if let Some(input) = args.inputs.iter().find(|input| *input == Path::new("-")) {
        let problem = "can be read once, and is measured several times; name files";
        return Err(Error::usage(input.display().to_string(), problem));
    }

    let scratch = Scratch::new()?;
    let generator = args.generate.map(|size| Generator::new(plan(args, size)));
    let inputs = match &generator {
        Some(generator) => {
            let path = match &args.keep_text {
                Some(path) => path.clone(),
                None => scratch.path().join("pages.jsonl"),
            };
            write(generator, &path, force)?;
            vec![path]
        }
        None => args.inputs.clone(),
    };
    let corpus = Corpus::open(&inputs, reading)?;
    let options = bench::Options {
        settings,
        runs: args.runs,
        sample: args.sample,
        scratch: scratch.path().into(),
    };
    paths.tell(&corpus, Verbosity::PLAIN);
    let report = bench::measure(&corpus, &options, generator.as_ref())?;

    let line = serde_json::to_string_pretty(&report).map_err(|e| Error::io("--json", e.into()))?;
    if to_stdout {
        terminal::print(&format!("{line}\n"))?;
    } else {
        terminal::print(&render(&report))?;
    }
    if let Some(mut file) = json {
        let written = file.write_all(line.as_bytes()).and_then(|()| file.write_all(b"\n"));
        written.map_err(|e| Error::io(file.path(), e))?;
        file.commit()?;
    }
    Ok(super::reading::end(&corpus, Verbosity::PLAIN, Exit::Done))
}

/// Flags about generated text are for generated text.
fn check(args: &BenchArgs) -> Result<()> {
    let given = [
        ("--sites", args.sites.is_some()),
        ("--seed", args.seed.is_some()),
        ("--chrome", args.chrome.is_some()),
        ("--copies", args.copies.is_some()),
        ("--keep-text", args.keep_text.is_some()),
    ];
    match given.iter().find(|flag| flag.1) {
        Some((flag, _)) if args.generate.is_none() => {
            Err(Error::usage(*flag, "is about generated text; name pages or --generate SIZE"))
        }
        _ => Ok(()),
    }
}

/// What is generated. Chrome grows beside a body that stays: the usual amount of it is 15 characters
/// to 85 of anything else.
fn plan(args: &BenchArgs, size: usize) -> Plan {
    let usual = Plan::default();
    Plan {
        seed: args.seed.unwrap_or(usual.seed),
        sites: args.sites.unwrap_or(usual.sites),
        amount: Amount::Bytes(size as u64),
        chrome: args.chrome.map_or(usual.chrome, |share| 8500 * share / (15 * (100 - share))),
        copies: args.copies.unwrap_or(usual.copies),
        ..usual
    }
}

fn write(generator: &Generator, path: &Path, force: Force) -> Result<()> {
    let mut file = AtomicFile::create(path, force)?;
    let written = generator.write(0..generator.pages(), &mut file);
    written.map_err(|e| Error::io(file.path(), e))?;
    file.commit()
}

/// The figures as tables.
fn render(report: &Report) -> String {
    let machine = &report.machine;
    let mut lines = vec![
        format!(
            "refrain {} on {}, {}, kernels: {}",
            report.refrain,
            machine.processor,
            things(machine.processors as u64, "processor", "processors"),
            report.tier,
        ),
        format!(
            "{}, {}, {}",
            bytes(report.bytes),
            things(report.pages, "page", "pages"),
            things(report.paragraphs, "paragraph", "paragraphs"),
        ),
    ];
    for run in &report.runs {
        lines.push(String::new());
        lines.push(run_line(run, report.paragraphs));
        lines.extend(run.stages.iter().map(|stage| {
            let share = 100.0 * stage.seconds / run.seconds.max(1e-9);
            let rate = run.bytes as f64 / 1e9 / stage.seconds.max(1e-9);
            format!("  {:16} {:8.2} GB/s {:9.3} s {share:4.0} %", stage.stage, rate, stage.seconds)
        }));
    }
    lines.push(String::new());
    lines.push("steps alone, one core, in memory".to_owned());
    lines.extend(report.steps.iter().map(|step| {
        let pages = (step.pages as f64 / step.seconds.max(1e-9)).round();
        format!("  {:16} {:8.2} GB/s {:>12} pages/s", step.step, step.rate(), whole(pages))
    }));
    if let Some(truth) = &report.truth {
        lines.push(String::new());
        lines.extend(truth_lines(truth));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn run_line(run: &Run, paragraphs: u64) -> String {
    let pages = whole((run.pages as f64 / run.seconds.max(1e-9)).round());
    let memory = run.peak_memory.map_or(String::new(), |peak| {
        let each = peak as f64 / paragraphs.max(1) as f64;
        format!(", peak memory {} ({each:.0} bytes a paragraph)", bytes(peak))
    });
    format!(
        "{} with {}: {:.2} GB/s, {pages} pages/s, {:.2} s{memory}",
        run.run,
        things(run.threads as u64, "thread", "threads"),
        run.rate(),
        run.seconds,
    )
}

fn truth_lines(truth: &Truth) -> [String; 3] {
    [
        format!(
            "chrome ({:.0} % of the characters): precision {:.4}, recall {:.4}, of bodies taken {:.4}",
            100.0 * truth.chrome_share,
            truth.chrome_precision,
            truth.chrome_recall,
            truth.body_taken,
        ),
        format!(
            "chrome on 3 pages of its site or more ({:.0} % of the chrome): recall {:.4}",
            100.0 * truth.chrome_recurring,
            truth.chrome_recurring_recall,
        ),
        format!(
            "copies ({:.0} % of the pages): precision {:.4}, recall {:.4}",
            100.0 * truth.copy_share,
            truth.copies_precision,
            truth.copies_recall,
        ),
    ]
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of pages")]
fn whole(n: f64) -> String {
    count(n as u64)
}
