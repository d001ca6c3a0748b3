//! The one error type of the crate, in four classes, because callers do four different things.
//!
//! After a *record* error, later records are still usable. A *usage* error needs another flag or
//! setting. A *data* error makes an input or a store unusable as a whole. A *machine* error may go away
//! on another try. A message names the place, the problem, what was found, and the way out. Messages are
//! tested as text.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation failed. One word wide, so that `Result<(), Error>` stays cheap.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Repr>);

#[derive(Debug, thiserror::Error)]
enum Repr {
    #[error("{at}: {problem}")]
    Record { at: Location, problem: String },
    #[error("{place}: {problem}")]
    Data { place: String, problem: String },
    #[error("{place}: {problem}")]
    Usage { place: String, problem: String },
    #[error("{}: {doing}{}", path.display(), said(source))]
    Io { path: PathBuf, doing: String, source: io::Error },
    #[error("cancelled")]
    Cancelled,
    /// Of one file among many.
    #[error(transparent)]
    Damage(Error),
}

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Class {
    /// One record is unusable; the ones after it may be fine.
    Record,
    /// What was asked for makes no sense for this input; another flag does.
    Usage,
    /// The input or store as a whole is unusable.
    Data,
    /// The machine failed: disk, permissions, memory.
    Machine,
    /// Somebody asked for the run to end.
    Cancelled,
}

/// Where a record stands: file, record number from 1, offset of its first decompressed byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file as the user named it, or `-` for standard input.
    pub file: String,
    /// Number of the record in its file, from 1; for JSON lines the line number.
    pub record: u64,
    /// Offset of the record's first byte in the decompressed file.
    pub byte: u64,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} (byte {})", self.file, self.record, self.byte)
    }
}

/// The one of `names` that was most likely meant by `name`: it differs in a letter or two.
///
/// Of equally near ones the first.
pub fn meant<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let near = |other: &'n str| {
        let longest = name.chars().count().max(other.chars().count());
        let wrong = strsim::osa_distance(&name.to_lowercase(), &other.to_lowercase());
        (3 * wrong <= longest.max(3)).then_some((wrong, other))
    };
    names.into_iter().filter_map(near).min_by_key(|(wrong, _)| *wrong).map(|(_, other)| other)
}

impl Error {
    /// A record that cannot be used; `problem` says what was found and the way out.
    pub fn record(at: Location, problem: impl Into<String>) -> Error {
        Error(Box::new(Repr::Record { at, problem: problem.into() }))
    }

    /// An input or store that cannot be used as a whole.
    pub fn data(place: impl Into<String>, problem: impl Into<String>) -> Error {
        Error(Box::new(Repr::Data { place: place.into(), problem: problem.into() }))
    }

    /// A request that makes no sense for what was found.
    pub fn usage(place: impl Into<String>, problem: impl Into<String>) -> Error {
        Error(Box::new(Repr::Usage { place: place.into(), problem: problem.into() }))
    }

    /// An operating system error about `path`, which the message names once even if `source` names it, too.
    pub fn io(path: impl Into<PathBuf>, source: io::Error) -> Error {
        let path = path.into();
        let (doing, source) = without_path(&path, source);
        Error(Box::new(Repr::Io { path, doing, source }))
    }

    /// A run that was asked to end.
    pub fn cancelled() -> Error {
        Error(Box::new(Repr::Cancelled))
    }

    /// The same, about one file of an input that cannot be read to its end: others may be fine.
    #[must_use]
    pub fn damage(self) -> Error {
        if self.is_damage() { self } else { Error(Box::new(Repr::Damage(self))) }
    }

    /// Whether it is about one file of an input, after which a run may go on with the others.
    pub fn is_damage(&self) -> bool {
        matches!(&*self.0, Repr::Damage(_))
    }

    /// The place and the problem of a record that cannot be used.
    pub fn as_record(&self) -> Option<(&Location, &str)> {
        match &*self.0 {
            Repr::Record { at, problem } => Some((at, problem)),
            Repr::Damage(inner) => inner.as_record(),
            _ => None,
        }
    }

