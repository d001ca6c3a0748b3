//! What another program asks for: a bank of its pages, the labels of a page, the copies among pages.
//!
//! Iterators in and out, nothing printed, no global state, errors as values. What reads files and keeps
//! to a plan for large inputs is beside this: [`crate::engine::scan`], [`clean()`](super::clean()), [`super::learn_bank`].

use std::{io::Write, ops::Range, path::Path};

use super::{read::Reader, write_bank};
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
    copies::Verdict,
    engine::Findings,
    evidence::without_chrome,
    records::{Corpus, write_json_string},
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
    /// let page = |n: usize| Page {
    ///     id: None,
    ///     site: "hill.example".into(),
    ///     url: Some(format!("https://hill.example/{n}").into()),
    ///     date: None,
    ///     text: format!("Home\nNews\nThe old {} was closed again on Monday, said its keeper.\nContact us", THINGS[n]).into(),
    ///     layout: None,
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
        let mut reader = Reader::new(recipe.paragraph, Tier::best());
        let mut learner = Learner::default();
        for page in pages {
            let mut seen = SeenPages::default();
            reader.read(&page, Day::NONE).learn(&mut seen);
            learner.add(&seen);
        }
        Bank::of_bytes("bank", write_bank(&settings(recipe), learner, &[], Vec::new())?)
    }

    /// The bank of the pages of all `banks`, each page once: in any order the same bytes.
    ///
    /// # Errors
    ///
    /// *Usage* if they rest on different recipes, *data* if one is damaged.
    pub fn merge(banks: &[Bank]) -> Result<Bank> {
        let threads = settings(&Recipe::default()).threads;
        Bank::of_bytes("bank", super::merge_banks(threads, banks, Vec::new())?)
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
    /// The texts are kept in an unnamed temporary file; what is held in memory is what a scan holds.
    ///
    /// # Errors
    ///
    /// *Data* if there are more than 2³² pages or paragraphs, *machine* if there is no room for the
    /// texts.
    pub fn among<'p>(recipe: &Recipe, pages: impl IntoIterator<Item = Page<'p>>) -> Result<Copies> {
        let mut lines = Vec::new();
        for page in pages {
            let fields = [
                ("text", Some(&page.text)),
                ("site", Some(&page.site)),
                ("id", page.id.as_ref()),
                ("url", page.url.as_ref()),
                ("date", page.date.as_ref()),
            ];
            for (at, (name, value)) in fields.into_iter().enumerate() {
                let Some(value) = value else { continue };
                lines.extend_from_slice(if at == 0 { b"{" } else { b"," });
                lines.push(b'"');
                lines.extend_from_slice(name.as_bytes());
                lines.extend_from_slice(b"\":");
                write_json_string(Tier::best(), value, &mut lines);
            }
            lines.extend_from_slice(b"}\n");
        }
        let corpus = Corpus::of_lines(lines)?;
        let findings = scan(&corpus, &settings(recipe), None, &Unobserved)?;
        Ok(Copies { findings })
    }

    /// The clusters, by the place of their leads.
    pub fn clusters(&self) -> impl Iterator<Item = CopyCluster<'_>> {
        let place = |page: PageNumber| page as usize;
        self.findings.clusters.iter().map(move |cluster| CopyCluster {
            lead: place(cluster.lead),
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
