//! No file of the user's is lost: nothing that a command writes takes the place of what it reads, a folder that is
//! read gives the same pages however often results are written into it, and a work folder holds only what runs made.

use std::{fs, io, path::Path, process::Stdio};

use crate::{
    command::{Folder, Run, finish},
    corpus,
};

/// A folder with pages of three sites, in one file and in two below a folder.
fn world() -> Folder {
    let folder = Folder::new();
    let lines = corpus::lines(&corpus::corpus(3, 3, 12));
    let half = lines[..lines.len() / 2].rfind('\n').unwrap() + 1;
    folder.write("pages.jsonl", &lines);
    folder.write("crawl/a.jsonl", &lines[..half]);
    folder.write("crawl/deep/b.jsonl", &lines[half..]);
    folder
}

/// Everything below a folder, hidden files too.
fn all(folder: &Folder) -> Vec<(String, Vec<u8>)> {
    folder.files(".")
}

/// The command is refused, says all of `words`, and changes nothing.
fn refused(folder: &Folder, args: &[&str], words: &[&str]) {
    let before = all(folder);
    let run = folder.run(args);
    assert_eq!(run.exit, Some(2), "refrain {}\n{}", args.join(" "), run.shown());
    for word in words {
        assert!(run.stderr.contains(word), "refrain {}\n{}", args.join(" "), run.shown());
    }
    assert!(all(folder) == before, "refrain {} changed a file", args.join(" "));
}

#[test]
fn no_output_takes_the_place_of_what_is_read() {
    let folder = world();
    folder.ok(&["bank", "learn", "-q", "pages.jsonl", "-o", "k.bank"]);
    folder.ok(&["index", "add", "-q", "seen.index", "pages.jsonl"]);
    folder.ok(&["scan", "-q", "pages.jsonl", "-o", "found"]);
    folder.write("lines.txt", "Follow us\n");
    folder.write("own.toml", "keep = \"first\"\n");
    let input = ["is an input, and ", " would take its place; name another file"];
    for args in [
        &["scan", "pages.jsonl", "--rejects", "pages.jsonl", "--force"][..],
        &["scan", "crawl", "pages.jsonl", "--rejects", "./crawl/../pages.jsonl", "--force"],
        &["scan", "found/pages.jsonl", "-o", "found", "--force"],
        &["clean", "pages.jsonl", "-o", "out.jsonl", "--summary", "pages.jsonl", "--force"],
        &["clean", "pages.jsonl", "-o", "-", "--rejects", "pages.jsonl", "--force"],
        &["bank", "learn", "pages.jsonl", "-o", "pages.jsonl", "--force"],
        &["index", "find", "seen.index", "pages.jsonl", "-o", "pages.jsonl", "--force"],
        &["index", "diff", "seen.index", "pages.jsonl", "-o", "pages.jsonl", "--force"],
        &["report", "found", "--pages", "pages.jsonl", "-o", "pages.jsonl", "--force"],
        &["bench", "pages.jsonl", "--json", "pages.jsonl", "--force"],
    ] {
        refused(&folder, args, &input);
    }
    for (args, what) in [
        (
            &["clean", "--bank", "k.bank", "pages.jsonl", "-o", "k.bank", "--force"][..],
            "is the bank, and -o",
        ),
        (
            &["clean", "--bank", "k.bank", "--learn", "pages.jsonl", "-o", "k.bank", "--force"],
            "is the bank, and -o",
        ),
        (
            &[
                "clean",
                "--bank",
                "k.bank",
                "pages.jsonl",
                "-o",
                "x",
                "--rejects",
                "k.bank",
                "--force",
            ],
            "is the bank, and",
        ),
        (
            &["clean", "--bank", "pages.jsonl", "--learn", "pages.jsonl", "-o", "x"],
            "is an input, and the bank",
        ),
        (&["report", "found", "-o", "found/pages.jsonl", "--force"], "is evidence, and -o"),
        (
            &["scan", "pages.jsonl", "--config", "own.toml", "--rejects", "own.toml", "--force"],
            "is the config file, and --rejects",
        ),
        (
            &["clean", "pages.jsonl", "--seeds=lines.txt", "-o", "lines.txt", "--force"],
            "is the list of known lines, and -o",
        ),
        (
            &[
                "clean",
                "pages.jsonl",
                "--index",
                "seen.index",
                "--copies",
                "drop",
                "-o",
                "seen.index/x.segment",
            ],
            "lies in the index seen.index",
        ),
        (
            &["index", "clusters", "seen.index", "-o", "seen.index/x.segment"],
            "lies in the index seen.index",
        ),
    ] {
        refused(&folder, args, &[what]);
    }
}

