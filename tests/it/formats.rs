//! What is read from one format is what is read from another, and what is written is what was read.

use std::fmt::Write;

use serde_json::Value;

use crate::{
    command::{Folder, gzip, plain, zstd},
    corpus,
};

const KEEP: [&str; 4] = ["--chrome", "keep", "--copies", "keep"];

/// Pages with what all formats can carry: an id, a URL and a text.
fn pages() -> Vec<(String, String, String)> {
    let lines = corpus::lines(&corpus::corpus(5, 5, 9));
    let value = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let of = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    lines
        .lines()
        .map(value)
        .filter(|row| row["url"].is_string())
        .map(|row| (of(&row, "id"), of(&row, "url"), of(&row, "text")))
        .collect()
}

fn json_lines(pages: &[(String, String, String)]) -> String {
    let line = |(id, url, text): &(String, String, String)| {
        serde_json::json!({ "id": id, "url": url, "text": text }).to_string() + "\n"
    };
    pages.iter().map(line).collect()
}

fn record(kind: &str, id: &str, url: &str, more: &str, content: &str) -> String {
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {id}\r\nWARC-Target-URI: {url}\r\n\
         WARC-Block-Digest: sha1:ABC\r\n{more}content-length:  {}\r\n\r\n{content}\r\n\r\n",
        content.len()
    )
}

/// The records of a WET file, one after the other.
fn wet(pages: &[(String, String, String)]) -> Vec<String> {
    let mut records = vec![record("warcinfo", "<i>", "", "", "software: tests\r\n")];
    for (id, url, text) in pages {
        records.push(record("conversion", id, url, "X-Other: kept\r\n", text));
    }
    records
}

fn html(text: &str) -> String {
    let mut html = String::from("<!DOCTYPE html><title>A &amp; B</title><script>x</script><body>");
    for line in text.lines() {
        let line = line.replace('&', "&amp;").replace('<', "&lt;");
        write!(html, "<p>{line}</p>\n<div hidden>no</div>").unwrap();
    }
    html
}

/// What a scan found, without the summary, which tells bytes and paths.
fn found(folder: &Folder, input: &str) -> Vec<(String, Vec<u8>)> {
    folder.ok(&["scan", "-q", input, "-o", "found", "--force"]);
    let mut files = folder.files("found");
    files.retain(|(name, _)| name != "summary.json");
    files
}

fn text_of(files: &[(String, Vec<u8>)]) -> String {
    files
        .iter()
        .map(|(name, bytes)| format!("{name}\n{}", String::from_utf8_lossy(bytes)))
        .collect()
}

fn rows(jsonl: &[u8]) -> Vec<Value> {
    std::str::from_utf8(jsonl).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn the_same_pages_have_the_same_labels_and_clusters() {
    let folder = Folder::new();
    let pages = pages();
    folder.write("pages.jsonl", json_lines(&pages));
    let expected = text_of(&found(&folder, "pages.jsonl"));
    assert!(expected.contains("\"chrome\":[0") && expected.contains("\"relation\":\"same\""));

    folder.write("pages.wet", wet(&pages).concat());
    folder.write("named.like.nothing", gzip(wet(&pages).concat().as_bytes()));
    let mut warc = String::new();
    for (id, url, text) in &pages {
        let content = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}",
            html(text)
        );
        warc += &record("request", "<r>", url, "", "GET / HTTP/1.1\r\n\r\n");
        warc += &record("response", id, url, "Content-Type: application/http\r\n", &content);
    }
    folder.write("pages.warc.zst", zstd(warc.as_bytes()));
    for input in ["pages.wet", "named.like.nothing", "pages.warc.zst"] {
        assert!(text_of(&found(&folder, input)) == expected, "{input} is read otherwise");
    }
}

#[test]
fn a_wet_file_comes_back_byte_for_byte() {
    let folder = Folder::new();
    let records = wet(&pages());
    folder.write("in/a.wet", records.concat());
    let members: Vec<u8> = records.iter().flat_map(|r| gzip(r.as_bytes())).collect();
    folder.write("in/b.warc.wet.gz", members);
    folder.write("in/c.wet.zst", zstd(records.concat().as_bytes()));
    folder.write("in/d.wet", format!("\r\n{}", records.concat().trim_end()));
    let mut args = vec!["clean", "in", "-o", "out"];
    args.extend(KEEP);
    folder.ok(&args);
    assert_eq!(folder.names("in"), folder.names("out"));
    for (name, before) in folder.files("in") {
        let after = folder.read(&format!("out/{name}"));
        assert!(plain(&name, &before) == plain(&name, &after), "{name}");
    }
    // A reader may jump to any record of a compressed file.
    let after = folder.read("out/b.warc.wet.gz");
    let members = after.windows(3).filter(|start| start == b"\x1f\x8b\x08").count();
    assert!(members >= records.len(), "{members} members of {} records", records.len());
}

