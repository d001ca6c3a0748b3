//! A file that is absent or whole.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use super::{
    path_id::{folder_of, real_path},
    temporary::{Naming, TempPath},
};
use crate::base::error::{Error, Result};

/// Bytes gathered before they go to the operating system.
const BUFFER: usize = 256 << 10;

/// Bytes after which the system is asked to begin with bringing them to the disk: else it begins when all are written,
/// and whoever waits for the file waits for all of them.
#[cfg(target_os = "linux")]
const BEGIN: u64 = 8 << 20;

/// What to do about a file that is already there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Force {
    /// It stays; asking for its name is an error.
    #[default]
    Refuse,
    /// It is replaced, in one step, when the new one is whole.
    Replace,
}

impl Force {
    /// What a flag says that asks for it to be replaced.
    pub fn if_asked(replace: bool) -> Force {
        if replace { Force::Replace } else { Force::Refuse }
    }
}

/// A file under a temporary name, which takes its own name only by [`commit`](AtomicFile::commit).
///
/// Writes are buffered. Dropping it without a commit removes what was written. The temporary name
/// starts with a dot and ends in `.part`, so what a killed run leaves is not taken for pages; the next
/// run that writes to the folder removes it. A link is written through: it stays, and what it leads to
/// is made or replaced. What takes the place of a file has its permissions.
#[derive(Debug)]
pub struct AtomicFile {
    target: Target,
    file: BufWriter<fs::File>,
    temp: TempPath,
    /// Bytes that were written, buffered ones included.
    #[cfg(target_os = "linux")]
    written: u64,
    /// Bytes of them that the system has been asked to bring to the disk.
    #[cfg(target_os = "linux")]
    begun: u64,
}

/// What a file is to become.
#[derive(Debug)]
struct Target {
    /// As it was named, for errors.
    path: PathBuf,
    /// Where links lead.
    real: PathBuf,
    force: Force,
    /// The file in whose place it comes.
    before: Option<fs::Metadata>,
}

impl AtomicFile {
    /// Opens a temporary file beside `path`, whose folder is created if it is missing.
    ///
    /// # Errors
    ///
    /// *Usage* if `path` is already there and `force` is [`Force::Refuse`], or if it is something
    /// that a rename must not replace, such as a folder or a device; *machine* if the folder cannot
    /// be written to.
    pub fn create(path: &Path, force: Force) -> Result<AtomicFile> {
        path.file_name().ok_or_else(|| not_a_file(path, "names no file"))?;
        let before = match fs::metadata(path) {
            Ok(there) if there.is_dir() => return Err(not_a_file(path, "is a folder")),
            // Renaming over /dev/null would take the device away from the whole machine.
            Ok(there) if !there.is_file() => return Err(not_a_file(path, "is no regular file")),
            Ok(_) if force == Force::Refuse => return Err(already_there(path)),
            there => there.ok(),
        };
        let real = real_path(path);
        // Temporary files are for their owner only; this one becomes an ordinary file, with what
        // the umask leaves of these permissions, or those of the file whose place it takes.
        let mode = before.as_ref().map_or(0o666, mode_of);
        let (temp, file) = TempPath::beside(&real, mode).map_err(|e| unmade(folder_of(path), e))?;
        let target = Target { path: path.to_path_buf(), real, force, before };
        target.keep_owner(&file);
        Ok(AtomicFile {
            target,
            file: BufWriter::with_capacity(BUFFER, file),
            temp,
            #[cfg(target_os = "linux")]
            written: 0,
            #[cfg(target_os = "linux")]
            begun: 0,
        })
    }

    /// The name that the file will have, for the errors of those who write to it.
    pub fn path(&self) -> &Path {
        &self.target.path
    }

