//! Tokens of HTML → lines and title.

use std::{borrow::Cow, cell::Cell, convert::Infallible};

use html5gum::{
    Span, State, Tokenizer,
    emitters::callback::{Callback, CallbackEmitter, CallbackEvent},
};

use super::{
    Html,
    ahead::Ahead,
    lines::{Lines, words},
    markup::{Here, Said},
    open::{Hides, Open, Start, Started, name_of},
    source::{Lenient, Source},
    tags::{Break, RAW, Tag, UNSEEN, break_of},
};

/// How much of a page is looked at for the name space of XHTML.
const PROLOG: usize = 1024;

/// What is read of a page beside what is always seen.
#[derive(Clone, Copy, Debug, Default)]
struct Wanted {
    /// What its attributes hide.
    hidden: bool,
    /// What is there for readers without scripts.
    noscript: bool,
    /// An element of a kind that is not seen, but has no end and so holds the rest of the page.
    unended: Option<Tag>,
}

/// How many words of a page were read, and why others were not.
#[derive(Clone, Copy, Debug)]
struct Words {
    seen: usize,
    hidden: usize,
    noscript: usize,
    unended: usize,
    /// The element that holds these.
    in_unended: Option<Tag>,
}

/// Reads a page.
///
/// What is not seen is dropped while it is the lesser part. A page that hides more words than it
/// shows has a script to show them: they are its text, and it is read again with them. The same holds
/// of the words for readers without scripts.
pub(super) fn read(html: &str) -> Html {
    let (page, words) = read_with(html, Wanted::default());
    let noscript = words.noscript > words.seen;
    let seen = if noscript { words.noscript } else { words.seen };
    let hidden = words.hidden + words.unended > seen;
    if !noscript && !hidden {
        return page;
    }
    read_with(html, Wanted { hidden, noscript, unended: words.in_unended.filter(|_| hidden) }).0
}

fn read_with(html: &str, wanted: Wanted) -> (Html, Words) {
    let rest = Cell::new(html.as_bytes());
    let mut page = Page {
        lines: Lines::default(),
        title: None,
        in_title: false,
        open: Open::new(Ahead::new(&rest)),
        wanted,
        is_xhtml: is_xhtml(html),
        after_link: false,
        skips_line_end: false,
        hidden_by_attribute: 0,
        hidden_by_kind: 0,
        noscript: 0,
        tag: TagBeingRead::default(),
        attribute: Vec::new(),
        next_state: None,
    };
    let emitter = CallbackEmitter::new(Events(&mut page));
    let Ok(()) = Tokenizer::new_with_emitter(Source(&rest), Lenient(emitter)).finish();
    // What has no end holds all that came after it.
    let unended = page.open.hider().filter(|tag| !RAW.contains(*tag));
    let words = Words {
        seen: page.lines.words(),
        hidden: page.hidden_by_attribute,
        noscript: page.noscript,
        unended: unended.map_or(0, |_| page.hidden_by_kind),
        in_unended: unended,
    };
    let title = page.title.map(Lines::into_text).filter(|title| !title.is_empty());
    let (text, lines) = page.lines.into_parts();
    (Html { text, title, lines }, words)
}

/// Whether a page says that it is XML, where any element may end at once.
fn is_xhtml(html: &str) -> bool {
    let head = &html.as_bytes()[..html.len().min(PROLOG)];
    head.trim_ascii_start().starts_with(b"<?xml")
        || memchr::memmem::find(head, b"http://www.w3.org/1999/xhtml").is_some()
}

/// Where in a page the reader is.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says one thing of the place")]
struct Page<'p> {
    lines: Lines,
    title: Option<Lines>,
    /// In the first title.
    in_title: bool,
    open: Open<'p>,
    wanted: Wanted,
    is_xhtml: bool,
    /// A link ended, and no text came since.
    after_link: bool,
    /// A line end here is of the markup.
    skips_line_end: bool,
    /// Words that attributes hide.
    hidden_by_attribute: usize,
    /// Words in the element here that hides by its kind.
    hidden_by_kind: usize,
    /// Words for readers without scripts.
    noscript: usize,
    tag: TagBeingRead,
    attribute: Vec<u8>,
    /// How the tokenizer goes on, if not as before.
    next_state: Option<State>,
}

