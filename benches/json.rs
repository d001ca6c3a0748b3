//! JSON lines in memory to pages: fields found, text unescaped, UTF-8 checked.
//!
//! Question: is a line parsed at 3 GB/s, so that a scan that works through 1 GB/s and core spends its
//! time elsewhere? serde's own way is beside it for scale. The answer is checked against serde's tree.
//!
//! `generated` is English with a line end every few dozen bytes, as scraped pages have; `cyrillic` is
//! text of two bytes a letter; `ascii only` is what writers make of it that escape all else; `fields`
//! has most of its bytes in a field that nobody asks for; `real` is a set of real pages
//! in the folder that `REFRAIN_DATA` names, if it names one.

use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use refrain::{
    base::cpu::Tier,
    generate::{Generator, Plan},
    records::{Batch, Corpus, Options, Parser},
};

/// Bytes of each input: more than the caches hold.
const BYTES: usize = 64 << 20;

/// A set of real pages, below `REFRAIN_DATA`.
const REAL: &str = "usnews-2016-11/docs.jsonl.zst";

/// Lines like those that `line` makes of a number, about [`BYTES`] of them.
fn lines(line: impl Fn(usize) -> String) -> Vec<u8> {
    let mut all = Vec::with_capacity(BYTES);
    for number in 0.. {
        all.extend(line(number).as_bytes());
        all.push(b'\n');
        if all.len() >= BYTES {
            break;
        }
    }
    all
}

fn generated() -> Vec<u8> {
    let generator = Generator::new(Plan::default());
    let mut one = Vec::new();
    generator.write(0..generator.pages().min(2000), &mut one).expect("memory can be written to");
    one.repeat(BYTES / one.len() + 1)
}

/// A made-up page of Cyrillic letters.
fn cyrillic(number: usize) -> String {
    let letters: Vec<char> = ('а'..='я').collect();
    let mut text = String::new();
    for word in 0..600 {
        for letter in 0..3 + word % 7 {
            text.push(letters[(number + word * 7 + letter * 11) % letters.len()]);
        }
        text.push(if word % 12 == 11 { '\n' } else { ' ' });
    }
    text
}

fn cyrillic_line(number: usize) -> String {
    serde_json::json!({ "id": number, "url": "https://www.example.org/", "text": cyrillic(number) })
        .to_string()
}

fn ascii_line(number: usize) -> String {
    let escaped = |c: char| if c.is_ascii() { c.into() } else { format!("\\u{:04x}", c as u32) };
    cyrillic_line(number).chars().map(escaped).collect()
}

fn fields_line(number: usize) -> String {
    let html = "<div class=\"story\"><p>word</p></div>\n".repeat(80);
    let links: Vec<usize> = (0..100).collect();
    serde_json::json!({ "html": html, "links": links, "id": number, "text": "a\nb" }).to_string()
}

/// The batches of a file, up to about [`BYTES`].
fn batches(corpus: &Corpus) -> Vec<Batch> {
    let mut left = BYTES as u64;
    corpus
        .batches()
        .map(|batch| batch.expect("the input can be read"))
        .take_while(|batch| {
            let wanted = left > 0;
            left = left.saturating_sub(batch.bytes());
            wanted
        })
        .collect()
}

/// Pages that can be used, and bytes of their texts.
type Sums = (usize, usize);

fn by_tree(batches: &[Batch]) -> Sums {
    let mut sums = (0, 0);
    for raw in batches.iter().flat_map(Batch::raw) {
        let tree: Result<serde_json::Value, _> = serde_json::from_slice(raw.body);
        if let Ok(Some(text)) = tree.as_ref().map(|tree| tree["text"].as_str()) {
            sums = (sums.0 + 1, sums.1 + text.len());
        }
    }
    sums
}

fn parse(parser: &mut Parser<'_>, batches: &[Batch]) -> Sums {
    let mut sums = (0, 0);
    for raw in batches.iter().flat_map(Batch::raw) {
        if let Ok(record) = parser.parse(&raw) {
            sums = (sums.0 + 1, sums.1 + record.page.text.len());
        }
    }
    sums
}

fn parse_by_serde(corpus: &Corpus, batches: &[Batch]) -> Sums {
    let mut sums = (0, 0);
    for raw in batches.iter().flat_map(Batch::raw) {
        if let Ok(record) = raw.parse(corpus) {
            sums = (sums.0 + 1, sums.1 + record.page.text.len());
        }
    }
    sums
}

fn json(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder for inputs");
    let mut inputs = Vec::new();
    for (name, bytes) in [
        ("generated", generated()),
        ("cyrillic", lines(cyrillic_line)),
        ("ascii only", lines(ascii_line)),
        ("fields", lines(fields_line)),
    ] {
        let path = folder.path().join(format!("{name}.jsonl"));
        std::fs::write(&path, bytes).expect("an input can be written");
        inputs.push((name, path));
    }
    if let Some(data) = std::env::var_os("REFRAIN_DATA") {
        inputs.push(("real", Path::new(&data).join(REAL)));
    }

    let mut group = c.benchmark_group("json");
    group.sample_size(10);
    for (name, path) in inputs {
        let corpus = Corpus::open(&[path], Options::default()).expect("the input is there");
        let batches = batches(&corpus);
        let expected = by_tree(&batches);
        assert!(expected.0 > 1000, "{name}: only {} pages", expected.0);
        group.throughput(Throughput::Bytes(batches.iter().map(Batch::bytes).sum()));
        for tier in Tier::here() {
            let mut parser = Parser::new(&corpus, tier);
            group.bench_function(format!("{name}/{tier}"), |b| {
                b.iter(|| assert_eq!(parse(&mut parser, &batches), expected));
            });
        }
        group.bench_function(format!("{name}/serde"), |b| {
            b.iter(|| assert_eq!(parse_by_serde(&corpus, &batches), expected));
        });
    }
    group.finish();
}

criterion_group!(benches, json);
criterion_main!(benches);
