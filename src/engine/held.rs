//! A run in memory: one shard, whose records are moved from step to step.
//!
//! Pages whose columns are equal in every column print the same text, so one of them is read for all:
//! a mirror of a site costs its columns. Equal means each paragraph's wording, family, shape, label and
//! anchors, so two texts would have to agree in a 32-bit and a 64-bit hash of every paragraph.

use std::{collections::HashMap, io::Write};

use super::{
    Gathered, LinkedPages, ScannedPages, Underway,
    bad::reject,
    parallel,
    shard::Shard,
    steps::{
        cluster::beside,
        count::{self, Candidates},
        gather::FingerprintedBatch,
        meet::{Gatherer, ranges},
        near::Proposed,
        texts::{Heading, Wanted, may_credit},
    },
    store::{BesideOf, Compared, Job, LabelCounts, Near, Store},
};
use crate::{
    Result,
    base::{
        group::{Grouper, buckets_for},
        page::{PageNumber, SiteNumber},
    },
    chrome::{ChromeFamily, Mark, SharedFamilies, SiteFamily, near::Joined},
    copies::{Bodies, BodyRef, Candidate, Clusters, Credit, Library, Meetings, SharedKeys},
    sketch::Banding,
    table::{Near as BandKeys, PageColumns, Sites},
};

/// Pieces that long families are cut into, by the high bits of their fingerprints.
const PIECES: usize = 64;

/// Records in memory.
pub(crate) struct Held<'a> {
    rejects: Option<&'a mut dyn Write>,
    pub(crate) shard: Shard,
    /// Labels of all paragraphs.
    pub(crate) marks: Vec<Mark>,
    chrome: Vec<ChromeFamily>,
    long: Vec<Vec<SiteFamily>>,
    texts: Texts,
}

impl<'a> Held<'a> {
    /// Nothing yet. `rejects` gets the records that cannot be used.
    pub(crate) fn new(rejects: Option<&'a mut dyn Write>) -> Held<'a> {
        Held {
            rejects,
            shard: Shard::default(),
            marks: Vec::new(),
            chrome: Vec::new(),
            long: vec![Vec::new(); PIECES],
            texts: Texts::default(),
        }
    }
}

/// What was read of the input again.
#[derive(Default)]
struct Texts {
    /// Evidence of every candidate.
    bodies: Bodies,
    /// For every page the one that was read for it.
    read: Vec<PageNumber>,
    /// What every candidate that was read says of itself, ascending by page.
    headings: Vec<(PageNumber, Heading)>,
}

impl Texts {
    /// What a page says of itself; none if it is no candidate.
    fn heading(&self, page: PageNumber) -> Option<&Heading> {
        let read = self.read[page as usize];
        let at = self.headings.binary_search_by_key(&read, |row| row.0).ok()?;
        Some(&self.headings[at].1)
    }
}

impl Store for Held<'_> {
    type Texts<'s>
        = HeldTexts<'s>
    where
        Self: 's;

    fn gathered(&mut self, _: Job<'_>) -> Result<Option<Gathered>> {
        Ok(None)
    }

    fn add(
        &mut self,
        job: Job<'_>,
        fingerprinted: &FingerprintedBatch,
        _: PageNumber,
    ) -> Result<()> {
        self.shard.columns.append(&fingerprinted.columns);
        if let Some(rejects) = self.rejects.as_deref_mut().filter(|_| !job.settings.strict) {
            for bad in &fingerprinted.bad {
                reject(rejects, &bad.error.to_string(), &bad.record)?;
            }
        }
        Ok(())
    }

    fn end_gather(&mut self, job: Job<'_>, _: &Gathered) -> Result<()> {
        let mut columns = std::mem::take(&mut self.shard.columns);
        columns.finish_in(&job.settings.workers())?;
        let mut all = columns.sites.clone();
        self.shard = Shard::of(columns, &mut all);
        Ok(())
    }

    fn sites(&self) -> &Sites {
        &self.shard.columns.sites
    }

    fn near(&mut self) -> Result<Option<Near>> {
        Ok(None)
    }

    fn plan(&mut self, _: &Gathered) -> Result<usize> {
        Ok(1)
    }

    fn numbered(&mut self, _: Job<'_>, _: usize) -> Result<Shard> {
        Ok(std::mem::take(&mut self.shard))
    }

