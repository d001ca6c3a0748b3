//! The same pages give the same bytes, whatever the threads, the compression, and the way the pages
//! are split over files.

use std::sync::LazyLock;

use crate::{
    command::{Folder, gzip, plain, zstd},
    corpus,
};

type Files = Vec<(String, Vec<u8>)>;

/// One corpus in every form, and what a scan with one thread finds in it.
struct World {
    folder: Folder,
    scanned: Files,
    cleaned: Vec<u8>,
}

/// Several batches of 1 MiB in one file.
static WORLD: LazyLock<World> = LazyLock::new(|| {
    let pages = corpus::corpus(7, 12, 60);
    let all = corpus::lines(&pages);
    assert!(all.len() > 3 << 20, "{} bytes are too few batches", all.len());
    let folder = Folder::new();
    folder.write("one.jsonl", &all);
    folder.write("one.jsonl.gz", gzip(all.as_bytes()));
    folder.write("one.jsonl.zst", zstd(all.as_bytes()));
    for parts in [4, 64] {
        let size = pages.len().div_ceil(parts);
        let (mut members, mut frames) = (Vec::new(), Vec::new());
        for (number, part) in pages.chunks(size).enumerate() {
            let part = corpus::lines(part);
            folder.write(&format!("split{parts}/{number:02}.jsonl"), &part);
            members.extend(gzip(part.as_bytes()));
            frames.extend(zstd(part.as_bytes()));
        }
        folder.write(&format!("members{parts}.jsonl.gz"), members);
        folder.write(&format!("frames{parts}.jsonl.zst"), frames);
    }
    folder.write("mixed/a.jsonl", corpus::lines(&pages[..100]));
    folder.write("mixed/b.jsonl.gz", gzip(corpus::lines(&pages[100..500]).as_bytes()));
    folder.write("mixed/c/d.jsonl.zst", zstd(corpus::lines(&pages[500..]).as_bytes()));

    let scanned = scan(&folder, "found", &["one.jsonl"], 1);
    let cleaned = clean(&folder, "cleaned", &["one.jsonl"], 1, &DROP);
    World { folder, scanned, cleaned }
});

const DROP: [&str; 4] = ["--chrome", "drop", "--copies", "drop"];
const MARK: [&str; 4] = ["--chrome", "mark", "--copies", "mark"];

fn scan(folder: &Folder, out: &str, inputs: &[&str], threads: usize) -> Files {
    let threads = threads.to_string();
    let mut args = vec!["scan", "-q", "-j", &threads, "-o", out];
    args.extend(inputs);
    folder.ok(&args);
    folder.files(out)
}

/// The decompressed outputs, one after the other.
fn clean(folder: &Folder, out: &str, inputs: &[&str], threads: usize, flags: &[&str]) -> Vec<u8> {
    let (threads, out_folder) = (threads.to_string(), format!("{out}/"));
    let mut args = vec!["clean", "-q", "-j", &threads, "-o", &out_folder];
    args.extend(flags);
    args.extend(inputs);
    folder.ok(&args);
    folder.files(out).iter().flat_map(|(name, bytes)| plain(name, bytes)).collect()
}

/// Names the first line that differs: a whole file in a message helps nobody.
fn same(ours: &[u8], theirs: &[u8], what: &str) {
    if ours != theirs {
        let pairs = ours.split(|c| *c == b'\n').zip(theirs.split(|c| *c == b'\n')).enumerate();
        let differ = pairs.into_iter().find(|(_, (a, b))| a != b);
        let shown = differ.map(|(line, (a, b))| {
            let cut =
                |line: &[u8]| String::from_utf8_lossy(&line[..line.len().min(300)]).into_owned();
            format!("line {}:\n{}\n{}", line + 1, cut(a), cut(b))
        });
        panic!("{what}: {} and {} bytes, {}", ours.len(), theirs.len(), shown.unwrap_or_default());
    }
}

fn same_evidence(found: &Files, what: &str) {
    let names = |files: &Files| files.iter().map(|file| file.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(found), names(&WORLD.scanned), "{what}");
    for ((name, ours), (_, theirs)) in found.iter().zip(&WORLD.scanned) {
        same(ours, theirs, &format!("{what}: {name}"));
    }
}

/// What is compared below is worth comparing: there is chrome, and most planted copies are found.
#[test]
fn there_is_something_to_find() {
    let summary: serde_json::Value = serde_json::from_slice(
        &WORLD.scanned.iter().find(|file| file.0 == "summary.json").unwrap().1,
    )
    .unwrap();
    let number = |path: &str| summary.pointer(path).and_then(serde_json::Value::as_u64).unwrap();
    let (all, chrome) = (number("/paragraphs/all"), number("/paragraphs/chrome"));
    assert!(chrome * 3 > all && chrome * 4 < all * 3, "{chrome} of {all} paragraphs are chrome");
    assert!(number("/copies/pairs") > 300 && number("/copies/clusters") > 50, "{summary:#}");
    for relation in ["same", "cut", "part"] {
        assert!(number(&format!("/copies/{relation}")) > 10, "{summary:#}");
    }
    assert!(WORLD.cleaned.len() > 1 << 20);
}

#[test]
fn threads_change_nothing_in_a_scan() {
    for threads in [2, 3, 8] {
        let out = format!("scan-j{threads}");
        same_evidence(&scan(&WORLD.folder, &out, &["one.jsonl"], threads), &out);
    }
}

