//! A damaged file is one bad file where the user says so, and what of it could be read is used; a resumed run bears what
//! the run that is asked for bears, and nothing else.

use refrain::engine;
use std::{fs, num::NonZeroUsize, path::PathBuf};

use refrain::{
    Class,
    engine::{MostBad, Observer, Settings, Stage, Unobserved},
    evidence::Summary,
    records::{Corpus, Options},
};

use crate::{
    command::{Folder, gzip, zstd},
    corpus,
};

const PAGES: usize = 6;

/// Six files of pages, one of which is cut short, and one that leads nowhere.
fn world() -> Folder {
    let folder = Folder::new();
    for part in 0..PAGES {
        let lines = corpus::lines(&corpus::corpus(part as u64, 2, 20));
        let packed = if part == 4 { zstd(lines.as_bytes()) } else { gzip(lines.as_bytes()) };
        let end = if part == 2 { packed.len() * 2 / 3 } else { packed.len() };
        folder.write(
            &format!("crawl/{part}.jsonl.{}", if part == 4 { "zst" } else { "gz" }),
            &packed[..end],
        );
    }
    folder
}

#[test]
fn a_damaged_file_ends_a_run_unless_it_is_passed_over() {
    let folder = world();
    let run = folder.run(&["scan", "crawl", "-o", "out"]);
    assert_eq!(run.exit, Some(3));
    assert!(
        run.stderr.contains("crawl/2.jsonl.gz: gzip data breaks off after "),
        "{}",
        run.shown()
    );
    assert!(run.stderr.contains("; with --skip-damaged what can be read"), "{}", run.shown());
    assert!(!folder.path("out").exists());

    let run = folder.run(&["scan", "crawl", "-o", "out", "--skip-damaged"]);
    assert_eq!(run.exit, Some(1), "{}", run.shown());
    assert!(
        run.stderr.contains("damaged: crawl/2.jsonl.gz: gzip data breaks off after "),
        "{}",
        run.shown()
    );
    let summary: Summary = serde_json::from_slice(&folder.read("out/summary.json")).unwrap();
    let [damaged] = &summary.damaged[..] else { panic!("{:?}", summary.damaged) };
    assert_eq!((damaged.file.as_str(), damaged.cut), ("crawl/2.jsonl.gz", true));
    assert!(damaged.pages > 0, "what came before it is used");
    let used = format!("; {} record", damaged.pages);
    assert!(run.stderr.contains(&used) && run.stderr.contains(" before that w"), "{}", run.shown());

    // The same from shards on disk, and by several threads.
    for flags in [&["--memory", "192MiB"][..], &["-j", "1"], &["--work", "work"]] {
        let args = ["scan", "-q", "crawl", "-o", "again", "--skip-damaged", "--force"];
        let args: Vec<&str> = args.iter().chain(flags).copied().collect();
        let run = folder.run(&args);
        assert_eq!(run.exit, Some(1));
        assert!(run.stderr.contains("damaged: crawl/2.jsonl.gz"), "{}", run.shown());
        assert!(folder.files("again") == folder.files("out"), "{flags:?}");
    }
    for args in [
        &["clean", "crawl", "-o", "clean"][..],
        &["bank", "learn", "crawl", "-o", "k.bank"],
        &["clean", "crawl", "-o", "clean2", "--bank", "k.bank"],
        &["index", "add", "seen.index", "crawl"],
        &["index", "find", "seen.index", "crawl", "-o", "found"],
        &["tune", "crawl"],
    ] {
        assert_eq!(folder.run(args).exit, Some(3), "{}", args.join(" "));
        let args: Vec<&str> = args.iter().copied().chain(["--skip-damaged"]).collect();
        let run = folder.run(&args);
        assert_eq!(run.exit, Some(1), "{}\n{}", args.join(" "), run.shown());
        assert!(run.stderr.contains("damaged: crawl/2.jsonl.gz: "), "{}", run.shown());
    }
    assert_eq!(folder.names("clean").len(), PAGES);
    // What could be read of a file does not take its place.
    let before = folder.files("crawl");
    let run = folder.run(&["clean", "crawl", "-o", "crawl", "--force", "--skip-damaged"]);
    assert_eq!(run.exit, Some(2), "{}", run.shown());
    assert!(folder.files("crawl") == before);
}

