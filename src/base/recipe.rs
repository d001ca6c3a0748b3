//! Every parameter that changes results, checked once, and its id.
//!
//! Results depend on (input, recipe) and on nothing else. What only changes speed (threads, memory,
//! CPU level) is not here; what names fields of the input is, because it says what the input is.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::base::page::Kind;

/// How a text is cut into paragraphs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// Every non-empty line is a paragraph.
    #[default]
    Line,
    /// Paragraphs are separated by blank lines; the lines of one are joined.
    Blank,
}

/// How much evidence makes a paragraph chrome, by what is risked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Takes most chrome out; takes lines of body that two pages share with it.
    Lenient,
    /// Weighs both errors alike.
    #[default]
    Balanced,
    /// Keeps more of what is in doubt: lists and teasers that change from day to day.
    Careful,
    /// Keeps all prose that stands on fewer than three pages and all lines of more than five words
    /// that only their page has; leaves the most chrome in.
    Strict,
}

/// Which page of a cluster is its lead, among those that hold about as many of the others as any does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// The first in input order.
    First,
    /// The one with the longest body, then the earliest, then the first.
    #[default]
    Longest,
    /// The one with the earliest date, then the longest body, then the first.
    Earliest,
}

/// Everything that changes results.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// How texts are cut into paragraphs.
    pub paragraph: Split,
    /// How much evidence makes chrome.
    pub chrome_level: Level,
    /// Which page leads a cluster.
    pub keep: Keep,
    /// Sites whose pages lead before others, the first one's first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefer: Vec<String>,
    /// Sites of which nothing is chrome and no page is dropped as a copy, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub never: Vec<String>,
    /// Kinds of chrome that are left in, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep_kind: Vec<Kind>,
    /// How the input is read, where that is not as usual: `text-field=body`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reading: Vec<String>,
}

/// To be raised when families change for any other reason than those a recipe names: 2 since letters that readers of a
/// script take for equal are folded.
const FAMILIES: u32 = 2;

impl Recipe {
    /// Nothing of `site` is chrome, and none of its pages is dropped.
    pub fn spares(&self, site: &str) -> bool {
        self.never.binary_search_by(|never| never.as_str().cmp(site)).is_ok()
    }

    /// A number that differs between recipes that may give different results, and between
    /// versions of the tables that results rest on.
    pub fn id(&self) -> u64 {
        let Recipe { paragraph, chrome_level, keep, prefer, never, keep_kind, reading } = self;
        let (major, minor, update) = char::UNICODE_VERSION;
        let mut text = format!(
            "{} Recipe {{ paragraph: {paragraph:?}, chrome_level: {chrome_level:?}, keep: {keep:?} }} \
             families {FAMILIES} unicode {major}.{minor}.{update}",
            env!("CARGO_PKG_VERSION"),
        );
        for (name, list) in [("prefer", prefer), ("never", never), ("reading", reading)] {
            if !list.is_empty() {
                // Writing to a string cannot fail.
                let _ = write!(text, " {name}: {list:?}");
            }
        }
        if !keep_kind.is_empty() {
            let _ = write!(text, " keep_kind: {keep_kind:?}");
        }
        xxh3_64(text.as_bytes())
    }

    /// A number that differs between recipes that cut or fold paragraphs otherwise: what a bank rests
    /// on. The level and the rule for leads may change from day to day, and so may the release, as
    /// long as it gives every paragraph the same family.
    pub fn families_id(&self) -> u64 {
        let unicode = char::UNICODE_VERSION;
        let (major, minor, update) = unicode;
        let text =
            format!("families {FAMILIES} {:?} unicode {major}.{minor}.{update}", self.paragraph);
        xxh3_64(text.as_bytes())
    }
}
