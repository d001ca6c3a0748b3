//! What a bank says of a site, made of its pages: the counts that labels rest on.

use super::{Day, place, rows::SiteRows};
use crate::{
    bank::pair_key,
    base::mix,
    chrome::{FamilyStats, Groups, each_family},
    cues::Cue,
    table::{Occurrences, PageColumns, Paragraph, Shape},
};

/// What is counted of one family of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Family {
    /// Groups of pages that have it: captures of one page and copies on the same site are one group.
    pub groups: u32,
    /// Pages that have it.
    pub pages: u32,
    /// How often it occurs.
    pub occurrences: u32,
    /// How many wordings it has; not counted if one group only has it.
    pub variants: u32,
    /// Groups in which a line follows it that follows it in no other group; not counted if one group only has it.
    pub fresh: u32,
    /// The first page that has it, by its place among the site's.
    pub(super) first_page: u32,
    /// Where it stands in its pages on the average: 0 first, 255 last.
    pub place: u8,
    /// First and last day on which it was seen.
    pub days: [Day; 2],
}

/// The counts of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Number of groups, and the group of every page.
    pub(super) groups: u32,
    pub(super) group_of: Vec<u32>,
    /// By family.
    pub(super) families: Vec<Family>,
    /// (key of two neighbours, groups that have them in this order), ascending; from two groups on.
    pub(super) neighbours: Vec<(u64, u32)>,
    /// Days, ascending, and how many groups have a page on that day or later.
    pub(super) days: Vec<(Day, u32)>,
}

impl Counts {
    /// Counts the pages of a site, as a run over them alone would.
    pub(super) fn of(rows: &SiteRows) -> Counts {
        let mut columns = PageColumns::new();
        for (page, row) in (0_u64..).zip(&rows.pages) {
            for (at, of) in (0_u64..).zip(rows.row(usize::try_from(page).unwrap_or(0))) {
                let family = of.family as usize;
                let (fingerprint, shape) = match rows.families.get(family) {
                    Some(&fingerprint) => (fingerprint, rows.shapes[family]),
                    // What was pruned is like nothing else, so that nothing is its neighbour twice.
                    None => (mix(page << 32 | at) ^ GAP_SALT, Shape::default()),
                };
                columns.push_paragraph(
                    Paragraph { fingerprint, shape, cue: Cue::default(), wording: of.wording },
                    &[],
                );
            }
            columns.end_page("", row.key.url, "", "");
        }
        if columns.finish().is_err() {
            // A site of more paragraphs than have numbers cannot be written either.
            return Counts::default();
        }
        let pages: Vec<u32> = (0..).take(rows.pages.len()).collect();
        let site = Occurrences::of(&columns, &pages);
        let groups = groups(rows, &columns, &site);
        // Paragraphs of the site are numbered as the rows are.
        let wordings: Vec<u32> = rows.rows.iter().map(|row| row.wording).collect();
        let mut neighbours = Vec::new();
        let mut stats = Vec::with_capacity(site.families());
        each_family(&site, &groups, &wordings, |family, counted, counter| {
            stats.push(counted);
            let followers = counter.followers().iter().filter(|(_, groups)| *groups >= 2);
            neighbours.extend(followers.map(|&(next, groups)| {
                (pair_key(site.fingerprint(family), site.fingerprint(next as usize)), groups)
            }));
        });
        neighbours.sort_unstable();
        neighbours.dedup_by_key(|pair| pair.0);

        let mut families = vec![Family::default(); rows.families.len()];
        for (family, stats) in stats.into_iter().enumerate() {
            let of = site.rows(family);
            let Some(counted) = families.get_mut(rows.rows[of[0] as usize].family as usize) else {
                continue;
            };
            let mut days = [Day::NONE; 2];
            for page in site.distinct_pages(family) {
                let day = rows.pages[page as usize].key.day;
                days = [days[0].earlier(day), days[1].max(day)];
            }
            let places: u64 = of.iter().map(|&row| place(&site, row)).sum();
            let FamilyStats { groups, pages, occurrences, variants, fresh } = stats;
            let is_repeated = u32::from(groups >= 2);
            *counted = Family {
                groups,
                pages,
                occurrences,
                variants: is_repeated * variants,
                fresh: is_repeated * fresh,
                first_page: site.page_of(of[0]),
                place: u8::try_from(places / of.len() as u64).unwrap_or(u8::MAX),
                days,
            };
        }
        let group_of: Vec<u32> = pages.iter().map(|&page| groups.group(page)).collect();
        let days = days(rows, &group_of);
        Counts { groups: groups.len(), group_of, families, neighbours, days }
    }
}

/// Which pages are one page. Pages for which that is settled, because families were pruned, do not
/// vote; the others do, among themselves; a URL joins both kinds.
fn groups(rows: &SiteRows, columns: &PageColumns, site: &Occurrences<'_>) -> Groups {
    let open: Vec<u32> =
        (0..).zip(&rows.pages).filter(|(_, page)| page.settled == 0).map(|(n, _)| n).collect();
    if open.len() == rows.pages.len() {
        return Groups::of(site);
    }
    let mut keys: Vec<u64> = rows.pages.iter().map(|page| page.settled).collect();
    let among_open = Groups::of(&Occurrences::of(columns, &open));
    for (at, &page) in (0..).zip(&open) {
        // Apart from the names of settled groups, which are hashes, by its small number.
        keys[page as usize] = u64::from(among_open.group(at)) + 1;
    }
    let urls: Vec<u64> = rows.pages.iter().map(|page| page.key.url).collect();
    Groups::apart(rows.pages.len()).joined(&keys).joined(&urls)
}

/// Keeps the fingerprints of gaps away from those of texts.
const GAP_SALT: u64 = 0x9A50_1E3B_77C4_D261;

/// Days, ascending, and how many groups have a page then or later.
fn days(rows: &SiteRows, group_of: &[u32]) -> Vec<(Day, u32)> {
    let groups = group_of.iter().max().map_or(0, |&last| last as usize + 1);
    let mut last = vec![Day::NONE; groups];
    for (page, &group) in rows.pages.iter().zip(group_of) {
        let last = &mut last[group as usize];
        *last = page.key.day.max(*last);
    }
    last.sort_unstable();
    let mut days: Vec<(Day, u32)> = Vec::new();
    for (later, &day) in (1_u32..).zip(last.iter().rev()) {
        match days.last_mut() {
            Some(known) if known.0 == day => known.1 = later,
            _ => days.push((day, later)),
        }
    }
    days.reverse();
    days
}
