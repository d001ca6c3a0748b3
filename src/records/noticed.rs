//! What a pass over everything noticed of its records, beside those that cannot be used.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use super::{Fields, record::Record};

/// Records of a crawl that are no pages, by the kind that they say they are of; `WAT` are those of WAT files.
pub type Others = BTreeMap<String, u64>;

/// Counts of all records that could be used, as far as a first pass over everything has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noticed {
    /// Records.
    pub records: u64,
    /// Of them without a site.
    pub without_site: u64,
    /// Of them without a text, because it is null.
    pub without_text: u64,
    /// Of them with halves of characters in their text.
    pub with_halves: u64,
    /// Such halves, each of which became U+FFFD.
    pub halves: u64,
    /// Of them with a text that looks like HTML, but was read as plain text.
    pub like_html: u64,
    /// Records of crawls that are no pages.
    pub others: Others,
    /// Records that have named fields, and how many have a value for id, site, URL and date.
    pub(super) named: u64,
    pub(super) with: [u64; 4],
    /// A field that looks like an address, in one of the first records without a site.
    pub address: Option<String>,
}

impl Noticed {
    fn add(&mut self, other: Noticed) {
        self.records += other.records;
        self.without_site += other.without_site;
        self.without_text += other.without_text;
        self.with_halves += other.with_halves;
        self.halves += other.halves;
        self.like_html += other.like_html;
        self.named += other.named;
        add_others(&mut self.others, other.others);
        for (mine, others) in self.with.iter_mut().zip(other.with) {
            *mine += others;
        }
        // The least, so that it does not depend on threads.
        self.address = [self.address.take(), other.address].into_iter().flatten().min();
    }

    /// Takes note of a record.
    pub(super) fn count(&mut self, record: &Record<'_>, is_named: bool) {
        self.records += 1;
        self.without_site += u64::from(record.page.site.is_empty());
        self.without_text += u64::from(record.page.text.is_empty() && record.is_null_text());
        self.with_halves += u64::from(record.replaced > 0);
        self.halves += record.replaced as u64;
        if is_named {
            self.named += 1;
            for (count, has) in self.with.iter_mut().zip(record.has.0) {
                *count += u64::from(has);
            }
        }
    }

    /// Fields that the user named and no record has, as flag and name. `usual` has the names that it did not give.
    pub(super) fn missing<'f>(
        &self,
        fields: &'f Fields,
        usual: &Fields,
    ) -> Vec<(&'static str, &'f str)> {
        let flags = ["--id-field", "--site-field", "--url-field", "--date-field"];
        let names = [&fields.id, &fields.site, &fields.url, &fields.date];
        let usual = [&usual.id, &usual.site, &usual.url, &usual.date];
        let is_missing = |at: &usize| names[*at] != usual[*at] && self.with[*at] == 0;
        if self.named == 0 {
            return Vec::new();
        }
        (0..4).filter(is_missing).map(|at| (flags[at], names[at].as_str())).collect()
    }
}

fn add_others(all: &mut Others, others: Others) {
    for (kind, count) in others {
        *all.entry(kind).or_default() += count;
    }
}

/// Where workers put what they noticed.
#[derive(Debug, Default)]
pub(super) struct Notices(Mutex<Noticed>);

impl Notices {
    pub(super) fn add(&self, noticed: Noticed) {
        if noticed != Noticed::default() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).add(noticed);
        }
    }

    pub(super) fn add_others(&self, others: Others) {
        add_others(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).others, others);
    }

    /// All that was added.
    pub(super) fn all(&self) -> Noticed {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
