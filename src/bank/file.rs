//! A bank, open: sites by name, nothing of it loaded.

use std::{cmp::Ordering, path::Path};

use super::{
    layout::{BANK, Head, SITE, SiteEntry},
    site::{Site, numbers},
};
use crate::{Error, Result, store::Table};

/// What is known of the families of each site, in a file that is mapped or in memory.
///
/// Clones share it.
#[derive(Clone, Debug)]
pub struct Bank {
    table: Table,
    pub(super) head: Head,
}

impl Bank {
    /// Opens the bank at `path`. Takes milliseconds whatever its size: what is not asked for is not
    /// read.
    ///
    /// # Errors
    ///
    /// *Data* if it is not there, is no bank of this format, or is damaged; *machine* if it cannot be
    /// read.
    pub fn open(path: &Path) -> Result<Bank> {
        Bank::of_table(Table::open(path, BANK)?)
    }

    /// A bank in memory, called `name` in messages.
    ///
    /// # Errors
    ///
    /// As [`open`](Bank::open).
    pub fn of_bytes(name: &str, bytes: Vec<u8>) -> Result<Bank> {
        Bank::of_table(Table::of_bytes(name, bytes, BANK)?)
    }

    fn of_table(table: Table) -> Result<Bank> {
        let head = Head::decode(table.head())
            .filter(|head| head.fits(table.data_len() as u64))
            .ok_or_else(|| table.nonsense("its head"))?;
        Ok(Bank { table, head })
    }

    #[cfg(test)]
    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// The name in messages.
    pub fn name(&self) -> &str {
        self.table.name()
    }

    /// The bank as a file has it.
    pub fn bytes(&self) -> &[u8] {
        self.table.bytes()
    }

    /// Checks every byte, that every site makes sense, and that they are as many and as large as the bank says.
    ///
    /// # Errors
    ///
    /// *Data* for the first damage.
    pub fn check(&self) -> Result<()> {
        self.table.check_all()?;
        let mut counted = self.head.without_counts();
        for at in 0..self.sites() {
            counted.add(&self.site_at(at)?.1.entry);
        }
        if counted == self.head {
            Ok(())
        } else {
            Err(self.table.nonsense("the counts of its sites"))
        }
    }

    /// Whether pages that are cut and folded as `recipe` says can be looked up in it.
    ///
    /// # Errors
    ///
    /// *Usage* if not.
    pub fn check_recipe(&self, recipe: u64) -> Result<()> {
        if self.head.recipe == recipe {
            return Ok(());
        }
        Err(Error::usage(
            self.name(),
            "learnt with another --paragraph, or by a release that folds letters otherwise; use the \
             same flags, or learn it again",
        ))
    }

    /// The recipe that its families were made with.
    pub fn recipe(&self) -> u64 {
        self.head.recipe
    }

    /// Number of sites.
    pub fn sites(&self) -> u64 {
        self.head.sites
    }

    /// Number of families of all sites, and of them those that two groups of pages and more have.
    pub fn families(&self) -> [u64; 2] {
        [self.head.families, self.head.repeated]
    }

    /// Number of pages, and of groups of pages that are one page.
    pub fn pages(&self) -> [u64; 2] {
        [self.head.pages, self.head.groups]
    }

    /// Number of paragraphs of all pages, but for those that were pruned.
    pub fn paragraphs(&self) -> u64 {
        self.head.paragraphs
    }

    /// The site of that place in the order of the names.
    ///
    /// # Errors
    ///
    /// *Data* if the bank is damaged there.
    pub fn site_at(&self, at: u64) -> Result<(&str, Site<'_>)> {
        let entry = self.entry(at)?;
        let name = self.name_of(&entry)?;
        if let Some(before) = at.checked_sub(1) {
            let before = self.entry(before)?;
            if before.end() > entry.at || self.name_of(&before)? >= name {
                return Err(self.table.nonsense("the order of its sites"));
            }
        }
        let name = str::from_utf8(name).map_err(|_| self.table.nonsense("a site's name"))?;
        Ok((name, Site { table: &self.table, entry }))
    }

    fn entry(&self, at: u64) -> Result<SiteEntry> {
        let at = self.head.index.saturating_add(at.saturating_mul(SITE as u64));
        let entry = SiteEntry::decode(self.table.get(at, SITE)?);
        if !entry.makes_sense() || entry.end() > self.head.names {
            return Err(self.table.nonsense("the counts of a site"));
        }
        Ok(entry)
    }

    fn name_of(&self, entry: &SiteEntry) -> Result<&[u8]> {
        self.table.get(self.head.names.saturating_add(entry.name_at), entry.name as usize)
    }

    /// The site of that name; none if the bank does not know it. A bisection.
    ///
    /// # Errors
    ///
    /// *Data* if the bank is damaged where it looks.
    pub fn site(&self, name: &str) -> Result<Option<Site<'_>>> {
        let (mut low, mut high) = (0, self.head.sites);
        while low < high {
            let middle = low.midpoint(high);
            let entry = self.entry(middle)?;
            match self.name_of(&entry)?.cmp(name.as_bytes()) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Ok(Some(Site { table: &self.table, entry })),
            }
        }
        Ok(None)
    }

    /// Families that are chrome on every site, ascending.
    ///
    /// # Errors
    ///
    /// *Data* if the bank is damaged there.
    pub fn known(&self) -> Result<Vec<u64>> {
        let length = usize::try_from(self.head.known).unwrap_or(usize::MAX).saturating_mul(8);
        Ok(numbers(self.table.get(self.head.known_at, length)?))
    }
}
