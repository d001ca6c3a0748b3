//! Cleaning with a bank: one pass, pages in the order in which they come, none of them held.

use std::{collections::BTreeMap, io::Write, ops::Range, sync::Arc};

use serde::Serialize;

use super::{
    FoundPage,
    bank::Rejects,
    clean::{Cleaned, check_whole},
    index::{EntryReader, mark_of},
    read::Reader,
    rewriter::Rewriter,
};
use crate::engine::{
    Observer, Settings, Stage, Underway,
    bad::{Bad, BadRecords},
    parallel,
};
use crate::{
    Error, Result,
    bank::{Bank, BankLabeller, Learner, SeenPages, Standing, Time},
    base::{page::PageNumber, recipe::Recipe},
    chrome::{KindSet, KindTotals, Labelled, Spared},
    evidence::{CleanOptions, CopiesAction, LabelledSpan},
    index::{Disposition, Entry, Finder, Index, IndexWriter},
    records::{Batch, Batches, CleanSink, Corpus, Parser},
};

/// Names of unknown sites that are kept.
const NAMES: usize = 20;

/// What cleaning with a bank did.
#[derive(Clone, Debug, Default)]
pub struct Streamed {
    /// What was done to the pages.
    pub cleaned: Cleaned,
    /// Records that could not be used.
    pub bad: BadRecords,
    /// Bytes of input after decompression.
    pub input_bytes: u64,
    /// Paragraphs, and of them chrome.
    pub paragraphs: [u64; 2],
    /// Chrome by kind; sites are not counted.
    pub kinds: KindTotals,
    /// What the bank knew.
    pub standing: Standings,
}

impl Streamed {
    fn add(&mut self, done: &Done) {
        self.cleaned.add(&done.cleaned);
        self.input_bytes += done.input_bytes;
        self.paragraphs[0] += done.paragraphs[0];
        self.paragraphs[1] += done.paragraphs[1];
        self.kinds.add(&done.kinds);
        self.standing.add(&done.standing);
    }
}

/// Pages by what the bank knew of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Standings {
    /// The page itself.
    pub learnt: u64,
    /// Pages that are one page with it.
    pub like: u64,
    /// Its site only.
    pub new: u64,
    /// Not even its site: seeds are all that is known.
    pub unknown_site: u64,
    /// The first unknown sites by name, and how many of their pages came.
    pub unknown_sites: BTreeMap<String, u64>,
}

impl Standings {
    fn count(&mut self, standing: Standing, site: &str) {
        match standing {
            Standing::Learnt => self.learnt += 1,
            Standing::Like => self.like += 1,
            Standing::New => self.new += 1,
            Standing::UnknownSite => {
                self.unknown_site += 1;
                self.name(site, 1);
            }
        }
    }

    fn name(&mut self, site: &str, pages: u64) {
        if let Some(count) = self.unknown_sites.get_mut(site) {
            *count += pages;
        } else if self.unknown_sites.len() < NAMES {
            self.unknown_sites.insert(site.to_owned(), pages);
        }
    }

    fn add(&mut self, other: &Standings) {
        self.learnt += other.learnt;
        self.like += other.like;
        self.new += other.new;
        self.unknown_site += other.unknown_site;
        for (site, pages) in &other.unknown_sites {
            self.name(site, *pages);
        }
    }
}

/// Learns the pages that are cleaned, and now and then commits them.
pub struct Learning<'l> {
    /// Commits after so many pages, and at the end.
    pub every: u64,
    /// Makes what was learnt part of the bank, and opens that.
    pub commit: &'l mut dyn FnMut(Learner) -> Result<Bank>,
}

/// Is told of a page that copies known ones.
pub type Tell<'t> = dyn FnMut(&FoundPage) -> Result<()> + 't;

/// What pages are judged by.
pub struct Knowledge<'k> {
    /// What is chrome.
    pub bank: Bank,
    /// How counts age.
    pub time: Time,
    /// Where pages are looked up.
    pub known: Option<KnownPages<'k>>,
}

/// Where pages are looked up.
pub struct KnownPages<'k> {
    /// Pages that were seen before.
    pub index: &'k Index,
    /// Who is told of pages that copy known ones.
    pub tell: &'k mut Tell<'k>,
    /// What the pages are added to, and what became of each.
    pub add: Option<&'k mut IndexWriter>,
}

/// A batch that was rewritten.
#[derive(Default)]
struct Done {
    file: usize,
    bytes: Vec<u8>,
    cleaned: Cleaned,
    input_bytes: u64,
    paragraphs: [u64; 2],
    kinds: KindTotals,
    standing: Standings,
    seen: SeenPages,
    bad: Vec<Bad>,
    stored_bytes: u64,
    /// Pages that copy known ones.
    found: Vec<FoundPage>,
    /// All pages, if they are added to an index.
    entries: Vec<Entry>,
}

