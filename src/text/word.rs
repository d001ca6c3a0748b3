//! A token as the comparison of two texts sees it.

/// One token of a page: hash of its folded letters with digits kept, and what the decision needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a property of its own, in one byte each"
)]
pub struct Word {
    /// Hash of the folded token, digits kept.
    pub hash: u32,
    /// Inside quotation marks.
    pub quoted: bool,
    /// Holds a digit.
    pub number: bool,
    /// One character of a script without spaces, about half a word.
    pub single: bool,
    /// Names somebody or something: a person, a place, a day, a number in words.
    pub name: bool,
    /// Begins a line that goes on with the paragraph of the line before it.
    pub joined: bool,
}
