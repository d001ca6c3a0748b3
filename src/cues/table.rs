//! One table of all lists: the first token of a phrase to the phrases that begin with it.

use std::sync::LazyLock;

use super::LISTS;
use crate::{
    base::page::Kind,
    text::{Digits, Scanner},
};

/// Classes of single words.
pub(super) mod class {
    /// Holds sentences of its language together.
    pub(in crate::cues) const STOP: u8 = 1;
    /// Stories are told with it.
    pub(in crate::cues) const STORY: u8 = 2;
    /// Begins what a reader is told to do.
    pub(in crate::cues) const DO: u8 = 4;
    /// Speaks to the reader.
    pub(in crate::cues) const YOU: u8 = 8;
    /// The site speaks of itself.
    pub(in crate::cues) const WE: u8 = 16;
    /// A month or a day of the week.
    pub(in crate::cues) const MONTH: u8 = 32;
}

const CLASSES: [(&str, u8); 6] = [
    ("stop", class::STOP),
    ("story", class::STORY),
    ("do", class::DO),
    ("you", class::YOU),
    ("we", class::WE),
    ("month", class::MONTH),
];

/// What a list's entry says; of kinds a bit by number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    pub kinds: u16,
    /// Of the kinds those that it is sure of.
    pub sure: u16,
    pub class: u8,
}

/// A phrase of two tokens and more: those after the first.
#[derive(Clone, Debug)]
struct Phrase {
    rest: Box<[u64]>,
    meaning: Meaning,
}

/// A slot of the table of first tokens: the token, what it means by itself, and where longer phrases stand.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    token: u64,
    /// The classes of the word, a byte each, so that they are counted by one addition.
    lanes: u64,
    start: u32,
    end: u32,
    kinds: u16,
    sure: u16,
    is_taken: bool,
}

/// What stands at a place of a paragraph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Tokens of the longest phrase.
    pub length: usize,
    pub kinds: u16,
    pub sure: u16,
    /// The classes of the first word, a byte each.
    pub lanes: u64,
}

/// All phrases.
#[derive(Debug)]
pub(super) struct Table {
    /// By the lowest bits of a token whether anything begins with it: most tokens are let go here.
    filter: Box<[u64; FILTER / 64]>,
    /// By two tokens whether a phrase may begin with them: most words that hold sentences together are let go here.
    pairs: Box<[u64; FILTER / 64]>,
    slots: Box<[Slot]>,
    /// By first token; of one token the longest phrase first.
    phrases: Vec<Phrase>,
}

const FILTER: usize = 1 << 16;
const SLOTS: usize = 1 << 14;

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::of(LISTS.iter().map(|list| list.1)));

/// Calls `each` with the entries of a list: the word before the colon, whether it is followed by `!`, the phrase.
pub(super) fn entries(list: &str) -> impl Iterator<Item = (&str, bool, &str)> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(':')).flat_map(|(name, phrases)| {
        let (name, is_sure) = match name.strip_suffix('!') {
            Some(name) => (name, true),
            None => (name, false),
        };
        phrases.split(',').map(move |phrase| (name, is_sure, phrase.trim()))
    })
}

/// What an entry under this name means; none if there is no such name.
pub(super) fn meaning(name: &str, is_sure: bool) -> Option<Meaning> {
    if let Some(&(_, class)) = CLASSES.iter().find(|(of, _)| *of == name) {
        return (!is_sure).then_some(Meaning { class, ..Meaning::default() });
    }
    let kinds = 1 << Kind::named(name)? as u16;
    Some(Meaning { kinds, sure: if is_sure { kinds } else { 0 }, class: 0 })
}