/// Tiers that this processor has not got are refused, and left out here.
#[test]
fn kernels_change_nothing() {
    let mut ran = 0;
    for tier in ["portable", "avx2", "avx512"] {
        let out = format!("scan-{tier}");
        let args = ["scan", "-q", "--cpu", tier, "-o", &out, "one.jsonl"];
        let run = WORLD.folder.run(&args);
        if run.exit == Some(2) && run.stderr.contains("this processor does not have it") {
            continue;
        }
        assert_eq!(run.exit, Some(0), "{}", run.shown());
        same_evidence(&WORLD.folder.files(&out), &out);
        let flags = [&DROP[..], &["--cpu", tier]].concat();
        let cleaned = clean(&WORLD.folder, &format!("clean-{tier}"), &["one.jsonl"], 2, &flags);
        same(&cleaned, &WORLD.cleaned, &out);
        ran += 1;
    }
    assert!(ran > 0);
}

#[test]
fn splitting_over_files_changes_nothing_in_a_scan() {
    for (input, threads) in
        [("split4", 1), ("split4", 8), ("split64", 2), ("split64", 3), ("mixed", 2)]
    {
        let out = format!("scan-{input}-j{threads}");
        same_evidence(&scan(&WORLD.folder, &out, &[input], threads), &out);
    }
}

#[test]
fn compression_changes_nothing_in_a_scan() {
    for input in [
        "one.jsonl.gz",
        "one.jsonl.zst",
        "members4.jsonl.gz",
        "members64.jsonl.gz",
        "frames64.jsonl.zst",
    ] {
        same_evidence(&scan(&WORLD.folder, &format!("scan-{input}"), &[input], 2), input);
    }
}

#[test]
fn a_folder_is_its_files_named_one_by_one() {
    let names = WORLD.folder.names("split4");
    let paths: Vec<String> = names.iter().map(|name| format!("split4/{name}")).collect();
    let inputs: Vec<&str> = paths.iter().map(String::as_str).collect();
    same_evidence(&scan(&WORLD.folder, "scan-named", &inputs, 2), "named one by one");
}

#[test]
fn standard_input_is_a_file_like_others() {
    let input = WORLD.folder.read("one.jsonl.zst");
    let args = ["scan", "-q", "-j", "2", "-", "-o", "scan-stdin"];
    let run = WORLD.folder.run_with(&args, &input);
    assert_eq!(run.exit, Some(0), "{}", run.shown());
    same_evidence(&WORLD.folder.files("scan-stdin"), "standard input");
}

#[test]
fn threads_change_nothing_in_what_is_cleaned() {
    for threads in [2, 3, 8] {
        let out = format!("clean-j{threads}");
        same(&clean(&WORLD.folder, &out, &["one.jsonl"], threads, &DROP), &WORLD.cleaned, &out);
    }
    let marked = clean(&WORLD.folder, "mark-j1", &["one.jsonl"], 1, &MARK);
    assert!(marked.len() > WORLD.folder.read("one.jsonl").len());
    same(&clean(&WORLD.folder, "mark-j3", &["one.jsonl"], 3, &MARK), &marked, "marks");
}

#[test]
fn mapping_changes_nothing() {
    for (flag, input) in [("--mmap", "one.jsonl"), ("--mmap", "mixed"), ("--no-mmap", "one.jsonl")]
    {
        let out = format!("scan{flag}-{input}");
        let args = ["scan", "-q", flag, "-o", &out, input];
        WORLD.folder.ok(&args);
        same_evidence(&WORLD.folder.files(&out), &out);
    }
    let flags = [&DROP[..], &["--mmap"]].concat();
    same(&clean(&WORLD.folder, "clean-map", &["one.jsonl"], 2, &flags), &WORLD.cleaned, "mapped");
}

/// Compressed outputs, too: what a batch is compressed to does not depend on who does it.
#[test]
fn threads_change_nothing_in_compressed_outputs() {
    for input in ["one.jsonl.gz", "one.jsonl.zst"] {
        let outputs = [1, 2, 8].map(|threads| {
            let (out, threads) = (format!("packed-{threads}-{input}"), threads.to_string());
            WORLD.folder.ok(&["clean", "-q", "-j", &threads, input, "-o", &out]);
            WORLD.folder.read(&out)
        });
        assert!(outputs[0] == outputs[1] && outputs[0] == outputs[2], "{input}");
    }
}

#[test]
fn files_and_compression_change_nothing_in_what_is_cleaned() {
    for input in
        ["split4", "split64", "mixed", "one.jsonl.gz", "members64.jsonl.gz", "frames4.jsonl.zst"]
    {
        let out = format!("clean-{input}");
        same(&clean(&WORLD.folder, &out, &[input], 2, &DROP), &WORLD.cleaned, input);
    }
}

#[test]
fn a_stream_has_the_bytes_of_a_file() {
    let input = WORLD.folder.read("one.jsonl");
    let mut args = vec!["clean", "-q", "-j", "3", "-"];
    args.extend(DROP);
    let run = WORLD.folder.run_with(&args, &input);
    assert_eq!(run.exit, Some(0), "{}", run.stderr);
    same(&run.stdout, &WORLD.cleaned, "standard output");
}
