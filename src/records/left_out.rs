//! What of the inputs is not read: files of a folder that hold no pages, and files that are named twice.

use std::{collections::BTreeMap, fmt, path::Path};

/// Files that were not taken, by the ending of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// How many have an ending, and the path of the first. Hidden files and folders are under `.`, files without an
    /// ending under "".
    pub(super) endings: BTreeMap<String, (u64, String)>,
    /// Names of files that were named before.
    pub twice: Vec<String>,
}

impl LeftOut {
    /// Nothing was.
    pub fn is_empty(&self) -> bool {
        self.endings.is_empty()
    }

    pub(super) fn add(&mut self, path: &Path) {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase());
        let name = name.unwrap_or_default();
        let ending = match name.rsplit_once('.') {
            Some(("", _)) => ".".to_owned(),
            _ if name.starts_with('.') => ".".to_owned(),
            Some((_, ending)) => format!(".{ending}"),
            None => String::new(),
        };
        let shown = path.display().to_string();
        let entry = self.endings.entry(ending).or_insert_with(|| (0, shown.clone()));
        entry.0 += 1;
        // The least, so that it does not depend on the order of a folder.
        if shown < entry.1 {
            entry.1 = shown;
        }
    }
}

/// As a list: `2 .md (README.md, …)`.
impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (ending, (count, first))) in self.endings.iter().enumerate() {
            let what = match ending.as_str() {
                "" => "without an ending",
                "." => "hidden",
                ending => ending,
            };
            let more = if *count > 1 { ", …" } else { "" };
            write!(f, "{}{count} {what} ({first}{more})", if at > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_counted_by_ending() {
        let mut left_out = LeftOut::default();
        for name in ["b/x.MD", "a.md", "_SUCCESS", ".git", ".a.crc", "p.jsonl~"] {
            left_out.add(Path::new(name));
        }
        let said = "1 without an ending (_SUCCESS), 2 hidden (.a.crc, …), 1 .jsonl~ (p.jsonl~), 2 .md (a.md, …)";
        assert_eq!(left_out.to_string(), said);
    }
}
