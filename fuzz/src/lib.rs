//! What is fuzzed: each target takes any bytes, and panics if a promise is broken.
//!
//! A target is a plain function, so that the tests of `refrain` run it as well: over every file of
//! `seeds/fuzz/TARGET`, where what fuzzing has found is kept.

pub mod targets;
