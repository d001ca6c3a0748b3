//! Chooses the leads of a component, one after the other.
//!
//! A lead should contain the text of many other pages. A page that prints a passage of a story inside its
//! own text, or a rewritten story, is often the longest, but contains only short prints. So the keep rule
//! chooses among the pages that hold nearly as many free pages as any page does.
//!
//! # Cost
//!
//! Counts only fall, so both heaps may hold stale entries, which are corrected when they reach the top. An
//! entry is queued again at most once for each page that its page loses: `O((n + l) · log n)` for `n` pages
//! and `l` links.

use std::{cmp::Reverse, collections::BinaryHeap};

/// Share of the most pages that one page holds, from which a page may lead, as a fraction.
const NEARLY: (u64, u64) = (3, 4);

/// Free pages of a component, by their place in the keep rule's order.
#[derive(Debug, Default)]
pub(super) struct Leads {
    /// All: how many pages each holds, most first.
    all: BinaryHeap<(u32, Reverse<usize>)>,
    /// Those that hold too few to lead.
    waiting: BinaryHeap<(u32, Reverse<usize>)>,
    /// Those that held enough when they came here.
    able: BinaryHeap<Reverse<usize>>,
}

impl Leads {
    /// Pages that hold so many others each, in the keep rule's order.
    pub(super) fn of(held: impl Iterator<Item = u32>) -> Leads {
        let all: BinaryHeap<_> = held.zip((0..).map(Reverse)).collect();
        Leads { waiting: all.clone(), all, able: BinaryHeap::new() }
    }

    /// The page that leads next, or `None` if no page is free.
    ///
    /// `held` is how many free pages a page holds now, never more than before, or `None` if it is not
    /// free itself.
    pub(super) fn next(&mut self, held: impl Fn(usize) -> Option<u32>) -> Option<usize> {
        let most = settled(&mut self.all, &held)?;
        let enough = |count: u32| u64::from(count) * NEARLY.1 >= u64::from(most) * NEARLY.0;
        while settled(&mut self.waiting, &held).is_some_and(enough) {
            self.able.extend(self.waiting.pop().map(|(_, page)| page));
        }
        // One that holds the most is among them.
        while let Some(Reverse(page)) = self.able.pop() {
            match held(page) {
                Some(count) if enough(count) => return Some(page),
                Some(count) => self.waiting.push((count, Reverse(page))),
                None => {}
            }
        }
        None
    }
}

/// The greatest count of a free page, which is then on top.
fn settled(
    heap: &mut BinaryHeap<(u32, Reverse<usize>)>,
    held: impl Fn(usize) -> Option<u32>,
) -> Option<u32> {
    while let Some((count, Reverse(page))) = heap.pop() {
        let Some(now) = held(page) else { continue };
        heap.push((now, Reverse(page)));
        if now == count {
            return Some(now);
        }
    }
    None
}
