//! Banks: learnt from pages, united, pruned; always written site by site, by all workers.

use std::{io::Write, num::NonZeroUsize};

use super::read::Reader;
use crate::engine::{
    Observer, Settings, Stage, Underway, Unit,
    bad::{Bad, BadRecords, reject},
    parallel,
};
use crate::{
    Error, Result,
    bank::{Bank, BankWriter, Day, EncodedSite, Learner, SeenPages, Site, SiteRows},
    base::page::PageNumber,
    records::{Batch, Corpus, Parser},
    store::{AtomicFile, Force, Scratch},
};

/// What learning took in.
#[derive(Clone, Debug, Default)]
pub struct Learned {
    /// Records that could not be used.
    pub bad: BadRecords,
    /// Pages that were learnt.
    pub pages: u64,
    /// Bytes of input after decompression.
    pub input_bytes: u64,
}

/// Takes note of records that cannot be used.
pub(super) struct Rejects<'s, 'r> {
    pub(super) settings: &'s Settings,
    /// Where they go.
    pub(super) out: Option<&'r mut dyn Write>,
    pub(super) bad: BadRecords,
}

impl Rejects<'_, '_> {
    pub(super) fn take(&mut self, records: Vec<Bad>) -> Result<()> {
        for bad in records {
            if let Some(out) = self.out.as_deref_mut().filter(|_| !self.settings.strict) {
                reject(out, &bad.error.to_string(), &bad.record)?;
            }
            self.bad.add(self.settings.allowed(), bad)?;
        }
        Ok(())
    }
}

/// A batch that was read to be learnt.
#[derive(Default)]
struct Seen {
    pages: SeenPages,
    count: u64,
    bad: Vec<Bad>,
    bytes: u64,
    stored: u64,
}

/// What was learnt: in memory, and in banks on disk where that was too much.
#[derive(Debug, Default)]
pub struct LearnedPart {
    learner: Learner,
    parts: Vec<Bank>,
    /// Where the parts are.
    folder: Option<Scratch>,
}

impl LearnedPart {
    /// Writes the bank of all that was learnt, and gives back `out`.
    ///
    /// # Errors
    ///
    /// As [`write_bank`].
    pub fn write<W: Write>(
        mut self,
        settings: &Settings,
        out: W,
        observer: &dyn Observer,
    ) -> Result<W> {
        crate::engine::stage(observer, Stage::Bank, |now| {
            if !self.parts.is_empty() {
                // Uniting takes the memory: what was learnt last waits on disk as well.
                self.put_aside(now, settings)?;
            }
            write_learnt(now, settings, self.learner, &self.parts, out)
        })
    }

    /// Takes pages in; what is more than a tenth of the memory that is left to them becomes a bank of its own: while it
    /// is written, a site is there three times, when all are united each part's site is mapped, and what is given back is
    /// not all given back to the system.
    fn add(&mut self, now: Underway<'_>, settings: &Settings, pages: &SeenPages) -> Result<()> {
        self.learner.add(pages);
        let most = settings.room().map_or(u64::MAX, |room| room / 10);
        if (self.learner.bytes() as u64) < most { Ok(()) } else { self.put_aside(now, settings) }
    }

    /// Makes what was learnt a bank of its own.
    fn put_aside(&mut self, now: Underway<'_>, settings: &Settings) -> Result<()> {
        let folder = match &self.folder {
            Some(folder) => folder,
            None => self.folder.insert(Scratch::new()?),
        };
        let path = folder.path().join(format!("{}.bank", self.parts.len()));
        let learner = std::mem::take(&mut self.learner);
        let out = AtomicFile::create(&path, Force::Refuse)?;
        write_learnt(now, settings, learner, &[], out)?.commit()?;
        self.parts.push(Bank::open(&path)?);
        Ok(())
    }
}