#[test]
fn a_cleaned_wet_file_says_its_lengths() {
    let folder = Folder::new();
    let pages = pages();
    folder.write("pages.jsonl", json_lines(&pages));
    folder.write("pages.wet", wet(&pages).concat());
    folder.ok(&["clean", "pages.jsonl", "-o", "clean.jsonl", "--copies", "drop"]);
    folder.ok(&["clean", "pages.wet", "-o", "clean.wet", "--copies", "drop"]);
    let kept = rows(&folder.read("clean.jsonl"));
    assert!(kept.len() < pages.len());
    let mut expected = wet(&[]).concat();
    for row in kept {
        let (id, text) = (row["id"].as_str().unwrap(), row["text"].as_str().unwrap());
        let url = row["url"].as_str().unwrap();
        let whole = record("conversion", id, url, "X-Other: kept\r\n", text);
        let is_changed = !pages.iter().any(|page| page.0 == id && page.2 == text);
        expected += &if is_changed {
            whole
                .replace("WARC-Block-Digest: sha1:ABC\r\n", "")
                .replace("content-length:  ", "Content-Length: ")
        } else {
            whole
        };
    }
    assert_eq!(folder.text("clean.wet"), expected);
}

#[test]
fn what_cannot_be_written_back_becomes_json_lines() {
    let folder = Folder::new();
    folder.write("in/news.example.org/a.html", html("One text\nand another"));
    folder.write("in/news.example.org/b.htm.gz", gzip(b"<title>B</title><p>caf\xe9"));
    folder.ok(&["clean", "-q", "in", "-o", "out", "--chrome", "keep"]);
    assert_eq!(
        folder.names("out"),
        ["news.example.org/a.html.jsonl", "news.example.org/b.htm.jsonl.gz"]
    );
    assert_eq!(
        folder.text("out/news.example.org/a.html.jsonl"),
        "{\"id\":\"news.example.org/a.html\",\"site\":\"example.org\",\"title\":\"A & B\",\
         \"text\":\"One text\\n\\nand another\"}\n"
    );
    let second = plain("x.gz", &folder.read("out/news.example.org/b.htm.jsonl.gz"));
    assert!(String::from_utf8(second).unwrap().contains("\"text\":\"café\""));

    // Named like one file of JSON lines, the output is one.
    folder.ok(&["clean", "-q", "in", "-o", "all.jsonl.gz", "--chrome", "mark"]);
    let all = rows(&plain("x.gz", &folder.read("all.jsonl.gz")));
    assert_eq!(all.len(), 2);
    assert_eq!(all[1]["title"], "B");
    assert_eq!(all[1]["refrain.chrome"], serde_json::json!([]));

    // So can everything else be written if that is asked for.
    folder.write("page.txt", "Plain\ntext");
    let run = folder.ok(&["clean", "-q", "page.txt", "--to", "jsonl", "-o", "-"]);
    assert_eq!(run.out(), "{\"id\":\"page.txt\",\"text\":\"Plain\\ntext\"}\n");
    folder.write("p.wet", wet(&pages()[..1]).concat());
    let run = folder.ok(&["clean", "-q", "p.wet", "page.txt", "--to", "jsonl", "-o", "-"]);
    assert_eq!(rows(&run.stdout).len(), 2);
}

fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn csv(pages: &[(String, String, String)]) -> String {
    let mut csv = String::from("n,id,text,url\r\n");
    for (n, (id, url, text)) in pages.iter().enumerate() {
        write!(csv, "{n}.0,{},{},\"{url}\"\r\n", id, cell(text)).unwrap();
    }
    csv
}

