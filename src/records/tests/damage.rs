//! Damaged compressed data: what stands before the damage is handed out, then it is told.

use super::*;
use crate::Class;

/// 300 lines that do not compress to nothing.
fn lines() -> String {
    let line = |i: u64| {
        let text = i.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(7);
        format!("{{\"text\":\"{text:x}\"}}\n")
    };
    (0..300).map(line).collect::<Vec<_>>().concat()
}

fn check(stored: &[u8]) -> (usize, Option<Error>) {
    let corpus = stream_with(stored, Options::default(), 64);
    let (seen, error) = bodies(&corpus);
    let whole = lines();
    assert!(whole.lines().zip(&seen).all(|(a, b)| a == b), "a wrong record was handed out");
    if let Some(error) = &error {
        assert_eq!(error.class(), Class::Data, "{error}");
    }
    (seen.len(), error)
}

#[test]
fn cut_short_anywhere() {
    for stored in [gzip(lines().as_bytes()), zstd(lines().as_bytes())] {
        // With less than a magic number it is taken for text.
        for cut in (4..stored.len() - 1).step_by(7).chain([stored.len() - 1]) {
            let folder = tempfile::tempdir().unwrap();
            let corpus = json_file(folder.path(), &stored[..cut], Options::default(), 64);
            let (seen, error) = bodies(&corpus);
            assert!(lines().lines().zip(&seen).all(|(a, b)| a == b));
            let error = error.expect("cut short and not told");
            assert_eq!(error.class(), Class::Data);
            assert!(error.to_string().contains("data breaks off after"), "{cut}: {error}");
        }
    }
}

#[test]
fn garbage_behind_is_told_after_all_records() {
    let stored = zstd(lines().as_bytes());
    let (seen, error) = check(&[&stored[..], b"some garbage behind it"].concat());
    assert_eq!(seen, 300);
    assert_eq!(
        error.unwrap().to_string(),
        "-: zstd data is damaged after 8366 decompressed bytes (Unknown frame descriptor); \
         fetch the file again, or read what is there with `zstd -dc` and `-`"
    );
    let (seen, error) = check(&[&stored[..], b"x"].concat());
    assert_eq!((seen, error.is_some()), (300, true));

    // What no gzip file has behind it is passed over, as `gzip` does, and noted.
    let stored = gzip(lines().as_bytes());
    for behind in [&b"some garbage behind it"[..], b"x", b"\0\0\0"] {
        let (seen, error) = check(&[&stored[..], behind].concat());
        assert_eq!((seen, error.is_none()), (300, true), "{behind:?}");
    }
}

#[test]
fn flipped_bytes_never_pass_quietly() {
    for stored in [gzip(lines().as_bytes()), zstd(lines().as_bytes())] {
        for at in (12..stored.len()).step_by(13) {
            let mut damaged = stored.clone();
            damaged[at] ^= 0x10;
            let corpus = stream_with(&damaged, Options::default(), 64);
            let (_, error) = bodies(&corpus);
            assert_eq!(error.expect("damage was not told").class(), Class::Data);
        }
    }
}

#[test]
fn after_an_error_there_is_nothing() {
    let stored = gzip(lines().as_bytes());
    let corpus = stream(&stored[..stored.len() / 2]);
    let mut batches = corpus.batches();
    assert!(batches.by_ref().any(|batch| batch.is_err()));
    assert!(batches.next().is_none());
    assert_eq!(corpus.pages(), None);
}

#[test]
fn a_long_line_cut_short_is_no_record() {
    let long = format!("{{\"text\":\"a\"}}\n{{\"text\":\"{}\"}}\n", lines().replace('\n', " "));
    let stored = gzip(long.as_bytes());
    let options = Options { max_record: 100, ..Options::default() };
    let corpus = stream_with(&stored[..stored.len() - 20], options, 64);
    let (seen, error) = bodies(&corpus);
    assert_eq!(seen, ["{\"text\":\"a\"}"]);
    assert!(error.is_some());
}

/// What a decoder has decompressed in the call that fails is lost: it is asked for the same pieces whatever
/// the batches.
#[test]
fn records_before_damage_do_not_depend_on_batches() {
    for stored in [gzip(lines().as_bytes()), zstd(lines().as_bytes())] {
        for at in (20..stored.len()).step_by(97) {
            let mut damaged = stored.clone();
            damaged[at] ^= 0x15;
            let seen = |batch_bytes| {
                let (seen, error) = bodies(&stream_with(&damaged, Options::default(), batch_bytes));
                (seen, error.map(|error| error.to_string()))
            };
            let whole = seen(BATCH_BYTES);
            assert!([1, 64, 5000].map(seen).iter().all(|small| *small == whole), "at {at}");
        }
    }
}
