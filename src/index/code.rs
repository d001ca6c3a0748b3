//! Numbers and runs in few bytes.
//!
//! A number is written seven bits a byte, the lowest first, with the high bit set on all but its last (LEB128: DWARF
//! Debugging Information Format 5, section 7.6).

/// Appends a number: one byte below 128, two below 16,384.
pub(super) fn put(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push((n & 0x7f) as u8 | 0x80);
        n >>= 7;
    }
    out.push((n & 0x7f) as u8);
}

/// Appends a text and its length.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Appends bytes as lengths of runs and what they are runs of.
pub(super) fn put_runs(out: &mut Vec<u8>, bytes: impl Iterator<Item = u8>) {
    let mut bytes = bytes.peekable();
    while let Some(byte) = bytes.next() {
        let mut length = 1;
        while bytes.next_if_eq(&byte).is_some() {
            length += 1;
        }
        put(out, length);
        out.push(byte);
    }
}

/// Reads what was put; everything is `None` once it makes no sense.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

impl<'a> Cursor<'a> {
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            n |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(n);
            }
        }
        None
    }

    /// A number of 32 bits.
    pub(super) fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// A number of things of which each takes a byte at least, so that damage asks for no room.
    pub(super) fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok().filter(|&count| count <= self.0.len())
    }

    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    /// Appends runs of `count` bytes in all.
    pub(super) fn runs(&mut self, count: usize, out: &mut Vec<u8>) -> Option<()> {
        let end = out.len() + count;
        while out.len() < end {
            let length = usize::try_from(self.number()?).ok()?;
            let byte = *self.take(1)?.first()?;
            if length == 0 || length > end - out.len() {
                return None;
            }
            out.resize(out.len() + length, byte);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn what_was_put_is_read(
            numbers in vec(prop_oneof![0..300_u64, any::<u64>()], 0..20),
            bytes in vec(0..3_u8, 0..200),
            text in "\\PC{0,20}",
        ) {
            let mut out = Vec::new();
            for &n in &numbers {
                put(&mut out, n);
            }
            put_runs(&mut out, bytes.iter().copied());
            put_text(&mut out, &text);
            let mut cursor = Cursor(&out);
            for n in numbers {
                prop_assert_eq!(cursor.number(), Some(n));
            }
            let mut read = Vec::new();
            cursor.runs(bytes.len(), &mut read).unwrap();
            prop_assert_eq!(read, bytes);
            prop_assert_eq!(cursor.text(), Some(text.as_str()));
            prop_assert!(cursor.0.is_empty());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..40), count in 0..100_usize) {
            let _ = Cursor(&bytes).runs(count, &mut Vec::new());
            let _ = Cursor(&bytes).text();
            let _ = Cursor(&bytes).small();
        }
    }
}
