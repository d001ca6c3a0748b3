//! The sample pages in `seeds/`: every label and every pair is right, and a person sees them named.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::command::Folder;

fn repository(path: &str) -> String {
    format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))
}

fn rows(jsonl: &str) -> Vec<Value> {
    jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(repository(&format!("fixtures/seeds/{name}"))).unwrap()
}

/// The letters of every page: `c` chrome, `b` body, `x` either.
fn truth() -> BTreeMap<String, String> {
    let string = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    rows(&fixture("labels.jsonl")).iter().map(|r| (string(r, "id"), string(r, "labels"))).collect()
}

/// Site and non-empty lines of every sample page.
fn pages() -> BTreeMap<String, (String, Vec<String>)> {
    let mut pages = BTreeMap::new();
    crate::command::walk(repository("seeds/pages").as_ref(), &mut |_, bytes| {
        for row in rows(&String::from_utf8(bytes).unwrap()) {
            let lines =
                row["text"].as_str().unwrap().lines().filter(|line| !line.trim().is_empty());
            let host = row["url"].as_str().unwrap().split('/').nth(2).unwrap();
            let host = host.trim_start_matches("www.").trim_start_matches("news.");
            let page = (host.to_owned(), lines.map(str::to_owned).collect());
            pages.insert(row["id"].as_str().unwrap().to_owned(), page);
        }
    });
    pages
}

/// Numbers of the chrome lines by page, from `pages.jsonl`.
fn said(folder: &Folder, out: &str) -> BTreeMap<String, BTreeSet<usize>> {
    let number = |n: &Value| usize::try_from(n.as_u64().unwrap()).unwrap();
    rows(&folder.text(&format!("{out}/pages.jsonl")))
        .iter()
        .map(|row| {
            let chrome = row["chrome"].as_array().unwrap().iter().map(number).collect();
            (row["id"].as_str().unwrap().to_owned(), chrome)
        })
        .collect()
}

#[test]
fn every_label_of_a_sample_page_is_right() {
    let folder = Folder::new();
    folder.ok(&["scan", "-q", &repository("seeds/pages"), "-o", "found"]);
    let (said, truth, pages) = (said(&folder, "found"), truth(), pages());
    assert_eq!(said.keys().collect::<Vec<_>>(), truth.keys().collect::<Vec<_>>());
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for (id, labels) in &truth {
        let lines = &pages[id].1;
        assert_eq!(labels.len(), lines.len(), "{id}: the fixture is not about this text");
        for (at, label) in labels.chars().enumerate() {
            let chrome = said[id].contains(&at);
            checked += usize::from(label != 'x');
            if (label == 'c' && !chrome) || (label == 'b' && chrome) {
                wrong.push(format!("{id} line {at} should be {label}: {}", lines[at]));
            }
        }
    }
    assert!(checked > 1000, "only {checked} lines have a label");
    assert!(wrong.is_empty(), "{} wrong labels:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_pairs_are_those_that_were_written() {
    let folder = Folder::new();
    folder.ok(&["scan", "-q", &repository("seeds/pages"), "-o", "found"]);
    let triples = |table: &str, skip: usize| -> BTreeSet<(String, String, String)> {
        let triple = |row: &str| {
            let mut cells = row.split('\t').map(str::to_owned);
            let (a, b, relation) =
                (cells.next().unwrap(), cells.next().unwrap(), cells.next().unwrap());
            (a.clone().min(b.clone()), a.max(b), relation)
        };
        table.lines().skip(skip).map(triple).collect()
    };
    let expected = triples(&fixture("pairs.tsv"), 1);
    assert!(expected.len() >= 10);
    assert_eq!(triples(&folder.text("found/pairs.tsv"), 0), expected);
}

/// What the README's first command shows.
#[test]
fn a_person_sees_the_chrome_of_every_site_and_the_copies() {
    let folder = Folder::new();
    let run = folder.ok(&["scan", &repository("seeds/pages")]);
    let out = run.out();
    let (truth, pages) = (truth(), pages());

    let sites: BTreeSet<&String> = pages.values().map(|(site, _)| site).collect();
    for site in sites {
        // Lines after the site's name up to the next site: counts, place, kind, text.
        let block: Vec<&str> = out
            .lines()
            .skip_while(|line| !line.trim_start().starts_with(&format!("{site}  ")))
            .skip(1)
            .take_while(|line| line.starts_with("   "))
            .collect();
        assert!(block.len() > 3, "{site} is not shown with its chrome:\n{out}");
        let own: BTreeSet<&str> = pages
            .iter()
            .filter(|(_, page)| page.0 == *site)
            .flat_map(|(id, (_, lines))| {
                let letters = truth[id].chars();
                lines.iter().zip(letters).filter(|(_, l)| *l == 'c').map(|(line, _)| line.trim())
            })
            .collect();
        for line in &block {
            let words: Vec<&str> = line.split_whitespace().collect();
            if words[0] == "…" {
                continue;
            }
            let text = words[3..].join(" ");
            let shown = text.split(" (").next().unwrap().trim_end_matches('…').trim_end();
            assert!(
                own.iter().any(|own| own.starts_with(shown)),
                "{site}: shown as its chrome, and is not: {shown}"
            );
        }
    }
    for title in ["lead  arrowick-01 (arrowickgazette.example)", "part  "] {
        assert!(out.contains(title), "no `{title}` in\n{out}");
    }
    assert!(out.contains("copies  10 pairs: "), "{out}");
}

/// One page of a site says nothing about the site; what many sites print is known all the same.
#[test]
fn seeds_clean_a_single_page_and_take_no_body() {
    let (truth, pages) = (truth(), pages());
    let known: BTreeSet<String> = ["de", "en"]
        .iter()
        .flat_map(|language| {
            let list = std::fs::read_to_string(repository(&format!("seeds/chrome/{language}.txt")));
            list.unwrap().lines().map(str::to_lowercase).collect::<Vec<_>>()
        })
        .collect();

    let folder = Folder::new();
    let mut taken_of_known = (0, 0);
    for (id, labels) in &truth {
        let (_, lines) = &pages[id];
        let name = format!("{id}.jsonl");
        let text = serde_json::to_string(&lines.join("\n")).unwrap();
        folder.write(&name, format!(r#"{{"id":"{id}","text":{text}}}"#));
        folder.ok(&["scan", "-q", "-j", "1", "--seeds", &name, "-o", id]);
        let chrome = &said(&folder, id)[id];
        for (at, label) in labels.chars().enumerate() {
            let line = &lines[at];
            assert!(label != 'b' || !chrome.contains(&at), "{id}: takes body: {line}");
            if label == 'c' && known.contains(&line.to_lowercase()) {
                taken_of_known.1 += 1;
                taken_of_known.0 += usize::from(chrome.contains(&at));
            }
        }
        folder.ok(&["scan", "-q", "-j", "1", &name, "-o", &format!("without-{id}")]);
        let without = &said(&folder, &format!("without-{id}"))[id];
        assert!(without.len() <= chrome.len(), "{id}: known lines made less chrome");
    }
    let (taken, all) = taken_of_known;
    assert!(all > 100, "only {all} well-known lines on the sample pages");
    assert_eq!(taken, all, "well-known lines that were taken");
}
