//! Chrome: what a site prints on its pages whatever they are about.
//!
//! ```text
//! occurrences of a site ─► Groups: pages that are one page ─► counts ─► Facts ─► Labeller: one page, read as a sequence
//! ```
//!
//! Counting lines is not enough: where bodies repeat (documentation, laws, a story in two versions)
//! it takes them for chrome. Three things repair that (docs/method.md): counting groups of pages
//! rather than pages, reading the page as head, body, inserts and foot, and never taking a
//! one-off sentence. The labeller needs the facts of a page, no other page.

mod by_family;
mod counted_site;
mod everywhere;
mod evidence;
mod facts;
pub(crate) mod groups;
mod labeller;
mod mark;
pub mod near;
mod prior;
mod score;
mod seeds;
mod spread;
mod tally;
mod union;
mod weights;

pub use by_family::{ChromeRow, FamilyRow, count, evidence, take_votes};
pub use counted_site::CountedSite;
pub use everywhere::{Known, Origin, everywhere};
pub use evidence::{ChromeFamily, Evidence, KindCounts, KindSet, KindTotals, SiteCounts};
pub use facts::{Counted, Counts, Facts, FamilyStats};
pub use groups::{GroupFinder, Groups, Vote, Weight};
pub use labeller::{Labelled, Labeller, Line, Neighbour, Points, Reason, Turn, Why};
pub use mark::{Mark, Spared};
pub use prior::{AROUND_FEATURES, AROUND_NAMES};
pub use score::Term;
pub use seeds::{BUILT_IN_SEEDS, SeedBank, seed_bank};
pub use spread::{Reach, Shared};
pub use tally::Tally;
