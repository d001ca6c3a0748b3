//! Reads the cues of paragraphs as they are traced.

use super::{Cue, Line, table::Table};
use crate::text::{Prose, Tokens};

/// Lines whose cues are remembered: what a site prints on every page is read once.
const REMEMBERED: usize = 1 << 15;
/// Words of the longest line that is remembered: longer ones hardly come back.
const SHORT: u32 = 24;

/// Reads cues; one a worker. Reuse it: warm, it does not allocate.
#[derive(Debug)]
pub struct CueReader {
    table: &'static Table,
    /// Wordings of lines that were read, by their lowest bits, and their cues.
    wordings: Vec<u64>,
    cues: Vec<Cue>,
}

impl Default for CueReader {
    fn default() -> CueReader {
        CueReader::new()
    }
}

impl CueReader {
    /// A reader that remembers nothing yet.
    pub fn new() -> CueReader {
        CueReader { table: Table::built_in(), wordings: Vec::new(), cues: Vec::new() }
    }

    /// The cue of a paragraph without white space around it, whose bytes hash to `wording`, by its text alone.
    ///
    /// Some nanoseconds for a line that was read lately; else a look at its first 32 tokens and 256 bytes.
    #[inline]
    pub fn read(
        &mut self,
        paragraph: &str,
        wording: u64,
        tokens: Tokens<'_>,
        of: (u32, Prose, bool),
    ) -> Cue {
        if of.0 > SHORT {
            return self.line(paragraph, tokens, of).cue();
        }
        if self.wordings.is_empty() {
            self.wordings.resize(REMEMBERED, 0);
            self.cues.resize(REMEMBERED, Cue::default());
        }
        #[expect(clippy::cast_possible_truncation, reason = "the lowest bits")]
        let at = wording as usize % REMEMBERED;
        if self.wordings[at] == wording && wording != 0 {
            return self.cues[at];
        }
        let cue = self.line(paragraph, tokens, of).cue();
        (self.wordings[at], self.cues[at]) = (wording, cue);
        cue
    }

    /// What is counted of a paragraph without white space around it.
    pub fn line(&self, paragraph: &str, tokens: Tokens<'_>, of: (u32, Prose, bool)) -> Line {
        Line::of(self.table, paragraph, tokens.hashes(), |at| tokens.is_number(at), of)
    }
}
