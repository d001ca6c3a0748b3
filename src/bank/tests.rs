//! Laws of banks: sets of pages, whatever their order, parts and repeats; labels of one page are those
//! of a run over all; damage is an error and never another answer.

use proptest::{collection::vec, prelude::*};

use super::{rows::PageKey, *};
use crate::{
    base::{page::Place, recipe::Level},
    chrome::{CountedSite, Labeller, Line},
    cues::Cue,
    store::TableWriter,
    table::{PageColumns, Paragraph, Shape},
};

/// A page: families, key of the URL, day.
type Page = (Vec<u64>, u64, u16);

fn shape(family: u64) -> Shape {
    let line =
        if family.is_multiple_of(3) { "A whole sentence stands here." } else { "Some words" };
    Shape::of(line, 2 + (family % 17) as u32 * 3)
}

fn text(family: u64) -> String {
    format!("Line {family} ") + &"ü".repeat(family as usize % 70)
}

fn key(page: &Page) -> PageKey {
    let content = page.0.iter().fold(7, |sum, &family| mix(sum ^ family));
    PageKey { url: page.1, content, day: Day::from_number(page.2) }
}

fn lines(page: &Page) -> Vec<Line> {
    page.0
        .iter()
        .map(|&family| Line {
            family: mix(family),
            shape: shape(family),
            cue: Cue::default(),
            wording: 0,
        })
        .collect()
}

fn learn<'p>(pages: impl IntoIterator<Item = (&'p str, &'p Page)>) -> Learner {
    let mut learner = Learner::default();
    let mut seen = SeenPages::default();
    for (site, page) in pages {
        for &family in &page.0 {
            let line =
                Line { family: mix(family), shape: shape(family), cue: Cue::default(), wording: 0 };
            seen.push(line, &text(family));
        }
        seen.end_page(site, key(page));
    }
    learner.add(&seen);
    learner
}

fn rows(pages: &[Page]) -> SiteRows {
    let mut sites = learn(pages.iter().map(|page| ("s", page))).into_sites();
    sites.next().map(|(_, rows)| rows.sort()).unwrap_or_default()
}

fn bank(pages: &[Page]) -> Bank {
    let sites = learn(pages.iter().map(|page| ("s", page))).into_sites();
    Bank::of_sites(1, sites.map(|(name, rows)| (name, rows.sort()))).unwrap()
}

fn bytes(rows: &SiteRows) -> Vec<u8> {
    Bank::of_sites(1, std::iter::once(("s".to_owned(), rows.clone()))).unwrap().bytes().to_vec()
}

fn pages(most: usize) -> impl Strategy<Value = Vec<Page>> {
    vec((vec(0_u64..30, 0..9), 0_u64..9, 0_u16..4), 0..most)
}

fn of_bank(bank: &Bank, page: &Page) -> (Vec<Option<Place>>, Standing) {
    let mut labeller = BankLabeller::new(bank, None, Level::default(), Time::default()).unwrap();
    let lines = lines(page);
    let page = PageLines { site: "s", key: key(page), lines: &lines };
    let (labels, standing) = labeller.label(page).unwrap();
    (labels.iter().map(|label| label.chrome).collect(), standing)
}

/// Labels of all pages by a run over them, each page once and in the order of a bank.
fn of_run(pages: &[Page]) -> Vec<(Page, Vec<Option<Place>>)> {
    let mut pages = pages.to_vec();
    pages.sort_by_key(key);
    pages.dedup_by_key(|page| key(page));
    let mut columns = PageColumns::new();
    for page in &pages {
        for &family in &page.0 {
            let (fingerprint, shape) = (mix(family), shape(family));
            columns.push_paragraph(
                Paragraph { fingerprint, shape, cue: Cue::default(), wording: 0 },
                &[],
            );
        }
        columns.end_page("s", page.1, "", "");
    }
    columns.finish().unwrap();
    let by_site = columns.pages_by_site();
    let Some(of_site) = by_site.first() else { return Vec::new() };
    let site = CountedSite::of(&columns, of_site, None);
    let mut labeller = Labeller::new(Level::default());
    let mut of_pages = Vec::new();
    for (number, page) in pages.iter().enumerate() {
        let labels = labeller.label_facts(site.facts(number), site.groups().len());
        of_pages.push((page.clone(), labels.iter().map(|label| label.chrome).collect()));
    }
    of_pages
}

