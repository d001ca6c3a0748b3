//! Record files: damaged anywhere, they are an error that names them.

use refrain::{
    Class, Result,
    store::{Kind, RecordReader, RecordWriter, extend_column},
};

use super::{
    bytes::{Bytes, damage},
    reading::{File, names},
};

const KIND: Kind = Kind::new(*b"fuzzing ", 2);
const RECIPE: u64 = 7;

pub fn target(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    if bytes.one() % 4 == 0 {
        // No writer made this.
        read(&File::new("records", bytes.0));
        return;
    }
    let mut changes = Bytes(bytes.some(12));
    let file = File::new("records", b"");
    let mut blocks = Vec::new();
    let mut writer = RecordWriter::create(&file.path(), KIND, RECIPE).unwrap();
    while !bytes.is_empty() {
        let length = bytes.one() % 32;
        blocks.push(bytes.some(length.into()).to_vec());
        writer.write(blocks.last().unwrap()).unwrap();
    }
    writer.finish(false).unwrap();
    let whole = std::fs::read(file.path()).unwrap();
    let mut damaged = whole.clone();
    damage(&mut damaged, &mut changes);
    std::fs::write(file.path(), &damaged).unwrap();
    let found = read(&file);
    if damaged == whole {
        assert_eq!(found, Some(blocks));
    } else {
        assert_eq!(found, None, "damage was not seen");
    }
    columns(&file);
}

fn open(file: &File) -> Result<RecordReader> {
    RecordReader::open(&file.path(), KIND, RECIPE)
}

/// Nothing if it is told to be damaged.
fn read(file: &File) -> Option<Vec<Vec<u8>>> {
    let read = || {
        let (mut blocks, mut block) = (Vec::new(), Vec::new());
        let mut reader = open(file)?;
        while reader.next(&mut block)? {
            blocks.push(block.clone());
        }
        Ok(blocks)
    };
    check(read(), file)
}

/// Blocks are columns, or are told to be none.
fn columns(file: &File) {
    let read = || {
        let (mut block, mut pairs, mut numbers) =
            (Vec::new(), Vec::<[u32; 2]>::new(), Vec::<u8>::new());
        let mut reader = open(file)?;
        extend_column(&mut reader, &mut block, &mut numbers)?;
        extend_column(&mut reader, &mut block, &mut pairs)
    };
    check(read(), file);
}

fn check<T>(read: Result<T>, file: &File) -> Option<T> {
    read.map_err(|error| {
        assert_eq!(error.class(), Class::Data, "{error}");
        names(&error.to_string(), &file.path());
    })
    .ok()
}
