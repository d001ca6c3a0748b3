//! Pages as they are written: without what is left out, with marks, in their form.

use std::ops::Range;

use super::{KnownCopies, clean::Cleaned, drops::Drops};
use crate::engine::Settings;
#[cfg(feature = "parquet")]
use crate::records::tell_row;
use crate::{
    Result,
    base::{
        cpu::Tier,
        page::{Kind, PageNumber},
        recipe::Recipe,
    },
    engine::{Findings, Labels, LabelsOf},
    evidence::{
        ChromeAction, CleanOptions, ClusterMark, CopiesAction, KnownMark, LabelledSpan, Marks,
        rewrite_json, tell_page, without_chrome,
    },
    records::{
        Batch, CleanSink, Compression, Corpus, Format, Parser, RawRecord, Record, as_json,
        compress, compress_records, rewrite_csv, rewrite_wet,
    },
    text,
};

/// Bytes set aside for a rewritten batch at first; a batch that stands for more has few long records.
const MOST_RESERVED: u64 = 4 << 20;

/// A rewritten batch: compressed bytes for its file, and what was done.
pub(super) struct Rewritten {
    pub(super) file: usize,
    pub(super) bytes: Vec<u8>,
    pub(super) done: Cleaned,
    pub(super) stored_bytes: u64,
}

/// Rewrites the records of a batch.
pub(super) struct Rewriter<'a> {
    corpus: &'a Corpus,
    /// None if labels come with the pages, and copies stay.
    findings: Option<&'a Findings>,
    /// None if they come with the pages, or there is no index.
    known: Option<&'a KnownCopies>,
    /// Pages are looked up in an index.
    has_index: bool,
    options: CleanOptions,
    drops: Drops<'a>,
    recipe: &'a Recipe,
    tier: Tier,
    /// All files become one stream of lines.
    joined: bool,
    /// How the output of each file is compressed.
    compressions: Vec<Compression>,
}

impl<'a> Rewriter<'a> {
    pub(super) fn new(
        corpus: &'a Corpus,
        settings: &'a Settings,
        findings: Option<&'a Findings>,
        options: CleanOptions,
        sink: &dyn CleanSink,
    ) -> Rewriter<'a> {
        Rewriter {
            corpus,
            findings,
            known: None,
            has_index: false,
            options,
            drops: Drops::new(&settings.recipe, options, findings),
            recipe: &settings.recipe,
            tier: settings.tier,
            joined: sink.joins_files(),
            compressions: corpus
                .files()
                .iter()
                .map(|file| match options.to.of(file.format) {
                    Format::Parquet | Format::Rows => Compression::None,
                    _ => sink.compression(file.compression),
                })
                .collect(),
        }
    }

    /// The same where pages are looked up in an index: all before, or each when it comes.
    pub(super) fn with_index(
        self,
        has_index: bool,
        known: Option<&'a KnownCopies>,
    ) -> Rewriter<'a> {
        Rewriter { known, has_index, drops: self.drops.with_known(known), ..self }
    }
}

