//! Files of an input that cannot be read to their end, and what else there is to say of how they were read.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::base::error::{Error, Result};

/// A file of an input of which something was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damaged {
    /// The file as the user would name it.
    pub file: String,
    /// What is wrong with it, and where.
    pub problem: String,
    /// Records that came before the damage; they are in the results.
    pub pages: u64,
    /// Records may have come after it.
    pub cut: bool,
}

/// What was damages of the files of a corpus, by whatever pass came first.
#[derive(Debug, Default)]
pub struct Damages(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    damaged: Vec<Damaged>,
    notes: Vec<String>,
}

impl Damages {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a file is damaged. Passes after the first one find what it found.
    pub(super) fn damage(&self, damaged: Damaged) {
        let mut seen = self.seen();
        if !seen.damaged.iter().any(|other| other.file == damaged.file) {
            seen.damaged.push(damaged);
        }
    }

    /// Passes over what failed with `error` after so many records, if the run is to go on with the next file.
    ///
    /// # Errors
    ///
    /// `error` if it is not, or if it is not about this one file.
    pub(super) fn skip(&self, skips: bool, file: &str, pages: u64, error: Error) -> Result<()> {
        if !skips || !error.is_damage() {
            return Err(error);
        }
        let problem = error.to_string();
        let problem = problem.strip_prefix(&format!("{file}: ")).unwrap_or(&problem).to_owned();
        self.damage(Damaged { file: file.to_owned(), problem, pages, cut: true });
        Ok(())
    }

    /// Nothing of the file of this name could be read.
    pub fn is_lost(&self, file: &str) -> bool {
        self.seen()
            .damaged
            .iter()
            .any(|damaged| damaged.file == file && damaged.cut && damaged.pages == 0)
    }

    /// Notes something that is no damage.
    pub(super) fn note(&self, note: String) {
        let mut seen = self.seen();
        if !seen.notes.contains(&note) {
            seen.notes.push(note);
        }
    }

    pub(super) fn damaged(&self) -> Vec<Damaged> {
        self.seen().damaged.clone()
    }

    pub(super) fn notes(&self) -> Vec<String> {
        self.seen().notes.clone()
    }
}