/// Learns the pages of `corpus`; pages without a day are of `today`. `rejects` gets the records that
/// cannot be used.
///
/// Holds some 160 bytes a family and 4 a paragraph, or, within the memory that the settings allow, a part of them and one
/// site: the bank is the same. Parts on disk are mapped.
///
/// # Errors
///
/// *Data* for an input that cannot be read to its end; a bad record only if the settings are strict.
pub fn learn_bank(
    corpus: &Corpus,
    settings: &Settings,
    today: Day,
    rejects: Option<&mut dyn Write>,
    observer: &dyn Observer,
) -> Result<(LearnedPart, Learned)> {
    let mut lesson = LearnedPart::default();
    let mut took_in = Learned::default();
    let mut rejects = Rejects { settings, out: rejects, bad: BadRecords::default() };
    crate::engine::stage(observer, Stage::Learn, |now| {
        now.expect_pages(corpus, PageNumber::MAX);
        parallel::ordered(
            now,
            settings.workers().threads,
            corpus.batches(),
            || {
                let reader = Reader::new(settings.recipe.paragraph, settings.tier);
                (Parser::new(corpus, settings.tier), reader)
            },
            |(parser, reader), batch| of_batch(parser, reader, &batch, today),
            |seen| {
                lesson.add(now, settings, &seen.pages)?;
                took_in.pages += seen.count;
                took_in.input_bytes += seen.bytes;
                now.advance(seen.stored);
                rejects.take(seen.bad)
            },
        )?;
        corpus.check_fields()
    })?;
    took_in.bad = rejects.bad;
    Ok((lesson, took_in))
}

fn of_batch(parser: &mut Parser<'_>, reader: &mut Reader, batch: &Batch, today: Day) -> Seen {
    let mut seen = Seen { bytes: batch.bytes(), stored: batch.stored(), ..Seen::default() };
    for raw in batch.raw() {
        match parser.parse(&raw) {
            Ok(record) => {
                reader.read(&record.page, today).learn(&mut seen.pages);
                seen.count += 1;
            }
            Err(error) => seen.bad.push(Bad { page: raw.number, error, record: raw.body.to_vec() }),
        }
    }
    seen
}

/// Writes sites, encoded by all workers, in the order in which they come.
///
/// None of `threads`: one site after the other, so that one is held at a time.
fn write_sites<W: Write, J: Send>(
    now: Underway<'_>,
    threads: Option<NonZeroUsize>,
    (out, recipe): (W, u64),
    jobs: impl Iterator<Item = Result<J>> + Send,
    encode: impl Fn(J) -> Result<EncodedSite> + Sync,
) -> Result<W> {
    let failed = |e| Error::io("bank", e);
    let mut writer = BankWriter::new(out, recipe).map_err(failed)?;
    let Some(threads) = threads else {
        for job in jobs {
            now.check()?;
            writer.add(&encode(job?)?).map_err(failed)?;
            now.advance(1);
        }
        return writer.finish(&[]).map_err(failed);
    };
    parallel::ordered(
        now,
        threads,
        jobs,
        || (),
        |(), job| encode(job),
        |site| {
            now.advance(1);
            writer.add(&site?).map_err(failed)
        },
    )?;
    writer.finish(&[]).map_err(failed)
}

/// Writes what was learnt, together with the banks of earlier days, and gives back `out`.
///
/// Holds what was learnt, and of the banks some sites.
///
/// # Errors
///
/// *Usage* if the banks rest on other recipes, *data* if one is damaged, *machine* if `out` fails, *cancelled* if the
/// observer says so.
pub fn write_bank<W: Write>(
    settings: &Settings,
    learner: Learner,
    banks: &[Bank],
    out: W,
    observer: &dyn Observer,
) -> Result<W> {
    crate::engine::stage(observer, Stage::Bank, |now| {
        write_learnt(now, settings, learner, banks, out)
    })
}

/// The same within a stage.
fn write_learnt<W: Write>(
    now: Underway<'_>,
    settings: &Settings,
    learner: Learner,
    banks: &[Bank],
    out: W,
) -> Result<W> {
    let recipe = settings.recipe.families_id();
    banks.iter().try_for_each(|bank| bank.check_recipe(recipe))?;
    let mut learnt = learner.into_sites().peekable();
    let mut known = Sites::of(banks);
    let jobs = std::iter::from_fn(move || {
        let mut next = || {
            let of_banks = known.next_name()?;
            let of_learnt = learnt.peek().map(|(name, _)| name.clone());
            let name = match (of_banks, of_learnt) {
                (Some(a), Some(b)) => a.min(b),
                (a, b) => match a.or(b) {
                    Some(name) => name,
                    None => return Ok(None),
                },
            };
            let rows = learnt.next_if(|(site, _)| *site == name).map(|(_, rows)| rows);
            Ok(Some((known.take(&name)?, rows, name)))
        };
        next().transpose()
    });
    let threads = settings.memory.is_none().then_some(settings.workers().threads);
    write_sites(now, threads, (out, recipe), jobs, |(sites, learnt, name)| {
        let learnt = learnt.map(crate::bank::UnsortedRows::sort);
        encoded(now, name, &sites, learnt)
    })
}

