//! What is in force: flags, else the config file, else what is usual; and `refrain config`, which says
//! so.

mod file;

use std::{
    fmt::{self, Write as _},
    path::Path,
};

use crate::{
    Error, Result,
    base::{error::meant, page::Kind},
    records::{SiteBy, named_site, site_of_url},
};

use super::{
    Exit,
    args::{ConfigArgs, FileArgs},
    terminal::{self, things},
};
use file::{Lines, Value};

/// The file that is looked for in the working directory.
const NAME: &str = "refrain.toml";

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    Usual,
    /// File and line.
    File(String),
    /// A flag.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Usual => f.write_str("default"),
            Origin::File(place) => f.write_str(place),
            Origin::Flag(key) => write!(f, "--{key}"),
        }
    }
}

/// Puts flags over the file over what is usual, and remembers what came from where.
#[derive(Debug)]
pub(crate) struct Merge {
    file: Lines,
    /// Key, value as TOML, origin.
    lines: Vec<(&'static str, String, Origin)>,
}

impl Merge {
    /// Reads the file that is named, or the one that is there.
    pub(crate) fn of(args: &FileArgs) -> Result<Merge> {
        let file = match &args.config {
            Some(path) => Lines::read(path)?,
            None if !args.no_config && Path::new(NAME).is_file() => Lines::read(Path::new(NAME))?,
            None => Lines::default(),
        };
        Ok(Merge { file, lines: Vec::new() })
    }

    /// The name of the file that is read, if there is one.
    pub(crate) fn file(&self) -> Option<&str> {
        Some(self.file.name()).filter(|name| !name.is_empty())
    }

    /// The value of `key`: the flag, or what `read` makes of the file's text, or the usual one.
    ///
    /// # Errors
    ///
    /// *Usage* with the line of the file if it is not such a value.
    pub(crate) fn value<T: Clone>(
        &mut self,
        key: &'static str,
        flag: Option<&T>,
        read: impl Fn(&str) -> std::result::Result<T, String>,
        show: impl Fn(&T) -> String,
        usual: T,
    ) -> Result<T> {
        let (value, origin) = match (flag, self.file.get(key)) {
            (Some(flag), _) => (flag.clone(), Origin::Flag(key)),
            (None, Some((Value::Text(text), line))) => {
                let wrong =
                    |problem| self.file.wrong(line, format!("`{key}` is `{text}`: {problem}"));
                (read(text).map_err(wrong)?, Origin::File(self.file.place(line)))
            }
            (None, Some((_, line))) => {
                return Err(self
                    .file
                    .wrong(line, format!("`{key}` is no string; write one in quotes")));
            }
            (None, None) => (usual, Origin::Usual),
        };
        self.lines.push((key, quoted(&show(&value)), origin));
        Ok(value)
    }

    /// The sites of `key`; flags take the place of the file's, all together.
    ///
    /// # Errors
    ///
    /// *Usage* if the file has no list there.
    pub(crate) fn sites(&mut self, key: &'static str, flags: &[String]) -> Result<Vec<String>> {
        let (sites, _) = self.list(key, flags)?;
        Ok(sites.iter().flat_map(|site| names_of(site)).collect())
    }

    /// The kinds of chrome of `key`, by number; flags take the place of the file's, all together.
    ///
    /// # Errors
    ///
    /// *Usage* if one is no kind, or the file has no list there.
    pub(crate) fn kinds(&mut self, key: &'static str, flags: &[String]) -> Result<Vec<Kind>> {
        let (words, origin) = self.list(key, flags)?;
        let mut kinds = Vec::new();
        for word in &words {
            let Some(kind) = Kind::named(word.trim()) else {
                let names: Vec<&str> = Kind::ALL.into_iter().map(Kind::word).collect();
                let way_out = match meant(word, names.iter().copied()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("there are {}", names.join(", ")),
                };
                let place = match origin {
                    Origin::File(place) => format!("{place}: `{key}`"),
                    _ => format!("--{key}"),
                };
                return Err(Error::usage(
                    place,
                    format!("`{word}` is no kind of chrome; {way_out}"),
                ));
            };
            kinds.push(kind);
        }
        kinds.sort_unstable();
        kinds.dedup();
        Ok(kinds)
    }

