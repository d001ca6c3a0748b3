//! Strings by number.

use crate::{
    Result,
    store::{RecordReader, RecordWriter, extend_column, write_column},
};

/// Many short strings in one allocation.
#[derive(Clone, Debug, Default)]
pub struct Strings {
    pub(super) bytes: String,
    pub(super) ends: Vec<u64>,
}

impl Strings {
    /// Adds one.
    pub fn push(&mut self, s: &str) {
        self.bytes.push_str(s);
        self.ends.push(self.bytes.len() as u64);
    }

    /// Adds those of others.
    pub fn append(&mut self, next: &Strings) {
        let start = self.bytes.len() as u64;
        self.bytes.push_str(&next.bytes);
        self.ends.extend(next.ends.iter().map(|end| end + start));
    }

    /// Forgets all and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    #[expect(clippy::cast_possible_truncation, reason = "offsets of a string in memory")]
    /// The one at place `i`.
    pub fn get(&self, i: usize) -> &str {
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        &self.bytes[start..self.ends[i] as usize]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Writes them.
    ///
    /// # Errors
    ///
    /// Those of the file.
    pub fn write(&self, file: &mut RecordWriter) -> Result<()> {
        write_column(file, self.ends.iter().copied())?;
        write_column(file, self.bytes.as_bytes().iter().copied())
    }

    /// Reads strings.
    ///
    /// # Errors
    ///
    /// Those of the file, *data* if they make no sense.
    pub fn read(file: &mut RecordReader, block: &mut Vec<u8>) -> Result<Strings> {
        let (mut ends, mut bytes) = (Vec::<u64>::new(), Vec::<u8>::new());
        extend_column(file, block, &mut ends)?;
        extend_column(file, block, &mut bytes)?;
        let bytes =
            String::from_utf8(bytes).map_err(|_| file.bad("has a string that is no UTF-8"))?;
        let fits = |&end: &u64| usize::try_from(end).is_ok_and(|end| bytes.is_char_boundary(end));
        if !ends.iter().all(fits) || !ends.is_sorted() {
            return Err(file.bad("has strings that do not end in order"));
        }
        Ok(Strings { bytes, ends })
    }
}
