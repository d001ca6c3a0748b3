//! Counting lines and comparing whole pages, beside `refrain`, on a generated crawl.
//!
//! ```text
//! cargo run --release --example compare
//! ```
//!
//! Prints a table in Markdown. Chrome is measured in characters: of what is taken, how much is chrome;
//! of the chrome, how much is taken; of the body, how much is taken with it. Copies are measured a
//! page: of its mates that are found, how many are true; of its true mates, how many are found.
//! `parts` are pages that hold a passage of a story that another page prints, linked to such a page.

use refrain::engine;
use std::{
    collections::{BTreeSet, HashMap},
    io::{self, Write},
    path::Path,
};

use refrain::{
    base::recipe::Recipe,
    engine::{Findings, Settings, Unobserved},
    generate::{
        Amount, GeneratedPage, Generator, Plan, Print,
        score::{ChromeScore, CopyScore},
    },
    records::{Corpus, Options},
    sketch::{Banding, WideSketch},
    text::{self, Digits, Scanner},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let plan = Plan { seed: 1, sites: 400, amount: Amount::Pages(6000), ..Plan::default() };
    let generator = Generator::new(plan);
    let mut file = tempfile::NamedTempFile::with_suffix(".jsonl")?;
    let bytes = generator.write(0..generator.pages(), &mut io::BufWriter::new(&mut file))?;
    let pages: Vec<GeneratedPage> = (0..generator.pages())
        .map(|n| {
            let mut page = GeneratedPage::default();
            generator.render(n, &mut page);
            page
        })
        .collect();
    let prints: Vec<Print> = pages.iter().map(|page| page.print).collect();
    let findings = scan(file.path())?;

    let mut out = io::stdout().lock();
    let sites: BTreeSet<u32> = pages.iter().map(|page| page.about.number).collect();
    let (pages_in, sites, mb) = (pages.len(), sites.len(), bytes as f64 / 1e6);
    writeln!(
        out,
        "{pages_in} pages of {sites} sites, {mb:.1} MB, seed {}\n",
        generator.plan().seed
    )?;
    writeln!(out, "| method | chrome P | chrome R | body taken | copies P | copies R | parts R |")?;
    writeln!(out, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")?;

    let on_pages = count_lines(&pages);
    for least in [2, 3, 5] {
        let mut score = ChromeScore::default();
        for page in &pages {
            let lines: Vec<&str> = page.text().lines().collect();
            score.add(page, |at| on_pages[&key(page, lines[at])] >= least);
        }
        row(&mut out, &format!("line on ≥ {least} pages of its site"), Some(&score), None)?;
    }

    let pairs = resembling(&pages);
    for least in [0.5, 0.8] {
        let found = pairs.iter().filter(|pair| pair.2 >= least).map(|pair| (pair.0, pair.1));
        let score = CopyScore::of(&prints, found);
        row(&mut out, &format!("MinHash of whole pages, J ≥ {least}"), None, Some(&score))?;
    }

    let mut chrome = ChromeScore::default();
    for (n, page) in (0..).zip(&pages) {
        let marks = findings.marks_of(n);
        chrome.add(page, |at| marks[at].is_chrome());
    }
    let copies = CopyScore::of(&prints, found(&findings));
    row(&mut out, "refrain", Some(&chrome), Some(&copies))?;
    Ok(())
}

fn row(
    out: &mut impl Write,
    method: &str,
    chrome: Option<&ChromeScore>,
    copies: Option<&CopyScore>,
) -> io::Result<()> {
    write!(out, "| {method} |")?;
    match chrome {
        Some(score) => {
            let [precision, recall, taken] =
                [score.precision(), score.recall(), score.body_taken()].map(|t| t.chars.value());
            write!(out, " {precision:.3} | {recall:.3} | {taken:.4} |")?;
        }
        None => write!(out, " | | |")?,
    }
    match copies {
        Some(score) => {
            let (precision, recall) = (score.precision, score.recall);
            writeln!(out, " {precision:.3} | {recall:.3} | {:.3} |", score.passages.value())
        }
        None => writeln!(out, " | | |"),
    }
}

fn scan(path: &Path) -> refrain::Result<Findings> {
    let corpus = Corpus::open(&[path.to_owned()], Options::default())?;
    let settings =
        Settings { recipe: Recipe::default(), seeds: None, strict: true, ..Settings::default() };
    engine::scan(&corpus, &settings, None, &Unobserved)
}

/// Pairs of one cluster, and linked ones.
fn found(findings: &Findings) -> BTreeSet<(u32, u32)> {
    let mut pairs: BTreeSet<(u32, u32)> =
        findings.links.iter().map(|link| (link.a, link.b)).collect();
    for cluster in &findings.clusters {
        let mut pages: Vec<u32> = cluster.members.iter().map(|member| member.page).collect();
        pages.push(cluster.lead);
        pages.sort_unstable();
        for (i, &a) in pages.iter().enumerate() {
            pairs.extend(pages[i + 1..].iter().map(|&b| (a, b)));
        }
    }
    pairs
}

type LineKey = (u32, String);

fn key(page: &GeneratedPage, line: &str) -> LineKey {
    (page.about.number, line.to_lowercase())
}

/// On how many pages of its site every line stands.
fn count_lines(pages: &[GeneratedPage]) -> HashMap<LineKey, u32> {
    let mut counts: HashMap<LineKey, u32> = HashMap::new();
    for page in pages {
        let lines: BTreeSet<LineKey> = page.text().lines().map(|line| key(page, line)).collect();
        for line in lines {
            *counts.entry(line).or_default() += 1;
        }
    }
    counts
}

/// Pairs of pages that meet in a band, and their estimated resemblance: five words a shingle, 128
/// slots, 64 bands of 2, which find a pair of J = .5 with a probability of .999 999 99.
fn resembling(pages: &[GeneratedPage]) -> Vec<(u32, u32, f64)> {
    const WORDS: usize = 5;
    let (mut scanner, mut tokens, mut shingles) = (Scanner::new(), Vec::new(), Vec::new());
    let mut sketches = Vec::with_capacity(pages.len());
    let mut keys: Vec<(usize, u64, u32)> = Vec::new();
    for (n, page) in (0..).zip(pages) {
        tokens.clear();
        shingles.clear();
        for line in page.text().lines() {
            scanner.scan(line, Digits::Keep);
            tokens.extend_from_slice(scanner.tokens());
        }
        // No 16-bit piece of a shingle may be zero.
        let words = tokens.windows(WORDS);
        shingles.extend(words.map(|words| text::fingerprint(words) | 0x0001_0001_0001_0001));
        let sketch = WideSketch::of(refrain::base::cpu::Tier::best(), &shingles);
        Banding::Rows2.wide_keys(&sketch, |band, key| keys.push((band, key, n)));
        sketches.push(sketch);
    }
    keys.sort_unstable();
    let mut met: Vec<(u32, u32)> = Vec::new();
    for bucket in keys.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        for (i, one) in bucket.iter().enumerate() {
            met.extend(bucket[i + 1..].iter().map(|other| (one.2, other.2)));
        }
    }
    met.sort_unstable();
    met.dedup();
    met.into_iter()
        .map(|(a, b)| (a, b, sketches[a as usize].resemblance(&sketches[b as usize])))
        .collect()
}
