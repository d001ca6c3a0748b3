//! The file `refrain.toml`: flags by their long names, with the lines they stand on.

use std::{collections::BTreeMap, path::Path};

use crate::{Error, Result, base::error::meant, records::read_lines};
use toml::de::{DeTable, DeValue};

/// What a config file may say. Flags that are about one run, such as its outputs, are no part of it.
pub(super) const KEYS: [&str; 18] = [
    "preset",
    "text-field",
    "id-field",
    "site-field",
    "url-field",
    "date-field",
    "site-by",
    "text-format",
    "max-record",
    "skip-damaged",
    "max-bad",
    "paragraph",
    "chrome-level",
    "keep",
    "seeds",
    "prefer",
    "never",
    "keep-kind",
];

/// A value as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Truth(bool),
    List(Vec<String>),
}

/// A config file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    name: String,
    values: BTreeMap<String, (Value, usize)>,
}

impl Lines {
    /// Reads the file at `path`.
    ///
    /// # Errors
    ///
    /// *Data* if it is not there, *usage* if it says what cannot be understood.
    pub(super) fn read(path: &Path) -> Result<Lines> {
        Lines::of(&path.display().to_string(), &read_lines(path)?)
    }

    fn of(name: &str, text: &str) -> Result<Lines> {
        let mut file = Lines { name: name.to_owned(), values: BTreeMap::new() };
        let table = DeTable::parse(text).map_err(|e| {
            let line = line_of(text, e.span().map_or(0, |span| span.start));
            file.wrong(line, format!("{}; values are written as in TOML", e.message()))
        })?;
        for (key, value) in table.get_ref() {
            let line = line_of(text, key.span().start);
            let key = key.get_ref().as_ref();
            if !KEYS.contains(&key) {
                return Err(file.wrong(line, unknown(key)));
            }
            let value = value_of(value.get_ref())
                .map_err(|found| file.wrong(line, format!("`{key}` is {found}")))?;
            file.values.insert(key.to_owned(), (value, line));
        }
        Ok(file)
    }

    /// Its name; "" if there is none.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What the file says of `key`, and where.
    pub(super) fn get(&self, key: &str) -> Option<(&Value, usize)> {
        self.values.get(key).map(|(value, line)| (value, *line))
    }

    /// Where a line stands.
    pub(super) fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.name)
    }

    /// The error for what a line says.
    pub(super) fn wrong(&self, line: usize, problem: impl Into<String>) -> Error {
        Error::usage(self.place(line), problem)
    }
}

fn unknown(key: &str) -> String {
    match meant(key, KEYS) {
        Some(meant) => format!("no such key `{key}`; did you mean `{meant}`?"),
        None => format!("no such key `{key}` (there are: {})", KEYS.join(", ")),
    }
}

/// A value that a flag could have, or what else it is.
fn value_of(value: &DeValue<'_>) -> Result<Value, String> {
    match value {
        DeValue::String(text) => Ok(Value::Text(text.to_string())),
        DeValue::Integer(number) if number.radix() == 10 => {
            Ok(Value::Text(number.as_str().to_owned()))
        }
        DeValue::Boolean(truth) => Ok(Value::Truth(*truth)),
        DeValue::Array(items) => {
            let text = |item: &toml::Spanned<DeValue<'_>>| match item.get_ref() {
                DeValue::String(text) => Ok(text.to_string()),
                other => Err(format!("a list with {} in it, not a list of strings", kind(other))),
            };
            items.iter().map(text).collect::<Result<_, _>>().map(Value::List)
        }
        other => Err(format!("{}, not a string", kind(other))),
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Number of the line, from 1, that has the byte `at`.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str) -> String {
        Lines::of("refrain.toml", text).expect_err(text).to_string()
    }

    #[test]
    fn values_are_known_by_line() {
        let text =
            "# ours\n\ntext-field = \"body\"\nmax-bad = 50\nseeds = true\nnever = [\"a\", 'b']\n";
        let file = Lines::of("refrain.toml", text).expect("it is fine");
        assert_eq!(file.get("text-field"), Some((&Value::Text("body".into()), 3)));
        assert_eq!(file.get("max-bad"), Some((&Value::Text("50".into()), 4)));
        assert_eq!(file.get("seeds"), Some((&Value::Truth(true), 5)));
        let list = Value::List(vec!["a".into(), "b".into()]);
        assert_eq!(file.get("never"), Some((&list, 6)));
        assert_eq!(file.get("keep"), None);
    }

    #[test]
    fn what_cannot_be_understood_is_told_with_its_line() {
        assert_eq!(
            says("\ntxt-field = \"x\""),
            "refrain.toml:2: no such key `txt-field`; did you mean `text-field`?"
        );
        assert!(says("colour = 1").starts_with(
            "refrain.toml:1: no such key `colour` (there are: preset, text-field, id-field, "
        ));
        assert_eq!(
            says("keep = 1.5"),
            "refrain.toml:1: `keep` is a number with a point, not a string"
        );
        assert_eq!(
            says("never = [\"a\", 1]"),
            "refrain.toml:1: `never` is a list with a number in it, not a list of strings"
        );
        assert_eq!(
            says("[input]\ntext-field = \"x\""),
            "refrain.toml:1: no such key `input` (there are: preset, text-field, id-field, site-field, url-field, date-field, site-by, text-format, max-record, skip-damaged, max-bad, paragraph, chrome-level, keep, seeds, prefer, never, keep-kind)"
        );
        let twice = says("keep = \"first\"\nkeep = \"longest\"");
        assert!(twice.starts_with("refrain.toml:2: duplicate key"), "{twice}");
        let broken = says("keep = \"first\"\nnever = [");
        assert!(broken.starts_with("refrain.toml:2: "), "{broken}");
    }
}
