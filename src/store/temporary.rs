//! What is there only while a run lasts: its name says who made it, and it is removed however the run ends.
//!
//! A temporary file or folder has the word `refrain-` and its maker in its name. So a run that was killed can be told
//! from one at work, and the next run that writes there removes what was left, and nothing else. What this process
//! has made is also listed in memory: who has to end at once removes it by [`remove_all`].

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use super::path_id::{make_folders, real_path};
use crate::base::error::{Error, Result};

/// What every name has before its maker.
const WORD: &str = "refrain-";
/// The ending of a file that is not whole yet.
pub(super) const PART: &str = ".part";
/// Bytes of a name that stay in the name of its part: file systems allow 255 in all.
const LONGEST: usize = 160;

/// Who makes temporary files: a process, told from any other one that had or will have its number.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Maker {
    /// The running system, and where processes are counted in it.
    system: u32,
    process: u32,
    /// When the process began, on the system's clock; 0 where that cannot be known.
    begun: u64,
}

static MAKER: LazyLock<Maker> = LazyLock::new(|| {
    let process = std::process::id();
    Maker { system: system(), process, begun: begun(process).unwrap_or(0) }
});

impl Maker {
    /// As it stands in names.
    fn word(&self) -> String {
        format!("{WORD}{:08x}-{:x}-{:x}-", self.system, self.process, self.begun)
    }

    /// The maker of what is called so.
    fn of(name: &str) -> Option<Maker> {
        let at = name.rfind(WORD)?;
        let mut parts = name[at + WORD.len()..].split('-');
        let mut number = || u64::from_str_radix(parts.next()?, 16).ok();
        let (system, process, begun) = (number()?, number()?, number()?);
        parts.next().filter(|random| !random.is_empty())?;
        Some(Maker {
            system: u32::try_from(system).ok()?,
            process: u32::try_from(process).ok()?,
            begun,
        })
    }

    /// It runs no more. Where that cannot be known, on another machine for one, it may run.
    fn has_ended(&self) -> bool {
        self.system == MAKER.system && *self != *MAKER && !is_running(self.process, self.begun)
    }
}

/// A number of the running system; equal numbers count the same processes.
fn system() -> u32 {
    let boot = fs::read("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let space = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    let host = fs::read("/proc/sys/kernel/hostname").unwrap_or_default();
    let text = [&boot[..], space.as_os_str().as_encoded_bytes(), &host[..]].concat();
    #[expect(clippy::cast_possible_truncation, reason = "32 bits tell machines apart")]
    let hash = xxhash_rust::xxh3::xxh3_64(&text) as u32;
    hash
}

/// When a process began, by the clock of Linux. The command's name, in parentheses, may hold any character.
fn begun(process: u32) -> Option<u64> {
    let about = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    about.rsplit_once(") ")?.1.split(' ').nth(19)?.parse().ok()
}

#[cfg(unix)]
fn is_running(process: u32, since: u64) -> bool {
    use rustix::{io::Errno, process};

    let number = i32::try_from(process).ok().and_then(process::Pid::from_raw);
    let Some(number) = number else { return true };
    match process::test_kill_process(number) {
        Err(Errno::SRCH) => false,
        // Its number has been given to another process since.
        _ => since == 0 || begun(process).is_none_or(|now| now == since),
    }
}

#[cfg(not(unix))]
fn is_running(_process: u32, _since: u64) -> bool {
    true
}

/// What this process has made and not yet removed or given its name.
#[derive(Default)]
struct Made {
    files: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
    /// Folders of outputs, which stay once one of them has its name.
    empty: BTreeSet<PathBuf>,
    /// Folders in which nobody who ended has left anything.
    swept: BTreeSet<PathBuf>,
    /// Who is about to give names to files that belong together.
    naming: usize,
    /// The process ends: nothing more is made.
    closed: bool,
}

static MADE: LazyLock<Mutex<Made>> = LazyLock::new(Mutex::default);
static NAMED: Condvar = Condvar::new();

fn made() -> MutexGuard<'static, Made> {
    MADE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open() -> io::Result<MutexGuard<'static, Made>> {
    let made = made();
    if made.closed { Err(io::Error::from(io::ErrorKind::Interrupted)) } else { Ok(made) }
}

/// A file under a temporary name, removed when this is dropped.
#[derive(Debug)]
pub(super) struct TempPath {
    path: PathBuf,
    is_kept: bool,
}

