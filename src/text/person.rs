//! Whether a paragraph speaks in the first person, which reporters do not.
//!
//! Newspapers print statements and letters without quotation marks. Words of the first person, several of them in each of
//! some paragraphs on end, tell such a stretch from the story around it.

use std::sync::LazyLock;

use super::{listed::Listed, scan::Tokens};

/// Words of the first person, by language, those left out that are other words in another of them.
const WORDS: &str = "\
i we my our myself ourselves ours \
ich wir mein meine meinen meinem meiner unser unsere unseren unserem unserer mich \
je nous mon notre nos moi \
yo nosotros nosotras nuestro nuestra nuestros nuestras \
io noi nostro nostra nostri nostre \
eu nós meu minha meus minhas nosso nossa nossos nossas \
ik wij mijn onze \
я мы мой моя наш наша наши нас меня нам мне";

static LISTED: LazyLock<Listed> = LazyLock::new(|| Listed::of(WORDS));

/// Words for each word of the first person, at most, and how many of these there are, at least.
const EACH: usize = 30;
const LEAST: usize = 2;

/// Whether somebody speaks of himself in a paragraph: two words of the first person and more, one in thirty words at least.
pub fn speaks(tokens: Tokens<'_>) -> bool {
    let hashes = tokens.hashes();
    let listed = &*LISTED;
    let count = hashes.iter().filter(|&&hash| listed.has(hash)).count();
    count >= LEAST && count * EACH >= hashes.len()
}

#[cfg(test)]
mod tests {
    use crate::text::{Digits, Scanner};

    #[test]
    fn a_statement_speaks_and_a_report_does_not() {
        let speaks = |paragraph: &str| {
            let mut scanner = Scanner::new();
            scanner.scan(paragraph, Digits::Keep);
            super::speaks(scanner.paragraph(0))
        };
        assert!(speaks(
            "I have thought about it for long, and my family has stood by me all the while."
        ));
        assert!(speaks(
            "Wir haben lange darüber gesprochen, und ich danke allen, die dabei waren."
        ));
        assert!(!speaks(
            "The keeper said that he had thought about it for long and would not come again."
        ));
        assert!(!speaks(
            "I was told by the keeper of the old mill that nobody had asked him whether the water could be let out."
        ));
        let long = format!(
            "We know our town. {}",
            "The water was let out of the pond at night. ".repeat(8)
        );
        assert!(!speaks(&long));
    }
}
