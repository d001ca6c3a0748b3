//! Chrome of many sites: cookie notes, agency blurbs, feet of content systems.
//!
//! A site of two pages teaches nothing about its cookie note, but four other sites print the same one.
//! So does a wire story's paragraph. What tells them apart is company: a story's paragraphs come
//! together on every site, a note stands alone among words that differ from site to site
//! (docs/method.md, section 7: of 18 families that stand alone on five pages and more none was body).

use std::ops::Range;

use super::SeedBank;
use crate::{
    base::page::{PageNumber, SiteNumber},
    table::{Near, PageTrace, Pieces, Traces, part},
};

/// Least number of sites.
pub(super) const SITES: usize = 5;
/// Sites looked at, one page each.
pub(super) const SAMPLE: usize = 12;
/// Words of other shared paragraphs that make company.
const COMPANY: u32 = 20;

/// Where a line is known from beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The list of known lines: what they are was said.
    Seeds,
    /// Other sites of the corpus: it stands alone on many.
    Sites,
}

/// What is known of every site: families, by their numbers.
#[derive(Clone, Debug)]
pub struct Known {
    is: Vec<Option<Origin>>,
    families: Vec<u64>,
}

impl Known {
    /// What is known of the families of a shard: those of `families`, ascending, `seeds` among them.
    pub fn of(families: &[u64], seeds: Option<&SeedBank>, traces: &Traces) -> Known {
        let origin = |&family: &u64| {
            let is_known = families.binary_search(&family).is_ok();
            is_known.then(|| Origin::of(family, seeds))
        };
        Known { is: traces.families().iter().map(origin).collect(), families: families.to_vec() }
    }

    /// The families that are known.
    pub fn families(&self) -> &[u64] {
        &self.families
    }

    /// Where a family is known from, if it is.
    #[inline]
    pub fn origin(&self, number: u32) -> Option<Origin> {
        self.is[number as usize]
    }
}

impl Origin {
    /// Where a family that is known is known from.
    fn of(family: u64, seeds: Option<&SeedBank>) -> Origin {
        if seeds.is_some_and(|seeds| seeds.has(family)) { Origin::Seeds } else { Origin::Sites }
    }
}

