//! Cutting: nothing is lost, and numbers do not depend on how it is cut.

use proptest::{collection::vec, prelude::*};

use super::*;

/// Number, record, line, byte, length, lead, body and end of every record.
type Seen = Vec<(u64, u64, u64, u64, u64, Vec<u8>, Vec<u8>)>;

/// All records, and all bytes of a corpus put together again, dropped ones as `#`.
fn read(corpus: &Corpus) -> (Seen, Vec<u8>) {
    let (mut seen, mut all) = (Vec::new(), Vec::new());
    for batch in corpus.batches() {
        let batch = batch.unwrap();
        assert_eq!(batch.first_byte, all.len() as u64);
        let before = all.len() as u64;
        assert_eq!(batch.raw().len(), batch.len());
        for (i, raw) in batch.raw().enumerate() {
            all.extend_from_slice(raw.lead);
            assert_eq!(raw.byte, all.len() as u64);
            all.extend_from_slice(raw.body);
            all.resize(all.len() + usize::try_from(raw.length).unwrap() - raw.body.len(), b'#');
            all.extend_from_slice(raw.end);
            let again = batch.record(i).unwrap();
            assert_eq!((again.number, again.lead, again.body), (raw.number, raw.lead, raw.body));
            seen.push((
                u64::from(raw.number),
                raw.record,
                raw.line,
                raw.byte,
                raw.length,
                raw.body.to_vec(),
                raw.end.to_vec(),
            ));
        }
        all.extend_from_slice(batch.tail());
        assert_eq!(batch.bytes(), all.len() as u64 - before);
    }
    (seen, all)
}

/// The same by a loop over the whole: what the cutter must give.
fn oracle(bytes: &[u8], max_record: usize) -> Seen {
    let mut seen = Vec::new();
    let mut at = 0;
    let line_end = source::line_end_of(bytes);
    for (line, number) in bytes.split_inclusive(|&c| c == line_end).zip(1..) {
        let bare = line.strip_suffix(&[line_end]).unwrap_or(line);
        let mut body = if bare.len() < line.len() && line_end == b'\n' {
            bare.strip_suffix(b"\r").unwrap_or(bare)
        } else {
            bare
        };
        let end = line[body.len()..].to_vec();
        let mut byte = at;
        if at == 0 && body.starts_with(b"\xef\xbb\xbf") {
            body = &body[3..];
            byte = 3;
        }
        at += line.len() as u64;
        let too_long = body.len() > max_record;
        if too_long || !body.iter().all(|&c| c == b' ' || c == b'\r') {
            let n = seen.len() as u64;
            let held = if too_long { Vec::new() } else { body.to_vec() };
            let length = body.len() as u64;
            seen.push((n, n + 1, number, byte, length, held, end));
        }
    }
    seen
}

fn lines() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => Just("\n".to_string()),
        2 => Just("\r\n".to_string()),
        1 => Just("\r".to_string()),
        1 => Just(" ".to_string()),
        1 => Just("\u{feff}".to_string()),
        3 => "[a-c{}]{1,4}",
        1 => "[a-c]{1,40}",
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn no_byte_is_lost_and_numbers_do_not_move(
        bytes in lines(), batch_bytes in 1..30_usize, max_record in 1..50_usize, packed: bool,
        map: bool,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { max_record, map, ..Options::default() };
        let stored = if packed { gzip(&bytes) } else { bytes.clone() };
        let corpus = json_file(folder.path(), &stored, options, batch_bytes);
        let expected = oracle(&bytes, max_record);
        for _pass in 0..2 {
            let (seen, all) = read(&corpus);
            prop_assert_eq!(&seen, &expected);
            prop_assert_eq!(all.len(), bytes.len());
            prop_assert!(all.iter().zip(&bytes).all(|(a, b)| a == b || *a == b'#'));
        }
        prop_assert_eq!(corpus.pages().map(|n| n as usize), Some(expected.len()));
    }

    #[test]
    fn a_text_file_is_one_record(
        bytes in lines(), batch_bytes in 1..30_usize, max_record in 1..50_usize, map: bool,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, &bytes).unwrap();
        let mut corpus =
            open_with(&[path], Options { max_record, map, ..Options::default() }, batch_bytes);
        corpus.files[0].format = Format::Text;
        let (seen, all) = read(&corpus);
        prop_assert!(seen.len() <= 1);
        prop_assert_eq!(all.len(), bytes.len());
        prop_assert!(all.iter().zip(&bytes).all(|(a, b)| a == b || *a == b'#'));
    }
}

