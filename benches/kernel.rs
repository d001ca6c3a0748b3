//! Text in memory to band keys on one core, by tier and by script.
//!
//! Question: how many bytes of text a second does one core turn into the keys that near-duplicates are
//! found by: paragraphs, tokens, shingles, sketch, keys? English, Cyrillic and Greek, Han and kana are
//! made up; real pages are read from the folder that `REFRAIN_DATA` names, and left out where they
//! do not.

use std::{fs, hint::black_box, ops::Range, path::Path, time::Duration};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use refrain::{
    base::{cpu::Tier, recipe::Split},
    sketch::Banding,
    text::{Digits, Scanner, paragraphs, shingles},
};

/// Bytes of text that is made up: more than the caches next to a core hold.
const LENGTH: usize = 4 << 20;

/// Bytes of a piece that is scanned at once.
const PIECE: usize = 4 << 10;

/// Bytes that are read of a real set.
const REAL: usize = 8 << 20;

/// Words that occur as often as in prose, from which a script's paragraphs are drawn.
struct Script {
    name: &'static str,
    words: &'static [&'static str],
    /// Between words, and at a paragraph's end.
    space: &'static str,
    stop: &'static str,
}

const SCRIPTS: [Script; 4] = [
    Script {
        name: "english",
        words: &[
            "the",
            "of",
            "and",
            "to",
            "a",
            "in",
            "that",
            "harbour",
            "was",
            "for",
            "council",
            "on",
            "with",
            "it",
            "as",
            "budget",
            "his",
            "be",
            "at",
            "by",
            "morning",
            "I",
            "this",
            "had",
            "not",
            "are",
            "but",
            "from",
            "or",
            "have",
            "an",
            "they",
            "which",
            "Meridian",
            "one",
            "you",
            "were",
            "residents",
            "all",
            "her",
            "she",
            "there",
            "would",
            "their",
            "we",
            "him",
            "been",
            "has",
            "when",
            "who",
            "Tuesday,",
            "no",
            "if",
            "out",
            "announced",
            "so",
            "said",
            "what",
            "up",
            "its",
            "about",
            "into",
            "than",
            "them",
            "can",
            "only",
            "2031",
            "other",
            "new",
            "some",
            "could",
            "government",
            "time",
            "these",
            "two",
            "may",
            "then",
        ],
        space: " ",
        stop: ".",
    },
    Script {
        name: "cyrillic",
        words: &[
            "и",
            "в",
            "не",
            "на",
            "я",
            "быть",
            "он",
            "с",
            "что",
            "а",
            "по",
            "это",
            "она",
            "этот",
            "к",
            "но",
            "они",
            "мы",
            "весь",
            "который",
            "из",
            "у",
            "город",
            "правительство",
            "за",
            "свой",
            "утром",
            "жители",
            "сказал",
            "площадь",
            "бюджет",
            "человек",
            "Северный",
        ],
        space: " ",
        stop: ".",
    },
    Script {
        name: "greek",
        words: &[
            "και",
            "το",
            "να",
            "του",
            "η",
            "της",
            "με",
            "που",
            "την",
            "από",
            "για",
            "είναι",
            "στην",
            "οι",
            "τα",
            "δεν",
            "θα",
            "κυβέρνηση",
            "πόλη",
            "λιμάνι",
            "κάτοικοι",
            "χθες",
        ],
        space: " ",
        stop: ".",
    },
    Script {
        name: "han and kana",
        words: &[
            "港", "の", "市", "は", "今朝", "予算", "を", "発表", "した", "と", "住民", "が", "新",
        ],
        space: "",
        stop: "。",
    },
];

