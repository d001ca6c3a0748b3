//! Tests that need more than this repository and a Rust toolchain.
//!
//! They are marked `#[ignore]`, so that `cargo test` runs anywhere and counts them. `.ci/run` runs them
//! all: one that lacks what it needs fails. `REFRAIN_SKIP=peers,browser,real` leaves groups out, and
//! the last line of `.ci/run` says how many tests that were.

use std::{fs::OpenOptions, io::Write, path::Path};

/// Whether `REFRAIN_SKIP` names `group`; if so, the running test is noted for `.ci/run`.
pub(crate) fn is_left_out(group: &str) -> bool {
    let named = std::env::var("REFRAIN_SKIP").unwrap_or_default();
    let is_named = named.split(',').any(|name| name.trim() == group);
    if is_named {
        let note = Path::new(env!("CARGO_TARGET_TMPDIR")).join("left-out");
        let mut file = OpenOptions::new().create(true).append(true).open(note).unwrap();
        let thread = std::thread::current();
        // One write a line, so that tests side by side do not mix theirs.
        let line = format!("{group} {}\n", thread.name().unwrap_or("?"));
        file.write_all(line.as_bytes()).unwrap();
    }
    is_named
}
