//! Arrangements: how many bands of how many rows to divide a sketch into.
//!
//! For a threshold of resemblance, the S-curve of an arrangement (see [`super::Banding`]) has two costs:
//! pairs above the threshold that are missed, and pairs below it that are proposed and must be rejected.
//! [`Arrangement::choose`] returns the arrangement that finds enough pairs with the fewest false ones.

use super::SLOTS;

/// Bands of rows; not all slots need be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrangement {
    bands: usize,
    rows: usize,
}

/// Intervals of a numerical integral; the curve is smooth.
const STEPS: u32 = 512;

impl Arrangement {
    /// `bands` bands of `rows` rows; `None` if there are none or a sketch has fewer slots.
    pub fn new(bands: usize, rows: usize) -> Option<Arrangement> {
        let slots = bands.checked_mul(rows)?;
        (1..=SLOTS).contains(&slots).then_some(Arrangement { bands, rows })
    }

    /// The arrangement with the fewest expected false candidates among those that find pairs of
    /// resemblance `threshold` with probability `recall` or more; `None` if there is none.
    ///
    /// For a number of rows, the fewest bands that find enough are best, so one arrangement is tried for
    /// each number of rows, 128 in all. `rows` or `bands` may be fixed.
    pub fn choose(
        threshold: f64,
        recall: f64,
        rows: Option<usize>,
        bands: Option<usize>,
    ) -> Option<Arrangement> {
        (1..=SLOTS)
            .filter(|&mine| rows.is_none_or(|rows| rows == mine))
            .filter_map(|rows| {
                (1..=SLOTS / rows)
                    .filter(|&mine| bands.is_none_or(|bands| bands == mine))
                    .filter_map(|bands| Arrangement::new(bands, rows))
                    .find(|arrangement| arrangement.probability(threshold) >= recall)
            })
            .min_by(|a, b| {
                let [one, other] = [a, b].map(|it| it.false_share(threshold));
                one.total_cmp(&other).then(a.slots().cmp(&b.slots()))
            })
    }

    /// Number of bands.
    pub fn bands(self) -> usize {
        self.bands
    }

    /// Slots in a band.
    pub fn rows(self) -> usize {
        self.rows
    }

    /// Slots that are used.
    pub fn slots(self) -> usize {
        self.bands * self.rows
    }

    /// The probability that two sets of resemblance `j` agree in a band: the S-curve.
    pub fn probability(self, j: f64) -> f64 {
        1.0 - (1.0 - j.powf(self.rows as f64)).powf(self.bands as f64)
    }

    /// The resemblance from which pairs are found with probability `recall`.
    pub fn found_from(self, recall: f64) -> f64 {
        (1.0 - (1.0 - recall).powf(1.0 / self.bands as f64)).powf(1.0 / self.rows as f64)
    }

    /// Share of pairs proposed among those whose resemblance is spread evenly below `threshold`: the
    /// area under the curve there (Leskovec, Rajaraman and Ullman, section 3.4.3: false positives).
    pub fn false_share(self, threshold: f64) -> f64 {
        self.mean(0.0, threshold)
    }

    /// Share of pairs found among those spread evenly from `threshold` to 1.
    pub fn found_share(self, threshold: f64) -> f64 {
        self.mean(threshold, 1.0)
    }

    /// Whether the slots of two sketches are equal in all rows of a band.
    pub fn meet<T: PartialEq>(self, a: &[T], b: &[T]) -> bool {
        let mut bands = a.chunks_exact(self.rows).zip(b.chunks_exact(self.rows)).take(self.bands);
        bands.any(|(mine, theirs)| mine == theirs)
    }

    /// The curve's mean, by the midpoint rule.
    fn mean(self, from: f64, to: f64) -> f64 {
        let at = |step: u32| from + (to - from) * (f64::from(step) + 0.5) / f64::from(STEPS);
        (0..STEPS).map(|step| self.probability(at(step))).sum::<f64>() / f64::from(STEPS)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{Banding, Sketch},
        *,
    };

    #[test]
    fn curves_are_those_of_the_bandings_in_use() {
        for banding in [Banding::Rows8, Banding::Rows4, Banding::Rows2] {
            let same = Arrangement::new(banding.bands(), banding.rows()).unwrap();
            for j in [0.1, 0.5, 0.9] {
                assert!((same.probability(j) - banding.probability(j)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn sixteen_bands_of_eight_miss_their_target_by_a_hair() {
        let usual = Arrangement::new(16, 8).unwrap();
        assert!((usual.probability(0.8) - 0.9470).abs() < 1e-4);
        assert!((usual.found_from(0.95) - 0.8017).abs() < 1e-3);
        let chosen = Arrangement::choose(0.8, 0.95, None, None).unwrap();
        assert!(chosen.probability(0.8) >= 0.95, "{chosen:?}");
        assert!(chosen.slots() <= SLOTS);
        assert_eq!(Arrangement::choose(0.8, 0.95, Some(8), Some(16)), None);
    }

    #[test]
    fn some_wishes_cannot_be_granted() {
        assert_eq!(Arrangement::choose(0.01, 0.99, None, None), None);
        assert_eq!(Arrangement::choose(1.0, 0.99, None, None), Arrangement::new(1, 128));
        assert_eq!(Arrangement::new(0, 4), None);
        assert_eq!(Arrangement::new(33, 4), None);
        assert_eq!(Arrangement::new(usize::MAX, 2), None);
    }

    #[test]
    fn bands_meet_where_all_their_rows_agree() {
        let (a, mut b) = ([1_u16; SLOTS], [2_u16; SLOTS]);
        let four = Arrangement::new(30, 4).unwrap();
        b[3..8].fill(1);
        assert!(four.meet(&a, &b));
        b[7] = 2;
        assert!(!four.meet(&a, &b));
        // Slots behind the last band count for nothing.
        b[120..128].fill(1);
        assert!(!four.meet(&a, &b));
        assert!(four.meet(Sketch::EMPTY.slots(), Sketch::EMPTY.slots()));
    }

    proptest! {
        /// No arrangement that is good enough has fewer false candidates: all 627 are looked at.
        #[test]
        fn the_choice_is_the_best(threshold in 0.2_f64..0.99, recall in 0.5_f64..0.999) {
            let chosen = Arrangement::choose(threshold, recall, None, None);
            let least = (1..=SLOTS)
                .flat_map(|rows| (1..=SLOTS).filter_map(move |bands| Arrangement::new(bands, rows)))
                .filter(|it| it.probability(threshold) >= recall)
                .map(|it| it.false_share(threshold))
                .min_by(f64::total_cmp);
            prop_assert_eq!(chosen.map(|it| it.false_share(threshold)), least);
        }

        #[test]
        fn a_curve_and_its_inverse_agree(bands in 1_usize..16, rows in 1_usize..8, j in 0.05_f64..0.95) {
            let it = Arrangement::new(bands, rows).unwrap();
            let p = it.probability(j);
            prop_assume!(p > 1e-9 && p < 1.0 - 1e-9);
            prop_assert!((it.found_from(p) - j).abs() < 1e-5);
        }
    }
}
