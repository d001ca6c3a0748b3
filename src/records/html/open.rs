//! Which elements are open at a place in a page: the stack of a parser, without its tree.
//!
//! What a start tag or an end tag does to the stack is what tree construction does to it (WHATWG
//! HTML, section 13.2.6), so that an element ends here where it ends in a browser: with an ancestor,
//! with what cannot stand in it, at HTML that stands in a picture. Left out is what changes no end:
//! elements that are only implied, the move of what stands wrongly in a table, and formatting
//! that goes on in the next block (so formatting that hides ends with its block).
//!
//! One rule is not of the standard: what hides up to an end tag that never comes is no boundary, and
//! ends with its ancestors, like everything else.

mod start;

use super::{
    ahead::Ahead,
    markup::{Here, INNERMOST, Said, is_block},
    tags::{
        BUTTON_SCOPE, ENDED_WITH_CONTENT, FORMATTING, HEADINGS, IMPLIED_END, INTEGRATION,
        LIST_SCOPE, OUTER, PREFORMATTED, SCOPE, SPECIAL, TABLE_PARTS, TABLE_SCOPE, TAGS, Tag, Tags,
        VOID,
    },
};

/// Elements that are open at once, as many as browsers nest. In what is nested deeper, elements are
/// not told apart.
const DEEPEST: usize = 512;

/// How often a formatting element goes on in a block that its end tag stands in (*adoption agency*).
const ADOPTIONS: usize = 8;

/// Of what an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Space {
    Html,
    Svg,
    Math,
}

/// Why nothing is seen of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hides {
    /// It is seen.
    No,
    /// By its kind.
    Kind,
    /// By an attribute.
    Attribute,
}

/// An element that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element {
    pub(super) tag: Tag,
    space: Space,
    pub(super) hides: Hides,
    /// Tells names apart that have one tag.
    name: u32,
    said: Said,
}

impl Element {
    fn is_special(self) -> bool {
        let special = if self.space == Space::Html { SPECIAL } else { INTEGRATION };
        special.contains(self.tag)
    }
}

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    pub(super) tag: Tag,
    pub(super) name: u32,
    pub(super) hides: Hides,
    pub(super) self_closing: bool,
    /// A `font` with an attribute that only that of HTML has.
    pub(super) is_html_font: bool,
    /// What its attributes say.
    pub(super) said: Said,
}

/// What became of a start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Started {
    /// It is open.
    Open,
    /// It has no content.
    Empty,
    /// It stands where it cannot and means nothing.
    Ignored,
    /// It is of a picture or of mathematics, and open if it has content.
    Foreign,
}

/// The elements that are open, outermost first.
#[derive(Debug)]
pub(super) struct Open<'p> {
    elements: Vec<Element>,
    /// How many of each tag are open, as elements of HTML.
    counts: [u32; TAGS],
    /// How many of them hide.
    hiding: usize,
    /// How many of these by their kind.
    hiding_by_kind: usize,
    /// How many are preformatted.
    preformatted: usize,
    /// A form has begun and not ended.
    in_form: bool,
    /// Start tags that were passed over since the stack was full.
    deeper: usize,
    /// How many links have begun.
    links: u32,
    pub(super) ahead: Ahead<'p>,
}

/// A number for a name, which other names hardly have.
pub(super) fn name_of(name: &[u8]) -> u32 {
    // FNV-1a.
    name.iter().fold(0x811c_9dc5, |hash, &c| (hash ^ u32::from(c)).wrapping_mul(0x0100_0193))
}

