//! Clusters: pages whose text is in one lead.
//!
//! Chains of links must not make clusters: A shares half with B and B with C, and A and C have
//! nothing in common (single-linkage chaining; union-find alone put 2,062 of 3,307 licence
//! texts into one cluster). So `same` and `cut` links only say which pages to look at together, as
//! components of a union-find. Inside a component one page leads; a page joins it if that link is
//! *verified* and the lead holds at least half of the page's own text, so that no page is put away
//! under a lead that lacks most of it. What did not join goes on in the same way, so a component may
//! split. `part` links join nothing.
//!
//! Which page leads: the best by the caller's rank (the keep rule) *among those that can*, which are
//! the pages that hold half of nearly as many free pages, by their links, as any page does. The best
//! of all would often be a long page that has a passage of the story inside its own: it takes what was
//! cut, and the print of the whole story, which it does not hold, is left alone.
//!
//! # Cost
//!
//! A pair of page and lead that was never linked is verified on demand. Each page gets [`TRIES`] of
//! these, at most one with each lead; after them it joins only leads it is linked to. So a component
//! of `n` pages and `l` links costs `O((n + l) · log n)` steps and at most `TRIES · n` verifications,
//! however many leads it splits into: a star of 100,000 pages costs its links and none. Pages that
//! had used up their tries when another lead came are counted.

use crate::base::page::{PageNumber, Relation};

use super::{decide::Verdict, lead::Leads, measure::Share};

/// The least share of a member's own text that its lead holds.
pub const HELD: Share = Share::new(1, 2);

/// Verifications on demand for one page.
pub const TRIES: u8 = 16;

/// A verified copy between two pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The verdict's first page.
    pub a: PageNumber,
    /// The verdict's second page.
    pub b: PageNumber,
    /// What they are to each other.
    pub verdict: Verdict,
}

/// A page of a cluster that is not its lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its number.
    pub page: PageNumber,
    /// What it is to the lead; the first text is the member's.
    pub verdict: Verdict,
}

/// Pages that print the lead's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The page that is kept.
    pub lead: PageNumber,
    /// The others, ascending; at least one.
    pub members: Vec<Member>,
}

/// All clusters, and what it took to find them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clusters {
    /// By ascending lead. A page is in one cluster at most.
    pub clusters: Vec<Cluster>,
    /// Components that did not end under one lead.
    pub splits: u64,
    /// Pairs of page and lead that had no link and were verified.
    pub verified_on_demand: u64,
    /// Pages that had used up their [`TRIES`] when a lead came that they have no link to.
    pub out_of_tries: u64,
}

/// Finds the clusters of `links`.
///
/// Links may come in any order; of two between the same pages the first counts. `rank` is the keep
/// rule: of two pages that can lead the one with the smaller rank does, of equal ranks the smaller
/// number.
/// `verify(page, lead)` compares two pages that have no link; the first text of its verdict is the
/// page's.
pub fn clusters(
    links: &[Link],
    rank: impl Fn(PageNumber) -> u32,
    mut verify: impl FnMut(PageNumber, PageNumber) -> Option<Verdict>,
) -> Clusters {
    let mut result = Clusters::default();
    let mut graph = Graph::new(links);
    for component in graph.components(rank) {
        graph.split(&component, &mut verify, &mut result);
    }
    result.clusters.sort_unstable_by_key(|cluster| cluster.lead);
    result
}

/// A link as one of its pages sees it. The page is known from where the edge stands.
#[derive(Clone, Copy, Debug, Default)]
struct Edge {
    /// Index of the link.
    link: usize,
    /// The other page.
    other: u32,
    joins: bool,
    /// The other page may lead this one.
    holds: bool,
}

