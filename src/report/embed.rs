//! The scan as JSON inside the report, for the script to draw.

use serde::Serialize;

use super::{
    scan::{ClusterPage, Copy, Scan, Site},
    texts::Texts,
};
use crate::{
    base::page::{Place, Relation},
    evidence::rows::Decimal,
};

#[derive(Serialize)]
struct Data<'a> {
    /// Whether there are texts of pages.
    texts: bool,
    sites: Vec<SiteData<'a>>,
    clusters: Vec<ClusterData<'a>>,
}

#[derive(Serialize)]
struct SiteData<'a> {
    name: &'a str,
    pages: u64,
    paragraphs: u64,
    chrome: u64,
    more: u64,
    /// Text, distinct pages that have it, distinct pages, place (head, inside, foot), wordings, kind.
    families: Vec<(&'a str, u32, u32, u8, u32, &'static str)>,
}

#[derive(Serialize)]
struct ClusterData<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    /// Name, words that say so, pages that do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    credit: Vec<(&'a str, &'a str, u32)>,
    /// The lead first.
    pages: Vec<PageData<'a>>,
}

#[derive(Serialize)]
struct PageData<'a> {
    id: &'a str,
    site: usize,
    paragraphs: usize,
    chrome: &'a [(usize, usize)],
    /// Index into the list of texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<usize>,
    #[serde(flatten)]
    copy: Option<CopyData>,
}

#[derive(Serialize)]
struct CopyData {
    relation: Relation,
    resemblance: Decimal,
    containment: Decimal,
    /// Shared words of all passages.
    words: u64,
    /// First and last paragraph here, first and last in the lead, words.
    shared: Vec<[u32; 5]>,
}

impl From<&Copy> for CopyData {
    fn from(copy: &Copy) -> CopyData {
        let row = |row: &crate::evidence::rows::SharedRow| {
            [row.here.0, row.here.1, row.lead.0, row.lead.1, row.words]
        };
        CopyData {
            relation: copy.relation,
            resemblance: copy.resemblance,
            containment: copy.containment,
            words: copy.shared.iter().map(|row| u64::from(row.words)).sum(),
            shared: copy.shared.iter().map(row).collect(),
        }
    }
}

fn site_data(site: &Site) -> SiteData<'_> {
    let place = |place: Place| match place {
        Place::Head => 0,
        Place::Inside => 1,
        Place::Foot => 2,
    };
    let families = site.families.iter();
    SiteData {
        name: &site.name,
        pages: site.pages,
        paragraphs: site.paragraphs,
        chrome: site.chrome,
        more: site.more,
        families: families
            .map(|family| {
                (
                    family.text.as_str(),
                    family.pages,
                    family.of,
                    place(family.place),
                    family.variants,
                    family.kind.word(),
                )
            })
            .collect(),
    }
}

/// The scan, and the list of texts that it names, as JSON for script elements.
pub(super) fn embed(scan: &Scan, texts: &Texts) -> serde_json::Result<(String, String)> {
    let mut list: Vec<&[String]> = Vec::new();
    let mut page_data = |page: &'_ ClusterPage, copy: Option<CopyData>| {
        let text = texts.paragraphs(page).map(|paragraphs| {
            list.push(paragraphs);
            list.len() - 1
        });
        (text, copy)
    };
    let mut clusters = Vec::with_capacity(scan.clusters.len());
    for cluster in &scan.clusters {
        let copies = cluster.copies.iter().map(|copy| (&copy.page, Some(CopyData::from(copy))));
        let pages = std::iter::once((&cluster.lead, None)).chain(copies).map(|(page, copy)| {
            let (text, copy) = page_data(page, copy);
            PageData {
                id: &page.id,
                site: page.site,
                paragraphs: page.paragraphs,
                chrome: &page.chrome,
                text,
                copy,
            }
        });
        let credits = cluster.credits.iter();
        clusters.push(ClusterData {
            title: texts.title(&cluster.lead),
            credit: credits.map(|of| (of.name.as_str(), of.words.as_str(), of.pages)).collect(),
            pages: pages.collect(),
        });
    }
    let sites = scan.sites.iter().map(site_data).collect();
    let data = Data { texts: !texts.is_empty(), sites, clusters };
    Ok((json(&data)?, json(&list)?))
}

/// JSON without characters that have a meaning in HTML or reorder the text around them.
///
/// All of them occur only in strings, where JSON accepts escapes.
fn json(value: &impl Serialize) -> serde_json::Result<String> {
    use std::fmt::Write;

    let is_meant = |c: char| {
        matches!(c, '<' | '>' | '&' | '\u{7F}'..='\u{9F}' | '\u{200E}' | '\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    let plain = serde_json::to_string(value)?;
    let mut out = String::with_capacity(plain.len() + plain.len() / 64);
    let mut rest = plain.as_str();
    while let Some(at) = rest.find(is_meant) {
        out.push_str(&rest[..at]);
        let mut chars = rest[at..].chars();
        if let Some(c) = chars.next() {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_json_means_anything_to_html() {
        let hostile = "</script><!-- &amp; \u{2028}\u{202E}\u{FEFF}\u{85} \"\\ é 漢";
        let json = json(&hostile).expect("a string");
        assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{202E}', '\u{FEFF}', '\u{85}']));
        assert!(json.contains("é 漢"), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), hostile);
    }
}
