//! `clean` loses nothing that it was not asked to take: other bytes stay, every page is accounted for,
//! marks point at what they say, a copy goes only if its lead has it, and a run that fails leaves
//! nothing behind.

use std::{
    collections::{BTreeMap, HashMap},
    process::Command,
};

use serde_json::Value;

use crate::{
    command::{Folder, finish, gzip, plain, zstd},
    corpus,
};

const KEEP: [&str; 4] = ["--chrome", "keep", "--copies", "keep"];

/// Lines as nobody would write them, and as crawls have them.
const ODD: &str = "\u{feff}  { \"id\" : \"a\" ,\t\"text\" : \"caf\\u00e9 \\/ \\ud83d\\ude00\\nline two\" , \"x\":1e400 }  \r\n\
\r\n\
 \t \n\
{\"text\":\"one\",\"k\":1,\"k\":2,\"k\":{\"a\":1,\"a\":[ ]},\"n\":123456789012345678901234567890.10}\n\
{\"\\u0074ext\":\"the name is escaped\",\"-0\":-0.0,\"null\":null, \"t\" :true}\r\n\
{\"text\":\"\"}\n\
{\"a\":{\"text\":\"not this one\"},\"text\":\"this one\\r\\nand \\u0000 that\\n\",\"z\":[[[]]]}\n\
{\"refrain.chrome\":[[0,3]],\"text\":\"old marks stay\",\"refrain.cluster\":{\"cluster\":1}}\n\
\n\
{\"text\":\"no line end\",\"\":\"\"}";

fn string(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap_or_else(|| panic!("no {name} in {row}")).to_owned()
}

fn rows(jsonl: &[u8]) -> Vec<Value> {
    let lines = std::str::from_utf8(jsonl).unwrap().lines();
    lines.filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn paragraphs(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.trim().is_empty()).collect()
}

/// What a scan says of every page by id: the numbers of its chrome lines, and its lead.
fn scanned(folder: &Folder, input: &str) -> BTreeMap<String, (Vec<usize>, Option<String>)> {
    folder.ok(&["scan", "-q", input, "-o", "found", "--force"]);
    let number = |n: &Value| usize::try_from(n.as_u64().unwrap()).unwrap();
    rows(&folder.read("found/pages.jsonl"))
        .iter()
        .map(|row| {
            let chrome = row["chrome"].as_array().unwrap().iter().map(number).collect();
            (string(row, "id"), (chrome, row["lead"].as_str().map(str::to_owned)))
        })
        .collect()
}

#[test]
fn keeping_everything_gives_back_the_bytes() {
    let folder = Folder::new();
    let text = "\u{feff}First line\r\n\r\n  Second line \nthird\u{2028}still third";
    let (first, second) = ODD.split_at(ODD.find("{\"text\":\"\"}").unwrap());
    folder.write("in/odd.jsonl", ODD);
    folder.write("in/members.jsonl.gz", [gzip(first.as_bytes()), gzip(second.as_bytes())].concat());
    folder.write("in/frames.jsonl.zst", [zstd(first.as_bytes()), zstd(second.as_bytes())].concat());
    folder.write("in/page.txt", text);
    folder.write("in/deep/er/page.txt.gz", gzip(text.as_bytes()));
    folder.write("in/deep/empty.jsonl", "");
    folder.write("in/deep/blank.jsonl", "\n\n \n");
    folder.write("in/generated.jsonl", corpus::lines(&corpus::corpus(3, 4, 12)));

    let mut args = vec!["clean", "in", "-o", "out"];
    args.extend(KEEP);
    folder.ok(&args);
    let (before, after) = (folder.files("in"), folder.files("out"));
    assert_eq!(folder.names("in"), folder.names("out"));
    for ((name, before), (_, after)) in before.iter().zip(&after) {
        assert_eq!(
            before[..2.min(before.len())],
            after[..2.min(after.len())],
            "{name}: compression"
        );
        let (before, after) = (plain(name, before), plain(name, after));
        assert_eq!(String::from_utf8_lossy(&before), String::from_utf8_lossy(&after), "{name}");
    }
}

#[test]
fn a_stream_comes_out_as_it_went_in() {
    let folder = Folder::new();
    let mut args = vec!["clean", "-"];
    args.extend(KEEP);
    for plain_bytes in [ODD, "Plain text\non two lines", "", "\n"] {
        let run = folder.run_with(&args, plain_bytes.as_bytes());
        assert_eq!((run.exit, run.out()), (Some(0), plain_bytes), "{}", run.stderr);
    }
    let run = folder.run_with(&args, &gzip(ODD.as_bytes()));
    assert_eq!(plain("x.gz", &run.stdout), ODD.as_bytes());
    let run = folder.run_with(&args, &zstd(ODD.as_bytes()));
    assert_eq!(plain("x.zst", &run.stdout), ODD.as_bytes());
}