    /// Counts what was written, and has the disk begin with it.
    #[cfg(target_os = "linux")]
    fn wrote(&mut self, bytes: usize) {
        use rustix::fs::{Advice, fadvise};

        self.written += bytes as u64;
        let end = self.written - self.file.buffer().len() as u64;
        if end >= self.begun + BEGIN {
            // Linux begins to write what is to leave its memory, and keeps what is not on the disk yet. It is
            // advice, so a refusal is no error.
            let length = std::num::NonZeroU64::new(end - self.begun);
            let _ = fadvise(self.file.get_ref(), self.begun, length, Advice::DontNeed);
            self.begun = end;
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn wrote(&mut self, _bytes: usize) {}

    /// Writes what is buffered and closes the file, which keeps its temporary name.
    ///
    /// A run with many outputs seals each when it is written, so that only one is open, and commits
    /// all at the end by [`commit_all`].
    ///
    /// # Errors
    ///
    /// *Machine* if the bytes could not be written; nothing is left behind then.
    pub fn seal(self) -> Result<SealedFile> {
        let AtomicFile { target, file, temp, .. } = self;
        file.into_inner().map_err(|e| Error::io(&target.path, e.into_error()))?;
        Ok(SealedFile { target, temp, is_on_disk: false })
    }

    /// Seals the file, brings it to the disk and gives it its name.
    ///
    /// # Errors
    ///
    /// Those of [`seal`](AtomicFile::seal) and [`commit_all`].
    pub fn commit(self) -> Result<()> {
        commit_all(vec![self.seal()?])
    }
}

/// Whether files may be made in `folder`, or, if it is not there yet, in the folder it would be made
/// in: hours of work would be lost on one that may not be written to. Leaves nothing behind.
///
/// # Errors
///
/// *Machine* if the system refuses.
pub fn check_writable(folder: &Path) -> Result<()> {
    let above = |path: &&Path| path.is_dir() || path.as_os_str().is_empty();
    let there = folder.ancestors().find(above).unwrap_or(folder);
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    tempfile::tempfile_in(there).map(drop).map_err(|e| Error::io(there, e))
}

/// A written file that has yet to get its name. Dropping it removes it.
#[derive(Debug)]
pub struct SealedFile {
    target: Target,
    temp: TempPath,
    is_on_disk: bool,
}

/// Permissions as numbers, without the kind of file.
#[cfg(unix)]
fn mode_of(there: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    there.permissions().mode() & 0o7777
}

#[cfg(not(unix))]
fn mode_of(_there: &fs::Metadata) -> u32 {
    0o666
}

impl Target {
    /// Gives `file` the owner, group and permissions of the file whose place it takes. Who may not give a file away
    /// keeps it; permissions come after that, since giving it away takes some of them.
    fn keep_owner(&self, file: &fs::File) {
        let Some(before) = &self.before else { return };
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, fchown};
            let now = file.metadata().ok();
            let is_ours =
                |now: fs::Metadata| (now.uid(), now.gid()) == (before.uid(), before.gid());
            if !now.is_some_and(is_ours) {
                let _ = fchown(file, Some(before.uid()), Some(before.gid()));
            }
        }
        let _ = file.set_permissions(before.permissions());
    }
}

impl SealedFile {
    /// Brings its bytes to the disk, which [`commit_all`] does of those that are not there yet. Who has other
    /// work for other threads meanwhile need not wait for the disk at the end.
    ///
    /// # Errors
    ///
    /// *Machine* if the system refuses.
    pub fn sync(&mut self) -> Result<()> {
        if !self.is_on_disk {
            fs_err::File::open(self.temp.path())
                .and_then(|open| open.sync_all())
                .map_err(|e| Error::io(&self.target.path, e))?;
            self.is_on_disk = true;
        }
        Ok(())
    }
}

/// Brings all files to the disk, then gives them their names, in order.
///
/// # Errors
///
/// *Usage* if a file of such a name appeared meanwhile and must not be replaced; *machine* if the
/// system refuses. The files before it have their names then, the others leave nothing behind.
pub fn commit_all(mut files: Vec<SealedFile>) -> Result<()> {
    let mut folders: Vec<PathBuf> =
        files.iter().map(|file| folder_of(&file.target.real).to_path_buf()).collect();
    folders.sort_unstable();
    folders.dedup();
    sync(&mut files, &folders)?;
    let _naming = Naming::begin().map_err(|e| Error::io("-", e))?;
    for SealedFile { target: Target { path, real, force, .. }, temp, .. } in files {
        match temp.persist(&real, force == Force::Replace) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => return Err(already_there(&path)),
            Err(e) => return Err(Error::io(&path, e)),
        }
    }
    // Names are on disk only once the folders are. Not every file system can sync a folder, and the
    // files are whole either way, so a refusal is no error.
    #[cfg(unix)]
    for folder in &folders {
        let _ = fs_err::File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(())
}

