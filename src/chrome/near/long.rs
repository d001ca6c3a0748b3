//! The long families of a site: what near-duplicates are found among, and what other sites may print as well.

use super::Member;
use crate::{
    base::page::{PageNumber, SiteNumber},
    chrome::SiteFamily,
    table::{Near, PageColumns, occurrence::Table},
};

/// A family that stands as a long paragraph on a site.
#[derive(Clone, Copy, Debug)]
pub struct LongFamily {
    /// The family, the pages that have it as a long paragraph, and the first of these paragraphs.
    pub member: Member,
    /// Its fewest words on its first page: wordings of one family may differ in length.
    pub words: u32,
}

impl LongFamily {
    /// What other sites are compared by; `number` is the site's, `pages` are its pages.
    pub fn on_site(
        &self,
        columns: &PageColumns,
        pages: &[PageNumber],
        number: SiteNumber,
    ) -> SiteFamily {
        let Member { fingerprint, sample, .. } = self.member;
        let page = columns.page(pages[sample.0 as usize]).number;
        SiteFamily { family: fingerprint, site: number, page, words: self.words }
    }
}

/// The long families of the site whose pages, in input order, are `pages`, in the order of first appearance.
///
/// One look-up of each long paragraph's family.
pub fn long_families(columns: &PageColumns, pages: &[PageNumber]) -> Vec<LongFamily> {
    let mut table = Table::new(columns, pages);
    let mut numbers: Vec<u32> = Vec::new();
    let mut families: Vec<LongFamily> = Vec::new();
    let mut last_page: Vec<u32> = Vec::new();
    for (page, &of_page) in (0_u32..).zip(pages) {
        let span = columns.span(of_page);
        let shapes = &columns.shapes()[span.clone()];
        for ((at, &number), shape) in (0_u32..).zip(&columns.numbers()[span]).zip(shapes) {
            let words = shape.words();
            if words < Near::WORDS {
                continue;
            }
            let place = table.find(number, &mut numbers) as usize;
            if place == families.len() {
                let fingerprint = columns.families()[number as usize];
                let member = Member { number, fingerprint, pages: 0, sample: (page, at) };
                families.push(LongFamily { member, words });
                last_page.push(u32::MAX);
            }
            let family = &mut families[place];
            if last_page[place] != page {
                last_page[place] = page;
                family.member.pages += 1;
            }
            if family.member.sample.0 == page {
                family.words = family.words.min(words);
            }
        }
    }
    families
}
