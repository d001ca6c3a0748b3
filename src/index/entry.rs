//! What is kept of a page, and its bytes.
//!
//! ```text
//! body    bytes of what follows · tokens · a code for each · runs of flags · paragraphs · tokens and paragraphs that are
//!         evidence · (token, number) differences, of the evidence and of the rest · prints u64, u64
//! lines   paragraphs · runs of marks · family u32 each · words of those that prove nothing
//! texts   id · date · title · credits (a line each, name and words between a tab), each after its length
//! ```

use super::code::{Cursor, put, put_runs, put_text};
use crate::{
    chrome::Mark,
    copies::{Beside, Body, BodyParts, Credit, Evidence, Prints, Start},
    store::Plain,
};

/// Where pairs are proposed from. Each has keys of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Anchors of the evidence.
    Anchors = 0,
    /// Long families of the evidence.
    Families = 1,
    /// Bands of the evidence's sketch.
    Bands = 2,
}

impl Source {
    /// All there are.
    pub const ALL: [Source; 3] = [Source::Anchors, Source::Families, Source::Bands];
}

/// What cleaning did with a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Disposition {
    /// Nobody said: it was added without being cleaned. It counts as kept.
    #[default]
    Unsaid = 0,
    /// It is in what was written.
    Kept = 1,
    /// Another page has nearly all of it. It is no reason to drop a third page, of which that other may have nothing.
    Dropped = 2,
}

impl Disposition {
    pub(super) fn of_number(number: u32) -> Disposition {
        match number {
            0 => Disposition::Unsaid,
            1 => Disposition::Kept,
            _ => Disposition::Dropped,
        }
    }
}

/// A page as it is added, and as it is looked for.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The record's own id, or its URL, or "".
    pub id: String,
    /// Its site.
    pub site: String,
    /// Its date as the record says it, or "".
    pub date: String,
    /// First line of its evidence.
    pub title: String,
    /// Who it says its text is by.
    pub credits: Vec<Credit>,
    /// Key of its URL; 0 if it has none.
    pub url: u64,
    /// A hash of site, id, URL, date and text: where the same page is looked for when it comes again.
    pub identity: u64,
    /// Keys by [`Source`], ascending and distinct.
    pub keys: [Vec<u64>; 3],
    /// Its paragraphs.
    pub lines: Vec<EntryLine>,
    /// Its text as it is compared.
    pub body: Body,
    /// What cleaning did with it.
    pub fate: Disposition,
}

/// A paragraph of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryLine {
    /// 32 bits of its fingerprint.
    pub family: u32,
    /// Its label.
    pub mark: Mark,
    /// Its words; 0 if it is chrome or evidence.
    pub words: u32,
}

/// What an index says of a page beside its evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The record's own id, or its URL, or "".
    pub id: String,
    /// Its date as the record says it, or "".
    pub date: String,
    /// First line of its evidence.
    pub title: String,
    /// Who it says its text is by.
    pub credits: Vec<Credit>,
    /// Its paragraphs.
    pub lines: Vec<EntryLine>,
}

impl Entry {
    /// Bytes that it takes in memory, about.
    pub fn bytes(&self) -> usize {
        let keys: usize = self.keys.iter().map(Vec::len).sum();
        let texts = self.id.len() + self.site.len() + self.date.len() + self.title.len();
        let (tokens, paragraphs) = self.body.len();
        size_of::<Entry>()
            + 8 * keys
            + texts
            + self.credits.iter().map(|of| of.name.len() + of.words.len()).sum::<usize>()
            + size_of::<Credit>() * self.credits.len()
            + size_of::<EntryLine>() * self.lines.len()
            + 5 * tokens
            + size_of::<Start>() * paragraphs
    }

    /// Whether it is the page of which an index says this: what it is called, where and when it stood, and every
    /// paragraph. Labels may differ, for those depend on what was known when it was added.
    pub(super) fn is_page(&self, site: &str, url: u64, about: &About) -> bool {
        (&*self.site, self.url, &self.id, &self.date) == (site, url, &about.id, &about.date)
            && are_equal_lines(&self.lines, &about.lines)
    }

    /// Whether both are one page.
    pub(super) fn is_same_page(&self, other: &Entry) -> bool {
        self.identity == other.identity
            && (&self.site, self.url, &self.id, &self.date)
                == (&other.site, other.url, &other.id, &other.date)
            && are_equal_lines(&self.lines, &other.lines)
    }

