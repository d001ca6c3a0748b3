//! Alignment of generated story pairs, by what they are to each other.
//!
//! Question: how many pairs are verified in a second? A GB of pages gives some 700,000 candidates, so
//! a pair may take a few hundred nanoseconds for each paragraph of its longer text.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use refrain::{
    base::SplitMix64,
    base::page::Relation,
    copies::{Aligner, Body, Kinship, Rule},
    text::Word,
};

/// Pairs of one kind that are measured together.
const PAIRS: usize = 64;

/// A stream of random words.
struct Dice(SplitMix64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0.next_u64() % sides
    }

    /// A word, frequent ones more often, as in a language.
    fn word(&mut self) -> Word {
        let vocabulary = 3_u64.pow(2 + u32::try_from(self.roll(9)).unwrap_or(0));
        let hash = u32::try_from(self.roll(vocabulary)).unwrap_or(0).wrapping_mul(0x9e37_79b9);
        Word { hash, number: self.roll(40) == 0, ..Word::default() }
    }

    fn story(&mut self, paragraphs: usize) -> Vec<Vec<Word>> {
        let paragraph = |dice: &mut Dice| {
            let words = 25 + dice.roll(40);
            (0..words).map(|_| dice.word()).collect()
        };
        (0..paragraphs).map(|_| paragraph(self)).collect()
    }

    /// The story with one word in thirty replaced.
    fn edited(&mut self, story: &[Vec<Word>]) -> Vec<Vec<Word>> {
        let mut story = story.to_vec();
        for word in story.iter_mut().flatten() {
            if self.roll(30) == 0 {
                *word = Word { hash: word.hash ^ 0x5555, ..*word };
            }
        }
        story
    }

    fn quotation(&mut self) -> Vec<Vec<Word>> {
        let mut speech = self.story(2);
        speech.iter_mut().flatten().for_each(|word| word.quoted = true);
        speech
    }
}

fn body(story: &[Vec<Word>]) -> Body {
    let mut body = Body::new();
    for (number, words) in (0..).zip(story) {
        assert!(body.push(number, words));
    }
    body
}

/// Name, relation to be found, pairs.
type Kind = (&'static str, Option<Relation>, Vec<(Body, Body)>);

fn align(c: &mut Criterion) {
    let mut dice = Dice(SplitMix64::new(1));
    let mut kinds: [Kind; 4] = [
        ("equal", Some(Relation::Same), Vec::new()),
        ("edited", Some(Relation::Same), Vec::new()),
        ("cut", Some(Relation::Cut), Vec::new()),
        ("quotation", None, Vec::new()),
    ];
    for _ in 0..PAIRS {
        let (story, other, speech) = (dice.story(15), dice.story(12), dice.quotation());
        let others = [
            story.clone(),
            dice.edited(&story),
            dice.edited(&story[..4]),
            [other, speech.clone()].concat(),
        ];
        let whole = [story, speech].concat();
        for ((kind, _, pairs), other) in kinds.iter_mut().zip(others) {
            let one = if *kind == "quotation" { &whole } else { &whole[..15] };
            pairs.push((body(one), body(&other)));
        }
    }

    let mut group = c.benchmark_group("align");
    group.throughput(Throughput::Elements(PAIRS as u64));
    for (kind, expected, pairs) in &kinds {
        let mut aligner = Aligner::new();
        group.bench_function(*kind, |b| {
            b.iter(|| {
                for (one, other) in pairs {
                    let measures = aligner.align(one.view(), other.view()).measures;
                    let verdict = Rule::STANDARD.decide(&measures, Kinship::Across);
                    assert_eq!(verdict.map(|verdict| verdict.relation), *expected);
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, align);
criterion_main!(benches);
