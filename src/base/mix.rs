//! Mixing of hashes.

/// A bijection of 64 bits in which every output bit depends on every input bit
/// (the finaliser of `SplitMix64`; Steele, Lea and Flood, OOPSLA 2014, figure 10).
#[inline]
pub(crate) fn mix(x: u64) -> u64 {
    let x = (x ^ x >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ x >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ x >> 31
}
