//! Texts of records that are written in Markdown or HTML, as crawlers give them.

use serde_json::{Value, json};

use crate::command::Folder;

const TOPICS: [&str; 14] = [
    "anchor", "barge", "capstan", "derrick", "estuary", "ferry", "gangway", "hawser", "island",
    "jetty", "keel", "lantern", "mooring", "netting",
];

/// What a page is about: a heading, prose, code, a table, a list and more prose, some lines of which all
/// pages have.
fn story(n: usize) -> String {
    let topic = TOPICS[n];
    let other = TOPICS[(n + 5) % TOPICS.len()];
    format!(
        "# How the {topic} is set\n\n\
         The {topic} was set with the **{other}** on [day {n}](https://port.example/days/{n}), the clerk wrote.\n\n\
         ```python\nimport port\n\nport.open()\nport.set(\"{topic}\", {n})\nport.close()\n```\n\n\
         | Day | Level |\n| --- | ---: |\n| Monday | {n}.4 |\n| {topic} | 2.{n} |\n| Sunday | closed |\n\n\
         - Bring a {topic}\n  and a rope of {n}{n} feet\n- Wait for the {other}\n\n\
         ![The {topic} at dusk](https://port.example/img/{topic}.jpg)\n\n\
         Nobody saw where the {other} went after the {topic} had been set, and number {n} stayed in port.\n"
    )
}

/// The page around it.
fn page(n: usize) -> String {
    format!(
        "[![Port news](https://port.example/logo.svg)](https://port.example/?from={n})\n\n\
         - [Home](https://port.example/?from={n})\n- [Tides](https://port.example/tides?from={n})\n\
         - [Pilots](https://port.example/pilots?from={n})\n- [Moorings](https://port.example/moorings?from={n})\n\n\
         {}\n\
         [![](https://port.example/icons/share.svg)](https://share.example/?u=https://port.example/{n})\n\
         [Send this page to a friend](mailto:?body=https://port.example/{n})\n\n\
         ## More from the port\n\n\
         - [Imprint](https://port.example/imprint?from={n})\n- [Terms of use](https://port.example/terms?from={n})\n\n\
         © Port news, printed on [paper](https://port.example/paper?from={n}) that was made from old sails.\n",
        story(n)
    )
}

/// A passage that only this page has.
fn told(n: usize, and: &str) -> String {
    let [a, b, c, d] = [n, n + 2, n + 5, n + 9].map(|n| TOPICS[n % TOPICS.len()]);
    format!(
        "When the {a} had gone the clerk asked for a {b} {and} was given the {c}, which nobody wanted, as the \
         {d} was said to be lost in the harbour of {a} and {c} since spring."
    )
}

fn pages(field: &str, text: impl Fn(usize) -> String) -> String {
    let row = |n: usize| {
        let url = format!("https://port.example/set/{}", TOPICS[n]);
        json!({ "id": n.to_string(), "url": url, field: text(n), "kept": [1, { "a": null }] })
    };
    (0..TOPICS.len()).map(|n| row(n).to_string() + "\n").collect()
}

