//! An index of copies: keeps what is needed of pages to compare later pages with them.
//!
//! ```text
//! entries (keys, words as hashes, no text) ─► segments, append-only ─► list (index.refrain)
//! a new page's keys ─► postings of all segments ─► candidates ─► Aligner ─► Rule ─► known pages it copies
//! ```
//!
//! A page is kept as hashes of its words, so copies are decided by the alignment and the rule of a run over all pages,
//! and the earlier text is not needed.
//!
//! An index is a folder. A *segment* holds consecutive pages and is written once. The *list* names the segments and is
//! replaced in one step, so an index is always what the last commit left. Adding writes a new segment, then merges
//! the last ones while they are not much larger: there are at most about ten, and a page is rewritten each time its
//! segment grows by a fourth or more. Merging segments gives the bytes of one segment written at once. One process
//! writes at a time. Readers map the segments that the list had when they opened the index.
//!
//! # What this module does not do
//!
//! It does not label pages, read texts or start threads; callers give it entries. It does not decide what happens to a
//! copy.
//!
//! Words, paragraphs and keys are hashes without a secret. They differ for different texts that people write, but
//! somebody can craft a text with the hashes of another. Do not drop pages by an index that strangers can add to.

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

pub use entry::{About, Disposition, Entry, EntryLine, Source, beside};
pub use find::{Finder, KnownCopy};
pub use library::IndexLibrary;
pub use open::{Index, PagesWith};
pub use segment::Row;
pub use writer::{Added, IndexWriter};
