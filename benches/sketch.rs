//! Sketching and banding on paragraphs of three lengths.
//!
//! Question: is a paragraph sketched in less time than it takes to read it? At 0.5 GB/s a paragraph of
//! 30 words is read in about 350 ns.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use refrain::{
    sketch::{Banding, Sketch},
    text::{Digits, Scanner, shingles},
};

/// Paragraphs by their number of words: a teaser, a paragraph of a story, a long one.
const PARAGRAPHS: [(&str, usize); 3] = [("teaser", 10), ("story", 30), ("long", 100)];

/// A made-up paragraph: no word twice, so no shingle twice.
fn paragraph(words: usize) -> String {
    let distinct: Vec<String> = (0..words)
        .map(|i| format!("w{}", "abcdefg".repeat(1 + i % 3) + &"xyz"[i % 3..] + &"q".repeat(i / 9)))
        .collect();
    distinct.join(" ")
}

fn sketch(c: &mut Criterion) {
    let mut group = c.benchmark_group("sketch");
    for (name, words) in PARAGRAPHS {
        let text = paragraph(words);
        let mut scanner = Scanner::new();
        scanner.scan(&text, Digits::Fold);
        let mut set = Vec::new();
        shingles(scanner.tokens(), &mut set);
        assert_eq!(set.len(), words - 2);
        let expected = Sketch::of(&set);

        group.throughput(Throughput::Elements(set.len() as u64));
        group.bench_function(format!("sketch/{name}"), |b| {
            b.iter_batched(
                || set.clone(),
                |set| assert_eq!(Sketch::of(&set), expected),
                BatchSize::SmallInput,
            );
        });
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("scan/{name}"), |b| {
            b.iter(|| {
                scanner.scan(&text, Digits::Fold);
                assert_eq!(scanner.tokens().len(), words);
            });
        });
        group.bench_function(format!("bands/{name}"), |b| {
            b.iter(|| {
                let mut bands = 0;
                Banding::Rows4.keys(&expected, |_, key| bands += usize::from(key != 1));
                assert!(bands >= 31);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, sketch);
criterion_main!(benches);
