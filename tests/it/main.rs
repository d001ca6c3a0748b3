//! One test binary.

mod planted;
