//! What the markup of a line says of it, as the reader of a page saw it and before anything is made of it.

/// One thing that markup says of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Sign {
    /// In `nav`, or in a role that is one.
    Nav,
    /// In the `header` of the page.
    Header,
    /// In the `header` of an article or of the main part.
    StoryHeader,
    /// In a `footer`.
    Footer,
    /// In the `footer` of an article or of the main part.
    StoryFooter,
    /// In `aside`, or in what is said to complement the page.
    Aside,
    /// In a form, unless the form holds half of the page.
    Form,
    /// In a button.
    Button,
    /// In a group of fields.
    Fieldset,
    /// Below a picture.
    Caption,
    /// In a dialog.
    Dialog,
    /// In a heading.
    Heading,
    /// In the first kind of heading.
    Title,
    /// In a paragraph.
    Paragraph,
    /// In `article`.
    Article,
    /// In what a reader opens.
    Details,
    /// In an item of a list.
    Item,
    /// In a table.
    Table,
    /// In a quotation of its own.
    Quotation,
    /// Preformatted.
    Preformatted,
    /// Before the page's first `h1`.
    BeforeTitle,
    /// Outside the main part of a page that has one.
    OutsideMain,
    /// Outside all articles of a page most of which is in articles.
    OutsideArticle,
    /// The page has a main part.
    HasMain,
    /// The page has articles.
    HasArticle,
    /// Most of it is in a label.
    Label,
    /// Most of it is small.
    Small,
    /// Most of it is bold.
    Bold,
    /// All of it is linked.
    Linked,
    /// Nothing of it is linked.
    Unlinked,
    /// In a comment of readers, by class or id, unless these hold half of the page.
    Comment,
    /// Newsletters, subscriptions.
    Newsletter,
    /// Captions, credits.
    Credit,
    /// Who wrote it.
    Byline,
    /// Calls to act.
    Action,
    /// Accounts, carts.
    Account,
    /// Dates, data about the story.
    Data,
    /// What lies over the page.
    Overlay,
    /// Related and recommended.
    Related,
    /// Sharing, social networks.
    Share,
    /// The foot, copyright.
    Foot,
    /// Advertisements.
    Advert,
    /// Pages before and after.
    Pager,
    /// Menus.
    Menu,
    /// The head, the logo.
    Head,
    /// Only for some readers.
    Skip,
    /// Beside the page.
    Side,
    /// Cookies, consent.
    Consent,
    /// Lists of words that the story is filed under.
    Tags,
    /// Ways through the site.
    Crumbs,
    /// The story itself.
    Story,
}

impl Sign {
    /// How many there are.
    pub const COUNT: usize = Sign::Story as usize + 1;
}

/// What the markup of one line says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Markup {
    signs: u64,
    /// The share of its characters that are linked, in eighths.
    pub linked: u8,
    /// The same of the twelve lines on either side and of it together, by characters.
    pub linked_around: u8,
    /// The same of the line that follows.
    pub linked_after: u8,
    /// Its links, up to 8.
    pub links: u8,
    /// How many elements deeper or less deep it stands than the page's long lines, up to 8.
    pub apart: u8,
}

impl Markup {
    /// Whether it has a sign.
    #[inline]
    pub fn has(&self, sign: Sign) -> bool {
        self.signs >> sign as u8 & 1 != 0
    }

    /// All signs it has, a bit each by number.
    pub fn signs(&self) -> u64 {
        self.signs
    }

    /// Adds or takes a sign.
    pub fn set(&mut self, sign: Sign, is: bool) {
        let bit = 1 << sign as u8;
        self.signs = if is { self.signs | bit } else { self.signs & !bit };
    }

    /// That of these signs, and of nothing else.
    pub fn of_signs(signs: u64) -> Markup {
        Markup { signs, ..Markup::default() }
    }
}
