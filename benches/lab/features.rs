//! What the program counts of every line, for fitting: `cue_features < docs.jsonl > features.bin`.
//!
//! Pages are JSON lines with a field `text`, a paragraph a line. For every page a `u32` with the number of its paragraphs; for
//! every paragraph its shape (`u16`), the lower 32 bits of a hash of its wording, the bits of its cue (`u32`) and one `i8` a
//! feature. Numbers are little-endian. With `--names`, the names of the features, one a line.

use std::io::{BufRead, BufWriter, Write, stdin, stdout};

use refrain::{
    base::recipe::Split,
    cues::{CueReader, LINE_FEATURES, line_feature_name},
    table::Shape,
    text::{self, Digits, Scanner},
};
use xxhash_rust::xxh3::xxh3_64;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = BufWriter::new(stdout().lock());
    if std::env::args().any(|word| word == "--names") {
        for feature in 0..LINE_FEATURES {
            writeln!(out, "{}", line_feature_name(feature))?;
        }
        return Ok(());
    }
    let (mut scanner, mut reader) = (Scanner::new(), CueReader::new());
    for line in stdin().lock().lines() {
        let page: serde_json::Value = serde_json::from_str(&line?)?;
        let text = page["text"].as_str().unwrap_or_default();
        let spans: Vec<_> = text::paragraphs(text, Split::Line).collect();
        out.write_all(&u32::try_from(spans.len())?.to_le_bytes())?;
        for span in spans {
            let paragraph = &text[span];
            scanner.scan_page(paragraph, std::iter::once(0..paragraph.len()), Digits::Fold);
            let tokens = scanner.paragraph(0);
            let shape = Shape::of(paragraph, tokens.words());
            let trimmed = text::trim(paragraph);
            let wording = xxh3_64(trimmed.as_bytes());
            let cue = reader.read(trimmed, wording, tokens, shape.measures());
            let mut values = [0_i8; LINE_FEATURES];
            reader.line(trimmed, tokens, shape.measures()).each(&mut |feature, value| {
                values[feature] = i8::try_from(value).unwrap_or(i8::MAX);
            });
            out.write_all(&shape.bits().to_le_bytes())?;
            out.write_all(&wording.to_le_bytes()[..4])?;
            out.write_all(&cue.bits().to_le_bytes())?;
            out.write_all(&values.map(i8::cast_unsigned))?;
        }
    }
    out.flush()?;
    Ok(())
}
