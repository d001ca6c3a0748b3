//! PageColumns on disk whose checksums are right and whose content is anything.

use refrain::{
    Class,
    store::{Kind, RecordReader, RecordWriter},
    table::{NUMBERED, PageColumns, TRACED},
};

use super::{
    bytes::Bytes,
    reading::{File, names},
};

pub fn target(bytes: &[u8]) {
    for kind in [TRACED, NUMBERED] {
        let file = written(kind, bytes);
        let read = || {
            let mut file = RecordReader::open(&file.path(), kind, 0)?;
            let mut traces = PageColumns::new();
            if kind == NUMBERED {
                traces = PageColumns::read_numbered(&mut file)?;
            } else {
                let mut block = Vec::new();
                while let Some(part) = PageColumns::read_part(&mut file, &mut block)? {
                    for page in (0..).take(part.len()) {
                        let of = part.page(page);
                        if part.sites.name(of.site).len() != 1 {
                            traces.push_page(&part, page, of.number);
                        }
                    }
                }
            }
            Ok::<_, refrain::Error>(traces)
        };
        match read() {
            Ok(traces) => look(&traces),
            Err(error) => {
                assert_eq!(error.class(), Class::Data, "{error}");
                names(&error.to_string(), &file.path());
            }
        }
    }
}

/// Columns, each by how long it says it is, how long it is and what is in it.
fn written(kind: Kind, bytes: &[u8]) -> File {
    let mut bytes = Bytes(bytes);
    let file = File::new("traces", b"");
    let mut writer = RecordWriter::create(&file.path(), kind, 0).unwrap();
    while !bytes.is_empty() {
        let [said, width, repeat] = [bytes.one(), bytes.one(), bytes.one()];
        writer.write(&u64::from(said).to_le_bytes()).unwrap();
        let mut column = Vec::new();
        for _ in 0..said.wrapping_add(repeat >> 6) {
            let number = u64::from(bytes.one()).to_le_bytes();
            // Strings of a file are bytes with their length before them.
            column.extend_from_slice(&number[..[1, 2, 4, 8, 8, 8, 8, 8][usize::from(width % 8)]]);
        }
        if !column.is_empty() {
            writer.write(&column).unwrap();
        }
    }
    writer.finish(false).unwrap();
    file
}

/// Every page's share of every column.
fn look(traces: &PageColumns) {
    for page in (0..).take(traces.len()) {
        traces.each_anchored(page, |_, anchors| assert!(anchors.len() < 1 << 20));
        let paragraphs = traces.shapes().get(traces.span(page)).unwrap().len();
        assert_eq!(paragraphs, traces.wordings()[traces.span(page)].len());
        assert!(traces.anchors_of(page).len() <= traces.anchors());
        traces.sites.name(traces.page(page).site);
    }
}
