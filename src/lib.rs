//! Finds text that repeats across scraped web pages: site chrome (menus, donation pleas, subscription
//! boxes, cookie notices), and copies of one story on many sites.
//!
//! ```
//! use refrain::{Bank, Copies, Labeller, Page, Recipe};
//!
//! let page = |site: &str, number: usize, story: &str| {
//!     let text = format!("Home\nNews\nSport\n{story}\nSubscribe to {site} today\nAbout us");
//!     Page::new("", format!("https://{site}/{number}"), text)
//! };
//! let ferry = "The ferry to the island was full all day on Monday, and forty cars were left at the pier.\n\
//!              Its captain said that he had never seen so many people carry so little luggage with them.";
//! let stories = [
//!     ferry,
//!     "Nobody at the mill remembers a spring with so little water in the river above the weir.",
//!     "A lorry with forty crates of plums turned over at the market; children ate what they found.",
//!     "The choir sings in the tower tonight, if the stairs are mended and the bell is quiet.",
//! ];
//! let hill: Vec<Page> = (0..4).map(|n| page("hill.example", n, stories[n])).collect();
//!
//! // What the site repeats is removed, the story stays.
//! let bank = Bank::learn(hill.iter().cloned())?;
//! assert_eq!(Labeller::default().without_chrome(&hill[0], &bank)?, ferry);
//!
//! // Another site prints the same story.
//! let vale = page("vale.example", 0, ferry);
//! let copies = Copies::among(&Recipe::default(), hill.into_iter().chain([vale]))?;
//! let (one, other, verdict) = copies.pairs().next().expect("a pair");
//! assert_eq!((one, other, verdict.relation.word()), (0, 4, "same"));
//! # Ok::<(), refrain::Error>(())
//! ```
//!
//! # Where to begin
//!
//! | to | use |
//! | --- | --- |
//! | learn what sites repeat | [`Bank::learn`], [`Bank::builder`], [`Bank::save`], [`Bank::open`], [`Bank::merge`] |
//! | label or clean one page | [`Labeller::label`], [`Labeller::without_chrome`] |
//! | find copies among pages | [`Copies::among`] |
//! | scan files as the command does | [`Corpus::open`], [`scan`], [`write_evidence`] |
//! | clean files as the command does | [`scan`], [`clean`](fn@clean) |
//! | scan pages that a program holds | [`Corpus::of_pages`], [`Corpus::of_rows`] |
//! | look pages up among known ones | [`Index::find`], [`PageFinder`] |
//!
//! A page's `site` decides which pages are compared for chrome. [`Page::new`] finds the one that the
//! command uses. The examples `learn_and_label`, `find_copies`, `bank_file` and `index_file` are whole
//! programs.
//!
//! # How it works
//!
//! ```text
//! pages ─► paragraphs ─► fingerprints ─► families ─► counts ─► labels ─► anchors of the body ─► candidates ─► links ─► clusters
//! records   text           sketch          table       chrome              copies                                         evidence
//! ```
//!
//! Data flows one way; a module uses only those above it in the list of ARCHITECTURE.md. docs/method.md has
//! the algorithm, with each constant and its source.
//!
//! # Features
//!
//! * `cli` (default): the command `refrain`, as `cli::main`. Without it no flags or terminal are compiled.
//! * `html` (default): HTML files, and HTML in WARC files, in any charset.
//! * `parquet` (default): Parquet files in and out.
//! * `codecs` (default): xz, bzip2, lz4 and brotli, beside gzip and zstd, which are always there.
//! * `report` (with `cli`): a scan as one HTML file.

#![cfg_attr(test, allow(clippy::cast_possible_truncation))]

// Lowest first: a module uses those before it. They are public for the command, the benches and the fuzzers; what a
// program calls is named below.
#[doc(hidden)]
pub mod bank;
#[doc(hidden)]
pub mod base;
#[doc(hidden)]
pub mod bench;
#[doc(hidden)]
pub mod chrome;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod copies;
#[doc(hidden)]
pub mod cues;
#[doc(hidden)]
pub mod engine;
#[doc(hidden)]
pub mod evidence;
#[doc(hidden)]
pub mod generate;
#[doc(hidden)]
pub mod index;
#[doc(hidden)]
pub mod records;
#[cfg(feature = "report")]
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod runs;
#[doc(hidden)]
pub mod sketch;
#[doc(hidden)]
pub mod store;
#[doc(hidden)]
pub mod table;
#[doc(hidden)]
pub mod text;

pub use bank::{Bank, Time};
pub use base::{
    error::{Class, Error, Location, Result},
    page::{Kind, Page, Place, Relation},
    recipe::{Keep, Level, Recipe, Split},
};
pub use copies::Verdict;
pub use engine::{Findings, Observer, Settings, Unobserved, scan};
pub use evidence::{CleanOptions, write_evidence};
pub use index::Index;
pub use records::{Corpus, Options, Row, Rows, site_of_url};
pub use runs::{
    BankBuilder, Copies, CopyCluster, CopyOf, LabelledParagraph, PageFinder,
    PageLabeller as Labeller, clean,
};
