//! Histograms of verified pairs by resemblance and by containment.

use crate::{
    base::page::Relation,
    evidence::rows::{Decimal, PairRow},
};

/// Number of bins. The thresholds of the decision are between bins.
pub(super) const BINS: usize = 40;

/// Pairs in a bin, by relation.
pub(super) type Bin = [u64; Relation::ALL.len()];

/// Pairs by how much they share.
#[derive(Clone, Debug)]
pub(super) struct Links {
    pub(super) resemblance: [Bin; BINS],
    pub(super) containment: [Bin; BINS],
}

impl Default for Links {
    fn default() -> Links {
        Links { resemblance: [Bin::default(); BINS], containment: [Bin::default(); BINS] }
    }
}

impl Links {
    /// Counts a pair.
    pub(super) fn push(&mut self, pair: &PairRow<'_>) {
        let relation = Relation::ALL.iter().position(|&relation| relation == pair.relation);
        let relation = relation.unwrap_or_default();
        self.resemblance[bin_of(pair.resemblance)][relation] += 1;
        self.containment[bin_of(pair.containment)][relation] += 1;
    }

    /// Number of pairs.
    pub(super) fn len(&self) -> u64 {
        self.resemblance.iter().flatten().sum()
    }
}

/// The bin of a share; the whole belongs to the last one.
fn bin_of(share: Decimal) -> usize {
    let width = Decimal::WHOLE as usize / BINS;
    (share.parts() as usize / width).min(BINS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_share_has_a_bin() {
        let row = |share: &str| format!("a\tb\tcut\t{share}\t1.0000\t7");
        let mut links = Links::default();
        for share in ["0.0000", "0.0249", "0.0250", "0.9749", "0.9750", "1.0000"] {
            links.push(&PairRow::parse(&row(share)).expect("a row"));
        }
        let filled: Vec<(usize, u64)> =
            (0..BINS).map(|bin| (bin, links.resemblance[bin][1])).filter(|b| b.1 > 0).collect();
        assert_eq!(filled, [(0, 2), (1, 1), (38, 1), (39, 2)]);
        assert_eq!((links.containment[39][1], links.len()), (6, 6));
    }
}
