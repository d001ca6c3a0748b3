//! Page text to paragraphs, folded tokens and shingles.
//!
//! ```text
//! text ─► paragraphs ─► Scanner: folded tokens, kinds, quotation marks ─► shingles
//! ```
//!
//! Everything here is a pure function of the text: no path, no thread, no allocation once the
//! buffers of a [`Scanner`] are warm. Folding follows the Unicode standard (NFKC, case folding), so
//! that two paragraphs have the same tokens exactly if they differ only in case, spacing,
//! punctuation, digits, or the way an accent is encoded.

mod compared;
mod damage;
mod fold;
mod kernel;
mod listed;
mod name;
mod normal;
mod paragraph;
mod person;
mod plain;
mod prose;
mod quote;
mod scan;
mod shingle;
mod span;
mod word;

pub use compared::Compared;
pub use damage::damage;
pub use name::names;
pub use paragraph::{
    PageParagraphs, Paragraphs, paragraphs, paragraphs_of, short_wording, trim, wording,
};
pub use person::speaks;
pub use prose::{Prose, ends_like_a_sentence, introduces, prose, reads_as_sentences};
pub use quote::{is_attribution, quotations};
pub use scan::{Digits, JoinedTokens, Mark, Scanner, Tokens};
pub use shingle::{SHINGLE, fingerprint, paragraph_fingerprint, shingles};
pub use span::token_spans;
pub use word::Word;
