//! What a start tag does to what is open.

use super::{
    super::tags::{
        BREAKS_OUT, CELLS, ENDS_P, HEADINGS, IMPLIED_END, INTEGRATION, MARKERS, OUTER, SCOPE,
        SPECIAL, TABLE_PARTS, TABLE_SCOPE, Tag, Tags, VOID,
    },
    Element, Open, Space, Start, Started,
};

impl Open<'_> {
    /// A start tag.
    pub(in super::super) fn start(&mut self, start: Start) -> Started {
        if let Some(&last) = self.elements.last()
            && last.space != Space::Html
            && !INTEGRATION.contains(last.tag)
        {
            let breaks_out =
                BREAKS_OUT.contains(start.tag) || (start.tag == Tag::Font && start.is_html_font);
            if !breaks_out {
                if start.self_closing {
                    return Started::Foreign;
                }
                return self.push(start, last.space);
            }
            self.break_out();
        }
        self.start_html(start)
    }

    /// Ends a picture or mathematics, up to where HTML may stand.
    pub(super) fn break_out(&mut self) {
        while self
            .elements
            .last()
            .is_some_and(|e| e.space != Space::Html && !INTEGRATION.contains(e.tag))
        {
            self.pop();
        }
    }

    fn start_html(&mut self, start: Start) -> Started {
        let tag = start.tag;
        if OUTER.contains(tag) {
            return Started::Ignored;
        }
        if TABLE_PARTS.contains(tag) {
            return self.start_table_part(start);
        }
        match tag {
            Tag::Svg | Tag::Math => {
                let space = if tag == Tag::Svg { Space::Svg } else { Space::Math };
                if start.self_closing {
                    return Started::Foreign;
                }
                return self.push(start, space);
            }
            Tag::Li => self.end_item(Tags::LI),
            Tag::Dd | Tag::Dt => self.end_item(Tags::TERMS),
            Tag::Button => {
                if let Some(at) = self.tag_in_scope(SCOPE, Tag::Button) {
                    self.cut(at);
                }
            }
            Tag::A => {
                let marker = self.elements.iter().rposition(|e| MARKERS.contains(e.tag));
                let from = marker.map_or(0, |at| at + 1);
                if self.is_any_open(tag)
                    && let Some(at) = self.elements[from..].iter().rposition(|e| e.tag == tag)
                {
                    self.adopt(tag, start.name);
                    // It ends even where its end tag would not reach it.
                    if self.elements.get(from + at).is_some_and(|e| e.tag == tag) {
                        self.remove(from + at);
                    }
                }
            }
            Tag::Nobr if self.tag_in_scope(SCOPE, tag).is_some() => self.adopt(tag, start.name),
            Tag::Option if self.last() == Some(Tag::Option) => self.pop(),
            Tag::Optgroup => {
                if self.last() == Some(Tag::Option) {
                    self.pop();
                }
                if self.last() == Some(Tag::Optgroup) {
                    self.pop();
                }
            }
            Tag::Rb | Tag::Rtc if self.tag_in_scope(SCOPE, Tag::Ruby).is_some() => {
                self.imply_ends();
            }
            Tag::Rp | Tag::Rt if self.tag_in_scope(SCOPE, Tag::Ruby).is_some() => {
                while self.last().is_some_and(|t| IMPLIED_END.contains(t) && t != Tag::Rtc) {
                    self.pop();
                }
            }
            Tag::Table if self.is_in_table() => {
                if let Some(at) = self.tag_in_scope(TABLE_SCOPE, tag) {
                    self.cut(at);
                }
            }
            Tag::Form => {
                if self.in_form && !self.is_any_open(Tag::Template) {
                    return Started::Ignored;
                }
                self.in_form = true;
                if self.last().is_some_and(|t| t == Tag::Table || TABLE_PARTS.contains(t))
                    && !self.last().is_some_and(|t| CELLS.contains(t))
                {
                    return Started::Ignored;
                }
            }
            _ => {}
        }
        if ENDS_P.contains(tag) {
            self.end_p();
        }
        if HEADINGS.contains(tag) && self.last().is_some_and(|last| HEADINGS.contains(last)) {
            self.pop();
        }
        if VOID.contains(tag) {
            return Started::Empty;
        }
        self.push(start, Space::Html)
    }

    /// Ends the item of the list, whose next begins.
    fn end_item(&mut self, items: Tags) {
        for at in (0..self.elements.len()).rev() {
            let tag = self.elements[at].tag;
            if items.contains(tag) {
                self.cut(at);
                return;
            }
            if SPECIAL.contains(tag) && !matches!(tag, Tag::Address | Tag::Div | Tag::P) {
                return;
            }
        }
    }

    /// Whether this is in a table, but in no cell of it.
    fn is_in_table(&self) -> bool {
        let around = |e: &&Element| {
            matches!(e.tag, Tag::Table | Tag::Template | Tag::Caption) || CELLS.contains(e.tag)
        };
        self.is_any_open(Tag::Table)
            && self.elements.iter().rev().find(around).is_some_and(|e| e.tag == Tag::Table)
    }

    fn start_table_part(&mut self, start: Start) -> Started {
        const BODY: Tags = Tags::TABLE_BODY;
        let around = |e: &&Element| matches!(e.tag, Tag::Table | Tag::Template);
        let Some(around) = self.elements.iter().rev().find(around).map(|e| e.tag) else {
            return Started::Ignored;
        };
        if around == Tag::Table {
            // A cell or a caption ends with what is open in it.
            let at = self.in_scope(TABLE_SCOPE, |e| CELLS.contains(e.tag) || e.tag == Tag::Caption);
            if let Some(at) = at {
                self.cut(at);
            }
            self.back_to(match start.tag {
                Tag::Td | Tag::Th => BODY.with_row(),
                Tag::Tr => BODY,
                _ => TABLE_SCOPE,
            });
        }
        self.push(start, Space::Html)
    }
}
