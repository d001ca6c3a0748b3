//! The nouns that every stage shares: a page, its number, its paragraphs' labels.
//!
//! Stages meet in these types and in the record types beside the stage that writes them, never in
//! each other's functions.

mod markup;

use std::{borrow::Cow, ops::Range};

use serde::{Deserialize, Serialize};

pub use markup::{Markup, Sign};

/// Number of a record in input order, from 0, bad records counted: the one name of a page that
/// does not depend on threads, batches or how the input is split over files.
pub type PageNumber = u32;

/// Number of a site in the order of first appearance.
pub type SiteNumber = u32;

/// What a page is called: its id, or `#` and its number from 1 if that is "".
pub fn name(id: &str, page: PageNumber) -> Cow<'_, str> {
    if id.is_empty() { numbered(page).into() } else { id.into() }
}

/// What a page without an id is called: `#` and its number from 1.
pub fn numbered(page: PageNumber) -> String {
    format!("#{}", u64::from(page) + 1)
}

/// One page as it was read. Borrowed from the batch that holds its bytes wherever it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// The record's own id, if it has one.
    pub id: Option<Cow<'a, str>>,
    /// Registrable domain of the URL, or the field the user named; "" if neither is there.
    pub site: Cow<'a, str>,
    /// Where the page was fetched from.
    pub url: Option<Cow<'a, str>>,
    /// Day or time of the page as the record says it, compared as text.
    pub date: Option<Cow<'a, str>>,
    /// The page's text.
    pub text: Cow<'a, str>,
    /// What the text shows, where it is written with markup, or what markup said of the lines of a text that was read from
    /// it. Plain text is as it is.
    pub layout: Option<Box<Layout>>,
}

impl Page<'_> {
    /// What the text shows: of the same length, with spaces in the place of markup.
    pub fn shown(&self) -> &str {
        self.written().map_or(&self.text, |layout| &layout.shown)
    }

    /// What the text shows, if it is written with markup.
    pub fn written(&self) -> Option<&Layout> {
        self.layout.as_deref().filter(|layout| !layout.shown.is_empty())
    }

    /// What markup said of the lines of the text, in order, each with the byte that it begins at. None of plain text.
    pub fn markup(&self) -> &[(usize, Markup)] {
        self.layout.as_ref().map_or(&[], |layout| &layout.lines)
    }
}

/// What a text that is written with markup shows, and where its paragraphs are; or what markup said of a text that was
/// read from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The text with spaces in the place of markup, so that offsets are those of the text; empty if it has none.
    pub shown: String,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
    /// What was said of its lines, in order, each with the byte that it begins at.
    pub lines: Vec<(usize, Markup)>,
}

/// A part of a text with markup that is kept or taken as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Where it stands.
    pub span: Range<usize>,
    /// It is a further line of the paragraph before it.
    pub continues: bool,
}

/// What a paragraph is: the site's furniture, or what the page is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Label {
    /// Part of what the page is about.
    #[default]
    Body,
    /// Printed by the site whatever the page is about.
    Chrome,
}

/// Where in a page a paragraph of chrome stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// Before the body.
    Head,
    /// Between paragraphs of the body.
    Inside,
    /// After the body.
    Foot,
}

impl Place {
    /// The word used in files and on the terminal.
    pub fn word(self) -> &'static str {
        match self {
            Place::Head => "head",
            Place::Inside => "inside",
            Place::Foot => "foot",
        }
    }

    /// The place of this number, 0 for the first.
    pub fn of_number(number: u32) -> Place {
        match number {
            0 => Place::Head,
            1 => Place::Inside,
            _ => Place::Foot,
        }
    }
}

/// What a paragraph of chrome is, as its words say.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// No word tells.
    #[default]
    Other,
    /// Menus, search, ways through the site and the page.
    Navigation,
    /// Asks for money or for support.
    Plea,
    /// Newsletters, subscriptions, alerts, apps.
    Subscription,
    /// Cookies, consent, what is done with visitors' data.
    Cookie,
    /// Buttons and counters for sharing, printing and following.
    Share,
    /// Readers' comments: the form, its rules, its counters.
    Comment,
    /// Copyright, terms, disclaimers, imprint.
    Legal,
    /// Teasers of other pages: related, most read, read more.
    Related,
    /// Who wrote it and when.
    Byline,
    /// What an agency or the newsroom says of itself and of its report.
    Agency,
    /// Advertisements, sponsors, shop buttons.
    Advert,
    /// Log in, register, profile.
    Account,
}

impl Kind {
    /// All there are, by number.
    pub const ALL: [Kind; 13] = [
        Kind::Other,
        Kind::Navigation,
        Kind::Plea,
        Kind::Subscription,
        Kind::Cookie,
        Kind::Share,
        Kind::Comment,
        Kind::Legal,
        Kind::Related,
        Kind::Byline,
        Kind::Agency,
        Kind::Advert,
        Kind::Account,
    ];

    /// The word used in files, in flags and on the terminal.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Other => "other",
            Kind::Navigation => "navigation",
            Kind::Plea => "plea",
            Kind::Subscription => "subscription",
            Kind::Cookie => "cookie",
            Kind::Share => "share",
            Kind::Comment => "comment",
            Kind::Legal => "legal",
            Kind::Related => "related",
            Kind::Byline => "byline",
            Kind::Agency => "agency",
            Kind::Advert => "advert",
            Kind::Account => "account",
        }
    }

    /// The kind of that [`word`](Kind::word).
    pub fn named(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The kind of this number; [`Other`](Kind::Other) if there is none.
    pub fn of_number(number: u32) -> Kind {
        Kind::ALL.get(number as usize).copied().unwrap_or_default()
    }
}

/// How a page's text relates to its lead's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Relation {
    /// Most of both texts is shared.
    Same,
    /// Most of the shorter text is in the longer one.
    Cut,
    /// They share a long passage.
    Part,
}

impl Relation {
    /// All there are.
    pub const ALL: [Relation; 3] = [Relation::Same, Relation::Cut, Relation::Part];

    /// The relation of that [`word`](Relation::word).
    pub fn named(word: &str) -> Option<Relation> {
        Relation::ALL.into_iter().find(|relation| relation.word() == word)
    }

    /// The word used in files and on the terminal.
    pub fn word(self) -> &'static str {
        match self {
            Relation::Same => "same",
            Relation::Cut => "cut",
            Relation::Part => "part",
        }
    }
}
