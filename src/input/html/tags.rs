//! What the names of elements mean for a text.

/// Where an element begins and ends, the text has a break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    /// Stands in a line.
    None,
    /// A line of its own, next to those before and after it.
    Line,
    /// A block of its own.
    Block,
}

/// The break around an element.
pub(super) fn break_of(name: &[u8]) -> Break {
    match name {
        b"br" | b"li" | b"tr" | b"td" | b"th" | b"dt" | b"dd" | b"option" | b"caption"
        | b"summary" => Break::Line,
        b"address" | b"article" | b"aside" | b"blockquote" | b"body" | b"center" | b"details"
        | b"dialog" | b"dir" | b"div" | b"dl" | b"fieldset" | b"figcaption" | b"figure"
        | b"footer" | b"form" | b"frameset" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6"
        | b"head" | b"header" | b"hgroup" | b"hr" | b"html" | b"legend" | b"main" | b"menu"
        | b"nav" | b"ol" | b"optgroup" | b"p" | b"pre" | b"search" | b"section" | b"select"
        | b"table" | b"tbody" | b"tfoot" | b"thead" | b"title" | b"ul" | b"xmp" => Break::Block,
        _ => Break::None,
    }
}

/// An element of which nothing is seen as text.
pub(super) fn is_unseen(name: &[u8]) -> bool {
    matches!(
        name,
        b"script"
            | b"style"
            | b"template"
            | b"noscript"
            | b"svg"
            | b"math"
            | b"iframe"
            | b"canvas"
            | b"object"
            | b"audio"
            | b"video"
            | b"noframes"
            | b"noembed"
            | b"datalist"
            | b"textarea"
    )
}

/// An element that has no end.
pub(super) fn is_void(name: &[u8]) -> bool {
    matches!(
        name,
        b"area"
            | b"base"
            | b"br"
            | b"col"
            | b"embed"
            | b"hr"
            | b"img"
            | b"input"
            | b"link"
            | b"meta"
            | b"param"
            | b"source"
            | b"track"
            | b"wbr"
    )
}

/// Whether a start tag of `next` ends an element of `open` that has no end tag.
pub(super) fn is_ended_by(open: &[u8], next: &[u8]) -> bool {
    match open {
        b"p" => break_of(next) == Break::Block || matches!(next, b"li" | b"dt" | b"dd"),
        b"li" => next == b"li",
        b"dt" | b"dd" => matches!(next, b"dt" | b"dd"),
        b"td" | b"th" => matches!(next, b"td" | b"th" | b"tr" | b"tbody" | b"tfoot"),
        b"tr" => matches!(next, b"tr" | b"tbody" | b"tfoot"),
        b"option" => matches!(next, b"option" | b"optgroup"),
        _ => false,
    }
}

/// Whether an element may do without an end tag, so that the end of what it stands in ends it.
pub(super) fn has_optional_end(name: &[u8]) -> bool {
    matches!(name, b"p" | b"li" | b"dt" | b"dd" | b"td" | b"th" | b"tr" | b"option")
}
