//! The decision: what of an alignment proves a copy, and of what kind.
//!
//! Four conditions, each against one way to be wrong (measured on held-out news pages, where a copy
//! was known from its words): one long *unquoted* run, or two stories that quote one speech are
//! copies; in *two paragraphs or forty words*, or one borrowed sentence makes a copy; a *share of the
//! shorter text*, or a paragraph of background does; and *numbers that agree*, or yesterday's weather report is today's.
//!
//! Names that differ where a form is filled in say the same as numbers. And before evidence is asked, texts that are equal
//! word by word, or nearly and in order, are one text whatever they are made of.
//!
//! Within one site more is asked for: what its pages share is first of all its furniture, and its
//! writers reuse their own background. Two captures of one URL are asked for less.

use crate::base::page::Relation;

use super::{
    align::Measures,
    measure::{HalfWords, Share},
    whole::Whole,
    why::Check,
};

/// What is known of two pages before their texts are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinship {
    /// Pages of two sites.
    Across,
    /// Pages of one site.
    Within,
    /// Captures of one URL.
    SameUrl,
}

impl Kinship {
    /// That of two pages, of each its site and the key of its URL, 0 if it has none.
    pub fn of<S: PartialEq + Copy>(one: (S, u64), other: (S, u64)) -> Kinship {
        if one.0 != other.0 {
            Kinship::Across
        } else if one.1 != 0 && one.1 == other.1 {
            Kinship::SameUrl
        } else {
            Kinship::Within
        }
    }
}

/// Every threshold of the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Least unquoted words in a row.
    pub narrative: HalfWords,
    /// The same between two pages of one site: what slips through of its furniture is shorter than
    /// a reporter's paragraph.
    pub narrative_within: HalfWords,
    /// Paragraphs of the shorter text with shared unquoted words that are enough…
    pub paragraphs: u32,
    /// …unless so many unquoted words are shared.
    pub unquoted: HalfWords,
    /// Least share of the shorter text, between pages of two sites.
    pub across_sites: Share,
    /// The same if many unquoted words are shared: a weak `part`, one passage in a text of its own.
    pub weak: Share,
    /// Least share of the shorter text, between pages of one site.
    pub within_site: Share,
    /// Least share of the shorter text, between captures of one URL.
    pub same_url: Share,
    /// Least numbers in or beside shared runs of two texts that are taken for issues of one template.
    pub template_numbers: u32,
    /// Share of these numbers that agree, from which two texts are not issues of a template…
    pub template_agreement: Share,
    /// …or this one, if much is shared: an editor who updates a story changes some numbers, a new
    /// issue of a report changes nearly all.
    pub template_agreement_of_much: Share,
    /// Share of the shorter text that is much.
    pub template_containment: Share,
    /// Words shared between two places where texts of a template differ, at most.
    pub words_a_piece: u32,
    /// Share of the shorter text from which other numbers are an update, if all names are the same…
    pub update_containment: Share,
    /// …of which there are so many…
    pub update_names: u32,
    /// …and so many words are shared for each number that differs.
    pub words_a_number: u32,
    /// Places with other names or numbers that make a form, at least [`form_names`](Rule::form_names) of them with names.
    pub form_places: u32,
    /// Places with other names that make a form where nothing else differs.
    pub form_names: u32,
    /// Words shared for each of these places, at most: names in a form are never far from each other.
    pub words_a_place: u32,
    /// Of all places where the texts differ, those with other names.
    pub form_share: Share,
    /// What most of a text is.
    pub most: Share,
}

impl Rule {
    /// The thresholds in use; docs/method.md, section 12, has the source of each. Within a site they are
    /// stricter: galleries and playlists that two pages have in common reach a share of .4.
    pub const STANDARD: Rule = Rule {
        narrative: HalfWords::of(14),
        narrative_within: HalfWords::of(20),
        paragraphs: 2,
        unquoted: HalfWords::of(40),
        across_sites: Share::new(1, 5),
        weak: Share::new(1, 10),
        within_site: Share::new(3, 5),
        same_url: Share::new(1, 10),
        template_numbers: 4,
        template_agreement: Share::new(1, 2),
        template_agreement_of_much: Share::new(1, 4),
        template_containment: Share::new(3, 5),
        words_a_piece: 25,
        update_containment: Share::new(9, 10),
        update_names: 2,
        words_a_number: 20,
        form_places: 3,
        form_names: 2,
        words_a_place: 50,
        form_share: Share::new(1, 2),
        most: Share::new(1, 2),
    };

