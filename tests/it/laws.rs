//! Laws of labels, through the library: a page needs the bank and no other page, and sites know nothing
//! of each other.

use refrain::engine;
use std::{collections::BTreeMap, num::NonZeroUsize, path::PathBuf};

use refrain::{
    base::{
        page::Place,
        recipe::{Level, Recipe, Split},
    },
    chrome::{CountedSite, Labeller, Mark, Spared},
    engine::{Findings, Settings, Unobserved},
    records::{Corpus, Options},
    table::Shape,
    text::{Digits, Scanner, paragraph_fingerprint, paragraphs},
};

use crate::{command::Folder, corpus};

/// The one place that runs the library.
fn scan(pages: &[corpus::Page], level: Level) -> Findings {
    let folder = Folder::new();
    folder.write("in.jsonl", corpus::lines(pages));
    let inputs: [PathBuf; 1] = [folder.path("in.jsonl")];
    let corpus = Corpus::open(&inputs, Options::default()).unwrap();
    let settings = Settings {
        recipe: Recipe { chrome_level: level, ..Recipe::default() },
        seeds: None,
        threads: NonZeroUsize::new(2).unwrap(),
        tier: refrain::base::cpu::Tier::best(),
        strict: true,
        ..Settings::default()
    };
    engine::scan(&corpus, &settings, None, &Unobserved).unwrap()
}

/// Where the chrome of every page stands, by id.
type Labels = BTreeMap<String, Vec<Option<Place>>>;

fn labels(findings: &Findings) -> Labels {
    (0..u32::try_from(findings.pages.len()).unwrap())
        .map(|page| {
            let places = findings.marks_of(page).iter().map(|mark| mark.place()).collect();
            (findings.pages.id(page).into_owned(), places)
        })
        .collect()
}

/// Families of chrome of `site`, with their counts and texts.
fn families(findings: &Findings, site: &str) -> Vec<(String, u32, u32, u32)> {
    let mut rows: Vec<_> = findings
        .chrome
        .iter()
        .filter(|family| findings.pages.sites().name(family.site) == site)
        .map(|family| (family.text.clone(), family.pages, family.of, family.variants))
        .collect();
    rows.sort();
    rows
}

fn same(ours: &Labels, theirs: &Labels, what: &str) {
    for (id, labels) in ours {
        assert_eq!(Some(labels), theirs.get(id), "{what}: {id}");
    }
}

const LEVELS: [Level; 4] = [Level::Lenient, Level::Balanced, Level::Careful, Level::Strict];

/// A stream is labelled page by page with yesterday's bank: that must be the label of the batch.
#[test]
fn a_page_labelled_alone_with_its_sites_counts_is_labelled_as_in_the_batch() {
    let pages = corpus::corpus(29, 6, 20);
    for level in LEVELS {
        let findings = scan(&pages, level);
        let columns = findings.columns().expect("in memory");
        let mut chrome = 0;
        for of_site in columns.pages_by_site() {
            let site = CountedSite::of(columns, &of_site, None);
            for (at, &page) in of_site.iter().enumerate() {
                let mut fresh = Labeller::new(level);
                let alone: Vec<Mark> = fresh
                    .label_facts(site.facts(at), site.groups().len())
                    .iter()
                    .zip(&columns.shapes()[columns.span(page)])
                    .map(|(label, &shape)| Mark::of(label, shape, Spared::NOTHING))
                    .collect();
                assert_eq!(alone, findings.marks_of(page), "{level:?}, page {page}");
                chrome += alone.iter().filter(|mark| mark.is_chrome()).count();
            }
        }
        assert!(chrome > 1000, "{level:?} found {chrome} lines of chrome");
    }
}

/// What the labeller is given of a page depends on that page's text alone, unless its paragraphs have
/// near-duplicates on the site.
#[test]
fn what_is_traced_of_a_page_is_a_function_of_its_text() {
    let pages = corpus::corpus(29, 6, 20);
    let findings = scan(&pages, Level::Careful);
    let columns = findings.columns().expect("in memory");
    let mut scanner = Scanner::new();
    let mut joined = 0;
    for (number, page) in (0..).zip(&pages) {
        let text = page.text();
        let span = columns.span(number);
        assert_eq!(paragraphs(&text, Split::Line).count(), span.len());
        for (at, paragraph) in paragraphs(&text, Split::Line).zip(span) {
            let paragraph_text = &text[at];
            scanner.scan(paragraph_text, Digits::Fold);
            let shape = Shape::of(paragraph_text, scanner.words());
            assert_eq!(shape, columns.shapes()[paragraph]);
            let family = paragraph_fingerprint(scanner.tokens(), paragraph_text);
            joined += usize::from(family != columns.family(paragraph));
        }
    }
    assert!(joined * 50 < columns.paragraphs(), "{joined} paragraphs were joined");
}

#[test]
fn the_order_of_other_sites_pages_changes_no_label() {
    let pages = corpus::corpus(31, 6, 16);
    let before = labels(&scan(&pages, Level::Careful));
    let site = pages[0].site.clone();
    let mut random = corpus::Random::new(5);
    for round in 0..6 {
        let (mine, mut others): (Vec<_>, Vec<_>) =
            pages.iter().cloned().partition(|page| page.site == site);
        random.shuffle(&mut others);
        // This site's pages keep their order, somewhere among the others.
        for page in mine.into_iter().rev() {
            let before_next = others.iter().position(|p| p.site == site).unwrap_or(others.len());
            others.insert(random.below(before_next + 1), page);
        }
        same(&labels(&scan(&others, Level::Careful)), &before, &format!("round {round}"));
    }
}

/// More than was promised, and worth keeping: no order of pages matters to any label.
#[test]
fn no_order_of_pages_changes_a_label() {
    let mut pages = corpus::corpus(37, 5, 16);
    let before = labels(&scan(&pages, Level::Balanced));
    let mut random = corpus::Random::new(6);
    for round in 0..4 {
        random.shuffle(&mut pages);
        same(&labels(&scan(&pages, Level::Balanced)), &before, &format!("round {round}"));
    }
}

/// All sites print the same wire stories, and no label of one depends on another.
#[test]
fn another_site_changes_no_label_and_no_count() {
    let pages = corpus::corpus(41, 7, 14);
    let sites: Vec<String> = pages[..7].iter().map(|page| page.site.clone()).collect();
    for level in [Level::Careful, Level::Lenient] {
        let all = scan(&pages, level);
        let with = labels(&all);
        for site in &sites {
            let alone: Vec<corpus::Page> =
                pages.iter().filter(|page| page.site == *site).cloned().collect();
            let found = scan(&alone, level);
            same(&labels(&found), &with, site);
            assert_eq!(families(&found, site), families(&all, site), "{site}");
            assert!(!families(&found, site).is_empty(), "{site} has no chrome");
        }
    }
}

/// Other sites change no label of a site, but they are what makes its copies.
#[test]
fn copies_need_the_other_sites() {
    let pages = corpus::corpus(41, 7, 14);
    assert!(scan(&pages, Level::Careful).links.len() > 20);
    let found = scan(&pages, Level::Careful);
    for link in &found.links {
        let [a, b] = [link.a, link.b].map(|page| &pages[page as usize]);
        // A wire story that is in both, or a page and its second capture.
        let planted = a.wire.is_some() && a.wire == b.wire;
        let again = a.id.trim_end_matches("-again") == b.id.trim_end_matches("-again");
        assert!(planted || again, "{} and {} have nothing in common", a.id, b.id);
    }
}
