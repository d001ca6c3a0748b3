//! Which files, in which order, and what they are taken for.

use super::*;
use crate::Class;

/// Writes files below a new folder.
fn tree(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

fn relative(corpus: &Corpus) -> Vec<&str> {
    corpus.files().iter().map(|f| f.relative.to_str().unwrap()).collect()
}

fn error_of(inputs: &[PathBuf]) -> Error {
    let stdin = || -> Box<dyn Read + Send> { Box::new(io::empty()) };
    Corpus::open_with(inputs, Options::default(), BATCH_BYTES, stdin).unwrap_err()
}

#[test]
fn a_folder_is_its_pages_sorted_by_path() {
    let folder = tree(&[
        ("b.txt", b"b"),
        ("a/z.jsonl", b""),
        ("a.txt", b"a"),
        ("a/b/c.ndjson.gz", &gzip(b"")),
        ("B.JSON.zst", &zstd(b"")),
        ("notes.md", b"no"),
        ("picture.jpg.gz", b"no"),
        (".txt", b"no"),
        (".hidden.txt", b"no"),
        (".git/x.txt", b"no"),
    ]);
    let corpus = open(&[folder.path().to_path_buf()]);
    // `.` sorts before `/`.
    assert_eq!(relative(&corpus), ["B.JSON.zst", "a.txt", "a/b/c.ndjson.gz", "a/z.jsonl", "b.txt"]);
    assert!(corpus.files().iter().all(|f| f.from_folder));
    assert_eq!(corpus.files()[1].name, format!("{}/a.txt", folder.path().display()));
    let path = folder.path().join("a.txt");
    let left_out = corpus.left_out().to_string();
    assert_eq!(left_out, "3 hidden (.git, …), 1 .gz (picture.jpg.gz), 1 .md (notes.md)");
    let twice = open(&[path.clone(), folder.path().to_path_buf(), path]);
    assert_eq!(twice.files().len(), 5);
    assert_eq!(twice.left_out().twice.len(), 2);
    assert!(!twice.files()[0].from_folder);
}

#[test]
fn parts_are_told_by_what_they_hold() {
    let json = b"{\"text\":\"a\"}\n";
    let folder = tree(&[
        ("part-00000", json),
        ("part-00001.gz", &gzip(json)),
        ("pages.json.1", json),
        ("x.jl", json),
        ("y.jsonlines.zstd", &zstd(json)),
        ("table", b"id,text\n1,a\n"),
        ("_SUCCESS", b""),
        ("_part", json),
        ("LICENSE", b"Do what you like."),
        ("core", b"\x7fELF\0\0\0\0"),
        ("index", b"<html><p>a page"),
        ("old.jsonl~", json),
        ("a.tar.7", b"PK\x03\x04...."),
    ]);
    let corpus = open(&[folder.path().to_path_buf()]);
    assert_eq!(
        relative(&corpus),
        ["pages.json.1", "part-00000", "part-00001.gz", "table", "x.jl", "y.jsonlines.zstd"]
    );
    assert_eq!(
        corpus.left_out().to_string(),
        "5 without an ending (LICENSE, …), 1 .7 (a.tar.7), 1 .jsonl~ (old.jsonl~)"
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    use std::os::unix::fs::symlink;
    let folder = tree(&[("a/x.txt", b"x"), ("b/y.txt", b"y")]);
    symlink("..", folder.path().join("a/up")).unwrap();
    symlink("../b", folder.path().join("a/other")).unwrap();
    symlink("../a", folder.path().join("b/back")).unwrap();
    symlink("a/x.txt", folder.path().join("link.txt")).unwrap();
    symlink("nowhere", folder.path().join("dead")).unwrap();
    let corpus = open(&[folder.path().to_path_buf()]);
    assert_eq!(
        relative(&corpus),
        ["a/other/y.txt", "a/x.txt", "b/back/x.txt", "b/y.txt", "link.txt"]
    );
    symlink("nowhere", folder.path().join("dead.txt")).unwrap();
    assert_eq!(error_of(&[folder.path().to_path_buf()]).class(), Class::Data);
}

#[test]
fn what_cannot_be_input_is_told() {
    let folder = tree(&[("notes.md", b"no"), ("a.zip", b"PK\x03\x04pages")]);
    let path = folder.path().display();

    let error = error_of(&[folder.path().to_path_buf()]);
    assert_eq!(error.class(), Class::Data);
    assert_eq!(
        error.to_string(),
        format!(
            "{path}/: no pages found (looked for .txt, .jsonl, .ndjson, .json, .csv, .tsv, .parquet, .html, .htm, .warc, .wet, .arc, each also compressed, and files without an ending that hold such)"
        )
    );
    let error = error_of(&[folder.path().join("gone.txt")]);
    assert_eq!(error.class(), Class::Data);
    assert_eq!(error.to_string(), format!("{path}/gone.txt: no such file or folder"));

    let error = error_of(&[folder.path().join("a.zip")]);
    assert_eq!(error.class(), Class::Data);
    assert_eq!(
        error.to_string(),
        format!(
            "{path}/a.zip: a zip archive, which is not read here; unpack it with `unzip` and name the folder"
        )
    );
    let error = error_of(&["-".into(), "-".into()]);
    assert_eq!(error.class(), Class::Usage);
    assert_eq!(error.to_string(), "-: named twice; standard input can be read once");
}

#[test]
fn compression_is_told_by_content_and_format_by_content_then_name() {
    use Compression as C;
    use Format::{JsonLines, Text};
    let json = b"\n {\"text\":\"x\"}\n";
    let long = format!("{{\"text\":\"{}\"}}", "x".repeat(3 << 20));
    for (name, bytes, compression, format) in [
        ("a", &json[..], C::None, JsonLines),
        ("a.txt", json, C::None, JsonLines),
        ("a.txt", b"\xef\xbb\xbf{}", C::None, JsonLines),
        ("a.txt", b"{} is not a page", C::None, Text),
        ("a.txt", b"{\"text\":\"cut", C::None, Text),
        ("a.txt", long.as_bytes(), C::None, JsonLines),
        ("a.txt", b"words", C::None, Text),
        ("a.txt", b"", C::None, Text),
        ("a.txt", &[b' '; 2000], C::None, Text),
        ("a.json", b"words", C::None, JsonLines),
        ("a.jsonl.gz", b"words", C::None, JsonLines),
        ("a.NDJSON.zst", &gzip(b"words"), C::Gzip, JsonLines),
        ("a.txt.gz", &zstd(json), C::Zstd, JsonLines),
        ("a.txt", &gzip(b"words"), C::Gzip, Text),
    ] {
        let folder = tree(&[(name, bytes)]);
        let corpus = open(&[folder.path().join(name)]);
        let source = &corpus.files()[0];
        assert_eq!((source.compression, source.format), (compression, format), "{name}");
        assert_eq!(source.size, Some(bytes.len() as u64));
    }
}

#[cfg(feature = "codecs")]
#[test]
fn other_compressions_are_read_stream_after_stream() {
    type Pack<'p> = &'p dyn Fn(&[u8]) -> Vec<u8>;

    let lines = |from: usize| -> Vec<u8> {
        (from..from + 500)
            .flat_map(|n| format!("{{\"text\":\"page {n}\"}}\n").into_bytes())
            .collect()
    };
    let xz = |bytes: &[u8]| {
        let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let bzip2 = |bytes: &[u8]| {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let lz4 = |bytes: &[u8]| {
        let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let expected: Vec<String> = (0..1000).map(|n| format!("page {n}")).collect();
    let packs: [(Compression, Pack<'_>); 3] =
        [(Compression::Xz, &xz), (Compression::Bzip2, &bzip2), (Compression::Lz4, &lz4)];
    for (compression, pack) in packs {
        let file = [pack(&lines(0)), pack(&lines(500))].concat();
        let corpus = stream(&file);
        assert_eq!(corpus.files()[0].compression, compression);
        assert_eq!(texts(&corpus), expected, "{compression:?}");
        assert_eq!(texts(&stream_with(&file, Options::default(), 7)), expected);
        let (seen, error) = bodies(&stream(&file[..file.len() - 40]));
        let error = error.expect("what breaks off is told").to_string();
        assert!(error.contains("breaks off") || error.contains("damaged"), "{error}");
        assert!(seen.len() < 1000 && !seen.is_empty(), "{compression:?}");
    }
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 4096, 5, 20);
    writer.write_all(&lines(0)).unwrap();
    drop(writer);
    let folder = tree(&[("a.jsonl.br", &packed)]);
    let corpus = open(&[folder.path().to_path_buf()]);
    assert_eq!(corpus.files()[0].compression, Compression::Brotli);
    assert_eq!(texts(&corpus), expected[..500]);
}

#[test]
fn lines_may_end_in_carriage_returns() {
    let bytes = b"{\"text\":\"one\"}\r{\"text\":\"two\"}\r\r{\"text\":\"three\"}";
    for map in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        for batch_bytes in [1, 20, BATCH_BYTES] {
            let options = Options { map, ..Options::default() };
            let corpus = json_file(folder.path(), bytes, options, batch_bytes);
            assert_eq!(texts(&corpus), ["one", "two", "three"]);
            let parts: Vec<u8> = corpus
                .batches()
                .flat_map(|batch| {
                    let batch = batch.unwrap();
                    let raw = batch.raw().flat_map(|raw| [raw.lead, raw.body, raw.end].concat());
                    [raw.collect(), batch.tail().to_vec()].concat()
                })
                .collect();
            assert_eq!(parts, bytes);
        }
    }
}

#[test]
fn a_layout_is_told_by_the_first_record_of_each_file() {
    let url = "https://paper.example/a";
    let folder = tree(&[
        (
            "a.jsonl",
            format!("{{\"text\":\"a\",\"metadata\":{{\"url\":\"{url}\"}},\"created\":\"2031\"}}\n")
                .as_bytes(),
        ),
        ("b.jsonl", format!("{{\"text\":\"b\",\"url\":\"{url}\"}}\n").as_bytes()),
        (
            "c.jsonl",
            format!("{{\"content\":\"c\",\"warc_headers\":{{\"warc-target-uri\":\"{url}\"}}}}\n")
                .as_bytes(),
        ),
    ]);
    let sites = |options: Options| -> Vec<(String, Option<&'static str>)> {
        let corpus = open_with(&[folder.path().to_path_buf()], options, BATCH_BYTES);
        let mut sites = Vec::new();
        for batch in corpus.batches() {
            for raw in batch.unwrap().raw() {
                let layout = corpus.files()[raw.file].layout.map(|layout| layout.name);
                let site = raw.parse(&corpus).map(|record| record.page.site.into_owned());
                sites.push((site.unwrap_or("bad".into()), layout));
            }
        }
        sites
    };
    let paper = || "paper.example".to_owned();
    assert_eq!(
        sites(Options::default()),
        [(paper(), Some("dolma")), (paper(), None), (paper(), Some("oscar"))]
    );
    assert_eq!(
        sites(Options { tell_layout: false, ..Options::default() }),
        [(String::new(), None), (paper(), None), ("bad".to_owned(), None)]
    );
}

#[test]
fn fields_that_no_record_has_are_told() {
    let lines = b"{\"text\":\"a\",\"meta\":{\"adress\":\"https://p.example/\"}}\n{\"text\":null,\"at\":7}\n{\"text\":\"\\ud800\"}\n";
    let read = |fields: Fields| {
        let corpus = stream_with(lines, Options { fields, ..Options::default() }, BATCH_BYTES);
        for batch in corpus.batches() {
            let mut parser = Parser::new(&corpus, crate::base::cpu::Tier::default());
            batch.unwrap().raw().for_each(|raw| drop(parser.parse(&raw)));
        }
        corpus
    };
    let corpus = read(Fields::default());
    corpus.check_fields().unwrap();
    let noticed = corpus.noticed();
    assert_eq!((noticed.records, noticed.without_site, noticed.without_text), (3, 3, 1));
    assert_eq!((noticed.with_halves, noticed.halves), (1, 1));
    assert_eq!(noticed.address.as_deref(), Some("meta.adress"));
    read(Fields { url: "meta.adress".into(), ..Fields::default() }).check_fields().unwrap();
    let corpus = read(Fields { url: "meta.address".into(), ..Fields::default() });
    let error = corpus.check_fields().unwrap_err();
    assert_eq!(error.class(), Class::Usage);
    assert_eq!(
        error.to_string(),
        "--url-field: no record has a value in `meta.address` (found: text, meta.adress); did you mean `meta.adress`?"
    );
}

#[test]
fn standard_input_is_json_lines_if_it_begins_with_a_brace() {
    assert_eq!(stream(b" \n{broken").files()[0].format, Format::JsonLines);
    assert_eq!(stream(&zstd(b"{\"text\":\"x\"}")).files()[0].format, Format::JsonLines);
    let corpus = stream(b"two\nlines\n");
    assert_eq!(corpus.files()[0].format, Format::Text);
    assert_eq!(texts(&corpus), ["two\nlines\n"]);
    assert_eq!((corpus.files()[0].name.as_str(), relative(&corpus)), ("-", vec!["-"]));
}

#[test]
fn a_text_page_is_named_by_its_path_and_its_site_by_its_folder() {
    let folder = tree(&[
        ("news.example.co.uk/2024/a.txt", b"\xef\xbb\xbfone\n"),
        ("other/b.txt", b"two"),
        ("example.com.txt", b"three"),
    ]);
    let pages = |corpus: &Corpus| -> Vec<(String, String, String)> {
        let mut pages = Vec::new();
        for batch in corpus.batches() {
            for raw in batch.unwrap().raw() {
                let record = raw.parse(corpus).unwrap();
                assert_eq!(&record.raw[record.text_span.clone()], record.page.text.as_bytes());
                assert_eq!((record.close, record.has_fields), (record.raw.len(), false));
                let page = record.page;
                pages.push((page.id.unwrap().into(), page.site.into(), page.text.into()));
            }
        }
        pages
    };
    let row = |a: &str, b: &str, c: &str| (a.to_string(), b.to_string(), c.to_string());
    assert_eq!(
        pages(&open(&[folder.path().to_path_buf()])),
        [
            row("example.com.txt", "", "three"),
            row("news.example.co.uk/2024/a.txt", "example.co.uk", "one\n"),
            row("other/b.txt", "", "two"),
        ]
    );
    assert_eq!(
        pages(&open(&[folder.path().join("news.example.co.uk/2024/a.txt")])),
        [row("a.txt", "", "one\n")]
    );
}
