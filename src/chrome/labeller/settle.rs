//! What is mended of the best reading of a page: its scores know a line and its neighbours, not the page.

use std::ops::Range;

use super::{Facts, HEADLINE_WORDS, Labeller, Reason, Scored, Whole};
use crate::{
    base::{page::Place, recipe::Level},
    chrome::score::Around,
    text::Prose,
};

/// Where a headline is looked for, in paragraphs before the body.
const HEADLINE_WITHIN: usize = 6;
/// Where what follows the menu is looked for, before a body that begins with prose and before others.
const SLOT_WITHIN: [usize; 2] = [8, 3];
/// Lines on either side of a headline that other pages print with it.
const BLOCK: usize = 3;
/// A page with fewer words of its own left, of so many and more, has no body; what is left is less than one in
/// [`FEW_LEFT`] of them.
const LEAST_BODY: u32 = 15;
const LEAST_OWN: u32 = 30;
const FEW_LEFT: u32 = 4;
/// Words that a line of the page's own counts for a stretch, at most, and what another line counts against it.
const MOST_WORDS: u32 = 12;
const OTHER: i64 = 4;

impl Labeller {
    /// Gives back to the body what the page as a whole says is body.
    pub(super) fn settle(&mut self, of: u32) {
        match self.whole {
            Whole::Furniture if self.level != Level::Strict => {
                for line in &mut self.out {
                    line.chrome.get_or_insert(Place::Head);
                }
                return;
            }
            Whole::Only => {
                self.out.iter_mut().for_each(|line| line.chrome = None);
                return;
            }
            _ => {}
        }
        self.trim_head();
        self.trim_foot(of);
        self.keep_body();
        self.spare_opening(of);
    }

    /// What introduces the body, prose that few pages have, and what stands above that on its few pages, end no head.
    fn trim_head(&mut self) {
        let Some(body) = self.out.iter().position(|line| line.chrome.is_none()) else { return };
        for at in (0..body).rev() {
            let (line, facts) = (&self.lines[at], &self.facts[at]);
            let is_tied =
                at + 1 < body && 2 * u64::from(facts.followed) >= u64::from(facts.groups());
            let is_prose = line.shape.prose() != Prose::None;
            let is_body = facts.shape.introduces()
                || (line.is_rare
                    && facts.stats.is_some()
                    && !facts.is_data()
                    && (is_prose || is_tied));
            if !is_body || facts.known.is_some() {
                return;
            }
            self.out[at].chrome = None;
        }
    }

    /// A foot begins with lines that say so: on most pages, or with the same line beside them as elsewhere.
    ///
    /// What only this page has stands above the foot, not in it, unless it was printed further up.
    fn trim_foot(&mut self, of: u32) {
        let Some(foot) = self.out.iter().position(|line| line.chrome == Some(Place::Foot)) else {
            return;
        };
        let is_furniture = |at: usize| self.facts[at].stats.is_some() && !self.around[at].is_alone;
        for at in foot..self.out.len() {
            let line = &self.facts[at];
            let is_mostly = |together: u32| 2 * u64::from(together) >= u64::from(line.groups());
            let beside = |before: usize, after: usize, other: usize| {
                after < self.facts.len()
                    && is_mostly(self.facts[before].followed)
                    && is_furniture(other)
            };
            let is_tied = at.checked_sub(1).is_some_and(|before| beside(before, at, before))
                || beside(at, at + 1, at + 1);
            let heads_data = [at + 1, at + 2].iter().all(|&next| {
                let next = self.facts.get(next);
                next.is_some_and(|next| next.is_data() && next.shape.words() < 8)
            });
            // A sentence that stands beside others each time is told again, not printed by a template.
            let (share, parts) = if line.shape.is_sentence() { (3, 4) } else { (1, 2) };
            let is_some = parts * u64::from(line.groups()) <= share * u64::from(of);
            let is_loose = !is_furniture(at) || (!is_tied && (is_some || heads_data));
            let is_repeat =
                line.stats.is_none() && line.times > 1 && self.lines[at].scores.foot > 0;
            if !is_loose || line.known.is_some() || is_repeat {
                return;
            }
            self.out[at].chrome = None;
        }
    }

    /// A page has a body. If next to nothing of its own is left, the stretch of lines that few pages have is it.
    fn keep_body(&mut self) {
        let words = |lines: &mut dyn Iterator<Item = &Scored>| -> u32 {
            lines.filter(|line| line.is_rare).map(|line| line.shape.words()).sum()
        };
        let all = words(&mut self.lines.iter());
        let both = self.lines.iter().zip(&self.out);
        let left = words(&mut both.filter(|(_, out)| out.chrome.is_none()).map(|(line, _)| line));
        if left >= LEAST_BODY || all < LEAST_OWN || FEW_LEFT * left >= all {
            return;
        }
        // The stretch of the largest sum (Kadane's algorithm).
        let (mut best, mut most) = (0..0, 0);
        let (mut start, mut sum) = (0, 0);
        for (at, line) in self.lines.iter().enumerate() {
            if sum <= 0 {
                (start, sum) = (at, 0);
            }
            let worth = i64::from(line.shape.words().min(MOST_WORDS)) + 1;
            sum += if line.is_rare { worth } else { -OTHER };
            if sum > most {
                (best, most) = (start..at + 1, sum);
            }
        }
        self.out[best].iter_mut().for_each(|line| line.chrome = None);
    }

