//! A folder of files that are written once, and a list of those that count, which is replaced in one step.
//!
//! What is in the folder is at any moment what the last list names: a file that a killed writer left is in
//! no list, and the next writer removes it.

use std::path::{Path, PathBuf};

use super::{Force, Kind, Lock, RecordReader, RecordWriter, atomic::AtomicFile};
use crate::base::error::{Class, Error, Result};

/// The ending of the names of files that are listed.
const LISTED: &str = ".segment";
/// The list while it is written, and the ending of what is not whole yet.
const LIST_PART: &str = "list.part";
const PART: &str = ".part";

/// What kind of folder it is.
#[derive(Clone, Copy, Debug)]
pub struct ListKind {
    /// Of the list.
    pub kind: Kind,
    /// The list's name; it ends in `.refrain`.
    pub file: &'static str,
    /// What people call the folder.
    pub name: &'static str,
    /// What to do where there is none.
    pub way_out: &'static str,
}

/// The files of a folder that count, in their order.
#[derive(Clone, Debug)]
pub struct Listing {
    folder: PathBuf,
    kind: ListKind,
    recipe: u64,
    names: Vec<String>,
}

impl Listing {
    /// Reads the list in `folder`.
    ///
    /// # Errors
    ///
    /// *Data* if there is none or it is damaged; *machine* if the system refuses.
    pub fn read(folder: &Path, kind: ListKind) -> Result<Listing> {
        let path = folder.join(kind.file);
        if !path.exists() {
            let problem = format!("is no {}; {}", kind.name, kind.way_out);
            return Err(Error::data(folder.display().to_string(), problem));
        }
        Listing::read_file(folder, &path, kind).map_err(|error| match error.class() {
            // What other files of this form say is that a run can be begun anew; this one's folder can't.
            Class::Data if error.io_kind().is_none() => {
                let problem = format!(
                    "the list of an {} is damaged; bring it back from a copy of the folder, or make another",
                    kind.name
                );
                Error::data(path.display().to_string(), problem)
            }
            _ => error,
        })
    }

    fn read_file(folder: &Path, path: &Path, kind: ListKind) -> Result<Listing> {
        let mut file = RecordReader::open(path, kind.kind, 0)?;
        let mut block = Vec::new();
        file.next(&mut block)?;
        let recipe = <[u8; 8]>::try_from(block.as_slice());
        let recipe = recipe.map(u64::from_le_bytes).map_err(|_| file.bad("makes no sense"))?;
        let mut listing = Listing { folder: folder.to_owned(), kind, recipe, names: Vec::new() };
        while file.next(&mut block)? {
            let name = std::str::from_utf8(&block).ok().filter(|name| is_listed_name(name));
            listing.names.push(name.ok_or_else(|| file.bad("makes no sense"))?.to_owned());
        }
        Ok(listing)
    }

