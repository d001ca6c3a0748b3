//! Candidates: pairs that share enough keys of one source.

use std::{num::NonZeroUsize, ops::Range};

use super::meet::{ANCHORS, BANDS, FAMILIES, ranges};
use crate::{
    Result,
    base::page::PageNumber,
    copies::{Candidate, Counter, Limits, Meetings, needed_anchors, union},
    engine::{Underway, parallel},
};

/// What is to be compared.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// Pairs, ascending, each once.
    pub(crate) pairs: Vec<Candidate>,
    /// What was linked instead of paired.
    pub(crate) limits: Limits,
}

/// How many keys of a source two pages must share; `sizes` are the distinct anchors of every page.
pub(crate) fn needed(source: usize, sizes: &[u32]) -> impl Fn(PageNumber, PageNumber) -> u32 {
    move |a, b| {
        let of = |page: PageNumber| sizes.get(page as usize).copied().unwrap_or(0);
        if source == ANCHORS { needed_anchors(of(a), of(b)) } else { 1 }
    }
}

/// Counts what pairs share, by source, of pages whose meetings are in memory.
pub(crate) fn count(
    now: Underway<'_>,
    threads: NonZeroUsize,
    meetings: &[Meetings; 3],
    sizes: &[u32],
) -> Result<Candidates> {
    let ranges = ranges(sizes.len());
    let all: Vec<usize> = (0..ranges.len()).collect();
    let count = |counter: &mut Counter, range: usize| {
        let mut pairs = Vec::new();
        for source in [ANCHORS, FAMILIES, BANDS] {
            let range: Range<PageNumber> = ranges[range].clone();
            counter.pairs(&meetings[source], range, needed(source, sizes), &mut pairs);
        }
        union(&mut pairs);
        pairs
    };
    let pairs = parallel::map(now, threads, &all, || Counter::new(sizes.len()), count)?.concat();
    let limits = meetings.iter().map(Meetings::limits).fold(Limits::default(), Limits::and);
    Ok(Candidates { pairs, limits })
}

/// Counts what pairs share of which every meeting was written down, once a key, by source. All pairs of a first page are
/// there.
pub(crate) fn count_pairs(met: [Vec<[PageNumber; 2]>; 3], sizes: &[u32]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (source, mut met) in met.into_iter().enumerate() {
        let needed = needed(source, sizes);
        met.sort_unstable();
        for pair in met.chunk_by(|one, next| one == next) {
            let [a, b] = pair[0];
            let shared = u32::try_from(pair.len()).unwrap_or(u32::MAX);
            if shared >= needed(a, b) {
                candidates.push(Candidate { a, b, shared });
            }
        }
    }
    union(&mut candidates);
    candidates
}
