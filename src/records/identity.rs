//! What tells one input from another without reading it.

use std::{fmt::Write as _, time::UNIX_EPOCH};

use xxhash_rust::xxh3::xxh3_64;

use super::{Corpus, Source, source::Origin};
use crate::base::error::{Error, Result};

impl Corpus {
    /// A number that differs between inputs whose files differ in name, place on disk, order, size or time of last
    /// change, or that are read by other fields. How files are cut into batches is no part of it.
    ///
    /// # Errors
    ///
    /// *Usage* for a stream, which a later run cannot read again; those of the system.
    pub fn identity(&self) -> Result<u64> {
        let mut text = format!(
            "{:?} {:?} {}",
            self.options.fields, self.options.site_by, self.options.max_record
        );
        for file in &self.files {
            let Source { name, origin, .. } = file;
            let Origin::Path(path) = origin else {
                let problem =
                    "can be read once, so its run cannot be resumed; name files with --work";
                return Err(Error::usage(name, problem));
            };
            let meta = fs_err::metadata(path).map_err(|e| Error::io(path, e))?;
            let changed =
                meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            // A name that is relative to the current folder names another file in another folder.
            let real = fs_err::canonicalize(path).map_err(|e| Error::io(path, e))?;
            let _ = write!(text, "\n{name} {} {} {changed:?}", real.display(), meta.len());
        }
        Ok(xxh3_64(text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, fs::FileTimes, time::SystemTime};

    use super::*;
    use crate::records::Options;

    /// The same relative name, length and time in two folders are two inputs.
    #[test]
    fn a_name_in_another_folder_is_another_file() {
        let of = |folder: &std::path::Path, text: &str| {
            let path = folder.join("pages.jsonl");
            fs::write(&path, text).unwrap();
            let file = fs::File::options().write(true).open(&path).unwrap();
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_hours(416_666);
            file.set_times(FileTimes::new().set_modified(time)).unwrap();
            let mut corpus = Corpus::open(&[path], Options::default()).unwrap();
            // As it is named by who stands in the folder.
            "pages.jsonl".clone_into(&mut corpus.files[0].name);
            corpus.identity().unwrap()
        };
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [a, b] = [0, 1].map(|n| of(folders[n].path(), &format!("{{\"text\":\"{n}\"}}\n")));
        assert_ne!(a, b);
        assert_eq!(a, of(folders[0].path(), "{\"text\":\"0\"}\n"));
    }
}
