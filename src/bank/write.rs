//! Sites to a bank file, one after the other.

use std::io::{self, Write};

use super::{
    Bank, Day,
    count::Counts,
    layout::{BANK, FAMILY, Head, PAGE, SiteEntry},
    rows::SiteRows,
    site::Site,
};
use crate::{Error, Result, store::TableWriter};

/// A site as it stands in a bank, but for its place there.
#[derive(Clone, Debug)]
pub struct EncodedSite {
    name: String,
    entry: SiteEntry,
    bytes: Vec<u8>,
}

impl EncodedSite {
    /// Counts a site and writes its tables.
    ///
    /// # Errors
    ///
    /// *Data* if it has more paragraphs or texts than have numbers of 32 bits.
    pub fn of(name: String, rows: &SiteRows) -> Result<EncodedSite> {
        let number = |n: usize, what: &str| {
            u32::try_from(n).ok().filter(|&n| n < u32::MAX).ok_or_else(|| {
                let problem = format!("site `{name}` has {n} {what}, more than a bank can number");
                Error::data("bank", format!("{problem}; prune it, or split the site"))
            })
        };
        let mut entry = SiteEntry {
            families: number(rows.families.len(), "families")?,
            pages: number(rows.pages.len(), "pages")?,
            paragraphs: number(rows.rows.len(), "paragraphs")?,
            texts: number(rows.texts.bytes.len(), "bytes of samples")?,
            ..SiteEntry::default()
        };
        let counts = Counts::of(rows);
        entry.neighbours = number(counts.neighbours.len(), "pairs of neighbours")?;
        entry.days = number(counts.days.len(), "days")?;
        entry.groups = counts.groups;
        let repeated = counts.families.iter().filter(|family| family.groups >= 2).count();
        entry.repeated = number(repeated, "families")?;
        for page in &rows.pages {
            entry.first = entry.first.earlier(page.key.day);
            entry.last = entry.last.max(page.key.day);
        }
        let bytes = tables(rows, &counts, entry.places().end);
        Ok(EncodedSite { name, entry, bytes })
    }

    /// A site of another bank, as it stands there.
    ///
    /// # Errors
    ///
    /// *Data* if that bank is damaged there.
    pub fn copied(name: String, site: &Site<'_>) -> Result<EncodedSite> {
        Ok(EncodedSite { name, entry: site.entry, bytes: site.bytes()?.to_vec() })
    }
}

fn tables(rows: &SiteRows, counts: &Counts, length: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    out.extend(rows.families.iter().flat_map(|family| family.to_le_bytes()));
    for ((family, shape), end) in counts.families.iter().zip(&rows.shapes).zip(&rows.texts.ends) {
        let mut record = [0; FAMILY];
        let numbers = [
            family.groups,
            family.pages,
            family.occurrences,
            family.variants,
            family.fresh,
            family.first_page,
            *end,
        ];
        for (at, number) in record.chunks_exact_mut(4).zip(numbers) {
            at.copy_from_slice(&number.to_le_bytes());
        }
        record[28..30].copy_from_slice(&family.days[0].number().to_le_bytes());
        record[30..32].copy_from_slice(&family.days[1].number().to_le_bytes());
        record[32..34].copy_from_slice(&shape.bits().to_le_bytes());
        record[34] = family.place;
        out.extend(record);
    }
    out.extend(counts.neighbours.iter().flat_map(|pair| pair.0.to_le_bytes()));
    out.extend(counts.neighbours.iter().flat_map(|pair| pair.1.to_le_bytes()));
    for (page, group) in rows.pages.iter().zip(&counts.group_of) {
        let mut record = [0; PAGE];
        record[..8].copy_from_slice(&page.key.url.to_le_bytes());
        record[8..16].copy_from_slice(&page.key.content.to_le_bytes());
        record[16..24].copy_from_slice(&page.settled.to_le_bytes());
        record[24..26].copy_from_slice(&page.key.day.number().to_le_bytes());
        record[26..30].copy_from_slice(&page.start.to_le_bytes());
        record[30..34].copy_from_slice(&group.to_le_bytes());
        out.extend(record);
    }
    out.extend(rows.rows.iter().flat_map(|row| row.family.to_le_bytes()));
    out.extend(rows.rows.iter().flat_map(|row| row.wording.to_le_bytes()));
    for (day, groups) in &counts.days {
        out.extend(day.number().to_le_bytes());
        out.extend(groups.to_le_bytes());
    }
    out.extend(rows.texts.bytes.as_bytes());
    out
}

