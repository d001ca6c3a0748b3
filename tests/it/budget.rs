//! Memory and a killed run change nothing: the same bytes from shards on disk as from memory, and from a run that
//! was ended at any moment and begun again.

use refrain::engine;
use std::{
    fs,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

use refrain::{
    Class, Result,
    base::{cpu::Tier, recipe::Recipe},
    engine::{Findings, MostBad, Observer, Settings, Stage, Unobserved},
    evidence::{CleanOptions, CopiesAction, write_evidence},
    generate::{Amount, Generator, Plan},
    records::{Corpus, Files, Options, Target},
    runs,
    store::{AtomicFile, Force, Work},
    table::Whole,
};

use crate::{
    command::{Folder, kills},
    corpus,
};

type Outputs = Vec<(String, Vec<u8>)>;

/// A corpus of several sites with a few records that cannot be used, and what a run in memory makes of it.
struct World {
    folder: Folder,
    outputs: Outputs,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let folder = Folder::new();
    let mut lines = corpus::lines(&with_pleas(corpus::corpus(11, 9, 40)));
    let half = &lines.as_bytes()[..lines.len() / 2];
    let middle = half.iter().rposition(|&byte| byte == b'\n').unwrap() + 1;
    lines.insert_str(middle, "{\"url\": \"http://x.example/\"}\nnot JSON\n");
    folder.write("pages.jsonl", lines);
    let outputs = outputs(&folder, "memory", &settings(2));
    World { folder, outputs }
});

/// Pages that end in a plea with a name that changes: near-duplicates of each other.
fn with_pleas(mut pages: Vec<corpus::Page>) -> Vec<corpus::Page> {
    for (n, page) in pages.iter_mut().enumerate() {
        let name: String =
            format!("{n:04}").bytes().map(|digit| char::from(digit + b'q' - b'0')).collect();
        page.lines.push(format!(
            "Dear {name}, this paper lives on what its readers give, so please think of it and give what you can"
        ));
    }
    pages
}

fn settings(threads: usize) -> Settings {
    Settings {
        recipe: Recipe::default(),
        seeds: None,
        threads: NonZeroUsize::new(threads).unwrap(),
        tier: Tier::best(),
        strict: false,
        most_bad: MostBad::default(),
        memory: None,
        work: None,
    }
}

fn corpus_of(folder: &Folder) -> Corpus {
    Corpus::open(&[folder.path("pages.jsonl")], Options::default()).unwrap()
}

fn scan(folder: &Folder, settings: &Settings, rejects: &mut Vec<u8>) -> Result<Findings> {
    engine::scan(&corpus_of(folder), settings, Some(rejects), &Unobserved)
}

/// Evidence, rejects and cleaned pages of a run.
fn outputs(folder: &Folder, out: &str, settings: &Settings) -> Outputs {
    let mut rejects = Vec::new();
    let findings = scan(folder, settings, &mut rejects).unwrap();
    write_evidence(&findings, &folder.path(out), Force::Replace, &settings.workers()).unwrap();
    let corpus = corpus_of(folder);
    let options = CleanOptions { copies: CopiesAction::Drop, ..CleanOptions::default() };
    let out_file = folder.path(&format!("{out}/clean.jsonl"));
    let mut files = Files::new(&corpus, &out_file, Target::Own, Force::Replace).unwrap();
    runs::clean(&corpus, settings, &findings, None, options, &mut files, &Unobserved).unwrap();
    folder.write(&format!("{out}/rejects"), rejects);
    folder.files(out)
}

fn same(outputs: &Outputs, what: &str) {
    let names = |outputs: &Outputs| outputs.iter().map(|file| file.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(outputs), names(&WORLD.outputs), "{what}");
    for ((name, ours), (_, theirs)) in outputs.iter().zip(&WORLD.outputs) {
        assert!(ours == theirs, "{what}: {name} differs");
    }
}

#[test]
fn there_is_something_to_find() {
    let file = |name: &str| &WORLD.outputs.iter().find(|file| file.0 == name).unwrap().1;
    let lines = |name| file(name).iter().filter(|&&byte| byte == b'\n').count();
    assert!(lines("clusters.jsonl") > 20 && lines("chrome.jsonl") > 50 && lines("pairs.tsv") > 50);
    assert_eq!(lines("rejects"), 4);
    let summary = String::from_utf8_lossy(file("summary.json"));
    assert!(!summary.contains("\"near_families\": 0"), "{summary}");
}

