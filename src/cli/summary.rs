//! The summary of a scan, for a person at a terminal.

use std::{cmp::Reverse, fmt::Write as _};

use crate::{
    base::page::{Kind, PageNumber, Relation, SiteNumber},
    chrome::{ChromeFamily, Evidence},
    engine::{ClusterFinding, Findings},
    evidence::{KindSummary, Summary},
};

use super::terminal::{Style, bytes, count, one_line, percent, things};

/// Sites, lines of chrome a site, clusters and copies a cluster that are shown.
const SITES: usize = 12;
const LINES: usize = 6;
const CLUSTERS: usize = 15;
const COPIES: usize = 4;

/// Chrome of a kind, as it is called in a list.
pub(super) fn plural(kind: Kind) -> &'static str {
    match kind {
        Kind::Other => "other",
        Kind::Navigation => "navigation",
        Kind::Plea => "donation pleas",
        Kind::Subscription => "subscriptions",
        Kind::Cookie => "cookies and consent",
        Kind::Share => "share buttons",
        Kind::Comment => "comment forms",
        Kind::Legal => "legal notes",
        Kind::Related => "related pages",
        Kind::Byline => "bylines and dates",
        Kind::Agency => "agency and author notes",
        Kind::Advert => "adverts",
        Kind::Account => "accounts",
    }
}

/// Renders what a scan found.
pub(super) fn render(findings: &Findings, style: Style) -> String {
    let mut shown = Shown { findings, style, out: String::new() };
    let summary = Summary::of(findings);
    shown.head(&summary);
    if summary.pages.kept > 0 {
        shown.chrome(&summary);
        shown.copies(&summary);
    }
    shown.bad(&summary);
    shown.out
}

struct Shown<'a> {
    findings: &'a Findings,
    style: Style,
    out: String,
}