/// Writes the pages of `corpus` into `sink` without the chrome that `bank` knows, as they come.
///
/// Labels rest on the bank as it was opened, while `learning` on what was committed last: on a number of
/// pages, never on when they came.
///
/// # Errors
///
/// *Usage* if copies are to be dropped or marked and no index says what was seen before, or if the bank or the
/// index rests on another recipe; *data* if the bank is damaged or the input cannot be read to its end; *machine* if
/// the output fails.
#[expect(clippy::too_many_arguments, reason = "two of them optional, all of different types")]
pub fn clean_with_bank(
    corpus: &Corpus,
    settings: &Settings,
    knowledge: Knowledge<'_>,
    options: CleanOptions,
    mut learning: Option<Learning<'_>>,
    rejects: Option<&mut dyn Write>,
    sink: &mut dyn CleanSink,
    observer: &dyn Observer,
) -> Result<Streamed> {
    let Knowledge { mut bank, time, mut known } = knowledge;
    let index = known.as_ref().map(|known| known.index);
    let adds = known.as_ref().is_some_and(|known| known.add.is_some());
    if options.copies != CopiesAction::Keep && index.is_none() {
        let problem = "copies are found among all pages, and with --bank pages go one by one; leave \
                       one of the two out, or name what was seen before with --index";
        return Err(Error::usage("--copies", problem));
    }
    if let Some(index) = index {
        index.check_recipe(settings.recipe.families_id())?;
    }
    bank.check_recipe(settings.recipe.families_id())?;
    let rewriter =
        Rewriter::new(corpus, settings, None, options, sink).with_index(index.is_some(), None);
    let mut streamed = Streamed::default();
    let mut rejects = Rejects { settings, out: rejects, bad: BadRecords::default() };
    let mut jobs = Jobs { batches: corpus.batches(), rest: None, ended: false };
    crate::engine::stage(observer, Stage::Clean, |now| {
        now.expect_pages(corpus, PageNumber::MAX);
        while !jobs.ended {
            let mut learner = Learner::default();
            round(
                now,
                &mut jobs,
                learning.as_ref().map(|learning| learning.every),
                settings,
                (&bank, time, &rewriter, index, adds),
                |done| {
                    streamed.add(&done);
                    now.advance(done.stored_bytes);
                    rejects.take(done.bad)?;
                    learner.add(&done.seen);
                    if let Some(known) = &mut known {
                        done.found.iter().try_for_each(&mut *known.tell)?;
                    }
                    sink.write(done.file, &done.bytes, done.cleaned.pages.kept)?;
                    if let Some(writer) = known.as_mut().and_then(|known| known.add.as_mut()) {
                        for entry in done.entries {
                            writer.add(entry)?;
                        }
                    }
                    Ok(())
                },
            )?;
            if jobs.ended {
                corpus.check_fields()?;
                check_whole(corpus, options, sink)?;
                sink.finish()?;
            }
            if let Some(learning) = &mut learning
                && learner.pages() > 0
            {
                bank = (learning.commit)(learner)?;
            }
        }
        known.and_then(|known| known.add).map_or(Ok(()), IndexWriter::commit)
    })?;
    streamed.bad = rejects.bad;
    Ok(streamed)
}

/// Cleans the pages up to the next commit, or all.
fn round(
    now: Underway<'_>,
    jobs: &mut Jobs<'_>,
    every: Option<u64>,
    settings: &Settings,
    (bank, time, rewriter, index, adds): (&Bank, Time, &Rewriter<'_>, Option<&Index>, bool),
    mut sink: impl FnMut(Done) -> Result<()>,
) -> Result<()> {
    let labeller =
        || BankLabeller::new(bank, settings.seeds.as_ref(), settings.recipe.chrome_level, time);
    // A bank that is damaged where all labellers look is told before anything is read.
    labeller()?;
    let mut left = every.unwrap_or(u64::MAX).max(1);
    parallel::ordered(
        now,
        settings.workers().threads,
        std::iter::from_fn(|| jobs.next(&mut left).transpose()),
        || Worker {
            parser: Parser::new(rewriter.corpus(), settings.tier),
            reader: Reader::new(settings.recipe.paragraph, settings.tier),
            labeller: None,
            new_labeller: &labeller,
            lookup: index.map(|index| Lookup {
                entries: EntryReader::new(settings.recipe.paragraph, settings.tier),
                finder: Finder::new(index),
                index,
                adds,
            }),
            rewriter,
            recipe: &settings.recipe,
            line: Vec::new(),
            time,
            learns: every.is_some(),
        },
        |worker, job| worker.work(&job),
        |done| sink(done?),
    )
}

/// The input in pieces, none of which goes over a commit.
struct Jobs<'c> {
    batches: Batches<'c>,
    /// A batch of which some records are left.
    rest: Option<Job>,
    ended: bool,
}

