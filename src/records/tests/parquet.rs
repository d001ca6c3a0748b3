//! Parquet: which columns are read, and what damage does. What is written by others is tested with
//! them, in `tests/peers`.

use std::sync::Arc;

use ::parquet::{
    basic::{Compression, ZstdLevel},
    data_type::{ByteArray, ByteArrayType, Int64Type},
    file::{
        metadata::{ParquetMetaData, ParquetMetaDataReader, ParquetMetaDataWriter},
        properties::WriterProperties,
        writer::SerializedFileWriter,
    },
    schema::parser::parse_message_type,
};

use super::*;
use crate::Class;

/// Two row groups of 100 rows: texts, of which every tenth is null, numbers and days.
fn table(compression: Compression) -> Vec<u8> {
    let schema = "message pages { required int64 id; optional binary text (UTF8);
        required int64 date (TIMESTAMP(MILLIS,true)); repeated int64 list; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    for group in 0..2 {
        let mut out = file.next_row_group().unwrap();
        let rows = group * 100..(group + 1) * 100;
        let ids: Vec<i64> = rows.clone().collect();
        let mut column = out.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&ids, None, None).unwrap();
        column.close().unwrap();
        let texts: Vec<ByteArray> = rows
            .clone()
            .filter(|row| row % 10 != 0)
            .map(|row| ByteArray::from(format!("text \"{row}\"\nsecond").into_bytes()))
            .collect();
        let levels: Vec<i16> = rows.clone().map(|row| i16::from(row % 10 != 0)).collect();
        let mut column = out.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None).unwrap();
        column.close().unwrap();
        let mut column = out.next_column().unwrap().unwrap();
        let times: Vec<i64> = rows.map(|row| row * 86_400_000).collect();
        column.typed::<Int64Type>().write_batch(&times, None, None).unwrap();
        column.close().unwrap();
        let mut column = out.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&[], Some(&[0; 100]), Some(&[0; 100])).unwrap();
        column.close().unwrap();
        out.close().unwrap();
    }
    file.into_inner().unwrap()
}

fn file(folder: &Path, bytes: &[u8]) -> PathBuf {
    let path = folder.join("pages.parquet");
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn rows_are_pages() {
    let folder = tempfile::tempdir().unwrap();
    for compression in
        [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(ZstdLevel::default())]
    {
        let path = file(folder.path(), &table(compression));
        for batch_bytes in [1, 1000, BATCH_BYTES] {
            let corpus = open_with(std::slice::from_ref(&path), Options::default(), batch_bytes);
            let mut row = 0;
            for batch in corpus.batches() {
                for raw in batch.unwrap().raw() {
                    assert_eq!(raw.line, row + 1);
                    match raw.parse(&corpus) {
                        // A null text is a page without one.
                        Ok(record) if row % 10 == 0 => assert_eq!(record.page.text, ""),
                        Ok(record) => {
                            assert_eq!(record.page.id.as_deref(), Some(&*row.to_string()));
                            assert_eq!(record.page.text, format!("text \"{row}\"\nsecond"));
                            if row == 31 {
                                assert_eq!(
                                    record.page.date.as_deref(),
                                    Some("1970-02-01T00:00:00Z")
                                );
                            }
                        }
                        Err(e) => panic!("{e}"),
                    }
                    row += 1;
                }
            }
            assert_eq!(row, 200);
        }
    }
}

#[test]
fn columns_that_cannot_be_texts_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), &table(Compression::UNCOMPRESSED));
    for (name, problem) in [
        ("body", "no column `body` (found: id, text, date, list); name another with --text-field"),
        ("id", "column `id` holds INT64, not one string a row; name another with --text-field"),
        ("list", "column `list` holds lists, not one string a row; name another with --text-field"),
    ] {
        let fields = Fields { text: name.to_owned(), ..Fields::default() };
        let options = Options { fields, ..Options::default() };
        let corpus = open_with(std::slice::from_ref(&path), options, BATCH_BYTES);
        let error = corpus.batches().next().unwrap().unwrap_err();
        assert_eq!(error.class(), Class::Data);
        assert!(error.to_string().ends_with(problem), "{error}");
    }
    let opened = Corpus::open_with(&["-".into()], Options::default(), BATCH_BYTES, || {
        Box::new(Cursor::new(table(Compression::UNCOMPRESSED)))
    });
    assert_eq!(
        opened.unwrap_err().to_string(),
        "-: Parquet, which cannot be read from a stream; name the file"
    );
}

