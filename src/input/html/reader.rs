//! Tokens of HTML → lines and title.

use std::{borrow::Cow, convert::Infallible};

use html5gum::{
    Span, Tokenizer,
    emitters::callback::{Callback, CallbackEmitter, CallbackEvent},
};

use super::{
    Html,
    lines::Lines,
    source::{Lenient, Source},
    tags::{Break, break_of, has_optional_end, is_ended_by, is_unseen, is_void},
};

/// Reads a page.
pub(super) fn read(html: &str) -> Html {
    let mut page = Page::default();
    let mut emitter = CallbackEmitter::new(Events(&mut page));
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(Source(html.as_bytes()), Lenient(emitter)).finish();
    let title = page.title.map(Lines::into_text).filter(|title| !title.is_empty());
    Html { text: page.lines.into_text(), title }
}

/// Where in a page the reader is.
#[derive(Debug, Default)]
struct Page {
    lines: Lines,
    title: Option<Lines>,
    /// In the first title.
    in_title: bool,
    /// How many `<pre>` are open.
    preformatted: usize,
    /// The element that is not seen.
    unseen: Option<Unseen>,
    /// The start tag that is being read.
    tag: Vec<u8>,
    attribute: Vec<u8>,
    hidden: bool,
}

/// An element that is not seen, up to its end.
#[derive(Debug)]
struct Unseen {
    name: Vec<u8>,
    /// Elements of that name that are open in it, itself included.
    depth: usize,
    /// Elements of other names that are open in it, if it may do without an end tag.
    others: usize,
}

impl Page {
    fn start_tag(&mut self, self_closing: bool) {
        let name = std::mem::take(&mut self.tag);
        // Of the elements that are known here, only these may end at once.
        if !(self_closing && matches!(name.as_slice(), b"svg" | b"math")) {
            self.start_of(&name);
        }
        self.tag = name;
    }

    fn start_of(&mut self, name: &[u8]) {
        if let Some(unseen) = &mut self.unseen {
            let ends = unseen.others == 0 && is_ended_by(&unseen.name, name);
            if !ends {
                if unseen.name == name {
                    unseen.depth += 1;
                } else if has_optional_end(&unseen.name)
                    && !is_void(name)
                    && !has_optional_end(name)
                {
                    unseen.others += 1;
                }
                return;
            }
            self.unseen = None;
        }
        self.lines.break_off(break_of(name));
        if is_void(name) {
            return;
        }
        if self.hidden || is_unseen(name) {
            self.unseen = Some(Unseen { name: name.to_vec(), depth: 1, others: 0 });
        } else if name == b"pre" {
            self.preformatted += 1;
        } else if name == b"title" {
            // Further ones are of pictures and mistakes, and no text either.
            self.in_title = self.title.is_none();
            self.title.get_or_insert_default();
            if !self.in_title {
                self.unseen = Some(Unseen { name: name.to_vec(), depth: 1, others: 0 });
            }
        }
    }

    fn end_tag(&mut self, name: &[u8]) {
        if let Some(unseen) = &mut self.unseen {
            if unseen.name == name {
                unseen.depth -= 1;
                if unseen.depth == 0 {
                    self.unseen = None;
                }
                return;
            }
            if !has_optional_end(&unseen.name) || is_void(name) || has_optional_end(name) {
                return;
            }
            if unseen.others > 0 {
                unseen.others -= 1;
                return;
            }
            // What it stands in ends: so does it.
            if break_of(name) == Break::None {
                return;
            }
            self.unseen = None;
        }
        match name {
            b"title" => self.in_title = false,
            b"pre" => self.preformatted = self.preformatted.saturating_sub(1),
            _ => {}
        }
        self.lines.break_off(break_of(name));
    }

    fn string(&mut self, value: &[u8]) {
        if self.unseen.is_some() {
            return;
        }
        // It comes of a text that was UTF-8, cut at characters.
        let value = match simdutf8::basic::from_utf8(value) {
            Ok(value) => Cow::Borrowed(value),
            Err(_) => String::from_utf8_lossy(value),
        };
        match &mut self.title {
            Some(title) if self.in_title => title.push(&value, false),
            _ => self.lines.push(&value, self.preformatted > 0),
        }
    }

    fn attribute_value(&mut self, value: &[u8]) {
        match self.attribute.as_slice() {
            b"aria-hidden" => self.hidden |= value.eq_ignore_ascii_case(b"true"),
            b"style" => self.hidden |= is_not_displayed(value),
            // Such an element is there to be found, so it is read.
            b"hidden" if value.eq_ignore_ascii_case(b"until-found") => self.hidden = false,
            _ => {}
        }
    }
}

/// Whether a style says `display: none`.
fn is_not_displayed(style: &[u8]) -> bool {
    style.split(|&c| c == b';').any(|rule| {
        let mut parts = rule.splitn(2, |&c| c == b':');
        let property = parts.next().unwrap_or_default().trim_ascii();
        let value = parts.next().unwrap_or_default();
        let value = value.split(|&c| c == b'!').next().unwrap_or_default().trim_ascii();
        property.eq_ignore_ascii_case(b"display") && value.eq_ignore_ascii_case(b"none")
    })
}

/// Hands events to a page.
struct Events<'p>(&'p mut Page);

impl Callback<Infallible, ()> for Events<'_> {
    fn handle_event(&mut self, event: CallbackEvent<'_>, _: Span<()>) -> Option<Infallible> {
        let page = &mut *self.0;
        match event {
            CallbackEvent::OpenStartTag { name } => {
                page.tag.clear();
                page.tag.extend_from_slice(name);
                page.hidden = false;
            }
            CallbackEvent::AttributeName { name } => {
                page.attribute.clear();
                page.attribute.extend_from_slice(name);
                page.hidden |= name == b"hidden";
            }
            CallbackEvent::AttributeValue { value } => page.attribute_value(value),
            CallbackEvent::CloseStartTag { self_closing } => page.start_tag(self_closing),
            CallbackEvent::EndTag { name } => page.end_tag(name),
            CallbackEvent::String { value } => page.string(value),
            CallbackEvent::Comment { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::Error(_) => {}
        }
        None
    }
}
