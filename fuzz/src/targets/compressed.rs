//! gzip and zstd, damaged anywhere or no such thing at all.

use std::io::Write;

use refrain::records::Compression;

use super::{
    bytes::{Bytes, damage},
    reading::{File, names, read_with},
};

/// Decompressed bytes that are looked at.
const ENOUGH: usize = 1 << 20;

pub fn target(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let kind = bytes.one();
    let mut file = match kind % 4 {
        0 => [&[0x1f, 0x8b][..], bytes.0].concat(),
        1 => [&[0x28, 0xb5, 0x2f, 0xfd][..], bytes.0].concat(),
        even => return damaged(&mut bytes, even == 2),
    };
    // What decompresses to much is another test's business.
    file.truncate(1 << 12);
    check(&file, None);
}

/// Compresses what stands in `bytes`, in one piece or two, and damages it.
fn damaged(bytes: &mut Bytes<'_>, gzip: bool) {
    let mut kinds = Bytes(bytes.some(12));
    let plain = bytes.0;
    let (first, second) = plain.split_at(usize::from(kinds.one()).min(plain.len()));
    let mut file = compress(first, gzip);
    if !second.is_empty() {
        file.extend(compress(second, gzip));
    }
    let whole = file.clone();
    damage(&mut file, &mut kinds);
    check(&file, Some(Compressed { first, plain, whole: file == whole }));
}

/// What was compressed into a file.
struct Compressed<'a> {
    first: &'a [u8],
    plain: &'a [u8],
    whole: bool,
}

fn compress(bytes: &[u8], gzip: bool) -> Vec<u8> {
    if gzip {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    } else {
        let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
        encoder.include_checksum(true).unwrap();
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }
}

/// Reads `file`; if it is known what was compressed into it, nothing else comes out without an error.
fn check(file: &[u8], compressed: Option<Compressed<'_>>) {
    let file = File::new("pages.jsonl", file);
    let mut told = Vec::new();
    for batch_bytes in [1 << 20, 64] {
        let Some(corpus) = file.corpus(ENOUGH, batch_bytes) else { return };
        // A small file can stand for gigabytes, which would be read to the end.
        let size: u64 = corpus.batches().map_while(Result::ok).take(64).map(|b| b.bytes()).sum();
        if size > ENOUGH as u64 {
            return;
        }
        let all = read_with(&corpus, |_, _| ());
        if let Some(error) = &all.error {
            names(error, &file.path());
        }
        if let Some(Compressed { first, plain, whole }) = compressed {
            assert!(!whole || (all.error.is_none() && all.bytes == plain), "other bytes came back");
            // A member that is gone leaves what another tool would make of the others.
            let possible = all.error.is_some()
                || corpus.files()[0].compression == Compression::None
                || [b"", first, plain].contains(&all.bytes.as_slice());
            assert!(possible, "damage was not seen");
        }
        told.push(all.told());
    }
    // zstd checks the size that an empty frame claims only if there is room for it.
    let [large, small] = [&told[0], &told[1]];
    assert!(large.starts_with(small) || small.starts_with(large), "{large:?} is not {small:?}");
}
