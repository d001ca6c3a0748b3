//! `refrain man` and `refrain completions`: manual pages and completions, made from the flags.

use std::{
    io::{self, Write},
    path::Path,
};

use crate::{
    Error, Result,
    base::error::meant,
    store::{AtomicFile, Force, commit_all},
};
use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::{
    Exit,
    args::{Args, CompletionsArgs, ManArgs, Shell},
    terminal,
};

pub(super) fn man(args: &ManArgs) -> Result<Exit> {
    let pages = pages()?;
    if let Some(dir) = &args.output {
        let force = Force::if_asked(args.force);
        write(&pages, dir, force)?;
        return Ok(Exit::Done);
    }
    let command = args.command.as_deref();
    // `bank learn` and `bank-learn` are one page.
    let wanted = command
        .map_or_else(|| "refrain".to_owned(), |name| format!("refrain-{}", name.replace(' ', "-")));
    if let Some((_, page)) = pages.iter().find(|page| page.0 == wanted) {
        terminal::print(page)?;
        return Ok(Exit::Done);
    }
    let names: Vec<&str> =
        pages.iter().filter_map(|page| page.0.strip_prefix("refrain-")).collect();
    let wrong = command.unwrap_or_default();
    let first = || names.iter().copied().filter(|name| !name.contains('-')).collect::<Vec<_>>();
    let problem = match meant(wrong, names.iter().copied()) {
        Some(meant) => format!("no such command; did you mean `{meant}`?"),
        None => format!("no such command; name one of {}", first().join(", ")),
    };
    Err(Error::usage(wrong, problem))
}

pub(super) fn completions(args: &CompletionsArgs) -> Result<Exit> {
    let shell = match args.shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
        Shell::Powershell => clap_complete::Shell::PowerShell,
    };
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "refrain", &mut out);
    terminal::print(&String::from_utf8_lossy(&out))?;
    Ok(Exit::Done)
}

/// Name and text of the page of `refrain` and of every command.
fn pages() -> Result<Vec<(String, String)>> {
    let mut refrain = Args::command().disable_help_subcommand(true);
    // Gives commands the names that their pages have: `refrain-scan` for `refrain scan`.
    refrain.build();
    let mut all = Vec::new();
    gather("refrain", &refrain, &mut all);
    let names: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
    let render = |(name, command): (String, Command)| {
        let page = page(&name, command, &names).map_err(|e| Error::io(&name, e))?;
        Ok((name, page))
    };
    all.into_iter().map(render).collect()
}

/// Appends `command` and all below it, each by the name of its page.
fn gather(name: &str, command: &Command, all: &mut Vec<(String, Command)>) {
    all.push((name.to_owned(), command.clone()));
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        gather(&format!("{name}-{}", below.get_name()), below, all);
    }
}

/// Files beside the input that a command reads or writes, and what they hold.
fn files(name: &str, command: &Command) -> Vec<(&'static str, &'static str)> {
    let mut files = match name {
        "refrain-scan" => vec![
            ("DIR/pages.jsonl", "A row for each page: its chrome, its cluster, its lead."),
            ("DIR/chrome.jsonl", "A row for each line of chrome of a site."),
            ("DIR/clusters.jsonl", "A row for each lead with its copies and what they share."),
            ("DIR/pairs.tsv", "A row for each verified pair of pages."),
            ("DIR/summary.json", "All counts, and the id of the recipe."),
        ],
        "refrain-report" => vec![
            (
                "DIR/pages.jsonl, DIR/chrome.jsonl, DIR/clusters.jsonl, DIR/pairs.tsv, DIR/summary.json",
                "What the scan wrote, read.",
            ),
            ("DIR/report.html", "The report, unless another file is named."),
        ],
        "refrain-index" => vec![
            ("INDEX/index.refrain", "The list of the segments that count."),
            ("INDEX/*.segment", "Consecutive pages, written once."),
            ("INDEX/lock.refrain", "Held by the process that writes."),
        ],
        "refrain" | "refrain-config" => vec![("refrain.toml", SETTINGS)],
        _ => Vec::new(),
    };
    let has = |id: &str| command.get_arguments().any(|arg| arg.get_id() == id);
    if has("config") && name != "refrain-config" {
        files.push(("refrain.toml", SETTINGS));
    }
    if has("work_folder") {
        files.push((
            "the folder of --work",
            "The run's own files, in refrain-work inside it, removed when the outputs are written. \
             Without --work they are in the folder for temporary files (TMPDIR).",
        ));
    }
    files
}

