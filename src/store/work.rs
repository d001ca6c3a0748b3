//! A folder for what a run keeps on disk, with a list of the stages that are done.
//!
//! A run that is to be resumed works in a folder of its own inside the one that its user named, for its user only. It
//! is known by its manifest and by nothing else, and a journal names every file before it is made: at the end those are
//! removed, and what anybody else put there stays.
//!
//! A stage writes its files, then gets its name into the manifest, which is replaced in one step. What a killed
//! run left of an unfinished stage is written again. A lock keeps two runs apart.

use std::{
    collections::BTreeSet,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use fs_err::File;

use super::{
    Kind, Lock, PileWriter, RecordReader, RecordWriter, Scratch,
    lock::LOCK_NAME,
    temporary::{append_private, make_private},
};
use crate::base::error::{Error, Result};

const MANIFEST: Kind = Kind::new(*b"manifest", 1);
const MANIFEST_NAME: &str = "manifest.refrain";
const MANIFEST_PART: &str = "manifest.part";
/// Names of the files that were made, each on a line.
const JOURNAL_NAME: &str = "files.refrain";
/// A folder may be given up by one run while another one opens it; this often in a row it is not.
const TRIES: usize = 8;

/// What a run is: two runs with the same key write the same files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunKey {
    /// Everything that changes results.
    pub recipe: u64,
    /// Which files are read, and how.
    pub input: u64,
}

