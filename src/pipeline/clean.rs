//! Cleaning: the last pass, pages rewritten in the input's own format, order and compression.

use std::ops::Range;

use super::{Observer, Settings, Stage, parallel};
use crate::{
    Error, Result,
    copies::Share,
    cpu::Tier,
    input::{Batch, Corpus, Format, Parser, RawRecord, Record},
    output::{
        ChromeAction, CleanOptions, CleanSink, ClusterMark, CopiesAction, Findings, LabelledSpan,
        Pages, compress, rewrite_json, without_chrome,
    },
    page::PageNumber,
    recipe::Split,
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

impl Cleaned {
    /// Adds what was done elsewhere.
    pub(super) fn add(&mut self, done: &Cleaned) {
        self.pages.read += done.pages.read;
        self.pages.kept += done.pages.kept;
        self.pages.dropped += done.pages.dropped;
        self.pages.bad += done.pages.bad;
        self.empty += done.empty;
        self.removed_bytes += done.removed_bytes;
    }
}

/// A rewritten batch: compressed bytes for its file, and what was done.
struct Rewritten {
    file: usize,
    bytes: Vec<u8>,
    done: Cleaned,
    input_bytes: u64,
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
    let rewriter = Rewriter::new(corpus, settings, Some(findings), options, sink);
    let mut total = Cleaned::default();
    super::stage(observer, Stage::Clean, || {
        parallel::ordered(
            settings.threads,
            corpus.batches(),
            || Parser::new(corpus, settings.tier),
            |parser, batch| rewriter.batch(parser, &batch),
            |rewritten| {
                let rewritten: Rewritten = rewritten?;
                total.add(&rewritten.done);
                observer.advance(Stage::Clean, rewritten.input_bytes);
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
pub(super) struct Rewriter<'a> {
    corpus: &'a Corpus,
    /// None if labels come with the pages.
    findings: Option<&'a Findings>,
    options: CleanOptions,
    split: Split,
    tier: Tier,
    /// All files become one stream of lines.
    joined: bool,
}

impl<'a> Rewriter<'a> {
    pub(super) fn new(
        corpus: &'a Corpus,
        settings: &Settings,
        findings: Option<&'a Findings>,
        options: CleanOptions,
        sink: &dyn CleanSink,
    ) -> Rewriter<'a> {
        Rewriter {
            corpus,
            findings,
            options,
            split: settings.recipe.paragraph,
            tier: settings.tier,
            joined: sink.joins_files(),
        }
    }
}

impl Rewriter<'_> {
    /// What it rewrites.
    pub(super) fn corpus(&self) -> &Corpus {
        self.corpus
    }

    /// The rewritten records of a batch as they are written.
    pub(super) fn end(&self, batch: &Batch, plain: Vec<u8>) -> Result<Vec<u8>> {
        compress(self.corpus.files()[batch.file].compression, plain)
    }

    fn batch(&self, parser: &mut Parser<'_>, batch: &Batch) -> Result<Rewritten> {
        let mut plain =
            Vec::with_capacity(usize::try_from(batch.bytes().min(MOST_RESERVED)).unwrap_or(0));
        let mut done = Cleaned::default();
        for raw in batch.raw() {
            self.record(parser, &raw, &mut plain, &mut done)?;
        }
        plain.extend_from_slice(batch.tail());
        Ok(Rewritten {
            file: batch.file,
            bytes: self.end(batch, plain)?,
            done,
            input_bytes: batch.bytes(),
        })
    }

    fn record(
        &self,
        parser: &mut Parser<'_>,
        raw: &RawRecord<'_>,
        out: &mut Vec<u8>,
        done: &mut Cleaned,
    ) -> Result<()> {
        let Some(findings) = self.findings else { return Ok(()) };
        done.pages.read += 1;
        let page = raw.number;
        let changed = || {
            Error::data(&self.corpus.files()[raw.file].name, "changed while it was read; run again")
        };
        if page as usize >= findings.traces.len() {
            return Err(changed());
        }
        if findings.traces.page(page).is_bad() {
            done.pages.bad += 1;
            return Ok(());
        }
        let record = parser.parse(raw).map_err(|_| changed())?;
        let content = record.page.text.as_ref();
        let marks = findings.marks_of(page);
        let paragraphs: Vec<LabelledSpan> = text::paragraphs(content, self.split)
            .zip(marks)
            .map(|(span, mark)| (span, mark.is_chrome()))
            .collect();
        if paragraphs.len() != marks.len() {
            return Err(changed());
        }
        self.put(&record, raw, &paragraphs, out, done);
        Ok(())
    }

    /// Appends a page whose paragraphs are labelled, unless it is to be left out.
    pub(super) fn put(
        &self,
        record: &Record<'_>,
        raw: &RawRecord<'_>,
        paragraphs: &[LabelledSpan],
        out: &mut Vec<u8>,
        done: &mut Cleaned,
    ) {
        let page = raw.number;
        let content = record.page.text.as_ref();
        let cleaned = if self.options.chrome == ChromeAction::Drop {
            without_chrome(content, paragraphs)
        } else {
            content.into()
        };
        let is_empty = cleaned.trim().is_empty();
        if self.drops(page) || (self.options.drop_empty && is_empty) {
            done.pages.dropped += 1;
            return;
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
                rewrite_json(record, &cleaned, chrome.as_deref(), cluster, self.tier, out);
            }
        }
        out.extend_from_slice(raw.end);
        if self.joined && raw.end.is_empty() && raw.file + 1 < self.corpus.files().len() {
            out.push(b'\n');
        }
    }

    /// Whether the page is a copy that is to be left out: its lead stays and has nearly all of it.
    fn drops(&self, page: PageNumber) -> bool {
        self.options.copies == CopiesAction::Drop
            && self.findings.is_some_and(|findings| drops(findings, page))
    }

    fn cluster_mark(&self, page: PageNumber) -> Option<ClusterMark<'_>> {
        let findings = self.findings?;
        let placed = findings.placed(page)?;
        let cluster = &findings.clusters[placed.cluster];
        Some(ClusterMark {
            cluster: placed.cluster,
            lead: findings.traces.id(cluster.lead),
            relation: placed.member.map(|member| cluster.members[member].verdict.relation),
        })
    }
}

/// Whether the lead of the page has nearly all of it.
fn drops(findings: &Findings, page: PageNumber) -> bool {
    findings.member(page).is_some_and(|(cluster, member)| {
        let covered = member.verdict.covered_a;
        let (of, there) = beside_evidence(findings, page, cluster.lead);
        Share::new(covered.part.saturating_add(there), covered.of.saturating_add(of))
            .at_least(COVERED)
    })
}

/// Body of `page` that was not compared with its lead, because it proves nothing: lists, captions, lines
/// on several pages. In half-words, all of it and what of it the lead has as well.
fn beside_evidence(findings: &Findings, page: PageNumber, lead: PageNumber) -> (u32, u32) {
    let traces = &findings.traces;
    // In order, for two pages of a million lines each.
    let mut theirs = traces.numbers()[traces.span(lead)].to_vec();
    theirs.sort_unstable();
    let (mut all, mut there) = (0_u32, 0_u32);
    for (paragraph, mark) in traces.span(page).zip(findings.marks_of(page)) {
        if !mark.is_chrome() && !mark.is_evidence() {
            let half_words = 2 * traces.shapes()[paragraph].words();
            all = all.saturating_add(half_words);
            if theirs.binary_search(&traces.numbers()[paragraph]).is_ok() {
                there = there.saturating_add(half_words);
            }
        }
    }
    (all, there)
}