/// The edges of every page, by their other pages, of equal ones the first; and for each page the first of its edges and
/// the end of the last.
///
/// `ends` are the places of a link's pages, for those that count.
fn by_page(
    pages: usize,
    links: &[Link],
    ends: impl Fn(&Link) -> Option<(u32, u32)>,
) -> (Vec<Edge>, Vec<usize>) {
    let mut firsts = vec![0; pages + 1];
    for (a, b) in links.iter().filter_map(&ends) {
        firsts[a as usize] += 1;
        firsts[b as usize] += 1;
    }
    let mut sum = 0;
    for first in &mut firsts {
        sum += std::mem::replace(first, sum);
    }
    let mut edges = vec![Edge::default(); sum];
    // Each page's place moves from its first edge to the end of its last, which is where the next page's first is.
    for (link, of) in links.iter().enumerate() {
        let Some((a, b)) = ends(of) else { continue };
        for (page, other, verdict) in [(a, b, of.verdict), (b, a, of.verdict.flipped())] {
            let place = &mut firsts[page as usize];
            edges[*place] = Edge { link, other, joins: joins(&verdict), holds: holds(&verdict) };
            *place += 1;
        }
    }
    let (mut start, mut kept) = (0, 0);
    for end in &mut firsts[..pages] {
        let (from, first) = (std::mem::replace(&mut start, *end), kept);
        // Links that ascend leave the others of each page in order.
        if !edges[from..start].is_sorted_by_key(|edge| edge.other) {
            edges[from..start].sort_by_key(|edge| edge.other);
        }
        for at in from..start {
            if kept == first || edges[kept - 1].other != edges[at].other {
                edges[kept] = edges[at];
                kept += 1;
            }
        }
        *end = first;
    }
    firsts[pages] = kept;
    edges.truncate(kept);
    (edges, firsts)
}

/// What became of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// May still be tried so often.
    Free(u8),
    /// Leads or is a member.
    Placed,
}

/// Links by page. Pages are named by their place among those that have a joining link.
struct Graph<'a> {
    links: &'a [Link],
    pages: Vec<PageNumber>,
    /// Both directions, by page.
    edges: Vec<Edge>,
    /// For each page the first of its edges, and the end of the last.
    firsts: Vec<usize>,
    states: Vec<State>,
    /// For each page, how many free pages it holds by their links.
    held: Vec<u32>,
    /// The last lead that each page had a link to.
    met: Vec<usize>,
}

