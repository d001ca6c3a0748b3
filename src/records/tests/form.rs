//! Texts that are written in HTML or Markdown.

use std::ops::Range;

use super::*;

fn parse_as<T>(line: &str, text_format: TextFormat, look: impl FnOnce(Record<'_>) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { text_format, ..Options::default() };
    let corpus = json_file(folder.path(), line.as_bytes(), options, BATCH_BYTES);
    let batch = corpus.batches().next().unwrap().unwrap();
    look(batch.record(0).unwrap().parse(&corpus).unwrap())
}

/// Paragraphs of a Markdown text, as they stand and as they are shown.
#[cfg(feature = "markdown")]
fn blocks(text: &str) -> Vec<(String, String)> {
    let layout = super::super::markdown::read(text);
    assert_eq!(layout.shown.len(), text.len());
    let shown =
        |span: Range<usize>| layout.shown[span].split_whitespace().collect::<Vec<_>>().join(" ");
    let spans = layout.blocks.iter().map(|block| block.span.clone());
    spans.map(|span| (text[span.clone()].to_owned(), shown(span))).collect()
}

#[cfg(feature = "markdown")]
fn check(text: &str, expected: &[(&str, &str)]) {
    let found = blocks(text);
    let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

#[cfg(feature = "markdown")]
#[test]
fn blocks_of_markdown_are_paragraphs() {
    check(
        "# The *old* pier\n\nIt was **closed** on [Monday](https://a.example/x?y=1).\nAgain.\n",
        &[
            ("# The *old* pier", "The old pier"),
            (
                "It was **closed** on [Monday](https://a.example/x?y=1).",
                "It was closed on Monday .",
            ),
            ("Again.", "Again."),
        ],
    );
    check("Title\n=====\n\ntext", &[("Title\n=====", "Title"), ("text", "text")]);
    let code = "```rust\nfn main() {\n\n    x();\n}\n```";
    check(&format!("a\n\n{code}\n\nb"), &[("a", "a"), (code, "fn main() { x(); }"), ("b", "b")]);
    check(
        "a\n\n    x = 1\n\n    y = 2\n\nb",
        &[("a", "a"), ("    x = 1\n\n    y = 2", "x = 1 y = 2"), ("b", "b")],
    );
    let table = "| Year | Level |\n| --- | ---: |\n| 2011 | 1.42 |\n| 2012 | 1.77 |";
    check(
        &format!("a\n\n{table}\n\nb"),
        &[("a", "a"), (table, "Year Level 2011 1.42 2012 1.77"), ("b", "b")],
    );
    check(
        "- one\n  goes on\n\n  and on\n- two\n  1. three\n     ```\n     x\n     ```\n- four",
        &[
            ("- one\n  goes on\n\n  and on", "one goes on and on"),
            ("- two", "two"),
            ("  1. three\n     ```\n     x\n     ```", "three x"),
            ("- four", "four"),
        ],
    );
    check("> said\n> twice\n\nx", &[("> said", "said"), ("> twice", "twice"), ("x", "x")]);
    check("a\n\n* * *\n\n[x]: https://a.example\n\nb [x]", &[("a", "a"), ("b [x]", "b x")]);
    check("---\ntitle: x\n---\n\na", &[("a", "a")]);
    check(
        "<div class=\"x\">\nseen <b>here</b>\n</div>",
        &[("<div class=\"x\">\nseen <b>here</b>\n</div>", "seen here")],
    );
    // A line that a link reaches beyond is no paragraph of its own.
    check(
        "see [the\nold pier](https://a.example)\nfirst",
        &[("see [the\nold pier](https://a.example)", "see the old pier"), ("first", "first")],
    );
    check("", &[]);
}

#[cfg(feature = "markdown")]
#[test]
fn lines_of_a_block_continue_it() {
    let continues: Vec<bool> = super::super::markdown::read("a\nb\n\n- c\n- d\n\ne\nf")
        .blocks
        .iter()
        .map(|block| block.continues)
        .collect();
    assert_eq!(continues, [false, true, false, false, false, true]);
}

#[cfg(feature = "markdown")]
#[test]
fn addresses_are_no_words() {
    check(
        "[Home](https://a.example/1)[News](/2 \"All news\")",
        &[("[Home](https://a.example/1)[News](/2 \"All news\")", "Home News")],
    );
    check(
        "![A pier](https://a.example/p.jpg)",
        &[("![A pier](https://a.example/p.jpg)", "A pier")],
    );
    // A picture without a description is told by its own address, without what differs by page.
    check(
        "[![](https://a.example/s.svg?v=1)](https://b.example/share?u=2)",
        &[(
            "[![](https://a.example/s.svg?v=1)](https://b.example/share?u=2)",
            "https://a.example/s.svg",
        )],
    );
    check("a &amp; `b  c` \\* d", &[("a &amp; `b  c` \\* d", "a & b c * d")]);
}

#[cfg(feature = "markdown")]
#[test]
fn markdown_is_told_by_the_name_of_the_field() {
    let line = r##"{"text":"# A","markdown":"# A [b](c)"}"##;
    parse_as(line, TextFormat::Auto, |record| assert!(record.page.layout.is_none()));
    parse_as(line, TextFormat::Markdown, |record| {
        assert_eq!(record.page.text, "# A");
        assert_eq!(record.page.shown(), "  A");
    });
    let folder = tempfile::tempdir().unwrap();
    for (text_format, is_markdown) in [(TextFormat::Auto, true), (TextFormat::Text, false)] {
        let fields = Fields { text: "markdown".into(), ..Fields::default() };
        let options = Options { fields, text_format, ..Options::default() };
        let corpus = json_file(folder.path(), line.as_bytes(), options, BATCH_BYTES);
        let batch = corpus.batches().next().unwrap().unwrap();
        let raw = batch.record(0).unwrap();
        for record in [
            raw.parse(&corpus).unwrap(),
            Parser::new(&corpus, crate::base::cpu::Tier::default()).parse(&raw).unwrap(),
        ] {
            assert_eq!(record.page.layout.is_some(), is_markdown);
        }
    }
}

#[cfg(feature = "html")]
#[test]
fn html_in_a_field_is_read_as_a_page() {
    let line = r#"{"text":"<div><p>One<p hidden>no<p>two &amp; three</div>"}"#;
    parse_as(line, TextFormat::Html, |record| {
        assert_eq!(record.page.text, "One\n\ntwo & three");
        assert!(record.is_changed("One\n\ntwo & three"));
    });
    for (text, looks) in [
        ("<div>a</div>", true),
        ("  <!DOCTYPE html><p>a</p>", true),
        ("<p>a", false),
        ("<3 you", false),
        ("a <p>b</p>", false),
        ("<pier> and </pier>", false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let line = serde_json::json!({ "text": text }).to_string();
        for text_format in [TextFormat::Auto, TextFormat::Html] {
            let options = Options { text_format, ..Options::default() };
            let corpus = json_file(folder.path(), line.as_bytes(), options, BATCH_BYTES);
            let batch = corpus.batches().next().unwrap().unwrap();
            let record = batch.record(0).unwrap().parse(&corpus).unwrap();
            let expected = looks && text_format == TextFormat::Auto;
            assert_eq!(super::super::form::is_html(&record, &corpus.files[0]), expected, "{text}");
        }
    }
}
