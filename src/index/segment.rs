//! A segment: consecutive pages of an index, in one checked file that is mapped.
//!
//! ```text
//! lexicon      hash u32, count u64 a word, by number
//! pieces       bytes of the entries (see `entry`), page after page
//! rows         48 bytes a page
//! sites        names, each after its length u32
//! postings     of the three sources, and of identities (see `postings`)
//! head         where all that is: 24 numbers u64
//! ```

use std::{ops::Range, path::Path, sync::Arc};

use super::{
    About, Disposition, Source,
    entry::Piece,
    lexicon::{Counted, WORD},
    postings::{KeyRecords, Postings, Walk},
};
use crate::{
    Error, Result,
    base::page::PageNumber,
    copies::Body,
    store::{Plain, Table, TableKind},
};

pub(super) const KIND: TableKind = TableKind {
    magic: *b"refrain.segm",
    name: "segment of an index",
    version: 2,
    way_out: "remove the index and add the pages again",
};

/// Bytes of a row.
pub(super) const ROW: usize = 48;
/// The postings of identities stand behind those of the sources.
pub(super) const IDENTITIES: usize = 3;
const HEAD: usize = 24;

/// What is known of a page at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    pub(super) piece: u64,
    pub(super) length: u32,
    /// Its site, by number in its segment.
    pub(super) site: u32,
    /// Key of its URL; 0 if it has none.
    pub url: u64,
    /// A hash of its evidence: the same for equal texts.
    pub text: u64,
    /// Distinct anchors of its evidence.
    pub anchors: u32,
    /// Tokens of its evidence.
    pub tokens: u32,
    /// How good a print of its text it is ([`Body::worth`]).
    pub worth: u32,
    /// What cleaning did with it.
    pub fate: Disposition,
}

impl Row {
    pub(super) fn bytes(&self) -> [u8; ROW] {
        let Row { piece, length, site, url, text, anchors, tokens, worth, fate } = *self;
        let mut bytes = [0; ROW];
        for (at, number) in [piece, url, text].into_iter().enumerate() {
            bytes[8 * at..8 * at + 8].copy_from_slice(&number.to_le_bytes());
        }
        let short = [length, site, anchors, tokens, worth, fate as u32];
        for (at, number) in short.into_iter().enumerate() {
            bytes[24 + 4 * at..28 + 4 * at].copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    fn of(bytes: &[u8]) -> Row {
        let long = |at: usize| bytes.get(8 * at..8 * at + 8).map_or(0, u64::get);
        let short = |at: usize| bytes.get(24 + 4 * at..28 + 4 * at).map_or(0, u32::get);
        Row {
            piece: long(0),
            url: long(1),
            text: long(2),
            length: short(0),
            site: short(1),
            anchors: short(2),
            tokens: short(3),
            worth: short(4),
            fate: Disposition::of_number(short(5)),
        }
    }
}

/// Where everything is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Head {
    pub(super) pages: u64,
    pub(super) lexicon: [u64; 2],
    pub(super) rows: u64,
    /// Where the names of sites are, how many, and their bytes.
    pub(super) sites: [u64; 3],
    /// Bytes of all pieces.
    pub(super) pieces: u64,
    pub(super) postings: [Postings; 4],
}

impl Head {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let Head { pages, lexicon, rows, sites, pieces, postings } = *self;
        let own = [pages, lexicon[0], lexicon[1], rows, sites[0], sites[1], sites[2], pieces];
        let postings = postings.into_iter().flat_map(Postings::numbers);
        own.into_iter().chain(postings).flat_map(u64::to_le_bytes).collect()
    }

    fn of(bytes: &[u8]) -> Option<Head> {
        let numbers: Vec<u64> = bytes.chunks_exact(8).map(u64::get).collect();
        let [pages, words, word_count, rows, sites, site_count, site_bytes, pieces, ref rest @ ..] =
            *<&[u64; HEAD]>::try_from(numbers.as_slice()).ok()?;
        let mut postings = [Postings::default(); 4];
        for (to, numbers) in postings.iter_mut().zip(rest.as_chunks::<4>().0) {
            *to = Postings::of_numbers(*numbers)?;
        }
        Some(Head {
            pages,
            lexicon: [words, word_count],
            rows,
            sites: [sites, site_count, site_bytes],
            pieces,
            postings,
        })
    }
}

impl Head {
    /// Whether everything stands within so many bytes: what it counts then takes no more room than the file has.
    fn is_within(&self, data: u64) -> bool {
        let fits = |at: u64, count: u64, each: usize| {
            let end = count.checked_mul(each as u64).and_then(|bytes| at.checked_add(bytes));
            end.is_some_and(|end| end <= data)
        };
        let [lexicon, words] = self.lexicon;
        let [sites, names, bytes] = self.sites;
        self.pages <= u64::from(PageNumber::MAX)
            && fits(lexicon, words, WORD)
            && fits(self.rows, self.pages, ROW)
            && fits(sites, bytes, 1)
            && fits(0, names, 4)
            && fits(0, self.pieces, 1)
            && self.postings.iter().all(|postings| postings.are_within(fits))
    }
}

