//! The template, and the parts of the report that need no script: totals, notes, histograms.

use askama::Template;
use xxhash_rust::xxh3::xxh3_128;

use super::{
    embed::embed,
    links::{BINS, Bin},
    scan::Scan,
    texts::Texts,
};
use crate::{
    Error, Result,
    base::page::Relation,
    copies::{Rule, Share},
    evidence::figures::{bytes, count, percent, things},
};

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    headline: String,
    version: String,
    recipe: String,
    /// Marks this file's own script in the content security policy.
    nonce: String,
    style: &'static str,
    script: &'static str,
    tiles: Vec<Tile>,
    notes: Vec<String>,
    charts: Vec<Chart>,
    data: String,
    texts: String,
}

/// A total.
struct Tile {
    name: &'static str,
    value: String,
    more: String,
    /// In per cent, drawn as a bar.
    share: Option<String>,
}

/// A histogram.
struct Chart {
    name: &'static str,
    meaning: &'static str,
    /// The chart in words, for screen readers.
    spoken: String,
    /// How many pairs the highest bin has.
    most: String,
    bins: Vec<ChartBin>,
    marks: Vec<Threshold>,
}

struct ChartBin {
    range: String,
    said: String,
    any: bool,
    parts: Vec<ChartPart>,
}

struct ChartPart {
    class: &'static str,
    height: String,
    count: String,
}

/// A line where the decision changes.
struct Threshold {
    /// In per cent from the left.
    at: String,
    short: String,
    meaning: &'static str,
}

/// The report as one HTML file. Give [`Texts::default`] if there are none.
///
/// Cost: about the bytes of the families, clusters and texts, held twice for a moment.
///
/// # Errors
///
/// None that input can cause; *machine* if the template cannot be written.
pub fn render(scan: &Scan, texts: &Texts) -> Result<String> {
    let failed = |e: String| Error::io("report", std::io::Error::other(e));
    let (data, list) = embed(scan, texts).map_err(|e| failed(e.to_string()))?;
    let summary = &scan.summary;
    let page = Page {
        headline: headline(scan),
        version: summary.refrain.clone(),
        recipe: summary.recipe.id.clone(),
        nonce: format!("{:032x}", xxh3_128(data.as_bytes()) ^ xxh3_128(list.as_bytes())),
        style: include_str!("../../templates/report.css"),
        script: include_str!("../../templates/report.js"),
        tiles: tiles(scan),
        notes: notes(scan, texts),
        charts: charts(scan),
        data,
        texts: list,
    };
    page.render().map_err(|e| failed(e.to_string()))
}

fn headline(scan: &Scan) -> String {
    let summary = &scan.summary;
    format!(
        "{} of {}, {} of text",
        things(summary.pages.kept, "page", "pages"),
        things(summary.sites.all, "site", "sites"),
        bytes(summary.bytes.text),
    )
}

fn tiles(scan: &Scan) -> Vec<Tile> {
    let summary = &scan.summary;
    let (pages, paragraphs, copies) = (summary.pages, summary.paragraphs, summary.copies);
    let share = 100.0 * paragraphs.chrome as f64 / paragraphs.all.max(1) as f64;
    let tile = |name, value, more| Tile { name, value, more, share: None };
    let mut tiles = vec![
        tile(
            "Pages",
            count(pages.kept),
            format!("with {}", things(paragraphs.all, "paragraph", "paragraphs")),
        ),
        tile(
            "Sites",
            count(summary.sites.all),
            format!("{} with good evidence", count(summary.sites.evidence_good)),
        ),
        Tile {
            name: "Chrome",
            value: percent(paragraphs.chrome, paragraphs.all),
            more: format!(
                "{} paragraphs in {}",
                count(paragraphs.chrome),
                things(summary.chrome_families, "family", "families")
            ),
            share: Some(format!("{share:.1}")),
        },
        tile(
            "Copies",
            count(copies.members),
            format!("in {}", things(copies.clusters, "cluster", "clusters")),
        ),
        tile(
            "Links",
            count(copies.pairs),
            format!(
                "{} same, {} cut, {} part",
                count(copies.same),
                count(copies.cut),
                count(copies.part)
            ),
        ),
    ];
    if pages.bad > 0 {
        tiles.push(tile("Bad records", count(pages.bad), "could not be used".to_owned()));
    }
    tiles
}

