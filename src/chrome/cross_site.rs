//! Chrome of many sites: cookie notes, agency blurbs, feet of content systems.
//!
//! A site of two pages teaches nothing about its cookie note, but four other sites print the same one.
//! So does a wire story's paragraph. What tells them apart is company: a story's paragraphs come
//! together on every site, a note stands alone among words that differ from site to site
//! (docs/method.md, section 7: of 18 families that stand alone on five pages and more none was body).
//!
//! A row says that a long family stands on a site. Rows of one family come together in whatever pieces fit the memory;
//! what is left of them are the families of two sites and more, and of those of many sites a few pages each.

use std::collections::HashMap;

use super::SeedBank;
use crate::{
    base::{
        group::{Grouper, Partition, buckets_for},
        page::{PageNumber, SiteNumber},
    },
    table::PageColumns,
};

/// Least number of sites.
const SITES: usize = 5;
/// Sites looked at, one page each.
const SAMPLE: usize = 12;
/// Words of other shared paragraphs that make company.
const COMPANY: u32 = 20;

/// Where a line is known from beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The list of known lines: what they are was said.
    Seeds,
    /// Other sites of the corpus: it stands alone on many.
    Sites,
}

/// What is known of every site: families, by their numbers.
#[derive(Clone, Debug)]
pub struct Known {
    is: Vec<Option<Origin>>,
    families: Vec<u64>,
}

impl Known {
    /// What is known of the families of a shard: those of `families`, ascending, `seeds` among them.
    pub fn of(families: &[u64], seeds: Option<&SeedBank>, columns: &PageColumns) -> Known {
        let origin = |&family: &u64| {
            let is_known = families.binary_search(&family).is_ok();
            is_known.then(|| Origin::of(family, seeds))
        };
        Known { is: columns.families().iter().map(origin).collect(), families: families.to_vec() }
    }

    /// The families that are known.
    pub fn families(&self) -> &[u64] {
        &self.families
    }

    /// Where a family is known from, if it is.
    #[inline]
    pub fn origin(&self, number: u32) -> Option<Origin> {
        self.is[number as usize]
    }
}

impl Origin {
    /// Where a family that is known is known from.
    fn of(family: u64, seeds: Option<&SeedBank>) -> Origin {
        if seeds.is_some_and(|seeds| seeds.has(family)) { Origin::Seeds } else { Origin::Sites }
    }
}

/// A long family stands on a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SiteFamily {
    /// The family.
    pub family: u64,
    /// The site.
    pub site: SiteNumber,
    /// The first page of the site that has it.
    pub page: PageNumber,
    /// Its words there.
    pub words: u32,
}

/// Families on two sites and more.
#[derive(Clone, Debug, Default)]
pub struct SharedFamilies {
    /// Families and their words, ascending once finished.
    families: Vec<(u64, u32)>,
    /// Of those on many sites the first page of each of the first few sites, and the family.
    printed: Vec<(Vec<PageNumber>, u64)>,
}

impl SharedFamilies {
    /// Adds all rows of some families. A family that was joined with another has rows of both.
    ///
    /// Most families are on one site: 14 ns a row.
    pub fn add(&mut self, rows: &[SiteFamily]) {
        let pairs = rows.iter().map(|row| row.family).zip(0_u32..);
        let buckets = buckets_for(rows.len());
        let parts = Partition::of(pairs, buckets);
        let mut grouper = Grouper::new();
        let mut family: Vec<SiteFamily> = Vec::new();
        let mut each = |group: &[(u64, u32)]| {
            family.clear();
            family.extend(group.iter().map(|&(_, at)| rows[at as usize]));
            family.sort_unstable();
            // Of a site the first page counts, and the least words there: the first row.
            let sites: Vec<&SiteFamily> =
                family.chunk_by(|a, b| a.site == b.site).filter_map(|site| site.first()).collect();
            if sites.len() >= 2 {
                self.families.push((family[0].family, sites[0].words));
            }
            if sites.len() >= SITES {
                let pages = sites.iter().take(SAMPLE).map(|row| row.page).collect();
                self.printed.push((pages, family[0].family));
            }
        };
        for bucket in 0..buckets {
            grouper.each(std::iter::once(parts.bucket(bucket)), &mut each);
        }
    }

    /// Adds what was found among other families.
    pub fn merge(&mut self, mut other: SharedFamilies) {
        self.families.append(&mut other.families);
        self.printed.append(&mut other.printed);
    }

    /// After the last family.
    pub fn finish(&mut self) {
        self.families.sort_unstable();
        self.printed.sort_unstable();
    }

    /// The pages whose company is asked for, ascending.
    pub fn sample(&self) -> Vec<PageNumber> {
        let mut pages: Vec<PageNumber> =
            self.printed.iter().flat_map(|(pages, _)| pages.iter().copied()).collect();
        pages.sort_unstable();
        pages.dedup();
        pages
    }

