//! What another program asks for: a bank of its pages, the labels of a page, the copies among pages.
//!
//! Iterators in and out, nothing printed, no global state, errors as values. What reads files and keeps
//! to a plan for large inputs is beside this: [`crate::engine::scan`], [`clean()`](super::clean()), [`super::learn_bank`].

use std::{io::Write, ops::Range, path::Path};

use super::{FoundPage, index::EntryReader, read::Reader, write_bank};
use crate::engine::{Settings, Unobserved, scan};
use crate::{
    Error, Result,
    bank::{Bank, BankLabeller, Day, Learner, SeenPages, Time},
    base::{
        cpu::Tier,
        page::{Kind, Page, PageNumber, Place},
        recipe::Recipe,
    },
    chrome::Spared,
    copies::{ClusterCredit, Verdict},
    engine::Findings,
    evidence::without_chrome,
    index::{Finder, Index},
    records::Corpus,
    store::{AtomicFile, Force},
};

/// Runs of the library use all processors.
fn settings(recipe: &Recipe) -> Settings {
    Settings { recipe: recipe.clone(), strict: true, ..Settings::default() }
}

impl Bank {
    /// Learns what the sites of `pages` repeat.
    ///
    /// A page that comes twice counts once. Holds some 100 bytes a family and 4 a paragraph, no texts.
    ///
    /// # Errors
    ///
    /// *Data* if a site has more paragraphs than have numbers of 32 bits.
    ///
    /// ```
    /// use refrain::{Bank, Labeller, Page};
    ///
    /// const THINGS: [&str; 5] = ["bridge", "mill", "pier", "tower", "ferry"];
    /// let page = |n: usize| {
    ///     let story = format!("The old {} was closed again on Monday, said its keeper.", THINGS[n]);
    ///     Page::new("", format!("https://hill.example/{n}"), format!("Home\nNews\n{story}\nContact us"))
    /// };
    /// let bank = Bank::learn((0..4).map(page))?;
    /// let text = Labeller::default().without_chrome(&page(4), &bank)?;
    /// assert!(text.contains("The old ferry was closed again"));
    /// # Ok::<(), refrain::Error>(())
    /// ```
    pub fn learn<'p>(pages: impl IntoIterator<Item = Page<'p>>) -> Result<Bank> {
        Bank::learn_with(&Recipe::default(), pages)
    }

    /// The same with another recipe: only how texts are cut into paragraphs matters.
    ///
    /// # Errors
    ///
    /// As [`learn`](Bank::learn).
    pub fn learn_with<'p>(
        recipe: &Recipe,
        pages: impl IntoIterator<Item = Page<'p>>,
    ) -> Result<Bank> {
        let mut builder = Bank::builder(recipe);
        pages.into_iter().for_each(|page| builder.add(&page));
        builder.build()
    }

    /// A bank that pages are added to one by one, with the recipe that it is to rest on.
    pub fn builder(recipe: &Recipe) -> BankBuilder {
        BankBuilder {
            recipe: recipe.clone(),
            reader: Reader::new(recipe.paragraph, Tier::best()),
            learner: Learner::default(),
        }
    }

    /// The bank of the pages of all `banks`, each page once: in any order the same bytes.
    ///
    /// # Errors
    ///
    /// *Usage* if they rest on different recipes, *data* if one is damaged.
    pub fn merge(banks: &[Bank]) -> Result<Bank> {
        let threads = settings(&Recipe::default()).threads;
        Bank::of_bytes("bank", super::merge_banks(threads, banks, Vec::new(), &Unobserved)?)
    }

    /// Writes the bank to the file `path`, which is absent or whole at any moment.
    ///
    /// # Errors
    ///
    /// *Usage* if it is there and `force` refuses, *machine* if it cannot be written.
    pub fn save(&self, path: &Path, force: Force) -> Result<()> {
        let mut file = AtomicFile::create(path, force)?;
        file.write_all(self.bytes()).map_err(|e| Error::io(path, e))?;
        file.commit()
    }
}

