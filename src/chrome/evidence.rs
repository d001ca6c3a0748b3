//! What makes the labels of a site checkable: counts of its families and of the site itself.

use super::{Groups, Mark, SiteBank};
use crate::{
    families::{Occurrence, Occurrences},
    page::{PageNumber, Place, SiteNumber},
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
    /// How many wordings it has, as printed.
    pub variants: u32,
    /// Page and paragraph where it occurs first.
    pub first: (PageNumber, u32),
    /// Its text there; filled in when the page is read again.
    pub text: String,
}

impl ChromeFamily {
    /// The evidence for a family, or none if it is nowhere chrome. `rows` are its occurrences on the
    /// site, `mark` gives their labels.
    pub fn of(
        site: SiteNumber,
        bank: &SiteBank,
        rows: &[Occurrence],
        occurrences: &Occurrences<'_>,
        mark: impl Fn(&Occurrence) -> Mark,
    ) -> Option<ChromeFamily> {
        let mut places = [0_usize; 3];
        for place in rows.iter().filter_map(|row| mark(row).place()) {
            places[place as usize] += 1;
        }
        let most = *places.iter().max()?;
        if most == 0 {
            return None;
        }
        let place =
            [Place::Head, Place::Inside, Place::Foot][places.iter().position(|&n| n == most)?];
        let mut wordings: Vec<u32> = rows
            .iter()
            .map(|row| occurrences.traces().wordings()[occurrences.paragraph(row)])
            .collect();
        wordings.sort_unstable();
        wordings.dedup();
        Some(ChromeFamily {
            site,
            pages: bank.family(rows[0].family).map_or(1, |count| count.groups),
            of: bank.groups(),
            place,
            variants: u32::try_from(wordings.len()).unwrap_or(u32::MAX),
            first: rows
                .iter()
                .filter(|row| mark(row).is_chrome())
                .map(|row| (occurrences.pages()[row.page as usize], row.at))
                .min()?,
            text: String::new(),
        })
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
        SiteCounts {
            pages: pages as u64,
            distinct: u64::from(groups.len()),
            paragraphs: marks.len() as u64,
            chrome: marks.iter().filter(|mark| mark.is_chrome()).count() as u64,
        }
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
