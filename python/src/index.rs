//! Indexes of copies.

use std::{path::PathBuf, sync::Arc};

use arrow_array::{ArrayRef, BooleanArray, Float64Array, UInt32Array, builder::StringBuilder};
use arrow_schema::ArrowError;
use pyo3::prelude::*;

use crate::{
    arrow::{Table, made},
    bank::Bank,
    engine::{
        self, Corpus, Disposition, FoundPage, Index, IndexPass, LabelsFrom, Observer, Result,
        Settings, Time, add_to_index, find_in_index, index_clusters, index_writer, label_pages,
    },
    pages::Input,
    run::{Options, briefly, run},
    scan::{Passages, clusters_table, decimal},
};

/// Runs `work` over pages with their labels: those of a bank, or else of a scan of them.
fn with_labels<T>(
    corpus: &Corpus,
    settings: &Settings,
    bank: Option<&engine::Bank>,
    observer: &dyn Observer,
    work: impl FnOnce(IndexPass<'_>) -> Result<T>,
) -> Result<T> {
    let labelled;
    let labels = match bank {
        Some(bank) => LabelsFrom::Bank(bank, Time::default()),
        None => {
            labelled = label_pages(corpus, settings, None, observer)?;
            LabelsFrom::Scan(&labelled.pages)
        }
    };
    work(IndexPass { corpus, settings, labels, rejects: None, observer })
}

/// Adds pages to the index in `folder`, which is made if there is none. Gives how many were new.
#[pyfunction]
pub(crate) fn index_add(
    py: Python<'_>,
    folder: PathBuf,
    input: &Input,
    bank: Option<&Bank>,
    options: Options,
) -> PyResult<u64> {
    let settings = options.settings(py)?;
    let (corpus, bank) = (Arc::clone(&input.corpus), bank.map(Bank::clone_inner));
    run(py, options.progress.as_ref(), move |observer| {
        let mut writer = index_writer(&folder, &settings)?;
        let indexed = with_labels(&corpus, &settings, bank.as_ref(), observer, |pass| {
            add_to_index(pass, &mut writer)
        })?;
        Ok(indexed.added)
    })
}

/// A row a known page that one of `input` copies.
#[pyfunction]
pub(crate) fn index_find(
    py: Python<'_>,
    folder: PathBuf,
    input: &Input,
    bank: Option<&Bank>,
    options: Options,
) -> PyResult<Table> {
    let settings = options.settings(py)?;
    let (corpus, bank) = (Arc::clone(&input.corpus), bank.map(Bank::clone_inner));
    let table = run(py, options.progress.as_ref(), move |observer| {
        let index = Index::open(&folder)?;
        let mut all = Vec::new();
        with_labels(&corpus, &settings, bank.as_ref(), observer, |pass| {
            find_in_index(pass, &index, |found| {
                if !found.copies.is_empty() {
                    all.push(found);
                }
                Ok(())
            })
        })?;
        found(&all, &index)
    })?;
    made(py, table)
}

fn found(all: &[FoundPage], index: &Index) -> Result<std::result::Result<Table, ArrowError>> {
    let mut numbers = [const { Vec::new() }; 2];
    let mut names: [StringBuilder; 5] = Default::default();
    let mut relations = StringBuilder::new();
    let mut measures = [const { Vec::new() }; 3];
    let mut dropped = Vec::new();
    let mut shared = Passages::new();
    for page in all {
        for copy in &page.copies {
            numbers[0].push(page.number);
            numbers[1].push(copy.page);
            let known = index.name(copy.page, &copy.about);
            let values = [&page.id, &page.site, &*known, index.site(copy.page)?, &copy.about.date];
            names.iter_mut().zip(values).for_each(|(column, name)| column.append_value(name));
            relations.append_value(copy.verdict.relation.word());
            let of = [copy.verdict.resemblance, copy.verdict.containment, copy.held()];
            measures.iter_mut().zip(of).for_each(|(column, share)| column.push(decimal(share)));
            dropped.push(copy.fate == Disposition::Dropped);
            shared.push(copy.passages.iter().map(|(passage, _)| passage));
        }
    }
    let [page, known_page] = numbers.map(|column| Arc::new(UInt32Array::from(column)) as ArrayRef);
    let [id, site, known, known_site, known_date] =
        names.map(|mut column| Arc::new(column.finish()) as ArrayRef);
    let [resemblance, containment, held] =
        measures.map(|column| Arc::new(Float64Array::from(column)) as ArrayRef);
    Ok(Table::of_columns(vec![
        ("page", page),
        ("id", id),
        ("site", site),
        ("known_page", known_page),
        ("known_id", known),
        ("known_site", known_site),
        ("known_date", known_date),
        ("relation", Arc::new(relations.finish())),
        ("resemblance", resemblance),
        ("containment", containment),
        ("held", held),
        ("dropped", Arc::new(BooleanArray::from(dropped))),
        ("shared", shared.finish()),
    ]))
}

/// A row a page of a cluster of an index.
#[pyfunction]
#[pyo3(name = "index_clusters")]
pub(crate) fn clusters(py: Python<'_>, folder: PathBuf, options: Options) -> PyResult<Table> {
    let settings = options.settings(py)?;
    let table = run(py, options.progress.as_ref(), move |observer| {
        let index = Index::open(&folder)?;
        index.check_recipe(settings.recipe.families_id())?;
        let found = index_clusters(&index, &settings, observer)?;
        let name = |page| -> Result<(String, String)> {
            let name = index.name(page, &index.about(page)?).into_owned();
            Ok((name, index.site(page)?.to_owned()))
        };
        let mut clusters = Vec::new();
        for cluster in &found.clusters {
            let members = cluster.members.iter().map(|member| name(member.page));
            clusters.push((cluster, name(cluster.lead)?, members.collect::<Result<Vec<_>>>()?));
        }
        Ok(clusters_table(clusters.into_iter()))
    })?;
    made(py, table)
}

/// How many pages the index in `folder` has; none if there is no index.
#[pyfunction]
pub(crate) fn index_pages(py: Python<'_>, folder: PathBuf) -> PyResult<Option<u32>> {
    if !folder.is_dir() || folder.read_dir().is_ok_and(|mut files| files.next().is_none()) {
        return Ok(None);
    }
    briefly(py, || Index::open(&folder)).map(|index| Some(index.pages()))
}
