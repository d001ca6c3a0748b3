//! What programs read: rows on standard output, and how what is printed looks.

use serde_json::Value;

use crate::command::{Folder, plain};

fn seeds() -> String {
    format!("{}/seeds/pages", env!("CARGO_MANIFEST_DIR"))
}

fn rows(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The rows of a kind, without what says that they are.
fn of_kind(rows: &[Value], kind: &str) -> Vec<Value> {
    let mut rows: Vec<Value> = rows.iter().filter(|row| row["row"] == kind).cloned().collect();
    rows.iter_mut().for_each(|row| drop(row.as_object_mut().unwrap().remove("row")));
    rows
}

#[test]
fn a_scan_prints_the_rows_of_its_files() {
    let folder = Folder::new();
    folder.ok(&["scan", "-q", &seeds(), "-o", "found"]);
    let run = folder.ok(&["scan", &seeds(), "--json"]);
    let printed = rows(run.out());
    for (kind, file) in [("page", "pages"), ("chrome", "chrome"), ("cluster", "clusters")] {
        let written = rows(&folder.text(&format!("found/{file}.jsonl")));
        assert!(written.len() > 4 && of_kind(&printed, kind) == written, "{kind}");
    }
    let pairs = of_kind(&printed, "pair");
    let written = folder.text("found/pairs.tsv");
    let written: Vec<Vec<&str>> = written.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(pairs.len(), written.len());
    for (pair, cells) in pairs.iter().zip(&written) {
        assert_eq!([&pair["ids"][0], &pair["ids"][1]], [cells[0], cells[1]]);
        assert_eq!(pair["relation"], cells[2]);
        assert_eq!(pair["shared"].to_string(), cells[5]);
    }
    // Notes do not stand among them, the summary is not printed, and `-o -` is the same.
    assert!(run.stderr.contains("took "), "{}", run.stderr);
    let run = folder.ok(&["scan", "-q", &seeds(), "-o", "-"]);
    assert!(run.stderr.is_empty() && rows(run.out()) == printed);
    // Rows of some kinds, beside the files, in any budget.
    let some = ["scan", "-q", &seeds(), "--only", "clusters,pairs", "-o", "again"];
    let run = folder.ok(&some);
    let kinds = |rows: &[Value], kind: &str| rows.iter().filter(|row| row["row"] == kind).count();
    let few = rows(run.out());
    assert_eq!(kinds(&few, "cluster") + kinds(&few, "pair"), few.len());
    assert!(kinds(&few, "cluster") == kinds(&printed, "cluster") && !pairs.is_empty());
    assert_eq!(folder.text("again/pages.jsonl"), folder.text("found/pages.jsonl"));
    let run = folder.ok(&["scan", "-q", &seeds(), "--json", "--memory", "192MiB"]);
    assert!(rows(run.out()) == printed, "within a budget");
    let run = folder.run(&["scan", &seeds(), "--only", "everything"]);
    assert_eq!(run.exit, Some(2), "{}", run.shown());
}

#[test]
fn explanations_are_rows_too() {
    let folder = Folder::new();
    let page =
        rows(folder.ok(&["explain", &seeds(), "--page", "arrowick-03", "--json", "-q"]).out());
    let head = &page[0];
    assert_eq!((&head["row"], &head["id"]), (&"page".into(), &"arrowick-03".into()));
    assert_eq!(head["paragraphs"].as_u64().unwrap() as usize, page.len() - 1);
    let chrome = page[1..].iter().filter(|row| row["label"] != "body").count();
    assert_eq!(head["chrome"].as_u64().unwrap() as usize, chrome);
    assert!(
        chrome > 10
            && page[1..].iter().all(|row| row["kind"].is_null() == (row["label"] == "body"))
    );

    let args = ["explain", &seeds(), "--page", "arrowick-03", "-n", "0", "--json", "-q"];
    let why = rows(folder.ok(&args).out());
    assert_eq!(why.len(), 1);
    for name in ["number", "label", "text", "pages", "of"] {
        assert_eq!(why[0][name], page[1][name], "{name}");
    }
    assert_eq!(why[0]["reason"], "repeated");
    assert!(!why[0]["terms"].as_array().unwrap().is_empty());
    assert_eq!(why[0]["levels"].as_array().unwrap().len(), 4);

    let pair = ["explain", &seeds(), "--pages", "arrowick-03", "kelmere-03", "--json", "-q"];
    let pair = rows(folder.ok(&pair).out());
    assert_eq!((&pair[0]["relation"], &pair[0]["shared"]), (&"cut".into(), &190.into()));
    assert_eq!(pair[0]["passages"][0]["a"], serde_json::json!([14, 17]));
    assert!(pair[0]["conditions"].as_array().unwrap().iter().all(|check| check["holds"] == true));
    let none = ["explain", &seeds(), "--pages", "arrowick-01", "kelmere-03", "--json", "-q"];
    let none = rows(folder.ok(&none).out());
    assert!(none[0]["relation"].is_null());
}

#[test]
fn banks_and_indexes_are_shown_to_programs() {
    let folder = Folder::new();
    folder.ok(&["bank", "learn", &seeds(), "-o", "k.bank", "-q"]);
    let shown = rows(folder.ok(&["bank", "show", "k.bank", "--json"]).out());
    let (bank, sites) = (&shown[0], of_kind(&shown, "site"));
    assert_eq!((&bank["row"], &bank["pages"]), (&"bank".into(), &46.into()));
    assert_eq!(bank["sites"].as_u64().unwrap() as usize, sites.len());
    let lines = of_kind(&shown, "line");
    assert_eq!(bank["repeated"].as_u64().unwrap() as usize, lines.len(), "all of them");
    let most = ["bank", "show", "k.bank", "--json", "--sites", "1", "--lines", "2"];
    assert_eq!(rows(folder.ok(&most).out()).len(), 4);

    folder.ok(&["index", "add", "k.index", &seeds(), "-q"]);
    let index = rows(folder.ok(&["index", "show", "k.index", "--json"]).out());
    assert_eq!((index.len(), &index[0]["pages"]), (1, &46.into()));
    assert_eq!(index[0]["segments"][0]["pages"], 46);

    let tuned = rows(folder.ok(&["tune", "--bands", "16", "--rows", "8", "--json"]).out());
    assert_eq!((&tuned[0]["bands"], &tuned[0]["rows"]), (&16.into(), &8.into()));
    assert!(tuned[0]["measured"].is_null() && tuned[0]["curve"].as_array().unwrap().len() == 8);
    let measured = rows(folder.ok(&["tune", &seeds(), "--json", "-q"]).out());
    assert!(measured[0]["measured"]["pairs"].as_u64().unwrap() > 1000);
}

#[test]
fn colour_comes_when_it_is_asked_for() {
    let folder = Folder::new();
    let run = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = folder.command(&[&["tune"][..], args].concat());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"] {
            command.env_remove(name);
        }
        command.envs(variables.iter().copied());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        output.stdout.contains(&0x1b)
    };
    assert!(!run(&[], &[]), "a pipe gets none");
    assert!(run(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(run(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!run(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!run(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!run(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

/// What an output is called says how it is compressed.
#[test]
fn one_file_is_compressed_as_its_output_is_named() {
    let folder = Folder::new();
    let text =
        |n: usize| format!("{{\"id\":\"{n}\",\"text\":\"Page {n} says what no other says.\"}}\n");
    let lines: String = (0..40).map(text).collect();
    folder.write("in.jsonl.zst", crate::command::zstd(lines.as_bytes()));
    folder.write("in.jsonl", &lines);
    for (from, to) in [
        ("in.jsonl.zst", "a.jsonl"),
        ("in.jsonl.zst", "b.jsonl.gz"),
        ("in.jsonl.zst", "c.jsonl.zst"),
        ("in.jsonl", "d.jsonl.zst"),
        ("in.jsonl", "e.jsonl"),
    ] {
        folder.ok(&["clean", from, "-o", to, "-q"]);
        // `plain` decompresses what the name says.
        assert_eq!(String::from_utf8(plain(to, &folder.read(to))).unwrap(), lines, "{from} {to}");
    }
}