/// Learns pages as they come, for a [`Bank`]. Pages in any order, and a page that comes twice counts once.
///
/// ```
/// use refrain::{Bank, Page, Recipe};
///
/// let mut builder = Bank::builder(&Recipe::default());
/// builder.add(&Page::new("1", "https://hill.example/1", "Home\nThe mill is closed."));
/// assert_eq!(builder.pages(), 1);
/// assert_eq!(builder.build()?.sites(), 1);
/// # Ok::<(), refrain::Error>(())
/// ```
#[derive(Debug)]
pub struct BankBuilder {
    recipe: Recipe,
    reader: Reader,
    learner: Learner,
}

impl BankBuilder {
    /// Learns a page. Pages without a day are of any.
    pub fn add(&mut self, page: &Page<'_>) {
        let mut seen = SeenPages::default();
        self.reader.read(page, Day::NONE).learn(&mut seen);
        self.learner.add(&seen);
    }

    /// How many pages it was given.
    pub fn pages(&self) -> u64 {
        self.learner.pages() as u64
    }

    /// The bank of all of them, in memory.
    ///
    /// # Errors
    ///
    /// *Data* if a site has more paragraphs than have numbers of 32 bits.
    pub fn build(self) -> Result<Bank> {
        Bank::of_bytes(
            "bank",
            write_bank(&settings(&self.recipe), self.learner, &[], Vec::new(), &Unobserved)?,
        )
    }
}

/// Looks pages up in an index, one at a time. Reuse it.
pub struct PageFinder<'i> {
    index: &'i Index,
    labeller: BankLabeller<'i>,
    recipe: Recipe,
    time: Time,
    reader: Reader,
    entries: EntryReader,
    finder: Finder<'i>,
}

impl<'i> PageFinder<'i> {
    /// Looks up in `index`; what of a page is chrome says `bank`.
    ///
    /// # Errors
    ///
    /// *Usage* if one of them rests on another recipe, *data* if the bank is damaged.
    pub fn new(index: &'i Index, bank: &'i Bank, recipe: &Recipe) -> Result<PageFinder<'i>> {
        let time = Time::default();
        index.check_recipe(recipe.families_id())?;
        bank.check_recipe(recipe.families_id())?;
        Ok(PageFinder {
            index,
            labeller: BankLabeller::new(bank, None, recipe.chrome_level, time)?,
            recipe: recipe.clone(),
            time,
            reader: Reader::new(recipe.paragraph, Tier::best()),
            entries: EntryReader::new(recipe.paragraph, Tier::best()),
            finder: Finder::new(index),
        })
    }

    /// The known pages that `page` copies, most shared words first. If the page is in the index itself, only those
    /// that were added before it.
    ///
    /// # Errors
    ///
    /// *Data* if the bank or the index is damaged where it is looked into.
    pub fn find(&mut self, page: &Page<'_>) -> Result<FoundPage> {
        let read = self.reader.read(page, self.time.today);
        let (labels, _) = self.labeller.label(read.lines)?;
        let entry = self.entries.of_labels(page, read, labels, &self.recipe)?;
        FoundPage::of(0, &entry, &mut self.finder)
    }

    /// What it looks up in.
    pub fn index(&self) -> &'i Index {
        self.index
    }
}

impl Index {
    /// The known pages that `page` copies; for many pages, a [`PageFinder`] is faster.
    ///
    /// # Errors
    ///
    /// As [`PageFinder::new`] and [`PageFinder::find`].
    pub fn find(&self, page: &Page<'_>, bank: &Bank) -> Result<FoundPage> {
        PageFinder::new(self, bank, &Recipe::default())?.find(page)
    }
}

/// A paragraph and its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledParagraph {
    /// Its bytes in the page's text.
    pub span: Range<usize>,
    /// Where the chrome stands that it is part of; none if it is body.
    pub chrome: Option<Place>,
    /// What the chrome is; none if it is body.
    pub kind: Option<Kind>,
    /// Distinct pages of its site that have it, this one counted.
    pub pages: u32,
}

/// Labels pages, one at a time. Reuse it.
#[derive(Debug)]
pub struct PageLabeller {
    recipe: Recipe,
    time: Time,
    reader: Reader,
}

