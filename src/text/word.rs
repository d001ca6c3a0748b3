//! A token as the comparison of two texts sees it.

/// One token of a page: hash of its folded letters with digits kept, and what the decision needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Hash of the folded token, digits kept.
    pub hash: u32,
    /// Inside quotation marks.
    pub quoted: bool,
    /// Holds a digit.
    pub number: bool,
    /// One character of a script without spaces, about half a word.
    pub single: bool,
}
