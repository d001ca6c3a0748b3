//! Weights of the features of a line, in points. Written by `benches/lab/fit.py`.

use super::{line::LINE_FEATURES, markup::MARKUP_FEATURES};

/// By feature.
#[rustfmt::skip]
pub(super) const LINE_WEIGHTS: [i16; LINE_FEATURES] = [
    70, 0, 2409, 1322, 952, -173, -983, -852, -984, -1796, -2821, -2643,
    932, -1689, 1001, 463, -31, -280, -22, 327, -232, 68, 202, 513,
    -2173, -541, -76, 863, -1697, -975, 1488, 1066, -817, -198, -341, 484,
    -307, 172, 480, 567, -944, -463, 423, 572, 207, 366, 38, 231,
    -315, -296, 202, 532, 2152, 631, 845, -111, 1079, 1255, 612, 137,
    -141, 603, 553, 639, 1619, 2197, -109, 62, -124, 423, 152, 45,
    247, 595, 904, 412, 509, -338, 24, 1662, 1097, -806, -148, 657,
    4802, 55, 668, 1952, -2571, 161, 1044, -691, 481, -686, 81, 96,
    -280, -60, -140, -116, -638, -808, 6, 56, -28,
];

/// Of what markup says.
#[rustfmt::skip]
pub(super) const MARKUP_WEIGHTS: [i16; MARKUP_FEATURES] = [0; MARKUP_FEATURES];
