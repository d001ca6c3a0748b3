//! Pages to entries of an index: labels, keys, words.

use xxhash_rust::xxh3::Xxh3;

use super::{IndexPass, Indexed, LabelsFrom, Rejects, parallel};
use crate::{
    Result,
    bank::{Bank, BankLabeller, Time},
    base::{
        cpu::Tier,
        page::{Page, PageNumber},
        recipe::{Recipe, Split},
    },
    chrome::{Labelled, Mark, Spared},
    engine::{
        Labels, LabelsOf, Settings, Underway,
        bad::{Bad, BadRecords},
        steps::{gather::Fingerprinter, meet::PageKeys, texts},
    },
    index::{Disposition, Entry, EntryLine},
    records::{Batch, Corpus, Parser, RawRecord},
    runs::read::{ReadPage, Reader},
    table::PageColumns,
};

/// Makes entries; one a worker.
pub(in crate::runs) struct EntryReader {
    split: Split,
    fingerprinter: Fingerprinter,
    keys: PageKeys,
    reader: texts::Reader,
    marks: Vec<Mark>,
}

impl EntryReader {
    pub(in crate::runs) fn new(split: Split, tier: Tier) -> EntryReader {
        EntryReader {
            split,
            fingerprinter: Fingerprinter::new(split, tier),
            keys: PageKeys::new(tier),
            reader: texts::Reader::new(tier),
            marks: Vec::new(),
        }
    }

    /// The entry of a page that a bank has labelled.
    pub(in crate::runs) fn of_labels(
        &mut self,
        page: &Page<'_>,
        read: ReadPage<'_>,
        labels: &[Labelled],
        recipe: &Recipe,
    ) -> Result<Entry> {
        let spared = Spared::of(recipe, &page.site);
        let mut marks = std::mem::take(&mut self.marks);
        marks.clear();
        let lines = labels.iter().zip(read.lines.lines);
        marks.extend(lines.map(|(label, line)| Mark::of(label, line.shape, spared)));
        let entry = self.of_marks(page, &marks);
        self.marks = marks;
        entry
    }

    /// The entry of a page with these labels.
    ///
    /// # Errors
    ///
    /// *Data* if it has more paragraphs than have numbers.
    pub(in crate::runs) fn of_marks(&mut self, page: &Page<'_>, marks: &[Mark]) -> Result<Entry> {
        let mut columns = PageColumns::new();
        self.fingerprinter.page(page, &mut columns);
        columns.finish()?;
        self.keys.read(&columns, marks, 0);
        let (body, heading) = self.reader.body(page, self.split, marks);
        #[expect(clippy::cast_possible_truncation, reason = "32 bits tell families apart")]
        let lines = (0..marks.len()).zip(marks).map(|(at, &mark)| EntryLine {
            family: columns.family(at) as u32,
            mark,
            words: if mark.is_beside() { columns.shapes()[at].words() } else { 0 },
        });
        let mut keys = self.keys.of.clone();
        for keys in &mut keys {
            keys.sort_unstable();
            keys.dedup();
        }
        let id = page.id.as_deref().or(page.url.as_deref()).unwrap_or("");
        Ok(Entry {
            id: id.to_owned(),
            site: page.site.clone().into_owned(),
            date: page.date.as_deref().unwrap_or("").to_owned(),
            title: heading.title,
            credits: heading.credits,
            url: columns.page(0).url,
            identity: identity(page),
            keys,
            lines: lines.collect(),
            body,
            fate: Disposition::Unsaid,
        })
    }
}

/// A hash that is the same when the same page comes again; one that was fetched again on another day is another page.
fn identity(page: &Page<'_>) -> u64 {
    let mut hash = Xxh3::new();
    let fields = [
        Some(&page.site),
        page.id.as_ref(),
        page.url.as_ref(),
        page.date.as_ref(),
        Some(&page.text),
    ];
    for field in fields {
        let field = field.map_or("", AsRef::as_ref);
        hash.update(&(field.len() as u64).to_le_bytes());
        hash.update(field.as_bytes());
    }
    hash.digest()
}

/// A batch with what a scan says of its pages.
struct Job {
    batch: Batch,
    labels: Option<Labels>,
}

/// What became of a batch.
struct Done<R> {
    results: Vec<R>,
    bad: Vec<Bad>,
    input_bytes: u64,
    stored_bytes: u64,
}

