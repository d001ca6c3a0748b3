//! `refrain report`.

use std::{io::Write, path::Path};

use refrain::{
    Error, Result,
    input::Corpus,
    report::{Scan, Texts, render},
    store::{AtomicFile, Force},
};

use super::{
    Exit,
    args::ReportArgs,
    config::Merge,
    terminal::{self, Voice, bytes, things},
};

/// Name of the report in the folder of its scan.
const NAME: &str = "report.html";

pub(super) fn run(args: &ReportArgs, voice: Voice) -> Result<Exit> {
    let force = Force::if_asked(args.force);
    let output = args.output.clone().unwrap_or_else(|| args.dir.join(NAME));
    let to_stdout = output == Path::new("-");
    // The folder is read first: a report must not make one where there is no scan.
    let scan = Scan::read(&args.dir)?;
    let file = if to_stdout { None } else { Some(AtomicFile::create(&output, force)?) };
    let texts = texts(args, &scan)?;
    let html = render(&scan, &texts)?;
    let Some(mut file) = file else {
        terminal::print(&html)?;
        return Ok(Exit::Done);
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
    Ok(Exit::Done)
}

/// The texts of the pages of clusters, if the user names the pages.
fn texts(args: &ReportArgs, scan: &Scan) -> Result<Texts> {
    if args.pages.is_empty() {
        return Ok(Texts::default());
    }
    let options = args.reading.options(&mut Merge::of(&args.file)?)?;
    let corpus = Corpus::open(&args.pages, options)?;
    Texts::fetch(scan, &corpus, args.work.workers(), args.text_limit)
}
