//! CSV and TSV: the dialect, the rows, and what damage does.

use super::*;

const ROWS: &str = "id,\"text\",n,url\r\n1,\"one, \"\"two\"\"\nthree\",5,https://a.example.org/\r\n\r\n2,bare 5\" text,,\r\n3,\"\",x,y\r\n";

fn file(name: &str, bytes: &[u8]) -> Corpus {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    open(&[path])
}

#[test]
fn rows_are_pages() {
    let corpus = stream(ROWS.as_bytes());
    assert_eq!(corpus.files()[0].format, Format::Csv);
    assert_eq!(texts(&corpus), ["one, \"two\"\nthree", "bare 5\" text", ""]);
    let mut batches = corpus.batches().map(Result::unwrap);
    let header = batches.next().unwrap();
    assert!(header.is_empty());
    assert_eq!(header.tail(), b"id,\"text\",n,url\r\n");
    let batch = batches.next().unwrap();
    let raw = batch.record(0).unwrap();
    let record = raw.parse(&corpus).unwrap();
    assert_eq!(record.page.id.as_deref(), Some("1"));
    assert_eq!(record.page.site, "example.org");
    let header = corpus.files()[0].header.as_ref().unwrap();
    let others = header.others(record.raw);
    let names: Vec<&str> = others.iter().map(|(name, _)| name.as_ref()).collect();
    assert_eq!(names, ["id", "n", "url"]);
    let lines: Vec<u64> = batch.raw().map(|raw| raw.line).collect();
    assert_eq!(lines, [2, 5, 6]);
}

#[test]
fn the_dialect_is_told_by_the_header_then_by_the_name() {
    let told = |name: &str, bytes: &str| {
        let corpus = file(name, bytes.as_bytes());
        corpus.files()[0].header.as_ref().map(|h| (h.delimiter(), h.names.len()))
    };
    assert_eq!(told("x", "id,text\n"), Some((b',', 2)));
    assert_eq!(told("x", "\u{feff}text\tid\n1\t2"), Some((b'\t', 2)));
    assert_eq!(told("x.csv", "a;text;b,c\n"), Some((b';', 3)));
    assert_eq!(told("x.csv", "a,b\n"), Some((b',', 2)));
    assert_eq!(told("x.tsv", "a\tb,c,d\n"), Some((b'\t', 2)));
    assert_eq!(told("x.csv", "text\n"), Some((b',', 1)));
    // The first line of an office program.
    assert_eq!(told("x.csv", "sep=;\r\nid;a,b;text\r\n"), Some((b';', 3)));
    assert_eq!(told("x", "\u{feff}SEP=|\nid|text\n"), Some((b'|', 2)));
    assert_eq!(told("x.csv", "sep=,text\n"), Some((b',', 2)));
    // Names like those that are wanted.
    assert_eq!(told("x", "ID,Text \n"), Some((b',', 2)));
    assert_eq!(told("x.txt", "id,text\n"), None);
    assert_eq!(told("x", "text\n"), None);
    assert_eq!(told("x", "A text, and more.\n"), None);
}

#[test]
fn a_line_that_names_the_delimiter_stands_before_the_header() {
    let bytes = b"sep=;\r\nID; Text\r\n1;one\r\n2;\"two;\"\r\n";
    for batch_bytes in [1, 7, BATCH_BYTES] {
        let corpus = stream_with(bytes, Options::default(), batch_bytes);
        assert_eq!(texts(&corpus), ["one", "two;"]);
        let all: Vec<u8> = corpus
            .batches()
            .flat_map(|batch| {
                let batch = batch.unwrap();
                let raw = batch.raw().flat_map(|raw| [raw.lead, raw.body, raw.end].concat());
                [raw.collect(), batch.tail().to_vec()].concat()
            })
            .collect();
        assert_eq!(all, bytes);
    }
    let corpus = stream(bytes);
    let header = corpus.files()[0].header.clone().unwrap();
    let loose = [(" Text", "text"), ("ID", "id")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(header.loose, loose);
    // An exact name counts more, and of two like it none is meant.
    let two = stream(b"TEXT,text\na,b\n");
    assert_eq!(
        (texts(&two), two.files()[0].header.as_ref().unwrap().loose.len()),
        (vec!["b".into()], 0)
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, "TEXT,Text\na,b\n").unwrap();
    assert!(texts(&open(&[path]))[0].contains("no column `text`"));
}

#[test]
fn unusable_rows_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, "id,body\n1,a\n").unwrap();
    let seen = texts(&open(&[path]));
    assert!(
        seen[0].ends_with(
            ":2 (byte 8): no column `text` (found: id, body); name another with --text-field"
        ),
        "{}",
        seen[0]
    );
    let corpus = stream(b"id,text\n1,a,b\n2\n3,caf\xe9\n4,good\n");
    assert_eq!(
        texts(&corpus),
        [
            "-:2 (byte 8): row has 3 cells, but the header names 2 columns; quote cells that hold `,`, \
             line ends or quotes",
            "-:3 (byte 14): row has 1 cells, but the header names 2 columns; quote cells that hold `,`, \
             line ends or quotes",
            "-:4 (byte 16): not UTF-8: found 0xe9 at byte 21; convert it, for example with `iconv -f \
             windows-1252 -t utf-8`",
            "good"
        ]
    );
}