impl Default for PageLabeller {
    fn default() -> PageLabeller {
        PageLabeller::new(Recipe::default(), Time::default())
    }
}

impl PageLabeller {
    /// A labeller of this recipe; `time` says how counts age.
    pub fn new(recipe: Recipe, time: Time) -> PageLabeller {
        let reader = Reader::new(recipe.paragraph, Tier::best());
        PageLabeller { recipe, time, reader }
    }

    /// The paragraphs of `page` with their labels. The bank may have learnt the page or not.
    ///
    /// # Errors
    ///
    /// *Usage* if the bank rests on another recipe, *data* if it is damaged where it is looked into.
    pub fn label(&mut self, page: &Page<'_>, bank: &Bank) -> Result<Vec<LabelledParagraph>> {
        bank.check_recipe(self.recipe.families_id())?;
        let mut labeller = BankLabeller::new(bank, None, self.recipe.chrome_level, self.time)?;
        let read = self.reader.read(page, self.time.today);
        let (labels, _) = labeller.label(read.lines)?;
        let spared = Spared::of(&self.recipe, &page.site);
        let paragraphs = read.spans.iter().zip(labels).map(|(span, label)| {
            let kind = label.chrome_kind().filter(|&kind| !spared.has(kind));
            LabelledParagraph {
                span: span.clone(),
                chrome: label.chrome.filter(|_| kind.is_some()),
                kind,
                pages: label.groups,
            }
        });
        Ok(paragraphs.collect())
    }

    /// The text of `page` without its chrome.
    ///
    /// # Errors
    ///
    /// As [`label`](PageLabeller::label).
    pub fn without_chrome(&mut self, page: &Page<'_>, bank: &Bank) -> Result<String> {
        let labels = self.label(page, bank)?;
        let spans: Vec<_> = labels.into_iter().map(|label| (label.span, label.kind)).collect();
        Ok(without_chrome(&page.text, &spans).into_owned())
    }
}

/// Copies among pages, with what proves them.
#[derive(Debug)]
pub struct Copies {
    findings: Findings,
}

/// Pages that print the same text.
#[derive(Clone, Debug)]
pub struct CopyCluster<'c> {
    /// The page that is kept, by its place among the pages.
    pub lead: usize,
    /// The others.
    pub copies: Vec<CopyOf<'c>>,
    /// Who its pages say the text is by: those that most of them name first.
    pub credits: &'c [ClusterCredit],
}

/// A page of a cluster.
#[derive(Clone, Copy, Debug)]
pub struct CopyOf<'c> {
    /// Its place among the pages.
    pub page: usize,
    /// How it relates to the lead, and the measures; the first text is the page's.
    pub verdict: &'c Verdict,
}

impl Copies {
    /// Finds copies among `pages` once their chrome is taken out, which is learnt from them as well.
    ///
    /// Holds the texts, and what a scan holds.
    ///
    /// # Errors
    ///
    /// *Data* if there are more than 2³² pages or paragraphs.
    pub fn among<'p>(recipe: &Recipe, pages: impl IntoIterator<Item = Page<'p>>) -> Result<Copies> {
        let corpus = Corpus::of_pages(pages)?;
        let findings = scan(&corpus, &settings(recipe), None, &Unobserved)?;
        Ok(Copies { findings })
    }

    /// The clusters, by the place of their leads.
    pub fn clusters(&self) -> impl Iterator<Item = CopyCluster<'_>> {
        let place = |page: PageNumber| page as usize;
        self.findings.clusters.iter().map(move |cluster| CopyCluster {
            lead: place(cluster.lead),
            credits: &cluster.credits,
            copies: cluster
                .members
                .iter()
                .map(|member| CopyOf { page: place(member.page), verdict: &member.verdict })
                .collect(),
        })
    }

    /// Every verified pair of pages, ascending, by their places.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize, &Verdict)> {
        self.findings.links.iter().map(|link| (link.a as usize, link.b as usize, &link.verdict))
    }

    /// Everything that the scan found, as the command's outputs are made of.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }
}