#[test]
fn budgets_and_threads_change_nothing() {
    // From sites that are divided, and a shard for each site, to one for all.
    for (memory, threads) in
        [(300_000, 2), (500_000, 1), (1 << 20, 1), (3 << 20, 3), (20 << 20, 2), (400 << 20, 8)]
    {
        let settings = Settings { memory: Some(memory), ..settings(threads) };
        let what = format!("{memory} bytes, {threads} threads");
        same(&outputs(&WORLD.folder, &format!("budget-{memory}"), &settings), &what);
    }
}

#[test]
fn a_budget_that_is_too_small_says_the_least() {
    let settings = Settings { memory: Some(10_000), ..settings(1) };
    let error = scan(&WORLD.folder, &settings, &mut Vec::new()).unwrap_err();
    assert_eq!(error.class(), Class::Usage);
    assert!(error.to_string().starts_with("--memory: "), "{error}");
    assert!(error.to_string().contains("the least that would do so far is "), "{error}");
}

/// A corpus of one site that is larger than the memory, with near-duplicates and pages that are one page.
#[test]
fn a_site_larger_than_the_memory_is_divided() {
    let folder = Folder::new();
    folder.write("pages.jsonl", corpus::lines(&with_pleas(corpus::corpus(5, 1, 300))));
    let whole = outputs(&folder, "memory", &settings(2));
    for (memory, threads) in [(300_000, 3), (900_000, 1)] {
        let work = folder.path(&format!("work-{memory}"));
        let settings =
            Settings { memory: Some(memory), work: Some(work.clone()), ..settings(threads) };
        let ours = outputs(&folder, &format!("budget-{memory}"), &settings);
        assert!(ours == whole, "{memory}");
        let is_slice = |name: &str| name.starts_with("shard-") && !name.ends_with("-0");
        let files = fs::read_dir(work.join(Work::FOLDER)).unwrap();
        let slices =
            files.filter(|file| is_slice(&file.as_ref().unwrap().file_name().to_string_lossy()));
        assert!(slices.count() >= 2, "{memory}");
    }
}

/// Panics when a stage begins: what is on disk is what a run killed there leaves.
struct Killer(Stage);

impl Observer for Killer {
    fn begin(&self, stage: Stage) {
        assert!(stage != self.0, "as planned");
    }
}

#[test]
fn a_run_that_ended_between_stages_goes_on() {
    for stage in [Stage::Families, Stage::Label, Stage::Copies] {
        let name = format!("ended-before-{}", stage.word());
        let work = WORLD.folder.path(&format!("{name}-work"));
        let settings = Settings { memory: Some(3 << 20), work: Some(work.clone()), ..settings(2) };
        let corpus = corpus_of(&WORLD.folder);
        let killed = catch_unwind(AssertUnwindSafe(|| {
            engine::scan(&corpus, &settings, None, &Killer(stage)).map(drop)
        }));
        assert!(killed.is_err());
        // Another budget and other threads than those of the run before.
        let settings = Settings { memory: Some(5 << 20), work: Some(work), ..self::settings(1) };
        same(&outputs(&WORLD.folder, &name, &settings), &name);
    }
}

/// What a run that is done leaves is enough to do it again, and damage to any of it is seen.
#[test]
fn damage_of_work_files_is_an_error_or_does_not_matter() {
    let work = WORLD.folder.path("damaged-work");
    let settings = Settings { memory: Some(3 << 20), work: Some(work.clone()), ..settings(2) };
    same(&outputs(&WORLD.folder, "damaged", &settings), "whole");
    same(&outputs(&WORLD.folder, "damaged", &settings), "done before");
    let files: Vec<PathBuf> =
        fs::read_dir(work.join(Work::FOLDER)).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() > 10, "{files:?}");
    let mut errors = 0;
    let is_read = |file: &&PathBuf| {
        !["lock.refrain", "files.refrain"].iter().any(|name| file.ends_with(name))
    };
    for file in files.iter().filter(is_read) {
        let whole = fs::read(file).unwrap();
        let step = (whole.len() / 12).max(1);
        let flips = (0..whole.len()).step_by(step).map(|at| {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            flipped
        });
        let cuts = (0..whole.len()).step_by(3 * step).map(|at| whole[..at].to_vec());
        for damaged in flips.chain(cuts) {
            fs::write(file, damaged).unwrap();
            let read = scan(&WORLD.folder, &settings, &mut Vec::new()).and_then(|findings| {
                write_evidence(&findings, &WORLD.folder.path("read"), Force::Replace, &Whole)
            });
            match read {
                Ok(()) => {
                    for (name, bytes) in WORLD.folder.files("read") {
                        let expected = WORLD.outputs.iter().find(|row| row.0 == name).unwrap();
                        assert!(bytes == expected.1, "{}: {name} differs", file.display());
                    }
                }
                Err(error) => {
                    errors += 1;
                    assert_eq!(error.class(), Class::Data, "{}: {error}", file.display());
                    let names_it = error.to_string().contains(&work.display().to_string());
                    assert!(names_it, "{error}");
                }
            }
        }
        fs::write(file, whole).unwrap();
    }
    assert!(errors > 100, "{errors}");
}

