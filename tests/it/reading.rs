//! Fields, layouts and addresses as corpora have them, in every command that reads.

use crate::command::Folder;

const WORDS: &str = "harbour letter window garden river story market winter road paper bridge morning council lantern anchor \
    barley copper drizzle ember ferry gravel hollow island jacket kettle ladder meadow needle orchard pepper quarry ribbon saddle \
    timber umbrella valley walnut yellow zephyr acorn basket candle donkey engine feather goblet hammer insect";

/// A sentence that no other page has.
fn sentence(seed: usize) -> String {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut state = seed * 7919 + 13;
    let mut said: Vec<&str> = Vec::new();
    for _ in 0..18 {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        said.push(words[(state >> 8) % words.len()]);
    }
    format!("The {}.", said.join(" "))
}

/// Pages of three papers, with menus; `line` makes a line of host, number and text.
fn pages(line: impl Fn(&str, usize, &str) -> String) -> String {
    let mut lines = String::new();
    for (paper, host) in ["north.example", "south.example", "west.example"].iter().enumerate() {
        for n in 0..8 {
            let body: Vec<String> = (0..4).map(|k| sentence(paper * 1000 + n * 10 + k)).collect();
            let text = format!(
                "Home of {host}\\nNews and views\\nSports and weather\\n{}\\nWrite to the editor of {host}",
                body.join("\\n")
            );
            lines += &line(host, n, &text);
            lines.push('\n');
        }
    }
    lines
}

fn nested() -> String {
    pages(|host, n, text| {
        format!(
            r#"{{"id":"{host}{n}", "doc":{{"text":"{text}","score":NaN}},"metadata":{{"warc-target-uri":"https://www.{host}/{n}","day":"2031-01-0{}"}} ,"x":"\ud800"}}"#,
            n + 1
        )
    })
}

const FIELDS: [&str; 6] = [
    "--text-field",
    "doc.text",
    "--url-field",
    "metadata.warc-target-uri",
    "--date-field",
    "metadata.day",
];

fn with<'a>(args: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [args, more].concat()
}

