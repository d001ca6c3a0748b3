//! An index of copies by the command: equal to a scan, found from day to day, cleaned with, killed, damaged.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    command::{Folder, kills},
    corpus,
};

fn rows(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn string<'v>(row: &'v Value, name: &str) -> &'v str {
    row[name].as_str().unwrap()
}

/// Pages of some sites in three files, and a bank of all.
fn folder() -> (Folder, Vec<corpus::Page>) {
    let folder = Folder::new();
    let mut pages = corpus::corpus(12, 6, 120);
    corpus::Random::new(3).shuffle(&mut pages);
    folder.write("all.jsonl", corpus::lines(&pages));
    let third = pages.len().div_ceil(3);
    for (name, part) in ["a", "b", "c"].into_iter().zip(pages.chunks(third)) {
        folder.write(&format!("{name}.jsonl"), corpus::lines(part));
    }
    folder.ok(&["bank", "learn", "all.jsonl", "-o", "all.bank", "-q"]);
    (folder, pages)
}

/// The one segment of an index.
fn segment(folder: &Folder, index: &str) -> Vec<u8> {
    let files = folder.files(index);
    let mut segments = files.into_iter().filter(|(name, _)| name.ends_with(".segment"));
    let (_, bytes) = segments.next().unwrap();
    assert!(segments.next().is_none(), "{index} has several segments");
    bytes
}

#[test]
fn clusters_of_an_index_are_those_of_a_scan() {
    let (folder, _) = folder();
    folder.ok(&["index", "add", "all.index", "all.jsonl", "-q"]);
    folder.ok(&["index", "clusters", "all.index", "-o", "clusters.jsonl", "-q"]);
    folder.ok(&["scan", "all.jsonl", "-o", "found", "-q"]);
    assert!(folder.text("clusters.jsonl").lines().count() > 5);
    assert!(folder.text("clusters.jsonl") == folder.text("found/clusters.jsonl"));
    let diff = folder.ok(&["index", "diff", "all.index", "all.jsonl"]);
    assert_eq!(diff.out(), "");
    assert!(diff.stderr.contains("0 pages have other labels now"), "{}", diff.stderr);

    // On disk, and with other rules for leads.
    let args = ["index", "add", "disk.index", "all.jsonl", "-q", "--memory", "192MiB", "-j", "1"];
    folder.ok(&args);
    assert!(segment(&folder, "disk.index") == segment(&folder, "all.index"));
    folder.ok(&[
        "index",
        "clusters",
        "all.index",
        "-o",
        "longest.jsonl",
        "-q",
        "--keep",
        "longest",
    ]);
    folder.ok(&["scan", "all.jsonl", "-o", "longest", "-q", "--keep", "longest"]);
    assert!(folder.text("longest.jsonl") == folder.text("longest/clusters.jsonl"));
}

/// With the same labels, days one by one are the same index as all days at once.
#[test]
fn days_added_one_by_one_are_the_index_of_all() {
    let (folder, pages) = folder();
    folder.ok(&["index", "add", "all.index", "all.jsonl", "--bank", "all.bank", "-q"]);
    for day in ["a.jsonl", "b.jsonl", "c.jsonl"] {
        let args =
            ["index", "add", "days.index", day, "--bank", "all.bank", "--commit-every", "17", "-q"];
        folder.ok(&args);
    }
    let clusters = |index: &str| folder.ok(&["index", "clusters", index, "-q"]).stdout;
    assert!(clusters("days.index") == clusters("all.index"));
    folder.ok(&["index", "compact", "days.index"]);
    assert!(segment(&folder, "days.index") == segment(&folder, "all.index"));
    let shown = folder.ok(&["index", "show", "days.index"]);
    assert!(
        shown.out().starts_with(&format!("{} pages in 1 segment", pages.len())),
        "{}",
        shown.out()
    );

    // What is there is not added again, and the stream is the file.
    let again = folder.ok(&["index", "add", "days.index", "b.jsonl", "--bank", "all.bank"]);
    assert!(again.stderr.contains("0 pages added"), "{}", again.stderr);
    let args = ["index", "add", "stream.index", "-", "--bank", "all.bank", "-q"];
    let run = folder.run_with(&args, &folder.read("all.jsonl"));
    assert_eq!(run.exit, Some(0), "{}", run.shown());
    assert!(segment(&folder, "stream.index") == segment(&folder, "all.index"));
}

