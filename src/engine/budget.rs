//! How much memory a run may take, and how it is divided.

use std::num::NonZeroUsize;

use crate::{Error, Result};

/// The least budget that a process keeps: below it buffers, tables of the kernels and what the allocator holds on to
/// are more than the rest.
pub const LEAST_MEMORY: u64 = 192 << 20;

/// What a process takes that does nothing yet: the program, its tables, buffers of outputs.
const PROGRAM: u64 = 24 << 20;
/// What a worker takes: its stack and scratch, the batches that are under way for it with what is made of them, and what
/// the allocator holds for its thread.
const WORKER: u64 = 16 << 20;

/// The most workers that take no more than a fourth of so many bytes beside the program.
pub(crate) fn most_workers(memory: u64) -> NonZeroUsize {
    let most = memory.max(LEAST_MEMORY).saturating_sub(PROGRAM) / 4 / WORKER;
    usize::try_from(most).ok().and_then(NonZeroUsize::new).unwrap_or(NonZeroUsize::MIN)
}

/// Bytes that so many workers leave of `memory`.
pub(crate) fn room(memory: u64, workers: NonZeroUsize) -> u64 {
    Budget::of(memory, workers).free()
}

/// How a run is divided so that it stays within its memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// Bytes of all the process.
    all: u64,
    /// Bytes of what stays in memory to the end.
    charged: u64,
    /// Bytes of the program itself, and of its workers with what is under way for them.
    overhead: u64,
}

impl Budget {
    /// A budget of so many bytes, of which so many workers take their part.
    pub(super) fn of(bytes: u64, workers: NonZeroUsize) -> Budget {
        // Less than the least is not kept: all of it is divided.
        let takes = PROGRAM + WORKER * workers.get() as u64;
        let overhead = if bytes < LEAST_MEMORY { 0 } else { takes.min(bytes / 3) };
        Budget { all: bytes - overhead, charged: 0, overhead }
    }

    /// Charges what stays in memory.
    ///
    /// # Errors
    ///
    /// *Usage* if it leaves too little for the rest.
    pub(super) fn charge(&mut self, what: &str, bytes: u64) -> Result<()> {
        self.charged += bytes;
        if self.charged <= self.all / 2 {
            return Ok(());
        }
        Err(too_many(what, self.overhead + 2 * self.charged))
    }

    /// Asks for room that is given back within a stage.
    ///
    /// # Errors
    ///
    /// *Usage* if it is too much.
    pub(super) fn hold(self, what: impl Fn() -> String, bytes: u64) -> Result<()> {
        if bytes <= self.free() / 3 {
            return Ok(());
        }
        Err(too_many(&what(), self.overhead + self.charged + 3 * bytes))
    }

    pub(super) fn free(self) -> u64 {
        self.all - self.charged
    }

    /// Of columns that wait to be written.
    pub(super) fn partition(self) -> u64 {
        self.free() / 8
    }

    /// Of a shard: numbering its families doubles it, and labelling a site takes half as much again.
    pub(super) fn shard(self) -> u64 {
        self.free() / 6
    }

    /// Of a shard of one site: its labels are decided in half as much again. One that takes more is divided.
    pub(super) fn site(self) -> u64 {
        self.free() / 5 * 2
    }

    /// Of a slice of a site that is divided.
    pub(super) fn slice(self) -> u64 {
        self.free() / 12
    }

    /// Of rows that wait to be written to the buckets of a file.
    pub(super) fn waiting(self) -> u64 {
        self.free() / 24
    }

    /// Of the records that one worker groups.
    pub(super) fn bucket(self, threads: usize) -> u64 {
        self.free() / 12 / threads as u64
    }
}

/// The budget is too small for `what`; so many bytes would do.
fn too_many(what: &str, least: u64) -> Error {
    let least = (least >> 20) + 1;
    Error::usage(
        "--memory",
        format!("{what} are too many: the least that would do so far is {least}MiB"),
    )
}
