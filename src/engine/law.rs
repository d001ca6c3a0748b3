//! The law of steps: records may be cut into any tasks and come in any order, and a run gives the same.

use std::collections::HashMap;

use super::{
    Findings, Gathered, LinkedPages, ScannedPages, Settings, Underway, Unobserved,
    held::Held,
    run,
    shard::Shard,
    steps::{
        count::{Candidates, count_pairs},
        gather::FingerprintedBatch,
        meet::{Gatherer, ranges},
        near::Proposed,
        texts::{Heading, Wanted},
    },
    store::{BesideOf, Compared, Job, LabelCounts, Near, Store},
};
use crate::{
    Result,
    base::{
        SplitMix64,
        group::Grouper,
        mix,
        page::{PageNumber, SiteNumber},
    },
    chrome::{ChromeFamily, Mark, SharedFamilies, SiteFamily, near::Joined},
    copies::{
        Beside, Body, BodyPair, BodyRef, Candidate, Clusters, Credit, Library, Limits, Posting,
        SharedKeys,
    },
    records::{Corpus, Options},
    table::{PageColumns, Sites},
};

/// What is kept of a page for copies: family, words, whether it is compared otherwise.
type Lines = Vec<(u64, u32, bool)>;

/// What is broken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// A page is in no shard.
    Page,
    /// The long families of every other site.
    LongFamily,
    /// A join of families.
    Join,
    /// One posting in four.
    Posting,
    /// The meetings of every other page.
    Meeting,
    /// The first candidate.
    Candidate,
}

/// Records as tasks of a cluster would have them: sites in random shards, rows in random order and pieces.
struct Tasks {
    chance: SplitMix64,
    fault: Fault,
    /// All pages as they came: for what outputs ask of them.
    all: PageColumns,
    shards: Vec<Shard>,
    long: Vec<SiteFamily>,
    marks: HashMap<PageNumber, Vec<Mark>>,
    lines: HashMap<PageNumber, Lines>,
    chrome: Vec<ChromeFamily>,
    postings: [Vec<Posting>; 3],
    sizes: Vec<u32>,
    bodies: HashMap<PageNumber, (Body, Heading)>,
}

impl Tasks {
    fn new(seed: u64, fault: Fault) -> Tasks {
        Tasks {
            chance: SplitMix64::new(seed),
            fault,
            all: PageColumns::new(),
            shards: Vec::new(),
            long: Vec::new(),
            marks: HashMap::new(),
            lines: HashMap::new(),
            chrome: Vec::new(),
            postings: Default::default(),
            sizes: Vec::new(),
            bodies: HashMap::new(),
        }
    }

    /// Deals the pages of sites to shards, in random order.
    fn deal(&mut self) -> Vec<PageColumns> {
        let mut by_site = self.all.pages_by_site();
        self.chance.shuffle(&mut by_site);
        let count = 1 + self.chance.below(by_site.len().max(1));
        let mut pages: Vec<Vec<PageNumber>> = vec![Vec::new(); count];
        for of_site in by_site {
            let shard = self.chance.below(count);
            pages[shard].extend(of_site);
        }
        if self.fault == Fault::Page {
            pages.iter_mut().find(|pages| !pages.is_empty()).map(Vec::pop);
        }
        let deal = |mut pages: Vec<PageNumber>| {
            self.chance.shuffle(&mut pages);
            let mut columns = PageColumns::new();
            for page in pages {
                columns.push_page(&self.all, page, page);
            }
            columns
        };
        pages.into_iter().map(deal).collect()
    }
}

impl Store for Tasks {
    type Texts<'s> = TaskTexts<'s>;

    fn gathered(&mut self, _: Job<'_>) -> Result<Option<Gathered>> {
        Ok(None)
    }

    fn add(&mut self, _: Job<'_>, fingerprinted: &FingerprintedBatch, _: PageNumber) -> Result<()> {
        self.all.append(&fingerprinted.columns);
        Ok(())
    }

    fn end_gather(&mut self, _: Job<'_>, _: &Gathered) -> Result<()> {
        Ok(())
    }

    fn sites(&self) -> &Sites {
        &self.all.sites
    }

    fn near(&mut self) -> Result<Option<Near>> {
        Ok(None)
    }

    fn plan(&mut self, _: &Gathered) -> Result<usize> {
        let shards = self.deal().into_iter();
        self.shards = shards.map(|columns| Shard { columns, ..Shard::default() }).collect();
        Ok(self.shards.len())
    }

