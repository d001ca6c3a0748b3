//! A site in an open bank: families by fingerprint, pages by URL.

use std::{cmp::Ordering, ops::Range};

use super::{
    Day,
    count::Family,
    layout::{DAY, FAMILY, PAGE, SiteEntry, take_day, take_u16, take_u32, take_u64},
    pair_key,
    rows::{GAP, PageKey, PageRow, Row, SiteRows, Texts},
};
use crate::{Result, store::Table, table::Shape};

/// What a bank knows of one site.
#[derive(Clone, Copy, Debug)]
pub struct Site<'b> {
    pub(super) table: &'b Table,
    pub(super) entry: SiteEntry,
}

impl<'b> Site<'b> {
    /// Number of groups of pages that are one page.
    pub fn groups(&self) -> u32 {
        self.entry.groups
    }

    /// Number of pages.
    pub fn pages(&self) -> u32 {
        self.entry.pages
    }

    /// Number of families, and of them those that two groups of pages and more have.
    pub fn families(&self) -> [u32; 2] {
        [self.entry.families, self.entry.repeated]
    }

    /// First and last day on which a page of it was seen.
    pub fn days(&self) -> [Day; 2] {
        [self.entry.first, self.entry.last]
    }

    /// All its tables.
    pub(super) fn bytes(&self) -> Result<&'b [u8]> {
        let length = usize::try_from(self.entry.places().end).unwrap_or(usize::MAX);
        self.table.get(self.entry.at, length)
    }

    /// Gives the memory of its tables back, which have been read for the last time for a while.
    pub(crate) fn let_go(&self) {
        let length = usize::try_from(self.entry.places().end).unwrap_or(usize::MAX);
        self.table.let_go(self.entry.at, length);
    }

    /// The `n`-th of the records of `size` bytes that begin at `table`.
    #[inline]
    fn record(&self, table: u64, n: u32, size: usize) -> Result<&'b [u8]> {
        let at = self.entry.at.saturating_add(table);
        self.table.get(at.saturating_add(u64::from(n) * size as u64), size)
    }

    fn table_of(&self, range: Range<u64>) -> Result<&'b [u8]> {
        let length = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
        self.table.get(self.entry.at.saturating_add(range.start), length)
    }

    /// The place of `key` in a sorted column of hashes: a guess from its leading bits, then steps
    /// that double, then a bisection.
    #[inline]
    fn find(&self, column: u64, length: u32, key: u64) -> Result<Option<u32>> {
        if length == 0 {
            return Ok(None);
        }
        let at = |n: u32| self.record(column, n, 8).map(|mut bytes| take_u64(&mut bytes));
        #[expect(clippy::cast_possible_truncation, reason = "less than a length of 32 bits")]
        let guess = ((u128::from(key) * u128::from(length)) >> 64) as u32;
        let (mut low, mut high) = (0, length);
        let mut step = 4;
        match at(guess)?.cmp(&key) {
            Ordering::Equal => return Ok(Some(guess)),
            Ordering::Less => {
                low = guess + 1;
                while let Some(next) = low.checked_add(step).filter(|&next| next < length) {
                    if at(next)? >= key {
                        high = next + 1;
                        break;
                    }
                    (low, step) = (next + 1, step.saturating_mul(2));
                }
            }
            Ordering::Greater => {
                high = guess;
                while let Some(next) = high.checked_sub(step) {
                    if at(next)? <= key {
                        low = next;
                        break;
                    }
                    (high, step) = (next, step.saturating_mul(2));
                }
            }
        }
        while low < high {
            let middle = low.midpoint(high);
            match at(middle)?.cmp(&key) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Ok(Some(middle)),
            }
        }
        Ok(None)
    }

    /// The place of a family among the site's, if it is known.
    ///
    /// # Errors
    ///
    /// *Data* if the bank is damaged where it looks.
    #[inline]
    pub fn find_family(&self, fingerprint: u64) -> Result<Option<u32>> {
        self.find(0, self.entry.families, fingerprint)
    }

    /// What is counted of the family of that place.
    ///
    /// # Errors
    ///
    /// *Data* if the bank is damaged there.
    #[inline]
    pub fn family(&self, at: u32) -> Result<Family> {
        let mut bytes = self.record(self.entry.places().families, at, FAMILY)?;
        let from = &mut bytes;
        let [groups, pages, occurrences, variants, fresh, first_page] =
            [(); 6].map(|()| take_u32(from));
        take_u32(from);
        let days = [take_day(from), take_day(from)];
        take_u16(from);
        let place = from.first().copied().unwrap_or(0);
        let SiteEntry { groups: most, pages: all, paragraphs, .. } = self.entry;
        let fits = groups <= most && pages <= all && occurrences <= paragraphs;
        if !fits || variants > occurrences || fresh > groups || first_page >= all {
            return Err(self.table.nonsense("the counts of a family"));
        }
        Ok(Family { groups, pages, occurrences, variants, fresh, first_page, place, days })
    }

    /// Fingerprint of the family of that place.
    ///
    /// # Errors
    ///
    /// *Data* if the bank is damaged there.
    pub fn fingerprint(&self, at: u32) -> Result<u64> {
        self.record(0, at, 8).map(|mut bytes| take_u64(&mut bytes))
    }

    /// How the text of the family of that place begins.
    ///
    /// # Errors
    ///
    /// *Data* if the bank is damaged there.
    pub fn text(&self, at: u32) -> Result<&'b str> {
        let places = self.entry.places();
        let end = |n: u32| {
            self.record(places.families, n, FAMILY)
                .map(|record| take_u32(&mut record.get(24..).unwrap_or_default()))
        };
        let (start, end) = (at.checked_sub(1).map_or(Ok(0), end)?, end(at)?);
        if start > end || end > self.entry.texts {
            return Err(self.table.nonsense("a text"));
        }
        let text = self.table_of(places.texts + u64::from(start)..places.texts + u64::from(end))?;
        str::from_utf8(text).map_err(|_| self.table.nonsense("a text"))
    }

    /// Shape of the family of that place.
    pub(super) fn shape(&self, at: u32) -> Result<Shape> {
        let record = self.record(self.entry.places().families, at, FAMILY)?;
        Ok(Shape::from_bits(take_u16(&mut record.get(32..).unwrap_or_default())))
    }

    /// In how many groups `next` follows `family`; 0 if that is one or none.
    ///
    /// # Errors
    ///
    /// *Data* if the bank is damaged where it looks.
    #[inline]
    pub fn neighbours(&self, family: u64, next: u64) -> Result<u32> {
        let places = self.entry.places();
        let at = self.find(places.pairs, self.entry.neighbours, pair_key(family, next))?;
        let Some(at) = at else { return Ok(0) };
        let groups = take_u32(&mut self.record(places.pair_counts, at, 4)?);
        if groups > self.entry.groups {
            return Err(self.table.nonsense("the counts of two neighbours"));
        }
        Ok(groups)
    }

    /// Groups that have a page on `day` or later.
    pub(super) fn groups_since(&self, day: Day) -> Result<u32> {
        let places = self.entry.places();
        let days = self.table_of(places.days..places.texts)?;
        let row = |n: usize| {
            let mut row = days.get(n * DAY..).unwrap_or_default();
            (take_day(&mut row), take_u32(&mut row))
        };
        let (mut low, mut high) = (0, days.len() / DAY);
        while low < high {
            let middle = low.midpoint(high);
            if row(middle).0 < day {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let groups = if low < days.len() / DAY { row(low).1 } else { 0 };
        if groups > self.entry.groups {
            return Err(self.table.nonsense("the counts of a day"));
        }
        Ok(groups)
    }

    /// Key and group of a page.
    pub(super) fn page(&self, at: u32) -> Result<(PageRow, u32)> {
        let mut bytes = self.record(self.entry.places().pages, at, PAGE)?;
        let from = &mut bytes;
        let (url, content, settled) = (take_u64(from), take_u64(from), take_u64(from));
        let (day, start, group) = (take_day(from), take_u32(from), take_u32(from));
        Ok((PageRow { key: PageKey { url, content, day }, settled, start }, group))
    }

    /// The first page whose key of the URL and hash of the text are not below these.
    fn first_page_from(&self, wanted: (u64, u64)) -> Result<u32> {
        let (mut low, mut high) = (0, self.entry.pages);
        while low < high {
            let middle = low.midpoint(high);
            let key = self.page(middle)?.0.key;
            if (key.url, key.content) < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// Whether it has a page of this key of the URL and this text.
    pub(super) fn has_page(&self, url: u64, content: u64) -> Result<bool> {
        let at = self.first_page_from((url, content))?;
        if at >= self.entry.pages {
            return Ok(false);
        }
        let key = self.page(at)?.0.key;
        Ok((key.url, key.content) == (url, content))
    }

    /// Pages whose key of the URL is `url`, and, if that is 0, whose text is `content`.
    pub(super) fn pages_like(&self, url: u64, content: u64) -> Result<Range<u32>> {
        let least = |wanted| self.first_page_from(wanted);
        let after = |url: u64, content: u64| match (content.checked_add(1), url.checked_add(1)) {
            (Some(content), _) => least((url, content)),
            (None, Some(url)) => least((url, 0)),
            (None, None) => Ok(self.entry.pages),
        };
        if url == 0 {
            Ok(least((0, content))?..after(0, content)?)
        } else {
            Ok(least((url, 0))?..after(url, u64::MAX)?)
        }
    }

    /// Families of the paragraphs of a page.
    pub(super) fn row(&self, page: u32) -> Result<impl Iterator<Item = u32> + Clone + 'b> {
        let SiteEntry { pages, paragraphs, .. } = self.entry;
        let start = self.page(page)?.0.start;
        let end =
            if page < pages.saturating_sub(1) { self.page(page + 1)?.0.start } else { paragraphs };
        if page >= pages || start > end || end > paragraphs {
            return Err(self.table.nonsense("where a page begins"));
        }
        let at = self.entry.places().paragraphs;
        let bytes = self.table_of(at + 4 * u64::from(start)..at + 4 * u64::from(end))?;
        Ok(bytes.chunks_exact(4).map(|mut family| take_u32(&mut family)))
    }

    /// All its pages, to be united with others.
    ///
    /// # Errors
    ///
    /// *Data* if the bank is damaged there.
    pub fn rows(&self) -> Result<SiteRows> {
        let places = self.entry.places();
        let mut rows = SiteRows {
            families: numbers(self.table_of(0..places.families)?),
            ..SiteRows::default()
        };
        let mut texts = Texts::default();
        for at in 0..self.entry.families {
            rows.shapes.push(self.shape(at)?);
            texts.push(self.text(at)?);
        }
        rows.texts = texts;
        for page in 0..self.entry.pages {
            rows.pages.push(self.page(page)?.0);
        }
        let mut paragraphs = self.table_of(places.paragraphs..places.wordings)?;
        let mut wordings = self.table_of(places.wordings..places.days)?;
        while paragraphs.len() >= 4 {
            let (family, wording) = (take_u32(&mut paragraphs), take_u32(&mut wordings));
            rows.rows.push(Row { family, wording });
        }
        if !rows.is_in_order() {
            return Err(self.table.nonsense("the order of a site"));
        }
        if rows.rows.iter().any(|row| row.family >= self.entry.families && row.family != GAP) {
            return Err(self.table.nonsense("a page with a family that the site has not got"));
        }
        Ok(rows)
    }
}

/// The numbers that stand in `bytes`.
pub(super) fn numbers(mut bytes: &[u8]) -> Vec<u64> {
    let mut numbers = Vec::with_capacity(bytes.len() / 8);
    while bytes.len() >= 8 {
        numbers.push(take_u64(&mut bytes));
    }
    numbers
}
