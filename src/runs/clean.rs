//! Cleaning: the last pass, pages rewritten in the input's order and, unless another is asked for, its
//! format and compression.

use super::{
    KnownCopies,
    rewriter::{Rewriter, Rewritten},
};
use crate::engine::{Observer, Settings, Stage, parallel};
use crate::{
    Error, Result,
    base::page::PageNumber,
    engine::Findings,
    evidence::{ChromeAction, CleanOptions, CopiesAction, Pages},
    records::{CleanSink, Corpus, Format, Parser},
};

/// What cleaning did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cleaned {
    /// Pages: read = kept + dropped + bad.
    pub pages: Pages,
    /// Pages that were left without text.
    pub empty: u64,
    /// Bytes of text that were taken out of pages that stayed.
    pub removed_bytes: u64,
    /// Pages that were left out because an index has them.
    pub known: u64,
}

impl Cleaned {
    /// Adds what was done elsewhere.
    pub(super) fn add(&mut self, done: &Cleaned) {
        self.pages.read += done.pages.read;
        self.pages.kept += done.pages.kept;
        self.pages.dropped += done.pages.dropped;
        self.pages.bad += done.pages.bad;
        self.empty += done.empty;
        self.removed_bytes += done.removed_bytes;
        self.known += done.known;
    }
}

/// Writes the pages of `corpus` without their chrome into `sink`; `known` are those that an index has.
///
/// # Errors
///
/// *Data* if the input changed since it was scanned, *usage* if marks are asked for in plain text,
/// *machine* if the output cannot be written.
pub fn clean(
    corpus: &Corpus,
    settings: &Settings,
    findings: &Findings,
    known: Option<&KnownCopies>,
    options: CleanOptions,
    sink: &mut dyn CleanSink,
    observer: &dyn Observer,
) -> Result<Cleaned> {
    check_marks(corpus, options)?;
    check_whole(corpus, options, sink)?;
    let rewriter = Rewriter::new(corpus, settings, Some(findings), options, sink)
        .with_index(known.is_some(), known);
    let mut total = Cleaned::default();
    crate::engine::stage(observer, Stage::Clean, |now| {
        now.expect_pages(corpus, PageNumber::MAX);
        let labelled = findings.pages.label_batches(corpus.batches())?;
        parallel::ordered(
            now,
            settings.workers().threads,
            labelled,
            || (Parser::new(corpus, settings.tier), Vec::new()),
            |(parser, line), (batch, labels)| rewriter.batch(parser, line, &batch, &labels),
            |rewritten| {
                let rewritten: Rewritten = rewritten?;
                total.add(&rewritten.done);
                now.advance(rewritten.stored_bytes);
                // A text file whose page stays is written even if nothing is left in it.
                sink.write(rewritten.file, &rewritten.bytes, rewritten.done.pages.kept)
            },
        )?;
        sink.finish()
    })?;
    Ok(total)
}

/// Whether files that are damaged may be written as it is asked for.
///
/// # Errors
///
/// *Usage* if what could be read of one would take its place, or if it is Parquet that is to be written back.
pub(super) fn check_whole(
    corpus: &Corpus,
    options: CleanOptions,
    sink: &dyn CleanSink,
) -> Result<()> {
    for damaged in corpus.damaged() {
        if sink.replaces(&damaged.file) {
            let problem = "is damaged, and what could be read of it would take its place; name another output";
            return Err(Error::usage(damaged.file, problem));
        }
        let is_file = |file: &&crate::records::Source| file.name == damaged.file;
        let file = corpus.files().iter().find(is_file);
        let is_rows = file.is_some_and(|file| {
            options.to.of(file.format) == Format::Parquet && file.format == Format::Parquet
        });
        if damaged.pages > 0 && is_rows {
            let problem =
                "is damaged, and damaged Parquet cannot be written back; add `--to jsonl`";
            return Err(Error::usage(damaged.file, problem));
        }
    }
    Ok(())
}

/// Whether the marks that are asked for can be written.
///
/// # Errors
///
/// *Usage* for what is written in a form without fields, such as plain text.
pub fn check_marks(corpus: &Corpus, options: CleanOptions) -> Result<()> {
    if (options.chrome == ChromeAction::Mark || options.copies == CopiesAction::Mark)
        && let Some(file) =
            corpus.files().iter().find(|file| !options.to.of(file.format).has_fields())
    {
        let problem = format!(
            "{} has no fields for marks; use `drop` or `keep`, `--to jsonl`, or `refrain scan`",
            options.to.of(file.format).word()
        );
        return Err(Error::usage(&file.name, problem));
    }
    Ok(())
}
