//! Finds the chrome that recurs often enough to be recognised by counting.
//!
//! A line that a site prints on one or two pages looks like text written for the page: a list of related
//! stories, different on every page, or the menu of a site with one page. Only its position shows what it
//! is, and no count of lines can find it. So the truth is scored twice: all chrome, and the chrome
//! that recurs.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

use super::{GeneratedPage, Kind};
use crate::base::page::Label;

/// A line on at least this many pages of its site recurs.
pub const ENOUGH: u32 = 3;

/// Counts the pages of one site that have each line of chrome. Lines that differ only in digits are equal.
///
/// Takes about 40 bytes for each different line of the site.
#[derive(Debug, Default)]
pub struct Recurring {
    /// By hash of the line: the page that had it last, and how many have it.
    lines: HashMap<u64, (usize, u32)>,
    pages: usize,
    folded: String,
}

impl Recurring {
    /// Forgets the site.
    pub fn clear(&mut self) {
        self.lines.clear();
        self.pages = 0;
    }

    /// Counts the lines of a page that was not captured before.
    pub fn add(&mut self, page: &GeneratedPage) {
        if page.print.recaptured {
            return;
        }
        self.pages += 1;
        for paragraph in page.paragraphs() {
            if paragraph.kind.label() != Some(Label::Chrome) {
                continue;
            }
            let key = self.key(&page.text()[paragraph.span.clone()]);
            let (last, count) = self.lines.entry(key).or_default();
            if *last != self.pages {
                (*last, *count) = (self.pages, *count + 1);
            }
        }
    }

    /// Whether the page's paragraph `at` is chrome on [`ENOUGH`] pages of the site, or on many sites.
    pub fn has(&mut self, page: &GeneratedPage, at: usize) -> bool {
        let paragraph = &page.paragraphs()[at];
        match paragraph.kind {
            Kind::Notice | Kind::Agency => true,
            kind if kind.label() != Some(Label::Chrome) => false,
            _ => {
                let key = self.key(&page.text()[paragraph.span.clone()]);
                self.lines.get(&key).is_some_and(|&(_, count)| count >= ENOUGH)
            }
        }
    }

    fn key(&mut self, line: &str) -> u64 {
        self.folded.clear();
        let mut before = ' ';
        for c in line.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }) {
            if c != '0' || before != '0' {
                self.folded.push(c);
            }
            before = c;
        }
        xxh3_64(self.folded.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use crate::generate::{Amount, Generator, Plan};

    use super::*;

    #[test]
    fn pages_of_sites_are_all_pages_once() {
        for (pages, sites) in [(1, 1), (2, 2), (7, 3), (60, 50), (997, 40), (1000, 17)] {
            let plan = Plan { amount: Amount::Pages(pages), sites, ..Plan::default() };
            let generator = Generator::new(plan);
            let mut page = GeneratedPage::default();
            let mut seen = Vec::new();
            for site in 0..generator.sites() {
                for (k, n) in generator.pages_of(site).enumerate() {
                    generator.render(n, &mut page);
                    assert_eq!(page.id, format!("{site}-{k}"));
                    seen.push(n);
                }
            }
            seen.sort_unstable();
            assert_eq!(seen, (0..pages).collect::<Vec<_>>());
        }
    }

    /// Against the text of every line and the pages it stands on.
    #[test]
    fn what_recurs_is_on_three_pages() {
        let plan = Plan { amount: Amount::Pages(400), sites: 30, ..Plan::default() };
        let generator = Generator::new(plan);
        let (mut page, mut recurring) = (GeneratedPage::default(), Recurring::default());
        let (mut yes, mut no) = (0, 0);
        for site in 0..generator.sites() {
            recurring.clear();
            let mut chrome: Vec<Vec<String>> = Vec::new();
            for n in generator.pages_of(site) {
                generator.render(n, &mut page);
                recurring.add(&page);
                if !page.print.recaptured {
                    let is_chrome = |kind: Kind| kind.label() == Some(Label::Chrome);
                    let lines = page.paragraphs().iter().filter(|p| is_chrome(p.kind));
                    chrome.push(lines.map(|p| digits(&page.text()[p.span.clone()])).collect());
                }
            }
            for n in generator.pages_of(site) {
                generator.render(n, &mut page);
                for at in 0..page.paragraphs().len() {
                    let paragraph = &page.paragraphs()[at];
                    if matches!(paragraph.kind, Kind::Notice | Kind::Agency) {
                        assert!(recurring.has(&page, at));
                        continue;
                    }
                    let line = digits(&page.text()[paragraph.span.clone()]);
                    let on = chrome.iter().filter(|lines| lines.contains(&line)).count();
                    let is_chrome = paragraph.kind.label() == Some(Label::Chrome);
                    assert_eq!(recurring.has(&page, at), is_chrome && on >= 3, "{line}");
                    *(if is_chrome && on >= 3 { &mut yes } else { &mut no }) += 1;
                }
            }
        }
        assert!(yes > 1000 && no > 1000, "{yes} {no}");
    }

    fn digits(line: &str) -> String {
        let parts: Vec<&str> = line.split(|c: char| c.is_ascii_digit()).collect();
        let mut folded = parts.join("0");
        while folded.contains("00") {
            folded = folded.replace("00", "0");
        }
        folded
    }
}
