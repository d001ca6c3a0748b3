//! Links and clusters against the truth.

use std::collections::{BTreeMap, BTreeSet};

use refrain::{
    base::page::PageNumber,
    generate::{
        Form, Kind,
        score::{CopyScore, Kinship, Ratio, kinship},
    },
};

use super::{Bound, Figures, WORLD};

fn ratio(part: usize, of: usize) -> Ratio {
    Ratio { part: part as u64, of: of as u64 }
}

/// A page of an agency's story stands in one cluster with a page that prints all of it.
#[test]
fn copies_are_found_however_they_are_printed() {
    let mut whole: BTreeMap<u64, Vec<PageNumber>> = BTreeMap::new();
    for (n, print) in (0..).zip(&WORLD.prints) {
        if print.form == Form::Whole && print.passage.is_none() {
            whole.entry(print.story).or_default().push(n);
        }
    }
    let mut found: BTreeMap<Form, Ratio> = BTreeMap::new();
    let mut recaptured = Ratio::default();
    let (mut passages, mut linked) = (0, 0);
    for (n, print) in (0..).zip(&WORLD.prints) {
        let cluster = WORLD.cluster(n);
        if print.recaptured {
            let about = WORLD.sites[n as usize];
            let original = WORLD
                .prints
                .iter()
                .zip(&WORLD.sites)
                .position(|(other, site)| {
                    other.story == print.story && site.number == about.number && !other.recaptured
                })
                .unwrap();
            recaptured.of += 1;
            let other = PageNumber::try_from(original).unwrap();
            recaptured.part += u64::from(cluster.is_some() && cluster == WORLD.cluster(other));
            continue;
        }
        let others = |story| {
            let pages = whole.get(&story).map_or(&[][..], Vec::as_slice);
            pages.iter().copied().filter(|&other| {
                WORLD.sites[other as usize].number != WORLD.sites[n as usize].number
            })
        };
        if let Some(story) = print.passage {
            if others(story).next().is_some() {
                passages += 1;
                linked += usize::from(others(story).any(|other| {
                    let pair = (n.min(other), n.max(other));
                    WORLD.findings.links.binary_search_by_key(&pair, |l| (l.a, l.b)).is_ok()
                }));
            }
        } else if others(print.story).next().is_some() {
            let form = found.entry(print.form).or_default();
            form.of += 1;
            let hit = cluster.is_some()
                && others(print.story).any(|other| WORLD.cluster(other) == cluster);
            form.part += u64::from(hit);
        }
    }

    let mut figures = Figures::default();
    for (form, ratio) in found {
        let least = match form {
            Form::Whole | Form::Edited(_) => 0.99,
            Form::Cut(30) => 0.94,
            Form::Cut(_) => 0.92,
        };
        figures.add(format!("in a cluster, {form:?}"), ratio, Bound::Least(least));
    }
    figures.add("in a cluster, captured twice", recaptured, Bound::Least(0.99));
    figures.add("linked, part", ratio(linked, passages), Bound::Least(0.98));
    figures.check();
}

#[test]
fn nothing_else_is_a_copy() {
    let prints = &WORLD.prints;
    let of = |a: PageNumber, b: PageNumber| kinship(&prints[a as usize], &prints[b as usize]);
    let links = &WORLD.findings.links;
    let right = links.iter().filter(|link| of(link.a, link.b) != Kinship::Strangers).count();
    let trapped = links.iter().filter(|link| {
        let trap = prints[link.a as usize].trap;
        trap.is_some()
            && trap == prints[link.b as usize].trap
            && of(link.a, link.b) == Kinship::Strangers
    });
    let traps: BTreeSet<_> = prints.iter().filter_map(|print| print.trap).collect();
    let members: Vec<(PageNumber, PageNumber)> = WORLD
        .findings
        .clusters
        .iter()
        .flat_map(|cluster| cluster.members.iter().map(|member| (member.page, cluster.lead)))
        .collect();
    let of_one_story = members.iter().filter(|&&(a, b)| of(a, b) == Kinship::Copies).count();
    let related = members.iter().filter(|&&(a, b)| of(a, b) != Kinship::Strangers).count();

    let mut figures = Figures::default();
    figures.add("links that are right", ratio(right, links.len()), Bound::Least(0.998));
    let count = members.len();
    figures.add("members that print the lead's", ratio(of_one_story, count), Bound::Least(0.968));
    figures.add("members that share with it", ratio(related, count), Bound::Least(0.993));
    figures.add("traps taken", ratio(trapped.count(), traps.len()), Bound::Most(0.0));
    let score = CopyScore::of(prints, links.iter().map(|link| (link.a, link.b)));
    figures.add_mean("mates linked, mean of pages", score.recall, Bound::Any);
    figures.add_mean("mates among links, mean of pages", score.precision, Bound::Least(0.992));
    figures.check();
}

/// One hundred and fifty sites print one story: it is one cluster, and no chrome.
#[test]
fn a_story_that_everyone_prints_is_one_cluster_and_body() {
    let mut sites: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
    for (print, site) in WORLD.prints.iter().zip(&WORLD.sites) {
        sites.entry(print.story).or_default().insert(site.number);
    }
    let (&story, on) = sites.iter().max_by_key(|(_, on)| on.len()).unwrap();
    assert!(on.len() >= WORLD.generator.plan().widest as usize, "on {} sites", on.len());

    let (mut pages, mut clusters) = (0, BTreeMap::<Option<usize>, usize>::new());
    let (mut paragraphs, mut taken) = (0, 0);
    WORLD.each(|n, page| {
        if page.print.story == story {
            pages += 1;
            *clusters.entry(WORLD.cluster(n)).or_default() += 1;
            let marks = WORLD.findings.marks_of(n);
            for (paragraph, mark) in page.paragraphs().iter().zip(marks) {
                if paragraph.kind == Kind::Prose {
                    paragraphs += 1;
                    taken += usize::from(mark.is_chrome());
                }
            }
        }
    });
    let alone = clusters.remove(&None).unwrap_or(0);
    let largest = clusters.values().copied().max().unwrap_or(0);
    let mut figures = Figures::default();
    figures.add("pages in the largest cluster", ratio(largest, pages), Bound::Least(0.99));
    figures.add("pages in no cluster", ratio(alone, pages), Bound::Most(0.0));
    figures.add("paragraphs taken for chrome", ratio(taken, paragraphs), Bound::Most(0.0));
    figures.check();
}
