//! Chrome lines known beforehand, by language: they prime a bank so that even a single page of an
//! unknown site can be cleaned.

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

/// Families that are chrome on every site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeedBank {
    /// Ascending.
    families: Vec<u64>,
}

impl SeedBank {
    /// Whether a family is among them.
    pub fn has(&self, family: u64) -> bool {
        self.families.binary_search(&family).is_ok()
    }

    /// All, ascending.
    pub fn families(&self) -> &[u64] {
        &self.families
    }
}

/// The families of lists of chrome lines, to be known on every site.
///
/// One line of chrome a line; blank lines and lines that start with `#` are passed over.
pub fn seed_bank<'a>(lists: impl IntoIterator<Item = &'a str>) -> SeedBank {
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
    families.sort_unstable();
    families.dedup();
    SeedBank { families }
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
