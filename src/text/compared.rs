//! A page's text as it is compared with others: what scrapers left in is taken out, and lines that were wrapped at a
//! column are known to go on.
//!
//! The same story comes with tags around its words, with zero-width spaces for spaces, or wrapped at 60 columns here and
//! at 72 there. Paragraphs, their families and labels are those of the text as it stands; only what copies are found and
//! decided by is read from the text as this module sees it. Most pages have nothing of the kind and are not copied.

use std::ops::Range;

use memchr::{memchr, memmem};

use super::paragraph::trim;

/// Lengths of lines, in characters, that a wrapped text may have.
const COLUMNS: Range<usize> = 40..101;
/// Columns by which the longest line of a wrapped paragraph may fall short of that of the page.
const RAGGED: usize = 12;
/// Lines that must be full before a page is taken to be wrapped.
const FULL: usize = 3;
/// Longest tag, in bytes.
const TAG: usize = 400;

/// A text as it is compared. Reuse it: warm, it does not allocate.
#[derive(Debug, Default)]
pub struct Compared {
    text: String,
    spans: Vec<Range<usize>>,
    joined: Vec<bool>,
    lengths: Vec<usize>,
    blocks: Vec<Range<usize>>,
    rewritten: bool,
}

impl Compared {
    /// Reads the paragraphs of a page, which stand at `spans`. Returns whether there is anything to it: if not, the page
    /// is compared as it stands, and no line goes on with another.
    ///
    /// `lines` says that paragraphs are lines. Linear, and little more than a look for `<` where nothing is found.
    pub fn read(&mut self, text: &str, spans: &[Range<usize>], lines: bool) -> bool {
        self.joined.clear();
        self.rewritten = false;
        let is_wrapped = lines && self.find_wrapped(text, spans);
        if has_tag(text) || memmem::find(text.as_bytes(), SPACE.as_bytes()).is_some() {
            self.rewrite(text, spans, is_wrapped);
        } else if is_wrapped && self.has_hyphens(text, spans) {
            self.rewrite(text, spans, true);
        }
        if !is_wrapped {
            self.joined.clear();
            self.joined.resize(if self.rewritten { spans.len() } else { 0 }, false);
        }
        is_wrapped || self.rewritten
    }