#[test]
fn no_damage_makes_it_panic() {
    let folder = tempfile::tempdir().unwrap();
    let whole = table(Compression::SNAPPY);
    for at in (4..whole.len()).step_by(5) {
        for flip in [0x01, 0x55, 0xff] {
            let mut flipped = whole.clone();
            flipped[at] ^= flip;
            for bytes in [&whole[..at], &flipped] {
                let corpus = open(&[file(folder.path(), bytes)]);
                for batch in corpus.batches() {
                    match batch {
                        Ok(batch) => batch.raw().for_each(|raw| drop(raw.parse(&corpus))),
                        Err(e) => assert_eq!(e.class(), Class::Data, "{e}"),
                    }
                }
            }
        }
    }
}

/// CRC-32 as Parquet has it of the bytes of a page (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 }
        })
    })
}

/// A number as the headers of pages have it.
fn varint(number: i32) -> Vec<u8> {
    let mut rest = ((number << 1) ^ (number >> 31)).cast_unsigned();
    let mut bytes = Vec::new();
    while rest > 0x7f {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

/// A file of one page of texts whose header has a checksum, which our writer leaves out.
fn with_checksum() -> Vec<u8> {
    let schema =
        Arc::new(parse_message_type("message p { required binary text (UTF8); }").unwrap());
    let properties = WriterProperties::builder().set_dictionary_enabled(false).build();
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    let mut out = file.next_row_group().unwrap();
    let mut column = out.next_column().unwrap().unwrap();
    let texts: Vec<ByteArray> =
        (0..9).map(|n| ByteArray::from(format!("text {n}").into_bytes())).collect();
    column.typed::<ByteArrayType>().write_batch(&texts, None, None).unwrap();
    column.close().unwrap();
    out.close().unwrap();
    let plain = file.into_inner().unwrap();

    let metadata =
        ParquetMetaDataReader::new().parse_and_finish(&bytes::Bytes::from(plain.clone())).unwrap();
    let group = metadata.row_group(0).clone();
    let column = group.column(0).clone();
    let (start, size) = column.byte_range();
    let chunk = &plain[start as usize..(start + size) as usize];
    // Type, size, compressed size, then field 5, which begins with what it is ahead of field 3. Nine texts, each six
    // bytes after its length.
    let page = 90;
    let sizes = [&[0x15, 0][..], &[0x15], &varint(page), &[0x15], &varint(page), &[0x2c]].concat();
    assert!(chunk.starts_with(&sizes), "{chunk:x?}");
    let data = &chunk[chunk.len() - 90..];
    let sum = [&[0x15][..], &varint(crc32(data).cast_signed()), &[0x1c]].concat();
    let chunk = [&sizes[..sizes.len() - 1], &sum, &chunk[sizes.len()..]].concat();

    let mut file = [&plain[..start as usize], &chunk].concat();
    let column = column
        .into_builder()
        .set_total_compressed_size(chunk.len().cast_signed() as i64)
        .build()
        .unwrap();
    let group = group.into_builder().set_column_metadata(vec![column]).build().unwrap();
    let metadata = ParquetMetaData::new(metadata.file_metadata().clone(), vec![group]);
    ParquetMetaDataWriter::new(&mut file, &metadata).finish().unwrap();
    file
}

/// Texts that are damaged are texts as well: only the checksum of their page tells.
#[test]
fn checksums_of_pages_are_verified() {
    let folder = tempfile::tempdir().unwrap();
    let read = |bytes: &[u8]| {
        let corpus = open(&[file(folder.path(), bytes)]);
        let mut texts = String::new();
        for batch in corpus.batches() {
            for raw in batch?.raw() {
                texts += &raw.parse(&corpus)?.page.text;
            }
        }
        Ok::<String, crate::Error>(texts)
    };
    let whole = with_checksum();
    assert!(read(&whole).unwrap().starts_with("text 0text 1"));
    let at = whole.windows(6).position(|bytes| bytes == b"text 7").unwrap();
    let mut flipped = whole;
    flipped[at] ^= 1;
    let error = read(&flipped).unwrap_err();
    assert_eq!(error.class(), Class::Data);
    assert!(error.to_string().contains("Parquet data is damaged in row group 1"), "{error}");
}
