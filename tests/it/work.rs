//! A work folder of format version 1 is resumed for ever, or is refused by its version.
//!
//! What stands in `fixtures/work-1` was left by runs over the seed pages that ended before a stage. A run may go on only
//! with the input and the recipe that it began with, and these hold times, paths, and the release. So the tests go on
//! with a copy that has the key of their own run in it: the files are read as they stand, block by block, and written
//! under the other key.

use refrain::engine;
use std::{
    collections::HashSet,
    fs,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use refrain::{
    Class, Result,
    engine::{Observer, Settings, Stage, Unobserved},
    evidence::write_evidence,
    records::{Corpus, Options},
    store::{Force, Kind, RecordReader, RecordWriter, RunKey, Work},
    table::Whole,
};

use crate::command::Folder;

const STAGES: [Stage; 3] = [Stage::Families, Stage::Label, Stage::Copies];
const MANIFEST: &str = "manifest.refrain";

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Where the run that ended before `stage` left its files.
fn golden(stage: Stage) -> PathBuf {
    repository("fixtures/work-1").join(format!("before-{}", stage.word()))
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// A folder with the input: a few pages of each of some sites.
fn world() -> Folder {
    let folder = Folder::new();
    let mut pages = String::new();
    for site in ["arrowick-gazette", "kelmere-chronicle", "pellhaven-post"] {
        let all = fs::read_to_string(repository(&format!("seeds/pages/{site}.jsonl"))).unwrap();
        pages.extend(all.lines().take(3).flat_map(|line| [line, "\n"]));
    }
    folder.write("pages.jsonl", pages);
    folder
}

fn corpus(folder: &Folder) -> Corpus {
    Corpus::open(&[folder.path("pages.jsonl")], Options::default()).unwrap()
}

fn settings(work: Option<PathBuf>) -> Settings {
    // So little that a shard holds few sites.
    Settings { threads: NonZeroUsize::MIN, memory: Some(1 << 20), work, ..Settings::default() }
}

/// Evidence of a run, that goes on in `work` if it is said.
fn evidence(folder: &Folder, out: &str, work: Option<PathBuf>) -> Result<Vec<(String, Vec<u8>)>> {
    let findings = engine::scan(&corpus(folder), &settings(work), None, &Unobserved)?;
    write_evidence(&findings, &folder.path(out), Force::Replace, &Whole)?;
    Ok(folder.files(out))
}

/// Panics when a stage begins: what is on disk is what a run killed there leaves.
struct Killer(Stage);

impl Observer for Killer {
    fn begin(&self, stage: Stage) {
        assert!(stage != self.0, "as planned");
    }
}

/// Makes the folders anew, when the form of work files has changed and their versions with it:
/// `REFRAIN_WRITE_GOLDEN=1 cargo test --test it golden_work_folders`.
fn write_golden(folder: &Folder) {
    for stage in STAGES {
        let work = folder.path("golden");
        let killed = catch_unwind(AssertUnwindSafe(|| {
            let settings = settings(Some(work.clone()));
            engine::scan(&corpus(folder), &settings, None, &Killer(stage)).map(drop)
        }));
        assert!(killed.is_err());
        let golden = golden(stage);
        let _ = fs::remove_dir_all(&golden);
        fs::create_dir_all(&golden).unwrap();
        let is_kept = |file: &&PathBuf| {
            !["lock.refrain", "files.refrain"].iter().any(|name| file.ends_with(name))
        };
        for file in files_of(&work.join(Work::FOLDER)).iter().filter(is_kept) {
            fs::copy(file, golden.join(file.file_name().unwrap())).unwrap();
        }
        fs::remove_dir_all(work).unwrap();
    }
}

/// A number that stands in `bytes`, with zeros behind it.
fn number(bytes: &[u8]) -> u64 {
    let mut all = [0; 8];
    all[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(all)
}

/// A copy of a work folder with the key of another run, and `version` of the file of that name.
fn copy(from: &Path, to: &Path, key: RunKey, version: Option<(&str, u32)>) {
    let to = &to.join(Work::FOLDER);
    fs::create_dir_all(to).unwrap();
    for file in files_of(from) {
        let name = file.file_name().unwrap().to_str().unwrap();
        let head = fs::read(&file).unwrap();
        // Rows that are found by their place stand in a file without a head, and so without a key.
        let number_at = |range: std::ops::Range<usize>| head.get(range).map_or(0, number);
        let word = head.get(8..16).and_then(|word| word.try_into().ok()).unwrap_or_default();
        let kind = Kind::new(word, number_at(16..20) as u32);
        let Ok(mut blocks) = RecordReader::open(&file, kind, number_at(24..32)) else {
            fs::copy(&file, to.join(name)).unwrap();
            continue;
        };
        let version = version.filter(|other| other.0 == name).map_or(kind.version, |other| other.1);
        let is_manifest = name == MANIFEST;
        let id = if is_manifest { 0 } else { key.id() };
        let kind = Kind { version, ..kind };
        let mut out = RecordWriter::create(&to.join(name), kind, id).unwrap();
        let mut keys = [key.recipe, key.input].into_iter().filter(|_| is_manifest);
        let mut block = Vec::new();
        while blocks.next(&mut block).unwrap() {
            match keys.next() {
                Some(key) => out.write(&key.to_le_bytes()).unwrap(),
                None => out.write(&block).unwrap(),
            }
        }
        out.finish(false).unwrap();
    }
}

fn key(folder: &Folder) -> RunKey {
    let input = corpus(folder).identity().unwrap();
    RunKey { recipe: settings(None).recipe.id(), input }
}

#[test]
fn golden_work_folders_are_resumed() {
    let folder = world();
    if std::env::var_os("REFRAIN_WRITE_GOLDEN").is_some() {
        write_golden(&folder);
    }
    let fresh = evidence(&folder, "fresh", None).unwrap();
    assert!(folder.read("fresh/chrome.jsonl").len() > 1000, "there is nothing to find");
    for stage in STAGES {
        let work = folder.path(&format!("before-{}", stage.word()));
        copy(&golden(stage), &work, key(&folder), None);
        match evidence(&folder, "resumed", Some(work.clone())) {
            Ok(resumed) => assert!(resumed == fresh, "before {stage:?}: other bytes"),
            // That of an older release, kept to see it refused.
            Err(error) => assert_refused(&error, &work),
        }
    }
}

fn assert_refused(error: &refrain::Error, work: &Path) {
    let error_text = error.to_string();
    assert_eq!(error.class(), Class::Data, "{error}");
    assert!(error_text.starts_with(&work.display().to_string()), "no file: {error}");
    assert!(error_text.contains("; this release reads "), "{error}");
    assert!(error_text.ends_with("; remove its folder and run again"), "{error}");
}

/// Whatever is of another version: if it is read, its file is named, and how to go on is said.
#[test]
fn a_work_folder_of_another_version_is_refused() {
    let folder = world();
    let (mut tried, mut refused) = (HashSet::new(), Vec::new());
    for stage in STAGES {
        // That of an older release is refused as it stands, for a file that is of an older version.
        let whole = folder.path(&format!("before-{}", stage.word()));
        copy(&golden(stage), &whole, key(&folder), None);
        let is_older = evidence(&folder, "out", Some(whole)).is_err();
        for file in files_of(&golden(stage)) {
            // One file of each kind: `traced-0`, `traced-1`…
            let name = file.file_name().unwrap().to_str().unwrap();
            let kind = name.split('-').next().unwrap();
            if !tried.insert(kind.to_owned()) {
                continue;
            }
            let work = folder.path("work");
            copy(&golden(stage), &work, key(&folder), Some((name, 99)));
            if let Err(error) = evidence(&folder, "out", Some(work.clone())) {
                let file = work.join(Work::FOLDER).join(name);
                if is_older && !error.to_string().starts_with(&file.display().to_string()) {
                    assert_refused(&error, &work);
                } else {
                    assert_refused(&error, &file);
                    refused.push(kind.to_owned());
                }
            }
            fs::remove_dir_all(work).unwrap();
        }
    }
    for kind in [MANIFEST, "learnt", "rows", "traced", "families", "shard", "labels"] {
        assert!(refused.iter().any(|refused| refused == kind), "{kind} is not in {refused:?}");
    }
}

/// The key that stands in the folder is another's, so as it is it is refused.
#[test]
fn a_work_folder_of_another_input_is_refused() {
    let folder = world();
    for stage in STAGES {
        let work = folder.path(&format!("before-{}", stage.word()));
        let own = work.join(Work::FOLDER);
        fs::create_dir_all(&own).unwrap();
        for file in files_of(&golden(stage)) {
            fs::copy(&file, own.join(file.file_name().unwrap())).unwrap();
        }
        let error = evidence(&folder, "out", Some(work.clone())).unwrap_err();
        assert_eq!(error.class(), Class::Usage, "{error}");
        let problem = error.to_string();
        assert!(problem.starts_with(&work.display().to_string()), "{problem}");
        assert!(problem.contains("belongs to a run of another input"), "{problem}");
        assert!(problem.ends_with("; name another folder or remove this one"), "{problem}");
    }
}