/// Whatever is left out, what is compressed can be decompressed.
#[test]
fn a_compressed_file_without_pages_is_a_compressed_file() {
    let folder = Folder::new();
    let none = b"{\"text\":1}\n{\"text\":\"\"}\n";
    folder.write("in/none.jsonl.gz", gzip(none));
    folder.write("in/none.jsonl.zst", zstd(none));
    folder.write("in/empty.jsonl.gz", gzip(b""));
    folder.write("in/empty.jsonl.zst", zstd(b""));
    assert_eq!(folder.run(&["clean", "in", "-o", "out", "--drop-empty"]).exit, Some(1));
    assert_eq!(folder.names("out"), folder.names("in"));
    for (name, bytes) in folder.files("out") {
        assert!(!bytes.is_empty(), "{name} has no bytes");
        assert_eq!(plain(&name, &bytes), b"", "{name}");
    }
    let run = folder.run_with(&["clean", "-q", "-"], &gzip(b""));
    assert!(!run.stdout.is_empty(), "{}", run.shown());
    assert_eq!(plain("x.gz", &run.stdout), b"");
}

/// The last line of a file may lack its end, and a file may begin with a byte order mark: inside a
/// stream, either would spoil a record.
#[test]
fn files_joined_in_a_stream_stay_apart() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"text\":\"a\"}");
    folder.write("b.jsonl", "\u{feff}{\"text\":\"b\"}\n\n{\"text\":\"c\"}");
    let run = folder.ok(&["clean", "-q", "a.jsonl", "b.jsonl", "-o", "-"]);
    assert_eq!(run.out(), "{\"text\":\"a\"}\n{\"text\":\"b\"}\n\n{\"text\":\"c\"}");
}

