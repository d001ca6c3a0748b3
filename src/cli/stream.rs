//! `refrain clean --bank`.

use std::{collections::BTreeMap, io::Write, path::Path};

use crate::{
    Error, Result,
    bank::{Bank, Learner},
    base::page::Kind,
    engine::{Settings, Unobserved},
    evidence::{CleanOptions, KindSummary, Pages, RecipeSummary, write_json},
    records::{CleanSink, Corpus, Damaged},
    runs::{self, Knowledge, KnownPages, Learning, Standings, Streamed},
    store::{AtomicFile, Force, Lock},
};
use serde::Serialize;

use super::{
    Exit,
    args::CleanArgs,
    clean,
    index::Lookup,
    progress::{Watch, Within},
    reading,
    terminal::{Verbosity, count, one_line, percent, things},
};

/// Sites without a bank that are named on the terminal.
const SITES: usize = 5;

/// Cleans `corpus` into `sink` with the bank at `path`.
pub(super) fn run(
    args: &CleanArgs,
    (path, settings, voice): (&Path, &Settings, Verbosity),
    corpus: &Corpus,
    options: CleanOptions,
    (sink, mut lookup, summary): (&mut dyn CleanSink, Option<Lookup>, Option<AtomicFile>),
) -> Result<Exit> {
    let common = &args.common;
    let bank = open(path, args.with_bank.learn, settings)?;
    let mut rejects = common.open_rejects()?;
    let mut learnt = 0;
    let mut commit = |learner: Learner| {
        learnt += learner.pages() as u64;
        commit(path, settings, learner)
    };
    let learning = args
        .with_bank
        .learn
        .then(|| Learning { every: args.with_bank.commit_every.get() as u64, commit: &mut commit });
    let watch = Watch::new(voice);
    let mut parts = lookup.as_mut().map(Lookup::parts);
    let known = parts.as_mut().map(|(index, tell, add)| KnownPages {
        index,
        tell,
        add: add.as_deref_mut(),
    });
    let streamed = runs::clean_with_bank(
        corpus,
        settings,
        Knowledge { bank, time: args.with_bank.by.time(), known },
        options,
        learning,
        rejects.as_mut().map(|file| file as &mut dyn Write),
        sink,
        &watch,
    )?;
    drop(parts);
    lookup.map_or(Ok(()), |lookup| lookup.commit(voice))?;
    if let Some(file) = rejects {
        file.commit()?;
    }
    if let Some(file) = summary {
        write_summary(file, settings, (&streamed, corpus.damaged()), learnt)?;
    }
    if !voice.is_quiet() {
        say(&streamed, learnt, voice);
        reading::tell(corpus, voice);
        voice.note(&watch.took(streamed.input_bytes));
    }
    let exit = if streamed.bad.count > 0 { Exit::Skipped } else { Exit::Done };
    Ok(reading::end(corpus, voice, exit))
}

/// Opens the bank; one that is to learn may begin empty.
fn open(path: &Path, learns: bool, settings: &Settings) -> Result<Bank> {
    if learns && !path.exists() {
        let empty = runs::write_bank(settings, Learner::default(), &[], Vec::new(), &Unobserved)?;
        return Bank::of_bytes(&path.display().to_string(), empty);
    }
    Bank::open(path)
}

/// Writes the bank with what was learnt. It is read anew, so that what another run committed meanwhile
/// stays, and no two runs do so at once.
fn commit(path: &Path, settings: &Settings, learner: Learner) -> Result<Bank> {
    let _turn = Lock::turn(path)?;
    let bank = open(path, true, settings)?;
    let out = AtomicFile::create(path, Force::Replace)?;
    runs::write_bank(settings, learner, &[bank], out, &Within)?.commit()?;
    Bank::open(path)
}

fn say(streamed: &Streamed, learnt: u64, voice: Verbosity) {
    let Streamed { cleaned, standing, paragraphs: [all, chrome], .. } = streamed;
    clean::say(cleaned, voice);
    voice.note(&format!(
        "{} of {} are chrome ({})",
        count(*chrome),
        things(*all, "paragraph", "paragraphs"),
        percent(*chrome, *all)
    ));
    if standing.unknown_site > 0 {
        let names: Vec<String> =
            standing.unknown_sites.keys().take(SITES).map(|name| one_line(name, 40)).collect();
        voice.note(&format!(
            "{} of sites that the bank does not know ({}{}): only --seeds can help there",
            things(standing.unknown_site, "page", "pages"),
            names.join(", "),
            if standing.unknown_sites.len() > SITES { ", …" } else { "" },
        ));
    }
    if learnt > 0 {
        voice.note(&format!("{} learnt", things(learnt, "page", "pages")));
    }
    for message in &streamed.bad.first {
        voice.note(&format!("  {}", one_line(message, 400)));
    }
}

/// What `--summary` writes of a run with a bank.
#[derive(Debug, Serialize)]
struct BankSummary<'s> {
    refrain: &'static str,
    recipe: RecipeSummary,
    pages: Pages,
    input_bytes: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    damaged: Vec<Damaged>,
    paragraphs: Paragraphs,
    /// Chrome by kind: pages and paragraphs.
    kinds: BTreeMap<Kind, KindOfPages>,
    /// Pages by what the bank knew of them.
    known: &'s Standings,
    learnt: u64,
}

#[derive(Debug, Serialize)]
struct KindOfPages {
    pages: u64,
    paragraphs: u64,
}

#[derive(Debug, Serialize)]
struct Paragraphs {
    all: u64,
    chrome: u64,
}

fn write_summary(
    mut file: AtomicFile,
    settings: &Settings,
    (streamed, damaged): (&Streamed, Vec<Damaged>),
    learnt: u64,
) -> Result<()> {
    let recipe = settings.recipe.clone();
    let [all, chrome] = streamed.paragraphs;
    let summary = BankSummary {
        refrain: env!("CARGO_PKG_VERSION"),
        recipe: RecipeSummary { id: format!("{:016x}", recipe.id()), recipe },
        pages: streamed.cleaned.pages,
        input_bytes: streamed.input_bytes,
        damaged,
        paragraphs: Paragraphs { all, chrome },
        kinds: KindSummary::of(&streamed.kinds)
            .into_iter()
            .map(|(kind, KindSummary { pages, paragraphs, .. })| {
                (kind, KindOfPages { pages, paragraphs })
            })
            .collect(),
        known: &streamed.standing,
        learnt,
    };
    write_json(&summary, &mut file).map_err(|e| Error::io(file.path(), e))?;
    file.commit()
}
