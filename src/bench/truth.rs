//! A run over a generated crawl, scored.

use serde::Serialize;

use crate::{
    base::page::Label,
    engine::Findings,
    generate::{
        GeneratedPage, Generator, Kind, Print, Recurring,
        score::{ChromeScore, CopyScore, Taken},
    },
};

/// Labels and links of a generated crawl, compared with the truth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Truth {
    /// Share of the characters that are chrome.
    pub chrome_share: f64,
    /// Precision of chrome: share of the characters taken for chrome that are chrome.
    pub chrome_precision: f64,
    /// Recall of chrome: share of the characters of chrome that were taken.
    pub chrome_recall: f64,
    /// Share of the characters of chrome that recur: in lines that three or more pages of the site have
    /// (digits ignored), or many sites.
    pub chrome_recurring: f64,
    /// Recall of the chrome that recurs.
    pub chrome_recurring_recall: f64,
    /// Share of the characters of bodies that were taken for chrome.
    pub body_taken: f64,
    /// Share of pages whose story another page prints too.
    pub copy_share: f64,
    /// Precision of copies: share of the pages linked to a page that print its story, mean over pages.
    pub copies_precision: f64,
    /// Recall of copies: share of the pages with a page's story that were linked to it, mean over pages.
    pub copies_recall: f64,
}

impl Truth {
    /// Scores findings in the crawl of `generator`. The crawl is generated twice more for this, site by site.
    pub fn of(generator: &Generator, findings: &Findings) -> Truth {
        let mut page = GeneratedPage::default();
        let mut prints: Vec<Option<Print>> = vec![None; generator.pages() as usize];
        let (mut chrome, mut known) = (ChromeScore::default(), ChromeScore::default());
        let mut recurring = Recurring::default();
        for site in 0..generator.sites() {
            recurring.clear();
            for n in generator.pages_of(site) {
                generator.render(n, &mut page);
                recurring.add(&page);
            }
            for n in generator.pages_of(site) {
                generator.render(n, &mut page);
                prints[n as usize] = Some(page.print);
                let marks = findings.marks_of(n);
                let is_chrome = |at: usize| marks.get(at).is_some_and(|mark| mark.is_chrome());
                chrome.add(&page, is_chrome);
                known.add_some(&page, |at| recurring.has(&page, at), is_chrome);
            }
        }
        let prints: Vec<Print> = prints.into_iter().flatten().collect();
        let copies = CopyScore::of(&prints, pairs(findings));
        let chars = |taken: Taken| taken.chars.value();
        let of = |label: Option<Label>| {
            let kinds: Vec<Kind> = Kind::ALL
                .into_iter()
                .filter(|kind| label.is_none() || kind.label() == label)
                .collect();
            chrome.kinds(&kinds).chars.of as f64
        };
        Truth {
            chrome_share: of(Some(Label::Chrome)) / of(None).max(1.0),
            chrome_precision: chars(chrome.precision()),
            chrome_recall: chars(chrome.recall()),
            chrome_recurring: known.recall().chars.of as f64 / of(Some(Label::Chrome)).max(1.0),
            chrome_recurring_recall: chars(known.recall()),
            body_taken: chars(chrome.body_taken()),
            copy_share: copies.pages as f64 / prints.len().max(1) as f64,
            copies_precision: copies.precision,
            copies_recall: copies.recall,
        }
    }
}

/// Pairs that are linked or in one cluster, each once.
fn pairs(findings: &Findings) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(u32, u32)> =
        findings.links.iter().map(|link| (link.a.min(link.b), link.a.max(link.b))).collect();
    let mut pages = Vec::new();
    for cluster in &findings.clusters {
        pages.clear();
        pages.push(cluster.lead);
        pages.extend(cluster.members.iter().map(|member| member.page));
        pages.sort_unstable();
        for (i, &a) in pages.iter().enumerate() {
            pairs.extend(pages[i + 1..].iter().map(|&b| (a, b)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
