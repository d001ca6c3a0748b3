//! The evidence files of a scan: one row a page, a family, a cluster, a pair.
//!
//! Rows stand in input order, and nothing in them depends on time, threads or how the input is split
//! over files, so two runs can be compared byte by byte.

use std::{
    io::{self, Write},
    path::Path,
};

use serde::Serialize;

use super::{
    Findings, MemberFinding,
    rows::{ChromeRow, ClusterRow, MemberRow, PageRow, PairRow, SharedRow},
};
use crate::{Error, Result, page::PageNumber};

/// Writes `pages.jsonl`: every usable page, its chrome and its place in a cluster.
///
/// # Errors
///
/// Those of `out`, which is called `name`, and those of reading pages from disk.
pub fn write_pages(findings: &Findings, out: &mut impl Write, name: &Path) -> Result<()> {
    let mut walk = findings.pages.walk()?;
    let mut rows = Rows::to(out);
    while let Some(page) = walk.next_page()? {
        let Some(site) = page.site else { continue };
        let member = findings.member(page.number);
        let row = PageRow {
            id: page.id,
            site: site.into(),
            paragraphs: page.marks.len(),
            chrome: (0..page.marks.len()).filter(|&at| page.marks[at].is_chrome()).collect(),
            cluster: findings.placed(page.number).map(|placed| placed.cluster),
            lead: member.map(|(cluster, _)| findings.pages.id(cluster.lead)),
            relation: member.map(|(_, member)| member.verdict.relation),
        };
        rows.write(&row).map_err(|e| Error::io(name, e))?;
    }
    Ok(())
}

/// Writes `chrome.jsonl`: families that are chrome on their site, those on most pages first.
///
/// # Errors
///
/// Those of `out`.
pub fn write_chrome(findings: &Findings, out: &mut impl Write) -> io::Result<()> {
    let mut rows = Rows::to(out);
    for family in &findings.chrome {
        let row = ChromeRow {
            site: findings.pages.sites().name(family.site).into(),
            text: family.text.as_str().into(),
            pages: family.pages,
            of: family.of,
            place: family.place,
            variants: family.variants,
        };
        rows.write(&row)?;
    }
    Ok(())
}

/// Writes `clusters.jsonl`: a lead, its copies, and what proves each.
///
/// # Errors
///
/// Those of `out`.
pub fn write_clusters(findings: &Findings, out: &mut impl Write) -> io::Result<()> {
    let mut rows = Rows::to(out);
    for (number, cluster) in findings.clusters.iter().enumerate() {
        let row = ClusterRow {
            cluster: number,
            lead: findings.pages.id(cluster.lead),
            pages: cluster.members.iter().map(|member| member_row(findings, member)).collect(),
        };
        rows.write(&row)?;
    }
    Ok(())
}

fn member_row<'a>(findings: &'a Findings, member: &MemberFinding) -> MemberRow<'a> {
    MemberRow {
        id: findings.pages.id(member.page),
        site: site(findings, member.page).into(),
        relation: member.verdict.relation,
        resemblance: member.verdict.resemblance.into(),
        containment: member.verdict.containment.into(),
        shared: member.passages.iter().map(SharedRow::from).collect(),
    }
}

/// Writes `pairs.tsv`: every verified pair, in the order of its pages.
///
/// Columns: id, id, relation, resemblance, containment (of the shorter in the longer), shared words.
///
/// # Errors
///
/// Those of `out`.
pub fn write_pairs(findings: &Findings, out: &mut impl Write) -> io::Result<()> {
    for link in &findings.links {
        let verdict = &link.verdict;
        let row = PairRow {
            ids: [link.a, link.b].map(|page| findings.pages.id(page)),
            relation: verdict.relation,
            resemblance: verdict.resemblance.into(),
            containment: verdict.containment.into(),
            shared: verdict.shared,
        };
        writeln!(out, "{row}")?;
    }
    Ok(())
}

fn site(findings: &Findings, page: PageNumber) -> &str {
    findings.pages.site_of(page)
}

/// Writes rows of JSON, each whole: a file that gets it piece by piece spends more on the pieces than on the row.
struct Rows<'o, W> {
    out: &'o mut W,
    row: Vec<u8>,
}

impl<'o, W: Write> Rows<'o, W> {
    fn to(out: &'o mut W) -> Rows<'o, W> {
        Rows { out, row: Vec::new() }
    }

    fn write(&mut self, row: &impl Serialize) -> io::Result<()> {
        self.row.clear();
        serde_json::to_writer(&mut self.row, row)?;
        self.row.push(b'\n');
        self.out.write_all(&self.row)
    }
}
