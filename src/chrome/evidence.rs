//! What makes the labels of a site checkable: counts of its families and of the site itself.

use serde::{Deserialize, Serialize};

use super::{Groups, Mark};
use crate::base::page::{Kind, PageNumber, Place, SiteNumber};

/// A family that is chrome on a site, and the counts that say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChromeFamily {
    /// The site.
    pub site: SiteNumber,
    /// Distinct pages that have it: re-captures and copies on the same site count once.
    pub pages: u32,
    /// Distinct pages of the site.
    pub of: u32,
    /// Where it stands on most pages.
    pub place: Place,
    /// What most of its paragraphs are.
    pub kind: Kind,
    /// How many wordings it has, as printed.
    pub variants: u32,
    /// Page and paragraph where it occurs first.
    pub first: (PageNumber, u32),
    /// Its text there; filled in when the page is read again.
    pub text: String,
}

/// Gathers the evidence for one family: its paragraphs that are chrome, in any order.
#[derive(Clone, Debug, Default)]
pub struct FamilyEvidence {
    places: [usize; 3],
    kinds: KindCounts,
    first: Option<(PageNumber, u32)>,
}

impl FamilyEvidence {
    /// Adds a paragraph of chrome: its page and its number there.
    pub fn add(&mut self, place: Place, kind: Kind, at: (PageNumber, u32)) {
        self.places[place as usize] += 1;
        self.kinds.add(Some(kind), 1);
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
    }

    /// The evidence, or none if the family is nowhere chrome. `pages` groups of the site's `of` have the family, in
    /// `variants` wordings.
    pub fn finish(
        &self,
        site: SiteNumber,
        (pages, of): (u32, u32),
        variants: u32,
    ) -> Option<ChromeFamily> {
        let (place, kind) = (most(self.places)?, self.kinds.most());
        let text = String::new();
        Some(ChromeFamily { site, pages, of, place, kind, variants, first: self.first?, text })
    }
}

/// A paragraph that is chrome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChromeRow {
    /// Its family.
    pub family: u64,
    /// Its page in the input, and its number there.
    pub at: (PageNumber, u32),
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
    /// Groups of pages that have its family.
    pub groups: u32,
    /// How many wordings its family has.
    pub variants: u32,
}

/// The evidence for families of a site: `rows` are all chrome of some of its families, in any order; `groups` is how
/// many groups of pages the site has.
pub fn evidence(
    number: SiteNumber,
    groups: u32,
    rows: &mut [ChromeRow],
) -> impl Iterator<Item = ChromeFamily> {
    rows.sort_unstable_by_key(|row| (row.family, row.at));
    rows.chunk_by(|a, b| a.family == b.family).filter_map(move |rows| {
        let mut evidence = FamilyEvidence::default();
        for row in rows {
            evidence.add(row.place, row.kind, row.at);
        }
        let first = rows.first()?;
        evidence.finish(number, (first.groups, groups), first.variants)
    })
}

/// Where most of the paragraphs of a family stand, of so many in each place; none if it is nowhere chrome.
pub(super) fn most(places: [usize; 3]) -> Option<Place> {
    let most = *places.iter().max()?;
    let at = places.iter().position(|&count| count == most && count > 0)?;
    Some([Place::Head, Place::Inside, Place::Foot][at])
}

/// How many are of each kind of chrome, by its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindCounts(pub [u64; Kind::ALL.len()]);

impl KindCounts {
    /// Counts paragraphs of a kind; body is not counted.
    pub fn add(&mut self, kind: Option<Kind>, count: u64) {
        if let Some(kind) = kind {
            self.0[kind as usize] += count;
        }
    }

    fn add_set(&mut self, kinds: KindSet) {
        for kind in Kind::ALL.into_iter().filter(|&kind| kinds.0 >> kind as u16 & 1 != 0) {
            self.add(Some(kind), 1);
        }
    }

    /// The kind of most of them. Of equals the first that a word tells of.
    pub fn most(&self) -> Kind {
        let told = Kind::ALL.into_iter().skip(1).rev().max_by_key(|&kind| self.0[kind as usize]);
        match told {
            Some(kind) if self.0[kind as usize] >= self.0[0].max(1) => kind,
            _ => Kind::Other,
        }
    }
}

