//! What README.md and docs/ say is so: commands run and print what is shown, links lead somewhere.
//!
//! In a block marked `console`, a line that begins with `$ ` is a command. The lines after it are its
//! standard output, line for line; a line that is only `…` stands for any number of lines. A command
//! without such lines may print nothing, or its output is not shown. The commands of a document run one
//! after the other in one folder that holds `seeds`, by a shell.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// The most lines that a README has whose every part is read.
const README_LINES: usize = 120;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The documents that users read, by path below the repository.
fn documents() -> Vec<String> {
    let mut names: Vec<String> =
        ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "ARCHITECTURE.md"]
            .map(str::to_owned)
            .into();
    let docs = fs::read_dir(root().join("docs")).unwrap();
    names.extend(docs.map(|file| format!("docs/{}", file.unwrap().file_name().to_str().unwrap())));
    assert!(names.len() > 8, "{names:?}");
    names
}

/// A command of a document, and the lines that are shown of its output.
struct Shown {
    /// Of the document, from 1.
    line: usize,
    command: String,
    output: Vec<String>,
}

/// The commands of a document. A block that looks like a shell's and is not run is an error.
fn commands(name: &str) -> Vec<Shown> {
    let text = read(name);
    let mut found: Vec<Shown> = Vec::new();
    let mut block = None;
    for (line, text) in (1..).zip(text.lines()) {
        match (block, text.strip_prefix("```")) {
            (None, Some(kind)) => {
                let is_run = kind == "console";
                assert!(
                    is_run || !["sh", "bash", "shell"].contains(&kind),
                    "{name}:{line}: {kind}"
                );
                block = Some(is_run);
            }
            (Some(_), Some(_)) => block = None,
            (Some(true), None) => match text.strip_prefix("$ ") {
                Some(command) => {
                    found.push(Shown { line, command: command.to_owned(), output: Vec::new() });
                }
                None => found.last_mut().unwrap().output.push(text.to_owned()),
            },
            _ => {}
        }
    }
    found
}

/// What is different between the `shown` lines and those that were `printed`.
fn difference(shown: &[String], printed: &str) -> Option<String> {
    let mut printed = printed.lines();
    let mut skips = false;
    for line in shown {
        if line.trim() == "…" {
            skips = true;
            continue;
        }
        let found = if skips { printed.find(|printed| printed == line) } else { printed.next() };
        if found != Some(line.as_str()) {
            return Some(format!("shown:   {line}\nprinted: {}", found.unwrap_or("nothing")));
        }
        skips = false;
    }
    let more = printed.next().filter(|_| !skips && !shown.is_empty());
    more.map(|more| format!("not shown: {more}"))
}

#[test]
fn shown_lines_are_compared_with_printed_ones() {
    let shown = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>();
    for (lines, printed, is_same) in [
        (&["a", "b"][..], "a\nb\n", true),
        (&["a"], "a\nb\n", false),
        (&["a", "…"], "a\nb\n", true),
        (&["…", "b"], "a\nb\n", true),
        (&["…", "b"], "a\nb\nc\n", false),
        (&["…", "b", "…"], "a\nc\n", false),
        (&["b", "…"], "a\nb\n", false),
        (&["a", "b"], "a\n", false),
        (&[], "a\n", true),
    ] {
        assert_eq!(difference(&shown(lines), printed).is_none(), is_same, "{lines:?} {printed:?}");
    }
}

/// Runs the commands of a document but those that begin with one of `not_run`, each of which it must have.
#[cfg(unix)]
fn run(name: &str, not_run: &[&str]) {
    use crate::command::{Folder, finish};

    let folder = Folder::new();
    std::os::unix::fs::symlink(root().join("seeds"), folder.path("seeds")).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_refrain")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let commands = commands(name);
    assert!(commands.len() > 4, "{name} has {} commands", commands.len());
    let mut wrong = String::new();
    for start in not_run {
        assert!(commands.iter().any(|shown| shown.command.starts_with(start)), "no {start}");
    }
    for Shown { line, command, output } in commands {
        if not_run.iter().any(|start| command.starts_with(start)) {
            continue;
        }
        let command = command.replace("cargo run --release -- ", "refrain ");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &command]).current_dir(folder.path(".")).env("PATH", &path);
        shell.env_remove("COLUMNS").env("TMPDIR", folder.path("."));
        let run = finish(shell, b"");
        if run.exit != Some(0) {
            writeln!(wrong, "{name}:{line}: {command}\n{}", run.shown()).unwrap();
        } else if let Some(difference) = difference(&output, run.out()) {
            writeln!(wrong, "{name}:{line}: {command}\n{difference}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[cfg(unix)]
#[test]
fn the_readme_is_so() {
    run("README.md", &["cargo install", "cargo test"]);
}

#[cfg(unix)]
#[test]
fn the_guide_is_so() {
    run("docs/guide.md", &[]);
}

#[test]
fn the_readme_is_short() {
    let lines = read("README.md").lines().count();
    assert!(lines <= README_LINES, "README.md has {lines} lines; {README_LINES} are read");
}

/// The `(target)`s of links in Markdown.
fn targets(text: &str) -> Vec<&str> {
    let links = text.split("](").skip(1);
    links.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).collect()
}

/// The names by which a document's headings are linked to, as forges make them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let name = |line: &str| -> String {
        let title = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        title.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect()
    };
    headings.map(name).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for name in documents() {
        let text = read(&name);
        for target in targets(&text).into_iter().filter(|target| !target.contains("://")) {
            seen += 1;
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let beside = root().join(&name).parent().unwrap().join(file);
            let path: PathBuf = if file.is_empty() { root().join(&name) } else { beside };
            let Ok(text) = fs::read_to_string(&path) else {
                wrong.push(format!("{name}: no {target}"));
                continue;
            };
            if !anchor.is_empty() && !anchors(&text).iter().any(|name| name == anchor) {
                wrong.push(format!("{name}: no heading {target}"));
            }
        }
    }
    assert!(seen > 20, "only {seen} links were seen");
    assert!(wrong.is_empty(), "links that lead nowhere:\n{}", wrong.join("\n"));
}

/// Comments and messages refer to what is in the repository.
#[test]
fn nothing_refers_to_documents_that_are_not_here() {
    let gone = [["STU", "DY"].concat(), ["ALGO", "RITHM"].concat(), ["KERNEL", ".md"].concat()];
    let mut wrong = Vec::new();
    for folder in ["src", "benches", "examples", "tests", "docs", "templates"] {
        crate::command::walk(&root().join(folder), &mut |path, bytes| {
            let text = String::from_utf8_lossy(&bytes);
            wrong.extend(
                gone.iter()
                    .filter(|gone| text.contains(gone.as_str()))
                    .map(|gone| format!("{}: {gone}", path.display())),
            );
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Sections of docs/method.md that sources name are there.
#[test]
fn sections_of_the_method_that_sources_name_are_there() {
    let method = read("docs/method.md");
    let has = |number: &str| method.lines().any(|line| line.starts_with(&format!("## {number} ")));
    let mut seen = 0;
    crate::command::walk(&root().join("src"), &mut |path, bytes| {
        let text = String::from_utf8(bytes)
            .unwrap()
            .replace("\n", " ")
            .replace("//!", " ")
            .replace("///", " ");
        for rest in text.split("docs/method.md, section").skip(1) {
            let digits: String = rest
                .trim_start_matches(|c: char| c == 's' || c.is_whitespace())
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            assert!(has(&digits), "{}: section {digits:?} of docs/method.md", path.display());
            seen += 1;
        }
    });
    assert!(seen > 10, "only {seen} were seen");
}
