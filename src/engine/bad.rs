//! Records that cannot be used: counted, told, handed on, and when there are too many.

use std::{fmt, io::Write};

use crate::{Error, Result, base::page::PageNumber};

/// How many records may be unusable before a run is taken to be pointed at the wrong thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MostBad {
    /// So many.
    Count(u64),
    /// So many of a million records read so far, and as many as that is of a thousand records before
    /// there are so many.
    PerMillion(u32),
}

impl MostBad {
    /// Records before which a share says little: what one in a hundred may be of ten lines is nothing.
    const FEW: u64 = 1000;

    /// How many of the first `records` may be bad.
    fn of(self, records: u64) -> u64 {
        match self {
            MostBad::Count(count) => count,
            MostBad::PerMillion(share) => {
                records.max(MostBad::FEW).saturating_mul(u64::from(share)) / 1_000_000
            }
        }
    }
}

impl Default for MostBad {
    /// One in a hundred.
    fn default() -> MostBad {
        MostBad::PerMillion(10_000)
    }
}

/// As it is asked for: a count, or a share in per cent.
impl fmt::Display for MostBad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MostBad::Count(count) => write!(f, "{count}"),
            MostBad::PerMillion(share) => write!(f, "{}%", f64::from(*share) / 10_000.0),
        }
    }
}

/// A record that cannot be used.
pub(crate) struct Bad {
    pub(crate) page: PageNumber,
    /// Why.
    pub(crate) error: Error,
    /// Its bytes.
    pub(crate) record: Vec<u8>,
}

/// What a run bears.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowed {
    /// The first bad record ends it.
    pub(crate) strict: bool,
    /// More than that end it.
    pub(crate) most_bad: MostBad,
}

/// Records that could not be used.
#[derive(Clone, Debug, Default)]
pub struct BadRecords {
    /// How many there are.
    pub count: u64,
    /// The messages of the first few.
    pub first: Vec<String>,
}

impl BadRecords {
    /// Messages that are kept.
    const SHOWN: usize = 5;

    /// Notes a record that cannot be used. They come in input order, so it does not depend on batches
    /// which one is too many.
    ///
    /// # Errors
    ///
    /// The record's own if the run is strict; *data* if there are too many by now.
    pub(crate) fn add(&mut self, allowed: Allowed, bad: Bad) -> Result<()> {
        let Allowed { strict, most_bad } = allowed;
        if strict {
            return Err(bad.error);
        }
        self.count += 1;
        if self.first.len() < BadRecords::SHOWN {
            self.first.push(bad.error.to_string());
        }
        let records = u64::from(bad.page) + 1;
        if self.count <= most_bad.of(records) {
            return Ok(());
        }
        let problem = format!(
            "{} of the first {records} records cannot be used, and --max-bad {} allows {}; the first: {}. If that is as \
             it should be, allow more, such as --max-bad 50%",
            self.count,
            most_bad,
            most_bad.of(records),
            self.first[0],
        );
        Err(Error::data("input", problem))
    }
}

/// Writes a record that cannot be used to the file of those.
pub(crate) fn reject(rejects: &mut dyn Write, error: &str, record: &[u8]) -> Result<()> {
    writeln!(rejects, "# {error}")
        .and_then(|()| rejects.write_all(record))
        .and_then(|()| rejects.write_all(b"\n"))
        .map_err(|e| Error::io("--rejects", e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_a_thousand_records_at_least() {
        let percent = MostBad::default();
        assert_eq!([0, 1, 999, 1000, 1099, 1100].map(|n| percent.of(n)), [10, 10, 10, 10, 10, 11]);
        assert_eq!(percent.of(u64::MAX), u64::MAX / 1_000_000);
        assert_eq!(MostBad::PerMillion(0).of(1 << 40), 0);
        assert_eq!(MostBad::PerMillion(1_000_000).of(5000), 5000);
        assert_eq!(MostBad::Count(3).of(1), 3);
        assert_eq!(percent.to_string(), "1%");
        assert_eq!(MostBad::PerMillion(500).to_string(), "0.05%");
    }
}
