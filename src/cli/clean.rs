//! `refrain clean`.

use std::{
    io,
    path::{MAIN_SEPARATOR, Path, PathBuf},
};

use crate::{
    Error, Result,
    evidence::{CleanOptions, Summary, write_json},
    records::{
        CleanSink, Compression, Corpus, Files, Format, Single, Stream, Target, is_named_parquet,
        named_json_lines, open_device,
    },
    runs::{self, Cleaned},
    store::AtomicFile,
};

use super::{
    Exit,
    args::{Chrome, CleanArgs, Copies},
    index,
    paths::{INDEX, Paths},
    progress::Watch,
    reading, scan, stream,
    terminal::{Verbosity, bytes, count, one_line, things},
};

/// Whether the pages go to standard output.
fn goes_to_stdout(args: &CleanArgs) -> Result<bool> {
    let is_stream = |path: &PathBuf| path.as_path() == Path::new("-");
    match &args.output {
        Some(out) => Ok(is_stream(out)),
        None if args.common.inputs.iter().all(is_stream) => Ok(true),
        None => {
            let problem = "name one with -o OUT; `-o -` writes to standard output";
            Err(Error::usage("output", problem))
        }
    }
}

/// Names what is read and written beside the input.
fn name_paths(args: &CleanArgs, paths: &mut Paths) {
    paths.fill("-o", args.output.as_deref().unwrap_or(Path::new("-")));
    paths.write_any("--summary", args.summary.as_deref());
    paths.write_any("--found", args.with_index.found.as_deref());
    if let Some(index) = &args.with_index.index {
        paths.update(INDEX, index);
    }
    if let Some(bank) = &args.with_bank.by.bank {
        let learns = args.with_bank.learn;
        if learns { paths.update("the bank", bank) } else { paths.read("the bank", bank) }
    }
}

pub(super) fn run(args: &CleanArgs, voice: Verbosity) -> Result<Exit> {
    let common = &args.common;
    let to_stdout = goes_to_stdout(args)?;
    let (mut options, settings, mut paths) = common.in_force(voice)?;
    name_paths(args, &mut paths);
    options.outputs = paths.check()?;
    let to = args.to.map_or(Target::Own, Into::into);
    // What is written as something else is written with all that it holds.
    options.all_columns = to == Target::JsonLines;
    let once = args.with_bank.by.bank.is_some();
    let corpus = reading::open(&common.inputs, options, once, voice)?;
    paths.tell(&corpus, voice);
    let options = CleanOptions {
        chrome: if args.marks { Chrome::Mark } else { args.chrome }.into(),
        copies: copies_of(args).into(),
        drop_empty: args.drop_empty,
        to,
    };
    runs::check_marks(&corpus, options)?;
    let device = match &args.output {
        Some(out) if !to_stdout => open_device(out)?,
        _ => None,
    };
    let found = args.with_index.found.as_deref();
    if to_stdout && found == Some(Path::new("-")) {
        let problem = "standard output takes the pages; name a file";
        return Err(Error::usage("--found", problem));
    }
    let mut sink: Box<dyn CleanSink> = match &args.output {
        Some(out) if !to_stdout && device.is_none() => {
            if let Some(compression) = single_output(&corpus, to, out) {
                paths.check_files("-o", std::slice::from_ref(out), &corpus, |_, _| false)?;
                let fields = &corpus.options().fields;
                Box::new(Single::new(out, to, compression, fields, common.force())?)
            } else {
                let files = Files::new(&corpus, out, to, common.force())?;
                let files_of = corpus.files();
                let itself = |output, input: usize| {
                    let format = files_of[input].format;
                    output == input && to.of(format) == format
                };
                paths.check_files("-o", files.paths(), &corpus, itself)?;
                Box::new(files)
            }
        }
        _ => {
            check_stream(&corpus, options.to)?;
            let compression = corpus.files().first().map_or(Compression::None, |f| f.compression);
            match device {
                Some(device) => Box::new(Stream::new(device, compression)),
                None => Box::new(Stream::new(io::stdout(), compression)),
            }
        }
    };
    let mut lookup =
        index::Lookup::open(&args.with_index, options.copies, &settings, common.force())?;
    let summary =
        (args.summary.as_ref()).map(|path| AtomicFile::create(path, common.force())).transpose()?;

    if let Some(bank) = &args.with_bank.by.bank {
        let to: (&mut dyn CleanSink, _, _) = (&mut *sink, lookup, summary);
        return stream::run(args, (bank, &settings, voice), &corpus, options, to);
    }
    let watch = Watch::new(voice);
    let mut findings = scan::scan(&corpus, common, &settings, &watch)?;
    let known = match &mut lookup {
        Some(lookup) => {
            let (index, mut tell, _) = lookup.parts();
            Some(runs::known_copies(&corpus, &settings, &findings, index, &mut tell, &watch)?)
        }
        None => None,
    };
    let known = known.as_ref();
    let cleaned = runs::clean(&corpus, &settings, &findings, known, options, &mut *sink, &watch)?;
    if let Some(mut lookup) = lookup {
        lookup.add(&corpus, &settings, &findings, known, options, &watch)?;
        lookup.commit(voice)?;
    }

    let mut counts = Summary::of(&findings);
    counts.pages = cleaned.pages;
    if let Some(mut file) = summary {
        write_json(&counts, &mut file).map_err(|e| Error::io(file.path(), e))?;
        file.commit()?;
    }
    findings.clear();
    say(&cleaned, voice);
    for message in &counts.bad {
        voice.note(&format!("  {}", one_line(message, 400)));
    }
    reading::tell(&corpus, voice);
    voice.note(&watch.took(counts.bytes.input));
    if let Some(note) = scan::memory(&settings, &findings) {
        voice.note(&note);
    }
    Ok(reading::end(&corpus, voice, scan::leave(findings)))
}

