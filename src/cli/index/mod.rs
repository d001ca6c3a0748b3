//! `refrain index`.

use crate::engine;
mod lookup;
mod rows;

use std::{
    fmt::Write as _,
    io::{self, Write},
    path::Path,
};

use crate::{
    Error, Result,
    bank::Bank,
    engine::{LabelledPages, Settings},
    index::{Index, IndexWriter},
    records::{Corpus, Options, open_device},
    runs::{self, IndexPass, Indexed, LabelsFrom},
    store::{AtomicFile, Force, PathId},
};

use super::{
    Exit,
    args::{
        ByBank, Common, IndexAddArgs, IndexArgs, IndexClustersArgs, IndexCommand, IndexCompactArgs,
        IndexDiffArgs, IndexFindArgs, IndexShowArgs,
    },
    paths::{INDEX, Paths},
    progress::Watch,
    reading, scan,
    terminal::{self, Verbosity, bytes, count, one_line, things},
};

pub(super) use lookup::Lookup;

pub(super) fn run(args: &IndexArgs, voice: Verbosity) -> Result<Exit> {
    match &args.command {
        IndexCommand::Add(args) => add(args, voice),
        IndexCommand::Find(args) => find(args, voice),
        IndexCommand::Clusters(args) => clusters(args, voice),
        IndexCommand::Diff(args) => diff(args, voice),
        IndexCommand::Compact(args) => compact(args, voice),
        IndexCommand::Show(args) => show(args),
    }
}

/// Who says what is chrome.
enum LabelSource {
    Bank(Bank),
    Scan(Box<LabelledPages>),
}

impl LabelSource {
    fn labels(&self, by: &ByBank) -> LabelsFrom<'_> {
        match self {
            LabelSource::Bank(bank) => LabelsFrom::Bank(bank, by.time()),
            LabelSource::Scan(labelled) => LabelsFrom::Scan(&labelled.pages),
        }
    }
}

/// Pages and who labels them.
struct Pages {
    corpus: Corpus,
    settings: Settings,
    judge: LabelSource,
    rejects: Option<AtomicFile>,
    watch: Watch,
}

impl Pages {
    /// Opens pages and bank; without a bank, learns from the pages what is chrome.
    fn open(
        common: &Common,
        (options, settings, paths): (Options, Settings, Paths),
        by: &ByBank,
        voice: Verbosity,
    ) -> Result<Pages> {
        let bank = by.bank.as_deref().map(Bank::open).transpose()?;
        let corpus = reading::open(&common.inputs, options, bank.is_some(), voice)?;
        paths.tell(&corpus, voice);
        let mut rejects = common.open_rejects()?;
        let watch = Watch::new(voice);
        let judge = if let Some(bank) = bank {
            LabelSource::Bank(bank)
        } else {
            let rejects = rejects.as_mut().map(|file| file as &mut dyn Write);
            let labelled = engine::label_pages(&corpus, &settings, rejects, &watch)?;
            LabelSource::Scan(Box::new(labelled))
        };
        Ok(Pages { corpus, settings, judge, rejects, watch })
    }

    fn pass(&mut self, by: &ByBank) -> IndexPass<'_> {
        let rejects = match (&self.judge, &mut self.rejects) {
            (LabelSource::Bank(_), Some(file)) => Some(file as &mut dyn Write),
            // A scan has written them.
            _ => None,
        };
        IndexPass {
            corpus: &self.corpus,
            settings: &self.settings,
            labels: self.judge.labels(by),
            rejects,
            observer: &self.watch,
        }
    }

    /// Says what could not be used, and how long it took.
    fn end(self, mut indexed: Indexed, voice: Verbosity) -> Result<Exit> {
        if let Some(file) = self.rejects {
            file.commit()?;
        }
        if let LabelSource::Scan(labelled) = self.judge {
            indexed.bad = labelled.bad;
        }
        if indexed.bad.count > 0 {
            let bad = things(indexed.bad.count, "record was", "records were");
            voice.note(&format!("{bad} bad and left out"));
            for message in &indexed.bad.first {
                voice.note(&format!("  {}", one_line(message, 400)));
            }
        }
        reading::tell(&self.corpus, voice);
        voice.note(&self.watch.took(indexed.input_bytes));
        let exit = if indexed.bad.count > 0 { Exit::Skipped } else { Exit::Done };
        Ok(reading::end(&self.corpus, voice, exit))
    }
}