/// How many million bytes of generated pages are asked for.
fn megabytes() -> Option<u64> {
    std::env::var("REFRAIN_KILL_MB").ok().and_then(|n| n.parse().ok())
}

/// Kills after each of which a run is begun again, before one is let go to its end.
const ROUND: u64 = 4;

/// A run that is ended from outside at some moment and begun again, over and over. `REFRAIN_KILLS` says how often, and
/// `REFRAIN_KILL_MB` over how many million bytes of generated pages.
#[test]
fn killed_at_any_moment_it_gives_the_same_bytes() {
    let kills = kills();
    let folder = Folder::new();
    if let Some(megabytes) = megabytes() {
        let plan = Plan { amount: Amount::Bytes(megabytes * 1_000_000), ..Plan::default() };
        let generator = Generator::new(plan);
        let mut file = AtomicFile::create(&folder.path("pages.jsonl"), Force::Refuse).unwrap();
        generator.write(0..generator.pages(), &mut file).unwrap();
        file.commit().unwrap();
    } else {
        fs::copy(WORLD.folder.path("pages.jsonl"), folder.path("pages.jsonl")).unwrap();
    }
    let args = |out: &'static str| {
        ["scan", "-q", "--work", "work", "--memory", "256MiB", "-o", out, "--force", "pages.jsonl"]
    };
    let begun = Instant::now();
    // Bad records end in status 1; generated pages have none.
    let code = folder.command(&args("whole")).status().unwrap().code();
    assert!(matches!(code, Some(0 | 1)), "{code:?}");
    let whole = begun.elapsed();
    let expected = folder.files("whole");
    let mut killed = 0;
    for n in 0..kills {
        let mut child = folder.command(&args("again")).spawn().unwrap();
        // Spread over the run by a sequence without a pattern.
        let share = (n + 1) * 0x9E37_79B9 % 1000;
        thread::sleep(Duration::from_micros(
            u64::try_from(whole.as_micros()).unwrap() * share / 1000,
        ));
        child.kill().unwrap();
        killed += u64::from(child.wait().unwrap().code().is_none());
        if (n + 1) % ROUND == 0 || n + 1 == kills {
            assert_eq!(folder.command(&args("again")).status().unwrap().code(), code, "kill {n}");
            // Nothing is left of what was being written when the runs were killed.
            let again = folder.files("again");
            for (file, whole) in again.iter().zip(&expected) {
                assert!(file == whole, "kill {n}: {} differs from {}", file.0, whole.0);
            }
            assert_eq!(again.len(), expected.len(), "kill {n}");
            fs::remove_dir_all(folder.path("again")).unwrap();
            assert!(is_empty(&folder.path("work")), "a run that is done leaves nothing");
        }
    }
    assert!(2 * killed > kills, "{killed} of {kills} runs were killed");
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

/// What takes much memory to be decompressed is read as any other input is, whole or damaged.
#[test]
fn a_file_with_a_large_window_is_unpacked_first() {
    let folder = Folder::new();
    let lines = corpus::lines(&corpus::corpus(7, 3, 30));
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    encoder.window_log(27).unwrap();
    std::io::Write::write_all(&mut encoder, lines.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    folder.write("pages.jsonl.zst", &packed);
    folder.write("cut.jsonl.zst", &packed[..packed.len() / 2]);
    folder.ok(&["scan", "pages.jsonl.zst", "-o", "whole"]);
    let run = folder.ok(&["scan", "pages.jsonl.zst", "--memory", "192MiB", "-o", "again"]);
    assert!(run.stderr.contains("unpacked once into"), "{}", run.stderr);
    assert!(folder.files("again") == folder.files("whole"));
    let run = folder.ok(&["scan", "pages.jsonl.zst", "--memory", "4GiB", "-o", "roomy"]);
    assert!(!run.stderr.contains("unpacked"), "{}", run.stderr);

    let cut = |memory: &[&str]| {
        let run = folder.run(&[&["scan", "cut.jsonl.zst", "-q"], memory].concat());
        (run.exit, run.stderr)
    };
    let told = cut(&[]);
    assert!(told.0 == Some(3) && told.1.contains("breaks off after"), "{told:?}");
    assert_eq!(cut(&["--memory", "192MiB"]), told);
}
