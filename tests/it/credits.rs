//! Whom a cluster's pages credit: counted alike in memory, within a budget and in an index, and told by every command.

use serde_json::Value;

use crate::{command::Folder, corpus::Random};

/// A story of seven paragraphs, from a seed that changes every word.
fn story(seed: u64) -> Vec<String> {
    const WORDS: [&str; 24] = [
        "harbour", "bridge", "council", "keeper", "river", "market", "winter", "lantern", "ferry",
        "orchard", "tower", "village", "signal", "engine", "barley", "quarry", "meadow", "chapel",
        "rudder", "kettle", "timber", "anchor", "window", "garden",
    ];
    let mut random = Random::new(seed);
    (0..7)
        .map(|_| {
            let words: Vec<&str> = (0..30).map(|_| *random.of(&WORDS)).collect();
            format!("The {} of the town said that {}.", words[0], words[1..].join(" "))
        })
        .collect()
}

/// A page of a site: a menu, lines above, the story, lines below, a foot.
fn page(site: &str, above: &[&str], story: &[String], below: &[&str]) -> String {
    let name = site.to_uppercase();
    let foot = format!("© 2031 {name} House. All rights reserved.");
    let menu = [format!("Home of {name}"), format!("Contact {name}")];
    let lines: Vec<&str> = (menu.iter().map(String::as_str))
        .chain(above.iter().copied())
        .chain(story.iter().map(String::as_str))
        .chain(below.iter().copied())
        .chain([foot.as_str()])
        .collect();
    let row = serde_json::json!({
        "id": site, "site": format!("{site}.example"), "url": format!("https://{site}.example/story"),
        "date": "2031-05-04", "text": lines.join("\n"),
    });
    format!("{row}\n")
}

fn pages() -> String {
    let (one, two) = (story(1), story(2));
    let mut dated = one.clone();
    dated[0] = format!("ASHFORD (AP) — {}", dated[0]);
    let mut marked = one.clone();
    marked[6] += " (dpa/AFP)";
    [
        page("alder", &["A headline about the harbour"], &dated, &["Tomorrow in this place"]),
        page(
            "birch",
            &["A headline about the harbour", "By Ada Fernwood, Associated Press"],
            &one,
            &[],
        ),
        page("cedar", &["Harbour news"], &marked, &["Quenby Wire contributed to this report."]),
        page("dogwood", &["The harbour again"], &one, &["Photo: Ada Fernwood/Reuters"]),
        page("elm", &["What the keeper told Reuters"], &two, &[]),
        page("fir", &["The second story"], &two, &[]),
    ]
    .concat()
}

fn credits(row: &Value) -> Vec<(String, String, u64)> {
    let credit = |of: &Value| {
        let text = |name: &str| of[name].as_str().unwrap().to_owned();
        (text("name"), text("words"), of["pages"].as_u64().unwrap())
    };
    row["credit"].as_array().unwrap().iter().map(credit).collect()
}

#[test]
fn a_cluster_says_whom_its_pages_credit_wherever_it_is_made() {
    let folder = Folder::new();
    folder.write("pages.jsonl", pages());
    folder.ok(&["scan", "pages.jsonl", "-o", "found", "-q"]);
    let rows: Vec<Value> = folder
        .text("found/clusters.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rows.len(), 2, "{}", folder.text("found/clusters.jsonl"));
    let of = |name: &str, words: &str, pages| (name.to_owned(), words.to_owned(), pages);
    assert_eq!(
        credits(&rows[0]),
        [
            of("Associated Press", "ASHFORD (AP)", 2),
            of("Agence France-Presse", "(dpa/AFP)", 1),
            of("Quenby Wire", "Quenby Wire contributed to this report.", 1),
            of("dpa", "(dpa/AFP)", 1),
        ]
    );
    // Nobody is credited where a page only speaks of an agency, or shows its picture.
    assert_eq!(credits(&rows[1]), []);

    folder.ok(&["scan", "pages.jsonl", "-o", "disk", "-q", "--memory", "192MiB", "-j", "1"]);
    assert_eq!(folder.text("disk/clusters.jsonl"), folder.text("found/clusters.jsonl"));
    folder.ok(&["bank", "learn", "pages.jsonl", "-o", "all.bank", "-q"]);
    folder.ok(&["index", "add", "all.index", "pages.jsonl", "-q"]);
    folder.ok(&["index", "clusters", "all.index", "-o", "index.jsonl", "-q"]);
    assert_eq!(folder.text("index.jsonl"), folder.text("found/clusters.jsonl"));

    let page = folder.ok(&["explain", "pages.jsonl", "--page", "alder", "-q"]);
    assert!(page.out().contains("credits Associated Press: “ASHFORD (AP)”"), "{}", page.out());
    let pair = folder.ok(&["explain", "pages.jsonl", "--pages", "birch", "cedar", "-q"]);
    for line in [
        "credits Associated Press: “By Ada Fernwood, Associated Press”",
        "credits dpa: “(dpa/AFP)”",
    ] {
        assert!(pair.out().contains(line), "{}", pair.out());
    }
    folder.ok(&["report", "found", "-o", "report.html", "-q"]);
    assert!(folder.text("report.html").contains("[\"Associated Press\",\"ASHFORD (AP)\",2]"));
}
