//! Weights of the features of a line among others, in points. Written by `benches/lab/fit.py`.

use super::prior::AROUND_FEATURES;

/// Of lines that are no passages, by feature.
#[rustfmt::skip]
pub(super) const AROUND_WEIGHTS: [i16; AROUND_FEATURES] = [
    -7553, 67, 9, 14, 21, 10, 17, -72, -475, -4, -260, 23,
    113, -11, 20, 51, 94, -1120, 2376, 708, 593, -304, 344, 493,
    69, -145, -7, 38, 1266, 225, 223, -1, 242, 321, -416, -439,
    68, 154,
];

/// Of passages.
#[rustfmt::skip]
pub(super) const PASSAGE_WEIGHTS: [i16; AROUND_FEATURES] = [
    -11576, 70, -307, -25, 0, -5, 4, -224, -271, 0, -83, 67,
    279, 15, 62, 49, 136, -449, 151, 1252, 261, 124, 644, 737,
    69, 1176, -42, -8, 1382, 123, 185, -93, 787, 230, 1548, -129,
    11, 39,
];

/// Of lines that are no passages, on a page that was read from HTML, by feature.
#[rustfmt::skip]
pub(super) const MARKED_AROUND_WEIGHTS: [i16; AROUND_FEATURES] = [
    -1984, 73, -12, -60, -32, 2, 4, 101, -277, -24, -92, -26,
    -28, 1, -4, 31, 11, -592, 1606, -913, 227, -124, 329, 155,
    14, -337, 74, 32, 926, 256, 306, 14, 134, 289, 1209, -782,
    -30, -57,
];

/// Of passages, on a page that was read from HTML.
#[rustfmt::skip]
pub(super) const MARKED_PASSAGE_WEIGHTS: [i16; AROUND_FEATURES] = [
    -9978, 66, -218, -46, -66, -4, 5, -362, -119, -2, -12, 70,
    167, 12, 43, 28, 47, 1167, 1247, 1, -118, 34, -121, 318,
    0, 434, 32, 11, 848, 324, 349, -26, 853, 278, 584, -938,
    -42, -89,
];
