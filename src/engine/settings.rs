//! How to run.

use std::{num::NonZeroUsize, path::PathBuf};

use super::{MostBad, bad::Allowed, budget};
use crate::{
    base::{cpu::Tier, recipe::Recipe},
    chrome::SeedBank,
};

/// How to run. Only the recipe and the seeds change results.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Everything that changes results.
    pub recipe: Recipe,
    /// Known chrome lines, from [`crate::chrome::seed_bank`].
    pub seeds: Option<SeedBank>,
    /// Workers at most; [`workers`](Settings::workers) says how many there are.
    pub threads: NonZeroUsize,
    /// Which form of the kernels runs.
    pub tier: Tier,
    /// The first bad record ends the run.
    pub strict: bool,
    /// More bad records than that end the run.
    pub most_bad: MostBad,
    /// Bytes that the process may take, mapped input aside; what does not fit is on disk. Less than
    /// [`LEAST_MEMORY`](super::LEAST_MEMORY) is not kept, but divides the work as if it were.
    pub memory: Option<u64>,
    /// Where what is on disk stands, so that a run that was killed can go on.
    pub work: Option<PathBuf>,
}

impl Default for Settings {
    /// The usual recipe, in memory, with all that the machine has; bad records are borne.
    fn default() -> Settings {
        Settings {
            recipe: Recipe::default(),
            seeds: None,
            threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            tier: Tier::default(),
            strict: false,
            most_bad: MostBad::Count(u64::MAX),
            memory: None,
            work: None,
        }
    }
}

impl Settings {
    /// What a run bears of bad records.
    pub(crate) fn allowed(&self) -> Allowed {
        Allowed { strict: self.strict, most_bad: self.most_bad }
    }

    /// Whether records wait on disk.
    pub(super) fn is_on_disk(&self) -> bool {
        self.memory.is_some() || self.work.is_some()
    }

    /// What does the work: fewer workers than were asked for if their batches and their stacks would take too much of
    /// the memory that is allowed, and [`MOST_THREADS`] at most.
    pub fn workers(&self) -> Workers {
        let most = self.memory.map_or(MOST_THREADS, budget::most_workers).min(MOST_THREADS);
        Workers { threads: self.threads.min(most), tier: self.tier }
    }

    /// Bytes that are left of the memory that is allowed beside the program and its workers; none if there is no limit.
    pub fn room(&self) -> Option<u64> {
        self.memory.map(|memory| budget::room(memory, self.workers().threads))
    }
}

/// The most workers of a run: more would wait for each other, and each holds batches.
pub const MOST_THREADS: NonZeroUsize = match NonZeroUsize::new(1024) {
    Some(most) => most,
    None => NonZeroUsize::MIN,
};

/// What does the work. Nothing of it changes results.
#[derive(Clone, Copy, Debug)]
pub struct Workers {
    /// How many.
    pub threads: NonZeroUsize,
    /// Which form of the kernels they run.
    pub tier: Tier,
}
