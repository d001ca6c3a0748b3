//! The same pages read from every format: bytes of text a second, on one thread, files in the page
//! cache.
//!
//! Question: does it matter to a run in which format its pages come? `scan` works through some 0.2 GB a
//! second and core, so that a reader that gives less decides how long a run takes. Every reader must
//! give all pages; but for HTML and WARC, whose lines are parted otherwise, also every byte.

use std::{fs, io::Write, path::Path, time::Duration};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use flate2::{Compression as Level, write::GzEncoder};
use refrain::{
    base::cpu::Tier,
    generate::{Amount, GeneratedPage, Generator, Plan},
    records::{
        CleanSink, Compression, Corpus, Fields, Options, Parser, Single, Target, write_cell,
    },
    store::Force,
};

/// Pages that are generated, and how often they are in a file.
const PAGES: u32 = 2000;
const TIMES: usize = 4;

/// Bytes of the texts of a corpus, and its pages.
fn read(corpus: &Corpus) -> (usize, usize) {
    let mut parser = Parser::new(corpus, Tier::default());
    let (mut bytes, mut pages) = (0, 0);
    for batch in corpus.batches() {
        for raw in batch.expect("the file can be read").raw() {
            let record = parser.parse(&raw).expect("every page can be used");
            bytes += record.page.text.len();
            pages += 1;
        }
    }
    (bytes, pages)
}

/// Processor time of this thread, which does not count what others take of the machine.
#[cfg(target_os = "linux")]
fn busy() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.try_into().unwrap_or(0))
}

/// Time since the first call.
#[cfg(not(target_os = "linux"))]
fn busy() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Level::default());
    encoder.write_all(bytes).expect("memory can be written to");
    encoder.finish().expect("memory can be written to")
}

fn record(kind: &str, url: &str, media_type: &str, content: &str) -> String {
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:x>\r\nWARC-Target-URI: {url}\r\n\
         WARC-Date: 2024-01-01T00:00:00Z\r\nContent-Type: {media_type}\r\n\
         Content-Length: {}\r\n\r\n{content}\r\n\r\n",
        content.len()
    )
}

/// A page around a text, with as much markup, style and script as text, which is little.
fn html(text: &str) -> String {
    let mut html = String::from("<!DOCTYPE html><html><head><title>A page</title></head><body>\n");
    for line in text.lines() {
        let line = line.replace('&', "&amp;").replace('<', "&lt;");
        html.push_str("<div class=\"block\"><p class=\"text long-name\"><span>");
        html.push_str(&line);
        html.push_str("</span></p></div>\n<script>window.count = 1 + window.count;</script>\n");
    }
    html
}

/// Writes the pages in all formats into `folder`.
fn write_all(folder: &Path) {
    let plan = Plan { amount: Amount::Pages(PAGES), ..Plan::default() };
    let generator = Generator::new(plan);
    let mut page = GeneratedPage::default();
    let (mut lines, mut wet, mut warc) = (Vec::new(), String::new(), String::new());
    let (mut wet_members, mut csv) = (Vec::new(), b"id,url,text\r\n".to_vec());
    for number in 0..generator.pages() {
        generator.render(number, &mut page);
        page.json(&mut lines);
        lines.push(b'\n');
        let (page, text) = (page.page(), page.text());
        let url = page.url.as_deref().unwrap_or_default();
        let one = record("conversion", url, "text/plain", text);
        wet_members.extend(gzip(one.as_bytes()));
        wet.push_str(&one);
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{}", html(text));
        warc.push_str(&record("response", url, "application/http", &answer));
        write!(csv, "{number},{url},").expect("memory can be written to");
        write_cell(text, b"\"", b',', &mut csv);
        csv.extend(b"\r\n");
    }
    let lines = String::from_utf8(lines).expect("JSON is UTF-8").trim_end().to_owned() + "\n";
    let lines = lines.replace("\n\n", "\n").into_bytes();
    let header = csv.iter().position(|&c| c == b'\n').map_or(0, |end| end + 1);
    let csv = [&csv[..header], &csv[header..].repeat(TIMES)].concat();
    let write = |name: &str, bytes: &[u8]| {
        fs::write(folder.join(name), bytes).expect("the folder can be written to");
    };
    write("lines.jsonl", &lines.repeat(TIMES));
    write("lines.jsonl.gz", &gzip(&lines).repeat(TIMES));
    let frames = zstd::bulk::compress(&lines, 3).expect("memory can be written to");
    write("lines.jsonl.zst", &frames.repeat(TIMES));
    write("cells.csv", &csv);
    write("texts.wet", wet.repeat(TIMES).as_bytes());
    write("texts.wet.gz", &wet_members.repeat(TIMES));
    write("answers.warc", warc.repeat(TIMES).as_bytes());
    let rows = folder.join("rows.parquet");
    let fields = Fields::default();
    let single = Single::new(&rows, Target::Parquet, Compression::None, &fields, Force::Replace);
    let mut sink = single.expect("the folder can be written to");
    sink.write(0, &lines.repeat(TIMES), 1).expect("rows can be written");
    sink.finish().expect("rows can be written");
}

fn bench(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("there is room for files");
    write_all(folder.path());
    let mut group = c.benchmark_group("formats");
    group.sample_size(10);
    let mut expected = None;
    for name in [
        "lines.jsonl",
        "lines.jsonl.gz",
        "lines.jsonl.zst",
        "cells.csv",
        "rows.parquet",
        "texts.wet",
        "texts.wet.gz",
        "answers.warc",
    ] {
        let inputs = [folder.path().join(name)];
        let corpus = Corpus::open(&inputs, Options::default()).expect("the file is there");
        let (bytes, pages) = read(&corpus);
        let (all_bytes, all_pages) = *expected.get_or_insert((bytes, pages));
        assert_eq!(pages, all_pages, "{name}");
        assert!(bytes == all_bytes || name.ends_with("warc"), "{name}: {bytes} of {all_bytes}");
        group.throughput(Throughput::Bytes(all_bytes as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), &corpus, |b, corpus| {
            b.iter_custom(|times| {
                let start = busy();
                for _ in 0..times {
                    read(corpus);
                }
                busy().checked_sub(start).unwrap_or_default()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
