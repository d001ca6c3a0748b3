//! The evidence files of a scan: one row a page, a family, a cluster, a pair.
//!
//! Rows stand in input order, and nothing in them depends on time, threads or how the input is split
//! over files, so two runs can be compared byte by byte.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use serde::Serialize;

use super::{Findings, MemberFinding};
use crate::{
    copies::{Passage, Share},
    page::PageNumber,
};

#[derive(Serialize)]
struct PageRow<'a> {
    id: Cow<'a, str>,
    site: &'a str,
    paragraphs: usize,
    chrome: Vec<usize>,
    cluster: Option<usize>,
    lead: Option<Cow<'a, str>>,
    relation: Option<&'static str>,
}

#[derive(Serialize)]
struct ChromeRow<'a> {
    site: &'a str,
    text: &'a str,
    pages: u32,
    of: u32,
    #[serde(rename = "where")]
    place: &'static str,
    variants: u32,
}

#[derive(Serialize)]
struct ClusterRow<'a> {
    cluster: usize,
    lead: Cow<'a, str>,
    pages: Vec<MemberRow<'a>>,
}

#[derive(Serialize)]
struct MemberRow<'a> {
    id: Cow<'a, str>,
    site: &'a str,
    relation: &'static str,
    resemblance: Decimal,
    containment: Decimal,
    shared: Vec<SharedRow>,
}

#[derive(Serialize)]
struct SharedRow {
    here: (u32, u32),
    lead: (u32, u32),
    words: u32,
}

impl From<&Passage> for SharedRow {
    fn from(passage: &Passage) -> SharedRow {
        SharedRow { here: passage.here, lead: passage.lead, words: passage.words }
    }
}

/// A share with four decimals, rounded down by integer arithmetic.
#[derive(Clone, Copy)]
struct Decimal(u32);

impl From<Share> for Decimal {
    fn from(share: Share) -> Decimal {
        let of = u64::from(share.of.max(1));
        Decimal((u64::from(share.part) * 10_000 / of).min(10_000) as u32)
    }
}

impl Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 10_000.0)
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:04}", self.0 / 10_000, self.0 % 10_000)
    }
}

/// Writes `pages.jsonl`: every usable page, its chrome and its place in a cluster.
///
/// # Errors
///
/// Those of `out`.
pub fn write_pages(findings: &Findings, out: &mut impl Write) -> io::Result<()> {
    let traces = &findings.traces;
    for page in (0..).take(traces.len()) {
        if traces.page(page).is_bad() {
            continue;
        }
        let marks = findings.marks_of(page);
        let member = findings.member(page);
        let row = PageRow {
            id: traces.id(page),
            site: site(findings, page),
            paragraphs: marks.len(),
            chrome: (0..marks.len()).filter(|&at| marks[at].is_chrome()).collect(),
            cluster: findings.placed(page).map(|placed| placed.cluster),
            lead: member.map(|(cluster, _)| traces.id(cluster.lead)),
            relation: member.map(|(_, member)| member.verdict.relation.word()),
        };
        json_line(out, &row)?;
    }
    Ok(())
}

/// Writes `chrome.jsonl`: families that are chrome on their site, those on most pages first.
///
/// # Errors
///
/// Those of `out`.
pub fn write_chrome(findings: &Findings, out: &mut impl Write) -> io::Result<()> {
    for family in &findings.chrome {
        let row = ChromeRow {
            site: findings.traces.sites.name(family.site),
            text: &family.text,
            pages: family.pages,
            of: family.of,
            place: family.place.word(),
            variants: family.variants,
        };
        json_line(out, &row)?;
    }
    Ok(())
}

/// Writes `clusters.jsonl`: a lead, its copies, and what proves each.
///
/// # Errors
///
/// Those of `out`.
pub fn write_clusters(findings: &Findings, out: &mut impl Write) -> io::Result<()> {
    for (number, cluster) in findings.clusters.iter().enumerate() {
        let row = ClusterRow {
            cluster: number,
            lead: findings.traces.id(cluster.lead),
            pages: cluster.members.iter().map(|member| member_row(findings, member)).collect(),
        };
        json_line(out, &row)?;
    }
    Ok(())
}

fn member_row<'a>(findings: &'a Findings, member: &MemberFinding) -> MemberRow<'a> {
    MemberRow {
        id: findings.traces.id(member.page),
        site: site(findings, member.page),
        relation: member.verdict.relation.word(),
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
        let [a, b] = [link.a, link.b].map(|page| one_cell(findings.traces.id(page)));
        let verdict = &link.verdict;
        writeln!(
            out,
            "{a}\t{b}\t{}\t{}\t{}\t{}",
            verdict.relation.word(),
            Decimal::from(verdict.resemblance),
            Decimal::from(verdict.containment),
            verdict.shared
        )?;
    }
    Ok(())
}

fn site(findings: &Findings, page: PageNumber) -> &str {
    findings.traces.sites.name(findings.traces.page(page).site)
}

/// An id without what would end its cell.
fn one_cell(id: Cow<'_, str>) -> Cow<'_, str> {
    if id.contains(['\t', '\n', '\r']) {
        id.replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r").into()
    } else {
        id
    }
}

pub(super) fn json_line(out: &mut impl Write, row: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, row)?;
    out.write_all(b"\n")
}