/// On how many sites and pages chrome of each kind stands, and in how many paragraphs, by the kind's number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindTotals {
    /// Sites.
    pub sites: KindCounts,
    /// Pages.
    pub pages: KindCounts,
    /// Paragraphs.
    pub paragraphs: KindCounts,
}

/// The kinds that some paragraphs are of, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindSet(u16);

impl KindTotals {
    /// Counts a page of such paragraphs, body or a kind of chrome each; what kinds it has is added to `of_site`.
    pub fn add_page(
        &mut self,
        paragraphs: impl Iterator<Item = Option<Kind>>,
        of_site: &mut KindSet,
    ) {
        let mut kinds = KindSet::default();
        for kind in paragraphs.flatten() {
            kinds.0 |= 1 << kind as u16;
            self.paragraphs.add(Some(kind), 1);
        }
        self.pages.add_set(kinds);
        of_site.0 |= kinds.0;
    }

    /// Counts a site whose pages have these kinds.
    pub fn add_site(&mut self, kinds: KindSet) {
        self.sites.add_set(kinds);
    }

    /// Adds what was counted of other sites.
    pub fn add(&mut self, others: &KindTotals) {
        for kind in Kind::ALL {
            let at = kind as usize;
            self.sites.0[at] += others.sites.0[at];
            self.pages.0[at] += others.pages.0[at];
            self.paragraphs.0[at] += others.paragraphs.0[at];
        }
    }
}

/// How sure the labels of a site can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// One distinct page: only lines known beforehand can be chrome.
    None,
    /// Two to five distinct pages.
    Thin,
    /// More.
    Good,
}

impl Evidence {
    /// The word used in files and on the terminal.
    pub fn word(self) -> &'static str {
        match self {
            Evidence::None => "none",
            Evidence::Thin => "thin",
            Evidence::Good => "good",
        }
    }
}

/// What was counted on a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteCounts {
    /// Pages.
    pub pages: u64,
    /// Groups of pages that are one page.
    pub distinct: u64,
    /// Paragraphs.
    pub paragraphs: u64,
    /// Paragraphs that are chrome.
    pub chrome: u64,
}

impl SiteCounts {
    /// Counts a site whose paragraphs are marked.
    pub fn of(pages: usize, groups: &Groups, marks: &[Mark]) -> SiteCounts {
        let distinct = u64::from(groups.len());
        let mut counts = SiteCounts { pages: pages as u64, distinct, ..SiteCounts::default() };
        counts.add(marks);
        counts
    }

    /// Counts more of its paragraphs.
    pub fn add(&mut self, marks: &[Mark]) {
        self.paragraphs += marks.len() as u64;
        self.chrome += marks.iter().filter(|mark| mark.is_chrome()).count() as u64;
    }

    /// How sure its labels can be.
    pub fn evidence(&self) -> Evidence {
        match self.distinct {
            0 | 1 => Evidence::None,
            2..=5 => Evidence::Thin,
            _ => Evidence::Good,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_names_the_first_paragraph_and_the_commonest_place() {
        let row = |family, page, place| ChromeRow {
            family,
            at: (page, 3),
            place,
            kind: [Kind::Other, Kind::Share, Kind::Legal][page as usize % 3],
            groups: 4,
            variants: 2,
        };
        let mut rows = [
            row(7, 9, Place::Foot),
            row(5, 1, Place::Head),
            row(7, 2, Place::Inside),
            row(7, 8, Place::Foot),
        ];
        let found: Vec<ChromeFamily> = evidence(6, 30, &mut rows).collect();
        let of = |family: &ChromeFamily| {
            (family.first, family.place, family.kind, family.pages, family.of)
        };
        assert_eq!(
            found.iter().map(of).collect::<Vec<_>>(),
            [((1, 3), Place::Head, Kind::Share, 4, 30), ((2, 3), Place::Foot, Kind::Legal, 4, 30),]
        );
    }
}
