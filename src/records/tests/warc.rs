//! WARC and WET files: which records are pages, what they hold, and what damage does.

use super::*;

fn record(kind: &str, fields: &str, content: &[u8]) -> Vec<u8> {
    let mut record = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{kind}>\r\n\
         WARC-Target-URI: https://news.example.org/{kind}\r\nWARC-Date: 2024-01-02T03:04:05Z\r\n\
         {fields}Content-Length: {}\r\n\r\n",
        content.len()
    )
    .into_bytes();
    record.extend(content);
    record.extend(b"\r\n\r\n");
    record
}

fn response(head: &str, body: &[u8]) -> Vec<u8> {
    let content = [head.replace('\n', "\r\n").as_bytes(), b"\r\n\r\n", body].concat();
    record("response", "Content-Type: application/http; msgtype=response\r\n", &content)
}

fn wet(texts: &[&str]) -> Vec<u8> {
    let mut file = record("warcinfo", "", b"software: a test\r\n");
    for text in texts {
        file.extend(record("conversion", "Content-Type: text/plain\r\n", text.as_bytes()));
    }
    file
}

fn warc(bytes: &[u8]) -> Corpus {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crawl.warc");
    std::fs::write(&path, bytes).unwrap();
    let corpus = stream(bytes);
    assert_eq!(corpus.files()[0].format, open(&[path]).files()[0].format);
    corpus
}

#[test]
fn texts_are_pages_as_they_stand() {
    let corpus = warc(&wet(&["one\n\nWARC/1.0 two\n", "three"]));
    assert_eq!(corpus.files()[0].format, Format::Wet);
    assert_eq!(texts(&corpus), ["one\n\nWARC/1.0 two\n", "three"]);
    let batch = corpus.batches().next().unwrap().unwrap();
    let record = batch.record(0).unwrap().parse(&corpus).unwrap();
    assert_eq!(record.page.id.as_deref(), Some("<urn:uuid:conversion>"));
    assert_eq!(record.page.url.as_deref(), Some("https://news.example.org/conversion"));
    assert_eq!(record.page.site, "example.org");
    assert_eq!(record.page.date.as_deref(), Some("2024-01-02T03:04:05Z"));
    assert_eq!(&record.raw[record.text_span], b"one\n\nWARC/1.0 two\n");
}

#[cfg(feature = "html")]
#[test]
fn answers_that_are_pages_are_read() {
    let ok = "HTTP/1.1 200 OK\nContent-Type: text/html; charset=latin1";
    let page = b"<title>T</title><p>caf\xe9<p>two";
    let chunked = [&b"5\r\n<p>ab\r\n4;x\r\nc<p>\r\n1\r\nd\r\n0\r\n\r\n"[..]].concat();
    let file = [
        record("warcinfo", "", b"x"),
        record("request", "Content-Type: application/http\r\n", b"GET / HTTP/1.1\r\n\r\n"),
        response(ok, page),
        response(&format!("{ok}\nContent-Encoding: gzip"), &gzip(page)),
        response("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\ncontent-type: text/html", &chunked),
        response("HTTP/1.1 404 Not Found\nContent-Type: text/html", page),
        response("HTTP/1.1 200 OK\nContent-Type: image/png", b"\x89PNG"),
        response("HTTP/1.1 200 OK\nContent-Type: text/plain", b"plain <b>"),
        response("HTTP/1.1 200 OK\nX: y", b" <!DOCTYPE html>no type"),
        record("resource", "Content-Type: text/html\r\n", b"<p>resource"),
        record("metadata", "", b"x: y"),
        response("HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: br", b"x"),
        response("HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: gzip", b"\x1f\x8bx"),
    ]
    .concat();
    let corpus = warc(&file);
    assert_eq!(corpus.files()[0].format, Format::Warc);
    let seen = texts(&corpus);
    assert_eq!(
        seen[..7],
        // What says that it is compressed and is not is read as it is.
        ["café\n\ntwo", "café\n\ntwo", "abc\n\nd", "plain <b>", "no type", "resource", "x"]
    );
    assert!(seen[7].contains("gzip body is damaged"), "{}", seen[7]);
    assert_eq!(seen.len(), 8);
    let batch = corpus.batches().next().unwrap().unwrap();
    let record = batch.record(0).unwrap().parse(&corpus).unwrap();
    assert_eq!(record.others, [("title".into(), "T".into())]);
}