#[test]
fn a_table_comes_back_and_keeps_its_other_cells() {
    let folder = Folder::new();
    let pages = pages();
    folder.write("in/a.csv", csv(&pages));
    folder.write("in/b.tsv.gz", gzip(csv(&pages).replace(',', "\t").as_bytes()));
    folder.write("in/c.csv", "\u{feff}id;text\n\n1;bare\"\n\"2\";\"quoted\"");
    folder.write("in/d.csv", "text\n");
    let mut args = vec!["clean", "in", "-o", "out"];
    args.extend(KEEP);
    folder.ok(&args);
    for (name, before) in folder.files("in") {
        let after = folder.read(&format!("out/{name}"));
        assert!(plain(&name, &before) == plain(&name, &after), "{name}");
    }

    folder.write("pages.jsonl", json_lines(&pages));
    folder.write("pages.csv", csv(&pages));
    let expected = text_of(&found(&folder, "pages.jsonl"));
    assert!(text_of(&found(&folder, "pages.csv")) == expected);
    folder.ok(&["clean", "-q", "pages.jsonl", "-o", "clean.jsonl", "--copies", "drop"]);
    folder.ok(&["clean", "-q", "pages.csv", "-o", "clean.csv", "--copies", "drop"]);
    let kept = rows(&folder.read("clean.jsonl"));
    let mut wanted = String::from("n,id,text,url\r\n");
    for row in &kept {
        let id = row["id"].as_str().unwrap();
        let n = pages.iter().position(|page| page.0 == id).unwrap();
        let (url, text) = (row["url"].as_str().unwrap(), row["text"].as_str().unwrap());
        write!(wanted, "{n}.0,{id},{},\"{url}\"\r\n", cell(text)).unwrap();
    }
    assert_eq!(folder.text("clean.csv"), wanted);

    // As JSON lines, all cells are fields.
    let run =
        folder.ok(&["clean", "-q", "pages.csv", "--to", "jsonl", "-o", "-", "--copies", "drop"]);
    let lines = rows(&run.stdout);
    assert_eq!(lines.len(), kept.len());
    for (line, kept) in lines.iter().zip(&kept) {
        assert_eq!((&line["id"], &line["text"]), (&kept["id"], &kept["text"]));
        assert!(line["n"].as_str().unwrap().ends_with(".0"));
    }
}

#[test]
fn tables_joined_in_a_stream_have_one_header() {
    let folder = Folder::new();
    folder.write("a.csv", "id,text\n1,a\n");
    folder.write("b.csv", "id,text\n2,b\n3,c\n");
    folder.write("c.csv", "text,id\nc,4\n");
    let run = folder.ok(&["clean", "-q", "a.csv", "b.csv", "-o", "-"]);
    assert_eq!(run.out(), "id,text\n1,a\n2,b\n3,c\n");
    let run = folder.run(&["clean", "-q", "a.csv", "c.csv", "-o", "-"]);
    assert_eq!(
        run.stderr,
        "refrain: c.csv: other columns than a.csv; add `--to jsonl` or name a folder with -o\n"
    );
}

/// The reader of Parquet panics at some damage: that is told as damage, and prints nothing else.
#[test]
fn damaged_parquet_is_told_and_no_panic_is_printed() {
    let folder = Folder::new();
    let line = |n: usize| {
        format!("{{\"id\":\"p{}\",\"text\":\"River mill number {n} was closed.\"}}\n", n % 7)
    };
    folder.write("pages.jsonl", (0..300).map(line).collect::<String>());
    folder.ok(&["clean", "-q", "pages.jsonl", "--to", "parquet", "-o", "pages.parquet"]);
    let whole = folder.read("pages.parquet");
    // The first page is the dictionary of the ids.
    assert!(whole.starts_with(b"PAR1\x15\x04\x15"), "{:x?}", &whole[..16]);
    let mut told = 0;
    for at in 4..48 {
        for flip in [0x01, 0x06, 0x0a, 0xff] {
            let mut damaged = whole.clone();
            damaged[at] ^= flip;
            folder.write("damaged.parquet", damaged);
            // Fails if a panic is printed.
            let run = folder.run(&["scan", "-q", "damaged.parquet"]);
            let is_dictionary = (at, flip) == (5, 0x06);
            if is_dictionary || run.exit != Some(0) {
                assert!(
                    run.stderr.contains("Parquet data is damaged in row group 1 ("),
                    "{at}: {}",
                    run.shown()
                );
                told += 1;
            }
        }
    }
    assert!(told > 20, "{told}");
}
