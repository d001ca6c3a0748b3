//! Banks: learnt from pages, kept as files, asked about single pages.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use arrow_array::{ArrayRef, UInt32Array};
use arrow_schema::ArrowError;
use pyo3::{prelude::*, types::PyBytes};

use crate::{
    arrow::{Table, made},
    cleaned::strings,
    engine::{
        self, Day, Error, Force, Labeller, Page, Recipe, Result, Settings, SiteBy, Time,
        learn_bank, merge_banks, site_of_url,
    },
    pages::Input,
    run::{Options, RecipeOptions, briefly, run},
};

/// What the sites of some pages repeat.
#[pyclass(frozen, module = "refrain._refrain")]
pub(crate) struct Bank {
    bank: engine::Bank,
    /// Labels single pages by the recipe of the last one.
    labeller: Mutex<Option<(Recipe, Labeller)>>,
}

impl Bank {
    fn of(bank: engine::Bank) -> Bank {
        Bank { bank, labeller: Mutex::default() }
    }

    /// The engine's own, which shares the bytes.
    pub(crate) fn clone_inner(&self) -> engine::Bank {
        self.bank.clone()
    }

    fn with_labeller<T>(
        &self,
        recipe: Recipe,
        work: impl FnOnce(&mut Labeller, &engine::Bank) -> Result<T>,
    ) -> Result<T> {
        // Another thread has it: one is made for this page.
        let taken = self.labeller.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut labeller = taken.filter(|(of, _)| *of == recipe).unwrap_or_else(|| {
            let labeller = Labeller::new(recipe.clone(), Time::default());
            (recipe, labeller)
        });
        let result = work(&mut labeller.1, &self.bank);
        *self.labeller.lock().unwrap_or_else(PoisonError::into_inner) = Some(labeller);
        result
    }
}

/// A page that is asked about.
#[derive(FromPyObject)]
pub(crate) struct Asked {
    text: String,
    site: Option<String>,
    url: Option<String>,
    date: Option<String>,
}

impl Asked {
    fn page(&self) -> Page<'_> {
        let page = Page::new("", self.url.as_deref().unwrap_or(""), self.text.as_str());
        let page = match self.site.as_deref().and_then(engine::named_site) {
            Some(site) => page.with_site(site),
            None => page,
        };
        match &self.date {
            Some(date) => page.with_date(date.as_str()),
            None => page,
        }
    }
}

/// Start, end, place, kind and pages of a paragraph.
type Labelled = (usize, usize, Option<&'static str>, Option<&'static str>, u32);

#[pymethods]
impl Bank {
    /// Learns pages.
    #[staticmethod]
    fn learn(py: Python<'_>, input: &Input, options: Options) -> PyResult<Bank> {
        let settings = options.settings(py)?;
        let corpus = Arc::clone(&input.corpus);
        let bank = run(py, options.progress.as_ref(), move |observer| {
            let (lesson, _) = learn_bank(&corpus, &settings, Day::NONE, None, observer)?;
            engine::Bank::of_bytes("bank", lesson.write(&settings, Vec::new(), observer)?)
        })?;
        Ok(Bank::of(bank))
    }

    /// Maps a file.
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Bank> {
        briefly(py, || engine::Bank::open(&path)).map(Bank::of)
    }

    #[staticmethod]
    fn of_bytes(py: Python<'_>, bytes: &Bound<'_, PyBytes>) -> PyResult<Bank> {
        let bytes = bytes.as_bytes().to_vec();
        briefly(py, || engine::Bank::of_bytes("bank", bytes)).map(Bank::of)
    }

    /// The bank of the pages of all.
    #[staticmethod]
    fn merge(py: Python<'_>, banks: Vec<PyRef<'_, Bank>>) -> PyResult<Bank> {
        let banks: Vec<engine::Bank> = banks.iter().map(|bank| bank.clone_inner()).collect();
        let bank = run(py, None, move |observer| {
            let threads = Settings::default().threads;
            engine::Bank::of_bytes("bank", merge_banks(threads, &banks, Vec::new(), observer)?)
        })?;
        Ok(Bank::of(bank))
    }

    fn save(&self, py: Python<'_>, path: PathBuf, force: bool) -> PyResult<()> {
        briefly(py, || self.bank.save(&path, Force::if_asked(force)))
    }

    fn bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.bank.bytes())
    }

    /// Sites, pages, distinct pages, families, families on more than one page, paragraphs.
    fn counts(&self) -> [u64; 6] {
        let ([pages, distinct], [families, repeated]) = (self.bank.pages(), self.bank.families());
        [self.bank.sites(), pages, distinct, families, repeated, self.bank.paragraphs()]
    }

    /// A row a site.
    fn sites(&self, py: Python<'_>) -> PyResult<Table> {
        made(py, briefly(py, || sites(&self.bank))?)
    }

    fn label(&self, py: Python<'_>, page: Asked, recipe: RecipeOptions) -> PyResult<Vec<Labelled>> {
        let recipe = recipe.recipe(py)?;
        let labels = briefly(py, || {
            self.with_labeller(recipe, |labeller, bank| labeller.label(&page.page(), bank))
        })?;
        let told = labels.into_iter().map(|label| {
            let engine::LabelledParagraph { span, chrome, kind, pages } = label;
            let place = chrome.map(engine::Place::word);
            (span.start, span.end, place, kind.map(engine::Kind::word), pages)
        });
        Ok(told.collect())
    }

    fn clean(&self, py: Python<'_>, page: Asked, recipe: RecipeOptions) -> PyResult<String> {
        let recipe = recipe.recipe(py)?;
        briefly(py, || {
            self.with_labeller(recipe, |labeller, bank| labeller.without_chrome(&page.page(), bank))
        })
    }
}

fn sites(bank: &engine::Bank) -> Result<std::result::Result<Table, ArrowError>, Error> {
    let (mut names, mut counts) = (Vec::new(), [const { Vec::new() }; 4]);
    for at in 0..bank.sites() {
        let (name, site) = bank.site_at(at)?;
        names.push(name);
        let [families, repeated] = site.families();
        let numbers = [site.pages(), site.groups(), families, repeated];
        counts.iter_mut().zip(numbers).for_each(|(column, number)| column.push(number));
    }
    let [pages, distinct, families, repeated] =
        counts.map(|column| Arc::new(UInt32Array::from(column)) as ArrayRef);
    Ok(Table::of_columns(vec![
        ("site", strings(names.into_iter().map(Some))),
        ("pages", pages),
        ("distinct", distinct),
        ("families", families),
        ("repeated", repeated),
    ]))
}

/// The site of a page from that address.
#[pyfunction]
pub(crate) fn site_of(py: Python<'_>, url: &str, by: &str) -> PyResult<Option<String>> {
    let by: SiteBy = crate::pages::site_by(py, by)?;
    Ok(site_of_url(url, by).map(std::borrow::Cow::into_owned))
}

/// The id of a recipe, as summaries have it.
#[pyfunction]
pub(crate) fn recipe_id(py: Python<'_>, recipe: RecipeOptions) -> PyResult<String> {
    Ok(format!("{:016x}", recipe.recipe(py)?.id()))
}
