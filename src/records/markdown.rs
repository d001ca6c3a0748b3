//! Markdown → what it shows, and its paragraphs.
//!
//! Blocks are those of `CommonMark` with tables (the dialect of crawlers). A block of code, a table,
//! a heading and an item of a list with what goes on in it are one paragraph each; an item in an item
//! is one of its own. Of other text a line is a paragraph, unless a link or an emphasis reaches
//! beyond its end. Rules and definitions are part of what stands between paragraphs.
//!
//! Markup and addresses are no words. They become spaces, so that everything else keeps its place. A
//! paragraph that shows no word, such as a picture without a description, is told by the picture's
//! address.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use crate::base::page::{Block, Layout};

/// Reads a text.
pub(super) fn read(text: &str) -> Layout {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader {
        text,
        shown: vec![b' '; text.len()],
        blocks: Vec::new(),
        whole: 0,
        items: Vec::new(),
        line: None,
        inline: 0,
        no_text: 0,
        pictures: Vec::new(),
    };
    for (event, span) in Parser::new_ext(text, options).into_offset_iter() {
        reader.event(event, span);
    }
    reader.finish()
}

struct Reader<'t> {
    text: &'t str,
    /// What is shown, at its place.
    shown: Vec<u8>,
    blocks: Vec<Block>,
    /// Depth in a block that is one paragraph.
    whole: usize,
    /// Open items: where each begins, or goes on behind the items in it.
    items: Vec<usize>,
    /// Where a line of text begins, and whether it continues another.
    line: Option<(usize, bool)>,
    /// Depth in links and emphasis.
    inline: usize,
    /// Depth in what shows nothing.
    no_text: usize,
    /// Addresses of pictures, and where each stands.
    pictures: Vec<(usize, CowStr<'t>)>,
}

impl<'t> Reader<'t> {
    fn event(&mut self, event: Event<'t>, span: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag, span),
            Event::Text(text) | Event::Code(text) => self.show(&text, span),
            Event::InlineHtml(_) | Event::Html(_) => self.show_html(span),
            Event::SoftBreak | Event::HardBreak if self.inline == 0 => self.break_line(&span),
            _ => {}
        }
    }

    /// Whether what stands here is part of a paragraph that is taken as a whole.
    fn is_inside(&self) -> bool {
        self.whole > 0 || !self.items.is_empty()
    }

    fn start(&mut self, tag: Tag<'t>, span: Range<usize>) {
        match tag {
            Tag::Paragraph if !self.is_inside() => self.line = Some((span.start, false)),
            Tag::Heading { .. }
            | Tag::CodeBlock(_)
            | Tag::Table(_)
            | Tag::HtmlBlock
            | Tag::FootnoteDefinition(_) => {
                if !self.is_inside() {
                    self.block(span, false);
                }
                self.whole += 1;
            }
            Tag::List(_) if self.whole == 0 => {
                // What an item says before the items in it.
                if let Some(start) = self.items.pop() {
                    self.block(start..span.start, false);
                    self.items.push(span.end);
                }
            }
            Tag::Item if self.whole == 0 => self.items.push(span.start),
            Tag::MetadataBlock(_) => self.no_text += 1,
            Tag::Image { dest_url, .. } => {
                self.inline += 1;
                self.pictures.push((span.start, dest_url));
            }
            Tag::Link { .. } | Tag::Emphasis | Tag::Strong | Tag::Strikethrough => self.inline += 1,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, span: Range<usize>) {
        match tag {
            TagEnd::Paragraph => {
                if let Some((start, continues)) = self.line.take() {
                    self.block(start..span.end, continues);
                }
            }
            TagEnd::Heading(_)
            | TagEnd::CodeBlock
            | TagEnd::Table
            | TagEnd::HtmlBlock
            | TagEnd::FootnoteDefinition => self.whole = self.whole.saturating_sub(1),
            TagEnd::Item if self.whole == 0 => {
                if let Some(start) = self.items.pop() {
                    self.block(start..span.end, false);
                }
            }
            TagEnd::MetadataBlock(_) => self.no_text = self.no_text.saturating_sub(1),
            TagEnd::Image
            | TagEnd::Link
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough => self.inline = self.inline.saturating_sub(1),
            _ => {}
        }
    }

    fn break_line(&mut self, span: &Range<usize>) {
        if let Some((start, continues)) = self.line.take() {
            self.block(start..span.start, continues);
            self.line = Some((span.end, true));
        }
    }

    /// Adds a paragraph, with what marks it at the start of its line and without the spaces after it.
    fn block(&mut self, span: Range<usize>, continues: bool) {
        let last = self.blocks.last().map_or(0, |block| block.span.end);
        let said = self.text[span.clone()].trim_end();
        let end = span.start + said.len();
        let from = (end - said.trim_start().len()).max(last);
        let marks = self.text[last..from].bytes().rev();
        let marks = marks.take_while(|c| matches!(c, b' ' | b'\t' | b'>')).count();
        // Marks are at the start of a line, or part of what was before.
        let is_line_start = from == marks || self.text.as_bytes()[from - marks - 1] == b'\n';
        let start = if is_line_start { from - marks } else { from };
        if start < end {
            self.blocks.push(Block { span: start..end, continues });
        }
    }

    fn show(&mut self, text: &str, span: Range<usize>) {
        if self.no_text > 0 {
            return;
        }
        // An entity stands for fewer bytes than it has. Marks around code are no part of it.
        let at = self.text[span.clone()].find(text).unwrap_or(0);
        if let Some(room) = self.shown[span].get_mut(at..at + text.len()) {
            room.copy_from_slice(text.as_bytes());
        }
    }

    /// Shows what stands between tags.
    fn show_html(&mut self, span: Range<usize>) {
        let mut from = span.start;
        let text = &self.text[..span.end];
        while let Some(open) = text[from..].find('<') {
            self.copy(from..from + open);
            let Some(close) = text[from + open..].find('>') else { return };
            from += open + close + 1;
        }
        self.copy(from..span.end);
    }

    fn copy(&mut self, span: Range<usize>) {
        if self.no_text == 0 {
            self.shown[span.clone()].copy_from_slice(&self.text.as_bytes()[span]);
        }
    }

    fn finish(mut self) -> Layout {
        for (at, address) in std::mem::take(&mut self.pictures) {
            let after = self.blocks.partition_point(|block| block.span.end <= at);
            let Some(block) = self.blocks.get(after) else { continue };
            let shown = &self.shown[block.span.clone()];
            if shown.iter().any(|c| !c.is_ascii_whitespace()) {
                continue;
            }
            // What follows `?` is told of the viewer or of the page.
            let bare = address.split(['?', '#']).next().unwrap_or_default();
            let end = at + bare.len();
            if end <= block.span.end {
                self.shown[at..end].copy_from_slice(bare.as_bytes());
            }
        }
        // Whole characters were written over spaces.
        let shown = String::from_utf8(self.shown).unwrap_or_else(|_| self.text.to_owned());
        Layout { shown, blocks: self.blocks, lines: Vec::new() }
    }
}
