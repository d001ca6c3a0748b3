//! Manual pages and completions are made from the flags, and the programs they are for can read them.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use insta::assert_snapshot;

use crate::command::Folder;

const COMMANDS: [&str; 22] = [
    "scan",
    "clean",
    "report",
    "explain",
    "bank",
    "bank-learn",
    "bank-merge",
    "bank-show",
    "bank-prune",
    "bank-diff",
    "index",
    "index-add",
    "index-find",
    "index-clusters",
    "index-diff",
    "index-compact",
    "index-show",
    "config",
    "tune",
    "bench",
    "man",
    "completions",
];

/// What `program` says of `input`; nothing if the machine has no such program.
fn asked(program: &str, args: &[&str], input: &[u8]) -> Option<(bool, String)> {
    let mut child = Command::new(program)
        .args(args)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feeder = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    let said = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
}

#[test]
fn shells_can_read_their_completions() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = folder.ok(&["completions", shell]).stdout;
        for flag in ["--chrome-level", "--text-field", "--copies"] {
            let flag = if shell == "fish" { &flag[2..] } else { flag };
            assert!(String::from_utf8_lossy(&script).contains(flag), "{shell} knows no {flag}");
        }
        if shell == "powershell" {
            continue;
        }
        // `-n`: read, do not run.
        if let Some((good, said)) = asked(shell, &["-n"], &script) {
            assert!(good && said.is_empty(), "{shell}: {said}");
        }
    }
}

#[test]
fn bash_completes_a_flag() {
    let folder = Folder::new();
    folder.write("refrain.bash", folder.ok(&["completions", "bash"]).stdout);
    let script = format!(
        "source {}; COMP_WORDS=(refrain scan --chrome-l); COMP_CWORD=2; \
         _refrain refrain --chrome-l scan; echo \"${{COMPREPLY[@]}}\"",
        folder.path("refrain.bash").display()
    );
    if let Some((good, said)) = asked("bash", &["-c", &script], b"") {
        assert!(good, "{said}");
        assert_eq!(said, "--chrome-level\n");
    }
}

#[test]
fn a_shell_that_is_not_known() {
    let folder = Folder::new();
    assert_snapshot!(folder.run(&["completions", "fihs"]).shown(), @r"
    exit 2
    --- stderr
    error: invalid value 'fihs' for '<SHELL>'
      [possible values: bash, zsh, fish, powershell]

      tip: a similar value exists: 'fish'

    For more information, try '--help'.
    ");
}

#[test]
fn every_command_has_a_page() {
    let folder = Folder::new();
    folder.ok(&["man", "-o", "man1"]);
    let mut names: Vec<String> =
        COMMANDS.iter().map(|command| format!("refrain-{command}.1")).collect();
    names.push("refrain.1".to_owned());
    names.sort();
    assert_eq!(folder.names("man1"), names);
    for name in names {
        let page = folder.read(&format!("man1/{name}"));
        if let Some((good, said)) = asked("groff", &["-man", "-ww", "-Tutf8", "-z"], &page) {
            assert!(good && said.is_empty(), "{name}: {said}");
        }
        if let Some((_, said)) = asked("mandoc", &["-Tlint", "-Werror"], &page) {
            assert!(said.is_empty(), "{name}: {said}");
        }
    }
}

#[test]
fn pages_are_not_replaced_unasked() {
    let folder = Folder::new();
    folder.write("man1/refrain-scan.1", "mine");
    assert_snapshot!(folder.run(&["man", "-o", "man1"]).shown(), @r"
    exit 2
    --- stderr
    refrain: man1/refrain-scan.1: already there; name another output or add --force
    ");
    assert_eq!(folder.names("man1"), ["refrain-scan.1"]);
    assert_eq!(folder.ok(&["man", "-o", "man1", "--force"]).shown(), "exit 0\n");
}

#[test]
fn examples_are_not_filled() {
    let folder = Folder::new();
    let page = folder.ok(&["man", "clean"]).stdout;
    let Some((_, shown)) = asked("man", &["-l", "-"], &page) else { return };
    let examples = shown.split("EXAMPLES\n").nth(1).unwrap_or(&shown);
    assert_snapshot!(examples.lines().take(4).collect::<Vec<_>>().join("\n"), @r"
    refrain clean crawl.jsonl.zst -o clean.jsonl.zst        compressed as its name says
    refrain clean crawl/ -o clean/ --copies drop            one output for each file
    zcat crawl.jsonl.gz | refrain clean - | next-tool
    refrain clean crawl.jsonl -o - --marks                  remove nothing, mark chrome and copies
    ");
}

#[test]
fn a_page_of_no_command() {
    let folder = Folder::new();
    assert_snapshot!(folder.run(&["man", "sacn"]).shown(), @r"
    exit 2
    --- stderr
    refrain: sacn: no such command; did you mean `scan`?
    ");
    let page = folder.ok(&["man", "bank learn"]).stdout;
    assert_eq!(page, folder.ok(&["man", "bank-learn"]).stdout);
    assert_snapshot!(folder.run(&["man", "everything"]).shown(), @r"
    exit 2
    --- stderr
    refrain: everything: no such command; name one of scan, clean, report, explain, bank, index, config, tune, bench, man, completions
    ");
}