    /// What the texts are to each other, or `None` if nothing proves a copy.
    pub fn decide(&self, measures: &Measures, kinship: Kinship) -> Option<Verdict> {
        let whole = &measures.whole;
        if whole.equal {
            return Some(whole.verdict());
        }
        let proven = self.proven(measures, kinship);
        let is_same = proven.is_some_and(|verdict| verdict.relation == Relation::Same);
        if !is_same && whole.is_near() && !self.is_form_of(whole) {
            return Some(whole.verdict());
        }
        proven
    }

    /// Whether two texts that are nearly equal are so because they are filled in.
    fn is_form_of(&self, whole: &Whole) -> bool {
        // They are never far from each other, and several, or more of them differ than agree.
        let Whole { agreeing, differing, in_order, .. } = *whole;
        let is_dense = differing.saturating_mul(self.words_a_place) >= in_order.words();
        is_dense && (differing >= self.form_places || differing > agreeing)
    }

    /// What the texts are to each other by their evidence.
    fn proven(&self, measures: &Measures, kinship: Kinship) -> Option<Verdict> {
        if !self.checks(measures, kinship).iter().all(Check::holds) {
            return None;
        }

        let [covered_a, covered_b] = measures.covered();
        let (shorter, longer) =
            if measures.b_is_shorter { (covered_b, covered_a) } else { (covered_a, covered_b) };
        let relation = match (shorter.at_least(self.most), longer.at_least(self.most)) {
            (true, true) => Relation::Same,
            (true, false) => Relation::Cut,
            (false, _) => Relation::Part,
        };
        // A word of one text matches one of the other, so the smaller amount is shared by both.
        let shared = measures.shared_a.min(measures.shared_b);
        let union = measures.a.0.saturating_add(measures.b.0).saturating_sub(shared.0);
        Some(Verdict {
            relation,
            resemblance: Share::new(shared.0, union),
            containment: shorter,
            covered_a,
            covered_b,
            shared: shared.words(),
            basis: Basis::Evidence,
        })
    }
}

impl Default for Rule {
    fn default() -> Rule {
        Rule::STANDARD
    }
}

/// What a verdict was measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The evidence: what it shares with that of the other.
    Evidence,
    /// All words of both bodies, which are one text.
    Body,
    /// All words of both pages, which have no body: equal walls, error pages, empty shells. One print of them is enough,
    /// but nobody copied a text.
    Page,
}

impl Basis {
    /// All words were compared.
    pub fn is_whole(self) -> bool {
        self != Basis::Evidence
    }
}

/// A proven copy: what two texts are to each other, with exact shares in half-words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The kind of copy.
    pub relation: Relation,
    /// Shared text, as a share of all text of both.
    pub resemblance: Share,
    /// Shared text, as a share of the shorter one.
    pub containment: Share,
    /// What of the first text is in the second.
    pub covered_a: Share,
    /// What of the second text is in the first.
    pub covered_b: Share,
    /// Shared words.
    pub shared: u32,
    /// What it was measured on.
    pub basis: Basis,
}

impl Verdict {
    /// The verdict with the texts named the other way round.
    #[must_use]
    pub fn flipped(self) -> Verdict {
        Verdict { covered_a: self.covered_b, covered_b: self.covered_a, ..self }
    }

    /// How much of all the first text's body the second page has, what proves nothing included: what is asked before a
    /// copy is dropped.
    pub fn held(&self, beside: Beside) -> Share {
        let Share { part, of } = self.covered_a;
        if self.basis.is_whole() {
            return self.covered_a;
        }
        Share::new(part.saturating_add(beside.there.0), of.saturating_add(beside.all.0))
    }
}

/// Body of a page that proves nothing and is not compared with another page: lists, captions, lines on several pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// All of it.
    pub all: HalfWords,
    /// What of it stands on the other page as well.
    pub there: HalfWords,
}

