//! Reads a scan back from its files and checks it.

use std::{cmp::Reverse, collections::HashMap, path::Path};

use serde::Deserialize;

use super::{
    lines::{each_line, missing},
    links::Links,
};
use crate::{
    Error, Result,
    base::page::{Kind, Place, Relation},
    copies::ClusterCredit,
    evidence::{
        Summary,
        rows::{ChromeRow, ClusterRow, CreditRow, Decimal, PageRow, PairRow, SharedRow},
    },
    records::EVIDENCE_FILES,
};

/// Most families of chrome kept for one site, and most bytes of them for all sites. Those on most
/// pages are kept; the others are counted.
const FAMILIES: usize = 200;
const FAMILY_BYTES: usize = 16 << 20;

/// Most characters kept of a line of chrome.
const FAMILY_CHARS: usize = 400;

/// The findings of a scan, as far as a report shows them.
#[derive(Clone, Debug)]
pub struct Scan {
    /// Its counts and its recipe.
    pub summary: Summary,
    /// Sites, in the order of their first pages.
    pub sites: Vec<Site>,
    /// Clusters by number.
    pub clusters: Vec<Cluster>,
    pub(super) links: Links,
}

/// A site.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// Its name; "" for pages whose site is not known.
    pub name: String,
    /// Its pages.
    pub pages: u64,
    /// Their paragraphs.
    pub paragraphs: u64,
    /// Of them chrome.
    pub chrome: u64,
    /// Its chrome, on most pages first.
    pub families: Vec<Family>,
    /// Number of families that were left out because there are too many.
    pub more: u64,
}

/// A family of chrome.
#[derive(Clone, Debug)]
pub struct Family {
    /// One of its wordings, perhaps cut.
    pub text: String,
    /// Distinct pages of the site that have it.
    pub pages: u32,
    /// Distinct pages of the site.
    pub of: u32,
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
    /// Number of its wordings.
    pub variants: u32,
}

/// A lead and its copies.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// The page that is kept.
    pub lead: ClusterPage,
    /// The others, in input order.
    pub copies: Vec<Copy>,
    /// Who its pages say the text is by.
    pub credits: Vec<ClusterCredit>,
}

/// A page in a cluster.
#[derive(Clone, Debug)]
pub struct ClusterPage {
    /// Its number among the usable pages, from 0.
    pub usable: u64,
    /// Its id.
    pub id: String,
    /// Its site, an index into [`Scan::sites`].
    pub site: usize,
    /// Number of its paragraphs.
    pub paragraphs: usize,
    /// Those that are chrome, from first to last, ascending.
    pub chrome: Vec<(usize, usize)>,
}

/// A page under its lead.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The page.
    pub page: ClusterPage,
    /// What it is to the lead.
    pub relation: Relation,
    /// Shared text, as a share of all text of both.
    pub resemblance: Decimal,
    /// Shared text, as a share of the shorter one.
    pub containment: Decimal,
    /// What is shared, in the order of the page.
    pub shared: Vec<SharedRow>,
}

impl Scan {
    /// Reads the evidence files in `dir`.
    ///
    /// Cost: all files once, a line at a time; what is kept is the families that are shown and the
    /// pages of clusters.
    ///
    /// # Errors
    ///
    /// *Data* if `dir` has no scan, a file is missing, cut or damaged, was written by another
    /// version, or belongs to another scan than the rest; *machine* if one cannot be read.
    pub fn read(dir: &Path) -> Result<Scan> {
        let summary = read_summary(dir)?;
        let mut reader = Reader::new(dir, summary);
        let pages = reader.pages()?;
        reader.families()?;
        reader.clusters(pages)?;
        reader.links()?;
        Ok(reader.scan)
    }
}

/// The summary, which a scan writes last.
fn read_summary(dir: &Path) -> Result<Summary> {
    #[derive(Deserialize)]
    struct Version {
        refrain: String,
    }

    let [.., name] = EVIDENCE_FILES;
    let path = dir.join(name);
    if !path.exists() {
        let problem = format!(
            "no scan (it has no {name}); make one with `refrain scan INPUT -o {}`",
            dir.display()
        );
        return Err(Error::data(dir.display().to_string(), problem));
    }
    let text = fs_err::read_to_string(&path).map_err(|e| missing(&path, e))?;
    let damaged = |e: serde_json::Error| {
        Error::data(path.display().to_string(), format!("no summary of a scan: {e}; scan again"))
    };
    let Version { refrain } = serde_json::from_str(&text).map_err(damaged)?;
    let here = env!("CARGO_PKG_VERSION");
    if release(&refrain) != release(here) {
        let problem =
            format!("made by refrain {refrain}, this is {here}; scan again with this one");
        return Err(Error::data(path.display().to_string(), problem));
    }
    serde_json::from_str(&text).map_err(damaged)
}

