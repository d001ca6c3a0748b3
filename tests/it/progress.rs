//! What is said while a run gets on: nothing where nobody looks, JSON where a program listens, bars on
//! a terminal, and colour only where it is wanted.

use std::{collections::BTreeMap, ffi::OsStr, process::Command};

use crate::{
    command::{Folder, finish},
    corpus,
};

/// A folder with an input of some pages.
fn pages() -> Folder {
    let folder = Folder::new();
    folder.write("in.jsonl", corpus::lines(&corpus::corpus(7, 3, 8)));
    folder
}

fn events(stderr: &str) -> Vec<serde_json::Value> {
    let event =
        |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("no JSON ({e}): {line}"));
    stderr.lines().map(event).collect()
}

/// Runs `refrain` on a terminal of its own, if the machine can make one, and gives all that it shows.
fn on_a_terminal(folder: &Folder, args: &str, env: &[(&str, &str)]) -> Option<String> {
    let mut command = Command::new("script");
    command.args(["-qec", &format!("{} {args}", env!("CARGO_BIN_EXE_refrain")), "/dev/null"]);
    command.current_dir(folder.path("")).env("TERM", "xterm").env_remove("NO_COLOR");
    command.envs(env.iter().map(|&(name, value)| (OsStr::new(name), OsStr::new(value))));
    Command::new("script").arg("--version").output().ok()?;
    Some(finish(command, b"").out().to_owned())
}

#[test]
fn nothing_is_drawn_where_there_is_no_terminal() {
    let folder = pages();
    let run = folder.ok(&["clean", "in.jsonl", "-o", "out.jsonl"]);
    assert!(!run.stderr.contains('\r') && !run.stderr.contains('\x1b'), "{:?}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 2, "{}", run.stderr);
    let run = folder.ok(&["clean", "in.jsonl", "-o", "out2.jsonl", "--quiet"]);
    assert_eq!(run.stderr, "");
}

#[test]
fn json_tells_every_stage_in_order_and_ends_at_the_total() {
    let folder = pages();
    let run = folder.ok(&["clean", "in.jsonl", "-o", "out.jsonl", "--progress", "json"]);
    let events = events(&run.stderr);
    let of = |kind: &str| -> Vec<&str> {
        let of = events.iter().filter(|event| event["event"] == kind);
        of.map(|event| event["stage"].as_str().unwrap()).collect()
    };
    let stages = ["learn", "families", "label", "copies", "clean"];
    assert_eq!(of("begin"), stages);
    assert_eq!(of("end"), stages);

    let size = folder.read("in.jsonl").len() as u64;
    let mut last = BTreeMap::new();
    for event in events.iter().filter(|event| event["event"] == "progress") {
        let part = (event["stage"].to_string(), event["unit"].to_string());
        let done = event["done"].as_u64().unwrap();
        assert!(done <= event["total"].as_u64().unwrap(), "{event}");
        assert!(last.insert(part, done).is_none_or(|before| before <= done), "{event}");
    }
    for stage in ["learn", "clean"] {
        assert_eq!(last[&(format!("\"{stage}\""), "\"bytes\"".to_owned())], size);
    }
    let notes: Vec<_> = events.iter().filter(|event| event["event"] == "note").collect();
    assert!(notes[0]["text"].as_str().unwrap().starts_with("26 pages in: 26 kept"), "{notes:?}");
}

#[test]
fn quiet_json_has_no_notes() {
    let folder = pages();
    let run = folder.ok(&["scan", "in.jsonl", "-q", "--progress", "json"]);
    assert_eq!(run.out(), "");
    assert!(events(&run.stderr).iter().all(|event| event["event"] != "note"));
}

#[test]
fn a_failure_is_an_event_too() {
    let folder = Folder::new();
    folder.write("in.jsonl", "{\"text\":7}\n");
    let run = folder.run(&["scan", "in.jsonl", "--strict", "--progress", "json"]);
    assert_eq!(run.exit, Some(3));
    let events = events(&run.stderr);
    // The stage that failed is ended.
    assert_eq!(events[events.len() - 2]["event"], "end");
    let error = events.last().unwrap();
    assert_eq!((&error["event"], &error["exit"]), (&"error".into(), &3.into()));
    assert!(error["text"].as_str().unwrap().starts_with("in.jsonl:1 (byte 0): field `text`"));
}

/// Of a stream nobody knows how long it is, and of a compressed file its length on disk.
#[test]
fn totals_are_those_that_can_be_known() {
    let folder = pages();
    let learn = |args: &[&str], input: &[u8]| {
        let run = folder.run_with(&[&["scan", "-q", "--progress", "json"], args].concat(), input);
        let events = events(&run.stderr);
        let last = events.into_iter().rfind(|e| e["stage"] == "learn" && e["event"] == "progress");
        let last = last.unwrap();
        (last["done"].as_u64().unwrap(), last["total"].as_u64())
    };
    let plain = folder.read("in.jsonl");
    assert_eq!(learn(&["-"], &plain), (plain.len() as u64, None));
    for (name, packed) in [
        ("in.jsonl.gz", crate::command::gzip(&plain)),
        ("in.jsonl.zst", crate::command::zstd(&plain)),
    ] {
        folder.write(name, &packed);
        assert_eq!(learn(&[name], b""), (packed.len() as u64, Some(packed.len() as u64)), "{name}");
    }
    assert_eq!(learn(&["in.jsonl", "--mmap"], b""), (plain.len() as u64, Some(plain.len() as u64)));
}

#[test]
fn bars_are_for_terminals() {
    let folder = pages();
    let scan = "scan in.jsonl";
    let Some(shown) = on_a_terminal(&folder, scan, &[]) else { return };
    assert!(shown.contains("learn ") && shown.contains(" of "), "{shown:?}");
    assert!(shown.contains("\x1b[1mchrome\x1b[0m"), "{shown:?}");
    for (args, env) in [
        ("scan in.jsonl --progress none", &[][..]),
        ("scan in.jsonl --quiet", &[]),
        (scan, &[("TERM", "dumb")]),
    ] {
        let shown = on_a_terminal(&folder, args, env).unwrap();
        assert!(!shown.contains('━') && !shown.contains(" % ·"), "{args}: {shown:?}");
    }
}

#[test]
fn no_color_is_heard() {
    let folder = pages();
    let Some(shown) = on_a_terminal(&folder, "scan in.jsonl", &[("NO_COLOR", "1")]) else { return };
    assert!(shown.contains("chrome  "), "{shown:?}");
    // Escapes that move the cursor are no colour.
    let colours = shown.split("\x1b[").skip(1).filter(|rest| {
        rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m')
    });
    assert_eq!(colours.count(), 0, "{shown:?}");
    // Empty is as good as not set.
    let shown = on_a_terminal(&folder, "scan in.jsonl", &[("NO_COLOR", "")]).unwrap();
    assert!(shown.contains("\x1b[1mchrome"), "{shown:?}");
}