#[cfg(all(feature = "html", feature = "codecs"))]
#[test]
fn bodies_lose_what_the_way_put_on_them() {
    fn br(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = brotli::CompressorWriter::new(&mut out, 4096, 5, 20);
        writer.write_all(bytes).unwrap();
        drop(writer);
        out
    }
    let page: Vec<u8> =
        (0..400).flat_map(|n| format!("<p>paragraph {n} of {}", n * n).into_bytes()).collect();
    let head = "HTTP/1.1 200 OK\nContent-Type: text/html";
    let encoded = |encoding: &str, body: &[u8]| response(&format!("{head}\n{encoding}"), body);
    let packed = gzip(&page);
    let file = [
        response(head, &page),
        encoded("Content-Encoding: br", &br(&page)),
        encoded("Content-Encoding: gzip, br", &br(&packed)),
        encoded("Content-Encoding: gzip\nContent-Encoding: gzip", &gzip(&packed)),
        encoded("Content-Encoding: identity, gzip", &packed),
        response(head, &packed),
        encoded("Content-Encoding: br", &page),
        encoded("Content-Encoding: gzip", &packed[..packed.len() - 300]),
        encoded("Content-Encoding: rot13", &page),
    ]
    .concat();
    let seen = texts(&warc(&file));
    assert_eq!(seen.len(), 9);
    assert!(seen[0].ends_with("paragraph 399 of 159201"));
    for at in 1..7 {
        assert_eq!(seen[at], seen[0], "{at}");
    }
    assert!(
        seen[0].starts_with(&seen[7][..seen[7].len() - 20]) && seen[7].len() > 100,
        "{}",
        seen[7]
    );
    assert!(seen[8].ends_with("Content-Encoding `rot13` is not read here; store pages decoded"));
}

/// A dictionary stands in the first frame, as it is or compressed.
#[test]
fn a_dictionary_is_taken_from_the_file_itself() {
    let plain = wet(&["one page of some words", "another page of some other words", "three"]);
    // Trained by the command `zstd` on made-up records.
    let dictionary = include_bytes!("../../../fixtures/formats/dictionary.zdict").to_vec();
    let mut compressor = zstd::bulk::Compressor::with_dictionary(3, &dictionary).unwrap();
    let frames: Vec<u8> = warc_records(&plain)
        .flat_map(|record| compressor.compress(&plain[record]).unwrap())
        .collect();
    for stored in [dictionary.clone(), zstd(&dictionary)] {
        let length = u32::try_from(stored.len()).unwrap().to_le_bytes();
        let file = [&[0x5d, 0x2a, 0x4d, 0x18][..], &length, &stored, &frames].concat();
        let corpus = stream(&file);
        assert_eq!(corpus.files()[0].format, Format::Wet);
        assert_eq!(
            texts(&corpus)[..2],
            ["one page of some words", "another page of some other words"]
        );
    }
    // Without it the frames are damage, and no other answer.
    let (_, error) = bodies(&stream(&frames));
    assert!(
        error.is_some() || texts(&stream(&frames)).iter().all(|text| text.contains("not UTF-8"))
    );
}

#[cfg(feature = "html")]
#[test]
fn arc_is_read_as_what_it_stands_for() {
    use std::fmt::Write as _;

    let about = "1 0 Archive\nURL IP-address Archive-date Content-type Archive-length\n";
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>A page.";
    let mut file =
        format!("filedesc://x.arc 0.0.0.0 20310102030405 text/plain {}\n{about}", about.len());
    for n in 0..3 {
        let _ = write!(
            file,
            "\nhttp://p.example/{n} 1.2.3.4 20310102030405 text/html {}\n{answer}{n}",
            answer.len() + 1
        );
    }
    file += "\ndns:p.example 1.2.3.4 20310102030405 text/dns 3\nabc\n";
    for bytes in [file.clone().into_bytes(), gzip(file.as_bytes())] {
        let corpus = stream(&bytes);
        assert_eq!(texts(&corpus), ["A page.0", "A page.1", "A page.2"]);
        let batch = corpus.batches().next().unwrap().unwrap();
        let record = batch.record(1).unwrap().parse(&corpus).unwrap();
        assert_eq!(record.page.url.as_deref(), Some("http://p.example/1"));
        assert_eq!(record.page.date.as_deref(), Some("2031-01-02T03:04:05Z"));
    }
    let (_, error) = bodies(&stream(&file.as_bytes()[..file.len() - 3]));
    assert!(error.unwrap().to_string().contains("ARC is damaged"));
}

