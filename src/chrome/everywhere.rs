//! Chrome of many sites: cookie notes, agency blurbs, feet of content systems.
//!
//! A site of two pages teaches nothing about its cookie note, but four other sites print the same one.
//! So does a wire story's paragraph. What tells them apart is company: a story's paragraphs come
//! together on every site, a note stands alone among words that differ from site to site (STUDY.md
//! section 1.9: of 18 families that stand alone on five pages and more none was body).

use std::collections::BTreeMap;

use super::{SiteBank, bank::KNOWN_GROUPS};
use crate::{
    page::{PageNumber, SiteNumber},
    trace::{Near, PageTrace, Traces},
};

/// Least number of sites.
const SITES: usize = 5;
/// Sites looked at, one page each.
const SAMPLE: usize = 12;
/// Words of other shared paragraphs that make company.
const COMPANY: u32 = 20;

/// What is known of every site: families, by their numbers.
#[derive(Clone, Debug)]
pub struct Known {
    is: Vec<bool>,
    families: Vec<u64>,
}

impl Known {
    /// What being known says: in how many groups of a made-up site, of how many.
    pub const EVIDENCE: (u32, u32) = (KNOWN_GROUPS - 1, KNOWN_GROUPS);

    /// Whether a family is known.
    #[inline]
    pub fn has(&self, number: u32) -> bool {
        self.is[number as usize]
    }

    /// What is known, as a bank for pages to come.
    pub fn bank(&self) -> SiteBank {
        SiteBank::known(self.families.iter().copied())
    }
}

/// What stands alone on many sites, together with what was `known` beforehand.
///
/// Looks at paragraphs of eight words and more. Takes one pass over all pages, site by site, with 12
/// bytes a family, and a few look-ups for families that are on five sites and more.
pub fn everywhere(
    traces: &Traces,
    by_site: &[Vec<PageNumber>],
    known: Option<&SiteBank>,
) -> Option<Known> {
    let mut is = Vec::new();
    let mut families = Vec::new();
    if let Some(bank) = known {
        is = vec![false; traces.families().len()];
        families.extend(bank.families().iter().map(|count| count.family));
        for (is, &family) in is.iter_mut().zip(traces.families()) {
            *is = bank.family(family).is_some();
        }
    }
    if by_site.len() >= SITES {
        let spread = Spread::of(traces, by_site);
        for (number, printed) in spread.alone(traces, by_site) {
            if stands_alone(traces, &spread, number, &printed) {
                is.resize(traces.families().len(), false);
                is[number as usize] = true;
                families.push(traces.families()[number as usize]);
            }
        }
    }
    (known.is_some() || !families.is_empty()).then(|| {
        is.resize(traces.families().len(), false);
        Known { is, families }
    })
}

/// On how many sites a long family is, and its length on the first page of the first one.
#[derive(Clone, Copy, Debug)]
struct Reach {
    last: SiteNumber,
    first: PageNumber,
    words: u16,
    /// Stops at 255.
    sites: u8,
}

/// The reach of every family.
struct Spread {
    of: Vec<Reach>,
}

impl Spread {
    fn of(traces: &Traces, by_site: &[Vec<PageNumber>]) -> Spread {
        let nowhere = Reach { last: PageTrace::BAD, first: PageNumber::MAX, words: 0, sites: 0 };
        let mut of = vec![nowhere; traces.families().len()];
        for (site, pages) in (0..).zip(by_site) {
            for &page in pages {
                for paragraph in traces.span(page) {
                    let words = traces.shapes()[paragraph].words();
                    if words < Near::WORDS {
                        continue;
                    }
                    let words = u16::try_from(words).unwrap_or(u16::MAX);
                    let reach = &mut of[traces.numbers()[paragraph] as usize];
                    if reach.last != site {
                        reach.last = site;
                        reach.sites = reach.sites.saturating_add(1);
                        if reach.sites == 1 {
                            (reach.first, reach.words) = (page, words);
                        }
                    }
                    // Wordings of one family may differ in length: of a page's the shortest.
                    if reach.first == page {
                        reach.words = reach.words.min(words);
                    }
                }
            }
        }
        Spread { of }
    }