/// Says what was done to the pages. Results may be on standard output, so this is not.
pub(super) fn say(cleaned: &Cleaned, voice: Verbosity) {
    voice.note(&format!(
        "{} in: {} kept ({} without text), {} dropped{}, {} bad; {} of chrome taken out",
        things(cleaned.pages.read, "page", "pages"),
        count(cleaned.pages.kept),
        count(cleaned.empty),
        count(cleaned.pages.dropped),
        index::dropped(cleaned.known),
        count(cleaned.pages.bad),
        bytes(cleaned.removed_bytes),
    ));
}

/// What happens to copies: who names an index wants to know of them.
fn copies_of(args: &CleanArgs) -> Copies {
    let unsaid =
        if args.marks || args.with_index.index.is_some() { Copies::Mark } else { Copies::Keep };
    args.copies.unwrap_or(unsaid)
}

/// The compression of `out` if it is one file for all pages: if it is named like JSON lines or Parquet,
/// and all are written as such that were something else, or because that is asked for.
fn single_output(corpus: &Corpus, to: Target, out: &Path) -> Option<Compression> {
    let files = corpus.files();
    let all_lines = files.iter().all(|file| to.of(file.format) == Format::JsonLines);
    let converts = to != Target::Own || files.iter().any(|file| to.of(file.format) != file.format);
    let has_rows = files.iter().any(|file| file.format == Format::Parquet);
    // One file whose output is named for another compression, or for none, is compressed as that says.
    let named = named_json_lines(out);
    let is_packed_anew =
        matches!(files, [file] if named.is_some_and(|named| named != file.compression));
    let is_folder = out.is_dir() || out.as_os_str().to_string_lossy().ends_with(MAIN_SEPARATOR);
    if is_folder {
        None
    } else if to == Target::Parquet {
        (is_named_parquet(out) && !has_rows).then_some(Compression::None)
    } else if all_lines && (converts || is_packed_anew) {
        named
    } else {
        None
    }
}

/// Several text pages, several forms or several compressions make no stream.
fn check_stream(corpus: &Corpus, to: Target) -> Result<()> {
    let files = corpus.files();
    let Some(first) = files.first() else { return Ok(()) };
    if let Some(rows) = files.iter().find(|file| to.of(file.format) == Format::Parquet) {
        let problem = "Parquet makes no stream; name a file with -o or add `--to jsonl`";
        return Err(Error::usage(&rows.name, problem));
    }
    if let Some(text) = files.iter().find(|file| to.of(file.format) == Format::Text)
        && files.len() > 1
    {
        let problem = "several pages of plain text make no stream; name a folder with -o";
        return Err(Error::usage(&text.name, problem));
    }
    if let Some(other) = files.iter().find(|file| to.of(file.format) != to.of(first.format)) {
        let problem = format!(
            "{} beside the {} of {} makes no stream; add `--to jsonl` or name a folder with -o",
            other.format.word(),
            first.format.word(),
            first.name
        );
        return Err(Error::usage(&other.name, problem));
    }
    let is_table = to.of(first.format) == Format::Csv;
    if let Some(other) = files.iter().find(|file| is_table && file.header != first.header) {
        let problem =
            format!("other columns than {}; add `--to jsonl` or name a folder with -o", first.name);
        return Err(Error::usage(&other.name, problem));
    }
    if let Some(other) = files.iter().find(|file| file.compression != first.compression) {
        let problem = format!("compressed otherwise than {}; name a folder with -o", first.name);
        return Err(Error::usage(&other.name, problem));
    }
    Ok(())
}