#[test]
fn records_that_are_no_pages_are_counted() {
    let mut file = wet(&["one"]);
    file.extend(record("revisit", "", b""));
    file.extend(record("metadata", "Content-Type: application/json\r\n", b"{}"));
    file.extend(record("metadata", "Content-Type: application/warc-fields\r\n", b"a: b"));
    for batch_bytes in [1, 64, BATCH_BYTES] {
        let corpus = stream_with(&file, Options::default(), batch_bytes);
        for _ in 0..2 {
            assert_eq!(texts(&corpus), ["one"]);
        }
        let others: Vec<(String, u64)> = corpus.noticed().others.into_iter().collect();
        let expected = [("WAT", 1), ("metadata", 1), ("revisit", 1), ("warcinfo", 1)];
        assert_eq!(others, expected.map(|(kind, count)| (kind.to_owned(), count)));
    }
}

#[test]
fn batches_do_not_change_records() {
    let mut file = wet(&["one", &"long ".repeat(50), "", "two\r\n\r\n"]);
    file.extend(b"some rubbish\r\nin two lines\r\n\r\n");
    file.extend(wet(&["three", "four"]));
    let plain = Options { max_record: 300, ..Options::default() };
    let whole = texts(&stream_with(&file, plain.clone(), BATCH_BYTES));
    assert_eq!(whole.len(), 7);
    assert!(whole[1].contains("record is 4"), "{}", whole[1]);
    assert!(whole[4].contains("no WARC record begins here (found \"some rubbish"), "{}", whole[4]);
    for batch_bytes in [1, 7, 64, 300, 1000] {
        assert_eq!(texts(&stream_with(&file, plain.clone(), batch_bytes)), whole);
    }
    // Nothing but the long record is lost.
    let corpus = stream_with(&file, Options::default(), 64);
    let mut bytes = Vec::new();
    for batch in corpus.batches() {
        let batch = batch.unwrap();
        for raw in batch.raw() {
            bytes.extend([raw.lead, raw.body, raw.end].concat());
        }
        bytes.extend(batch.tail());
    }
    assert!(bytes == file);
}

#[test]
fn damage_costs_the_record_it_is_in() {
    let good = wet(&["one", "two", "three"]);
    let at = good.windows(3).position(|w| w == b"two").unwrap();
    for (problem, bytes) in [
        ("Content-Length is 3, but 7 bytes come", [&good[..at], b"more", &good[at..]].concat()),
        ("Content-Length is 3, but 2 bytes come", [&good[..at], &good[at + 1..]].concat()),
    ] {
        let seen = texts(&warc(&bytes));
        assert_eq!((seen.len(), &*seen[0], &*seen[2]), (3, "one", "three"));
        assert!(seen[1].contains(problem), "{}", seen[1]);
    }
    let cut = texts(&warc(&good[..good.len() - 6]));
    assert!(cut[2].contains("Content-Length is 5, but 3 bytes come"), "{}", cut[2]);
}

/// Where a file was cut off within a header and another stands behind it, the record behind keeps its own header.
#[test]
fn a_header_that_breaks_off_costs_no_other_record() {
    let whole = wet(&["one"]);
    let end = whole.windows(6).rposition(|w| w == b": 3\r\n\r").unwrap() + 5;
    let file = [&whole[..end], &record("conversion", "", b"two")].concat();
    for batch_bytes in [1, 7, 64, BATCH_BYTES] {
        let seen = texts(&stream_with(&file, Options::default(), batch_bytes));
        assert_eq!(seen.len(), 2, "{seen:?}");
        assert!(seen[0].contains("WARC header without an end"), "{}", seen[0]);
        assert_eq!(seen[1], "two");
    }
}

/// Whatever is done to a file, a record is right, or unusable, or the file as a whole is.
#[test]
fn no_damage_makes_it_panic() {
    let file = [
        wet(&["one", "two"]),
        response(
            "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nContent-Encoding: gzip\nContent-Type: text/html",
            &gzip(b"<p>x<table><tr><td>y"),
        ),
    ]
    .concat();
    for stored in [file.clone(), gzip(&file), zstd(&file)] {
        for at in (0..stored.len()).step_by(3) {
            let mut flipped = stored.clone();
            flipped[at] ^= 0x15;
            for bytes in [&stored[..at], &flipped] {
                no_panic(bytes, 100);
            }
        }
    }
}

