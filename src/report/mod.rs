//! Makes one HTML file of a scan, for people.
//!
//! ```text
//! DIR of a scan ─► Scan ──────┐
//! its input ─────► Texts ─────┴─► render ─► HTML
//! ```
//!
//! [`Scan`] reads the evidence files back and checks that they are complete and of one scan.
//! [`Texts`] are the pages of clusters, fetched from the input: the evidence has the numbers of
//! paragraphs, not their text. [`render`] puts both into a template with its own style and script.
//!
//! Every report keeps three promises:
//!
//! * **It is one file and loads nothing**: no font, script or picture from elsewhere. Its content
//!   security policy forbids such loads.
//! * **Text stays text.** The template escapes what it prints. Everything else is JSON without
//!   characters that have a meaning in HTML, and the script puts it on screen as text nodes.
//! * **The same files give the same bytes.** It has no time and no folder name.
//!
//! # What this module does not do
//!
//! It decides and measures nothing: counts, labels, passages and shares come from the scan. Only the
//! words that differ inside a passage are found in the browser, for the pair on screen.

mod embed;
mod lines;
mod links;
mod page;
mod scan;
mod texts;

pub use page::render;
pub use scan::{Cluster, ClusterPage, Copy, Family, Scan, Site};
pub use texts::Texts;
