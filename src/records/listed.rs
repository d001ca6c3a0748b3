//! Inputs as they are named → the files that are read, in their order.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    LeftOut, Options,
    damage::Damages,
    format::{LOOKED_FOR, is_named_page, is_named_part},
    own::{self, Own, PassedOver},
    source::Source,
    spool::Spool,
};
use crate::records::codec::decompress::{open, unreadable};
use crate::{
    base::error::{Error, Result},
    store::PathId,
};

/// What is listed of the inputs.
pub(super) struct Listed {
    pub(super) files: Vec<Source>,
    pub(super) passed_over: Vec<PassedOver>,
    damages: Arc<Damages>,
    pub(super) left_out: LeftOut,
}

/// Why a file of ours that is named is refused.
pub(super) fn no_pages(own: Own) -> String {
    format!("is {own}, which holds no pages")
}

impl Listed {
    pub(super) fn new(damages: Arc<Damages>) -> Listed {
        Listed { files: Vec::new(), passed_over: Vec::new(), damages, left_out: LeftOut::default() }
    }

    /// Passes over what cannot be opened, if that is asked for.
    fn skip(&self, path: &Path, options: &Options, error: Error) -> Result<()> {
        let file = path.display().to_string();
        self.damages.skip(options.skip_damaged, &file, 0, error.damage())
    }

    /// Adds the file or the files of the folder `input`.
    pub(super) fn add(&mut self, input: &Path, options: &Options) -> Result<()> {
        let about = match fs::metadata(input) {
            Ok(about) => about,
            // What is not there at all was most likely meant otherwise.
            Err(e) if fs::symlink_metadata(input).is_err() => return Err(unreadable(input, e)),
            Err(e) => return self.skip(input, options, unreadable(input, e)),
        };
        if about.is_dir() {
            return self.add_folder(input, options);
        }
        if about.is_file() {
            let relative = input.file_name().map_or_else(|| input.to_path_buf(), PathBuf::from);
            let source = match Source::file(input, relative, about.len(), options) {
                Ok(source) => source,
                Err(e) => return self.skip(input, options, e),
            };
            let ours = |own| Error::data(input.display().to_string(), no_pages(own));
            self.files.push(source.map_err(ours)?);
        } else {
            // A pipe gives its bytes once, and looking into it takes them away.
            let spool = Arc::new(Spool::new(Box::new(open(input)?))?);
            self.files.push(Source::stream(input, spool, options)?);
        }
        Ok(())
    }

    fn add_folder(&mut self, folder: &Path, options: &Options) -> Result<()> {
        let real = fs::canonicalize(folder).map_err(|e| unreadable(folder, e))?;
        let (found, others) = (Vec::new(), Vec::new());
        let mut walk = Walk { folder, options, above: vec![real], found, others, listed: self };
        walk.enter(Path::new(""))?;
        let Walk { mut found, others, .. } = walk;
        for (relative, size) in others {
            // What its name does not tell its content may: the parts of a job's output.
            let path = folder.join(&relative);
            if is_named_part(&path) && holds_records(&path, relative.clone(), size, options) {
                found.push((relative, size));
            } else {
                self.left_out.add(&relative);
            }
        }
        if found.is_empty() && self.damages.damaged().is_empty() {
            let mut place = folder.display().to_string();
            if !place.ends_with('/') {
                place.push('/');
            }
            let ours =
                if self.passed_over.is_empty() { "" } else { ", nor beside files of our own" };
            return Err(Error::data(
                place,
                format!("no pages found{ours} (looked for {LOOKED_FOR})"),
            ));
        }
        found.sort_by(|a, b| {
            a.0.as_os_str().as_encoded_bytes().cmp(b.0.as_os_str().as_encoded_bytes())
        });
        for (relative, size) in found {
            let path = folder.join(&relative);
            let looked = Source::file(&path, relative, size, options).and_then(|looked| {
                let own = match &looked {
                    Ok(source) => source.own()?,
                    Err(own) => Some(*own),
                };
                Ok((looked, own))
            });
            let looked = match looked {
                Ok(looked) => looked,
                Err(e) => {
                    self.skip(&path, options, e)?;
                    continue;
                }
            };
            match looked {
                (Ok(source), None) => self.files.push(Source { from_folder: true, ..source }),
                (_, own) => {
                    self.passed_over.extend(own.map(|what| PassedOver { path, what }));
                }
            }
        }
        Ok(())
    }

