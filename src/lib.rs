//! Finds what comes back across scraped web pages: site chrome, and copies of the same story.
//!
//! ```text
//! pages ─► paragraphs ─► fingerprints ─► families ─► bank ─► labels ─► anchors of the body ─► candidates ─► links ─► clusters
//! input     text           sketch          families   chrome             copies                                        output
//! ```
//!
//! Data flows one way; a module uses only what stands above it in this list.

#![cfg_attr(test, allow(clippy::cast_possible_truncation))]

pub mod error;
pub mod recipe;

pub mod cpu;

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

pub mod output;

pub mod pipeline;

pub mod generate;

pub mod bench;

pub use error::{Class, Error, Location, Result};