impl Graph<'_> {
    fn new(links: &[Link]) -> Graph<'_> {
        const NONE: u32 = u32::MAX;
        let joining = || links.iter().filter(|link| joins(&link.verdict) && link.a != link.b);
        let end = joining().map(|link| link.a.max(link.b) as usize + 1).max().unwrap_or(0);
        let mut places = vec![NONE; end];
        joining().for_each(|link| {
            places[link.a as usize] = 0;
            places[link.b as usize] = 0;
        });
        let mut pages: Vec<PageNumber> = Vec::new();
        for (page, place) in (0..).zip(&mut places).filter(|(_, place)| **place != NONE) {
            *place = u32::try_from(pages.len()).unwrap_or(NONE);
            pages.push(page);
        }

        // `part` links between these pages stay: they say that a pair need not be verified.
        let place =
            |page: PageNumber| places.get(page as usize).copied().filter(|&place| place != NONE);
        let ends = |link: &Link| Some((place(link.a)?, place(link.b)?)).filter(|(a, b)| a != b);
        let (edges, firsts) = by_page(pages.len(), links, ends);
        let states = vec![State::Free(TRIES); pages.len()];
        let met = vec![usize::MAX; pages.len()];
        let mut held = vec![0; pages.len()];
        for edge in &edges {
            held[edge.other as usize] += u32::from(edge.holds);
        }
        Graph { links, pages, edges, firsts, states, held, met }
    }

    /// The verdict of an edge of `page`; the first text is the other page's.
    fn verdict(&self, page: usize, edge: Edge) -> Verdict {
        let Link { a, verdict, .. } = self.links[edge.link];
        if self.pages[page] == a { verdict.flipped() } else { verdict }
    }

    /// Pages by component, each in the order of the keep rule.
    fn components(&self, rank: impl Fn(PageNumber) -> u32) -> Vec<Vec<usize>> {
        let mut forest = Forest::new(self.pages.len());
        for (page, of) in self.firsts.windows(2).enumerate() {
            for edge in self.edges[of[0]..of[1]].iter().filter(|edge| edge.joins) {
                forest.unite(page, edge.other as usize);
            }
        }
        let mut order: Vec<(usize, u32, usize)> = (0..self.pages.len())
            .map(|page| (forest.root(page), rank(self.pages[page]), page))
            .collect();
        order.sort_unstable();
        let components = order.chunk_by(|one, next| one.0 == next.0);
        components.map(|pages| pages.iter().map(|&(_, _, page)| page).collect()).collect()
    }

    /// Gives each page of a component to the best lead that holds its text.
    fn split(
        &mut self,
        component: &[usize],
        verify: &mut impl FnMut(PageNumber, PageNumber) -> Option<Verdict>,
        result: &mut Clusters,
    ) {
        let mut leads = 0_u64;
        // Pages that are not placed and have tries left, in the order of the component.
        let mut trying: Vec<usize> = component.to_vec();
        let mut order = Leads::of(component.iter().map(|&page| self.held[page]));
        let held = |graph: &Graph, at: usize| {
            let page = component[at];
            (graph.states[page] != State::Placed).then(|| graph.held[page])
        };
        while let Some(at) = order.next(|at| held(self, at)) {
            let lead = component[at];
            leads += 1;
            self.take(lead);
            let mut members = Vec::new();
            for at in self.firsts[lead]..self.firsts[lead + 1] {
                let edge = self.edges[at];
                let page = edge.other as usize;
                self.met[page] = lead;
                self.place(page, self.verdict(lead, edge), &mut members);
            }
            trying.retain(|&page| {
                let State::Free(tries) = self.states[page] else { return false };
                if self.met[page] == lead {
                    return true;
                }
                if tries == 0 {
                    result.out_of_tries += 1;
                    return false;
                }
                self.states[page] = State::Free(tries - 1);
                result.verified_on_demand += 1;
                if let Some(verdict) = verify(self.pages[page], self.pages[lead]) {
                    self.place(page, verdict, &mut members);
                }
                self.states[page] != State::Placed
            });
            if !members.is_empty() {
                members.sort_unstable_by_key(|member| member.page);
                result.clusters.push(Cluster { lead: self.pages[lead], members });
            }
        }
        result.splits += u64::from(leads > 1);
    }

    /// Makes `page` a member if it is free and its text is in the lead's.
    fn place(&mut self, page: usize, verdict: Verdict, members: &mut Vec<Member>) {
        if self.states[page] != State::Placed && holds(&verdict) {
            self.take(page);
            members.push(Member { page: self.pages[page], verdict });
        }
    }

    /// Makes `page` a lead or a member: the pages that hold it hold one free page less.
    fn take(&mut self, page: usize) {
        self.states[page] = State::Placed;
        for edge in &self.edges[self.firsts[page]..self.firsts[page + 1]] {
            self.held[edge.other as usize] -= u32::from(edge.holds);
        }
    }
}

/// Whether the second text may lead the first.
fn holds(verdict: &Verdict) -> bool {
    joins(verdict) && verdict.covered_a.at_least(HELD)
}

fn joins(verdict: &Verdict) -> bool {
    matches!(verdict.relation, Relation::Same | Relation::Cut)
}

/// Union-find with the smallest page as root, so that roots don't depend on the order of links.
///
/// Paths are halved (Tarjan and van Leeuwen, *Worst-case analysis of set union algorithms*, 1984);
/// without ranks a step costs `O(log n)` on average over all.
struct Forest {
    parents: Vec<usize>,
}

impl Forest {
    fn new(pages: usize) -> Forest {
        Forest { parents: (0..pages).collect() }
    }