const SETTINGS: &str = "Settings, read from the working directory; see refrain-config(1).";

/// Pages worth reading next: the commands below this one and beside it, and the one above.
fn see_also<'n>(name: &str, names: &'n [String]) -> Vec<&'n str> {
    let above = name.rsplit_once('-').map(|(above, _)| above);
    let is_near = |other: &&String| {
        let below_this = other.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
        let of_above = above.is_some_and(|above| {
            other.as_str() == above || other.rsplit_once('-').is_some_and(|(of, _)| of == above)
        });
        other.as_str() != name
            && ((below_this && !other[name.len() + 1..].contains('-')) || of_above)
    };
    names.iter().filter(is_near).map(String::as_str).collect()
}

/// One page. What stands after the help is printed as it stands: examples are not for filling lines.
fn page(name: &str, command: Command, names: &[String]) -> io::Result<String> {
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let has_commands = command.has_subcommands();
    let files = files(name, &command);
    let version = concat!("refrain ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command).source(version).manual("refrain");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_commands {
        man.render_subcommands_section(&mut page)?;
    }
    for part in after.split("\n\n") {
        let (heading, lines) = match part.strip_prefix("Examples:\n") {
            Some(lines) => ("EXAMPLES", lines),
            None => ("NOTES", part),
        };
        writeln!(page, ".SH {heading}\n.EX\n{}\n.EE", as_it_stands(lines))?;
    }
    if !files.is_empty() {
        writeln!(page, ".SH FILES")?;
    }
    for (file, holds) in files {
        writeln!(page, ".TP\n.I {}\n{}", as_it_stands(file), as_it_stands(holds))?;
    }
    writeln!(page, ".SH \"SEE ALSO\"")?;
    let near: Vec<String> = see_also(name, names)
        .into_iter()
        .map(|name| format!("\\fB{}\\fR(1)", as_it_stands(name)))
        .collect();
    writeln!(page, "{}", near.join(",\n"))?;
    Ok(String::from_utf8_lossy(&page).chars().map(in_ascii).collect())
}

/// A character in the one spelling that every roff reads.
fn in_ascii(c: char) -> String {
    if c.is_ascii() { c.to_string() } else { format!("\\[u{:04X}]", u32::from(c)) }
}

/// Text in which roff sees no request and no escape.
fn as_it_stands(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
        if line.starts_with('.') { format!("\\&{line}") } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Writes all pages, or none.
fn write(pages: &[(String, String)], dir: &Path, force: Force) -> Result<()> {
    let mut whole = Vec::new();
    for (name, page) in pages {
        let mut file = AtomicFile::create(&dir.join(format!("{name}.1")), force)?;
        file.write_all(page.as_bytes()).map_err(|e| Error::io(file.path(), e))?;
        whole.push(file.seal()?);
    }
    commit_all(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roff_obeys_nothing_that_an_example_says() {
        let text = as_it_stands(".PP \\fB -o '");
        assert_eq!(text, "\\&.PP \\efB \\-o \\(aq");
        assert_eq!(in_ascii('≥'), "\\[u2265]");
    }

    #[test]
    fn every_command_has_a_page_with_examples() {
        let pages = pages().expect("writing to memory does not fail");
        let commands = Args::command();
        // Eleven of `bank` and `index` have pages of their own.
        assert_eq!(pages.len(), 1 + commands.get_subcommands().count() + 11);
        for (name, page) in pages {
            assert!(page.contains(&format!(".TH {name} 1")), "{name}: {page}");
            assert!(page.contains(".SH EXAMPLES\n.EX\n"), "{name} has no example");
            let (_, near) = page.split_once(".SH \"SEE ALSO\"\n").expect("what to read next");
            assert!(near.contains("\\fBrefrain"), "{name}: {near}");
        }
    }

    #[test]
    fn near_pages_are_those_above_below_and_beside() {
        let names =
            ["refrain", "refrain-bank", "refrain-bank-learn", "refrain-bank-show", "refrain-scan"]
                .map(str::to_owned);
        let near = |name: &str| see_also(name, &names).join(" ");
        assert_eq!(near("refrain"), "refrain-bank refrain-scan");
        assert_eq!(
            near("refrain-bank"),
            "refrain refrain-bank-learn refrain-bank-show refrain-scan"
        );
        assert_eq!(near("refrain-bank-learn"), "refrain-bank refrain-bank-show");
    }
}
