//! Whole texts: evidence and rest together, in the order of the page.
//!
//! A poem, a table, a list or a page of code has no passage that proves anything by itself, but two pages that say the
//! same from the first word to the last are copies whatever they say. So beside the evidence all of a text is compared:
//! by its print, and if nearly as much stands in the other one, word by word and in order, over line ends.

use std::collections::HashMap;

use super::{
    align::{Measures, Run},
    body::{self, BodyRef, SINGLE, Start},
    measure::{HalfWords, Share},
};

/// The least share of the longer text that the other has in order, if both are to be one text.
pub const NEARLY: Share = Share::new(9, 10);

/// The least length of a text that may differ a little from another: a word in a line of ten says something else.
pub const LEAST: HalfWords = HalfWords::of(30);

/// Amount of evidence that has a say in whether two texts are nearly one…
const PROSE: HalfWords = HalfWords::of(20);

/// …and the least share of it that the other text has then.
const PROSE_SHARED: Share = Share::new(3, 4);

/// What two texts are to each other as wholes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Whole {
    /// Amount of the first text.
    pub a: HalfWords,
    /// Amount of the second text.
    pub b: HalfWords,
    /// All words are equal, or those of the bodies are.
    pub equal: bool,
    /// One of the pages has no body, so that there is nothing to be nearly equal.
    pub bare: bool,
    /// What both have in the same order; 0 if it cannot be [`NEARLY`] all.
    pub in_order: HalfWords,
    /// Names and numbers in what both have.
    pub agreeing: u32,
    /// Names and numbers in whose place the other text has others.
    pub differing: u32,
}

impl Whole {
    /// Whether the texts may be nearly one, by their lengths and by what their evidence shares.
    pub(super) fn may_be_near(&self, of_evidence: &Measures) -> bool {
        let (a, b) = (self.a, self.b);
        let [one, other] = of_evidence.covered();
        // Two stories above the same long list are two stories.
        let differs = |share: Share| share.of >= PROSE.0 && !share.at_least(PROSE_SHARED);
        !self.bare
            && a.min(b) >= LEAST
            && Share::new(a.0.min(b.0), a.0.max(b.0)).at_least(NEARLY)
            && !(differs(one) && differs(other))
    }

    /// Whether nearly all of both is the same, in the same order.
    pub fn is_near(&self) -> bool {
        let longer = self.a.max(self.b);
        longer >= LEAST && Share::new(self.in_order.0, longer.0).at_least(NEARLY)
    }

    /// Takes over what an alignment of the whole texts found.
    pub(super) fn set(&mut self, measures: &Measures, in_order: HalfWords) {
        self.in_order = in_order;
        self.agreeing = measures.names_agreeing.saturating_add(measures.numbers_agreeing);
        self.differing = measures.names_differing.saturating_add(measures.numbers_differing);
    }
}

/// The words of a whole text; holds the buffers.
#[derive(Debug, Default)]
pub(super) struct Joined {
    words: Vec<u32>,
    flags: Vec<u8>,
    starts: Vec<Start>,
}

impl Joined {
    /// Evidence and rest of a text as if all of it were evidence, in the order of the page.
    pub(super) fn of<'j>(&'j mut self, text: BodyRef<'j>) -> BodyRef<'j> {
        if text.rest.words.is_empty() {
            return BodyRef::flat(text.words, text.flags, text.starts);
        }
        if text.words.is_empty() {
            return BodyRef::flat(text.rest.words, text.rest.flags, text.rest.starts);
        }
        self.words.clear();
        self.flags.clear();
        self.starts.clear();
        let mut parts = [
            Part { words: text.words, flags: text.flags, starts: text.starts, before: 0 },
            Part {
                words: text.rest.words,
                flags: text.rest.flags,
                starts: text.rest.starts,
                before: text.words.len(),
            },
        ];
        loop {
            let next = |part: &Part<'_>| part.starts.first().map(|start| start.paragraph);
            let of = match (next(&parts[0]), next(&parts[1])) {
                (Some(one), Some(other)) => usize::from(other < one),
                (Some(_), None) => 0,
                (None, Some(_)) => 1,
                (None, None) => break,
            };
            self.take(&mut parts[of]);
        }
        BodyRef::flat(&self.words, &self.flags, &self.starts)
    }

    /// Appends the first paragraph of a part, which has one.
    fn take(&mut self, part: &mut Part<'_>) {
        let [start, ref rest @ ..] = *part.starts else { return };
        let at = |start: &Start| (start.token as usize).saturating_sub(part.before);
        let tokens = at(&start)..rest.first().map_or(part.words.len(), at);
        self.starts.push(Start { token: body::position(self.words.len()), ..start });
        self.words.extend_from_slice(&part.words[tokens.clone()]);
        self.flags.extend_from_slice(&part.flags[tokens]);
        part.starts = rest;
    }
}

/// Counts of words by a part of their hash: what two texts can have in common at most. Other texts of a language have
/// some half of their words in common, so this ends most comparisons at a fifth of their cost.
#[derive(Debug, Default)]
pub(super) struct Counts {
    places: Vec<u32>,
    held: HashMap<u32, u32>,
}

impl Counts {
    const PLACES: usize = 4096;

    /// How many words of `a`, evidence and rest, stand in `b`, in whatever order and each as often as there.
    pub(super) fn held(&mut self, a: BodyRef<'_>, b: BodyRef<'_>) -> Share {
        self.held.clear();
        for word in b.words.iter().chain(b.rest.words) {
            *self.held.entry(*word).or_default() += 1;
        }
        let mut count = 0;
        for word in a.words.iter().chain(a.rest.words) {
            if let Some(left) = self.held.get_mut(word).filter(|left| **left > 0) {
                *left -= 1;
                count += 1;
            }
        }
        Share::new(count, body::position(a.words.len() + a.rest.words.len()))
    }