/// A length that is far too large costs the record it stands in, whatever its kind, however often there is one.
#[test]
fn a_length_beyond_the_end_costs_its_record() {
    let request = record("request", "", b"GET / HTTP/1.1\r\n\r\n");
    let damaged = String::from_utf8(request).unwrap().replace("Length: 18", "Length: 180000000");
    let damaged = damaged.into_bytes();
    let long = record("conversion", "", "long ".repeat(300).as_bytes());
    let file = [
        wet(&["one"]),
        damaged.clone(),
        wet(&["two"]),
        long,
        damaged.clone(),
        wet(&["three"]),
        damaged,
    ]
    .concat();
    let options = Options { max_record: 1000, ..Options::default() };
    for stored in [file.clone(), gzip(&file), zstd(&file)] {
        for batch_bytes in [1, 7, 64, BATCH_BYTES] {
            let corpus = stream_with(&stored, options.clone(), batch_bytes);
            let seen = texts(&corpus);
            assert_eq!(seen.len(), 7, "{seen:?}");
            assert_eq!([&*seen[0], &*seen[2], &*seen[5]], ["one", "two", "three"]);
            for bad in [1, 3, 4, 6] {
                let told = "bytes long, more than the 1000 allowed";
                assert!(seen[bad].contains(told), "{}", seen[bad]);
            }
            // Where records stand is what it would be, and the file is read once as far as progress goes.
            let batches: Vec<_> = corpus.batches().map(Result::unwrap).collect();
            assert_eq!(batches.iter().map(Batch::bytes).sum::<u64>(), file.len() as u64);
            assert_eq!(batches.iter().map(Batch::stored).sum::<u64>(), stored.len() as u64);
            let three = batches.iter().flat_map(Batch::raw).nth(5).unwrap();
            let start = usize::try_from(three.byte).unwrap();
            assert_eq!(&file[start..start + three.body.len()], three.body);
        }
    }
}

/// What is too long and no page is passed over, also where a batch begins with it.
#[test]
fn a_long_record_that_is_no_page_ends_nothing() {
    let long = record("request", "", "long ".repeat(300).as_bytes());
    let file = [wet(&["one"]), long.clone(), long.clone(), wet(&["two"]), long].concat();
    let options = Options { max_record: 1000, ..Options::default() };
    for stored in [file.clone(), gzip(&file), zstd(&file)] {
        for batch_bytes in [1, 7, 64, 1500, BATCH_BYTES] {
            let corpus = stream_with(&stored, options.clone(), batch_bytes);
            assert_eq!(texts(&corpus), ["one", "two"], "batches of {batch_bytes}");
            let batches: Vec<_> = corpus.batches().map(Result::unwrap).collect();
            assert_eq!(batches.iter().map(Batch::bytes).sum::<u64>(), file.len() as u64);
            assert_eq!(batches.iter().map(Batch::stored).sum::<u64>(), stored.len() as u64);
        }
    }
}

/// What can be read only once is not gone back to: what a wrong length took with it is told as one record.
#[test]
fn a_length_beyond_the_end_takes_the_rest_of_a_passing_stream() {
    let damaged = String::from_utf8(wet(&["x"])).unwrap().replace("Length: 1\r", "Length: 9999\r");
    let file = [wet(&["one"]), damaged.into_bytes(), wet(&["two"])].concat();
    let options = Options { max_record: 1000, ..Options::default() };
    let corpus = Corpus { once: true, ..stream_with(&file, options, BATCH_BYTES) };
    let seen = texts(&corpus);
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen[1].contains("more than the 1000 allowed"), "{}", seen[1]);
}

/// Line ends of mixed kinds behind a record are no damage, unless one is torn apart.
#[test]
fn line_ends_of_mixed_kinds_end_a_record() {
    let end = |gap: &str, text: &str| {
        let file = String::from_utf8(wet(&[text, "two"])).unwrap();
        let at = file.rfind("\r\n\r\nWARC").unwrap();
        [&file[..at], gap, &file[at + 4..]].concat().into_bytes()
    };
    let inner = "text\nWARC/1.0\nContent-Length: 2\n\nab";
    for gap in ["\n\r\n", "\r\n\n", "\n\n", "\n", "\r\n\r\n\n"] {
        assert_eq!(texts(&warc(&end(gap, inner))), [inner, "two"], "{gap:?}");
    }
    let seen = texts(&warc(&end("\t\r\n\r\n", "more")));
    assert!(seen[0].contains("Content-Length is 4, but 5 bytes"), "{}", seen[0]);
    let seen = texts(&warc(&end("\n\r\n", "torn\r")));
    assert!(seen[0].contains("Content-Length is 5"), "{}", seen[0]);
    assert_eq!(seen[1], "two");
}
