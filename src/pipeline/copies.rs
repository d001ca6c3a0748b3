//! Finds copies: candidates from traces, the text of the candidates fetched, aligned and decided.

use std::num::NonZeroUsize;

use super::{
    Settings, Underway, Unit, label::Labels, learn::Learnt, parallel, propose::propose,
    texts::Texts,
};
use crate::{
    Result,
    copies::{
        Aligner, Bodies, Candidate, Cluster, Clusters, Kinship, Link, Measures, Member, Passage,
        Rule, Verdict, clusters, passages,
    },
    input::Corpus,
    output::{ClusterFinding, Counts, Findings, MemberFinding, Placed},
    page::PageNumber,
    recipe::Keep,
    trace::Traces,
};

/// Pairs verified together by one worker.
const CHUNK: usize = 256;
/// Clusters proven together by one worker.
const CLUSTERS: usize = 16;

pub(super) fn find(
    corpus: &Corpus,
    settings: &Settings,
    learnt: Learnt,
    labels: Labels,
    near_families: usize,
    now: Underway<'_>,
) -> Result<Findings> {
    let Learnt { traces, bad, text_bytes, input_bytes } = learnt;
    let Labels { marks, mut chrome, sites } = labels;
    let proposals = propose(settings, &traces, &marks);
    let texts =
        Texts::fetch(corpus, settings, &traces, &marks, &proposals.pairs, &mut chrome, now)?;
    let links = verify(settings.threads, &traces, &texts.bodies, &proposals.pairs, now);
    let ranks = ranks(settings.recipe.keep, &traces, &texts.bodies, &links);
    let mut aligner = Aligner::new();
    let found = clusters(
        &links,
        |page| ranks.binary_search_by_key(&page, |row| row.0).map_or(u32::MAX, |at| ranks[at].1),
        |page, lead| {
            let verdict =
                decide(&mut aligner, &traces, &texts.bodies, page.min(lead), page.max(lead))?;
            Some(if page < lead { verdict } else { verdict.flipped() })
        },
    );

    chrome.sort_by_key(|family| (std::cmp::Reverse(family.pages), family.site, family.first));
    let counts = Counts {
        input_bytes,
        text_bytes,
        bad: bad.count,
        bad_first: bad.first,
        near_families: near_families as u64,
        candidates: proposals.pairs.len() as u64,
        limits: proposals.limits,
        splits: found.splits,
        out_of_tries: found.out_of_tries,
    };
    let (clusters, placed) = prove(settings.threads, &found, &texts, now);
    Ok(Findings {
        recipe: settings.recipe.clone(),
        traces,
        marks,
        sites,
        chrome,
        links,
        clusters,
        placed,
        counts,
    })
}

/// Aligns and decides every pair; pairs with the same longer text follow each other, and of pairs with
/// the same texts one is aligned.
fn verify(
    threads: NonZeroUsize,
    traces: &Traces,
    bodies: &Bodies,
    pairs: &[Candidate],
    now: Underway<'_>,
) -> Vec<Link> {
    now.expect(Unit::Pairs, pairs.len());
    let mut order: Vec<(u64, u32)> = (0..).zip(pairs).map(|(i, p)| (texts(bodies, p), i)).collect();
    order.sort_unstable();
    let chunks: Vec<&[(u64, u32)]> = order.chunks(CHUNK).collect();
    let numbers: Vec<usize> = (0..chunks.len()).collect();
    let found = parallel::map(threads, &numbers, Aligner::new, |aligner, chunk| {
        let mut last: Option<([u32; 2], Measures)> = None;
        let mut verdict = |pair: &Candidate| {
            let of = [bodies.text(pair.a)?, bodies.text(pair.b)?];
            let measures = match last {
                Some((texts, measures)) if texts == of => measures,
                _ => aligner.align(bodies.get(pair.a)?, bodies.get(pair.b)?).measures,
            };
            last = Some((of, measures));
            Rule::STUDY.decide(&measures, kinship(traces, pair.a, pair.b))
        };
        let of_pair = |&(_, i): &(u64, u32)| Some((i, verdict(&pairs[i as usize])?));
        let verdicts = chunks[chunk].iter().filter_map(of_pair).collect::<Vec<(u32, Verdict)>>();
        now.advance(chunks[chunk].len() as u64);
        verdicts
    });
    let mut verdicts: Vec<Option<Verdict>> = vec![None; pairs.len()];
    for (i, verdict) in found.into_iter().flatten() {
        verdicts[i as usize] = Some(verdict);
    }
    let link = |(pair, verdict): (&Candidate, Option<Verdict>)| {
        Some(Link { a: pair.a, b: pair.b, verdict: verdict? })
    };
    pairs.iter().zip(verdicts).filter_map(link).collect()
}

