//! Planted truth: generated pages whose copies are known, from anchors to clusters.

use std::collections::BTreeSet;

use super::*;
use crate::base::SplitMix64;
use crate::{
    base::page::{PageNumber, Relation},
    copies::{body::tests::body, candidate::tests::propose},
    text::Word,
};

type Text = Vec<Vec<Word>>;

/// A stream of random words.
struct Dice(SplitMix64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0.next_u64() % sides
    }

    /// A word, frequent ones more often, as in a language.
    fn word(&mut self) -> Word {
        let vocabulary = 3_u64.pow(u32::try_from(self.roll(9)).unwrap());
        let hash = u32::try_from(self.roll(vocabulary)).unwrap().wrapping_mul(0x9e37_79b9);
        Word { hash, ..Word::default() }
    }

    fn paragraph(&mut self, words: u64) -> Vec<Word> {
        (0..words).map(|_| self.word()).collect()
    }

    fn story(&mut self, paragraphs: u64) -> Text {
        (0..paragraphs)
            .map(|_| {
                let words = 25 + self.roll(40);
                self.paragraph(words)
            })
            .collect()
    }

    /// The text with one word in `every` replaced.
    fn edited(&mut self, text: &[Vec<Word>], every: u64) -> Text {
        let mut text = text.to_vec();
        for word in text.iter_mut().flatten() {
            if self.roll(every) == 0 {
                *word = Word { hash: word.hash ^ 0x5555, ..*word };
            }
        }
        text
    }
}

fn quoted(mut text: Text) -> Text {
    text.iter_mut().flatten().for_each(|word| word.quoted = true);
    text
}

fn compare(a: &Text, b: &Text, kinship: Kinship) -> Option<Verdict> {
    let (a, b) = (body(a), body(b));
    Rule::STANDARD.decide(&Aligner::new().align(a.view(), b.view()).measures, kinship)
}

fn relation(a: &Text, b: &Text) -> Option<Relation> {
    compare(a, b, Kinship::Across).map(|verdict| verdict.relation)
}

#[test]
fn a_whole_copy_is_the_same() {
    let story = Dice(SplitMix64::new(1)).story(12);
    let verdict = compare(&story, &story, Kinship::Within).unwrap();
    assert_eq!(verdict.relation, Relation::Same);
    assert_eq!(verdict.resemblance.part, verdict.resemblance.of);
}

#[test]
fn an_edited_copy_is_the_same() {
    let mut dice = Dice(SplitMix64::new(2));
    let story = dice.story(12);
    let edited = dice.edited(&story, 25);
    assert_eq!(relation(&edited, &story), Some(Relation::Same));
}

#[test]
fn a_story_cut_after_four_paragraphs_is_a_cut() {
    let story = Dice(SplitMix64::new(3)).story(15);
    let verdict = compare(&story[..4].to_vec(), &story, Kinship::Across).unwrap();
    assert_eq!(verdict.relation, Relation::Cut);
    assert_eq!(verdict.covered_a.part, verdict.covered_a.of);
}

#[test]
fn a_story_inside_another_text_is_a_cut_of_it() {
    let mut dice = Dice(SplitMix64::new(4));
    let story = dice.story(6);
    let host = [dice.story(8), story.clone(), dice.story(8)].concat();
    assert_eq!(relation(&story, &host), Some(Relation::Cut));
    assert_eq!(relation(&host, &story), Some(Relation::Cut));
}

#[test]
fn a_speech_quoted_in_two_stories_is_no_copy() {
    let mut dice = Dice(SplitMix64::new(5));
    let speech = quoted(dice.story(6));
    let one = [dice.story(5), speech.clone()].concat();
    let two = [speech, dice.story(5)].concat();
    assert_eq!(relation(&one, &two), None);
}

#[test]
fn borrowed_background_is_part_across_sites_and_nothing_within_one() {
    let mut dice = Dice(SplitMix64::new(6));
    let background = dice.story(3);
    let one = [dice.story(7), background.clone()].concat();
    let two = [dice.story(7), background].concat();
    assert_eq!(relation(&one, &two), Some(Relation::Part));
    assert_eq!(compare(&one, &two, Kinship::Within), None);
}

#[test]
fn other_stories_of_the_same_language_are_no_copies() {
    let mut dice = Dice(SplitMix64::new(7));
    let stories: Vec<Text> = (0..20).map(|_| dice.story(12)).collect();
    for (i, one) in stories.iter().enumerate() {
        for other in &stories[..i] {
            assert_eq!(relation(one, other), None);
        }
    }
}

