//! Equal is equal: pages that say the same are one print, whatever they are made of; forms that are filled in are not.
//!
//! Everything is written from a seed: verse, lists, tables, code, dialogue, briefs, walls, forms, stories that are wrapped.

use refrain::engine;
use std::{collections::BTreeMap, num::NonZeroUsize};

use refrain::{
    base::page::Relation,
    copies::Basis,
    engine::{Findings, Settings, Unobserved},
    evidence::write_evidence,
    records::{Corpus, Options},
    store::Force,
    table::Whole,
};

use crate::{command::Folder, corpus::Random};

struct Pen {
    random: Random,
    words: Vec<String>,
}

impl Pen {
    fn new(seed: u64) -> Pen {
        let mut random = Random::new(seed);
        let onsets = ["b", "dr", "f", "gl", "k", "m", "n", "p", "r", "s", "t", "v", "w"];
        let rhymes = ["a", "e", "i", "o", "u", "ay", "ell", "ond", "ick", "ar"];
        let word = |random: &mut Random| -> String {
            (0..=1 + random.below(2))
                .map(|_| format!("{}{}", random.of(&onsets), random.of(&rhymes)))
                .collect()
        };
        let words = (0..3000).map(|_| word(&mut random)).collect();
        Pen { random, words }
    }

    fn word(&mut self) -> String {
        let at = self.random.below(self.words.len());
        self.words[at].clone()
    }

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn name(&mut self) -> String {
        let word = self.word();
        word[..1].to_uppercase() + &word[1..]
    }

    fn number(&mut self, below: usize) -> usize {
        self.random.below(below)
    }

    fn sentence(&mut self) -> String {
        let (first, count) = (self.name(), 11 + self.number(9));
        format!("{first} {}.", self.words(count))
    }

    fn paragraph(&mut self) -> String {
        (0..3).map(|_| self.sentence()).collect::<Vec<_>>().join(" ")
    }

    fn story(&mut self, paragraphs: usize) -> Vec<String> {
        (0..paragraphs).map(|_| self.paragraph()).collect()
    }

    /// A text of a kind that is no prose.
    fn text(&mut self, kind: usize) -> Vec<String> {
        match kind % KINDS {
            // Verse with a refrain.
            0 => {
                let refrain = self.words(6);
                (0..24)
                    .map(
                        |line| {
                            if line % 6 == 5 { refrain.clone() } else { self.words(5 + line % 3) }
                        },
                    )
                    .collect()
            }
            // A list of things.
            1 => (0..15).map(|_| format!("{} g {}", self.number(900), self.words(3))).collect(),
            // A table.
            2 => (0..20)
                .map(|_| {
                    format!(
                        "{} | {} | {}.{} | {}",
                        self.name(),
                        self.number(99),
                        self.number(9),
                        self.number(9),
                        self.word()
                    )
                })
                .collect(),
            // Code.
            3 => (0..18)
                .map(|_| {
                    format!(
                        "    let {} = {}({}, &{});",
                        self.word(),
                        self.word(),
                        self.number(64),
                        self.word()
                    )
                })
                .collect(),
            // Questions and answers.
            4 => (0..9)
                .flat_map(|_| [format!("Q: {}?", self.words(7)), format!("A: {}", self.words(9))])
                .collect(),
            // A brief.
            5 => vec![format!("{} {}.", self.name(), self.words(9))],
            // A statement in quotation marks.
            6 => (0..4).map(|_| format!("“{}”", self.sentence())).collect(),
            // One paragraph without an end.
            _ => vec![self.words(35)],
        }
    }
}

const KINDS: usize = 8;

struct World(Folder, Vec<serde_json::Value>);

impl World {
    fn new() -> World {
        World(Folder::new(), Vec::new())
    }

    fn bare(&mut self, id: &str, site: &str, date: &str, lines: &[String]) {
        let url = format!("https://{site}/p/{id}");
        self.1.push(
            serde_json::json!({ "id": id, "url": url, "date": date, "text": lines.join("\n") }),
        );
    }

    /// A page between the menu and the foot of its site.
    fn page(&mut self, id: &str, site: &str, body: &[String]) {
        let name = site.split('.').next().unwrap();
        let menu = ["Front page", "Town and county", "Letters", "Weather"]
            .map(|entry| format!("{entry} of {name}"));
        let foot = ["About us", "Imprint", "Write to the editor"]
            .map(|entry| format!("{entry} at {name}"));
        self.bare(id, site, "2031-05-04", &[&menu[..], body, &foot[..]].concat());
    }