    /// The text, and where its paragraphs stand: as many as there were.
    pub fn text<'t>(
        &'t self,
        text: &'t str,
        spans: &'t [Range<usize>],
    ) -> (&'t str, &'t [Range<usize>]) {
        if self.rewritten { (&self.text, &self.spans) } else { (text, spans) }
    }

    /// Whether a paragraph goes on with the one before it.
    pub fn goes_on(&self, paragraph: usize) -> bool {
        self.joined.get(paragraph).is_some_and(|joined| *joined)
    }

    /// The paragraphs that go on with `first`, and itself.
    pub fn block(&self, first: usize) -> Range<usize> {
        let more = (first + 1..self.joined.len()).take_while(|&next| self.goes_on(next)).count();
        first..first + 1 + more
    }

    /// Paragraphs of two lines and more, by their lines.
    pub fn blocks(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let begins = |&at: &usize| !self.goes_on(at) && self.goes_on(at + 1);
        (0..self.joined.len()).filter(begins).map(|first| self.block(first))
    }

    /// Finds lines that were wrapped: a line is full if the first word of the next would not have fitted in the column.
    fn find_wrapped(&mut self, text: &str, spans: &[Range<usize>]) -> bool {
        self.blocks.clear();
        self.lengths.clear();
        // Runs of lines without a blank one between, that are not too long.
        let mut start = 0;
        for at in 1..=spans.len() {
            let goes_on = spans.get(at).is_some_and(|next| {
                let line = &spans[at - 1];
                is_column(line.len()) && next.len() < 4 * COLUMNS.end && is_next(text, line, next)
            });
            if !goes_on {
                if at - start > 2 {
                    self.blocks.push(start..at);
                }
                start = at;
            }
        }
        if self.blocks.is_empty() {
            return false;
        }
        let (mut width, mut full) = (0, 0);
        for block in &self.blocks {
            let lines = &spans[block.clone()];
            let own = lines.iter().map(|line| columns(&text[line.clone()])).max().unwrap_or(0);
            let count = if COLUMNS.contains(&own) { count_full(text, lines, own) } else { None };
            self.lengths.push(count.map_or(0, |_| own));
            let Some(count) = count else { continue };
            width = width.max(own);
            full += count;
        }
        if full < FULL {
            return false;
        }
        self.joined.resize(spans.len(), false);
        for (block, &own) in self.blocks.iter().zip(&self.lengths) {
            if own + RAGGED >= width {
                for at in block.start + 1..block.end {
                    self.joined[at] = is_full(text, &spans[at - 1], &spans[at], own);
                }
            }
        }
        // Paragraphs of two lines, which say nothing by themselves.
        for at in 1..spans.len() {
            let (one, next) = (&spans[at - 1], &spans[at]);
            let alone = (at < 2 || !is_next(text, &spans[at - 2], one))
                && spans.get(at + 1).is_none_or(|after| !is_next(text, next, after));
            if alone && is_next(text, one, next) {
                let (one_columns, next_columns) =
                    (columns(&text[one.clone()]), columns(&text[next.clone()]));
                self.joined[at] = one_columns <= width
                    && next_columns <= width
                    && is_full(text, one, next, width);
            }
        }
        true
    }

    fn has_hyphens(&self, text: &str, spans: &[Range<usize>]) -> bool {
        (1..spans.len()).any(|at| {
            self.goes_on(at)
                && parted(&text[spans[at - 1].clone()], &text[spans[at].clone()]).is_some()
        })
    }

    /// Writes the text anew: without tags, with spaces where spaces were meant, with words whole that were parted at the
    /// end of a line. A paragraph of nothing but tags becomes an empty one.
    fn rewrite(&mut self, text: &str, spans: &[Range<usize>], is_wrapped: bool) {
        self.rewritten = true;
        self.text.clear();
        self.spans.clear();
        let mut taken = 0;
        for (at, span) in spans.iter().enumerate() {
            let start = self.text.len();
            let line = &text[span.start + std::mem::take(&mut taken)..span.end];
            let mut end = line.len();
            let next = spans.get(at + 1).filter(|_| is_wrapped && self.goes_on(at + 1));
            let rest = next.and_then(|next| {
                let next = &text[next.clone()];
                parted(line, next).map(|length| &next[..length])
            });
            if let Some(rest) = rest {
                end -= 1;
                taken = rest.len();
            }
            self.push(&line[..end]);
            self.text.push_str(rest.unwrap_or_default());
            self.spans.push(start..self.text.len());
            self.text.push('\n');
        }
    }

    /// Appends a line without its tags.
    fn push(&mut self, line: &str) {
        let spaces = line.bytes().filter(|byte| *byte == b' ').count();
        let zero = memmem::find_iter(line.as_bytes(), SPACE.as_bytes()).count();
        // In words they are nothing; where there are no other spaces they are the spaces.
        let is_space = zero >= 3 && 4 * spaces <= zero;
        let mut rest = line;
        while let Some(open) = memchr(b'<', rest.as_bytes()) {
            let (before, tag) = rest.split_at(open);
            self.put(before, is_space);
            let length = tag_length(tag).unwrap_or(0);
            // Inside a word a tag parts nothing.
            let inside = before.ends_with(char::is_alphanumeric)
                && tag[length..].starts_with(char::is_alphanumeric)
                && !BREAKS.iter().any(|name| is_tag(tag, name));
            if length == 0 {
                self.text.push('<');
            } else if !inside {
                self.text.push(' ');
            }
            rest = &tag[length.max(1)..];
        }
        self.put(rest, is_space);
    }

    fn put(&mut self, text: &str, is_space: bool) {
        if is_space {
            text.split(SPACE).enumerate().for_each(|(at, part)| {
                self.text.push_str(if at == 0 { "" } else { " " });
                self.text.push_str(part);
            });
        } else {
            self.text.push_str(text);
        }
    }
}