impl TempPath {
    /// A new file beside `path`, whose folder is made if it is missing, with these permissions where
    /// the system has them.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub(super) fn beside(path: &Path, permissions: u32) -> io::Result<(TempPath, fs::File)> {
        let path = std::path::absolute(path)?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        let mut name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut cut = name.len().min(LONGEST);
        while !name.is_char_boundary(cut) {
            cut -= 1;
        }
        name.truncate(cut);
        let prefix = format!(".{name}.{}", MAKER.word());
        sweep(folder);
        // What is made is listed before anybody can ask for the list.
        let mut made = open()?;
        let new = make_folders(folder)?;
        made.empty.extend(new);
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(PART);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(permissions));
        let _ = permissions;
        let file = match builder.tempfile_in(folder) {
            Ok(file) => file,
            Err(e) => {
                remove_empty(&mut made, &path);
                return Err(e);
            }
        };
        let (file, path) = file.keep().map_err(|e| e.error)?;
        made.files.insert(path.clone());
        Ok((TempPath { path, is_kept: false }, file))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it the name `path`, in the place of what is there if `replaces`.
    ///
    /// # Errors
    ///
    /// Those of the system; *already exists* if something is there that is not to be replaced. The file is
    /// gone then.
    pub(super) fn persist(mut self, path: &Path, replaces: bool) -> io::Result<()> {
        let temp = tempfile::TempPath::try_from_path(&self.path)?;
        let result = if replaces { temp.persist(path) } else { temp.persist_noclobber(path) };
        // A failed persist drops the path it was given, and with it the file.
        result.map_err(|e| e.error)?;
        self.is_kept = true;
        let mut made = made();
        made.files.remove(&self.path);
        for folder in self.path.ancestors() {
            made.empty.remove(folder);
        }
        Ok(())
    }
}

impl Drop for TempPath {
    fn drop(&mut self) {
        if !self.is_kept {
            let mut made = made();
            let _ = fs::remove_file(&self.path);
            made.files.remove(&self.path);
            remove_empty(&mut made, &self.path);
        }
    }
}

/// Removes the folders above `path` that were made for outputs and have none.
fn remove_empty(made: &mut Made, path: &Path) {
    for folder in path.ancestors().skip(1) {
        if made.empty.contains(folder) {
            if fs::remove_dir(folder).is_err() && folder.exists() {
                return;
            }
            made.empty.remove(folder);
        }
    }
}

/// A folder of this process's own, for its user only, removed with all that is in it when this is dropped.
#[derive(Debug)]
pub(super) struct TempFolder(PathBuf);