/// What stands alone on many sites, together with what was `known` beforehand.
///
/// Looks at paragraphs of eight words and more. Takes one pass over all pages, site by site, with 12
/// bytes a family and 8 for each of its first few sites, and a few look-ups for families that are on five sites and more.
/// Each of the `pieces` makes the pass for a share of the families; their number does not change the result.
pub fn everywhere(
    traces: &Traces,
    by_site: &[Vec<PageNumber>],
    known: Option<&SeedBank>,
    pieces: &impl Pieces,
) -> Option<Known> {
    let mut is = Vec::new();
    let mut families = Vec::new();
    if let Some(bank) = known {
        is = vec![None; traces.families().len()];
        families.extend_from_slice(bank.families());
        for (is, &family) in is.iter_mut().zip(traces.families()) {
            *is = bank.has(family).then_some(Origin::Seeds);
        }
    }
    if by_site.len() >= SITES {
        let mut spread = Spread::of(traces, by_site, pieces);
        let mut printed = spread.on_many();
        // Families on the same pages keep the same company.
        printed.sort_unstable();
        for same in printed.chunk_by(|a, b| a.0 == b.0) {
            let shared = shared(traces, &spread, &same[0].0);
            for &(_, number) in same {
                if stands_alone(&shared, spread.words(number)) {
                    is.resize(traces.families().len(), None);
                    is[number as usize].get_or_insert(Origin::Sites);
                    families.push(traces.families()[number as usize]);
                }
            }
        }
    }
    (known.is_some() || !families.is_empty()).then(|| {
        is.resize(traces.families().len(), None);
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
    /// Families, and their first page on each of the first few sites but the first one; site by site.
    further: Vec<(u32, PageNumber)>,
}

impl Spread {
    fn of(traces: &Traces, by_site: &[Vec<PageNumber>], pieces: &impl Pieces) -> Spread {
        let families = traces.families().len();
        let count = pieces.count();
        let parts = pieces
            .map(count, |piece| Spread::of_some(traces, by_site, part(piece, count, families)));
        let mut all = Spread { of: Vec::with_capacity(families), further: Vec::new() };
        for mut part in parts {
            all.of.append(&mut part.of);
            all.further.append(&mut part.further);
        }
        all
    }

    /// The reach of some families.
    fn of_some(traces: &Traces, by_site: &[Vec<PageNumber>], families: Range<usize>) -> Spread {
        let nowhere = Reach { last: PageTrace::BAD, first: PageNumber::MAX, words: 0, sites: 0 };
        let mut of = vec![nowhere; families.len()];
        let mut further = Vec::new();
        for (site, pages) in (0..).zip(by_site) {
            for &page in pages {
                let span = traces.span(page);
                let shapes = &traces.shapes()[span.clone()];
                for (shape, &number) in shapes.iter().zip(&traces.numbers()[span]) {
                    let words = shape.words();
                    if words < Near::WORDS {
                        continue;
                    }
                    let at = (number as usize).wrapping_sub(families.start);
                    let Some(reach) = of.get_mut(at) else { continue };
                    let words = u16::try_from(words).unwrap_or(u16::MAX);
                    if reach.last != site {
                        reach.last = site;
                        reach.sites = reach.sites.saturating_add(1);
                        if reach.sites == 1 {
                            (reach.first, reach.words) = (page, words);
                        } else if usize::from(reach.sites) <= SAMPLE {
                            further.push((number, page));
                        }
                    }
                    // Wordings of one family may differ in length: of a page's the shortest.
                    if reach.first == page {
                        reach.words = reach.words.min(words);
                    }
                }
            }
        }
        Spread { of, further }
    }

    /// Families on many sites: the first page of each of the first few, and the family.
    fn on_many(&mut self) -> Vec<(Vec<PageNumber>, u32)> {
        let mut rows = std::mem::take(&mut self.further);
        rows.retain(|row| usize::from(self.of[row.0 as usize].sites) >= SITES);
        // Stable: a family's sites stay in order.
        rows.sort_by_key(|row| row.0);
        let printed = |run: &[(u32, PageNumber)]| {
            let first = self.of[run[0].0 as usize].first;
            (std::iter::once(first).chain(run.iter().map(|row| row.1)).collect(), run[0].0)
        };
        rows.chunk_by(|a, b| a.0 == b.0).map(printed).collect()
    }

    /// Words of a family.
    fn words(&self, number: u32) -> u32 {
        u32::from(self.of[number as usize].words)
    }

    /// Two sites and more print it.
    fn is_shared(&self, number: u32) -> bool {
        self.of[number as usize].sites >= 2
    }
}

/// For every pair of pages the words of the shared families that both have.
fn shared(traces: &Traces, spread: &Spread, pages: &[PageNumber]) -> Vec<u32> {
    let company: Vec<Vec<u32>> = pages
        .iter()
        .map(|&page| {
            let numbers = &traces.numbers()[traces.span(page)];
            let mut others: Vec<u32> =
                numbers.iter().copied().filter(|&number| spread.is_shared(number)).collect();
            others.sort_unstable();
            others.dedup();
            others
        })
        .collect();
    let company: Vec<&[u32]> = company.iter().map(Vec::as_slice).collect();
    common_words(&company, |number| spread.words(number))
}

/// For every pair of lists of families the words of those on both. Lists ascend.
pub(super) fn common_words(lists: &[&[u32]], words_of: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut shared = Vec::new();
    for (i, a) in lists.iter().enumerate() {
        for b in &lists[i + 1..] {
            let mut theirs = b.iter().copied().peekable();
            let mut words = 0_u32;
            for &number in *a {
                while theirs.next_if(|&other| other < number).is_some() {}
                if theirs.peek() == Some(&number) {
                    words = words.saturating_add(words_of(number));
                }
            }
            shared.push(words);
        }
    }
    shared
}

/// Whether at least three quarters of the pairs of sites share little around a family of so many
/// words, which is on all of them.
pub(super) fn stands_alone(shared: &[u32], words: u32) -> bool {
    let alone = shared.iter().filter(|&&all| all.saturating_sub(words) < COMPANY).count();
    4 * alone >= 3 * shared.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cues::Cue,
        table::{Paragraph, Shape},
        text::Prose,
    };

    /// One after the other, so that families are divided.
    struct Three;

    impl Pieces for Three {
        fn count(&self) -> usize {
            3
        }

        fn map<R: Send>(&self, count: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
            (0..count).map(work).collect()
        }
    }

    /// One page for each site; paragraphs are (family, words).
    fn families(sites: &[Vec<(u64, u32)>]) -> Vec<u64> {
        let mut traces = Traces::new();
        for (number, page) in sites.iter().enumerate() {
            for &(fingerprint, words) in page {
                let shape = Shape::new(words, Prose::Passage, true);
                traces.push_paragraph(
                    Paragraph { fingerprint, shape, cue: Cue::default(), wording: 0 },
                    &[],
                );
            }
            traces.end_page(&format!("s{number}"), 0, "", "");
        }
        traces.finish().expect("few paragraphs");
        let known = everywhere(&traces, &traces.pages_by_site(), None, &Three);
        known.map_or(Vec::new(), |known| known.families().to_vec())
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
