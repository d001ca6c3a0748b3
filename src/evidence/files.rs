//! The evidence files of a scan: one row a page, a family, a cluster, a pair.
//!
//! Rows stand in input order, and nothing in them depends on time, threads or how the input is split
//! over files, so two runs can be compared byte by byte.

use std::{
    io::{self, Write},
    ops::Range,
    path::Path,
};

use serde::Serialize;

use super::{
    Summary,
    rows::{ChromeRow, ClusterRow, CreditRow, MemberRow, PageRow, PairRow, SharedRow},
    write_json,
};
use crate::engine::{Findings, MemberFinding, PageView};
use crate::{Error, Result};

/// Rows of a part: some hundred thousand bytes.
const PART: usize = 4096;
/// Clusters of a part: one may have thousands of pages.
const CLUSTERS: usize = 256;

/// What an evidence file has rows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceRows {
    /// Usable pages: their chrome and their place in a cluster.
    Pages,
    /// Families that are chrome on their site, those on most pages first.
    Chrome,
    /// Clusters: a lead, its copies, and what proves each.
    Clusters,
    /// Verified pairs, in the order of their pages.
    Pairs,
    /// The summary, which is one.
    Summary,
}

impl EvidenceRows {
    /// All, in the order of [`EVIDENCE_FILES`](crate::records::EVIDENCE_FILES).
    pub(super) const ALL: [EvidenceRows; 5] = [
        EvidenceRows::Pages,
        EvidenceRows::Chrome,
        EvidenceRows::Clusters,
        EvidenceRows::Pairs,
        EvidenceRows::Summary,
    ];

    /// The parts in which they can be written, at least one.
    pub(super) fn cut(self, findings: &Findings) -> Vec<Range<usize>> {
        let count = self.count(findings);
        let each = match self {
            // Pages on disk are read front to back.
            EvidenceRows::Pages if findings.columns().is_none() => count.max(1),
            EvidenceRows::Clusters => CLUSTERS,
            _ => PART,
        };
        let start = |part: usize| (part * each).min(count);
        (0..count.div_ceil(each).max(1)).map(|part| start(part)..start(part + 1)).collect()
    }

    fn count(self, findings: &Findings) -> usize {
        match self {
            EvidenceRows::Pages => findings.pages.len(),
            EvidenceRows::Chrome => findings.chrome.len(),
            EvidenceRows::Clusters => findings.clusters.len(),
            EvidenceRows::Pairs => findings.links.len(),
            EvidenceRows::Summary => 1,
        }
    }

    /// Writes those of `range`: all, or one of the parts of a [`cut`](EvidenceRows::cut).
    ///
    /// # Errors
    ///
    /// Those of `out`, which is called `name`, and those of reading pages from disk.
    pub(super) fn write(
        self,
        findings: &Findings,
        range: Range<usize>,
        out: &mut impl Write,
        name: &Path,
    ) -> Result<()> {
        self.write_as(findings, range, (Form::OfFile, out), name)
    }

    /// Writes those of `range` as JSON lines that say what each is.
    ///
    /// # Errors
    ///
    /// As [`write`](EvidenceRows::write).
    pub(super) fn write_tagged(
        self,
        findings: &Findings,
        range: Range<usize>,
        out: &mut dyn Write,
        name: &Path,
    ) -> Result<()> {
        let mut out = out;
        self.write_as(findings, range, (Form::Tagged(self.word()), &mut out), name)
    }

    /// What one of its rows is called.
    fn word(self) -> &'static str {
        match self {
            EvidenceRows::Pages => "page",
            EvidenceRows::Chrome => "chrome",
            EvidenceRows::Clusters => "cluster",
            EvidenceRows::Pairs => "pair",
            EvidenceRows::Summary => "summary",
        }
    }

    fn write_as(
        self,
        findings: &Findings,
        range: Range<usize>,
        (form, out): (Form, &mut impl Write),
        name: &Path,
    ) -> Result<()> {
        let written = match self {
            EvidenceRows::Pages => {
                let mut walk = match findings.pages.walk_part(range) {
                    Some(walk) => walk,
                    None => findings.pages.walk()?,
                };
                while let Some(page) = walk.next_page()? {
                    write_page(findings, &page, form, out).map_err(|e| Error::io(name, e))?;
                }
                Ok(())
            }
            EvidenceRows::Chrome => write_chrome(findings, range, form, out),
            EvidenceRows::Clusters => write_clusters(findings, range, form, out),
            EvidenceRows::Pairs => write_pairs(findings, range, form, out),
            EvidenceRows::Summary => match form {
                Form::OfFile => write_json(&Summary::of(findings), out),
                Form::Tagged(_) => form.write(&Summary::of(findings), out),
            },
        };
        written.map_err(|e| Error::io(name, e))
    }
}

