//! What a path names on disk, whatever it is called.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

/// Links that are followed before a path is taken to lead in a circle.
const LINKS: usize = 40;

/// Equal for two paths that name the same file or folder, also by links and by other ways to write it.
///
/// What is there is told by device and inode, what is yet to be made by its folder and its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathId(Repr);

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Repr {
    #[cfg(unix)]
    There {
        device: u64,
        inode: u64,
    },
    Named(PathBuf),
}

impl PathId {
    /// What `path` names, or would name if it were made.
    pub fn of(path: &Path) -> PathId {
        let real = real_path(path);
        match fs::metadata(&real) {
            Ok(there) => PathId::of_metadata(&real, &there),
            Err(_) => PathId(Repr::Named(real)),
        }
    }

    /// The same of what is known to be there; `there` is what links lead to.
    #[cfg(unix)]
    pub fn of_metadata(_path: &Path, there: &fs::Metadata) -> PathId {
        use std::os::unix::fs::MetadataExt;
        PathId(Repr::There { device: there.dev(), inode: there.ino() })
    }

    /// The same of what is known to be there; `there` is what links lead to.
    #[cfg(not(unix))]
    pub fn of_metadata(path: &Path, _there: &fs::Metadata) -> PathId {
        PathId(Repr::Named(real_path(path)))
    }
}

/// Whether `path` is `folder`, or lies in it at any depth.
pub fn is_within(path: &Path, folder: &Path) -> bool {
    let folder = PathId::of(folder);
    real_path(path).ancestors().any(|above| PathId::of(above) == folder)
}

/// `path` without links and dots, from the root. What is not there yet stands below what is; a link to
/// nothing is followed to where that would be.
pub fn real_path(path: &Path) -> PathBuf {
    followed(path, LINKS)
}

fn followed(path: &Path, links: usize) -> PathBuf {
    if let Ok(real) = fs::canonicalize(path) {
        return real;
    }
    if links > 0
        && let Ok(target) = fs::read_link(path)
    {
        return followed(&folder_of(path).join(target), links - 1);
    }
    // A folder that is not there yet has no links in it, so `..` leads back to what is above it.
    match (path.parent(), path.components().next_back()) {
        (Some(above), Some(Component::Normal(name))) => {
            followed(folder_or_here(above), links).join(name)
        }
        (Some(above), Some(Component::ParentDir)) => {
            let above = followed(folder_or_here(above), links);
            above.parent().map_or(above.clone(), Path::to_path_buf)
        }
        _ => std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()),
    }
}

/// The folder of a file.
pub(super) fn folder_of(path: &Path) -> &Path {
    folder_or_here(path.parent().unwrap_or(Path::new("")))
}

fn folder_or_here(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// Whether `path` is there and neither a file nor a folder: a pipe, a terminal, a device.
pub fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir())
}

/// The folders that were made so that `folder` is there, those above first.
///
/// # Errors
///
/// Those of the system; what was made before them stays.
pub(super) fn make_folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut missing = Vec::new();
    for above in folder.ancestors() {
        if above.as_os_str().is_empty() || above.is_dir() {
            break;
        }
        missing.push(above.to_path_buf());
    }
    fs::create_dir_all(folder)?;
    missing.reverse();
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_one_however_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("sub")).unwrap();
        fs::write(at("sub/a"), "x").unwrap();
        fs::write(at("b"), "x").unwrap();
        let a = PathId::of(&at("sub/a"));
        assert_eq!(PathId::of(&at("sub/../sub/./a")), a);
        assert_ne!(PathId::of(&at("b")), a);
        // What is not there yet.
        let new = PathId::of(&at("sub/new/deep/c"));
        assert_eq!(PathId::of(&at("sub/new/../new/deep/./c")), new);
        assert_eq!(PathId::of(&at("sub/../sub/new/deep/c")), new);
        assert_ne!(PathId::of(&at("new/deep/c")), new);
        assert!(is_within(&at("sub/new/c"), &at("sub")) && is_within(&at("sub"), &at("sub")));
        assert!(!is_within(&at("b"), &at("sub")) && !is_within(&at("subs"), &at("sub")));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_also_to_what_is_not_there() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("sub")).unwrap();
        fs::write(at("sub/a"), "x").unwrap();
        symlink("sub/a", at("link")).unwrap();
        symlink("sub", at("folder")).unwrap();
        symlink("folder/new", at("dangling")).unwrap();
        symlink("circle", at("circle")).unwrap();
        fs::hard_link(at("sub/a"), at("hard")).unwrap();
        let a = PathId::of(&at("sub/a"));
        for name in ["link", "folder/a", "hard"] {
            assert_eq!(PathId::of(&at(name)), a, "{name}");
        }
        assert_eq!(PathId::of(&at("dangling")), PathId::of(&at("sub/new")));
        assert_eq!(real_path(&at("dangling")), fs::canonicalize(at("sub")).unwrap().join("new"));
        assert_eq!(real_path(&at("circle")).file_name().unwrap(), "circle");
        assert!(is_within(&at("dangling"), &at("sub")));
    }
}
