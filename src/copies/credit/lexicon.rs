//! Names of agencies and words that say that a name is a credit, from `seeds/credits`.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::LazyLock,
};

use crate::text::{Digits, Scanner};

const AGENCIES: &str = include_str!("../../../seeds/credits/agencies.txt");
const OUTLETS: &str = include_str!("../../../seeds/credits/outlets.txt");
const CUES: &str = include_str!("../../../seeds/credits/cues.txt");

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::of(AGENCIES, OUTLETS, CUES));

/// A way to write the name of an agency.
#[derive(Debug)]
struct Alias {
    written: String,
    /// It is looked for in any case.
    in_any_case: bool,
    /// Number of the agency.
    of: usize,
}

/// The cues of a kind, in small letters.
#[derive(Debug, Default)]
struct Cues {
    /// The longest first.
    list: Vec<String>,
    set: HashSet<String>,
}

/// The tokens of a phrase behind its first, and what it hints at.
type Phrase = (Box<[u64]>, u8);

/// All names and cues.
#[derive(Debug)]
pub(super) struct Lexicon {
    names: Vec<String>,
    /// How many of them, the first, are agencies.
    agencies: usize,
    /// By first byte, in small letters; the longest first, so that a name inside another is not taken for it.
    aliases: Vec<Vec<Alias>>,
    /// Names as they are written, and those in small letters that are looked for in any case, to the number of the agency.
    written: HashMap<String, usize>,
    small: HashMap<String, usize>,
    /// By kind.
    cues: HashMap<String, Cues>,
    /// What a line has that may credit somebody: first token to the tokens behind it, and what they say.
    phrases: HashMap<u64, Vec<Phrase>>,
    /// By the lowest bits of a token whether a phrase begins with it.
    filter: [u64; FILTER / 64],
    /// First tokens of what stands before the name of a writer.
    bylines: HashSet<u64>,
    /// Last tokens of what newspapers are called.
    papers: HashSet<u64>,
}

const FILTER: usize = 1 << 12;

/// What a line has that may credit somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hints(u8);

impl Hints {
    /// A name of the lists.
    pub(super) const NAME: u8 = 1;
    /// A word that stands before a source.
    pub(super) const FROM: u8 = 2;
    /// A word that says whose material is used.
    pub(super) const WITH: u8 = 4;
    /// A word that says where a text was printed first.
    pub(super) const FIRST: u8 = 8;
    /// A word for an agency.
    pub(super) const AGENCY: u8 = 16;
    /// A byline with what a newspaper is called.
    pub(super) const PAPER: u8 = 32;

    /// It has any.
    pub(super) fn any(self) -> bool {
        self.0 != 0
    }

    /// It has this one.
    pub(super) fn has(self, hint: u8) -> bool {
        self.0 & hint != 0
    }
}

/// Kinds of cues that credit somebody who is not listed.
const ALONE: [(&str, u8); 4] = [
    ("from", Hints::FROM),
    ("with", Hints::WITH),
    ("first", Hints::FIRST),
    ("agency", Hints::AGENCY),
];

/// Entries of a list: the word before the colon and what stands behind it, between commas.
fn entries(list: &str) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(':')).map(|(name, words)| {
        (name.trim(), words.split(',').map(str::trim).filter(|word| !word.is_empty()))
    })
}

