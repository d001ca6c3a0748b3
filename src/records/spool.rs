//! What can be read only once, kept so that it can be read again.

use std::{
    fmt,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    sync::{Arc, Mutex, PoisonError},
};

use crate::base::error::{Error, Result};

/// A stream, and an unlinked temporary file with what has come of it so far.
///
/// Any number of [`SpoolReader`]s read it from the start; whoever comes to the end of the file
/// first reads on from the stream. The bytes are kept as they come: a compressed stream takes its
/// compressed size.
pub(super) struct Spool(Mutex<State>);

/// What has come of a stream.
enum Kept {
    /// All of it.
    File(File),
    /// How it begins; what follows is read once and let go. `looking` while only the beginning is
    /// looked at: nobody waits for more then.
    Start { bytes: Vec<u8>, looking: bool },
}

struct State {
    /// None once it has ended, so that a terminal is not asked for a second end.
    stream: Option<Box<dyn Read + Send>>,
    kept: Kept,
    len: u64,
}

impl Spool {
    /// Keeps `stream` in the folder for temporary files.
    pub(super) fn new(stream: Box<dyn Read + Send>) -> Result<Spool> {
        let kept = tempfile::tempfile().map_err(|e| Error::io(std::env::temp_dir(), e))?;
        Ok(Spool(Mutex::new(State { stream: Some(stream), kept: Kept::File(kept), len: 0 })))
    }

    /// Keeps only how `stream` begins: what is enough to tell what it is. Waits for a first line, or
    /// for so many bytes as have surely something in them if they are compressed.
    pub(super) fn passing(mut stream: Box<dyn Read + Send>) -> io::Result<Spool> {
        const PLAIN: usize = 4 << 10;
        const COMPRESSED: usize = 256 << 10;
        let mut bytes = Vec::new();
        let mut room = vec![0; 64 << 10];
        loop {
            let plain = !matches!(bytes.as_slice(), [0x1f, 0x8b, ..] | [0x28, 0xb5, ..]);
            let enough = if plain { PLAIN } else { COMPRESSED };
            if bytes.len() >= enough || (plain && bytes.contains(&b'\n')) {
                break;
            }
            let n = match stream.read(&mut room) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            if n == 0 {
                break;
            }
            bytes.extend_from_slice(&room[..n]);
        }
        let len = bytes.len() as u64;
        let kept = Kept::Start { bytes, looking: true };
        Ok(Spool(Mutex::new(State { stream: Some(stream), kept, len })))
    }

    /// All of the stream can be read again.
    pub(super) fn keeps_all(&self) -> bool {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(state.kept, Kept::File(_))
    }

    /// From now on a reader that comes to the end of what was looked at reads on.
    pub(super) fn go_on(&self) {
        let state = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Kept::Start { looking, .. } = &mut state.kept {
            *looking = false;
        }
    }

    /// Reads into `out` what stands at `at`.
    fn read_at(&self, at: u64, out: &mut [u8]) -> io::Result<usize> {
        // Nothing panics while the lock is held but the stream itself, and then `len` still says
        // how much of the file is good.
        let state = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Kept::Start { bytes, looking } = &state.kept {
            let from = usize::try_from(at).unwrap_or(usize::MAX);
            if let Some(rest) = bytes.get(from..).filter(|rest| !rest.is_empty()) {
                let n = rest.len().min(out.len());
                out[..n].copy_from_slice(&rest[..n]);
                return Ok(n);
            }
            if *looking {
                return Ok(0);
            }
            if at != state.len {
                return Err(io::Error::other("a stream that is not kept can be read once"));
            }
        }
        if at < state.len {
            let there = usize::try_from(state.len - at).unwrap_or(usize::MAX).min(out.len());
            return match &mut state.kept {
                Kept::File(kept) => {
                    kept.seek(SeekFrom::Start(at))?;
                    kept.read(&mut out[..there])
                }
                Kept::Start { .. } => Ok(0),
            };
        }
        let Some(stream) = &mut state.stream else { return Ok(0) };
        let n = stream.read(out)?;
        if n == 0 && !out.is_empty() {
            state.stream = None;
        }
        if let Kept::File(kept) = &mut state.kept {
            kept.seek(SeekFrom::Start(state.len))?;
            kept.write_all(&out[..n])?;
        }
        state.len += n as u64;
        Ok(n)
    }
}

impl fmt::Debug for Spool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spool")
    }
}

/// A place in a [`Spool`].
#[derive(Debug)]
pub(super) struct SpoolReader {
    spool: Arc<Spool>,
    at: u64,
}

impl SpoolReader {
    /// From the start.
    pub(super) fn new(spool: Arc<Spool>) -> SpoolReader {
        SpoolReader { spool, at: 0 }
    }
}

impl Read for SpoolReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.spool.read_at(self.at, out)?;
        self.at += n as u64;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_that_take_turns_all_see_everything() {
        let text: Vec<u8> = (0..100_000_u32).map(|i| (i % 251) as u8).collect();
        let spool = Arc::new(Spool::new(Box::new(io::Cursor::new(text.clone()))).unwrap());
        let mut readers: Vec<_> =
            (0..3).map(|_| (SpoolReader::new(Arc::clone(&spool)), Vec::new())).collect();
        for round in 1..2000 {
            let (reader, seen) = &mut readers[round % 3];
            reader.take(round as u64 % 400).read_to_end(seen).unwrap();
        }
        for (reader, seen) in &mut readers {
            reader.read_to_end(seen).unwrap();
            assert_eq!(*seen, text);
        }
    }

    /// Gives its pieces one a read.
    struct Pieces(Vec<&'static [u8]>);

    impl Read for Pieces {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let piece = self.0.remove(0);
            out[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    #[test]
    fn what_passes_is_looked_at_and_then_read_once() {
        let pieces = Pieces(vec![b"{\"te", b"xt\":1}\n{", b"}\n", b"{}\n"]);
        let spool = Arc::new(Spool::passing(Box::new(pieces)).unwrap());
        for _ in 0..2 {
            let mut seen = Vec::new();
            SpoolReader::new(Arc::clone(&spool)).read_to_end(&mut seen).unwrap();
            assert_eq!(seen, b"{\"text\":1}\n{", "only what had come when there was a line");
        }
        spool.go_on();
        let mut seen = Vec::new();
        SpoolReader::new(Arc::clone(&spool)).read_to_end(&mut seen).unwrap();
        assert_eq!(seen, b"{\"text\":1}\n{}\n{}\n");
        let again = SpoolReader::new(spool).read_to_end(&mut Vec::new());
        assert!(again.is_err(), "what was let go is not there");
    }
}
