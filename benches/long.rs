//! Inputs that are long in one way: lines of a page, equal and different; pages of one URL; sites; pages of one story.
//!
//! Question: does ten times as much take ten times as long? Wanted is less than 15 times from each size to the next,
//! for scanning, for labelling with a bank, and for looking pages up in an index. Asked of 10³ to 10⁶ lines; pages and
//! sites are fewer, for each takes thousands of lines' time.
//!
//! Every answer is checked: how many paragraphs, pages, sites or copies there are, and which of them are chrome.

use refrain::engine;
use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use refrain::{
    Bank, Labeller,
    base::page::Page,
    engine::{Settings, Unobserved},
    index::{Entry, EntryLine, Finder, Index, IndexWriter},
    records::Corpus,
    text::Word,
};

/// A word that is never the same for two numbers.
fn word(mut n: usize) -> String {
    let mut word = String::new();
    loop {
        word.push(char::from(b"bdfgklmnprstvz"[n % 14]));
        n /= 14;
        word.push(char::from(b"aeiou"[n % 5]));
        n /= 5;
        if n == 0 {
            return word;
        }
    }
}

fn page(site: &str, url: usize, text: String) -> Page<'static> {
    Page {
        id: None,
        site: site.to_owned().into(),
        url: Some(format!("https://{site}/{url}").into()),
        date: None,
        layout: None,
        text: text.into(),
    }
}

/// A small site with a menu and a foot.
fn site() -> Vec<Page<'static>> {
    let story = |n: usize| {
        let words: Vec<String> = (0..30).map(|i| word(1000 * n + i)).collect();
        format!("Home\nNews\n{}.\nAll rights reserved", words.join(" "))
    };
    (0..20).map(|n| page("a.example", n, story(n))).collect()
}

const EQUAL: fn(usize) -> String = |_| "Home".to_owned();
const DIFFERENT: fn(usize) -> String = |n| format!("Line {} of the list", word(n));

fn text(line: fn(usize) -> String, lines: usize) -> String {
    (0..lines).map(line).collect::<Vec<String>>().join("\n")
}

fn json(pages: &[Page<'_>]) -> Vec<u8> {
    let mut lines = Vec::new();
    for page in pages {
        let row = serde_json::json!({ "url": page.url.as_deref(), "text": &*page.text });
        serde_json::to_writer(&mut lines, &row).expect("memory");
        lines.push(b'\n');
    }
    lines
}

/// Pages of a scan, and its paragraphs that are chrome.
fn scan(lines: Vec<u8>) -> (usize, u64) {
    let corpus = Corpus::of_lines(lines).expect("a temporary file");
    let findings = engine::scan(&corpus, &Settings::default(), None, &Unobserved).expect("pages");
    let chrome = findings.sites.iter().map(|site| site.chrome).sum();
    (findings.pages.len(), chrome)
}

fn scanned(c: &mut Criterion) {
    let mut group = c.benchmark_group("scan");
    group.sample_size(10);
    let mut bench = |name: &str, size: usize, pages: Vec<Page<'_>>| {
        let (count, lines) = (pages.len(), json(&pages));
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new(name, size), |b| {
            b.iter_batched(
                || lines.clone(),
                |lines| {
                    let (pages, chrome) = scan(lines);
                    assert_eq!(pages, count);
                    black_box(chrome)
                },
                BatchSize::LargeInput,
            );
        });
    };
    for lines in [1_000, 10_000, 100_000, 1_000_000] {
        for (name, line) in [("equal-lines", EQUAL), ("different-lines", DIFFERENT)] {
            let mut pages = site();
            pages.push(page("a.example", 99, text(line, lines)));
            bench(name, lines, pages);
        }
    }
    for count in [1_000, 10_000, 100_000] {
        let lines = |n: usize| format!("Home\n{}\nFoot", DIFFERENT(n));
        bench("pages", count, (0..count).map(|n| page("a.example", n, lines(n))).collect());
        bench("one-url", count, (0..count).map(|n| page("a.example", 0, lines(n))).collect());
        let of_site = |n: usize| page(&format!("s{n}.example"), 0, lines(n));
        bench("sites", count, (0..count).map(of_site).collect());
    }
    group.finish();
}

