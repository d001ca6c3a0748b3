//! Sketches: fixed-size summaries of a set of shingles whose agreement estimates resemblance.
//!
//! ```text
//! shingles ─► Sketch ([u16; 128]) ─► band keys: equal keys propose a pair
//!        └──► WideSketch ([u32; 128]) for sets of more than a few thousand
//! tokens ─► Winnow: the smallest hash of every window
//! ```
//!
//! Two properties make this work. **Unbiased**: if function *i* orders the universe at random, the
//! minima of two sets agree in slot *i* with probability J = |A ∩ B| / |A ∪ B| (Broder, *On the
//! resemblance and containment of documents*, SEQUENCES 1997); with 128 slots the estimate has
//! standard deviation √(J(1−J)/128), at most 0.044. **Mergeable**: the sketch of a union is the
//! elementwise minimum, so a page is sketched piece by piece and in any order.
//!
//! Sketches only propose pairs. Decisions are made on the shingles or the text itself.
//! This module sees no path and no thread, and its results are the same on every machine.

mod arrange;
mod bands;
mod kernel;
mod minhash;
mod wide;

pub use arrange::Arrangement;
pub use bands::Banding;
pub use kernel::Winnow;
pub use minhash::{SLOTS, Sketch};
pub use wide::WideSketch;
