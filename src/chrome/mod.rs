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

mod count;
mod counted_site;
mod cross_site;
mod evidence;
mod facts;
pub(crate) mod groups;
mod labeller;
mod mark;
pub mod near;
mod prior;
mod score;
mod seeds;
mod union;
mod weights;

pub use count::{FamilyCounter, FamilyRow, Occurrence, count_rows, each_family};
pub use counted_site::CountedSite;
pub use cross_site::{Known, Origin, SharedFamilies, SiteFamily};
pub use evidence::{
    ChromeFamily, ChromeRow, Evidence, FamilyEvidence, KindCounts, KindSet, KindTotals, SiteCounts,
    evidence,
};
pub use facts::{Counted, Counts, Facts, FamilyStats};
pub use groups::{GroupFinder, Groups, Vote, Weight, take_votes};
pub use labeller::{Labelled, Labeller, Line, Neighbour, Points, Reason, Turn, Why};
pub use mark::{Mark, Spared};
pub use prior::{AROUND_FEATURES, AROUND_NAMES};
pub use score::Term;
pub use seeds::{BUILT_IN_SEEDS, SeedBank, seed_bank};