fn labelled(c: &mut Criterion) {
    let mut group = c.benchmark_group("label-with-bank");
    group.sample_size(10);
    let mut labeller = Labeller::default();
    for lines in [1_000, 10_000, 100_000, 1_000_000] {
        group.throughput(Throughput::Elements(lines as u64));
        for (name, line) in [("equal-lines", EQUAL), ("different-lines", DIFFERENT)] {
            let long = page("a.example", 99, text(line, lines));
            for (is_learnt, of) in [
                ("", site()),
                ("-learnt", {
                    let mut pages = site();
                    pages.push(long.clone());
                    pages
                }),
            ] {
                let bank = Bank::learn(of).expect("few paragraphs");
                let of_bench = format!("{name}{is_learnt}");
                group.bench_function(BenchmarkId::new(of_bench, lines), |b| {
                    b.iter(|| {
                        let labels = labeller.label(&long, &bank).expect("a whole bank");
                        assert_eq!(labels.len(), lines);
                        // The menu's line stands on all pages, this one counted, learnt or not; a line of the list on
                        // this one only.
                        let pages = if name == "equal-lines" { 21 } else { 1 };
                        assert!(labels.iter().all(|label| label.pages == pages));
                        labels
                    });
                });
            }
        }
    }
    // All pages of one URL, each looked for among all.
    for count in [100, 1_000, 10_000] {
        let pages: Vec<Page<'_>> =
            (0..count).map(|n| page("a.example", 0, format!("Home\n{}", DIFFERENT(n)))).collect();
        let bank = Bank::learn(pages.iter().cloned()).expect("few paragraphs");
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::new("one-url", count), |b| {
            b.iter(|| {
                for page in &pages {
                    assert_eq!(labeller.label(page, &bank).expect("a whole bank").len(), 2);
                }
            });
        });
    }
    group.finish();
}

/// A page of an index that prints the same story as all others.
fn entry(number: usize) -> Entry {
    let hash = |n: u64| n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23);
    #[expect(clippy::cast_possible_truncation, reason = "half a hash")]
    let words: Vec<Word> =
        (0..120).map(|n| Word { hash: hash(n) as u32, ..Word::default() }).collect();
    let mut entry = Entry {
        id: format!("page {number}"),
        site: format!("s{number}.example"),
        identity: hash(!(number as u64)),
        keys: [(0..24).map(|n| hash(n << 40)).collect(), Vec::new(), Vec::new()],
        lines: vec![EntryLine { family: 1, mark: refrain::chrome::Mark::default(), words: 3 }],
        ..Entry::default()
    };
    entry.keys[0].sort_unstable();
    entry.body.push(0, &words);
    entry
}

fn found(c: &mut Criterion) {
    let mut group = c.benchmark_group("find-in-index");
    group.sample_size(10);
    for count in [1_000, 10_000, 100_000] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut writer = IndexWriter::open(folder.path(), 1).expect("an empty folder");
        (0..count).for_each(|n| {
            let _ = writer.add(entry(n)).expect("room");
        });
        writer.commit().expect("room");
        drop(writer);
        let index = Index::open(folder.path()).expect("an index");
        let asked: Vec<Entry> = (0..count).map(entry).collect();
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::new("one-story", count), |b| {
            b.iter(|| {
                let mut finder = Finder::new(&index);
                for (number, entry) in asked.iter().enumerate() {
                    let copies = finder.find(entry).expect("a whole index");
                    assert_eq!(copies.is_empty(), number == 0, "page {number}");
                    assert!(copies.iter().all(|copy| (copy.page as usize) < number));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, scanned, labelled, found);
criterion_main!(benches);
