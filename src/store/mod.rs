//! How bytes live on disk. Knows files and records, not what they mean.
//!
//! Two promises. *An output file is absent or whole*: [`AtomicFile`] writes under a temporary name in
//! the folder of the target and renames when everything is on disk, so a run that is killed, a full
//! disk and a second run side by side never leave half a file behind. *What is read back is what was
//! written*: a [`Table`] is mapped, not loaded, and every block of it is checked before it is believed.
//!
//! # What this module does not do
//!
//! It does not choose names, formats or compression, and it does not read: that is `input`.

mod atomic;
mod column;
mod listing;
mod lock;
mod map;
mod path_id;
mod pile;
mod record;
mod scratch;
mod table;
mod temporary;
mod work;

pub use atomic::{AtomicFile, Force, SealedFile, check_writable, commit_all};
pub use column::{Plain, extend_column, read_column, write_column};
pub use listing::{ListKind, Listing};
pub use lock::Lock;
pub use path_id::{PathId, is_stream, is_within, real_path};
pub use pile::{PileReader, PileWriter};
pub use record::{Kind, RecordReader, RecordWriter};
pub use scratch::Scratch;
pub use table::{Table, TableKind, TableWriter};
pub use temporary::remove_all as remove_temporary;
pub use work::{RunKey, Work};
