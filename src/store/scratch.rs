//! A folder for what a run needs only while it lasts.

use std::path::Path;

use super::temporary::TempFolder;
use crate::base::error::{Error, Result};

/// A folder of its own below the one for temporary files, which nobody else can look into, removed with
/// all that is in it when this is dropped. What a killed run left there is removed when another is made.
#[derive(Debug)]
pub struct Scratch(TempFolder);

impl Scratch {
    /// A new, empty folder.
    ///
    /// # Errors
    ///
    /// *Machine* if it cannot be made.
    pub fn new() -> Result<Scratch> {
        let folder = std::env::temp_dir();
        TempFolder::within(&folder).map(Scratch).map_err(|e| Error::io(folder, e))
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
