//! The targets by name. Built into the fuzzers and into `refrain`'s tests.

#![allow(
    unreachable_pub,
    clippy::pedantic,
    clippy::unwrap_used,
    reason = "built into two crates; a promise that is broken is told by a panic"
)]

mod bank;
mod bytes;
mod compressed;
mod csv;
mod html;
mod json;
mod parquet;
mod pile;
mod reading;
mod records;
mod text;
mod traces;
mod warc;

/// Takes any bytes. Panics if a promise is broken.
pub type Target = fn(&[u8]);

/// Names as in `seeds/fuzz`.
pub const TARGETS: [(&str, Target); 11] = [
    ("bank", bank::target),
    ("compressed", compressed::target),
    ("csv", csv::target),
    ("html", html::target),
    ("json", json::target),
    ("parquet", parquet::target),
    ("pile", pile::target),
    ("records", records::target),
    ("text", text::target),
    ("traces", traces::target),
    ("warc", warc::target),
];

/// Runs the target of that name.
pub fn run(name: &str, bytes: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(target, _)| *target == name).expect("a target's name");
    target(bytes);
}
