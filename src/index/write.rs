//! Segments written: from entries, or from segments that follow each other. Both give the same bytes.

use std::io::{self, Write};

use super::{
    Entry,
    lexicon::Lexicon,
    postings::{PostingsWriter, merged},
    segment::{Head, IDENTITIES, KIND, Row, Segment},
};
use crate::{Error, Result, base::page::PageNumber, store::TableWriter, table::Sites};

/// Writes the pages of `entries`, in their order, and gives back `out`.
pub(super) fn write<W: Write>(entries: &[Entry], out: W) -> Result<W> {
    let lexicon = Lexicon::of(entries);
    let mut writer = Writer::new(out, &lexicon)?;
    let mut sites = Sites::default();
    let mut piece = Vec::new();
    for entry in entries {
        piece.clear();
        entry.write(|word| lexicon.number(word).unwrap_or(u32::MAX), &mut piece);
        writer.piece(&piece)?;
    }
    writer.rows(|page| {
        let entry = &entries[page];
        let (tokens, _) = entry.body.len();
        Ok(Row {
            site: sites.number(&entry.site),
            url: entry.url,
            #[expect(clippy::cast_possible_truncation, reason = "half of a hash")]
            text: entry.body.hash() as u64,
            anchors: u32::try_from(entry.keys[0].len()).unwrap_or(u32::MAX),
            tokens: u32::try_from(tokens).unwrap_or(u32::MAX),
            worth: entry.body.worth,
            fate: entry.fate,
            ..Row::default()
        })
    })?;
    writer.sites(&sites)?;
    for source in 0..=IDENTITIES {
        let keys = |entry: &Entry| match entry.keys.get(source) {
            Some(keys) => keys.clone(),
            None => vec![entry.identity],
        };
        let mut records: Vec<(u64, PageNumber)> = (0..)
            .zip(entries)
            .flat_map(|(page, entry)| keys(entry).into_iter().map(move |key| (key, page)))
            .collect();
        records.sort_unstable();
        writer.postings(source, records.len() as u64, |put| {
            records.iter().try_for_each(|&(key, page)| put(key, page))
        })?;
    }
    writer.finish()
}

/// Bytes of pieces that are read before their memory is given back.
const AT_ONCE: u64 = 4 << 20;

/// Writes the pages of `segments`, one after the other, and gives back `out`.
///
/// Holds the words of all, 16 bytes a page, and an eighth of a byte a record.
pub(super) fn unite<W: Write>(segments: &[&Segment], out: W) -> Result<W> {
    let mut words = Vec::new();
    for segment in segments {
        words.extend(segment.lexicon()?);
    }
    let lexicon = Lexicon::united(words);
    let mut writer = Writer::new(out, &lexicon)?;
    let mut piece = Vec::new();
    for segment in segments {
        let numbers: Vec<u32> =
            segment.lexicon()?.map(|(word, _)| lexicon.number(word).unwrap_or(u32::MAX)).collect();
        let code = |number: u32| numbers.get(number as usize).copied();
        let mut read = 0;
        for page in 0..segment.pages() {
            piece.clear();
            let row = segment.row(page)?;
            if row.piece.saturating_sub(read) > AT_ONCE {
                segment.let_go(read..row.piece);
                read = row.piece;
            }
            let old = segment.piece(&row)?;
            old.recode(code, &mut piece).ok_or_else(|| segment.nonsense())?;
            writer.piece(&piece)?;
        }
        segment.let_all_go();
    }
    let mut sites = Sites::default();
    let mut rows = segments.iter().flat_map(|&s| (0..s.pages()).map(move |page| (s, page)));
    writer.rows(|_| {
        let Some((segment, page)) = rows.next() else { return Ok(Row::default()) };
        let row = segment.row(page)?;
        Ok(Row { site: sites.number(segment.site(&row)?), ..row })
    })?;
    writer.sites(&sites)?;
    for source in 0..=IDENTITIES {
        let mut first: PageNumber = 0;
        let mut walks: Vec<_> = Vec::with_capacity(segments.len());
        for segment in segments {
            walks.push((first, segment.walk(source)));
            first = first.saturating_add(segment.pages());
        }
        let count = segments.iter().map(|segment| segment.head.postings[source].count).sum();
        writer.postings(source, count, |put| merged(&mut walks, put))?;
    }
    writer.finish()
}

/// Writes the parts of a segment in their order.
struct Writer<W: Write> {
    table: TableWriter<W>,
    head: Head,
    /// Where the piece of each page is, and its length.
    places: Vec<(u64, u32)>,
}

fn failed(error: io::Error) -> Error {
    Error::io("segment of an index", error)
}

impl<W: Write> Writer<W> {
    fn new(out: W, lexicon: &Lexicon) -> Result<Writer<W>> {
        let mut table = TableWriter::new(out, KIND).map_err(failed)?;
        let head = Head { lexicon: [table.at(), lexicon.words.len() as u64], ..Head::default() };
        for &(hash, count) in &lexicon.words {
            table.write(&hash.to_le_bytes()).map_err(failed)?;
            table.write(&count.to_le_bytes()).map_err(failed)?;
        }
        Ok(Writer { table, head, places: Vec::new() })
    }

    fn piece(&mut self, piece: &[u8]) -> Result<()> {
        let Ok(length) = u32::try_from(piece.len()) else {
            let problem = format!("a page whose entry has {} bytes", piece.len());
            return Err(Error::data("segment of an index", problem));
        };
        self.places.push((self.table.at(), length));
        self.head.pieces += u64::from(length);
        self.table.write(piece).map_err(failed)
    }

    fn rows(&mut self, mut row: impl FnMut(usize) -> Result<Row>) -> Result<()> {
        self.head.pages = self.places.len() as u64;
        self.head.rows = self.table.at();
        for (page, &(piece, length)) in self.places.iter().enumerate() {
            let row = Row { piece, length, ..row(page)? };
            self.table.write(&row.bytes()).map_err(failed)?;
        }
        Ok(())
    }

    fn sites(&mut self, sites: &Sites) -> Result<()> {
        let at = self.table.at();
        for name in sites.names() {
            let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
            self.table.write(&length.to_le_bytes()).map_err(failed)?;
            self.table.write(name.as_bytes()).map_err(failed)?;
        }
        self.head.sites = [at, sites.len() as u64, self.table.at() - at];
        Ok(())
    }

    /// The postings of a source: `fill` puts `count` records, ascending.
    fn postings(
        &mut self,
        source: usize,
        count: u64,
        fill: impl FnOnce(&mut dyn FnMut(u64, PageNumber) -> Result<()>) -> Result<()>,
    ) -> Result<()> {
        let mut postings = PostingsWriter::new(self.table.at(), count);
        let table = &mut self.table;
        fill(&mut |key, page| postings.push(table, key, page).map_err(failed))?;
        self.head.postings[source] = postings.finish(&mut self.table).map_err(failed)?;
        Ok(())
    }

    fn finish(self) -> Result<W> {
        let head = self.head.bytes();
        self.table.finish(&head).map_err(failed)
    }
}