/// The part of a version that its evidence files depend on: all but the last number.
fn release(version: &str) -> &str {
    version.rsplit_once('.').map_or(version, |(release, _)| release)
}

/// Reads file after file into the scan.
struct Reader<'a> {
    dir: &'a Path,
    scan: Scan,
    site_numbers: HashMap<String, usize>,
}

impl<'a> Reader<'a> {
    fn new(dir: &'a Path, summary: Summary) -> Reader<'a> {
        let scan =
            Scan { summary, sites: Vec::new(), clusters: Vec::new(), links: Links::default() };
        Reader { dir, scan, site_numbers: HashMap::new() }
    }

    fn site(&mut self, name: &str) -> usize {
        if let Some(&number) = self.site_numbers.get(name) {
            return number;
        }
        let number = self.scan.sites.len();
        self.scan.sites.push(Site { name: name.to_owned(), ..Site::default() });
        self.site_numbers.insert(name.to_owned(), number);
        number
    }

    /// Checks that `name` has as many rows as the summary counted.
    fn check(&self, name: &str, what: &str, found: u64, counted: u64) -> Result<()> {
        if found == counted {
            return Ok(());
        }
        Err(Error::data(
            self.dir.join(name).display().to_string(),
            format!(
                "has {found} {what}, summary.json counts {counted}: cut, or of another scan; scan \
                 again"
            ),
        ))
    }

    /// Counts sites; gives the pages of every cluster in input order, and whether each is a lead.
    fn pages(&mut self) -> Result<Vec<Vec<(bool, ClusterPage)>>> {
        let name = EVIDENCE_FILES[0];
        let (pages, paragraphs) = (self.scan.summary.pages, self.scan.summary.paragraphs);
        let clusters = self.scan.summary.copies.clusters;
        let mut of_clusters: Vec<Vec<(bool, ClusterPage)>> = Vec::new();
        let mut usable = 0;
        let rows = each_line(self.dir, name, |line| {
            let row: PageRow = parse(line)?;
            let site = self.site(&row.site);
            let counts = &mut self.scan.sites[site];
            counts.pages += 1;
            counts.paragraphs += row.paragraphs as u64;
            counts.chrome += row.chrome.len() as u64;
            if let Some(cluster) = row.cluster {
                if cluster as u64 >= clusters {
                    return Err(format!("names cluster {cluster}, and there are {clusters}"));
                }
                if of_clusters.len() <= cluster {
                    of_clusters.resize_with(cluster + 1, Vec::new);
                }
                let page = ClusterPage {
                    usable,
                    id: row.id.into_owned(),
                    site,
                    paragraphs: row.paragraphs,
                    chrome: ranges(&row.chrome, row.paragraphs)?,
                };
                of_clusters[cluster].push((row.lead.is_none(), page));
            }
            usable += 1;
            Ok(())
        })?;
        self.check(name, "pages", rows, pages.read - pages.bad.min(pages.read))?;
        let found = |count: fn(&Site) -> u64| self.scan.sites.iter().map(count).sum::<u64>();
        self.check(name, "paragraphs", found(|site| site.paragraphs), paragraphs.all)?;
        self.check(name, "paragraphs of chrome", found(|site| site.chrome), paragraphs.chrome)?;
        Ok(of_clusters)
    }

    fn families(&mut self) -> Result<()> {
        let name = EVIDENCE_FILES[1];
        let mut room = FAMILY_BYTES;
        let rows = each_line(self.dir, name, |line| {
            let row: ChromeRow = parse(line)?;
            let known = self.site_numbers.get(&*row.site);
            let &site = known.ok_or("its site has no page in pages.jsonl")?;
            let site = &mut self.scan.sites[site];
            let text = shortened(&row.text, FAMILY_CHARS);
            if site.families.len() == FAMILIES || text.len() > room {
                site.more += 1;
                return Ok(());
            }
            room -= text.len();
            let ChromeRow { pages, of, place, kind, variants, .. } = row;
            site.families.push(Family { text, pages, of, place, kind, variants });
            Ok(())
        })?;
        for site in &mut self.scan.sites {
            // Of equally frequent lines the longest tell most about a site.
            site.families
                .sort_by_key(|family| Reverse((family.pages, family.text.chars().count())));
        }
        self.check(name, "families", rows, self.scan.summary.chrome_families)
    }

    fn clusters(&mut self, of_clusters: Vec<Vec<(bool, ClusterPage)>>) -> Result<()> {
        let name = EVIDENCE_FILES[2];
        let mut of_clusters = of_clusters.into_iter();
        let rows = each_line(self.dir, name, |line| {
            let row: ClusterRow = parse(line)?;
            let mut pages = of_clusters.next().unwrap_or_default();
            let lead = pages.iter().position(|(is_lead, _)| *is_lead);
            let lead = lead.map(|at| pages.remove(at).1).filter(|page| page.id == row.lead);
            let same = row.cluster == self.scan.clusters.len()
                && row.pages.len() == pages.len()
                && !pages.is_empty()
                && row.pages.iter().zip(&pages).all(|(row, (_, page))| row.id == page.id);
            let (Some(lead), true) = (lead, same) else {
                return Err("is not the cluster that pages.jsonl has".to_owned());
            };
            let credit = |row: CreditRow<'_>| ClusterCredit {
                name: row.name.into_owned(),
                words: row.words.into_owned(),
                pages: row.pages,
            };
            let credits = row.credit.into_iter().map(credit).collect();
            let copies = row.pages.into_iter().zip(pages).map(|(row, (_, page))| Copy {
                page,
                relation: row.relation,
                resemblance: row.resemblance,
                containment: row.containment,
                shared: row.shared,
            });
            let copies: Vec<Copy> = copies.collect();
            if copies.iter().any(|copy| !copy.fits(&lead)) {
                return Err("has a passage outside its pages".to_owned());
            }
            self.scan.clusters.push(Cluster { lead, copies, credits });
            Ok(())
        })?;
        self.check(name, "clusters", rows, self.scan.summary.copies.clusters)
    }

