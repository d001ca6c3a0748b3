//! The fast walk over a JSON line against serde: the same verdict, the same values, the same words.

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::{
    base::cpu::Tier,
    records::{json::Walk, kernel, parser::Parser},
};

/// All that a record says, so that two can be compared; or why it cannot be used.
fn told(record: Result<Record<'_>>) -> std::result::Result<String, String> {
    let record = record.map_err(|e| e.to_string())?;
    Ok(format!("{record:?}"))
}

/// Parses every record of `bytes` both ways on every tier, with one parser for all.
fn check(bytes: &[u8], options: &Options) {
    let corpus = stream_with(bytes, options.clone(), BATCH_BYTES);
    for tier in Tier::here() {
        let mut parser = Parser::new(&corpus, tier);
        for batch in corpus.batches() {
            for raw in batch.unwrap().raw() {
                let (slow, fast) = (told(raw.parse(&corpus)), told(parser.parse(&raw)));
                assert_eq!(fast, slow, "{tier}: {}", String::from_utf8_lossy(raw.body));
            }
        }
    }
}

/// As [`check`], of one line that `look` sees first; a stream must look like JSON to be read so.
fn check_line(line: &[u8]) {
    check(&[b"{}\n", line].concat(), &Options::default());
}

/// Whether the walk understands `line` without serde.
fn is_walked(line: &[u8]) -> bool {
    let fields = Fields::default();
    let walked: Vec<bool> = Tier::here()
        .into_iter()
        .map(|tier| {
            kernel::run(tier, Walk { line, wanted: &fields, out: &mut Vec::new() }).is_some()
        })
        .collect();
    assert!(walked.windows(2).all(|two| two[0] == two[1]), "tiers differ: {walked:?}");
    walked[0]
}