/// The zero-width space.
const SPACE: &str = "\u{200b}";

/// Tags that end a line, and so a word.
const BREAKS: [&str; 8] = ["br", "p", "div", "li", "td", "th", "tr", "hr"];

fn is_tag(tag: &str, name: &str) -> bool {
    let rest = tag.trim_start_matches(['<', '/']);
    rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        && rest[name.len()..].starts_with(|c: char| !c.is_ascii_alphanumeric())
}

/// Length of the tag that a text begins with; none if it begins with none.
pub(super) fn tag_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let name = if bytes.get(1) == Some(&b'/') { 2 } else { 1 };
    if !bytes.get(name)?.is_ascii_alphabetic() {
        return None;
    }
    let end = memchr(b'>', &bytes[..bytes.len().min(TAG)])?;
    memchr(b'<', &bytes[1..end]).is_none().then_some(end + 1)
}

fn has_tag(text: &str) -> bool {
    let mut rest = text;
    while let Some(open) = memchr(b'<', rest.as_bytes()) {
        if tag_length(&rest[open..]).is_some() {
            return true;
        }
        rest = &rest[open + 1..];
    }
    false
}

/// Whether one line follows the other without a blank one between.
fn is_next(text: &str, line: &Range<usize>, next: &Range<usize>) -> bool {
    matches!(text.as_bytes().get(line.end..next.start), Some(b"\n" | b"\r\n"))
}

/// Whether a line of so many bytes may be one of a wrapped paragraph.
fn is_column(bytes: usize) -> bool {
    (COLUMNS.start / 2..4 * COLUMNS.end).contains(&bytes)
}

/// Length in characters without the white space around.
fn columns(line: &str) -> usize {
    let line = trim(line);
    if line.is_ascii() { line.len() } else { line.chars().count() }
}

/// How many lines before the last are full; none if more than an eighth are not.
fn count_full(text: &str, lines: &[Range<usize>], width: usize) -> Option<usize> {
    let pairs = lines.len() - 1;
    let mut short = 0;
    for pair in lines.windows(2) {
        short += usize::from(!is_full(text, &pair[0], &pair[1], width));
        if short > pairs / 8 {
            return None;
        }
    }
    Some(pairs - short)
}

/// Whether the first word of `next` would not have fitted in `line`.
fn is_full(text: &str, line: &Range<usize>, next: &Range<usize>, width: usize) -> bool {
    let (line, next) = (trim(&text[line.clone()]), trim(&text[next.clone()]));
    let word = next.split(' ').next().unwrap_or_default();
    // An item of a list begins a line of its own, and a line without spaces is not wrapped between words.
    let is_item = next.starts_with(['-', '*', '•', '–', '—', '>', '|', '#']);
    let length = columns(line);
    // Behind a hyphen stands a part of a word.
    let is_parted = length + RAGGED >= width && parted(line, next).is_some();
    !is_item && line.contains(' ') && (length + 1 + columns(word) > width || is_parted)
}