impl RunKey {
    /// Both in one number.
    pub fn id(self) -> u64 {
        self.recipe.rotate_left(32) ^ self.input.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

/// Where a run works on disk.
#[derive(Debug)]
pub struct Work {
    folder: PathBuf,
    key: RunKey,
    done: Vec<String>,
    /// Removed with all that is in it at the end.
    scratch: Option<Scratch>,
    /// Held as long as the run lasts, with the names of the files that were made.
    owned: Option<(Mutex<Journal>, Lock)>,
}

/// The files that runs have made in a work folder, on disk before they are.
#[derive(Debug)]
struct Journal {
    file: std::fs::File,
    names: BTreeSet<String>,
}

impl Journal {
    fn open(folder: &Path) -> Result<Journal> {
        let path = folder.join(JOURNAL_NAME);
        let file = append_private(&path)?;
        let text = fs_err::read_to_string(&path).map_err(|e| Error::io(&path, e))?;
        let is_name = |name: &&str| !name.is_empty() && !name.contains(['/', '\\']);
        Ok(Journal { file, names: text.lines().filter(is_name).map(str::to_owned).collect() })
    }

    fn add(&mut self, name: &str) -> std::io::Result<()> {
        if self.names.insert(name.to_owned()) {
            self.file.write_all(format!("{name}\n").as_bytes())?;
        }
        Ok(())
    }
}

impl Work {
    /// Name of the folder that a run works in, inside the one that its user named.
    pub const FOLDER: &str = "refrain-work";

    /// A folder that lasts as long as the run.
    ///
    /// # Errors
    ///
    /// *Machine* if it cannot be made.
    pub fn scratch(key: RunKey) -> Result<Work> {
        let scratch = Scratch::new()?;
        let folder = scratch.path().to_owned();
        Ok(Work { folder, key, done: Vec::new(), scratch: Some(scratch), owned: None })
    }

    /// The run's own folder inside `named`, both made if they are missing, with what an earlier run of the same key
    /// has done. What else is in `named` is not touched.
    ///
    /// # Errors
    ///
    /// *Usage* if another run is at work there, or if what is there belongs to another run or to nobody that is
    /// known; *data* if it is damaged; *machine* if the system refuses.
    pub fn open(named: &Path, key: RunKey) -> Result<Work> {
        if named.is_file() {
            let problem = "is a file, not a folder to work in; name another";
            return Err(Error::usage(named.display().to_string(), problem));
        }
        fs_err::create_dir_all(named).map_err(|e| Error::io(named, e))?;
        let folder = named.join(Work::FOLDER);
        let mut tries = 1..;
        let lock = loop {
            is_ours(&folder)?;
            match Lock::take(&folder) {
                // Its owner ended and removed it meanwhile.
                Err(e)
                    if e.io_kind() == Some(ErrorKind::NotFound) && tries.next() < Some(TRIES) => {}
                lock => break lock?,
            }
        };
        let manifest = folder.join(MANIFEST_NAME);
        let found = if manifest.exists() { Some(read(&manifest)?) } else { None };
        let is_same = found.as_ref().is_some_and(|found| found.0 == key);
        let done = match found {
            Some((_, done)) if is_same => done,
            Some((found, done)) if !done.is_empty() => return Err(belongs(&folder, found, key)),
            _ => Vec::new(),
        };
        let journal = Journal::open(&folder)?;
        let work =
            Work { folder, key, done, scratch: None, owned: Some((Mutex::new(journal), lock)) };
        if !is_same {
            work.write_manifest()?;
        }
        Ok(work)
    }

    /// The file of this name.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A new file of this name.
    ///
    /// # Errors
    ///
    /// Those of [`RecordWriter::create`].
    pub fn create(&self, name: &str, kind: Kind) -> Result<RecordWriter> {
        self.note(name)?;
        RecordWriter::create_private(&self.path(name), kind, self.key.id())
    }

    /// A new file of pieces of this name.
    ///
    /// # Errors
    ///
    /// Those of [`PileWriter::create`].
    pub fn create_pile(&self, name: &str) -> Result<PileWriter> {
        self.note(name)?;
        PileWriter::create(&self.path(name))
    }

    /// Writes down that a file of this name is going to be made.
    fn note(&self, name: &str) -> Result<()> {
        let Some((journal, _)) = &self.owned else { return Ok(()) };
        let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.add(name).map_err(|e| Error::io(self.path(JOURNAL_NAME), e))
    }

    /// Ends a file that [`create`](Work::create) began.
    ///
    /// # Errors
    ///
    /// Those of [`RecordWriter::finish`].
    pub fn close(&self, file: RecordWriter) -> Result<()> {
        file.finish(self.scratch.is_none())
    }

    /// Ends a file of pieces that [`create_pile`](Work::create_pile) began.
    ///
    /// # Errors
    ///
    /// Those of [`PileWriter::finish`].
    pub fn close_pile(&self, file: PileWriter) -> Result<()> {
        file.finish(self.scratch.is_none())
    }

    /// The file of this name, to be read.
    ///
    /// # Errors
    ///
    /// Those of [`RecordReader::open`].
    pub fn open_file(&self, name: &str, kind: Kind) -> Result<RecordReader> {
        RecordReader::open(&self.path(name), kind, self.key.id())
    }

    /// Removes a file that is needed no more; it may be gone already.
    pub fn remove(&self, name: &str) {
        let _ = fs_err::remove_file(self.path(name));
    }

    /// Whether a run before this one finished `stage`.
    pub fn is_done(&self, stage: &str) -> bool {
        self.done.iter().any(|done| done == stage)
    }

    /// Notes that all files of `stage` are whole.
    ///
    /// # Errors
    ///
    /// *Machine* if the system refuses.
    pub fn finish(&mut self, stage: &str) -> Result<()> {
        self.done.push(stage.to_owned());
        if self.scratch.is_some() {
            return Ok(());
        }
        self.write_manifest()
    }

    fn write_manifest(&self) -> Result<()> {
        let (path, part) = (self.path(MANIFEST_NAME), self.path(MANIFEST_PART));
        let mut file = RecordWriter::create_private(&part, MANIFEST, 0)?;
        file.write(&self.key.recipe.to_le_bytes())?;
        file.write(&self.key.input.to_le_bytes())?;
        for stage in &self.done {
            file.write(stage.as_bytes())?;
        }
        file.finish(true)?;
        fs_err::rename(&part, &path).map_err(|e| Error::io(&path, e))?;
        // Not every file system can sync a folder.
        let _ = File::open(&self.folder).and_then(|folder| folder.sync_all());
        Ok(())
    }

    /// Bytes of all files that are there.
    pub fn bytes(&self) -> u64 {
        let Ok(files) = fs_err::read_dir(&self.folder) else { return 0 };
        files.flatten().filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum()
    }

    /// Removes all that runs have made here, and the folder if nothing else is in it: the run is over and its results
    /// are where they belong.
    pub fn clear(&mut self) {
        self.done.clear();
        let Some((journal, _)) = &self.owned else { return };
        let journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
        // The manifest goes first: what is left without one is written again.
        let own = [MANIFEST_NAME, MANIFEST_PART];
        for name in own.into_iter().chain(journal.names.iter().map(String::as_str)) {
            self.remove(name);
        }
        self.remove(JOURNAL_NAME);
        self.remove(LOCK_NAME);
        let _ = fs_err::remove_dir(&self.folder);
    }
}

/// Makes `folder` if it is not there.
///
/// # Errors
///
/// *Usage* if it is there, not empty, and has no manifest: a lock or other files that have names like ours make it
/// nobody's work folder.
fn is_ours(folder: &Path) -> Result<()> {
    let not_ours = |problem: &str| Err(Error::usage(folder.display().to_string(), problem));
    let there = match fs_err::symlink_metadata(folder) {
        Ok(there) => there,
        Err(e) if e.kind() == ErrorKind::NotFound => match make_private(folder) {
            Err(e) if e.io_kind() == Some(ErrorKind::AlreadyExists) => return Ok(()),
            made => return made,
        },
        Err(e) => return Err(Error::io(folder, e)),
    };
    if !there.is_dir() {
        return not_ours("is no folder, and its name is needed for one; name another work folder");
    }
    let entries = fs_err::read_dir(folder).map_err(|e| Error::io(folder, e))?;
    let (mut has_manifest, mut has_others) = (false, false);
    for entry in entries {
        let name = entry.map_err(|e| Error::io(folder, e))?.file_name();
        has_manifest |= name == MANIFEST_NAME;
        // What a run that was killed before its manifest was there leaves.
        has_others |= ![LOCK_NAME, MANIFEST_PART, JOURNAL_NAME].iter().any(|own| name == *own);
    }
    if has_others && !has_manifest {
        return not_ours(
            "holds files that are no run's; name another work folder, or move them away",
        );
    }
    Ok(())
}

/// The key and the stages that a manifest has.
fn read(manifest: &Path) -> Result<(RunKey, Vec<String>)> {
    let mut file = RecordReader::open(manifest, MANIFEST, 0)?;
    let mut block = Vec::new();
    let mut number = |file: &mut RecordReader| -> Result<u64> {
        file.next(&mut block)?;
        let bytes = block.as_slice().try_into();
        bytes.map(u64::from_le_bytes).map_err(|_| file.bad("makes no sense"))
    };
    let found = RunKey { recipe: number(&mut file)?, input: number(&mut file)? };
    let mut done = Vec::new();
    while file.next(&mut block)? {
        done.push(String::from_utf8_lossy(&block).into_owned());
    }
    Ok((found, done))
}

/// The error for what belongs to the run `found`.
fn belongs(folder: &Path, found: RunKey, key: RunKey) -> Error {
    let what = match (found.recipe == key.recipe, found.input == key.input) {
        (false, true) => "another recipe",
        (true, _) => "another input",
        (false, false) => "another input and another recipe",
    };
    let problem = format!("belongs to a run of {what}; name another folder or remove this one");
    Error::usage(folder.display().to_string(), problem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Class;

    const KEY: RunKey = RunKey { recipe: 1, input: 2 };

    #[test]
    fn what_is_done_is_known_to_the_next_run() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("work");
        let mut work = Work::open(&folder, KEY).unwrap();
        assert!(!work.is_done("learn"));
        work.finish("learn").unwrap();
        assert_eq!(Work::open(&folder, KEY).unwrap_err().class(), Class::Usage, "it is locked");
        drop(work);
        let mut work = Work::open(&folder, KEY).unwrap();
        assert!(work.is_done("learn") && !work.is_done("label"));
        work.clear();
        drop(work);
        assert!(!Work::open(&folder, KEY).unwrap().is_done("learn"));
    }

    #[test]
    fn another_run_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        Work::open(folder.path(), KEY).unwrap().finish("learn").unwrap();
        let problem = |recipe, input| {
            let error = Work::open(folder.path(), RunKey { recipe, input }).unwrap_err();
            assert_eq!(error.class(), Class::Usage);
            error.to_string()
        };
        assert!(problem(1, 3).contains("a run of another input;"));
        assert!(problem(3, 2).contains("a run of another recipe;"));
    }

    /// A lock, files that are called like ours, an index: none of it makes a folder a work folder.
    #[test]
    fn a_folder_of_others_is_left_alone() {
        for name in ["thesis.txt", "learnt", "index.refrain", "000-001.segment"] {
            let home = tempfile::tempdir().unwrap();
            let folder = home.path().join(Work::FOLDER);
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join(LOCK_NAME), "").unwrap();
            std::fs::write(folder.join(name), "x").unwrap();
            let error = Work::open(home.path(), KEY).unwrap_err();
            assert_eq!(error.class(), Class::Usage);
            assert!(error.to_string().contains("holds files that are no run's"), "{error}");
            assert_eq!(std::fs::read(folder.join(name)).unwrap(), b"x");
        }
    }

