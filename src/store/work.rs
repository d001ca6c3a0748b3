//! A folder for what a run keeps on disk, with a list of the stages that are done.
//!
//! A stage writes its files, then gets its name into the manifest, which is replaced in one step. What a killed
//! run left of an unfinished stage is written again. A lock keeps two runs apart.

use std::path::{Path, PathBuf};

use fs_err::File;

use super::{Kind, Lock, PileWriter, RecordReader, RecordWriter, Scratch, lock::LOCK_NAME};
use crate::error::{Error, Result};

const MANIFEST: Kind = Kind::new(*b"manifest", 1);
const MANIFEST_NAME: &str = "manifest.refrain";

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
    /// Held as long as the run lasts.
    _lock: Option<Lock>,
}

impl Work {
    /// A folder that lasts as long as the run.
    ///
    /// # Errors
    ///
    /// *Machine* if it cannot be made.
    pub fn scratch(key: RunKey) -> Result<Work> {
        let scratch = Scratch::new()?;
        let folder = scratch.path().to_owned();
        Ok(Work { folder, key, done: Vec::new(), scratch: Some(scratch), _lock: None })
    }

    /// The folder `folder`, which is made if it is missing, with what an earlier run of the same key has done.
    ///
    /// # Errors
    ///
    /// *Usage* if another run is at work there, or if what is there belongs to another run; *data* if it is
    /// damaged; *machine* if the system refuses.
    pub fn open(folder: &Path, key: RunKey) -> Result<Work> {
        let place = || folder.display().to_string();
        fs_err::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
        let manifest = folder.join(MANIFEST_NAME);
        let lock_path = folder.join(LOCK_NAME);
        let is_ours = manifest.exists() || lock_path.exists();
        let mut files = fs_err::read_dir(folder).map_err(|e| Error::io(folder, e))?;
        if !is_ours && files.next().is_some() {
            let problem = "is not empty and no work folder; name an empty or a new one";
            return Err(Error::usage(place(), problem));
        }
        let lock = Lock::take(folder)?;
        let done = if manifest.exists() { read(&manifest, folder, key)? } else { Vec::new() };
        Ok(Work { folder: folder.to_owned(), key, done, scratch: None, _lock: Some(lock) })
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
        RecordWriter::create(&self.path(name), kind, self.key.id())
    }

    /// A new file of pieces of this name.
    ///
    /// # Errors
    ///
    /// Those of [`PileWriter::create`].
    pub fn create_pile(&self, name: &str) -> Result<PileWriter> {
        PileWriter::create(&self.path(name))
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
        let (path, part) = (self.path(MANIFEST_NAME), self.path("manifest.part"));
        let mut file = RecordWriter::create(&part, MANIFEST, 0)?;
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

    /// Removes everything: the run is over and its results are where they belong.
    pub fn clear(&mut self) {
        self.done.clear();
        let Ok(files) = fs_err::read_dir(&self.folder) else { return };
        // The manifest goes first: what is left without one is written again.
        self.remove(MANIFEST_NAME);
        for file in files.flatten() {
            if file.file_name() != LOCK_NAME {
                let _ = fs_err::remove_file(file.path());
            }
        }
        self.remove(LOCK_NAME);
    }
}

/// The stages that a manifest lists.
fn read(manifest: &Path, folder: &Path, key: RunKey) -> Result<Vec<String>> {
    let mut file = RecordReader::open(manifest, MANIFEST, 0)?;
    let mut block = Vec::new();
    let mut number = |file: &mut RecordReader| -> Result<u64> {
        file.next(&mut block)?;
        let bytes = block.as_slice().try_into();
        bytes.map(u64::from_le_bytes).map_err(|_| file.bad("makes no sense"))
    };
    let found = RunKey { recipe: number(&mut file)?, input: number(&mut file)? };
    let what = match (found.recipe == key.recipe, found.input == key.input) {
        (true, true) => None,
        (false, true) => Some("another recipe"),
        (true, false) => Some("another input"),
        (false, false) => Some("another input and another recipe"),
    };
    if let Some(what) = what {
        let problem = format!("belongs to a run of {what}; name another folder or remove this one");
        return Err(Error::usage(folder.display().to_string(), problem));
    }
    let mut done = Vec::new();
    while file.next(&mut block)? {
        done.push(String::from_utf8_lossy(&block).into_owned());
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Class;

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

    #[test]
    fn a_folder_with_other_things_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("thesis.txt"), "x").unwrap();
        let error = Work::open(folder.path(), KEY).unwrap_err();
        assert!(error.to_string().ends_with("name an empty or a new one"), "{error}");
        assert!(!folder.path().join(LOCK_NAME).exists());
    }

    #[test]
    fn a_damaged_manifest_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        Work::open(folder.path(), KEY).unwrap().finish("learn").unwrap();
        let path = folder.path().join(MANIFEST_NAME);
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 4;
            std::fs::write(&path, flipped).unwrap();
            assert!(Work::open(folder.path(), KEY).is_err(), "byte {at}");
        }
    }
}
