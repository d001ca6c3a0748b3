//! What the markup of a line says, as points: a linear model over signs and shares of links.
//!
//! Weights are bound to the sign that a reader of the markup would give them (`benches/lab/fit.py`), so that what a few pages do
//! otherwise is not learnt.

use std::ops::Range;

use super::{Cue, weights::MARKUP_WEIGHTS};
use crate::base::page::{Markup, Sign};

/// Shares and counts beside the signs.
const COUNTS: usize = 5;
/// Number of features of the markup of a line.
pub const MARKUP_FEATURES: usize = Sign::COUNT + COUNTS;

/// Calls `add` with every feature of a line's markup that is not 0 and its value: signs by their number, then linked
/// characters of the line, of those around it and of the next in eighths, links, and how far its depth is from that of
/// the page's long lines.
pub fn each_of_markup(markup: &Markup, mut add: impl FnMut(usize, i32)) {
    let mut signs = markup.signs();
    while signs != 0 {
        add(signs.trailing_zeros() as usize, 1);
        signs &= signs - 1;
    }
    let Markup { linked, linked_around, linked_after, links, apart, .. } = *markup;
    for (at, value) in [linked, linked_around, linked_after, links, apart].into_iter().enumerate() {
        if value != 0 {
            add(Sign::COUNT + at, value.into());
        }
    }
}

fn points(markup: &Markup) -> i32 {
    let mut sum = 0;
    each_of_markup(markup, |feature, value| {
        sum += MARKUP_WEIGHTS.get(feature).map_or(0, |&weight| i32::from(weight)) * value;
    });
    sum
}

/// Adds to cues of paragraphs what the markup of their lines says.
#[derive(Clone, Debug)]
pub struct MarkupReader<'p>(&'p [(usize, Markup)]);

impl<'p> MarkupReader<'p> {
    /// Reads that of a page, [`Page::markup`](crate::base::page::Page::markup).
    pub fn new(lines: &'p [(usize, Markup)]) -> MarkupReader<'p> {
        MarkupReader(lines)
    }

    /// The cue of the paragraph at these bytes, with the mean of what is said of its lines. Paragraphs are asked for in
    /// order.
    #[inline]
    pub fn add(&mut self, paragraph: &Range<usize>, cue: Cue) -> Cue {
        if self.0.is_empty() {
            return cue;
        }
        self.read(paragraph, cue)
    }

    fn read(&mut self, paragraph: &Range<usize>, cue: Cue) -> Cue {
        let before = self.0.iter().take_while(|line| line.0 < paragraph.start).count();
        let lines = &self.0[before..];
        let count = lines.iter().take_while(|line| line.0 < paragraph.end).count();
        let (lines, rest) = lines.split_at(count);
        self.0 = rest;
        let sum: i32 = lines.iter().map(|(_, markup)| points(markup)).sum();
        match i32::try_from(count) {
            Ok(0) | Err(_) => cue,
            Ok(count) => cue.with_markup(sum / count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(sign: Sign) -> Markup {
        Markup::of_signs(1 << sign as u64)
    }

    #[test]
    fn paragraphs_get_the_markup_of_their_lines() {
        let lines =
            [(0, marked(Sign::Footer)), (10, marked(Sign::Paragraph)), (20, marked(Sign::Footer))];
        let [foot, body] = [Sign::Footer, Sign::Paragraph].map(|sign| points(&marked(sign)));
        assert!(foot > 0 && body <= 0);
        let read = |spans: &[Range<usize>]| -> Vec<i32> {
            let mut reader = MarkupReader::new(&lines);
            spans.iter().map(|span| reader.add(span, Cue::default()).points()).collect()
        };
        assert_eq!(read(&[0..9, 10..19, 20..29]), [foot, body, foot]);
        // One paragraph of several lines, and one that is left out.
        assert_eq!(read(&[0..19, 20..29]), [foot.midpoint(body), foot]);
        assert_eq!(read(std::slice::from_ref(&(20..29))), [foot]);
        // What markup says nothing of.
        assert_eq!(read(std::slice::from_ref(&(40..50))), [0]);
        let plain = MarkupReader::new(&[]).add(&(0..9), Cue::default());
        assert!(!plain.is_marked());
    }
}
