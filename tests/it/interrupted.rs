//! A run that is interrupted or killed at any moment leaves nothing behind but a work folder that was asked for, and its
//! outputs are absent or whole.

#![cfg(unix)]

use std::{
    fs,
    io::Write,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::{
    command::{Folder, kills, wait},
    corpus,
};

/// Commands whose runs are ended, and where their outputs are.
const COMMANDS: [(&[&str], &[&str]); 15] = [
    (&["scan", "crawl", "-o", "out"], &["out"]),
    (&["scan", "crawl", "-o", "new/deep/out", "--memory", "192MiB"], &["new"]),
    (&["scan", "crawl", "-o", "out", "--work", "work"], &["out"]),
    (&["scan", "crawl", "--attributes", "out"], &["out"]),
    (&["clean", "crawl", "-o", "out"], &["out"]),
    (&["clean", "crawl", "-o", "out", "--copies", "drop", "--memory", "192MiB"], &["out"]),
    (&["clean", "crawl", "-o", "out", "--work", "work", "--rejects", "bad"], &["out", "bad"]),
    (&["clean", "crawl", "-o", "out", "--bank", "k.bank"], &["out"]),
    (&["bank", "learn", "crawl", "-o", "out.bank", "--memory", "192MiB"], &["out.bank"]),
    (&["bank", "merge", "k.bank", "more.bank", "-o", "out.bank"], &["out.bank"]),
    (&["bank", "prune", "k.bank", "--below", "2", "-o", "out.bank"], &["out.bank"]),
    (&["index", "add", "out.index", "crawl", "--commit-every", "200"], &[]),
    (&["index", "clusters", "seen.index", "-o", "out.jsonl"], &["out.jsonl"]),
    (&["index", "find", "seen.index", "crawl", "-o", "out.jsonl"], &["out.jsonl"]),
    (&["report", "found", "--pages", "crawl", "-o", "out.html"], &["out.html"]),
];

/// Pages below a folder, and what commands need beside them.
fn world() -> Folder {
    let folder = Folder::new();
    for part in 0..6 {
        let mut lines = corpus::lines(&corpus::corpus(part, 4, 30));
        lines.push_str("no page\n");
        folder.write(&format!("crawl/{part}.jsonl"), lines);
    }
    fs::create_dir(folder.path("tmp")).unwrap();
    folder
}

fn command(folder: &Folder, args: &[&str]) -> Command {
    let mut command = folder.command(args);
    command.env("TMPDIR", folder.path("tmp")).arg("-q");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn tell(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

/// Waits until the child listens to both signals. One that comes before that ends it as any program does, and it has made
/// nothing then.
fn until_it_listens(child: &mut Child) {
    /// The bits of SIGINT and SIGTERM in a mask of signals.
    const BOTH: u64 = 1 << (2 - 1) | 1 << (15 - 1);

    let status = format!("/proc/{}/status", child.id());
    let begun = Instant::now();
    while cfg!(target_os = "linux") {
        let about = fs::read_to_string(&status).unwrap_or_default();
        let caught = about.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        if caught.is_some_and(|mask| mask & BOTH == BOTH) || child.try_wait().unwrap().is_some() {
            return;
        }
        assert!(begun.elapsed() < Duration::from_mins(2), "it never listens: {about}");
        thread::sleep(Duration::from_micros(200));
    }
    // Where that cannot be seen, this is long enough.
    thread::sleep(Duration::from_millis(300));
}

fn is_in(name: &str, outputs: &[&str]) -> bool {
    outputs.iter().any(|out| name == *out || name.starts_with(&format!("{out}/")))
}

/// Everything that a run may leave is named, whole, and nothing else is there.
fn check(folder: &Folder, whole: &Folder, outputs: &[&str], what: &str) {
    let is_output = |name: &str| is_in(name, outputs);
    for (name, bytes) in folder.files(".") {
        let is_input = whole.path(&name).exists() && !is_output(&name);
        let is_kept = name.starts_with("work/refrain-work/") || name.starts_with("out.index/");
        if is_output(&name) {
            assert!(whole.read(&name) == bytes, "{what}: {name} is not whole");
        } else {
            assert!(is_input || is_kept, "{what}: {name} was left");
        }
        assert!(!name.ends_with(".part"), "{what}: {name} was left");
    }
    for out in outputs {
        let names = |folder: &Folder| -> Vec<String> {
            let all = folder.names(".").into_iter();
            all.filter(|name| name == out || name.starts_with(&format!("{out}/"))).collect()
        };
        let (there, all) = (names(folder), names(whole));
        assert!(there.is_empty() || there == all, "{what}: of {out} there is {there:?}");
        // A folder that was made for what did not come is gone, too.
        assert!(!there.is_empty() || !folder.path(out).is_dir(), "{what}: {out} is empty");
    }
    assert!(fs::read_dir(folder.path("tmp")).unwrap().next().is_none(), "{what}: TMPDIR");
}

/// As often as `REFRAIN_KILLS` says, or twelve times, by either signal. A run that is told twice ends at once.
#[test]
fn an_interrupted_run_leaves_nothing() {
    let whole = world();
    for args in [
        &["bank", "learn", "crawl", "-o", "k.bank"][..],
        &["bank", "learn", "crawl/1.jsonl", "crawl/2.jsonl", "-o", "more.bank"],
        &["index", "add", "seen.index", "crawl"],
        &["scan", "crawl", "-o", "found"],
    ] {
        assert!(matches!(command(&whole, args).status().unwrap().code(), Some(0 | 1)));
    }
    let start = || {
        let folder = world();
        for part in ["found", "seen.index"] {
            fs::create_dir(folder.path(part)).unwrap();
            for (name, bytes) in whole.files(part) {
                folder.write(&format!("{part}/{name}"), bytes);
            }
        }
        for bank in ["k.bank", "more.bank"] {
            folder.write(bank, whole.read(bank));
        }
        folder
    };
    let mut expected = Vec::new();
    for (args, _) in COMMANDS {
        let folder = start();
        let begun = Instant::now();
        let run = command(&folder, args).output().unwrap();
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(matches!(run.status.code(), Some(0 | 1)), "{}: {said}", args.join(" "));
        expected.push((folder, begun.elapsed(), run.status.code()));
    }
    let mut took_to_end = Vec::new();
    let times = 2 * kills();
    for n in 0..times {
        let at = usize::try_from(n).unwrap() % COMMANDS.len();
        let ((args, outputs), (whole, took, code)) = (COMMANDS[at], &expected[at]);
        let (signal, status) = if (n / COMMANDS.len() as u64 + n).is_multiple_of(2) {
            (Signal::INT, 130)
        } else {
            (Signal::TERM, 143)
        };
        let folder = start();
        let mut child = command(&folder, args).spawn().unwrap();
        until_it_listens(&mut child);
        let share = u32::try_from((n + 1) * 0x9E37_79B9 % 1000).unwrap();
        thread::sleep(*took * share / 1000);
        tell(&child, signal);
        let told = Instant::now();
        if n % 5 == 4 {
            thread::sleep(Duration::from_millis(u64::from(share % 7)));
            // It may be gone by now.
            let _ = kill_process(Pid::from_child(&child), signal);
        }
        let run = child.wait_with_output().unwrap();
        let (exit, said) = (run.status.code(), String::from_utf8_lossy(&run.stderr));
        let what = format!("{} by {signal:?} at {share}/1000: {exit:?} {said}", args.join(" "));
        assert!(exit == Some(status) || exit == *code, "{what}");
        if exit == Some(status) {
            took_to_end.push(told.elapsed());
            let word = if status == 130 { "interrupted; " } else { "ended by SIGTERM; " };
            assert!(said.contains(word), "{what}");
        }
        check(&folder, whole, outputs, &what);
        let is_add = args[1] == "add";
        if args.contains(&"--work") || is_add {
            // It goes on, or begins anew.
            let args: Vec<&str> =
                args.iter().copied().chain((!is_add).then_some("--force")).collect();
            assert_eq!(command(&folder, &args).status().unwrap().code(), *code, "{what}");
            if is_add {
                folder.ok(&["index", "show", "out.index"]);
            }
            for name in whole.names(".").iter().filter(|name| is_in(name, outputs)) {
                assert!(folder.read(name) == whole.read(name), "{what}: {name} again");
            }
            assert!(folder.names("work").is_empty(), "{what}: again");
        }
    }
    let ended = took_to_end.len();
    assert!(3 * ended as u64 > times, "{ended} of {times} runs were ended by a signal");
    took_to_end.sort_unstable();
    let (median, last) = (took_to_end[ended / 2], took_to_end[ended - 1]);
    // A figure to look at, with `--nocapture`: how long a busy machine takes is no property of the program.
    #[expect(clippy::print_stdout, reason = "a figure for who asks for it")]
    {
        println!("{ended} of {times} runs were ended, in {median:?} (median), {last:?} at most");
    }
}

/// What waits for a stream that gives nothing ends as well.
#[test]
fn a_run_that_waits_for_its_input_is_interrupted() {
    let folder = world();
    let learn = ["bank", "learn", "crawl", "-o", "k.bank"];
    assert_eq!(command(&folder, &learn).status().unwrap().code(), Some(1));
    for args in [
        &["clean", "-", "--bank", "k.bank", "-o", "out.jsonl"][..],
        &["scan", "-", "-o", "out"],
        &["bank", "learn", "-", "-o", "out.bank"],
    ] {
        let mut command = command(&folder, args);
        command.stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&folder.read("crawl/1.jsonl")[..4000]).unwrap();
        stdin.flush().unwrap();
        until_it_listens(&mut child);
        // Until it reads.
        thread::sleep(Duration::from_millis(300));
        tell(&child, Signal::TERM);
        assert_eq!(wait(&mut child), Some(143), "{}", args.join(" "));
        let left: Vec<String> =
            folder.names(".").into_iter().filter(|name| !name.starts_with("crawl/")).collect();
        assert_eq!(left, ["k.bank"], "{}", args.join(" "));
        drop(stdin);
    }
}

/// What a killed run left is removed by the next one that writes there, and by none while its owner is at work.
#[test]
fn what_a_killed_run_left_is_removed_by_the_next() {
    let folder = world();
    let args = ["clean", "crawl", "-", "-o", "out.jsonl", "--to", "jsonl", "--memory", "192MiB"];
    let spawn = || {
        let mut command = command(&folder, &args);
        command.stdin(Stdio::piped()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let left = || {
        let mut names: Vec<String> = folder.names(".");
        names.retain(|name| name.ends_with(".part"));
        let tmp = fs::read_dir(folder.path("tmp")).unwrap();
        names.extend(tmp.map(|entry| entry.unwrap().file_name().into_string().unwrap()));
        names
    };
    let until_there = |before: &[String]| {
        let begun = Instant::now();
        loop {
            let now = left();
            if now.len() == 2 && !now.iter().any(|name| before.contains(name)) {
                return now;
            }
            assert!(begun.elapsed() < Duration::from_mins(2), "{now:?}");
            thread::sleep(Duration::from_millis(5));
        }
    };
    // It waits for the end of its input, which does not come.
    let mut killed = spawn();
    killed.stdin.as_mut().unwrap().write_all(&folder.read("crawl/1.jsonl")).unwrap();
    let of_killed = until_there(&[]);
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(left(), of_killed);
    let mut at_work = spawn();
    at_work.stdin.as_mut().unwrap().write_all(&folder.read("crawl/1.jsonl")).unwrap();
    let of_other = until_there(&of_killed);
    let next = ["clean", "crawl", "-o", "out2.jsonl", "--to", "jsonl", "--memory", "192MiB"];
    assert_eq!(command(&folder, &next).status().unwrap().code(), Some(1));
    assert_eq!(left(), of_other, "those of the run at work");
    drop(at_work.stdin.take());
    assert_eq!(wait(&mut at_work), Some(1));
    assert!(left().is_empty());
    assert!(folder.path("out.jsonl").exists());
}
