//! What is known after a step, as one file.

use serde::{Deserialize, Serialize};

use super::Disk;
use crate::{Result, store::Kind};

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
