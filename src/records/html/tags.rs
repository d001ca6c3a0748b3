//! The names of elements, and what they mean for a text and for what is open (WHATWG HTML, section
//! 13.2).

/// Where an element begins and ends, the text has a break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    /// Stands in a line.
    None,
    /// Stands in a line, apart from the words around it.
    Space,
    /// A line of its own, next to those before and after it.
    Line,
    /// A block of its own.
    Block,
}

macro_rules! tags {
    ($($(#[$doc:meta])? $tag:ident: $($name:literal)|+,)+) => {
        /// The name of an element, as far as it matters here.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(super) enum Tag {
            $($(#[$doc])? $tag,)+
            /// Any other name.
            Other,
        }

        impl Tag {
            /// The tag of a name in lower-case letters.
            pub(super) fn of(name: &[u8]) -> Tag {
                match name {
                    $($($name)|+ => Tag::$tag,)+
                    _ => Tag::Other,
                }
            }
        }
    };
}

tags! {
    A: b"a",
    Address: b"address",
    AnnotationXml: b"annotation-xml",
    Applet: b"applet",
    Article: b"article",
    Aside: b"aside",
    Audio: b"audio",
    B: b"b",
    Big: b"big",
    Blockquote: b"blockquote",
    Body: b"body",
    Br: b"br",
    Button: b"button",
    Canvas: b"canvas",
    Caption: b"caption",
    Center: b"center",
    Code: b"code",
    Colgroup: b"colgroup",
    Datalist: b"datalist",
    Dd: b"dd",
    Desc: b"desc",
    Details: b"details",
    Dialog: b"dialog",
    Dir: b"dir",
    Div: b"div",
    Dl: b"dl",
    Dt: b"dt",
    Em: b"em",
    Fieldset: b"fieldset",
    Figcaption: b"figcaption",
    Figure: b"figure",
    Font: b"font",
    Footer: b"footer",
    ForeignObject: b"foreignobject",
    Form: b"form",
    Frameset: b"frameset",
    H1: b"h1",
    /// The other headings.
    H2: b"h2" | b"h3" | b"h4" | b"h5" | b"h6",
    Head: b"head",
    Header: b"header",
    Hgroup: b"hgroup",
    Hr: b"hr",
    Html: b"html",
    I: b"i",
    Iframe: b"iframe",
    Label: b"label",
    Legend: b"legend",
    Li: b"li",
    Listing: b"listing",
    Main: b"main",
    Marquee: b"marquee",
    Math: b"math",
    /// Where HTML may stand in mathematics.
    MathText: b"mi" | b"mo" | b"mn" | b"ms" | b"mtext",
    Menu: b"menu",
    Nav: b"nav",
    Nobr: b"nobr",
    Noembed: b"noembed",
    Noframes: b"noframes",
    Noscript: b"noscript",
    Object: b"object",
    Ol: b"ol",
    Optgroup: b"optgroup",
    Option: b"option",
    P: b"p",
    Plaintext: b"plaintext",
    Pre: b"pre",
    Rb: b"rb",
    Rp: b"rp",
    Rt: b"rt",
    Rtc: b"rtc",
    Ruby: b"ruby",
    S: b"s",
    Script: b"script",
    Search: b"search",
    Section: b"section",
    Select: b"select",
    Small: b"small",
    Span: b"span",
    Strike: b"strike",
    Strong: b"strong",
    Style: b"style",
    Sub: b"sub",
    Summary: b"summary",
    Sup: b"sup",
    Svg: b"svg",
    Table: b"table",
    Tbody: b"tbody",
    Td: b"td",
    Template: b"template",
    Textarea: b"textarea",
    Tfoot: b"tfoot",
    Th: b"th",
    Thead: b"thead",
    Title: b"title",
    Tr: b"tr",
    Tt: b"tt",
    U: b"u",
    Ul: b"ul",
    Var: b"var",
    Video: b"video",
    Xmp: b"xmp",
    /// Has no end.
    Void: b"area" | b"base" | b"basefont" | b"bgsound" | b"col" | b"frame" | b"input" | b"keygen"
        | b"link" | b"param" | b"source" | b"track" | b"wbr",
    /// Has no end, and is never of a picture or of mathematics.
    VoidOfHtml: b"embed" | b"image" | b"img" | b"meta",
}

/// How many tags there are.
pub(super) const TAGS: usize = Tag::Other as usize + 1;

/// Some tags.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tags(u128);

impl Tags {
    const fn of(tags: &[Tag]) -> Tags {
        let mut bits = 0;
        let mut at = 0;
        while at < tags.len() {
            bits |= 1 << tags[at] as u8;
            at += 1;
        }
        Tags(bits)
    }

    const fn and(self, tags: &[Tag]) -> Tags {
        Tags(self.0 | Tags::of(tags).0)
    }

    pub(super) const BR: Tags = Tags::of(&[Br]);
    pub(super) const LI: Tags = Tags::of(&[Li]);
    pub(super) const TERMS: Tags = Tags::of(&[Dd, Dt]);
    /// What rows stand in.
    pub(super) const TABLE_BODY: Tags = TABLE_SCOPE.and(&[Tbody, Tfoot, Thead]);

    /// These and rows.
    pub(super) const fn with_row(self) -> Tags {
        self.and(&[Tr])
    }

    #[inline]
    pub(super) const fn contains(self, tag: Tag) -> bool {
        self.0 >> (tag as u8) & 1 == 1
    }
}

use Tag::{
    A, Address, AnnotationXml, Applet, Article, Aside, Audio, B, Big, Blockquote, Body, Br, Button,
    Canvas, Caption, Center, Code, Colgroup, Datalist, Dd, Desc, Details, Dialog, Dir, Div, Dl, Dt,
    Em, Fieldset, Figcaption, Figure, Font, Footer, ForeignObject, Form, Frameset, H1, H2, Head,
    Header, Hgroup, Hr, Html, I, Iframe, Legend, Li, Listing, Main, Marquee, Math, MathText, Menu,
    Nav, Nobr, Noembed, Noframes, Noscript, Object, Ol, Optgroup, Option, P, Plaintext, Pre, Rb,
    Rp, Rt, Rtc, Ruby, S, Script, Search, Section, Select, Small, Span, Strike, Strong, Style, Sub,
    Summary, Sup, Svg, Table, Tbody, Td, Template, Textarea, Tfoot, Th, Thead, Title, Tr, Tt, U,
    Ul, Var, Video, Void, VoidOfHtml, Xmp,
};

/// Elements without an end.
pub(super) const VOID: Tags = Tags::of(&[Br, Hr, Void, VoidOfHtml]);

/// The page as a whole, which is never taken for one of its parts.
pub(super) const OUTER: Tags = Tags::of(&[Html, Head, Body, Frameset]);

pub(super) const HEADINGS: Tags = Tags::of(&[H1, H2]);

/// Elements of which nothing is seen as text.
pub(super) const UNSEEN: Tags = Tags::of(&[
    Audio, Canvas, Datalist, Iframe, Math, Noembed, Noframes, Noscript, Object, Rp, Rt, Rtc,
    Script, Style, Svg, Template, Textarea, Video,
]);

/// Elements whose content is no markup, up to their end tags.
pub(super) const RAW: Tags = Tags::of(&[
    Iframe, Noembed, Noframes, Noscript, Plaintext, Script, Style, Textarea, Title, Xmp,
]);

/// Elements that an end tag does not reach beyond (*special*).
pub(super) const SPECIAL: Tags = Tags::of(&[
    Address,
    AnnotationXml,
    Applet,
    Article,
    Aside,
    Blockquote,
    Body,
    Br,
    Button,
    Caption,
    Center,
    Colgroup,
    Dd,
    Desc,
    Details,
    Dir,
    Div,
    Dl,
    Dt,
    Fieldset,
    Figcaption,
    Figure,
    Footer,
    ForeignObject,
    Form,
    Frameset,
    H1,
    H2,
    Head,
    Header,
    Hgroup,
    Hr,
    Html,
    Iframe,
    Li,
    Listing,
    Main,
    Marquee,
    MathText,
    Menu,
    Nav,
    Noembed,
    Noframes,
    Noscript,
    Object,
    Ol,
    P,
    Plaintext,
    Pre,
    Script,
    Search,
    Section,
    Select,
    Style,
    Summary,
    Table,
    Tbody,
    Td,
    Template,
    Textarea,
    Tfoot,
    Th,
    Thead,
    Title,
    Tr,
    Ul,
    Void,
    VoidOfHtml,
    Xmp,
]);

/// Elements that may be open across blocks (*formatting*).
pub(super) const FORMATTING: Tags =
    Tags::of(&[A, B, Big, Code, Em, Font, I, Nobr, S, Small, Strike, Strong, Tt, U]);

/// Elements whose start ends a paragraph.
pub(super) const ENDS_P: Tags = HEADINGS.and(&[
    Address, Article, Aside, Blockquote, Center, Dd, Details, Dialog, Dir, Div, Dl, Dt, Fieldset,
    Figcaption, Figure, Footer, Form, Header, Hgroup, Hr, Li, Listing, Main, Menu, Nav, Ol, P,
    Plaintext, Pre, Search, Section, Summary, Table, Ul, Xmp,
]);

/// Elements that their end tag ends with all that is open in them.
pub(super) const ENDED_WITH_CONTENT: Tags = Tags::of(&[
    Address, Applet, Article, Aside, Blockquote, Button, Center, Details, Dialog, Dir, Div, Dl,
    Fieldset, Figcaption, Figure, Footer, Header, Hgroup, Listing, Main, Marquee, Menu, Nav,
    Object, Ol, Pre, Search, Section, Select, Summary, Ul,
]);

/// Rows, cells and the like.
pub(super) const TABLE_PARTS: Tags =
    Tags::of(&[Caption, Colgroup, Tbody, Td, Tfoot, Th, Thead, Tr]);

pub(super) const CELLS: Tags = Tags::of(&[Td, Th]);

/// Elements that end tags do not reach beyond even for their own kind (*scope*).
pub(super) const SCOPE: Tags = Tags::of(&[
    AnnotationXml,
    Applet,
    Caption,
    Desc,
    ForeignObject,
    Html,
    Marquee,
    MathText,
    Object,
    Table,
    Td,
    Template,
    Th,
]);

pub(super) const LIST_SCOPE: Tags = SCOPE.and(&[Ol, Ul]);

pub(super) const BUTTON_SCOPE: Tags = SCOPE.and(&[Button]);

pub(super) const TABLE_SCOPE: Tags = Tags::of(&[Html, Table, Template]);

/// Where what is open as formatting ends (*markers*).
pub(super) const MARKERS: Tags = Tags::of(&[Applet, Caption, Marquee, Object, Td, Template, Th]);

/// Elements that end where what they stand in ends or goes on (*implied end tags*).
pub(super) const IMPLIED_END: Tags = Tags::of(&[Dd, Dt, Li, Optgroup, Option, P, Rb, Rp, Rt, Rtc]);

/// Elements of a picture or of mathematics in which HTML may stand. An annotation of a formula is read as one
/// that is no HTML, so that a tag of HTML in it ends the formula.
pub(super) const INTEGRATION: Tags = Tags::of(&[Desc, ForeignObject, MathText, Title]);

/// Elements that are of HTML also where a picture or mathematics did not end.
pub(super) const BREAKS_OUT: Tags = HEADINGS.and(&[
    B, Big, Blockquote, Body, Br, Center, Code, Dd, Div, Dl, Dt, Em, Head, Hr, I, Li, Listing,
    Menu, Nobr, Ol, P, Pre, Ruby, S, Small, Span, Strike, Strong, Sub, Sup, Table, Tt, U, Ul, Var,
    VoidOfHtml,
]);

/// Elements whose lines and spaces count.
pub(super) const PREFORMATTED: Tags = Tags::of(&[Listing, Plaintext, Pre, Xmp]);

const LINES: Tags = Tags::of(&[Br, Caption, Dd, Dt, Li, Option, Summary, Td, Th, Tr]);

const BLOCKS: Tags = HEADINGS.and(&[
    Address, Article, Aside, Blockquote, Body, Center, Details, Dialog, Dir, Div, Dl, Fieldset,
    Figcaption, Figure, Footer, Form, Frameset, Head, Header, Hgroup, Hr, Html, Legend, Listing,
    Main, Menu, Nav, Ol, Optgroup, P, Plaintext, Pre, Search, Section, Select, Table, Tbody, Tfoot,
    Thead, Title, Ul, Xmp,
]);

/// The break around an element.
pub(super) const fn break_of(tag: Tag) -> Break {
    if BLOCKS.contains(tag) {
        Break::Block
    } else if LINES.contains(tag) {
        Break::Line
    } else if matches!(tag, Button) {
        Break::Space
    } else {
        Break::None
    }
}
