//! Grouping pairs by key: a partition and small tables, a sort, one big hash map.
//!
//! Question: does a pair of 16 bytes cost at most 14 ns and one of 8 bytes at most 10 ns, when three
//! in four keys stand once? Asked of 10⁷ pairs; `REFRAIN_BENCH_PAIRS=100000000` asks it of 10⁸, which
//! takes 6 GB.

use std::collections::HashMap;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use refrain::base::group::{Grouping, Pair};

fn mix(x: u64) -> u64 {
    let x = (x ^ x >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ x >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ x >> 31
}

/// Three keys in four stand once; most others a few times, some very often.
fn key(i: u32, n: u32) -> u64 {
    let (i, n) = (u64::from(i), u64::from(n));
    let dice = mix(i ^ 0x00AB_CDEF);
    match dice % 16 {
        0..12 => mix(i),
        12..15 => mix((dice >> 8) % (n / 12) + (1 << 50)),
        _ => mix(((dice >> 8) % 1000) * ((dice >> 30) % 1000) / 1000 + (1 << 51)),
    }
}

/// Groups of two and more, and the pairs in them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Answer {
    groups: u64,
    pairs: u64,
}

impl Answer {
    fn add(&mut self, pairs: u64) {
        self.groups += 1;
        self.pairs += pairs;
    }
}

fn grouped<P: Pair>(grouping: &mut Grouping<P>, pairs: &[P]) -> Answer {
    let mut answer = Answer::default();
    grouping.each(pairs.iter().copied(), |group| answer.add(group.len() as u64));
    answer
}

fn sorted<P: Pair>(mut pairs: Vec<P>) -> Answer {
    let mut answer = Answer::default();
    pairs.sort_unstable_by_key(Pair::hash);
    for group in pairs.chunk_by(|a, b| a.hash() == b.hash()).filter(|group| group.len() > 1) {
        answer.add(group.len() as u64);
    }
    answer
}

fn mapped<P: Pair>(pairs: &[P]) -> Answer {
    let mut map: HashMap<u64, Vec<P>> = HashMap::new();
    for pair in pairs {
        map.entry(pair.hash()).or_default().push(*pair);
    }
    let mut answer = Answer::default();
    for group in map.values().filter(|group| group.len() > 1) {
        answer.add(group.len() as u64);
    }
    answer
}

fn compare<P: Pair>(c: &mut Criterion, name: &str, pairs: &[P]) {
    let expected = sorted(pairs.to_vec());
    assert!(expected.pairs * 10 > pairs.len() as u64);
    let mut group = c.benchmark_group(format!("group/{name}"));
    group.sample_size(10).throughput(Throughput::Elements(pairs.len() as u64));
    let mut warm = Grouping::default();
    group.bench_function("partition", |b| {
        b.iter(|| assert_eq!(grouped(&mut warm, pairs), expected));
    });
    group.bench_function("partition-cold", |b| {
        b.iter(|| assert_eq!(grouped(&mut Grouping::default(), pairs), expected));
    });
    drop(warm);
    group.bench_function("sort", |b| b.iter(|| assert_eq!(sorted(pairs.to_vec()), expected)));
    if pairs.len() <= 10_000_000 {
        group.bench_function("map", |b| b.iter(|| assert_eq!(mapped(pairs), expected)));
    }
    group.finish();
}

fn group(c: &mut Criterion) {
    let asked = std::env::var("REFRAIN_BENCH_PAIRS").ok().and_then(|n| n.parse().ok());
    // As a test there is nothing to measure.
    let is_test = !std::env::args().any(|arg| arg == "--bench");
    let n: u32 = asked.unwrap_or(if is_test { 100_000 } else { 10_000_000 });
    let wide: Vec<(u64, u32)> = (0..n).map(|i| (key(i, n), i)).collect();
    compare(c, "16-bytes", &wide);
    let narrow: Vec<(u32, u32)> = wide.iter().map(|&(key, i)| ((key >> 32) as u32, i)).collect();
    drop(wide);
    compare(c, "8-bytes", &narrow);
}

criterion_group!(benches, group);
criterion_main!(benches);
