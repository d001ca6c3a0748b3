//! The members of a gzip file, and what stands behind the last one.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// How a member begins; its third byte is the only method there is.
const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

/// Bytes behind the last member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::records) struct Behind {
    /// How many there are.
    pub(in crate::records) bytes: u64,
    /// They are zeros and line ends, as tapes and transfers leave them.
    pub(in crate::records) is_padding: bool,
}

/// Decompresses one member after the other, as one.
pub(in crate::records) struct Members<R> {
    /// Of the member that is read; none for a moment between two.
    member: Option<GzDecoder<R>>,
    behind: Option<Behind>,
    ended: bool,
}

impl<R: BufRead> Members<R> {
    pub(in crate::records) fn new(reader: R) -> Members<R> {
        Members { member: Some(GzDecoder::new(reader)), behind: None, ended: false }
    }

    /// What is decompressed.
    pub(in crate::records) fn reader(&self) -> Option<&R> {
        self.member.as_ref().map(GzDecoder::get_ref)
    }

    /// What stands behind the last member, once that has been read.
    pub(in crate::records) fn behind(&self) -> Option<Behind> {
        self.behind
    }

    /// Begins the next member. What is no member and has none after it is passed over, as `gzip` does.
    fn begin_next(&mut self) -> io::Result<bool> {
        let Some(member) = self.member.take() else { return Ok(false) };
        let mut reader = member.into_inner();
        let first = reader.fill_buf()?.first().copied();
        match first {
            Some(first) if first != MAGIC[0] => {
                let behind = look_behind(&mut reader);
                self.member = Some(GzDecoder::new(reader));
                self.behind = Some(behind?);
                Ok(false)
            }
            first => {
                self.member = Some(GzDecoder::new(reader));
                Ok(first.is_some())
            }
        }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() || self.ended {
            return Ok(0);
        }
        loop {
            let Some(member) = &mut self.member else { return Ok(0) };
            let n = member.read(out)?;
            if n > 0 {
                return Ok(n);
            }
            if !self.begin_next()? {
                self.ended = true;
                return Ok(0);
            }
        }
    }
}

/// Reads to the end of what is no member.
///
/// # Errors
///
/// *Invalid data* if there is a member in it: then it is damage, and something was lost.
fn look_behind(reader: &mut impl BufRead) -> io::Result<Behind> {
    let mut behind = Behind { bytes: 0, is_padding: true };
    // The end of what was looked at, in which a magic number may have begun.
    let mut last: Vec<u8> = Vec::new();
    loop {
        let bytes = match reader.fill_buf() {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            bytes => bytes?,
        };
        if bytes.is_empty() {
            return Ok(behind);
        }
        behind.is_padding &= bytes.iter().all(|byte| matches!(byte, 0 | b'\n' | b'\r'));
        last.extend_from_slice(&bytes[..bytes.len().min(MAGIC.len() - 1)]);
        let has_member = |bytes: &[u8]| memchr::memmem::find(bytes, &MAGIC).is_some();
        if has_member(&last) || has_member(bytes) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "no gzip between two members"));
        }
        if bytes.len() >= MAGIC.len() - 1 {
            last.clear();
            last.extend_from_slice(&bytes[bytes.len() - (MAGIC.len() - 1)..]);
        } else {
            last.drain(..last.len().saturating_sub(MAGIC.len() - 1));
        }
        let n = bytes.len();
        behind.bytes += n as u64;
        reader.consume(n);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Write};

    use proptest::prelude::*;

    use super::*;

    fn member(plain: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: &[u8], room: usize) -> (Vec<u8>, io::Result<Option<Behind>>) {
        let mut members = Members::new(BufReader::with_capacity(room, bytes));
        let mut plain = Vec::new();
        let end = members.read_to_end(&mut plain).map(|_| members.behind());
        (plain, end)
    }

    #[test]
    fn what_stands_behind_is_told() {
        let whole = [member(b"one "), member(b""), member(b"two")].concat();
        for (behind, is_padding) in [
            (&b"\0\0\0\0"[..], true),
            (b"\n", true),
            (b"\0\r\n\0", true),
            (b"garbage", false),
            (b"\0x", false),
        ] {
            for room in [1, 2, 3, 7, 1000] {
                let (plain, end) = read(&[&whole, behind].concat(), room);
                assert_eq!(plain, b"one two");
                let bytes = behind.len() as u64;
                assert_eq!(end.unwrap(), Some(Behind { bytes, is_padding }), "{behind:?}");
            }
        }
        assert_eq!(read(&whole, 64).1.unwrap(), None);
    }

    /// A member that is lost between two others is no padding.
    #[test]
    fn damage_between_members_is_damage() {
        let mut whole = [member(b"one "), member(b"two"), member(b"three")].concat();
        let second = member(b"one ").len();
        whole[second] = b'x';
        for room in [1, 2, 3, 4, 5, 11, 1000] {
            let (plain, end) = read(&whole, room);
            assert_eq!(plain, b"one ");
            assert_eq!(end.unwrap_err().kind(), io::ErrorKind::InvalidData, "{room}");
        }
        let cut = &member(b"some text that is cut short")[..20];
        assert!(read(&[&member(b"one "), cut].concat(), 16).1.is_err());
    }

    proptest! {
        #[test]
        fn members_are_read_as_one(
            parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 1..6),
            room in 1..200_usize,
        ) {
            let whole: Vec<u8> = parts.iter().flat_map(|part| member(part)).collect();
            let (plain, end) = read(&whole, room);
            prop_assert_eq!(plain, parts.concat());
            prop_assert_eq!(end.unwrap(), None);
        }
    }
}