/// Writes a bank. Holds the index: 56 bytes a site, and its name.
#[derive(Debug)]
pub struct BankWriter<W: Write> {
    table: TableWriter<W>,
    names: String,
    entries: Vec<SiteEntry>,
    head: Head,
}

impl<W: Write> BankWriter<W> {
    /// Begins a bank of pages that were cut and folded as `recipe` says
    /// ([`Recipe::families_id`](crate::base::recipe::Recipe::families_id)).
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn new(out: W, recipe: u64) -> io::Result<BankWriter<W>> {
        let table = TableWriter::new(out, BANK)?;
        let head = Head { recipe, ..Head::default() };
        Ok(BankWriter { table, names: String::new(), entries: Vec::new(), head })
    }

    /// Appends a site. Sites come in the order of their names, each once.
    ///
    /// # Errors
    ///
    /// Those of `out`, and *invalid input* for a site that is out of order: its bank could not be read.
    pub fn add(&mut self, site: &EncodedSite) -> io::Result<()> {
        if let Some(last) = self.last_name().filter(|&last| last >= site.name.as_str()) {
            let problem = format!(
                "site {} after site {last}; add sites in the order of their names, each once",
                site.name
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
        }
        let entry = SiteEntry {
            name_at: self.names.len() as u64,
            name: u32::try_from(site.name.len()).unwrap_or(u32::MAX),
            at: self.table.at(),
            ..site.entry
        };
        self.table.write(&site.bytes)?;
        self.names.push_str(&site.name);
        self.head.add(&entry);
        self.entries.push(entry);
        Ok(())
    }

    fn last_name(&self) -> Option<&str> {
        let last = self.entries.last()?;
        self.names.get(usize::try_from(last.name_at).ok()?..)
    }

    /// Ends the bank. `known` are families that are chrome on every site, ascending.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn finish(mut self, known: &[u64]) -> io::Result<W> {
        self.head.names = self.table.at();
        self.table.write(self.names.as_bytes())?;
        self.head.index = self.table.at();
        let mut record = Vec::new();
        for entry in &self.entries {
            record.clear();
            entry.encode(&mut record);
            self.table.write(&record)?;
        }
        self.head.known_at = self.table.at();
        self.head.known = known.len() as u64;
        for family in known {
            self.table.write(&family.to_le_bytes())?;
        }
        self.table.finish(&self.head.encode())
    }
}

impl Bank {
    /// A bank of these sites, in memory. Sites come in the order of their names, each once.
    ///
    /// # Errors
    ///
    /// As [`EncodedSite::of`].
    #[cfg(test)]
    pub(super) fn of_sites(
        recipe: u64,
        sites: impl Iterator<Item = (String, SiteRows)>,
    ) -> Result<Bank> {
        let in_memory = |e: io::Error| Error::io("bank", e);
        let mut writer = BankWriter::new(Vec::new(), recipe).map_err(in_memory)?;
        for (name, rows) in sites {
            writer.add(&EncodedSite::of(name, &rows)?).map_err(in_memory)?;
        }
        Bank::of_bytes("bank", writer.finish(&[]).map_err(in_memory)?)
    }

    /// Days of a bank that has none, and `first` and `last` otherwise, for people.
    pub fn days(&self) -> [Day; 2] {
        [self.head.first, self.head.last]
    }
}
