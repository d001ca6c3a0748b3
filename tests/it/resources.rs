//! What a run takes of the machine: memory within the budget however many workers are asked for, and few open files.

use std::{
    fs,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use refrain::generate::{Amount, Generator, Plan};

use crate::command::{Folder, finish};

/// Some million bytes of generated pages.
fn pages(folder: &Folder, name: &str, megabytes: u64) {
    let plan = Plan { amount: Amount::Bytes(megabytes * 1_000_000), ..Plan::default() };
    let generator = Generator::new(plan);
    let mut bytes = Vec::new();
    generator.write(0..generator.pages(), &mut bytes).unwrap();
    folder.write(name, bytes);
}

/// Runs it, and says the most memory in KiB that it was seen to hold.
fn peak(folder: &Folder, args: &[&str]) -> u64 {
    let mut child =
        folder.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let code = loop {
        if let Some(code) = child.try_wait().unwrap() {
            break code.code();
        }
        let told = fs::read_to_string(&status).unwrap_or_default();
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let held = line.and_then(|line| line.trim().split(' ').next()?.parse().ok());
        most = most.max(held.unwrap_or(0));
        thread::sleep(Duration::from_millis(3));
    };
    assert_eq!(code, Some(0), "{args:?}");
    most
}

#[test]
#[cfg(target_os = "linux")]
fn the_process_keeps_its_budget_however_many_workers_are_asked_for() {
    let folder = Folder::new();
    pages(&folder, "pages.jsonl", 60);
    for command in [
        &["scan", "-q", "pages.jsonl", "-o", "out", "--force"][..],
        &["clean", "-q", "pages.jsonl", "-o", "clean.jsonl", "--force"],
        &["bank", "learn", "-q", "pages.jsonl", "-o", "k.bank", "--force"],
    ] {
        for threads in ["1", "64"] {
            let args = [command, &["--memory", "192MiB", "-j", threads]].concat();
            let peak = peak(&folder, &args);
            assert!(peak > 1 << 13, "nothing was seen of it: {peak}");
            assert!(peak <= 192 << 10, "{peak} KiB: {args:?}");
        }
    }
}

#[test]
fn more_workers_than_make_sense_are_refused() {
    let folder = Folder::new();
    pages(&folder, "pages.jsonl", 1);
    for threads in ["0", "99999999", "-1"] {
        let threads = format!("-j{threads}");
        let run = folder.run(&["scan", "pages.jsonl", &threads]);
        assert_eq!(run.exit, Some(2), "{}", run.shown());
        assert!(run.stderr.contains("must be a whole number from 1 to 1024"), "{}", run.stderr);
    }
}

/// The command where so many files may be open.
#[cfg(target_os = "linux")]
fn with_files(folder: &Folder, files: u32, args: &[&str]) -> Command {
    let program = folder.command(args);
    let mut limited = Command::new("sh");
    limited
        .arg("-c")
        .arg(format!("ulimit -n {files} && exec \"$0\" \"$@\""))
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(folder.path("."))
        .env("TMPDIR", folder.path("."));
    limited
}

#[test]
#[cfg(target_os = "linux")]
fn few_open_files_are_enough_or_are_told_before_the_run() {
    let folder = Folder::new();
    pages(&folder, "pages.jsonl", 2);
    folder.ok(&["scan", "-q", "pages.jsonl", "-o", "whole"]);
    let args = ["scan", "-q", "pages.jsonl", "-o", "few", "--memory", "192MiB", "-j", "8"];
    let run = finish(with_files(&folder, 96, &args), b"");
    assert_eq!(run.exit, Some(0), "{}", run.shown());
    assert!(folder.files("few") == folder.files("whole"));

    let args = ["scan", "-q", "pages.jsonl", "-o", "fewer", "--memory", "192MiB"];
    let run = finish(with_files(&folder, 95, &args), b"");
    assert_eq!(run.exit, Some(2), "{}", run.shown());
    let problem =
        "refrain: open files: 95 are allowed and 96 are needed; allow more with `ulimit -n 96`\n";
    assert_eq!(run.stderr, problem);
    assert!(!folder.path("fewer").exists());
}
