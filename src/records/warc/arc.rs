//! ARC files (the Internet Archive's format before WARC) → the WARC records that they stand for.
//!
//! A record of ARC is a line (address, IP address, day, media type, length, of later files some more) and so many bytes,
//! which for pages are the answer of a server as it came. Written as a `response` of WARC they go the way of
//! all such records: cut, decoded and judged by the same code.

use std::io::{self, BufRead, BufReader, Read};

/// Longest line that begins a record.
const LONGEST: usize = 64 << 10;

/// Whether a file that begins with `head` is one.
pub(in crate::records) fn is_start(head: &[u8]) -> bool {
    head.starts_with(b"filedesc:")
}

/// Gives ARC as WARC.
pub(in crate::records) struct ArcReader<R> {
    arc: BufReader<R>,
    /// What of a header or of line ends is not yet read.
    ready: io::Cursor<Vec<u8>>,
    /// Bytes of the record that are to come.
    left: u64,
    /// A record was begun, so that it has to be ended.
    is_open: bool,
}

impl<R: Read> ArcReader<R> {
    pub(in crate::records) fn new(arc: R) -> ArcReader<R> {
        ArcReader {
            arc: BufReader::new(arc),
            ready: io::Cursor::new(Vec::new()),
            left: 0,
            is_open: false,
        }
    }

    pub(in crate::records) fn get_ref(&self) -> &R {
        self.arc.get_ref()
    }

    /// Makes the header of the next record ready; no if there is none.
    fn next_record(&mut self) -> io::Result<bool> {
        let mut made = Vec::new();
        if std::mem::take(&mut self.is_open) {
            made.extend_from_slice(b"\r\n\r\n");
        }
        let mut line = Vec::new();
        loop {
            line.clear();
            (&mut self.arc).take(LONGEST as u64).read_until(b'\n', &mut line)?;
            if line.is_empty() {
                self.ready = io::Cursor::new(made);
                return Ok(!self.ready.get_ref().is_empty());
            }
            if !line.trim_ascii().is_empty() {
                break;
            }
        }
        let line = String::from_utf8_lossy(line.trim_ascii()).into_owned();
        let fields: Vec<&str> = line.split(' ').collect();
        // What stands between is not of one number; the last is the length.
        let length = fields.last().and_then(|length| length.parse::<u64>().ok());
        let (Some(length), [address, _, day, ..]) = (length, fields.as_slice()) else {
            let found: String = line.chars().take(60).collect();
            let problem = format!("no record of ARC begins here (found {found:?})");
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        };
        // What tells of the file itself, and what other protocols gave, is no answer.
        let is_page = address.starts_with("http:") || address.starts_with("https:");
        let (kind, media_type) = if is_page {
            ("response", "application/http; msgtype=response")
        } else {
            ("warcinfo", "text/plain")
        };
        made.extend_from_slice(
            format!(
                "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: {}\r\n\
                 Content-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n",
                iso_day(day)
            )
            .as_bytes(),
        );
        self.ready = io::Cursor::new(made);
        (self.left, self.is_open) = (length, true);
        Ok(true)
    }
}

/// `20310102030405` as ISO 8601 writes it; what is no such day as it is.
fn iso_day(day: &str) -> String {
    if day.len() < 14 || !day.bytes().all(|c| c.is_ascii_digit()) {
        return day.to_owned();
    }
    let part = |from: usize, to: usize| &day[from..to];
    format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(8, 10),
        part(10, 12),
        part(12, 14)
    )
}

impl<R: Read> Read for ArcReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.ready.read(out)?;
            if read > 0 || out.is_empty() {
                return Ok(read);
            }
            if self.left > 0 {
                let read = (&mut self.arc).take(self.left).read(out)?;
                if read == 0 {
                    let problem = "the last record of ARC breaks off";
                    return Err(io::Error::new(io::ErrorKind::UnexpectedEof, problem));
                }
                self.left -= read as u64;
                return Ok(read);
            }
            if !self.next_record()? {
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_become_those_of_warc() {
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>A page.</p>";
        let about = "1 0 Some Archive\nURL IP-address Archive-date Content-type Archive-length\n";
        let arc = format!(
            "filedesc://a.arc 0.0.0.0 20310102030405 text/plain {}\n{about}\nhttp://p.example/a 1.2.3.4 20310102030405 \
             text/html {}\n{answer}\n",
            about.len(),
            answer.len()
        );
        assert!(is_start(arc.as_bytes()));
        let mut warc = String::new();
        ArcReader::new(arc.as_bytes()).read_to_string(&mut warc).unwrap();
        let records: Vec<&str> = warc.split("WARC/1.0\r\n").skip(1).collect();
        assert_eq!(records.len(), 2);
        assert!(records[0].starts_with("WARC-Type: warcinfo\r\n"), "{warc}");
        assert!(records[1].contains(
            "WARC-Target-URI: http://p.example/a\r\nWARC-Date: 2031-01-02T03:04:05Z\r\n"
        ));
        assert!(records[1].ends_with(&format!("\r\n\r\n{answer}\r\n\r\n")), "{warc}");
        // Whatever is asked for at once.
        let mut reader = ArcReader::new(arc.as_bytes());
        let (mut small, mut byte) = (Vec::new(), [0]);
        while reader.read(&mut byte).unwrap() > 0 {
            small.push(byte[0]);
        }
        assert_eq!(small, warc.as_bytes());
        let cut = ArcReader::new(&arc.as_bytes()[..arc.len() - 5]).read_to_string(&mut warc);
        assert_eq!(cut.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
