//! How often each line of a page is on it.

use crate::chrome::Line;

/// Counts of the lines of a page. Sorts once, so that a page of equal lines takes no longer than one of different lines.
#[derive(Clone, Debug, Default)]
pub(super) struct OnPage {
    sorted: Vec<(u64, u32)>,
    /// By line: how often its family is on the page, and whether this is the first time.
    pub(super) times: Vec<(u32, bool)>,
}

impl OnPage {
    /// Counts the lines of another page.
    pub(super) fn count(&mut self, lines: &[Line]) {
        self.sorted.clear();
        self.sorted.extend(lines.iter().map(|line| line.family).zip(0..));
        self.sorted.sort_unstable();
        self.times.clear();
        self.times.resize(lines.len(), (0, false));
        for same in self.sorted.chunk_by(|a, b| a.0 == b.0) {
            let times = u32::try_from(same.len()).unwrap_or(u32::MAX);
            for (n, &(_, line)) in same.iter().enumerate() {
                self.times[line as usize] = (times, n == 0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::cues::Cue;
    use crate::table::Shape;

    proptest! {
        /// Against walking the page for every line.
        #[test]
        fn lines_of_a_page_are_counted(page in vec(0_u64..6, 0..20)) {
            let line = |&family: &u64| Line { family, shape: Shape::default(), cue: Cue::default(), wording: 0 };
            let lines: Vec<Line> = page.iter().map(line).collect();
            let mut on_page = OnPage::default();
            on_page.count(&lines);
            for (at, family) in page.iter().enumerate() {
                let times = page.iter().filter(|&other| other == family).count();
                let is_first = !page[..at].contains(family);
                prop_assert_eq!(on_page.times[at], (u32::try_from(times).unwrap(), is_first));
            }
        }
    }
}