    fn numbered(&mut self, job: Job<'_>, number: usize) -> Result<Shard> {
        let mut columns = std::mem::take(&mut self.shards[number].columns);
        columns.finish_in(&job.settings.workers())?;
        Ok(Shard::of(columns, &mut self.all.sites))
    }

    fn keep(&mut self, number: usize, shard: Shard) -> Result<()> {
        self.shards[number] = shard;
        Ok(())
    }

    fn long_family(&mut self, row: SiteFamily) -> Result<()> {
        self.long.push(row);
        Ok(())
    }

    fn join(&mut self, of_site: &Proposed, joined: Joined) -> Result<()> {
        if self.fault == Fault::Join {
            return Ok(());
        }
        let family = joined.by_number();
        let Shard { columns, by_site, .. } = &mut self.shards[of_site.shard];
        by_site[of_site.site].iter().for_each(|&page| columns.join_families(page, &family));
        Ok(())
    }

    fn shared_families(&mut self, _: Job<'_>, _: Underway<'_>) -> Result<SharedFamilies> {
        let mut rows = std::mem::take(&mut self.long);
        self.chance.shuffle(&mut rows);
        if self.fault == Fault::LongFamily {
            rows.retain(|row| row.site % 2 == 1);
        }
        let pieces = 1 + self.chance.below(9);
        let mut shared = SharedFamilies::default();
        for piece in 0..pieces {
            let of_piece = rows.iter().filter(|row| row.family as usize % pieces == piece);
            let mut found = SharedFamilies::default();
            found.add(&of_piece.copied().collect::<Vec<_>>());
            shared.merge(found);
        }
        shared.finish();
        Ok(shared)
    }

    fn each_families(&mut self, each: &mut dyn FnMut(&PageColumns)) -> Result<()> {
        self.shards.iter().for_each(|shard| each(&shard.columns));
        Ok(())
    }

    fn end_near(&mut self, _: &Near) -> Result<()> {
        Ok(())
    }

    fn labelled(&mut self) -> Result<Option<LabelCounts>> {
        Ok(None)
    }

    fn begin_label(&mut self, _: Job<'_>, gathered: &Gathered) -> Result<usize> {
        self.chance.shuffle(&mut self.shards);
        self.sizes = vec![0; gathered.pages];
        Ok(self.shards.len())
    }

    fn shard(&mut self, number: usize) -> Result<Shard> {
        Ok(std::mem::take(&mut self.shards[number]))
    }

    fn keep_labels(
        &mut self,
        job: Job<'_>,
        _: usize,
        shard: Shard,
        marks: Vec<Mark>,
        mut chrome: Vec<ChromeFamily>,
    ) -> Result<()> {
        let columns = &shard.columns;
        for page in (0..).take(columns.len()) {
            let span = columns.span(page);
            let line = |at: usize| {
                (columns.family(at), columns.shapes()[at].words(), marks[at].is_beside())
            };
            let number = columns.page(page).number;
            self.lines.insert(number, span.clone().map(line).collect());
            self.marks.insert(number, marks[span].to_vec());
        }
        self.chrome.append(&mut chrome);
        let mut gatherer = Gatherer::new([1; 3], job.settings.tier);
        for range in ranges(columns.len()) {
            let records = gatherer.gather(columns, &marks, range.clone());
            for (page, size) in range.zip(records.sizes) {
                self.sizes[columns.page(page).number as usize] = size;
            }
            for (all, of) in self.postings.iter_mut().zip(&records.sources) {
                all.extend_from_slice(of.bucket(0));
            }
        }
        Ok(())
    }

    fn end_label(&mut self, _: &LabelCounts) -> Result<()> {
        Ok(())
    }

    fn chrome(&mut self) -> Result<Vec<ChromeFamily>> {
        self.chance.shuffle(&mut self.chrome);
        Ok(self.chrome.clone())
    }

