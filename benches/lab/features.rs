//! What the program counts of every line, for fitting: `cue_features < docs.jsonl > features.bin`.
//!
//! Pages are JSON lines with a field `text`, a paragraph a line, or with a field `html`. For every page a `u32` with the number
//! of its paragraphs; for every paragraph its shape (`u16`), the lower 32 bits of a hash of its wording, the bits of its cue by
//! text alone (`u32`), one `i8` a feature of its text and one a feature of its markup. Numbers are little-endian. With `--names`,
//! the names of the features, one a line. With `--texts FILE`, the paragraphs go to that file, a JSON list a page.

use std::io::{BufRead, BufWriter, Write, stdin, stdout};

use refrain::{
    base::{
        cpu::Tier,
        page::{Markup, Page},
        recipe::Split,
    },
    cues::{CueReader, LINE_FEATURES, MARKUP_FEATURES, each_of_markup, line_feature_name},
    records::{Corpus, Options, Parser, TextFormat},
    table::Shape,
    text::{self, Digits, Scanner},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = BufWriter::new(stdout().lock());
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == "--names") {
        for feature in 0..LINE_FEATURES {
            writeln!(out, "{}", line_feature_name(feature))?;
        }
        return Ok(());
    }
    let mut counter = Counter::default();
    if let [html, input, texts] = words.as_slice()
        && html == "--html"
    {
        let options = Options { text_format: TextFormat::Html, ..Options::default() };
        let corpus = Corpus::open(&[input.into()], options)?;
        let mut parser = Parser::new(&corpus, Tier::best());
        let mut texts = BufWriter::new(
            std::fs::OpenOptions::new().write(true).create(true).truncate(true).open(texts)?,
        );
        for batch in corpus.batches() {
            let batch = batch?;
            for raw in batch.raw() {
                let page = parser.parse(&raw)?.page;
                counter.page(&page, &mut out)?;
                let lines: Vec<&str> = text::paragraphs_of(&page, Split::Line)
                    .map(|span| text::trim(&page.text[span]))
                    .collect();
                serde_json::to_writer(&mut texts, &lines)?;
                writeln!(texts)?;
            }
        }
        return Ok(texts.flush()?);
    }
    for line in stdin().lock().lines() {
        let record: serde_json::Value = serde_json::from_str(&line?)?;
        let text = record["text"].as_str().unwrap_or_default().into();
        let page = Page { id: None, site: "".into(), url: None, date: None, text, layout: None };
        counter.page(&page, &mut out)?;
    }
    Ok(out.flush()?)
}

#[derive(Default)]
struct Counter {
    scanner: Scanner,
    reader: CueReader,
}

impl Counter {
    fn page(
        &mut self,
        page: &Page<'_>,
        out: &mut impl Write,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let spans: Vec<_> = text::paragraphs_of(page, Split::Line).collect();
        out.write_all(&u32::try_from(spans.len())?.to_le_bytes())?;
        let mut lines = page.markup().iter().peekable();
        for span in spans {
            let paragraph = &page.shown()[span.clone()];
            self.scanner.scan_page(paragraph, std::iter::once(0..paragraph.len()), Digits::Fold);
            let tokens = self.scanner.paragraph(0);
            let shape = Shape::of(paragraph, tokens.words());
            let trimmed = text::trim(paragraph);
            let wording = text::wording(trimmed);
            let cue = self.reader.read(trimmed, wording, tokens, shape.measures());
            let mut values = [0_i8; LINE_FEATURES];
            self.reader.line(trimmed, tokens, shape.measures()).each(&mut |feature, value| {
                values[feature] = i8::try_from(value).unwrap_or(i8::MAX);
            });
            let mut markup = Markup::default();
            while let Some((start, said)) = lines.next_if(|line| line.0 < span.end) {
                if *start >= span.start {
                    markup = *said;
                }
            }
            let mut marked = [0_i8; MARKUP_FEATURES];
            each_of_markup(&markup, |feature, value| {
                marked[feature] = i8::try_from(value).unwrap_or(i8::MAX);
            });
            out.write_all(&shape.bits().to_le_bytes())?;
            out.write_all(&wording.to_le_bytes()[..4])?;
            out.write_all(&cue.bits().to_le_bytes())?;
            out.write_all(&values.map(i8::cast_unsigned))?;
            out.write_all(&marked.map(i8::cast_unsigned))?;
        }
        Ok(())
    }
}