impl TempFolder {
    /// A new one in `folder`.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub(super) fn within(folder: &Path) -> io::Result<TempFolder> {
        let folder = real_path(folder);
        sweep(&folder);
        let mut made = open()?;
        let word = MAKER.word();
        let mut builder = tempfile::Builder::new();
        builder.prefix(&word);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let path = builder.tempdir_in(&folder)?.keep();
        made.folders.insert(path.clone());
        Ok(TempFolder(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
        made().folders.remove(&self.0);
    }
}

/// Removes what processes that have ended left in `folder`; once in the life of this one.
fn sweep(folder: &Path) {
    {
        let mut made = made();
        if !made.swept.insert(folder.to_path_buf()) {
            return;
        }
    }
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let Some(maker) = Maker::of(name) else { continue };
        let Ok(about) = entry.metadata() else { continue };
        let is_part = name.starts_with('.') && name.ends_with(PART) && about.is_file();
        let is_folder = name.starts_with(WORD) && about.is_dir();
        if (is_part || is_folder) && maker.has_ended() {
            let path = entry.path();
            let _ = if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
}

/// Names are being given to files that belong together: who ends the process at once waits for it.
pub(super) struct Naming(());

impl Naming {
    /// Begins with it, unless the process ends.
    ///
    /// # Errors
    ///
    /// *Interrupted* if it ends.
    pub(super) fn begin() -> io::Result<Naming> {
        open()?.naming += 1;
        Ok(Naming(()))
    }
}

impl Drop for Naming {
    fn drop(&mut self) {
        made().naming -= 1;
        NAMED.notify_all();
    }
}

/// Removes all temporary files and folders of this process, which ends right after it: nothing more is made.
///
/// Waits, for some seconds at most, for files that are just getting their names.
pub fn remove_all() {
    const PATIENCE: Duration = Duration::from_secs(5);
    /// Other threads still write, so a folder may need to be emptied more than once.
    const TRIES: usize = 20;

    let mut made = made();
    made.closed = true;
    let start = Instant::now();
    while made.naming > 0 && start.elapsed() < PATIENCE {
        let rest = PATIENCE.saturating_sub(start.elapsed());
        made = NAMED.wait_timeout(made, rest).unwrap_or_else(PoisonError::into_inner).0;
    }
    for file in &made.files {
        let _ = fs::remove_file(file);
    }
    for folder in &made.folders {
        for _ in 0..TRIES {
            if fs::remove_dir_all(folder).is_ok() || !folder.exists() {
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
    for folder in made.empty.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
}

/// A folder that nobody else can look into.
///
/// # Errors
///
/// Those of the system.
pub(super) fn make_private(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|e| Error::io(folder, e))
}

/// A new file that nobody else can look into, in the place of what was there.
///
/// # Errors
///
/// *Machine* if the system refuses.
pub(super) fn create_private(path: &Path) -> Result<fs_err::File> {
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|e| Error::io(path, e))
}

/// The same, of which what was there stays before what is written.
///
/// # Errors
///
/// *Machine* if the system refuses.
pub(super) fn append_private(path: &Path) -> Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|e| Error::io(path, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makers_are_known_by_their_names() {
        let word = MAKER.word();
        assert_eq!(Maker::of(&format!(".a.jsonl.{word}Xy12{PART}")), Some(MAKER.clone()));
        assert_eq!(Maker::of(&format!("{word}Xy12")), Some(MAKER.clone()));
        for name in
            ["refrain-HRgiml", ".a.part", "refrain-1-2", "refrain-1-2-3", "refrain-1-2-3-", ""]
        {
            assert_eq!(Maker::of(name), None, "{name}");
        }
        assert!(!MAKER.has_ended());
        // The first process of a system does not end, and no system has so many.
        let other = |process, begun| Maker { process, begun, ..MAKER.clone() };
        assert!(!other(1, 0).has_ended());
        assert!(cfg!(not(unix)) || other(0x3fff_fff0, 7).has_ended());
        assert!(!Maker { system: !MAKER.system, ..other(0x3fff_fff0, 7) }.has_ended());
        // The number of this process, which began at another time.
        assert_eq!(other(MAKER.process, MAKER.begun + 1).has_ended(), MAKER.begun != 0);
    }

    #[test]
    fn what_the_dead_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let dead = Maker { process: 0x3fff_fff0, begun: 7, ..MAKER.clone() }.word();
        let alive = MAKER.word();
        let elsewhere = Maker { system: !MAKER.system, process: 0x3fff_fff0, begun: 7 }.word();
        let left = [format!(".a.{dead}x1{PART}"), format!(".b.{dead}x2{PART}")];
        let kept = [
            format!(".a.{alive}x1{PART}"),
            format!(".a.{elsewhere}x1{PART}"),
            format!("a.{dead}x1{PART}"),
            format!(".a.{dead}x1.txt"),
            ".a.1234.part".to_owned(),
            "notes.txt".to_owned(),
        ];
        for name in left.iter().chain(&kept) {
            fs::write(at(name), "x").unwrap();
        }
        fs::create_dir(at(&format!("{dead}y"))).unwrap();
        fs::write(at(&format!("{dead}y/shard")), "x").unwrap();
        fs::create_dir(at(&format!("{alive}y"))).unwrap();
        drop(TempPath::beside(&at("out"), 0o666).unwrap());
        let mut names: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let mut expected: Vec<String> = kept.to_vec();
        if cfg!(unix) {
            expected.push(format!("{alive}y"));
            expected.sort();
            assert_eq!(names, expected);
        }
    }

    #[test]
    fn folders_that_were_made_go_unless_a_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let a = TempPath::beside(&at("new/deep/a"), 0o666).unwrap().0;
        let b = TempPath::beside(&at("new/deep/b"), 0o666).unwrap().0;
        drop(a);
        assert!(at("new/deep").exists());
        drop(b);
        assert!(!at("new").exists());
        let a = TempPath::beside(&at("new/deep/a"), 0o666).unwrap().0;
        let b = TempPath::beside(&at("new/deep/b"), 0o666).unwrap().0;
        a.persist(&at("new/deep/a"), false).unwrap();
        drop(b);
        assert!(at("new/deep/a").exists());
        // A folder that was there stays.
        fs::create_dir(at("old")).unwrap();
        drop(TempPath::beside(&at("old/a"), 0o666).unwrap());
        assert!(at("old").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_is_for_its_user_only() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let folder = TempFolder::within(home.path()).unwrap();
        assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
        let path = folder.path().to_owned();
        fs::write(path.join("a"), "b").unwrap();
        drop(folder);
        assert!(!path.exists());
    }
}