    fn candidates(&mut self, _: Job<'_>, _: &Gathered, _: Underway<'_>) -> Result<Candidates> {
        let mut found = Candidates::default();
        let tasks = 1 + self.chance.below(7);
        let mut met: Vec<[Vec<[PageNumber; 2]>; 3]> = vec![Default::default(); tasks];
        let task_of = |page: PageNumber| mix(u64::from(page)) as usize % tasks;
        for (source, mut postings) in std::mem::take(&mut self.postings).into_iter().enumerate() {
            self.chance.shuffle(&mut postings);
            if self.fault == Fault::Posting {
                postings.truncate(postings.len() / 4 * 3);
            }
            let buckets = 1 + self.chance.below(9);
            for bucket in 0..buckets {
                let of = postings.iter().filter(|of| mix(of.key) as usize % buckets == bucket);
                let of: Vec<Posting> = of.copied().collect();
                let piece = 1 + self.chance.below(of.len());
                let shared = SharedKeys::of(&mut Grouper::new(), of.chunks(piece));
                found.limits = Limits::and(found.limits, shared.limits());
                shared.each_pair(|a, b| met[task_of(a)][source].push([a, b]));
            }
        }
        for mut of_task in met {
            for met in &mut of_task {
                self.chance.shuffle(met);
            }
            if self.fault == Fault::Meeting {
                for met in &mut of_task {
                    met.retain(|pair| pair[0] % 2 == 1);
                }
            }
            found.pairs.extend(count_pairs(of_task, &self.sizes));
        }
        // Candidates of all tasks, in the order of pages.
        found.pairs.sort_unstable();
        if self.fault == Fault::Candidate && !found.pairs.is_empty() {
            found.pairs.remove(0);
        }
        Ok(found)
    }

    fn read_texts(
        &mut self,
        job: Job<'_>,
        gathered: &Gathered,
        pairs: &[Candidate],
        chrome: &mut [ChromeFamily],
        now: Underway<'_>,
    ) -> Result<()> {
        let wanted = Wanted::of(gathered.pages, pairs, chrome);
        let (marks, bodies) = (&self.marks, &mut self.bodies);
        wanted.read(
            job.corpus,
            job.settings,
            now,
            |page| marks.get(&page).map_or(&[], Vec::as_slice),
            |page, body, heading| {
                bodies.insert(page, (body, heading));
            },
            |number, text| chrome[number].text = text,
        )
    }

    fn texts(&self) -> Result<TaskTexts<'_>> {
        Ok(TaskTexts(self))
    }

    fn beside<'s>(&'s self, _: &Clusters) -> Result<Box<BesideOf<'s>>> {
        Ok(Box::new(|page, lead| {
            let mut beside = Beside::default();
            let theirs = &self.lines[&lead];
            for &(family, words, _) in self.lines[&page].iter().filter(|line| line.2) {
                beside.add(words, theirs.iter().any(|line| line.0 == family));
            }
            beside
        }))
    }

    fn pages(mut self, _: &Gathered, _: &LabelCounts, _: LinkedPages) -> ScannedPages {
        let pages = (0..).take(self.all.len());
        let marks = pages.flat_map(|page| self.marks.remove(&page).unwrap_or_default()).collect();
        ScannedPages::Held { columns: self.all, marks }
    }
}

struct TaskTexts<'s>(&'s Tasks);

impl Compared for TaskTexts<'_> {
    fn kin(&self, page: PageNumber) -> (SiteNumber, u64) {
        let page = self.0.all.page(page);
        (page.site, page.url)
    }

    fn date(&self, page: PageNumber) -> String {
        self.0.all.date(page).to_owned()
    }

    fn title(&self, page: PageNumber) -> String {
        self.0.bodies[&page].1.title.clone()
    }

    fn credits(&self, page: PageNumber) -> Vec<Credit> {
        self.0.bodies[&page].1.credits.clone()
    }
}

impl Library for TaskTexts<'_> {
    type BodyPair = BodyPair;

    fn text(&self, page: PageNumber) -> Option<u32> {
        // As if no two texts were known to be equal.
        self.0.bodies.contains_key(&page).then_some(page)
    }

    fn tokens(&self, page: PageNumber) -> usize {
        self.0.bodies[&page].0.len().0
    }

    fn worth(&self, page: PageNumber) -> u32 {
        self.0.bodies[&page].0.worth
    }

    fn load_pair<'d>(
        &'d self,
        loaded: &'d mut BodyPair,
        a: PageNumber,
        b: PageNumber,
    ) -> Option<(BodyRef<'d>, BodyRef<'d>)> {
        loaded.load_pair(a, b, |page, body| {
            self.0.bodies[&page].0.clone_into(body);
            Some(())
        })
    }
}

/// All that a run says, in words.
fn said(findings: &Findings) -> Vec<String> {
    let Findings { sites, chrome, links, clusters, placed, counts, pages, .. } = findings;
    let mut said: Vec<String> = Vec::new();
    let mut walk = pages.walk().expect("pages in memory");
    while let Some(page) = walk.next_page().expect("pages in memory") {
        said.push(format!("{page:?}"));
    }
    said.push(format!("{sites:?}\n{placed:?}\n{counts:?}"));
    said.extend(chrome.iter().map(|family| format!("{family:?}")));
    said.extend(links.iter().map(|link| format!("{link:?}")));
    said.extend(clusters.iter().map(|cluster| format!("{cluster:?}")));
    said
}