proptest! {
    /// In any order and grouping, with repeats and with nothing: the same bytes.
    #[test]
    fn parts_unite_into_the_whole(a in pages(9), b in pages(9), c in pages(9)) {
        let whole = bytes(&rows(&[a.clone(), b.clone(), c.clone()].concat()));
        let [a, b, c] = [a, b, c].map(|pages| rows(&pages));
        prop_assert_eq!(&bytes(&a.union(&b).union(&c)), &whole);
        prop_assert_eq!(&bytes(&a.union(&b.union(&c))), &whole);
        prop_assert_eq!(&bytes(&c.union(&a).union(&b)), &whole);
        prop_assert_eq!(&bytes(&a.union(&b).union(&c).union(&a)), &whole);
        prop_assert_eq!(&bytes(&a.union(&b).union(&c).union(&SiteRows::default())), &whole);
    }

    #[test]
    fn what_is_written_is_read(pages in pages(12)) {
        let rows = rows(&pages);
        let bank = bank(&pages);
        bank.check().unwrap();
        let Some(site) = bank.site("s").unwrap() else {
            prop_assert!(pages.is_empty());
            return Ok(());
        };
        prop_assert_eq!(site.rows().unwrap(), rows.clone());
        for (at, &family) in (0..).zip(&rows.families) {
            prop_assert_eq!(site.find_family(family).unwrap(), Some(at));
            prop_assert_eq!(site.find_family(family ^ 1).unwrap(), None);
            prop_assert_eq!(site.text(at).unwrap(), rows.texts.get(at as usize));
        }
        prop_assert!(bank.site("t").unwrap().is_none() && bank.site("").unwrap().is_none());
    }

    /// A page that the bank has learnt gets the labels of a run over all the bank's pages.
    #[test]
    fn labels_of_learnt_pages_are_those_of_a_run(pages in pages(25)) {
        let bank = bank(&pages);
        for (page, labels) in of_run(&pages) {
            prop_assert_eq!(of_bank(&bank, &page), (labels, Standing::Learnt));
        }
    }

    /// Forgetting pages of old days is the same before and after uniting.
    #[test]
    fn pruning_by_day_and_uniting_commute(a in pages(9), b in pages(9), day in 1_u16..4) {
        let day = Day::from_number(day);
        let (a, b) = (rows(&a), rows(&b));
        let pruned = a.union(&b).seen_since(day);
        let apart = a.seen_since(day).union(&b.seen_since(day));
        prop_assert_eq!(&pruned.families, &apart.families);
        prop_assert_eq!(&pruned.pages, &apart.pages);
        prop_assert_eq!(&pruned.rows, &apart.rows);
    }

    /// Rare families go; what is one page, and the counts of the others, stay.
    #[test]
    fn pruning_rare_families_keeps_the_counts_of_the_others(pages in pages(25), least in 0_u32..4) {
        let whole = bank(&pages);
        let Some(site) = whole.site("s").unwrap() else { return Ok(()) };
        let rows = site.rows_from(least).unwrap();
        let pruned = Bank::of_bytes("pruned", bytes(&rows)).unwrap();
        pruned.check().unwrap();
        let less = pruned.site("s").unwrap().unwrap();
        prop_assert_eq!(less.groups(), site.groups());
        for at in 0..site.families()[0] {
            let family = site.family(at).unwrap();
            let found = less.find_family(site.fingerprint(at).unwrap()).unwrap();
            prop_assert_eq!(found.is_some(), family.groups >= least);
            if let Some(found) = found {
                let kept = less.family(found).unwrap();
                prop_assert_eq!(
                    (kept.groups, kept.pages, kept.occurrences, kept.days),
                    (family.groups, family.pages, family.occurrences, family.days)
                );
            }
        }
    }

    /// Keys that are not spread as hashes are found as well.
    #[test]
    fn any_family_is_found(families in vec(prop_oneof![0_u64..50, any::<u64>(), Just(u64::MAX)], 0..80)) {
        let mut seen = SeenPages::default();
        for &family in &families {
            seen.push(Line { family, shape: Shape::default(), cue: Cue::default(), wording: 0 }, "");
        }
        seen.end_page("s", PageKey { url: 0, content: 1, day: Day::NONE });
        let mut learner = Learner::default();
        learner.add(&seen);
        let sites = learner.into_sites().map(|(name, rows)| (name, rows.sort()));
        let bank = Bank::of_sites(1, sites).unwrap();
        let site = bank.site("s").unwrap().unwrap();
        for family in families.iter().copied().chain([0, 7, 49, 50, 1 << 63, u64::MAX]) {
            let found = site.find_family(family).unwrap();
            prop_assert_eq!(found.is_some(), families.contains(&family));
            if let Some(at) = found {
                prop_assert_eq!(site.fingerprint(at).unwrap(), family);
            }
        }
    }
}

/// A menu and a foot around a story of its own, on a site of twelve pages.
fn site_of_stories() -> Vec<Page> {
    (0..12)
        .map(|page| {
            let story = (0..6).map(|line| 1000 + page * 30 + 3 * line);
            ([1, 2, 4].into_iter().chain(story).chain([5, 7]).collect(), 100 + page, 10)
        })
        .collect()
}

