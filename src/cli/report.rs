//! `refrain report`.

use std::{io::Write, path::Path};

use crate::{
    Error, Result,
    records::{Corpus, EVIDENCE_FILES, Options},
    report::{Scan, Texts, render},
    store::{AtomicFile, Force},
};

use super::{
    Exit,
    args::ReportArgs,
    config::Merge,
    paths::Paths,
    reading,
    terminal::{self, Verbosity, bytes, things},
};

/// Name of the report in the folder of its scan.
const NAME: &str = "report.html";

pub(super) fn run(args: &ReportArgs, voice: Verbosity) -> Result<Exit> {
    let force = Force::if_asked(args.force);
    let output = args.output.clone().unwrap_or_else(|| args.dir.join(NAME));
    let to_stdout = output == Path::new("-");
    // The folder is read first: a report must not make one where there is no scan.
    let scan = Scan::read(&args.dir)?;
    let mut paths = Paths::default();
    for name in EVIDENCE_FILES {
        paths.read("evidence", &args.dir.join(name));
    }
    let mut merge = Merge::of(&args.file)?;
    if let Some(file) = merge.file() {
        paths.read("the config file", Path::new(file));
    }
    paths.inputs(&args.pages);
    paths.write("-o", &output);
    let mut reading = args.reading.options(&mut merge)?;
    reading.outputs = paths.check()?;
    let file = if to_stdout { None } else { Some(AtomicFile::create(&output, force)?) };
    let (texts, exit) = texts(args, &scan, reading, (&paths, voice))?;
    let html = render(&scan, &texts)?;
    let Some(mut file) = file else {
        terminal::print(&html)?;
        return Ok(exit);
    };
    file.write_all(html.as_bytes()).map_err(|e| Error::io(file.path(), e))?;
    file.commit()?;
    voice.note(&format!("wrote {} ({})", output.display(), bytes(html.len() as u64)));
    if texts.left_out > 0 {
        voice.note(&format!(
            "left out the texts of {} of clusters; raise --text-limit to take them in",
            things(texts.left_out, "page", "pages"),
        ));
    }
    Ok(exit)
}

/// The texts of the pages of clusters, if the user names the pages.
fn texts(
    args: &ReportArgs,
    scan: &Scan,
    reading: Options,
    (paths, voice): (&Paths, Verbosity),
) -> Result<(Texts, Exit)> {
    if args.pages.is_empty() {
        return Ok((Texts::default(), Exit::Done));
    }
    let corpus = Corpus::open(&args.pages, reading)?;
    paths.tell(&corpus, voice);
    let texts = Texts::fetch(scan, &corpus, args.work.workers(), args.text_limit)?;
    Ok((texts, reading::end(&corpus, voice, Exit::Done)))
}