impl<'p> Open<'p> {
    pub(super) fn new(ahead: Ahead<'p>) -> Open<'p> {
        Open {
            elements: Vec::with_capacity(64),
            counts: [0; TAGS],
            hiding: 0,
            hiding_by_kind: 0,
            preformatted: 0,
            in_form: false,
            deeper: 0,
            links: 0,
            ahead,
        }
    }

    /// Whether nothing is seen here.
    #[inline]
    pub(super) fn is_hidden(&self) -> bool {
        self.hiding > 0
    }

    /// Whether this is in an element of which nothing is ever seen.
    #[inline]
    pub(super) fn is_hidden_by_kind(&self) -> bool {
        self.hiding_by_kind > 0
    }

    /// Whether what follows is read by the rules of HTML.
    pub(super) fn takes_html(&self) -> bool {
        self.elements
            .last()
            .is_none_or(|last| last.space == Space::Html || INTEGRATION.contains(last.tag))
    }

    /// Whether spaces and lines count here.
    #[inline]
    pub(super) fn is_preformatted(&self) -> bool {
        self.preformatted > 0
    }

    /// Whether this is a picture or mathematics, in which names and sections are read otherwise.
    pub(super) fn is_foreign(&self) -> bool {
        self.elements.last().is_some_and(|last| last.space != Space::Html)
    }

    /// The outermost element that hides by its kind.
    pub(super) fn hider(&self) -> Option<Tag> {
        self.elements.iter().find(|e| e.hides == Hides::Kind).map(|e| e.tag)
    }

    /// The innermost.
    pub(super) fn last(&self) -> Option<Tag> {
        self.elements.last().map(|last| last.tag)
    }

    /// What is said of a word here.
    pub(super) fn here(&self) -> Here {
        let Some(last) = self.elements.last() else { return Here::default() };
        let Said { place, depth, link, .. } = last.said;
        let near = self.elements.iter().rev().filter(|element| element.said.counts);
        let words = near.take(INNERMOST).fold(0, |words, element| words | element.said.words);
        Here { place, words, depth, link }
    }

    fn is_any_open(&self, tag: Tag) -> bool {
        self.counts[tag as usize] > 0
    }

    fn forget(&mut self, element: Element) {
        self.hiding -= usize::from(element.hides != Hides::No);
        self.hiding_by_kind -= usize::from(element.hides == Hides::Kind);
        if element.space == Space::Html {
            self.counts[element.tag as usize] -= 1;
            self.preformatted -= usize::from(PREFORMATTED.contains(element.tag));
        }
    }

    /// Ends the elements from `at` on.
    fn cut(&mut self, at: usize) {
        while self.elements.len() > at {
            self.pop();
        }
    }

    fn pop(&mut self) {
        if let Some(element) = self.elements.pop() {
            self.forget(element);
        }
    }

    fn remove(&mut self, at: usize) {
        let element = self.elements.remove(at);
        self.forget(element);
    }

    fn push(&mut self, start: Start, space: Space) -> Started {
        if self.elements.len() == DEEPEST {
            self.deeper += 1;
            return Started::Ignored;
        }
        self.hiding += usize::from(start.hides != Hides::No);
        self.hiding_by_kind += usize::from(start.hides == Hides::Kind);
        if space == Space::Html {
            self.counts[start.tag as usize] += 1;
            self.preformatted += usize::from(PREFORMATTED.contains(start.tag));
        }
        let Start { tag, name, hides, mut said, .. } = start;
        if tag == Tag::A {
            self.links = self.links.saturating_add(1);
            said.link = self.links;
        }
        let outer = self.elements.last().map(|outer| &outer.said);
        let said = said.within(outer, tag, is_block(tag));
        self.elements.push(Element { tag, space, hides, name, said });
        if space == Space::Html { Started::Open } else { Started::Foreign }
    }

    /// Where the innermost element that `is` it stands, unless a boundary of `scope` comes first.
    fn in_scope(&mut self, scope: Tags, is: impl Fn(&Element) -> bool) -> Option<usize> {
        for at in (0..self.elements.len()).rev() {
            let element = self.elements[at];
            match element.space {
                Space::Html if is(&element) => return Some(at),
                Space::Html if INTEGRATION.contains(element.tag) => {}
                Space::Html if !scope.contains(element.tag) => {}
                Space::Html if !self.ahead.ends(element.tag) => {}
                Space::Html => return None,
                _ if scope.contains(Tag::AnnotationXml) && INTEGRATION.contains(element.tag) => {
                    return None;
                }
                _ => {}
            }
        }
        None
    }

    fn tag_in_scope(&mut self, scope: Tags, tag: Tag) -> Option<usize> {
        if !self.is_any_open(tag) {
            return None;
        }
        self.in_scope(scope, |element| element.tag == tag)
    }

    fn any_in_scope(&mut self, scope: Tags, tags: Tags) -> Option<usize> {
        self.in_scope(scope, |element| tags.contains(element.tag))
    }

    fn end_p(&mut self) {
        if let Some(at) = self.tag_in_scope(BUTTON_SCOPE, Tag::P) {
            self.cut(at);
        }
    }

    fn imply_ends(&mut self) {
        while self.last().is_some_and(|tag| IMPLIED_END.contains(tag)) {
            self.pop();
        }
    }

    /// Ends elements until one of `tags` is the innermost.
    fn back_to(&mut self, tags: Tags) {
        while self.last().is_some_and(|tag| !tags.contains(tag)) {
            self.pop();
        }
    }

    /// An end tag.
    pub(super) fn end(&mut self, tag: Tag, name: u32) {
        if self.deeper > 0 && self.elements.len() == DEEPEST {
            // Of one that was passed over, as far as can be told.
            self.deeper -= 1;
            return;
        }
        if self.is_foreign() {
            if matches!(tag, Tag::P | Tag::Br) {
                self.break_out();
            } else {
                for at in (0..self.elements.len()).rev() {
                    let element = self.elements[at];
                    if element.space == Space::Html {
                        break;
                    }
                    if element.name == name {
                        self.cut(at);
                        return;
                    }
                }
            }
        }
        self.end_html(tag, name);
    }

    fn end_html(&mut self, tag: Tag, name: u32) {
        let at = match tag {
            _ if OUTER.contains(tag) || VOID.contains(tag) => None,
            _ if FORMATTING.contains(tag) => return self.adopt(tag, name),
            _ if HEADINGS.contains(tag) => self.any_in_scope(SCOPE, HEADINGS),
            _ if ENDED_WITH_CONTENT.contains(tag) => self.tag_in_scope(SCOPE, tag),
            Tag::P => self.tag_in_scope(BUTTON_SCOPE, tag),
            Tag::Li => self.tag_in_scope(LIST_SCOPE, tag),
            Tag::Dd | Tag::Dt => self.tag_in_scope(SCOPE, tag),
            Tag::Form => {
                self.in_form = false;
                if let Some(at) = self.tag_in_scope(SCOPE, tag) {
                    self.imply_ends();
                    // What is open in it stays open.
                    if at < self.elements.len() {
                        self.remove(at);
                    }
                }
                return;
            }
            Tag::Template if self.is_any_open(tag) => {
                self.elements.iter().rposition(|e| e.tag == tag && e.space == Space::Html)
            }
            Tag::Table => self.tag_in_scope(TABLE_SCOPE, tag),
            _ if TABLE_PARTS.contains(tag) => self.tag_in_scope(TABLE_SCOPE, tag),
            _ => self.named(name),
        };
        if let Some(at) = at {
            self.cut(at);
        }
    }

    /// The innermost element of that name, unless a special one comes first.
    fn named(&self, name: u32) -> Option<usize> {
        for at in (0..self.elements.len()).rev() {
            let element = self.elements[at];
            if element.name == name {
                return Some(at);
            }
            if element.is_special() {
                return None;
            }
        }
        None
    }

    /// The end tag of formatting: it ends that element, but not the blocks in it, in which it
    /// goes on up to here.
    fn adopt(&mut self, tag: Tag, name: u32) {
        if !self.is_any_open(tag) {
            return;
        }
        if let Some(last) = self.elements.last()
            && last.tag == tag
        {
            self.pop();
            return;
        }
        for _ in 0..ADOPTIONS {
            let Some(at) = self.in_scope(SCOPE, |e| e.tag == tag && e.name == name) else {
                return;
            };
            let block = (at + 1..self.elements.len()).find(|&i| self.elements[i].is_special());
            let Some(block) = block else {
                self.cut(at);
                return;
            };
            // What is between them ends, unless it is formatting too.
            let formatting = self.elements[at];
            let mut to = at;
            for i in at + 1..=block {
                let element = self.elements[i];
                if i < block && !FORMATTING.contains(element.tag) {
                    self.forget(element);
                } else {
                    self.elements[to] = element;
                    to += 1;
                }
            }
            self.elements[to] = formatting;
            self.elements.drain(to + 1..=block);
        }
    }
}
