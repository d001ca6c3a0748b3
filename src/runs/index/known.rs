//! The known page that each page of a run copies, for those who rewrite pages.

use super::{FoundPage, IndexPass, LabelsFrom, find_in_index};
use crate::{
    Result,
    base::page::PageNumber,
    engine::{Findings, Observer, Settings},
    evidence::KnownMark,
    index::{Disposition, Index, KnownCopy},
    records::Corpus,
    runs::drops::COVERED,
};

/// Known pages by the pages that copy them.
#[derive(Clone, Debug, Default)]
pub struct KnownCopies {
    /// Ascending by page.
    marks: Vec<(PageNumber, KnownMark)>,
}

impl KnownCopies {
    /// The known page that `page` copies.
    pub fn of(&self, page: PageNumber) -> Option<&KnownMark> {
        let at = self.marks.binary_search_by_key(&page, |mark| mark.0).ok()?;
        Some(&self.marks[at].1)
    }

    /// Pages that copy a known one.
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }
}

/// Looks all pages of a run up in `index`; those that copy a known one are handed to `sink`, too.
///
/// # Errors
///
/// As [`find_in_index`].
pub fn known_copies(
    corpus: &Corpus,
    settings: &Settings,
    findings: &Findings,
    index: &Index,
    sink: &mut dyn FnMut(&FoundPage) -> Result<()>,
    observer: &dyn Observer,
) -> Result<KnownCopies> {
    let mut known = KnownCopies::default();
    let keep = |found: FoundPage| {
        if let Some(mark) = mark_of(&found, index)? {
            sink(&found)?;
            known.marks.push((found.number, mark));
        }
        Ok(())
    };
    let labels = LabelsFrom::Scan(&findings.pages);
    let pass = IndexPass { corpus, settings, labels, rejects: None, observer };
    find_in_index(pass, index, keep)?;
    Ok(known)
}

/// Of the known pages that a page copies the first that is a reason to drop it, or else the first.
pub(in crate::runs) fn mark_of(found: &FoundPage, index: &Index) -> Result<Option<KnownMark>> {
    let reason = found.copies.iter().find(|copy| is_reason(found.fate, copy));
    let Some(copy) = reason.or(found.copies.first()) else { return Ok(None) };
    Ok(Some(KnownMark {
        id: index.name(copy.page, &copy.about).into_owned(),
        site: index.site(copy.page)?.to_owned(),
        page: copy.page,
        relation: copy.verdict.relation,
        held: copy.held(),
        is_reason: reason.is_some(),
    }))
}

/// Whether a page may be dropped because of a known one. That must have nearly all of it and not have been dropped
/// itself; and a page that was kept is kept when it comes again, for others may have been dropped because of it.
fn is_reason(fate: Disposition, copy: &KnownCopy) -> bool {
    fate != Disposition::Kept && copy.fate != Disposition::Dropped && copy.held().at_least(COVERED)
}