/// Sixteen fixed words, a number, four words of the day, again and again.
#[test]
fn a_daily_report_with_other_numbers_is_no_copy() {
    let fixed = Dice(SplitMix64::new(8)).story(8);
    let issue = |day: u32, numbers: u32| -> Text {
        let mut dice = Dice(SplitMix64::new(u64::from(day)));
        let paragraphs = fixed.iter().enumerate().map(|(i, paragraph)| {
            let hash = numbers + u32::try_from(i).unwrap();
            let number = Word { hash, number: true, ..Word::default() };
            [&paragraph[..16], &[number], &dice.paragraph(16)].concat()
        });
        paragraphs.collect()
    };
    assert_eq!(relation(&issue(100, 7000), &issue(200, 8000)), None);
    // With the same numbers the shared words alone decide.
    assert!(relation(&issue(100, 7000), &issue(200, 7000)).is_some());
}

#[test]
fn a_text_without_spaces_is_compared_by_characters() {
    let mut dice = Dice(SplitMix64::new(9));
    let mut characters = |n: u64| -> Text {
        let paragraph = dice.paragraph(n);
        vec![paragraph.into_iter().map(|word| Word { single: true, ..word }).collect()]
    };
    let story = [characters(60), characters(90), characters(60)].concat();
    let host = [characters(200), story.clone(), characters(300)].concat();
    let verdict = compare(&story, &host, Kinship::Across).unwrap();
    assert_eq!((verdict.relation, verdict.shared), (Relation::Cut, 105));
}

/// Stories by wire, each on several pages: whole, edited, cut or inside another; and pages of one
/// speech. All copies are proposed, verified and put into one cluster a story, and nothing else is.
#[test]
fn planted_stories_come_back_as_clusters() {
    let mut dice = Dice(SplitMix64::new(10));
    let speech = quoted(dice.story(4));
    let mut pages: Vec<(usize, Text)> = Vec::new();
    for number in 0..40 {
        let story = dice.story(14);
        // One of them is the story that everyone prints: more pages than a posting pairs in full.
        let copies = if number == 17 { 120 } else { 1 + dice.roll(6) };
        pages.push((number, story.clone()));
        for _ in 1..copies {
            let copy = match dice.roll(4) {
                0 => story.clone(),
                1 => dice.edited(&story, 25),
                2 => story[..6].to_vec(),
                _ => [&dice.story(1)[..], &story].concat(),
            };
            pages.push((number, copy));
        }
    }
    for number in 40..60 {
        pages.push((number, [dice.story(6), speech.clone(), dice.story(2)].concat()));
    }

    let mut bodies = Bodies::new();
    let mut postings = Vec::new();
    let (mut anchors, mut keys) = (Anchors::new(crate::base::cpu::Tier::best()), Vec::new());
    for (page, (_, text)) in (0..).zip(&pages) {
        bodies.push(page, &body(text));
        keys.clear();
        for paragraph in text {
            let tokens: Vec<u64> = paragraph
                .iter()
                .map(|word| Dice(SplitMix64::new(u64::from(word.hash))).roll(u64::MAX))
                .collect();
            let end = u32::try_from(paragraph.len()).unwrap();
            let marks = if paragraph[0].quoted { vec![(0, end)] } else { Vec::new() };
            anchors.of(&tokens, &marks, false, &mut keys);
        }
        postings.extend(keys.iter().map(|&key| Posting { key, page }));
    }
    let (pairs, limits) = propose(&postings, 1000, 4, |_, _| 1);
    assert!(limits.linked_keys > 0);

    let mut aligner = Aligner::new();
    let mut verify = |a: PageNumber, b: PageNumber| {
        let (one, two) = (bodies.get(a)?, bodies.get(b)?);
        Rule::STANDARD.decide(&aligner.align(one, two).measures, Kinship::Across)
    };
    let links: Vec<Link> = pairs
        .iter()
        .filter_map(|pair| Some(Link { a: pair.a, b: pair.b, verdict: verify(pair.a, pair.b)? }))
        .collect();
    for link in &links {
        assert_eq!(pages[link.a as usize].0, pages[link.b as usize].0, "{link:?}");
    }
    let longest_first = |page| u32::MAX - bodies.len_words(page);
    let found = clusters(&links, longest_first, &mut verify);

    let mut expected: Vec<BTreeSet<PageNumber>> = vec![BTreeSet::new(); 60];
    for (page, (number, _)) in (0..).zip(&pages) {
        expected[*number].insert(page);
    }
    let expected: BTreeSet<_> = expected.into_iter().filter(|story| story.len() > 1).collect();
    let found: BTreeSet<BTreeSet<PageNumber>> = found
        .clusters
        .iter()
        .map(|cluster| {
            cluster.members.iter().map(|member| member.page).chain([cluster.lead]).collect()
        })
        .collect();
    assert_eq!(found, expected);
}