impl Table {
    /// The table of the lists that come with this crate; made once.
    pub(super) fn built_in() -> &'static Table {
        &TABLE
    }

    /// The table of these lists. Entries under names that mean nothing are passed over.
    fn of<'a>(lists: impl Iterator<Item = &'a str>) -> Table {
        // All phrases are read at once, a paragraph each.
        let (mut text, mut spans, mut meanings) = (String::new(), Vec::new(), Vec::new());
        for (name, is_sure, phrase) in lists.flat_map(entries) {
            let Some(meaning) = meaning(name, is_sure) else { continue };
            let start = text.len();
            text.push_str(phrase);
            spans.push(start..text.len());
            meanings.push(meaning);
            text.push('\n');
        }
        let mut scanner = Scanner::new();
        scanner.scan_page(&text, spans, Digits::Fold);
        let tokens = (0..meanings.len()).map(|at| scanner.paragraph(at).hashes().to_vec());
        let mut all: Vec<(Vec<u64>, Meaning)> =
            tokens.zip(meanings).filter(|(tokens, _)| !tokens.is_empty()).collect();
        // By first token, then the longest first, then by tokens, so that equal ones meet.
        all.sort_by(|(a, _), (b, _)| {
            a[0].cmp(&b[0]).then(b.len().cmp(&a.len())).then_with(|| a.cmp(b))
        });
        all.dedup_by(|(next, more), (tokens, meaning)| {
            let is_same = next == tokens;
            if is_same {
                meaning.kinds |= more.kinds;
                meaning.sure |= more.sure;
                meaning.class |= more.class;
            }
            is_same
        });

        let mut table = Table {
            filter: Box::new([0; FILTER / 64]),
            pairs: Box::new([0; FILTER / 64]),
            slots: vec![Slot::default(); SLOTS].into_boxed_slice(),
            phrases: Vec::new(),
        };
        for same in all.chunk_by(|(a, _), (b, _)| a[0] == b[0]) {
            table.add(same);
        }
        table
    }

    /// Adds the phrases that begin with one token, the longest first.
    fn add(&mut self, same: &[(Vec<u64>, Meaning)]) {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let token = same[0].0[0];
        let mut slot =
            Slot { token, start: count(self.phrases.len()), is_taken: true, ..Slot::default() };
        for (tokens, meaning) in same {
            if let [_, second, ..] = tokens[..] {
                let bit = pair_bit(token, second);
                self.pairs[bit / 64] |= 1 << (bit % 64);
                self.phrases.push(Phrase { rest: tokens[1..].into(), meaning: *meaning });
            } else {
                (slot.kinds, slot.sure, slot.lanes) =
                    (meaning.kinds, meaning.sure, lanes(meaning.class));
            }
        }
        slot.end = count(self.phrases.len());
        let bit = filter_bit(token);
        self.filter[bit / 64] |= 1 << (bit % 64);
        let mut at = place(token);
        while self.slots[at].is_taken {
            at = (at + 1) % SLOTS;
        }
        self.slots[at] = slot;
    }

    /// What `tokens` begin with: the longest phrase, or the word; nothing if the first token is not in the lists.
    #[inline]
    pub(super) fn longest(&self, tokens: &[u64]) -> Option<Found> {
        let &first = tokens.first()?;
        let bit = filter_bit(first);
        if self.filter[bit / 64] >> (bit % 64) & 1 == 0 {
            return None;
        }
        self.look_up(first, &tokens[1..])
    }

    #[inline]
    fn look_up(&self, first: u64, rest: &[u64]) -> Option<Found> {
        let mut at = place(first);
        let slot = loop {
            let slot = &self.slots[at];
            if slot.token == first && slot.is_taken {
                break slot;
            }
            if !slot.is_taken {
                return None;
            }
            at = (at + 1) % SLOTS;
        };
        if slot.start < slot.end
            && let Some(&second) = rest.first()
        {
            let bit = pair_bit(first, second);
            if self.pairs[bit / 64] >> (bit % 64) & 1 != 0
                && let Some(phrase) = self.phrase(slot, rest)
            {
                let Meaning { kinds, sure, .. } = phrase.meaning;
                return Some(Found {
                    length: 1 + phrase.rest.len(),
                    kinds,
                    sure,
                    lanes: slot.lanes,
                });
            }
        }
        Some(Found { length: 1, kinds: slot.kinds, sure: slot.sure, lanes: slot.lanes })
    }

    #[cold]
    fn phrase(&self, slot: &Slot, rest: &[u64]) -> Option<&Phrase> {
        let phrases = &self.phrases[slot.start as usize..slot.end as usize];
        phrases.iter().find(|phrase| phrase.rest[0] == rest[0] && rest.starts_with(&phrase.rest))
    }
}

/// The classes of a word, a byte each.
fn lanes(class: u8) -> u64 {
    (0..8).map(|bit| u64::from(class >> bit & 1) << (8 * bit)).sum()
}

#[inline]
fn pair_bit(first: u64, second: u64) -> usize {
    filter_bit(first.rotate_left(21) ^ second)
}

#[inline]
fn filter_bit(token: u64) -> usize {
    #[expect(clippy::cast_possible_truncation, reason = "the lowest bits")]
    let low = token as usize;
    low % FILTER
}

#[inline]
fn place(token: u64) -> usize {
    (token >> 40) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<u64> {
        let mut scanner = Scanner::new();
        scanner.scan(text, Digits::Fold);
        scanner.tokens().to_vec()
    }

    #[test]
    fn every_entry_of_every_list_means_something_and_is_found() {
        for (language, list) in LISTS {
            let mut of_language = 0;
            for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
                assert!(line.contains(':'), "{language}: {line}");
            }
            for (name, is_sure, phrase) in entries(list) {
                let meaning = meaning(name, is_sure);
                assert!(meaning.is_some(), "{language}: {name}");
                let tokens = tokens(phrase);
                assert!(!tokens.is_empty(), "{language}: {name}: {phrase:?}");
                let meaning = meaning.expect("just asked");
                let found = Table::built_in().longest(&tokens).expect("it is listed");
                assert_eq!(found.length, tokens.len(), "{language}: {phrase}");
                assert!(
                    tokens.len() > 1 || found.lanes & lanes(meaning.class) == lanes(meaning.class)
                );
                assert_eq!(found.kinds & meaning.kinds, meaning.kinds, "{language}: {phrase}");
                assert_eq!(found.sure & meaning.sure, meaning.sure, "{language}: {phrase}");
                of_language += 1;
            }
            assert!(of_language > 150, "{language} has {of_language} entries");
        }
        let table = Table::built_in();
        let taken = table.slots.iter().filter(|slot| slot.is_taken).count();
        assert!(2 * taken < SLOTS, "{taken} first words in {SLOTS} slots");
    }

    #[test]
    fn the_longest_phrase_is_found() {
        let list =
            "# no entry: at all\nshare: share, share this\nshare!: share this story\nstop: share";
        let table = Table::of([list].into_iter());
        let found = |text: &str| table.longest(&tokens(text));
        let share = 1 << Kind::Share as u16;
        let of =
            |length, sure| Some(Found { length, kinds: share, sure, lanes: lanes(class::STOP) });
        assert_eq!(found("Share THIS story!"), of(3, share));
        assert_eq!(found("share this storey"), of(2, 0));
        assert_eq!(found("share"), of(1, 0));
        assert_eq!(found("entry at all"), None);
        assert_eq!(found(""), None);
    }
}
