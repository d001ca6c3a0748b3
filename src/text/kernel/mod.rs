//! The loops of reading text, in the form that each tier runs best. All forms give the same bits.

pub(super) mod newline;
pub(super) mod shingle;