    #[test]
    fn what_others_put_there_stays() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        let inside = |name: &str| at(Work::FOLDER).join(name);
        std::fs::write(at("thesis.txt"), "x").unwrap();
        std::fs::write(at(LOCK_NAME), "").unwrap();
        let kind = Kind::new(*b"test    ", 1);
        let mut work = Work::open(home.path(), KEY).unwrap();
        let file = work.create("rows", kind).unwrap();
        work.close(file).unwrap();
        work.finish("learn").unwrap();
        drop(work);
        std::fs::write(inside("notes.txt"), "x").unwrap();
        // Another process goes on and ends: what the first one made is known to it.
        let mut work = Work::open(home.path(), KEY).unwrap();
        let file = work.create("shard-1", kind).unwrap();
        work.close(file).unwrap();
        work.create_pile("bodies").unwrap().finish(true).unwrap();
        work.clear();
        drop(work);
        let left = |folder: &Path| {
            let entries = std::fs::read_dir(folder).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        assert_eq!(left(&at(Work::FOLDER)), ["notes.txt"]);
        assert_eq!(left(home.path()), [LOCK_NAME, Work::FOLDER, "thesis.txt"]);
        std::fs::remove_file(inside("notes.txt")).unwrap();
        Work::open(home.path(), KEY).unwrap().clear();
        assert!(!at(Work::FOLDER).exists());
    }