#[test]
fn batches_do_not_change_rows() {
    let mut bytes = format!("\u{feff}\r\n{ROWS}").into_bytes();
    // The second ends as lines did on old machines.
    bytes.extend("7,\"a long text, in quotes\n\" and out of them,,\n".bytes());
    bytes.extend("7,a long text that has one line,,\r8,last,,".bytes());
    let options = Options { max_record: 30, ..Options::default() };
    let read = |batch_bytes| {
        let corpus = stream_with(&bytes, options.clone(), batch_bytes);
        let mut seen = Vec::new();
        let mut joined = Vec::new();
        for batch in corpus.batches().map(Result::unwrap) {
            for raw in batch.raw() {
                seen.push((raw.line, raw.byte, raw.length, raw.body.to_vec()));
                joined.extend([raw.lead, raw.body, raw.end].concat());
            }
            joined.extend(batch.tail());
        }
        (seen, joined)
    };
    let (rows, _) = read(BATCH_BYTES);
    assert_eq!(rows.len(), 6);
    assert!([0, 3, 4].iter().all(|&long| rows[long].2 > 30) && rows[5].3 == b"8,last,,");
    for batch_bytes in [1, 2, 5, 16, 64] {
        assert_eq!(read(batch_bytes).0, rows, "{batch_bytes}");
    }
    let corpus = stream_with(&bytes, Options::default(), 8);
    let mut joined = Vec::new();
    for batch in corpus.batches().map(Result::unwrap) {
        batch.raw().for_each(|raw| joined.extend([raw.lead, raw.body, raw.end].concat()));
        joined.extend(batch.tail());
    }
    assert!(joined == bytes);
}

/// A header is no record, so that none is too long, unless it is longer than one that is looked for.
#[test]
fn a_header_may_be_longer_than_a_record() {
    let options = Options { max_record: 30, ..Options::default() };
    let row = "1,one\n2,two\n";
    for (width, rows) in [(100, 2), (200_000, 3)] {
        let file = format!("id,text,\"{}\"\n{row}", "x".repeat(width));
        let header = file.len() - row.len();
        let seen = |batch_bytes| {
            let corpus = stream_with(file.as_bytes(), options.clone(), batch_bytes);
            let batches: Vec<_> = corpus.batches().map(Result::unwrap).collect();
            let raws = batches.iter().flat_map(Batch::raw);
            raws.map(|raw| (raw.byte, raw.length, raw.body.to_vec())).collect::<Vec<_>>()
        };
        let whole = seen(BATCH_BYTES);
        assert_eq!(whole.len(), rows);
        assert_eq!(whole[rows - 1], (header as u64 + 6, 5, b"2,two".to_vec()));
        for batch_bytes in [1, 7, 64, 1 << 16] {
            assert_eq!(seen(batch_bytes), whole, "{batch_bytes}");
        }
    }
}

#[test]
fn no_damage_makes_it_panic() {
    for stored in [ROWS.as_bytes().to_vec(), gzip(ROWS.as_bytes()), zstd(ROWS.as_bytes())] {
        for at in 0..stored.len() {
            for flip in [0x01, 0x15, 0x80, b'"' ^ stored[at], b',' ^ stored[at]] {
                let mut flipped = stored.clone();
                flipped[at] ^= flip;
                for bytes in [&stored[..at], &flipped] {
                    no_panic(bytes, 16);
                }
            }
        }
    }
}
