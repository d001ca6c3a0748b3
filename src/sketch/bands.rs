//! Band keys: two sketches with an equal key are proposed as a pair, with a known probability.
//!
//! With b bands of r slots, two sets of resemblance J share a key with probability 1 − (1 − Jʳ)ᵇ
//! (Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, section 3.4.2): the S-curve.
//! More bands find more; more rows are stricter.

use super::{kernel, minhash::Sketch, wide::WideSketch};
use crate::base::cpu::Tier;

/// How a sketch is cut into bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Banding {
    /// 16 bands of 8 rows: finds J ≥ .82 with .97, J = .5 with .06.
    Rows8,
    /// 32 bands of 4 rows: finds J ≥ .6 with .99, J = .3 with .23.
    Rows4,
    /// 64 bands of 2 rows: finds J ≥ .3 with .998, and many pairs that are not alike.
    Rows2,
}

impl Banding {
    /// Slots in a band.
    pub fn rows(self) -> usize {
        match self {
            Banding::Rows8 => 8,
            Banding::Rows4 => 4,
            Banding::Rows2 => 2,
        }
    }

    /// Number of bands.
    pub fn bands(self) -> usize {
        super::SLOTS / self.rows()
    }

    /// The probability that two sets of resemblance `j` share a band key: the S-curve.
    pub fn probability(self, j: f64) -> f64 {
        1.0 - (1.0 - j.powf(self.rows() as f64)).powf(self.bands() as f64)
    }

    /// Calls `each` with every band's number and key.
    ///
    /// Seen as four rows of sixteen pairs of slots, a sketch has the slots of a band below each other,
    /// so one vector operation works on sixteen bands. Keys have 32 bits and belong to their
    /// band: compare (band, key).
    pub fn keys(self, sketch: &Sketch, mut each: impl FnMut(usize, u32)) {
        let [a, b, c, d] = sketch.0;
        let mut sixteen = |group: usize, keys: [u32; 16]| {
            keys.into_iter().zip(16 * group..).for_each(|(key, band)| each(band, key));
        };
        match self {
            Banding::Rows8 => sixteen(0, kernel::mix(&[a, b, c, d])),
            Banding::Rows4 => {
                sixteen(0, kernel::mix(&[a, b]));
                sixteen(1, kernel::mix(&[c, d]));
            }
            Banding::Rows2 => {
                [a, b, c, d].into_iter().zip(0..).for_each(|(row, group)| {
                    sixteen(group, kernel::mix(&[row]));
                });
            }
        }
    }

    /// The keys of the first sixteen bands of the sketch of `shingles`. Only the slots of these bands are
    /// computed, not the whole sketch: a quarter of it with two rows a band, half with four.
    #[inline]
    pub fn first_keys(self, tier: Tier, shingles: &[u64]) -> [u32; 16] {
        match self {
            Banding::Rows8 => kernel::keys::<4>(tier, shingles),
            Banding::Rows4 => kernel::keys::<2>(tier, shingles),
            Banding::Rows2 => kernel::keys::<1>(tier, shingles),
        }
    }

    /// Calls `each` with every band's number and key of a wide sketch; keys have 64 bits.
    pub fn wide_keys(self, sketch: &WideSketch, mut each: impl FnMut(usize, u64)) {
        for (band, slots) in sketch.slots().chunks_exact(self.rows()).enumerate() {
            let key = slots.iter().fold(band as u64, |key, &slot| {
                crate::base::mix(key.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(slot))
            });
            each(band, key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fingerprint;

    fn set(range: std::ops::Range<u64>) -> Vec<u64> {
        range.map(|x| fingerprint(&[x, 11]) | 0x0001_0001_0001_0001).collect()
    }

    #[test]
    fn the_s_curve_has_known_points() {
        for (banding, j, expected) in [
            (Banding::Rows8, 0.82, 0.9742),
            (Banding::Rows8, 0.5, 0.0607),
            (Banding::Rows4, 0.5, 0.8732),
            (Banding::Rows4, 0.3, 0.2289),
            (Banding::Rows2, 0.3, 0.9976),
        ] {
            let found = banding.probability(j);
            assert!((found - expected).abs() < 5e-4, "{banding:?} at {j}: {found}");
        }
    }

    /// Pairs of known resemblance meet in a band as often as the curve says.
    #[test]
    fn pairs_meet_as_often_as_the_curve_says() {
        for banding in [Banding::Rows8, Banding::Rows4] {
            for (size, shared) in [(30, 10), (30, 20), (30, 25), (30, 28)] {
                let (trials, union) = (1500_u64, 2 * size - shared);
                let met = (0..trials)
                    .filter(|trial| {
                        let base = trial << 32;
                        let mut keys = Vec::new();
                        banding.keys(&Sketch::of(Tier::best(), &set(base..base + size)), |b, k| {
                            keys.push((b, k));
                        });
                        let other =
                            Sketch::of(Tier::best(), &set(base + size - shared..base + union));
                        let mut hit = false;
                        banding.keys(&other, |b, k| hit |= keys.contains(&(b, k)));
                        hit
                    })
                    .count();
                let theory = banding.probability(shared as f64 / union as f64);
                let found = met as f64 / trials as f64;
                let sigma = (theory * (1.0 - theory) / trials as f64).sqrt();
                assert!(
                    (found - theory).abs() < 4.0 * sigma + 0.006,
                    "{banding:?} {shared}/{union}: {found} against {theory}"
                );
            }
        }
    }

    #[test]
    fn the_first_keys_are_those_of_the_sketch() {
        for tier in Tier::here() {
            for banding in [Banding::Rows8, Banding::Rows4, Banding::Rows2] {
                let mut keys = Vec::new();
                banding.keys(&Sketch::of(tier, &set(0..9)), |band, key| {
                    assert_eq!(band, keys.len());
                    keys.push(key);
                });
                assert_eq!(keys.len(), banding.bands());
                assert_eq!(keys[..16], banding.first_keys(tier, &set(0..9)));
            }
        }
    }

    #[test]
    fn keys_are_the_same_on_every_machine_forever() {
        let keys = Banding::Rows4.first_keys(Tier::best(), &set(0..9));
        assert_eq!(keys[..4], GOLDEN, "{:?}", &keys[..4]);
    }

    const GOLDEN: [u32; 4] = [2_891_271_311, 1_972_565_627, 4_216_035_783, 22_740_574];

    #[test]
    fn equal_sets_share_every_key_and_bands_are_all_there() {
        let sketch = WideSketch::of(Tier::best(), &set(0..50));
        let mut wide = Vec::new();
        Banding::Rows4.wide_keys(&sketch, |band, key| wide.push((band, key)));
        assert_eq!(wide.len(), 32);
        let mut narrow = Vec::new();
        Banding::Rows4.keys(&sketch.narrow(), |band, _| narrow.push(band));
        assert_eq!(narrow, (0..32).collect::<Vec<_>>());
    }
}