    /// Takes the right to write in `folder`, which is made with an empty list if there is none, and removes
    /// what no list names.
    ///
    /// # Errors
    ///
    /// *Usage* if another process has it or the folder holds something else; those of [`read`](Listing::read).
    pub fn write(folder: &Path, kind: ListKind, recipe: u64) -> Result<(Lock, Listing)> {
        if folder.is_file() {
            let problem = format!("is a file, not the folder of an {}; name another", kind.name);
            return Err(Error::usage(folder.display().to_string(), problem));
        }
        fs_err::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
        let names = names(folder)?;
        // A writer that was killed before its first list leaves no more than these.
        let is_begun = |name: &String| [super::lock::LOCK_NAME, LIST_PART].contains(&name.as_str());
        if !names.iter().any(|name| name == kind.file) && !names.iter().all(is_begun) {
            let problem =
                format!("is not empty and no {}; name an empty or a new folder", kind.name);
            return Err(Error::usage(folder.display().to_string(), problem));
        }
        let lock = Lock::take(folder)?;
        let listing = if folder.join(kind.file).exists() {
            Listing::read(folder, kind)?
        } else {
            let listing = Listing { folder: folder.to_owned(), kind, recipe, names: Vec::new() };
            listing.commit()?;
            listing
        };
        listing.sweep()?;
        Ok((lock, listing))
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What its files depend on.
    pub fn recipe(&self) -> u64 {
        self.recipe
    }

    /// The names of the files.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The file of this name.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The first so many files.
    #[must_use]
    pub fn first(&self, count: usize) -> Listing {
        Listing { names: self.names[..count.min(self.names.len())].to_vec(), ..self.clone() }
    }

    /// Writes a file, which is listed from the next [`commit`](Listing::commit) on. `name` has not been given before.
    ///
    /// # Errors
    ///
    /// Those of `write`; *machine* if the system refuses.
    pub fn add(
        &mut self,
        name: &str,
        write: impl FnOnce(AtomicFile) -> Result<AtomicFile>,
    ) -> Result<PathBuf> {
        let name = format!("{name}{LISTED}");
        let path = self.path(&name);
        write(AtomicFile::create(&path, Force::Replace)?)?.commit()?;
        self.names.push(name);
        Ok(path)
    }

    /// Puts this list in the place of the one on disk, in one step.
    ///
    /// # Errors
    ///
    /// *Machine* if the system refuses.
    pub fn commit(&self) -> Result<()> {
        let (path, part) = (self.path(self.kind.file), self.path(LIST_PART));
        let mut file = RecordWriter::create(&part, self.kind.kind, 0)?;
        file.write(&self.recipe.to_le_bytes())?;
        self.names.iter().try_for_each(|name| file.write(name.as_bytes()))?;
        file.finish(true)?;
        fs_err::rename(&part, &path).map_err(|e| Error::io(&path, e))?;
        // Not every file system can sync a folder.
        let _ = fs_err::File::open(&self.folder).and_then(|folder| folder.sync_all());
        Ok(())
    }

    /// Removes files of lists and their parts that this list, which is on disk, does not name. Only who writes may
    /// do that.
    ///
    /// # Errors
    ///
    /// *Machine* if the system refuses.
    pub fn sweep(&self) -> Result<()> {
        for name in names(&self.folder)? {
            if is_left(&name) && !self.names.contains(&name) {
                let path = self.path(&name);
                fs_err::remove_file(&path).map_err(|e| Error::io(&path, e))?;
            }
        }
        Ok(())
    }
}

/// A list names files beside it and nothing else.
fn is_listed_name(name: &str) -> bool {
    name.ends_with(LISTED) && !name.contains(['/', '\\'])
}

/// Whether a list, or who was killed while writing one of its files, may have left it.
fn is_left(name: &str) -> bool {
    let is_part = || name.starts_with('.') && name.ends_with(PART) && name.contains(LISTED);
    name.ends_with(LISTED) || name == LIST_PART || is_part()
}

/// Names of the files in a folder.
fn names(folder: &Path) -> Result<Vec<String>> {
    let failed = |e| Error::io(folder, e);
    let mut names = Vec::new();
    for file in fs_err::read_dir(folder).map_err(failed)? {
        names.push(file.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use super::*;

    const KIND: ListKind = ListKind {
        kind: Kind::new(*b"testlist", 1),
        file: "test.refrain",
        name: "test list",
        way_out: "make one",
    };

    fn add(listing: &mut Listing, name: &str) {
        let write = |mut file: AtomicFile| {
            file.write_all(name.as_bytes()).unwrap();
            Ok(file)
        };
        listing.add(name, write).unwrap();
    }

    #[test]
    fn only_what_was_committed_counts_and_the_rest_is_removed() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("list");
        assert_eq!(Listing::read(&folder, KIND).unwrap_err().class(), Class::Data);
        let (lock, mut listing) = Listing::write(&folder, KIND, 7).unwrap();
        assert!(Listing::read(&folder, KIND).unwrap().names().is_empty());
        add(&mut listing, "a");
        listing.commit().unwrap();
        add(&mut listing, "b");
        fs::write(folder.join(".c.segment.x.part"), "half").unwrap();
        assert_eq!(Listing::read(&folder, KIND).unwrap().names(), ["a.segment"]);
        assert_eq!(Listing::write(&folder, KIND, 7).unwrap_err().class(), Class::Usage, "locked");
        drop(lock);

        let (_lock, mut listing) = Listing::write(&folder, KIND, 8).unwrap();
        assert_eq!((listing.recipe(), listing.names()), (7, &["a.segment".to_owned()][..]));
        let mut there = names(&folder).unwrap();
        there.sort();
        assert_eq!(there, ["a.segment", "lock.refrain", "test.refrain"]);
        // A file takes the place of one that it was made of.
        listing = listing.first(0);
        add(&mut listing, "ab");
        listing.commit().unwrap();
        listing.sweep().unwrap();
        assert!(!folder.join("a.segment").exists());
        assert_eq!(Listing::read(&folder, KIND).unwrap().names(), ["ab.segment"]);
    }

    #[test]
    fn a_damaged_list_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let (_lock, mut listing) = Listing::write(folder.path(), KIND, 7).unwrap();
        add(&mut listing, "a");
        listing.commit().unwrap();
        let path = folder.path().join(KIND.file);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 4;
            fs::write(&path, flipped).unwrap();
            assert!(Listing::read(folder.path(), KIND).is_err(), "byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert!(Listing::read(folder.path(), KIND).is_err(), "{at} bytes");
        }
    }

    #[test]
    fn a_folder_with_other_things_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.segment"), "x").unwrap();
        let error = Listing::write(folder.path(), KIND, 7).unwrap_err();
        assert!(error.to_string().ends_with("name an empty or a new folder"), "{error}");
        assert!(folder.path().join("thesis.segment").exists());
        // A file of another kind does not make it one of these folders.
        fs::write(folder.path().join("manifest.refrain"), "x").unwrap();
        assert_eq!(Listing::write(folder.path(), KIND, 7).unwrap_err().class(), Class::Usage);
        fs::remove_file(folder.path().join("thesis.segment")).unwrap();
        fs::remove_file(folder.path().join("manifest.refrain")).unwrap();
        drop(Listing::write(folder.path(), KIND, 7).unwrap());
        fs::write(folder.path().join(".found.jsonl.x.part"), "of another run").unwrap();
        drop(Listing::write(folder.path(), KIND, 7).unwrap());
        assert!(folder.path().join(".found.jsonl.x.part").exists());
    }
}
