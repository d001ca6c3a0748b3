//! What a command line names → paths: lists of files, and patterns that no shell has expanded.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::base::error::{Error, Result};
use crate::records::codec::decompress::unreadable;

/// The inputs that are named: those of `inputs`, then those that stand in `files_from`, a path a line, or each ended by a
/// zero byte if there is one. `-` as `files_from` is standard input.
///
/// A name that is no file and has `*`, `?` or `[` in it is a pattern, and stands for what matches it, in the order of
/// names. Names in `files_from` are taken as they are. If nothing is named and standard input is a pipe or a file, that
/// is the input.
///
/// # Errors
///
/// *Usage* if nothing is named and there is none, or standard input would be read for two things; *data* for a pattern that
/// nothing matches, or a list that is not there.
pub fn named_inputs(inputs: &[PathBuf], files_from: Option<&Path>) -> Result<Vec<PathBuf>> {
    let mut named = Vec::new();
    for input in inputs {
        expand(input, &mut named)?;
    }
    if let Some(list) = files_from {
        let is_stdin = list == Path::new("-");
        if is_stdin && inputs.iter().any(|input| input == Path::new("-")) {
            let problem = "standard input cannot be both the list and an input";
            return Err(Error::usage("--files-from", problem));
        }
        named.extend(listed(&read(list)?));
        if named.is_empty() {
            return Err(Error::data(list.display().to_string(), "names no files"));
        }
    } else if inputs.is_empty() {
        if !is_fed() {
            let problem = "name files or folders, or pipe pages in";
            return Err(Error::usage("input", problem));
        }
        named.push("-".into());
    }
    Ok(named)
}

/// Something was put on standard input: a pipe or a file.
fn is_fed() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        fs::metadata("/dev/stdin").is_ok_and(|about| !about.file_type().is_char_device())
    }
    #[cfg(not(unix))]
    {
        use std::io::IsTerminal;
        !io::stdin().is_terminal()
    }
}

fn read(list: &Path) -> Result<Vec<u8>> {
    if list != Path::new("-") {
        return fs::read(list).map_err(|e| unreadable(list, e));
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map_err(|e| Error::io("-", e))?;
    Ok(bytes)
}

/// The paths of a list.
fn listed(bytes: &[u8]) -> Vec<PathBuf> {
    let end = if bytes.contains(&0) { 0 } else { b'\n' };
    bytes
        .split(|&byte| byte == end)
        .map(|name| if end == 0 { name } else { name.strip_suffix(b"\r").unwrap_or(name) })
        .filter(|name| !name.is_empty())
        .map(path_of)
        .collect()
}

#[cfg(unix)]
fn path_of(name: &[u8]) -> PathBuf {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    OsStr::from_bytes(name).into()
}

#[cfg(not(unix))]
fn path_of(name: &[u8]) -> PathBuf {
    String::from_utf8_lossy(name).into_owned().into()
}

/// Adds what `input` stands for.
fn expand(input: &Path, named: &mut Vec<PathBuf>) -> Result<()> {
    let text = input.to_string_lossy();
    if !text.contains(['*', '?', '[']) || fs::symlink_metadata(input).is_ok() {
        named.push(input.to_path_buf());
        return Ok(());
    }
    let wrong = |e: glob::PatternError| Error::usage(text.as_ref(), format!("is no pattern: {e}"));
    let before = named.len();
    for found in glob::glob(&text).map_err(wrong)? {
        named.push(found.map_err(|e| {
            let path = e.path().to_path_buf();
            Error::io(path, e.into())
        })?);
    }
    named[before..].sort();
    if named.len() == before {
        return Err(Error::data(text.as_ref(), "no file matches"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_lines_or_zeros() {
        let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(listed(b"a b\r\n\n c\nd"), paths(&["a b", " c", "d"]));
        assert_eq!(listed(b"a\nb\0c\0"), paths(&["a\nb", "c"]));
        assert_eq!(listed(b""), paths(&[]));
    }

    #[test]
    fn patterns_stand_for_files_and_files_for_themselves() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b1.txt", "a1.txt", "a2.json", "x[1].txt"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let expanded = |name: &str| {
            let named = named_inputs(&[folder.path().join(name)], None)?;
            let bare = named.iter().map(|path| path.strip_prefix(folder.path()).unwrap());
            Ok::<_, Error>(bare.map(|path| path.display().to_string()).collect::<Vec<_>>())
        };
        assert_eq!(expanded("[ab]*.txt").unwrap(), ["a1.txt", "b1.txt"]);
        assert_eq!(expanded("?1.txt").unwrap(), ["a1.txt", "b1.txt"]);
        assert_eq!(expanded("x[1].txt").unwrap(), ["x[1].txt"]);
        assert!(expanded("*.csv").unwrap_err().to_string().ends_with("*.csv: no file matches"));
        let list = folder.path().join("list");
        fs::write(&list, "*.txt\n-x\n").unwrap();
        let named = named_inputs(&["-".into()], Some(&list)).unwrap();
        assert_eq!(named, ["-", "*.txt", "-x"].map(PathBuf::from));
        fs::write(&list, "\n").unwrap();
        assert!(named_inputs(&[], Some(&list)).is_err());
        assert!(named_inputs(&["-".into()], Some(Path::new("-"))).is_err());
    }
}
