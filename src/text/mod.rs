//! Page text to paragraphs, folded tokens and shingles. Pure: no path, no thread.

mod word;

pub use word::Word;
