//! Cues: what the words and signs of one paragraph say it is, whatever other pages print.
//!
//! Words and phrases of twelve languages, by kind, stand in `seeds/cues`, written by hand. They are compiled to one table
//! over folded tokens and matched once where a paragraph is traced; what was found is counted together with signs
//! (links, dates, separators, capitals) in a small linear model, whose weights were fitted on pages with labels
//! (`benches/lab/README.md`). The result, a [`Cue`], is four bytes beside the paragraph's length.
//!
//! Where a text was read from HTML, what its markup says of a line is added to the points ([`MarkupReader`]).
//!
//! A cue is a pure function of the paragraph. That shape and cues with linear weights do as well as larger models on
//! text alone was measured before: Kohlschütter, Fankhauser and Nejdl, *Boilerplate detection using shallow text
//! features*, WSDM 2010.

mod cue;
mod line;
mod lists;
mod markup;
mod reader;
mod signs;
mod table;
mod weights;

pub use cue::Cue;
pub use line::{LINE_FEATURES, Line, line_feature_name};
pub use lists::LISTS;
pub use markup::{MARKUP_FEATURES, MarkupReader, each_of_markup};
pub use reader::CueReader;
