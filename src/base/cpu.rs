//! What the processor can do, found out once and handed on as a value.
//!
//! Kernels exist in up to three forms that give the same bits. A [`Tier`] says which form runs; its
//! vector tiers hold a token that only detection can make, so holding one proves that the
//! instructions are there, and calling such a kernel needs no further check.

use std::fmt;

/// Proof that this processor has AVX2, BMI1/2, LZCNT and POPCNT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Avx2(());

/// Proof that this processor has AVX-512 F, BW, DQ, VL, VBMI and VBMI2, and what AVX2 kernels need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Avx512(());

impl Avx2 {
    /// The proof, if it can be had.
    pub fn detect() -> Option<Avx2> {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt")
        {
            return Some(Avx2(()));
        }
        None
    }
}

impl Avx512 {
    /// The proof, if it can be had.
    pub fn detect() -> Option<Avx512> {
        Avx2::detect()?;
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vbmi")
            && is_x86_feature_detected!("avx512vbmi2")
        {
            return Some(Avx512(()));
        }
        None
    }
}

/// Which form of the kernels runs. All give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// Safe Rust that every machine runs.
    Portable,
    /// 32 bytes at a time.
    Avx2(Avx2),
    /// 64 bytes at a time.
    Avx512(Avx512),
}

impl Tier {
    /// The names of all tiers, lowest first.
    pub const NAMES: [&'static str; 3] = ["portable", "avx2", "avx512"];

    /// The highest tier of this processor.
    pub fn best() -> Tier {
        Avx512::detect()
            .map(Tier::Avx512)
            .or_else(|| Avx2::detect().map(Tier::Avx2))
            .unwrap_or(Tier::Portable)
    }

    /// The tier of that name, if there is one and this processor has it.
    pub fn named(name: &str) -> Option<Tier> {
        Tier::here().into_iter().find(|tier| tier.name() == name)
    }

    /// All tiers of this processor, lowest first.
    pub fn here() -> Vec<Tier> {
        let vector = [Avx2::detect().map(Tier::Avx2), Avx512::detect().map(Tier::Avx512)];
        std::iter::once(Tier::Portable).chain(vector.into_iter().flatten()).collect()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Tier::Portable => "portable",
            Tier::Avx2(_) => "avx2",
            Tier::Avx512(_) => "avx512",
        }
    }
}

impl Default for Tier {
    fn default() -> Tier {
        Tier::best()
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_tier_is_the_last_of_those_that_are_here() {
        let here = Tier::here();
        assert_eq!(here[0], Tier::Portable);
        assert_eq!(here.last(), Some(&Tier::best()));
        assert!(here.iter().all(|&tier| Tier::named(tier.name()) == Some(tier)));
        assert_eq!(Tier::named("sse9"), None);
    }
}