/// Some records of a batch.
struct Job {
    batch: Arc<Batch>,
    records: Range<usize>,
}

impl Jobs<'_> {
    /// The next piece, of at most `left` records; none at the end of the input or if none are left.
    fn next(&mut self, left: &mut u64) -> Result<Option<Job>> {
        if *left == 0 {
            return Ok(None);
        }
        let Job { batch, mut records } = if let Some(rest) = self.rest.take() {
            rest
        } else {
            let Some(batch) = self.batches.next() else {
                self.ended = true;
                return Ok(None);
            };
            let batch = Arc::new(batch?);
            Job { records: 0..batch.len(), batch }
        };
        let most = usize::try_from(*left).unwrap_or(usize::MAX);
        if records.len() > most {
            let end = records.start + most;
            self.rest = Some(Job { batch: Arc::clone(&batch), records: end..records.end });
            records.end = end;
        }
        *left -= records.len() as u64;
        Ok(Some(Job { batch, records }))
    }
}

/// Finds known pages.
struct Lookup<'b> {
    entries: EntryReader,
    finder: Finder<'b>,
    index: &'b Index,
    /// Pages are added.
    adds: bool,
}

struct Worker<'a, 'b> {
    parser: Parser<'a>,
    reader: Reader,
    /// Made with the first page, where an error of it can be told.
    labeller: Option<BankLabeller<'b>>,
    new_labeller: &'a (dyn Fn() -> Result<BankLabeller<'b>> + Sync),
    lookup: Option<Lookup<'b>>,
    rewriter: &'a Rewriter<'a>,
    recipe: &'a Recipe,
    /// Used again and again.
    line: Vec<u8>,
    time: Time,
    learns: bool,
}

impl Worker<'_, '_> {
    fn work(&mut self, job: &Job) -> Result<Done> {
        let batch = &*job.batch;
        let is_last = job.records.end == batch.len();
        let mut done = Done { file: batch.file, ..Done::default() };
        if is_last {
            (done.input_bytes, done.stored_bytes) = (batch.bytes(), batch.stored());
        }
        let mut plain = Vec::new();
        let mut paragraphs: Vec<LabelledSpan> = Vec::new();
        let labeller = match &mut self.labeller {
            Some(labeller) => labeller,
            none => none.insert((self.new_labeller)()?),
        };
        for raw in job.records.clone().filter_map(|record| batch.record(record)) {
            done.cleaned.pages.read += 1;
            let record = match self.parser.parse(&raw) {
                Ok(record) => record,
                Err(error) => {
                    done.cleaned.pages.bad += 1;
                    let record = raw.body.to_vec();
                    done.bad.push(Bad { page: raw.number, error, record });
                    self.rewriter.pass(&raw, &mut plain);
                    continue;
                }
            };
            let page = self.reader.read(&record.page, self.time.today);
            let (labels, standing) = labeller.label(page.lines)?;
            paragraphs.clear();
            let spared = Spared::of(self.recipe, page.lines.site);
            let kind_of = |label: &Labelled| label.chrome_kind().filter(|&kind| !spared.has(kind));
            let mut known = None;
            if let Some(Lookup { entries, finder, index, adds }) = &mut self.lookup {
                let mut entry = entries.of_labels(&record.page, page, labels, self.recipe)?;
                let found = FoundPage::of(raw.number, &entry, finder)?;
                known = mark_of(&found, index)?;
                if *adds {
                    let is_dropped = self.rewriter.drops().for_known(&entry.site, known.as_ref());
                    entry.fate = if is_dropped { Disposition::Dropped } else { Disposition::Kept };
                    done.entries.push(entry);
                }
                done.found.extend(known.is_some().then_some(found));
            }
            let with_label = page.spans.iter().zip(labels);
            paragraphs.extend(with_label.map(|(span, label)| (span.clone(), kind_of(label))));
            done.paragraphs[0] += paragraphs.len() as u64;
            done.paragraphs[1] +=
                paragraphs.iter().filter(|(_, kind)| kind.is_some()).count() as u64;
            let kinds = paragraphs.iter().map(|(_, kind)| *kind);
            done.kinds.add_page(kinds, &mut KindSet::default());
            done.standing.count(standing, page.lines.site);
            if self.learns {
                page.learn(&mut done.seen);
            }
            let kept = done.cleaned.pages.kept;
            let (line, out) = (&mut self.line, &mut plain);
            let of = (&record, &raw);
            self.rewriter.put(of, &paragraphs, known.as_ref(), line, out, &mut done.cleaned);
            if done.cleaned.pages.kept == kept {
                self.rewriter.pass(&raw, &mut plain);
            }
        }
        done.bytes = self.rewriter.end(batch, plain, is_last)?;
        Ok(done)
    }
}
