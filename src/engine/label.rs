//! Labels every paragraph, site by site: groups, bank, marks.

use super::{Settings, Underway, families::largest_first, parallel};
use crate::{
    Result,
    base::{
        page::{PageNumber, SiteNumber},
        recipe::Recipe,
    },
    chrome::{
        ChromeFamily, CountedSite, Facts, KindSet, KindTotals, Known, Labeller, Mark, SiteCounts,
        Spared,
    },
    table::{Shape, Traces},
};

/// Labels of a corpus.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    /// By paragraph, counted over all pages.
    pub(crate) marks: Vec<Mark>,
    /// Families that are chrome, without their text, site by site.
    pub(crate) chrome: Vec<ChromeFamily>,
    /// By site number.
    pub(crate) sites: Vec<SiteCounts>,
    /// By kind of chrome.
    pub(crate) kinds: KindTotals,
}

/// What one site gave.
struct SiteLabels {
    marks: Vec<Mark>,
    chrome: Vec<ChromeFamily>,
    counts: SiteCounts,
    kinds: KindTotals,
}

/// Labels the paragraphs of the sites whose pages are given.
pub(crate) fn label(
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
        labels.kinds.add(&of_site.kinds);
    }
    Ok(labels)
}

/// Labels a page of a site of so many groups of pages, of which some is spared, and appends the marks.
pub(crate) fn mark_page(
    labeller: &mut Labeller,
    facts: impl Iterator<Item = Facts>,
    shapes: &[Shape],
    (groups, spared): (u32, Spared),
    marks: &mut Vec<Mark>,
) {
    let labels = labeller.label_facts(facts, groups);
    marks.extend(labels.iter().zip(shapes).map(|(label, &shape)| Mark::of(label, shape, spared)));
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
    let (mut kinds, mut of_site) = (KindTotals::default(), KindSet::default());
    let spared = Spared::of(recipe, traces.sites.name(number));
    for (page, &number) in pages.iter().enumerate() {
        let shapes = &traces.shapes()[traces.span(number)];
        let first = marks.len();
        mark_page(labeller, counted.facts(page), shapes, (groups.len(), spared), &mut marks);
        kinds.add_page(marks[first..].iter().map(|mark| mark.kind()), &mut of_site);
    }
    kinds.add_site(of_site);
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
    SiteLabels { marks, chrome, counts, kinds }
}
