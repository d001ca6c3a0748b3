//! Buffers of batches that are done, for those to come: in steady state nothing is allocated.

use std::sync::{Mutex, PoisonError};

use super::batch::Span;

/// What a batch that was read is held in.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    pub(super) bytes: Vec<u8>,
    pub(super) spans: Vec<Span>,
}

/// Empty buffers. As many as there were batches at once at most, and of those that one very long
/// record has stretched none.
#[derive(Debug)]
pub(super) struct Pool {
    spare: Mutex<Vec<Buffers>>,
    /// Capacity of the largest buffer that is kept.
    largest: usize,
}

impl Pool {
    /// For batches of about `batch_bytes`.
    pub(super) fn new(batch_bytes: usize) -> Pool {
        Pool { spare: Mutex::default(), largest: batch_bytes.saturating_mul(4) }
    }

    /// Empty buffers, used ones if there are any.
    pub(super) fn take(&self) -> Buffers {
        // Nothing panics while the lock is held.
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        spare.pop().unwrap_or_default()
    }

    /// Takes buffers back.
    pub(super) fn give(&self, mut buffers: Buffers) {
        if buffers.bytes.capacity() <= self.largest {
            buffers.bytes.clear();
            buffers.spans.clear();
            self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(buffers);
        }
    }

    /// How many buffers are spare.
    #[cfg(test)]
    pub(super) fn spare(&self) -> usize {
        self.spare.lock().map_or(0, |spare| spare.len())
    }
}
