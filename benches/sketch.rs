//! From the tokens of a paragraph to its band keys, by tier and by length.
//!
//! Question: do shingles, sketch and keys take fewer than 6 cycles a word with AVX-512, so that reading
//! the text stays the larger half? Short paragraphs show what it costs to begin. Elements are tokens.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use refrain::{
    base::cpu::Tier,
    sketch::{Banding, Sketch, WideSketch},
    text::{fingerprint, shingles},
};

/// Tokens of a paragraph: a menu line, a teaser, a paragraph of a story, a long one.
const LENGTHS: [u64; 4] = [5, 10, 30, 100];

fn set(tier: Tier, tokens: &[u64]) -> Vec<u64> {
    let mut set = Vec::new();
    shingles(tier, tokens, &mut set);
    set
}

fn sketch(c: &mut Criterion) {
    for length in LENGTHS {
        let tokens: Vec<u64> = (0..length).map(|i| fingerprint(&[i, 7])).collect();
        let expected = set(Tier::Portable, &tokens);
        let sketched = Sketch::of(Tier::Portable, &expected);
        let wide = WideSketch::of(Tier::Portable, &expected);
        for tier in Tier::here() {
            let mut group = c.benchmark_group(format!("sketch/{length}/{tier}"));
            group.throughput(Throughput::Elements(length));
            let mut made = Vec::new();
            for (name, banding) in [("near keys", Banding::Rows4), ("keys", Banding::Rows8)] {
                let keys = banding.first_keys(Tier::Portable, &expected);
                assert_eq!(banding.first_keys(tier, &set(tier, &tokens)), keys);
                group.bench_function(format!("tokens to {name}"), |b| {
                    b.iter(|| {
                        made.clear();
                        shingles(tier, &tokens, &mut made);
                        banding.first_keys(tier, &made)
                    });
                });
            }
            assert_eq!(made, expected);
            assert_eq!(Sketch::of(tier, &made), sketched);
            group.bench_function("sketch", |b| b.iter(|| Sketch::of(tier, &made)));
            assert_eq!(WideSketch::of(tier, &made), wide);
            group.bench_function("wide sketch", |b| b.iter(|| WideSketch::of(tier, &made)));
            group.finish();
        }
    }
}

criterion_group!(benches, sketch);
criterion_main!(benches);
