//! Cleaning: the last pass, pages rewritten in the input's own format, order and compression.

use std::ops::Range;

use super::{Observer, Settings, Stage, parallel};
use crate::{
    Error, Result,
    copies::Share,
    cpu::Tier,
    input::{Batch, Corpus, Format, Parser, RawRecord},
    output::{
        ChromeAction, CleanOptions, CleanSink, ClusterMark, CopiesAction, Findings, LabelledSpan,
        Labels, Pages, compress, rewrite_json, without_chrome,
    },
    page::PageNumber,
    recipe::Recipe,
    text,
};

/// Least share of a page's text that its lead has before the page may be dropped. Below, a tenth of
/// it or more would be lost.
const COVERED: Share = Share::new(9, 10);

/// Bytes set aside for a rewritten batch at first; a batch that stands for more has few long records.
const MOST_RESERVED: u64 = 4 << 20;

/// What cleaning did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cleaned {
    /// Pages: read = kept + dropped + bad.
    pub pages: Pages,
    /// Pages that were left without text.
    pub empty: u64,
    /// Bytes of text that were taken out of pages that stayed.
    pub removed_bytes: u64,
}

/// A rewritten batch: compressed bytes for its file, and what was done.
struct Rewritten {
    file: usize,
    bytes: Vec<u8>,
    done: Cleaned,
    stored_bytes: u64,
}

/// Writes the pages of `corpus` without their chrome into `sink`.
///
/// # Errors
///
/// *Data* if the input changed since it was scanned, *usage* if marks are asked for in plain text,
/// *machine* if the output cannot be written.
pub fn clean(
    corpus: &Corpus,
    settings: &Settings,
    findings: &Findings,
    options: CleanOptions,
    sink: &mut dyn CleanSink,
    observer: &dyn Observer,
) -> Result<Cleaned> {
    check_marks(corpus, options)?;
    let rewriter = Rewriter {
        corpus,
        findings,
        options,
        recipe: &settings.recipe,
        tier: settings.tier,
        joined: sink.joins_files(),
    };
    let mut total = Cleaned::default();
    super::stage(observer, Stage::Clean, |now| {
        now.expect_pages(corpus, PageNumber::MAX);
        let mut walk = findings.pages.walk()?;
        let labelled = corpus.batches().map(|batch| {
            let batch = batch?;
            let labels = walk.labels(batch.len())?;
            Ok((batch, labels))
        });
        parallel::ordered(
            settings.threads,
            labelled,
            || Parser::new(corpus, settings.tier),
            |parser, (batch, labels)| rewriter.batch(parser, &batch, &labels),
            |rewritten| {
                let rewritten: Rewritten = rewritten?;
                let done = &rewritten.done;
                total.pages.read += done.pages.read;
                total.pages.kept += done.pages.kept;
                total.pages.dropped += done.pages.dropped;
                total.pages.bad += done.pages.bad;
                total.empty += done.empty;
                total.removed_bytes += done.removed_bytes;
                now.advance(rewritten.stored_bytes);
                // A text file whose page stays is written even if nothing is left in it.
                sink.write(rewritten.file, &rewritten.bytes, rewritten.done.pages.kept)
            },
        )?;
        sink.finish()
    })?;
    Ok(total)
}

/// Whether the marks that are asked for can be written.
///
/// # Errors
///
/// *Usage* for plain text, which has no fields.
pub fn check_marks(corpus: &Corpus, options: CleanOptions) -> Result<()> {
    if (options.chrome == ChromeAction::Mark || options.copies == CopiesAction::Mark)
        && let Some(text) = corpus.files().iter().find(|file| file.format == Format::Text)
    {
        let problem = "plain text has no fields for marks; use `drop` or `keep`, or `refrain scan`";
        return Err(Error::usage(&text.name, problem));
    }
    Ok(())
}

/// Rewrites the records of a batch.
struct Rewriter<'a> {
    corpus: &'a Corpus,
    findings: &'a Findings,
    options: CleanOptions,
    recipe: &'a Recipe,
    tier: Tier,
    /// All files become one stream of lines.
    joined: bool,
}

