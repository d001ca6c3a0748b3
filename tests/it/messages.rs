//! What the command says, and how it ends, when its input or its output is bad. Read as a user reads it:
//! exit code, standard output and standard error in one.
//!
//! No run may panic: [`crate::command::finish`] looks for that in every one of them.

use std::{io::Write, process::Stdio, thread, time::Duration};

use insta::assert_snapshot;

use crate::{
    command::{Folder, gzip, wait, zstd},
    corpus,
};

const GOOD: &str =
    "{\"id\":\"good\",\"url\":\"https://www.harbour.example/1\",\"text\":\"A page.\"}\n";

/// Cleans a good record followed by a bad one.
fn record(bad: impl AsRef<[u8]>) -> String {
    let folder = Folder::new();
    folder.write("in.jsonl", [GOOD.as_bytes(), bad.as_ref(), b"\n"].concat());
    let run = folder.run(&["clean", "in.jsonl", "-o", "out.jsonl"]);
    assert_eq!(folder.text("out.jsonl"), GOOD, "the good record stays");
    run.shown()
}

fn fails(files: &[(&str, &[u8])], args: &[&str]) -> String {
    let folder = Folder::new();
    for (name, bytes) in files {
        folder.write(name, bytes);
    }
    folder.run(args).shown()
}