/// A site of what several banks have of it and of what was learnt. What only one bank has is copied. The memory of what
/// was read is given back.
fn encoded(
    now: Underway<'_>,
    name: String,
    sites: &[Site<'_>],
    learnt: Option<SiteRows>,
) -> Result<EncodedSite> {
    if let ([site], None) = (sites, &learnt) {
        let copied = EncodedSite::copied(name, site);
        site.let_go();
        return copied;
    }
    let mut rows = learnt.unwrap_or_default();
    for site in sites {
        now.check()?;
        rows = rows.union(&site.rows()?);
        site.let_go();
    }
    EncodedSite::of(name, &rows)
}

/// Unites banks into one, site by site. What only one of them knows is copied.
///
/// # Errors
///
/// As [`write_bank`]; the banks must rest on one recipe.
pub fn merge_banks<W: Write>(
    threads: NonZeroUsize,
    banks: &[Bank],
    out: W,
    observer: &dyn Observer,
) -> Result<W> {
    let recipe = banks.first().map_or(0, Bank::recipe);
    banks.iter().try_for_each(|bank| bank.check_recipe(recipe))?;
    let mut known = Sites::of(banks);
    let jobs = std::iter::from_fn(move || {
        let mut next = || {
            let Some(name) = known.next_name()? else { return Ok(None) };
            Ok(Some((known.take(&name)?, name)))
        };
        next().transpose()
    });
    crate::engine::stage(observer, Stage::Bank, |now| {
        write_sites(now, Some(threads), (out, recipe), jobs, |(sites, name): (Vec<Site<'_>>, _)| {
            encoded(now, name, &sites, None)
        })
    })
}

/// What a bank may forget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forget {
    /// Pages last seen before the day.
    Before(Day),
    /// Families of fewer groups of pages.
    Below(u32),
}

/// Writes a bank without what it may forget. Sites of which no page is left are left out.
///
/// # Errors
///
/// *Data* if the bank is damaged, *machine* if `out` fails, *cancelled* if the observer says so.
pub fn prune_bank<W: Write>(
    threads: NonZeroUsize,
    bank: &Bank,
    forget: Forget,
    out: W,
    observer: &dyn Observer,
) -> Result<W> {
    let jobs = (0..bank.sites()).map(|at| {
        let (name, site) = bank.site_at(at)?;
        let rows = match forget {
            Forget::Before(day) => site.rows()?.seen_since(day),
            Forget::Below(least) => site.rows_from(least)?,
        };
        site.let_go();
        Ok((name.to_owned(), rows))
    });
    let some = jobs.filter(|job| job.as_ref().map_or(true, |(_, rows)| rows.pages() > 0));
    crate::engine::stage(observer, Stage::Bank, |now| {
        now.expect(Unit::Sites, usize::try_from(bank.sites()).unwrap_or(usize::MAX));
        write_sites(now, Some(threads), (out, bank.recipe()), some, |(name, rows)| {
            EncodedSite::of(name, &rows)
        })
    })
}

/// The sites of several banks, by name.
struct Sites<'b> {
    /// A bank, and how many of its sites were taken.
    banks: Vec<(&'b Bank, u64)>,
}

impl<'b> Sites<'b> {
    fn of(banks: &'b [Bank]) -> Sites<'b> {
        Sites { banks: banks.iter().map(|bank| (bank, 0)).collect() }
    }

    /// The first name that was not taken.
    fn next_name(&self) -> Result<Option<String>> {
        let mut first: Option<&str> = None;
        for &(bank, at) in &self.banks {
            if at < bank.sites() {
                let (name, _) = bank.site_at(at)?;
                first = Some(first.map_or(name, |first| first.min(name)));
            }
        }
        Ok(first.map(str::to_owned))
    }

    /// The site `name` of those banks that have it next.
    fn take(&mut self, name: &str) -> Result<Vec<Site<'b>>> {
        let mut sites = Vec::new();
        for (bank, at) in &mut self.banks {
            if *at < bank.sites() {
                let (theirs, site) = bank.site_at(*at)?;
                if theirs == name {
                    sites.push(site);
                    *at += 1;
                }
            }
        }
        Ok(sites)
    }
}