/// Compares the paths of a command with its index, its bank and its output.
fn check(
    paths: &mut Paths,
    index: &Path,
    bank: Option<&Path>,
    output: Option<&Path>,
) -> Result<Vec<PathId>> {
    paths.update(INDEX, index);
    if let Some(bank) = bank {
        paths.read("the bank", bank);
    }
    paths.write_any("-o", output);
    paths.check()
}

fn add(args: &IndexAddArgs, voice: Verbosity) -> Result<Exit> {
    let mut in_force = args.common.in_force(voice)?;
    in_force.0.outputs = check(&mut in_force.2, &args.index, args.by.bank.as_deref(), None)?;
    // Two writers are told apart before hours of work.
    let mut writer = runs::index_writer(&args.index, &in_force.1)?;
    if let Some(every) = args.commit_every {
        writer = writer.with_every(every);
    }
    let mut pages = Pages::open(&args.common, in_force, &args.by, voice)?;
    let indexed = runs::add_to_index(pages.pass(&args.by), &mut writer)?;
    let known = indexed.pages - indexed.added;
    voice.note(&format!(
        "{} added{}",
        things(indexed.added, "page", "pages"),
        if known > 0 { format!(", {} there already", count(known)) } else { String::new() },
    ));
    say(writer.index(), voice);
    pages.end(indexed, voice)
}

fn find(args: &IndexFindArgs, voice: Verbosity) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let mut in_force = args.common.in_force(voice)?;
    let bank = args.by.bank.as_deref();
    in_force.0.outputs = check(&mut in_force.2, &args.index, bank, Some(&args.output))?;
    index.check_recipe(in_force.1.recipe.families_id())?;
    let mut out = Out::open(&args.output, args.common.force())?;
    let mut pages = Pages::open(&args.common, in_force, &args.by, voice)?;
    let mut copies = 0_u64;
    let indexed = runs::find_in_index(pages.pass(&args.by), &index, |found| {
        copies += u64::from(!found.copies.is_empty());
        out.line(rows::found(&found, &index)?.as_ref())
    })?;
    out.commit()?;
    voice.note(&format!(
        "{} of {} copy known ones ({} in {})",
        count(copies),
        things(indexed.pages, "page", "pages"),
        things(index.pages().into(), "page", "pages"),
        args.index.display(),
    ));
    pages.end(indexed, voice)
}

fn clusters(args: &IndexClustersArgs, voice: Verbosity) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let (_, settings, mut paths) = args.method.tolerant()?;
    check(&mut paths, &args.index, None, Some(&args.output))?;
    let mut out = Out::open(&args.output, Force::if_asked(args.force))?;
    index.check_recipe(settings.recipe.families_id())?;
    let watch = Watch::new(voice);
    let found = runs::index_clusters(&index, &settings, &watch)?;
    for (number, cluster) in found.clusters.iter().enumerate() {
        out.line(Some(&rows::cluster(number, cluster, &index)?))?;
    }
    out.commit()?;
    let copies: usize = found.clusters.iter().map(|cluster| cluster.members.len()).sum();
    voice.note(&format!(
        "{} with {}; {} of {} verified",
        things(found.clusters.len() as u64, "cluster", "clusters"),
        things(copies as u64, "copy", "copies"),
        count(found.links),
        things(found.candidates, "pair", "pairs"),
    ));
    voice.note(&watch.took(index.bytes()[2]));
    Ok(Exit::Done)
}

fn diff(args: &IndexDiffArgs, voice: Verbosity) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let (mut options, settings, mut paths) = args.common.in_force(voice)?;
    options.outputs = check(&mut paths, &args.index, None, Some(&args.output))?;
    let mut out = Out::open(&args.output, args.common.force())?;
    index.check_recipe(settings.recipe.families_id())?;
    let corpus = reading::open(&args.common.inputs, options, false, voice)?;
    paths.tell(&corpus, voice);
    let watch = Watch::new(voice);
    let mut findings = scan::scan(&corpus, &args.common, &settings, &watch)?;
    let diff = runs::diff_index(&corpus, &settings, &findings, &index, &watch)?;
    findings.clear();
    for page in &diff.changed {
        out.line(Some(&rows::changed(page)))?;
    }
    for cluster in &diff.others {
        out.line(Some(&rows::other(cluster, &index)?))?;
    }
    out.commit()?;
    let unexplained = diff.others.iter().filter(|cluster| !cluster.is_explained).count();
    voice.note(&format!(
        "{} in both{}: {} other labels now",
        things(diff.pages, "page", "pages"),
        if diff.missing > 0 {
            format!(", {} not in the index", count(diff.missing))
        } else {
            String::new()
        },
        things(diff.changed.len() as u64, "page has", "pages have"),
    ));
    voice.note(&format!(
        "{} equal; {} one side only, {} of them without a page that has other labels",
        things(diff.equal, "cluster is", "clusters are"),
        things(diff.others.len() as u64, "is on", "are on"),
        count(unexplained as u64),
    ));
    reading::tell(&corpus, voice);
    voice.note(&watch.took(findings.counts.input_bytes));
    Ok(reading::end(&corpus, voice, scan::leave(findings)))
}

