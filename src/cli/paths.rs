//! All paths of a command, compared by what they are on disk before anything is read or written: no output takes the
//! place of what is read, no two outputs are one file, and nothing lies in a work folder.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use crate::{
    Error, Result,
    records::{Corpus, Own, PassedOver, is_named_page},
    store::{PathId, Work, is_stream, is_within},
};

use super::terminal::{Verbosity, count, one_line};

/// Files of one kind that are named when they were passed over.
const NAMED: usize = 3;

/// What a command does with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    /// Reads it.
    Read,
    /// Makes the file or takes its place.
    Write,
    /// Makes files in the folder; which, is checked when they are known.
    Fill,
    /// Reads it and writes to it: nobody else may.
    Update,
}

/// A path and what it is for.
#[derive(Clone, Debug)]
struct Named {
    /// A flag, or what the path is.
    what: &'static str,
    path: PathBuf,
    access: Access,
    id: PathId,
}

/// All paths of a command.
#[derive(Debug, Default)]
pub(super) struct Paths {
    named: Vec<Named>,
    work: Option<PathBuf>,
}

impl Paths {
    fn add(&mut self, what: &'static str, path: &Path, access: Access) {
        // A pipe or a device is not replaced, and its bytes are nobody's.
        if path != Path::new("-") && !is_stream(path) {
            let (path, id) = (path.to_path_buf(), PathId::of(path));
            self.named.push(Named { what, path, access, id });
        }
    }

    /// It is read.
    pub(super) fn read(&mut self, what: &'static str, path: &Path) {
        self.add(what, path, Access::Read);
    }

    /// Pages are read from it.
    pub(super) fn inputs(&mut self, inputs: &[PathBuf]) {
        for input in inputs {
            self.read(INPUT, input);
        }
    }

    /// The file is made, or what is there is replaced. `-` is standard output, which may lead to a file.
    pub(super) fn write(&mut self, what: &'static str, path: &Path) {
        if path == Path::new("-") {
            let stdout = Path::new("/dev/stdout");
            if stdout.is_file() {
                self.add("standard output", stdout, Access::Write);
            }
        } else {
            self.add(what, path, Access::Write);
        }
    }

    /// The same of a file that may be none.
    pub(super) fn write_any(&mut self, what: &'static str, path: Option<&Path>) {
        if let Some(path) = path {
            self.write(what, path);
        }
    }

    /// Files are made in the folder, or it is a file that takes all pages: [`check_files`](Paths::check_files) says
    /// whether they may.
    pub(super) fn fill(&mut self, what: &'static str, path: &Path) {
        if path == Path::new("-") {
            self.write(what, path);
        } else {
            self.add(what, path, Access::Fill);
        }
    }

    /// It is read and written.
    pub(super) fn update(&mut self, what: &'static str, path: &Path) {
        self.add(what, path, Access::Update);
    }

    /// The run works in it.
    pub(super) fn work_in(&mut self, folder: Option<&Path>) {
        self.work = folder.map(Path::to_path_buf);
    }

    /// Compares all with each other; gives what of a folder that is read is to be passed over.
    ///
    /// # Errors
    ///
    /// *Usage* if one would take the place of another, or lies in the work folder or in an index.
    pub(super) fn check(&self) -> Result<Vec<PathId>> {
        if let Some(work) = &self.work
            && let Some(inside) = self.named.iter().find(|named| is_within(&named.path, work))
        {
            let problem = format!(
                "lies in the work folder {}; name one for --work that holds nothing else, such as {}",
                work.display(),
                work.join("work").display(),
            );
            return Err(Error::usage(inside.shown(), problem));
        }
        for (at, later) in self.named.iter().enumerate() {
            for earlier in &self.named[..at] {
                if let Some((lost, taker)) = earlier.conflict(later) {
                    return Err(conflict(lost, taker));
                }
            }
        }
        let stores = self.named.iter().filter(|store| store.what == INDEX);
        for store in stores {
            let writes = |named: &&Named| named.access != Access::Read && named.id != store.id;
            if let Some(inside) =
                self.named.iter().filter(writes).find(|named| is_within(&named.path, &store.path))
            {
                let problem = format!("lies in the index {}; name another place", store.shown());
                return Err(Error::usage(inside.shown(), problem));
            }
        }
        let written = self.named.iter().filter(|named| named.access != Access::Read);
        let work = self.work.iter().map(|work| PathId::of(&work.join(Work::FOLDER)));
        Ok(written.map(|named| named.id.clone()).chain(work).collect())
    }