#[test]
fn no_two_outputs_are_one_file() {
    let folder = world();
    folder.ok(&["index", "add", "-q", "seen.index", "pages.jsonl"]);
    fs::create_dir(folder.path("out")).unwrap();
    let twice = ["is named for two outputs"];
    for args in [
        &["clean", "pages.jsonl", "-o", "o1.jsonl", "--rejects", "./o1.jsonl"][..],
        &["clean", "pages.jsonl", "-o", "o1.jsonl", "--summary", "out/../o1.jsonl", "--force"],
        &["clean", "pages.jsonl", "-o", "out", "--summary", "out/pages.jsonl"],
        &["clean", "crawl", "-o", "out", "--rejects", "out/deep/b.jsonl"],
        &["scan", "pages.jsonl", "-o", "found", "--rejects", "found/pages.jsonl"],
        &["scan", "pages.jsonl", "--attributes", "found", "--rejects", "found/pages.jsonl.gz"],
        &["clean", "pages.jsonl", "--index", "seen.index", "--found", "x", "-o", "x"],
    ] {
        refused(&folder, args, &twice);
    }
}

#[cfg(unix)]
#[test]
fn links_are_what_they_lead_to() {
    use std::os::unix::fs::symlink;
    let folder = world();
    symlink("pages.jsonl", folder.path("link.jsonl")).unwrap();
    symlink("crawl", folder.path("here")).unwrap();
    fs::hard_link(folder.path("pages.jsonl"), folder.path("hard.jsonl")).unwrap();
    for same in ["link.jsonl", "here/../pages.jsonl", "hard.jsonl", "here/deep/../../link.jsonl"] {
        refused(&folder, &["scan", "pages.jsonl", "--rejects", same, "--force"], &["is an input"]);
    }
    let args = ["clean", "pages.jsonl", "-o", "dangling.jsonl", "--summary", "here/../new.jsonl"];
    // A link to nothing is where that would be.
    symlink("new.jsonl", folder.path("dangling.jsonl")).unwrap();
    let run = folder.run(&args);
    assert_eq!(run.exit, Some(2), "{}", run.shown());
    assert!(run.stderr.contains("is named for two outputs"), "{}", run.shown());
    assert!(!folder.path("new.jsonl").exists());
}