    /// The strings of `key`, and where they come from.
    fn list(&mut self, key: &'static str, flags: &[String]) -> Result<(Vec<String>, Origin)> {
        let (words, origin) = match self.file.get(key) {
            _ if !flags.is_empty() => (flags.to_vec(), Origin::Flag(key)),
            Some((Value::List(words), line)) => {
                (words.clone(), Origin::File(self.file.place(line)))
            }
            Some((_, line)) => {
                let example = if key == "keep-kind" { "related" } else { "example.org" };
                let problem = format!("`{key}` is no list; write [\"{example}\"]");
                return Err(self.file.wrong(line, problem));
            }
            None => (Vec::new(), Origin::Usual),
        };
        let list: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        self.lines.push((key, format!("[{}]", list.join(", ")), origin.clone()));
        Ok((words, origin))
    }

    /// Whether `key` is so: the flag, or what the file says, or not.
    ///
    /// # Errors
    ///
    /// *Usage* if the file has neither true nor false there.
    pub(crate) fn truth(&mut self, key: &'static str, flag: bool) -> Result<bool> {
        let (value, origin) = match self.file.get(key) {
            _ if flag => (true, Origin::Flag(key)),
            Some((Value::Truth(truth), line)) => (*truth, Origin::File(self.file.place(line))),
            Some((_, line)) => {
                let problem = format!("`{key}` is neither true nor false");
                return Err(self.file.wrong(line, problem));
            }
            None => (false, Origin::Usual),
        };
        self.lines.push((key, value.to_string(), origin));
        Ok(value)
    }

    /// Seeds: none, those that come with refrain, or those of a file.
    ///
    /// # Errors
    ///
    /// *Usage* if the file has neither true, false nor a string there.
    pub(crate) fn seeds(&mut self, flag: Option<Seeds>) -> Result<Seeds> {
        let key = "seeds";
        let (seeds, origin) = match (flag, self.file.get(key)) {
            (Some(flag), _) => (flag, Origin::Flag(key)),
            (None, Some((value, line))) => {
                let seeds = match value {
                    Value::Truth(true) => Seeds::BuiltIn,
                    Value::Truth(false) => Seeds::None,
                    Value::Text(path) => Seeds::File(path.clone()),
                    Value::List(_) => {
                        let problem = "`seeds` is a list; write true, or the name of one file";
                        return Err(self.file.wrong(line, problem));
                    }
                };
                (seeds, Origin::File(self.file.place(line)))
            }
            (None, None) => (Seeds::None, Origin::Usual),
        };
        let shown = match &seeds {
            Seeds::None => "false".to_owned(),
            Seeds::BuiltIn => "true".to_owned(),
            Seeds::File(path) => quoted(path),
        };
        self.lines.push((key, shown, origin));
        Ok(seeds)
    }

    /// All values as the lines of a config file, with where they come from.
    fn render(&self) -> String {
        let wide = |at: fn(&(&'static str, String, Origin)) -> usize| {
            self.lines.iter().map(at).max().unwrap_or(0)
        };
        let (keys, values) = (wide(|line| line.0.len()), wide(|line| line.1.chars().count()));
        let lines = self
            .lines
            .iter()
            .map(|(key, value, origin)| format!("{key:<keys$} = {value:<values$}  # {origin}\n"));
        lines.collect()
    }
}

/// Which chrome lines are known beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seeds {
    None,
    BuiltIn,
    File(String),
}

/// The names that a site may have in the input: as it is written, in its one spelling, and as URLs are cut.
fn names_of(site: &str) -> Vec<String> {
    let url = format!("https://{site}/");
    let mut names = vec![site.to_owned()];
    for name in named_site(site).into_iter().chain(site_of_url(&url, SiteBy::Domain)) {
        if names.iter().all(|before| *before != name) {
            names.push(name.into_owned());
        }
    }
    names
}

/// A TOML string: JSON's escapes are among TOML's.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// `refrain config`.
pub(super) fn run(args: &ConfigArgs) -> Result<Exit> {
    let mut merge = Merge::of(&args.method.file)?;
    let in_force = args.method.in_force(&mut merge)?;
    args.tolerance.most_bad(&mut merge)?;
    let mut shown = merge.render();
    let seeds = in_force.seeds.as_ref().map(|seeds| {
        let seeds = things(seeds.families().len() as u64, "known line", "known lines");
        format!(", with {seeds}")
    });
    let id = in_force.recipe.id();
    // Writing to a string cannot fail.
    let _ = writeln!(shown, "# recipe {id:016x}{}", seeds.unwrap_or_default());
    terminal::print(&shown)?;
    Ok(Exit::Done)
}
