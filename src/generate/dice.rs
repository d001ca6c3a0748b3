//! Numbers that look random and are the same on every machine.

use crate::base::{self, SplitMix64};

/// A stream of numbers.
#[derive(Clone, Debug)]
pub(super) struct Dice(SplitMix64);

impl Dice {
    /// The stream of a seed and a key below it.
    pub(super) fn of(seed: u64, key: u64) -> Dice {
        Dice(SplitMix64::new(mix(seed, key)))
    }

    /// 64 bits.
    #[inline]
    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `n`.
    #[inline]
    pub(super) fn below(&mut self, n: u32) -> u32 {
        (((self.bits() >> 32) * u64::from(n)) >> 32) as u32
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True `percent` times in a hundred.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of `items`, of which there must be one.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(u32::try_from(items.len()).unwrap_or(u32::MAX)) as usize]
    }
}

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A seed made of a seed and a key.
#[inline]
pub(super) fn mix(seed: u64, key: u64) -> u64 {
    base::mix(base::mix(seed.wrapping_add(STEP)) ^ key.wrapping_mul(0xD134_2543_DE82_EF95))
}

/// The greatest common divisor.
pub(super) fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// What `a` times is 1 mod `of`, which it has no divisor in common with.
pub(super) fn inverse(a: u64, of: u64) -> u64 {
    // The extended algorithm of Euclid; all products are below `of` squared.
    let ((mut r, mut next_r), (mut t, mut next_t)) = ((of, a), (0, 1));
    while next_r != 0 {
        let times = r / next_r;
        (r, next_r) = (next_r, r % next_r);
        (t, next_t) = (next_t, (t + (of - times % of) * next_t) % of);
    }
    t % of
}
