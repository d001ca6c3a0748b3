//! The sites of a plan: how many pages each has, in what language, of what kind.

use std::ops::Range;

use super::{
    Plan,
    dice::{Dice, mix},
    lexicon::LANGUAGES,
    truth::Genre,
};

/// A site.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    pub(super) number: u32,
    pub(super) seed: u64,
    pub(super) pages: u32,
    pub(super) genre: Genre,
    /// Language of its pages, and of every other page if it has two.
    pub(super) languages: [u8; 2],
    pub(super) templates: u32,
    /// Its first page prints the story that all print.
    pub(super) prints_widest: bool,
    /// Quotation marks as a typewriter has them.
    pub(super) straight: bool,
    /// It leaves the agency's blurb under the agency's stories.
    pub(super) credits: bool,
    /// Whose note about cookies it prints.
    pub(super) notice: Option<u32>,
    /// What of its pages comes before the first story of an agency, in hundredths of a story.
    phase: u32,
}

/// Languages of twenty sites in a row: half of them the first, every script among them.
const LANGUAGE: [u8; 20] = [0, 1, 0, 2, 0, 4, 0, 5, 0, 6, 0, 1, 0, 3, 0, 4, 0, 6, 2, 1];

/// The second language of a site, by its first.
const SECOND: [u8; LANGUAGES] = [1, 2, 3, 4, 5, 6, 0];

/// Pages of small sites.
const SMALL: [u32; 4] = [1, 2, 3, 5];

impl Site {
    /// Language of its page `k`.
    pub(super) fn language(&self, k: u32) -> usize {
        usize::from(self.languages[k as usize % 2])
    }

    /// Number of the agency's story that page `k` prints, counted over the site, if it does.
    pub(super) fn wire(&self, k: u32, share: u32) -> Option<u32> {
        let hundredths = |k: u32| u64::from(k) * u64::from(share) + u64::from(self.phase);
        let (before, after) = (hundredths(k) / 100, hundredths(k + 1) / 100);
        (before < after && self.genre == Genre::News)
            .then(|| u32::try_from(before).unwrap_or(u32::MAX))
    }
}

/// All sites of a plan and which slot of the crawl is which page of which site.
#[derive(Clone, Debug)]
pub(super) struct Sites {
    list: Vec<Site>,
    /// First slot of every site, and one past the last.
    first: Vec<u32>,
    /// Stories that agencies offer, by language.
    pub(super) offered: [u32; LANGUAGES],
}

impl Sites {
    pub(super) fn new(plan: &Plan, pages: u32) -> Sites {
        let pages_of = sizes(plan.sites.clamp(1, pages.max(1)), pages);
        let mut list: Vec<Site> =
            (0..).zip(&pages_of).map(|(number, &pages)| site(plan, number, pages)).collect();
        let may = |site: &Site| site.genre == Genre::News && site.languages[0] == 0;
        for site in list.iter_mut().filter(|site| may(site)).take(plan.widest as usize) {
            site.prints_widest = true;
        }

        let mut first = vec![0];
        let (mut offered, mut largest) = ([0_u32; LANGUAGES], [0_u32; LANGUAGES]);
        for site in &list {
            first.push(first[first.len() - 1] + site.pages);
            if site.genre == Genre::News {
                let stories =
                    (site.pages / 100 * plan.copies + site.pages % 100 * plan.copies / 100) + 1;
                for language in site.languages.map(usize::from) {
                    offered[language] += stories;
                    largest[language] = largest[language].max(stories);
                }
            }
        }
        // Each is printed four times on average, and by no site twice.
        for (offered, largest) in offered.iter_mut().zip(largest) {
            *offered = (*offered / 8).max(largest + 1);
        }
        Sites { list, first, offered }
    }

    /// How many there are.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.list.len()).unwrap_or(u32::MAX)
    }

    /// The slots of a site's pages.
    pub(super) fn slots(&self, site: u32) -> Range<u32> {
        self.first[site as usize]..self.first[site as usize + 1]
    }

    /// Site and number in the site of the page in a slot.
    pub(super) fn at(&self, slot: u32) -> (&Site, u32) {
        let after = self.first.partition_point(|&first| first <= slot);
        let site = after.saturating_sub(1);
        (&self.list[site], slot - self.first[site])
    }
}

/// Three sites in ten have 1, 2, 3 or 5 pages; the others share the rest as Zipf's law has it.
fn sizes(count: u32, pages: u32) -> Vec<u32> {
    let is_small = |i: u32| (i + i / 20) % 10 >= 7;
    let mut sizes: Vec<u32> = (0..count)
        .map(|i| if is_small(i) { SMALL[(i / 10 + i) as usize % SMALL.len()] } else { 1 })
        .collect();
    let mut rest = pages.saturating_sub(sizes.iter().sum());
    if sizes.iter().sum::<u32>() > pages {
        sizes.fill(1);
        rest = pages - count;
    }
    let large: Vec<usize> = (0..count).filter(|&i| !is_small(i)).map(|i| i as usize).collect();
    let weight = |rank: usize| 1_000_000 / (rank as u64 + 3);
    let total: u64 = (0..large.len()).map(weight).sum();
    let mut given = 0;
    for (rank, &i) in large.iter().enumerate() {
        let more = u32::try_from(u64::from(rest) * weight(rank) / total.max(1)).unwrap_or(0);
        sizes[i] += more;
        given += more;
    }
    sizes[large.first().copied().unwrap_or(0)] += rest - given;
    sizes
}

fn site(plan: &Plan, number: u32, pages: u32) -> Site {
    let seed = mix(plan.seed, u64::from(number));
    let mut dice = Dice::of(seed, 1);
    let language = LANGUAGE[number as usize % 20];
    let second =
        if pages >= 20 && dice.percent(15) { SECOND[usize::from(language)] } else { language };
    Site {
        number,
        seed,
        pages,
        genre: if (number + number / 10 * 3) % 7 == 3 { Genre::Manual } else { Genre::News },
        languages: [language, second],
        templates: if pages >= 20 && dice.percent(20) { 2 } else { 1 },
        prints_widest: false,
        straight: language == 0 && dice.percent(30),
        credits: dice.percent(70),
        notice: dice.percent(60).then(|| dice.below(3)),
        phase: dice.below(100),
    }
}
