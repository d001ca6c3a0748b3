//! What an arrangement of bands finds among the user's own texts, by comparing all pairs of a sample.
//!
//! The sample is taken by a shingle of each text, the least under a hash of its own: what resembles
//! each other is sampled together as often as it resembles, and a small sample of many texts still has
//! pairs to look at. Which of them share a band is no part of that hash. Long texts are sampled rather
//! more often than short ones.

use std::collections::BTreeMap;

use crate::engine::{HeldLabels, Observer, Settings, Stage, fetch, held_labels, stage};
use crate::{
    Result,
    base::mix,
    base::{cpu::Tier, page::PageNumber},
    records::Corpus,
    sketch::{Arrangement, Sketch, WideSketch},
    table::Near,
    text::{self, Digits, Scanner},
};

/// What is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Items {
    /// Paragraphs of body of eight words and more, each wording once.
    #[default]
    Paragraphs,
    /// Pages without their chrome, each text once.
    Pages,
}

/// Texts of a corpus, to be compared pair by pair.
#[derive(Debug)]
pub struct Sample {
    /// What they are.
    pub items: Items,
    /// How many there were to choose from, those with equal shingles counted each time.
    pub of: u64,
    /// Records that could not be used.
    pub bad: u64,
    texts: Vec<Text>,
    /// What at least one shingle of both texts is in: (text, later text, Jaccard coefficient).
    alike: Vec<(u32, u32, f64)>,
}

/// One text: its shingles and the slots of its sketch.
#[derive(Debug)]
struct Text {
    shingles: Vec<u64>,
    slots: Vec<u32>,
}

/// Pairs of a range of resemblance.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// From this resemblance…
    pub from: f64,
    /// …to this, which is only in the last one.
    pub to: f64,
    /// Pairs.
    pub pairs: u64,
    /// Of them, those that share a band.
    pub found: u64,
    /// How many the S-curve says share one, summed over the pairs.
    pub predicted: f64,
}

/// What an arrangement finds in a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Texts, and pairs of them.
    pub texts: u64,
    /// All pairs, compared exactly.
    pub pairs: u64,
    /// Pairs of the threshold and more.
    pub above: Bin,
    /// All others: what is found of them is a false candidate.
    pub below: Bin,
    /// Tenths of resemblance from a half on.
    pub tenths: [Bin; 5],
}

/// Sets the sampling apart from the sketches.
const SALT: u64 = 0x7475_6E65_2073_616D;

/// Takes at most `most` texts of a corpus. Learns and labels the corpus, and reads it once more.
///
/// # Errors
///
/// Those of [`crate::engine::scan`].
pub fn sample(
    corpus: &Corpus,
    settings: &Settings,
    items: Items,
    most: usize,
    observer: &dyn Observer,
) -> Result<Sample> {
    let HeldLabels { columns, marks, bad } = held_labels(corpus, settings, observer)?;
    let wanted: Vec<PageNumber> =
        (0..).take(columns.len()).filter(|&page| !columns.page(page).is_bad()).collect();
    let (split, tier) = (settings.recipe.paragraph, settings.tier);
    let mut of = 0;
    // By their least shingle under the hash, then by their own fingerprint: equal texts are one.
    let mut chosen: BTreeMap<(u64, u64), Vec<u64>> = BTreeMap::new();
    stage(observer, Stage::Sample, |now| {
        fetch(
            corpus,
            settings.workers(),
            now,
            &wanted,
            || Scanner::with(tier),
            |scanner, page, content| {
                let span = columns.span(page);
                let body = text::paragraphs_of(content, split)
                    .zip(span)
                    .filter(|(_, at)| !marks[*at].is_chrome());
                let mut texts = Vec::new();
                let mut whole = Vec::new();
                for (paragraph, at) in body {
                    scanner.scan(&content.shown()[paragraph], Digits::Fold);
                    match items {
                        Items::Paragraphs if columns.shapes()[at].words() < Near::WORDS => {}
                        Items::Paragraphs => {
                            let mut shingles = Vec::new();
                            text::shingles(tier, scanner.tokens(), &mut shingles);
                            texts.extend(keyed(shingles));
                        }
                        Items::Pages => text::shingles(tier, scanner.tokens(), &mut whole),
                    }
                }
                texts.extend(keyed(whole));
                texts
            },
            |_, texts| {
                for (key, shingles) in texts {
                    of += 1;
                    let last = chosen.last_key_value().map(|(key, _)| *key);
                    if chosen.len() < most || last.is_some_and(|last| key < last) {
                        chosen.insert(key, shingles);
                        if chosen.len() > most {
                            chosen.pop_last();
                        }
                    }
                }
            },
        )
    })?;
    let texts: Vec<Text> =
        chosen.into_values().map(|shingles| Text::of(tier, shingles, items)).collect();
    let alike = alike(&texts);
    Ok(Sample { items, of, bad: bad.count, texts, alike })
}

