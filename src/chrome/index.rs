//! Where a key stands in a sorted table: one step of a hash instead of twenty of a bisection.

/// Positions of well-mixed 64-bit keys in the slice they were built from. 8 bytes a key and more.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// Position + 1; 0 is free. The length is a power of two, at least twice the number of keys.
    slots: Vec<u32>,
}

impl Index {
    /// Indexes `keys`, which are distinct.
    pub(super) fn of(keys: impl ExactSizeIterator<Item = u64>) -> Index {
        let mut slots = vec![0_u32; (2 * keys.len()).next_power_of_two().max(2)];
        for (position, key) in (1..).zip(keys) {
            let mut at = home(key, slots.len());
            while slots[at] != 0 {
                at = (at + 1) & (slots.len() - 1);
            }
            slots[at] = position;
        }
        Index { slots }
    }

    /// The position of `key`, if `is` finds it there.
    #[inline]
    pub(super) fn find(&self, key: u64, is: impl Fn(usize) -> bool) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let mut at = home(key, self.slots.len());
        loop {
            let position = self.slots[at].checked_sub(1)? as usize;
            if is(position) {
                return Some(position);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}

/// The slot a key would like. `slots` is a power of two, at least 2.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "shifted down to the bits of an index")]
fn home(key: u64, slots: usize) -> usize {
    (key >> (64 - slots.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use proptest::{collection::btree_set, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn finds_what_is_there_and_nothing_else(keys in btree_set(any::<u64>(), 0..60), other: u64) {
            let keys: Vec<u64> = keys.into_iter().collect();
            let index = Index::of(keys.iter().copied());
            for (i, &key) in keys.iter().enumerate() {
                prop_assert_eq!(index.find(key, |at| keys[at] == key), Some(i));
            }
            let expected = keys.iter().position(|&key| key == other);
            prop_assert_eq!(index.find(other, |at| keys[at] == other), expected);
        }
    }
}
