//! Parsing: where values stand, and what is told about a record that cannot be used.

use proptest::{collection::vec, prelude::*};

use super::*;
use crate::Class;

fn fields(text: &str, id: &str) -> Options {
    let fields = Fields { text: text.into(), id: id.into(), ..Fields::default() };
    Options { fields, ..Options::default() }
}

/// Hands the parsed record of a one-line file to `look`.
fn parse_with<T>(line: &[u8], options: Options, look: impl FnOnce(Record<'_>) -> T) -> Result<T> {
    let folder = tempfile::tempdir().unwrap();
    let mut corpus = json_file(folder.path(), line, options, BATCH_BYTES);
    corpus.files[0].name = "f".into();
    let batch = corpus.batches().next().unwrap().unwrap();
    assert_eq!(batch.len(), 1);
    batch.record(0).unwrap().parse(&corpus).map(look)
}

fn parse<T>(line: &str, look: impl FnOnce(Record<'_>) -> T) -> T {
    parse_with(line.as_bytes(), Options::default(), look).unwrap()
}

fn problem_with(line: &[u8], options: Options) -> String {
    let error = parse_with(line, options, |_| ()).unwrap_err();
    assert_eq!(error.class(), Class::Record);
    error.to_string().strip_prefix("f:1 (byte 0): ").unwrap().to_string()
}

fn problem(line: &str) -> String {
    problem_with(line.as_bytes(), Options::default())
}

#[test]
fn unusable_records_say_why_and_what_to_do() {
    for (line, expected) in [
        (
            "[{\"text\":\"a\"}]",
            "line is an array, not an object; write one object a line, for example with `jq -c '.[]'`",
        ),
        (
            "\"a\"",
            "line is a string, not an object; write one object a line, for example with `jq -c '.[]'`",
        ),
        (
            "-1.5",
            "line is a number, not an object; write one object a line, for example with `jq -c '.[]'`",
        ),
        (
            "null",
            "line is null, not an object; write one object a line, for example with `jq -c '.[]'`",
        ),
        ("[", "broken JSON at column 1: EOF while parsing a list; a record is one whole line"),
        ("{", "broken JSON at column 1: EOF while parsing an object; a record is one whole line"),
        ("words", "broken JSON at column 1: expected value; mend the line"),
        (
            "  {\"text\":\"a\" \"b\":1}",
            "broken JSON at column 15: expected `,` or `}`; mend the line",
        ),
        ("{\"text\":\"a\"} x", "broken JSON at column 14: trailing characters; mend the line"),
        ("{\"text\":\"a\",\"b\":01}", "broken JSON at column 18: invalid number; mend the line"),
        (
            "{\"text\":\"a\tb\"}",
            "broken JSON at column 10: control character (\\u0000-\\u001F) found while parsing a string; mend the line",
        ),
        ("{}", "no field `text` (found: no fields); name another with --text-field"),
        (
            "{\"url\":1,\"html\":2,\"date\":3}",
            "no field `text` (found: url, html, date); name another with --text-field",
        ),
        (
            "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1}",
            "no field `text` (found: a, b, c, d, e, f, g, h); name another with --text-field",
        ),
        (
            "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1}",
            "no field `text` (found: a, b, c, d, e, f, g, h, …); name another with --text-field",
        ),
        ("{\"text\":12}", "field `text` is a number, not a string; name another with --text-field"),
        (
            "{\"text\":[\"a\"]}",
            "field `text` is an array, not a string; name another with --text-field",
        ),
        (
            "{\"text\":{}}",
            "field `text` is an object, not a string; name another with --text-field",
        ),
        ("{\"text\":true}", "field `text` is true, not a string; name another with --text-field"),
        ("{\"text\":\"a\",\"te\\u0078t\":\"b\"}", "field `text` appears twice; keep one of them"),
        ("{\"text\":\"a\",\"url\":1,\"url\":1}", "field `url` appears twice; keep one of them"),
    ] {
        assert_eq!(problem(line), expected, "{line}");
    }
    assert_eq!(
        problem_with(b"{\"text\":\"caf\xe9\"}\n", Options::default()),
        "not UTF-8: found 0xe9 at byte 12; convert it, for example with `iconv -f windows-1252 -t \
         utf-8`"
    );
    assert_eq!(
        problem_with(b"{\"text\":\"a\"}", fields("body", "id")),
        "no field `body` (found: text); name another with --text-field"
    );
    // Twice is fine where nobody asks.
    parse("{\"a\":1,\"a\":2,\"text\":\"b\"}", |_| ());
}

/// A megabyte of brackets must not exhaust the stack, wherever it stands.
#[test]
fn deep_nesting_is_harmless() {
    let deep = "[".repeat(1 << 20) + &"]".repeat(1 << 20);
    parse(&format!("{{\"x\":{deep},\"text\":\"a\"}}"), |r| assert_eq!(r.page.text, "a"));
    assert!(problem(&deep).starts_with("line is an array") || problem(&deep).contains("recursion"));
    assert!(problem(&format!("{{\"text\":{deep}}}")).starts_with("field `text` is an array"));
}

#[test]
fn ids_may_be_anything() {
    for (id, expected) in [
        ("\"a\\u0062\"", Some("ab")),
        ("17", Some("17")),
        ("1e400", Some("1e400")),
        ("true", Some("true")),
        ("{\"$oid\":\"5f\"}", Some("{\"$oid\":\"5f\"}")),
        ("\"\"", None),
        ("null", None),
    ] {
        let line = format!("{{\"id\": {id} ,\"text\":\"\"}}");
        parse(&line, |r| assert_eq!(r.page.id.as_deref(), expected, "{line}"));
    }
    parse("{\"text\":\"\"}", |r| assert_eq!(r.page.id, None));
    let by_url = parse_with(b"{\"url\":\"u\",\"text\":\"\"}", fields("text", "url"), |r| {
        (r.page.id.map(String::from), r.page.url.map(String::from))
    });
    assert_eq!(by_url.unwrap(), (Some("u".into()), Some("u".into())));
}

#[test]
fn the_site_is_the_field_or_the_domain() {
    for (line, site, url, date) in [
        (r#"{"url":"https://www.example.com/a","text":""}"#, "example.com", true, None),
        (r#"{"url":"https:\/\/www.example.com\/a","text":""}"#, "example.com", true, None),
        (r#"{"url":"https://a.example.com/","site":"mine","text":""}"#, "mine", true, None),
        (r#"{"url":"https://a.example.com/","site":"","text":""}"#, "example.com", true, None),
        (r#"{"url":"/a","text":"","date":"2024-01-02"}"#, "", true, Some("2024-01-02")),
        (r#"{"url":7,"site":null,"date":20240102,"text":""}"#, "", false, None),
        (r#"{"text":""}"#, "", false, None),
    ] {
        parse(line, |r| {
            assert_eq!((&*r.page.site, r.page.url.is_some()), (site, url), "{line}");
            assert_eq!(r.page.date.as_deref(), date, "{line}");
        });
    }
}

#[test]
fn values_are_borrowed_and_their_places_known() {
    let line = " { \"n\" : 1.50 , \"text\" : \"a b\" ,\"refrain.cluster\": [1, 2] ,\"refrain.lead\":null} ";
    parse(line, |r| {
        assert!(matches!(r.page.text, std::borrow::Cow::Borrowed("a b")));
        assert_eq!(r.raw, line.as_bytes());
        assert_eq!(&r.raw[r.text_span.clone()], b"\"a b\"");
        assert_eq!(&r.raw[r.close..], b"} ");
        assert!(r.has_fields);
        let marks: Vec<_> =
            r.marks.iter().map(|(name, span)| (&**name, &r.raw[span.clone()])).collect();
        assert_eq!(marks, [("refrain.cluster", &b"[1, 2]"[..]), ("refrain.lead", &b"null"[..])]);
    });
}

fn json_value() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec(("[a-z]{0,3}", inner), 0..4).prop_map(|o| o.into_iter().collect()),
        ]
    })
}

proptest! {
    /// Whatever stands around it, the text is what serde's own tree says, and its span can be
    /// replaced without harm to the rest.
    #[test]
    fn the_span_of_the_text_is_the_text(
        text: String, before in vec(("[a-su-z]{1,4}", json_value()), 0..4), ascii: bool,
    ) {
        let mut object: serde_json::Map<_, _> = before.into_iter().collect();
        object.remove("id");
        object.remove("url");
        object.remove("site");
        object.remove("date");
        object.insert("text".into(), text.clone().into());
        let mut line = serde_json::to_string(&object).unwrap();
        if ascii {
            line = line
                .chars()
                .flat_map(|c| {
                    let mut units = [0; 2];
                    let escaped: Vec<char> = if c.is_ascii() {
                        vec![c]
                    } else {
                        let units = c.encode_utf16(&mut units).iter();
                        units.flat_map(|u| format!("\\u{u:04x}").chars().collect::<Vec<_>>()).collect()
                    };
                    escaped
                })
                .collect();
        }
        let replaced = parse(&line, |r| {
            prop_assert_eq!(&r.page.text, &text);
            let (start, end) = (r.text_span.start, r.text_span.end);
            let replaced = [&r.raw[..start], b"\"new\"", &r.raw[end..r.close], b",\"refrain.x\":1}"].concat();
            Ok(String::from_utf8(replaced).unwrap())
        })?;
        object.insert("text".into(), "new".into());
        object.insert("refrain.x".into(), 1.into());
        let read: serde_json::Map<_, _> = serde_json::from_str(&replaced).unwrap();
        prop_assert_eq!(read, object);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 1..60), json in "[{}\\[\\]\":,a\\\\ut0-9 ]{1,30}") {
        let folder = tempfile::tempdir().unwrap();
        for bytes in [&bytes[..], json.as_bytes()] {
            let path = folder.path().join("pages.jsonl");
            std::fs::write(&path, bytes).unwrap();
            let opened = Corpus::open_with(&[path], Options::default(), 8, || Box::new(io::empty()));
            let corpus = match opened {
                Ok(corpus) => corpus,
                // A mark of UTF-16.
                Err(e) => {
                    prop_assert_eq!(e.class(), Class::Data);
                    continue;
                }
            };
            for batch in corpus.batches() {
                // Two bytes in 65,536 promise gzip, and what follows does not keep it.
                let Ok(batch) = batch else { break };
                for raw in batch.raw() {
                    let _ = raw.parse(&corpus);
                }
            }
        }
    }
}
