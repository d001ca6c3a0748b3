//! What `input` promises, tested from its own side, where the batch size can be shrunk.

mod csv;
mod damage;
mod form;
mod json;
mod listing;
#[cfg(feature = "parquet")]
mod parquet;
mod reading;
mod records;
mod warc;

use std::{
    io::{Cursor, Write},
    path::{Path, PathBuf},
};

use super::*;
use crate::Class;

/// A corpus of one stream.
fn stream_with(bytes: &[u8], options: Options, batch_bytes: usize) -> Corpus {
    let stdin = || -> Box<dyn Read + Send> { Box::new(Cursor::new(bytes.to_vec())) };
    Corpus::open_with(&["-".into()], options, batch_bytes, stdin).unwrap()
}

fn stream(bytes: &[u8]) -> Corpus {
    stream_with(bytes, Options::default(), BATCH_BYTES)
}

/// A corpus of one JSON lines file, whatever it holds.
fn json_file(folder: &Path, bytes: &[u8], options: Options, batch_bytes: usize) -> Corpus {
    let path = folder.join("pages.jsonl");
    std::fs::write(&path, bytes).unwrap();
    open_with(&[path], options, batch_bytes)
}

fn open_with(inputs: &[PathBuf], options: Options, batch_bytes: usize) -> Corpus {
    Corpus::open_with(inputs, options, batch_bytes, || Box::new(io::empty())).unwrap()
}

fn open(inputs: &[PathBuf]) -> Corpus {
    open_with(inputs, Options::default(), BATCH_BYTES)
}

/// The texts of all pages; a record that cannot be used as its message.
fn texts(corpus: &Corpus) -> Vec<String> {
    let mut texts = Vec::new();
    for batch in corpus.batches() {
        for raw in batch.unwrap().raw() {
            texts.push(match raw.parse(corpus) {
                Ok(record) => record.page.text.into_owned(),
                Err(e) => e.to_string(),
            });
        }
    }
    texts
}

/// The records' bodies, and the error that ended the pass.
fn bodies(corpus: &Corpus) -> (Vec<String>, Option<Error>) {
    let mut bodies = Vec::new();
    for batch in corpus.batches() {
        match batch {
            Ok(batch) => {
                bodies
                    .extend(batch.raw().map(|raw| String::from_utf8_lossy(raw.body).into_owned()));
            }
            Err(e) => return (bodies, Some(e)),
        }
    }
    (bodies, None)
}

/// Reads whatever these bytes are: without a panic, and with no error but *data*.
fn no_panic(bytes: &[u8], batch_bytes: usize) {
    let stdin = || -> Box<dyn Read + Send> { Box::new(Cursor::new(bytes.to_vec())) };
    let opened = Corpus::open_with(&["-".into()], Options::default(), batch_bytes, stdin);
    let Ok(corpus) = opened else { return };
    for batch in corpus.batches() {
        match batch {
            Ok(batch) => batch.raw().for_each(|raw| drop(raw.parse(&corpus))),
            Err(e) => assert_eq!(e.class(), Class::Data, "{e}"),
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
