//! The inner loops of sketching, once for each tier. All tiers return the same bits.
//!
//! A row is 32 slots that are worked on together: one register of 64 bytes, two of 32. Minima are
//! computed row by row, so a caller that needs only the first rows does not pay for the others.

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "loads and stores of vectors")]
mod avx2;
#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "loads and stores of vectors")]
mod avx512;
#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "loads and stores of vectors")]
mod avx512_winnow;
mod portable;
mod winnow;

pub(super) use portable::mix;
pub use winnow::Winnow;

use super::minhash::FACTORS;
use crate::base::cpu::Tier;

/// Slots of 16 bits that stand in one row.
pub(super) const LANES: usize = 32;

/// The factors of the low halves of wide slots.
static LOW_FACTORS: [[u16; LANES]; 4] = super::minhash::odd_factors(0x7265_6672_6169_6E32);

/// For every row of a band a rotation and an odd factor.
pub(super) const MIX: [(u32, u32); 4] =
    [(0, 0x9E37_79B1), (7, 0x85EB_CA77), (14, 0xC2B2_AE3D), (21, 0x27D4_EB2F)];

/// The last factor of a key.
pub(super) const LAST: u32 = 0x1656_67B1;

/// The slots of all rows: minima over `shingles`, all ones if there is none.
pub(super) fn slots(tier: Tier, shingles: &[u64]) -> [[u16; LANES]; 4] {
    match tier {
        // SAFETY: the tier's token proves that the processor has these instructions.
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the one call that the proof stands for")]
        Tier::Avx512(_) => unsafe { avx512::slots(shingles) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the one call that the proof stands for")]
        Tier::Avx2(_) => unsafe { avx2::slots(shingles) },
        _ => portable::minima(shingles),
    }
}

/// The keys of the first sixteen bands if bands are made of the first `ROWS` rows, `2 * ROWS` slots
/// each. No sketch is stored, and no slot made that no key needs.
#[inline]
pub(super) fn keys<const ROWS: usize>(tier: Tier, shingles: &[u64]) -> [u32; 16] {
    match tier {
        // SAFETY: the tier's token proves that the processor has these instructions.
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the one call that the proof stands for")]
        Tier::Avx512(_) => unsafe { avx512::keys::<ROWS>(shingles) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the one call that the proof stands for")]
        Tier::Avx2(_) => unsafe { avx2::keys::<ROWS>(shingles) },
        _ => portable::mix(&portable::minima::<ROWS>(shingles)),
    }
}

/// The wide slots of all rows.
pub(super) fn wide_slots(tier: Tier, shingles: &[u64]) -> [[u32; LANES]; 4] {
    match tier {
        // SAFETY: the tier's token proves that the processor has these instructions.
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the one call that the proof stands for")]
        Tier::Avx512(_) => unsafe { avx512::wide_slots(shingles) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the one call that the proof stands for")]
        Tier::Avx2(_) => unsafe { avx2::wide_slots(shingles) },
        _ => portable::wide_slots(shingles),
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// Shingles with many zero, small and equal pieces, so that lanes tie and wrap.
    fn shingles() -> impl Strategy<Value = Vec<u64>> {
        let piece = prop_oneof![any::<u64>(), (0_u64..3).prop_map(|x| x * 0x0001_0001_FFFF_0001)];
        vec(piece, 0..70)
    }

    proptest! {
        #[test]
        fn tiers_agree(shingles in shingles()) {
            for tier in Tier::here() {
                let slots = slots(tier, &shingles);
                prop_assert_eq!(slots, portable::minima::<4>(&shingles), "{}", tier);
                prop_assert_eq!(wide_slots(tier, &shingles), portable::wide_slots(&shingles), "{}", tier);
                prop_assert_eq!(keys::<4>(tier, &shingles), mix(&slots), "{}", tier);
                prop_assert_eq!(keys::<2>(tier, &shingles), mix::<2>(&[slots[0], slots[1]]), "{}", tier);
                prop_assert_eq!(keys::<1>(tier, &shingles), mix::<1>(&[slots[0]]), "{}", tier);
            }
        }
    }
}
