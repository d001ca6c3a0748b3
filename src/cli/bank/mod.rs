//! `refrain bank`.

mod diff;
mod show;

use std::path::Path;

use crate::{
    Error, Result,
    bank::Bank,
    runs::{self, Forget},
    store::{AtomicFile, Force},
};

use super::{
    Exit,
    args::{
        BankArgs, BankCommand, BankDiffArgs, BankLearnArgs, BankMergeArgs, BankOutput,
        BankPruneArgs, BankShowArgs,
    },
    progress::Watch,
    reading,
    terminal::{self, Style, Verbosity, bytes, count, things},
};

pub(super) fn run(args: &BankArgs, voice: Verbosity) -> Result<Exit> {
    match &args.command {
        BankCommand::Learn(args) => learn(args, voice),
        BankCommand::Merge(args) => merge(args, voice),
        BankCommand::Show(args) => show_bank(args),
        BankCommand::Prune(args) => prune(args, voice),
        BankCommand::Diff(args) => diff_banks(args),
    }
}

fn learn(args: &BankLearnArgs, voice: Verbosity) -> Result<Exit> {
    let common = &args.common;
    if common.has_work_folder() {
        let problem =
            "learning has no stages to go on from; leave it out and, after a kill, run again";
        return Err(Error::usage("--work", problem));
    }
    let (mut options, settings, mut paths) = common.in_force(voice)?;
    paths.write("-o", &args.output);
    options.outputs = paths.check()?;
    let out = AtomicFile::create(&args.output, common.force())?;
    let corpus = reading::open(&common.inputs, options, true, voice)?;
    paths.tell(&corpus, voice);
    let mut rejects = common.open_rejects()?;
    let watch = Watch::new(voice);
    let (lesson, took_in) = runs::learn_bank(
        &corpus,
        &settings,
        args.day.unwrap_or_default(),
        rejects.as_mut().map(|file| file as &mut dyn std::io::Write),
        &watch,
    )?;
    if let Some(file) = rejects {
        file.commit()?;
    }
    if took_in.pages == 0 && took_in.bad.count > 0 {
        let first = took_in.bad.first.first().map_or("", String::as_str);
        let all = things(took_in.bad.count, "record is", "records are");
        let problem = format!("no page can be used, {all} bad; the first: {first}");
        return Err(Error::data("input", problem));
    }
    lesson.write(&settings, out, &watch)?.commit()?;
    if !voice.is_quiet() {
        say(&args.output, voice)?;
        if took_in.bad.count > 0 {
            let bad = things(took_in.bad.count, "record was", "records were");
            voice.note(&format!("{bad} bad and left out"));
            for message in &took_in.bad.first {
                voice.note(&format!("  {}", terminal::one_line(message, 400)));
            }
        }
        reading::tell(&corpus, voice);
        voice.note(&watch.took(took_in.input_bytes));
    }
    let exit = if took_in.bad.count > 0 { Exit::Skipped } else { Exit::Done };
    Ok(reading::end(&corpus, voice, exit))
}

fn merge(args: &BankMergeArgs, voice: Verbosity) -> Result<Exit> {
    let out = create(&args.out)?;
    let banks = args.banks.iter().map(|path| Bank::open(path)).collect::<Result<Vec<_>>>()?;
    banks.iter().try_for_each(Bank::check)?;
    let threads = args.out.work.workers().threads;
    runs::merge_banks(threads, &banks, out, &Watch::new(voice))?.commit()?;
    made(&args.out, voice)
}

fn prune(args: &BankPruneArgs, voice: Verbosity) -> Result<Exit> {
    let forget = match (args.not_seen_since, args.below) {
        (Some(day), _) => Forget::Before(day),
        (None, below) => Forget::Below(below.unwrap_or(0)),
    };
    let out = create(&args.out)?;
    let bank = Bank::open(&args.bank)?;
    bank.check()?;
    let threads = args.out.work.workers().threads;
    runs::prune_bank(threads, &bank, forget, out, &Watch::new(voice))?.commit()?;
    made(&args.out, voice)
}

fn show_bank(args: &BankShowArgs) -> Result<Exit> {
    let bank = Bank::open(&args.bank)?;
    bank.check()?;
    if args.json {
        terminal::stream(|out| show::write(&bank, args, out))?;
    } else {
        terminal::print(&show::render(&bank, args, Style::of_stdout())?)?;
    }
    Ok(Exit::Done)
}

fn diff_banks(args: &BankDiffArgs) -> Result<Exit> {
    let (old, new) = (Bank::open(&args.old)?, Bank::open(&args.new)?);
    old.check_recipe(new.recipe())?;
    terminal::print(&diff::render(&old, &new, args, Style::of_stdout())?)?;
    Ok(Exit::Done)
}

fn create(out: &BankOutput) -> Result<AtomicFile> {
    AtomicFile::create(&out.output, Force::if_asked(out.force))
}

fn made(out: &BankOutput, voice: Verbosity) -> Result<Exit> {
    if !voice.is_quiet() {
        say(&out.output, voice)?;
    }
    Ok(Exit::Done)
}

/// Says what is in the bank that was written.
fn say(path: &Path, voice: Verbosity) -> Result<()> {
    let bank = Bank::open(path)?;
    let [families, repeated] = bank.families();
    voice.note(&format!(
        "{}: {} of {}, {} ({} on two distinct pages and more), {}",
        path.display(),
        things(bank.pages()[0], "page", "pages"),
        things(bank.sites(), "site", "sites"),
        things(families, "family", "families"),
        count(repeated),
        bytes(bank.bytes().len() as u64),
    ));
    Ok(())
}
