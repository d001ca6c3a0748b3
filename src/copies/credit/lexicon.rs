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
    /// In small letters, if it is looked for in any case.
    small: Option<String>,
    /// Number of the agency.
    of: usize,
}

/// All names and cues.
#[derive(Debug)]
pub(super) struct Lexicon {
    names: Vec<String>,
    /// How many of them, the first, are agencies.
    agencies: usize,
    /// The longest first, so that a name inside another is not taken for it.
    aliases: Vec<Alias>,
    /// In small letters, by kind.
    cues: HashMap<String, Vec<String>>,
    /// What a line has that may credit somebody: first token to the tokens behind it.
    phrases: HashMap<u64, Vec<Box<[u64]>>>,
    /// By the lowest bits of a token whether a phrase begins with it.
    filter: [u64; FILTER / 64],
    /// First tokens of what stands before the name of a writer.
    bylines: HashSet<u64>,
    /// Last tokens of what newspapers are called.
    papers: HashSet<u64>,
}

const FILTER: usize = 1 << 12;

/// Kinds of cues without which a line that has no listed name credits nobody.
const ALONE: [&str; 4] = ["from", "with", "first", "agency"];

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
            aliases: Vec::new(),
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
                let small = (!is_exact).then(|| alias.to_lowercase());
                lexicon.aliases.push(Alias { written: alias.to_owned(), small, of });
                lexicon.add(&mut scanner, alias);
            }
        }
        lexicon.aliases.sort_by_key(|alias| std::cmp::Reverse(alias.written.len()));
        for (kind, words) in entries(cues) {
            for word in words {
                lexicon.cues.entry(kind.to_owned()).or_default().push(word.to_lowercase());
                if ALONE.contains(&kind) {
                    lexicon.add(&mut scanner, word);
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
        for words in lexicon.cues.values_mut() {
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        }
        lexicon
    }

    fn add(&mut self, scanner: &mut Scanner, phrase: &str) {
        scanner.scan(phrase, Digits::Keep);
        if let [first, ref rest @ ..] = *scanner.tokens() {
            self.phrases.entry(first).or_default().push(rest.into());
            let bit = bit(first);
            self.filter[bit / 64] |= 1 << (bit % 64);
        }
    }

    /// Whether a line with these tokens may credit somebody.
    pub(super) fn may_credit(&self, tokens: &[u64]) -> bool {
        let is_byline = tokens.first().is_some_and(|first| self.bylines.contains(first));
        is_byline && tokens.iter().any(|token| self.papers.contains(token))
            || (0..tokens.len()).any(|at| {
                let bit = bit(tokens[at]);
                self.filter[bit / 64] >> (bit % 64) & 1 != 0
                    && self.phrases.get(&tokens[at]).is_some_and(|all| {
                        all.iter().any(|rest| tokens[at + 1..].starts_with(rest))
                    })
            })
    }

    /// The cues of a kind, in small letters, the longest first.
    pub(super) fn cues(&self, kind: &str) -> &[String] {
        self.cues.get(kind).map_or(&[], Vec::as_slice)
    }

    /// Whether `word`, in small letters, is a cue of a kind.
    pub(super) fn is(&self, kind: &str, word: &str) -> bool {
        self.cues(kind).iter().any(|cue| cue == word)
    }

    /// The agency that is called exactly so.
    pub(super) fn agency(&self, name: &str) -> Option<&str> {
        let name = name.trim();
        let without = ["The ", "the ", "THE "].iter().find_map(|the| name.strip_prefix(the));
        self.called(name).or_else(|| self.called(without?))
    }

    fn called(&self, name: &str) -> Option<&str> {
        let small = name.to_lowercase();
        let is = |alias: &&Alias| match &alias.small {
            Some(alias) => *alias == small,
            None => alias.written == name,
        };
        self.aliases.iter().find(is).map(|alias| self.names[alias.of].as_str())
    }

    /// Whether a name of the lists is an agency, whose stories stand on the pages of others.
    pub(super) fn is_agency(&self, name: &str) -> bool {
        self.names[..self.agencies].iter().any(|agency| agency == name)
    }

    /// The agencies that are named in a line, from left to right, each with where it ends.
    pub(super) fn named(&self, line: &str) -> Vec<(&str, Range<usize>)> {
        let mut found: Vec<(&str, Range<usize>)> = Vec::new();
        for alias in &self.aliases {
            let places: Vec<usize> = match &alias.small {
                None => line.match_indices(&alias.written).map(|(at, _)| at).collect(),
                Some(_) => ignoring_case(line, &alias.written).collect(),
            };
            for at in places {
                let range = at..at + alias.written.len();
                let is_whole = stands_alone(line, &range);
                let is_new = found
                    .iter()
                    .all(|(_, other)| range.end <= other.start || other.end <= range.start);
                if is_whole && is_new {
                    found.push((&self.names[alias.of], range));
                }
            }
        }
        found.sort_by_key(|(_, range)| range.start);
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
        for alias in &lexicon.aliases {
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
