//! Passages: shared runs put together as a reader sees them.
//!
//! One edited word cuts a shared paragraph into two runs. Runs that go on in both texts with little
//! between them are one passage, told by the paragraphs it stands in on both sides.

use xxhash_rust::xxh3::xxh3_64;

use super::{
    align::Run,
    body::{self, BodyRef},
    measure::HalfWords,
};

/// The most text between two runs of one passage, on either side.
pub const GAP: HalfWords = HalfWords::of(12);

/// A stretch of text that stands in two pages, but for small gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// First and last paragraph in this page, by their numbers in the page.
    pub here: (u32, u32),
    /// First and last paragraph in the lead.
    pub lead: (u32, u32),
    /// Shared words, without the gaps.
    pub words: u32,
}

/// Writes what `runs` amount to into `out`, in the order of `here`, replacing what was there.
///
/// `runs` are those of `align(here, lead)`. They are sorted by where they stand in `here`; a run
/// joins the passage before it if it stands behind that in both texts, by at most [`GAP`].
/// Takes `O(runs · log runs)` and the text of the runs and gaps.
pub fn passages(runs: &mut [Run], here: BodyRef<'_>, lead: BodyRef<'_>, out: &mut Vec<Passage>) {
    out.clear();
    each_passage(runs, here, lead, |_, passage| out.push(passage));
}

/// The same passages, each with a hash of its shared words: whoever has one of the two texts can tell whether
/// it is the passage that was meant.
pub fn hashed_passages(
    runs: &mut [Run],
    here: BodyRef<'_>,
    lead: BodyRef<'_>,
) -> Vec<(Passage, u64)> {
    let (mut found, mut bytes) = (Vec::new(), Vec::new());
    each_passage(runs, here, lead, |runs, passage| {
        bytes.clear();
        for run in runs {
            let words = here.words.get(run.a as usize..(run.a + run.len) as usize);
            words
                .into_iter()
                .flatten()
                .for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
        }
        found.push((passage, xxh3_64(&bytes)));
    });
    found
}

fn each_passage(
    runs: &mut [Run],
    here: BodyRef<'_>,
    lead: BodyRef<'_>,
    mut each: impl FnMut(&[Run], Passage),
) {
    runs.sort_unstable_by_key(|run| (run.a, run.b, run.len));
    let mut rest = &*runs;
    while let Some((taken, passage)) = first_passage(rest, here, lead) {
        each(&rest[..taken], passage);
        rest = &rest[taken..];
    }
}

/// The passage that sorted runs begin with, and how many of them it takes.
pub(super) fn first_passage(
    runs: &[Run],
    here: BodyRef<'_>,
    lead: BodyRef<'_>,
) -> Option<(usize, Passage)> {
    let first = runs.first()?;
    let mut count = 1;
    while let Some([one, next]) = runs.get(count - 1..=count)
        && goes_on(here, one.a + one.len, next.a)
        && goes_on(lead, one.b + one.len, next.b)
    {
        count += 1;
    }
    let taken = &runs[..count];
    let last = taken.last().unwrap_or(first);
    let sizes = taken.iter().map(|run| size(here, run.a, run.a + run.len));
    let passage = Passage {
        here: (here.paragraph(first.a), here.paragraph((last.a + last.len).saturating_sub(1))),
        lead: (lead.paragraph(first.b), lead.paragraph((last.b + last.len).saturating_sub(1))),
        words: sizes.sum::<HalfWords>().words(),
    };
    Some((count, passage))
}

fn goes_on(text: BodyRef<'_>, end: u32, next: u32) -> bool {
    // Tokens weigh at least one, so that a wide gap is not measured.
    end <= next && next - end <= GAP.0 && size(text, end, next) <= GAP
}

fn size(text: BodyRef<'_>, from: u32, to: u32) -> HalfWords {
    text.flags.get(from as usize..to as usize).map_or(HalfWords(0), body::weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        copies::{
            align::Aligner,
            body::tests::{body, word},
        },
        text::Word,
    };

    fn paragraphs(texts: &[&[u32]]) -> Vec<Vec<Word>> {
        texts.iter().map(|text| text.iter().copied().map(word).collect()).collect()
    }

    fn found(here: &[&[u32]], lead: &[&[u32]]) -> Vec<Passage> {
        let (here, lead) = (body(&paragraphs(here)), body(&paragraphs(lead)));
        let mut aligner = Aligner::new();
        let mut runs = aligner.align(here.view(), lead.view()).runs.to_vec();
        let mut out = Vec::new();
        passages(&mut runs, here.view(), lead.view(), &mut out);
        out
    }

    fn range(from: u32, to: u32) -> Vec<u32> {
        (from..to).collect()
    }

    #[test]
    fn an_edited_word_does_not_end_a_passage() {
        let text = range(0, 60);
        let mut edited = text.clone();
        edited[20] = 999;
        edited.splice(40..40, 2000..2012);
        let lead = found(&[&edited], &[&[500], &text[..30], &text[30..]]);
        assert_eq!(lead, [Passage { here: (0, 0), lead: (1, 2), words: 59 }]);
    }

    #[test]
    fn a_thirteenth_word_between_ends_it() {
        let text = range(0, 60);
        let mut edited = text.clone();
        edited.splice(30..30, 2000..2013);
        let passages = found(&[&edited], &[&text]);
        assert_eq!(passages.iter().map(|passage| passage.words).collect::<Vec<_>>(), [30, 30]);
    }

    #[test]
    fn moved_paragraphs_are_two_passages_in_the_order_of_this_page() {
        let (one, two) = (range(0, 30), range(100, 120));
        let expected = [
            Passage { here: (0, 0), lead: (1, 1), words: 20 },
            Passage { here: (1, 1), lead: (0, 0), words: 30 },
        ];
        assert_eq!(found(&[&two, &one], &[&one, &two]), expected);
        // The same when this page is the longer one.
        assert_eq!(found(&[&two, &one, &range(900, 950)], &[&one, &two]), expected);
    }
}
