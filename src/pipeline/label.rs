//! Labels every paragraph, site by site: groups, bank, marks.

use super::{Settings, families::largest_first, parallel};
use crate::{
    chrome::{
        ChromeFamily, Groups, Labeller, Line, Mark, Singletons, SiteBank, SiteCounts, everywhere,
    },
    families::{Occurrence, Occurrences},
    page::{PageNumber, SiteNumber},
    trace::Traces,
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

pub(super) fn label(settings: &Settings, traces: &Traces, by_site: &[Vec<PageNumber>]) -> Labels {
    let known = everywhere(traces, settings.seeds.as_ref());
    let order = largest_first(by_site);
    let of_sites = parallel::map(
        settings.threads,
        &order,
        || Labeller::new(settings.recipe.chrome_level),
        |labeller, site| label_site(labeller, known.as_ref(), traces, site, &by_site[site]),
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

/// What the pages of a site teach about it.
pub(super) fn site_bank(traces: &Traces, pages: &[PageNumber]) -> SiteBank {
    let occurrences = Occurrences::of(traces, pages);
    SiteBank::count(&occurrences, &Groups::of(&occurrences), Singletons::Drop)
}

fn label_site(
    labeller: &mut Labeller,
    known: Option<&SiteBank>,
    traces: &Traces,
    site: usize,
    pages: &[PageNumber],
) -> SiteLabels {
    let occurrences = Occurrences::of(traces, pages);
    let groups = Groups::of(&occurrences);
    let bank = SiteBank::count(&occurrences, &groups, Singletons::Drop);

    let mut marks = Vec::new();
    let mut starts = Vec::with_capacity(pages.len());
    for &page in pages {
        starts.push(marks.len());
        let lines = traces.span(page).map(|paragraph| Line {
            family: traces.families()[paragraph],
            shape: traces.shapes()[paragraph],
        });
        let labels = labeller.label(lines, &bank, known);
        let shapes = &traces.shapes()[traces.span(page)];
        marks.extend(labels.iter().zip(shapes).map(|(label, &shape)| Mark::of(label, shape)));
    }

    let number = SiteNumber::try_from(site).unwrap_or(SiteNumber::MAX);
    let mut chrome = Vec::new();
    for rows in occurrences.families() {
        let family = rows[0].family;
        // What one page has is listed page by page, unless it is known from elsewhere.
        let is_known = known.is_some_and(|bank| bank.family(family).is_some());
        if is_known || bank.family(family).is_some() {
            let mark = |row: &Occurrence| marks[starts[row.page as usize] + row.at as usize];
            chrome.extend(ChromeFamily::of(number, &bank, rows, &occurrences, mark));
        }
    }
    let counts = SiteCounts::of(pages.len(), &groups, &marks);
    SiteLabels { marks, chrome, counts }
}
