//! Finds what comes back across scraped web pages: site chrome, and copies of the same story.
//!
//! ```text
//! pages ─► paragraphs ─► fingerprints ─► families ─► bank ─► labels ─► anchors of the body ─► candidates ─► links ─► clusters
//! input     text           sketch          families   chrome             copies                                        output
//! ```
//!
//! Data flows one way; a module uses only what stands above it in this list.
//!
//! # Where to begin
//!
//! | to | use |
//! | --- | --- |
//! | learn what sites repeat | [`Bank::learn`], [`Bank::save`], [`Bank::open`], [`Bank::merge`] |
//! | label or clean one page | [`Labeller::label`], [`Labeller::without_chrome`] |
//! | find copies among pages | [`Copies::among`] |
//! | do what the command does with files | [`pipeline`], [`input::Corpus`], [`output`] |
//!
//! The examples `learn_and_label`, `find_copies` and `bank_file` can be run.
//!
//! # Features
//!
//! * `cli` (default): the command `refrain`. Without it no flags or terminal are compiled.
//! * `report` (with `cli`): [`report`], a scan's files as one HTML file.

#![cfg_attr(test, allow(clippy::cast_possible_truncation))]

pub mod error;
pub mod recipe;

pub mod cpu;

pub mod moment;
pub mod page;

pub mod store;

pub mod input;

pub mod text;

pub mod sketch;

pub mod group;

pub mod trace;

pub mod families;

pub mod chrome;

pub mod copies;

pub mod index;

pub mod output;

pub mod pipeline;

#[cfg(feature = "report")]
pub mod report;

pub mod generate;

pub mod bench;

pub use chrome::Bank;
pub use error::{Class, Error, Location, Result};
pub use pipeline::{Copies, PageLabeller as Labeller};
