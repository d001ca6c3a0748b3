//! Columns of numbers as blocks of a record file.

use super::{RecordReader, RecordWriter};
use crate::base::error::Result;

/// Numbers a block: small enough to be a buffer, large enough to cost nothing.
const CHUNK: usize = 1 << 17;

/// A number that has a place in a column.
pub trait Plain: Copy + Default {
    /// Its bytes.
    const SIZE: usize;
    /// Appends its bytes, the lowest first.
    fn put(self, out: &mut Vec<u8>);
    /// Reads it from its bytes.
    fn get(bytes: &[u8]) -> Self;
}

macro_rules! plain {
    ($($number:ty),*) => {$(
        impl Plain for $number {
            const SIZE: usize = size_of::<$number>();
            #[inline]
            fn put(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            #[inline]
            fn get(bytes: &[u8]) -> $number {
                bytes.try_into().map_or(0, <$number>::from_le_bytes)
            }
        }
    )*};
}

plain!(u8, u16, u32, u64);

/// Several numbers side by side.
impl<P: Plain, const N: usize> Plain for [P; N]
where
    [P; N]: Default,
{
    const SIZE: usize = P::SIZE * N;

    #[inline]
    fn put(self, out: &mut Vec<u8>) {
        for number in self {
            number.put(out);
        }
    }

    #[inline]
    fn get(bytes: &[u8]) -> [P; N] {
        let mut numbers = <[P; N]>::default();
        for (number, bytes) in numbers.iter_mut().zip(bytes.chunks_exact(P::SIZE)) {
            *number = P::get(bytes);
        }
        numbers
    }
}

/// Writes a column: its length, then its numbers, in blocks.
///
/// # Errors
///
/// Those of [`RecordWriter::write`].
pub fn write_column<P: Plain>(
    file: &mut RecordWriter,
    column: impl ExactSizeIterator<Item = P>,
) -> Result<()> {
    let length = column.len();
    file.write(&(length as u64).to_le_bytes())?;
    let mut block = Vec::with_capacity(length.min(CHUNK) * P::SIZE);
    for number in column {
        number.put(&mut block);
        if block.len() == CHUNK * P::SIZE {
            file.write(&block)?;
            block.clear();
        }
    }
    if block.is_empty() { Ok(()) } else { file.write(&block) }
}

/// Reads a column and hands each number to `each`; false if the file ends here.
///
/// # Errors
///
/// Those of [`RecordReader::next`], *data* if there is no column.
pub fn read_column<P: Plain>(
    file: &mut RecordReader,
    block: &mut Vec<u8>,
    mut each: impl FnMut(P),
) -> Result<bool> {
    if !file.next(block)? {
        return Ok(false);
    }
    let Ok(length) = <[u8; 8]>::try_from(block.as_slice()).map(u64::from_le_bytes) else {
        return Err(file.bad("has no column where one should be"));
    };
    let mut read = 0;
    while read < length {
        if !file.next(block)? || block.is_empty() || !block.len().is_multiple_of(P::SIZE) {
            return Err(file.bad("ends in the middle of a column"));
        }
        block.chunks_exact(P::SIZE).for_each(|number| each(P::get(number)));
        read += (block.len() / P::SIZE) as u64;
    }
    if read == length { Ok(true) } else { Err(file.bad("has a column longer than it says")) }
}

/// Reads a column to the end of `to`.
///
/// # Errors
///
/// Those of [`read_column`], *data* if the file ends here.
pub fn extend_column<P: Plain>(
    file: &mut RecordReader,
    block: &mut Vec<u8>,
    to: &mut Vec<P>,
) -> Result<()> {
    if read_column(file, block, |number| to.push(number))? {
        Ok(())
    } else {
        Err(file.bad("ends where a column should be"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Kind;

    #[test]
    fn columns_of_any_length_come_back() {
        const KIND: Kind = Kind::new(*b"columns ", 1);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        let mut writer = RecordWriter::create(&path, KIND, 0).unwrap();
        let long: Vec<u32> = (0..300_000).collect();
        write_column(&mut writer, long.iter().copied()).unwrap();
        write_column(&mut writer, [0_u8; 0].into_iter()).unwrap();
        write_column(&mut writer, [[1_u64, 2], [3, u64::MAX]].into_iter()).unwrap();
        writer.finish(false).unwrap();

        let mut reader = RecordReader::open(&path, KIND, 0).unwrap();
        let (mut block, mut numbers, mut none, mut pairs) =
            (Vec::new(), Vec::new(), Vec::<u8>::new(), Vec::<[u64; 2]>::new());
        extend_column(&mut reader, &mut block, &mut numbers).unwrap();
        extend_column(&mut reader, &mut block, &mut none).unwrap();
        extend_column(&mut reader, &mut block, &mut pairs).unwrap();
        assert_eq!((numbers, none.len(), pairs), (long, 0, vec![[1, 2], [3, u64::MAX]]));
        assert!(!read_column::<u8>(&mut reader, &mut block, |_| ()).unwrap());
        assert!(extend_column(&mut reader, &mut block, &mut none).is_err());
    }
}