    fn root(&mut self, mut page: usize) -> usize {
        while self.parents[page] != page {
            self.parents[page] = self.parents[self.parents[page]];
            page = self.parents[page];
        }
        page
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::copies::{
        decide::Rule,
        measure::{HalfWords, Share},
    };

    /// A verdict between texts of `a` and `b` words that share `shared`, as the rule gives it.
    fn verdict(a: u32, b: u32, shared: u32) -> Verdict {
        let measures = crate::copies::Measures {
            a: HalfWords::of(a),
            b: HalfWords::of(b),
            shared_a: HalfWords::of(shared),
            shared_b: HalfWords::of(shared),
            b_is_shorter: b < a,
            narrative: HalfWords::of(50),
            paragraphs: 3,
            ..crate::copies::Measures::default()
        };
        Rule::STANDARD.decide(&measures, crate::copies::Kinship::Across).unwrap()
    }

    fn link(a: PageNumber, b: PageNumber, verdict: Verdict) -> Link {
        Link { a, b, verdict }
    }

    /// Lead and members, by number.
    fn shape(found: &Clusters) -> Vec<(PageNumber, Vec<PageNumber>)> {
        let members =
            |cluster: &Cluster| cluster.members.iter().map(|member| member.page).collect();
        found.clusters.iter().map(|cluster| (cluster.lead, members(cluster))).collect()
    }

    fn never(page: PageNumber, lead: PageNumber) -> Option<Verdict> {
        panic!("{page} and {lead} are linked")
    }

    #[test]
    fn a_cut_lies_under_the_page_that_holds_it_and_not_the_other_way() {
        let links = [link(3, 8, verdict(100, 300, 100))];
        let found = clusters(&links, |page| u32::from(page == 3), never);
        assert_eq!(shape(&found), [(8, vec![3])]);
        let member = found.clusters[0].members[0];
        assert_eq!(member.verdict.covered_a, Share::new(200, 200));

        // The keep rule would have the short one, which can't lead.
        let found = clusters(&links, |page| page, never);
        assert_eq!((shape(&found), found.splits), (vec![(8, vec![3])], 0));
    }

    #[test]
    fn part_links_join_nothing() {
        let found = clusters(&[link(0, 1, verdict(100, 100, 40))], |page| page, never);
        assert_eq!(found, Clusters::default());
    }

    #[test]
    fn a_chain_splits_where_the_lead_lacks_the_text() {
        let same = verdict(100, 100, 60);
        let chain: Vec<Link> = (0..5).map(|page| link(page, page + 1, same)).collect();
        let mut asked = BTreeSet::new();
        let found = clusters(
            &chain,
            |page| page,
            |page, lead| {
                assert!(asked.insert((page, lead)), "asked twice");
                None
            },
        );
        assert_eq!(shape(&found), [(1, vec![0, 2]), (4, vec![3, 5])]);
        assert_eq!((found.splits, found.verified_on_demand), (1, asked.len() as u64));
    }

    #[test]
    fn a_page_without_a_link_to_the_lead_is_verified_before_it_joins() {
        let same = verdict(100, 100, 100);
        let linked = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (1, 4)];
        let links = linked.map(|(a, b)| link(a, b, same));
        let found = clusters(
            &links,
            |page| page,
            |page, lead| {
                assert_eq!((page, lead), (4, 0));
                Some(verdict(90, 100, 88))
            },
        );
        assert_eq!(shape(&found), [(0, vec![1, 2, 3, 4])]);
        assert_eq!((found.splits, found.verified_on_demand), (0, 1));
        assert_eq!(found.clusters[0].members[3].verdict, verdict(90, 100, 88));
    }

    /// A host has a passage of the story in its own; the passage is all that two pages print.
    #[test]
    fn the_longest_page_does_not_lead_if_it_lacks_most_of_the_others() {
        let (whole, cut_of_whole) = (verdict(100, 100, 100), verdict(30, 100, 30));
        let links = [
            link(1, 2, whole),
            link(1, 3, whole),
            link(2, 3, whole),
            link(4, 1, cut_of_whole),
            link(4, 2, cut_of_whole),
            link(5, 3, cut_of_whole),
            link(4, 9, verdict(30, 200, 30)),
            link(5, 9, verdict(30, 200, 30)),
            link(1, 9, verdict(100, 200, 40)),
        ];
        let found = clusters(
            &links,
            |page| u32::from(page != 9),
            |page, lead| {
                assert_eq!((page, lead), (5, 1));
                Some(cut_of_whole)
            },
        );
        assert_eq!(shape(&found), [(1, vec![2, 3, 4, 5])]);
    }

    #[test]
    fn a_star_of_100_000_pages_verifies_nothing() {
        let same = verdict(100, 100, 80);
        let links: Vec<Link> = (1..100_000).map(|page| link(0, page, same)).collect();
        let found = clusters(&links, |page| page, never);
        assert_eq!(found.clusters[0].members.len(), 99_999);
        assert_eq!((found.splits, found.out_of_tries), (0, 0));
    }

