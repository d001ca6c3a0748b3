//! Clusters: which page leads, who is a member, and what proves it.

use super::verify::Comparison;
use crate::{
    Result,
    base::{
        moment::Moment,
        page::{PageNumber, Relation},
        recipe::Keep,
    },
    chrome::{ChromeFamily, Mark},
    copies::{
        Beside, Cluster, Clusters, Comparer, Credit, Library, Link, Member, Passage, Rule, Share,
        clusters, credit, passages,
    },
    engine::{ClusterFinding, MemberFinding, Placed, Unit, parallel},
    table::PageColumns,
};

/// Clusters proven together by one worker.
const CLUSTERS: usize = 16;

/// By what a page leads: how long its print is, and how long if that is the same. What no copy has counts up to a fourth
/// of what one has, and as a tie-breaker up to as much: a page that prints a story inside its own is no better print of it.
fn lengths(worth: u32, shared: u32) -> [u32; 2] {
    let most = |of: u32| if worth <= of { worth } else { shared };
    [most(shared.saturating_add(shared / 4)), most(shared.saturating_mul(2))]
}

/// The order of families of chrome: those on most pages first.
pub(crate) fn chrome_order(family: &ChromeFamily) -> impl Ord + use<> {
    (std::cmp::Reverse(family.pages), family.site, family.first)
}

/// Pages of clusters and where in them they are.
type Places = Vec<(PageNumber, Placed)>;