#[test]
fn a_new_page_is_labelled_as_if_the_bank_knew_it() {
    let mut pages = site_of_stories();
    let new = pages.pop().unwrap();
    let bank = bank(&pages);
    let (labels, standing) = of_bank(&bank, &new);
    assert_eq!(standing, Standing::New);
    let run = of_run(&[pages, vec![new.clone()]].concat());
    assert_eq!(run.iter().find(|(page, _)| *page == new).unwrap().1, labels);
    assert_eq!(labels.iter().filter(|label| label.is_some()).count(), 5, "{labels:?}");
}

/// By its URL, and by its rare prose under another URL.
#[test]
fn captures_and_copies_of_a_learnt_page_do_not_make_its_story_chrome() {
    let pages = site_of_stories();
    let bank = bank(&pages);
    let story = |labels: &[Option<Place>]| labels[3..9].iter().all(Option::is_none);
    for (url, families) in [(100, [1, 2, 4, 3333]), (999, [1, 2, 4, 3333])] {
        let mut again = pages[0].clone();
        again.1 = url;
        again.0.splice(0..3, families[..3].iter().copied());
        again.0.push(families[3]);
        let (labels, standing) = of_bank(&bank, &again);
        assert_eq!(standing, Standing::Like, "{url}");
        assert!(story(&labels), "{labels:?}");
    }
    let mut other = pages[0].clone();
    other.1 = 999;
    other.0.splice(3..9, (0..6).map(|line| 9000 + 3 * line));
    assert_eq!(of_bank(&bank, &other).1, Standing::New);
}

/// A plea on the first ten days, none for a month, and then a page that quotes it.
#[test]
fn a_plea_that_was_retired_stops_counting() {
    const PLEA: u64 = 502; // no sentence, some words
    let mut pages: Vec<Page> = Vec::new();
    for day in 1..=60 {
        let plea: &[u64] = if day <= 10 { &[PLEA] } else { &[] };
        let story = (0..6).map(|line| u64::from(day) * 100 + 3 * line);
        let families = [1, 2].into_iter().chain(story).chain(plea.iter().copied()).chain([5]);
        pages.push((families.collect(), u64::from(day), day));
    }
    let bank = bank(&pages);
    let mut quoting = pages[59].clone();
    quoting.1 = 777;
    quoting.0 = [1, 2, 70_000, 70_003, PLEA, 70_006, 70_009, 5].to_vec();
    let facts = |half_life| {
        let time = Time { today: Day::NONE, half_life, new_after: 3 };
        let mut labeller = BankLabeller::new(&bank, None, Level::default(), time).unwrap();
        let lines = lines(&quoting);
        let page = PageLines { site: "s", key: key(&quoting), lines: &lines };
        labeller.label(page).unwrap().0[4].groups
    };
    assert_eq!(facts(None), 11);
    assert_eq!(facts(Some(10)), 1);
}

/// A banner of the last four of sixty days counts against the pages since, not against all.
#[test]
fn a_new_line_counts_against_the_pages_since_it_is_new() {
    const BANNER: u64 = 502;
    let pages: Vec<Page> = (1..=60_u16)
        .map(|day| {
            let banner: &[u64] = if day > 56 { &[BANNER] } else { &[] };
            let story = (0..6).map(|line| u64::from(day) * 100 + 3 * line);
            let families = banner.iter().copied().chain([1, 2]).chain(story).chain([5]);
            (families.collect(), u64::from(day), day)
        })
        .collect();
    let bank = bank(&pages);
    let site = bank.site("s").unwrap().unwrap();
    assert_eq!(site.groups_since(Day::from_number(57)).unwrap(), 4);
    assert_eq!(site.groups_since(Day::NONE).unwrap(), 60);
    assert_eq!(site.groups_since(Day::from_number(61)).unwrap(), 0);
}

/// Every byte of a small bank flipped, and the bank cut at every length.
#[test]
fn damage_is_an_error_and_never_another_answer() {
    let pages = &site_of_stories()[..4];
    let whole = bank(pages);
    let expected: Vec<_> = pages.iter().map(|page| of_bank(&whole, page)).collect();
    let whole = whole.bytes();
    let ask = |bytes: Vec<u8>| -> crate::Result<()> {
        let bank = Bank::of_bytes("b.bank", bytes)?;
        for (page, expected) in pages.iter().zip(&expected) {
            let mut labeller = BankLabeller::new(&bank, None, Level::default(), Time::default())?;
            let lines = lines(page);
            let page = PageLines { site: "s", key: key(page), lines: &lines };
            let (labels, standing) = labeller.label(page)?;
            let labels: Vec<_> = labels.iter().map(|label| label.chrome).collect();
            assert_eq!((&labels, standing), (&expected.0, expected.1));
        }
        bank.check()
    };
    ask(whole.to_vec()).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.to_vec();
        bytes[at] ^= 1 << (at % 8);
        let error = ask(bytes).expect_err("it is damaged").to_string();
        assert!(error.starts_with("b.bank: "), "{error}");
        assert!(ask(whole[..at].to_vec()).is_err(), "cut at {at}");
    }
}

