//! Banks by the command: learnt, united, read, pruned, compared; pages cleaned with one as they come;
//! kills and damage.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::Stdio,
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::{
    command::{Folder, finish, gzip, kills, wait, zstd},
    corpus,
};

/// Pages of a few sites, some of them captured twice, in three files.
fn folder() -> Folder {
    let folder = Folder::new();
    let pages = corpus::corpus(11, 5, 90);
    let third = pages.len() / 3;
    folder.write("all.jsonl", corpus::lines(&pages));
    for (name, part) in ["a", "b", "c"].into_iter().zip(pages.chunks(third + 1)) {
        folder.write(&format!("{name}.jsonl"), corpus::lines(part));
        folder.ok(&[
            "bank",
            "learn",
            &format!("{name}.jsonl"),
            "-o",
            &format!("{name}.bank"),
            "-q",
        ]);
    }
    folder.ok(&["bank", "learn", "all.jsonl", "-o", "all.bank", "-q"]);
    folder
}

#[test]
fn parts_in_any_order_make_the_bank_of_the_whole() {
    let folder = folder();
    let whole = folder.read("all.bank");
    folder.ok(&["bank", "merge", "c.bank", "a.bank", "b.bank", "-o", "m.bank"]);
    assert!(folder.read("m.bank") == whole);
    folder.ok(&["bank", "merge", "a.bank", "c.bank", "-o", "ac.bank", "-j", "1"]);
    // Overlapping parts, and an output that is one of the inputs.
    folder.ok(&["bank", "merge", "ac.bank", "b.bank", "a.bank", "-o", "ac.bank", "--force"]);
    assert!(folder.read("ac.bank") == whole);
    folder.ok(&["bank", "learn", "c.jsonl", "a.jsonl", "b.jsonl", "-o", "l.bank", "-j", "3"]);
    assert!(folder.read("l.bank") == whole);
    let run = folder.run(&["bank", "merge", "a.bank", "-o", "m.bank"]);
    assert_eq!(run.exit, Some(2), "{}", run.shown());
}

/// A budget that is far too small makes a part of every batch.
#[test]
fn learning_within_a_budget_learns_the_same() {
    use refrain::{
        bank::Day,
        engine::{Settings, Unobserved},
        records::{Corpus, Options},
        runs,
    };
    let folder = folder();
    let corpus = Corpus::open(&[folder.path("all.jsonl")], Options::default()).unwrap();
    for memory in [1, 200_000] {
        let settings = Settings { memory: Some(memory), ..Settings::default() };
        let lesson =
            runs::learn_bank(&corpus, &settings, Day::default(), None, &Unobserved).unwrap().0;
        assert!(format!("{lesson:?}").contains("0.bank"), "no part was made");
        assert!(
            lesson.write(&settings, Vec::new(), &Unobserved).unwrap() == folder.read("all.bank")
        );
    }
    let args = ["bank", "learn", "all.jsonl", "-o", "m.bank", "--memory", "192MiB", "-q"];
    folder.ok(&args);
    assert!(folder.read("m.bank") == folder.read("all.bank"));
    let run = folder.run(&["bank", "learn", "all.jsonl", "-o", "w.bank", "--work", "w"]);
    assert_eq!(run.exit, Some(2), "{}", run.shown());
}

#[test]
fn a_stream_a_file_and_compressed_streams_give_the_same() {
    let folder = folder();
    let pages = folder.read("c.jsonl");
    let clean = |args: &[&str], input: &[u8]| {
        let run = folder.run_with(&[&["clean", "-q", "--bank", "all.bank"], args].concat(), input);
        assert_eq!(run.exit, Some(0), "{}", run.shown());
        run.stdout
    };
    let expected = clean(&["c.jsonl", "-o", "-"], b"");
    assert!(expected.len() * 10 < pages.len() * 9, "hardly anything was taken out");
    assert!(clean(&["-"], &pages) == expected);
    assert!(clean(&["-", "-j", "1"], &pages) == expected);
    assert!(clean(&["-", "--chrome", "keep"], &pages) == pages);
    assert!(crate::command::plain("x.gz", &clean(&["-"], &gzip(&pages))) == expected);
    assert!(crate::command::plain("x.zst", &clean(&["-"], &zstd(&pages))) == expected);
}

