//! JSON lines: our own walk against serde, and what is written back.

use refrain::{
    base::{cpu::Tier, page::Kind},
    evidence::{Marks, rewrite_json},
    records::{Record, json_fields},
};
use serde_json::Value;

use super::reading::{File, read};

/// What is put in the place of a text.
const OTHER: &str = "other \"words\",\n\\ \u{1}\u{7f}\u{e9}\u{2028}\u{1f600}";

pub fn target(bytes: &[u8]) {
    let file = File::new("pages.jsonl", bytes);
    // What begins like gzip or Parquet is taken for that, whatever its name is.
    let Some(all) = read(&file, |_, _, record| check_rewriting(record)) else { return };
    for seen in all.records.iter().filter(|seen| seen.length == seen.body.len() as u64) {
        check_verdict(&seen.body, seen.told.as_deref());
    }
}

/// What serde makes of the whole line, as values and not field by field.
fn check_verdict(line: &[u8], told: Result<&str, &String>) {
    let value = serde_json::from_slice::<Value>(line);
    let text = value.as_ref().ok().and_then(|value| value.get("text")).and_then(Value::as_str);
    match (told, text) {
        // A name that appears twice is one to serde.
        (Err(why), Some(_)) => assert!(why.contains("appears twice"), "{why}"),
        (Ok(told), Some(text)) => assert_eq!(told, text),
        // What serde has no value for, where nobody asks for it; and pages without a text.
        (Ok(told), None) => {
            let is_null = value.is_ok_and(|value| value.get("text").is_some_and(Value::is_null));
            assert!(!is_null || told.is_empty());
        }
        (Err(_), None) => {}
    }
}

fn check_rewriting(record: &Record<'_>) {
    let text = record.page.text.as_ref();
    for tier in Tier::here() {
        let mut same = Vec::new();
        rewrite_json(record, text, Marks::default(), tier, &mut same);
        assert!(same == record.raw, "a text that stays changed its line");

        let mut line = Vec::new();
        let chrome = Some(&[(0..5, Kind::Plea)][..]);
        rewrite_json(record, OTHER, Marks { chrome, ..Marks::default() }, tier, &mut line);
        let before = json_fields(record.raw).unwrap();
        let mut after = json_fields(&line).unwrap();
        for added in ["refrain.kinds", "refrain.chrome"] {
            let is_there = before.iter().any(|(name, _)| name == added);
            if !is_there {
                let (name, _) = after.pop().unwrap();
                assert_eq!(name, added);
            }
        }
        assert_eq!(before.len(), after.len());
        for ((name, was), (same, is)) in before.iter().zip(&after) {
            assert_eq!(name, same);
            match name.as_ref() {
                "text" => assert_eq!(serde_json::from_str::<String>(is).unwrap(), OTHER),
                "refrain.chrome" => assert_eq!(is, "[[0,5]]"),
                "refrain.kinds" => assert_eq!(is, "[\"plea\"]"),
                _ => assert_eq!(was, is),
            }
        }
    }
}
