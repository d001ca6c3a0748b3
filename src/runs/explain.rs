//! Answers about single paragraphs and pairs of pages, from the counts of the whole corpus.
//!
//! The stages up to labelling run as in a scan; then what is asked about is read again.

mod text;

pub use text::{Compared, Likeness, Printed};

use text::{Text, printed};

use std::sync::Arc;

use crate::engine::{
    HeldFamilies, Observer, Settings, Shard, Underway, fetch, held_families,
    steps::{texts::Reader, verify},
};
use crate::{
    Result,
    base::{page::PageNumber, recipe::Recipe},
    chrome::{CountedSite, Facts, Known, Labelled, Labeller, Mark, Origin, Spared, Why},
    copies::{Aligned, Basis, Check, Comparer, Credit, Kinship, Measures, Rule, Verdict, aligned},
    records::Corpus,
    table::{PageColumns, Shape},
    text::paragraphs_of,
};

/// A corpus that was learnt, to be asked about.
#[derive(Debug)]
pub struct Explainer<'c> {
    corpus: &'c Corpus,
    settings: &'c Settings,
    learnt: Arc<LearntPages>,
}

/// What was learnt of a corpus to answer questions about it.
#[derive(Debug)]
pub struct LearntPages {
    columns: PageColumns,
    by_site: Vec<Vec<PageNumber>>,
    known: Option<Known>,
    bad: u64,
}

/// A paragraph of a page that was asked about.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its text.
    pub text: String,
    /// Its label.
    pub mark: Mark,
    /// Groups of pages of the site that have its family.
    pub groups: u32,
    /// It is known from the seeds, or from other sites.
    pub origin: Option<Origin>,
}

/// A page, paragraph by paragraph.
#[derive(Clone, Debug)]
pub struct PageShown {
    /// Its number.
    pub page: PageNumber,
    /// Groups of pages of its site.
    pub of: u32,
    /// Pages of its site.
    pub pages: usize,
    /// Its paragraphs.
    pub paragraphs: Vec<Shown>,
    /// Who it says its text is by.
    pub credits: Vec<Credit>,
}

/// Why one paragraph has its label.
#[derive(Clone, Debug)]
pub struct ParagraphShown {
    /// The labeller's reasons.
    pub why: Why,
    /// The label.
    pub mark: Mark,
    /// Where it is known from, if it is.
    pub origin: Option<Origin>,
    /// How many wordings its family has on the site.
    pub wordings: usize,
    /// Other wordings, with a page that has them: a few.
    pub others: Vec<(PageNumber, String)>,
}

/// What two pages have in common.
#[derive(Clone, Debug)]
pub struct PairShown {
    /// Which pages they are.
    pub pages: [PageNumber; 2],
    /// What is known of them beforehand.
    pub kinship: Kinship,
    /// Who each says its text is by.
    pub credits: [Vec<Credit>; 2],
    /// How much of each is compared.
    pub compared: [Compared; 2],
    /// Exact amounts.
    pub measures: Measures,
    /// Every condition of a copy.
    pub checks: [Check; 5],
    /// What they are to each other, if they are copies.
    pub verdict: Option<Verdict>,
    /// Shared passages with their text.
    pub passages: Vec<(Aligned, Vec<Printed>)>,
    /// Whole pages, chrome left in.
    pub whole: Likeness,
    /// The pages without their chrome.
    pub body: Likeness,
}

/// Other wordings that are shown.
const OTHERS: usize = 3;

