//! A page whose site has no other page is cleaned by what its lines say.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use crate::command::Folder;

/// What is taken of each text, every one a page of a site of its own: its lines with their kinds.
fn taken(texts: &[String], flags: &[&str]) -> Vec<Vec<(String, String)>> {
    let folder = Folder::new();
    let row = |(n, text): (usize, &String)| {
        let page =
            serde_json::json!({"id": n.to_string(), "site": format!("s{n}.example"), "text": text});
        format!("{page}\n")
    };
    folder.write("in.jsonl", texts.iter().enumerate().map(row).collect::<String>());
    let mut args = vec!["clean", "in.jsonl", "-o", "out.jsonl", "--chrome", "mark", "-q"];
    args.extend(flags);
    let run = folder.run(&args);
    assert_eq!(run.exit, Some(0), "{}", run.stderr);
    let out = folder.text("out.jsonl");
    let pages = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    texts.iter().zip(pages).map(|(text, page)| lines_of(text, &page)).collect()
}

fn lines_of(text: &str, page: &Value) -> Vec<(String, String)> {
    let place = |span: &Value, i: usize| usize::try_from(span[i].as_u64().unwrap()).unwrap();
    let spans = page["refrain.chrome"].as_array().unwrap();
    let kinds = page["refrain.kinds"].as_array().unwrap();
    assert_eq!(spans.len(), kinds.len());
    let line = |(span, kind): (&Value, &Value)| {
        (text[place(span, 0)..place(span, 1)].to_owned(), kind.as_str().unwrap().to_owned())
    };
    spans.iter().zip(kinds).map(line).collect()
}

