//! The order of steps. Held runs and runs on disk differ in their [`Store`] only.

use std::collections::HashMap;

use super::{
    Counts, Findings, Gathered, LinkedPages, Observer, Stage, Underway, Unit, stage,
    steps::{
        cluster::chrome_order,
        cross_site,
        gather::each_batch,
        near::{Proposed, Read},
        verify::{Comparison, of_texts},
    },
    store::{Compared, Job, LabelCounts, Near, Store},
};
use crate::{Error, Result, base::page::PageNumber, chrome::SiteCounts, copies::Kinship};

/// What the steps up to labels found.
pub(crate) struct Labelled {
    pub(crate) gathered: Gathered,
    pub(crate) near: Near,
    pub(crate) counts: LabelCounts,
}

/// The steps up to families.
pub(super) fn families(
    job: Job<'_>,
    store: &mut impl Store,
    observer: &dyn Observer,
) -> Result<(Gathered, Near)> {
    let gathered = stage(observer, Stage::Learn, |now| gather(job, store, now))?;
    let near = stage(observer, Stage::Families, |now| near(job, store, &gathered, now))?;
    Ok((gathered, near))
}

/// The steps up to labels.
pub(super) fn labelled(
    job: Job<'_>,
    store: &mut impl Store,
    observer: &dyn Observer,
) -> Result<Labelled> {
    let (gathered, near) = families(job, store, observer)?;
    let counts = stage(observer, Stage::Label, |now| {
        now.expect(Unit::Pages, gathered.pages);
        label(job, store, (&gathered, &near), now)
    })?;
    Ok(Labelled { gathered, near, counts })
}

fn gather(job: Job<'_>, store: &mut impl Store, now: Underway<'_>) -> Result<Gathered> {
    if let Some(gathered) = store.gathered(job)? {
        return Ok(gathered);
    }
    let mut gathered = Gathered::default();
    each_batch(job.corpus, job.settings, now, |fingerprinted| {
        let first = PageNumber::try_from(gathered.pages).unwrap_or(PageNumber::MAX);
        store.add(job, fingerprinted, first)?;
        gathered.add(job.settings, fingerprinted)
    })?;
    store.end_gather(job, &gathered)?;
    Ok(gathered)
}

fn near(
    job: Job<'_>,
    store: &mut impl Store,
    gathered: &Gathered,
    now: Underway<'_>,
) -> Result<Near> {
    if let Some(near) = store.near()? {
        return Ok(near);
    }
    now.expect(Unit::Pages, gathered.pages);
    let mut proposed: Vec<Proposed> = Vec::new();
    for shard in 0..store.plan(gathered)? {
        store.propose(job, shard, now, &mut proposed)?;
    }
    let samples = proposed.iter().flat_map(|of_site| of_site.places.iter().copied()).collect();
    let read = Read::samples(job.corpus, job.settings, samples, now)?;
    let mut near = Near::default();
    for of_site in proposed {
        let joined = of_site.decide(&read, |row| store.long_family(row))?;
        near.hubs += joined.hubs as u64;
        if !joined.is_empty() {
            store.join(&of_site, joined)?;
        }
    }
    drop(read);
    let shared = store.shared_families(job, now)?;
    let sample = shared.sample();
    let mut company = HashMap::new();
    if !sample.is_empty() {
        store.each_families(&mut |columns| {
            cross_site::add_company(&shared, &sample, columns, &mut company);
        })?;
    }
    near.known = cross_site::known(&shared, &company, job.settings.seeds.as_ref());
    store.end_near(&near)?;
    Ok(near)
}

fn label(
    job: Job<'_>,
    store: &mut impl Store,
    (gathered, near): (&Gathered, &Near),
    now: Underway<'_>,
) -> Result<LabelCounts> {
    if let Some(counts) = store.labelled()? {
        return Ok(counts);
    }
    let mut counts = LabelCounts::default();
    for shard in 0..store.begin_label(job, gathered)? {
        now.check()?;
        store.label(job, near, shard, now, &mut counts)?;
    }
    nothing_lost(gathered, &counts)?;
    store.end_label(&counts)?;
    Ok(counts)
}

/// Every page that was gathered was labelled, and every paragraph, once.
fn nothing_lost(gathered: &Gathered, counts: &LabelCounts) -> Result<()> {
    let sum = |of: fn(&SiteCounts) -> u64| counts.sites.iter().map(of).sum::<u64>();
    let labelled = [sum(|site| site.pages) + gathered.bad.count, sum(|site| site.paragraphs)];
    let given = [gathered.pages as u64, gathered.paragraphs];
    if labelled == given {
        return Ok(());
    }
    let [[pages, paragraphs], [of_pages, of_paragraphs]] = [labelled, given];
    Err(Error::data(
        "the run",
        format!(
            "labelled {pages} of {of_pages} pages and {paragraphs} of {of_paragraphs} paragraphs: records were lost or \
             came twice between two steps; run again, and report it if that happens again"
        ),
    ))
}

/// All steps.
pub(super) fn scan<S: Store>(
    job: Job<'_>,
    mut store: S,
    observer: &dyn Observer,
) -> Result<Findings> {
    let Labelled { gathered, near, counts } = labelled(job, &mut store, observer)?;
    let recipe = &job.settings.recipe;
    stage(observer, Stage::Copies, |now| {
        let candidates = store.candidates(job, &gathered, now)?;
        let mut chrome = store.chrome()?;
        store.read_texts(job, &gathered, &candidates.pairs, &mut chrome, now)?;
        let texts = store.texts()?;
        let preferred = store.sites().ranks(&recipe.prefer);
        let comparison = Comparison {
            threads: job.settings.workers().threads,
            library: &texts,
            kinship: &|a, b| Kinship::of(texts.kin(a), texts.kin(b)),
            date: &|page| texts.date(page),
            rank: &|page| preferred.get(texts.kin(page).0 as usize).copied().unwrap_or(usize::MAX),
            now,
        };
        let links = comparison.verify(&candidates.pairs)?;
        let found = comparison.clusters(recipe.keep, &links);
        let links = of_texts(links);
        texts.check()?;
        let beside = store.beside(&found)?;
        let (clusters, placed) = comparison.prove(
            &found,
            &beside,
            |page| texts.title(page),
            |page| texts.credits(page),
        )?;
        now.check()?;
        texts.check()?;
        drop(beside);

        chrome.sort_by_key(chrome_order);
        let mut linked: Vec<PageNumber> = links
            .iter()
            .flat_map(|link| [link.a, link.b])
            .chain(placed.iter().map(|row| row.0))
            .collect();
        linked.sort_unstable();
        linked.dedup();
        let linked: LinkedPages = texts.linked(linked);
        drop(texts);
        Ok(Findings {
            recipe: recipe.clone(),
            counts: Counts {
                input_bytes: gathered.input_bytes,
                kinds: counts.kinds,
                text_bytes: gathered.text_bytes,
                bad: gathered.bad.count,
                bad_first: gathered.bad.first.clone(),
                damaged: job.corpus.damaged(),
                near_families: near.hubs,
                candidates: candidates.pairs.len() as u64,
                limits: candidates.limits,
                splits: found.splits,
                out_of_tries: found.out_of_tries,
                spilled: store.bytes(),
            },
            sites: counts.sites.clone(),
            pages: store.pages(&gathered, &counts, linked),
            chrome,
            links,
            clusters,
            placed,
        })
    })
}