/// Labels that later pages change are counted and listed, and clusters differ for no other reason.
#[test]
fn what_later_pages_changed_is_listed() {
    let (folder, pages) = folder();
    for day in ["a.jsonl", "b.jsonl", "c.jsonl"] {
        folder.ok(&["index", "add", "days.index", day, "-q"]);
    }
    let run = folder.ok(&["index", "diff", "days.index", "all.jsonl"]);
    let rows = rows(run.out());
    let changed: Vec<&Value> = rows.iter().filter(|row| row.get("chrome_then").is_some()).collect();
    assert!(!changed.is_empty() && changed.len() < pages.len(), "{}", run.stderr);
    let expected = format!("{} pages in both: {} pages have", pages.len(), changed.len());
    assert!(run.stderr.contains(&expected), "{}", run.stderr);
    for row in &changed {
        assert_ne!(row["chrome_then"], row["chrome_now"]);
        assert!(pages.iter().any(|page| page.id == string(row, "id")));
    }
    for row in rows.iter().filter(|row| row.get("only").is_some()) {
        assert_eq!(row["labels_changed"], true, "{row}");
    }
}

#[test]
fn known_pages_are_found_with_their_proof() {
    let (folder, pages) = folder();
    folder.ok(&["index", "add", "known.index", "a.jsonl", "b.jsonl", "--bank", "all.bank", "-q"]);
    let find = |args: &[&str], input: &[u8]| {
        let all = [&["index", "find", "known.index", "--bank", "all.bank", "-q"], args].concat();
        let run = folder.run_with(&all, input);
        assert_eq!(run.exit, Some(0), "{}", run.shown());
        run.out().to_owned()
    };
    let found = find(&["c.jsonl"], b"");
    assert!(find(&["-"], &folder.read("c.jsonl")) == found);
    assert!(find(&["c.jsonl", "-j", "1", "--cpu", "portable"], b"") == found);

    let by_id: BTreeMap<&str, &corpus::Page> =
        pages.iter().map(|page| (page.id.as_str(), page)).collect();
    let known = folder.text("a.jsonl") + &folder.text("b.jsonl");
    let known: Vec<String> = rows(&known).iter().map(|row| string(row, "id").to_owned()).collect();
    let mut planted = 0;
    for row in rows(&found) {
        let page = by_id[string(&row, "id")];
        for copy in row["copies"].as_array().unwrap() {
            let other = by_id[string(copy, "id")];
            assert_eq!(known[copy["page"].as_u64().unwrap() as usize], other.id);
            assert!(page.wire == other.wire || page.url == other.url, "{} {}", page.id, other.id);
            planted += usize::from(page.wire.is_some() && page.wire == other.wire);
            let words: u64 = copy["shared"]
                .as_array()
                .unwrap()
                .iter()
                .map(|passage| passage["words"].as_u64().unwrap())
                .sum();
            assert!(words > 10);
            let shared = &copy["shared"][0];
            assert!(page.story.contains(&(shared["here"][0].as_u64().unwrap() as usize)));
            assert!(other.story.contains(&(shared["known"][0].as_u64().unwrap() as usize)));
            assert_eq!(string(shared, "hash").len(), 16);
        }
    }
    assert!(planted > 3, "{planted}");
}