/// Standard output may lead to a file that is read.
#[test]
fn standard_output_is_an_output_too() {
    let folder = world();
    let before = folder.read("pages.jsonl");
    let mut command = folder.command(&["clean", "pages.jsonl", "-o", "-"]);
    let file = fs::OpenOptions::new().append(true).open(folder.path("pages.jsonl")).unwrap();
    command.stdin(Stdio::null()).stdout(file);
    let run = command.output().unwrap();
    assert_eq!(run.status.code(), Some(2), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(folder.read("pages.jsonl") == before);
    // The shell made it before the run began.
    let mut new = fs::OpenOptions::new();
    let file =
        new.write(true).create(true).truncate(true).open(folder.path("crawl/out.jsonl")).unwrap();
    let mut command = folder.command(&["clean", "crawl", "-o", "-", "-q"]);
    command.stdin(Stdio::null()).stdout(file);
    assert_eq!(command.status().unwrap().code(), Some(0));
    let lines = |name| folder.text(name).lines().count();
    assert_eq!(lines("crawl/out.jsonl"), lines("pages.jsonl"));
}

fn pages(run: &Run) -> &str {
    let is_count =
        |line: &&str| line.starts_with(|c: char| c.is_ascii_digit()) && line.contains(" pages ");
    let line = run.stderr.lines().chain(run.out().lines()).find(is_count);
    line.unwrap_or_else(|| panic!("{}", run.shown())).split(" pages").next().unwrap()
}

#[test]
fn what_is_written_below_the_input_never_comes_back() {
    let folder = world();
    let right = pages(&folder.ok(&["scan", "crawl"])).to_owned();
    for args in [
        &[
            "clean",
            "crawl",
            "-o",
            "crawl/clean.jsonl",
            "--to",
            "jsonl",
            "--summary",
            "crawl/s.json",
        ][..],
        &["clean", "crawl", "-o", "crawl/clean", "--rejects", "crawl/bad.txt"],
        &["scan", "crawl", "-o", "crawl/found", "--rejects", "crawl/bad.txt"],
        &["scan", "crawl", "--attributes", "crawl/attributes"],
    ] {
        let args: Vec<&str> = args.iter().copied().chain(["--force"]).collect();
        let folder = world();
        for n in 0..3 {
            let run = folder.ok(&args);
            assert_eq!(pages(&run), right, "run {n}: {}\n{}", args.join(" "), run.shown());
        }
    }
    // Another command knows them by what is in them.
    folder.ok(&["scan", "-q", "crawl", "-o", "crawl/found", "--attributes", "crawl/attributes"]);
    folder.ok(&["report", "crawl/found", "--pages", "crawl", "-o", "crawl/r.html"]);
    folder.ok(&["bank", "learn", "-q", "crawl", "-o", "crawl/a.bank.txt"]);
    folder.write("crawl/.clean.jsonl.x1.part", "half");
    for args in [&["scan", "crawl"][..], &["clean", "crawl", "-o", "clean"]] {
        let run = folder.ok(args);
        assert_eq!(pages(&run), right, "{}", run.shown());
        for words in [
            "passed over (evidence of a scan): crawl/found/",
            "passed over (a report): crawl/r.html",
            "passed over (attributes of a scan): crawl/attributes/",
            "passed over (a bank): crawl/a.bank.txt",
        ] {
            assert!(run.stderr.contains(words), "{words}\n{}", run.shown());
        }
    }
    // Pages of the user's in the folder of an output are pages still.
    folder.write("crawl/found/more.jsonl", folder.read("crawl/a.jsonl"));
    assert_ne!(pages(&folder.ok(&["scan", "crawl"])), right);
}

#[test]
fn a_page_may_take_its_own_place_and_no_other() {
    let folder = world();
    let before = folder.files("crawl");
    refused(&folder, &["clean", "crawl", "-o", "crawl"], &["already there"]);
    folder.ok(&["clean", "-q", "crawl", "-o", "apart"]);
    folder.ok(&["clean", "-q", "crawl", "-o", "crawl", "--force"]);
    assert!(folder.files("crawl") == folder.files("apart") && folder.files("crawl") != before);
    // As other bytes than it was, or those of other files, it would be lost.
    folder.write("x/one.html", "<p>One page of a site that has more of them");
    folder.write("x/one.jsonl", "{\"text\":\"another page\"}\n");
    refused(&folder, &["clean", "x/one.html", "-o", "x/one.jsonl"], &["already there"]);
    let args =
        ["clean", "x/one.html", "x/one.jsonl", "-o", "x/one.jsonl", "--to", "jsonl", "--force"];
    refused(&folder, &args, &["is an input, and -o"]);
}

#[cfg(unix)]
#[test]
fn a_link_is_written_through_and_keeps_its_mode() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = world();
    fs::create_dir(folder.path("disk")).unwrap();
    folder.write("disk/real.jsonl", "old");
    let mode = |name: &str| fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o777;
    for (name, bits) in
        [("disk/real.jsonl", 0o600), ("disk/real.jsonl", 0o640), ("disk/real.jsonl", 0o666)]
    {
        fs::set_permissions(folder.path(name), fs::Permissions::from_mode(bits)).unwrap();
        let _ = fs::remove_file(folder.path("out.jsonl"));
        symlink("disk/real.jsonl", folder.path("out.jsonl")).unwrap();
        folder.ok(&["clean", "-q", "pages.jsonl", "-o", "out.jsonl", "--force"]);
        assert!(fs::symlink_metadata(folder.path("out.jsonl")).unwrap().is_symlink());
        assert_eq!(mode("disk/real.jsonl"), bits);
        assert!(folder.read("disk/real.jsonl").len() > 1000);
        assert_eq!(folder.names("disk"), ["real.jsonl"]);
    }
    // A link to nothing: what it leads to is made.
    symlink("disk/new.jsonl", folder.path("to-new.jsonl")).unwrap();
    folder.ok(&["clean", "-q", "pages.jsonl", "-o", "to-new.jsonl"]);
    assert!(fs::symlink_metadata(folder.path("to-new.jsonl")).unwrap().is_symlink());
    assert!(folder.read("disk/new.jsonl") == folder.read("out.jsonl"));
}

