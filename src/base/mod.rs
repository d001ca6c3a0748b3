//! What everything else rests on: errors, pages, the recipe, points of time, the processor, grouping of keys.

pub mod cpu;
pub mod error;
pub mod group;
mod mix;
pub mod moment;
pub mod page;
mod random;
pub mod recipe;

pub(crate) use mix::mix;
pub use random::SplitMix64;