fn rows(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_cleaned_page_is_the_markdown_of_its_story() {
    let folder = Folder::new();
    folder.write("pages.jsonl", pages("markdown", page));
    folder.ok(&["clean", "pages.jsonl", "--text-field", "markdown", "-o", "out.jsonl"]);
    let before = rows(&folder.text("pages.jsonl"));
    let found = rows(&folder.text("out.jsonl"));
    assert_eq!(found.len(), TOPICS.len());
    for (n, (row, before)) in found.iter().zip(before).enumerate() {
        assert_eq!(row["markdown"].as_str().unwrap().trim_end(), story(n).trim_end(), "page {n}");
        assert_eq!((&row["url"], &row["kept"]), (&before["url"], &before["kept"]));
    }
    // What is kept is written byte for byte.
    let keep = ["--chrome", "keep", "--copies", "keep", "-o", "kept.jsonl"];
    folder.ok(&[&["clean", "pages.jsonl", "--text-field", "markdown"][..], &keep].concat());
    assert_eq!(folder.read("kept.jsonl"), folder.read("pages.jsonl"));
}

#[test]
fn every_command_reads_the_same_paragraphs() {
    let folder = Folder::new();
    folder.write("pages.jsonl", pages("text", page));
    let md = ["--text-format", "markdown"];
    let run = |args: &[&str]| folder.ok(&[args, &md].concat());
    run(&["clean", "pages.jsonl", "-o", "by-run.jsonl"]);
    run(&["bank", "learn", "pages.jsonl", "-o", "bank.rfb"]);
    run(&["clean", "pages.jsonl", "--bank", "bank.rfb", "-o", "by-bank.jsonl"]);
    assert_eq!(folder.text("by-run.jsonl"), folder.text("by-bank.jsonl"));
    run(&["clean", "pages.jsonl", "--work", "work", "-o", "by-disk.jsonl"]);
    assert_eq!(folder.text("by-run.jsonl"), folder.text("by-disk.jsonl"));
    run(&["scan", "pages.jsonl", "-o", "found"]);
    let chrome = folder.text("found/chrome.jsonl");
    assert!(chrome.contains("Tides") && !chrome.contains("https://port.example/tides"), "{chrome}");
    let page = run(&["explain", "pages.jsonl", "--page", "3"]);
    assert!(page.out().contains("The derrick was set with the"), "{}", page.out());
    run(&["index", "add", "index", "pages.jsonl"]);
    run(&["tune", "pages.jsonl"]);
    folder.ok(&["report", "found", "--pages", "pages.jsonl", "--text-format", "markdown"]);
}

#[test]
fn html_in_a_field_is_cleaned_as_files_are() {
    let folder = Folder::new();
    let html = |n: usize| {
        format!(
            "<div><ul><li><a href=/>Home</a><li><a href=/tides?{n}>Tides</a></ul><script>no</script>\
             <p>{}</p><pre>open {}\n  shut {}</pre><p>Printed on paper that was made from old sails.</p>\
             </div>",
            told(n, "&amp;"),
            TOPICS[n],
            TOPICS[(n + 3) % TOPICS.len()],
        )
    };
    folder.write("pages.jsonl", pages("text", html));
    let said = folder.ok(&["clean", "pages.jsonl", "-o", "plain.jsonl"]);
    assert!(said.stderr.contains("--text-format html"), "{}", said.stderr);
    let args = ["clean", "pages.jsonl", "--text-format", "html", "-o", "out.jsonl"];
    let said = folder.ok(&args);
    assert!(!said.stderr.contains("--text-format html"), "{}", said.stderr);
    for (n, row) in rows(&folder.text("out.jsonl")).iter().enumerate() {
        let (topic, other) = (TOPICS[n], TOPICS[(n + 3) % TOPICS.len()]);
        assert_eq!(row["text"], format!("{}\n\nopen {topic}\n  shut {other}", told(n, "&")));
        assert_eq!(row["kept"], json!([1, { "a": null }]));
    }
    // Also where nothing is taken out: what was read is what is written.
    let keep = ["--text-format", "html", "--chrome", "keep", "--copies", "keep"];
    folder.ok(&[&["clean", "pages.jsonl", "-o", "kept.jsonl"][..], &keep].concat());
    let row = &rows(&folder.text("kept.jsonl"))[0];
    assert!(row["text"].as_str().unwrap().starts_with("Home\nTides\n\nWhen the anchor"), "{row}");
}

#[test]
fn rows_of_tables_hold_markdown_too() {
    let folder = Folder::new();
    let mut csv = String::from("id,url,text\n");
    for (n, topic) in TOPICS.iter().enumerate() {
        let cell = page(n).replace('"', "\"\"");
        csv.push_str(&format!("{n},https://port.example/{topic},\"{cell}\"\n"));
    }
    folder.write("pages.csv", csv);
    let clean = ["clean", "pages.csv", "--text-format", "markdown"];
    folder.ok(&[&clean[..], &["-o", "out.csv"]].concat());
    folder.ok(&[&clean[..], &["-o", "out.jsonl", "--to", "jsonl"]].concat());
    for (n, row) in rows(&folder.text("out.jsonl")).iter().enumerate() {
        assert_eq!(row["text"].as_str().unwrap().trim_end(), story(n).trim_end(), "page {n}");
    }
    let cells = folder.text("out.csv");
    assert!(cells.contains(&story(2).trim_end().replace('"', "\"\"")));
    if cfg!(feature = "parquet") {
        folder.ok(&["clean", "out.jsonl", "-o", "made.parquet", "--to", "parquet"]);
        let args = ["clean", "made.parquet", "--text-format", "markdown", "--chrome", "keep"];
        folder.ok(&[&args[..], &["-o", "back.jsonl", "--to", "jsonl"]].concat());
        assert_eq!(rows(&folder.text("back.jsonl")).len(), TOPICS.len());
    }
}