#[test]
fn lines_of_every_kind_are_read_as_serde_reads_them() {
    let deep = |n| format!(r#"{{"a":{}1{},"text":"t"}}"#, "[".repeat(n), "]".repeat(n));
    let long = "x".repeat(300);
    for (walked, line) in [
        (true, r#"{"text":"a"}"#.to_owned()),
        (true, r#"  { "text" : "a" , "b" : [ ] , "c" : { } }  "#.into()),
        (true, r#"{"text":"\"\\\/\b\f\n\r\t\u0041\u00e9\u4e2d\ud83d\ude00\uFfFf\u0000"}"#.into()),
        (true, r#"{"url":"https:\/\/www.example.com\/a","text":"a\nb","id":"\u0031","x":"\ud800"}"#.into()),
        (true, r#"{"text":"a","x":{"text":"b","y":[{"text":1},[2,"]"]]}}"#.into()),
        (true, r#"{"text":"a","x":[-0,0.5,1e5,1E+5,-12.25e-3,true,false,null,123456789012345678901234567890]}"#.into()),
        (true, r#"{"id":1e999,"text":"a"}"#.into()),
        (true, r#"{"id":{"a":[1, 2]},"text":"a"}"#.into()),
        (true, r#"{"id":null,"site":null,"url":7,"date":[],"text":"a"}"#.into()),
        (true, r#"{"id":"","site":"","url":"","date":"","text":""}"#.into()),
        (true, r#"{"refrain.chrome":[[0,1]],"text":"a","refrain.cluster":null,"refrain.chrome":1}"#.into()),
        (true, r#"{"a":1,"a":2,"text":"b"}"#.into()),
        (true, format!(r#"{{"text":"{long}\n{long}","{long}":"{long}"}}"#)),
        (true, deep(64)),
        // Serde's business: names with escapes, what is wrong, what is nested deeper.
        (false, deep(65)),
        (false, deep(10_000)),
        (false, r#"{"te\u0078t":"a"}"#.into()),
        (false, r#"{"text":"a","te\u0078t":"b"}"#.into()),
        (false, r#"{"text":"a","text":"b"}"#.into()),
        (false, r#"{"text":"a","url":1,"url":1}"#.into()),
        (false, "{}".into()),
        (true, r#"{"id":1}"#.into()),
        (true, r#"{"text":1}"#.into()),
        (false, r#"[{"text":"a"}]"#.into()),
        (false, r#"{"text":"a"} x"#.into()),
        (false, r#"{"text":"a"}}"#.into()),
        (false, r#"{"text":"a",}"#.into()),
        (false, r#"{,"text":"a"}"#.into()),
        (false, r#"{"text":"a" "b":1}"#.into()),
        (false, r#"{"text" "a"}"#.into()),
        (false, r#"{"text":"a"#.into()),
        (false, r#"{"text":"a\"#.into()),
        (false, r#"{"text":"a\"}"#.into()),
        (false, r#"{"text":"a\u12"}"#.into()),
        (false, r#"{"text":"a\u12g4"}"#.into()),
        (false, r#"{"text":"a\u+123"}"#.into()),
        (false, r#"{"text":"a\x"}"#.into()),
        (false, r#"{"text":"\ud800"}"#.into()),
        (false, r#"{"text":"\ud800\ud800"}"#.into()),
        (false, r#"{"text":"\ud800\n"}"#.into()),
        (false, r#"{"text":"\udc00\ud800"}"#.into()),
        (false, "{\"text\":\"a\tb\"}".into()),
        (false, "{\"text\":\"a\",\"b\":\"\u{1f}\"}".into()),
        (false, "{\"text\":\"a\"}\u{c}".into()),
        (false, "\u{a0}{\"text\":\"a\"}".into()),
        (true, "{\"text\":\"a\u{7f}\u{80}\u{2028}\"}".into()),
    ] {
        assert_eq!(is_walked(line.as_bytes()), walked, "{line}");
        check_line(line.as_bytes());
    }
    for bad in [
        "01",
        "1.",
        ".5",
        "1e",
        "-",
        "+1",
        "tru",
        "nul",
        "NaN1",
        "nan",
        "Infinit",
        "--Infinity",
        "-NaN",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{1:2}",
        "[}",
        "{]",
        "[1}",
        "{\"a\":1]",
        "\"\\x\"",
        "\"\\u00g0\"",
        "'a'",
        "",
    ] {
        let line = format!(r#"{{"x":{bad},"text":"a"}}"#);
        assert!(!is_walked(line.as_bytes()), "{line}");
        check_line(line.as_bytes());
    }
}

/// What is special stands at every place of a block, and at every distance from the end.
#[test]
fn every_place_of_a_block_is_like_any_other() {
    for special in [
        "\\n",
        "\\\"",
        "\\\\",
        "\\u00e9",
        "\\ud83d\\ude00",
        "é",
        "\\x",
        "\t",
        "\\\\\\\\\\\"",
        "\\ud800",
        "\\",
    ] {
        let lines: Vec<String> = (0..140)
            .flat_map(|before| [0, 1, 62, 70].map(|after| (before, after)))
            .map(|(before, after)| {
                let (before, after) = ("a".repeat(before), "b".repeat(after));
                format!("{{\"text\":\"{before}{special}{after}\"}}\n")
            })
            .collect();
        check(format!("{{}}\n{}", lines.concat()).as_bytes(), &Options::default());
    }
}

#[test]
fn damaged_utf8_is_found_wherever_it_stands() {
    for bad in
        [&b"\xff"[..], b"\xc3", b"\xe4\xb8", b"\xed\xa0\x80", b"\xc0\x80", b"\x80", b"\xf0\x9f\x98"]
    {
        for escape in ["", "\\n", "\\u00e9"] {
            let bad = [escape.as_bytes(), bad, escape.as_bytes()].concat();
            check_line(&[b"{\"text\":\"a", &bad[..], b"b\"}"].concat());
            check_line(&[b"{\"id\":\"a", &bad[..], b"b\",\"text\":\"c\\td\"}"].concat());
            check_line(&[b"{\"text\":\"c\\td\",\"a", &bad[..], b"b\":1}"].concat());
        }
    }
}

#[test]
fn one_field_may_be_wanted_for_two_things() {
    let fields = Fields { id: "text".into(), url: "text".into(), ..Fields::default() };
    let options = Options { fields, ..Options::default() };
    check(b"{\"text\":\"https:\\/\\/a.example.org\"}\n{\"text\":\"b\"}\n{\"text\":1}", &options);
}

#[test]
fn a_wanted_field_may_be_one_of_our_own() {
    let fields = Fields { id: "refrain.chrome".into(), ..Fields::default() };
    let options = Options { fields, ..Options::default() };
    check(b"{\"text\":\"a\",\"refrain.chrome\":\"b\",\"refrain.cluster\":1}", &options);
}

/// Every character alone, and all together at every place of a block.
#[test]
fn strings_are_written_as_serde_writes_them() {
    let all: String = (0..0x300).chain(0x2020..0x2030).filter_map(char::from_u32).collect();
    for tier in Tier::here() {
        let check = |text: &str| {
            let mut ours = b"before".to_vec();
            write_json_string(tier, text, &mut ours);
            let theirs = serde_json::to_string(text).unwrap();
            assert_eq!(str::from_utf8(&ours), Ok(format!("before{theirs}").as_str()), "{tier}");
        };
        for char in all.chars() {
            check(&char.to_string());
        }
        for before in 0..70 {
            check(&("a".repeat(before) + &all));
            check(&("a".repeat(before) + "\n" + &"b".repeat(63)));
        }
    }
}

/// What nobody asked for is not judged, and what is asked for is.
#[test]
fn what_is_no_json_in_other_fields_loses_no_page() {
    let nested = Fields {
        text: "doc.text".into(),
        id: "meta.id".into(),
        url: "meta.warc-target-uri".into(),
        ..Fields::default()
    };
    let nested = Options { fields: nested, ..Options::default() };
    let usual = Options::default();
    for (options, line, text) in [
        (&usual, &br#"{"a":NaN,"b":[Infinity,-Infinity,{"c":NaN}],"text":"t"}"#[..], Ok("t")),
        (&usual, br#"{"id":NaN,"text":"t"}"#, Ok("t")),
        (&usual, br#"{"a":"\ud800","\udc00":1,"text":"t"}"#, Ok("t")),
        (
            &usual,
            br#"{"a":1e999999,"b":-0.00000000000000000000000000000001e-99999,"text":"t"}"#,
            Ok("t"),
        ),
        (&usual, b"{\"a\":\"\xff\xc3\",\"text\":\"t\"}", Ok("t")),
        (&usual, b"{\"a\":\"x\ty\x01\",\"text\":\"t\"}", Ok("t")),
        (&usual, b"\x1e{\"text\":\"t\"}", Ok("t")),
        (&usual, br#"{"text":"t\ud83d.\ude00\ud83d\ude00"}"#, Ok("t\u{fffd}.\u{fffd}\u{1f600}")),
        (&usual, br#"{"text":null}"#, Ok("")),
        (&usual, br#"{"text":null,"a":NaN}"#, Ok("")),
        (&nested, br#"{"doc":{"text":"t"},"meta":{"id":7,"warc-target-uri":"u"}}"#, Ok("t")),
        (&nested, br#"{"doc":{"a":{"text":"x"},"text":"t\n"},"meta":[]}"#, Ok("t\n")),
        (&nested, br#"{"doc.text":"t","doc":{"text":"x"}}"#, Ok("t")),
        (&nested, br#"{"doc":{"text":"t","x":NaN}}"#, Ok("t")),
        (&nested, br#"{"doc":{"text":"t"},"doc":{}}"#, Ok("t")),
        (&nested, br#"{"doc":{"text":"t"},"doc":{"text":"u"}}"#, Err("twice")),
        (&nested, br#"{"doc":"text"}"#, Err("no field `doc.text`")),
        (&nested, br#"{"doc":{"texts":"t"}}"#, Err("did you mean `doc.texts`")),
        (&usual, b"{\"text\":\"\xff\"}", Err("not UTF-8: found 0xff at byte 9")),
        (&usual, b"{\"text\":\"t\",\"url\":\"\xff\"}", Err("not UTF-8")),
        (&usual, b"{\"text\":\"a\tb\"}", Err("control character")),
        (&usual, br#"{"text":NaN}"#, Err("broken JSON")),
        (&usual, br#"{"text":true}"#, Err("is true, not a string")),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let corpus = json_file(folder.path(), line, options.clone(), BATCH_BYTES);
        let found = texts(&corpus);
        let shown = String::from_utf8_lossy(line);
        match text {
            Ok(text) => assert_eq!(found, [text], "{shown}"),
            Err(part) => assert!(found[0].contains(part), "{shown}: {}", found[0]),
        }
        for tier in Tier::here() {
            let mut parser = Parser::new(&corpus, tier);
            for batch in corpus.batches() {
                for raw in batch.unwrap().raw() {
                    assert_eq!(told(parser.parse(&raw)), told(raw.parse(&corpus)), "{shown}");
                }
            }
        }
    }
}

/// A string as some writer might write it: escapes where none is needed, halves of pairs, wrong ones.
fn json_string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => "[a-z .,0-9]{0,40}",
        2 => "\\PC{0,8}".prop_map(|s| s.replace(['"', '\\'], "")),
        4 => select(vec!["\\n", "\\\"", "\\\\", "\\/", "\\t", "\\r", "\\b", "\\f"]).prop_map(String::from),
        3 => any::<char>().prop_map(|c| {
            let mut units = [0; 2];
            let units = c.encode_utf16(&mut units).iter();
            units.map(|unit| format!("\\u{unit:04x}")).collect::<Vec<_>>().concat()
        }),
        1 => select(vec!["\\ud800", "\\udc00", "\\u12", "\\x", "\t", "\u{7f}", "\\uD83D\\uDE00"]).prop_map(String::from),
    ];
    vec(piece, 0..12).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

fn json_value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        select(vec![
            "null",
            "true",
            "false",
            "0",
            "-1.5e3",
            "1e400",
            "01",
            "12345678901234567890123",
            "NaN",
            "-Infinity",
            "{\"text\":\"x\",\"b\":{\"id\":1}}",
        ])
        .prop_map(String::from),
        json_string(),
    ];
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|list| format!("[{}]", list.join(", "))),
            vec((json_string(), inner), 0..4).prop_map(|fields| {
                let fields: Vec<_> = fields.into_iter().map(|(n, v)| format!("{n} :{v}")).collect();
                format!("{{ {} }}", fields.join(","))
            }),
        ]
    })
}

fn json_line() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        6 => select(vec!["text", "id", "site", "url", "date", "refrain.chrome", "te\\u0078t", "texts", "", "a", "a.b"])
            .prop_map(|name| format!("\"{name}\"")),
        2 => json_string(),
    ];
    let value = prop_oneof![3 => json_string(), 1 => json_value()];
    let space = || select(vec!["", "", " ", "\t ", "\r"]);
    let field = (space(), name, space(), space(), value, space())
        .prop_map(|(a, name, b, c, value, d)| format!("{a}{name}{b}:{c}{value}{d}"));
    (space(), json_string(), vec(field, 0..5), any::<bool>(), space()).prop_map(
        |(before, text, mut fields, has_text, after)| {
            if has_text {
                fields.push(format!("\"text\":{text}"));
            }
            format!("{before}{{{}}}{after}", fields.join(","))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn written_lines_are_read_as_serde_reads_them(lines in vec(json_line(), 1..4)) {
        check(format!("{{}}\n{}", lines.join("\n")).as_bytes(), &Options::default());
        let fields = Fields {
            text: "a.text".into(), id: "a.b.id".into(), url: "a".into(), date: "a.b".into(), ..Fields::default()
        };
        let options = Options { fields, ..Options::default() };
        check(format!("{{}}\n{}", lines.join("\n")).as_bytes(), &options);
    }

    /// Lines with a few bytes changed, cut short or doubled.
    #[test]
    fn damaged_lines_are_judged_as_serde_judges_them(
        line in json_line(), changes in vec((any::<prop::sample::Index>(), any::<u8>(), 0..4), 1..4),
    ) {
        let mut bytes = line.into_bytes();
        for (at, byte, what) in changes {
            let at = at.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match what {
                0 if !bytes.is_empty() => bytes[at] = byte,
                1 => bytes.insert(at, b"\"\\{}[]:,0u"[byte as usize % 10]),
                2 => bytes.truncate(at),
                _ if !bytes.is_empty() => drop(bytes.remove(at)),
                _ => {}
            }
        }
        check_line(&bytes);
    }
}
