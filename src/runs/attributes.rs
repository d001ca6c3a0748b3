//! Labels beside the pages: one more pass, which writes a row for every record.

use crate::engine::{Observer, Settings, Stage, parallel, stage};
use crate::{
    Result,
    base::{page::PageNumber, recipe::Split},
    engine::{Findings, Labels, LabelsOf},
    evidence::{
        AttributeFiles, PageAttributes, compress_attributes, push_attributes, push_no_attributes,
    },
    records::{Batch, Corpus, Parser},
    text,
};

/// Rows of a batch: compressed bytes for the file of that input.
struct Rows {
    file: usize,
    bytes: Vec<u8>,
    stored_bytes: u64,
}

/// Writes what was found of every page of `corpus` into `files`.
///
/// # Errors
///
/// *Data* if the input changed since it was scanned, *machine* if the output cannot be written.
pub fn attributes(
    corpus: &Corpus,
    settings: &Settings,
    findings: &Findings,
    files: &mut AttributeFiles,
    observer: &dyn Observer,
) -> Result<()> {
    stage(observer, Stage::Attributes, |now| {
        now.expect_pages(corpus, PageNumber::MAX);
        let labelled = findings.pages.label_batches(corpus.batches())?;
        let split = settings.recipe.paragraph;
        parallel::ordered(
            now,
            settings.workers().threads,
            labelled,
            || Parser::new(corpus, settings.tier),
            |parser, (batch, labels)| rows(corpus, findings, split, parser, &batch, &labels),
            |rows| {
                let Rows { file, bytes, stored_bytes } = rows?;
                now.advance(stored_bytes);
                files.write(file, &bytes)
            },
        )?;
        files.finish()
    })
}

fn rows(
    corpus: &Corpus,
    findings: &Findings,
    split: Split,
    parser: &mut Parser<'_>,
    batch: &Batch,
    labels: &Labels,
) -> Result<Rows> {
    let file = batch.file;
    let changed = || corpus.files()[file].changed();
    let mut rows = Vec::new();
    for raw in batch.raw() {
        let marks = match labels.of(raw.number) {
            LabelsOf::Page(marks) => marks,
            LabelsOf::Bad => {
                push_no_attributes(&mut rows);
                continue;
            }
            LabelsOf::Unknown => return Err(changed()),
        };
        let record = parser.parse(&raw).map_err(|_| changed())?;
        let text = record.page.text.as_ref();
        let (mut chrome, mut paragraphs) = (Vec::new(), 0);
        for (span, mark) in text::paragraphs_of(&record.page, split).zip(marks) {
            paragraphs += 1;
            chrome.extend(mark.kind().map(|kind| (span, kind)));
        }
        if paragraphs != marks.len() {
            return Err(changed());
        }
        let copy = findings.member(raw.number).map(|(_, member)| {
            let held = member.held();
            f64::from(held.part) / f64::from(held.of.max(1))
        });
        let page = PageAttributes { chrome, copy };
        push_attributes(record.page.id.as_deref(), text, &page, &mut rows);
    }
    let bytes = compress_attributes(rows)?;
    Ok(Rows { file, bytes, stored_bytes: batch.stored() })
}