/// The bytes at the front of `next` that complete the word which `line` breaks off with a hyphen.
fn parted(line: &str, next: &str) -> Option<usize> {
    let word = line.strip_suffix('-')?;
    if !word.ends_with(char::is_alphabetic) || !next.starts_with(char::is_lowercase) {
        return None;
    }
    let end = next.find(|c: char| !c.is_alphanumeric()).unwrap_or(next.len());
    Some(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{base::recipe::Split, text::paragraphs};

    /// Paragraphs as they are compared, those that go on put together.
    fn compared(text: &str) -> Vec<String> {
        let spans: Vec<_> = paragraphs(text, Split::Line).collect();
        let mut compared = Compared::default();
        compared.read(text, &spans, true);
        let (text, spans) = compared.text(text, &spans);
        let mut out: Vec<String> = Vec::new();
        for (at, span) in spans.iter().enumerate() {
            let line = text[span.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
            match out.last_mut().filter(|_| compared.goes_on(at)) {
                Some(last) => *last = format!("{last} {line}"),
                None => out.push(line),
            }
        }
        out
    }

    /// A text wrapped at a column, as mail programs do.
    fn wrapped(words: &[&str], width: usize) -> String {
        let mut lines: Vec<String> = vec![String::new()];
        for word in words {
            let line = lines.last_mut().unwrap();
            if !line.is_empty() && line.len() + 1 + word.len() > width {
                lines.push((*word).to_owned());
            } else {
                *line = format!("{line} {word}").trim().to_owned();
            }
        }
        lines.join("\n")
    }

    const WORDS: &str = "the keeper of the old mill said on the first day of the fair that nobody had asked him whether \
        the water could be let out of the pond before the boats were brought ashore and that he would not be spoken to \
        in such a manner by people who had never in their lives seen a wheel turn in the night of a flood";

    #[test]
    fn a_wrapped_paragraph_is_one_at_any_column() {
        let words: Vec<&str> = WORDS.split(' ').collect();
        for width in [50, 60, 72, 80] {
            let text = format!(
                "Home\nNews\n\n{}\n\n{}\n\nAbout\nContact",
                wrapped(&words, width),
                wrapped(&words[..14], width)
            );
            let short = words[..14].join(" ");
            assert_eq!(
                compared(&text),
                ["Home", "News", &words.join(" "), &short, "About", "Contact"],
                "{width}"
            );
        }
    }

    #[test]
    fn verse_lists_and_single_lines_stay_lines() {
        let verse = "O winds that over the water went and never again came home\nyou took the sail and the song\n\
            and all that we had to say of it\nwas written before on the foam\nthat lay by the quay so long";
        assert_eq!(compared(verse).len(), 5);
        let list = "- a bag of flour from the mill by the river, not too fine\n- two eggs\n- a pinch of salt and a cup of the best milk\n- patience";
        assert_eq!(compared(list).len(), 4);
        let titles = "The harbour master resigns after the flood of the year\nA new bridge is promised for the third time\nWhy the fair was moved";
        assert_eq!(compared(titles).len(), 3);
    }

    #[test]
    fn words_that_were_parted_are_whole() {
        let text = "the keeper of the old mill said on the first day of the fair that no-\nbody had asked him whether the \
            water could be let out of the pond be-\nfore the boats were brought ashore and that he would not be spo-\nken to \
            in such a manner by people who had never in their lives seen\nanything turn.";
        let text = text.replace("            ", "");
        let found = compared(&text);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].contains("that nobody had") && found[0].contains("spoken to"),
            "{found:?}"
        );
    }

    #[test]
    fn tags_and_zero_width_spaces_go() {
        assert_eq!(compared("<p>One <b>two</b> th<i>r</i>ee<br/>four</p>"), ["One two three four"]);
        assert_eq!(compared("a < b and b > c"), ["a < b and b > c"]);
        assert_eq!(compared("one\u{200b}two\u{200b}three\u{200b}four"), ["one two three four"]);
        assert_eq!(compared("a wo\u{200b}rd of its own"), ["a wo\u{200b}rd of its own"]);
    }

    proptest! {
        #[test]
        fn any_text_keeps_its_paragraphs(text in "([a-c<>/p é\u{200b}-]{0,60}\n){0,12}") {
            let spans: Vec<_> = paragraphs(&text, Split::Line).collect();
            let mut compared = Compared::default();
            compared.read(&text, &spans, true);
            let (other, of) = compared.text(&text, &spans);
            prop_assert_eq!(of.len(), spans.len());
            for span in of {
                prop_assert!(other.get(span.clone()).is_some());
            }
            prop_assert!(of.is_sorted_by(|a, b| a.end < b.start));
            prop_assert!(!compared.goes_on(0));
        }
    }
}
