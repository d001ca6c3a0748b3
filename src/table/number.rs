//! Fingerprints to numbers: what stands in a column once a paragraph, and what later stages index by.
//!
//! Numbers go up in the order of first appearance, so that a site's families have numbers that are
//! near each other, and what is looked up by number is in the cache.

use std::{
    ops::Range,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use crate::base::group::{Grouper, Partition, buckets_for};

/// Does pieces of work, begun in their order: a caller that has threads does several at once.
pub trait Pieces {
    /// How many are best.
    fn count(&self) -> usize;

    /// `work(0), …, work(count − 1)`, in that order.
    fn map<R: Send>(&self, count: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R>;
}

/// Does all work at once, where it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Whole;

impl Pieces for Whole {
    fn count(&self) -> usize {
        1
    }

    fn map<R: Send>(&self, count: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
        (0..count).map(work).collect()
    }
}

/// Numbers `fingerprints`; what is left of them is one for each number.
///
/// Takes one grouping of 16 bytes a paragraph, in pieces, and one pass in input order. There are less than 2³²
/// paragraphs.
pub(super) fn number(fingerprints: &mut Vec<u64>, pieces: &impl Pieces) -> Vec<u32> {
    let mut numbers = firsts(fingerprints, pieces);
    let mut next: u32 = 0;
    for paragraph in 0..numbers.len() {
        let first = numbers[paragraph] as usize;
        if first == paragraph {
            numbers[paragraph] = next;
            fingerprints[next as usize] = fingerprints[paragraph];
            next += 1;
        } else {
            numbers[paragraph] = numbers[first];
        }
    }
    fingerprints.truncate(next as usize);
    fingerprints.shrink_to_fit();
    numbers
}

/// For each paragraph the first one with the same fingerprint, itself included.
fn firsts(fingerprints: &[u64], pieces: &impl Pieces) -> Vec<u32> {
    let count = pieces.count();
    let buckets = buckets_for(fingerprints.len());
    let partitions = pieces.map(count, |piece| {
        let range = part(piece, count, fingerprints.len());
        #[expect(clippy::cast_possible_truncation, reason = "there are less than 2³² paragraphs")]
        let numbers = range.start as u32..;
        Partition::of(fingerprints[range].iter().copied().zip(numbers), buckets)
    });
    // A paragraph is in one group at most, so no two pieces write to one place.
    let firsts: Vec<AtomicU32> =
        (0..=u32::MAX).take(fingerprints.len()).map(AtomicU32::new).collect();
    pieces.map(count, |piece| {
        let mut grouper = Grouper::new();
        for bucket in part(piece, count, buckets) {
            let parts = partitions.iter().map(|partition| partition.bucket(bucket));
            grouper.each(parts, |group: &[(u64, u32)]| {
                for &(_, paragraph) in &group[1..] {
                    firsts[paragraph as usize].store(group[0].1, Relaxed);
                }
            });
        }
    });
    firsts.into_iter().map(AtomicU32::into_inner).collect()
}

/// Piece `piece` of `count` of `all` things; the last ones may be empty.
pub fn part(piece: usize, count: usize, all: usize) -> Range<usize> {
    let each = all.div_ceil(count.max(1));
    (piece * each).min(all)..((piece + 1) * each).min(all)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// So many pieces, the last one first.
    struct Cut(usize);

    impl Pieces for Cut {
        fn count(&self) -> usize {
            self.0
        }

        fn map<R: Send>(&self, count: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
            let mut done: Vec<R> = (0..count).rev().map(work).collect();
            done.reverse();
            done
        }
    }

    proptest! {
        #[test]
        fn numbers_go_up_and_lead_back(fingerprints in vec(0_u64..60, 0..400), count in 2..9_usize) {
            let mut distinct = fingerprints.clone();
            let numbers = number(&mut distinct, &Whole);
            let mut in_pieces = fingerprints.clone();
            prop_assert_eq!(&number(&mut in_pieces, &Cut(count)), &numbers);
            prop_assert_eq!(&in_pieces, &distinct);
            let mut next = 0;
            for (&number, &fingerprint) in numbers.iter().zip(&fingerprints) {
                prop_assert_eq!(distinct[number as usize], fingerprint);
                prop_assert!(number <= next);
                next = next.max(number + 1);
            }
            prop_assert_eq!(distinct.len(), next as usize);
            distinct.sort_unstable();
            prop_assert!(distinct.is_sorted_by(|a, b| a < b));
        }
    }
}