impl IndexPass<'_> {
    /// Makes the entry of every page, has `work` work on it by any thread, and hands the results to `sink`, in input
    /// order.
    pub(super) fn each<R: Send, S>(
        self,
        now: Underway<'_>,
        state: impl Fn() -> S + Sync,
        work: impl Fn(&mut S, PageNumber, Entry) -> Result<R> + Sync,
        mut sink: impl FnMut(R) -> Result<()>,
    ) -> Result<Indexed> {
        let IndexPass { corpus, settings, labels, rejects, .. } = self;
        let mut rejects = Rejects { settings, out: rejects, bad: BadRecords::default() };
        let mut indexed = Indexed::default();
        now.expect_pages(corpus, PageNumber::MAX);
        let mut walk = match labels {
            LabelsFrom::Scan(pages) => Some(pages.walk()?),
            LabelsFrom::Bank(bank, _) => {
                bank.check_recipe(settings.recipe.families_id())?;
                // A bank that is damaged where all labellers look is told now.
                bank.known()?;
                None
            }
        };
        let jobs = corpus.batches().map(move |batch| {
            let batch = batch?;
            let labels = walk.as_mut().map(|walk| walk.labels(batch.len())).transpose()?;
            Ok(Job { batch, labels })
        });
        parallel::ordered(
            now,
            settings.workers().threads,
            jobs,
            || (Worker::new(corpus, settings, labels), state()),
            |(worker, state), job| worker.batch(&job, |number, entry| work(state, number, entry)),
            |done| {
                let done = done?;
                now.advance(done.stored_bytes);
                indexed.input_bytes += done.input_bytes;
                rejects.take(done.bad)?;
                indexed.pages += done.results.len() as u64;
                done.results.into_iter().try_for_each(&mut sink)
            },
        )?;
        corpus.check_fields()?;
        indexed.bad = rejects.bad;
        Ok(indexed)
    }
}

/// Makes the entries of batches.
struct Worker<'a> {
    corpus: &'a Corpus,
    recipe: &'a Recipe,
    parser: Parser<'a>,
    entries: EntryReader,
    labels: LabelsFrom<'a>,
    settings: &'a Settings,
    /// Made with the first page that a bank labels, where an error of it can be told.
    judge: Option<LabelSource<'a>>,
}

/// Labels by a bank.
struct LabelSource<'a> {
    reader: Reader,
    labeller: BankLabeller<'a>,
}

impl<'a> LabelSource<'a> {
    fn new(bank: &'a Bank, time: Time, settings: &'a Settings) -> Result<LabelSource<'a>> {
        let (recipe, seeds) = (&settings.recipe, settings.seeds.as_ref());
        Ok(LabelSource {
            reader: Reader::new(recipe.paragraph, settings.tier),
            labeller: BankLabeller::new(bank, seeds, recipe.chrome_level, time)?,
        })
    }
}

impl<'a> Worker<'a> {
    fn new(corpus: &'a Corpus, settings: &'a Settings, labels: LabelsFrom<'a>) -> Worker<'a> {
        let recipe = &settings.recipe;
        Worker {
            corpus,
            recipe,
            parser: Parser::new(corpus, settings.tier),
            entries: EntryReader::new(recipe.paragraph, settings.tier),
            labels,
            settings,
            judge: None,
        }
    }

    fn batch<R>(
        &mut self,
        job: &Job,
        mut work: impl FnMut(PageNumber, Entry) -> Result<R>,
    ) -> Result<Done<R>> {
        let batch = &job.batch;
        let mut done = Done {
            results: Vec::with_capacity(batch.len()),
            bad: Vec::new(),
            input_bytes: batch.bytes(),
            stored_bytes: batch.stored(),
        };
        for raw in batch.raw() {
            match self.entry(&raw, job.labels.as_ref())? {
                Some(Ok(entry)) => done.results.push(work(raw.number, entry)?),
                Some(Err(error)) => {
                    done.bad.push(Bad { page: raw.number, error, record: raw.body.to_vec() });
                }
                None => {}
            }
        }
        Ok(done)
    }

    /// The entry of a record; what is wrong with it; nothing if a scan has told that.
    fn entry(
        &mut self,
        raw: &RawRecord<'_>,
        labels: Option<&Labels>,
    ) -> Result<Option<Result<Entry>>> {
        let changed = || self.corpus.files()[raw.file].changed();
        let marks = match labels.map(|labels| labels.of(raw.number)) {
            Some(LabelsOf::Page(marks)) => Some(marks),
            Some(LabelsOf::Bad) => return Ok(None),
            Some(LabelsOf::Unknown) => return Err(changed()),
            None => None,
        };
        let record = match self.parser.parse(raw) {
            Ok(record) => record,
            Err(_) if marks.is_some() => return Err(changed()),
            Err(error) => return Ok(Some(Err(error))),
        };
        let page = &record.page;
        let entry = match (marks, self.labels) {
            (Some(marks), _) => {
                let entry = self.entries.of_marks(page, marks)?;
                if entry.lines.len() != marks.len() {
                    return Err(changed());
                }
                entry
            }
            (None, LabelsFrom::Bank(bank, time)) => {
                let judge = match &mut self.judge {
                    Some(judge) => judge,
                    none => none.insert(LabelSource::new(bank, time, self.settings)?),
                };
                let read = judge.reader.read(page, time.today);
                let (labels, _) = judge.labeller.label(read.lines)?;
                self.entries.of_labels(page, read, labels, self.recipe)?
            }
            (None, LabelsFrom::Scan(_)) => return Err(changed()),
        };
        Ok(Some(Ok(entry)))
    }
}