#[test]
fn an_empty_file_has_no_records() {
    for bytes in [b"".to_vec(), gzip(b""), zstd(b""), b"\n \r\n".to_vec(), b"\xef\xbb\xbf".to_vec()]
    {
        assert!(texts(&stream(&bytes)).is_empty());
        let folder = tempfile::tempdir().unwrap();
        let corpus = json_file(folder.path(), &bytes, Options::default(), BATCH_BYTES);
        assert!(texts(&corpus).is_empty());
        assert_eq!(corpus.pages(), Some(0));
    }
}

#[test]
fn a_long_line_is_one_unusable_record_between_good_ones() {
    let long = format!("{{\"text\":\"{}\"}}", "x".repeat(5000));
    let bytes = format!("{{\"text\":\"a\"}}\n{long}\r\n\n{{\"text\":\"b\"}}\n");
    for batch_bytes in [1, 7, 64, 5000, 1 << 20] {
        let options = Options { max_record: 1000, ..Options::default() };
        let corpus = stream_with(bytes.as_bytes(), options, batch_bytes);
        assert_eq!(
            texts(&corpus),
            [
                "a",
                "-:2 (byte 13): line is 5011 bytes long, more than the 1000 allowed; raise it \
                 with --max-record",
                "b",
            ]
        );
        let last = corpus.batches().map(|b| b.unwrap()).filter(|b| !b.is_empty()).last().unwrap();
        let last = last.record(last.len() - 1).unwrap();
        assert_eq!((last.number, last.record, last.line, last.byte), (2, 3, 4, 5027));
    }
}

#[test]
fn a_long_text_file_is_unusable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, "word ".repeat(100)).unwrap();
    for (max_record, batch_bytes) in [(499, 1 << 20), (10, 16)] {
        let options = Options { max_record, ..Options::default() };
        let corpus = open_with(std::slice::from_ref(&path), options, batch_bytes);
        assert_eq!(
            texts(&corpus),
            [format!(
                "{}:1 (byte 0): file is 500 bytes long, more than the {max_record} allowed; raise \
                 it with --max-record",
                path.display()
            )]
        );
    }
}

/// 16 MiB in one line, cut from 64-byte reads: a search from the start on every read would take
/// minutes.
#[test]
fn a_long_line_takes_time_in_proportion() {
    let bytes = format!("{{\"text\":\"{}\"}}\n", "x".repeat(16 << 20));
    let corpus = stream_with(bytes.as_bytes(), Options::default(), 64);
    assert_eq!(corpus.batches().next().unwrap().unwrap().bytes(), bytes.len() as u64);
}

#[test]
fn pages_are_numbered_over_all_files() {
    let folder = tempfile::tempdir().unwrap();
    let line = b"{\"text\":\"x\"}\n";
    let paths: Vec<PathBuf> = [2, 0, 3]
        .iter()
        .enumerate()
        .map(|(i, &n)| {
            let path = folder.path().join(format!("{i}.jsonl"));
            std::fs::write(&path, line.repeat(n)).unwrap();
            path
        })
        .collect();
    let corpus = open_with(&paths, Options::default(), 5);
    let numbers = |batches: Batches| -> Vec<(usize, PageNumber, u64)> {
        batches
            .flat_map(|b| {
                b.unwrap().raw().map(|r| (r.file, r.number, r.record)).collect::<Vec<_>>()
            })
            .collect()
    };
    assert_eq!(numbers(corpus.batches_of(2)), [(2, 0, 1), (2, 1, 2), (2, 2, 3)]);
    assert_eq!(corpus.first_page(2), None);
    let all = [(0, 0, 1), (0, 1, 2), (2, 2, 1), (2, 3, 2), (2, 4, 3)];
    assert_eq!(numbers(corpus.batches()), all);
    assert_eq!(numbers(corpus.batches()), all);
    assert_eq!(numbers(corpus.batches_of(2)), all[2..]);
    assert_eq!((corpus.first_page(2), corpus.pages()), (Some(2), Some(5)));
    assert_eq!(numbers(corpus.batches_of(3)), []);

    // Somebody appends while we read: the numbers of the first pass no longer hold.
    std::fs::write(&paths[0], line.repeat(3)).unwrap();
    let (_, error) = bodies(&corpus);
    let error = error.unwrap();
    assert_eq!(error.class(), crate::Class::Data);
    assert_eq!(
        error.to_string(),
        format!(
            "{}: changed while it was read (page 2 of the input is now page 3); run again when \
             nobody writes to it",
            paths[0].display()
        )
    );
}