#[test]
fn cleaning_drops_or_marks_what_was_seen() {
    let (folder, pages) = folder();
    folder.ok(&["index", "add", "known.index", "a.jsonl", "b.jsonl", "--bank", "all.bank", "-q"]);
    let find = ["index", "find", "known.index", "c.jsonl", "--bank", "all.bank", "-q"];
    let found = folder.ok(&find).out().to_owned();
    let held: BTreeMap<String, f64> = rows(&found)
        .iter()
        .map(|row| {
            let held =
                row["copies"].as_array().unwrap().iter().map(|copy| copy["held"].as_f64().unwrap());
            (string(row, "id").to_owned(), held.fold(0.0, f64::max))
        })
        .collect();
    assert!(held.values().any(|&held| held >= 0.9) && held.values().any(|&held| held < 0.9));

    let clean = |args: &[&str]| {
        let all = [&["clean", "c.jsonl", "-o", "-", "--index", "known.index"], args].concat();
        let run = folder.run(&all);
        assert_eq!(run.exit, Some(0), "{}", run.shown());
        (rows(run.out()), run.stderr)
    };
    let (kept, said) = clean(&["--bank", "all.bank", "--copies", "drop", "--found", "found.jsonl"]);
    assert!(folder.text("found.jsonl") == found);
    let kept: Vec<&str> = kept.iter().map(|row| string(row, "id")).collect();
    let is_dropped = |id: &str| held.get(id).is_some_and(|&held| held >= 0.9);
    let c = rows(&folder.text("c.jsonl"));
    let expected: Vec<&str> =
        c.iter().map(|row| string(row, "id")).filter(|id| !is_dropped(id)).collect();
    assert_eq!(kept, expected);
    let dropped = c.len() - kept.len();
    assert!(said.contains(&format!("{dropped} dropped ({dropped} in the index)")), "{said}");

    let (marked, _) = clean(&["--bank", "all.bank"]);
    assert_eq!(marked.len(), c.len());
    for row in &marked {
        let known = row.get("refrain.known").unwrap();
        assert!(row.get("refrain.cluster").is_none());
        assert_eq!(known.is_null(), !held.contains_key(string(row, "id")), "{row}");
        assert!(known.is_null() || pages.iter().any(|page| page.id == string(known, "id")));
    }

    // Without a bank copies among the pages themselves are known as well, and no page is lost with a lead that is
    // dropped.
    let (marked, _) = clean(&["--copies", "mark"]);
    assert!(marked.iter().all(|row| row.get("refrain.cluster").is_some()));
    assert!(marked.iter().any(|row| !row["refrain.cluster"].is_null()));
    let (kept, _) = clean(&["--copies", "drop", "--found", "own.jsonl"]);
    let own = rows(&folder.text("own.jsonl"));
    let is_held = |id: &str| {
        let row = own.iter().find(|row| string(row, "id") == id);
        let copies = row.map(|row| row["copies"].as_array().unwrap());
        copies.is_some_and(|copies| copies.iter().any(|copy| copy["held"].as_f64().unwrap() >= 0.9))
    };
    let is_kept = |id: &str| kept.iter().any(|row| string(row, "id") == id);
    for row in &marked {
        let cluster = &row["refrain.cluster"];
        let lead = cluster.get("lead").and_then(Value::as_str);
        assert!(
            is_kept(string(row, "id")) || is_held(string(row, "id")) || lead.is_some_and(is_kept),
            "{row}"
        );
    }
}