/// Around every text stand odd bytes; chrome goes, they stay.
#[test]
fn other_fields_keep_their_bytes_when_chrome_goes() {
    let folder = Folder::new();
    let pages = corpus::corpus(5, 4, 15);
    let around = |number: usize, page: &corpus::Page| {
        let (id, url) = (&page.id, &page.url);
        match number % 3 {
            0 => (format!(r#"{{"id":"{id}","url":"{url}","text":"#), "}\n".to_owned()),
            1 => (
                format!(
                    r#"  {{ "n" : 1.50e+2, "n":[ 1 ,2], "id":"{id}", "url" : "{url}","text" :  "#
                ),
                " , \"\\u00e9\":{\"text\":\"x\", \"b\" : [] } } \r\n".to_owned(),
            ),
            _ => (
                "{\"text\":\t".to_string(),
                format!(",\"url\":\"{url}\",\"id\":\"{id}\",\"z\":12345678901234567890}}\n\n"),
            ),
        }
    };
    let input: String = pages
        .iter()
        .enumerate()
        .map(|(number, page)| {
            let (before, after) = around(number, page);
            before + &serde_json::to_string(&page.text()).unwrap() + &after
        })
        .collect();
    folder.write("in.jsonl", &input);
    folder.ok(&["clean", "-q", "in.jsonl", "-o", "out.jsonl"]);
    let said = scanned(&folder, "in.jsonl");

    let output = folder.text("out.jsonl");
    let mut rest = output.as_str();
    let mut removed = 0;
    for (number, page) in pages.iter().enumerate() {
        let (before, after) = around(number, page);
        let body: Vec<&str> = page
            .lines
            .iter()
            .enumerate()
            .filter(|(at, _)| !said[&page.id].0.contains(at))
            .map(|(_, line)| line.as_str())
            .collect();
        removed += page.lines.len() - body.len();
        let expected = before + &serde_json::to_string(&body.join("\n")).unwrap() + &after;
        assert!(
            rest.starts_with(&expected),
            "{}:\n{expected}\n{}",
            page.id,
            rest.lines().next().unwrap_or("")
        );
        rest = &rest[expected.len()..];
    }
    assert_eq!(rest, "");
    assert!(removed > 10 * pages.len(), "only {removed} lines of chrome were taken out");
}

/// Planted furniture goes, planted stories stay.
#[test]
fn menus_and_feet_go_and_stories_stay() {
    let folder = Folder::new();
    let pages = corpus::corpus(11, 6, 20);
    folder.write("in.jsonl", corpus::lines(&pages));
    let said = scanned(&folder, "in.jsonl");
    let mut missed = Vec::new();
    for page in &pages {
        let chrome = &said[&page.id].0;
        for (at, line) in page.lines.iter().enumerate() {
            let is_story = page.story.contains(&at) && line.ends_with(['.', '。']);
            assert!(!is_story || !chrome.contains(&at), "{}: takes {line}", page.id);
            if (at < 6 || at + 6 >= page.lines.len()) && !chrome.contains(&at) {
                missed.push(format!("{}: leaves {line}", page.id));
            }
        }
    }
    assert!(missed.is_empty(), "{} lines of furniture\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn marks_are_spans_of_the_chrome_and_are_replaced_not_doubled() {
    let folder = Folder::new();
    let pages = corpus::corpus(5, 5, 15);
    folder.write("in.jsonl", corpus::lines(&pages));
    let said = scanned(&folder, "in.jsonl");
    folder.ok(&["clean", "in.jsonl", "-o", "1.jsonl", "--marks"]);
    folder.ok(&["clean", "in.jsonl", "-o", "0.jsonl", "--chrome", "mark", "--copies", "mark"]);
    assert!(folder.read("0.jsonl") == folder.read("1.jsonl"), "--marks is another thing");
    let marked = rows(&folder.read("1.jsonl"));
    assert_eq!(marked.len(), pages.len());
    let mut clustered = 0;
    for (row, page) in marked.iter().zip(&pages) {
        assert!(row.as_object().unwrap().contains_key("refrain.cluster"), "{}", page.id);
        let (text, (chrome, lead)) = (string(row, "text"), &said[&page.id]);
        assert_eq!(text, page.text());
        let place = |n: &Value| usize::try_from(n.as_u64().unwrap()).unwrap();
        let cut: Vec<&str> = row["refrain.chrome"]
            .as_array()
            .unwrap()
            .iter()
            .map(|span| {
                text.get(place(&span[0])..place(&span[1])).expect("a span cuts a character")
            })
            .collect();
        let lines: Vec<&str> = chrome.iter().map(|&at| paragraphs(&text)[at]).collect();
        assert_eq!(cut, lines, "{}", page.id);
        if let Some(lead) = lead {
            assert_eq!(string(&row["refrain.cluster"], "lead"), *lead);
            clustered += 1;
        }
    }
    assert!(clustered > 5, "only {clustered} copies are marked");

    folder.ok(&["clean", "1.jsonl", "-o", "2.jsonl", "--chrome", "mark", "--copies", "mark"]);
    assert!(folder.read("1.jsonl") == folder.read("2.jsonl"), "marking again changed something");
}

/// A mark of an earlier run must not speak of a text, or of a cluster, that is no longer there.
#[test]
fn marks_of_an_earlier_run_do_not_outlive_what_they_mark() {
    let folder = Folder::new();
    folder.write("in.jsonl", corpus::lines(&corpus::corpus(5, 5, 15)));
    folder.ok(&["clean", "in.jsonl", "-o", "marked.jsonl", "--chrome", "mark", "--copies", "mark"]);

    folder.ok(&["clean", "marked.jsonl", "-o", "dropped.jsonl"]);
    for row in rows(&folder.read("dropped.jsonl")) {
        let text = string(&row, "text");
        let spans = row["refrain.chrome"].as_array().unwrap();
        let shown = |span: &Value| {
            let place = |n: &Value| usize::try_from(n.as_u64().unwrap()).unwrap();
            text.get(place(&span[0])..place(&span[1])).unwrap_or("(nothing)").to_owned()
        };
        assert!(spans.is_empty(), "{} still marks {}", row["id"], shown(&spans[0]));
    }

    // Alone, no page is in a cluster any more.
    let alone = folder.text("marked.jsonl");
    let copy = alone.lines().find(|line| line.contains(r#""relation":"same""#)).unwrap();
    folder.write("alone.jsonl", copy);
    folder.ok(&[
        "clean",
        "alone.jsonl",
        "-o",
        "alone-out.jsonl",
        "--chrome",
        "keep",
        "--copies",
        "mark",
    ]);
    assert_eq!(rows(&folder.read("alone-out.jsonl"))[0]["refrain.cluster"], Value::Null);
}

#[test]
fn every_page_is_kept_dropped_or_bad() {
    let folder = Folder::new();
    let pages = corpus::corpus(9, 5, 15);
    let mut input = corpus::lines(&pages);
    for (number, page) in pages.iter().enumerate().take(4) {
        // A page that is furniture only, so that it is left empty.
        let menu = serde_json::to_string(&page.lines[..6].join("\n")).unwrap();
        input +=
            &format!("{{\"id\":\"menu{number}\",\"url\":\"{}x\",\"text\":{menu}}}\n", page.url);
    }
    input += "{\"id\":\"void\",\"text\":\"\"}\n{broken\n{\"text\":null}\n";
    folder.write("in/a.jsonl", &input);
    folder.write("in/b.jsonl.gz", gzip(corpus::lines(&corpus::corpus(10, 3, 8)).as_bytes()));
    let mut seen = std::collections::BTreeSet::new();
    for chrome in ["drop", "mark", "keep"] {
        for copies in ["drop", "mark", "keep"] {
            for drop_empty in [false, true] {
                let out = format!("{chrome}-{copies}-{drop_empty}");
                let summary = format!("{out}.json");
                let mut args = vec!["clean", "-q", "in", "-o", &out, "--summary", &summary];
                args.extend(["--chrome", chrome, "--copies", copies]);
                if drop_empty {
                    args.push("--drop-empty");
                }
                let run = folder.run(&args);
                assert_eq!(run.exit, Some(1), "{}", run.shown());
                let counts: Value = serde_json::from_slice(&folder.read(&summary)).unwrap();
                let of = |name: &str| counts["pages"][name].as_u64().unwrap();
                assert_eq!(of("in"), of("kept") + of("dropped") + of("bad"), "{out}: {counts:#}");
                assert_eq!(of("bad"), 1, "{out}");
                let written: usize = folder
                    .files(&out)
                    .iter()
                    .map(|(name, bytes)| rows(&plain(name, bytes)).len())
                    .sum();
                assert_eq!(written as u64, of("kept"), "{out}");
                let expect_dropped = copies == "drop" || drop_empty;
                assert_eq!(of("dropped") > 0, expect_dropped, "{out}: {counts:#}");
                seen.insert(of("dropped"));
            }
        }
    }
    assert!(seen.len() >= 4, "different flags drop different pages: {seen:?}");
}

/// Counts of lower-case words.
fn bag<'t>(lines: impl Iterator<Item = &'t str>) -> HashMap<String, usize> {
    let mut bag = HashMap::new();
    for line in lines {
        for word in line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            // Scripts without spaces are compared by character.
            if word.chars().any(|c| ('\u{3040}'..'\u{a000}').contains(&c)) {
                word.chars().for_each(|c| *bag.entry(c.into()).or_default() += 1);
            } else {
                *bag.entry(word.to_lowercase()).or_default() += 1;
            }
        }
    }
    bag
}

/// Share of the body of every page that `clean --copies drop` leaves out, that its lead's page has.
fn shares_of_dropped(folder: &Folder, input: &str) -> Vec<(String, f64)> {
    let said = scanned(folder, input);
    let pages: BTreeMap<String, String> = rows(&folder.read(input))
        .iter()
        .map(|row| (string(row, "id"), string(row, "text")))
        .collect();
    folder.ok(&["clean", "-q", input, "-o", "dropped.jsonl", "--copies", "drop"]);
    let kept: Vec<String> =
        rows(&folder.read("dropped.jsonl")).iter().map(|row| string(row, "id")).collect();
    let mut shares = Vec::new();
    for (id, text) in &pages {
        if kept.contains(id) {
            continue;
        }
        let (chrome, lead) = &said[id];
        let lead = lead.as_ref().unwrap_or_else(|| panic!("{id} is dropped and has no lead"));
        assert!(kept.contains(lead), "{id} is dropped, and so is its lead {lead}");
        let body = paragraphs(text).into_iter().enumerate().filter(|(at, _)| !chrome.contains(at));
        let mine = bag(body.map(|(_, line)| line));
        let theirs = bag(paragraphs(&pages[lead]).into_iter());
        let all: usize = mine.values().sum();
        let shared: usize =
            mine.iter().map(|(word, n)| n.min(theirs.get(word).unwrap_or(&0))).sum();
        shares.push((id.clone(), shared as f64 / all as f64));
    }
    shares
}

#[test]
fn a_copy_that_is_dropped_is_in_its_lead() {
    let folder = Folder::new();
    folder.write("in.jsonl", corpus::lines(&corpus::corpus(13, 8, 30)));
    let shares = shares_of_dropped(&folder, "in.jsonl");
    assert!(shares.len() > 20, "only {} copies were dropped", shares.len());
    for (id, share) in shares {
        assert!(share >= 0.85, "{id} is dropped, and its lead has {share:.2} of its body");
    }
}

/// The agency's story whole, and below it what only this site has: results, which are no sentences.
#[test]
fn a_copy_with_a_list_of_its_own_is_not_dropped() {
    let folder = Folder::new();
    let mut pages = corpus::corpus(17, 5, 15);
    let at = pages.iter().position(|page| page.wire.is_some() && page.story.len() > 6).unwrap();
    let mut random = corpus::Random::new(1);
    let story = pages[at].lines[pages[at].story.clone()].to_vec();
    let mut name = || {
        (0..8).map(|_| *random.of(&["ka", "lo", "mi", "ne", "pu", "sa", "te"])).collect::<String>()
    };
    let list: Vec<String> =
        (0..40).map(|_| format!("{} of {}, {}", name(), name(), name())).collect();
    let mut long = pages[at].clone();
    long.url = "https://elsewhere.example/story".into();
    long.id = "with-list".into();
    long.lines = [story.clone(), list].concat();
    let mut bare = long.clone();
    bare.id = "bare".into();
    bare.url = "https://third.example/story".into();
    let last =
        "One more sentence that stands on this page and makes it the longest of all of them.";
    bare.lines = [story, vec![last.into()]].concat();
    pages.extend([long, bare]);
    folder.write("in.jsonl", corpus::lines(&pages));
    let said = scanned(&folder, "in.jsonl");
    let (chrome, lead) = &said["with-list"];
    // A site's only page ends in a foot or it does not: its last line may be taken for one.
    assert!(chrome.len() <= 1, "the list is body: {chrome:?}");
    assert_eq!(lead.as_deref(), Some("bare"), "a copy");
    for (id, share) in shares_of_dropped(&folder, "in.jsonl") {
        assert!(share >= 0.85, "{id} is dropped, and its lead has {share:.2} of its body");
    }
}

#[test]
fn a_run_that_fails_half_way_leaves_nothing() {
    let folder = Folder::new();
    let pages = corpus::lines(&corpus::corpus(19, 3, 10));
    let mut packed = gzip(pages.as_bytes());
    packed.truncate(packed.len() / 2);
    folder.write("in/a.jsonl", &pages);
    folder.write("in/b.jsonl.gz", packed);
    let run =
        folder.run(&["clean", "in", "-o", "out", "--summary", "sum.json", "--rejects", "bad.txt"]);
    assert_eq!(run.exit, Some(3), "{}", run.shown());
    let run = folder.run(&["scan", "in", "-o", "out"]);
    assert_eq!(run.exit, Some(3), "{}", run.shown());

    folder.write("strict.jsonl", pages + "{broken\n");
    let run =
        folder.run(&["clean", "strict.jsonl", "--strict", "-o", "out/", "--summary", "sum.json"]);
    assert_eq!(run.exit, Some(3), "{}", run.shown());
    assert_eq!(folder.names("."), ["in/a.jsonl", "in/b.jsonl.gz", "strict.jsonl"]);
}

/// One output cannot be written: those that could are not there either.
#[test]
fn outputs_come_together_or_not_at_all() {
    let folder = Folder::new();
    for name in ["a", "b", "c"] {
        folder.write(&format!("in/{name}.jsonl"), corpus::lines(&corpus::corpus(19, 2, 6)));
    }
    folder.write("in/d/e.jsonl", "{\"text\":\"x\"}\n");
    // Where a folder should be is a file.
    folder.write("out/d", "in the way");
    let run = folder.run(&["clean", "in", "-o", "out"]);
    assert_eq!(run.exit, Some(2), "{}", run.shown());
    assert_eq!(folder.names("out"), ["d"]);
}

/// More files than the system lets one process open.
#[test]
fn a_folder_of_very_many_files_is_cleaned() {
    let folder = Folder::new();
    for (number, page) in corpus::corpus(23, 6, 80).iter().enumerate() {
        folder.write(&format!("in/{}/{number}.txt", page.site), page.text());
    }
    let inner = folder.command(&["clean", "-q", "-j", "2", "in", "-o", "out"]);
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 128; exec \"$@\"", "sh"]).arg(inner.get_program());
    command.args(inner.get_args()).current_dir(folder.path("."));
    let run = finish(command, b"");
    assert_eq!(run.exit, Some(0), "{}", run.shown());
    assert_eq!(folder.names("out"), folder.names("in"));
}