    /// Stories that only their page has, so that the furniture of a site is known.
    fn news(&mut self, pen: &mut Pen, site: &str, count: usize) {
        for number in 0..count {
            let body = [vec![pen.words(7)], pen.story(4)].concat();
            self.page(&format!("{site}-{number}"), site, &body);
        }
    }

    fn write(&self) {
        let lines: Vec<String> = self.1.iter().map(ToString::to_string).collect();
        self.0.write("pages.jsonl", lines.join("\n"));
    }

    fn settings() -> Settings {
        Settings { threads: NonZeroUsize::new(2).unwrap(), ..Settings::default() }
    }

    fn scan(&self, settings: &Settings) -> Findings {
        self.write();
        let corpus = Corpus::open(&[self.0.path("pages.jsonl")], Options::default()).unwrap();
        engine::scan(&corpus, settings, None, &Unobserved).unwrap()
    }

    /// What each pair is told to be.
    fn pairs(&self) -> BTreeMap<(String, String), Relation> {
        let findings = self.scan(&World::settings());
        let id = |page: u32| self.1[page as usize]["id"].as_str().unwrap().to_owned();
        let links = findings.links.iter();
        links.map(|link| ((id(link.a), id(link.b)), link.verdict.relation)).collect()
    }

    /// Ids of the pages that are left where copies are dropped.
    fn left(&self, flags: &[&str]) -> Vec<String> {
        self.write();
        let mut args =
            vec!["clean", "pages.jsonl", "--no-config", "-q", "--copies", "drop", "-o", "-"];
        args.extend(flags);
        let run = self.0.ok(&args);
        run.out()
            .lines()
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(line).unwrap()["id"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    }
}

fn pair(a: &str, b: &str) -> (String, String) {
    (a.to_owned(), b.to_owned())
}

/// A text of each kind on two sites, between menus and alone.
fn kinds(framed: bool) -> World {
    let (mut pen, mut world) = (Pen::new(11), World::new());
    if framed {
        world.news(&mut pen, "quay.example", 12);
        world.news(&mut pen, "moor.example", 12);
    }
    for kind in 0..KINDS {
        let text = pen.text(kind);
        for site in ["quay", "moor"] {
            let (id, host) = (format!("{kind}-{site}"), format!("{site}.example"));
            if framed {
                world.page(&id, &host, &text);
            } else {
                world.bare(&id, &format!("{kind}.{host}"), "", &text);
            }
        }
    }
    world
}

#[test]
fn equal_texts_of_any_kind_are_one() {
    for framed in [true, false] {
        let world = kinds(framed);
        let pairs = world.pairs();
        for kind in 0..KINDS {
            let found = pairs.get(&(format!("{kind}-quay"), format!("{kind}-moor")));
            assert_eq!(found, Some(&Relation::Same), "kind {kind}, framed: {framed}");
        }
        assert_eq!(pairs.len(), KINDS);
        let left = world.left(&[]);
        for kind in 0..KINDS {
            let prints = left.iter().filter(|id| id.starts_with(&format!("{kind}-"))).count();
            assert_eq!(prints, 1, "kind {kind}, framed: {framed}");
        }
    }
}

#[test]
fn an_index_knows_texts_of_any_kind() {
    let world = kinds(true);
    world.write();
    world.0.ok(&["index", "add", "an.index", "pages.jsonl", "-q", "--no-config"]);
    let (mut pen, mut other) = (Pen::new(11), World::new());
    // The same dice give the same texts.
    other.news(&mut pen, "quay.example", 12);
    other.news(&mut pen, "moor.example", 12);
    other.1.clear();
    for kind in 0..KINDS {
        other.bare(&format!("new-{kind}"), "heath.example", "", &pen.text(kind));
    }
    other.write();
    std::fs::copy(other.0.path("pages.jsonl"), world.0.path("new.jsonl")).unwrap();
    let found = world.0.ok(&["index", "find", "an.index", "new.jsonl", "-q", "--no-config"]);
    let rows: Vec<serde_json::Value> =
        found.out().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), KINDS);
    for row in &rows {
        let copies = row["copies"].as_array().unwrap();
        assert_eq!(copies.len(), 2, "{row}");
        assert!(
            copies.iter().all(|copy| copy["relation"] == "same" && copy["held"] == 1.0),
            "{row}"
        );
    }
    // Clusters of an index are those of a run.
    let clusters = world.0.ok(&["index", "clusters", "an.index", "-q"]).stdout;
    world.0.ok(&["scan", "pages.jsonl", "-o", "found", "-q", "--no-config"]);
    assert!(clusters == world.0.read("found/clusters.jsonl"));
}

