//! Numbers that look random and are the same on every machine: for what is generated and sampled, never for a result.

use super::mix;

/// A stream of numbers (`SplitMix64`: Steele, Lea and Flood, OOPSLA 2014, figure 10).
#[derive(Clone, Debug)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// The stream of a seed.
    pub fn new(seed: u64) -> SplitMix64 {
        SplitMix64(seed)
    }

    /// The next 64 bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `n`; 0 if `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        // A remainder below `n` fits.
        usize::try_from(self.next_u64() % n.max(1) as u64).unwrap_or(0)
    }

    /// Puts `items` in another order, each with the same chance.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}
