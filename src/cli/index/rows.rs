//! What is said of pages and clusters of an index, as rows.

use std::borrow::Cow;

use crate::{
    Result,
    base::page::PageNumber,
    engine::ClusterFinding,
    evidence::rows::{
        ClusterRow, CreditRow, FoundRow, KnownPassageRow, KnownRow, MemberRow, SharedRow,
    },
    index::{Disposition, Index, KnownCopy},
    runs::{ChangedPage, FoundPage, OtherCluster},
};
use serde::Serialize;

/// What an index calls a page.
fn id(index: &Index, page: PageNumber) -> Result<Cow<'static, str>> {
    Ok(index.name(page, &index.about(page)?).into_owned().into())
}

/// A page that copies known ones; none if it copies none.
pub(crate) fn found<'f>(found: &'f FoundPage, index: &'f Index) -> Result<Option<FoundRow<'f>>> {
    let known = |copy: &'f KnownCopy| {
        Ok(KnownRow {
            id: index.name(copy.page, &copy.about),
            site: index.site(copy.page)?.into(),
            date: copy.about.date.as_str().into(),
            page: copy.page,
            relation: copy.verdict.relation,
            resemblance: copy.verdict.resemblance.into(),
            containment: copy.verdict.containment.into(),
            held: copy.held().into(),
            dropped: copy.fate == Disposition::Dropped,
            shared: copy
                .passages
                .iter()
                .map(|(passage, hash)| KnownPassageRow {
                    here: passage.here,
                    known: passage.lead,
                    words: passage.words,
                    hash: format!("{hash:016x}"),
                })
                .collect(),
        })
    };
    let copies = found.copies.iter().map(known).collect::<Result<Vec<_>>>()?;
    let row = FoundRow { id: found.id.as_str().into(), site: found.site.as_str().into(), copies };
    Ok((!row.copies.is_empty()).then_some(row))
}

/// A cluster of pages of an index.
pub(super) fn cluster<'i>(
    number: usize,
    cluster: &'i ClusterFinding,
    index: &'i Index,
) -> Result<ClusterRow<'i>> {
    let member = |member: &crate::engine::MemberFinding| {
        Ok(MemberRow {
            id: id(index, member.page)?,
            site: index.site(member.page)?.into(),
            relation: member.verdict.relation,
            resemblance: member.verdict.resemblance.into(),
            containment: member.verdict.containment.into(),
            shared: member.passages.iter().map(SharedRow::from).collect(),
        })
    };
    let pages = cluster.members.iter().map(member).collect::<Result<Vec<_>>>()?;
    let credit = cluster.credits.iter().map(CreditRow::from).collect();
    Ok(ClusterRow { cluster: number, lead: id(index, cluster.lead)?, credit, pages })
}

/// A page with other labels.
#[derive(Serialize)]
pub(super) struct ChangedRow<'a> {
    id: &'a str,
    site: &'a str,
    page: PageNumber,
    /// Numbers of the paragraphs that the index has as chrome.
    chrome_then: &'a [usize],
    /// Numbers of those that the run has.
    chrome_now: &'a [usize],
}

pub(super) fn changed(page: &ChangedPage) -> ChangedRow<'_> {
    ChangedRow {
        id: &page.id,
        site: &page.site,
        page: page.page,
        chrome_then: &page.then,
        chrome_now: &page.now,
    }
}

/// A cluster that one side has only.
#[derive(Serialize)]
pub(super) struct OtherRow<'i> {
    /// `index` or `run`.
    only: &'static str,
    lead: Cow<'i, str>,
    copies: Vec<Cow<'i, str>>,
    /// A page of it, or of the clusters of the other side that it meets, has other labels.
    labels_changed: bool,
}

pub(super) fn other<'i>(cluster: &OtherCluster, index: &'i Index) -> Result<OtherRow<'i>> {
    let mut pages = cluster.pages.iter().map(|&page| id(index, page));
    let lead = pages.next().transpose()?.unwrap_or_default();
    Ok(OtherRow {
        only: if cluster.is_of_run { "run" } else { "index" },
        lead,
        copies: pages.collect::<Result<Vec<_>>>()?,
        labels_changed: cluster.is_explained,
    })
}
