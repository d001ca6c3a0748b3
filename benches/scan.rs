//! Text to tokens, by tier and script.
//!
//! Question: is text in memory scanned so fast that reading it is what takes the time? Wanted are
//! 2.5 GB/s of English with AVX-512, 1.5 with AVX2 and 0.6 without vectors; with AVX-512 1.3 of
//! Cyrillic and Greek and 0.9 of Han and kana. Pages are scanned whole, as a run does.
//!
//! The texts are generated; real ones are added from the folder that `REFRAIN_DATA` names.

use std::{
    fmt::Write as _,
    hint::black_box,
    ops::Range,
    time::{Duration, Instant},
};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use refrain::{
    base::SplitMix64,
    base::{cpu::Tier, recipe::Split},
    text::{Digits, Scanner, paragraphs},
};

/// A page: its text and where its paragraphs are.
type Page = (String, Vec<Range<usize>>);

/// Scripts: name, letters, words in a paragraph, longest word, what is between words and sentences.
const SCRIPTS: [(&str, &str, usize, usize, &str, &str); 6] = [
    ("english", "etaoinshrdlucmfwypvbgk", 30, 8, " ", ", "),
    ("latin", "etaoinshrdluçéèàöüñ", 30, 8, " ", ", "),
    ("cyrillic", "оеаинтсрвлкмдпуяыьгзбчй", 18, 11, " ", ", "),
    ("greek", "αοιετσνηυρπκμλςωδγχθφβξ", 18, 11, " ", ", "),
    ("han", "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年", 7, 16, "，", "。"),
    ("kana", "のにはをたがでてとしれさいるもなかっらりこあけくアイスーント", 7, 22, "、", "。"),
];

fn page(text: String) -> Page {
    let spans = paragraphs(&text, Split::Line).collect();
    (text, spans)
}

/// Some 2 MB of pages: short words are likelier, one in 40 is a number, one paragraph in 4 has a
/// quotation, and one English word in 30 an apostrophe of three bytes.
fn generated(script: usize) -> Vec<Page> {
    let (name, letters, words, longest, space, stop) = SCRIPTS[script];
    let letters: Vec<char> = letters.chars().collect();
    let mut dice = SplitMix64::new(script as u64);
    let mut pages = Vec::new();
    for _ in 0..400 {
        let mut text = String::new();
        while text.len() < 5_000 {
            for word in 0..words + dice.below(words) - words / 2 {
                if dice.below(40) == 0 {
                    let _ = write!(text, "{}", dice.below(3_000));
                } else {
                    for place in 0..2 + dice.below(longest).min(dice.below(longest)) {
                        let letter = letters[dice.below(letters.len())];
                        let upper = place == 0 && dice.below(8) == 0;
                        text.extend(letter.to_uppercase().filter(|_| upper));
                        text.extend((!upper).then_some(letter));
                    }
                }
                if name == "english" && dice.below(30) == 0 {
                    text.push_str("’s");
                }
                text.push_str(if dice.below(9) == 0 { stop } else { space });
                if dice.below(4 * words) == 0 && word > 0 {
                    text.push_str(if dice.below(2) == 0 { "“" } else { "”" });
                }
            }
            text.push('\n');
        }
        pages.push(page(text));
    }
    pages
}

/// Pages of a real set; none if `REFRAIN_DATA` names no folder that has it.
fn real(file: &str) -> Option<Vec<Page>> {
    let path = std::path::Path::new(&std::env::var_os("REFRAIN_DATA")?).join(file);
    let json = zstd::decode_all(fs_err::File::open(path).ok()?).ok()?;
    let texts = json.split(|&byte| byte == b'\n').filter_map(|line| {
        let value: serde_json::Value = serde_json::from_slice(line).ok()?;
        Some(page(value["text"].as_str()?.to_owned()))
    });
    Some(texts.take(1_000).collect())
}

fn scan_all(scanner: &mut Scanner, pages: &[Page], mut each: impl FnMut(&Scanner)) {
    for (text, spans) in pages {
        scanner.scan_page(text, spans.iter().cloned(), Digits::Fold);
        each(scanner);
    }
}

/// One number for all tokens of all pages.
fn sum(scanner: &mut Scanner, pages: &[Page]) -> u64 {
    let mut sum = 0_u64;
    scan_all(scanner, pages, |scanner| {
        for paragraph in scanner.paragraphs() {
            let tokens = paragraph.hashes().iter();
            sum = tokens.fold(sum.rotate_left(5), |sum, &token| sum.rotate_left(1) ^ token);
            sum ^= paragraph.marks().len() as u64 ^ u64::from(paragraph.words()) << 32;
        }
    });
    sum
}

fn best_of(scanner: &mut Scanner, pages: &[Page]) -> Duration {
    let times = (0..9).map(|_| {
        let start = Instant::now();
        scan_all(scanner, pages, |scanner| {
            black_box(scanner.tokens().len());
        });
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "the answer, in one line a script")]
fn scan(c: &mut Criterion) {
    let mut texts: Vec<(String, Vec<Page>)> =
        (0..SCRIPTS.len()).map(|i| (SCRIPTS[i].0.to_owned(), generated(i))).collect();
    for (name, file) in [
        ("real/news", "usnews-2016-11/docs.jsonl.zst"),
        ("real/docs", "debdocs/python-django-doc.docs.jsonl.zst"),
        ("real/french", "debdocs/libreoffice-help-fr.docs.jsonl.zst"),
        ("real/japanese", "debdocs/libreoffice-help-ja.docs.jsonl.zst"),
    ] {
        texts.extend(real(file).map(|pages| (name.to_owned(), pages)));
    }
    let mut group = c.benchmark_group("scan");
    group.sample_size(10);
    for (name, pages) in &texts {
        let bytes: usize = pages.iter().map(|(text, _)| text.len()).sum();
        let expected = sum(&mut Scanner::with(Tier::Portable), pages);
        group.throughput(Throughput::Bytes(bytes as u64));
        let mut line = format!("{name:14}");
        for tier in Tier::here() {
            let mut scanner = Scanner::with(tier);
            assert_eq!(sum(&mut scanner, pages), expected, "{tier} scans {name} as portable does");
            // The best of each few pages, so that what else the machine does counts little.
            let best: Duration = pages.chunks(16).map(|pages| best_of(&mut scanner, pages)).sum();
            let _ = write!(line, "  {tier} {:.2} GB/s", bytes as f64 / best.as_secs_f64() / 1e9);
            group.bench_function(format!("{name}/{tier}"), |b| {
                b.iter(|| {
                    scan_all(&mut scanner, pages, |scanner| {
                        black_box(scanner.tokens().len());
                    });
                });
            });
        }
        println!("{line}");
    }
    group.finish();
}

criterion_group!(benches, scan);
criterion_main!(benches);