/// A set of shingles with its place in the order of sampling; none if it is empty.
fn keyed(mut shingles: Vec<u64>) -> Option<((u64, u64), Vec<u64>)> {
    shingles.sort_unstable();
    shingles.dedup();
    let least = shingles.iter().map(|&shingle| mix(shingle ^ SALT)).min()?;
    Some(((least, text::fingerprint(&shingles)), shingles))
}

impl Text {
    /// Sketched as a scan does: paragraphs in slots of 16 bits, pages in slots of 32.
    fn of(tier: Tier, shingles: Vec<u64>, items: Items) -> Text {
        let slots = match items {
            Items::Paragraphs => {
                Sketch::of(tier, &shingles).slots().iter().copied().map(u32::from).collect()
            }
            Items::Pages => WideSketch::of(tier, &shingles).slots().to_vec(),
        };
        Text { shingles, slots }
    }
}

/// Every pair with a shingle in common and its exact Jaccard coefficient, by counting for each text how
/// often the others have its shingles.
fn alike(texts: &[Text]) -> Vec<(u32, u32, f64)> {
    let mut postings: Vec<(u64, u32)> = Vec::new();
    for (number, text) in (0..).zip(texts) {
        postings.extend(text.shingles.iter().map(|&shingle| (shingle, number)));
    }
    postings.sort_unstable();
    let mut shared = vec![0_usize; texts.len()];
    let mut found = Vec::new();
    for (number, text) in (0..).zip(texts) {
        let mut met: Vec<u32> = Vec::new();
        for &shingle in &text.shingles {
            let behind = postings.partition_point(|&row| row <= (shingle, number));
            for &(_, other) in postings[behind..].iter().take_while(|row| row.0 == shingle) {
                if shared[other as usize] == 0 {
                    met.push(other);
                }
                shared[other as usize] += 1;
            }
        }
        met.sort_unstable();
        for other in met {
            let both = std::mem::take(&mut shared[other as usize]);
            let either = text.shingles.len() + texts[other as usize].shingles.len() - both;
            found.push((number, other, both as f64 / either as f64));
        }
    }
    found
}

impl Sample {
    /// Number of texts.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// What an arrangement finds of all pairs, those of `threshold` and more apart from the others.
    ///
    /// Compares the slots of every pair: some 50 ns each.
    pub fn measure(&self, arrangement: Arrangement, threshold: f64) -> Measured {
        let texts = self.texts.len() as u64;
        let pairs = texts * texts.saturating_sub(1) / 2;
        let bin = |from, to| Bin { from, to, ..Bin::default() };
        let mut measured = Measured {
            texts,
            pairs,
            above: bin(threshold, 1.0),
            below: bin(0.0, threshold),
            tenths: [5_u8, 6, 7, 8, 9].map(|n| bin(f64::from(n) / 10.0, f64::from(n + 1) / 10.0)),
        };
        for &(a, b, j) in &self.alike {
            let meet = self.meet(arrangement, a, b);
            let predicted = arrangement.probability(j);
            let side = if j >= threshold { &mut measured.above } else { &mut measured.below };
            side.add(meet, predicted);
            let tenth = measured.tenths.iter_mut().rfind(|bin| j >= bin.from);
            if let Some(bin) = tenth {
                bin.add(meet, predicted);
            }
        }
        // What has no shingle in common may agree by chance all the same.
        measured.below.pairs += pairs - self.alike.len() as u64;
        let mut alike = self.alike.iter().peekable();
        for a in 0..self.texts.len() {
            for b in a + 1..self.texts.len() {
                let is = |row: &&(u32, u32, f64)| (row.0 as usize, row.1 as usize) == (a, b);
                if alike.next_if(is).is_none() {
                    let (a, b) = (&self.texts[a], &self.texts[b]);
                    measured.below.found += u64::from(arrangement.meet(&a.slots, &b.slots));
                }
            }
        }
        measured
    }

