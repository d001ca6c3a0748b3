//! A page and a bank to labels.
//!
//! The counts that a label rests on include the page itself. If the bank has learnt the page, they
//! are the bank's; if not, they are what the bank's would be with it: one more for each of its
//! families, unless it is one page with pages that the bank knows, by its URL or because it shares
//! most of its rare prose with one of them.

use super::{Bank, Day, PageKey, Site, count::Family, on_page::OnPage};
use crate::{
    Result,
    base::recipe::Level,
    chrome::{
        Counted, Counts, Facts, FamilyStats, Labelled, Labeller, Line, Origin, SeedBank,
        groups::{Weight, is_copy, is_same},
    },
    cues::Cue,
    table::Shape,
    text::Prose,
};

/// How counts age. By default they do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Time {
    /// The day of pages that do not say theirs.
    pub today: Day,
    /// Days after which a family that was not seen again counts half. A family also counts against
    /// the pages since it was first seen, not against all, once it is on [`new_after`](Time::new_after).
    pub half_life: Option<u32>,
    /// Groups of pages from which on a new family counts against the pages since its first.
    pub new_after: u32,
}

/// A page to be labelled: what was made of its text.
#[derive(Clone, Copy, Debug)]
pub struct PageLines<'p> {
    /// Its site.
    pub site: &'p str,
    pub(crate) key: PageKey,
    /// Its paragraphs.
    pub lines: &'p [Line],
}

/// What the bank knows of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not even its site.
    UnknownSite,
    /// Its site.
    New,
    /// Pages that are one page with it.
    Like,
    /// The page itself.
    Learnt,
}

/// Two neighbours of which at most one group of the site is known to have them: whether it does is seen in the
/// row of the rarer one's first page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RarePair {
    first_page: u32,
    families: (u32, u32),
    /// The line that the other follows.
    line: u32,
    found: bool,
}

/// Labels pages with a bank. Reuse it: warm, it does not allocate.
#[derive(Debug)]
pub struct BankLabeller<'b> {
    bank: &'b Bank,
    seeds: Option<&'b SeedBank>,
    known: Vec<u64>,
    time: Time,
    labeller: Labeller,
    /// By paragraph of the page its family's number in the site, and what the bank says of it.
    families: Vec<Option<(u32, Family)>>,
    /// By paragraph of the page what is counted of it, the page included.
    counted: Vec<Counted>,
    on_page: OnPage,
    /// Places of the page's families that the site knows, ascending.
    ours: Vec<u32>,
    votes: Vec<(u32, u32, Weight)>,
    rare_pairs: Vec<RarePair>,
    /// Families and pairs of neighbours of the pages that are one page with this one.
    group: Vec<u32>,
    pairs: Vec<(u32, u32)>,
}

