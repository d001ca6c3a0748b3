//! A scan and what is asked of it.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use arrow_array::{
    ArrayRef, Float64Array, UInt32Array, UInt64Array,
    builder::{ListBuilder, StringBuilder, StructBuilder, UInt32Builder},
};
use arrow_schema::{ArrowError, DataType, Field};
use pyo3::{prelude::*, types::PyDict};

use crate::{
    arrow::{Table, made},
    cleaned::{Added, Collected, Collector, Sink, strings},
    engine::{
        AtomicFile, ChromeAction, ChromeFamily, CleanOptions, CleanSink, Cleaned, ClusterFinding,
        CopiesAction, Corpus, Decimal, Error, Explainer, Files, Findings, Force, Format, Knowledge,
        LearntPages, Observer, PageNumber, Passage, Result, Settings, Share, Single, SiteCounts,
        Summary, Target, Time, clean, clean_with_bank, cli, named_json_lines, report,
        scan as run_scan, write_evidence, write_json,
    },
    errors::{exception, usage},
    pages::{HeldTable, Input},
    run::{Options, briefly, run},
};

/// What a scan found, and what it was made of.
pub(crate) struct State {
    corpus: Arc<Corpus>,
    settings: Settings,
    findings: Findings,
    /// Made when something is asked about first.
    learnt: OnceLock<Arc<LearntPages>>,
}

impl State {
    /// Who answers questions; the pages are read again for the first of them.
    fn explainer(&self, observer: &dyn Observer) -> Result<Explainer<'_>> {
        let State { corpus, settings, learnt, .. } = self;
        if let Some(learnt) = learnt.get() {
            return Ok(Explainer::of(corpus, settings, Arc::clone(learnt)));
        }
        let explainer = Explainer::learn(corpus, settings, observer)?;
        // Another thread may have been quicker, and learnt the same.
        let _ = learnt.set(explainer.learnt());
        Ok(explainer)
    }
}

/// A scan.
#[pyclass(frozen, module = "refrain._refrain")]
pub(crate) struct Scan {
    state: Arc<State>,
    table: Option<HeldTable>,
}

/// Scans pages.
#[pyfunction]
pub(crate) fn scan(py: Python<'_>, input: &Input, options: Options) -> PyResult<Scan> {
    let settings = options.settings(py)?;
    let corpus = Arc::clone(&input.corpus);
    let state = run(py, options.progress.as_ref(), move |observer| {
        let findings = run_scan(&corpus, &settings, None, observer)?;
        Ok(State { corpus, settings, findings, learnt: OnceLock::new() })
    })?;
    Ok(Scan { state: Arc::new(state), table: input.table.clone() })
}

fn chrome_action(py: Python<'_>, word: &str) -> PyResult<ChromeAction> {
    match word {
        "drop" => Ok(ChromeAction::Drop),
        "mark" => Ok(ChromeAction::Mark),
        "keep" => Ok(ChromeAction::Keep),
        found => Err(usage(py, format!("chrome={found:?}: not known; one of drop, mark, keep"))),
    }
}

fn copies_action(py: Python<'_>, word: &str) -> PyResult<CopiesAction> {
    match word {
        "drop" => Ok(CopiesAction::Drop),
        "mark" => Ok(CopiesAction::Mark),
        "keep" => Ok(CopiesAction::Keep),
        found => Err(usage(py, format!("copies={found:?}: not known; one of keep, mark, drop"))),
    }
}

/// What cleaning is to do, as Python says it.
#[derive(FromPyObject)]
pub(crate) struct Cleaning {
    chrome: String,
    copies: String,
    drop_empty: bool,
    to: Option<PathBuf>,
    force: bool,
}