impl<'a> Shown<'a> {
    /// Writing to a string cannot fail.
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{}", text.trim_end());
    }

    fn head(&mut self, summary: &Summary) {
        let read = things(summary.pages.read, "page", "pages");
        let sites = things(summary.sites.all, "site", "sites");
        let text = bytes(summary.bytes.text);
        self.line(&format!("{} of {sites}, {text} of text", self.style.bold(read)));
    }

    fn chrome(&mut self, summary: &Summary) {
        let paragraphs = summary.paragraphs;
        self.line("");
        self.line(&format!(
            "{}  {} of {} ({}), {}",
            self.style.bold("chrome"),
            count(paragraphs.chrome),
            things(paragraphs.all, "paragraph", "paragraphs"),
            percent(paragraphs.chrome, paragraphs.all),
            things(summary.chrome_families, "family", "families"),
        ));
        let mut order: Vec<usize> = (0..self.findings.sites.len()).collect();
        let chrome = |&site: &usize| Reverse(self.findings.sites[site].chrome);
        order.sort_by(|a, b| {
            chrome(a).cmp(&chrome(b)).then_with(|| self.name(*a).cmp(self.name(*b)))
        });
        let shown = &order[..order.len().min(SITES)];
        for (&site, families) in shown.iter().zip(self.families(shown)) {
            self.site(site, families);
        }
        if order.len() > SITES {
            let rest = things((order.len() - SITES) as u64, "more site", "more sites");
            self.line(&self.style.dim(format!("  … and {rest}")));
        }
        self.kinds(summary);
        if summary.sites.evidence_thin + summary.sites.evidence_none > 0 {
            let note = format!(
                "  evidence: thin for {} of 2 to 5 distinct pages, none for {} of one; a bank or --seeds would help there",
                things(summary.sites.evidence_thin, "site", "sites"),
                things(summary.sites.evidence_none, "site", "sites"),
            );
            self.line(&self.style.dim(note));
        }
    }

    /// What the chrome is: "donation pleas: 9 sites, 1,204 pages".
    fn kinds(&mut self, summary: &Summary) {
        let mut kinds: Vec<(Kind, KindSummary)> =
            summary.kinds.iter().map(|(&kind, &counts)| (kind, counts)).collect();
        kinds.sort_by_key(|(kind, counts)| (*kind == Kind::Other, Reverse(counts.pages), *kind));
        if !kinds.is_empty() {
            self.line(&format!("  {}", self.style.bold("kinds")));
        }
        for (kind, counts) in kinds {
            self.line(&format!(
                "    {}: {}, {}",
                plural(kind),
                things(counts.sites, "site", "sites"),
                things(counts.pages, "page", "pages"),
            ));
        }
    }

    fn name(&self, site: usize) -> &str {
        match SiteNumber::try_from(site) {
            Ok(number) => self.findings.pages.sites().name(number),
            Err(_) => "",
        }
    }

    /// The families of these few sites, found in one pass: there may be millions.
    fn families(&self, sites: &[usize]) -> Vec<Vec<&'a ChromeFamily>> {
        let mut families = vec![Vec::new(); sites.len()];
        for family in &self.findings.chrome {
            if let Some(at) = sites.iter().position(|&site| site == family.site as usize) {
                families[at].push(family);
            }
        }
        families
    }

    fn site(&mut self, site: usize, mut families: Vec<&ChromeFamily>) {
        let counts = self.findings.sites[site];
        let name = match self.name(site) {
            "" => "(no site)",
            name => name,
        };
        let distinct = if counts.distinct == counts.pages {
            String::new()
        } else {
            format!(", {} distinct", count(counts.distinct))
        };
        let thin = match counts.evidence() {
            Evidence::Good => "",
            Evidence::Thin => ", evidence: thin",
            Evidence::None => ", evidence: none",
        };
        self.line(&format!(
            "  {}  {}{distinct}, {} chrome{thin}",
            self.style.bold(one_line(name, 40)),
            things(counts.pages, "page", "pages"),
            percent(counts.chrome, counts.paragraphs),
        ));

        // The longest lines tell most about a site; of equally frequent ones they come first.
        families.sort_by_cached_key(|family| {
            (Reverse((family.pages, family.text.chars().count())), family.first)
        });
        for family in families.iter().take(LINES) {
            let on = format!("{}/{}", count(family.pages.into()), count(family.of.into()));
            let variants = if family.variants > 1 {
                format!("  ({} wordings)", count(family.variants.into()))
            } else {
                String::new()
            };
            let room = self.style.width.saturating_sub(35 + variants.chars().count());
            let text = one_line(&family.text, room);
            let (place, kind) = (family.place.word(), family.kind.word());
            let line = format!("  {on:>9}  {place:<6}  {kind:<12}  {text}");
            self.line(&format!("{line}{}", self.style.dim(variants)));
        }
        if families.len() > LINES {
            let rest = things((families.len() - LINES) as u64, "more family", "more families");
            self.line(&self.style.dim(format!("  {:>9}  … and {rest}", "")));
        }
    }

    fn copies(&mut self, summary: &Summary) {
        let copies = summary.copies;
        self.line("");
        self.line(&format!(
            "{}  {}: {} same, {} cut, {} part; {} in {}",
            self.style.bold("copies"),
            things(copies.pairs, "pair", "pairs"),
            count(copies.same),
            count(copies.cut),
            count(copies.part),
            things(copies.members, "copy", "copies"),
            things(copies.clusters, "cluster", "clusters"),
        ));
        let mut order: Vec<&ClusterFinding> = self.findings.clusters.iter().collect();
        order.sort_by_key(|cluster| Reverse(cluster.members.len()));
        for cluster in order.iter().take(CLUSTERS) {
            self.cluster(cluster);
        }
        if order.len() > CLUSTERS {
            let rest = things((order.len() - CLUSTERS) as u64, "more cluster", "more clusters");
            self.line(&self.style.dim(format!("  … and {rest}")));
        }
        let parts = self.findings.links.iter().filter(|l| l.verdict.relation == Relation::Part);
        for link in parts.take(COPIES) {
            let words = count(link.verdict.shared.into());
            let (a, b) = (self.page(link.a), self.page(link.b));
            self.line(&format!("  part  {a} and {b} share {words} words"));
        }
        if copies.linked_keys > 0 {
            let note = format!(
                "  {} on more than 50 pages: their pages were compared with some of the others, not with all",
                things(copies.linked_keys, "passage", "passages"),
            );
            self.line(&self.style.dim(note));
        }
    }

    fn page(&self, page: PageNumber) -> String {
        let site = self.findings.pages.site_of(page);
        let id = one_line(&self.findings.pages.id(page), 40);
        if site.is_empty() { id } else { format!("{id} ({})", one_line(site, 40)) }
    }

    fn cluster(&mut self, cluster: &ClusterFinding) {
        let room = self.style.width.saturating_sub(2);
        self.line(&format!("  {}", self.style.bold(one_line(&cluster.title, room))));
        self.line(&format!("    lead  {}", self.page(cluster.lead)));
        for member in cluster.members.iter().take(COPIES) {
            let covered = member.verdict.covered_a;
            self.line(&format!(
                "    {:<4}  {}: {} of it, {} words",
                member.verdict.relation.word(),
                self.page(member.page),
                percent(covered.part.into(), covered.of.into()),
                count(member.verdict.shared.into()),
            ));
        }
        if cluster.members.len() > COPIES {
            let rest = things((cluster.members.len() - COPIES) as u64, "more copy", "more copies");
            self.line(&self.style.dim(format!("    … and {rest}")));
        }
    }

    fn bad(&mut self, summary: &Summary) {
        if summary.pages.bad == 0 {
            return;
        }
        self.line("");
        let records = things(summary.pages.bad, "record", "records");
        self.line(&format!("{}  {records} could not be used", self.style.bold("bad")));
        for message in &summary.bad {
            self.line(&format!("  {}", one_line(message, 4 * self.style.width)));
        }
        let shown = summary.bad.len() as u64;
        if summary.pages.bad > shown {
            self.line(&format!("  … and {} more", count(summary.pages.bad - shown)));
        }
    }
}