impl<'b> BankLabeller<'b> {
    /// A labeller of this level. `seeds` are chrome on every site.
    ///
    /// # Errors
    ///
    /// *Data* if the bank is damaged.
    pub fn new(
        bank: &'b Bank,
        seeds: Option<&'b SeedBank>,
        level: Level,
        time: Time,
    ) -> Result<BankLabeller<'b>> {
        Ok(BankLabeller {
            bank,
            seeds,
            known: bank.known()?,
            time,
            labeller: Labeller::new(level),
            families: Vec::new(),
            counted: Vec::new(),
            on_page: OnPage::default(),
            ours: Vec::new(),
            votes: Vec::new(),
            rare_pairs: Vec::new(),
            group: Vec::new(),
            pairs: Vec::new(),
        })
    }

    /// Labels a page, and says what the bank knows of it.
    ///
    /// A few look-ups a paragraph; no other page's text is needed.
    ///
    /// # Errors
    ///
    /// *Data* if the bank is damaged where it looks.
    pub fn label(&mut self, page: PageLines<'_>) -> Result<(&[Labelled], Standing)> {
        self.counted.clear();
        self.on_page.count(page.lines);
        let (groups, standing) = if let Some(site) = self.bank.site(page.site)? {
            self.known_site(&site, page)?
        } else {
            let times = |&(times, _): &(u32, bool)| Counted {
                times: u8::try_from(times).unwrap_or(u8::MAX),
                ..Counted::default()
            };
            self.counted.extend(self.on_page.times.iter().map(times));
            (1, Standing::UnknownSite)
        };
        let BankLabeller { seeds, known, counted, labeller, .. } = self;
        let of_page = OfPage { lines: page.lines, counted, known, seeds: *seeds };
        let facts = Facts::of_page(&of_page, 0..page.lines.len());
        Ok((labeller.label_facts(facts, groups), standing))
    }

    fn known_site(&mut self, site: &Site<'_>, page: PageLines<'_>) -> Result<(u32, Standing)> {
        self.families.clear();
        for line in page.lines {
            let at = site.find_family(line.family)?;
            let family = at.map(|at| Ok::<_, crate::Error>((at, site.family(at)?))).transpose()?;
            self.families.push(family);
        }
        let standing = self.standing(site, page)?;
        // What this page adds to the counts of pages, and to N.
        let page_is_new = u32::from(standing != Standing::Learnt);
        let group_is_new = u32::from(standing == Standing::New);
        let groups = site.groups() + group_is_new;
        let day = if page.key.day.is_known() { page.key.day } else { self.time.today };
        let mut before: Option<u32> = None;
        self.rare_pairs.clear();
        for (i, line) in page.lines.iter().enumerate() {
            let (times, _) = self.on_page.times[i];
            let mut counted =
                Counted { times: u8::try_from(times).unwrap_or(u8::MAX), ..Counted::default() };
            let mut here = None;
            if let Some((at, family)) = self.families[i] {
                let adds = page_is_new & u32::from(self.group.binary_search(&at).is_err());
                let in_groups = family.groups + adds;
                if in_groups >= 2 {
                    counted.stats = FamilyStats {
                        groups: in_groups,
                        pages: family.pages + page_is_new,
                        occurrences: family
                            .occurrences
                            .saturating_add(page_is_new.saturating_mul(times)),
                        // Which wordings there are the bank does not say: where they differ, so does this one.
                        variants: family.variants
                            + adds
                                * u32::from(
                                    2 * u64::from(family.variants) >= u64::from(family.groups),
                                ),
                        fresh: family.fresh,
                    };
                    here = Some(at);
                    if let Some(half_life) = self.time.half_life {
                        self.age(site, &mut counted, family.days, day, half_life, group_is_new)?;
                    }
                }
            }
            if let (Some(a), Some(b)) = (before, here)
                && let Some(last) = i.checked_sub(1)
            {
                let known = site.neighbours(page.lines[last].family, line.family)?;
                let adds = page_is_new & u32::from(self.pairs.binary_search(&(a, b)).is_err());
                self.counted[last].followed = if known >= 2 { known + adds } else { known.max(1) };
                // Pairs of one group are not kept; the first page of a rare family tells of one.
                if known < 2 && adds == 1 {
                    self.ask_first_page(last, (a, b));
                }
            }
            before = here;
            self.counted.push(counted);
        }
        self.follow_rare_pairs(site)?;
        let last = self.counted.len().saturating_sub(1);
        for (i, counted) in self.counted.iter_mut().enumerate() {
            counted.followed = counted.followed.min(counted.stats.groups.max(1));
            // A line that follows it on no page that the bank knows.
            let family = self.families[i].filter(|_| page_is_new == 1 && i < last);
            if counted.followed < 2
                && family.is_some_and(|(at, _)| self.group.binary_search(&at).is_err())
            {
                counted.stats.fresh += 1;
            }
        }
        Ok((groups, standing))
    }

    /// Has the line at `line` and the next one, whose families are `families`, looked for in the row of the rarer
    /// one's first page.
    fn ask_first_page(&mut self, line: usize, families: (u32, u32)) {
        let of = |at: usize| self.families.get(at).copied().flatten().map(|(_, family)| family);
        let rarer = match (of(line), of(line + 1)) {
            (Some(a), Some(b)) if b.groups < a.groups => b,
            (Some(a), _) => a,
            (None, _) => return,
        };
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let first_page = rarer.first_page;
        self.rare_pairs.push(RarePair { first_page, families, line, found: false });
    }

    /// Reads every row that was asked for once: a neighbour that stands in it follows on that page and on this one.
    fn follow_rare_pairs(&mut self, site: &Site<'_>) -> Result<()> {
        self.rare_pairs.sort_unstable();
        for asked in self.rare_pairs.chunk_by_mut(|a, b| a.first_page == b.first_page) {
            let row = site.row(asked[0].first_page)?;
            for pair in row.clone().zip(row.skip(1)) {
                let at = asked.partition_point(|asked| asked.families < pair);
                if let Some(first) = asked.get_mut(at).filter(|first| first.families == pair) {
                    first.found = true;
                }
            }
            for same in asked.chunk_by(|a, b| a.families == b.families) {
                for asked in same.iter().filter(|_| same[0].found) {
                    self.counted[asked.line as usize].followed = 2;
                }
            }
        }
        Ok(())
    }

    /// Counts of a family that was not seen for a while fade; those of a new one count against the
    /// pages since it was new.
    fn age(
        &self,
        site: &Site<'_>,
        counted: &mut Counted,
        [first, last]: [Day; 2],
        day: Day,
        half_life: u32,
        group_is_new: u32,
    ) -> Result<()> {
        let age = day.since(last);
        let FamilyStats { groups, pages, occurrences, variants, fresh } = &mut counted.stats;
        for count in [&mut *groups, pages, occurrences, variants, fresh] {
            *count = faded(*count, age, half_life);
        }
        let groups = *groups;
        if groups >= self.time.new_after && first.is_known() {
            counted.of = Some((site.groups_since(first)? + group_is_new).max(groups));
        }
        Ok(())
    }

    /// Finds the pages that are one page with this one, and gathers what they have.
    fn standing(&mut self, site: &Site<'_>, page: PageLines<'_>) -> Result<Standing> {
        self.group.clear();
        self.pairs.clear();
        let PageKey { url, content, .. } = page.key;
        if site.has_page(url, content)? {
            return Ok(Standing::Learnt);
        }
        let mut standing = Standing::New;
        for at in site.pages_like(url, content)?.take(LIKE) {
            standing = Standing::Like;
            self.gather(site, at)?;
        }
        if standing == Standing::New
            && let Some(at) = self.vote(site, page)?
        {
            standing = Standing::Like;
            self.gather(site, at)?;
        }
        self.group.sort_unstable();
        self.group.dedup();
        self.pairs.sort_unstable();
        self.pairs.dedup();
        Ok(standing)
    }

    fn gather(&mut self, site: &Site<'_>, page: u32) -> Result<()> {
        let row = site.row(page)?;
        self.group.extend(row.clone());
        self.pairs.extend(row.clone().zip(row.skip(1)));
        Ok(())
    }

    /// The page of the bank that is a copy of this one by what they share, if one is. Asks only the
    /// first page of every rare family.
    fn vote(&mut self, site: &Site<'_>, page: PageLines<'_>) -> Result<Option<u32>> {
        let pages = site.pages() as usize + 1;
        let cap = (pages / 5).clamp(2, 20);
        self.votes.clear();
        let mut mine = Weight::default();
        for ((line, family), &(_, is_first)) in
            page.lines.iter().zip(&self.families).zip(&self.on_page.times)
        {
            let on = family.map_or(1, |(_, family)| family.pages as usize + 1);
            if !is_first || on > cap {
                continue;
            }
            let vote = Weight::of_rare(line.shape);
            mine.add(vote);
            if let Some((_, family)) = family {
                let turn = u32::try_from(self.votes.len()).unwrap_or(u32::MAX);
                self.votes.push((family.first_page, turn, vote));
            }
        }
        // By page, then in the order in which the pages were voted for first.
        self.votes.sort_unstable_by_key(|&(page, turn, _)| (page, turn));
        self.votes.dedup_by(|next, (page, _, shared)| {
            let is_same = next.0 == *page;
            if is_same {
                shared.add(next.2);
            }
            is_same
        });
        self.votes.retain(|(_, _, shared)| shared.may_be_one_page());
        self.votes.sort_unstable_by_key(|&(_, turn, _)| turn);
        self.ours.clear();
        self.ours.extend(self.families.iter().flatten().map(|&(at, _)| at));
        self.ours.sort_unstable();
        for &(at, _, shared) in &self.votes {
            let mut theirs = Weight::default();
            let mut row: Vec<u32> = site.row(at)?.collect();
            row.sort_unstable();
            row.dedup();
            for family in row.into_iter().filter(|&family| family < site.families()[0]) {
                // One of ours is on this page as well.
                let ours = self.ours.binary_search(&family).is_ok();
                if site.family(family)?.pages as usize + usize::from(ours) <= cap {
                    theirs.add(Weight::of_rare(site.shape(family)?));
                }
            }
            if is_copy(pages, shared, mine, theirs) || is_same(shared, mine, theirs) {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }
}

/// A page and what a bank counts of it, by the numbers of its paragraphs.
struct OfPage<'p> {
    lines: &'p [Line],
    counted: &'p [Counted],
    known: &'p [u64],
    seeds: Option<&'p SeedBank>,
}