    fn meet(&self, arrangement: Arrangement, a: u32, b: u32) -> bool {
        arrangement.meet(&self.texts[a as usize].slots, &self.texts[b as usize].slots)
    }
}

impl Bin {
    fn add(&mut self, found: bool, predicted: f64) {
        self.pairs += 1;
        self.found += u64::from(found);
        self.predicted += predicted;
    }

    /// The share that is found; none of no pairs.
    pub fn share(&self) -> Option<f64> {
        (self.pairs > 0).then(|| self.found as f64 / self.pairs as f64)
    }

    /// The share that the S-curve says is found; none of no pairs.
    pub fn predicted_share(&self) -> Option<f64> {
        (self.pairs > 0).then(|| self.predicted / self.pairs as f64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn text(words: &[u64]) -> Text {
        let mut shingles: Vec<u64> =
            words.iter().map(|&word| mix(word) | 0x0001_0001_0001_0001).collect();
        shingles.sort_unstable();
        shingles.dedup();
        Text::of(Tier::best(), shingles, Items::Paragraphs)
    }

    proptest! {
        /// Counting shared shingles is comparing every pair set by set.
        #[test]
        fn pairs_are_exact_and_complete(sets in vec(vec(0_u64..20, 1..12), 0..9), t in 0.1_f64..1.0) {
            let texts: Vec<Text> = sets.iter().map(|set| text(set)).collect();
            let arrangement = Arrangement::new(16, 8).unwrap();
            let (mut above, mut found, mut all) = (0, 0, 0);
            for a in 0..texts.len() {
                for b in a + 1..texts.len() {
                    let (x, y) = (&texts[a].shingles, &texts[b].shingles);
                    let both = x.iter().filter(|shingle| y.contains(shingle)).count();
                    let j = both as f64 / (x.len() + y.len() - both) as f64;
                    above += u64::from(j >= t);
                    found += u64::from(arrangement.meet(&texts[a].slots, &texts[b].slots));
                    all += 1;
                }
            }
            let alike = alike(&texts);
            let sample = Sample { items: Items::Paragraphs, of: 0, bad: 0, texts, alike };
            let measured = sample.measure(arrangement, t);
            prop_assert_eq!(measured.above.pairs, above);
            prop_assert_eq!(measured.above.found + measured.below.found, found);
            prop_assert_eq!((measured.above.pairs + measured.below.pairs, measured.pairs), (all, all));
            let tenths: u64 = measured.tenths.iter().map(|bin| bin.pairs).sum();
            let half = sample.alike.iter().filter(|row| row.2 >= 0.5).count() as u64;
            prop_assert_eq!(tenths, half);
        }
    }

    /// Over many pairs what is found is what the curve says.
    #[test]
    fn what_is_measured_is_what_was_predicted() {
        let texts: Vec<Text> = (0..400_u64)
            .map(|n| {
                let (base, other) = (n / 2 * 1000, n % 2 * 500);
                let kept = 12 + n / 2 % 28;
                text(
                    &(0..kept)
                        .map(|i| base + i)
                        .chain((kept..40).map(|i| base + other + i))
                        .collect::<Vec<_>>(),
                )
            })
            .collect();
        let alike = alike(&texts);
        let sample = Sample { items: Items::Paragraphs, of: 400, bad: 0, texts, alike };
        let measured = sample.measure(Arrangement::new(16, 8).unwrap(), 0.7);
        for bin in [measured.above, measured.below] {
            let off = bin.found as f64 - bin.predicted;
            assert!(off.abs() < 4.0 * bin.predicted.sqrt().max(2.0), "{bin:?}");
        }
        assert!(measured.above.pairs > 20 && measured.above.share() > Some(0.8), "{measured:?}");
    }
}