/// Whoever watches a crawl gets a page when it has come, not when the last one has.
#[test]
fn a_page_comes_out_before_the_next_goes_in() {
    let folder = folder();
    let mut child = folder
        .command(&["clean", "-q", "--bank", "all.bank", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let ids = |line: &str| serde_json::from_str::<Value>(line).unwrap()["id"].clone();
    let mut pages = 0;
    for page in folder.text("a.jsonl").split_inclusive('\n') {
        stdin.write_all(page.as_bytes()).unwrap();
        let mut cleaned = String::new();
        stdout.read_line(&mut cleaned).unwrap();
        assert_eq!(ids(&cleaned), ids(page));
        pages += 1;
    }
    assert!(pages > 20);
    drop(stdin);
    assert_eq!(wait(&mut child), Some(0));
}

#[test]
fn unknown_sites_are_counted_and_seeds_help() {
    let folder = folder();
    let page = r#"{"id":"1","site":"new.example","text":"Skip to content\nThe pier was closed on Monday because of the swell, said its keeper.\nA boat that should have sailed at noon left in the evening, and nobody was hurt.\nRates of the harbour\nThe next one sails on Friday, if the swell has gone down by then, she said.\nPrivacy policy"}"#;
    let clean = |seeds: &[&str]| {
        let args = ["clean", "--bank", "all.bank", "-", "--summary", "s.json", "--force"];
        let run = folder.run_with(&[&args, seeds].concat(), page.as_bytes());
        assert_eq!(run.exit, Some(0), "{}", run.shown());
        let summary: Value = serde_json::from_str(&folder.text("s.json")).unwrap();
        assert_eq!(summary["known"]["unknown_site"], 1);
        assert_eq!(summary["known"]["unknown_sites"]["new.example"], 1);
        assert!(run.stderr.contains("sites that the bank does not know (new.example)"));
        run.out().to_owned()
    };
    // Its words tell, and the seeds know a line that no word tells of.
    let alone = clean(&[]);
    assert!(!alone.contains("Skip to content") && alone.contains("pier"), "{alone}");
    folder.write("known.txt", "Rates of the harbour");
    assert!(alone.contains("Rates of the harbour"), "{alone}");
    let seeded = clean(&["--seeds=known.txt"]);
    assert!(!seeded.contains("Rates of the harbour") && seeded.contains("pier"), "{seeded}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = folder();
    let fails = |args: &[&str], exit: i32, part: &str| {
        let run = folder.run(args);
        assert_eq!(run.exit, Some(exit), "{}", run.shown());
        assert!(run.stderr.contains(part), "{}", run.stderr);
    };
    fails(
        &["clean", "a.jsonl", "--bank", "all.bank", "--copies", "drop", "-o", "o"],
        2,
        "--copies",
    );
    let paragraph = ["clean", "a.jsonl", "--bank", "all.bank", "--paragraph", "blank", "-o", "o"];
    fails(&paragraph, 2, "all.bank: learnt with another --paragraph");
    fails(&["clean", "a.jsonl", "--bank", "none.bank", "-o", "o"], 3, "none.bank");
    fails(&["clean", "a.jsonl", "--bank", "a.jsonl", "-o", "o"], 3, "a.jsonl: is no bank");
    fails(&["clean", "a.jsonl", "--learn", "-o", "o"], 2, "--bank");
    fails(&["bank", "prune", "all.bank", "-o", "p.bank"], 2, "--not-seen-since");
    fails(&["bank", "show", "all.bank", "--site", "nowhere"], 2, "knows no site `nowhere`");
    let mut damaged = folder.read("all.bank");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    folder.write("damaged.bank", damaged);
    fails(&["bank", "show", "damaged.bank"], 3, "damaged.bank: a bank with damage in it, between");
    fails(&["bank", "merge", "a.bank", "damaged.bank", "-o", "m.bank"], 3, "damaged.bank: ");
}

/// Learning in small commits, in one, and not by `clean` at all: one bank.
#[test]
fn cleaning_learns_what_learning_learns() {
    let folder = folder();
    let pages = [folder.read("b.jsonl"), folder.read("c.jsonl")].concat();
    for every in ["7", "1000"] {
        folder.write("l.bank", folder.read("a.bank"));
        let args = ["clean", "-q", "--bank", "l.bank", "--learn", "--commit-every", every, "-"];
        let run = folder.run_with(&args, &pages);
        assert_eq!(run.exit, Some(0), "{}", run.shown());
        assert!(folder.read("l.bank") == folder.read("all.bank"), "every {every}");
        // Whatever comes in what pieces.
        folder.write("l.bank", folder.read("a.bank"));
        folder.write("bc.jsonl", &pages);
        let args = ["clean", "-q", "--bank", "l.bank", "--learn", "--commit-every", every];
        let of_file = folder.run(&[&args[..], &["bc.jsonl", "-o", "-"]].concat());
        assert!(of_file.stdout == run.stdout, "every {every}");
    }
    let begun = ["clean", "-q", "--bank", "begun.bank", "--learn", "all.jsonl", "-o", "o.jsonl"];
    folder.ok(&begun);
    assert!(folder.read("begun.bank") == folder.read("all.bank"));
}

/// Three learners of one bank at once: nothing that one of them commits is lost by another.
#[test]
fn learners_side_by_side_lose_nothing() {
    let folder = folder();
    let learn = |name: &str| {
        let (page, out) = (format!("{name}.jsonl"), format!("{name}.out"));
        let args = ["clean", "-q", "--bank", "s.bank", "--learn", "--commit-every", "4", "-j", "1"];
        folder.command(&[&args[..], &[&page, "-o", &out]].concat()).spawn().unwrap()
    };
    let mut learners = ["a", "b", "c"].map(learn);
    for learner in &mut learners {
        assert_eq!(wait(learner), Some(0));
    }
    assert!(folder.read("s.bank") == folder.read("all.bank"));
}

/// Killed at some moment the bank is that of an earlier commit, whole; run again, all is learnt.
#[test]
fn a_killed_learner_leaves_a_bank_and_another_run_completes_it() {
    let folder = folder();
    let pages = [folder.read("b.jsonl"), folder.read("c.jsonl")].concat();
    let kills = kills();
    let mut random = corpus::Random::new(5);
    let (mut partial, mut unchanged) = (0, 0);
    for kill in 0..kills {
        folder.write("k.bank", folder.read("a.bank"));
        let args = ["clean", "-q", "--bank", "k.bank", "--learn", "--commit-every", "3", "-"];
        let mut child = folder
            .command(&args)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = pages.clone();
        let feeder = thread::spawn(move || {
            let _ = stdin.write_all(&input);
        });
        thread::sleep(Duration::from_micros(random.below(60_000) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        feeder.join().unwrap();
        folder.ok(&["bank", "show", "k.bank"]);
        let left = folder.read("k.bank");
        unchanged += u64::from(left == folder.read("a.bank"));
        partial += u64::from(left != folder.read("a.bank") && left != folder.read("all.bank"));
        let run = finish(folder.command(&args), &pages);
        assert_eq!(run.exit, Some(0), "{}", run.shown());
        assert!(folder.read("k.bank") == folder.read("all.bank"), "kill {kill}");
    }
    if kills >= 100 {
        assert!(partial > 0 && unchanged < kills, "{partial} partial, {unchanged} unchanged");
    }
}

fn site(day: u32, lines: &[&str]) -> String {
    let mut out = String::new();
    for n in 0..4 {
        let lines = lines.join("\\n");
        let when = if day < 5 { "when the month was young" } else { "after a week and more" };
        let text = format!(
            "Home\\nNews of the day\\nThe story of {day} and {n} is told at some length by those who saw it {when}.\\n{lines}"
        );
        out.push_str(&format!(
            "{{\"id\":\"{day}-{n}\",\"url\":\"https://one.example/{day}/{n}\",\"date\":\"2031-05-{day:02}\",\"text\":\"{}\"}}\n",
            text.replace("story", ["ferry", "bridge", "market", "tower"][n])
        ));
    }
    out
}

#[test]
fn what_appeared_and_vanished_is_told_and_the_old_is_forgotten() {
    let folder = Folder::new();
    folder.write("may1.jsonl", site(1, &["Give to our spring fund today", "Contact"]));
    folder.write("may9.jsonl", site(9, &["Vote in our reader poll", "Contact"]));
    folder.ok(&["bank", "learn", "may1.jsonl", "-o", "old.bank"]);
    folder.ok(&["bank", "learn", "may9.jsonl", "may1.jsonl", "-o", "new.bank"]);
    let diff = folder.ok(&["bank", "diff", "old.bank", "new.bank"]);
    let (appeared, vanished) = diff.out().split_once("vanished").unwrap();
    assert!(appeared.contains("Vote in our reader poll"), "{}", diff.out());
    assert!(vanished.contains("Give to our spring fund"), "{}", diff.out());
    assert!(!diff.out().contains("Contact"), "{}", diff.out());

    let prune = ["bank", "prune", "new.bank", "--not-seen-since", "2031-05-05", "-o", "p.bank"];
    folder.ok(&prune);
    folder.ok(&["bank", "learn", "may9.jsonl", "-o", "may9.bank"]);
    assert!(folder.read("p.bank") == folder.read("may9.bank"));
    folder.ok(&["bank", "prune", "new.bank", "--below", "3", "-o", "few.bank"]);
    let show = folder.ok(&["bank", "show", "few.bank", "--lines", "99"]);
    assert!(show.out().contains("8/8") && show.out().contains("Contact"), "{}", show.out());
    assert!(!show.out().contains("told at some length"), "{}", show.out());
}

/// A bank of format version 1 is read for ever, or is refused by its version.
#[test]
fn the_golden_bank_is_read() {
    let folder = Folder::new();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/bank-2.bank");
    folder.write("may.jsonl", site(1, &["Give to our spring fund today", "Contact"]));
    folder.ok(&["bank", "learn", "may.jsonl", "-o", "may.bank"]);
    if std::env::var_os("REFRAIN_WRITE_GOLDEN").is_some() {
        std::fs::write(&golden, folder.read("may.bank")).unwrap();
    }
    let golden = golden.to_str().unwrap();
    let shown = folder.ok(&["bank", "show", golden]);
    assert_eq!(shown.out(), folder.ok(&["bank", "show", "may.bank"]).out());
    let page = site(2, &["Give to our spring fund today", "Contact"]);
    let run = folder.run_with(&["clean", "-q", "--bank", golden, "-"], page.as_bytes());
    assert_eq!(run.exit, Some(0), "{}", run.shown());
    assert!(run.out().contains("told at some length") && !run.out().contains("spring fund"));
}

/// On real news: learnt from twenty days, the next ten come one at a time.
#[test]
#[ignore = "needs labelled pages (REFRAIN_DATA)"]
#[allow(clippy::print_stdout, reason = "figures are worth seeing also where they are good enough")]
fn pages_of_later_days_are_labelled_nearly_as_by_a_run_over_all() {
    if crate::left_out::is_left_out("real") {
        return;
    }
    let data = std::env::var("REFRAIN_DATA").expect("REFRAIN_DATA names the folder of the pages");
    let data = Path::new(&data).join("usnews-2016-11");
    let read = |name: &str| -> Vec<String> {
        let path = data.join(name);
        let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let text = String::from_utf8(crate::command::plain("x.zst", &bytes)).unwrap();
        text.lines().map(str::to_owned).collect()
    };
    let (docs, labels) = (read("docs.jsonl.zst"), read("labels.jsonl.zst"));
    let is_late = |line: &String| {
        let doc: Value = serde_json::from_str(line).unwrap();
        doc["date"].as_str().unwrap() >= "2016-11-21"
    };
    let (late, early): (Vec<_>, Vec<_>) =
        docs.iter().zip(&labels).partition(|(doc, _)| is_late(doc));
    let join = |pages: &[(&String, &String)]| {
        pages.iter().fold(String::new(), |all, (doc, _)| all + doc + "\n")
    };
    let folder = Folder::new();
    folder.write("early.jsonl", join(&early));
    folder.write("all.jsonl", join(&early) + &join(&late));
    folder.ok(&["bank", "learn", "early.jsonl", "-o", "early.bank", "-q"]);
    folder.ok(&["clean", "-q", "all.jsonl", "--chrome", "mark", "-o", "all.out"]);
    let of_run: Vec<String> =
        folder.text("all.out").lines().skip(early.len()).map(str::to_owned).collect();
    let full = f1(&of_run, &late);
    for (learn, within) in [(&[][..], 0.015), (&["--learn", "--commit-every", "50"][..], 0.01)] {
        let args = ["clean", "-q", "--bank", "early.bank", "--chrome", "mark", "-"];
        let run = folder.run_with(&[&args, learn].concat(), join(&late).as_bytes());
        assert_eq!(run.exit, Some(0), "{}", run.shown());
        let cleaned: Vec<String> = run.out().lines().map(str::to_owned).collect();
        let mine = f1(&cleaned, &late);
        println!("F1 of all lines: {mine:.4} with the bank {learn:?}, {full:.4} by a run over all");
        assert!(mine > full - within, "{mine} {full} {learn:?}");
    }
}

/// F1 of chrome among the lines whose truth is known.
fn f1(cleaned: &[String], truth: &[(&String, &String)]) -> f64 {
    let (mut right, mut wrong, mut missed) = (0_u32, 0_u32, 0_u32);
    for (page, (_, labels)) in cleaned.iter().zip(truth) {
        let page: Value = serde_json::from_str(page).unwrap();
        let labels: Value = serde_json::from_str(labels).unwrap();
        let spans: Vec<u64> = page["refrain.chrome"]
            .as_array()
            .unwrap()
            .iter()
            .map(|span| span[0].as_u64().unwrap())
            .collect();
        let mut start = 0;
        let lines = page["text"].as_str().unwrap().split('\n');
        for (line, label) in lines.zip(labels["labels"].as_str().unwrap().chars()) {
            let end = start + line.len() as u64;
            let chrome = spans.iter().any(|span| (start..end).contains(span));
            match (label, chrome) {
                ('c', true) => right += 1,
                ('c', false) => missed += 1,
                ('b', true) => wrong += 1,
                _ => {}
            }
            start = end + 1;
        }
    }
    f64::from(2 * right) / f64::from(2 * right + wrong + missed)
}