fn compact(args: &IndexCompactArgs, voice: Verbosity) -> Result<Exit> {
    let recipe = Index::open(&args.index)?.recipe();
    let mut writer = IndexWriter::open(&args.index, recipe)?;
    writer.index().check()?;
    writer.compact()?;
    say(writer.index(), voice);
    Ok(Exit::Done)
}

/// What `index show --json` prints: bytes of all files, and of them those of words and lines and those of keys.
#[derive(Debug, serde::Serialize)]
struct ShownIndex {
    row: &'static str,
    pages: u32,
    bytes: u64,
    entries: u64,
    keys: u64,
    segments: Vec<ShownSegment>,
}

#[derive(Debug, serde::Serialize)]
struct ShownSegment {
    pages: u32,
    bytes: u64,
}

fn show(args: &IndexShowArgs) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    index.check()?;
    let [entries, keys, all] = index.bytes();
    if args.json {
        let segments = index.segments().map(|(pages, bytes)| ShownSegment { pages, bytes });
        let (pages, segments) = (index.pages(), segments.collect());
        let row = ShownIndex { row: "index", pages, bytes: all, entries, keys, segments };
        return terminal::stream(|out| terminal::write_row(out, &row)).map(|()| Exit::Done);
    }
    let pages = u64::from(index.pages());
    let each = |bytes: u64| bytes / pages.max(1);
    let mut text = format!(
        "{} in {}, {}; {} a page: {} of words and lines, {} of keys\n",
        things(pages, "page", "pages"),
        things(index.segments().count() as u64, "segment", "segments"),
        bytes(all),
        bytes(each(all)),
        bytes(each(entries)),
        bytes(each(keys)),
    );
    for (pages, size) in index.segments() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {}, {}", things(pages.into(), "page", "pages"), bytes(size));
    }
    terminal::print(&text)?;
    Ok(Exit::Done)
}

/// Of pages that were dropped those that the index has, if there are any.
pub(super) fn dropped(known: u64) -> String {
    if known > 0 { format!(" ({} in the index)", count(known)) } else { String::new() }
}

fn say(index: &Index, voice: Verbosity) {
    voice.note(&format!(
        "{}: {} in {}, {}",
        index.folder().display(),
        things(index.pages().into(), "page", "pages"),
        things(index.segments().count() as u64, "segment", "segments"),
        bytes(index.bytes()[2]),
    ));
}

/// Lines of JSON for a file, a device or standard output.
enum Out {
    File(Box<AtomicFile>),
    Stream(Box<dyn Write>),
}

impl Out {
    fn open(path: &Path, force: Force) -> Result<Out> {
        if path == Path::new("-") {
            return Ok(Out::Stream(Box::new(io::stdout().lock())));
        }
        Ok(match open_device(path)? {
            Some(device) => Out::Stream(Box::new(device)),
            None => Out::File(Box::new(AtomicFile::create(path, force)?)),
        })
    }

    fn line(&mut self, row: Option<&impl serde::Serialize>) -> Result<()> {
        let Some(row) = row else { return Ok(()) };
        let (out, name): (&mut dyn Write, _) = match self {
            Out::File(file) => {
                let path = file.path().to_owned();
                (file, path)
            }
            Out::Stream(stream) => (stream, "standard output".into()),
        };
        let written = serde_json::to_writer(&mut *out, row)
            .map_err(io::Error::from)
            .and_then(|()| out.write_all(b"\n"));
        written.map_err(|e| Error::io(name, e))
    }

    fn commit(self) -> Result<()> {
        match self {
            Out::File(file) => file.commit(),
            Out::Stream(mut stream) => stream.flush().map_err(|e| Error::io("standard output", e)),
        }
    }
}
