//! What a large bank costs: learns generated pages, then measures its file.
//!
//!     cargo run --release --example bank_file -- 10
//!
//! makes a bank of about 10 million families of 1,000 sites in the folder for temporary files and prints
//! its size a family, how long it takes to open and to check, look-ups a second, and families merged a
//! second. Some 150 bytes of memory a family.

use refrain::engine;
use std::{env, fs, time::Instant};

use refrain::{
    Bank, Result,
    bank::{Day, Learner, SeenPages},
    chrome::Line,
    records::same_url_key,
    runs,
    table::Shape,
};

const SITES: u64 = 1000;
/// Paragraphs of a page: of its own, and of its site's chrome.
const OWN: u64 = 20;
const CHROME: u64 = 30;

#[allow(clippy::print_stdout, reason = "it prints what it measures")]
fn main() -> Result<()> {
    let millions = env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1_u64);
    let pages = millions * 1_000_000 / OWN;
    let folder = env::temp_dir().join(format!("refrain-bank-file-{}", std::process::id()));
    let (first, second) = (folder.join("first.bank"), folder.join("second.bank"));
    let start = Instant::now();
    learn(0..pages / 2)?.save(&first, refrain::store::Force::Refuse)?;
    learn(pages / 2..pages)?.save(&second, refrain::store::Force::Refuse)?;
    println!("learnt and written in {:.1} s", start.elapsed().as_secs_f64());

    let start = Instant::now();
    let halves = [Bank::open(&first)?, Bank::open(&second)?];
    let merged = folder.join("merged.bank");
    let threads = std::thread::available_parallelism().unwrap_or(std::num::NonZeroUsize::MIN);
    let out = refrain::store::AtomicFile::create(&merged, refrain::store::Force::Refuse)?;
    runs::merge_banks(threads, &halves, out, &engine::Unobserved)?.commit()?;
    let took = start.elapsed().as_secs_f64();

    let start = Instant::now();
    let bank = Bank::open(&merged)?;
    let opened = start.elapsed();
    let [families, repeated] = bank.families();
    let size = bank.bytes().len();
    println!(
        "{families} families ({repeated} repeated), {} paragraphs, {size} bytes",
        bank.paragraphs()
    );
    println!("{:.1} bytes a family", size as f64 / families as f64);
    println!(
        "merged in {took:.1} s, {:.2} million families a second",
        families as f64 / took / 1e6
    );
    println!("opened in {:.3} ms", 1e3 * opened.as_secs_f64());

    for round in ["first", "second"] {
        let start = Instant::now();
        let mut found = 0_u64;
        let lookups = 2_000_000;
        for n in 0..lookups {
            let page = mix(n) % pages;
            let family = own_family(page, mix(n + lookups) % OWN);
            let Some(known) = bank.site(&site_of(page))? else { continue };
            if let Some(at) = known.find_family(family)? {
                found += u64::from(known.family(at)?.groups);
            }
        }
        let rate = lookups as f64 / start.elapsed().as_secs_f64() / 1e6;
        println!("{round} {lookups} random look-ups: {rate:.2} million a second ({found} found)");
    }
    let start = Instant::now();
    bank.check()?;
    println!("checked in {:.2} s", start.elapsed().as_secs_f64());
    let _ = fs::remove_dir_all(&folder);
    Ok(())
}

fn site_of(page: u64) -> String {
    format!("site-{}.example", page % SITES)
}

fn own_family(page: u64, line: u64) -> u64 {
    mix(page << 8 | line)
}

/// A number that looks random.
fn mix(n: u64) -> u64 {
    xxhash_rust::xxh3::xxh3_64(&n.to_le_bytes())
}

fn line_of(family: u64) -> Line {
    Line { family, shape: Shape::default(), cue: refrain::cues::Cue::default(), wording: 0 }
}

/// Learns generated pages without making their texts.
fn learn(pages: std::ops::Range<u64>) -> Result<Bank> {
    let mut learner = Learner::default();
    for page in pages {
        let mut seen = SeenPages::default();
        let site = page % SITES;
        for line in 0..CHROME {
            let family = mix(1 << 63 | site << 8 | line);
            seen.push(line_of(family), "A line of the site that all of its pages have");
        }
        for line in 0..OWN {
            let text = "A line that only this page has, and that is about as long as they are";
            seen.push(line_of(own_family(page, line)), text);
        }
        let url = same_url_key(&format!("https://{}/{page}", site_of(page))).unwrap_or(0);
        seen.end_page_of(&site_of(page), url, mix(page), Day::NONE);
        learner.add(&seen);
    }
    let settings = engine::Settings::default();
    Bank::of_bytes(
        "generated",
        runs::write_bank(&settings, learner, &[], Vec::new(), &engine::Unobserved)?,
    )
}
