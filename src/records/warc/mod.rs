//! WARC files, and WET files, which are WARC files of texts (ISO 28500:2017; WARC 1.0 and 1.1).
//!
//! A record of the corpus is a whole WARC record, header and content; what is no page (requests,
//! metadata, images) stands before the page that follows it, so that a WET file can be written back
//! with everything that was in it. What is damaged reaches up to the next line that begins a record:
//! one unusable record, whatever it held.
//!
//! Only gzip with a member per record tells where records are without reading them; members are
//! decompressed one after the other here, so that any gzip file will do.

pub(super) mod arc;
mod block;
mod cut;
mod http;
mod page;
pub(super) mod write;

pub(super) use cut::{holds_texts, is_start};
pub(super) use page::parse;

pub use block::{header_lines, is_field};
pub use cut::records;