/// A segment, open.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    table: Table,
    pub(super) head: Head,
    /// Names by number; clones share them, for every commit makes some.
    sites: Arc<Vec<String>>,
}

impl Segment {
    /// Maps the file `path`.
    pub(super) fn open(path: &Path) -> Result<Segment> {
        Segment::new(Table::open(path, KIND)?)
    }

    pub(super) fn new(table: Table) -> Result<Segment> {
        let nonsense = || table.nonsense("its head");
        let head = Head::of(table.head()).ok_or_else(nonsense)?;
        if !head.is_within(table.data_len() as u64) {
            return Err(nonsense());
        }
        let [at, count, bytes] = head.sites;
        let mut rest = table.get(at, usize::try_from(bytes).unwrap_or(usize::MAX))?;
        let mut sites = Vec::new();
        for _ in 0..count {
            let name = (|| {
                let (length, behind) = rest.split_at_checked(4)?;
                let (name, behind) = behind.split_at_checked(u32::get(length) as usize)?;
                rest = behind;
                std::str::from_utf8(name).ok()
            })();
            sites.push(name.ok_or_else(|| table.nonsense("names of sites"))?.to_owned());
        }
        Ok(Segment { table, head, sites: Arc::new(sites) })
    }

    pub(super) fn pages(&self) -> PageNumber {
        PageNumber::try_from(self.head.pages).unwrap_or(PageNumber::MAX)
    }

    /// Bytes of the file.
    pub(super) fn size(&self) -> u64 {
        self.table.size()
    }

    /// Checks every block.
    pub(super) fn check(&self) -> Result<()> {
        self.table.check_all()
    }

    pub(super) fn row(&self, page: PageNumber) -> Result<Row> {
        if u64::from(page) >= self.head.pages {
            return Err(self.table.nonsense("a page that is not there"));
        }
        Ok(Row::of(
            self.table.get(self.head.rows.saturating_add(ROW as u64 * u64::from(page)), ROW)?,
        ))
    }

    pub(super) fn site(&self, row: &Row) -> Result<&str> {
        let name = self.sites.get(row.site as usize).map(String::as_str);
        name.ok_or_else(|| self.table.nonsense("a site without a name"))
    }

    /// Gives the memory of the pieces of pages back that stand between two places, once they have been read.
    pub(super) fn let_go(&self, pieces: Range<u64>) {
        let length = usize::try_from(pieces.end.saturating_sub(pieces.start));
        self.table.let_go(pieces.start, length.unwrap_or(usize::MAX));
    }

    /// Gives all its memory back.
    pub(super) fn let_all_go(&self) {
        self.table.let_go(0, usize::MAX);
    }

    pub(super) fn piece(&self, row: &Row) -> Result<Piece<'_>> {
        Ok(Piece(self.table.get(row.piece, row.length as usize)?))
    }

    /// Hashes and counts of words, by number.
    pub(super) fn lexicon(&self) -> Result<impl Iterator<Item = Counted>> {
        let words = self.words()?;
        Ok(words.iter().map(|word| (u32::get(&word[..4]), u64::get(&word[4..]))))
    }

    fn words(&self) -> Result<&[[u8; WORD]]> {
        let [at, count] = self.head.lexicon;
        let length = usize::try_from(count).ok().and_then(|count| count.checked_mul(WORD));
        Ok(self.table.get(at, length.unwrap_or(usize::MAX))?.as_chunks().0)
    }

    /// Reads the evidence of a page.
    pub(super) fn body(&self, row: &Row, body: &mut Body) -> Result<()> {
        let words = self.words()?;
        let word = |number: u32| words.get(number as usize).map(|word| u32::get(&word[..4]));
        self.piece(row)?.body(word, body).ok_or_else(|| self.nonsense())
    }

    pub(super) fn about(&self, row: &Row) -> Result<About> {
        self.piece(row)?.about().ok_or_else(|| self.nonsense())
    }

    pub(super) fn nonsense(&self) -> Error {
        self.table.nonsense("a page's entry")
    }

    /// The records of a key.
    pub(super) fn pages_with(&self, source: Source, key: u64) -> Result<KeyRecords<'_>> {
        self.head.postings[source as usize].of_key(&self.table, key)
    }

    /// The records of the pages of this identity.
    pub(super) fn pages_of(&self, identity: u64) -> Result<KeyRecords<'_>> {
        self.head.postings[IDENTITIES].of_key(&self.table, identity)
    }

    pub(super) fn walk(&self, postings: usize) -> Walk<'_> {
        self.head.postings[postings].walk(&self.table, self.pages())
    }
}