    fn links(&mut self) -> Result<()> {
        let name = EVIDENCE_FILES[3];
        let rows = each_line(self.dir, name, |line| {
            let pair = PairRow::parse(line).ok_or("is no pair in six columns")?;
            self.scan.links.push(&pair);
            Ok(())
        })?;
        self.check(name, "pairs", rows, self.scan.summary.copies.pairs)
    }
}

impl Copy {
    /// Whether its passages are within the paragraphs of both pages.
    fn fits(&self, lead: &ClusterPage) -> bool {
        let within = |(first, last): (u32, u32), page: &ClusterPage| {
            first <= last && (last as usize) < page.paragraphs
        };
        self.shared.iter().all(|row| within(row.here, &self.page) && within(row.lead, lead))
    }
}

fn parse<'a, T: Deserialize<'a>>(line: &'a str) -> Result<T, String> {
    serde_json::from_str(line).map_err(|e| format!("no row of this file: {e}"))
}

/// Ascending numbers below `end`, as ranges from first to last.
fn ranges(numbers: &[usize], end: usize) -> Result<Vec<(usize, usize)>, String> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            Some((_, last)) if *last >= number => {
                return Err(format!("its chrome is not ascending at paragraph {number}"));
            }
            _ => ranges.push((number, number)),
        }
    }
    match ranges.last() {
        Some((_, last)) if *last >= end => Err(format!("has chrome at {last} of {end} paragraphs")),
        _ => Ok(ranges),
    }
}

/// At most `chars` characters of `text`.
pub(super) fn shortened(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_ranges() {
        assert_eq!(ranges(&[], 0), Ok(vec![]));
        assert_eq!(ranges(&[0, 1, 2, 5, 7, 8], 9), Ok(vec![(0, 2), (5, 5), (7, 8)]));
        for (bad, end) in [(&[3, 3][..], 9), (&[4, 2], 9), (&[1, 2], 2)] {
            assert!(ranges(bad, end).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        assert_eq!(shortened("héé wörld", 4), "héé…");
        assert_eq!(shortened("héé", 3), "héé");
    }

    #[test]
    fn the_last_number_of_a_version_does_not_matter() {
        assert_eq!(release("0.1.7"), release("0.1.0"));
        assert_ne!(release("0.2.0"), release("0.1.0"));
    }
}