    /// Whether the texts have [`NEARLY`] all words in common, in whatever order.
    pub(super) fn may_be_near(&mut self, a: BodyRef<'_>, b: BodyRef<'_>) -> bool {
        self.places.clear();
        self.places.resize(Counts::PLACES, 0);
        let place = |word: u32| word as usize % Counts::PLACES;
        let tokens = |text: BodyRef<'_>| text.words.len() + text.rest.words.len();
        a.words.iter().chain(a.rest.words).for_each(|&word| self.places[place(word)] += 1);
        let common = b.words.iter().chain(b.rest.words).filter(|&&word| {
            let left = &mut self.places[place(word)];
            let is_left = *left > 0;
            *left -= u32::from(is_left);
            is_left
        });
        // Tokens instead of half-words, so a little less is asked for where scripts are mixed.
        common.count() * 10 >= tokens(a).max(tokens(b)) * 8
    }
}

/// Paragraphs that were not taken yet.
struct Part<'a> {
    words: &'a [u32],
    flags: &'a [u8],
    starts: &'a [Start],
    /// Tokens of the text before its first.
    before: usize,
}

/// The most text in runs that go on in both texts, each behind the one before it: the heaviest chain.
///
/// `runs` are in the order of the first text, where they do not overlap; `flags` are that text's. Takes
/// `O(runs · log runs)`.
pub(super) fn in_order(runs: &[Run], flags: &[u8], chains: &mut Vec<(u32, u32)>) -> HalfWords {
    // Ends in the second text, ascending, with the heaviest chain that ends there or before: both ascend.
    chains.clear();
    for run in runs {
        let weight = weight(run, flags);
        let before = chains.partition_point(|chain| chain.0 <= run.b);
        let weight = weight + before.checked_sub(1).map_or(0, |last| chains[last].1);
        let end = run.b + run.len;
        let at = chains.partition_point(|chain| chain.0 < end);
        let is_less = |chain: &(u32, u32)| chain.1 >= weight;
        if at.checked_sub(1).is_some_and(|last| is_less(&chains[last]))
            || chains.get(at).is_some_and(|chain| chain.0 == end && is_less(chain))
        {
            continue;
        }
        let lighter = chains[at..].iter().take_while(|chain| chain.1 <= weight).count();
        chains.splice(at..at + lighter, [(end, weight)]);
    }
    HalfWords(chains.last().map_or(0, |chain| chain.1))
}

fn weight(run: &Run, flags: &[u8]) -> u32 {
    let of = &flags[run.a as usize..(run.a + run.len) as usize];
    body::position(2 * of.len() - body::count(of, SINGLE))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        copies::{Body, body::tests::word},
        text::Word,
    };

    /// Paragraphs of a page, and which of them are evidence.
    fn page() -> impl Strategy<Value = Vec<(Vec<Word>, bool)>> {
        let words = vec((0..9_u32).prop_map(word), 0..6);
        vec((words, any::<bool>()), 0..8)
    }

    proptest! {
        #[test]
        fn a_whole_text_is_all_words_in_the_order_of_the_page(page in page()) {
            let mut body = Body::new();
            for (number, (words, _)) in (0..).zip(&page).filter(|(_, line)| line.1) {
                body.push(number, words);
            }
            for (number, (words, _)) in (0..).zip(&page).filter(|(_, line)| !line.1) {
                body.push_rest(number, words);
            }
            let mut joined = Joined::default();
            let whole = joined.of(body.view());
            let expected: Vec<u32> =
                page.iter().flat_map(|(words, _)| words.iter().map(|word| word.hash)).collect();
            prop_assert_eq!(whole.words, &expected[..]);
            prop_assert_eq!(whole.size(), body.view().whole_size());
            let mut at = 0;
            let mut starts = Vec::new();
            for (paragraph, (words, _)) in (0..).zip(&page) {
                if !words.is_empty() {
                    starts.push(Start { token: at, paragraph });
                }
                at += words.len() as u32;
            }
            prop_assert_eq!(whole.starts, &starts[..]);
        }

        #[test]
        fn the_heaviest_chain_is_found(places in vec((0..30_u32, 1..6_u32), 0..10)) {
            let mut a = 0;
            let runs: Vec<Run> = places
                .iter()
                .map(|&(b, len)| {
                    a += len + 1;
                    Run { a: a - len - 1, b, len }
                })
                .collect();
            let flags = vec![0; 100];
            // All subsets.
            let mut best = 0;
            for set in 0..1_u32 << runs.len() {
                let chosen: Vec<&Run> =
                    runs.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|r| r.1).collect();
                if chosen.windows(2).all(|pair| pair[0].b + pair[0].len <= pair[1].b) {
                    best = best.max(chosen.iter().map(|run| 2 * run.len).sum());
                }
            }
            prop_assert_eq!(in_order(&runs, &flags, &mut Vec::new()), HalfWords(best));
        }
    }

    #[test]
    fn nine_tenths_of_thirty_words_are_nearly_all() {
        let near = |a, b, in_order| {
            let [a, b, in_order] = [a, b, in_order].map(HalfWords::of);
            Whole { a, b, in_order, ..Whole::default() }.is_near()
        };
        assert!(near(30, 30, 27));
        assert!(!near(29, 29, 29));
        assert!(!near(40, 50, 40));
        assert!(!near(100, 100, 89));
    }
}
