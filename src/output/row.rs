//! Rows of evidence, formatted into one buffer that is written when it is full.
//!
//! Most of what is written are small numbers and texts without anything to escape, many millions of
//! them, so a row is put together piece by piece without a tree and without a call of the file for
//! each. The bytes are those that the JSON serializer would write.

use std::io::{self, Write};

use crate::copies::Share;

/// Bytes written at once.
const FULL: usize = 1 << 18;

/// Rows on their way into a file.
pub(super) struct Rows<'o, W> {
    out: &'o mut W,
    row: Row,
}

impl<'o, W: Write> Rows<'o, W> {
    pub(super) fn new(out: &'o mut W) -> Rows<'o, W> {
        Rows { out, row: Row { bytes: Vec::with_capacity(FULL + FULL / 8) } }
    }

    /// The next row, to be appended to; its caller ends the line.
    pub(super) fn row(&mut self) -> io::Result<&mut Row> {
        if self.row.bytes.len() >= FULL {
            self.write()?;
        }
        Ok(&mut self.row)
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.write()
    }

    fn write(&mut self) -> io::Result<()> {
        self.out.write_all(&self.row.bytes)?;
        self.row.bytes.clear();
        Ok(())
    }
}

/// Bytes of rows; methods append.
pub(super) struct Row {
    bytes: Vec<u8>,
}

impl Row {
    /// Text as it is.
    pub(super) fn raw(&mut self, text: &str) -> &mut Row {
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    /// A JSON string.
    pub(super) fn text(&mut self, text: &str) -> &mut Row {
        if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
            return self.raw("\"").raw(text).raw("\"");
        }
        // Writing a string to memory cannot fail.
        let _ = serde_json::to_writer(&mut self.bytes, text);
        self
    }

    /// A number.
    pub(super) fn number(&mut self, number: impl itoa::Integer) -> &mut Row {
        self.raw(itoa::Buffer::new().format(number))
    }

    /// A share as a JSON number: up to four decimals, at least one.
    pub(super) fn decimal(&mut self, share: Decimal) -> &mut Row {
        let decimals =
            (1..4).rev().take_while(|&zeros| !share.0.is_multiple_of(10_u32.pow(zeros))).count();
        let start = self.bytes.len();
        self.four_digits(share);
        self.bytes.truncate(start + 3 + decimals);
        self
    }

    /// A share with all its four decimals.
    pub(super) fn four_digits(&mut self, Decimal(n): Decimal) -> &mut Row {
        let digit = |unit: u32| b'0' + (n / unit % 10) as u8;
        let digits = [digit(10_000), b'.', digit(1000), digit(100), digit(10), digit(1)];
        self.bytes.extend_from_slice(&digits);
        self
    }

    /// `null`, or what `some` appends.
    pub(super) fn option<T>(
        &mut self,
        value: Option<T>,
        some: impl FnOnce(&mut Row, T) -> &mut Row,
    ) {
        match value {
            Some(value) => some(self, value),
            None => self.raw("null"),
        };
    }

    /// A JSON array of what `each` appends.
    pub(super) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Row, T),
    ) {
        self.raw("[");
        for (number, item) in items.into_iter().enumerate() {
            if number > 0 {
                self.raw(",");
            }
            each(self, item);
        }
        self.raw("]");
    }
}

/// A share in ten-thousandths, rounded down by integer arithmetic.
#[derive(Clone, Copy)]
pub(super) struct Decimal(u32);

impl From<Share> for Decimal {
    fn from(share: Share) -> Decimal {
        let of = u64::from(share.of.max(1));
        Decimal((u64::from(share.part) * 10_000 / of).min(10_000) as u32)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl FnOnce(&mut Row)) -> String {
        let mut out = Vec::new();
        let mut rows = Rows::new(&mut out);
        write(rows.row().unwrap());
        rows.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    fn json(value: &impl serde::Serialize) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn shares_are_those_of_the_serializer() {
        for n in 0..=10_000 {
            let decimal = Decimal::from(Share::new(n, 10_000));
            let value = f64::from(n) / 10_000.0;
            assert_eq!(written(|row| _ = row.decimal(decimal)), json(&value));
            assert_eq!(written(|row| _ = row.four_digits(decimal)), format!("{value:.4}"));
        }
        let more = Decimal::from(Share::new(7, 0));
        assert_eq!(written(|row| _ = row.decimal(more)), "1.0");
    }

    proptest! {
        #[test]
        fn texts_are_those_of_the_serializer(text in any::<String>(), line in "[a\"\\\\\n\u{1}é]{0,8}") {
            prop_assert_eq!(written(|row| _ = row.text(&text)), json(&text));
            prop_assert_eq!(written(|row| _ = row.text(&line)), json(&line));
        }

        #[test]
        fn lists_are_those_of_the_serializer(numbers in proptest::collection::vec(any::<u32>(), 0..9)) {
            let list = |row: &mut Row| row.list(&numbers, |row, &n| _ = row.number(n));
            prop_assert_eq!(written(list), json(&numbers));
            let first = numbers.first();
            prop_assert_eq!(written(|row| row.option(first, |row, &n| row.number(n))), json(&first));
        }
    }

    #[test]
    fn many_rows_come_out_in_order() {
        let mut out = Vec::new();
        let mut rows = Rows::new(&mut out);
        for n in 0..100_000_u32 {
            rows.row().unwrap().number(n).raw("\n");
        }
        rows.finish().unwrap();
        let mut expected = String::new();
        for n in 0..100_000 {
            expected.push_str(&n.to_string());
            expected.push('\n');
        }
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
