//! The evidence files of a scan: one row a page, a family, a cluster, a pair.
//!
//! Rows stand in input order, and nothing in them depends on time, threads or how the input is split
//! over files, so two runs can be compared byte by byte.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use super::{
    Findings, MemberFinding,
    row::{Row, Rows},
};
use crate::{copies::Passage, page::PageNumber};

/// Writes `pages.jsonl`: every usable page, its chrome and its place in a cluster.
///
/// # Errors
///
/// Those of `out`.
pub fn write_pages(findings: &Findings, out: &mut impl Write) -> io::Result<()> {
    let traces = &findings.traces;
    let mut rows = Rows::new(out);
    for page in (0..).take(traces.len()) {
        if traces.page(page).is_bad() {
            continue;
        }
        let marks = findings.marks_of(page);
        let row = rows.row()?;
        row.raw("{\"id\":").text(&traces.id(page));
        row.raw(",\"site\":").text(site(findings, page));
        row.raw(",\"paragraphs\":").number(marks.len());
        row.raw(",\"chrome\":").list(
            (0..marks.len()).filter(|&at| marks[at].is_chrome()),
            |row, at| {
                row.number(at);
            },
        );
        let placed = findings.placed(page);
        row.raw(",\"cluster\":").option(placed, |row, placed| row.number(placed.cluster));
        let member = placed.and_then(|placed| {
            let cluster = &findings.clusters[placed.cluster];
            Some((cluster.lead, &cluster.members[placed.member?]))
        });
        row.raw(",\"lead\":").option(member, |row, (lead, _)| row.text(&traces.id(lead)));
        row.raw(",\"relation\":")
            .option(member, |row, (_, member)| row.text(member.verdict.relation.word()));
        row.raw("}\n");
    }
    rows.finish()
}

/// Writes `chrome.jsonl`: families that are chrome on their site, those on most pages first.
///
/// # Errors
///
/// Those of `out`.
pub fn write_chrome(findings: &Findings, out: &mut impl Write) -> io::Result<()> {
    let mut rows = Rows::new(out);
    for family in &findings.chrome {
        let row = rows.row()?;
        row.raw("{\"site\":").text(findings.traces.sites.name(family.site));
        row.raw(",\"text\":").text(&family.text);
        row.raw(",\"pages\":").number(family.pages);
        row.raw(",\"of\":").number(family.of);
        row.raw(",\"where\":").text(family.place.word());
        row.raw(",\"variants\":").number(family.variants);
        row.raw("}\n");
    }
    rows.finish()
}

/// Writes `clusters.jsonl`: a lead, its copies, and what proves each.
///
/// # Errors
///
/// Those of `out`.
pub fn write_clusters(findings: &Findings, out: &mut impl Write) -> io::Result<()> {
    let mut rows = Rows::new(out);
    for (number, cluster) in findings.clusters.iter().enumerate() {
        let row = rows.row()?;
        row.raw("{\"cluster\":").number(number);
        row.raw(",\"lead\":").text(&findings.traces.id(cluster.lead));
        row.raw(",\"pages\":").list(&cluster.members, |row, member| {
            write_member(findings, member, row);
        });
        row.raw("}\n");
    }
    rows.finish()
}

fn write_member(findings: &Findings, member: &MemberFinding, row: &mut Row) {
    let verdict = &member.verdict;
    row.raw("{\"id\":").text(&findings.traces.id(member.page));
    row.raw(",\"site\":").text(site(findings, member.page));
    row.raw(",\"relation\":").text(verdict.relation.word());
    row.raw(",\"resemblance\":").decimal(verdict.resemblance.into());
    row.raw(",\"containment\":").decimal(verdict.containment.into());
    row.raw(",\"shared\":").list(&member.passages, |row, Passage { here, lead, words }| {
        row.raw("{\"here\":[").number(here.0).raw(",").number(here.1);
        row.raw("],\"lead\":[").number(lead.0).raw(",").number(lead.1);
        row.raw("],\"words\":").number(*words).raw("}");
    });
    row.raw("}");
}

/// Writes `pairs.tsv`: every verified pair, in the order of its pages.
///
/// Columns: id, id, relation, resemblance, containment (of the shorter in the longer), shared words.
///
/// # Errors
///
/// Those of `out`.
pub fn write_pairs(findings: &Findings, out: &mut impl Write) -> io::Result<()> {
    let mut rows = Rows::new(out);
    for link in &findings.links {
        let [a, b] = [link.a, link.b].map(|page| one_cell(findings.traces.id(page)));
        let verdict = &link.verdict;
        let row = rows.row()?;
        row.raw(&a).raw("\t").raw(&b).raw("\t").raw(verdict.relation.word()).raw("\t");
        row.four_digits(verdict.resemblance.into()).raw("\t");
        row.four_digits(verdict.containment.into()).raw("\t");
        row.number(verdict.shared).raw("\n");
    }
    rows.finish()
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
