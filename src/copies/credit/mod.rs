//! Who pages say a text is by: an agency or another outlet.
//!
//! A credit is only what a page prints: a dateline with the agency in brackets, a mark behind the last sentence, a byline, a
//! line of credit or copyright, a blurb about the agency or about where a text was printed first. Nothing is concluded from
//! style, from other pages, or from which page was first; where a page names nobody it credits nobody. Lines about pictures
//! name photographers and agencies too, and are passed over.
//!
//! # Cost
//!
//! Where no listed name and no cue stands in a line, a look at each of its tokens; in a paragraph of prose, at its ends.

mod lexicon;
mod line;
mod reader;

pub use reader::{CreditReader, Stands};

use std::collections::BTreeMap;

/// Who a page credits, and the words that say so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Credit {
    /// The agency, by one name whatever the page calls it; what is not listed, as it is printed.
    pub name: String,
    /// The words on the page, in one line.
    pub words: String,
}

impl Credit {
    /// Credits as one text: a line each, the name and the words between a tab. Neither has tabs or line ends.
    pub fn join(credits: &[Credit]) -> String {
        let mut text = String::new();
        for Credit { name, words } in credits {
            text.extend([name.as_str(), "\t", words, "\n"]);
        }
        text
    }

    /// The credits of such a text. A line that is none is passed over.
    pub fn split(text: &str) -> Vec<Credit> {
        let rows = text.lines().filter_map(|line| line.split_once('\t'));
        rows.map(|(name, words)| Credit { name: name.to_owned(), words: words.to_owned() })
            .collect()
    }
}

/// Whom the pages of a cluster credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterCredit {
    /// As in [`Credit`].
    pub name: String,
    /// The words that most of these pages print; of several the first.
    pub words: String,
    /// How many pages do.
    pub pages: u32,
}

/// What the pages of a cluster credit together, the lead first: those that most pages name first, then by name.
pub fn of_cluster(pages: impl IntoIterator<Item = Vec<Credit>>) -> Vec<ClusterCredit> {
    // By name, and by words how many pages have them and which was the first.
    let mut all: BTreeMap<String, BTreeMap<String, (u32, usize)>> = BTreeMap::new();
    for (at, credits) in pages.into_iter().enumerate() {
        for Credit { name, words } in credits {
            all.entry(name).or_default().entry(words).or_insert((0, at)).0 += 1;
        }
    }
    let credit = |(name, by_words): (String, BTreeMap<String, (u32, usize)>)| {
        let pages = by_words.values().map(|(count, _)| count).sum();
        let most = by_words
            .into_iter()
            .max_by_key(|(_, (count, first))| (*count, std::cmp::Reverse(*first)));
        ClusterCredit { name, words: most.map_or(String::new(), |(words, _)| words), pages }
    };
    let mut credits: Vec<ClusterCredit> = all.into_iter().map(credit).collect();
    // The sort is stable, so names stay in order.
    credits.sort_by_key(|credit| std::cmp::Reverse(credit.pages));
    credits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credit(name: &str, words: &str) -> Credit {
        Credit { name: name.to_owned(), words: words.to_owned() }
    }

    #[test]
    fn credits_are_counted_by_pages_and_told_in_the_most_usual_words() {
        let pages = [
            vec![credit("Reuters", "By Reuters"), credit("dpa", "(dpa)")],
            vec![credit("Reuters", "ASHFORD (Reuters)")],
            vec![],
            vec![credit("Reuters", "ASHFORD (Reuters)"), credit("AGI", "AGI")],
        ];
        let found = of_cluster(pages);
        let shown: Vec<(&str, &str, u32)> =
            found.iter().map(|c| (c.name.as_str(), c.words.as_str(), c.pages)).collect();
        let expected =
            [("Reuters", "ASHFORD (Reuters)", 2 + 1), ("AGI", "AGI", 1), ("dpa", "(dpa)", 1)];
        assert_eq!(shown, expected);
        // Of words that are as usual, those of the first page.
        let found = of_cluster([vec![credit("dpa", "b")], vec![credit("dpa", "a")]]);
        assert_eq!(found[0].words, "b");
        assert_eq!(of_cluster([vec![], vec![]]), []);
    }

    #[test]
    fn credits_come_back_from_one_text() {
        let credits = vec![credit("Reuters", "By Reuters"), credit("新华社", "来源：新华社")];
        assert_eq!(Credit::split(&Credit::join(&credits)), credits);
        assert_eq!(Credit::split(""), []);
    }
}