/// What is known of a start tag.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for an attribute")]
struct TagBeingRead {
    tag: Option<Tag>,
    name: u32,
    /// It has `hidden`.
    hidden: bool,
    /// It is hidden otherwise.
    not_displayed: bool,
    /// A script moves it to where it is seen, or the browser's search shows it.
    will_be_seen: bool,
    /// A dialog that is open.
    is_open: bool,
    is_shadow_root: bool,
    is_html_font: bool,
    /// What its attributes say of what stands in it.
    said: Said,
}

impl Page<'_> {
    fn hides(&self, tag: Tag) -> Hides {
        let of = &self.tag;
        let by_kind = match tag {
            Tag::Title => true,
            Tag::Template if of.is_shadow_root => false,
            Tag::Noscript if self.wanted.noscript => false,
            _ => UNSEEN.contains(tag) && self.wanted.unended != Some(tag),
        };
        let by_attribute = of.not_displayed
            || (of.hidden && !of.will_be_seen)
            || (tag == Tag::Dialog && !of.is_open);
        if by_kind {
            Hides::Kind
        } else if by_attribute && !self.wanted.hidden {
            Hides::Attribute
        } else {
            Hides::No
        }
    }

    fn start_tag(&mut self, self_closing: bool) {
        let Some(tag) = self.tag.tag.take() else { return };
        self.in_title = false;
        self.skips_line_end = false;
        let was_hidden = self.open.is_hidden();
        let was_preformatted = self.open.is_preformatted();
        let hides = self.hides(tag);
        // Only in XML may every element end at once; elsewhere it goes on. One that hides must not.
        let is_raw = RAW.contains(tag)
            && self.open.takes_html()
            && !(tag == Tag::Noscript && self.wanted.noscript);
        let is_empty = if is_raw {
            !self.has_raw_content(tag, self_closing)
        } else {
            self_closing && self.is_xhtml && hides != Hides::No
        };
        if !was_hidden && tag == Tag::A && self.after_link {
            self.break_off(Break::Space, false);
        }
        if !is_empty {
            let started = self.open.start(Start {
                tag,
                name: self.tag.name,
                hides,
                self_closing,
                is_html_font: self.tag.is_html_font,
                said: self.tag.said,
            });
            if started == Started::Open && is_raw {
                self.next_state = Some(match tag {
                    Tag::Script => State::ScriptData,
                    Tag::Plaintext => State::PlainText,
                    Tag::Textarea | Tag::Title => State::RcData,
                    _ => State::RawText,
                });
            }
            if started == Started::Foreign {
                return;
            }
        }
        if tag == Tag::Title && is_raw && !was_hidden {
            // Further ones are mistakes, and no text either.
            self.in_title = self.title.is_none() && !(is_empty && self_closing);
            self.title.get_or_insert_default();
        }
        self.skips_line_end = matches!(tag, Tag::Pre | Tag::Listing);
        if !(was_hidden && self.open.is_hidden()) {
            let is_preformatted = was_preformatted && self.open.is_preformatted();
            let how = if self.tag.is_shadow_root { Break::Block } else { break_of(tag) };
            self.break_off_as(how, tag == Tag::Br, is_preformatted);
        }
    }

    /// Whether what follows a start tag is its content without markup: if its end comes, which must
    /// not be that of a later one if it says that it ends at once.
    fn has_raw_content(&mut self, tag: Tag, self_closing: bool) -> bool {
        match tag {
            Tag::Plaintext => true,
            _ if self_closing => !self.is_xhtml && self.open.ahead.ends_before_it_begins(tag),
            // Of these the rest is no text, whether they end or not.
            Tag::Script | Tag::Style => true,
            _ => self.open.ahead.ends(tag),
        }
    }

    fn end_tag(&mut self, name: &[u8]) {
        let tag = Tag::of(name);
        self.in_title = false;
        self.skips_line_end = false;
        self.open.end(tag, name_of(name));
        if !self.open.is_hidden_by_kind() {
            self.hidden_by_kind = 0;
        }
        if self.open.is_hidden() {
            return;
        }
        self.after_link |= tag == Tag::A;
        let is_preformatted = self.open.is_preformatted();
        self.break_off_as(break_of(tag), tag == Tag::Br, is_preformatted);
    }

    fn break_off(&mut self, how: Break, forced: bool) {
        let is_preformatted = self.open.is_preformatted();
        self.break_off_as(how, forced, is_preformatted);
    }

    fn break_off_as(&mut self, how: Break, forced: bool, is_preformatted: bool) {
        if is_preformatted {
            self.lines.break_off_preformatted(how, forced);
        } else {
            self.lines.break_off(how);
        }
    }

    fn string(&mut self, value: &[u8]) {
        // It comes of a text that was UTF-8, cut at characters.
        let value = match simdutf8::basic::from_utf8(value) {
            Ok(value) => Cow::Borrowed(value),
            Err(_) => String::from_utf8_lossy(value),
        };
        let mut value = value.as_ref();
        if std::mem::take(&mut self.skips_line_end) {
            value = value.strip_prefix('\n').unwrap_or(value);
        }
        if self.in_title
            && let Some(title) = &mut self.title
        {
            title.push(value, &Here::default());
        } else if self.open.is_hidden_by_kind() {
            self.hidden_by_kind += count(value);
            if self.open.last() == Some(Tag::Noscript) {
                self.noscript += count_without_tags(value);
            }
        } else if self.open.is_hidden() {
            self.hidden_by_attribute += count(value);
        } else if self.open.is_preformatted() {
            self.after_link = false;
            self.lines.push_preformatted(value, &self.open.here());
        } else {
            self.after_link = false;
            self.lines.push(value, &self.open.here());
        }
    }

    fn attribute_name(&mut self, name: &[u8]) {
        self.attribute.clear();
        self.attribute.extend_from_slice(name);
        let tag = &mut self.tag;
        match name {
            b"hidden" => tag.hidden = true,
            b"popover" => tag.not_displayed = true,
            b"open" => tag.is_open = true,
            b"shadowrootmode" => tag.is_shadow_root = true,
            b"color" | b"face" | b"size" => tag.is_html_font = true,
            _ => {}
        }
    }

    fn attribute_value(&mut self, value: &[u8]) {
        let tag = &mut self.tag;
        tag.said.attribute(&self.attribute, value);
        match self.attribute.as_slice() {
            b"aria-hidden" => tag.not_displayed |= value.eq_ignore_ascii_case(b"true"),
            b"style" => tag.not_displayed |= is_not_displayed(value),
            // Such an element is there to be found, so it is read.
            b"hidden" => tag.will_be_seen |= value.eq_ignore_ascii_case(b"until-found"),
            // Parts of a page that came later than the rest, which React puts in their places.
            b"id" => tag.will_be_seen |= value.starts_with(b"S:"),
            _ => {}
        }
    }
}

/// How many words a text has.
fn count(text: &str) -> usize {
    words(text).filter(|(_, word)| !word.is_empty()).count()
}

/// How many words a text has that was not read as markup.
fn count_without_tags(text: &str) -> usize {
    text.split('<').map(|part| count(part.split_once('>').map_or(part, |(_, text)| text))).sum()
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
pub(super) struct Events<'a, 'p>(&'a mut Page<'p>);

impl Events<'_, '_> {
    /// How the tokenizer goes on behind a start tag.
    pub(super) fn next_state(&mut self) -> Option<State> {
        self.0.next_state.take()
    }

    /// Whether a section that is no markup may stand here.
    pub(super) fn is_foreign(&self) -> bool {
        self.0.open.is_foreign()
    }
}

impl Callback<Infallible, ()> for Events<'_, '_> {
    fn handle_event(&mut self, event: CallbackEvent<'_>, _: Span<()>) -> Option<Infallible> {
        let page = &mut *self.0;
        match event {
            CallbackEvent::OpenStartTag { name } => {
                page.tag = TagBeingRead {
                    tag: Some(Tag::of(name)),
                    name: name_of(name),
                    ..TagBeingRead::default()
                };
            }
            CallbackEvent::AttributeName { name } => page.attribute_name(name),
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