impl Cleaning {
    fn options(&self, py: Python<'_>) -> PyResult<CleanOptions> {
        let (chrome, copies) = (chrome_action(py, &self.chrome)?, copies_action(py, &self.copies)?);
        let to = match &self.to {
            None => Target::Rows,
            Some(path) if named_json_lines(path).is_some() => Target::JsonLines,
            Some(_) => Target::Own,
        };
        Ok(CleanOptions { chrome, copies, drop_empty: self.drop_empty, to })
    }
}

/// A table and the numbers of its pages, or nothing if files were written; and what was done.
type CleanedPages<'py> = (Option<Table>, Vec<PageNumber>, Bound<'py, PyDict>);

/// Cleans with `work` into a table or files.
fn cleaned<'py>(
    py: Python<'py>,
    (corpus, table): (&Arc<Corpus>, Option<&HeldTable>),
    (cleaning, progress): (&Cleaning, Option<&Py<PyAny>>),
    findings: Option<&Arc<State>>,
    work: impl FnOnce(CleanOptions, &mut dyn CleanSink, &dyn Observer) -> Result<Cleaned>
    + Send
    + 'static,
) -> PyResult<CleanedPages<'py>> {
    let options = cleaning.options(py)?;
    let force = Force::if_asked(cleaning.force);
    if cleaning.to.is_some() && corpus.files().iter().any(|file| file.format == Format::Rows) {
        return Err(usage(
            py,
            "to= is for pages that are read from files; write the result yourself",
        ));
    }
    let done = |cleaned: &Cleaned| -> PyResult<Bound<'py, PyDict>> {
        let counts = PyDict::new(py);
        counts.set_item("read", cleaned.pages.read)?;
        counts.set_item("kept", cleaned.pages.kept)?;
        counts.set_item("dropped", cleaned.pages.dropped)?;
        counts.set_item("bad", cleaned.pages.bad)?;
        counts.set_item("empty", cleaned.empty)?;
        counts.set_item("removed_bytes", cleaned.removed_bytes)?;
        Ok(counts)
    };
    if let Some(path) = cleaning.to.clone() {
        let corpus = Arc::clone(corpus);
        let counts = run(py, progress, move |observer| {
            let converts =
                corpus.files().iter().any(|file| options.to.of(file.format) != file.format);
            let compression =
                named_json_lines(&path).filter(|_| converts || corpus.files().len() > 1);
            let mut sink: Box<dyn CleanSink> = match compression {
                Some(compression) if !path.is_dir() => {
                    let fields = &corpus.options().fields;
                    Box::new(Single::new(&path, options.to, compression, fields, force)?)
                }
                _ => Box::new(Files::new(&corpus, &path, options.to, force)?),
            };
            work(options, &mut *sink, observer)
        })?;
        return Ok((None, Vec::new(), done(&counts)?));
    }
    let added = Added {
        chrome: options.chrome == ChromeAction::Mark,
        clusters: options.copies == CopiesAction::Mark && findings.is_some(),
    };
    let collector = Arc::new(Mutex::new(Collector::new(table.cloned(), added)));
    let into = Arc::clone(&collector);
    let counts = run(py, progress, move |observer| work(options, &mut Sink(&into), observer))?;
    let collector = Arc::try_unwrap(collector)
        .map_err(|_| exception(py, "InternalError", "pages are still being written"))?;
    let collector = collector.into_inner().unwrap_or_else(PoisonError::into_inner);
    let wrong = |e: ArrowError| exception(py, "InternalError", &e.to_string());
    let collected = collector.finish().map_err(wrong)?;
    let findings = findings.filter(|_| added.clusters).map(|state| &state.findings);
    let (table, numbers) = collected.table(findings).map_err(wrong)?;
    Ok((Some(table), numbers, done(&counts)?))
}