    #[test]
    fn a_run_that_did_nothing_keeps_nobody_out() {
        let home = tempfile::tempdir().unwrap();
        drop(Work::open(home.path(), KEY).unwrap());
        let other = RunKey { recipe: 3, input: 3 };
        Work::open(home.path(), other).unwrap().finish("learn").unwrap();
        assert!(Work::open(home.path(), other).unwrap().is_done("learn"));
        assert_eq!(Work::open(home.path(), KEY).unwrap_err().class(), Class::Usage);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_look_into_it() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let mut work = Work::open(&home.path().join("new"), KEY).unwrap();
        let scratch = Work::scratch(KEY).unwrap();
        for work in [&work, &scratch] {
            work.close(work.create("rows", Kind::new(*b"test    ", 1)).unwrap()).unwrap();
            work.create_pile("bodies").unwrap().finish(false).unwrap();
        }
        work.finish("learn").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for work in [&work, &scratch] {
            assert_eq!(mode(&work.folder), 0o700);
            for entry in std::fs::read_dir(&work.folder).unwrap() {
                let path = entry.unwrap().path();
                let is_lock = path.ends_with(LOCK_NAME);
                assert!(is_lock || mode(&path) == 0o600, "{}", path.display());
            }
        }
    }

    #[test]
    fn a_damaged_manifest_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        Work::open(folder.path(), KEY).unwrap().finish("learn").unwrap();
        let path = folder.path().join(Work::FOLDER).join(MANIFEST_NAME);
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 4;
            std::fs::write(&path, flipped).unwrap();
            assert!(Work::open(folder.path(), KEY).is_err(), "byte {at}");
        }
    }
}