impl Beside {
    /// Adds a paragraph of so many words.
    pub fn add(&mut self, words: u32, is_there: bool) {
        self.all += HalfWords::of(words);
        if is_there {
            self.there += HalfWords::of(words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kinship::*, *};

    /// Two texts of 100 and 200 words that share `shared` words in two paragraphs.
    fn sharing(shared: u32) -> Measures {
        Measures {
            a: HalfWords::of(100),
            b: HalfWords::of(200),
            shared_a: HalfWords::of(shared),
            shared_b: HalfWords::of(shared),
            narrative: HalfWords::of(14),
            unquoted: HalfWords::of(28),
            paragraphs: 2,
            ..Measures::default()
        }
    }

    fn relation(measures: &Measures, kinship: Kinship) -> Option<Relation> {
        Rule::STANDARD.decide(measures, kinship).map(|verdict| verdict.relation)
    }

    #[test]
    fn each_condition_holds_at_its_threshold_and_not_below() {
        let good = sharing(30);
        assert_eq!(relation(&good, Across), Some(Relation::Part));
        assert_eq!(relation(&Measures { narrative: HalfWords(27), ..good }, Across), None);
        let one = Measures { paragraphs: 1, ..good };
        assert_eq!(relation(&one, Across), None);
        let forty = Measures { unquoted: HalfWords::of(40), ..one };
        assert_eq!(relation(&forty, Across), Some(Relation::Part));
        assert_eq!(relation(&Measures { unquoted: HalfWords(79), ..one }, Across), None);
    }

    #[test]
    fn many_shared_words_are_a_weak_part_of_a_long_text() {
        let many = |shared| Measures { unquoted: HalfWords::of(40), ..sharing(shared) };
        assert_eq!(relation(&many(10), Across), Some(Relation::Part));
        assert_eq!(relation(&many(9), Across), None);
        assert_eq!(relation(&many(10), Within), None);
        assert_eq!(relation(&sharing(19), Across), None);
    }

    #[test]
    fn a_site_that_copies_itself_must_share_more_and_a_url_less() {
        let long = |shared| Measures { narrative: HalfWords::of(20), ..sharing(shared) };
        let least = [(Across, 20), (Within, 60), (SameUrl, 10)];
        for (kinship, shared) in least {
            assert_eq!(relation(&long(shared - 1), kinship), None, "{kinship:?}");
            assert!(relation(&long(shared), kinship).is_some(), "{kinship:?}");
        }
        let short = Measures { narrative: HalfWords(39), ..sharing(80) };
        assert_eq!(relation(&short, Within), None);
        assert_eq!(relation(&short, SameUrl), Some(Relation::Cut));
    }

    #[test]
    fn relations_change_at_half() {
        assert_eq!(relation(&sharing(49), Across), Some(Relation::Part));
        assert_eq!(relation(&sharing(50), Across), Some(Relation::Cut));
        assert_eq!(relation(&sharing(99), Across), Some(Relation::Cut));
        assert_eq!(relation(&sharing(100), Across), Some(Relation::Same));
    }

    #[test]
    fn other_numbers_make_a_template_and_fewer_may_agree_if_much_is_shared() {
        let numbers = |shared, agreeing, differing| {
            let numbers_differing = differing;
            relation(
                &Measures { numbers_agreeing: agreeing, numbers_differing, ..sharing(shared) },
                Across,
            )
        };
        assert_eq!(numbers(59, 1, 3), None);
        assert_eq!(numbers(59, 2, 2), Some(Relation::Cut));
        assert_eq!(numbers(60, 1, 3), Some(Relation::Cut));
        assert_eq!(numbers(60, 1, 4), None);
        assert_eq!(numbers(100, 0, 4), None);
        assert_eq!(numbers(59, 0, 3), Some(Relation::Cut));
    }

    #[test]
    fn a_verdict_flips_with_its_texts() {
        let measures = sharing(60);
        let swapped = Measures { a: measures.b, b: measures.a, b_is_shorter: true, ..measures };
        let verdict = Rule::STANDARD.decide(&measures, Kinship::Across).unwrap();
        assert_eq!(Rule::STANDARD.decide(&swapped, Across), Some(verdict.flipped()));
        assert_eq!(verdict.resemblance, Share::new(120, 480));
        assert_eq!((verdict.containment, verdict.shared), (Share::new(120, 200), 60));
    }

    #[test]
    fn kinship_is_of_sites_and_urls() {
        assert_eq!(Kinship::of(("a", 1), ("b", 1)), Across);
        assert_eq!(Kinship::of(("a", 1), ("a", 2)), Within);
        assert_eq!(Kinship::of(("a", 1), ("a", 1)), SameUrl);
        // Two pages without a URL are no captures of one.
        assert_eq!(Kinship::of(("a", 0), ("a", 0)), Within);
    }

    #[test]
    fn what_proves_nothing_counts_in_what_is_held() {
        let verdict = Rule::STANDARD.decide(&sharing(90), Across).unwrap();
        assert_eq!(verdict.held(Beside::default()), Share::new(180, 200));
        let mut beside = Beside::default();
        beside.add(5, true);
        beside.add(7, false);
        assert_eq!(verdict.held(beside), Share::new(190, 224));
        beside.add(u32::MAX, true);
        assert_eq!(verdict.held(beside), Share::new(u32::MAX, u32::MAX));
    }

    #[test]
    fn empty_texts_are_no_copies() {
        assert_eq!(Rule::STANDARD.decide(&Measures::default(), Across), None);
    }
}