#[cfg(unix)]
#[test]
fn files_that_cannot_be_opened_are_passed_over_too() {
    let folder = world();
    fs::remove_file(folder.path("crawl/2.jsonl.gz")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path("crawl/2.jsonl")).unwrap();
    folder.write("crawl/3.parquet", b"PAR1 no more of it");
    assert_eq!(folder.run(&["scan", "crawl"]).exit, Some(3));
    folder.write("refrain.toml", "skip-damaged = true\n");
    let run = folder.run(&["clean", "crawl", "-o", "out", "--summary", "s.json"]);
    assert_eq!(run.exit, Some(1), "{}", run.shown());
    for file in ["crawl/2.jsonl: no such file or folder", "crawl/3.parquet: "] {
        assert!(run.stderr.contains(&format!("damaged: {file}")), "{}", run.shown());
    }
    assert!(run.stderr.contains("; nothing of it was used"), "{}", run.shown());
    // What was never there was meant otherwise, and of nothing nothing is made.
    assert_eq!(folder.run(&["scan", "crawl/9.jsonl"]).exit, Some(3));
    assert_eq!(folder.run(&["scan", "crawl/2.jsonl"]).exit, Some(3));
}

#[test]
fn padding_behind_the_end_is_no_damage() {
    let folder = Folder::new();
    let lines = corpus::lines(&corpus::corpus(1, 2, 20));
    for (name, behind, exit) in [
        ("zeros", &b"\0\0\0\0\0\0\0\0\0\0"[..], 0),
        ("newline", b"\n", 0),
        ("garbage", b"garbage", 1),
    ] {
        folder.write("in.jsonl.gz", [&gzip(lines.as_bytes()), behind].concat());
        let run = folder.run(&["clean", "in.jsonl.gz", "-o", name]);
        assert_eq!(run.exit, Some(exit), "{}", run.shown());
        assert!(
            run.stderr.contains("in.jsonl.gz: ") && run.stderr.contains("behind the end"),
            "{}",
            run.shown()
        );
        assert_eq!(folder.read(name), folder.read("zeros"));
    }
}

struct Killer;

impl Observer for Killer {
    fn is_cancelled(&self) -> bool {
        false
    }
    fn begin(&self, stage: Stage) {
        assert!(stage != Stage::Families, "as planned");
    }
}

/// What one run bore, the run that goes on from it does not bear.
#[test]
fn a_resumed_run_is_the_run_that_was_asked_for() {
    let folder = Folder::new();
    let mut lines = corpus::lines(&corpus::corpus(1, 2, 20));
    lines.push_str("not JSON\nnor this\n");
    folder.write("pages.jsonl", lines);
    let input: PathBuf = folder.path("pages.jsonl");
    let corpus = || Corpus::open(std::slice::from_ref(&input), Options::default()).unwrap();
    let settings = |strict, most_bad| Settings {
        threads: NonZeroUsize::MIN,
        work: Some(folder.path("work")),
        strict,
        most_bad,
        ..Settings::default()
    };
    let any = MostBad::Count(9);
    let killed = std::panic::catch_unwind(|| {
        engine::scan(&corpus(), &settings(false, any), None, &Killer).map(drop)
    });
    assert!(killed.is_err());
    let fresh = |strict, most_bad| {
        let settings = Settings { work: None, ..settings(strict, most_bad) };
        engine::scan(&corpus(), &settings, None, &Unobserved).unwrap_err()
    };
    for (strict, most_bad) in [(true, any), (false, MostBad::Count(1))] {
        let resumed = engine::scan(&corpus(), &settings(strict, most_bad), None, &Unobserved);
        let (resumed, fresh) = (resumed.unwrap_err(), fresh(strict, most_bad));
        assert_eq!(resumed.to_string(), fresh.to_string());
        assert!(matches!(resumed.class(), Class::Record | Class::Data));
    }
    let mut rejects = Vec::new();
    engine::scan(&corpus(), &settings(false, any), Some(&mut rejects), &Unobserved).unwrap();
    assert_eq!(String::from_utf8(rejects).unwrap().lines().count(), 4);
}