/// A copy of `bank` in which `change` was done to the data and the head, with checksums that are right.
fn changed(bank: &Bank, change: impl FnOnce(&mut [u8], &mut [u8])) -> Vec<u8> {
    const START: usize = 16;
    let whole = bank.bytes();
    let (length, head) = (bank.table().data_len(), bank.table().head());
    let (mut data, mut head) = (whole[..length].to_vec(), head.to_vec());
    change(&mut data, &mut head);
    let mut file = TableWriter::new(Vec::new(), layout::BANK).unwrap();
    file.write(&data[START..]).unwrap();
    file.finish(&head).unwrap()
}

/// Does with a bank all that can be done.
fn use_all(bytes: Vec<u8>, pages: &[Page]) -> crate::Result<()> {
    let bank = Bank::of_bytes("b.bank", bytes)?;
    for page in pages {
        let time = Time { today: Day::from_number(3), half_life: Some(1), new_after: 1 };
        let lines = lines(page);
        for url in [page.1, 999] {
            let key = PageKey { url, ..key(page) };
            let mut labeller = BankLabeller::new(&bank, None, Level::default(), time)?;
            labeller.label(PageLines { site: "s", key, lines: &lines })?;
        }
    }
    for at in 0..bank.sites() {
        let (name, site) = bank.site_at(at)?;
        let rows = site.rows()?;
        let united = rows.union(&rows);
        for rows in [united, rows.seen_since(Day::from_number(2)), site.rows_from(2)?] {
            EncodedSite::of(name.to_owned(), &rows)?;
        }
        EncodedSite::copied(name.to_owned(), &site)?;
    }
    bank.check()
}

/// Any number that stands in a bank replaced by another: an error that names the bank, or an answer.
#[test]
fn nonsense_with_right_checksums_is_an_error_or_an_answer() {
    let pages = &site_of_stories()[..3];
    let whole = bank(pages);
    use_all(whole.bytes().to_vec(), pages).unwrap();
    let mut errors = 0;
    let length = whole.table().data_len();
    for at in 16..length + layout::HEAD {
        for byte in [0, 1, 0x7F, 0xFF] {
            let bytes = changed(&whole, |data, head| match at.checked_sub(length) {
                Some(at) => head[at] = byte,
                None => data[at] = byte,
            });
            if let Err(error) = use_all(bytes, pages) {
                errors += 1;
                assert!(
                    error.to_string().starts_with("b.bank: a bank that makes no sense ("),
                    "{error}"
                );
                assert_eq!(error.class(), crate::Class::Data);
            }
        }
    }
    assert!(errors > 1000, "{errors}");
}

/// Counts that a site's tables have no room for are refused before room is asked for.
#[test]
fn counts_that_the_file_cannot_hold_are_refused() {
    let whole = bank(&site_of_stories());
    let index = usize::try_from(whole.head.index).unwrap();
    let problem = |at: usize, number: u32| {
        let bytes = changed(&whole, |data, _| {
            data[index + at..][..4].copy_from_slice(&number.to_le_bytes());
        });
        let bank = Bank::of_bytes("b.bank", bytes).unwrap();
        let rows = bank.site_at(0).and_then(|(_, site)| site.rows_from(2));
        rows.expect_err("it makes no sense").to_string()
    };
    // Families, neighbours, pages, paragraphs, days, texts, groups, repeated families.
    for count in 0..8 {
        for number in [u32::MAX, 100_000] {
            let problem = problem(20 + 4 * count, number);
            assert!(problem.starts_with("b.bank: a bank that makes no sense ("), "{problem}");
        }
    }
}

/// Also where nobody checks while a program is made fast: a bank out of order could not be read.
#[test]
fn sites_out_of_order_are_an_error() {
    let site = |name: &str| EncodedSite::of(name.to_owned(), &SiteRows::default()).unwrap();
    for [first, second] in [["b", "a"], ["a", "a"]] {
        let mut writer = BankWriter::new(Vec::new(), 1).unwrap();
        writer.add(&site(first)).unwrap();
        let error = writer.add(&site(second)).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        assert!(
            error.to_string().starts_with(&format!("site {second} after site {first}; ")),
            "{error}"
        );
    }
}