    /// What the caller can do about it.
    pub fn class(&self) -> Class {
        match &*self.0 {
            Repr::Record { .. } => Class::Record,
            Repr::Usage { .. } => Class::Usage,
            Repr::Data { .. } => Class::Data,
            Repr::Cancelled => Class::Cancelled,
            Repr::Damage(inner) => inner.class(),
            Repr::Io { source, .. } => match source.kind() {
                // A path that names nothing is the input's fault; trying again does not help.
                io::ErrorKind::NotFound
                | io::ErrorKind::IsADirectory
                | io::ErrorKind::NotADirectory
                | io::ErrorKind::InvalidData
                | io::ErrorKind::UnexpectedEof => Class::Data,
                _ => Class::Machine,
            },
        }
    }

    /// The operating system's word for it, if this is an input or output error.
    pub fn io_kind(&self) -> Option<io::ErrorKind> {
        match &*self.0 {
            Repr::Io { source, .. } => Some(source.kind()),
            Repr::Damage(inner) => inner.io_kind(),
            _ => None,
        }
    }
}

/// What a system's error says, in the words of every other message.
fn said(source: &io::Error) -> String {
    match (source.get_ref().and_then(|outer| outer.source()), source.kind()) {
        (Some(inner), _) => format!("{source}: {inner}"),
        (None, io::ErrorKind::NotFound) => "no such file or folder".to_owned(),
        (None, _) => source.to_string(),
    }
}

/// What was being done to `path`, and the system's own error of it, if that is inside of one which names `path`.
fn without_path(path: &Path, error: io::Error) -> (String, io::Error) {
    let name = format!(" `{}`", path.display());
    let told = error.to_string();
    let code = error
        .get_ref()
        .and_then(|outer| outer.source()?.downcast_ref::<io::Error>()?.raw_os_error());
    match (code, told.split_once(&name)) {
        (Some(code), Some((doing, ""))) => {
            (format!("{doing}: "), io::Error::from_raw_os_error(code))
        }
        _ => (String::new(), error),
    }
}

/// The first error of work that goes on after one, by any thread, until somebody asks for it.
#[derive(Debug, Default)]
pub struct FirstError(Mutex<Option<Error>>);

impl FirstError {
    /// What there is; an error is kept, if it is the first.
    pub fn or_keep<T>(&self, result: Result<T>) -> Option<T> {
        let keep = |error| {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        };
        result.map_err(keep).ok()
    }

    /// Whether all went well.
    ///
    /// # Errors
    ///
    /// The first error there was.
    pub fn check(&self) -> Result<()> {
        let first = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        first.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_differs_in_little() {
        let names = ["id", "url", "text", "title"];
        for (wrong, likely) in [
            ("txet", Some("text")),
            ("Text", Some("text")),
            ("tittle", Some("title")),
            ("ur", Some("url")),
            ("body", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(meant(wrong, names), likely, "{wrong}");
        }
        // Of equally near ones the first, whatever is in them.
        assert_eq!(meant("tex", ["text", "tex2"]), Some("text"));
        assert_eq!(meant("é", ["e", "\u{301}"]), Some("e"));
    }

    #[test]
    fn a_path_is_named_once_and_the_system_is_the_source() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing");
        let told = format!("{}: failed to open file: no such file or folder", path.display());
        for of_system in [fs_err::File::open(&path).unwrap_err(), std::fs::read(&path).unwrap_err()]
        {
            let error = Error::io(&path, of_system);
            assert_eq!(error.class(), Class::Data);
            assert_eq!(error.to_string().matches("missing").count(), 1, "{error}");
            let source = std::error::Error::source(&error).unwrap();
            assert!(source.downcast_ref::<io::Error>().unwrap().raw_os_error().is_some());
        }
        let error = Error::io(&path, fs_err::File::open(&path).unwrap_err());
        assert!(error.to_string().starts_with(&told), "{error}");
        // Two paths: both are told.
        let other = folder.path().join("other");
        let error = Error::io(&path, fs_err::rename(&path, &other).unwrap_err());
        assert!(error.to_string().contains("other"), "{error}");
    }

    #[test]
    fn the_first_error_is_kept() {
        let first = FirstError::default();
        assert_eq!(first.or_keep(Ok(1)), Some(1));
        first.check().unwrap();
        for problem in ["one", "two"] {
            assert_eq!(first.or_keep(Err::<(), _>(Error::data("a", problem))), None);
        }
        assert_eq!(first.check().unwrap_err().to_string(), "a: one");
        first.check().unwrap();
    }
}
