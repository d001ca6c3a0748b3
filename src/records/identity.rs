//! What tells one input from another without reading it.

use std::{fmt::Write as _, time::UNIX_EPOCH};

use xxhash_rust::xxh3::xxh3_64;

use super::{Corpus, Source, source::Origin};
use crate::base::error::{Error, Result};

impl Corpus {
    /// A number that differs between inputs whose files differ in name, order, size or time of last change, or
    /// that are read by other fields. How files are cut into batches is no part of it.
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
            let _ = write!(text, "\n{name} {} {changed:?}", meta.len());
        }
        Ok(xxh3_64(text.as_bytes()))
    }
}
