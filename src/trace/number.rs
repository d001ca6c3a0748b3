//! Fingerprints to numbers: what stands in a column once a paragraph, and what later stages index by.
//!
//! Numbers go up in the order of first appearance, so that a site's families have numbers that are
//! near each other, and what is looked up by number is in the cache.

use crate::group::Grouping;

/// Numbers `fingerprints`; what is left of them is one for each number.
///
/// Takes one grouping of 16 bytes a paragraph and one pass in input order. There are less than 2³²
/// paragraphs.
pub(super) fn number(fingerprints: &mut Vec<u64>) -> Vec<u32> {
    // At first the first paragraph with the same fingerprint, itself included.
    let mut numbers: Vec<u32> = (0..=u32::MAX).take(fingerprints.len()).collect();
    #[expect(clippy::cast_possible_truncation, reason = "there are less than 2³² paragraphs")]
    let pairs = fingerprints.iter().enumerate().map(|(i, &fingerprint)| (fingerprint, i as u32));
    Grouping::default().each(pairs, |group| {
        for &(_, paragraph) in &group[1..] {
            numbers[paragraph as usize] = group[0].1;
        }
    });

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

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn numbers_go_up_and_lead_back(fingerprints in vec(0_u64..60, 0..400)) {
            let mut distinct = fingerprints.clone();
            let numbers = number(&mut distinct);
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