impl<'a> Rewriter<'a> {
    /// Which pages it leaves out.
    pub(super) fn drops(&self) -> &Drops<'a> {
        &self.drops
    }

    /// What it rewrites.
    pub(super) fn corpus(&self) -> &Corpus {
        self.corpus
    }

    /// Rewrites a batch whose pages have been labelled.
    pub(super) fn batch(
        &self,
        parser: &mut Parser<'_>,
        line: &mut Vec<u8>,
        batch: &Batch,
        labels: &Labels,
    ) -> Result<Rewritten> {
        let mut plain =
            Vec::with_capacity(usize::try_from(batch.bytes().min(MOST_RESERVED)).unwrap_or(0));
        let mut done = Cleaned::default();
        for raw in batch.raw() {
            let kept = done.pages.kept;
            self.record(parser, line, &raw, labels, &mut plain, &mut done)?;
            if done.pages.kept == kept {
                self.pass(&raw, &mut plain);
            }
        }
        Ok(Rewritten {
            file: batch.file,
            bytes: self.end(batch, plain, true)?,
            done,
            stored_bytes: batch.stored(),
        })
    }

    /// Appends what stays of a record that was left out: records of a crawl that are no pages stand
    /// before those that are.
    pub(super) fn pass(&self, raw: &RawRecord<'_>, out: &mut Vec<u8>) {
        if self.options.to.of(self.corpus.files()[raw.file].format) == Format::Wet {
            out.extend_from_slice(raw.lead);
        }
    }

    /// The rewritten records of a batch as they are written. `is_last`: those at its end are among them.
    pub(super) fn end(&self, batch: &Batch, mut plain: Vec<u8>, is_last: bool) -> Result<Vec<u8>> {
        let format = self.corpus.files()[batch.file].format;
        let form = self.options.to.of(format);
        // The header of a table stands alone before all rows, and of a stream in its first file.
        let is_second_header =
            format == Format::Csv && self.joined && batch.file > 0 && batch.first_byte == 0;
        if is_last && form == format && !is_second_header {
            plain.extend_from_slice(batch.tail());
        }
        let compress = if form == Format::Wet { compress_records } else { compress };
        compress(self.compressions[batch.file], plain)
    }

    fn record(
        &self,
        parser: &mut Parser<'_>,
        line: &mut Vec<u8>,
        raw: &RawRecord<'_>,
        labels: &Labels,
        out: &mut Vec<u8>,
        done: &mut Cleaned,
    ) -> Result<()> {
        done.pages.read += 1;
        let page = raw.number;
        let changed = || self.corpus.files()[raw.file].changed();
        let marks = match labels.of(page) {
            LabelsOf::Page(marks) => marks,
            LabelsOf::Bad => {
                done.pages.bad += 1;
                return Ok(());
            }
            LabelsOf::Unknown => return Err(changed()),
        };
        let record = parser.parse(raw).map_err(|_| changed())?;
        let paragraphs: Vec<LabelledSpan> =
            text::paragraphs_of(&record.page, self.recipe.paragraph)
                .zip(marks)
                .map(|(span, mark)| (span, mark.kind()))
                .collect();
        if paragraphs.len() != marks.len() {
            return Err(changed());
        }
        let known = self.known.and_then(|known| known.of(page));
        self.put((&record, raw), &paragraphs, known, line, out, done);
        Ok(())
    }

    /// Appends a page whose paragraphs are labelled, unless it is to be left out.
    pub(super) fn put(
        &self,
        (record, raw): (&Record<'_>, &RawRecord<'_>),
        paragraphs: &[LabelledSpan],
        known: Option<&KnownMark>,
        line: &mut Vec<u8>,
        out: &mut Vec<u8>,
        done: &mut Cleaned,
    ) {
        let content = record.page.text.as_ref();
        let cleaned = if self.options.chrome == ChromeAction::Drop {
            without_chrome(content, paragraphs)
        } else {
            content.into()
        };
        let is_empty = cleaned.trim().is_empty();
        let is_known = self.drops.for_known(&record.page.site, known);
        done.known += u64::from(is_known);
        if is_known || self.drops.for_lead(raw.number) || (self.options.drop_empty && is_empty) {
            done.pages.dropped += 1;
            return;
        }
        done.pages.kept += 1;
        done.empty += u64::from(is_empty);
        done.removed_bytes += (content.len() - cleaned.len()) as u64;

        let chrome: Option<Vec<(Range<usize>, Kind)>> = (self.options.chrome == ChromeAction::Mark)
            .then(|| {
                let chrome = paragraphs.iter();
                chrome.filter_map(|(span, kind)| Some((span.clone(), (*kind)?))).collect()
            });
        let cluster = self.cluster_mark(raw.number);
        let marks = Marks {
            chrome: chrome.as_deref(),
            cluster: (self.options.copies == CopiesAction::Mark && self.findings.is_some())
                .then_some(cluster.as_ref()),
            known: (self.options.copies == CopiesAction::Mark && self.has_index).then_some(known),
        };
        self.write((record, raw), &cleaned, marks, line, out);
    }

    /// Appends the page in its form, with what stands around it if that is the input's own.
    fn write(
        &self,
        (record, raw): (&Record<'_>, &RawRecord<'_>),
        cleaned: &str,
        marks: Marks<'_>,
        line: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) {
        let format = self.corpus.files()[raw.file].format;
        let form = self.options.to.of(format);
        if form == Format::Rows {
            tell_page((record, raw.number), format, cleaned, marks, out);
            return;
        }
        let is_line = matches!(format, Format::JsonLines | Format::Parquet);
        if form != format && is_line {
            rewrite_json(record, cleaned, marks, self.tier, out);
            out.push(b'\n');
            return;
        }
        if form != format {
            let fields = &self.corpus.files()[raw.file].fields;
            let header = self.corpus.files()[raw.file].header.as_deref();
            let cells = header.map(|header| header.others(record.raw));
            let others = cells.as_deref().unwrap_or(&record.others);
            let record = as_json(record, others, cleaned, fields, self.tier, line);
            rewrite_json(&record, cleaned, marks, self.tier, out);
            out.push(b'\n');
            return;
        }
        #[cfg(feature = "parquet")]
        if form == Format::Parquet {
            let text = record.is_changed(cleaned).then_some(cleaned);
            tell_row(raw.record - 1, text, out);
            return;
        }
        // A byte order mark stands at the start of a file or nowhere.
        let lead = match raw.lead.strip_prefix(b"\xef\xbb\xbf") {
            Some(lead) if self.joined && raw.file > 0 => lead,
            _ => raw.lead,
        };
        out.extend_from_slice(lead);
        match form {
            Format::JsonLines => rewrite_json(record, cleaned, marks, self.tier, out),
            Format::Wet => rewrite_wet(record, cleaned, out),
            Format::Csv => {
                if let Some(header) = &self.corpus.files()[raw.file].header {
                    rewrite_csv(record, cleaned, header, out);
                }
            }
            // Of these, only text is written back.
            Format::Text | Format::Html | Format::Warc | Format::Parquet | Format::Rows => {
                out.extend_from_slice(cleaned.as_bytes());
            }
        }
        out.extend_from_slice(raw.end);
        if self.joined && raw.end.is_empty() && raw.file + 1 < self.corpus.files().len() {
            out.push(b'\n');
        }
    }

    fn cluster_mark(&self, page: PageNumber) -> Option<ClusterMark<'_>> {
        let findings = self.findings?;
        let placed = findings.placed(page)?;
        let cluster = &findings.clusters[placed.cluster];
        Some(ClusterMark {
            cluster: placed.cluster,
            lead: findings.pages.id(cluster.lead),
            relation: placed.member.map(|member| cluster.members[member].verdict.relation),
        })
    }
}
