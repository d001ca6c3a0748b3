//! Families that stand alone on many sites, and are chrome wherever they stand.

use std::collections::HashMap;

use crate::{
    base::page::PageNumber,
    chrome::{SeedBank, SharedFamilies},
    table::PageColumns,
};

/// Adds to `company` what the sample pages among those of `columns` print beside; `sample` ascends.
pub(crate) fn add_company(
    shared: &SharedFamilies,
    sample: &[PageNumber],
    columns: &PageColumns,
    company: &mut HashMap<PageNumber, Vec<u32>>,
) {
    for page in (0..).take(columns.len()) {
        let of = columns.page(page).number;
        if sample.binary_search(&of).is_ok() {
            let families = columns.span(page).map(|paragraph| columns.family(paragraph));
            company.insert(of, shared.company(families));
        }
    }
}

/// The families that are known on every site, ascending: those that stand alone on many, and the seeds.
pub(crate) fn known(
    shared: &SharedFamilies,
    company: &HashMap<PageNumber, Vec<u32>>,
    seeds: Option<&SeedBank>,
) -> Vec<u64> {
    let mut known = shared.alone(company);
    if let Some(seeds) = seeds {
        known.extend_from_slice(seeds.families());
    }
    known.sort_unstable();
    known.dedup();
    known
}