    /// Those of `families` that are shared, as places in the table of all, ascending.
    pub fn company(&self, families: impl Iterator<Item = u64>) -> Vec<u32> {
        let place = |family| {
            let at = self.families.binary_search_by_key(&family, |row| row.0).ok()?;
            u32::try_from(at).ok()
        };
        let mut company: Vec<u32> = families.filter_map(place).collect();
        company.sort_unstable();
        company.dedup();
        company
    }

    /// The families that stand alone on many sites; `company` is that of every sample page.
    pub fn alone(&self, company: &HashMap<PageNumber, Vec<u32>>) -> Vec<u64> {
        let words = |place: u32| self.families[place as usize].1;
        let mut alone = Vec::new();
        for same in self.printed.chunk_by(|a, b| a.0 == b.0) {
            let of = |page| company.get(page).map_or(&[][..], Vec::as_slice);
            let lists: Vec<&[u32]> = same[0].0.iter().map(of).collect();
            let shared = common_words(&lists, words);
            for &(_, family) in same {
                let at = self.families.binary_search_by_key(&family, |row| row.0);
                if at.is_ok_and(|at| stands_alone(&shared, self.families[at].1)) {
                    alone.push(family);
                }
            }
        }
        alone
    }
}

/// For every pair of lists of families the words of those on both. Lists ascend.
fn common_words(lists: &[&[u32]], words_of: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut shared = Vec::new();
    for (i, a) in lists.iter().enumerate() {
        for b in &lists[i + 1..] {
            let mut theirs = b.iter().copied().peekable();
            let mut words = 0_u32;
            for &number in *a {
                while theirs.next_if(|&other| other < number).is_some() {}
                if theirs.peek() == Some(&number) {
                    words = words.saturating_add(words_of(number));
                }
            }
            shared.push(words);
        }
    }
    shared
}

/// Whether at least three quarters of the pairs of sites share little around a family of so many
/// words, which is on all of them.
fn stands_alone(shared: &[u32], words: u32) -> bool {
    let alone = shared.iter().filter(|&&all| all.saturating_sub(words) < COMPANY).count();
    4 * alone >= 3 * shared.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        chrome::near::{LongFamily, long_families},
        cues::Cue,
        table::{Paragraph, Shape},
        text::Prose,
    };

    /// One page for each site; paragraphs are (family, words).
    fn families(sites: &[Vec<(u64, u32)>]) -> Vec<u64> {
        let mut columns = PageColumns::new();
        for (number, page) in sites.iter().enumerate() {
            for &(fingerprint, words) in page {
                let shape = Shape::new(words, Prose::Passage, true);
                columns.push_paragraph(
                    Paragraph { fingerprint, shape, cue: Cue::default(), wording: 0 },
                    &[],
                );
            }
            columns.end_page(&format!("s{number}"), 0, "", "");
        }
        columns.finish().expect("few paragraphs");
        let mut shared = SharedFamilies::default();
        let by_site = columns.pages_by_site();
        let rows: Vec<SiteFamily> = (0..)
            .zip(&by_site)
            .flat_map(|(site, pages)| {
                let long = long_families(&columns, pages);
                let row = |family: &LongFamily| family.on_site(&columns, pages, site);
                long.iter().map(row).collect::<Vec<_>>()
            })
            .collect();
        // Families come in two pieces.
        for half in 0..2 {
            let of_half = rows.iter().filter(|row| row.family % 2 == half);
            let mut piece = SharedFamilies::default();
            piece.add(&of_half.copied().collect::<Vec<_>>());
            shared.merge(piece);
        }
        shared.finish();
        let company = |page: PageNumber| {
            let families = columns.span(page).map(|paragraph| columns.family(paragraph));
            (page, shared.company(families))
        };
        shared.alone(&shared.sample().into_iter().map(company).collect())
    }

    #[test]
    fn a_cookie_note_is_known_everywhere_and_a_wire_story_is_not() {
        const NOTE: u64 = 7;
        let note: Vec<Vec<(u64, u32)>> =
            (0..6).map(|site| vec![(100 + site, 30), (NOTE, 25), (200 + site, 30)]).collect();
        assert_eq!(families(&note), [NOTE]);
        assert_eq!(families(&note[..4]), [0_u64; 0]);

        let wire: Vec<Vec<(u64, u32)>> =
            (0..6).map(|site| vec![(1, 30), (2, 25), (3, 40), (200 + site, 30)]).collect();
        assert_eq!(families(&wire), [0_u64; 0]);
    }

    #[test]
    fn short_lines_and_single_sites_say_nothing() {
        let short: Vec<Vec<(u64, u32)>> =
            (0..9).map(|site| vec![(1, 5), (50 + site, 30)]).collect();
        assert_eq!(families(&short), [0_u64; 0]);
    }
}
