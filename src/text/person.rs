//! Whether a paragraph speaks in the first person, which reporters do not.
//!
//! Newspapers print statements and letters without quotation marks. Words of the first person, several of them in each of
//! some paragraphs on end, tell such a stretch from the story around it.

use std::sync::LazyLock;

use super::scan::{Digits, Scanner, Tokens};

/// Words of the first person, by language, those left out that are other words in another of them.
const LISTED: &str = "\
i we my our myself ourselves ours \
ich wir mein meine meinen meinem meiner unser unsere unseren unserem unserer mich \
je nous mon notre nos moi \
yo nosotros nosotras nuestro nuestra nuestros nuestras \
io noi nostro nostra nostri nostre \
eu nós meu minha meus minhas nosso nossa nossos nossas \
ik wij mijn onze \
я мы мой моя наш наша наши нас меня нам мне";

static HASHES: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut scanner = Scanner::plain();
    scanner.scan(LISTED, Digits::Keep);
    let mut hashes = scanner.tokens().to_vec();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
});

/// For each value of the low bits of a hash a bit: a listed word may have it.
static FILTER: LazyLock<[u64; 64]> = LazyLock::new(|| {
    let mut filter = [0; 64];
    HASHES.iter().for_each(|hash| filter[(hash >> 6 & 63) as usize] |= 1 << (hash & 63));
    filter
});

/// Words for each word of the first person, at most, and how many of these there are, at least.
const EACH: usize = 30;
const LEAST: usize = 2;

/// Whether somebody speaks of himself in a paragraph: two words of the first person and more, one in thirty words at least.
pub fn speaks(tokens: Tokens<'_>) -> bool {
    let hashes = tokens.hashes();
    let filter = &*FILTER;
    let may_be = |hash: &&u64| filter[(**hash >> 6 & 63) as usize] >> (**hash & 63) & 1 != 0;
    let listed = |hash: &&u64| HASHES.binary_search(hash).is_ok();
    let count = hashes.iter().filter(may_be).filter(listed).count();
    count >= LEAST && count * EACH >= hashes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

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
