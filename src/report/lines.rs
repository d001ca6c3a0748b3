//! Lines of an evidence file, with the place of each for messages.

use std::{
    io::{self, BufRead, BufReader},
    path::Path,
};

use crate::{Error, Result};

/// Calls `each` with every line of the file `name` in the folder `dir`. Returns the number of lines.
///
/// # Errors
///
/// *Data* if the file is missing, ends in the middle of a line or is not UTF-8, or if `each` returns a
/// problem; *machine* if it cannot be read.
pub(super) fn each_line(
    dir: &Path,
    name: &str,
    mut each: impl FnMut(&str) -> Result<(), String>,
) -> Result<u64> {
    let path = dir.join(name);
    let file = fs_err::File::open(&path).map_err(|e| missing(&path, e))?;
    let mut reader = BufReader::with_capacity(1 << 18, file);
    let mut line = String::new();
    let mut number = 0;
    loop {
        line.clear();
        if reader.read_line(&mut line).map_err(|e| Error::io(&path, e))? == 0 {
            return Ok(number);
        }
        number += 1;
        let problem = match line.strip_suffix('\n') {
            Some(line) => each(line).err(),
            None => Some("breaks off; the file was cut".to_owned()),
        };
        if let Some(problem) = problem {
            let place = format!("{}:{number}", path.display());
            return Err(Error::data(place, format!("{problem}; scan again")));
        }
    }
}

/// The error for an evidence file that cannot be opened.
pub(super) fn missing(path: &Path, source: io::Error) -> Error {
    if source.kind() == io::ErrorKind::NotFound {
        let problem = "missing, and a scan is all of its files; scan again";
        return Error::data(path.display().to_string(), problem);
    }
    Error::io(path, source)
}