/// Cleans pages with a bank, in one pass.
#[pyfunction]
pub(crate) fn clean_pages_with_bank<'py>(
    py: Python<'py>,
    input: &Input,
    bank: &crate::bank::Bank,
    cleaning: Cleaning,
    options: Options,
) -> PyResult<CleanedPages<'py>> {
    if cleaning.copies != "keep" {
        let problem = "copies are found among all pages, and with a bank pages go one by one; leave out bank= or copies=";
        return Err(usage(py, problem));
    }
    let settings = options.settings(py)?;
    let (corpus, bank) = (Arc::clone(&input.corpus), bank.clone_inner());
    let table = input.table.as_ref();
    let pages = (&input.corpus, table);
    cleaned(py, pages, (&cleaning, options.progress.as_ref()), None, move |clean, sink, watch| {
        let knowledge = Knowledge { bank, time: Time::default(), known: None };
        let streamed =
            clean_with_bank(&corpus, &settings, knowledge, clean, None, None, sink, watch)?;
        Ok(streamed.cleaned)
    })
}

#[pymethods]
impl Scan {
    /// A row a usable page.
    fn pages(&self, py: Python<'_>) -> PyResult<Table> {
        let findings = &self.state.findings;
        made(py, briefly(py, || Ok(pages(findings)))?)
    }

    /// A row a family of chrome.
    fn chrome(&self, py: Python<'_>) -> PyResult<Table> {
        let findings = &self.state.findings;
        made(py, briefly(py, || Ok(chrome(findings)))?)
    }

    /// A row a page of a cluster, leads first.
    fn clusters(&self, py: Python<'_>) -> PyResult<Table> {
        let findings = &self.state.findings;
        made(py, briefly(py, || Ok(clusters(findings)))?)
    }

    /// A row a verified pair.
    fn pairs(&self, py: Python<'_>) -> PyResult<Table> {
        let findings = &self.state.findings;
        made(py, briefly(py, || Ok(pairs(findings)))?)
    }

    /// A row a site.
    fn sites(&self, py: Python<'_>) -> PyResult<Table> {
        let findings = &self.state.findings;
        made(py, briefly(py, || Ok(sites(findings)))?)
    }

    /// The summary as JSON, as the command writes it.
    fn summary(&self, py: Python<'_>) -> PyResult<String> {
        briefly(py, || {
            let mut json = Vec::new();
            let written = write_json(&Summary::of(&self.state.findings), &mut json);
            written.map_err(|e| Error::io("summary", e))?;
            Ok(String::from_utf8_lossy(&json).into_owned())
        })
    }

    /// Messages of the first records that could not be used.
    fn bad(&self) -> Vec<String> {
        self.state.findings.counts.bad_first.clone()
    }