    /// Without the limit this chain would take 5·10⁹ verifications.
    #[test]
    fn a_long_chain_stays_within_its_tries() {
        let same = verdict(100, 100, 60);
        let links: Vec<Link> = (1..100_000).map(|page| link(page - 1, page, same)).collect();
        let found = clusters(&links, |page| page, |_, _| None);
        assert_eq!(found.clusters.len(), 33_333);
        assert!(found.verified_on_demand <= u64::from(TRIES) * 100_000);
        assert!(found.out_of_tries > 99_000);
    }

    /// Texts are intervals of a line, so that what two share is known.
    fn shared(
        texts: &BTreeMap<PageNumber, (u32, u32)>,
        a: PageNumber,
        b: PageNumber,
    ) -> Option<Verdict> {
        let ((a, a_len), (b, b_len)) = (texts[&a], texts[&b]);
        let shared = (a + a_len).min(b + b_len).saturating_sub(a.max(b));
        (shared * 5 >= a_len.min(b_len)).then(|| verdict(a_len, b_len, shared))
    }

    proptest! {
        #[test]
        fn clusters_are_stars_inside_components(
            texts in proptest::collection::btree_map(0..60_u32, (0..200_u32, 20..80_u32), 0..16),
            known in vec(any::<bool>(), 256),
            ranks in vec(0..4_u32, 60),
        ) {
            let pages: Vec<u32> = texts.keys().copied().collect();
            let mut links = Vec::new();
            for (i, &a) in pages.iter().enumerate() {
                for (j, &b) in pages.iter().enumerate().skip(i + 1) {
                    if known[i * 16 + j] && let Some(verdict) = shared(&texts, a, b) {
                        links.push(if known[j * 16 + i] { link(a, b, verdict) } else { link(b, a, verdict.flipped()) });
                    }
                }
            }
            let rank = |page: PageNumber| ranks[page as usize];
            let found = clusters(&links, rank, |a, b| shared(&texts, a, b));

            // The order of links does not matter.
            let reversed: Vec<Link> = links.iter().rev().copied().collect();
            prop_assert_eq!(&found, &clusters(&reversed, rank, |a, b| shared(&texts, a, b)));

            // The definition: components by flood fill, then the best of the free pages that hold
            // nearly as many others as any takes all it holds.
            let mut expected = Vec::new();
            let mut free: BTreeSet<u32> = pages.iter().copied().collect();
            let mut splits = 0;
            while let Some(&seed) = free.first() {
                let (mut component, mut stack) = (BTreeSet::new(), vec![seed]);
                while let Some(page) = stack.pop() {
                    if component.insert(page) {
                        let joining = links.iter().filter(|link| joins(&link.verdict));
                        stack.extend(joining.filter(|link| link.a == page || link.b == page).map(|link| link.a + link.b - page));
                    }
                }
                free.retain(|page| !component.contains(page));
                let mut leads = 0;
                while !component.is_empty() {
                    let count = |page: u32| {
                        let held = |one: u32, other: u32, verdict: Verdict| {
                            one == page && component.contains(&other) && joins(&verdict) && verdict.covered_b.at_least(HELD)
                        };
                        links.iter().filter(|link| held(link.a, link.b, link.verdict) || held(link.b, link.a, link.verdict.flipped())).count()
                    };
                    let most = component.iter().map(|&page| count(page)).max().unwrap();
                    let able = component.iter().copied().filter(|&page| 4 * count(page) >= 3 * most);
                    let lead = able.min_by_key(|&page| (rank(page), page)).unwrap();
                    component.remove(&lead);
                    leads += 1;
                    let members: Vec<u32> = component.iter().copied().filter(|&page| {
                        shared(&texts, page, lead).is_some_and(|verdict| joins(&verdict) && verdict.covered_a.at_least(Share::new(1, 2)))
                    }).collect();
                    component.retain(|page| !members.contains(page));
                    if !members.is_empty() {
                        expected.push((lead, members));
                    }
                }
                splits += u64::from(leads > 1);
            }
            expected.sort();
            prop_assert_eq!(shape(&found), expected);
            prop_assert_eq!(found.splits, splits);
            for cluster in &found.clusters {
                for member in &cluster.members {
                    prop_assert_eq!(Some(member.verdict), shared(&texts, member.page, cluster.lead));
                }
            }
        }
    }
}