/// Words changed here and there, in the same order; and the same lines in another order.
#[test]
fn a_tenth_may_differ_and_the_order_may_not() {
    let (mut pen, mut world) = (Pen::new(5), World::new());
    for kind in [0, 1, 2, 3, 4] {
        let text = pen.text(kind);
        let mut edited = text.clone();
        for line in edited.iter_mut().skip(3).step_by(11) {
            let mut words: Vec<&str> = line.split(' ').collect();
            let at = words.len() / 2;
            words[at] = "indeed";
            *line = words.join(" ");
        }
        let mut turned = text.clone();
        turned.reverse();
        for (name, lines) in [("a", &text), ("b", &edited), ("c", &turned)] {
            world.bare(&format!("{kind}{name}"), &format!("{name}.example"), "", lines);
        }
    }
    let pairs = world.pairs();
    for kind in [0, 1, 2, 3, 4] {
        let of = |other: &str| pairs.get(&pair(&format!("{kind}a"), &format!("{kind}{other}")));
        assert_eq!(of("b"), Some(&Relation::Same), "kind {kind}");
        assert_eq!(of("c"), None, "kind {kind}");
    }
}

#[test]
fn pages_without_a_body_are_one_print_and_no_copied_text() {
    let (mut pen, mut world) = (Pen::new(3), World::new());
    world.news(&mut pen, "quay.example", 30);
    let gone = [pen.words(8), pen.words(9)];
    for number in 0..20 {
        world.page(&format!("gone-{number}"), "quay.example", &gone);
        // Nothing but the furniture.
        world.page(&format!("shell-{number}"), "quay.example", &[]);
    }
    let left = world.left(&[]);
    for prefix in ["gone-", "shell-"] {
        assert_eq!(left.iter().filter(|id| id.starts_with(prefix)).count(), 1, "{prefix}");
    }
    assert_eq!(left.len(), 32);
    let findings = world.scan(&World::settings());
    assert!(findings.clusters.iter().any(|cluster| {
        cluster.members.iter().all(|member| member.verdict.basis == Basis::Page)
    }));
    assert!(findings.links.iter().all(|link| link.verdict.basis != Basis::Page));
}