fn write_page(
    findings: &Findings,
    page: &PageView<'_>,
    form: Form,
    out: &mut impl Write,
) -> io::Result<()> {
    let Some(site) = page.site else { return Ok(()) };
    let placed = findings.placed(page.number);
    let cluster = placed.map(|placed| &findings.clusters[placed.cluster]);
    let member = placed.and_then(|placed| placed.member);
    let row = PageRow {
        id: page.id.as_ref().into(),
        site: site.into(),
        paragraphs: page.marks.len(),
        chrome: (0..page.marks.len()).filter(|&at| page.marks[at].is_chrome()).collect(),
        cluster: placed.map(|placed| placed.cluster),
        lead: cluster.filter(|_| member.is_some()).map(|cluster| findings.pages.id(cluster.lead)),
        relation: cluster.zip(member).map(|(cluster, at)| cluster.members[at].verdict.relation),
    };
    form.write(&row, out)
}

fn write_chrome(
    findings: &Findings,
    range: Range<usize>,
    form: Form,
    out: &mut impl Write,
) -> io::Result<()> {
    findings.chrome[range].iter().try_for_each(|family| {
        let row = ChromeRow {
            site: findings.pages.sites().name(family.site).into(),
            text: family.text.as_str().into(),
            pages: family.pages,
            of: family.of,
            place: family.place,
            kind: family.kind,
            variants: family.variants,
        };
        form.write(&row, out)
    })
}

fn write_clusters(
    findings: &Findings,
    range: Range<usize>,
    form: Form,
    out: &mut impl Write,
) -> io::Result<()> {
    range.clone().zip(&findings.clusters[range]).try_for_each(|(number, cluster)| {
        let row = ClusterRow {
            cluster: number,
            lead: findings.pages.id(cluster.lead),
            credit: cluster.credits.iter().map(CreditRow::from).collect(),
            pages: cluster.members.iter().map(|member| member_row(findings, member)).collect(),
        };
        form.write(&row, out)
    })
}

fn member_row<'a>(findings: &'a Findings, member: &MemberFinding) -> MemberRow<'a> {
    MemberRow {
        id: findings.pages.id(member.page),
        site: findings.pages.site_of(member.page).into(),
        relation: member.verdict.relation,
        resemblance: member.verdict.resemblance.into(),
        containment: member.verdict.containment.into(),
        shared: member.passages.iter().map(SharedRow::from).collect(),
    }
}

/// Columns: id, id, relation, resemblance, containment (of the shorter in the longer), shared words.
fn write_pairs(
    findings: &Findings,
    range: Range<usize>,
    form: Form,
    out: &mut impl Write,
) -> io::Result<()> {
    findings.links[range].iter().try_for_each(|link| {
        let verdict = &link.verdict;
        let row = PairRow {
            ids: [link.a, link.b].map(|page| findings.pages.id(page)),
            relation: verdict.relation,
            resemblance: verdict.resemblance.into(),
            containment: verdict.containment.into(),
            shared: verdict.shared,
        };
        match form {
            Form::OfFile => writeln!(out, "{row}"),
            Form::Tagged(_) => form.write(&row, out),
        }
    })
}

/// How rows are written.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// As they stand in their file.
    OfFile,
    /// As JSON lines that say what each is.
    Tagged(&'static str),
}

/// A row that says what it is.
#[derive(Serialize)]
struct Tagged<'r, R: Serialize> {
    row: &'static str,
    #[serde(flatten)]
    of: &'r R,
}

impl Form {
    /// Writes a row of JSON lines.
    fn write(self, row: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
        match self {
            Form::OfFile => serde_json::to_writer(&mut *out, row)?,
            Form::Tagged(word) => serde_json::to_writer(&mut *out, &Tagged { row: word, of: row })?,
        }
        out.write_all(b"\n")
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        base::{
            page::{Kind, PageNumber, Place, Relation},
            recipe::Recipe,
        },
        chrome::{ChromeFamily, Mark},
        copies::{Basis, Beside, ClusterCredit, HalfWords, Link, Passage, Share, Verdict},
        cues::Cue,
        engine::{ClusterFinding, Counts, Placed, ScannedPages},
        table::{PageColumns, Paragraph, Shape},
    };