    fn clean<'py>(
        &self,
        py: Python<'py>,
        cleaning: Cleaning,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<CleanedPages<'py>> {
        let state = Arc::clone(&self.state);
        let pages = (&self.state.corpus, self.table.as_ref());
        let how = (&cleaning, progress.as_ref());
        cleaned(py, pages, how, Some(&self.state), move |options, sink, observer| {
            clean(&state.corpus, &state.settings, &state.findings, None, options, sink, observer)
        })
    }

    /// A row a page with its spans of chrome.
    fn spans(&self, py: Python<'_>) -> PyResult<Table> {
        let state = Arc::clone(&self.state);
        let collected = run(py, None, move |observer| {
            let added = Added { chrome: true, clusters: false };
            let collector = Mutex::new(Collector::new(None, added));
            let options = CleanOptions {
                chrome: ChromeAction::Mark,
                to: Target::Rows,
                ..CleanOptions::default()
            };
            let State { corpus, settings, findings, .. } = &*state;
            let sink = &mut Sink(&collector);
            clean(corpus, settings, findings, None, options, sink, observer)?;
            Ok(collector.into_inner().unwrap_or_else(PoisonError::into_inner).finish())
        })?;
        made(py, collected.and_then(Collected::spans))
    }

    /// Writes the evidence files.
    fn write(&self, py: Python<'_>, folder: PathBuf, force: bool) -> PyResult<()> {
        let state = Arc::clone(&self.state);
        run(py, None, move |_| {
            let force = Force::if_asked(force);
            write_evidence(&state.findings, &folder, force, &state.settings.workers())
        })
    }

    /// Writes the report of the evidence in `folder` to `path`, with the texts of clusters.
    fn report(&self, py: Python<'_>, folder: PathBuf, path: PathBuf, force: bool) -> PyResult<()> {
        let state = Arc::clone(&self.state);
        run(py, None, move |_| {
            use std::io::Write as _;

            let workers = state.settings.workers();
            write_evidence(&state.findings, &folder, Force::Replace, &workers)?;
            let scan = report::Scan::read(&folder)?;
            let texts = report::Texts::fetch(&scan, &state.corpus, workers, TEXT_LIMIT)?;
            let html = report::render(&scan, &texts)?;
            let mut file = AtomicFile::create(&path, Force::if_asked(force))?;
            file.write_all(html.as_bytes()).map_err(|e| Error::io(file.path(), e))?;
            file.commit()
        })
    }

    /// The pages of that id.
    fn find(&self, py: Python<'_>, id: &str) -> PyResult<Vec<PageNumber>> {
        let (state, id) = (Arc::clone(&self.state), id.to_owned());
        run(py, None, move |observer| Ok(state.explainer(observer)?.find(&id)))
    }

    /// What the command says of a page, or of one of its paragraphs.
    fn explain(
        &self,
        py: Python<'_>,
        page: PageNumber,
        paragraph: Option<usize>,
        width: usize,
    ) -> PyResult<String> {
        self.check(py, page)?;
        let state = Arc::clone(&self.state);
        run(py, None, move |observer| {
            let explainer = state.explainer(observer)?;
            match paragraph {
                None => cli::page_as_text(&explainer, page, width),
                Some(at) => cli::paragraph_as_text(&explainer, page, at, width),
            }
        })
    }

    /// What the command says of two pages, and the measures.
    fn explain_pair<'py>(
        &self,
        py: Python<'py>,
        pages: [PageNumber; 2],
        full: bool,
        width: usize,
    ) -> PyResult<Bound<'py, PyDict>> {
        for page in pages {
            self.check(py, page)?;
        }
        let state = Arc::clone(&self.state);
        let (text, pair) = run(py, None, move |observer| {
            let explainer = state.explainer(observer)?;
            let pair = explainer.pair(pages)?;
            Ok((cli::pair_as_text(&explainer, &pair, full, width), pair))
        })?;
        let told = PyDict::new(py);
        told.set_item("text", text)?;
        told.set_item("relation", pair.verdict.map(|verdict| verdict.relation.word()))?;
        told.set_item("resemblance", share(pair.verdict.map(|verdict| verdict.resemblance)))?;
        told.set_item("containment", share(pair.verdict.map(|verdict| verdict.containment)))?;
        told.set_item("shared", pair.verdict.map_or(0, |verdict| verdict.shared))?;
        Ok(told)
    }
}

/// Bytes of texts in a report, as the command allows them.
const TEXT_LIMIT: usize = 32 << 20;

impl Scan {
    fn check(&self, py: Python<'_>, page: PageNumber) -> PyResult<()> {
        let pages = self.state.findings.pages.len();
        if (page as usize) < pages {
            return Ok(());
        }
        Err(usage(
            py,
            format!("page {page} is not there: pages are numbered from 0, and there are {pages}"),
        ))
    }
}

fn share(share: Option<Share>) -> Option<f64> {
    share.map(decimal)
}

