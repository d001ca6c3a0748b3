//! What makes the labels of a site checkable: counts of its families and of the site itself.

use serde::{Deserialize, Serialize};

use super::{Groups, Mark};
use crate::{
    base::page::{Kind, PageNumber, Place, SiteNumber},
    table::Occurrences,
};

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

impl ChromeFamily {
    /// The evidence for `family` of a site, or none if it is nowhere chrome. `marks` and `wordings` are those of
    /// the site's paragraphs; `number` is the site's, `groups` are its groups of pages, `pages` those
    /// that have the family.
    pub fn of(
        number: SiteNumber,
        site: &Occurrences<'_>,
        family: usize,
        (pages, groups): (u32, u32),
        marks: &[Mark],
        wordings: &[u32],
    ) -> Option<ChromeFamily> {
        let rows = site.rows(family);
        let (mut places, mut kinds) = ([0_usize; 3], KindCounts::default());
        for &row in rows {
            let mark = marks[row as usize];
            places[mark.place().map_or(0, |place| place as usize)] += usize::from(mark.is_chrome());
            kinds.add(mark.kind(), 1);
        }
        let place = most(places)?;
        let mut variants: Vec<u32> = Vec::new();
        for &row in rows {
            let wording = wordings[row as usize];
            // Mostly all are the same one.
            if variants.last() != Some(&wording) {
                variants.push(wording);
            }
        }
        variants.sort_unstable();
        variants.dedup();
        // Rows are in input order.
        let first = *rows.iter().find(|&&row| marks[row as usize].is_chrome())?;
        Some(ChromeFamily {
            site: number,
            pages,
            of: groups,
            place,
            kind: kinds.most(),
            variants: u32::try_from(variants.len()).unwrap_or(u32::MAX),
            first: (site.pages()[site.page_of(first) as usize], site.at(first)),
            text: String::new(),
        })
    }
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
