//! A scan's files as one HTML file that a person reads.
//!
//! ```text
//! DIR of a scan ─► Scan ──────┐
//! its input ─────► Texts ─────┴─► render ─► HTML
//! ```
//!
//! [`Scan`] reads the evidence files back and checks that they are whole and belong together.
//! [`Texts`] are the pages of clusters, fetched from the input: the evidence has numbers of
//! paragraphs, not their words. [`render`] puts both into a template with its own style and script.
//!
//! What holds for every report:
//!
//! * **It is one file and asks for nothing**: no font, no script, no picture from elsewhere. Its
//!   content security policy forbids what its template leaves out.
//! * **Text stays text.** The template escapes what it prints; everything else is JSON in which no
//!   character has a meaning to HTML, put on screen as text nodes by the script.
//! * **The same files give the same bytes.** No time, no name of a folder.
//!
//! # What this module does not do
//!
//! It decides nothing and measures nothing anew: counts, labels, passages and shares are the scan's.
//! Only which words of a passage differ is compared in the browser, for the pair that is shown.

mod embed;
mod lines;
mod links;
mod page;
mod scan;
mod texts;

pub use page::render;
pub use scan::{Cluster, ClusterPage, Copy, Family, Scan, Site};
pub use texts::Texts;
