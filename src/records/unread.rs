//! Files that are no pages, told by what they begin with, and what to do about them.

use super::format::Format;

/// What is wrong with a file that begins with these bytes, as they stand there; nothing if it may be read.
pub(super) fn of_magic(magic: &[u8]) -> Option<String> {
    let (kind, way_out) = match magic {
        [b'P', b'K', 3, 4, ..] => ("a zip archive", "unpack it with `unzip` and name the folder"),
        [b'7', b'z', 0xbc, 0xaf, ..] => {
            ("a 7z archive", "unpack it with `7z x` and name the folder")
        }
        [b'R', b'a', b'r', b'!', ..] => {
            ("a rar archive", "unpack it with `unrar x` and name the folder")
        }
        b"PARE" | [b'P', b'A', b'R', b'E', ..] => {
            ("Parquet with an encrypted footer", "write it again without encryption")
        }
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => {
            ("an Arrow file", "write it as Parquet, for example with `pyarrow`")
        }
        [b'O', b'b', b'j', 1, ..] => ("an Avro file", "write it as JSON lines or Parquet"),
        [b'O', b'R', b'C', ..] => ("an ORC file", "write it as Parquet"),
        [b'%', b'P', b'D', b'F', b'-', ..] => {
            ("a PDF", "write its text into a file, for example with `pdftotext`")
        }
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => (
            "an SQLite database",
            "write its rows as JSON lines or CSV, for example with `sqlite3 -json`",
        ),
        _ => return None,
    };
    Some(format!("{kind}, which is not read here; {way_out}"))
}

/// The same of the first decompressed bytes of what was taken for `format`.
pub(super) fn of_head(head: &[u8], format: Format) -> Option<String> {
    if head.get(257..262) == Some(b"ustar") {
        let problem =
            "a tar archive, which is not read here; unpack it with `tar -xf` and name the folder";
        return Some(problem.to_owned());
    }
    // Pages in HTML may be of any charset, and crawls may hold anything.
    if !matches!(format, Format::JsonLines | Format::Text | Format::Csv) {
        return None;
    }
    if is_utf16(head) {
        let problem =
            "UTF-16, which is not read here; write it as UTF-8 with `iconv -f utf-16 -t utf-8`";
        return Some(problem.to_owned());
    }
    // No text has zero bytes. Of files that are said to hold records each record is judged by itself.
    let first = &head[..head.len().min(512)];
    let is_binary = format == Format::Text && first.contains(&0);
    is_binary.then(|| {
        let found: Vec<String> = first.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!(
            "binary data of a kind that is not known here (it begins with {}); name files of text, or write \
             what it holds as JSON lines",
            found.join(" ")
        )
    })
}

/// By its mark, or by every other byte being zero.
fn is_utf16(head: &[u8]) -> bool {
    let pairs = &head[..head.len().min(512) / 2 * 2];
    let zeros = |at: usize| pairs.chunks_exact(2).filter(|pair| pair[at] == 0).count();
    let many = pairs.len() / 2 * 9 / 10;
    head.starts_with(b"\xff\xfe")
        || head.starts_with(b"\xfe\xff")
        || (pairs.len() >= 16 && (zeros(0) > many || zeros(1) > many) && zeros(0) != zeros(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_with_a_way_out() {
        for (magic, word) in [
            (&b"PK\x03\x04...."[..], "unzip"),
            (b"PARE....", "encrypt"),
            (b"ARROW1..", "Parquet"),
            (b"%PDF-1.7", "pdftotext"),
        ] {
            assert!(of_magic(magic).is_some_and(|told| told.contains(word)), "{word}");
        }
        assert_eq!(of_magic(b"{\"text\":"), None);
        let mut tar = vec![b'a'; 512];
        tar[257..262].copy_from_slice(b"ustar");
        assert!(of_head(&tar, Format::Text).is_some_and(|told| told.contains("tar -xf")));
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        for text in ["{\"text\":\"a page of words\"}", "\u{feff}id,text", "a text of some length"] {
            assert!(
                of_head(&wide(text), Format::Text).is_some_and(|told| told.contains("iconv")),
                "{text}"
            );
        }
        assert!(of_head(b"\x00\x01\x02\x03binary", Format::Text).is_some());
        assert_eq!(of_head(b"{\"text\":\"a\"}\n\0\0\0\0", Format::JsonLines), None);
        assert_eq!(of_head(&wide("<p>a page</p> of words"), Format::Html), None);
    }
}