/// The sample pages of a site with the letters of their lines: `c` chrome, `b` body, `x` either.
fn samples(site: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let rows = |text: &str| -> Vec<Value> {
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let labels: BTreeMap<String, String> = rows(&read("fixtures/seeds/labels.jsonl"))
        .iter()
        .map(|row| (row["id"].as_str().unwrap().into(), row["labels"].as_str().unwrap().into()))
        .collect();
    let pages = rows(&read(&format!("seeds/pages/{site}.jsonl")));
    let page = |page: &Value| {
        (page["text"].as_str().unwrap().to_owned(), labels[page["id"].as_str().unwrap()].clone())
    };
    pages.iter().map(page).collect()
}

#[test]
fn sample_pages_alone_lose_no_line_of_their_stories() {
    for site in ["osterlight", "pellhaven-post"] {
        let pages = samples(site);
        let texts: Vec<String> = pages.iter().map(|page| page.0.clone()).collect();
        let (mut chrome, mut found) = (0, 0);
        for ((text, labels), taken) in pages.iter().zip(taken(&texts, &[])) {
            for (line, label) in text.lines().zip(labels.chars()) {
                let is_taken = taken.iter().any(|(text, _)| text == line);
                assert!(label != 'b' || !is_taken, "{site}: {line}");
                chrome += usize::from(label == 'c');
                found += usize::from(label == 'c' && is_taken);
            }
        }
        assert!(10 * found >= 8 * chrome, "{site}: {found} of {chrome} lines of chrome");
    }
}

const STORY: [&str; 5] = [
    "Ferry crews ask for a second harbour master before winter",
    "The crews of the three ferries that serve the outer islands have asked the county for a second harbour master, since the one they have was away for most of last winter.",
    "“We waited off the pier for two hours in January because nobody was there to say which berth was free,” said Tilda Marren, who has steered the smallest of the boats for nine years.",
    "The county answered that it had looked for somebody since spring, and that four people had applied, of whom two did not know the harbour and one withdrew when she heard the pay.",
    "A decision is expected when the council meets in the school hall on Thursday, an hour before the last boat leaves.",
];

/// A story with chrome before and behind it.
fn page(before: &[&str], behind: &[&str]) -> String {
    [before, &STORY, behind].concat().join("\n")
}

/// What has to be taken of a page, and the kind it has; nothing of the story is.
fn check(before: &[(&str, &str)], behind: &[(&str, &str)]) {
    let lines = |of: &[(&str, &str)]| of.iter().map(|line| line.0.to_owned()).collect::<Vec<_>>();
    let (head, foot) = (lines(before), lines(behind));
    let text = page(
        &head.iter().map(String::as_str).collect::<Vec<_>>(),
        &foot.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let taken = &taken(&[text], &[])[0];
    let expected: Vec<(String, String)> = [before, behind]
        .concat()
        .iter()
        .map(|(line, kind)| ((*line).to_owned(), (*kind).to_owned()))
        .collect();
    assert_eq!(*taken, expected);
}

#[test]
fn a_dispatch_loses_its_menu_and_its_plea() {
    check(
        &[("Skip to content", "navigation"), ("Donate", "plea")],
        &[
            ("Your tax-deductible gift helps us to send people where others leave.", "plea"),
            ("Region / Country", "navigation"),
            ("Most Viewed", "related"),
        ],
    );
}

#[test]
fn a_story_loses_its_links_pleas_and_the_agency_behind_it() {
    check(
        &[],
        &[
            ("Support the Courier | Ethics | Contact us | Newsletter | Apps", "navigation"),
            (
                "Help safeguard press freedom: become a member and keep the Courier free to read",
                "plea",
            ),
            ("Success! You're on the list.", "subscription"),
            (
                "North Sound Wire is a global news agency that delivers pictures and reports from the northern coasts to papers and stations.",
                "agency",
            ),
        ],
    );
}

/// An agency that a story is about is body.
#[test]
fn what_an_agency_is_stands_inside_a_story_about_it() {
    let mut lines = STORY.to_vec();
    let agency = "North Sound Wire is a global news agency that delivers pictures and reports from the northern coasts to papers and stations.";
    lines.insert(3, agency);
    assert_eq!(taken(&[lines.join("\n")], &[])[0], []);
}

#[test]
fn kinds_can_be_left_in() {
    let text = page(&["Skip to content", "Donate"], &["Most Viewed", "All rights reserved."]);
    let kinds = |flags: &[&str]| -> Vec<String> {
        taken(std::slice::from_ref(&text), flags)[0].iter().map(|line| line.1.clone()).collect()
    };
    assert_eq!(kinds(&[]), ["navigation", "plea", "related", "legal"]);
    assert_eq!(kinds(&["--keep-kind", "related,navigation"]), ["plea", "legal"]);
    assert_eq!(kinds(&["--keep-kind", "plea", "--keep-kind", "legal"]), ["navigation", "related"]);

    let folder = Folder::new();
    folder.write("in.txt", &text);
    let run = folder.run(&["clean", "in.txt", "-o", "out.txt", "--keep-kind", "plee"]);
    assert_eq!(run.exit, Some(2));
    assert!(run.stderr.contains("did you mean `plea`?"), "{}", run.stderr);
}

/// In a language of which no list is known, shape alone takes nothing.
#[test]
fn an_unknown_language_is_left_alone() {
    let menu = ["Kezdőlap", "Hírek", "Időjárás", "Sport", "Kapcsolat"];
    let story = "A kompok legénysége második kikötőmestert kért a megyétől, mert tavaly télen senki sem volt a mólón, amikor a hajók megérkeztek.";
    let more = "Az új mester tavasszal kezd, és a két hajó addig is a régi menetrend szerint közlekedik a szigetek között, mondta a tulajdonos.";
    let text = [&menu[..], &[story, more], &["Minden jog fenntartva"]].concat().join("\n");
    assert_eq!(taken(&[text], &[])[0], []);
}

/// Good text first: what is a sentence straight behind the story is its end, however short.
#[test]
fn a_short_last_sentence_stays() {
    let texts = [
        "Skip to main content\nSubscribe\nThe old pump house opens again\nThe pump house by the weir, which has been shut since \
         the flood of four years ago, will be open to visitors again from the first Sunday of the month, the town said.\n\
         Two of its three engines run, and the third is to be shown with its side cut open so that people can see how it \
         worked.\nEntry is free.\nSign up for our newsletter.\nAll rights reserved.",
        "Zum Inhalt springen\nAbonnieren\nDas alte Pumpwerk öffnet wieder\nDas Pumpwerk am Wehr, das seit der Flut vor vier \
         Jahren geschlossen war, kann vom ersten Sonntag des Monats an wieder besichtigt werden, teilte die Stadt mit.\n\
         Zwei der drei Maschinen laufen, die dritte wird aufgeschnitten gezeigt, damit man sieht, wie sie gearbeitet hat.\n\
         Der Eintritt ist frei.\nMelden Sie sich für unseren Newsletter an.\nAlle Rechte vorbehalten.",
    ];
    let texts = texts.map(str::to_owned);
    for (text, taken) in texts.iter().zip(taken(&texts, &[])) {
        let lines: Vec<&str> = text.lines().collect();
        let is_taken = |line: &str| taken.iter().any(|(taken, _)| taken == line);
        assert!(lines[2..6].iter().all(|line| !is_taken(line)), "{taken:?}");
        assert!(is_taken(lines[0]) && is_taken(lines[7]), "{taken:?}");
    }
}