/// Brings the bytes of `files` to the disk: each by itself, or, where they are many, with one call
/// for each folder's file system. One at a time costs milliseconds a file.
fn sync(files: &mut [SealedFile], folders: &[PathBuf]) -> Result<()> {
    /// From so many files on, everything else that the system has to write costs less than calls.
    #[cfg(target_os = "linux")]
    const MANY: usize = 64;
    #[cfg(target_os = "linux")]
    if files.len() > MANY && files.len() > folders.len() {
        for folder in folders {
            let open = fs_err::File::open(folder).map_err(|e| Error::io(folder, e))?;
            rustix::fs::syncfs(&open).map_err(|e| Error::io(folder, e.into()))?;
        }
        return Ok(());
    }
    let _ = folders;
    files.iter_mut().try_for_each(SealedFile::sync)
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.wrote(count);
        Ok(count)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.wrote(bytes.len());
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The error for a folder that cannot be made; a file that is in its way says so.
fn unmade(folder: &Path, source: io::Error) -> Error {
    match folder.ancestors().find(|above| above.is_file()) {
        Some(file) => {
            Error::usage(file.display().to_string(), "is a file, not a folder; name another output")
        }
        None => Error::io(folder, source),
    }
}

fn already_there(path: &Path) -> Error {
    Error::usage(path.display().to_string(), "already there; name another output or add --force")
}

fn not_a_file(path: &Path, what: &str) -> Error {
    Error::usage(path.display().to_string(), format!("{what}; name a file"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Class;

    fn write(path: &Path, force: Force, text: &str) -> Result<()> {
        let mut file = AtomicFile::create(path, force)?;
        file.write_all(text.as_bytes()).unwrap();
        file.commit()
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_has_its_name_only_after_the_commit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/deep/out.jsonl");
        let mut file = AtomicFile::create(&path, Force::Refuse).unwrap();
        file.write_all(b"whole").unwrap();
        file.flush().unwrap();
        assert!(!path.exists());
        file.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(names(path.parent().unwrap()), ["out.jsonl"]);
    }

    #[test]
    fn dropping_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let mut file = AtomicFile::create(&path, Force::Refuse).unwrap();
        file.write_all(b"half").unwrap();
        let while_open = names(folder.path());
        let name = while_open[0].strip_prefix(".out.").unwrap();
        assert_eq!(name.rsplit_once('.').unwrap().1, "part");
        drop(file);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn what_is_there_stays_unless_forced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        write(&path, Force::Refuse, "old").unwrap();

        let error = write(&path, Force::Refuse, "new").unwrap_err();
        assert_eq!(error.class(), Class::Usage);
        assert_eq!(
            error.to_string(),
            format!("{}: already there; name another output or add --force", path.display())
        );
        assert_eq!(fs::read(&path).unwrap(), b"old");

        write(&path, Force::Replace, "new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    /// Two runs that started side by side: the first to finish wins, the other one says so.
    #[test]
    fn a_file_that_appears_meanwhile_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let late = AtomicFile::create(&path, Force::Refuse).unwrap();
        write(&path, Force::Refuse, "first").unwrap();
        assert_eq!(late.commit().unwrap_err().class(), Class::Usage);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(names(folder.path()), ["out"]);
    }

    #[test]
    fn folders_and_devices_are_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        for force in [Force::Refuse, Force::Replace] {
            let error = AtomicFile::create(folder.path(), force).unwrap_err();
            assert_eq!(error.class(), Class::Usage);
            assert!(error.to_string().ends_with(": is a folder; name a file"), "{error}");
        }
        #[cfg(unix)]
        assert!(AtomicFile::create(Path::new("/dev/null"), Force::Replace).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_it_as_the_umask_says() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("out"), Force::Refuse, "x").unwrap();
        fs::write(folder.path().join("plain"), "x").unwrap();
        let mode =
            |name| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("out"), mode("plain"));
    }
}