/// A share as files have it.
pub(crate) fn decimal(share: Share) -> f64 {
    f64::from(Decimal::from(share).parts()) / f64::from(Decimal::WHOLE)
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn pages(findings: &Findings) -> Result<Table, ArrowError> {
    let told = |e: Error| ArrowError::ComputeError(e.to_string());
    let mut walk = findings.pages.walk().map_err(told)?;
    let (mut numbers, mut ids, mut of_sites) = (Vec::new(), Vec::new(), Vec::new());
    let (mut paragraphs, mut chrome) = (Vec::new(), ListBuilder::new(UInt32Builder::new()));
    let (mut clusters, mut leads, mut relations) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(page) = walk.next_page().map_err(told)? {
        let Some(site) = page.site else { continue };
        numbers.push(page.number);
        ids.push(page.id.into_owned());
        of_sites.push(site.to_owned());
        paragraphs.push(number(page.marks.len()));
        for (at, mark) in (0..).zip(page.marks) {
            if mark.is_chrome() {
                chrome.values().append_value(at);
            }
        }
        chrome.append(true);
        let placed = findings.placed(page.number);
        clusters.push(placed.map(|placed| number(placed.cluster)));
        let member = placed.and_then(|placed| {
            let cluster = &findings.clusters[placed.cluster];
            Some((cluster, &cluster.members[placed.member?]))
        });
        leads.push(member.map(|(cluster, _)| findings.pages.id(cluster.lead).into_owned()));
        relations.push(member.map(|(_, member)| member.verdict.relation.word()));
    }
    Table::of_columns(vec![
        ("page", Arc::new(UInt32Array::from(numbers)) as ArrayRef),
        ("id", strings(ids.iter().map(|id| Some(id.as_str())))),
        ("site", strings(of_sites.iter().map(|site| Some(site.as_str())))),
        ("paragraphs", Arc::new(UInt32Array::from(paragraphs))),
        ("chrome", Arc::new(chrome.finish())),
        ("cluster", Arc::new(UInt32Array::from(clusters))),
        ("lead", strings(leads.iter().map(Option::as_deref))),
        ("relation", strings(relations)),
    ])
}

fn chrome(findings: &Findings) -> Result<Table, ArrowError> {
    let families = &findings.chrome;
    let numbers = |of: fn(&ChromeFamily) -> u32| -> ArrayRef {
        Arc::new(families.iter().map(of).collect::<UInt32Array>())
    };
    Table::of_columns(vec![
        ("site", strings(families.iter().map(|f| Some(findings.pages.sites().name(f.site))))),
        ("text", strings(families.iter().map(|f| Some(f.text.as_str())))),
        ("pages", numbers(|family| family.pages)),
        ("of", numbers(|family| family.of)),
        ("where", strings(families.iter().map(|f| Some(f.place.word())))),
        ("kind", strings(families.iter().map(|f| Some(f.kind.word())))),
        ("variants", numbers(|family| family.variants)),
    ])
}

/// Passages of copies: first and last paragraph here and in the lead, shared words.
pub(crate) struct Passages(ListBuilder<StructBuilder>);

impl Passages {
    pub(crate) fn new() -> Passages {
        let names = ["first", "last", "lead_first", "lead_last", "words"];
        let fields = names.map(|name| Field::new(name, DataType::UInt32, true)).to_vec();
        Passages(ListBuilder::new(StructBuilder::from_fields(fields, 0)))
    }

    pub(crate) fn push<'p>(&mut self, passages: impl IntoIterator<Item = &'p Passage>) {
        for passage in passages {
            let rows = self.0.values();
            let values =
                [passage.here.0, passage.here.1, passage.lead.0, passage.lead.1, passage.words];
            for (at, value) in values.into_iter().enumerate() {
                if let Some(column) = rows.field_builder::<UInt32Builder>(at) {
                    column.append_value(value);
                }
            }
            rows.append(true);
        }
        self.0.append(true);
    }

    pub(crate) fn finish(mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

fn clusters(findings: &Findings) -> Result<Table, ArrowError> {
    let clusters = findings.clusters.iter().map(|cluster| {
        let name =
            |page| (findings.pages.id(page).into_owned(), findings.pages.site_of(page).to_owned());
        (cluster, name(cluster.lead), cluster.members.iter().map(|m| name(m.page)).collect())
    });
    clusters_table(clusters)
}

/// A cluster, its lead's id and site, and those of its members.
type NamedCluster<'c> = (&'c ClusterFinding, (String, String), Vec<(String, String)>);

pub(crate) fn clusters_table<'c>(
    clusters: impl Iterator<Item = NamedCluster<'c>>,
) -> Result<Table, ArrowError> {
    let (mut numbers, mut pages) = (Vec::new(), Vec::new());
    let (mut ids, mut sites) = (StringBuilder::new(), StringBuilder::new());
    let (mut leads, mut relations) = (StringBuilder::new(), StringBuilder::new());
    let (mut resemblance, mut containment) = (Vec::new(), Vec::new());
    let mut shared = Passages::new();
    for (at, (cluster, (lead, lead_site), members)) in (0..).zip(clusters) {
        numbers.push(at);
        pages.push(cluster.lead);
        ids.append_value(&lead);
        sites.append_value(lead_site);
        leads.append_null();
        relations.append_null();
        resemblance.push(None);
        containment.push(None);
        shared.push([]);
        for (member, (id, site)) in cluster.members.iter().zip(members) {
            numbers.push(at);
            pages.push(member.page);
            ids.append_value(id);
            sites.append_value(site);
            leads.append_value(&lead);
            relations.append_value(member.verdict.relation.word());
            resemblance.push(Some(decimal(member.verdict.resemblance)));
            containment.push(Some(decimal(member.verdict.containment)));
            shared.push(&member.passages);
        }
    }
    Table::of_columns(vec![
        ("cluster", Arc::new(UInt32Array::from(numbers)) as ArrayRef),
        ("page", Arc::new(UInt32Array::from(pages))),
        ("id", Arc::new(ids.finish())),
        ("site", Arc::new(sites.finish())),
        ("lead", Arc::new(leads.finish())),
        ("relation", Arc::new(relations.finish())),
        ("resemblance", Arc::new(Float64Array::from(resemblance))),
        ("containment", Arc::new(Float64Array::from(containment))),
        ("shared", shared.finish()),
    ])
}

