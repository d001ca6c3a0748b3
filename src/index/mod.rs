//! An index of copies: what is kept of pages so that tomorrow's can be compared with them.
//!
//! ```text
//! entries (keys, words as hashes, no text) ─► segments, append-only ─► manifest
//! a new page's keys ─► postings of all segments ─► candidates ─► Aligner ─► Rule ─► known pages it copies
//! ```
//!
//! A page is kept as hashes of its words, so a copy is decided by the same alignment and the same rule as in a run
//! over all pages, and yesterday's text is not needed.
//!
//! An index is a folder. A *segment* holds consecutive pages and is written once; the *manifest* lists the segments and is
//! replaced in one step, so that an index is at any moment what the last commit left. Adding writes a new
//! segment, and unites the last ones while they are not much larger: there are never more than some ten, and a page is
//! rewritten each time its segment grows by a fourth or more. Uniting segments gives the bytes of one that was
//! written at once. One process writes at a time; readers map what the manifest listed when they opened the index.
//!
//! # What this module does not do
//!
//! It does not label, read texts or start threads: entries are given to it. It does not say what happens to a copy.
//!
//! Words, paragraphs and keys are hashes without a secret. They tell texts apart that people write; somebody who knows
//! them can make a text whose hashes are another's. Do not drop pages by an index that strangers may add to.

mod code;
mod entry;
mod find;
mod lexicon;
mod library;
mod open;
mod postings;
mod segment;
mod write;
mod writer;

#[cfg(test)]
mod tests;

pub use entry::{About, Entry, EntryLine, Fate, Source, beside};
pub use find::{Finder, KnownCopy};
pub use library::IndexLibrary;
pub use open::{Index, PagesWith};
pub use segment::Row;
pub use writer::{Added, IndexWriter};