#[test]
fn nothing_may_lie_in_the_work_folder() {
    let folder = world();
    folder.ok(&["bank", "learn", "-q", "pages.jsonl", "-o", "w/k.bank"]);
    folder.ok(&["index", "add", "-q", "w/seen.index", "pages.jsonl"]);
    folder.write("w/in.jsonl", folder.read("pages.jsonl"));
    for args in [
        &["scan", "pages.jsonl", "-o", "w", "--work", "w"][..],
        &["scan", "pages.jsonl", "-o", "w/found", "--work", "./w/"],
        &["scan", "w/in.jsonl", "-o", "found", "--work", "w"],
        &["scan", "w", "-o", "found", "--work", "w"],
        &["scan", "pages.jsonl", "--rejects", "w/bad", "--work", "w"],
        &["scan", "pages.jsonl", "--attributes", "w/attributes", "--work", "w"],
        &["clean", "pages.jsonl", "-o", "w/out.jsonl", "--work", "w"],
        &["clean", "pages.jsonl", "-o", "x", "--summary", "w/s.json", "--work", "w"],
        &[
            "clean",
            "pages.jsonl",
            "-o",
            "x",
            "--index",
            "w/seen.index",
            "--copies",
            "drop",
            "--work",
            "w",
        ],
        &[
            "clean",
            "pages.jsonl",
            "-o",
            "x",
            "--index",
            "w/seen.index",
            "--found",
            "w/f",
            "--work",
            "w",
        ],
        &["index", "add", "w/seen.index", "pages.jsonl", "--work", "w/seen.index"],
    ] {
        refused(
            &folder,
            args,
            &["lies in the work folder ", "name one for --work that holds nothing else"],
        );
    }
}

#[test]
fn a_work_folder_owns_only_what_it_made() {
    let folder = world();
    folder.ok(&["scan", "-q", "pages.jsonl", "-o", "right"]);
    folder.ok(&["index", "add", "-q", "seen.index", "pages.jsonl"]);
    let index = folder.files("seen.index");
    folder.write("w/lock.refrain", "");
    folder.write("w/notes.txt", "years of work");
    folder.write("w/learnt", "a stranger's");
    for work in ["seen.index", "w", "new/w", "crawl/work"] {
        folder.ok(&["scan", "-q", "pages.jsonl", "-o", "found", "--work", work, "--force"]);
        assert!(folder.files("found") == folder.files("right"), "{work}");
    }
    assert!(folder.files("seen.index") == index);
    assert_eq!(folder.names("w"), ["learnt", "lock.refrain", "notes.txt"]);
    assert_eq!(folder.text("w/notes.txt"), "years of work");
    assert!(folder.names("new").is_empty());
    // A folder of that name that no run made.
    folder.write("v/refrain-work/lock.refrain", "");
    folder.write("v/refrain-work/a.jsonl", "{}");
    refused(
        &folder,
        &["scan", "pages.jsonl", "-o", "f2", "--work", "v"],
        &["holds files that are no run's"],
    );
    // One below the input is no input.
    folder.ok(&["scan", "-q", "crawl", "-o", "before"]);
    folder.ok(&["scan", "-q", "crawl", "-o", "after", "--work", "crawl/work"]);
    assert!(folder.files("before") == folder.files("after"));
}

/// What `path` is, asked of a run that may not know its folder.
#[test]
fn a_pipe_and_a_device_may_be_named_twice() {
    let folder = world();
    if !Path::new("/dev/null").exists() {
        return;
    }
    let mut command = folder.command(&["clean", "-q", "-", "-o", "/dev/null", "--rejects", "bad"]);
    command.stdin(Stdio::piped());
    let run = finish(command, &folder.read("pages.jsonl"));
    assert_eq!(run.exit, Some(0), "{}", run.shown());
    let there: io::Result<_> = fs::metadata("/dev/null");
    assert!(!there.unwrap().is_file());
}