    /// Appends its bytes; `code` says which number a word has.
    pub(super) fn write(&self, code: impl Fn(u32) -> u32, out: &mut Vec<u8>) {
        let (words, flags, starts) = self.body.parts();
        let mut body = Vec::with_capacity(2 * words.len() + 2 * starts.len() + 8);
        put(&mut body, words.len() as u64);
        for &word in words {
            put(&mut body, code(word).into());
        }
        put_runs(&mut body, flags.iter().copied());
        put(&mut body, starts.len() as u64);
        let Evidence { tokens, paragraphs } = self.body.evidence();
        put(&mut body, tokens.into());
        put(&mut body, paragraphs.into());
        let mut last = Start { token: 0, paragraph: 0 };
        for (at, start) in (0..).zip(starts) {
            // Numbers of paragraphs begin anew with the rest.
            let before = if at == paragraphs { 0 } else { last.paragraph };
            put(&mut body, (start.token - last.token).into());
            put(&mut body, (start.paragraph - before).into());
            last = *start;
        }
        for print in [self.body.prints.page, self.body.prints.body] {
            body.extend_from_slice(&print.to_le_bytes());
        }
        put(out, body.len() as u64);
        out.extend_from_slice(&body);

        put(out, self.lines.len() as u64);
        put_runs(out, self.lines.iter().map(|line| line.mark.byte()));
        self.lines.iter().for_each(|line| out.extend_from_slice(&line.family.to_le_bytes()));
        let is_beside = |line: &&EntryLine| line.mark.is_beside();
        self.lines.iter().filter(is_beside).for_each(|line| put(out, line.words.into()));
        for text in [&self.id, &self.date, &self.title, &Credit::join(&self.credits)] {
            put_text(out, text);
        }
    }
}

fn are_equal_lines(a: &[EntryLine], b: &[EntryLine]) -> bool {
    a.iter().map(|line| line.family).eq(b.iter().map(|line| line.family))
}

/// The lines of a page that prove nothing, and what of them stands among those of another.
pub fn beside(here: &[EntryLine], there: &[EntryLine]) -> Beside {
    let mut theirs: Vec<u32> = there.iter().map(|line| line.family).collect();
    theirs.sort_unstable();
    let mut beside = Beside::default();
    for line in here.iter().filter(|line| line.mark.is_beside()) {
        beside.add(line.words, theirs.binary_search(&line.family).is_ok());
    }
    beside
}

/// The bytes of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a>(pub(super) &'a [u8]);

impl<'a> Piece<'a> {
    fn parts(self) -> Option<(Cursor<'a>, Cursor<'a>)> {
        let mut all = Cursor(self.0);
        let length = all.count()?;
        Some((Cursor(all.take(length)?), all))
    }

    /// Reads the evidence; `word` says which word has a number.
    pub(super) fn body(self, word: impl Fn(u32) -> Option<u32>, body: &mut Body) -> Option<()> {
        let (mut bytes, _) = self.parts()?;
        let fill = |parts: BodyParts<'_>| {
            let tokens = bytes.count()?;
            for _ in 0..tokens {
                parts.words.push(word(bytes.small()?)?);
            }
            bytes.runs(tokens, parts.flags)?;
            let paragraphs = bytes.count()?;
            *parts.evidence = Evidence { tokens: bytes.small()?, paragraphs: bytes.small()? };
            let mut last = Start { token: 0, paragraph: 0 };
            for at in 0..paragraphs {
                let is_first = at == parts.evidence.paragraphs as usize;
                let before = if is_first { 0 } else { last.paragraph };
                let token = last.token.checked_add(bytes.small()?)?;
                let paragraph = before.checked_add(bytes.small()?)?;
                last = Start { token, paragraph };
                parts.starts.push(last);
            }
            let prints = bytes.take(16)?;
            *parts.prints = Prints { page: u64::get(&prints[..8]), body: u64::get(&prints[8..]) };
            bytes.0.is_empty().then_some(())
        };
        body.fill(fill).then_some(())
    }

    /// Reads everything else.
    pub(super) fn about(self) -> Option<About> {
        let (_, mut bytes) = self.parts()?;
        let count = bytes.count()?;
        let mut marks = Vec::with_capacity(count);
        bytes.runs(count, &mut marks)?;
        let families = bytes.take(count.checked_mul(4)?)?.chunks_exact(4);
        let mut lines = Vec::with_capacity(count);
        for (family, mark) in families.zip(marks) {
            let family = u32::get(family);
            lines.push(EntryLine { family, mark: Mark::from_byte(mark)?, words: 0 });
        }
        for line in lines.iter_mut().filter(|line| line.mark.is_beside()) {
            line.words = bytes.small()?;
        }
        let mut text = || bytes.text().map(str::to_owned);
        let (id, date, title, credits) = (text()?, text()?, text()?, Credit::split(&text()?));
        bytes.0.is_empty().then_some(About { id, date, title, credits, lines })
    }

    /// Appends the same entry with other numbers for its words.
    pub(super) fn recode(self, code: impl Fn(u32) -> Option<u32>, out: &mut Vec<u8>) -> Option<()> {
        let (mut bytes, rest) = self.parts()?;
        let tokens = bytes.count()?;
        let mut body = Vec::with_capacity(self.0.len() - rest.0.len() + tokens);
        put(&mut body, tokens as u64);
        for _ in 0..tokens {
            put(&mut body, code(bytes.small()?)?.into());
        }
        body.extend_from_slice(bytes.0);
        put(out, body.len() as u64);
        out.extend_from_slice(&body);
        out.extend_from_slice(rest.0);
        Some(())
    }
}