impl<L: Library> Comparison<'_, L> {
    /// Clusters of links.
    pub(crate) fn clusters(&self, keep: Keep, links: &[Link]) -> Clusters {
        let ranks = self.ranks(keep, links);
        let rank = |page| ranks.get(page as usize).copied().unwrap_or(u32::MAX);
        let (mut comparer, mut loaded) = (Comparer::new(), L::BodyPair::default());
        clusters(links, rank, |page, lead| {
            let (a, b) = (page.min(lead), page.max(lead));
            let (first, second) = self.library.load_pair(&mut loaded, a, b)?;
            let verdict = comparer.compare(&Rule::STANDARD, first, second, (self.kinship)(a, b))?;
            Some(if page < lead { verdict } else { verdict.flipped() })
        })
    }

    /// By page, up to the last one that is linked, its rank by the keep rule among linked ones, 0 for the one to lead
    /// if it can.
    fn ranks(&self, keep: Keep, links: &[Link]) -> Vec<u32> {
        let end = links.iter().map(|link| link.a.max(link.b) as usize + 1).max().unwrap_or(0);
        let mut ranks = vec![u32::MAX; end];
        for link in links {
            ranks[link.a as usize] = 0;
            ranks[link.b as usize] = 0;
        }
        let linked = (0..).zip(&ranks).filter(|(_, rank)| **rank == 0);
        let pages: Vec<PageNumber> = linked.map(|(page, _)| page).collect();
        let dates = if keep == Keep::First { vec![0; pages.len()] } else { self.dates(&pages) };
        let mut shared = vec![0_u32; end];
        for link in links.iter().filter(|link| link.verdict.relation != Relation::Part) {
            for page in [link.a, link.b] {
                let most = &mut shared[page as usize];
                *most = link.verdict.shared.max(*most);
            }
        }
        let mut order: Vec<(usize, [u32; 3], PageNumber)> = pages
            .into_iter()
            .zip(dates)
            .map(|(page, date)| {
                let [length, own] = lengths(self.library.worth(page), shared[page as usize])
                    .map(|length| u32::MAX - length);
                let by = match keep {
                    Keep::First => [0; 3],
                    Keep::Longest => [length, own, date],
                    Keep::Earliest => [date, length, own],
                };
                ((self.rank)(page), by, page)
            })
            .collect();
        order.sort_unstable();
        for (rank, (_, _, page)) in (0..).zip(order) {
            ranks[page as usize] = rank;
        }
        ranks
    }

    /// The dates of pages, as numbers in the same order. A page without one, or with one that cannot be read, comes after
    /// those that have one.
    fn dates(&self, pages: &[PageNumber]) -> Vec<u32> {
        let moment = |&page: &PageNumber| Moment::of(&(self.date)(page));
        let mut order: Vec<(Moment, usize)> =
            pages.iter().zip(0..).filter_map(|(page, at)| Some((moment(page)?, at))).collect();
        order.sort_unstable();
        let mut dates = vec![u32::MAX; pages.len()];
        for (number, same) in (0..).zip(order.chunk_by(|a, b| a.0 == b.0)) {
            for &(_, at) in same {
                dates[at] = number;
            }
        }
        dates
    }

    /// Adds to every member what proves it, and lists who is where.
    pub(crate) fn prove(
        &self,
        found: &Clusters,
        beside: impl Fn(PageNumber, PageNumber) -> Beside + Sync,
        title: impl Fn(PageNumber) -> String + Sync,
        credits: impl Fn(PageNumber) -> Vec<Credit> + Sync,
    ) -> Result<(Vec<ClusterFinding>, Places)> {
        let mut placed = Vec::new();
        for (cluster, of) in found.clusters.iter().enumerate() {
            placed.push((of.lead, Placed { cluster, member: None }));
            for (member, of) in of.members.iter().enumerate() {
                placed.push((of.page, Placed { cluster, member: Some(member) }));
            }
        }
        placed.sort_unstable_by_key(|row| row.0);

        self.now.expect(Unit::Clusters, found.clusters.len());
        let chunks: Vec<_> = found.clusters.chunks(CLUSTERS).collect();
        let numbers: Vec<usize> = (0..chunks.len()).collect();
        let tools = || (Comparer::new(), L::BodyPair::default());
        let (now, threads) = (self.now, self.threads);
        let proven = parallel::map(now, threads, &numbers, tools, |(comparer, loaded), chunk| {
            let prove = |of: &Cluster| {
                let member = |member: &Member| MemberFinding {
                    page: member.page,
                    verdict: member.verdict,
                    passages: self.shared(comparer, loaded, member, of.lead),
                    words: self.held(comparer, loaded, member.page, of.lead),
                    beside: beside(member.page, of.lead),
                };
                let members = of.members.iter().map(member).collect();
                let pages = of.members.iter().map(|member| member.page);
                let credits =
                    credit::of_cluster(std::iter::once(of.lead).chain(pages).map(&credits));
                ClusterFinding { lead: of.lead, title: title(of.lead), credits, members }
            };
            let proven = chunks[chunk].iter().map(prove).collect::<Vec<_>>();
            self.now.advance(chunks[chunk].len() as u64);
            proven
        })?;
        Ok((proven.into_iter().flatten().collect(), placed))
    }

    /// Words of all the body of a page that its lead has.
    fn held(
        &self,
        comparer: &mut Comparer,
        loaded: &mut L::BodyPair,
        page: PageNumber,
        lead: PageNumber,
    ) -> Share {
        let laid = self.library.load_pair(loaded, page, lead);
        laid.map_or(Share::default(), |(here, there)| comparer.held(here, there))
    }

    fn shared(
        &self,
        comparer: &mut Comparer,
        loaded: &mut L::BodyPair,
        member: &Member,
        lead: PageNumber,
    ) -> Vec<Passage> {
        let mut out = Vec::new();
        if let Some((here, there)) = self.library.load_pair(loaded, member.page, lead) {
            let (mut runs, here, there) = comparer.proof(here, there, member.verdict.basis);
            passages(&mut runs, here, there, &mut out);
        }
        out
    }
}

/// Body of `page` that was not compared with its lead.
pub(crate) fn beside(
    columns: &PageColumns,
    marks: &[Mark],
    page: PageNumber,
    lead: PageNumber,
) -> Beside {
    // In order, for two pages of a million lines each.
    let mut theirs = columns.numbers()[columns.span(lead)].to_vec();
    theirs.sort_unstable();
    let mut beside = Beside::default();
    for paragraph in columns.span(page).filter(|&paragraph| marks[paragraph].is_beside()) {
        let is_there = theirs.binary_search(&columns.numbers()[paragraph]).is_ok();
        beside.add(columns.shapes()[paragraph].words(), is_there);
    }
    beside
}