    fn keep(&mut self, _: usize, shard: Shard) -> Result<()> {
        self.shard = shard;
        self.shard.columns.near = BandKeys::default();
        Ok(())
    }

    fn long_family(&mut self, row: SiteFamily) -> Result<()> {
        self.long[(row.family >> 32) as usize % PIECES].push(row);
        Ok(())
    }

    fn join(&mut self, of_site: &Proposed, joined: Joined) -> Result<()> {
        let family = joined.by_number();
        for &page in &self.shard.by_site[of_site.site] {
            self.shard.columns.join_families(page, &family);
        }
        Ok(())
    }

    fn shared_families(&mut self, job: Job<'_>, now: Underway<'_>) -> Result<SharedFamilies> {
        let long = std::mem::take(&mut self.long);
        let pieces: Vec<usize> = (0..long.len()).collect();
        let threads = job.settings.workers().threads;
        let found = parallel::map(
            now,
            threads,
            &pieces,
            || (),
            |(), piece| {
                let mut shared = SharedFamilies::default();
                shared.add(&long[piece]);
                shared
            },
        )?;
        let mut shared = SharedFamilies::default();
        for piece in found {
            shared.merge(piece);
        }
        shared.finish();
        Ok(shared)
    }

    fn each_families(&mut self, each: &mut dyn FnMut(&PageColumns)) -> Result<()> {
        each(&self.shard.columns);
        Ok(())
    }

    fn end_near(&mut self, _: &Near) -> Result<()> {
        Ok(())
    }

    fn labelled(&mut self) -> Result<Option<LabelCounts>> {
        Ok(None)
    }

    fn begin_label(&mut self, _: Job<'_>, _: &Gathered) -> Result<usize> {
        Ok(1)
    }

    fn shard(&mut self, _: usize) -> Result<Shard> {
        Ok(std::mem::take(&mut self.shard))
    }

    fn keep_labels(
        &mut self,
        _: Job<'_>,
        _: usize,
        shard: Shard,
        marks: Vec<Mark>,
        chrome: Vec<ChromeFamily>,
    ) -> Result<()> {
        self.shard = shard;
        self.marks = marks;
        self.chrome = chrome;
        Ok(())
    }

    fn end_label(&mut self, _: &LabelCounts) -> Result<()> {
        Ok(())
    }

    fn chrome(&mut self) -> Result<Vec<ChromeFamily>> {
        Ok(std::mem::take(&mut self.chrome))
    }

    fn candidates(&mut self, job: Job<'_>, _: &Gathered, now: Underway<'_>) -> Result<Candidates> {
        let (columns, marks) = (&self.shard.columns, self.marks.as_slice());
        let threads = job.settings.workers().threads;
        let (pages, paragraphs) = (columns.len(), columns.paragraphs());
        // Not every paragraph has an anchor, and long ones have several.
        let buckets = [paragraphs, paragraphs / 16 + 2 * pages, pages * Banding::Rows4.bands()]
            .map(buckets_for);
        let ranges = ranges(pages);
        let all: Vec<usize> = (0..ranges.len()).collect();
        let tier = job.settings.tier;
        let gathered = parallel::map(
            now,
            threads,
            &all,
            || Gatherer::new(buckets, tier),
            |gatherer, range| gatherer.gather(columns, marks, ranges[range].clone()),
        )?;
        let sizes: Vec<u32> = gathered.iter().flat_map(|of| of.sizes.iter().copied()).collect();

        let mut meetings: [Meetings; 3] = Default::default();
        for (source, of) in meetings.iter_mut().enumerate() {
            let order: Vec<usize> = (0..buckets[source]).collect();
            let shared = parallel::map(now, threads, &order, Grouper::new, |grouper, bucket| {
                SharedKeys::of(grouper, gathered.iter().map(|of| of.sources[source].bucket(bucket)))
            })?;
            *of = Meetings::of(shared, pages);
        }
        drop(gathered);
        count::count(now, threads, &meetings, &sizes)
    }

