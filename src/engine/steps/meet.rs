//! Where pages meet: the keys of a page, by which anchors, long families or sketches of what is left of it propose pairs.
//!
//! A page's sketch is that of its body's anchors: a sample of its shingles that depends on the text
//! alone, known since learning. So no page has to be read again to leave its chrome out.
//!
//! Pages that say the same from the first word to the last meet whatever they are made of: the families of all their
//! paragraphs make a key, those of their body another. Where much of the body is no evidence (verse, lists, tables, code),
//! the families of its lines make a sketch as well, which finds those that differ in a few.

use std::ops::Range;

use crate::{
    base::{cpu::Tier, group::Partition, mix, page::PageNumber},
    chrome::Mark,
    copies::{Posting, Prints},
    sketch::{Banding, WideSketch},
    table::PageColumns,
};

/// Shortest family, in words, that proposes a pair on its own.
const FAMILY_WORDS: u32 = 20;
/// Least anchors of a page that is sketched: fewer agree by accident.
const SKETCH_ANCHORS: usize = 8;
/// Least words of a page or a body that is a key as a whole.
const WHOLE_WORDS: u32 = Prints::LEAST;
/// Least lines of a body that are sketched, and the words of such a line.
const SKETCH_LINES: usize = 8;
const LINE_WORDS: u32 = 2;
/// Tells the bands of lines from those of anchors.
const LINES: u64 = 0x6c69_6e65_7300_0000;
/// Pieces of work: pages are cut into so many ranges.
const RANGES: PageNumber = 64;

/// Sources of pairs, by what their keys are.
pub(crate) const ANCHORS: usize = 0;
pub(crate) const FAMILIES: usize = 1;
pub(crate) const BANDS: usize = 2;

/// All pages in pieces of about one size.
pub(crate) fn ranges(pages: usize) -> Vec<Range<PageNumber>> {
    let pages = PageNumber::try_from(pages).unwrap_or(PageNumber::MAX);
    let each = pages.div_ceil(RANGES).max(1);
    (0..pages).step_by(each as usize).map(|start| start..(start + each).min(pages)).collect()
}

/// Records of a range of pages.
pub(crate) struct PageRecords {
    pub(crate) sources: [Partition<Posting>; 3],
    /// Distinct anchors of each page's evidence.
    pub(crate) sizes: Vec<u32>,
}

/// Collects records; one a worker.
pub(crate) struct Gatherer {
    buckets: [usize; 3],
    records: [Vec<Posting>; 3],
    keys: PageKeys,
}

impl Gatherer {
    /// A gatherer into so many buckets for each source, powers of two.
    pub(crate) fn new(buckets: [usize; 3], tier: Tier) -> Gatherer {
        Gatherer { buckets, records: Default::default(), keys: PageKeys::new(tier) }
    }

    /// The records of some pages, by the numbers that the pages have in the input.
    pub(crate) fn gather(
        &mut self,
        columns: &PageColumns,
        marks: &[Mark],
        range: Range<PageNumber>,
    ) -> PageRecords {
        self.records.iter_mut().for_each(Vec::clear);
        let mut sizes = Vec::with_capacity(range.len());
        for page in range {
            self.keys.read(columns, marks, page);
            let page = columns.page(page).number;
            for (records, keys) in self.records.iter_mut().zip(&self.keys.of) {
                records.extend(keys.iter().map(|&key| Posting { key, page }));
            }
            sizes.push(u32::try_from(self.keys.of[ANCHORS].len()).unwrap_or(u32::MAX));
        }
        let partition = |source: usize| {
            Partition::of(self.records[source].iter().copied(), self.buckets[source])
        };
        let sources = [ANCHORS, FAMILIES, BANDS].map(partition);
        PageRecords { sources, sizes }
    }
}

/// The keys of a page; one a worker.
pub(crate) struct PageKeys {
    tier: Tier,
    /// By source: distinct anchors, ascending; long families and whole texts; bands.
    pub(crate) of: [Vec<u64>; 3],
    lines: Vec<u64>,
}

/// A hash of the families of paragraphs in their order.
struct Sequence {
    hash: u64,
    words: u32,
}

impl Sequence {
    fn new(seed: u64) -> Sequence {
        Sequence { hash: seed, words: 0 }
    }

    fn push(&mut self, family: u64, words: u32) {
        self.hash = mix(self.hash.rotate_left(5) ^ family);
        self.words = self.words.saturating_add(words);
    }

    /// The key of a text that is long enough to be told by it.
    fn key(&self) -> Option<u64> {
        (self.words >= WHOLE_WORDS).then_some(self.hash)
    }
}

impl PageKeys {
    pub(crate) fn new(tier: Tier) -> PageKeys {
        PageKeys { tier, of: Default::default(), lines: Vec::new() }
    }

    /// Reads the keys of the evidence of a page, whose marks are among those of all pages.
    pub(crate) fn read(&mut self, columns: &PageColumns, marks: &[Mark], page: PageNumber) {
        self.of.iter_mut().for_each(Vec::clear);
        let [anchors, families, bands] = &mut self.of;
        let span = columns.span(page);
        columns.each_anchored(page, |at, of_paragraph| {
            if marks[span.start + at].is_evidence() {
                anchors.extend_from_slice(of_paragraph);
            }
        });
        anchors.sort_unstable();
        anchors.dedup();
        if anchors.len() >= SKETCH_ANCHORS {
            let sketch = WideSketch::of(self.tier, anchors);
            Banding::Rows4.wide_keys(&sketch, |_, key| bands.push(key));
        }
        let (mut page, mut body, mut evidence) = (Sequence::new(1), Sequence::new(2), 0_u32);
        self.lines.clear();
        for paragraph in span {
            let (mark, words) = (marks[paragraph], columns.shapes()[paragraph].words());
            // What has no words is of no page's print.
            if words == 0 {
                continue;
            }
            let family = columns.family(paragraph);
            page.push(family, words);
            if mark.is_chrome() {
                continue;
            }
            body.push(family, words);
            if words >= LINE_WORDS {
                self.lines.push(family);
            }
            if mark.is_evidence() {
                evidence = evidence.saturating_add(words);
                if words >= FAMILY_WORDS {
                    families.push(family);
                }
            }
        }
        families.extend([page.key(), body.key()].into_iter().flatten());
        // Prose is found by its anchors.
        if self.lines.len() >= SKETCH_LINES && evidence < body.words / 2 {
            self.lines.sort_unstable();
            self.lines.dedup();
            let sketch = WideSketch::of(self.tier, &self.lines);
            Banding::Rows4.wide_keys(&sketch, |_, key| bands.push(key ^ LINES));
        }
    }
}