impl Counts for OfPage<'_> {
    fn family(&self, paragraph: usize) -> u64 {
        self.lines[paragraph].family
    }

    fn shape(&self, paragraph: usize) -> Shape {
        self.lines[paragraph].shape
    }

    #[inline]
    fn cue(&self, paragraph: usize) -> Cue {
        self.lines[paragraph].cue
    }

    fn counted(&self, paragraph: usize) -> Counted {
        self.counted[paragraph]
    }

    fn known(&self, paragraph: usize) -> Option<Origin> {
        let family = self.lines[paragraph].family;
        if self.seeds.is_some_and(|seeds| seeds.has(family)) {
            return Some(Origin::Seeds);
        }
        self.known.binary_search(&family).is_ok().then_some(Origin::Sites)
    }
}

/// Pages of one URL that are looked at.
const LIKE: usize = 8;

impl Weight {
    /// What a rare family votes with.
    fn of_rare(shape: Shape) -> Weight {
        let is_passage = shape.prose() == Prose::Passage;
        let passage = if is_passage { shape.words() } else { 0 };
        Weight { copy: passage, lines: u32::from(is_passage), all: shape.words().max(1), passage }
    }
}

/// A count after `age` days, halved every `half_life`, in steps of a sixteenth.
fn faded(count: u32, age: u32, half_life: u32) -> u32 {
    /// 1024 · 2^(−n/16).
    const STEPS: [u64; 16] =
        [1024, 981, 939, 899, 861, 825, 790, 756, 724, 693, 664, 636, 609, 583, 558, 535];
    let half_life = half_life.max(1);
    let halvings = (age / half_life).min(32);
    let step = u64::from(age % half_life) * 16 / u64::from(half_life);
    let factor = STEPS[usize::try_from(step).unwrap_or(15).min(15)];
    let faded = (u64::from(count) * factor / 1024) >> halvings;
    u32::try_from(faded).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_halve_and_never_grow() {
        assert_eq!(faded(100, 0, 30), 100);
        assert_eq!(faded(100, 30, 30), 50);
        assert_eq!(faded(100, 90, 30), 12);
        assert_eq!(faded(u32::MAX, u32::MAX, 1), 0);
        let of_age: Vec<u32> = (0..300).map(|age| faded(1000, age, 30)).collect();
        assert!(of_age.is_sorted_by(|a, b| a >= b), "{of_age:?}");
    }
}