#[test]
fn nested_fields_are_read_and_written_back_byte_for_byte() {
    let folder = Folder::new();
    folder.write("in.jsonl", nested());
    folder.ok(&with(&["scan", "in.jsonl", "-o", "found"], &FIELDS));
    let sites = folder.text("found/pages.jsonl");
    assert_eq!(sites.matches(r#""site":"south.example""#).count(), 8);
    folder.ok(&with(&["clean", "in.jsonl", "-o", "kept.jsonl", "--chrome", "keep"], &FIELDS));
    assert_eq!(folder.text("kept.jsonl"), nested());
    folder.ok(&with(&["clean", "in.jsonl", "-o", "clean.jsonl"], &FIELDS));
    for (before, after) in nested().lines().zip(folder.text("clean.jsonl").lines()) {
        assert!(after.len() < before.len(), "chrome is taken out: {after}");
        assert!(!after.contains("News and views"), "{after}");
        // What stands around the text is the same.
        let text = |line: &str| {
            let start = line.find(r#""text":""#).unwrap() + 8;
            (start, start + line[start..].find('"').unwrap())
        };
        let (b, a) = (text(before), text(after));
        assert_eq!((&before[..b.0], &before[b.1..]), (&after[..a.0], &after[a.1..]));
    }
}

#[test]
fn every_command_reads_nested_fields() {
    let folder = Folder::new();
    folder.write("in.jsonl", nested());
    let fields = FIELDS;
    folder.ok(&with(&["bank", "learn", "in.jsonl", "-o", "x.bank"], &fields));
    let shown = folder.ok(&["bank", "show", "x.bank"]);
    assert!(shown.out().contains("south.example"), "{}", shown.out());
    folder.ok(&with(&["clean", "in.jsonl", "--bank", "x.bank", "-o", "by-bank.jsonl"], &fields));
    assert!(!folder.text("by-bank.jsonl").contains("News and views"));
    folder.ok(&with(&["index", "add", "x.index", "in.jsonl"], &fields));
    let explained = folder.ok(&with(&["explain", "in.jsonl", "--page", "south.example3"], &fields));
    assert!(explained.out().contains("south.example"), "{}", explained.out());
    folder.ok(&with(&["tune", "in.jsonl"], &fields));
    folder.ok(&with(&["scan", "in.jsonl", "-o", "found"], &fields));
    folder.ok(&with(&["report", "found", "-o", "x.html", "--pages", "in.jsonl"], &fields[..4]));
}

#[test]
fn a_field_that_no_record_has_ends_every_command_and_writes_nothing() {
    let folder = Folder::new();
    folder.write("in.jsonl", nested());
    let wrong = with(&FIELDS[..2], &["--url-field", "metadata.warc-target-url"]);
    for command in [
        &["scan", "in.jsonl", "-o", "found"][..],
        &["clean", "in.jsonl", "-o", "out.jsonl"],
        &["clean", "in.jsonl", "-o", "out.jsonl", "--memory", "192MiB"],
        &["bank", "learn", "in.jsonl", "-o", "out.bank"],
        &["index", "add", "out.index", "in.jsonl"],
    ] {
        let run = folder.run(&with(command, &wrong));
        assert_eq!(run.exit, Some(2), "{command:?}\n{}", run.shown());
        assert!(
            run.stderr.contains("--url-field: no record has a value in `metadata.warc-target-url`")
                && run.stderr.contains("did you mean `metadata.warc-target-uri`?"),
            "{}",
            run.stderr
        );
    }
    for output in ["found", "out.jsonl", "out.bank"] {
        assert!(
            !folder.path(output).join("pages.jsonl").exists() && !folder.path(output).is_file()
        );
    }
}

#[test]
fn known_layouts_are_told_and_said() {
    let folder = Folder::new();
    let dolma = |host: &str, n: usize, text: &str| {
        format!(
            r#"{{"id":"{host}{n}","text":"{text}","created":"2031-01-01","metadata":{{"url":"https://{host}/{n}"}}}}"#
        )
    };
    folder.write("in.jsonl", pages(dolma));
    let run = folder.ok(&["scan", "in.jsonl"]);
    assert!(run.out().starts_with("24 pages of 3 sites"), "{}", run.out());
    assert!(run.stderr.contains("in.jsonl is read by the preset `dolma`"), "{}", run.stderr);
    let named = folder.ok(&["scan", "in.jsonl", "--preset", "datatrove"]);
    assert!(named.out().starts_with("24 pages of 3 sites"), "{}", named.out());
    let none = folder.ok(&["scan", "in.jsonl", "--preset", "none"]);
    assert!(none.out().starts_with("24 pages of 1 site"), "{}", none.out());
    assert!(
        none.stderr.contains("24 of 24 pages have no site and count as one")
            && none.stderr.contains("name it with --url-field metadata.url"),
        "{}",
        none.stderr
    );
    let wrong = folder.run(&["scan", "in.jsonl", "--preset", "dolmo"]);
    assert_eq!(wrong.exit, Some(2));
    assert!(wrong.stderr.contains("did you mean `dolma`?"), "{}", wrong.stderr);
}

#[test]
fn null_texts_keep_their_rows() {
    let folder = Folder::new();
    let lines = pages(|host, n, text| {
        let text = if n == 3 { "null".to_owned() } else { format!("\"{text}\"") };
        format!(r#"{{"id":"{host}{n}","url":"https://{host}/{n}","text":{text}}}"#)
    });
    folder.write("in.jsonl", &lines);
    let run = folder.ok(&["clean", "in.jsonl", "-o", "out.jsonl"]);
    assert!(run.stderr.contains("3 pages have no text: it is null"), "{}", run.stderr);
    let out = folder.text("out.jsonl");
    assert_eq!(out.lines().count(), 24);
    assert_eq!(out.matches(r#""text":null}"#).count(), 3);
}

/// An archive's address is that of the page it shows; one site by its domain is many by its hosts.
#[test]
fn sites_are_those_of_publishers_or_hosts() {
    let folder = Folder::new();
    let lines = pages(|host, n, text| {
        format!(
            r#"{{"id":"{host}{n}","url":"https://web.archive.org/web/2031010203040{n}/http://part{}.{host}/{n}","text":"{text}"}}"#,
            n % 2
        )
    });
    folder.write("in.jsonl", &lines);
    let by = |args: &[&str]| {
        let run = folder.ok(&with(&["scan", "in.jsonl", "-o", "found", "--force"], args));
        assert!(run.stderr.contains("wrote"), "{}", run.stderr);
        let mut sites: Vec<String> = folder
            .text("found/pages.jsonl")
            .lines()
            .map(|line| {
                let row: serde_json::Value = serde_json::from_str(line).unwrap();
                row["site"].as_str().unwrap().to_owned()
            })
            .collect();
        sites.sort();
        sites.dedup();
        sites
    };
    assert_eq!(by(&[]), ["north.example", "south.example", "west.example"]);
    let hosts = by(&["--site-by", "host"]);
    assert_eq!(hosts.len(), 6);
    assert_eq!(hosts[0], "part0.north.example");
}

/// Routes behind `#` and parameters that tell stories apart are different pages, so that their menus are found.
#[test]
fn addresses_that_differ_are_pages_of_their_own() {
    for address in [
        "https://{}/#/story/{n}",
        "https://{}/#!{n}",
        "https://{}/show?ref={n}",
        "https://{}/s?x={n}&utm_source=a",
    ] {
        let folder = Folder::new();
        let lines = pages(|host, n, text| {
            let url = address.replace("{}", host).replace("{n}", &format!("{n}"));
            format!(r#"{{"id":"{host}{n}","url":"{url}","text":"{text}"}}"#)
        });
        folder.write("in.jsonl", &lines);
        folder.ok(&["clean", "in.jsonl", "-o", "out.jsonl"]);
        let left = folder.text("out.jsonl").matches("News and views").count();
        assert_eq!(left, 0, "{address}");
    }
}

/// Lists, patterns, and pipes without a dash name inputs as arguments do, in every command.
#[test]
fn inputs_are_named_in_many_ways() {
    let folder = Folder::new();
    let line = |host: &str, n: usize, text: &str| {
        format!(r#"{{"id":"{host}{n}","url":"https://{host}/{n}","text":"{text}"}}"#)
    };
    let all = pages(line);
    let lines: Vec<&str> = all.lines().collect();
    for (name, part) in ["a.jsonl", "b c.jsonl"].iter().zip(lines.chunks(12)) {
        folder.write(name, part.join("\n") + "\n");
    }
    folder.write("list", "a.jsonl\r\n\nb c.jsonl\n");
    folder.write("zeros", "a.jsonl\0b c.jsonl\0");
    folder.ok(&["scan", "a.jsonl", "b c.jsonl", "-o", "found"]);
    let found = folder.files("found");
    let same = |args: &[&str], input: &[u8]| {
        let run = folder.run_with(&with(args, &["-o", "again", "--force"]), input);
        assert_eq!(run.exit, Some(0), "{args:?}\n{}", run.shown());
        assert_eq!(folder.files("again"), found, "{args:?}");
    };
    same(&["scan", "*.jsonl"], b"");
    same(&["scan", "--files-from", "list"], b"");
    same(&["scan", "a.jsonl", "--files-from", "-"], b"b c.jsonl\n");
    same(&["scan", "--files-from", "zeros"], b"");
    same(&["scan"], all.as_bytes());
    let cleaned = folder.run_with(&["clean", "--chrome", "keep"], all.as_bytes());
    assert_eq!(cleaned.out(), all);
    folder.ok(&["bank", "learn", "--files-from", "list", "-o", "x.bank"]);
    folder.ok(&["explain", "?.jsonl", "--page", "north.example1"]);
    let none = folder.run(&["scan", "*.csv"]);
    assert_eq!(none.exit, Some(3));
    assert!(none.stderr.contains("*.csv: no file matches"), "{}", none.stderr);
}

/// Compressed otherwise and back: what is read is written in the same compression, and brotli plain.
#[cfg(feature = "codecs")]
#[test]
fn other_compressions_come_back() {
    use std::io::Write;
    let folder = Folder::new();
    let line = |host: &str, n: usize, text: &str| {
        format!(r#"{{"id":"{host}{n}","url":"https://{host}/{n}","text":"{text}"}}"#)
    };
    let all = pages(line);
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
    xz.write_all(all.as_bytes()).unwrap();
    folder.write("in/a.jsonl.xz", xz.finish().unwrap());
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz2.write_all(all.as_bytes()).unwrap();
    folder.write("in/b.jsonl.bz2", bz2.finish().unwrap());
    let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
    lz4.write_all(all.as_bytes()).unwrap();
    folder.write("in/c.jsonl.lz4", lz4.finish().unwrap());
    let mut br = Vec::new();
    brotli::CompressorWriter::new(&mut br, 4096, 5, 20).write_all(all.as_bytes()).unwrap();
    folder.write("in/d.jsonl.br", br);
    folder.ok(&["clean", "in", "-o", "out", "--chrome", "keep", "--copies", "keep"]);
    assert_eq!(folder.names("out"), ["a.jsonl.xz", "b.jsonl.bz2", "c.jsonl.lz4", "d.jsonl"]);
    assert_eq!(folder.text("out/d.jsonl"), all);
    for name in ["a.jsonl.xz", "b.jsonl.bz2", "c.jsonl.lz4"] {
        assert_ne!(folder.read(&format!("out/{name}")), all.as_bytes(), "{name}");
        let plain = format!("{name}.jsonl");
        let from = format!("out/{name}");
        folder.ok(&["clean", &from, "-o", &plain, "--to", "jsonl", "--chrome", "keep"]);
        assert_eq!(folder.text(&plain), all, "{name}");
    }
}

/// Of a job's folder the parts are read whatever they are called, and what is not read is said.
#[test]
fn a_folder_is_read_as_it_lies() {
    let folder = Folder::new();
    let line = |host: &str, n: usize, text: &str| {
        format!(r#"{{"id":"{host}{n}","url":"https://{host}/{n}","text":"{text}"}}"#)
    };
    let all = pages(line);
    let lines: Vec<String> = all.lines().map(|line| format!("{line}\n")).collect();
    folder.write("job/part-00000", lines[..8].concat());
    folder.write("job/part-00001.gz", crate::command::gzip(lines[8..16].concat().as_bytes()));
    folder.write("job/pages.json.2", lines[16..].concat());
    folder.write("job/_SUCCESS", "");
    folder.write("job/.part-00000.crc", "crc");
    folder.write("job/README.md", "# Pages");
    folder.write("job/log.txt", "began\nended\n");
    let run = folder.ok(&["scan", "job"]);
    assert!(run.out().starts_with("25 pages of 4 sites"), "{}", run.out());
    for said in [
        "files that are not read: 1 without an ending (_SUCCESS), 1 hidden (.part-00000.crc), 1 .md (README.md)",
        "job/log.txt is read as one page each, beside files of many",
    ] {
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    let twice = folder.ok(&["scan", "job", "job/part-00000"]);
    assert!(twice.out().starts_with("25 pages"), "{}", twice.out());
    assert!(
        twice.stderr.contains("job/part-00000: named twice, and read once"),
        "{}",
        twice.stderr
    );
}
