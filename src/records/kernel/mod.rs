//! Strings of JSON in three tiers: where one ends, and what it stands for.
//!
//! A string is read in blocks of 64 bytes. Nearly all bytes of a block stand for themselves; a
//! kernel says where the first one stands that does not, and copies what comes before it. The walk
//! over a record ([`super::json`]) is compiled once for each tier, so that kernels become part of
//! its loops: [`run`] chooses once a record.
//!
//! All `unsafe` here is calling code whose processor features a [`Tier`] proves.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;

use crate::base::cpu::Tier;

/// Bytes that are looked at together.
pub(super) const BLOCK: usize = 64;

/// What a kernel did with a block of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Bytes of the block that are done.
    pub(super) taken: usize,
    /// Bytes that they stand for.
    pub(super) made: usize,
    /// What follows is no plain character: a quote, a control character, or an escape that the
    /// kernel leaves to others.
    pub(super) stopped: bool,
}

/// How blocks are looked at.
pub(super) trait Kernel: Copy {
    /// Place of the first quote, backslash or control character; [`BLOCK`] if there is none.
    fn first_special(self, block: &[u8; BLOCK]) -> usize;

    /// Unescapes the block, as far as it can, to the start of `out`. Bytes of `out` after those
    /// that were made may be overwritten.
    #[inline(always)]
    fn unescape(self, block: &[u8; BLOCK], out: &mut [u8; BLOCK]) -> Step {
        *out = *block;
        let taken = self.first_special(block);
        Step { taken, made: taken, stopped: taken < BLOCK }
    }
}

/// Work that is compiled for every tier.
pub(super) trait Job {
    /// What it gives.
    type Output;

    /// Does it. Must be `#[inline(always)]`, to become part of a function of the tier.
    fn run(self, kernel: impl Kernel) -> Self::Output;
}

/// Does `job` with the kernel of `tier`.
#[allow(unsafe_code, reason = "calls functions whose processor features the tier proves")]
#[inline]
pub(super) fn run<J: Job>(tier: Tier, job: J) -> J::Output {
    match tier {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the token is made only where these features were found.
        Tier::Avx2(proof) => unsafe { avx2::run(proof, job) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Tier::Avx512(proof) => unsafe { avx512::run(proof, job) },
        _ => job.run(portable::Portable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks at one block as a tier does.
    struct Look<'a>(&'a [u8; BLOCK]);

    impl Job for Look<'_> {
        type Output = (usize, Step, Vec<u8>);

        fn run(self, kernel: impl Kernel) -> Self::Output {
            let mut out = [0xee; BLOCK];
            let step = kernel.unescape(self.0, &mut out);
            (kernel.first_special(self.0), step, out[..step.made].to_vec())
        }
    }

    /// Every byte at every place of a block, alone and after a backslash.
    #[test]
    fn the_first_special_byte_is_found_wherever_it_stands() {
        for tier in Tier::here() {
            for place in 0..BLOCK {
                for byte in 0..=255 {
                    let mut block = [b'a'; BLOCK];
                    block[place] = byte;
                    let special = byte < 0x20 || matches!(byte, b'"' | b'\\');
                    let expected = if special { place } else { BLOCK };
                    let (first, step, out) = run(tier, Look(&block));
                    assert_eq!(first, expected, "{tier}: {byte} at {place}");
                    if byte != b'\\' {
                        assert_eq!(step.taken, expected, "{tier}: {byte} at {place}");
                        assert_eq!(step.stopped, special, "{tier}: {byte} at {place}");
                    }
                    assert_eq!(out[..expected.min(out.len())], block[..expected.min(out.len())]);
                }
            }
        }
    }
}
