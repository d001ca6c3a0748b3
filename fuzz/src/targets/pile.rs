//! Piles: pieces come back, and what is asked for where none stands is an error.

use refrain::{
    Class,
    store::{PileReader, PileWriter},
};

use super::{
    bytes::{Bytes, damage},
    reading::{File, names},
};

pub fn target(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let mut changes = Bytes(bytes.some(12));
    let wild = bytes.some(16);
    let file = File::new("pile", b"");
    let mut pieces = Vec::new();
    let mut writer = PileWriter::create(&file.path()).unwrap();
    while !bytes.is_empty() {
        let length = bytes.one() % 32;
        let piece = bytes.some(length.into());
        pieces.push((writer.add(piece).unwrap(), piece));
    }
    writer.finish(false).unwrap();
    let whole = std::fs::read(file.path()).unwrap();
    let mut damaged = whole.clone();
    damage(&mut damaged, &mut changes);
    std::fs::write(file.path(), &damaged).unwrap();

    let mut reader = PileReader::open(&file.path()).unwrap();
    let mut found = Vec::new();
    let mut read = |at: u64, length: usize| {
        let read = reader.read(at, length, &mut found);
        read.map(|()| found.clone()).map_err(|error| {
            assert_eq!(error.class(), Class::Data, "{error}");
            names(&error.to_string(), &file.path());
        })
    };
    for &(at, piece) in pieces.iter().rev() {
        let span = at as usize..at as usize + 8 + piece.len();
        match read(at, piece.len()) {
            Ok(found) => assert_eq!(found, piece),
            Err(()) => assert_ne!(whole.get(span.clone()), damaged.get(span)),
        }
    }
    if let (Some((at, rest)), true) = (wild.split_first_chunk::<8>(), wild.len() == 16) {
        let length = u64::from_le_bytes(rest.try_into().unwrap());
        let _ = read(u64::from_le_bytes(*at), usize::try_from(length).unwrap());
    }
}