#[test]
fn broken_json() {
    assert_snapshot!(record(r#"{"id":"x","text":nope}"#), @r"
    exit 1
    --- stderr
    2 pages in: 1 kept (0 without text), 0 dropped, 1 bad; 0 bytes of chrome taken out
      in.jsonl:2 (byte 69): broken JSON at column 19: expected ident; mend the line
    ");
}

#[test]
fn json_that_breaks_off() {
    assert_snapshot!(record(r#"{"id":"x","text":"A pag"#), @r"
    exit 1
    --- stderr
    2 pages in: 1 kept (0 without text), 0 dropped, 1 bad; 0 bytes of chrome taken out
      in.jsonl:2 (byte 69): broken JSON at column 23: EOF while parsing a string; a record is one whole line
    ");
}

#[test]
fn a_missing_field() {
    assert_snapshot!(record(r#"{"id":"x","html":"<p>","date":"2031-03-11"}"#), @r"
    exit 1
    --- stderr
    2 pages in: 1 kept (0 without text), 0 dropped, 1 bad; 0 bytes of chrome taken out
      in.jsonl:2 (byte 69): no field `text` (found: id, html, date); name another with --text-field
    ");
}

#[test]
fn a_misspelt_field() {
    let line = b"{\"id\":\"x\",\"text\":\"A page.\",\"title\":\"T\"}\n";
    let args = ["scan", "in.jsonl", "--text-field", "txet"];
    assert_snapshot!(fails(&[("in.jsonl", line)], &args), @r"
    exit 3
    --- stderr
    refrain: input: no page can be used, 1 record is bad; the first: in.jsonl:1 (byte 0): no field `txet` (found: id, text, title); did you mean `text`? name it with --text-field
    ");
}

#[test]
fn a_misspelt_flag() {
    assert_snapshot!(fails(&[], &["scan", "in.jsonl", "--chrome-levle", "strict"]), @r"
    exit 2
    --- stderr
    error: unexpected argument '--chrome-levle' found

      tip: a similar argument exists: '--chrome-level'

    Usage: refrain scan --chrome-level <LEVEL> <INPUT>...

    For more information, try '--help'.
    ");
}

#[test]
fn no_field_at_all() {
    assert_snapshot!(record("{}"), @r"
    exit 1
    --- stderr
    2 pages in: 1 kept (0 without text), 0 dropped, 1 bad; 0 bytes of chrome taken out
      in.jsonl:2 (byte 69): no field `text` (found: no fields); name another with --text-field
    ");
}

/// Cleans a good record and another good one, which stay as they are.
fn kept(other: &str) -> String {
    let folder = Folder::new();
    let lines = format!("{GOOD}{other}\n");
    folder.write("in.jsonl", &lines);
    let run = folder.run(&["clean", "in.jsonl", "-o", "out.jsonl"]);
    assert_eq!(folder.text("out.jsonl"), lines);
    run.shown()
}

#[test]
fn a_text_that_is_null() {
    assert_snapshot!(kept(r#"{"id":"x","text":null}"#), @r"
    exit 0
    --- stderr
    2 pages in: 2 kept (1 without text), 0 dropped, 0 bad; 0 bytes of chrome taken out
    1 page has no text: it is null
    ");
}

#[test]
fn a_text_that_is_a_number() {
    assert_snapshot!(record(r#"{"id":"x","text":42}"#), @r"
    exit 1
    --- stderr
    2 pages in: 1 kept (0 without text), 0 dropped, 1 bad; 0 bytes of chrome taken out
      in.jsonl:2 (byte 69): field `text` is a number, not a string; name another with --text-field
    ");
}

#[test]
fn a_text_that_is_a_list() {
    assert_snapshot!(record(r#"{"id":"x","text":["A page."]}"#), @r"
    exit 1
    --- stderr
    2 pages in: 1 kept (0 without text), 0 dropped, 1 bad; 0 bytes of chrome taken out
      in.jsonl:2 (byte 69): field `text` is an array, not a string; name another with --text-field
    ");
}

#[test]
fn two_texts() {
    assert_snapshot!(record(r#"{"text":"a","text":"b"}"#), @r"
    exit 1
    --- stderr
    2 pages in: 1 kept (0 without text), 0 dropped, 1 bad; 0 bytes of chrome taken out
      in.jsonl:2 (byte 69): field `text` appears twice; keep one of them
    ");
}

#[test]
fn a_line_that_is_a_list() {
    assert_snapshot!(record(r#"[{"text":"A page."}]"#), @r"
    exit 1
    --- stderr
    2 pages in: 1 kept (0 without text), 0 dropped, 1 bad; 0 bytes of chrome taken out
      in.jsonl:2 (byte 69): line is an array, not an object; write one object a line, for example with `jq -c '.[]'`
    ");
}

#[test]
fn half_a_character() {
    assert_snapshot!(kept(r#"{"site":"x.example","text":"\ud83d \ude00"}"#), @r"
    exit 0
    --- stderr
    2 pages in: 2 kept (0 without text), 0 dropped, 0 bad; 0 bytes of chrome taken out
    2 halves of characters (lone surrogates) in 1 text became U+FFFD
    ");
}

#[test]
fn bytes_that_are_not_utf8() {
    assert_snapshot!(record(b"{\"text\":\"caf\xe9\"}"), @r"
    exit 1
    --- stderr
    2 pages in: 1 kept (0 without text), 0 dropped, 1 bad; 0 bytes of chrome taken out
      in.jsonl:2 (byte 69): not UTF-8: found 0xe9 at byte 81; convert it, for example with `iconv -f windows-1252 -t utf-8`
    ");
}

/// What is wrong with a record is shown on one line, without what a terminal would obey.
#[test]
fn a_hostile_name_of_a_field_does_not_reach_the_terminal() {
    let hostile = "{\"\\u001b[31mred\\n\\u202e\":1}";
    let shown = record(hostile);
    assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown:?}");
    for args in [&["scan", "x.jsonl", "--strict"][..], &["scan", "x.jsonl"][..]] {
        let shown = fails(&[("x.jsonl", hostile.as_bytes())], args);
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown:?}");
        assert_eq!(shown.lines().count(), 3, "{shown}");
    }
}

#[test]
fn a_line_that_is_too_long() {
    let folder = Folder::new();
    let long = format!("{{\"text\":\"{}\"}}\n", "long ".repeat(100));
    folder.write("in.jsonl", [GOOD, &long].concat());
    assert_snapshot!(folder.run(&["clean", "in.jsonl", "-o", "out.jsonl", "--max-record", "200"]).shown(), @r"
    exit 1
    --- stderr
    2 pages in: 1 kept (0 without text), 0 dropped, 1 bad; 0 bytes of chrome taken out
      in.jsonl:2 (byte 69): line is 511 bytes long, more than the 200 allowed; raise it with --max-record
    ");
}

#[test]
fn a_text_file_that_is_too_long() {
    let files: [(&str, &[u8]); 2] = [("in/a.txt", b"A page."), ("in/b.txt", &[b'x'; 300])];
    assert_snapshot!(fails(&files, &["clean", "in", "-o", "out", "--max-record", "200"]), @r"
    exit 1
    --- stderr
    2 pages in: 1 kept (0 without text), 0 dropped, 1 bad; 0 bytes of chrome taken out
      in/b.txt:1 (byte 0): file is 300 bytes long, more than the 200 allowed; raise it with --max-record
    ");
}

/// A hundred million bytes on one line, which comes through a pipe: a bad record like others, and not a
/// reason to hold it all in memory.
#[test]
fn a_line_of_a_hundred_megabytes() {
    let folder = Folder::new();
    let mut command = folder.command(&["clean", "-j", "1", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let feeder = thread::spawn(move || {
        stdin.write_all(GOOD.as_bytes()).unwrap();
        stdin.write_all(b"{\"text\":\"").unwrap();
        for _ in 0..100 {
            stdin.write_all(&[b'x'; 1_000_000]).unwrap();
        }
        stdin.write_all(b"\"}\n").unwrap();
        stdin.write_all(GOOD.as_bytes()).unwrap();
    });
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(resident(child.id()));
        thread::sleep(Duration::from_millis(2));
    }
    feeder.join().unwrap();
    let run = child.wait_with_output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert_eq!(String::from_utf8(run.stdout).unwrap(), [GOOD, GOOD].concat());
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert!(stderr.contains("-:2 (byte 69): line is 100000011 bytes long"), "{stderr}");
    assert!(most < 250 << 20, "{} MB at once", most >> 20);
}

/// Largest number of bytes that the process has had in memory, where the system tells.
fn resident(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) << 10
}

#[test]
fn an_empty_file() {
    assert_snapshot!(fails(&[("in.jsonl", b"")], &["scan", "in.jsonl"]), @r"
    exit 0
    --- stdout
    0 pages of 0 sites, 0 bytes of text
    ");
}

#[test]
fn an_empty_file_is_cleaned_to_an_empty_file() {
    let folder = Folder::new();
    folder.write("in.jsonl", "");
    assert_snapshot!(folder.run(&["clean", "in.jsonl", "-o", "out.jsonl"]).shown(), @r"
    exit 0
    --- stderr
    0 pages in: 0 kept (0 without text), 0 dropped, 0 bad; 0 bytes of chrome taken out
    ");
    assert_eq!(folder.text("out.jsonl"), "");
}

#[test]
fn nothing_on_standard_input() {
    assert_snapshot!(fails(&[], &["scan", "-"]), @r"
    exit 0
    --- stdout
    0 pages of 0 sites, 0 bytes of text
    ");
}

#[test]
fn a_folder_without_pages() {
    assert_snapshot!(fails(&[("in/readme.md", b"x")], &["scan", "in"]), @r"
    exit 3
    --- stderr
    refrain: in/: no pages found (looked for .txt, .jsonl, .ndjson, .json, .csv, .tsv, .parquet, .html, .htm, .warc, .wet, .arc, each also compressed, and files without an ending that hold such)
    ");
}

#[test]
fn an_input_that_is_not_there() {
    assert_snapshot!(fails(&[], &["scan", "crawl.jsonl"]), @r"
    exit 3
    --- stderr
    refrain: crawl.jsonl: no such file or folder
    ");
}

#[test]
fn standard_input_named_twice() {
    assert_snapshot!(fails(&[], &["scan", "-", "-"]), @r"
    exit 2
    --- stderr
    refrain: -: named twice; standard input can be read once
    ");
}

#[test]
fn files_that_hold_no_pages() {
    let mut tar = vec![b'a'; 600];
    tar[257..262].copy_from_slice(b"ustar");
    for (name, bytes, problem) in [
        (
            "in.zip",
            &b"PK\x03\x04...."[..],
            "a zip archive, which is not read here; unpack it with `unzip` and name the folder",
        ),
        (
            "in.tar",
            &tar,
            "a tar archive, which is not read here; unpack it with `tar -xf` and name the folder",
        ),
        (
            "in.tar.gz",
            &gzip(&tar),
            "a tar archive, which is not read here; unpack it with `tar -xf` and name the folder",
        ),
        (
            "in.jsonl",
            b"\xff\xfe{\0}\0",
            "UTF-16, which is not read here; write it as UTF-8 with `iconv -f utf-16 -t utf-8`",
        ),
        (
            "in.parquet",
            b"PARE........",
            "Parquet with an encrypted footer, which is not read here; write it again without encryption",
        ),
        (
            "in",
            b"\0\x01\x02binary",
            "binary data of a kind that is not known here (it begins with 00 01 02 62 69 6e 61 72); name files of text, or write what it holds as JSON lines",
        ),
    ] {
        let shown = fails(&[(name, bytes)], &["scan", name]);
        let way_on = "with --skip-damaged what can be read is used, and the run goes on with the other files";
        assert_eq!(shown, format!("exit 3\n--- stderr\nrefrain: {name}: {problem}; {way_on}\n"));
    }
}

/// Two members, so that the first is good and the second breaks off.
fn cut(name: &str, pack: fn(&[u8]) -> Vec<u8>) -> String {
    let pages = corpus::lines(&corpus::corpus(1, 2, 4));
    let (good, mut cut) = (pack(GOOD.as_bytes()), pack(pages.as_bytes()));
    cut.truncate(cut.len() / 2);
    let folder = Folder::new();
    folder.write(name, [good, cut].concat());
    let shown = folder.run(&["clean", name, "-o", "out"]).shown();
    assert!(!folder.path("out").exists());
    // How far a decoder comes is its own affair.
    let (before, after) = shown.split_once(" after ").unwrap();
    format!("{before} after N{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
}

#[test]
fn gzip_that_breaks_off() {
    assert_snapshot!(cut("in.jsonl.gz", gzip), @r"
    exit 3
    --- stderr
    refrain: in.jsonl.gz: gzip data breaks off after N decompressed bytes; fetch the file again, or read what is there with `gzip -dc` and `-`; with --skip-damaged what can be read is used, and the run goes on with the other files
    ");
}

#[test]
fn zstd_that_breaks_off() {
    assert_snapshot!(cut("in.jsonl.zst", zstd), @r"
    exit 3
    --- stderr
    refrain: in.jsonl.zst: zstd data breaks off after N decompressed bytes; fetch the file again, or read what is there with `zstd -dc` and `-`; with --skip-damaged what can be read is used, and the run goes on with the other files
    ");
}

#[test]
fn gzip_that_is_damaged() {
    let mut packed = gzip(corpus::lines(&corpus::corpus(1, 2, 4)).as_bytes());
    for byte in &mut packed[200..240] {
        *byte ^= 0x5A;
    }
    let shown = fails(&[("in.jsonl.gz", &packed)], &["scan", "in.jsonl.gz"]);
    assert!(
        shown.starts_with("exit 3\n--- stderr\nrefrain: in.jsonl.gz: gzip data is damaged after "),
        "{shown}"
    );
}

#[test]
fn every_record_is_bad() {
    assert_snapshot!(fails(&[("in.jsonl", b"{\"body\":1}\n{\"body\":2}\n")], &["scan", "in.jsonl"]), @r"
    exit 3
    --- stderr
    refrain: input: no page can be used, 2 records are bad; the first: in.jsonl:1 (byte 0): no field `text` (found: body); name another with --text-field
    ");
}

#[test]
fn strict_stops_at_the_first_bad_record() {
    let bad = [GOOD, "{\"text\":7}\n", "{\"text\":8}\n"].concat();
    assert_snapshot!(fails(&[("in.jsonl", bad.as_bytes())], &["scan", "in.jsonl", "--strict"]), @r"
    exit 3
    --- stderr
    refrain: in.jsonl:2 (byte 69): field `text` is a number, not a string; name another with --text-field
    ");
}

#[test]
fn bad_records_are_counted_and_the_first_are_named() {
    let bad: String = (0..7).map(|n| format!("{{\"text\":{n}}}\n")).collect();
    let input = [GOOD, "\n", &bad].concat();
    assert_snapshot!(fails(&[("in.jsonl", input.as_bytes())], &["scan", "in.jsonl"]), @r"
    exit 1
    --- stdout
    8 pages of 1 site, 7 bytes of text

    chrome  0 of 1 paragraph (0 %), 0 families
      harbour.example  1 page, 0 % chrome, evidence: none
      evidence: thin for 0 sites of 2 to 5 distinct pages, none for 1 site of one; a bank or --seeds would help there

    copies  0 pairs: 0 same, 0 cut, 0 part; 0 copies in 0 clusters

    bad  7 records could not be used
      in.jsonl:3 (byte 70): field `text` is a number, not a string; name another with --text-field
      in.jsonl:4 (byte 81): field `text` is a number, not a string; name another with --text-field
      in.jsonl:5 (byte 92): field `text` is a number, not a string; name another with --text-field
      in.jsonl:6 (byte 103): field `text` is a number, not a string; name another with --text-field
      in.jsonl:7 (byte 114): field `text` is a number, not a string; name another with --text-field
      … and 2 more
    ");
}

/// The eleventh of a thousand and fewer is one in a hundred and more: the wrong field is told at once.
#[test]
fn a_run_pointed_at_the_wrong_field_stops() {
    let line = "{\"id\":\"x\",\"body\":\"A page.\"}\n";
    let input = [GOOD, &line.repeat(3000)].concat();
    assert_snapshot!(fails(&[("in.jsonl", input.as_bytes())], &["scan", "in.jsonl"]), @r"
    exit 3
    --- stderr
    refrain: input: 11 of the first 12 records cannot be used, and --max-bad 1% allows 10; the first: in.jsonl:2 (byte 69): no field `text` (found: id, body); name another with --text-field. If that is as it should be, allow more, such as --max-bad 50%
    ");
    let allowed =
        fails(&[("in.jsonl", input.as_bytes())], &["scan", "in.jsonl", "-q", "--max-bad", "100%"]);
    assert_eq!(allowed, "exit 1\n");
    assert_snapshot!(fails(&[("in.jsonl", input.as_bytes())], &["scan", "in.jsonl", "--max-bad", "0"]), @r"
    exit 3
    --- stderr
    refrain: input: 1 of the first 2 records cannot be used, and --max-bad 0 allows 0; the first: in.jsonl:2 (byte 69): no field `text` (found: id, body); name another with --text-field. If that is as it should be, allow more, such as --max-bad 50%
    ");
}

/// Which record is too many does not depend on threads or on how the input is split over files.
#[test]
fn too_many_bad_records_are_too_many_at_one_place() {
    let folder = Folder::new();
    let mut input = String::new();
    for n in 0..2500 {
        input += if n % 80 == 7 && n > 100 { "{\"text\":7}\n" } else { GOOD };
    }
    folder.write("one.jsonl", &input);
    let (a, b) = input.split_at(input.match_indices('\n').nth(1234).unwrap().0 + 1);
    folder.write("two/a.jsonl", a);
    folder.write("two/b.jsonl", b);
    let mut said = Vec::new();
    for args in [["one.jsonl", "-j1"], ["one.jsonl", "-j3"], ["two", "-j2"]] {
        let run = folder.run(&["scan", args[0], args[1], "--rejects", "bad"]);
        assert_eq!(run.exit, Some(3));
        assert!(!folder.path("bad").exists(), "a run that fails leaves nothing");
        said.push(run.stderr.replace("two/a.jsonl", "one.jsonl"));
    }
    assert!(said.iter().all(|run| *run == said[0]), "{said:#?}");
    assert!(said[0].contains("input: 11 of the first 968 records"), "{}", said[0]);
}

#[test]
fn a_share_that_is_none() {
    assert_snapshot!(fails(&[], &["scan", "in.jsonl", "--max-bad", "one"]), @r"
    exit 2
    --- stderr
    error: invalid value 'one' for '--max-bad <COUNT|SHARE%>': must be a count, such as 50, or a share, such as 1% or 0.5%

    For more information, try '--help'.
    ");
}

#[test]
fn rejects_hold_the_bad_records_and_why() {
    let folder = Folder::new();
    folder.write("in.jsonl", [GOOD.as_bytes(), b"{broken\n", b"{\"text\":\"\xff\"}\r\n"].concat());
    let run = folder.run(&["scan", "-q", "in.jsonl", "--rejects", "bad.txt"]);
    assert_eq!((run.exit, run.out(), run.stderr.as_str()), (Some(1), "", ""));
    assert_snapshot!(String::from_utf8_lossy(&folder.read("bad.txt")), @r#"
    # in.jsonl:2 (byte 69): broken JSON at column 2: key must be a string; mend the line
    {broken
    # in.jsonl:3 (byte 77): not UTF-8: found 0xff at byte 86; convert it, for example with `iconv -f windows-1252 -t utf-8`
    {"text":"�"}
    "#);
}

#[test]
fn an_output_below_a_file() {
    let files: [(&str, &[u8]); 2] = [("in.jsonl", GOOD.as_bytes()), ("file", b"")];
    assert_snapshot!(fails(&files, &["clean", "in.jsonl", "-o", "file/out.jsonl"]), @r"
    exit 2
    --- stderr
    refrain: file: is a file, not a folder; name another output
    ");
    assert_snapshot!(fails(&files, &["scan", "in.jsonl", "-o", "file/found"]), @r"
    exit 2
    --- stderr
    refrain: file: is a file, not a folder; name another output
    ");
}

#[test]
fn an_output_that_is_a_device() {
    let folder = Folder::new();
    folder.write("in.jsonl", GOOD);
    assert_snapshot!(folder.run(&["clean", "in.jsonl", "-o", "/dev/null", "-q"]).shown(), @"exit 0");
}

#[test]
fn an_output_that_exists() {
    let folder = Folder::new();
    folder.write("in.jsonl", GOOD);
    folder.write("out.jsonl", "mine");
    assert_snapshot!(folder.run(&["clean", "in.jsonl", "-o", "out.jsonl"]).shown(), @r"
    exit 2
    --- stderr
    refrain: out.jsonl: already there; name another output or add --force
    ");
    assert_eq!(folder.text("out.jsonl"), "mine");
    assert_snapshot!(folder.run(&["clean", "in.jsonl", "-o", "out.jsonl", "--force"]).shown(), @r"
    exit 0
    --- stderr
    1 page in: 1 kept (0 without text), 0 dropped, 0 bad; 0 bytes of chrome taken out
    ");
    assert_eq!(folder.text("out.jsonl"), GOOD);
}

#[test]
fn evidence_that_exists() {
    let folder = Folder::new();
    folder.write("in.jsonl", GOOD);
    folder.write("found/pairs.tsv", "mine");
    assert_snapshot!(folder.run(&["scan", "in.jsonl", "-o", "found"]).shown(), @r"
    exit 2
    --- stderr
    refrain: found/pairs.tsv: already there; name another output or add --force
    ");
    assert_eq!(folder.names("found"), ["pairs.tsv"]);
    assert_eq!(folder.text("found/pairs.tsv"), "mine");
    folder.ok(&["scan", "-q", "in.jsonl", "-o", "found", "--force"]);
    assert_eq!(folder.text("found/pairs.tsv"), "");
}

#[test]
fn an_input_is_not_overwritten_by_chance() {
    let folder = Folder::new();
    folder.write("in.jsonl", GOOD);
    assert_snapshot!(folder.run(&["clean", "in.jsonl", "-o", "in.jsonl"]).shown(), @r"
    exit 2
    --- stderr
    refrain: in.jsonl: already there; name another output or add --force
    ");
    assert_eq!(folder.text("in.jsonl"), GOOD);
}

#[test]
fn two_inputs_with_one_output() {
    let files: [(&str, &[u8]); 2] =
        [("a/x.jsonl", GOOD.as_bytes()), ("b/x.jsonl", GOOD.as_bytes())];
    assert_snapshot!(fails(&files, &["clean", "a/x.jsonl", "b/x.jsonl", "-o", "out"]), @r"
    exit 2
    --- stderr
    refrain: out/x.jsonl: two inputs would be written here; clean them into separate folders
    ");
}

/// With `--force` the summary would have taken the place of the pages.
#[test]
fn two_outputs_in_one_file() {
    let folder = Folder::new();
    folder.write("in.jsonl", GOOD);
    let summary = ["clean", "in.jsonl", "-o", "x", "--summary", "x", "--force"];
    let rejects = ["clean", "in.jsonl", "-o", "x", "--rejects", "x", "--force"];
    let same = folder.run(&rejects).stderr.contains("is named for two outputs, --rejects and -o;");
    assert!(same);
    assert_snapshot!(folder.run(&summary).shown(), @r"
    exit 2
    --- stderr
    refrain: x: is named for two outputs, -o and --summary; name another file
    ");
    assert_eq!(folder.names("."), ["in.jsonl"]);
}

#[test]
fn clean_without_an_output() {
    assert_snapshot!(fails(&[("in.jsonl", GOOD.as_bytes())], &["clean", "in.jsonl"]), @r"
    exit 2
    --- stderr
    refrain: output: name one with -o OUT; `-o -` writes to standard output
    ");
}

#[test]
fn marks_in_plain_text() {
    assert_snapshot!(fails(&[("in.txt", b"A page.")], &["clean", "in.txt", "-o", "out.txt", "--chrome", "mark"]), @r"
    exit 2
    --- stderr
    refrain: in.txt: plain text has no fields for marks; use `drop` or `keep`, `--to jsonl`, or `refrain scan`
    ");
}

#[test]
fn several_text_pages_as_a_stream() {
    let files: [(&str, &[u8]); 2] = [("in/a.txt", b"A page."), ("in/b.txt", b"Another page.")];
    assert_snapshot!(fails(&files, &["clean", "in", "-o", "-"]), @r"
    exit 2
    --- stderr
    refrain: in/a.txt: several pages of plain text make no stream; name a folder with -o
    ");
}

#[test]
fn two_compressions_as_a_stream() {
    let packed = gzip(GOOD.as_bytes());
    let files: [(&str, &[u8]); 2] = [("in/a.jsonl", GOOD.as_bytes()), ("in/b.jsonl.gz", &packed)];
    assert_snapshot!(fails(&files, &["clean", "in", "-o", "-"]), @r"
    exit 2
    --- stderr
    refrain: in/b.jsonl.gz: compressed otherwise than in/a.jsonl; name a folder with -o
    ");
}

#[test]
fn flags_that_make_no_sense() {
    assert_snapshot!(fails(&[], &["scan", "in.jsonl", "--max-record", "3 parsecs"]), @r"
    exit 2
    --- stderr
    error: invalid value '3 parsecs' for '--max-record <SIZE>': unknown unit `parsecs` (K, M, G, KiB, MiB, GiB)

    For more information, try '--help'.
    ");
    assert_snapshot!(fails(&[], &["scan", "in.jsonl", "-j", "0"]), @r"
    exit 2
    --- stderr
    error: invalid value '0' for '--threads <N>': must be a whole number from 1 to 1024

    For more information, try '--help'.
    ");
    // Nothing is piped in, or a terminal is.
    let folder = Folder::new();
    let mut alone = folder.command(&["scan"]);
    let alone = alone.stdin(Stdio::null()).output().unwrap();
    assert_eq!(alone.status.code(), Some(2));
    let said = String::from_utf8(alone.stderr).unwrap();
    assert_eq!(said, "refrain: input: name files or folders, or pipe pages in\n");
}

#[test]
fn a_list_of_known_lines_that_is_not_there() {
    assert_snapshot!(fails(&[("in.jsonl", GOOD.as_bytes())], &["scan", "in.jsonl", "--seeds=lines.txt"]), @r"
    exit 3
    --- stderr
    refrain: lines.txt: no such file or folder
    ");
}

/// `refrain … | head` ends well: whoever read the output had enough.
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = Folder::new();
    folder.write("in.jsonl", corpus::lines(&corpus::corpus(2, 6, 60)));
    for args in [&["clean", "-q", "in.jsonl", "-o", "-"][..], &["scan", "in.jsonl"], &["--help"]] {
        let mut command = folder.command(args);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(wait(&mut child), Some(0), "{args:?}");
        let stderr = child.wait_with_output().unwrap().stderr;
        assert_eq!(String::from_utf8_lossy(&stderr), "", "{args:?}");
    }
}