/// Notes that a reader needs to understand the rest.
fn notes(scan: &Scan, texts: &Texts) -> Vec<String> {
    let (sites, copies) = (scan.summary.sites, scan.summary.copies);
    let mut notes = Vec::new();
    if sites.evidence_thin + sites.evidence_none > 0 {
        notes.push(format!(
            "Thin evidence for chrome: {} of 2 to 5 distinct pages, {} of one. Little is taken for \
             chrome there.",
            things(sites.evidence_thin, "site", "sites"),
            things(sites.evidence_none, "site", "sites"),
        ));
    }
    if copies.linked_keys > 0 {
        notes.push(format!(
            "{} on more than 50 pages: their pages were compared with some of the others, not with \
             all.",
            things(copies.linked_keys, "passage stands", "passages stand"),
        ));
    }
    if copies.splits > 0 {
        notes.push(format!(
            "{} under no single lead and became several clusters.",
            things(copies.splits, "group of links fits", "groups of links fit"),
        ));
    }
    if copies.out_of_tries > 0 {
        notes.push(format!(
            "{} not tried with every lead of their group.",
            things(copies.out_of_tries, "page was", "pages were"),
        ));
    }
    let left_out: u64 = scan.sites.iter().map(|site| site.more).sum();
    if left_out > 0 {
        notes.push(format!(
            "{} left out of this report, where sites have very many; all are in chrome.jsonl.",
            things(left_out, "family of chrome is", "families of chrome are"),
        ));
    }
    if texts.left_out > 0 {
        notes.push(format!(
            "The texts of {} of clusters are left out: {} are in, and more would pass \
             --text-limit. Clusters with most copies came first.",
            things(texts.left_out, "page", "pages"),
            bytes(texts.bytes),
        ));
    }
    notes
}

fn charts(scan: &Scan) -> Vec<Chart> {
    if scan.links.len() == 0 {
        return Vec::new();
    }
    let rule = Rule::STANDARD;
    // Two texts of which just the share m is in the other, both as long as they can be.
    let most = rule.most;
    let least_same = Share::new(most.part, 2 * most.of - most.part);
    vec![
        chart(
            "Resemblance",
            "Shared text as a share of all text of both pages.",
            &scan.links.resemblance,
            [
                (least_same, "below it hardly any pair is same"),
                (most, "from here on every pair is same"),
            ],
        ),
        chart(
            "Containment",
            "Shared text as a share of the shorter page.",
            &scan.links.containment,
            [
                (rule.same_url, "least for two captures of one URL"),
                (rule.across_sites, "least for pages of two sites"),
                (most, "from here on same or cut, below it part"),
                (rule.within_site, "least for two pages of one site"),
            ],
        ),
    ]
}

fn chart<const N: usize>(
    name: &'static str,
    meaning: &'static str,
    bins: &[Bin; BINS],
    thresholds: [(Share, &'static str); N],
) -> Chart {
    let total: u64 = bins.iter().flatten().sum();
    let most = bins.iter().map(|bin| bin.iter().sum::<u64>()).max().unwrap_or_default();
    let whole: u64 = bins[BINS - 1].iter().sum();
    let low: u64 = bins[..BINS / 2].iter().flatten().sum();
    let spoken = format!(
        "{name} of {}: {} below 0.5, {} at 0.975 or more. The numbers are in a table below.",
        things(total, "pair", "pairs"),
        count(low),
        count(whole),
    );
    let bins = bins.iter().enumerate().map(|(at, bin)| chart_bin(at, bin, most)).collect();
    let marks = thresholds.map(|(share, meaning)| Threshold {
        at: format!("{:.2}", 100.0 * share.value()),
        short: format!("{:.2}", share.value()).trim_end_matches('0').to_owned(),
        meaning,
    });
    let most = format!("{} in the highest bar", things(most, "pair", "pairs"));
    Chart { name, meaning, spoken, most, bins, marks: marks.into() }
}

fn chart_bin(at: usize, bin: &Bin, most: u64) -> ChartBin {
    let edge = |at: usize| at as f64 / BINS as f64;
    let range = format!("{:.3} – {:.3}", edge(at), edge(at + 1));
    let parts = Relation::ALL.iter().zip(bin).map(|(relation, &pairs)| ChartPart {
        class: relation.word(),
        height: format!("{:.3}", 100.0 * pairs as f64 / most.max(1) as f64),
        count: count(pairs),
    });
    let parts: Vec<ChartPart> = parts.collect();
    let said: Vec<String> =
        parts.iter().map(|part| format!("{} {}", part.count, part.class)).collect();
    ChartBin {
        said: format!("{range}: {}", said.join(", ")),
        range,
        any: bin.iter().any(|&pairs| pairs > 0),
        parts,
    }
}
