//! Labels against the truth.

use std::collections::BTreeMap;

use refrain::generate::{Genre, Kind, Script, score::ChromeScore};

use super::{Bound, Figures, WORLD};

/// Sites of so many pages show what they repeat.
const ENOUGH: u32 = 6;

/// What recurs on a site of some pages is found, kind by kind.
#[test]
fn chrome_that_recurs_is_found() {
    let mut score = ChromeScore::default();
    WORLD.each(|n, page| {
        if page.about.pages >= ENOUGH {
            let marks = WORLD.findings.marks_of(n);
            score.add(page, |at| marks[at].is_chrome());
        }
    });
    let mut figures = Figures::default();
    for (kind, least) in [
        (Kind::Menu, 0.95),
        // Date lines and counters beside the headline are left: their wordings differ as those of data do.
        (Kind::Day, 0.45),
        (Kind::Counter, 0.45),
        (Kind::Crumb, 0.6),
        (Kind::Teaser, 0.95),
        (Kind::Related, 0.91),
        (Kind::Insert, 0.95),
        (Kind::Advert, 0.13),
        (Kind::Plea, 0.95),
        (Kind::Foot, 0.95),
        (Kind::Rights, 0.95),
        (Kind::Notice, 0.95),
        (Kind::Agency, 0.42),
    ] {
        figures.add(
            format!("recall of {}", kind.word()),
            score.kind(kind).lines,
            Bound::Least(least),
        );
    }
    figures.add("precision, lines", score.precision().lines, Bound::Least(0.983));
    figures.add("precision, characters", score.precision().chars, Bound::Least(0.967));
    figures.add("recall, characters", score.recall().chars, Bound::Least(0.95));
    figures.check();
}

/// The most of its body that a class of pages may lose.
fn most_taken(class: &str) -> f64 {
    match class {
        "manual" => 0.0500,
        "news" => 0.0063,
        "script arabic" => 0.0137,
        "script cyrillic" => 0.0144,
        "script greek" => 0.0092,
        "script han" => 0.0053,
        "script latin" => 0.0078,
        "script thai" => 0.0090,
        "two templates" => 0.0130,
        "sites of 5 pages" => 0.0036,
        _ => 0.0030,
    }
}

/// How much body is lost, by kind of site.
#[test]
fn bodies_are_left_alone() {
    let mut by_class: BTreeMap<String, ChromeScore> = BTreeMap::new();
    WORLD.each(|n, page| {
        let marks = WORLD.findings.marks_of(n);
        let about = &page.about;
        let mut classes = vec![
            match about.genre {
                Genre::News => "news".to_owned(),
                Genre::Manual => "manual".to_owned(),
            },
            format!("script {}", about.script.word()),
        ];
        if about.pages < ENOUGH {
            classes.push(format!("sites of {} pages", about.pages));
        }
        if about.two_templates {
            classes.push("two templates".to_owned());
        }
        if about.two_languages {
            classes.push("two languages".to_owned());
        }
        for class in classes {
            by_class.entry(class).or_default().add(page, |at| marks[at].is_chrome());
        }
    });
    let mut figures = Figures::default();
    for (class, score) in &by_class {
        let taken = score.body_taken().chars;
        figures.add(format!("body taken, {class}"), taken, Bound::Most(most_taken(class)));
        figures.add(format!("chrome found, {class}"), score.recall().chars, Bound::Any);
    }
    for kind in Kind::ALL.into_iter().filter(|&kind| kind >= Kind::Headline) {
        for class in ["news", "manual"] {
            let taken = by_class[class].kind(kind).lines;
            if taken.of > 0 {
                let bound = match (kind, class) {
                    (Kind::Headline, "news") => Bound::Most(0.119),
                    (Kind::Headline, _) => Bound::Most(0.188),
                    _ => Bound::Any,
                };
                figures.add(format!("taken of {class} {}", kind.word()), taken, bound);
            }
        }
    }
    let scripts = by_class.keys().filter(|class| class.starts_with("script"));
    assert_eq!(scripts.count(), Script::ALL.len());
    figures.check();
}