/// Killed at some moment the index is that of an earlier commit, whole; run again, it is the undisturbed one.
#[test]
fn a_killed_writer_leaves_an_index_and_another_run_completes_it() {
    let (folder, pages) = folder();
    let kills = kills();
    let args = |index: &'static str| {
        ["index", "add", index, "all.jsonl", "--bank", "all.bank", "--commit-every", "9", "-q"]
    };
    let begun = Instant::now();
    folder.ok(&args("whole.index"));
    let whole = u64::try_from(begun.elapsed().as_micros()).unwrap();
    let clusters = folder.ok(&["index", "clusters", "whole.index", "-q"]).stdout;
    folder.ok(&["index", "compact", "whole.index"]);
    let expected = segment(&folder, "whole.index");
    let (mut killed, mut partial) = (0, 0);
    for n in 0..kills {
        let mut child = folder.command(&args("killed.index")).spawn().unwrap();
        // Spread over the run by a sequence without a pattern.
        thread::sleep(Duration::from_micros(whole * ((n + 1) * 0x9E37_79B9 % 1000) / 1000));
        child.kill().unwrap();
        killed += u64::from(child.wait().unwrap().code().is_none());
        if folder.path("killed.index/index.refrain").exists() {
            let shown = folder.ok(&["index", "show", "killed.index"]);
            let count: usize =
                shown.out().split(' ').next().unwrap().replace(',', "").parse().unwrap();
            partial += u64::from(count > 0 && count < pages.len());
            folder.ok(&["index", "find", "killed.index", "c.jsonl", "--bank", "all.bank", "-q"]);
        }
        folder.ok(&args("killed.index"));
        assert!(folder.ok(&["index", "clusters", "killed.index", "-q"]).stdout == clusters);
        let count = folder.names("killed.index").len();
        folder.ok(&["index", "compact", "killed.index"]);
        assert!(segment(&folder, "killed.index") == expected, "kill {n}");
        assert!(count < 12 && folder.names("killed.index").len() == 3, "kill {n}");
        fs::remove_dir_all(folder.path("killed.index")).unwrap();
    }
    assert!(killed > 0, "none was killed");
    assert!(kills < 50 || partial > 0, "none was killed between two commits");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (folder, _) = folder();
    folder.ok(&["index", "add", "i.index", "a.jsonl", "--bank", "all.bank", "-q"]);
    let fails = |args: &[&str], exit: i32, part: &str| {
        let run = folder.run(args);
        assert_eq!(run.exit, Some(exit), "{}", run.shown());
        assert!(run.stderr.contains(part), "{}", run.stderr);
    };
    fails(&["index", "find", "none.index", "a.jsonl"], 3, "none.index: is no index; make one with");
    fails(&["index", "show", "a.jsonl"], 3, "a.jsonl");
    fails(&["index", "add", ".", "a.jsonl"], 2, ".: is not empty and no index");
    fails(&["index", "add", "a.jsonl", "b.jsonl"], 2, "a.jsonl");
    let blank = ["index", "add", "i.index", "b.jsonl", "--paragraph", "blank"];
    fails(&blank, 2, "i.index: was made of paragraphs cut in another way");
    fails(
        &["clean", "b.jsonl", "--index", "i.index", "--copies", "keep", "-o", "o"],
        2,
        "--copies drop or mark",
    );
    fails(&["clean", "b.jsonl", "--found", "f.jsonl", "-o", "o"], 2, "--index");
    let memory = ["index", "find", "i.index", "b.jsonl", "--bank", "all.bank", "--memory", "1GiB"];
    fails(&memory, 2, "--memory");

    // A damaged segment is told by name, and a list that is damaged.
    let name = folder.names("i.index").into_iter().find(|name| name.ends_with(".segment")).unwrap();
    let name = format!("i.index/{name}");
    let whole = folder.read(&name);
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    folder.write(&name, &damaged);
    fails(&["index", "show", "i.index"], 3, "a segment of an index with damage in it, between");
    folder.write(&name, &whole[..whole.len() - 1]);
    fails(&["index", "show", "i.index"], 3, "a segment of an index that ends too early");
    fs::remove_file(folder.path(&name)).unwrap();
    fails(&["index", "show", "i.index"], 3, &name);
    let mut list = folder.read("i.index/index.refrain");
    list[50] ^= 1;
    folder.write("i.index/index.refrain", list);
    fails(&["index", "show", "i.index"], 3, "index.refrain");
}

/// Paragraphs of thirty words that no other paragraph has.
fn prose(paragraphs: std::ops::Range<u64>) -> Vec<String> {
    let paragraph = |number| {
        let mut random = corpus::Random::new(number);
        let mut word = || {
            let syllables = ["ba", "der", "ki", "lo", "mun", "ra", "sel", "ti", "von", "zu"];
            (0..4).map(|_| *random.of(&syllables)).collect::<String>()
        };
        format!("The {} was seen.", (0..27).map(|_| word()).collect::<Vec<_>>().join(" "))
    };
    paragraphs.map(paragraph).collect()
}

