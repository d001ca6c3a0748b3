//! Ten thousand small files of JSON lines with damage in them: whatever it is, counts add up, and the records that
//! it did not touch come out as they were.

use refrain::engine;
use std::{
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use refrain::{
    Result,
    engine::{Settings, Unobserved},
    evidence::{ChromeAction, CleanOptions, CopiesAction, Pages},
    records::{CleanSink, Compression, Corpus, Options},
    runs,
};

use crate::{command::Folder, corpus::Random};

const FILES: u64 = 10_000;

/// Paragraphs that pages are put together of, so that some come back and some are copies.
const PARAGRAPHS: [&str; 8] = [
    "Home | News | Weather",
    "Follow us for more – every day.",
    "The ferry to Hollin Island runs again from Monday, the harbour master told the council late on Tuesday evening.",
    "“We waited two winters for this,” said Ines Marek, who keeps the only shop on the island.",
    "Das alte Kino am Markt öffnet im Mai, wenn die Arbeiten am Dach bis dahin fertig sind.",
    "東京では明日から雨になる見込みです。",
    "A second storm may reach the coast by the weekend; boats are asked to stay in port until it has passed.",
    "© 2024 Hollin Herald",
];

/// Bytes that mean something to a reader of JSON lines.
const SPECIAL: &[u8] = b"\"\\{}[]:,\n\r\t 0-.eEtfnu\x00\x1f\x7f\x80\xbf\xc3\xe2\xed\xf0\xff";

/// Keeps what is written.
struct Held(Vec<u8>);

impl CleanSink for Held {
    fn write(&mut self, _: usize, bytes: &[u8], _: u64) -> Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }

    fn compression(&self, _: Compression) -> Compression {
        Compression::None
    }
}

/// A line of a page, without its end.
fn page(random: &mut Random, number: usize) -> String {
    let site = random.below(2);
    let text: Vec<&str> = (0..1 + random.below(5)).map(|_| *random.of(&PARAGRAPHS)).collect();
    let text = serde_json::to_string(&text.join("\n")).unwrap();
    let text = if random.below(4) == 0 { text.replace('ö', "\\u00f6") } else { text };
    format!(
        r#"{{"id":"{number}","url":"https://s{site}.example/{number}","n": 1.50,"text":{text}}}"#
    )
}

/// A file, and the lines that it was made of.
fn damaged(random: &mut Random) -> (Vec<u8>, Vec<String>) {
    let lines: Vec<String> = (0..1 + random.below(7)).map(|number| page(random, number)).collect();
    let mut file = lines.join(random.of::<&str>(&["\n", "\n", "\r\n"])).into_bytes();
    for _ in 0..1 + random.below(3) {
        let at = random.below(file.len() + 1);
        let length = (1 + random.below(20)).min(file.len() - at);
        let byte = if random.below(2) == 0 { *random.of(SPECIAL) } else { random.below(256) as u8 };
        match random.below(7) {
            0 if at < file.len() => file[at] = byte,
            1 if at < file.len() => file[at] ^= 1 << random.below(8),
            2 => file.insert(at, byte),
            3 => drop(file.drain(at..at + length)),
            4 => file.truncate(at.max(1)),
            5 => {
                let piece = file[at..at + length].to_vec();
                let to = random.below(file.len() + 1);
                drop(file.splice(to..to, piece));
            }
            _ => drop(file.splice(at..at, std::iter::repeat_n(byte, length))),
        }
    }
    (file, lines)
}

/// Lines that are not blank, without their ends.
fn lines(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    let without_end = |line: &'_ [u8]| line.len() - usize::from(line.ends_with(b"\r"));
    // Without a line feed, an object that a carriage return follows is a line.
    let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file).trim_ascii_start();
    let first = text.split(|&byte| byte == b'\r').next().unwrap_or(text);
    let is_object = first.starts_with(b"{") && first.trim_ascii_end().ends_with(b"}");
    let returns = !file.contains(&b'\n') && first.len() < text.len() && is_object;
    let end = if returns { b'\r' } else { b'\n' };
    file.split(move |&byte| byte == end)
        .map(move |line| &line[..without_end(line)])
        .filter(|line| !line.iter().all(|byte| b" \t\r".contains(byte)))
}

fn clean(path: &Path, settings: &Settings, options: CleanOptions) -> (Pages, Vec<u8>, Vec<u8>) {
    let corpus = Corpus::open(&[PathBuf::from(path)], Options::default()).unwrap();
    // So that records lie across batches, and no buffer is larger than what is in it.
    let corpus = corpus.in_batches_of(300);
    let mut rejects = Vec::new();
    let findings = engine::scan(&corpus, settings, Some(&mut rejects), &Unobserved).unwrap();
    let mut sink = Held(Vec::new());
    let cleaned =
        runs::clean(&corpus, settings, &findings, None, options, &mut sink, &Unobserved).unwrap();
    (cleaned.pages, sink.0, rejects)
}

#[test]
fn damage_stays_where_it_is() {
    let folder = Folder::new();
    let settings = Settings { threads: NonZeroUsize::MIN, ..Settings::default() };
    let keep = CleanOptions { chrome: ChromeAction::Keep, ..CleanOptions::default() };
    let drop =
        CleanOptions { copies: CopiesAction::Drop, drop_empty: true, ..CleanOptions::default() };
    let (mut bad, mut whole, mut dropped) = (0, 0, 0);
    for seed in 0..FILES {
        let mut random = Random::new(seed);
        let (file, made) = damaged(&mut random);
        // A new file, as some file systems wait for the disk where one is written over.
        let path = folder.path(&format!("{seed}.jsonl"));
        fs::write(&path, &file).unwrap();
        let read = lines(&file).count() as u64;

        let (pages, out, rejects) = clean(&path, &settings, keep);
        assert_eq!(pages.read, read, "{seed}");
        assert_eq!(pages.read, pages.kept + pages.dropped + pages.bad, "{seed}");
        assert_eq!(pages.dropped, 0, "{seed}");
        assert_eq!(lines(&out).count() as u64, pages.kept, "{seed}");
        let told =
            rejects.split(|&byte| byte == b'\n').filter(|line| line.starts_with(b"# ")).count();
        assert!(told as u64 >= pages.bad, "{seed}");
        // What is kept is what was read, in its order, and all that was not damaged is among it.
        let mut kept = lines(&out).peekable();
        for line in lines(&file) {
            let is_kept = kept.next_if_eq(&line).is_some();
            let is_whole = made.iter().any(|made| made.as_bytes() == line);
            assert!(is_kept || !is_whole, "{seed}: {}", String::from_utf8_lossy(line));
            whole += u64::from(is_whole);
        }
        assert_eq!(kept.next(), None, "{seed}: made up");
        bad += pages.bad;

        if seed % 4 > 0 {
            fs::remove_file(&path).unwrap();
            continue;
        }
        let (pages, out, _) = clean(&path, &settings, drop);
        assert_eq!(pages.read, read, "{seed}");
        assert_eq!(pages.read, pages.kept + pages.dropped + pages.bad, "{seed}");
        assert_eq!(lines(&out).count() as u64, pages.kept, "{seed}");
        for line in lines(&out) {
            assert!(refrain::records::json_fields(line).is_some(), "{seed}");
        }
        dropped += pages.dropped;
        fs::remove_file(&path).unwrap();
    }
    // Damage of all kinds was seen, and things worth keeping were beside it.
    assert!(bad > FILES / 2 && whole > FILES && dropped > FILES / 100, "{bad} {whole} {dropped}");
}
