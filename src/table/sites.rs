//! Names of sites, numbered in the order of first appearance.

use std::collections::HashMap;

use crate::base::page::SiteNumber;

/// Site names by number, and numbers by name.
#[derive(Clone, Default)]
pub struct Sites {
    names: Vec<String>,
    numbers: HashMap<String, SiteNumber>,
}

impl std::fmt::Debug for Sites {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.names).finish()
    }
}

impl Sites {
    /// The number of `name`, which gets the next one if it is new.
    pub fn number(&mut self, name: &str) -> SiteNumber {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = SiteNumber::try_from(self.names.len()).unwrap_or(SiteNumber::MAX - 1);
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// The name of site `number`.
    pub fn name(&self, number: SiteNumber) -> &str {
        &self.names[number as usize]
    }

    /// All names, by number.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// For every site its place in `list`, and the length of the list for those that are not in it.
    pub fn ranks(&self, list: &[String]) -> Vec<usize> {
        let mut ranks = vec![list.len(); self.names.len()];
        for (rank, name) in list.iter().enumerate().rev() {
            if let Some(&number) = self.numbers.get(name) {
                ranks[number as usize] = rank;
            }
        }
        ranks
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}