    /// Whether the files `outputs`, which `what` makes, may be written. `itself` says of which input files the output
    /// may take the place: those that it holds in their own form.
    ///
    /// # Errors
    ///
    /// *Usage* if one would take the place of an input or of another path of the command.
    pub(super) fn check_files(
        &self,
        what: &'static str,
        outputs: &[PathBuf],
        corpus: &Corpus,
        itself: impl Fn(usize, usize) -> bool,
    ) -> Result<()> {
        let mut taken: HashMap<&PathId, &Named> = HashMap::new();
        for named in self.named.iter().filter(|named| named.access != Access::Fill) {
            taken.entry(&named.id).or_insert(named);
        }
        let mut inputs = HashMap::new();
        // What is not there is no input.
        if outputs.iter().any(|path| path.exists()) {
            let paths = corpus.files().iter().enumerate();
            inputs.extend(paths.filter_map(|(at, file)| Some((PathId::of(file.path()?), at))));
        }
        for (at, path) in outputs.iter().enumerate() {
            let output =
                Named { what, path: path.clone(), access: Access::Write, id: PathId::of(path) };
            if let Some(&input) = inputs.get(&output.id) {
                if !itself(at, input) {
                    let input = Named { what: INPUT, access: Access::Read, ..output.clone() };
                    return Err(conflict(&input, &output));
                }
                continue;
            }
            if let Some(&other) = taken.get(&output.id) {
                return Err(conflict(other, &output));
            }
        }
        Ok(())
    }

    /// Says which files below folders were passed over, and what other runs will not pass over.
    pub(super) fn tell(&self, corpus: &Corpus, voice: Verbosity) {
        for note in notes(corpus.passed_over()) {
            voice.note(&note);
        }
        let folders =
            || self.named.iter().filter(|named| named.what == INPUT && named.path.is_dir());
        let pages = self.named.iter().filter(|named| match named.access {
            Access::Write => is_named_page(&named.path),
            Access::Fill => named.what == "-o",
            Access::Read | Access::Update => false,
        });
        for output in pages {
            let above = folders()
                .find(|folder| folder.id != output.id && is_within(&output.path, &folder.path));
            if let Some(folder) = above {
                voice.note(&format!(
                    "{} lies in {}, which is read: this command passes it over, others will read it as pages",
                    output.shown(),
                    folder.shown(),
                ));
            }
        }
    }
}

/// What pages are read from.
const INPUT: &str = "an input";
/// A folder in which nothing but the index may write.
pub(super) const INDEX: &str = "the index";

impl Named {
    fn shown(&self) -> String {
        self.path.display().to_string()
    }

    /// Which of two that are the same would be lost, and to which; none if they get on.
    fn conflict<'n>(&'n self, other: &'n Named) -> Option<(&'n Named, &'n Named)> {
        use Access::{Fill, Read, Update, Write};
        if self.id != other.id {
            return None;
        }
        match (self.access, other.access) {
            (Read, Read) | (Fill, Fill) => None,
            // Of folders, and of one file that is read and written again, the files are compared.
            (Read, Fill) if self.what == INPUT => None,
            (Fill, Read) if other.what == INPUT => None,
            (Write | Fill, Read | Update) | (Update, Read) => Some((other, self)),
            _ => Some((self, other)),
        }
    }
}

/// The error for `taker`, which would take the place of `lost`.
fn conflict(lost: &Named, taker: &Named) -> Error {
    let problem = match (lost.access, lost.what) {
        (Access::Write | Access::Fill, what) if what == taker.what => {
            format!("is named twice for {what}; name another file")
        }
        (Access::Write | Access::Fill, what) => {
            format!("is named for two outputs, {what} and {}; name another file", taker.what)
        }
        (_, what) => {
            format!("is {what}, and {} would take its place; name another file", taker.what)
        }
    };
    Error::usage(taker.shown(), problem)
}

/// One line for each kind of files that were passed over.
fn notes(passed_over: &[PassedOver]) -> Vec<String> {
    let mut kinds: Vec<Own> = passed_over.iter().map(|file| file.what).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let note = |kind: Own| {
        let files: Vec<&PassedOver> = passed_over.iter().filter(|file| file.what == kind).collect();
        let name = |file: &&PassedOver| one_line(&file.path.display().to_string(), 100);
        let names: Vec<String> = files.iter().take(NAMED).map(name).collect();
        let more = match files.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {} more", count(more as u64)),
        };
        format!("passed over ({kind}): {}{more}", names.join(", "))
    };
    kinds.into_iter().map(note).collect()
}
