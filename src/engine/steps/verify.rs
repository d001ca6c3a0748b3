//! Verification: the texts of candidates are aligned, and what they share is decided.

use std::num::NonZeroUsize;

use crate::{
    Result,
    base::page::PageNumber,
    copies::{Basis, Candidate, Comparer, Kinship, Library, Link, Measures, Rule, Verdict},
    engine::{Underway, Unit, parallel},
    table::PageColumns,
};

/// Pairs verified together by one worker.
const CHUNK: usize = 256;

/// The links that are told as pairs: equal pages without a body are one print, and stand in clusters, but no text of
/// theirs was copied.
pub(crate) fn of_texts(mut links: Vec<Link>) -> Vec<Link> {
    links.retain(|link| link.verdict.basis != Basis::Page);
    links
}

/// What pages are compared with.
pub(crate) struct Comparison<'a, L> {
    pub(crate) threads: NonZeroUsize,
    pub(crate) library: &'a L,
    pub(crate) kinship: &'a (dyn Fn(PageNumber, PageNumber) -> Kinship + Sync),
    /// A page's date as its record says it, or "".
    pub(crate) date: &'a (dyn Fn(PageNumber) -> String + Sync),
    /// Sites whose pages lead before others have lower ranks.
    pub(crate) rank: &'a (dyn Fn(PageNumber) -> usize + Sync),
    pub(crate) now: Underway<'a>,
}

impl<L: Library> Comparison<'_, L> {
    /// Aligns and decides every pair; pairs with the same longer text follow each other, and of pairs with
    /// the same texts one is aligned.
    pub(crate) fn verify(&self, pairs: &[Candidate]) -> Result<Vec<Link>> {
        self.now.expect(Unit::Pairs, pairs.len());
        let mut order: Vec<(u64, u32)> =
            (0..).zip(pairs).map(|(i, pair)| (self.texts(pair), i)).collect();
        order.sort_unstable();
        let chunks: Vec<&[(u64, u32)]> = order.chunks(CHUNK).collect();
        let numbers: Vec<usize> = (0..chunks.len()).collect();
        let tools = || (Comparer::new(), L::BodyPair::default());
        let (now, threads) = (self.now, self.threads);
        let found = parallel::map(now, threads, &numbers, tools, |(comparer, loaded), chunk| {
            let mut last: Option<([u32; 2], Measures)> = None;
            let mut verdict = |pair: &Candidate| {
                let of = [self.library.text(pair.a)?, self.library.text(pair.b)?];
                let measures = match last {
                    Some((texts, measures)) if texts == of => measures,
                    _ => {
                        let (a, b) = self.library.load_pair(loaded, pair.a, pair.b)?;
                        comparer.measure(a, b)
                    }
                };
                last = Some((of, measures));
                Rule::STANDARD.decide(&measures, (self.kinship)(pair.a, pair.b))
            };
            let of_pair = |&(_, i): &(u64, u32)| Some((i, verdict(&pairs[i as usize])?));
            let verdicts = chunks[chunk].iter().filter_map(of_pair).collect::<Vec<_>>();
            self.now.advance(chunks[chunk].len() as u64);
            verdicts
        })?;
        let mut verdicts: Vec<Option<Verdict>> = vec![None; pairs.len()];
        for (i, verdict) in found.into_iter().flatten() {
            verdicts[i as usize] = Some(verdict);
        }
        let link = |(pair, verdict): (&Candidate, Option<Verdict>)| {
            Some(Link { a: pair.a, b: pair.b, verdict: verdict? })
        };
        Ok(pairs.iter().zip(verdicts).filter_map(link).collect())
    }

    /// The texts of a pair, the longer one in the high bits.
    fn texts(&self, pair: &Candidate) -> u64 {
        let of = |page| (self.library.tokens(page), self.library.text(page).unwrap_or(0));
        let (a, b) = (of(pair.a), of(pair.b));
        let (longer, shorter) = if b.0 < a.0 { (a.1, b.1) } else { (b.1, a.1) };
        u64::from(longer) << 32 | u64::from(shorter)
    }
}

/// What is known of two pages before they are compared.
pub(crate) fn kinship(columns: &PageColumns, a: PageNumber, b: PageNumber) -> Kinship {
    let of = |page| {
        let page = columns.page(page);
        (page.site, page.url)
    };
    Kinship::of(of(a), of(b))
}
