//! What a large index of copies costs as it grows.
//!
//!     cargo run --release --example index_file -- 1000
//!
//! adds a million generated pages of 150 words to an index in the folder for temporary files, and prints at every tenfold
//! step from a thousand on: bytes a page, pages added a second (the segments that were united on the way counted), how long
//! it takes to open, and pages looked up a second, of which every other one copies a known page. Needs some
//! 2 kB of disk a page.

use std::{env, fs, time::Instant};

use refrain::{
    Result,
    chrome::Mark,
    copies::Body,
    index::{Disposition, Entry, EntryLine, Finder, Index, IndexWriter},
    text::Word,
};

const SITES: u64 = 1000;
const WORDS: u64 = 150;
/// Words that there are; the nth comes about as often as one in n.
const LEXICON: f64 = 200_000.0;
/// Words for each anchor, and bands of a page.
const EVERY: usize = 7;
const BANDS: u64 = 32;
/// Pages that are looked up at each step.
const LOOKUPS: u64 = 2000;

#[allow(clippy::print_stdout, reason = "it prints what it measures")]
fn main() -> Result<()> {
    let thousands = env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100_u64);
    let folder = env::temp_dir().join(format!("refrain-index-file-{}", std::process::id()));
    let mut pages = 0;
    let mut step = 1000;
    println!("| pages | segments | bytes a page | added a second | opened in | found a second |");
    println!("| ---: | ---: | ---: | ---: | ---: | ---: |");
    while pages < thousands * 1000 {
        let end = step.min(thousands * 1000);
        let start = Instant::now();
        let mut writer = IndexWriter::open(&folder, 1)?;
        for page in pages..end {
            writer.add(entry(page, page))?;
        }
        writer.commit()?;
        drop(writer);
        let added = (end - pages) as f64 / start.elapsed().as_secs_f64();
        (pages, step) = (end, 10 * end);

        let start = Instant::now();
        let index = Index::open(&folder)?;
        let opened = start.elapsed().as_secs_f64();
        let mut finder = Finder::new(&index);
        let start = Instant::now();
        let mut found = 0;
        for n in 0..LOOKUPS {
            let new = (1 << 40) + pages + n;
            let text = if n % 2 == 0 { mix(n) % pages } else { new };
            found += u64::from(!finder.find(&entry(new, text))?.is_empty());
        }
        let finds = LOOKUPS as f64 / start.elapsed().as_secs_f64();
        assert_eq!(found, LOOKUPS / 2, "copies that were found");
        println!(
            "| {pages} | {} | {} | {added:.0} | {:.1} ms | {finds:.0} |",
            index.segments().count(),
            index.bytes()[2] / pages,
            1e3 * opened,
        );
    }
    let _ = fs::remove_dir_all(&folder);
    Ok(())
}

/// The page `page`, which prints the story `story`.
fn entry(page: u64, story: u64) -> Entry {
    let word = |n: u64| {
        #[allow(clippy::cast_precision_loss, reason = "a share")]
        let share = mix(story << 16 | n) as f64 / u64::MAX as f64;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
        let hash = mix(LEXICON.powf(share) as u64) as u32;
        Word { hash, quoted: n % 40 > 35, number: n % 30 == 7, ..Word::default() }
    };
    let words: Vec<Word> = (0..WORDS).map(word).collect();
    let mut body = Body::new();
    let mut lines = Vec::new();
    for (at, words) in (0..).zip(words.chunks(50)) {
        body.push(4 + at, words);
    }
    for line in 0..12_u32 {
        let mark = Mark::from_byte(if (4..7).contains(&line) { 4 } else { 1 }).unwrap_or_default();
        #[allow(clippy::cast_possible_truncation, reason = "half of a hash")]
        let family = mix(page << 8 | u64::from(line)) as u32;
        lines.push(EntryLine { family, mark, words: 0 });
    }
    let run = |words: &[Word]| {
        words.iter().fold(0, |hash: u64, word| hash.rotate_left(9) ^ u64::from(word.hash))
    };
    let mut anchors: Vec<u64> =
        words.windows(8).step_by(EVERY).map(|words| mix(run(words))).collect();
    anchors.sort_unstable();
    anchors.dedup();
    let mut bands: Vec<u64> = (0..BANDS).map(|band| mix(!(story << 8 | band))).collect();
    bands.sort_unstable();
    Entry {
        id: format!("{page:016x}"),
        site: format!("site-{}.example", page % SITES),
        date: "2031-05-01".into(),
        title: String::new(),
        credits: Vec::new(),
        url: mix(!page),
        identity: mix(page ^ 1 << 60),
        keys: [anchors, Vec::new(), bands],
        lines,
        body,
        fate: Disposition::Unsaid,
    }
}

/// A number that looks random.
fn mix(n: u64) -> u64 {
    xxhash_rust::xxh3::xxh3_64(&n.to_le_bytes())
}
