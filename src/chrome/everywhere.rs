//! Chrome of many sites: cookie notes, agency blurbs, feet of content systems.
//!
//! A site of two pages teaches nothing about its cookie note, but four other sites print the same one.
//! So does a wire story's paragraph. What tells them apart is company: a story's paragraphs come
//! together on every site, a note stands alone among words that differ from site to site (STUDY.md
//! section 1.9: of 18 families that stand alone on five pages and more none was body).

use super::SiteBank;
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

/// The bank of what stands alone on many sites, together with what was `known` beforehand.
///
/// Looks at paragraphs of eight words and more. Takes a sort of 24 bytes for each of them, and a few
/// look-ups for those that are on five sites and more.
pub fn everywhere(traces: &Traces, known: Option<&SiteBank>) -> Option<SiteBank> {
    let mut families: Vec<u64> =
        known.iter().flat_map(|bank| bank.families().iter().map(|count| count.family)).collect();
    if traces.sites.len() >= SITES {
        let printed = printed(traces);
        // Ascending, as `printed` is.
        let shared: Vec<(u64, u32)> = printed
            .chunk_by(|a, b| a.family == b.family)
            .filter(|run| run.len() >= 2)
            .map(|run| (run[0].family, run[0].words))
            .collect();
        families.extend(
            printed
                .chunk_by(|a, b| a.family == b.family)
                .filter(|run| run.len() >= SITES && stands_alone(traces, &shared, run))
                .map(|run| run[0].family),
        );
    }
    (known.is_some() || !families.is_empty()).then(|| SiteBank::known(families))
}

/// A family on a site, and the first page that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Printed {
    family: u64,
    site: SiteNumber,
    page: PageNumber,
    words: u32,
}

/// Every long family of every site once, sorted.
fn printed(traces: &Traces) -> Vec<Printed> {
    let mut rows = Vec::new();
    for page in (0..).take(traces.len()) {
        let PageTrace { site, .. } = traces.page(page);
        for paragraph in traces.span(page) {
            let words = traces.shapes()[paragraph].words();
            if words >= Near::WORDS {
                rows.push(Printed { family: traces.families()[paragraph], site, page, words });
            }
        }
    }
    rows.sort_unstable();
    rows.dedup_by_key(|row| (row.family, row.site));
    rows
}

/// Whether at least three quarters of the pairs of sites share little else around the family.
fn stands_alone(traces: &Traces, shared: &[(u64, u32)], run: &[Printed]) -> bool {
    let company: Vec<Vec<(u64, u32)>> = run
        .iter()
        .take(SAMPLE)
        .map(|row| {
            let mut others: Vec<(u64, u32)> = traces
                .span(row.page)
                .map(|paragraph| traces.families()[paragraph])
                .filter(|&family| family != row.family)
                .filter_map(|family| {
                    let at = shared.binary_search_by_key(&family, |other| other.0).ok()?;
                    Some(shared[at])
                })
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
        let bank = everywhere(&traces, None);
        bank.map_or(Vec::new(), |bank| bank.families().iter().map(|c| c.family).collect())
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
