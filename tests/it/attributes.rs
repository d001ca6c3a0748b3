//! Attributes as the Dolma toolkit reads them: files beside the pages' own, rows beside their rows, spans
//! in code points.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use serde_json::Value;

use crate::{
    command::{Folder, gzip, plain, zstd},
    corpus,
};

fn rows(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn spans<'r>(row: &'r Value, name: &str) -> Vec<(usize, usize, f64)> {
    let place = |n: &'r Value| usize::try_from(n.as_u64().unwrap()).unwrap();
    let of = row["attributes"][name].as_array().unwrap().iter();
    of.map(|span| (place(&span[0]), place(&span[1]), span[2].as_f64().unwrap())).collect()
}

/// What is chrome of a text whose lines are paragraphs, as `scan -o` says.
fn scanned(folder: &Folder, dir: &str) -> BTreeMap<String, (Vec<usize>, bool)> {
    let of = |row: &Value| {
        let chrome = row["chrome"].as_array().unwrap();
        let chrome = chrome.iter().map(|n| usize::try_from(n.as_u64().unwrap()).unwrap());
        (row["id"].as_str().unwrap().to_owned(), (chrome.collect(), !row["lead"].is_null()))
    };
    rows(&folder.read(&format!("{dir}/pages.jsonl"))).iter().map(of).collect()
}

#[test]
fn rows_stand_beside_their_pages_and_spans_cut_out_the_chrome() {
    let folder = Folder::new();
    let pages = corpus::corpus(5, 5, 15);
    let (first, second) = pages.split_at(pages.len() / 2);
    let (first, second) = (corpus::lines(first), corpus::lines(second));
    // As some crawls have them: line ends of Windows, characters beyond 16 bits, marks that combine.
    let second =
        second.replace("\\n", "\\r\\n").replace(" a", " a\u{301}").replace(" the ", " 𝕥𝕙𝕖 ");
    folder.write("data/documents/a/one.jsonl.gz", gzip(first.as_bytes()));
    folder.write("data/documents/two.json.zst", zstd(second.as_bytes()));
    let documents = "data/documents";
    folder.ok(&["scan", documents, "-o", "found", "--attributes", "data/attributes/refrain", "-q"]);
    assert_eq!(folder.names("data/attributes/refrain"), ["a/one.jsonl.gz", "two.json.gz"]);

    let said = scanned(&folder, "found");
    let (mut cut, mut copies) = (0, 0);
    for (name, pages) in [("a/one.jsonl.gz", &first), ("two.json.gz", &second)] {
        let bytes = folder.read(&format!("data/attributes/refrain/{name}"));
        let attributes = rows(&plain(name, &bytes));
        let pages = rows(pages.as_bytes());
        assert_eq!(attributes.len(), pages.len());
        for (row, page) in attributes.iter().zip(&pages) {
            assert_eq!(row["id"], page["id"]);
            let text: Vec<char> = page["text"].as_str().unwrap().chars().collect();
            let (chrome, is_copy) = &said[page["id"].as_str().unwrap()];
            let found: Vec<String> = spans(row, "refrain__v1__chrome")
                .iter()
                .map(|&(start, end, score)| {
                    assert!((score - 1.0).abs() < f64::EPSILON);
                    text[start..end].iter().collect::<String>().trim().to_owned()
                })
                .collect();
            let text: String = text.into_iter().collect();
            let lines: Vec<&str> =
                text.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect();
            let expected: Vec<&str> = chrome.iter().map(|&at| lines[at]).collect();
            assert_eq!(found, expected, "{}", page["id"]);
            cut += found.len();

            let copy = spans(row, "refrain__v1__copy");
            assert_eq!(!copy.is_empty(), *is_copy, "{}", page["id"]);
            for (start, end, held) in copy {
                assert_eq!((start, end), (0, text.chars().count()));
                assert!((0.0..=1.0).contains(&held));
                copies += 1;
            }
        }
    }
    assert!(cut > 100 && copies > 5, "{cut} lines of chrome, {copies} copies");
}

/// Neither threads nor memory nor the run before change a byte.
#[test]
fn the_same_pages_give_the_same_bytes() {
    let folder = Folder::new();
    folder.write("in.jsonl", corpus::lines(&corpus::corpus(9, 4, 12)));
    let mut seen = Vec::new();
    for (dir, args) in [("1", "-j1"), ("2", "-j3"), ("3", "--memory=200MiB")] {
        folder.ok(&["scan", "in.jsonl", "--attributes", dir, "-q", args]);
        seen.push(folder.read(&format!("{dir}/in.jsonl.gz")));
    }
    assert!(seen.iter().all(|bytes| *bytes == seen[0]));
}

#[test]
fn records_that_cannot_be_used_keep_their_place() {
    let folder = Folder::new();
    folder.write("in/a.jsonl", "{\"id\":\"a\",\"text\":\"A\"}\n{broken\n\n{\"text\":\"\"}\n");
    folder.write("in/empty.jsonl", "");
    folder.write("in/page.txt", "A page of text.\n");
    let run = folder.run(&["scan", "in", "--attributes", "out", "-q"]);
    assert_eq!(run.exit, Some(1), "{}", run.shown());
    let names = folder.names("out");
    assert_eq!(names, ["a.jsonl.gz", "empty.jsonl.gz", "page.txt.jsonl.gz"]);
    let said: Vec<String> = names
        .iter()
        .map(|name| {
            let bytes = folder.read(&format!("out/{name}"));
            assert!(!bytes.is_empty(), "no gzip file is empty");
            format!("{name}\n{}", String::from_utf8(plain(name, &bytes)).unwrap())
        })
        .collect();
    assert_snapshot!(said.join(""), @r#"
    a.jsonl.gz
    {"id":"a","attributes":{"refrain__v1__chrome":[],"refrain__v1__copy":[]}}
    {"id":null,"attributes":{}}
    {"id":null,"attributes":{"refrain__v1__chrome":[],"refrain__v1__copy":[]}}
    empty.jsonl.gz
    page.txt.jsonl.gz
    {"id":"page.txt","attributes":{"refrain__v1__chrome":[],"refrain__v1__copy":[]}}
    "#);
}

#[test]
fn attributes_are_not_replaced_unasked() {
    let folder = Folder::new();
    folder.write("in.jsonl", "{\"text\":\"A\"}\n");
    folder.write("out/in.jsonl.gz", "mine");
    let scan = ["scan", "in.jsonl", "--attributes", "out"];
    assert_snapshot!(folder.run(&scan).shown(), @r"
    exit 2
    --- stderr
    refrain: out/in.jsonl.gz: already there; name another folder or add --force
    ");
    assert_eq!(folder.read("out/in.jsonl.gz"), b"mine");
    folder.ok(&[&scan[..], &["--force", "-q"]].concat());
    assert_ne!(folder.read("out/in.jsonl.gz"), b"mine");

    folder.write("both/in.jsonl", "{\"text\":\"A\"}\n");
    folder.write("both/in.jsonl.zst", zstd(b"{\"text\":\"A\"}\n"));
    assert_snapshot!(folder.run(&["scan", "both", "--attributes", "twice"]).shown(), @r"
    exit 2
    --- stderr
    refrain: twice/in.jsonl.gz: attributes of two inputs would be written here; scan them one by one
    ");
}