    fn read_texts(
        &mut self,
        job: Job<'_>,
        _: &Gathered,
        pairs: &[Candidate],
        chrome: &mut [ChromeFamily],
        now: Underway<'_>,
    ) -> Result<()> {
        let (columns, marks) = (&self.shard.columns, self.marks.as_slice());
        let wanted = Wanted::of(columns.len(), pairs, chrome);
        let read = twins(columns, marks, wanted.pages());
        let wanted = wanted.through(&read);
        let (mut bodies, mut headings) = (Bodies::default(), Vec::new());
        wanted.read(
            job.corpus,
            job.settings,
            now,
            |page| &marks[columns.span(page)],
            |page, body, heading| {
                bodies.push(page, &body);
                headings.push((page, heading));
            },
            |number, text| chrome[number].text = text,
        )?;
        for page in wanted.compared() {
            bodies.push_same(page, read[page as usize]);
        }
        self.texts = Texts { bodies, read, headings };
        Ok(())
    }

    fn texts(&self) -> Result<HeldTexts<'_>> {
        Ok(HeldTexts { texts: &self.texts, columns: &self.shard.columns })
    }

    fn beside<'s>(&'s self, _: &Clusters) -> Result<Box<BesideOf<'s>>> {
        let (columns, marks) = (&self.shard.columns, self.marks.as_slice());
        Ok(Box::new(move |page, lead| beside(columns, marks, page, lead)))
    }

    fn pages(self, _: &Gathered, _: &LabelCounts, _: LinkedPages) -> ScannedPages {
        ScannedPages::Held { columns: self.shard.columns, marks: self.marks }
    }
}

/// Texts in memory.
pub(crate) struct HeldTexts<'s> {
    texts: &'s Texts,
    columns: &'s PageColumns,
}

impl Compared for HeldTexts<'_> {
    fn kin(&self, page: PageNumber) -> (SiteNumber, u64) {
        let page = self.columns.page(page);
        (page.site, page.url)
    }

    fn date(&self, page: PageNumber) -> String {
        self.columns.date(page).to_owned()
    }

    fn title(&self, page: PageNumber) -> String {
        self.texts.heading(page).map_or_else(String::new, |heading| heading.title.clone())
    }

    fn credits(&self, page: PageNumber) -> Vec<Credit> {
        self.texts.heading(page).map_or_else(Vec::new, |heading| heading.credits.clone())
    }
}

impl Library for HeldTexts<'_> {
    type BodyPair = ();

    fn text(&self, page: PageNumber) -> Option<u32> {
        self.texts.bodies.text(page)
    }

    fn tokens(&self, page: PageNumber) -> usize {
        Library::tokens(&self.texts.bodies, page)
    }

    fn worth(&self, page: PageNumber) -> u32 {
        self.texts.bodies.worth(page)
    }

    fn load_pair<'d>(
        &'d self,
        loaded: &'d mut (),
        a: PageNumber,
        b: PageNumber,
    ) -> Option<(BodyRef<'d>, BodyRef<'d>)> {
        self.texts.bodies.load_pair(loaded, a, b)
    }
}

/// For every page that is wanted the first wanted page that prints the same text; for others
/// themselves.
fn twins(columns: &PageColumns, marks: &[Mark], wanted: &[PageNumber]) -> Vec<PageNumber> {
    let mut firsts: HashMap<u64, PageNumber> = HashMap::new();
    let mut read: Vec<PageNumber> = (0..).take(columns.len()).collect();
    for &page in wanted {
        let mut key = 0_u64;
        for &wording in &columns.wordings()[columns.span(page)] {
            key = (key.rotate_left(5) ^ u64::from(wording)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        let first = *firsts.entry(key).or_insert(page);
        if are_twins(columns, marks, first, page) {
            read[page as usize] = first;
        }
    }
    read
}

/// Whether the columns of two pages are equal in all that their evidence is made of.
fn are_twins(columns: &PageColumns, marks: &[Mark], one: PageNumber, other: PageNumber) -> bool {
    let (here, there) = (columns.span(one), columns.span(other));
    let evidence = |(here, there): (&Mark, &Mark)| {
        here.is_evidence() == there.is_evidence()
            && here.is_chrome() == there.is_chrome()
            && may_credit(*here) == may_credit(*there)
    };
    here == there
        || columns.wordings()[here.clone()] == columns.wordings()[there.clone()]
            && columns.numbers()[here.clone()] == columns.numbers()[there.clone()]
            && columns.shapes()[here.clone()] == columns.shapes()[there.clone()]
            && columns.anchors_of(one) == columns.anchors_of(other)
            && marks[here].iter().zip(&marks[there]).all(evidence)
}
