//! Real pages whose truth is known, and how near findings come to it.
//!
//! The pages are not part of this repository: `REFRAIN_DATA` names their folder. Truth is one letter a paragraph: `c` chrome, `b` body,
//! all others are not scored. Of pairs, `W` and `U` must be found, `P` may be, all others must not.

use refrain::engine;
use std::{
    collections::{HashMap, HashSet},
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use refrain::{
    base::{
        page::PageNumber,
        recipe::{Level, Recipe},
    },
    engine::{Findings, Settings, Unobserved},
    records::{Corpus, Options},
};
use serde_json::Value;

/// Sets with labels: name, and what stands before `docs.jsonl.zst` and `labels.jsonl.zst`.
pub(crate) const SETS: [(&str, &str); 6] = [
    ("usnews-2016-11", "usnews-2016-11/"),
    ("apache2-doc", "debdocs/apache2-doc."),
    ("libreoffice-help-fr", "debdocs/libreoffice-help-fr."),
    ("libreoffice-help-ja", "debdocs/libreoffice-help-ja."),
    ("python-django-doc", "debdocs/python-django-doc."),
    ("sphinx-doc", "debdocs/sphinx-doc."),
];

/// The folder that `REFRAIN_DATA` names, if all sets are in it.
pub(crate) fn data() -> Result<PathBuf, String> {
    let data = std::env::var_os("REFRAIN_DATA").map(PathBuf::from);
    let data = data.ok_or("REFRAIN_DATA is not set; set it to the folder of the labelled pages")?;
    let is_there = |(_, prefix): &(&str, &str)| docs(&data, prefix).is_file();
    match SETS.iter().find(|set| !is_there(set)) {
        None => Ok(data),
        Some((_, prefix)) => {
            Err(format!("REFRAIN_DATA: there is no {}", docs(&data, prefix).display()))
        }
    }
}

fn docs(data: &Path, prefix: &str) -> PathBuf {
    data.join(format!("{prefix}docs.jsonl.zst"))
}

/// What the program makes of a set at a level.
pub(crate) fn scan(data: &Path, prefix: &str, level: Level) -> refrain::Result<Findings> {
    let corpus = Corpus::open(&[docs(data, prefix)], Options::default())?;
    let settings = Settings {
        recipe: Recipe { chrome_level: level, ..Recipe::default() },
        seeds: None,
        strict: true,
        ..Settings::default()
    };
    engine::scan(&corpus, &settings, None, &Unobserved)
}

/// How often a yes and a no were right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    right: u64,
    missed: u64,
    wrong: u64,
    left: u64,
}

impl Count {
    fn add(&mut self, truth: bool, said: bool, weight: u64) {
        let cell = match (truth, said) {
            (true, true) => &mut self.right,
            (true, false) => &mut self.missed,
            (false, true) => &mut self.wrong,
            (false, false) => &mut self.left,
        };
        *cell += weight;
    }

    /// Of what was found, the share that is right.
    pub(crate) fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// Of what is to be found, the share that was.
    pub(crate) fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    /// Of what is to be left alone, the share that was taken.
    pub(crate) fn taken(self) -> f64 {
        share(self.wrong, self.wrong + self.left)
    }
}

fn share(part: u64, of: u64) -> f64 {
    part as f64 / of as f64
}

/// Labels of a set.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Chrome {
    /// Of all paragraphs.
    pub(crate) all: Count,
    /// Of paragraphs of eight words and more.
    pub(crate) long: Count,
    /// Of characters.
    pub(crate) chars: Count,
}

impl Chrome {
    /// Scores the labels of a set.
    pub(crate) fn of(data: &Path, prefix: &str, findings: &Findings) -> io::Result<Chrome> {
        let mut score = Chrome::default();
        let truth = rows(&data.join(format!("{prefix}labels.jsonl.zst")))?;
        let pages = rows(&docs(data, prefix))?;
        for ((page, truth), number) in pages.zip(truth).zip(0..) {
            let (page, truth) = (page?, truth?);
            assert_eq!(page["id"], truth["id"]);
            let lines = text(&page, "text").split('\n');
            let letters = text(&truth, "labels").chars();
            let marks = findings.marks_of(number);
            let mut said = marks.iter().map(|mark| mark.is_chrome());
            for (line, letter) in lines.zip(letters) {
                // The program has no paragraph for a blank line.
                let said = !line.trim().is_empty() && said.next().unwrap_or(false);
                if letter == 'b' || letter == 'c' {
                    let is_chrome = letter == 'c';
                    score.all.add(is_chrome, said, 1);
                    if words(line) >= 8 {
                        score.long.add(is_chrome, said, 1);
                    }
                    score.chars.add(is_chrome, said, line.chars().count() as u64);
                }
            }
        }
        Ok(score)
    }
}

/// Links of the news pages.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Links {
    /// Whole and cut copies, and captures of one URL; wrong are pairs that are none of these and no
    /// partial copies.
    pub(crate) copies: Count,
    /// Partial copies between sites.
    pub(crate) parts: Count,
}

impl Links {
    /// Scores the links of the set that has true pairs.
    pub(crate) fn of(data: &Path, prefix: &str, findings: &Findings) -> io::Result<Links> {
        let mut numbers: HashMap<String, PageNumber> = HashMap::new();
        for (page, number) in rows(&docs(data, prefix))?.zip(0..) {
            numbers.insert(text(&page?, "id").to_owned(), number);
        }
        let truth = fs_err::read_to_string(data.join(format!("{prefix}wire_truth.tsv")))?;
        let mut said: HashSet<(PageNumber, PageNumber)> =
            findings.links.iter().map(|link| (link.a, link.b)).collect();
        let mut score = Links::default();
        for row in truth.lines().skip(1) {
            let cells: Vec<&str> = row.split('\t').collect();
            let (a, b) = (numbers[cells[0]], numbers[cells[1]]);
            let (kind, place) = (cells[2], cells[3]);
            // What is left at the end is wrong: pairs of quotations, and pairs that are not listed.
            if kind == "Q" {
                continue;
            }
            let found = said.remove(&(a.min(b), a.max(b)));
            match kind {
                "W" | "U" => score.copies.add(true, found, 1),
                "P" if place == "cross" => score.parts.add(true, found, 1),
                _ => {}
            }
        }
        score.copies.wrong = said.len() as u64;
        Ok(score)
    }
}

fn rows(path: &Path) -> io::Result<impl Iterator<Item = io::Result<Value>> + use<>> {
    let decoder = zstd::stream::read::Decoder::new(fs_err::File::open(path)?)?;
    Ok(BufReader::new(decoder).lines().map(|line| Ok(serde_json::from_str(&line?)?)))
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or("")
}

fn words(line: &str) -> usize {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).count()
}