    /// Families on many sites, and the first page of each of the first few sites; by number.
    fn alone(
        &self,
        traces: &Traces,
        by_site: &[Vec<PageNumber>],
    ) -> BTreeMap<u32, Vec<(SiteNumber, PageNumber)>> {
        let mut printed: BTreeMap<u32, Vec<(SiteNumber, PageNumber)>> = BTreeMap::new();
        for (site, pages) in (0..).zip(by_site) {
            for &page in pages {
                for paragraph in traces.span(page) {
                    let number = traces.numbers()[paragraph];
                    if usize::from(self.of[number as usize].sites) < SITES
                        || traces.shapes()[paragraph].words() < Near::WORDS
                    {
                        continue;
                    }
                    let rows = printed.entry(number).or_default();
                    if rows.len() < SAMPLE && rows.last().is_none_or(|row| row.0 != site) {
                        rows.push((site, page));
                    }
                }
            }
        }
        printed
    }

    /// Words of a family that two sites print.
    fn shared_words(&self, number: u32) -> Option<u32> {
        let reach = self.of[number as usize];
        (reach.sites >= 2).then_some(u32::from(reach.words))
    }
}

/// Whether at least three quarters of the pairs of sites share little else around the family.
fn stands_alone(
    traces: &Traces,
    spread: &Spread,
    number: u32,
    printed: &[(SiteNumber, PageNumber)],
) -> bool {
    let company: Vec<Vec<(u32, u32)>> = printed
        .iter()
        .map(|&(_, page)| {
            let mut others: Vec<(u32, u32)> = traces.numbers()[traces.span(page)]
                .iter()
                .filter(|&&other| other != number)
                .filter_map(|&other| Some((other, spread.shared_words(other)?)))
                .collect();
            others.sort_unstable();
            others.dedup();
            others
        })
        .collect();
    let (mut pairs, mut alone) = (0, 0);
    for (i, a) in company.iter().enumerate() {
        for b in &company[i + 1..] {
            let words: u32 =
                a.iter().filter(|other| b.binary_search(other).is_ok()).map(|other| other.1).sum();
            pairs += 1;
            alone += usize::from(words < COMPANY);
        }
    }
    4 * alone >= 3 * pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        text::Prose,
        trace::{Paragraph, Shape},
    };

    /// One page for each site; paragraphs are (family, words).
    fn families(sites: &[Vec<(u64, u32)>]) -> Vec<u64> {
        let mut traces = Traces::new();
        for (number, page) in sites.iter().enumerate() {
            for &(fingerprint, words) in page {
                let shape = Shape::new(words, Prose::Passage, true);
                traces.push_paragraph(Paragraph { fingerprint, shape, wording: 0 }, &[]);
            }
            traces.end_page(&format!("s{number}"), 0, "", "");
        }
        traces.finish().expect("few paragraphs");
        let known = everywhere(&traces, &traces.pages_by_site(), None);
        known.map_or(Vec::new(), |known| {
            known.bank().families().iter().map(|count| count.family).collect()
        })
    }

    #[test]
    fn a_cookie_note_is_known_everywhere_and_a_wire_story_is_not() {
        const NOTE: u64 = 7;
        let note: Vec<Vec<(u64, u32)>> =
            (0..6).map(|site| vec![(100 + site, 30), (NOTE, 25), (200 + site, 30)]).collect();
        assert_eq!(families(&note), [NOTE]);
        assert_eq!(families(&note[..4]), [0_u64; 0]);

        let wire: Vec<Vec<(u64, u32)>> =
            (0..6).map(|site| vec![(1, 30), (2, 25), (3, 40), (200 + site, 30)]).collect();
        assert_eq!(families(&wire), [0_u64; 0]);
    }

    #[test]
    fn short_lines_and_single_sites_say_nothing() {
        let short: Vec<Vec<(u64, u32)>> =
            (0..9).map(|site| vec![(1, 5), (50 + site, 30)]).collect();
        assert_eq!(families(&short), [0_u64; 0]);
    }
}