    /// Pages by their ids, which are nothing for a bad record, and numbers that everything else is made of.
    fn findings(ids: &[Option<String>], numbers: &[u32]) -> Findings {
        let mut numbers = numbers.iter().copied().cycle();
        let mut number = move |below: u32| numbers.next().map_or(0, |n| n % below);
        let (mut columns, mut marks) = (PageColumns::new(), Vec::new());
        for id in ids {
            let Some(id) = id else {
                columns.push_bad();
                continue;
            };
            for _ in 0..number(12) {
                let shape = Shape::default();
                columns.push_paragraph(
                    Paragraph { fingerprint: 1, shape, cue: Cue::default(), wording: 1 },
                    &[],
                );
                marks.extend(Mark::from_byte(number(5) as u8));
            }
            columns.end_page(["a.example", "b\".example", ""][number(3) as usize], 0, id, "");
        }
        let text = |at: u32| ids.get(at as usize).cloned().flatten().unwrap_or_default();
        let pages = ids.len() as u32;
        let mut verdict = {
            let mut number = number.clone();
            move || {
                let shared = number(300);
                let share = Share::new(shared, 1 + shared + number(300));
                Verdict {
                    relation: Relation::ALL[number(3) as usize],
                    resemblance: share,
                    containment: Share::new(1 + number(2), 2),
                    covered_a: share,
                    covered_b: share,
                    shared,
                    basis: Basis::Evidence,
                }
            }
        };
        let clusters = (0..number(9)).map(|_| ClusterFinding {
            lead: number(pages),
            title: String::new(),
            credits: (0..number(3))
                .map(|_| ClusterCredit {
                    name: text(number(pages)),
                    words: text(number(pages)),
                    pages: number(9),
                })
                .collect(),
            members: (0..number(4))
                .map(|_| MemberFinding {
                    page: number(pages),
                    verdict: verdict(),
                    passages: vec![
                        Passage {
                            here: (0, number(9)),
                            lead: (2, 3),
                            words: number(70_000)
                        };
                        number(3) as usize
                    ],
                    words: Share::new(1, 1),
                    beside: Beside { all: HalfWords::of(0), there: HalfWords::of(0) },
                })
                .collect(),
        });
        let clusters: Vec<ClusterFinding> = clusters.collect();
        let mut placed: Vec<(PageNumber, Placed)> = Vec::new();
        for (cluster, finding) in clusters.iter().enumerate() {
            placed.push((finding.lead, Placed { cluster, member: None }));
            placed.extend(
                (finding.members.iter().enumerate())
                    .map(|(at, member)| (member.page, Placed { cluster, member: Some(at) })),
            );
        }
        placed.sort_by_key(|row| row.0);
        placed.dedup_by_key(|row| row.0);
        let sites = columns.sites.len() as u32;
        let chrome = (0..if sites == 0 { 0 } else { number(20) })
            .map(|_| ChromeFamily {
                site: number(sites),
                pages: number(1000),
                of: number(2000),
                place: Place::of_number(number(3)),
                kind: Kind::of_number(number(13)),
                variants: number(4),
                first: (0, 0),
                text: text(number(pages)),
            })
            .collect();
        let links = (0..number(40))
            .map(|_| Link { a: number(pages), b: number(pages), verdict: verdict() })
            .collect();
        let (recipe, sites, counts) = (Recipe::default(), Vec::new(), Counts::default());
        let pages = ScannedPages::Held { columns, marks };
        Findings { recipe, pages, sites, chrome, links, clusters, placed, counts }
    }

    fn written(rows: EvidenceRows, findings: &Findings, range: Range<usize>) -> Vec<u8> {
        let mut bytes = Vec::new();
        rows.write(findings, range, &mut bytes, Path::new("x")).unwrap();
        bytes
    }

    proptest! {
        #[test]
        fn parts_put_together_are_the_whole(
            ids in vec(proptest::option::weighted(0.9, "[a-z\"\\\\\t\u{1}é/]{0,40}"), 1..60),
            numbers in vec(any::<u32>(), 1..300),
            cuts in vec(0..60_usize, 0..6),
        ) {
            let findings = findings(&ids, &numbers);
            for rows in EvidenceRows::ALL.into_iter().filter(|&rows| rows != EvidenceRows::Summary) {
                let count = rows.count(&findings);
                let mut ends: Vec<usize> = cuts.iter().map(|&cut| cut.min(count)).collect();
                ends.extend([0, count]);
                ends.sort_unstable();
                let parts: Vec<u8> = ends
                    .windows(2)
                    .flat_map(|ends| written(rows, &findings, ends[0]..ends[1]))
                    .collect();
                prop_assert!(parts == written(rows, &findings, 0..count), "{:?}", rows);
            }
        }
    }

    #[test]
    fn a_cut_leaves_nothing_out() {
        let ids = vec![Some(String::new()); 2 * PART + 1];
        let findings = findings(&ids, &[3]);
        let cut = EvidenceRows::Pages.cut(&findings);
        assert_eq!(cut, [0..PART, PART..2 * PART, 2 * PART..2 * PART + 1]);
        let none = super::tests::findings(&[], &[0]);
        assert_eq!(EvidenceRows::Pages.cut(&none).len(), 1);
    }
}
