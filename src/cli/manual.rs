//! `refrain man` and `refrain completions`: manual pages and completions, made from the flags.

use std::{
    io::{self, Write},
    path::Path,
};

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use refrain::{
    Error, Result,
    error::meant,
    store::{AtomicFile, Force, commit_all},
};

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
    let wanted = command.map_or_else(|| "refrain".to_owned(), |name| format!("refrain-{name}"));
    if let Some((_, page)) = pages.iter().find(|page| page.0 == wanted) {
        terminal::print(page)?;
        return Ok(Exit::Done);
    }
    let names: Vec<&str> =
        pages.iter().filter_map(|page| page.0.strip_prefix("refrain-")).collect();
    let wrong = command.unwrap_or_default();
    let problem = match meant(wrong, names.iter().copied()) {
        Some(meant) => format!("no such command; did you mean `{meant}`?"),
        None => format!("no such command; name one of {}", names.join(", ")),
    };
    Err(Error::usage(wrong, problem))
}

pub(super) fn completions(args: &CompletionsArgs) -> Result<Exit> {
    let shell = match args.shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
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
    let mut all: Vec<(String, Command)> = vec![("refrain".to_owned(), refrain.clone())];
    for command in refrain.get_subcommands() {
        all.push((format!("refrain-{}", command.get_name()), command.clone()));
    }
    let render = |(name, command): (String, Command)| {
        let page = page(command).map_err(|e| Error::io(&name, e))?;
        Ok((name, page))
    };
    all.into_iter().map(render).collect()
}

/// One page. What stands after the help is printed as it stands: examples are not for filling lines.
fn page(command: Command) -> io::Result<String> {
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let has_commands = command.has_subcommands();
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
        assert_eq!(pages.len(), 1 + commands.get_subcommands().count());
        for (name, page) in pages {
            assert!(page.contains(&format!(".TH {name} 1")), "{name}: {page}");
            assert!(page.contains(".SH EXAMPLES\n.EX\n"), "{name} has no example");
        }
    }
}
