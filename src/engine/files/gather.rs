//! Gathering on disk: columns on partitions, rows of pages in input order, and records that cannot be used.

use std::io::Write;

use serde::{Deserialize, Serialize};

use super::{
    Disk,
    partition::SitePartitions,
    state::{read_state, write_state},
};
use crate::{
    Error, Location, Result,
    base::page::PageNumber,
    engine::{
        BadRecords, Gathered, ROWS,
        bad::{Bad, reject},
        steps::gather::FingerprintedBatch,
    },
    records::Damaged,
    store::{Kind, RecordWriter},
    table::Sites,
};

const GATHERED: Kind = Kind::new(*b"learnt  ", 1);
/// Records that cannot be used: what is wrong with each, then its bytes.
const REJECTS: Kind = Kind::new(*b"rejects ", 2);
pub(super) const ROWS_NAME: &str = "rows";

/// What was said of the input, as it is written.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    site_names: Vec<String>,
    /// Bytes of the columns of each site.
    site_bytes: Vec<u64>,
    pages: usize,
    paragraphs: u64,
    anchors: u64,
    bad: u64,
    bad_first: Vec<String>,
    damaged: Vec<Damaged>,
    text_bytes: u64,
    input_bytes: u64,
}

/// What a run that gathered left.
pub(super) struct Found {
    pub(super) gathered: Gathered,
    pub(super) sites: Sites,
    /// Bytes of the columns of each site.
    pub(super) site_bytes: Vec<u64>,
}

/// Files that are written while pages are read.
pub(super) struct Gathering {
    partitions: SitePartitions,
    rows: RecordWriter,
    rejects: RecordWriter,
}

impl Gathering {
    pub(super) fn create(disk: &Disk<'_>) -> Result<Gathering> {
        Ok(Gathering {
            partitions: SitePartitions::create(&disk.work, disk.budget)?,
            rows: disk.work.create(ROWS_NAME, ROWS)?,
            rejects: disk.work.create("rejects", REJECTS)?,
        })
    }

    /// Keeps a batch, whose first page is `first`.
    pub(super) fn add(
        &mut self,
        fingerprinted: &FingerprintedBatch,
        first: PageNumber,
    ) -> Result<()> {
        self.partitions.add(&fingerprinted.columns, first)?.write(&mut self.rows)?;
        for one in &fingerprinted.bad {
            let rejected = Rejected::of(one);
            self.rejects.write(&serde_json::to_vec(&rejected).unwrap_or_default())?;
            self.rejects.write(&one.record)?;
        }
        Ok(())
    }

    /// After the last batch.
    pub(super) fn finish(self, disk: &mut Disk<'_>, gathered: &Gathered) -> Result<()> {
        disk.work.close(self.rows)?;
        disk.work.close(self.rejects)?;
        let (sites, site_bytes) = self.partitions.finish(&disk.work)?;
        let Gathered { pages, paragraphs, anchors, bad, text_bytes, input_bytes } =
            gathered.clone();
        let state = State {
            site_names: sites.names().map(str::to_owned).collect(),
            site_bytes,
            pages,
            paragraphs,
            anchors,
            bad: bad.count,
            bad_first: bad.first,
            damaged: disk.corpus.damaged(),
            text_bytes,
            input_bytes,
        };
        write_state(disk, "learnt", GATHERED, &state)?;
        disk.work.finish("learn")
    }
}

/// Reads what gathering left.
pub(super) fn read(disk: &Disk<'_>) -> Result<Found> {
    let state: State = read_state(disk, "learnt", GATHERED)?;
    let mut sites = Sites::default();
    for name in &state.site_names {
        sites.number(name);
    }
    let gathered = Gathered {
        pages: state.pages,
        paragraphs: state.paragraphs,
        anchors: state.anchors,
        bad: BadRecords { count: state.bad, first: state.bad_first },
        text_bytes: state.text_bytes,
        input_bytes: state.input_bytes,
    };
    Ok(Found { gathered, sites, site_bytes: state.site_bytes })
}

/// Writes the records that cannot be used, of this run or of the one that gathered.
pub(super) fn rejects(disk: &Disk<'_>, rejects: &mut dyn Write) -> Result<()> {
    each_rejected(disk, |bad| reject(rejects, &bad.error.to_string(), &bad.record))
}

/// What is wrong with a record, and where it is.
#[derive(Serialize, Deserialize)]
struct Rejected {
    page: PageNumber,
    file: String,
    record: u64,
    byte: u64,
    problem: String,
}

impl Rejected {
    fn of(bad: &Bad) -> Rejected {
        let (file, record, byte, problem) = match bad.error.as_record() {
            Some((at, problem)) => (at.file.clone(), at.record, at.byte, problem.to_owned()),
            None => (String::new(), 0, 0, bad.error.to_string()),
        };
        Rejected { page: bad.page, file, record, byte, problem }
    }
}

/// Hands on the records that could not be used, in their order.
fn each_rejected(disk: &Disk<'_>, mut each: impl FnMut(Bad) -> Result<()>) -> Result<()> {
    let mut file = disk.work.open_file("rejects", REJECTS)?;
    let mut block = Vec::new();
    while file.next(&mut block)? {
        let rejected: Rejected = serde_json::from_slice(&block)
            .map_err(|e| file.bad(format!("makes no sense ({e})")))?;
        let mut record = Vec::new();
        file.next(&mut record)?;
        let Rejected { page, file, record: number, byte, problem } = rejected;
        let at = Location { file, record: number, byte };
        each(Bad { page, error: Error::record(at, problem), record })?;
    }
    Ok(())
}

/// The run that gathered bore other things, maybe: what this one does not bear ends it as it would have ended then.
pub(super) fn judge_again(disk: &Disk<'_>) -> Result<()> {
    let mut bad = BadRecords::default();
    each_rejected(disk, |one| bad.add(disk.settings.allowed(), one))?;
    let State { damaged, .. } = read_state(disk, "learnt", GATHERED)?;
    let cut = damaged.iter().find(|damaged| damaged.cut);
    if let Some(cut) = cut.filter(|_| !disk.corpus.options().skip_damaged) {
        return Err(Error::data(&cut.file, &cut.problem).damage());
    }
    disk.corpus.note_damaged(damaged);
    Ok(())
}
