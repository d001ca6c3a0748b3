//! Opens the input of a command, and says how it was read.

use std::path::PathBuf;

use crate::{
    Result,
    records::{Corpus, Noticed, Options, Others},
};

use super::Exit;
use super::terminal::{Verbosity, count, one_line, things};

/// Opens `inputs` to be read as often as needed, or `once`, and says what was told of their layout.
pub(super) fn open(
    inputs: &[PathBuf],
    options: Options,
    once: bool,
    voice: Verbosity,
) -> Result<Corpus> {
    let corpus =
        if once { Corpus::open_once(inputs, options)? } else { Corpus::open(inputs, options)? };
    for note in listed(&corpus).into_iter().chain(layouts(&corpus)) {
        voice.note(&note);
    }
    Ok(corpus)
}

/// Says what of the inputs is not read, or read as a page where others are records.
fn listed(corpus: &Corpus) -> Vec<String> {
    let mut notes = Vec::new();
    let left_out = corpus.left_out();
    if !left_out.is_empty() {
        notes.push(format!("files that are not read: {}", one_line(&left_out.to_string(), 400)));
    }
    let mut unpacked = corpus.files().iter().filter(|file| file.is_unpacked());
    if let Some(first) = unpacked.next() {
        let first = one_line(&first.name, 80);
        let which = match unpacked.count() {
            0 => format!("{first} takes"),
            files => {
                format!("{first} and {} take", things(files as u64, "other file", "other files"))
            }
        };
        notes.push(format!(
            "{which} much memory to be decompressed: unpacked once into {}, to stay within --memory",
            std::env::temp_dir().display()
        ));
    }
    if let Some(first) = left_out.twice.first() {
        let more = match left_out.twice.len() {
            1 => String::new(),
            files => format!(" and {}", things(files as u64 - 1, "other file", "other files")),
        };
        notes.push(format!("{}{more}: named twice, and read once", one_line(first, 80)));
    }
    let (pages, records): (Vec<_>, Vec<_>) =
        corpus.files().iter().filter(|f| f.from_folder).partition(|f| f.format.is_one_page());
    // A log beside a job's output.
    if let Some(first) = pages.first().filter(|_| pages.len() < records.len()) {
        let which = match pages.len() {
            1 => "is".to_owned(),
            files => format!("and {} are", things(files as u64 - 1, "other file", "other files")),
        };
        notes.push(format!(
            "{} {which} read as one page each, beside files of many",
            one_line(&first.name, 80)
        ));
    }
    notes
}

/// Says of every layout that was told which files have it.
fn layouts(corpus: &Corpus) -> Vec<String> {
    let mut told: Vec<(&str, &str, u64, &crate::records::Fields)> = Vec::new();
    for file in corpus.files() {
        let Some(layout) = &file.layout else { continue };
        match told.iter_mut().find(|(name, ..)| *name == layout.name) {
            Some((_, _, files, _)) => *files += 1,
            None => told.push((layout.name, &file.name, 1, &file.fields)),
        }
    }
    let note = |(name, file, files, fields): (&str, &str, u64, &crate::records::Fields)| {
        let file = one_line(file, 80);
        let which = if files == 1 {
            format!("{file} is")
        } else {
            format!("{file} and {} are", things(files - 1, "file", "files"))
        };
        format!(
            "{which} read by the preset `{name}`: text in `{}`, URL in `{}`, date in `{}`; --preset none \
             reads by the usual names",
            fields.text, fields.url, fields.date
        )
    };
    let columns = corpus.files().iter().find_map(|file| {
        let header = file.header.as_deref().filter(|header| !header.loose.is_empty())?;
        let read =
            |(name, wanted): &(String, String)| format!("`{}` as `{wanted}`", one_line(name, 40));
        let columns: Vec<String> = header.loose.iter().map(read).collect();
        Some(format!("{}: columns are read by other spellings: {}", file.name, columns.join(", ")))
    });
    told.into_iter().map(note).chain(columns).collect()
}

/// Says which records of crawls are no pages.
fn others(others: &Others) -> String {
    let said = others.iter().map(|(kind, number)| {
        let number = count(*number);
        match kind.as_str() {
            "WAT" => {
                format!("{number} of WAT files, which hold no texts (name their WARC or WET files)")
            }
            "revisit" => format!("{number} revisit, whose pages were captured before"),
            "response" | "resource" => {
                format!("{number} {kind} with an error, or neither HTML nor text")
            }
            "" => format!("{number} of no kind"),
            kind => format!("{number} {}", one_line(kind, 20)),
        }
    });
    let said: Vec<String> = said.collect();
    format!("records of crawls that are no pages: {}", said.join("; "))
}

/// Says which files are damaged; done, or done but for them.
pub(super) fn end(corpus: &Corpus, voice: Verbosity, exit: Exit) -> Exit {
    corpus.notes().iter().for_each(|note| voice.note(note));
    let damaged = corpus.damaged();
    for file in &damaged {
        let kept = match (file.cut, file.pages) {
            (false, _) => String::new(),
            (true, 0) => "; nothing of it was used".to_owned(),
            (true, pages) => {
                format!(
                    "; {} used",
                    things(pages, "record before that was", "records before that were")
                )
            }
        };
        voice.warn(&format!("damaged: {}: {}{kept}", file.file, file.problem));
    }
    if exit == Exit::Done && !damaged.is_empty() { Exit::Skipped } else { exit }
}

/// Says what was noticed of the records.
pub(super) fn tell(corpus: &Corpus, voice: Verbosity) {
    for note in notes(&corpus.noticed()) {
        voice.note(&note);
    }
}

/// Pages without a site that are worth a note.
const FEW: u64 = 10;

fn notes(noticed: &Noticed) -> Vec<String> {
    let mut notes = Vec::new();
    let Noticed { records, without_site, without_text, with_halves, halves, .. } = noticed;
    // A few pages are looked at as they are.
    if *without_site >= FEW || (noticed.address.is_some() && *records > 1) {
        let mut note = format!(
            "{} of {} pages have no site and count as one",
            count(*without_site),
            count(*records)
        );
        // A few pages among many cost little.
        if *without_site * 10 >= *records {
            note.push_str(
                ": only lines that many of all these pages have are found to be chrome, and copies among \
                 them are told by the stricter rule for pages of one site",
            );
        }
        if let Some(field) = &noticed.address {
            let field = one_line(field, 80);
            let hint =
                format!("; `{field}` looks like an address: name it with --url-field {field}");
            note.push_str(&hint);
        }
        notes.push(note);
    }
    if !noticed.others.is_empty() {
        notes.push(others(&noticed.others));
    }
    if *without_text > 0 {
        let pages = things(*without_text, "page has", "pages have");
        notes.push(format!("{pages} no text: it is null"));
    }
    if noticed.like_html > 0 {
        let texts = things(noticed.like_html, "text looks", "texts look");
        notes.push(format!(
            "{texts} like HTML, read as plain text; --text-format html reads what a page shows"
        ));
    }
    if *halves > 0 {
        let halves = things(*halves, "half of a character", "halves of characters");
        let texts = things(*with_halves, "text", "texts");
        notes.push(format!("{halves} (lone surrogates) in {texts} became U+FFFD"));
    }
    notes
}