    /// Takes out files that stand in the list before, whatever they are called there.
    pub(super) fn once(&mut self) {
        let Listed { files, left_out, .. } = self;
        let mut seen = HashSet::new();
        files.retain(|file| {
            let Some(path) = file.path() else { return true };
            let is_new = fs::canonicalize(path).map_or(true, |real| seen.insert(real));
            if !is_new {
                left_out.twice.push(file.name.clone());
            }
            is_new
        });
    }
}

/// Whether a file whose name does not say so holds records. What cannot be read is no reason to stop.
fn holds_records(path: &Path, relative: PathBuf, size: u64, options: &Options) -> bool {
    let found = Source::file(path, relative, size, options);
    matches!(found, Ok(Ok(source)) if !source.format.is_one_page())
}

/// Looks for pages below a folder.
struct Walk<'w> {
    folder: &'w Path,
    options: &'w Options,
    /// The real paths of the folders that lead to where the walk is: a link to one of them would lead there again.
    above: Vec<PathBuf>,
    found: Vec<(PathBuf, u64)>,
    /// Files that are not named like pages.
    others: Vec<(PathBuf, u64)>,
    listed: &'w mut Listed,
}

impl Walk<'_> {
    /// Adds the pages below `folder`/`below`.
    fn enter(&mut self, below: &Path) -> Result<()> {
        let here = self.folder.join(below);
        let has_evidence = own::has_evidence(&here);
        let entries = match fs::read_dir(&here) {
            Ok(entries) => entries,
            Err(e) => return self.listed.skip(&here, self.options, unreadable(&here, e)),
        };
        for entry in entries {
            let name = entry.map_err(|e| Error::io(&here, e))?.file_name();
            let is_of = |part: &[u8]| memchr::memmem::find(name.as_encoded_bytes(), part).is_some();
            if name.as_encoded_bytes().starts_with(b".") {
                // Not what a run is writing.
                if !is_of(b".refrain-") {
                    self.others.push((below.join(&name), 0));
                }
                continue;
            }
            let (path, relative) = (here.join(&name), below.join(&name));
            let is_link = fs::symlink_metadata(&path).is_ok_and(|about| about.is_symlink());
            let about = match fs::metadata(&path) {
                Ok(about) => about,
                // A link to nothing is an error only if it would have been a page.
                Err(_) if is_link && !is_named_page(&path) => continue,
                Err(e) => {
                    self.listed.skip(&path, self.options, unreadable(&path, e))?;
                    continue;
                }
            };
            let is_page = about.is_file() && is_named_page(&path);
            if !is_page && !about.is_file() && !about.is_dir() {
                continue;
            }
            let is_output = || {
                let outputs = &self.options.outputs;
                !outputs.is_empty() && outputs.contains(&PathId::of_metadata(&path, &about))
            };
            let is_evidence =
                || has_evidence && own::EVIDENCE_FILES.iter().any(|file| name == *file);
            if is_output() {
                self.listed.passed_over.push(PassedOver { path, what: Own::Output });
            } else if is_page && is_evidence() {
                self.listed.passed_over.push(PassedOver { path, what: Own::Evidence });
            } else if is_page {
                self.found.push((relative, about.len()));
            } else if about.is_file() {
                self.others.push((relative, about.len()));
            } else {
                let real = fs::canonicalize(&path).map_err(|e| unreadable(&path, e))?;
                if !self.above.contains(&real) {
                    self.above.push(real);
                    self.enter(&relative)?;
                    self.above.pop();
                }
            }
        }
        Ok(())
    }
}
