//! On real news pages: chrome and copies as good as the issue asks for.
//!
//! The data is not in this repository. Where it is not beside it, nothing is checked, and the test says
//! so. The score is that of `../shared/eval/score.py`.

#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::{
    collections::{HashMap, HashSet},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::command::Folder;

/// Hits and misses of one kind of line.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    right: u32,
    missed: u32,
    wrong: u32,
}

impl Score {
    fn add(&mut self, is_chrome: bool, said: bool) {
        match (is_chrome, said) {
            (true, true) => self.right += 1,
            (true, false) => self.missed += 1,
            (false, true) => self.wrong += 1,
            (false, false) => {}
        }
    }

    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from(self.right + self.wrong)
    }

    fn recall(self) -> f64 {
        f64::from(self.right) / f64::from(self.right + self.missed)
    }

    fn at_least(self, precision: f64, recall: f64, what: &str) {
        println!("{what}: precision {:.4}, recall {:.4}", self.precision(), self.recall());
        assert!(self.precision() >= precision, "{what}: {self:?}");
        assert!(self.recall() >= recall, "{what}: {self:?}");
    }
}

fn rows(path: &Path) -> impl Iterator<Item = Value> + use<> {
    let decoder =
        zstd::stream::read::Decoder::new(std::io::Cursor::new(std::fs::read(path).unwrap()))
            .unwrap();
    BufReader::new(decoder).lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap())
}

fn words(line: &str) -> usize {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).count()
}

fn check_chrome(data: &Path, pages: &str) {
    let mut said: HashMap<String, HashSet<u64>> = HashMap::new();
    for line in pages.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let chrome =
            row["chrome"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
        said.insert(row["id"].as_str().unwrap().to_owned(), chrome);
    }
    let (mut all, mut long) = (Score::default(), Score::default());
    for (page, truth) in
        rows(&data.join("docs.jsonl.zst")).zip(rows(&data.join("labels.jsonl.zst")))
    {
        assert_eq!(page["id"], truth["id"]);
        let mine = &said[page["id"].as_str().unwrap()];
        let lines = page["text"].as_str().unwrap().split('\n');
        let letters = truth["labels"].as_str().unwrap().chars();
        for ((line, letter), number) in lines.zip(letters).zip(0_u64..) {
            if letter == 'b' || letter == 'c' {
                all.add(letter == 'c', mine.contains(&number));
                if words(line) >= 8 {
                    long.add(letter == 'c', mine.contains(&number));
                }
            }
        }
    }
    all.at_least(0.997, 0.96, "chrome, all lines");
    long.at_least(0.97, 0.75, "chrome, lines of 8 words and more");
}

fn check_copies(data: &Path, pairs: &str) {
    let pair = |row: &str| {
        let mut cells = row.split('\t').map(str::to_owned);
        let (a, b) = (cells.next().unwrap(), cells.next().unwrap());
        (if a < b { (a, b) } else { (b, a) }, cells.next().unwrap())
    };
    let truth = std::fs::read_to_string(data.join("wire_truth.tsv")).unwrap();
    let kinds: HashMap<(String, String), String> = truth.lines().skip(1).map(pair).collect();
    let said: HashSet<(String, String)> = pairs.lines().map(|row| pair(row).0).collect();
    let mut score = Score::default();
    for (pair, kind) in &kinds {
        // W and U must be found; P may be; Q shares quotations only.
        if matches!(kind.as_str(), "W" | "U") {
            score.add(true, said.contains(pair));
        }
    }
    let fine = |pair| kinds.get(pair).is_some_and(|kind| matches!(kind.as_str(), "W" | "U" | "P"));
    score.wrong = u32::try_from(said.iter().filter(|pair| !fine(pair)).count()).unwrap();
    score.at_least(0.97, 0.90, "copies");
}

#[test]
fn news_of_november_2016() {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/usnews-2016-11");
    if !data.join("docs.jsonl.zst").is_file() {
        println!("skipped: there is no {}", data.display());
        return;
    }
    let folder = Folder::new();
    let docs = data.join("docs.jsonl.zst");
    folder.ok(&["scan", "-q", docs.to_str().unwrap(), "-o", "found"]);
    check_chrome(&data, &folder.text("found/pages.jsonl"));
    check_copies(&data, &folder.text("found/pairs.tsv"));
}