/// A page that was dropped is no reason to drop another: what it alone had is not lost.
#[test]
fn no_chain_of_dropped_pages_loses_text() {
    let folder = Folder::new();
    let page = |id: &str, lines: Vec<String>| {
        let page = serde_json::json!({ "id": id, "site": format!("{id}.example"), "text": lines.join("\n") });
        folder.write(&format!("{id}.jsonl"), format!("{page}\n"));
    };
    // Of b all but the last two paragraphs stand in a; c is these two, and e is c again.
    page("a", prose(0..30));
    page("b", prose(8..32));
    page("c", prose(30..32));
    page("d", prose(2..30));
    page("e", prose(30..32));
    folder.write("other.jsonl", small());
    folder.ok(&["bank", "learn", "other.jsonl", "-o", "other.bank", "-q"]);
    let days = ["a", "b", "c", "d", "e"];
    let clean = |day: &str, args: &[&str]| {
        let input = format!("{day}.jsonl");
        let all = ["clean", &input, "-o", "-", "-q", "--copies", "drop", "--found", "found.jsonl"];
        let run = folder.ok(&[&all, args, &["--force"]].concat());
        let kept = rows(run.out()).iter().map(|row| string(row, "id").to_owned()).collect();
        (kept, folder.text("found.jsonl"))
    };
    let kept = |args: &[&str]| -> Vec<String> {
        days.iter().flat_map(|day| -> Vec<String> { clean(day, args).0 }).collect()
    };
    let by_bank = ["--bank", "other.bank"];
    for (index, by) in [("scan.index", &[][..]), ("bank.index", &by_bank)] {
        let args = [&["--index", index, "--add"], by].concat();
        assert_eq!(kept(&args), ["a", "c"]);
        // Once more, and when nothing is added, it is the same.
        assert_eq!(kept(&args), ["a", "c"]);
        let shown = folder.ok(&["index", "show", index]);
        assert!(shown.out().starts_with("5 pages"), "{}", shown.out());
        let (_, found): (Vec<String>, _) = clean("e", &args);
        let copies = &rows(&found)[0]["copies"];
        let said = |at: usize| (string(&copies[at], "id"), copies[at].get("dropped"));
        // Both hold all of it; c is the shorter, so the more alike.
        assert_eq!((said(0), said(1)), (("c", None), ("b", Some(&Value::Bool(true)))));
        // The same after all is one segment.
        folder.ok(&["index", "compact", index, "-q"]);
        assert_eq!(kept(&args), ["a", "c"]);
    }
    // A page of a site of which nothing is dropped was kept.
    let never = ["--index", "never.index", "--add", "--never", "b.example", "--memory", "192MiB"];
    assert_eq!(kept(&never), ["a", "b"]);
    assert_eq!(kept(&never), ["a", "b"]);
    // What was added without being cleaned is taken for kept.
    folder.ok(&["index", "add", "raw.index", "a.jsonl", "b.jsonl", "-q"]);
    assert!(clean("c", &["--index", "raw.index"]).0.is_empty());
}

