//! Formats held against readers and writers that are not ours: warcio, fastwarc, pyarrow, brotli and the csv
//! module of Python, which `.ci/run` installs.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{command::Folder, left_out::is_left_out};

/// The Python of `.ci/run`, or the machine's own.
fn python() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers/bin/python");
    if own.is_file() { own } else { "python3".into() }
}

#[test]
#[ignore = "needs Python with tests/peers/requirements.txt"]
fn formats_are_read_and_written_as_others_do() {
    if is_left_out("peers") {
        return;
    }
    let folder = Folder::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = Command::new(python())
        .arg(root.join("tests/peers/check.py"))
        .arg(env!("CARGO_BIN_EXE_refrain"))
        .arg(root.join("seeds/pages"))
        .arg(folder.path("."))
        .output()
        .unwrap_or_else(|e| panic!("{}: {e}", python().display()));
    let said = String::from_utf8_lossy(&run.stdout);
    let failed = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}\n{failed}");
}
