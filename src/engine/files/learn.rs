//! Learning: one pass over all pages, text to traces on shelves.

use std::io::Write;

use serde::{Deserialize, Serialize};

use super::{Disk, shelf::Shelves};
use crate::{
    Error, Location, Result,
    base::page::PageNumber,
    engine::{
        BadRecords, ROWS, Underway,
        bad::{Bad, reject},
        learn::each_batch,
    },
    records::Damaged,
    store::Kind,
    table::Sites,
};

/// What later stages need to know of learning.
const LEARNT: Kind = Kind::new(*b"learnt  ", 1);
/// Records that cannot be used: what is wrong with each, then its bytes.
const REJECTS: Kind = Kind::new(*b"rejects ", 2);
pub(super) const ROWS_NAME: &str = "rows";

/// What learning found.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Learnt {
    site_names: Vec<String>,
    /// Bytes of the traces of each site.
    pub(super) site_bytes: Vec<u64>,
    pub(super) pages: usize,
    pub(super) paragraphs: u64,
    pub(super) anchors: u64,
    pub(super) bad: u64,
    pub(super) bad_first: Vec<String>,
    damaged: Vec<Damaged>,
    pub(super) text_bytes: u64,
    pub(super) input_bytes: u64,
}

impl Learnt {
    /// Names of all sites.
    pub(super) fn sites(&self) -> Sites {
        let mut sites = Sites::default();
        for name in &self.site_names {
            sites.number(name);
        }
        sites
    }

    pub(super) fn read(disk: &Disk<'_>) -> Result<Learnt> {
        read_state(disk, "learnt", LEARNT)
    }
}

/// Writes what is known after a stage.
pub(super) fn write_state(
    disk: &Disk<'_>,
    name: &str,
    kind: Kind,
    state: &impl Serialize,
) -> Result<()> {
    let mut file = disk.work.create(name, kind)?;
    let text = serde_json::to_vec(state)
        .map_err(|e| crate::Error::io(disk.work.path(name), std::io::Error::from(e)))?;
    // In pieces, because a block has a longest length.
    for piece in text.chunks(64 << 20) {
        file.write(piece)?;
    }
    disk.work.close(file)
}

/// Reads what [`write_state`] wrote.
pub(super) fn read_state<T: for<'de> Deserialize<'de>>(
    disk: &Disk<'_>,
    name: &str,
    kind: Kind,
) -> Result<T> {
    let mut file = disk.work.open_file(name, kind)?;
    let (mut text, mut block) = (Vec::new(), Vec::new());
    while file.next(&mut block)? {
        text.extend_from_slice(&block);
    }
    serde_json::from_slice(&text).map_err(|e| file.bad(format!("makes no sense ({e})")))
}

pub(super) fn run(disk: &mut Disk<'_>, now: Underway<'_>) -> Result<()> {
    if disk.work.is_done("learn") {
        return judge_again(disk);
    }
    let mut learnt = Learnt::default();
    let mut bad = BadRecords::default();
    let mut shelves = Shelves::create(&disk.work, disk.budget)?;
    let mut rows = disk.work.create(ROWS_NAME, ROWS)?;
    let mut rejects = disk.work.create("rejects", REJECTS)?;
    each_batch(disk.corpus, disk.settings, now, |traced| {
        let first = u32::try_from(learnt.pages).unwrap_or(u32::MAX);
        shelves.add(&traced.traces, first)?.write(&mut rows)?;
        learnt.pages += traced.traces.len();
        learnt.paragraphs += traced.traces.paragraphs() as u64;
        learnt.anchors += traced.traces.anchors() as u64;
        learnt.text_bytes += traced.text_bytes;
        learnt.input_bytes += traced.input_bytes;
        for one in traced.bad.drain(..) {
            let rejected = Rejected::of(&one);
            rejects.write(&serde_json::to_vec(&rejected).unwrap_or_default())?;
            rejects.write(&one.record)?;
            bad.add(disk.settings, one)?;
        }
        Ok(())
    })?;
    disk.work.close(rows)?;
    disk.work.close(rejects)?;
    let (sites, site_bytes) = shelves.finish(&disk.work)?;
    learnt.site_names = sites.names().map(str::to_owned).collect();
    learnt.site_bytes = site_bytes;
    (learnt.bad, learnt.bad_first) = (bad.count, bad.first);
    learnt.damaged = disk.corpus.damaged();
    write_state(disk, "learnt", LEARNT, &learnt)?;
    disk.work.finish("learn")
}

/// Writes the records that cannot be used, of this run or of the one that learnt.
pub(super) fn rejects(disk: &Disk<'_>, rejects: Option<&mut dyn Write>) -> Result<()> {
    let Some(rejects) = rejects else { return Ok(()) };
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

/// The run that learnt bore other things, maybe: what this one does not bear ends it as it would have ended then.
fn judge_again(disk: &Disk<'_>) -> Result<()> {
    let mut bad = BadRecords::default();
    each_rejected(disk, |one| bad.add(disk.settings, one))?;
    let damaged = Learnt::read(disk)?.damaged;
    let cut = damaged.iter().find(|damaged| damaged.cut);
    if let Some(cut) = cut.filter(|_| !disk.corpus.options().skip_damaged) {
        return Err(Error::data(&cut.file, &cut.problem).damage());
    }
    disk.corpus.note_damaged(damaged);
    Ok(())
}
