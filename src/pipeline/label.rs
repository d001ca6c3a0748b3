//! Labels every paragraph, site by site: groups, bank, marks.

use super::{Settings, Underway, families::largest_first, parallel};
use crate::{
    chrome::{ChromeFamily, Facts, Groups, Known, Labeller, Mark, SiteCounts, Tally},
    families::Occurrences,
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
) -> Labels {
    let order = largest_first(by_site);
    let of_sites = parallel::map(
        settings.threads,
        &order,
        || Labeller::new(settings.recipe.chrome_level),
        |labeller, site| {
            let labels =
                label_site(labeller, known, traces, site, &by_site[site], &settings.recipe);
            now.advance(by_site[site].len() as u64);
            labels
        },
    );
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
    labels
}

/// A site whose families are counted.
pub(super) struct Counted<'a> {
    pub(super) site: Occurrences<'a>,
    pub(super) groups: Groups,
    tally: Tally,
    followed: Vec<u32>,
    twice: Vec<bool>,
    known: Option<&'a Known>,
}

impl<'a> Counted<'a> {
    pub(super) fn of(
        traces: &'a Traces,
        pages: &'a [PageNumber],
        known: Option<&'a Known>,
    ) -> Counted<'a> {
        let site = Occurrences::of(traces, pages);
        let groups = Groups::of(&site);
        let tally = Tally::of(&site, &groups);
        let followed = tally.followed(&site, &groups);
        let twice = Tally::twice(&site);
        Counted { site, groups, tally, followed, twice, known }
    }

    fn is_known(&self, family: usize) -> bool {
        self.known.is_some_and(|known| known.has(self.site.number(family)))
    }

    /// What the labels of the site's page `page` are decided on.
    pub(super) fn facts(&self, page: usize) -> impl Iterator<Item = Facts> + '_ {
        let traces = self.site.traces();
        let shapes = &traces.shapes()[traces.span(self.site.pages()[page])];
        self.site.span(page).zip(shapes).map(|(paragraph, &shape)| {
            let family = self.site.family_of()[paragraph] as usize;
            let in_groups = self.tally.groups(family);
            let counts = [in_groups, self.site.pages_with(family), self.site.occurrences(family)];
            Facts {
                shape,
                counts: (in_groups >= 2).then_some(counts),
                of: None,
                followed: self.followed[paragraph],
                twice: self.twice[paragraph],
                elsewhere: self.is_known(family).then_some(Known::EVIDENCE),
            }
        })
    }
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
    let counted = Counted::of(traces, pages, known);
    let Counted { site, groups, tally, .. } = &counted;

    let mut marks = Vec::with_capacity(site.paragraphs());
    let mut wordings = Vec::with_capacity(site.paragraphs());
    let number = SiteNumber::try_from(number).unwrap_or(SiteNumber::MAX);
    let spares = recipe.spares(traces.sites.name(number));
    for (page, &number) in pages.iter().enumerate() {
        wordings.extend_from_slice(&traces.wordings()[traces.span(number)]);
        let shapes = &traces.shapes()[traces.span(number)];
        mark_page(labeller, counted.facts(page), shapes, (groups.len(), spares), &mut marks);
    }
    let chrome = (0..site.families())
        // What one page has is listed page by page, unless it is known from elsewhere.
        .filter(|&family| tally.groups(family) >= 2 || counted.is_known(family))
        .filter_map(|family| {
            let of = (tally.groups(family), groups.len());
            ChromeFamily::of(number, site, family, of, &marks, &wordings)
        })
        .collect();
    let counts = SiteCounts::of(pages.len(), groups, &marks);
    SiteLabels { marks, chrome, counts }
}