#[test]
fn all_compressions_give_the_same_pages() {
    let lines: Vec<String> = (0..1000).map(|i| format!("{{\"text\":\"page {i}\"}}\n")).collect();
    let lines = lines.concat();
    let bytes = lines.as_bytes();
    let (a, b) = bytes.split_at(bytes.len() / 3);
    let skippable = [&[0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0], &b"???"[..]].concat();
    let mut long = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
    long.window_log(27).unwrap();
    long.write_all(bytes).unwrap();
    let expected = texts(&stream(bytes));
    assert_eq!(expected.len(), 1000);
    for (what, stored) in [
        ("gzip", gzip(bytes)),
        ("gzip members", [gzip(a), gzip(b""), gzip(b)].concat()),
        ("zstd", zstd(bytes)),
        ("zstd frames", [zstd(b""), zstd(a), skippable.clone(), zstd(b)].concat()),
        ("zstd that begins skippable", [skippable, zstd(bytes)].concat()),
        ("zstd with a long window", long.finish().unwrap()),
    ] {
        for batch_bytes in [100, BATCH_BYTES] {
            let corpus = stream_with(&stored, Options::default(), batch_bytes);
            for _pass in 0..2 {
                assert_eq!(texts(&corpus), expected, "{what}");
            }
        }
    }
}

#[test]
fn a_mapped_file_that_grows_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { map: true, ..Options::default() };
    let corpus = json_file(folder.path(), b"{\"text\":\"a\"}\n{\"text\":\"b\"}", options, 5);
    assert_eq!(texts(&corpus), ["a", "b"]);

    let mut batches = corpus.batches();
    assert_eq!(batches.next().unwrap().unwrap().first_byte, 0);
    let path = folder.path().join("pages.jsonl");
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"\n{\"text\":\"c\"}").unwrap();
    let error = batches.find_map(Result::err).unwrap();
    assert_eq!(error.class(), crate::Class::Data);
    assert_eq!(
        error.to_string(),
        format!(
            "{}: changed its length while it was read; run again when nobody writes to it, without \
             --mmap",
            path.display()
        )
    );
    assert!(batches.next().is_none());
}

#[test]
fn what_cannot_be_mapped_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { map: true, ..Options::default() };
    for bytes in [gzip(b"{\"text\":\"a\"}\n"), zstd(b"{\"text\":\"a\"}\n")] {
        let corpus = json_file(folder.path(), &bytes, options.clone(), BATCH_BYTES);
        assert_eq!(texts(&corpus), ["a"]);
    }
    let empty = json_file(folder.path(), b"", options.clone(), BATCH_BYTES);
    assert_eq!(texts(&empty), [""; 0]);
    assert_eq!(texts(&stream_with(b"{\"text\":\"a\"}\n", options, BATCH_BYTES)), ["a"]);
}

/// Buffers go round: a second pass needs no more of them.
#[test]
fn buffers_of_batches_are_used_again() {
    let bytes = "{\"text\":\"a\"}\n".repeat(1000);
    let corpus = stream_with(bytes.as_bytes(), Options::default(), 100);
    let held: Vec<Batch> = corpus.batches().take(3).map(|b| b.unwrap()).collect();
    drop(held);
    assert_eq!(corpus.pool.spare(), 3);
    assert_eq!(corpus.batches().map(|b| b.unwrap().len()).sum::<usize>(), 1000);
    assert_eq!(corpus.pool.spare(), 3);
}

#[cfg(unix)]
#[test]
fn a_pipe_can_be_read_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    let writer = std::thread::spawn({
        let path = path.clone();
        move || std::fs::write(path, "{\"text\":\"a\"}\n{\"text\":\"b\"}\n").unwrap()
    });
    let corpus = open(&[path]);
    assert_eq!(texts(&corpus), ["a", "b"]);
    assert_eq!(texts(&corpus), ["a", "b"]);
    writer.join().unwrap();
}
