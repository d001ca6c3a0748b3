//! What holds of reading whatever is read.

use std::path::{Path, PathBuf};

use refrain::{
    Class,
    base::cpu::Tier,
    records::{Corpus, Format, Options, Parser, RawRecord, Record},
};
use tempfile::TempDir;

/// The longest record that is held. Small, so that little is needed to come by a longer one.
pub const LONGEST: usize = 1 << 14;

/// The same where nearly every record is longer.
const SHORT: usize = 50;

/// A file in a folder of its own.
pub struct File {
    folder: TempDir,
    name: &'static str,
}

impl File {
    pub fn new(name: &'static str, bytes: &[u8]) -> File {
        let file = File { folder: TempDir::new().unwrap(), name };
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join(self.name)
    }

    /// Opens it; nothing if it is told to be unreadable as it should be.
    pub fn corpus(&self, max_record: usize, batch_bytes: usize) -> Option<Corpus> {
        let options = Options { max_record, ..Options::default() };
        match Corpus::open(&[self.path()], options) {
            Ok(corpus) => Some(corpus.in_batches_of(batch_bytes)),
            Err(error) => {
                assert_eq!(error.class(), Class::Data, "{error}");
                names(&error.to_string(), &self.path());
                None
            }
        }
    }
}

/// A message begins with the name of the file it is about.
pub fn names(message: &str, path: &Path) {
    assert!(message.starts_with(&path.display().to_string()), "no name: {message}");
}

/// A record as it stands, and what it says or why it cannot be used.
#[derive(Debug, PartialEq)]
pub struct Seen {
    pub line: u64,
    pub byte: u64,
    pub length: u64,
    pub body: Vec<u8>,
    pub told: Result<String, String>,
}

/// All that is read.
#[derive(Debug, PartialEq)]
pub struct All {
    pub records: Vec<Seen>,
    /// Decompressed bytes.
    pub bytes: Vec<u8>,
    pub error: Option<String>,
}

impl All {
    /// The texts of the pages.
    pub fn told(&self) -> Vec<Result<String, String>> {
        self.records.iter().map(|seen| seen.told.clone()).collect()
    }
}

/// Reads everything, parses it in every way there is, and hands each record to `look`.
pub fn read_with(corpus: &Corpus, mut look: impl FnMut(&RawRecord<'_>, &Record<'_>)) -> All {
    let mut all = All { records: Vec::new(), bytes: Vec::new(), error: None };
    let mut parsers: Vec<Parser<'_>> =
        Tier::here().into_iter().map(|tier| Parser::new(corpus, tier)).collect();
    let mut next = 0;
    for batch in corpus.batches() {
        let batch = match batch {
            Ok(batch) => batch,
            Err(error) => {
                assert_eq!(error.class(), Class::Data, "{error}");
                all.error = Some(error.to_string());
                break;
            }
        };
        assert_eq!(batch.first_page, next);
        for raw in batch.raw() {
            assert_eq!(raw.number, next);
            next += 1;
            [raw.lead, raw.body, raw.end].iter().for_each(|part| all.bytes.extend_from_slice(part));
            let slow = raw.parse(corpus);
            for parser in &mut parsers {
                let fast = parser.parse(&raw);
                assert_eq!(whole(&fast), whole(&slow), "{:?}", String::from_utf8_lossy(raw.body));
            }
            if let Ok(record) = &slow {
                look(&raw, record);
            }
            all.records.push(Seen {
                line: raw.line,
                byte: raw.byte,
                length: raw.length,
                body: raw.body.to_vec(),
                told: slow.map(|record| record.page.text.into_owned()).map_err(|e| {
                    assert_eq!(e.class(), Class::Record, "{e}");
                    e.to_string()
                }),
            });
        }
        all.bytes.extend_from_slice(batch.tail());
    }
    if all.error.is_none() {
        assert_eq!(corpus.pages(), Some(next));
    }
    all
}

fn whole(record: &refrain::Result<Record<'_>>) -> Result<String, String> {
    record.as_ref().map(|record| format!("{record:?}")).map_err(ToString::to_string)
}

/// What is read of `file` is the same in large batches and in small ones, and no byte is lost. Gives what was read;
/// nothing if it cannot be opened.
pub fn read(
    file: &File,
    mut look: impl FnMut(&Corpus, &RawRecord<'_>, &Record<'_>),
) -> Option<All> {
    let corpus = file.corpus(LONGEST, 1 << 20)?;
    let all = read_with(&corpus, |raw, record| look(&corpus, raw, record));
    for batch_bytes in [61, 1] {
        let again = read_with(&file.corpus(LONGEST, batch_bytes).unwrap(), |_, _| ());
        assert_eq!(again.told(), all.told(), "batches of {batch_bytes}");
        assert!(again == all, "batches of {batch_bytes}: {again:?} is not {all:?}");
    }
    // The same if nearly every record is too long to be held, but for the bytes around those that are not.
    let [large, small] = [1 << 20, 7].map(|batch_bytes| {
        let all = read_with(&file.corpus(SHORT, batch_bytes).unwrap(), |_, _| ());
        (all.records, all.error)
    });
    assert!(large == small, "{small:?} is not {large:?}");
    if let Some(source) = corpus.files().first()
        && source.format != Format::Parquet
        && all.error.is_none()
        && all.records.iter().all(|seen| seen.length <= LONGEST as u64)
        && source.compression == refrain::records::Compression::None
    {
        assert!(all.bytes == std::fs::read(file.path()).unwrap(), "bytes were lost");
    }
    Some(all)
}