/// Sites with a menu, a foot, a plea whose name changes and stories, some of which other sites print, too.
fn generated(seed: u64) -> Vec<u8> {
    let mut chance = SplitMix64::new(seed);
    let syllables = ["ba", "ke", "lo", "mi", "nu", "pra", "sto", "ti", "ver", "zan"];
    let word = |chance: &mut SplitMix64| -> String {
        (0..2 + chance.below(2)).map(|_| syllables[chance.below(10)]).collect()
    };
    let sentence = |chance: &mut SplitMix64, words: usize| -> String {
        let words: Vec<String> = (0..words).map(|_| word(chance)).collect();
        format!("The {}.", words.join(" "))
    };
    let stories: Vec<Vec<String>> = (0..14)
        .map(|_| (0..4 + chance.below(5)).map(|_| sentence(&mut chance, 14)).collect())
        .collect();
    let note = sentence(&mut chance, 16);
    let mut lines = Vec::new();
    for site in 0..7 {
        let menu: Vec<String> = (0..4).map(|_| sentence(&mut chance, 2)).collect();
        for page in 0..5 + 4 * site {
            let story = if chance.below(3) == 0 {
                let mut story = stories[chance.below(stories.len())].clone();
                story.truncate(3 + chance.below(6));
                story
            } else {
                (0..5).map(|_| sentence(&mut chance, 13)).collect()
            };
            let plea = format!(
                "Dear {}, this paper lives on what its readers give; please think of us and give what you can today",
                sentence(&mut chance, 1)
            );
            let mut text = menu.clone();
            text.extend(story);
            text.extend([note.clone(), plea, "All rights reserved".to_owned()]);
            let url = format!("https://s{site}.example/{}", page % 30);
            let row =
                serde_json::json!({"url": url, "text": text.join("\n"), "date": "2031-04-02"});
            lines.extend_from_slice(format!("{row}\n").as_bytes());
            if chance.below(40) == 0 {
                lines.extend_from_slice(b"{\"text\": 7}\n");
            }
        }
    }
    lines
}

fn held(job: Job<'_>) -> Vec<String> {
    said(&run::scan(job, Held::new(None), &Unobserved).expect("a scan"))
}

fn in_tasks(job: Job<'_>, seed: u64, fault: Fault) -> Result<Vec<String>> {
    Ok(said(&run::scan(job, Tasks::new(seed, fault), &Unobserved)?))
}

#[test]
fn any_tasks_in_any_order_give_the_bytes_of_a_held_run() {
    let seeds = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/pages");
    let seeds = Corpus::open(&[seeds], Options::default()).expect("the sample pages");
    let made = (0..3).map(|seed| Corpus::of_lines(generated(seed)).expect("lines"));
    let settings = Settings { memory: None, ..Settings::default() };
    for corpus in std::iter::once(seeds).chain(made) {
        let job = Job { corpus: &corpus, settings: &settings };
        let expected = held(job);
        assert!(expected.iter().any(|row| row.contains("Verdict")), "no copies were found");
        for seed in 0..6 {
            let found = in_tasks(job, seed, Fault::None).expect("a scan");
            let differs = found.iter().zip(&expected).find(|(one, other)| one != other);
            assert!(differs.is_none() && found.len() == expected.len(), "seed {seed}: {differs:?}");
        }
    }
}

#[test]
fn what_is_lost_between_two_steps_is_seen() {
    let corpus = Corpus::of_lines(generated(1)).expect("lines");
    let settings = Settings::default();
    let job = Job { corpus: &corpus, settings: &settings };
    let expected = held(job);
    let lost = in_tasks(job, 1, Fault::Page).expect_err("a page was lost").to_string();
    assert!(lost.contains("records were lost"), "{lost}");
    for fault in [Fault::Join, Fault::Posting, Fault::Meeting, Fault::Candidate] {
        let found = in_tasks(job, 1, fault).expect("a scan");
        assert!(found != expected, "{fault:?} is not seen");
    }
    let known = |fault| -> Vec<u64> {
        let (_, near) =
            run::families(job, &mut Tasks::new(1, fault), &Unobserved).expect("families");
        near.known
    };
    assert!(!known(Fault::None).is_empty() && known(Fault::LongFamily).is_empty());
}
