//! CSV and TSV: rows whatever their quotes, and what is written back.

use refrain::records::{Format, rewrite_csv};

use super::reading::{File, read};

const OTHER: &str = "other \"words\",;|\t\r\nin two lines";

pub fn target(bytes: &[u8]) {
    // The first row must name a text, or nothing is read.
    for start in ["", "id,text\n", "a\ttext\turl\r\n"] {
        let bytes = [start.as_bytes(), bytes].concat();
        let file = File::new("pages.csv", &bytes);
        let mut rewritten = None;
        let all = read(&file, |corpus, raw, record| {
            let source = &corpus.files()[0];
            if source.format != Format::Csv || rewritten.is_some() {
                return;
            }
            let header = source.header.as_ref().unwrap();
            let mut row = Vec::new();
            rewrite_csv(record, &record.page.text, header, &mut row);
            assert!(row == record.raw, "a text that stays changed its row");
            row.clear();
            rewrite_csv(record, OTHER, header, &mut row);
            let (before, after) = bytes.split_at(usize::try_from(raw.byte).unwrap());
            let after = &after[raw.body.len()..];
            rewritten = Some((raw.number, [before, &row, after].concat()));
        });
        if let Some((number, bytes)) = rewritten {
            let again = read(&File::new("pages.csv", &bytes), |_, _, _| ()).unwrap();
            let all = all.unwrap();
            assert_eq!(again.records.len(), all.records.len());
            for (at, (was, is)) in all.records.iter().zip(&again.records).enumerate() {
                if at == number as usize {
                    assert_eq!(is.told.as_deref(), Ok(OTHER));
                } else {
                    assert_eq!(is.body, was.body);
                }
            }
        }
    }
}
