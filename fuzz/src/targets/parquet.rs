//! Parquet files of any bytes: rows, or an error that names the file.

use super::reading::{File, read};

pub fn target(bytes: &[u8]) {
    read(&File::new("pages.parquet", bytes), |_, raw, record| assert!(record.raw == raw.body));
}
