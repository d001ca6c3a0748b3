//! Chrome lines known beforehand, by language: they prime a bank so that even a single page of an
//! unknown site can be cleaned.

use super::SiteBank;
use crate::text::{Digits, Scanner, fingerprint};

/// The lists that come with this crate: language, lines.
pub const BUILT_IN_SEEDS: [(&str, &str); 6] = [
    ("de", include_str!("../../seeds/chrome/de.txt")),
    ("en", include_str!("../../seeds/chrome/en.txt")),
    ("es", include_str!("../../seeds/chrome/es.txt")),
    ("fr", include_str!("../../seeds/chrome/fr.txt")),
    ("ru", include_str!("../../seeds/chrome/ru.txt")),
    ("zh", include_str!("../../seeds/chrome/zh.txt")),
];

/// The counts of a list of chrome lines, to be known on every site.
///
/// One line of chrome a line; blank lines and lines that start with `#` are passed over.
pub fn seed_bank<'a>(lists: impl IntoIterator<Item = &'a str>) -> SiteBank {
    let mut scanner = Scanner::new();
    let mut families = Vec::new();
    for line in lists.into_iter().flat_map(str::lines) {
        if !line.trim().is_empty() && !line.starts_with('#') {
            scanner.scan(line, Digits::Fold);
            if !scanner.tokens().is_empty() {
                families.push(fingerprint(scanner.tokens()));
            }
        }
    }
    SiteBank::known(families)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fold_and_comments_pass() {
        let bank =
            seed_bank(["# navigation\nSkip to content\n\nSKIP TO CONTENT!\n", "Cookies\n—\n"]);
        assert_eq!(bank.families().len(), 2);
    }
}
