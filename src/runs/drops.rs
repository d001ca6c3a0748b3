//! Which pages are left out because their text stands elsewhere.

use super::KnownCopies;
use crate::{
    base::{page::PageNumber, recipe::Recipe},
    copies::Share,
    engine::Findings,
    evidence::{CleanOptions, CopiesAction, KnownMark},
    index::Disposition,
};

/// Least share of a page's text that its lead has before the page may be dropped. Below, a tenth of
/// it or more would be lost.
pub(super) const COVERED: Share = Share::new(9, 10);

/// Says which pages are dropped.
pub(super) struct Drops<'a> {
    recipe: &'a Recipe,
    copies: CopiesAction,
    /// None if pages are not compared with each other.
    findings: Option<&'a Findings>,
    /// None if there is no index, or each page comes with what is known of it.
    known: Option<&'a KnownCopies>,
}

impl<'a> Drops<'a> {
    pub(super) fn new(
        recipe: &'a Recipe,
        options: CleanOptions,
        findings: Option<&'a Findings>,
    ) -> Drops<'a> {
        Drops { recipe, copies: options.copies, findings, known: None }
    }

    /// The same with what an index has.
    pub(super) fn with_known(self, known: Option<&'a KnownCopies>) -> Drops<'a> {
        Drops { known, ..self }
    }

    /// What becomes of a page of `site`.
    pub(super) fn fate(&self, page: PageNumber, site: &str) -> Disposition {
        let known = self.known.and_then(|known| known.of(page));
        let is_dropped = self.for_known(site, known) || self.for_lead(page);
        if is_dropped { Disposition::Dropped } else { Disposition::Kept }
    }

    /// Whether the page is left out because of its lead: that stays and has nearly all of it.
    pub(super) fn for_lead(&self, page: PageNumber) -> bool {
        let Some(findings) = self.findings.filter(|_| self.copies == CopiesAction::Drop) else {
            return false;
        };
        let stays = |lead: PageNumber| {
            let known = self.known.and_then(|known| known.of(lead));
            !self.for_known(findings.pages.site_of(lead), known)
        };
        !self.recipe.spares(findings.pages.site_of(page))
            && findings.member(page).is_some_and(|(cluster, member)| {
                member.held().at_least(COVERED) && stays(cluster.lead)
            })
    }

    /// Whether a page of `site` is left out because of a known page.
    pub(super) fn for_known(&self, site: &str, known: Option<&KnownMark>) -> bool {
        self.copies == CopiesAction::Drop
            && !self.recipe.spares(site)
            && known.is_some_and(|known| known.is_reason)
    }
}
