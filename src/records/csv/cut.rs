//! Where rows begin and end.

use memchr::memchr_iter;

use super::{
    super::{
        cutter::{Cutter, Fill},
        pool::Buffers,
        source::LONG_HEAD,
    },
    cells::{Splitter, without_end},
    header::delimiter_line,
};

impl Cutter<'_> {
    /// Whole rows: the header alone, then about a batch, or one long row. Gives the number of bytes
    /// that were not kept.
    pub(in super::super) fn csv(&mut self, held: &mut Buffers, delimiter: u8) -> u64 {
        let Buffers { bytes, spans } = held;
        let mut is_header = self.place.byte == 0;
        let mut is_first = is_header;
        // A header is no record: it may be as long as it was when it was looked for.
        let most = self.place.max_record.max(if is_header { LONG_HEAD } else { 0 });
        let mut start = if is_header { self.skip_mark(bytes) } else { 0 };
        let mut at = start;
        let mut splitter = Splitter::new(delimiter);
        loop {
            while splitter.find_end(bytes, &mut at) {
                splitter = Splitter::new(delimiter);
                let row = start..at;
                start = at;
                let lines = memchr_iter(b'\n', &bytes[row.clone()]).count() as u64;
                let body = row.start..row.start + without_end(&bytes[row.clone()]).len();
                // A line that names the delimiter stands before the header.
                let is_named = is_first && delimiter_line(&bytes[row]).is_some();
                is_first &= body.is_empty();
                if body.is_empty() || is_named {
                    self.place.pass(lines);
                } else if is_header && body.len() <= most {
                    self.place.pass(lines);
                    self.carry.extend_from_slice(&bytes[start..]);
                    bytes.truncate(start);
                    return 0;
                } else {
                    is_header = false;
                    self.place.end_record(spans, body.clone(), body.end..start, lines);
                }
            }
            if start > 0 && bytes.len() >= self.batch_bytes && !is_header {
                break;
            }
            if bytes.len() - start > most.saturating_add(2) {
                return self.drop_row(held, start, splitter);
            }
            match self.fill(bytes) {
                Fill::More => {}
                Fill::End => {
                    let body = start..bytes.len() - splitter.last_end();
                    if !body.is_empty() && !is_header {
                        self.place.end_record(spans, body.clone(), body.end..bytes.len(), 1);
                    }
                    start = bytes.len();
                    break;
                }
                Fill::Failed => {
                    bytes.truncate(start);
                    break;
                }
            }
        }
        self.carry.extend_from_slice(&bytes[start..]);
        bytes.truncate(start);
        0
    }

    /// Bytes of a byte order mark at the start of the file.
    fn skip_mark(&mut self, bytes: &mut Vec<u8>) -> usize {
        while bytes.len() < 3 {
            let Fill::More = self.fill(bytes) else { break };
        }
        self.place.start_of_body(bytes, 0)
    }

    /// Reads to the end of the row that begins at `start`, keeping only its length. Gives the number
    /// of bytes that were not kept.
    fn drop_row(&mut self, held: &mut Buffers, start: usize, mut splitter: Splitter) -> u64 {
        let mut dropped = (held.bytes.len() - start) as u64;
        let mut lines = memchr_iter(b'\n', &held.bytes[start..]).count() as u64;
        let mut chunk = Vec::new();
        // The last two bytes, which may come in two pieces.
        let mut last = [0, 0];
        let mut note = |bytes: &[u8]| {
            for &byte in &bytes[bytes.len().saturating_sub(2)..] {
                last = [last[1], byte];
            }
            2 - without_end(&last).len() as u64
        };
        note(&held.bytes[start..]);
        let end = loop {
            chunk.clear();
            match self.fill(&mut chunk) {
                Fill::More => {}
                Fill::End => break splitter.last_end() as u64,
                Fill::Failed => {
                    held.bytes.truncate(start);
                    return dropped;
                }
            }
            let mut at = 0;
            let ended = splitter.find_end(&chunk, &mut at);
            dropped += at as u64;
            lines += memchr_iter(b'\n', &chunk[..at]).count() as u64;
            let end = note(&chunk[..at]);
            if ended {
                self.carry.extend_from_slice(&chunk[at..]);
                break end;
            }
        };
        held.bytes.truncate(start);
        self.place.end_dropped_record(&mut held.spans, start..start, dropped - end, lines);
        dropped
    }
}