/// Every page that is dropped stands, but for a tenth, in one that was written; and a second run writes the same.
#[test]
fn what_is_dropped_stands_in_what_was_written() {
    let (folder, _) = folder();
    for by in [&["--bank", "all.bank"][..], &[]] {
        let mut written: BTreeMap<String, String> = BTreeMap::new();
        let mut dropped = 0;
        for again in [false, true] {
            for day in ["a", "b", "c"] {
                let input = format!("{day}.jsonl");
                let index = if by.is_empty() { "own.index" } else { "bank.index" };
                let args = ["clean", &input, "-o", "-", "-q", "--copies", "drop", "--force"];
                let add = ["--index", index, "--add", "--found", "found.jsonl"];
                let out = folder.ok(&[&args, &add[..], by].concat()).out().to_owned();
                if again {
                    assert!(written[day] == out, "another output for {day}");
                    continue;
                }
                let ids = |text: &str| -> Vec<String> {
                    rows(text).iter().map(|row| string(row, "id").to_owned()).collect()
                };
                let now = ids(&out);
                let before: Vec<String> = written.values().flat_map(|text| ids(text)).collect();
                for row in rows(&folder.text("found.jsonl")) {
                    let is_held = row["copies"].as_array().unwrap().iter().any(|copy| {
                        let is_written = before.iter().any(|id| id == string(copy, "id"));
                        assert_eq!(copy.get("dropped").is_none(), is_written, "{copy}");
                        is_written && copy["held"].as_f64().unwrap() >= 0.9
                    });
                    let is_written = now.iter().any(|id| id == string(&row, "id"));
                    assert!(is_held != is_written || !is_written && by.is_empty(), "{row}");
                    dropped += usize::from(!is_written);
                }
                written.insert(day.to_owned(), out);
            }
        }
        assert!(dropped > 3, "{dropped}");
    }
}

/// Few pages of two sites that share a story, written for this.
fn small() -> String {
    let story = [
        "The harbour of the old town will be closed to sailing boats for three weeks while divers mend the lower gate.",
        "Work begins on the second Monday of the month, the port office said, and the ferry goes on as usual from the north quay.",
        "Owners who leave their moorings before Saturday need not pay for the days on which the gate stays shut.",
    ];
    let mut out = String::new();
    for (number, site) in ["quay.example", "town.example", "quay.example"].into_iter().enumerate() {
        let count = if number == 1 { 2 } else { 3 };
        let body = if number == 2 {
            vec![
                "Nothing of all that is in this notice about the opening hours of the library on the hill.",
            ]
        } else {
            story[..count].to_vec()
        };
        let text = ["Home", "News", &body.join("\n"), "Contact"].join("\n");
        let page = serde_json::json!({ "id": format!("p{number}"), "site": site, "date": "2031-05-01", "text": text });
        out.push_str(&format!("{page}\n"));
    }
    out
}

/// An index of another version is refused, with the way out.
#[test]
fn an_index_of_an_older_version_is_refused() {
    let folder = Folder::new();
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/index-1");
    folder.write("small.jsonl", small());
    for args in [&["index", "show"][..], &["index", "clusters"]] {
        let run = folder.run(&[args, &[old.to_str().unwrap()]].concat());
        assert_ne!(run.exit, Some(0));
        assert!(run.shown().contains("of format version 1; this release reads 2; remove the index and add the pages again"), "{}", run.shown());
    }
}

/// An index of format version 2 is read for ever, or is refused by its version.
#[test]
fn the_golden_index_is_read() {
    let folder = Folder::new();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/index-2");
    folder.write("small.jsonl", small());
    folder.ok(&["index", "add", "new.index", "small.jsonl", "-q"]);
    if std::env::var_os("REFRAIN_WRITE_GOLDEN").is_some() {
        let _ = fs::remove_dir_all(&golden);
        fs::create_dir_all(&golden).unwrap();
        for (name, bytes) in folder.files("new.index") {
            if name != "lock.refrain" {
                fs::write(golden.join(name), bytes).unwrap();
            }
        }
    }
    let golden = golden.to_str().unwrap();
    let shown = folder.ok(&["index", "show", golden]);
    assert_eq!(shown.out(), folder.ok(&["index", "show", "new.index"]).out());
    let clusters = folder.ok(&["index", "clusters", golden, "-q"]).stdout;
    assert!(clusters == folder.ok(&["index", "clusters", "new.index", "-q"]).stdout);
    let page = small().lines().nth(1).unwrap().replace("\"p1\"", "\"new\"");
    let run = folder.run_with(&["index", "find", golden, "-", "-q"], page.as_bytes());
    let row = &rows(run.out())[0];
    let ids: Vec<&str> =
        row["copies"].as_array().unwrap().iter().map(|copy| string(copy, "id")).collect();
    assert_eq!(ids, ["p1", "p0"], "the equal text first");
}
