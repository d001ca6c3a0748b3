//! On real pages, news and documentation: labels and links as good as they have been.
//!
//! The pages are not in this repository; `REFRAIN_DATA` names their folder. The scorer is that of
//! `examples/scores`, which prints all figures.

#![allow(clippy::print_stdout, reason = "figures are worth seeing also where they are good enough")]

#[path = "../../examples/scores/truth.rs"]
mod truth;

use std::path::Path;

use refrain::base::recipe::Level;
use truth::{Chrome, Count, Links, SETS};

use crate::left_out::is_left_out;

/// Least precision and recall of characters, and the most of the body's that may be taken.
struct Floor {
    set: &'static str,
    precision: f64,
    recall: f64,
    taken: f64,
}

const FLOORS: [Floor; 6] = [
    Floor { set: "usnews-2016-11", precision: 0.993, recall: 0.873, taken: 0.0029 },
    Floor { set: "apache2-doc", precision: 0.98, recall: 0.58, taken: 0.0005 },
    Floor { set: "libreoffice-help-fr", precision: 0.98, recall: 0.98, taken: 0.001 },
    Floor { set: "libreoffice-help-ja", precision: 0.98, recall: 0.98, taken: 0.002 },
    Floor { set: "python-django-doc", precision: 0.93, recall: 0.57, taken: 0.003 },
    Floor { set: "sphinx-doc", precision: 0.973, recall: 0.95, taken: 0.003 },
];

/// The most of the body's characters that the strict level may take: half of what the default level takes
/// of the news.
const TAKEN_BY_STRICT: f64 = 0.00144;

fn at_least(count: Count, precision: f64, recall: f64, what: &str) {
    println!("{what}: precision {:.4}, recall {:.4}", count.precision(), count.recall());
    assert!(count.precision() >= precision, "{what}: {count:?}, precision {}", count.precision());
    assert!(count.recall() >= recall, "{what}: {count:?}, recall {}", count.recall());
}

fn check(data: &Path, set: &str, prefix: &str) {
    let floor = FLOORS.iter().find(|floor| floor.set == set).unwrap();
    let findings = truth::scan(data, prefix, Level::default()).unwrap();
    let chrome = Chrome::of(data, prefix, &findings).unwrap();
    at_least(chrome.chars, floor.precision, floor.recall, &format!("{set}, characters"));
    let taken = chrome.chars.taken();
    assert!(taken <= floor.taken, "{set}: {taken} of the body taken");
    if set == SETS[0].0 {
        at_least(chrome.all, 0.9979, 0.962, "news, all lines");
        at_least(chrome.long, 0.972, 0.78, "news, lines of 8 words and more");
        let links = Links::of(data, prefix, &findings).unwrap();
        // Three of the four pairs that count as wrong are one page captured twice, whose captures have no truth.
        at_least(links.copies, 0.943, 0.97, "news, copies");
        at_least(links.parts, 0.0, 0.5, "news, parts across sites");
    }
}

fn check_strict(data: &Path, set: &str, prefix: &str) {
    let findings = truth::scan(data, prefix, Level::Strict).unwrap();
    let taken = Chrome::of(data, prefix, &findings).unwrap().chars.taken();
    println!("{set}, strict: {taken:.5} of the body taken");
    assert!(taken <= TAKEN_BY_STRICT, "{set}: {taken} of the body taken");
}

/// Runs `check` on every set.
fn on_all_sets(check: impl Fn(&Path, &str, &str)) {
    if !is_left_out("real") {
        let data = truth::data().unwrap();
        SETS.iter().for_each(|(set, prefix)| check(&data, set, prefix));
    }
}

#[test]
#[ignore = "needs labelled pages (REFRAIN_DATA)"]
fn labels_and_links_are_as_good_as_they_were() {
    on_all_sets(check);
}

#[test]
#[ignore = "needs labelled pages (REFRAIN_DATA)"]
fn the_strict_level_takes_less_body() {
    on_all_sets(check_strict);
}
