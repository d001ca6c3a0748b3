//! In which form pages are written, and what their files are called.

use std::path::{Path, PathBuf};

use crate::records::{Compression, Format, Source};

/// What form is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// The input's own; JSON lines for what cannot be written back: HTML, also that of WARC files.
    #[default]
    Own,
    /// JSON lines.
    JsonLines,
    /// Parquet: that of the input with other texts, or rows of strings.
    Parquet,
    /// For a program that takes pages instead of files.
    Rows,
}

impl Target {
    /// The form in which pages of a file of `format` are written.
    pub fn of(self, format: Format) -> Format {
        match self {
            Target::Own if format.can_be_written() => format,
            Target::Own | Target::JsonLines => Format::JsonLines,
            Target::Parquet => Format::Parquet,
            Target::Rows => Format::Rows,
        }
    }

    /// Name of the output of `source` below a folder: its own, or where the form is another, its own
    /// with the ending of that form, so that no two inputs have one output.
    pub(in crate::records) fn path_of(self, source: &Source) -> PathBuf {
        if self.of(source.format) == source.format {
            // What is written plain is not called otherwise.
            return match split_compression(&source.relative) {
                (bare, Compression::Brotli) if source.compression == Compression::Brotli => bare,
                _ => source.relative.clone(),
            };
        }
        let mut name = source.relative.as_os_str().to_os_string();
        let (bare, compression) = split_compression(&source.relative);
        if source.compression == compression {
            name = bare.into_os_string();
        }
        if self == Target::Parquet {
            name.push(".parquet");
            return name.into();
        }
        name.push(".jsonl");
        name.push(match source.compression {
            Compression::None | Compression::Brotli => "",
            Compression::Gzip => ".gz",
            Compression::Zstd => ".zst",
            Compression::Xz => ".xz",
            Compression::Bzip2 => ".bz2",
            Compression::Lz4 => ".lz4",
        });
        name.into()
    }
}

/// A path without the ending of a compression, and which that is.
fn split_compression(path: &Path) -> (PathBuf, Compression) {
    let compression = match path.extension().and_then(|ending| ending.to_str()) {
        Some("gz") => Compression::Gzip,
        Some("zst" | "zstd") => Compression::Zstd,
        Some("xz") => Compression::Xz,
        Some("bz2") => Compression::Bzip2,
        Some("lz4") => Compression::Lz4,
        Some("br") => Compression::Brotli,
        _ => return (path.to_path_buf(), Compression::None),
    };
    (path.with_extension(""), compression)
}

/// Whether a file is called like Parquet.
pub fn is_named_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"))
}

/// The compression of a file of JSON lines that is called so; nothing if it is not called like one.
pub fn named_json_lines(path: &Path) -> Option<Compression> {
    let (bare, compression) = split_compression(path);
    // Streams of brotli cannot stand in a row, so it is not written.
    if compression == Compression::Brotli {
        return None;
    }
    let ending = bare.extension()?.to_str()?;
    ["jsonl", "ndjson", "json"].contains(&ending).then_some(compression)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_form_and_compression() {
        assert_eq!(named_json_lines(Path::new("a/b.jsonl.gz")), Some(Compression::Gzip));
        assert_eq!(named_json_lines(Path::new("b.ndjson")), Some(Compression::None));
        for other in ["jsonl", "b.txt", "b.jsonl/", "b.jsonl.rar", "b.gz"] {
            assert_eq!(
                named_json_lines(Path::new(other)).is_some(),
                other == "b.jsonl/",
                "{other}"
            );
        }
    }
}
