//! `bench` measures what it says: its figures are of the input it was given, its generated text is what
//! its flags ask for, and it leaves nothing behind. Times are not looked at.

use serde_json::Value;

use crate::command::Folder;

const SMALL: [&str; 6] = ["bench", "--runs", "1", "--generate", "300K", "--sites"];

fn json(folder: &Folder, args: &[&str]) -> Value {
    let run = folder.ok(&[args, &["--json", "-"]].concat());
    serde_json::from_slice(&run.stdout).unwrap()
}

#[test]
fn generated_text_has_what_is_asked_for() {
    let folder = Folder::new();
    let few = json(&folder, &[&SMALL[..], &["30", "--chrome", "10", "--copies", "0"]].concat());
    let many = json(&folder, &[&SMALL[..], &["30", "--chrome", "50", "--copies", "60"]].concat());
    for figures in [&few, &many] {
        let bytes = figures["bytes"].as_u64().unwrap();
        assert!((200_000..400_000).contains(&bytes), "{bytes}");
        assert_eq!(figures["runs"].as_array().unwrap().last().unwrap()["run"], "clean");
        let steps = figures["steps"].as_array().unwrap();
        assert!(steps.iter().all(|step| step["bytes"].as_u64() > Some(0)), "{steps:?}");
    }
    let share = |figures: &Value, of: &str| figures["truth"][of].as_f64().unwrap();
    assert!(share(&many, "chrome_share") > 2.0 * share(&few, "chrome_share"));
    assert!(share(&many, "copy_share") > share(&few, "copy_share") + 0.1);
    // Pages captured twice are copies too, so there are always some.
    assert!(share(&many, "copies_recall") > 0.9);
    assert!(share(&many, "body_taken") < 0.1);
    assert_eq!(folder.names(""), [""; 0], "left behind");
}

#[test]
fn equal_seeds_give_equal_text() {
    let folder = Folder::new();
    for (seed, file) in [("4", "a.jsonl"), ("4", "b.jsonl"), ("5", "c.jsonl")] {
        let flags = ["9", "--seed", seed, "--keep-text", file];
        folder.ok(&[&SMALL[..], &flags].concat());
    }
    assert_eq!(folder.read("a.jsonl"), folder.read("b.jsonl"));
    assert_ne!(folder.read("a.jsonl"), folder.read("c.jsonl"));
}

#[test]
fn own_pages_are_measured_without_truth() {
    let folder = Folder::new();
    folder.write("pages.jsonl", "{\"text\":\"A first line of a page.\\nA second one.\"}\n");
    let figures = json(&folder, &["bench", "pages.jsonl"]);
    assert_eq!(figures["pages"], 1);
    assert_eq!(figures["paragraphs"], 2);
    assert_eq!(figures["truth"], Value::Null);
    let shown = folder.ok(&["bench", "pages.jsonl"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    for word in ["scan with", "clean with", "parse", "fold", "sketch", "GB/s", "pages/s"] {
        assert!(shown.contains(word), "no {word} in\n{shown}");
    }
    assert_eq!(folder.names(""), ["pages.jsonl"]);
}

#[test]
fn what_cannot_be_measured_is_refused() {
    let folder = Folder::new();
    for (args, exit, reason) in [
        (&["bench"][..], 2, "required"),
        (&["bench", "-"], 2, "name files"),
        (&["bench", "no.jsonl"], 3, "no.jsonl"),
        (&["bench", "--seed", "2", "x.jsonl"], 2, "--generate"),
        (&["bench", "--generate", "1K", "--chrome", "100"], 2, "0 to 99"),
    ] {
        let run = folder.run(args);
        assert_eq!(run.exit, Some(exit), "{args:?}: {}", run.shown());
        assert!(run.stderr.contains(reason), "{args:?}: {}", run.stderr);
    }
}
