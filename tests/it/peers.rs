//! Formats held against readers and writers that are not ours: warcio, pyarrow and the csv module of
//! Python. `.ci/run` installs them; where they are missing, the test says that it is skipped.

#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::command::Folder;

/// What a program says that skips.
const SKIPPED: i32 = 77;

/// The Python of `.ci/run`, or the machine's own.
fn python() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers/bin/python");
    if own.is_file() { own } else { "python3".into() }
}

#[test]
fn formats_are_read_and_written_as_others_do() {
    let folder = Folder::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = Command::new(python())
        .arg(root.join("tests/peers/check.py"))
        .arg(env!("CARGO_BIN_EXE_refrain"))
        .arg(root.join("seeds/pages"))
        .arg(folder.path("."))
        .output();
    let run = match run {
        Ok(run) => run,
        Err(e) => return println!("skipped: there is no Python to test formats with ({e})"),
    };
    let said = String::from_utf8_lossy(&run.stdout);
    println!("{said}");
    let failed = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() || run.status.code() == Some(SKIPPED), "{said}\n{failed}");
}
