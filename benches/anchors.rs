//! The anchors of a paragraph, by tier and by length.
//!
//! Question: do anchors cost less than the sketch, though every long paragraph has them and repeats
//! are sketched once? Elements are tokens.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use refrain::{base::cpu::Tier, copies::Anchors, text::fingerprint};

/// Tokens of a paragraph: a teaser, a paragraph of a story, a long one.
const LENGTHS: [u64; 3] = [10, 30, 100];

fn of(tier: Tier, tokens: &[u64], singles: bool) -> Vec<u64> {
    let mut found = Vec::new();
    Anchors::new(tier).of(tokens, &[], singles, &mut found);
    found
}

fn anchors(c: &mut Criterion) {
    for length in LENGTHS {
        let tokens: Vec<u64> = (0..length).map(|i| fingerprint(&[i, 7])).collect();
        for tier in Tier::here() {
            let mut group = c.benchmark_group(format!("anchors/{length}/{tier}"));
            group.throughput(Throughput::Elements(length));
            for (name, singles) in [("words", false), ("singles", true)] {
                let expected = of(Tier::Portable, &tokens, singles);
                assert_eq!(of(tier, &tokens, singles), expected);
                let (mut finder, mut found) = (Anchors::new(tier), Vec::new());
                group.bench_function(name, |b| {
                    b.iter(|| {
                        found.clear();
                        finder.of(&tokens, &[], singles, &mut found);
                        found.len()
                    });
                });
            }
            group.finish();
        }
    }
}

criterion_group!(benches, anchors);
criterion_main!(benches);
