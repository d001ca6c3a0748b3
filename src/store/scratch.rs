//! A folder for what a run needs only while it lasts.

use std::path::Path;

use crate::error::{Error, Result};

/// A folder of its own below the one for temporary files, removed with all that is in it when this
/// is dropped.
#[derive(Debug)]
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    /// A new, empty folder.
    ///
    /// # Errors
    ///
    /// *Machine* if it cannot be made.
    pub fn new() -> Result<Scratch> {
        tempfile::Builder::new()
            .prefix("refrain-")
            .tempdir()
            .map(Scratch)
            .map_err(|e| Error::io(std::env::temp_dir(), e))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_gone_afterwards() {
        let scratch = Scratch::new().expect("a folder");
        let path = scratch.path().to_owned();
        std::fs::write(path.join("a"), "b").expect("a file");
        drop(scratch);
        assert!(!path.exists());
    }
}
