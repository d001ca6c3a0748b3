//! WARC and WET files of any bytes, and texts of WET written back.

use refrain::records::{Format, rewrite_wet};

use super::reading::{File, LONGEST, Seen, read};

const OTHER: &str = "other words\r\n\r\nWARC/1.0\r\nContent-Length: 3\r\n\r\n";

pub fn target(bytes: &[u8]) {
    let file = File::new("pages.wet", bytes);
    let mut rewritten = None;
    let all = read(&file, |corpus, raw, record| {
        if corpus.files()[0].format != Format::Wet || rewritten.is_some() {
            return;
        }
        let mut out = Vec::new();
        rewrite_wet(record, &record.page.text, &mut out);
        assert!(out == record.raw, "a text that stays changed its record");
        out.clear();
        rewrite_wet(record, OTHER, &mut out);
        let (before, after) = bytes.split_at(usize::try_from(raw.byte).unwrap());
        rewritten = Some((raw.number, [before, &out, &after[raw.body.len()..]].concat()));
    });
    if let Some((number, bytes)) = rewritten {
        let all = all.unwrap();
        // With another text behind it, a length that was wrong may happen to be right.
        let is_wrong = |seen: &Seen| {
            seen.length > LONGEST as u64
                || seen.told.as_ref().is_err_and(|problem| problem.contains("Content-Length is "))
        };
        if all.records[..number as usize].iter().any(is_wrong) {
            return;
        }
        let again = read(&File::new("pages.wet", &bytes), |_, _, _| ()).unwrap();
        assert_eq!(again.records.len(), all.records.len());
        for (at, (was, is)) in all.records.iter().zip(&again.records).enumerate() {
            if at == number as usize {
                assert!(is.length > LONGEST as u64 || is.told.as_deref() == Ok(OTHER), "{is:?}");
            } else {
                assert_eq!(is.body, was.body);
            }
        }
    }
}
