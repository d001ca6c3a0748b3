//! Labels every paragraph, site by site: groups, bank, marks.

use super::{Settings, Underway, families::largest_first, parallel};
use crate::{
    Result,
    chrome::{ChromeFamily, CountedSite, Facts, Known, Labeller, Mark, SiteCounts},
    page::{PageNumber, SiteNumber},
    recipe::Recipe,
    trace::{Shape, Traces},
};

/// Labels of a corpus.
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// By paragraph, counted over all pages.
    pub(super) marks: Vec<Mark>,
    /// Families that are chrome, without their text, site by site.
    pub(super) chrome: Vec<ChromeFamily>,
    /// By site number.
    pub(super) sites: Vec<SiteCounts>,
}

/// What one site gave.
struct SiteLabels {
    marks: Vec<Mark>,
    chrome: Vec<ChromeFamily>,
    counts: SiteCounts,
}

/// Labels the paragraphs of the sites whose pages are given.
pub(super) fn label(
    settings: &Settings,
    traces: &Traces,
    by_site: &[Vec<PageNumber>],
    known: Option<&Known>,
    now: Underway<'_>,
) -> Result<Labels> {
    let order = largest_first(by_site);
    let of_sites = parallel::map(
        now,
        settings.workers().threads,
        &order,
        || Labeller::new(settings.recipe.chrome_level),
        |labeller, site| {
            let labels =
                label_site(labeller, known, traces, site, &by_site[site], &settings.recipe);
            now.advance(by_site[site].len() as u64);
            labels
        },
    )?;
    let mut labels =
        Labels { marks: vec![Mark::default(); traces.paragraphs()], ..Labels::default() };
    for (of_site, pages) in of_sites.into_iter().zip(by_site) {
        let mut rest = of_site.marks.as_slice();
        for &page in pages {
            let span = traces.span(page);
            let (mine, others) = rest.split_at(span.len());
            labels.marks[span].copy_from_slice(mine);
            rest = others;
        }
        labels.chrome.extend(of_site.chrome);
        labels.sites.push(of_site.counts);
    }
    Ok(labels)
}

/// Labels a page of a site of so many groups of pages, of which nothing is to be chrome if it is spared, and appends the
/// marks.
pub(super) fn mark_page(
    labeller: &mut Labeller,
    facts: impl Iterator<Item = Facts>,
    shapes: &[Shape],
    (groups, spares): (u32, bool),
    marks: &mut Vec<Mark>,
) {
    let labels = labeller.label_facts(facts, groups);
    marks.extend(labels.iter().zip(shapes).map(|(label, &shape)| {
        let mark = Mark::of(label, shape);
        if spares { mark.spared() } else { mark }
    }));
}

fn label_site(
    labeller: &mut Labeller,
    known: Option<&Known>,
    traces: &Traces,
    number: usize,
    pages: &[PageNumber],
    recipe: &Recipe,
) -> SiteLabels {
    let counted = CountedSite::of(traces, pages, known);
    let (site, groups) = (counted.site(), counted.groups());

    let mut marks = Vec::with_capacity(site.paragraphs());
    let number = SiteNumber::try_from(number).unwrap_or(SiteNumber::MAX);
    let spares = recipe.spares(traces.sites.name(number));
    for (page, &number) in pages.iter().enumerate() {
        let shapes = &traces.shapes()[traces.span(number)];
        mark_page(labeller, counted.facts(page), shapes, (groups.len(), spares), &mut marks);
    }
    let chrome = (0..site.families())
        // What one page has is listed page by page, unless it is known from elsewhere.
        .filter(|&family| {
            counted.groups_with(family) >= 2 || counted.known_family(family).is_some()
        })
        .filter_map(|family| {
            let of = (counted.groups_with(family), groups.len());
            ChromeFamily::of(number, site, family, of, &marks, counted.wordings())
        })
        .collect();
    let counts = SiteCounts::of(pages.len(), groups, &marks);
    SiteLabels { marks, chrome, counts }
}