fn pairs(findings: &Findings) -> Result<Table, ArrowError> {
    let links = &findings.links;
    let name = |page| findings.pages.id(page).into_owned();
    let a: Vec<String> = links.iter().map(|link| name(link.a)).collect();
    let b: Vec<String> = links.iter().map(|link| name(link.b)).collect();
    Table::of_columns(vec![
        ("page_a", Arc::new(links.iter().map(|l| l.a).collect::<UInt32Array>()) as ArrayRef),
        ("page_b", Arc::new(links.iter().map(|l| l.b).collect::<UInt32Array>())),
        ("id_a", strings(a.iter().map(|id| Some(id.as_str())))),
        ("id_b", strings(b.iter().map(|id| Some(id.as_str())))),
        ("relation", strings(links.iter().map(|l| Some(l.verdict.relation.word())))),
        ("resemblance", shares(links.iter().map(|l| l.verdict.resemblance))),
        ("containment", shares(links.iter().map(|l| l.verdict.containment))),
        ("shared", Arc::new(links.iter().map(|l| l.verdict.shared).collect::<UInt32Array>())),
    ])
}

fn shares(shares: impl Iterator<Item = Share>) -> ArrayRef {
    Arc::new(shares.map(decimal).collect::<Float64Array>())
}

fn sites(findings: &Findings) -> Result<Table, ArrowError> {
    let names = findings.pages.sites();
    let sites = &findings.sites;
    let counts = |of: fn(&SiteCounts) -> u64| -> ArrayRef {
        Arc::new(sites.iter().map(of).collect::<UInt64Array>())
    };
    Table::of_columns(vec![
        ("site", strings((0..sites.len()).map(|at| Some(names.name(number(at)))))),
        ("pages", counts(|site| site.pages)),
        ("distinct", counts(|site| site.distinct)),
        ("paragraphs", counts(|site| site.paragraphs)),
        ("chrome", counts(|site| site.chrome)),
    ])
}