impl Lexicon {
    /// The lists that come with this crate; read once.
    pub(super) fn built_in() -> &'static Lexicon {
        &LEXICON
    }

    fn of(agencies: &str, outlets: &str, cues: &str) -> Lexicon {
        let mut lexicon = Lexicon {
            names: Vec::new(),
            agencies: entries(agencies).count(),
            aliases: (0..=u8::MAX).map(|_| Vec::new()).collect(),
            written: HashMap::new(),
            small: HashMap::new(),
            cues: HashMap::new(),
            phrases: HashMap::new(),
            filter: [0; FILTER / 64],
            bylines: HashSet::new(),
            papers: HashSet::new(),
        };
        let mut scanner = Scanner::new();
        for (name, aliases) in entries(agencies).chain(entries(outlets)) {
            let of = lexicon.names.len();
            lexicon.names.push(name.to_owned());
            for alias in std::iter::once(name).chain(aliases) {
                let is_exact = alias.chars().count() < 5 || !alias.contains(char::is_lowercase);
                if !is_exact {
                    lexicon.small.entry(alias.to_lowercase()).or_insert(of);
                }
                lexicon.written.entry(alias.to_owned()).or_insert(of);
                let first = alias.bytes().next().unwrap_or(0).to_ascii_lowercase();
                let alias = Alias { written: alias.to_owned(), in_any_case: !is_exact, of };
                lexicon.add(&mut scanner, &alias.written, Hints::NAME);
                lexicon.aliases[usize::from(first)].push(alias);
            }
        }
        for aliases in &mut lexicon.aliases {
            aliases.sort_by_key(|alias| std::cmp::Reverse(alias.written.len()));
        }
        for (kind, words) in entries(cues) {
            for word in words {
                let small = word.to_lowercase();
                let of_kind = lexicon.cues.entry(kind.to_owned()).or_default();
                of_kind.set.insert(small.clone());
                of_kind.list.push(small);
                if let Some((_, hint)) = ALONE.iter().find(|(alone, _)| *alone == kind) {
                    lexicon.add(&mut scanner, word, *hint);
                }
                scanner.scan(word, Digits::Keep);
                match kind {
                    "by" => lexicon.bylines.extend(scanner.tokens().first()),
                    "paper" => lexicon.papers.extend(scanner.tokens().last()),
                    _ => {}
                }
            }
        }
        // Of two cues that stand at one place the longer one counts.
        for cues in lexicon.cues.values_mut() {
            cues.list.sort_by_key(|word| std::cmp::Reverse(word.len()));
        }
        lexicon
    }

    fn add(&mut self, scanner: &mut Scanner, phrase: &str, hint: u8) {
        scanner.scan(phrase, Digits::Keep);
        if let [first, ref rest @ ..] = *scanner.tokens() {
            self.phrases.entry(first).or_default().push((rest.into(), hint));
            let bit = bit(first);
            self.filter[bit / 64] |= 1 << (bit % 64);
        }
    }

    /// What a line with these tokens has that may credit somebody.
    pub(super) fn hints(&self, tokens: &[u64]) -> Hints {
        let mut hints = 0;
        for (at, &token) in tokens.iter().enumerate() {
            let bit = bit(token);
            if self.filter[bit / 64] >> (bit % 64) & 1 == 0 {
                continue;
            }
            for (rest, hint) in self.phrases.get(&token).into_iter().flatten() {
                if tokens[at + 1..].starts_with(rest) {
                    hints |= hint;
                }
            }
        }
        let is_byline = tokens.first().is_some_and(|first| self.bylines.contains(first));
        if is_byline && tokens.iter().any(|token| self.papers.contains(token)) {
            hints |= Hints::PAPER;
        }
        Hints(hints)
    }

    /// The cues of a kind, in small letters, the longest first.
    pub(super) fn cues(&self, kind: &str) -> &[String] {
        self.cues.get(kind).map_or(&[], |cues| &cues.list)
    }

    /// Whether `word`, in small letters, is a cue of a kind.
    pub(super) fn is(&self, kind: &str, word: &str) -> bool {
        self.cues.get(kind).is_some_and(|cues| cues.set.contains(word))
    }

    /// The agency that is called exactly so.
    pub(super) fn agency(&self, name: &str) -> Option<&str> {
        let name = name.trim();
        let without = ["The ", "the ", "THE "].iter().find_map(|the| name.strip_prefix(the));
        self.called(name).or_else(|| self.called(without?))
    }

    fn called(&self, name: &str) -> Option<&str> {
        let of = self.written.get(name).or_else(|| self.small.get(&name.to_lowercase()))?;
        Some(&self.names[*of])
    }

    /// Whether a name of the lists is an agency, whose stories stand on the pages of others.
    pub(super) fn is_agency(&self, name: &str) -> bool {
        self.names[..self.agencies].iter().any(|agency| agency == name)
    }

    /// The agencies that are named in a line, from left to right, each with where it ends.
    pub(super) fn named(&self, line: &str) -> Vec<(&str, Range<usize>)> {
        let mut found: Vec<(&str, Range<usize>)> = Vec::new();
        let bytes = line.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let here =
                self.aliases[usize::from(bytes[at].to_ascii_lowercase())].iter().find(|alias| {
                    let written = alias.written.as_bytes();
                    let Some(there) = bytes.get(at..at + written.len()) else { return false };
                    let is_same = if alias.in_any_case {
                        there.eq_ignore_ascii_case(written)
                    } else {
                        there == written
                    };
                    is_same && stands_alone(line, &(at..at + written.len()))
                });
            match here {
                Some(alias) => {
                    found.push((&self.names[alias.of], at..at + alias.written.len()));
                    at += alias.written.len();
                }
                None => at += 1,
            }
        }
        found
    }
}