/// Paragraphs of some thirty words each.
fn made_up(script: &Script) -> String {
    let mut text = String::with_capacity(LENGTH + 1024);
    let mut state = 7_u64;
    let mut draw = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(((state >> 33) * below as u64) >> 31).expect("below a length")
    };
    while text.len() < LENGTH {
        for _ in 0..20 + draw(20) {
            // The smaller of two draws: words at the front are drawn more often.
            let word = draw(script.words.len()).min(draw(script.words.len()));
            text.push_str(script.words[word]);
            text.push_str(script.space);
        }
        text.push_str(script.stop);
        text.push('\n');
    }
    text
}

/// The texts of a real set of pages, one after the other; none if `REFRAIN_DATA` names no folder that has it.
fn real(name: &str) -> Option<String> {
    let path = Path::new(&std::env::var_os("REFRAIN_DATA")?).join(name);
    let packed = fs::read(path.join("docs.jsonl.zst")).ok()?;
    let lines = zstd::decode_all(&packed[..]).ok()?;
    let mut text = String::new();
    for line in lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let page: serde_json::Value = serde_json::from_slice(line).ok()?;
        text.push_str(page.get("text")?.as_str()?);
        text.push('\n');
        if text.len() >= REAL {
            break;
        }
    }
    Some(text)
}

/// A text in pieces of some pages' length, as learning meets it, and where its paragraphs are.
struct Pieces<'a>(Vec<(&'a str, Vec<Range<usize>>)>);

impl<'a> Pieces<'a> {
    fn of(text: &'a str) -> Pieces<'a> {
        let (mut pieces, mut rest) = (Vec::new(), text);
        while !rest.is_empty() {
            let end = rest.as_bytes().iter().skip(PIECE).position(|&byte| byte == b'\n');
            let (piece, after) = rest.split_at(end.map_or(rest.len(), |end| PIECE + end + 1));
            pieces.push((piece, Vec::new()));
            rest = after;
        }
        Pieces(pieces)
    }

    /// Folds the keys of all paragraphs into one for each band: into one number would take longer than making them.
    fn keys(&mut self, tier: Tier) -> [u32; 16] {
        let (mut scanner, mut set, mut sums) = (Scanner::with(tier), Vec::new(), [0_u32; 16]);
        for (text, spans) in &mut self.0 {
            spans.clear();
            spans.extend(paragraphs(text, Split::Line));
            scanner.scan_page(text, spans.iter().cloned(), Digits::Fold);
            for paragraph in scanner.paragraphs() {
                set.clear();
                shingles(tier, paragraph.hashes(), &mut set);
                let keys = Banding::Rows8.first_keys(tier, &set);
                for (sum, key) in sums.iter_mut().zip(keys) {
                    *sum = sum.rotate_left(1) ^ key;
                }
            }
        }
        sums
    }
}

/// Time that this thread was on a processor: machines are shared.
fn processor_time() -> Duration {
    #[cfg(target_os = "linux")]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
    }
    #[cfg(not(target_os = "linux"))]
    {
        static START: std::sync::LazyLock<std::time::Instant> =
            std::sync::LazyLock::new(std::time::Instant::now);
        START.elapsed()
    }
}

fn kernel(c: &mut Criterion) {
    let mut texts: Vec<(&str, String)> =
        SCRIPTS.iter().map(|script| (script.name, made_up(script))).collect();
    for set in ["usnews-2016-11", "webcrawl"] {
        texts.extend(real(set).map(|text| (set, text)));
    }
    for (name, text) in &texts {
        let mut pieces = Pieces::of(text);
        let expected = pieces.keys(Tier::Portable);
        let mut group = c.benchmark_group(format!("kernel/{name}"));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.sample_size(10).measurement_time(Duration::from_secs(2));
        for tier in Tier::here() {
            assert_eq!(pieces.keys(tier), expected, "{tier}");
            group.bench_function(tier.name(), |b| {
                b.iter_custom(|times| {
                    let start = processor_time();
                    for _ in 0..times {
                        black_box(black_box(&mut pieces).keys(tier));
                    }
                    processor_time().saturating_sub(start)
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, kernel);
criterion_main!(benches);
