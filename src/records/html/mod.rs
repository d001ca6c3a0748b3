//! HTML → the text that a reader sees, a block a paragraph, and the title.
//!
//! The tokens are those of the standard (WHATWG HTML, section 13.2.5); there is no tree, because
//! which elements are open shows without one. What is not seen is dropped: scripts, styles,
//! templates, `<noscript>`, embedded things, the readings above characters, and elements that are
//! hidden by an attribute or by `display: none` of their own. What is hidden, or for readers without
//! scripts, stays if it holds most of the page's words. Style sheets are not looked at.

#[cfg(feature = "html")]
mod ahead;
mod charset;
#[cfg(feature = "html")]
mod lines;
#[cfg(feature = "html")]
mod markup;
#[cfg(feature = "html")]
mod open;
#[cfg(feature = "html")]
mod reader;
#[cfg(feature = "html")]
mod source;
#[cfg(feature = "html")]
mod tags;

#[cfg(test)]
mod tests;

use crate::base::page::{Layout, Markup};

pub(super) use charset::{decode, of_media_type as charset_of_type};

/// What a reader sees of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Html {
    /// Blocks in order; between them a blank line, or a line end where lists, tables and forced
    /// line breaks have one.
    pub(super) text: String,
    /// The page's title, if it has one.
    pub(super) title: Option<String>,
    /// What markup says of the lines of the text that hold something, each with the byte of its first word.
    pub(super) lines: Vec<(usize, Markup)>,
}

impl Html {
    /// The layout of a page with this text.
    pub(super) fn layout(lines: Vec<(usize, Markup)>) -> Option<Box<Layout>> {
        (!lines.is_empty()).then(|| Box::new(Layout { lines, ..Layout::default() }))
    }
}

/// Reads a page, which `charset` is said to be of; what its first bytes say counts more, what its
/// `<meta>` says less.
#[cfg(feature = "html")]
#[expect(clippy::unnecessary_wraps, reason = "a build without HTML cannot")]
pub(super) fn read(bytes: &[u8], charset: Option<&[u8]>) -> Result<Html, String> {
    Ok(reader::read(&charset::decode_page(bytes, charset)))
}

/// Reads a page whose characters are known.
#[cfg(feature = "html")]
#[expect(clippy::unnecessary_wraps, reason = "a build without HTML cannot")]
pub(super) fn read_text(text: &str) -> Result<Html, String> {
    Ok(reader::read(text))
}

/// Says that it cannot.
#[cfg(not(feature = "html"))]
pub(super) fn read_text(_text: &str) -> Result<Html, String> {
    read(b"", None)
}

/// Says that it cannot.
#[cfg(not(feature = "html"))]
pub(super) fn read(_bytes: &[u8], _charset: Option<&[u8]>) -> Result<Html, String> {
    Err("HTML is not read by this build; build it with the feature `html`".to_owned())
}