fn bit(token: u64) -> usize {
    #[expect(clippy::cast_possible_truncation, reason = "the lowest bits")]
    let low = token as usize;
    low % FILTER
}

/// Where `wanted` stands in a line, whatever the case of its letters of ASCII.
pub(super) fn ignoring_case(line: &str, wanted: &str) -> impl Iterator<Item = usize> {
    let (line, wanted) = (line.as_bytes(), wanted.as_bytes());
    let last = (line.len() + 1).saturating_sub(wanted.len());
    (0..last).filter(move |&at| line[at..at + wanted.len()].eq_ignore_ascii_case(wanted))
}

/// Whether no letter touches what stands at `range`, in scripts that put spaces between words.
fn stands_alone(line: &str, range: &Range<usize>) -> bool {
    let (Some(inside), Some(before), Some(behind)) =
        (line.get(range.clone()), line.get(..range.start), line.get(range.end..))
    else {
        return false;
    };
    if inside.chars().all(is_single) {
        return true;
    }
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_single(c));
    !is_letter(before.chars().next_back()) && !is_letter(behind.chars().next())
}

/// A letter of a script without spaces between words: Chinese characters, kana. Hangul has spaces, but its particles touch
/// the word before.
pub(super) fn is_single(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_both_lists_is_an_entry() {
        for list in [AGENCIES, OUTLETS, CUES] {
            for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
                assert!(line.contains(':'), "{line}");
            }
        }
        let kinds = [
            "by", "from", "with", "first", "self", "is", "agency", "role", "and", "photo", "date",
            "paper",
        ];
        for (kind, words) in entries(CUES) {
            assert!(kinds.contains(&kind), "{kind}");
            assert!(words.count() > 0);
        }
        assert!(kinds.iter().all(|kind| !Lexicon::built_in().cues(kind).is_empty()));
    }

    #[test]
    fn a_name_belongs_to_one_agency() {
        let lexicon = Lexicon::built_in();
        for alias in lexicon.aliases.iter().flatten() {
            assert_eq!(
                lexicon.agency(&alias.written),
                Some(&*lexicon.names[alias.of]),
                "{}",
                alias.written
            );
        }
        assert_eq!(lexicon.agency("the ASSOCIATED press"), Some("Associated Press"));
        assert_eq!((lexicon.agency("ap"), lexicon.agency("Ap")), (None, None));
    }

    #[test]
    fn a_name_inside_another_is_not_taken_for_it() {
        let names = |line| -> Vec<&str> {
            Lexicon::built_in().named(line).into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(
            names("Australian Associated Press and Reuters"),
            ["Australian Associated Press", "Reuters"]
        );
        assert_eq!(names("An APPLE and an apparatus"), [""; 0]);
        assert_eq!(names("据新华社报道"), ["Xinhua"]);
    }
}
