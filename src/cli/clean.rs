//! `refrain clean`.

use std::{io, io::Write, path::Path};

use refrain::{
    Error, Result,
    input::{Compression, Corpus, Format},
    output::{CleanOptions, CleanSink, Files, Stream, Summary, open_device},
    pipeline,
    store::AtomicFile,
};

use super::{
    Exit,
    args::CleanArgs,
    scan::{self, Clock},
    stream,
    terminal::{self, bytes, count, things},
};

pub(super) fn run(args: &CleanArgs) -> Result<Exit> {
    let common = &args.common;
    let to_stdout = match &args.output {
        Some(out) => out == Path::new("-"),
        None if common.inputs.iter().all(|input| input == Path::new("-")) => true,
        None => {
            let problem = "name one with -o OUT; `-o -` writes to standard output";
            return Err(Error::usage("output", problem));
        }
    };
    let reading = common.reading.options();
    let corpus = if args.with_bank.bank.is_some() {
        Corpus::open_once(&common.inputs, reading)?
    } else {
        Corpus::open(&common.inputs, reading)?
    };
    let options = CleanOptions {
        chrome: args.chrome.into(),
        copies: args.copies.into(),
        drop_empty: args.drop_empty,
    };
    pipeline::check_marks(&corpus, options)?;
    let device = match &args.output {
        Some(out) if !to_stdout => open_device(out)?,
        _ => None,
    };
    let mut sink: Box<dyn CleanSink> = match &args.output {
        Some(out) if !to_stdout && device.is_none() => {
            let files = Files::new(&corpus, out, common.force())?;
            check_apart(&files, [args.summary.as_deref(), common.rejects.as_deref()])?;
            Box::new(files)
        }
        _ => {
            check_stream(&corpus)?;
            let compression = corpus.files().first().map_or(Compression::None, |f| f.compression);
            match device {
                Some(device) => Box::new(Stream::new(device, compression)),
                None => Box::new(Stream::new(io::stdout(), compression)),
            }
        }
    };
    let summary = match &args.summary {
        Some(path) => Some(AtomicFile::create(path, common.force())?),
        None => None,
    };

    if let Some(bank) = &args.with_bank.bank {
        return stream::run(args, bank, &corpus, options, &mut *sink, summary);
    }
    let clock = Clock::default();
    let settings = common.settings()?;
    let findings = scan::scan(&corpus, common, &settings, &clock)?;
    let cleaned = pipeline::clean(&corpus, &settings, &findings, options, &mut *sink, &clock)?;

    let mut counts = Summary::of(&findings);
    counts.pages = cleaned.pages;
    if let Some(mut file) = summary {
        let written = serde_json::to_writer_pretty(&mut file, &counts)
            .map_err(io::Error::from)
            .and_then(|()| file.write_all(b"\n"));
        written.map_err(|e| Error::io(file.path(), e))?;
        file.commit()?;
    }
    if !common.quiet {
        // Results may be on standard output, so this is not.
        terminal::note(&format!(
            "{} in: {} kept ({} without text), {} dropped, {} bad; {} of chrome taken out",
            things(cleaned.pages.read, "page", "pages"),
            count(cleaned.pages.kept),
            count(cleaned.empty),
            count(cleaned.pages.dropped),
            count(cleaned.pages.bad),
            bytes(cleaned.removed_bytes),
        ));
        for message in &counts.bad {
            terminal::note(&format!("  {}", terminal::one_line(message, 400)));
        }
        terminal::note(&clock.took(counts.bytes.input));
    }
    Ok(scan::exit(&findings))
}

/// One file cannot hold two outputs: the later would take the place of the earlier.
fn check_apart(files: &Files, others: [Option<&Path>; 2]) -> Result<()> {
    let mut taken: Vec<&Path> = files.paths().iter().map(std::path::PathBuf::as_path).collect();
    for other in others.into_iter().flatten() {
        if taken.contains(&other) {
            let problem = "is named for two outputs; name another file";
            return Err(Error::usage(other.display().to_string(), problem));
        }
        taken.push(other);
    }
    Ok(())
}

/// Several text pages, or several compressions, make no stream.
fn check_stream(corpus: &Corpus) -> Result<()> {
    let files = corpus.files();
    let Some(first) = files.first() else { return Ok(()) };
    if let Some(text) = files.iter().find(|file| file.format == Format::Text)
        && files.len() > 1
    {
        let problem = "several pages of plain text make no stream; name a folder with -o";
        return Err(Error::usage(&text.name, problem));
    }
    if let Some(other) = files.iter().find(|file| file.compression != first.compression) {
        let problem = format!("compressed otherwise than {}; name a folder with -o", first.name);
        return Err(Error::usage(&other.name, problem));
    }
    Ok(())
}
