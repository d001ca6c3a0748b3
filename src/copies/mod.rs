//! Which pages print the same text once chrome is gone, and what proves it.
//!
//! ```text
//! body tokens ─► anchors ─┐                       body words ─► Bodies ──┐
//! rare families ──────────┼─► proposals ─► pairs ───────────────► Aligner ─► Rule ─► links ─► clusters
//! band keys ──────────────┘   (candidate)                        (align)   (decide)          (cluster)
//! ```
//!
//! Three ideas make it work:
//!
//! * **Proposing is cheap and complete, deciding is exact.** Anchors (winnowing: Schleimer, Wilkerson
//!   and Aiken, *Winnowing: local algorithms for document fingerprinting*, SIGMOD 2003) guarantee
//!   that two pages with a shared unquoted run of 14 words in one paragraph meet. What met is then
//!   aligned word by word, so that no hash collision and no estimate ever makes a link.
//! * **Quotations prove nothing.** Two stories about one speech share its sentences. Words inside
//!   quotation marks give no anchor and do not count as evidence of a copy.
//! * **A cluster is a star, not a chain.** A member is measured against its lead, and most of its own
//!   text is there; what is linked only through others founds its own cluster.
//!
//! The rule and its constants were measured on pages with known copies (84 of 84 whole or cut
//! copies between sites, none of 490 pairs that share quotations only).
//!
//! # What this module does not do
//!
//! It opens no file, starts no thread and knows no format. It does not decide what chrome is (its
//! callers give it body text only), nor cut text into words, nor say which page should lead (a rank
//! comes from the caller). Its results depend on its input alone: everything is sorted by total
//! orders, and shares are compared as fractions of integers.

pub mod measure;

pub mod anchor;

pub mod posting;

pub mod candidate;

pub mod body;

pub mod library;

mod index;

mod numbers;

pub mod align;

pub mod passage;

pub mod whole;

pub mod decide;

pub mod compare;

pub mod why;

mod lead;

pub mod cluster;

pub mod credit;

#[cfg(test)]
mod planted;

pub use align::{Aligner, Alignment, Measures, Run};
pub use anchor::Anchors;
pub use body::{Body, BodyRef, Evidence, Prints, Start, arena::Bodies, stored::BodyParts};
pub use candidate::{Candidate, Counter, Meetings, needed_anchors, union};
pub use cluster::{Cluster, Clusters, Link, Member, clusters};
pub use compare::Comparer;
pub use credit::{ClusterCredit, Credit, CreditReader};
pub use decide::{Basis, Beside, Kinship, Rule, Verdict};
pub use library::{BodyPair, Library};
pub use measure::{HalfWords, Share};
pub use passage::{Passage, hashed_passages, passages};
pub use posting::{FULL, Limits, LongPosting, Posting, SharedKeys, neighbours};
pub use whole::Whole;
pub use why::{Aligned, Check, Piece, aligned};
