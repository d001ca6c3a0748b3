//! The truth of a generated page: the kind of each paragraph, and the story it prints.

use std::ops::Range;

use super::lexicon::Script;
use crate::base::page::Label;

/// What a paragraph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An entry of the menu, or all of it in one line.
    Menu,
    /// The day, as the site prints it on top.
    Day,
    /// A count that differs from page to page.
    Counter,
    /// The way to this page: a few per site.
    Crumb,
    /// A list of the most read, or what comes next: on few pages.
    Teaser,
    /// Stories like this one: on this page only, or nearly so.
    Related,
    /// A box for a newsletter in the middle of the story.
    Insert,
    /// The label of an advertisement in the middle of the story.
    Advert,
    /// A long plea for money.
    Plea,
    /// A line of the foot.
    Foot,
    /// A copyright line.
    Rights,
    /// A note about cookies that many sites print.
    Notice,
    /// The note of an agency under its stories, on many sites.
    Agency,

    /// The headline or title.
    Headline,
    /// A paragraph of the story.
    Prose,
    /// A paragraph that is a quotation.
    Quotation,
    /// A paragraph of background that the site's follow-up stories repeat.
    Background,
    /// A paragraph of a daily report: the same every day but for its numbers and some words.
    Report,
    /// A heading inside a manual page.
    Heading,
    /// A row of a table in a manual page: name or description of a parameter.
    Row,
    /// A warning that many manual pages give.
    Warning,
    /// A link of a manual page to another one.
    Reference,

    /// Author and place: neither here nor there.
    Byline,
    /// A link to another story in the middle of this one: neither here nor there.
    Link,
    /// The licence that many manual pages end in: neither here nor there.
    Licence,
}

impl Kind {
    /// All of them, chrome first.
    pub const ALL: [Kind; 25] = [
        Kind::Menu,
        Kind::Day,
        Kind::Counter,
        Kind::Crumb,
        Kind::Teaser,
        Kind::Related,
        Kind::Insert,
        Kind::Advert,
        Kind::Plea,
        Kind::Foot,
        Kind::Rights,
        Kind::Notice,
        Kind::Agency,
        Kind::Headline,
        Kind::Prose,
        Kind::Quotation,
        Kind::Background,
        Kind::Report,
        Kind::Heading,
        Kind::Row,
        Kind::Warning,
        Kind::Reference,
        Kind::Byline,
        Kind::Link,
        Kind::Licence,
    ];

    /// The true label; none where both would be right.
    pub fn label(self) -> Option<Label> {
        if self <= Kind::Agency {
            Some(Label::Chrome)
        } else if self <= Kind::Reference {
            Some(Label::Body)
        } else {
            None
        }
    }

    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Menu => "menu",
            Kind::Day => "day",
            Kind::Counter => "counter",
            Kind::Crumb => "crumb",
            Kind::Teaser => "teaser",
            Kind::Related => "related",
            Kind::Insert => "insert",
            Kind::Advert => "advert",
            Kind::Plea => "plea",
            Kind::Foot => "foot",
            Kind::Rights => "rights",
            Kind::Notice => "notice",
            Kind::Agency => "agency",
            Kind::Headline => "headline",
            Kind::Prose => "prose",
            Kind::Quotation => "quotation",
            Kind::Background => "background",
            Kind::Report => "report",
            Kind::Heading => "heading",
            Kind::Row => "row",
            Kind::Warning => "warning",
            Kind::Reference => "reference",
            Kind::Byline => "byline",
            Kind::Link => "link",
            Kind::Licence => "licence",
        }
    }
}

/// How a page prints its story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// All of it, word for word.
    Whole,
    /// All of it, with this number of words in a thousand replaced, inserted or deleted.
    Edited(u32),
    /// Its first paragraphs, this percentage of it.
    Cut(u32),
}

/// Pages that look like copies and are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trap {
    /// Another story on the same speech, with the same quotations.
    Speech(u64),
    /// Another day's issue of the same report.
    Report(u64),
}

/// What a site publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Genre {
    /// Stories.
    News,
    /// A manual, whose bodies repeat themselves.
    Manual,
}

/// A page's place in the web of copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print {
    /// The story it prints; pages with the same one are copies of each other.
    pub story: u64,
    /// How.
    pub form: Form,
    /// The story that a long passage of it comes from.
    pub passage: Option<u64>,
    /// It was captured before.
    pub recaptured: bool,
    /// It looks like a copy of the other pages of this trap.
    pub trap: Option<Trap>,
}

/// A paragraph of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planted {
    /// Where it stands in the text.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// The story it was written for; 0 if for none.
    pub story: u64,
}

/// What is known of a page's site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SiteTruth {
    /// Its number.
    pub number: u32,
    /// How many pages it has.
    pub pages: u32,
    /// What it publishes.
    pub genre: Genre,
    /// The page's script.
    pub script: Script,
    /// It has two templates.
    pub two_templates: bool,
    /// It has two languages.
    pub two_languages: bool,
}