/// All pages with equal words stand in one cluster, and no page in one with a text that is not nearly its own: of texts
/// of every kind, each printed once to four times, on one site or several.
#[test]
fn all_equal_texts_of_a_corpus_stand_in_common_clusters() {
    let (mut pen, mut world) = (Pen::new(77), World::new());
    let sites = ["quay.example", "moor.example", "heath.example"];
    for site in sites {
        world.news(&mut pen, site, 8);
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for text in 0..60 {
        let lines = pen.text(text);
        for print in 0..1 + pen.number(4) {
            groups.entry(text).or_default().push(world.1.len());
            let site = sites[pen.number(3)];
            let shout = lines.iter().map(|line| line.to_uppercase()).collect::<Vec<_>>();
            // Folding makes these equal, and where lines end says nothing.
            let lines = match print {
                2 => &shout,
                _ => &lines,
            };
            world.page(&format!("t{text}-{print}"), site, lines);
        }
    }
    let findings = world.scan(&World::settings());
    let of = |page: usize| findings.placed(page as u32).map(|placed| placed.cluster);
    for (text, pages) in &groups {
        let first = of(pages[0]);
        assert!(pages.len() == 1 || first.is_some(), "text {text}: {pages:?}");
        assert!(pages.iter().all(|&page| of(page) == first), "text {text}");
    }
    let sizes: usize = groups.values().filter(|pages| pages.len() > 1).map(Vec::len).sum();
    assert_eq!(findings.placed.len(), sizes);

    // On disk the same.
    write_evidence(&findings, &world.0.path("memory"), Force::Replace, &Whole).unwrap();
    let spilled = Settings { memory: Some(1 << 20), ..World::settings() };
    write_evidence(&world.scan(&spilled), &world.0.path("disk"), Force::Replace, &Whole).unwrap();
    assert!(world.0.read("memory/clusters.jsonl") == world.0.read("disk/clusters.jsonl"));
    assert!(world.0.read("memory/pairs.tsv") == world.0.read("disk/pairs.tsv"));
}

/// A page that is dropped stands in one that is kept, but for a tenth of its words.
#[test]
fn what_is_dropped_stands_in_what_is_kept() {
    let (mut pen, mut world) = (Pen::new(21), World::new());
    for site in ["quay.example", "moor.example"] {
        world.news(&mut pen, site, 8);
    }
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for text in 0..24 {
        let lines = if text % 3 == 0 { pen.story(5) } else { pen.text(text) };
        let cut = lines.len() / 2 + 1;
        let longer = [lines.clone(), pen.story(1)].concat();
        let versions = [lines.clone(), lines[..cut].to_vec(), longer, lines];
        for (number, version) in versions.iter().enumerate() {
            let id = format!("t{text}-{number}");
            let site = ["quay.example", "moor.example"][number % 2];
            world.page(&id, site, version);
            texts.insert(id, version.join(" "));
        }
    }
    let left = world.left(&[]);
    let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    let mut dropped = 0;
    for (id, text) in texts.iter().filter(|(id, _)| !left.contains(id)) {
        dropped += 1;
        let mine = words(text);
        let best = texts.iter().filter(|(other, _)| left.contains(other)).map(|(_, other)| {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            words(other).into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
            mine.iter()
                .filter(|word| {
                    counts.get_mut(*word).is_some_and(|n| {
                        let some = *n > 0;
                        *n -= usize::from(some);
                        some
                    })
                })
                .count()
        });
        let best = best.max().unwrap_or(0);
        assert!(best * 10 >= mine.len() * 9, "{id}: {best} of {}", mine.len());
    }
    assert!(dropped >= 40, "{dropped}");
}

fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split(' ') {
        let fits = column + 1 + word.len() <= width;
        out.push_str(if column == 0 {
            ""
        } else if fits {
            " "
        } else {
            "\n"
        });
        column = if column > 0 && fits { column + 1 + word.len() } else { word.len() };
        out.push_str(word);
    }
    out
}

#[test]
fn a_story_is_the_same_at_any_column() {
    let (mut pen, mut world) = (Pen::new(9), World::new());
    let body = pen.story(6);
    for (name, width) in [("a", 58), ("b", 70), ("c", 9999)] {
        let lines: Vec<String> =
            body.iter().map(|paragraph| wrapped(paragraph, width) + "\n").collect();
        // With a paragraph of its own, so that it is no equal text.
        let own = wrapped(&pen.paragraph(), width);
        world.bare(name, &format!("{name}.example"), "", &[lines, vec![own]].concat());
    }
    let pairs = world.pairs();
    assert_eq!(
        pairs.values().filter(|relation| **relation == Relation::Same).count(),
        3,
        "{pairs:?}"
    );
}

/// Notices in one wording with other names are no copies; a notice that grows from day to day is one.
#[test]
fn a_form_is_no_copy_and_an_update_is() {
    let (mut pen, mut world) = (Pen::new(31), World::new());
    let fixed = pen.story(3);
    let notice = |pen: &mut Pen| -> Vec<String> {
        let [a, b, c, d] = [(); 4].map(|()| format!("{} {}", pen.name(), pen.name()));
        vec![
            format!(
                "The council of {a} has granted a licence to the firm of {b}, which may now sell bread and cakes at the weekly market."
            ),
            format!(
                "The licence was asked for by {c} and is valid for as long as the stall is kept in order, as the council said after it had met."
            ),
            format!(
                "Who wants to object has to write to {d} at the town hall, and must say why, within the time that the law allows for it."
            ),
        ]
    };
    for number in 0..5 {
        let lines = notice(&mut pen);
        world.bare(&format!("notice-{number}"), &format!("town{number}.example"), "", &lines);
    }
    for day in 0..3 {
        let lines: Vec<String> = fixed
            .iter()
            .enumerate()
            .map(|(at, paragraph)| format!("{paragraph} So said Orla Fennwick on the radio of the valley, and counted {} boats.", 17 * day + at + 3))
            .collect();
        world.bare(&format!("day-{day}"), &format!("paper{day}.example"), "", &lines);
    }
    let pairs = world.pairs();
    let of = |prefix: &str| {
        pairs.keys().filter(|(a, b)| a.starts_with(prefix) && b.starts_with(prefix)).count()
    };
    assert_eq!(of("notice"), 0, "{pairs:?}");
    assert_eq!(of("day"), 3, "{pairs:?}");
}