    /// What opens a page's own passages belongs to it: the headline and its lead, however many lists of other pages
    /// have them, and what a template prints after the menu.
    ///
    /// Chrome around a headline otherwise takes it along: share buttons stand between it and the
    /// story on many sites.
    fn spare_opening(&mut self, of: u32) {
        let Some(start) = self.out.iter().position(|line| line.chrome.is_none()) else { return };
        let is_start = |at: &usize| self.out[*at].chrome.is_none() && !self.facts[*at].is_data();
        let body = (start..self.out.len().min(start + 3)).find(is_start);
        let prose = body.filter(|&body| self.lines[body].shape.prose() != Prose::None);
        if let Some(body) = prose
            && let Some(headline) = self.headline(body, of)
        {
            let block = if self.facts[headline].stats.is_some() {
                self.block(headline)
            } else {
                headline..headline + 1
            };
            let end = block.end.min(body + 1);
            self.out[block.start..end].iter_mut().for_each(|line| line.chrome = None);
            // Between it and the passages stand buttons, and lines that no other page has.
            for at in end..body {
                let line = &self.facts[at];
                if line.stats.is_none() && line.known.is_none() && line.times == 1 {
                    self.out[at].chrome = None;
                }
            }
            return;
        }
        if prose.is_none() && self.lines[start].is_rare && !self.facts[start].is_data() {
            // It begins with a line of its own.
            return;
        }
        let within = SLOT_WITHIN[usize::from(prose.is_none())];
        let mut window = (start.saturating_sub(within).max(1)..start).rev();
        if let Some(slot) = window.find(|&at| self.is_in_slot(at, of)) {
            for at in slot..start {
                let line = &self.facts[at];
                // A button stands on most pages, an attribute on some.
                let is_content = self.around[at].around == Around::Verse;
                if is_content || line.is_own() || 2 * u64::from(line.groups()) <= u64::from(of) {
                    self.out[at].chrome = None;
                }
            }
        }
    }

    /// The longest line shortly before the body that is on this page only, or a teaser on one other, or in lists of
    /// other pages: not farther away than a byline, a date and a few buttons. A byline is nearer to the story and
    /// shorter.
    fn headline(&self, body: usize, of: u32) -> Option<usize> {
        let is_candidate = |&at: &usize| {
            let (line, facts) = (&self.lines[at], &self.facts[at]);
            line.labelled.reason != Reason::Known
                && facts.times == 1
                && line.shape.words() >= HEADLINE_WORDS
                && !facts.is_data()
                && (facts.groups() <= 2 || self.is_announced(at, of))
        };
        let window = body.saturating_sub(HEADLINE_WITHIN)..body;
        window.filter(is_candidate).max_by_key(|&at| self.lines[at].shape.words())
    }

    /// The lines around a repeated one that stand beside each other on other pages, too: a headline with its lead.
    fn block(&self, at: usize) -> Range<usize> {
        let is_tied = |at: &usize| self.facts[*at].followed >= 2;
        let before = (at.saturating_sub(BLOCK)..at).rev().take_while(is_tied).count();
        let last = self.facts.len().saturating_sub(1).min(at + BLOCK);
        let after = (at..last).take_while(is_tied).count();
        at - before..at + after + 1
    }

    /// Whether lists of other pages have the line: nowhere else it, or the lines that it comes with, stand between the
    /// two that are here before and after. A story that is much read is announced on many pages: on half of
    /// them, or on more, if what is here before it stands on others before something else.
    fn is_announced(&self, at: usize, of: u32) -> bool {
        let block = self.block(at);
        let groups = self.facts[at].groups();
        let before = block.start.checked_sub(1).map(|before| &self.facts[before]);
        let (last, after) = (&self.facts[block.end - 1], self.facts.get(block.end));
        if before.is_some_and(|before| before.followed > 1)
            || (after.is_some() && last.followed > 1)
        {
            return false;
        }
        let is_common = |line: &Facts| line.groups() >= 3;
        let is_own = |line: &Facts| line.stats.is_none();
        2 * u64::from(groups) <= u64::from(of)
            || (groups < of
                && before.is_some_and(is_common)
                && after.is_some_and(|after| is_common(after) || is_own(after)))
    }

    /// Whether a line of few pages stands where a template prints what is the page's own: after a line of most pages
    /// that something else follows on nearly each of them.
    fn is_in_slot(&self, at: usize, of: u32) -> bool {
        let line = &self.facts[at];
        let is_template = self.facts[at - 1].stats.is_some_and(|stats| {
            let [groups, fresh] = [stats.groups, stats.fresh].map(u64::from);
            groups >= 3 && 5 * fresh >= 4 * groups && 2 * groups >= u64::from(of)
        });
        is_template
            && self.lines[at].is_rare
            && !line.is_data()
            && line.known.is_none()
            && line.times == 1
            && line.shape.words() >= 1
    }
}