/// The texts of a pair, the longer one in the high bits.
fn texts(bodies: &Bodies, pair: &Candidate) -> u64 {
    let of = |page| {
        let tokens = bodies.get(page).map_or(0, |body| body.tokens());
        (tokens, bodies.text(page).unwrap_or(0))
    };
    let (a, b) = (of(pair.a), of(pair.b));
    let (longer, shorter) = if b.0 < a.0 { (a.1, b.1) } else { (b.1, a.1) };
    u64::from(longer) << 32 | u64::from(shorter)
}

fn decide(
    aligner: &mut Aligner,
    traces: &Traces,
    bodies: &Bodies,
    a: PageNumber,
    b: PageNumber,
) -> Option<Verdict> {
    let alignment = aligner.align(bodies.get(a)?, bodies.get(b)?);
    Rule::STUDY.decide(&alignment.measures, kinship(traces, a, b))
}

/// What is known of two pages before they are compared.
pub(super) fn kinship(traces: &Traces, a: PageNumber, b: PageNumber) -> Kinship {
    let (page, other) = (traces.page(a), traces.page(b));
    if page.site != other.site {
        Kinship::Across
    } else if page.url != 0 && page.url == other.url {
        Kinship::SameUrl
    } else {
        Kinship::Within
    }
}

/// For every linked page its rank by the keep rule, 0 for the one to lead if it can. Ascending by
/// page.
fn ranks(keep: Keep, traces: &Traces, bodies: &Bodies, links: &[Link]) -> Vec<(PageNumber, u32)> {
    let mut pages: Vec<PageNumber> = links.iter().flat_map(|link| [link.a, link.b]).collect();
    pages.sort_unstable();
    pages.dedup();
    // A page without a date comes after those that have one.
    let date = |page| {
        let date = traces.date(page);
        (date.is_empty(), date)
    };
    let length = |page| std::cmp::Reverse(bodies.len_words(page));
    match keep {
        Keep::First => {}
        Keep::Longest => pages.sort_by_key(|&page| (length(page), date(page), page)),
        Keep::Earliest => pages.sort_by_key(|&page| (date(page), length(page), page)),
    }
    let mut ranks: Vec<(PageNumber, u32)> = pages.into_iter().zip(0..).collect();
    ranks.sort_unstable();
    ranks
}

/// Adds the shared passages to every member, and lists who is where.
fn prove(
    threads: NonZeroUsize,
    found: &Clusters,
    texts: &Texts,
    now: Underway<'_>,
) -> (Vec<ClusterFinding>, Vec<(PageNumber, Placed)>) {
    now.expect(Unit::Clusters, found.clusters.len());
    let mut placed = Vec::new();
    for (cluster, of) in found.clusters.iter().enumerate() {
        placed.push((of.lead, Placed { cluster, member: None }));
        for (member, of) in of.members.iter().enumerate() {
            placed.push((of.page, Placed { cluster, member: Some(member) }));
        }
    }
    placed.sort_unstable_by_key(|row| row.0);

    let chunks: Vec<_> = found.clusters.chunks(CLUSTERS).collect();
    let numbers: Vec<usize> = (0..chunks.len()).collect();
    let proven = parallel::map(threads, &numbers, Aligner::new, |aligner, chunk| {
        let prove = |of: &Cluster| {
            let member = |member: &Member| MemberFinding {
                page: member.page,
                verdict: member.verdict,
                passages: shared(aligner, &texts.bodies, member.page, of.lead),
            };
            let members = of.members.iter().map(member).collect();
            ClusterFinding { lead: of.lead, title: texts.title(of.lead).to_owned(), members }
        };
        let proven = chunks[chunk].iter().map(prove).collect::<Vec<_>>();
        now.advance(chunks[chunk].len() as u64);
        proven
    });
    (proven.into_iter().flatten().collect(), placed)
}

fn shared(
    aligner: &mut Aligner,
    bodies: &Bodies,
    page: PageNumber,
    lead: PageNumber,
) -> Vec<Passage> {
    let mut out = Vec::new();
    if let (Some(here), Some(there)) = (bodies.get(page), bodies.get(lead)) {
        let mut runs = aligner.align(here, there).runs.to_vec();
        passages(&mut runs, here, there, &mut out);
    }
    out
}
