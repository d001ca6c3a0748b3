//! What `refrain` promises as a whole, a module per promise.
//!
//! One test binary, so that the library is linked once. What a single module promises is tested beside
//! its code; here stands what only the command, or several modules together, can keep or break.

#![allow(
    clippy::unwrap_used,
    clippy::pedantic,
    reason = "a test that meets what it does not expect fails by panicking"
)]

mod command;
mod corpus;

mod attributes;
mod bank;
mod bench;
mod budget;
mod clean;
mod config;
mod copies;
mod credits;
mod damaged;
mod determinism;
mod docs;
mod explain;
mod formats;
mod fuzz;
mod genres;
mod index;
mod interrupted;
mod laws;
mod layers;
mod left_out;
mod lone;
mod manual;
mod markup;
mod messages;
mod mutated;
mod paths;
mod peers;
mod planted;
mod progress;
mod reading;
mod real;
mod report;
mod resources;
mod seeds;
mod tune;
mod work;
