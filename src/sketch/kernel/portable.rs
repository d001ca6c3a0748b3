//! The loops of sketching in safe Rust, laid out so that any compiler makes vectors of them.

use super::{FACTORS, LANES, LAST, LOW_FACTORS, MIX};

/// The slots of the first `ROWS` rows.
///
/// Whether the compiler makes vectors of this depends on its form: all pieces of a shingle first, in
/// a plain loop, then all rows inside the loop over shingles.
pub(super) fn minima<const ROWS: usize>(shingles: &[u64]) -> [[u16; LANES]; ROWS] {
    let mut slots = [[u16::MAX; LANES]; ROWS];
    for &shingle in shingles {
        let pieces = pieces(shingle);
        for row in 0..ROWS {
            for lane in 0..LANES {
                let hash = FACTORS[row][lane].wrapping_mul(pieces[lane]);
                slots[row][lane] = slots[row][lane].min(hash);
            }
        }
    }
    slots
}

/// The keys of sixteen bands. Slots of a band stand one under the other, in pairs.
#[inline]
pub(in crate::sketch) fn mix<const ROWS: usize>(slots: &[[u16; LANES]; ROWS]) -> [u32; 16] {
    let mut keys = [0_u32; 16];
    for row in 0..ROWS {
        let (turn, odd) = MIX[row];
        for lane in 0..16 {
            let pair = u32::from(slots[row][2 * lane]) | u32::from(slots[row][2 * lane + 1]) << 16;
            keys[lane] = keys[lane].wrapping_add(pair.rotate_left(turn).wrapping_mul(odd));
        }
    }
    for key in &mut keys {
        *key = (*key ^ *key >> 15).wrapping_mul(LAST);
    }
    keys
}

/// The wide slots: the narrow one above another piece under another factor.
pub(super) fn wide_slots(shingles: &[u64]) -> [[u32; LANES]; 4] {
    let mut slots = [[u32::MAX; LANES]; 4];
    for &shingle in shingles {
        let (pieces, next) = (pieces(shingle), pieces(shingle.rotate_right(16)));
        for row in 0..4 {
            for lane in 0..LANES {
                let high = u32::from(FACTORS[row][lane].wrapping_mul(pieces[lane]));
                let low = u32::from(LOW_FACTORS[row][lane].wrapping_mul(next[lane]));
                slots[row][lane] = slots[row][lane].min(high << 16 | low);
            }
        }
    }
    slots
}

/// The pieces of `shingle` that the lanes of a row read.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "a piece is 16 of the 64 bits")]
fn pieces(shingle: u64) -> [u16; LANES] {
    let (a, b, c, d) = (shingle, shingle >> 16, shingle >> 32, shingle >> 48);
    let four = [a as u16, b as u16, c as u16, d as u16];
    let mut pieces = [0; LANES];
    for (lane, piece) in pieces.iter_mut().enumerate() {
        *piece = four[lane % 4];
    }
    pieces
}