impl<'c> Explainer<'c> {
    /// Learns the corpus: as long as a scan takes before it looks for copies.
    ///
    /// # Errors
    ///
    /// Those of [`crate::engine::scan`].
    pub fn learn(
        corpus: &'c Corpus,
        settings: &'c Settings,
        observer: &dyn Observer,
    ) -> Result<Explainer<'c>> {
        let HeldFamilies { shard, bad, known } = held_families(corpus, settings, observer)?;
        let Shard { columns, by_site, .. } = shard;
        let known =
            (!known.is_empty()).then(|| Known::of(&known, settings.seeds.as_ref(), &columns));
        let learnt = Arc::new(LearntPages { columns, by_site, known, bad: bad.count });
        Ok(Explainer { corpus, settings, learnt })
    }

    /// Answers from what was learnt of the same corpus with the same settings before.
    pub fn of(
        corpus: &'c Corpus,
        settings: &'c Settings,
        learnt: Arc<LearntPages>,
    ) -> Explainer<'c> {
        Explainer { corpus, settings, learnt }
    }

    /// What was learnt, to be asked again.
    pub fn learnt(&self) -> Arc<LearntPages> {
        Arc::clone(&self.learnt)
    }

    /// What is kept of the pages.
    pub fn columns(&self) -> &PageColumns {
        &self.learnt.columns
    }

    /// Records that could not be used.
    pub fn bad(&self) -> u64 {
        self.learnt.bad
    }

    /// The pages with this id, in input order.
    pub fn find(&self, id: &str) -> Vec<PageNumber> {
        self.pages().filter(|&page| self.learnt.columns.id(page) == id).collect()
    }

    /// All pages that could be used.
    pub fn pages(&self) -> impl Iterator<Item = PageNumber> + '_ {
        (0..)
            .take(self.learnt.columns.len())
            .filter(|&page| !self.learnt.columns.page(page).is_bad())
    }

    /// The paragraphs of a page with their labels.
    ///
    /// # Errors
    ///
    /// Those of reading the input again.
    pub fn page(&self, page: PageNumber) -> Result<PageShown> {
        let (facts, of) = self.facts(page);
        let marks = self.marks(page, &facts, of);
        let spans = self.learnt.columns.span(page);
        let texts = self.paragraphs(page)?;
        let credits = self.read(page, &marks)?.credits;
        let mut paragraphs = Vec::with_capacity(texts.len());
        for (((text, mark), at), facts) in texts.into_iter().zip(marks).zip(spans).zip(facts) {
            let groups = facts.groups();
            let origin = self.origin(self.learnt.columns.numbers()[at]);
            paragraphs.push(Shown { text, mark, groups, origin });
        }
        Ok(PageShown { page, of, pages: self.site_pages(page).len(), paragraphs, credits })
    }

    /// Why paragraph `at` of a page has its label; `None` if the page has no such paragraph.
    ///
    /// # Errors
    ///
    /// Those of reading the input again.
    pub fn paragraph(&self, page: PageNumber, at: usize) -> Result<Option<ParagraphShown>> {
        let (facts, of) = self.facts(page);
        let mut labeller = Labeller::new(self.settings.recipe.chrome_level);
        let numbers = &self.learnt.columns.numbers()[self.learnt.columns.span(page)];
        let Some(why) = labeller.explain(&facts, of, at) else { return Ok(None) };
        let family = numbers[at];
        let number = self.learnt.columns.span(page).start + at;
        let wording = self.learnt.columns.wordings()[number];
        // A wording, and the page and paragraph where it occurs first.
        let mut wordings: Vec<(u32, PageNumber, usize)> = self
            .site_pages(page)
            .iter()
            .flat_map(|&page| {
                self.learnt.columns.span(page).enumerate().map(move |(at, n)| (page, at, n))
            })
            .filter(|&(_, _, n)| self.learnt.columns.numbers()[n] == family)
            .map(|(page, at, n)| (self.learnt.columns.wordings()[n], page, at))
            .collect();
        wordings.sort_unstable();
        wordings.dedup_by_key(|row| row.0);
        let count = wordings.len();
        wordings.retain(|row| row.0 != wording);
        wordings.sort_unstable_by_key(|row| (row.1, row.2));
        wordings.truncate(OTHERS);
        let mut others = Vec::new();
        for (_, page, at) in wordings {
            others.extend(self.paragraphs(page)?.into_iter().nth(at).map(|text| (page, text)));
        }
        let mark = self.mark(page, why.labelled, why.shape);
        let origin = self.origin(family);
        Ok(Some(ParagraphShown { why, mark, origin, wordings: count, others }))
    }

    /// What two pages have in common, and whether it makes them copies.
    ///
    /// # Errors
    ///
    /// Those of reading the input again.
    pub fn pair(&self, pages: [PageNumber; 2]) -> Result<PairShown> {
        let mut read = Vec::new();
        for page in pages {
            let (facts, of) = self.facts(page);
            read.push(self.read(page, &self.marks(page, &facts, of))?);
        }
        let [mut first, mut second] = <[Text; 2]>::try_from(read).unwrap_or_default();
        // As in a scan, the page that comes first is given first.
        let swapped = pages[1] < pages[0];
        let kinship = verify::kinship(&self.learnt.columns, pages[0], pages[1]);
        let (one, other) = (first.body.view(), second.body.view());
        let mut comparing = Comparer::new();
        let (a, b) = if swapped { (other, one) } else { (one, other) };
        let measures = comparing.measure(a, b);
        let verdict = Rule::STANDARD.decide(&measures, kinship);
        let basis = verdict.map_or(Basis::Evidence, |verdict| verdict.basis);
        let (mut runs, a, b) = comparing.proof(a, b, basis);
        if swapped {
            for run in &mut runs {
                std::mem::swap(&mut run.a, &mut run.b);
            }
        }
        let (one, other) = if swapped { (b, a) } else { (a, b) };
        let passages = aligned(&mut runs, one, other)
            .into_iter()
            .map(|aligned| {
                let printed = printed(&aligned, (&first, one), (&second, other));
                (aligned, printed)
            })
            .collect();
        let compared = [first.compared(), second.compared()];
        let whole = Likeness::of(self.settings.tier, &mut first.whole, &mut second.whole);
        let body = Likeness::of(self.settings.tier, &mut first.own, &mut second.own);
        Ok(PairShown {
            pages,
            kinship,
            credits: [first, second].map(|text| text.credits),
            compared,
            measures: if swapped { measures.flipped() } else { measures },
            checks: Rule::STANDARD.checks(&measures, kinship),
            verdict: if swapped { verdict.map(Verdict::flipped) } else { verdict },
            passages,
            whole,
            body,
        })
    }

    fn site_pages(&self, page: PageNumber) -> &[PageNumber] {
        let site = self.learnt.columns.page(page).site as usize;
        self.learnt.by_site.get(site).map_or(&[], Vec::as_slice)
    }

    /// What the labels of a page are decided on, and how many groups of pages its site has.
    fn facts(&self, page: PageNumber) -> (Vec<Facts>, u32) {
        let pages = self.site_pages(page);
        let counted = CountedSite::of(&self.learnt.columns, pages, self.learnt.known.as_ref());
        // A site's pages are in input order.
        let facts = pages.binary_search(&page).map(|at| counted.facts(at).collect());
        (facts.unwrap_or_default(), counted.groups().len())
    }

    fn marks(&self, page: PageNumber, facts: &[Facts], of: u32) -> Vec<Mark> {
        let mut labeller = Labeller::new(self.settings.recipe.chrome_level);
        let labels = labeller.label_facts(facts.iter().copied(), of);
        let mark = |(label, facts): (&Labelled, &Facts)| self.mark(page, *label, facts.shape);
        labels.iter().zip(facts).map(mark).collect()
    }

    /// What its answers rest on.
    pub fn recipe(&self) -> &Recipe {
        &self.settings.recipe
    }

    fn mark(&self, page: PageNumber, label: Labelled, shape: Shape) -> Mark {
        let site = self.learnt.columns.sites.name(self.learnt.columns.page(page).site);
        Mark::of(&label, shape, Spared::of(&self.settings.recipe, site))
    }

    fn origin(&self, number: u32) -> Option<Origin> {
        self.learnt.known.as_ref().and_then(|known| known.origin(number))
    }

    /// The text of every paragraph of a page.
    fn paragraphs(&self, page: PageNumber) -> Result<Vec<String>> {
        let split = self.settings.recipe.paragraph;
        let mut texts = Vec::new();
        fetch(
            self.corpus,
            self.settings.workers(),
            Underway::unobserved(),
            &[page],
            || (),
            |(), _, content| {
                let spans = paragraphs_of(content, split);
                spans.map(|span| content.shown()[span].to_owned()).collect()
            },
            |_, found: Vec<String>| texts = found,
        )?;
        Ok(texts)
    }

    fn read(&self, page: PageNumber, marks: &[Mark]) -> Result<Text> {
        let split = self.settings.recipe.paragraph;
        let mut read = Text::default();
        fetch(
            self.corpus,
            self.settings.workers(),
            Underway::unobserved(),
            &[page],
            || Reader::new(self.settings.tier),
            |reader, _, content| Text::of(self.settings.tier, reader, content, split, marks),
            |_, found| read = found,
        )?;
        Ok(read)
    }
}