impl Rewriter<'_> {
    fn batch(&self, parser: &mut Parser<'_>, batch: &Batch, labels: &Labels) -> Result<Rewritten> {
        let source = &self.corpus.files()[batch.file];
        let mut plain =
            Vec::with_capacity(usize::try_from(batch.bytes().min(MOST_RESERVED)).unwrap_or(0));
        let mut done = Cleaned::default();
        for raw in batch.raw() {
            self.record(parser, &raw, labels, &mut plain, &mut done)?;
        }
        plain.extend_from_slice(batch.tail());
        Ok(Rewritten {
            file: batch.file,
            bytes: compress(source.compression, plain)?,
            done,
            stored_bytes: batch.stored(),
        })
    }

    fn record(
        &self,
        parser: &mut Parser<'_>,
        raw: &RawRecord<'_>,
        labels: &Labels,
        out: &mut Vec<u8>,
        done: &mut Cleaned,
    ) -> Result<()> {
        done.pages.read += 1;
        let page = raw.number;
        let changed = || {
            Error::data(&self.corpus.files()[raw.file].name, "changed while it was read; run again")
        };
        let Some(marks) = labels.of(page).map_err(|()| changed())? else {
            done.pages.bad += 1;
            return Ok(());
        };
        let record = parser.parse(raw).map_err(|_| changed())?;
        let content = record.page.text.as_ref();
        let paragraphs: Vec<LabelledSpan> = text::paragraphs(content, self.recipe.paragraph)
            .zip(marks)
            .map(|(span, mark)| (span, mark.is_chrome()))
            .collect();
        if paragraphs.len() != marks.len() {
            return Err(changed());
        }

        let cleaned = if self.options.chrome == ChromeAction::Drop {
            without_chrome(content, &paragraphs)
        } else {
            content.into()
        };
        let is_empty = cleaned.trim().is_empty();
        if self.drops(page) || (self.options.drop_empty && is_empty) {
            done.pages.dropped += 1;
            return Ok(());
        }
        done.pages.kept += 1;
        done.empty += u64::from(is_empty);
        done.removed_bytes += (content.len() - cleaned.len()) as u64;

        // A byte order mark stands at the start of a file or nowhere.
        let lead = match raw.lead.strip_prefix(b"\xef\xbb\xbf") {
            Some(lead) if self.joined && raw.file > 0 => lead,
            _ => raw.lead,
        };
        out.extend_from_slice(lead);
        match self.corpus.files()[raw.file].format {
            Format::Text => out.extend_from_slice(cleaned.as_bytes()),
            Format::JsonLines => {
                let chrome: Option<Vec<Range<usize>>> = (self.options.chrome == ChromeAction::Mark)
                    .then(|| {
                        let chrome = paragraphs.iter().filter(|(_, chrome)| *chrome);
                        chrome.map(|(span, _)| span.clone()).collect()
                    });
                let cluster =
                    (self.options.copies == CopiesAction::Mark).then(|| self.cluster_mark(page));
                let cluster = cluster.as_ref().map(Option::as_ref);
                rewrite_json(&record, &cleaned, chrome.as_deref(), cluster, self.tier, out);
            }
        }
        out.extend_from_slice(raw.end);
        if self.joined && raw.end.is_empty() && raw.file + 1 < self.corpus.files().len() {
            out.push(b'\n');
        }
        Ok(())
    }

    /// Whether the page is a copy that is to be left out: its lead stays and has nearly all of it.
    fn drops(&self, page: PageNumber) -> bool {
        self.options.copies == CopiesAction::Drop
            && !self.recipe.spares(self.findings.pages.site_of(page))
            && self.findings.member(page).is_some_and(|(_, member)| member.held().at_least(COVERED))
    }

    fn cluster_mark(&self, page: PageNumber) -> Option<ClusterMark<'_>> {
        let placed = self.findings.placed(page)?;
        let cluster = &self.findings.clusters[placed.cluster];
        Some(ClusterMark {
            cluster: placed.cluster,
            lead: self.findings.pages.id(cluster.lead),
            relation: placed.member.map(|member| cluster.members[member].verdict.relation),
        })
    }
}
