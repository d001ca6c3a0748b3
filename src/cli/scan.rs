//! `refrain scan`.

use crate::engine;
use std::{io::Write, path::Path};

use crate::{
    Error, Result,
    bench::Machine,
    engine::{Findings, Settings},
    evidence::{self, AttributeFiles},
    records::{Corpus, EVIDENCE_FILES},
    runs,
};

use super::{
    Exit,
    args::{Common, ScanArgs},
    progress::Watch,
    reading, summary,
    terminal::{self, Style, Verbosity, bytes},
};

pub(super) fn run(args: &ScanArgs, voice: Verbosity) -> Result<Exit> {
    let force = args.common.force();
    let (dir, printed) = (args.folder(), args.printed());
    if let Some(dir) = dir {
        evidence::check_evidence_dir(dir, force)?;
    }
    let (mut options, settings, mut paths) = args.common.in_force(voice)?;
    for file in dir.iter().flat_map(|dir| EVIDENCE_FILES.map(|name| dir.join(name))) {
        paths.write("-o", &file);
    }
    if let Some(dir) = &args.attributes {
        paths.fill("--attributes", dir);
    }
    options.outputs = paths.check()?;
    let corpus = reading::open(&args.common.inputs, options, false, voice)?;
    paths.tell(&corpus, voice);
    let mut attributes = match &args.attributes {
        Some(dir) => Some(AttributeFiles::new(&corpus, dir, force)?),
        None => None,
    };
    if let Some(files) = &attributes {
        paths.check_files("--attributes", files.paths(), &corpus, |_, _| false)?;
    }
    let watch = Watch::new(voice);
    let mut findings = scan(&corpus, &args.common, &settings, &watch)?;
    if let Some(files) = &mut attributes {
        runs::attributes(&corpus, &settings, &findings, files, &watch)?;
    }
    if let Some(dir) = dir {
        evidence::write_evidence(&findings, dir, force, &settings.workers())?;
    }
    if !printed.is_empty() {
        terminal::stream(|out| evidence::write_rows(&findings, &printed, out, Path::new("-")))?;
    }
    findings.clear();
    if !voice.is_quiet() {
        if printed.is_empty() {
            terminal::print(&summary::render(&findings, Style::of_stdout()))?;
        }
        if let Some(dir) = dir {
            let files = EVIDENCE_FILES.join(", ");
            voice.note(&format!("wrote {files} to {}", dir.display()));
        }
        reading::tell(&corpus, voice);
        voice.note(&watch.took(findings.counts.input_bytes));
        if let Some(note) = memory(&settings, &findings) {
            voice.note(&note);
        }
    }
    Ok(reading::end(&corpus, voice, leave(findings)))
}

/// What memory was asked for, what was used, and what stood on disk instead.
pub(super) fn memory(settings: &Settings, findings: &Findings) -> Option<String> {
    let used = Machine::peak_memory().map_or("unknown".into(), bytes);
    let asked = settings.memory.map_or("no limit".into(), bytes);
    (settings.memory.is_some() || settings.work.is_some()).then(|| {
        let disk = bytes(findings.counts.spilled);
        format!("memory: {asked} asked for, {used} used; {disk} on disk at the end")
    })
}

/// Runs the scan; what it cannot use goes to `--rejects`.
pub(super) fn scan(
    corpus: &Corpus,
    common: &Common,
    settings: &Settings,
    watch: &Watch,
) -> Result<Findings> {
    let mut rejects = common.open_rejects()?;
    let sink = rejects.as_mut().map(|file| file as &mut dyn Write);
    let findings = engine::scan(corpus, settings, sink, watch)?;
    if let Some(file) = rejects {
        file.commit()?;
    }
    let counts = &findings.counts;
    if counts.bad > 0 && counts.bad == findings.pages.len() as u64 {
        let first = counts.bad_first.first().map_or("", String::as_str);
        let all = terminal::things(counts.bad, "record is", "records are");
        return Err(Error::data(
            "input",
            format!("no page can be used, {all} bad; the first: {first}"),
        ));
    }
    Ok(findings)
}

/// Done, or done but for some records. Nobody needs the findings any more, nor their memory.
pub(super) fn leave(findings: Findings) -> Exit {
    let exit = if findings.counts.bad > 0 { Exit::Skipped } else { Exit::Done };
    findings.leave();
    exit
}
