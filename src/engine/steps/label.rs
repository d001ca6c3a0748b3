//! Labels every paragraph, site by site: groups, bank, marks.

use super::near::largest_first;
use crate::{
    Result,
    base::{
        page::{PageNumber, SiteNumber},
        recipe::Recipe,
    },
    chrome::{
        ChromeFamily, CountedSite, Facts, FamilyEvidence, KindSet, KindTotals, Known, Labeller,
        Mark, SiteCounts, Spared,
    },
    engine::{Settings, Shard, Underway, parallel},
    table::{PageColumns, Shape},
};

/// Labels of a shard. Sites and pages have the numbers of the input.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    /// By paragraph, counted over all pages.
    pub(crate) marks: Vec<Mark>,
    /// Families that are chrome, without their text, site by site.
    pub(crate) chrome: Vec<ChromeFamily>,
    /// By site of the shard.
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

/// Labels the paragraphs of a shard.
pub(crate) fn label(
    settings: &Settings,
    shard: &Shard,
    known: Option<&Known>,
    now: Underway<'_>,
) -> Result<Labels> {
    let Shard { columns, by_site, sites } = shard;
    let order = largest_first(by_site);
    let of_sites = parallel::map(
        now,
        settings.workers().threads,
        &order,
        || Labeller::new(settings.recipe.chrome_level),
        |labeller, site| {
            let labels =
                label_site(labeller, known, columns, sites[site], &by_site[site], &settings.recipe);
            now.advance(by_site[site].len() as u64);
            labels
        },
    )?;
    let mut labels =
        Labels { marks: vec![Mark::default(); columns.paragraphs()], ..Labels::default() };
    for (of_site, pages) in of_sites.into_iter().zip(by_site) {
        let mut rest = of_site.marks.as_slice();
        for &page in pages {
            let span = columns.span(page);
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
    columns: &PageColumns,
    number: SiteNumber,
    pages: &[PageNumber],
    recipe: &Recipe,
) -> SiteLabels {
    let counted = CountedSite::of(columns, pages, known);
    let (site, groups) = (counted.site(), counted.groups());

    let mut marks = Vec::with_capacity(site.paragraphs());
    let (mut kinds, mut of_site) = (KindTotals::default(), KindSet::default());
    let name = pages.first().map_or("", |&page| columns.sites.name(columns.page(page).site));
    let spared = Spared::of(recipe, name);
    for (page, &number) in pages.iter().enumerate() {
        let shapes = &columns.shapes()[columns.span(number)];
        let first = marks.len();
        mark_page(labeller, counted.facts(page), shapes, (groups.len(), spared), &mut marks);
        kinds.add_page(marks[first..].iter().map(|mark| mark.kind()), &mut of_site);
    }
    kinds.add_site(of_site);
    let mut chrome = Vec::new();
    for family in 0..site.families() {
        let stats = counted.stats(family);
        // What one page has is listed page by page, unless it is known from elsewhere.
        if stats.groups < 2 && counted.known_family(family).is_none() {
            continue;
        }
        let mut evidence = FamilyEvidence::default();
        for &row in site.rows(family) {
            let mark = marks[row as usize];
            if let (Some(place), Some(kind)) = (mark.place(), mark.kind()) {
                let page = columns.page(site.pages()[site.page_of(row) as usize]).number;
                evidence.add(place, kind, (page, site.at(row)));
            }
        }
        chrome.extend(evidence.finish(number, (stats.groups, groups.len()), stats.variants));
    }
    let counts = SiteCounts::of(pages.len(), groups, &marks);
    SiteLabels { marks, chrome, counts, kinds }
}
